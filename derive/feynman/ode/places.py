"""Local exponents: how solutions of L y = 0 may behave at a singular point and at infinity.

At an irreducible factor q of the leading coefficient y = q^e (1 + O(q)); at infinity y = a^s (1 + O(1/a)); in front of
both exponential parts exp(C a^k/k) at infinity and exp(−C/(k (a − ρ)^k)) at a point (sides of the Newton polygon with
integer slope). Reference: M. van der Put, M. F. Singer, Galois Theory of Linear Differential Equations, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.feynman.ode.linear import Operator, polynomial_in

_MOST_ROOTS = 4


def factors(polynomial: sp.Poly) -> list[tuple[sp.Poly, int]]:
    """The irreducible factors that depend on the variable, monic, with their multiplicities."""
    a = polynomial.gens[0]
    listed = sp.factor_list(polynomial.as_expr(), a)[1]
    found = []
    for q, multiplicity in listed:
        poly = polynomial_in(q, a)
        if poly.degree() > 0:
            found.append((poly.monic(), int(multiplicity)))
    return found


def linear_factors(q: sp.Poly) -> list[sp.Poly]:
    """a − ρ for the roots ρ of an irreducible quadratic; q itself if it is none."""
    a = q.gens[0]
    roots = roots_of(q.as_expr(), a) if q.degree() == 2 else []
    return [sp.Poly(a - root, a, domain="EX") for root in roots] or [q]


def valuation(polynomial: sp.Poly, q: sp.Poly) -> int:
    """The multiplicity of q in the polynomial."""
    count = 0
    while True:
        quotient, rest = polynomial.div(q)
        if not rest.is_zero:
            return count
        polynomial, count = quotient, count + 1


def roots_of(polynomial: Any, unknown: sp.Symbol) -> list[Any]:
    """The roots in closed form, without multiplicity; none if there is one that has no short form."""
    found: list[Any] = []
    for factor, _ in sp.factor_list(polynomial, unknown)[1]:
        poly = polynomial_in(factor, unknown)
        if poly.degree() == 1:
            found.append(sp.cancel(-poly.nth(0) / poly.nth(1)))
        elif poly.degree() == 2:
            c, half, lead = poly.nth(0), poly.nth(1) / 2, poly.nth(2)
            root = tidy(sp.sqrt(sp.factor(half**2 - lead * c)))
            found += [tidy((-half + sign * root) / lead) for sign in (-1, 1)]
        elif poly.degree() > 2:
            roots = sp.roots(poly)
            if sum(roots.values()) < poly.degree():
                return []
            found += [tidy(root) for root in roots]
    return list(dict.fromkeys(found))


def tidy(constant: Any) -> Any:
    """A constant with roots of squares drawn."""
    return sp.powdenest(sp.factor_terms(sp.radsimp(sp.sqrtdenest(constant))), force=False).replace(
        lambda e: isinstance(e, sp.Pow) and e.exp == sp.Rational(1, 2), lambda e: sp.sqrt(sp.factor(e.base))
    )


def at_factor(operator: Operator, q: sp.Poly) -> list[Any]:
    """The exponents e with y = q^e (1 + O(q)): roots, common to all conjugates, of the indicial polynomial modulo q."""
    a, e = operator.variable, sp.Dummy("e")
    heights = {i: valuation(p, q) - i for i, p in enumerate(operator.polys) if not p.is_zero}
    least = min(heights.values())
    slope = q.diff(a)
    total: dict[int, Any] = {}
    for i, height in heights.items():
        if height == least:
            part = (operator.polys[i].quo(q ** (height + i)) * slope**i).rem(q)
            for (power,), coefficient in part.terms():
                total[power] = total.get(power, 0) + coefficient * sp.ff(e, i).expand(func=True)
    conditions = [p for p in (sp.Poly(sp.expand(sp.cancel(c)), e) for c in total.values()) if not p.is_zero]
    if not conditions:
        return []
    common = conditions[0]
    for other in conditions[1:]:
        common = common.gcd(other)
    return roots_of(common.as_expr(), e) if common.degree() > 0 else []


def at_infinity(operator: Operator) -> list[Any]:
    """The exponents s with y = a^s (1 + O(1/a))."""
    s = sp.Dummy("s")
    degrees = {i: p.degree() - i for i, p in enumerate(operator.polys) if not p.is_zero}
    top = max(degrees.values())
    total = sum(operator.polys[i].LC() * sp.ff(s, i).expand(func=True) for i, d in degrees.items() if d == top)
    return roots_of(sp.expand(total), s)


def exponential_parts(operator: Operator) -> Iterator[Any]:
    """The rational functions R of the variable for which a solution may be exp(R) times powers: 0 first."""
    a = operator.variable
    for outer in _at_infinity(operator, None):
        moved = _conjugate(operator, sp.diff(outer, a)) if outer != 0 else operator
        points = [q for q, _ in factors(moved.polys[-1]) if q.degree() == 1]
        yield from (outer + inner for inner in _at_points(moved, points))


def _at_points(operator: Operator, points: list[sp.Poly]) -> Iterator[Any]:
    if not points:
        yield sp.S.Zero
        return
    a, q = operator.variable, points[0]
    for part in _at_point(operator, q, None):
        moved = _conjugate(operator, sp.diff(part, a)) if part != 0 else operator
        yield from (part + rest for rest in _at_points(moved, points[1:]))


def _at_infinity(operator: Operator, below: int | None) -> Iterator[Any]:
    """Exponential parts Σ C a^k/k with descending k < below."""
    a = operator.variable
    degrees = {i: p.degree() for i, p in enumerate(operator.polys) if not p.is_zero}
    yield sp.S.Zero
    for k, touching in _sides(degrees, below):
        for c in _leading({i: operator.polys[i].LC() for i in touching}):
            part = c * a**k / k
            moved = _conjugate(operator, sp.diff(part, a))
            yield from (part + rest for rest in _at_infinity(moved, k))


def _at_point(operator: Operator, q: sp.Poly, below: int | None) -> Iterator[Any]:
    """Exponential parts −Σ C/(k (a − ρ)^k) with descending k < below, for q = a − ρ."""
    a = operator.variable
    heights = {i: valuation(p, q) for i, p in enumerate(operator.polys) if not p.is_zero}
    yield sp.S.Zero
    for k, touching in _sides({i: 2 * i - h for i, h in heights.items()}, below):
        root = -q.nth(0)
        leading = {i: operator.polys[i].quo(q ** heights[i]).eval(root) for i in touching}
        for c in _leading(leading):
            part = -c / (k * q.as_expr() ** k)
            moved = _conjugate(operator, sp.diff(part, a))
            yield from (part + rest for rest in _at_point(moved, q, k))


def _sides(weights: dict[int, int], below: int | None) -> Iterator[tuple[int, list[int]]]:
    """Integers k ≥ 1, descending, for which max(w_i + (k − 1) i) is attained twice, with the indices that attain it."""
    highest = max((abs(w) for w in weights.values()), default=0) + 2
    for k in range(min(highest, below - 1 if below else highest), 0, -1):
        lines = {i: w + (k - 1) * i for i, w in weights.items()}
        top = max(lines.values())
        touching = [i for i, line in lines.items() if line == top]
        if len(touching) > 1:
            yield k, touching


def _leading(coefficients: dict[int, Any]) -> list[Any]:
    """The nonzero roots C of Σ c_i C^i."""
    c, low = sp.Dummy("C"), min(coefficients)
    total = sum(value * c ** (i - low) for i, value in coefficients.items())
    return [root for root in roots_of(total, c) if root != 0][:_MOST_ROOTS]


def _conjugate(operator: Operator, w: Any) -> Operator:
    """e^{−R} L e^{R} for R' = w rational."""
    a = operator.variable
    top, bottom = sp.fraction(sp.cancel(sp.together(w)))
    return operator.conjugated(polynomial_in(top, a), polynomial_in(bottom, a))[0]
