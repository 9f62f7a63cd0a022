"""Real functions as real parts of functions analytic in the upper half plane, and the poles of rational functions.

cos kx = Re e^{ikx}; log(x² + a²) = 2 Re log(a − ix); atan(x/a) = −Im log(a − ix); log(1 − 2r cos kx + r²) = 2 Re log(1
− r e^{ikx}) for |r| < 1; e^{a cos kx} cos(a sin kx) = Re exp(a e^{ikx}). A real part may be multiplied by real rational
functions, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.exact import sign_of
from derive.feynman.methods.waves import binomial, is_wave, waves

Given = tuple[Any, ...]
Sample = Callable[[Any], Any]  # an expression in the parameters -> its value at one admissible point


@dataclass(frozen=True)
class Analytic:
    """real = Re(function): `function` analytic for Im x > 0 and bounded there but for logarithms; `far`: its limit at
    i∞ (None where it grows); `wave`: whether it decays there by a factor e^{ikx}."""

    function: Any
    far: Any
    wave: bool = False


def analytic_part(factors: list[Any], x: sp.Symbol, given: Given, sample: Sample) -> list[tuple[Any, Analytic]] | None:
    """A product of real factors as Σ coefficient · Re(analytic function); None where it is not of the kind."""
    plain = [f for f in factors if is_wave(f)]
    rest = [f for f in factors if not is_wave(f)]
    if rest:
        found = _disc(sp.Mul(*factors), x, given, sample)
        if found is not None:
            return [(sp.S.One, found)]
        if plain or len(rest) > 1:
            return None
        single = _logarithmic(rest[0], x, given)
        return None if single is None else [(sp.S.One, single)]
    parts = []
    for c, phase, kind in waves(plain):
        slope = sp.expand(phase).coeff(x, 1)
        shift = sp.expand(phase - slope * x)
        if x in shift.free_symbols or phase == 0:
            if phase != 0:
                return None
            parts.append((c, Analytic(sp.S.One, sp.S.One)))
            continue
        side = sign_of(slope, given) or sp.sign(sample(slope))
        wave = sp.exp(sp.I * side * (slope * x + shift))
        parts.append((c, Analytic(wave if kind == "cos" else -sp.I * side * wave, sp.S.Zero, True)))
    return parts


def _logarithmic(f: Any, x: sp.Symbol, given: Given) -> Analytic | None:
    if isinstance(f, sp.log):
        parts = binomial(f.args[0], x)
        if f.args[0] == x or f.args[0] == sp.Abs(x):
            return Analytic(sp.log(-sp.I * x), None)
        if parts is None or parts[2] not in (2, -2):
            return None
        c, d, power = parts
        if sign_of(c, given) != 1 or sign_of(d, given) != 1:
            return None
        if power == 2:
            return Analytic(2 * sp.log(sp.sqrt(c) - sp.I * sp.sqrt(d) * x), None)
        upper = 2 * sp.log(sp.sqrt(d) - sp.I * sp.sqrt(c) * x) - 2 * sp.log(-sp.I * x)
        return Analytic(upper, sp.log(c))
    if isinstance(f, sp.atan):
        slope = sp.cancel(f.args[0] / x)
        if x in slope.free_symbols:
            inverse = sp.cancel(f.args[0] * x)
            if x in inverse.free_symbols or sign_of(inverse, given) != 1:
                return None
            return Analytic(-sp.I * (sp.log(inverse - sp.I * x) - sp.log(-sp.I * x)), sp.S.Zero)
        if sign_of(slope, given) == 1:
            return Analytic(sp.I * sp.log(1 - sp.I * slope * x), None)
    return None


def _disc(f: Any, x: sp.Symbol, given: Given, sample: Sample) -> Analytic | None:
    """f = Re F(e^{ikx}) or Im F, F analytic in the unit disc, for the kinds listed above."""
    from derive.feynman.methods.disc import disc_function

    inner = [node.args[0] for node in f.atoms(sp.cos, sp.sin) if not node.args[0].has(sp.cos, sp.sin)]
    slopes = {sp.cancel(argument / x) for argument in inner}
    if not slopes or any(x in slope.free_symbols for slope in slopes):
        return None
    base = min(slopes, key=lambda slope: abs(sample(slope)))
    if sign_of(base, given) != 1 or not all(sp.cancel(slope / base).is_Integer for slope in slopes):
        return None
    theta, z = sp.Symbol("theta", real=True), sp.Symbol("z")
    found = disc_function(f.xreplace({slope * x: sp.cancel(slope / base) * theta for slope in slopes}), theta, z, given)
    if found is None or x in found.free_symbols or found.xreplace({z: sp.S.Zero}).has(sp.zoo, sp.nan):
        return None
    return Analytic(found.xreplace({z: sp.exp(sp.I * base * x)}), found.xreplace({z: sp.S.Zero}))


@dataclass(frozen=True)
class Roots:
    """The roots of a real polynomial with their orders, by half planes; `lead` its leading coefficient."""

    lead: Any
    above: tuple[tuple[Any, int], ...]
    real: tuple[tuple[Any, int], ...]
    below: tuple[tuple[Any, int], ...]


def roots_of(polynomial: Any, x: sp.Symbol, sample: Sample) -> Roots | None:
    """Roots in closed form of a product of linear, quadratic and biquadratic factors and x^n ± c; None beyond. Where
    they lie is read off at a sample point."""
    above: list[tuple[Any, int]] = []
    real: list[tuple[Any, int]] = []
    below: list[tuple[Any, int]] = []
    factors: Any = sp.factor_list(polynomial, x)[1]
    for factor, order in factors:
        found = _roots(sp.Poly(factor, x), x, sample)
        if found is None:
            return None
        for root in (sp.sqrtdenest(root) if root.is_number else root for root in found):
            height = sp.im(sp.N(sample(root), 30))
            where = real if abs(height) < sp.Float("1e-20") else above if height > 0 else below
            where.append((root, order))
    return Roots(sp.Poly(polynomial, x).LC(), tuple(above), tuple(real), tuple(below))


def _roots(p: sp.Poly, x: sp.Symbol, sample: Sample) -> list[Any] | None:
    n = p.degree()
    c = p.all_coeffs()
    if n == 1:
        return [-c[1] / c[0]]
    if n == 2:
        return _quadratic(*c, sample)
    if n == 4 and c[1] == 0 and c[3] == 0:
        outer, inner = sp.cancel(c[2] / c[0]), sp.cancel(c[4] / c[0])
        if sample(outer**2 - 4 * inner) >= 0:
            squares = _quadratic(sp.S.One, outer, inner, sample)
            return [r for w in squares for r in _square_roots(w, sample)]
        q = sp.sqrt(inner)
        re, im = sp.sqrt(2 * q - outer) / 2, sp.sqrt(2 * q + outer) / 2
        return [a * re + sp.I * b * im for a in (1, -1) for b in (1, -1)]
    if all(v == 0 for v in c[1:-1]):
        last = sp.cancel(c[-1] / c[0])
        size = sp.powdenest(sp.Abs(last) if last.is_number else (last if sample(last) > 0 else -last), force=True)
        shift = sp.S.Half if sample(last) > 0 else sp.S.Zero
        return [size ** sp.Rational(1, n) * sp.exp(2 * sp.pi * sp.I * (k + shift) / n) for k in range(n)]
    inner = _in_a_power(p, x, sample)
    if inner is not None:
        return inner
    if all(v.is_Rational for v in c):
        found = sp.roots(p)
        return list(found) if sum(found.values()) == n and n <= 4 else None
    return None


def _in_a_power(p: sp.Poly, x: sp.Symbol, sample: Sample) -> list[Any] | None:
    """The roots of q(xᵍ), g ≥ 2, q quadratic with real roots: g-th roots of them."""
    g = int(sp.igcd(*(n for (n,), _ in p.terms())))
    if g < 2 or p.degree() != 2 * g:
        return None
    a, b, c = (p.coeff_monomial(x**n) for n in (2 * g, g, 0))
    if sample(b**2 - 4 * a * c) < 0:
        return None
    roots = []
    for w in _quadratic(a, b, c, sample):
        negative = int(bool(sample(w) < 0))
        size = -w if negative else w
        size = sp.root(size, g) if g % 2 else sp.root(sp.sqrtdenest(sp.sqrt(size)), g // 2)
        roots += [size * sp.exp(sp.I * sp.pi * sp.Rational(2 * k + negative, g)) for k in range(g)]
    return roots


def _quadratic(a: Any, b: Any, c: Any, sample: Sample) -> list[Any]:
    discriminant = sp.factor(b**2 - 4 * a * c)
    apart = sample(discriminant) < 0
    width = sp.I * sp.sqrt(sp.factor(-discriminant)) if apart else sp.sqrt(discriminant)
    return [(-b + width) / (2 * a), (-b - width) / (2 * a)]


def _square_roots(w: Any, sample: Sample) -> list[Any]:
    root = sp.I * sp.sqrt(-w) if sample(w) < 0 else sp.sqrt(w)
    return [root, -root]
