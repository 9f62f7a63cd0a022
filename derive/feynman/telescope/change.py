"""Changes of the variable that make an integrand algebraic: t = tan(x/2), e^x, √x, e^{−x} = …, log x.

F(x) dx = F(x(t)) x′(t) dt, so a certificate in t gives one in x: R F = R̃ F̃ with the same antiderivative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, lcm
from typing import Any

import sympy as sp

_CIRCULAR = (sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc)
_HYPERBOLIC = (sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch)


@dataclass(frozen=True)
class Change:
    """x = `inverse`(t), t = `forward`(x). `table`: what becomes of functions of x, before x itself is replaced.

    `known`: functions of t that are simple in x; `angle` = y where t = tan(y/2).
    """

    name: str
    variable: Any
    letter: Any
    forward: Any
    inverse: Any
    table: tuple[tuple[Any, Any], ...] = ()
    known: tuple[tuple[Any, Any], ...] = ()
    angle: Any = None

    def apply(self, F: Any) -> Any:
        """F(x(t)) x′(t)."""
        if self.letter == self.variable:
            return F
        return F.xreplace(dict(self.table)).xreplace({self.variable: self.inverse}) * sp.diff(self.inverse, self.letter)

    def back(self, G: Any) -> Any:
        """An expression in t as one in x."""
        if self.letter == self.variable:
            return G
        return G.xreplace(dict(self.known)).xreplace({self.letter: self.forward})

    def rational(self, ratio: Any) -> Any:
        """A rational function of t as one of x; for t = tan(y/2) in the form A(cos y) + sin y B(cos y)."""
        if self.angle is None:
            return self.back(ratio)
        t, c = self.letter, sp.Dummy("c", real=True)
        below = sp.Poly(sp.denom(sp.cancel(ratio)), t)
        if len({m[0] % 2 for m in below.monoms()}) > 1:
            return self._homogeneous(ratio)
        mirrored = ratio.xreplace({t: -t})
        even, odd = sp.cancel((ratio + mirrored) / 2), sp.cancel((ratio - mirrored) / (2 * t))
        total = sp.S.Zero
        for part, factor in ((even, sp.S.One), (odd, sp.sin(self.angle) / (1 + c))):
            if part == 0:
                continue
            top, bottom = (
                sp.Add(*(k * ((1 - c) / (1 + c)) ** (m[0] // 2) for m, k in sp.Poly(p, t).terms()))
                for p in sp.fraction(part)
            )
            shape = sp.S.One if factor == 1 else 1 / (1 + c)
            total += sp.factor(top / bottom * shape) * (1 if factor == 1 else sp.sin(self.angle))
        return total.xreplace({c: sp.cos(self.angle)})

    def _homogeneous(self, ratio: Any) -> Any:
        """Numerator and denominator, factor by factor, as polynomials in sin y and cos y: t = sin y/(1 + cos y)."""
        t, c, s = self.letter, sp.cos(self.angle), sp.sin(self.angle)
        total, surplus = sp.S.One, 0
        for factor in sp.Mul.make_args(sp.factor(ratio)):
            base, e = factor.as_base_exp()
            if not base.has(t):
                total *= factor
                continue
            poly = sp.Poly(base, t)
            half = (poly.degree() + 1) // 2
            parts = []
            for (k,), coefficient in poly.terms():
                low = ((1 - c) / 2) ** (k // 2) * ((1 + c) / 2) ** (half - (k + 1) // 2)
                parts.append(coefficient * low * (s / 2 if k % 2 else 1))
            total *= sp.expand(sp.Add(*parts)).subs(s**2, 1 - c**2) ** e
            surplus += half * int(e)
        return total * ((1 + c) / 2) ** (-surplus)

    @property
    def slope(self) -> Any:
        """x′(t) as a function of t."""
        return sp.diff(self.inverse, self.letter) if self.letter != self.variable else sp.S.One


def changes(F: Any, x: Any, a: Any) -> Iterator[Change]:
    """The changes worth trying for an integrand, the identity first."""
    circular = [f for f in F.atoms(*_CIRCULAR) if f.has(x) and _linear(f.args[0], x)]
    exponential = [f for f in F.atoms(sp.exp, *_HYPERBOLIC) if f.has(x) and _linear(f.args[0], x)]
    yield Change("in the variable itself", x, x, x, x)
    step = _common_factor([f.args[0] for f in circular], x)
    if step is not None and not step.has(a):
        yield _by_tangent(x, step, circular)
    step = _common_factor([f.args[0] for f in exponential], x)
    if step is not None and not step.has(a):
        yield _by_exponential(x, step, exponential)
    root = _root_degree(F, x)
    if root > 1:
        t = sp.Dummy("t", positive=True)
        yield Change(f"in t = x^(1/{root})", x, t, x ** sp.Rational(1, root), t**root)


def _linear(argument: Any, x: Any) -> bool:
    slope = sp.diff(argument, x)
    return not slope.has(x) and sp.expand(argument - slope * x) == 0


def _common_factor(arguments: list[Any], x: Any) -> Any | None:
    """c such that all arguments are integer multiples of c x; None where there is none."""
    if not arguments or not all(_linear(argument, x) for argument in arguments):
        return None
    slopes = [sp.diff(argument, x) for argument in arguments]
    ratios = [sp.cancel(slope / slopes[0]) for slope in slopes]
    if any(not r.is_Rational for r in ratios):  # e^{−ax} and e^x: the first becomes a power of the second
        return next((s for s in slopes if s.is_Rational), None)
    top, bottom = 0, 1
    for r in ratios:
        top, bottom = gcd(top, abs(int(r.p))), lcm(bottom, int(r.q))
    return slopes[0] * sp.Rational(top, bottom)


def _by_tangent(x: Any, step: Any, found: list[Any]) -> Change:
    """t = tan(c x/2): cos c x = (1−t²)/(1+t²), sin c x = 2t/(1+t²), multiples by Chebyshev polynomials, phases by the
    addition theorems."""
    t = sp.Dummy("t", real=True)
    cosine, sine = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    table = []
    for f in found:
        n = sp.cancel(sp.diff(f.args[0], x) / step)
        if not n.is_Integer:
            continue
        k = abs(int(n))
        c = sp.cancel(sp.chebyshevt(k, cosine))
        s = sp.cancel(sp.sign(n) * sine * sp.chebyshevu(k - 1, cosine)) if k else sp.S.Zero
        phase = sp.expand(f.args[0] - n * step * x)
        c, s = c * sp.cos(phase) - s * sp.sin(phase), s * sp.cos(phase) + c * sp.sin(phase)
        values = {sp.sin: s, sp.cos: c, sp.tan: s / c, sp.cot: c / s, sp.sec: 1 / c, sp.csc: 1 / s}
        table.append((f, sp.cancel(values[f.func])))
    known = ((sp.atan(t), step * x / 2),)
    return Change("in t = tan(x/2)", x, t, sp.tan(step * x / 2), 2 * sp.atan(t) / step, tuple(table), known, step * x)


def _by_exponential(x: Any, step: Any, found: list[Any]) -> Change:
    """E = e^{c x}: e^{b x} = E^{b/c}, hyperbolic functions by exponentials, x = log E / c."""
    t = sp.Dummy("E", positive=True)
    table = []
    for f in found:
        slope = sp.diff(f.args[0], x)
        constant = sp.exp(sp.expand(f.args[0] - slope * x))
        up = constant * t ** sp.cancel(slope / step)
        s, c = (up - 1 / up) / 2, (up + 1 / up) / 2
        values = {
            sp.exp: up, sp.sinh: s, sp.cosh: c, sp.tanh: s / c, sp.coth: c / s, sp.sech: 1 / c, sp.csch: 1 / s
        }  # fmt: skip
        table.append((f, values[f.func]))
    known = ((sp.log(t), step * x),)
    return Change("in E = e^x", x, t, sp.exp(step * x), sp.log(t) / step, tuple(table), known)


def _root_degree(F: Any, x: Any) -> int:
    """n such that all fractional powers of x are powers of x^{1/n}."""
    degree = 1
    for power in F.atoms(sp.Pow):
        if power.base == x and power.exp.is_Rational:
            degree = lcm(degree, int(power.exp.q))
    return degree
