"""A particular solution by undetermined coefficients: L u = h·R with h hyperexponential, R rational, u = h·S.

The denominator of S divides a product of the singular factors and of the denominator of R, its degree is bounded by
that of R and by the exponents at infinity; then linear algebra.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.polys.polyerrors import PolynomialError

from derive.feynman.ode.hyperexponential import conjugated, kernel, whole
from derive.feynman.ode.linear import LinearODE, Operator, polynomial_in
from derive.feynman.ode.places import at_factor, at_infinity, factors, valuation

_MOST_TERMS, _MOST_DEGREE = 8, 24


def undetermined(equation: LinearODE) -> Any | None:
    """Σ h_k S_k for the right side Σ h_k R_k, grouped by similar h_k; None if one group has no such solution."""
    a = equation.variable
    groups = grouped(equation.right, a)
    if groups is None or len(groups) > _MOST_TERMS:
        return None
    total = sp.S.Zero
    for (exponent, powers), rational in groups.items():
        inner = conjugated(equation.operator, exponent, powers)
        factor = _factor(equation.operator, exponent, powers)
        part = rational_solution(inner, sp.cancel(sp.together(rational * factor)))
        if part is None:
            return None
        total += sp.exp(exponent) * sp.Mul(*[q**e for q, e in powers]) * part
    return total


def _factor(operator: Operator, exponent: Any, powers: tuple[tuple[Any, Any], ...]) -> Any:
    a = operator.variable
    w = sp.diff(exponent, a) + sp.Add(*[e * sp.diff(q, a) / q for q, e in powers])
    if w == 0:
        return sp.S.One
    top, bottom = sp.fraction(sp.cancel(sp.together(w)))
    return operator.conjugated(polynomial_in(top, a), polynomial_in(bottom, a))[1]


def grouped(expr: Any, a: sp.Symbol) -> dict[tuple[Any, tuple[tuple[Any, Any], ...]], Any] | None:
    """The expression as Σ exp(R) Π q^e · rational, collected by (R, ((q, e), …)) with 0 < e < 1; None if it is none."""
    out: dict[tuple[Any, tuple[tuple[Any, Any], ...]], Any] = {}
    for term in sp.Add.make_args(sp.expand(expr.rewrite(sp.exp) if expr.has(sp.sinh, sp.cosh) else expr)):
        exponent, powers, rational = sp.S.Zero, {}, sp.S.One
        for factor in sp.Mul.make_args(term):
            base, power = factor.as_base_exp()
            if factor.is_rational_function(a):
                rational *= factor
            elif isinstance(factor, sp.exp) and factor.args[0].is_rational_function(a):
                exponent += factor.args[0]
            elif base.is_polynomial(a) and not power.has(a):
                powers[base] = powers.get(base, 0) + power
            else:
                return None
        named = []
        for base, power in powers.items():
            shift = sp.floor(power) if power.is_number else sp.S.Zero
            rational *= base**shift
            if power != shift:
                named.append((base, power - shift))
        key = (sp.expand(exponent), tuple(sorted(named, key=str)))
        out[key] = out.get(key, 0) + rational
    return out


def rational_solution(operator: Operator, right: Any) -> Any | None:
    """A rational S with L S = right (rational), or None."""
    a = operator.variable
    try:
        top, bottom = sp.fraction(sp.cancel(sp.together(right)))
        lower = polynomial_in(bottom, a)
        upper = polynomial_in(top, a)
    except PolynomialError:
        return None
    denominators: dict[Any, int] = {}
    for q, _ in factors(operator.polys[-1] * lower):
        least = min((e for e in map(whole, at_factor(operator, q)) if e is not None), default=0)
        here = valuation(lower, q)
        height = min(valuation(p, q) - i for i, p in enumerate(operator.polys) if not p.is_zero)
        denominators[q.as_expr()] = max(-least, here + height, 0)
    powers = tuple((q, sp.Integer(-e)) for q, e in denominators.items() if e > 0)
    if sum(sp.degree(q, a) * -e for q, e in powers) > _MOST_DEGREE:
        return None
    inner = conjugated(operator, sp.S.Zero, powers)
    moved = sp.cancel(sp.together(right * _factor(operator, sp.S.Zero, powers) / sp.Mul(*[q**e for q, e in powers])))
    upper, lower = (polynomial_in(part, a) for part in sp.fraction(moved))
    scaled = Operator(tuple(p * lower for p in inner.polys), a)
    growth = max(p.degree() - i for i, p in enumerate(scaled.polys) if not p.is_zero)
    own = max((e for e in map(whole, at_infinity(inner)) if e is not None), default=0)
    degree = max(upper.degree() - growth, own, 0)
    if degree > _MOST_DEGREE:
        return None
    columns = [scaled.on_power(j) for j in range(degree + 1)]
    for relation in kernel([*columns, -upper]):
        if relation[-1] != 0:
            poly = sp.Add(*[c / relation[-1] * a**j for j, c in enumerate(relation[:-1])])
            return sp.Mul(*[q**e for q, e in powers]) * sp.factor_terms(poly)
    return None
