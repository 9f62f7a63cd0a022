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
    """The limit as a → point from the side; may be ±∞, or bounds where it oscillates; None if it was not found.

    A filter for candidates, not a proof: what is built on it is judged.
    """
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
    terms = sp.Add.make_args(expr)
    if len(terms) > 1 and expr.has(*_BESSEL, sp.sin, sp.cos, sp.atan):
        limits = [_of_term(term, a, point, side) for term in terms]
        if all(value is not None and value.is_finite for value in limits):
            return sp.Add(*limits)
        unbounded = [value for value in limits if value is None or not value.is_finite]
        if len(unbounded) == 1:
            return unbounded[0]
        if expr.has(*_BESSEL):
            return None
    elif len(terms) == 1:
        return _of_term(expr, a, point, side)
    return _by_sympy(expr, a, point, side)


def _of_term(term: Any, a: sp.Symbol, point: Any, side: str) -> Any | None:
    """The limit of a product: Bessel functions by their leading terms, waves by their envelope, arctan from inside."""
    led = term.xreplace(
        {e: leading for e in term.atoms(*_BESSEL) if (leading := _leading(e, a, point, side)) is not None}
    )
    if led.has(*_BESSEL) and led.has(a):
        return None
    for node in led.atoms(sp.atan):
        inner = _by_sympy(node.args[0], a, point, side)
        if inner is not None and inner.is_infinite and node.has(a):
            led = led.xreplace({node: sp.sign(inner) * sp.pi / 2})
    if point.is_infinite:
        waves = [e for e in led.atoms(sp.sin, sp.cos) if e.has(a) and _runs_off(e.args[0], a, point, side)]
        if waves:
            envelope = _by_sympy(led.xreplace(dict.fromkeys(waves, sp.S.One)), a, point, side)
            if envelope is None or envelope == 0 or envelope.is_infinite:
                return envelope
            return sp.AccumBounds(-1, 1)
    return _by_sympy(led, a, point, side)


def _runs_off(argument: Any, a: sp.Symbol, point: Any, side: str) -> bool:
    value = _by_sympy(argument, a, point, side)
    return value is not None and value.is_infinite is True


def _by_sympy(expr: Any, a: sp.Symbol, point: Any, side: str) -> Any | None:
    if not expr.has(a):
        return expr
    value = limited(_SECONDS, sp.limit, expr, a, point, side)
    if value is None or value.has(sp.Limit, sp.nan, a):
        return None
    return value


_BESSEL = (sp.besseli, sp.besselk, sp.besselj, sp.bessely)


def _leading(e: Any, a: sp.Symbol, point: Any, side: str) -> Any | None:
    """The leading term of a Bessel function of order ≥ 0 where z → 0 or ∞ (DLMF 10.7, 10.17, 10.30, 10.40)."""
    nu, z = e.args
    if nu.has(a) or not z.has(a):
        return None
    where = z.subs(a, point) if not point.is_infinite else _by_sympy(z, a, point, side)
    if where is None:
        return None
    if where == 0:
        half = z / 2
        small = {sp.besselj: half**nu / sp.gamma(nu + 1), sp.besseli: half**nu / sp.gamma(nu + 1)}
        if nu == 0:
            small |= {sp.besselk: -sp.log(half) - sp.EulerGamma, sp.bessely: 2 / sp.pi * (sp.log(half) + sp.EulerGamma)}
        elif nu.is_positive:
            small |= {
                sp.besselk: sp.gamma(nu) / 2 * half**-nu,
                sp.bessely: -sp.gamma(nu) / sp.pi * half**-nu,
            }
        else:
            return None
        return small.get(e.func)
    if where != sp.oo:
        return None
    phase = z - nu * sp.pi / 2 - sp.pi / 4
    large = {
        sp.besseli: sp.exp(z) / sp.sqrt(2 * sp.pi * z),
        sp.besselk: sp.exp(-z) * sp.sqrt(sp.pi / (2 * z)),
        sp.besselj: sp.sqrt(2 / (sp.pi * z)) * sp.cos(phase),
        sp.bessely: sp.sqrt(2 / (sp.pi * z)) * sp.sin(phase),
    }
    return large[e.func]


def settles(value: Any) -> bool:
    """Whether a limit is a finite value: not infinite, and not bounds between which the function oscillates."""
    return bool(value.is_finite) and not value.has(sp.AccumBounds)
