"""Integrals, sums, products and limits that stand unevaluated: one generator per class of equal ones.

Two nodes share a generator when their limits are equal and the ratio of their bodies is free of the bound variables.
That a constant factor may be pulled out is the only law used by default; ∫(f + g) = ∫f + ∫g needs that the separate
integrals converge and is used only in a tower with `linear=True` (formal integrals of the terms are then values of one
linear functional, extended to all functions, so that no convergence of parts is claimed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy import Add, Dummy, Expr, Mul

from derive.errors import Undecided
from derive.exact.budget import OutOfReach, OutOfTime

from .errors import FieldError
from .fraction import Fraction

if TYPE_CHECKING:
    from .field import Field
    from .tower import Tower


def bound_generator(t: Tower, e: Any) -> Fraction:
    """The fraction for an unevaluated Integral, Sum, Product or Limit."""
    if isinstance(e, sp.Limit):
        return _limit(t, e)
    if not all(len(limit) == 3 for limit in e.limits):
        return _indefinite(t, e)
    if isinstance(e, sp.Product):
        return _shared(t, e, e.function, _oriented(e)[1])
    e = _flattened(e)
    sign, limits = _oriented(e)
    body = e.function
    if _vanishes(t, body):
        return t.rational(0)
    total = t.rational(0)
    for constant, part in _terms(t, body, [v for v, _, _ in limits]):
        total = total + constant * _shared(t, e, part, limits)
    return total * t.rational(sign)


def _inside(t: Tower) -> Field:
    """A field for the bodies: their variables are bound, so that nothing of it may be mixed with the field outside."""
    from .field import Field

    return Field((), t.domain, budget=t.budget, linear=t.linear)


def _vanishes(t: Tower, body: Expr) -> bool:
    """The body is proven to be zero."""
    try:
        return body == 0 or _inside(t).fraction(body).is_zero()
    except OutOfTime:
        raise
    except (FieldError, Undecided):
        return False


def _flattened(e: Any) -> Any:
    """∫ c(x) ∫ g(x, y) dy dx as one node ∫∫ c g dy dx: a factor free of y may stand inside. The same for sums."""
    factors = Mul.make_args(e.function)
    inner = [f for f in factors if type(f) is type(e) and all(len(limit) == 3 for limit in f.limits)]
    if len(inner) != 1 or not inner[0].has(*e.variables):
        return e
    fresh = {v: Dummy(v.name, **v.assumptions0) for v in inner[0].variables}
    body = inner[0].function.xreplace(fresh) * Mul(*(f for f in factors if f is not inner[0]))
    limits = [(fresh[v], a.xreplace(fresh), b.xreplace(fresh)) for v, a, b in inner[0].limits]
    return _flattened(e.func(body, *limits, *e.limits))


def _oriented(e: Any) -> tuple[int, list[tuple[Any, Any, Any]]]:
    """Reversed limits of an integral flip the sign: the larger end by sort key comes last, infinity above all."""
    sign, limits = 1, []
    for v, a, b in e.limits:
        if isinstance(e, sp.Integral) and (a is sp.oo or b is -sp.oo or (
            a.is_finite is not False and b.is_finite is not False and sp.default_sort_key(a) > sp.default_sort_key(b)
        )):  # fmt: skip
            sign, a, b = -sign, b, a
        limits.append((v, a, b))
    return sign, limits


def _terms(t: Tower, body: Expr, variables: list[Any]) -> list[tuple[Fraction, Expr]]:
    """(constant, integrand) pairs that add up to the body: one pair, or one per term if the tower is linear."""
    if t.linear:
        inner = _inside(t)
        try:
            return _separated(t, inner.tower, inner.fraction(body), variables)
        except FieldError as error:
            raise OutOfReach(str(error)) from error
    constant, rest = body.as_independent(*variables, as_Add=False)
    return [(t.of(constant), rest)]


def _separated(t: Tower, inner: Tower, value: Fraction, variables: list[Any]) -> list[tuple[Fraction, Expr]]:
    """Monomials that depend on the variables, each with its coefficient and over the common denominator."""
    dependent = [g.expr.has(*variables) for g in inner.generators]
    groups: dict[tuple[int, ...], list[Expr]] = {}
    for mono, coeff in inner.ring.reduce(value.num).to_dict().items():
        key = tuple(e if e and dependent[i] else 0 for i, e in enumerate(mono))
        factor = Mul(*[inner.generators[i].expr ** e for i, e in enumerate(mono) if e and not dependent[i]])
        groups.setdefault(key, []).append(sp.Rational(int(coeff.p), int(coeff.q)) * factor)
    below = inner.expression_of(value.den)
    constant_below, rest_below = below.as_independent(*variables, as_Add=False)
    out = []
    for key, coefficients in groups.items():
        kernel = Mul(*[inner.generators[i].expr ** e for i, e in enumerate(key) if e])
        out.append((t.of(Add(*coefficients)) / t.of(constant_below), kernel / rest_below))
    return out


def _shared(t: Tower, e: Any, body: Expr, limits: list[tuple[Any, Any, Any]]) -> Fraction:
    """The generator of an equal node, times the constant ratio of the bodies; a new generator if there is none."""
    known = t.registry.setdefault(("bound", e.func, len(limits)), [])
    ends = [_end(t, end) for _, a, b in limits for end in (a, b)]
    for other_body, other_limits, other_ends, generator in known:
        to = {v: w for (v, _, _), (w, _, _) in zip(limits, other_limits, strict=True)}
        moved_ends = ends if len(limits) == 1 else [
            _end(t, end.xreplace(to)) for _, a, b in limits for end in (a, b)]  # fmt: skip
        if not all(_same_end(p, q) for p, q in zip(moved_ends, other_ends, strict=True)):
            continue
        ratio = _constant_ratio(t, body.xreplace(to), other_body, [w for w, _, _ in other_limits])
        if ratio is not None and (not isinstance(e, sp.Product) or ratio.constant() == 1):
            return ratio * generator
    meaning = e.func(body, *limits)
    generator = t.ring.variable(t.new("bound", meaning))
    known.append((body, limits, ends, generator))
    return generator


def _end(t: Tower, end: Any) -> Any:
    return end if end in (sp.oo, -sp.oo, sp.zoo) else t.of(end)


def _same_end(a: Any, b: Any) -> bool:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a.same(b)
    return not isinstance(a, Fraction) and not isinstance(b, Fraction) and a == b


def _constant_ratio(t: Tower, body: Expr, other: Expr, variables: list[Any]) -> Fraction | None:
    """body/other as a fraction of `t` if it is free of the variables, else None."""
    if body == other:
        return t.rational(1)
    inner = _inside(t)
    try:
        top, bottom = inner.fraction(body), inner.fraction(other)
        if bottom.is_zero():
            return None
        if top.same(bottom):
            return t.rational(1)
        ratio = sp.powsimp(inner.tower.expression(top / bottom), combine="exp")
        return None if ratio.has(*variables) else t.of(ratio)
    except OutOfTime:
        raise
    except (FieldError, Undecided):
        return None


def _indefinite(t: Tower, e: Any) -> Fraction:
    return t.atom("bound", e)


def _limit(t: Tower, e: Any) -> Fraction:
    body, v, point, side = e.args
    fresh = Dummy(v.name, **v.assumptions0)
    return _shared_limit(t, body.xreplace({v: fresh}), fresh, point, side, e)


def _shared_limit(t: Tower, body: Expr, v: Any, point: Any, side: Any, meaning: Expr) -> Fraction:
    known = t.registry.setdefault(("limit", str(side)), [])
    end = _end(t, point)
    for other, w, other_end, generator in known:
        if _same_end(end, other_end):
            inner = _inside(t)
            try:
                if inner.fraction(body.xreplace({v: w})).same(inner.fraction(other)):
                    return generator
            except OutOfTime:
                raise
            except (FieldError, Undecided):
                continue
    generator = t.ring.variable(t.new("bound", meaning))
    known.append((body, v, end, generator))
    return generator


def derivative_of_bound(t: Tower, e: Any) -> Fraction:
    """∂^α of an integral: a jet of the integral's generator; linear in the constant factor."""
    counts = tuple(sorted(((v, int(n)) for v, n in e.variable_count), key=str))
    value = bound_generator(t, e.expr)
    if not e.expr.free_symbols & {v for v, _ in counts}:
        return t.rational(0)
    known = t.registry.setdefault(("derivative", counts), [])
    for other, generator in known:
        if other.same(value):
            return generator
        ratio = (value / other).constant() if not other.is_zero() else None
        if ratio is not None:
            return t.rational(sp.Rational(int(ratio.p), int(ratio.q))) * generator
    generator = t.ring.variable(t.new("bound", e))
    known.append((value, generator))
    return generator
