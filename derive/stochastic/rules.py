"""Rules for random walks and path integrals: the Kramers-Moyal expansion, Itô's lemma, a Gaussian slice.

References: H. Risken, The Fokker-Planck Equation, ch. 4; P. Kloeden, E. Platen, Numerical Solution of Stochastic
Differential Equations, ch. 3 and 14 (binary increments of the weak Euler scheme).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.claim import LESS
from derive.field import is_zero
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain
from derive.rules.places import integrals, looked_for, under

HIGHEST_ORDER = 8


@dataclass(frozen=True)
class KramersMoyal(Rule):
    """lim_{h → 0} of a rate of change, by the Taylor series of all functions in the jumps.

    The line contains Limit(R(h), h, 0) with unknown functions at shifted arguments, φ(x + j(h)), j(0) = 0, such as
    (½ P(x − h) + ½ P(x + h) − P(x))/τ(h). Each is replaced by Σ j^k/k! ∂^k φ(x); R becomes a Laurent series in h.
    Obligations: the coefficients of negative powers vanish. What remains is the coefficient of h⁰. It holds for
    functions with as many continuous derivatives as occur. `step` is h.
    """

    step: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        h = self.step
        found = [node for node in line.atoms(sp.Limit) if node.args[1] == h and node.args[2] == 0]
        if not found:
            raise RuleError(f"looked for a limit {plain(h)} → 0 in {plain(line)}; there is none")
        table: dict[Any, Any] = {}
        obligations: list[Obligation] = []
        for node in found:
            series = laurent(node.args[0], h)
            table[node] = series.get(0, sp.S.Zero)
            obligations += [
                context.obligation(coefficient, 0, f"no term of order {plain(h**power)} is left")
                for power, coefficient in sorted(series.items())
                if power < 0 and coefficient != 0
            ]
        yield Consequence(line.xreplace(table), tuple(obligations))

    def describe(self, show: Show = plain) -> str:
        return f"Kramers-Moyal: Taylor in the jumps, of order {show(self.step)}"


@dataclass(frozen=True)
class ItoLemma(KramersMoyal):
    """The same expansion where the jumps are increments a h² + b h (dW = ±h, dt = h²): dW² = dt exactly, all products
    of higher order vanish in the limit. This is Itô's lemma in the mean."""

    def describe(self, show: Show = plain) -> str:
        return "Itô's lemma: second order in dW, with dW² = dt"


@dataclass(frozen=True)
class GaussianSlice(Rule):
    """∫ q(z) e^{−(a z² − b z + c)} dz = √(π/a) e^{b²/(4a) − c} E[q(b/(2a) + ξ/√(2a))] over the line.

    By completing the square. q is a polynomial in z with any coefficients; ξ is standard normal with moments
    E ξ^{2k} = (2k − 1)!!. Obligation: a > 0. `variable` is z; every integral over z in the line is done.
    """

    variable: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        z = self.variable
        found = integrals(line, context.given, z)
        if not found:
            raise looked_for(f"integral over {plain(z)}", line, "name the variable of the Gaussian integral")
        obligations: list[Obligation] = []
        while found := integrals(line, context.given, z):
            place = found[0]
            if (place.lower, place.upper) != (-sp.oo, sp.oo):
                raise RuleError(f"the integral over {plain(z)} does not run over the whole line")
            a, value = gaussian(place.integrand, z)
            obligations.append(under(context, place.ranges).obligation(0, a, "the weight decays", relation=LESS))
            line = place.put(value)
        yield Consequence(line, tuple(obligations))

    def describe(self, show: Show = plain) -> str:
        return f"completing the square in {show(self.variable)}"


def gaussian(f: Any, z: Any) -> tuple[Any, Any]:
    """(a, the integral over the line) of a polynomial times an exponential of −a z² + …; RuleError for others."""
    total = sp.S.Zero
    leading: Any = None
    for term in sp.Add.make_args(f if not isinstance(f, sp.Mul) else _spread(f, z)):
        exponent, rest = sp.S.Zero, sp.S.One
        for factor in sp.Mul.make_args(term):
            base, power = factor.as_base_exp()
            if base == sp.E:
                exponent += power
            else:
                rest *= factor
        square = sp.expand(exponent).as_poly(z)
        poly = sp.expand(rest).as_poly(z)
        if (
            square is None
            or poly is None
            or square.degree() != 2
            or any(c.has(z) for c in square.coeffs() + poly.coeffs())
        ):
            raise RuleError(f"{plain(term)} is no polynomial times an exponential of a quadratic in {plain(z)}")
        a, b, c = -square.coeff_monomial(z**2), square.coeff_monomial(z), -square.coeff_monomial(1)
        if leading is not None and sp.expand(leading - a) != 0:
            raise RuleError(f"the weights of the terms differ: {plain(leading)} and {plain(a)}; split the integral")
        leading = a
        total += sp.sqrt(sp.pi / a) * sp.exp(sp.expand(b**2 / (4 * a)) - c) * _mean(poly, b / (2 * a), 1 / (2 * a))
    return leading, total


