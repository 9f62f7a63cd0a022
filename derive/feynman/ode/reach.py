"""The interval over which a parameter ranges, its distinguished points, and limits towards them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from derive.feynman.limits import limited

_SECONDS = 1.5


@dataclass(frozen=True)
class Reach:
    """lower < a < upper, as far as the assumptions say; the ends may hold other parameters."""

    lower: tuple[Any, ...]
    upper: tuple[Any, ...]

    def side(self, point: Any) -> str:
        """From which side the point is approached: "-" for upper ends and ∞, "+" for the others."""
        return "-" if point in self.upper or point == sp.oo else "+"


def reach(a: sp.Symbol, given: tuple[Any, ...]) -> Reach:
    """The bounds that the symbol's own assumptions and the relations (linear in a) state."""
    lower: list[Any] = [sp.S.Zero] if a.is_nonnegative else []
    upper: list[Any] = [sp.S.Zero] if a.is_nonpositive else []
    for relation in given:
        if (
            not isinstance(relation, Relational)
            or a not in relation.free_symbols
            or isinstance(relation, sp.Eq | sp.Ne)
        ):
            continue
        gap: Any = sp.expand(relation.gts - relation.lts)  # positive
        if not gap.is_polynomial(a) or sp.degree(gap, a) != 1:
            continue
        slope: Any = gap.coeff(a, 1)
        bound = sp.cancel(-gap.coeff(a, 0) / slope)
        if slope.is_positive:
            lower.append(bound)
        elif slope.is_negative:
            upper.append(bound)
    lower = [bound for bound in lower if not any(_above(other, bound) for other in lower)]
    upper = [bound for bound in upper if not any(_above(bound, other) for other in upper)]
    return Reach(tuple(lower) or (-sp.oo,), tuple(upper) or (sp.oo,))


def _above(p: Any, q: Any) -> bool:
    return bool((p - q).is_positive)


def limit_at(expr: Any, a: sp.Symbol, point: Any, side: str) -> Any | None:
    """The limit as a → point from the side; may be ±∞; None if it was not found. A filter: the result is judged."""
    expr = sp.sympify(expr)
    if not expr.has(a):
        return expr
    if not point.is_infinite:
        try:
            value = expr.subs(a, point)
        except (ValueError, TypeError, ZeroDivisionError):
            value = sp.nan
        if not value.has(sp.nan, sp.zoo, sp.oo, sp.AccumBounds, sp.Integral, sp.Derivative):
            return value
    if point.is_infinite and expr.has(sp.besselk, sp.besseli, sp.elliptic_k, sp.elliptic_e, sp.hyper):
        value = limited(_SECONDS, _by_growth, expr, a)
        if value is not None:
            return value
    value = limited(_SECONDS, sp.limit, expr, a, point, side)
    if value is None or value.has(sp.Limit, sp.nan, sp.AccumBounds, a):
        return None
    return value


def _by_growth(expr: Any, a: sp.Symbol) -> Any | None:
    """Leading terms of Bessel functions at ∞ in their place: I_ν(z) ~ e^z/√(2πz), K_ν(z) ~ e^{−z} √(π/(2z))."""
    table: dict[Any, Any] = {}
    for e in expr.atoms(sp.besseli, sp.besselk):
        z = e.args[1]
        table[e] = (
            sp.exp(z) / sp.sqrt(2 * sp.pi * z) if isinstance(e, sp.besseli) else sp.exp(-z) * sp.sqrt(sp.pi / (2 * z))
        )
    if not table or expr.has(sp.hyper, sp.elliptic_k, sp.elliptic_e):
        return None
    value = sp.limit(expr.xreplace(table), a, sp.oo)
    return value if value in (0, sp.oo, -sp.oo) else None