def _spread(f: Any, z: Any) -> Any:
    """A product, multiplied out only where sums of exponentials stand in it."""
    sums = [g for g in f.args if isinstance(g, sp.Add) and g.has(sp.exp)]
    return sp.expand_mul(f) if sums else f


def _mean(poly: Any, m: Any, v: Any) -> Any:
    """E q(m + √v ξ) = Σ_k q^{(2k)}(m) v^k/(2^k k!)."""
    z, q = poly.gen, poly.as_expr()
    total, order = sp.S.Zero, 0
    while q != 0:
        total += q.subs(z, m) * (v / 2) ** order / sp.factorial(order)
        q, order = sp.diff(q, z, 2), order + 1
    return total


def laurent(rate: Any, h: Any) -> dict[int, Any]:
    """The coefficients of h^k, k ≤ 0, of a rate of change; RuleError if it is no Laurent series of low order."""
    opened = sp.expand(sp.together(rate)) if not rate.is_Add else rate
    numerator, denominator = sp.fraction(sp.together(opened))
    lowest = _lowest(denominator, h)
    above = _series(_shifted(numerator, h, lowest), h, lowest)
    below = _series(_shifted(denominator, h, 2 * lowest), h, 2 * lowest)[lowest:]
    return _quotient(above, below, lowest)


def _lowest(denominator: Any, h: Any) -> int:
    """The order at which the denominator vanishes."""
    derivative = denominator
    for order in range(HIGHEST_ORDER + 1):
        value = derivative.subs(h, 0)
        if is_zero(value, timeout=5) is not True:
            return order
        derivative = sp.diff(derivative, h)
    raise RuleError(f"{plain(denominator)} vanishes at {plain(h)} = 0 to an order above {HIGHEST_ORDER}")


def _shifted(expr: Any, h: Any, order: int) -> Any:
    """Unknown functions at arguments that move with h, as Taylor polynomials of that order in the shifts."""

    def opened(node: Any) -> Any:
        rest = tuple(argument.subs(h, 0) for argument in node.args)
        jumps = tuple(sp.expand(argument - stay) for argument, stay in zip(node.args, rest, strict=True))
        moving = [i for i, jump in enumerate(jumps) if jump != 0]
        letters = [sp.Dummy(f"y{i}") for i in moving]
        names = list(rest)
        for i, letter in zip(moving, letters, strict=True):
            names[i] = letter
        back = {letter: rest[i] for i, letter in zip(moving, letters, strict=True)}
        terms, current = [], [(node.func(*names), sp.S.One)]
        for k in range(order + 1):
            terms += [_at(f, back) * weight / sp.factorial(k) for f, weight in current]
            current = [
                (sp.diff(f, letter), weight * jumps[i])
                for f, weight in current
                for i, letter in zip(moving, letters, strict=True)
            ]
        return sp.Add(*terms)

    moved = [node for node in expr.atoms(AppliedUndef) if node.has(h)]
    return expr.xreplace({node: opened(node) for node in moved})


def _at(derivative: Any, back: dict[Any, Any]) -> Any:
    """A derivative by letters, at the point they stand for: by the symbol itself where the point is one."""
    if all(value.is_Symbol for value in back.values()):
        return derivative.subs(back)
    if not derivative.has(sp.Derivative):
        return derivative.subs(back)
    return sp.Subs(derivative, tuple(back), tuple(back.values()))


def _series(expr: Any, h: Any, order: int) -> list[Any]:
    """Taylor coefficients at h = 0 up to an order."""
    found, derivative = [], expr
    for k in range(order + 1):
        found.append(sp.expand(derivative.subs(h, 0)) / sp.factorial(k))
        derivative = sp.diff(derivative, h)
    if any(c.has(sp.nan, sp.zoo, sp.oo) for c in found):
        raise RuleError(f"{plain(expr)} has no Taylor series at {plain(h)} = 0")
    return found


def _quotient(above: list[Any], below: list[Any], shift: int) -> dict[int, Any]:
    """(Σ n_k h^k)/(h^shift Σ d_k h^k), up to h⁰."""
    found: list[Any] = []
    for k in range(shift + 1):
        rest = above[k] - sp.Add(*(found[j] * below[k - j] for j in range(k)))
        found.append(sp.expand(rest / below[0]))
    return {k - shift: value for k, value in enumerate(found)}
