"""Limits at an end by orders of growth, leading terms and the limits of elementary functions."""

from __future__ import annotations

from math import lcm
from typing import Any

import sympy as sp

from derive.rule import formula
from derive.rules.analysis.growth import Germ, germ_at
from derive.rules.analysis.special import taken_apart


def limit_value(e: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> Any | None:
    """The limit at an end where orders of growth and the limits of elementary functions give it; None: not found."""
    e = _gathered(formula(e))
    local, germ = germ_at(e, x, end, side, given, _common_root(e, x, end))
    return _limit(local, germ)


def _common_root(e: Any, x: Any, end: Any) -> int:
    """q such that fractional powers of x, or of its distance from the end, are whole powers of its q-th root."""
    bases = (x,) if end.is_infinite else (x - end, end - x)
    roots = [int(p.exp.q) for p in e.atoms(sp.Pow) if p.base in bases and p.exp.is_Rational]
    return lcm(*roots)


def _gathered(e: Any) -> Any:
    """With common factors of denominators taken out: (t² + 1)·e^{tx} for t²·e^{tx} + e^{tx}, for its growth."""
    below = [node for node in e.atoms(sp.Pow) if node.base.is_Add and node.exp.is_negative and node.exp.is_Integer]
    return e.xreplace({node: sp.factor_terms(node.base) ** node.exp for node in below}) if below else e


def limit_proof(limit: Any, value: Any, given: tuple[Any, ...] = ()) -> str | None:
    """Why the limit has this value, by orders of growth and limits of elementary functions; None where they do not
    show it."""
    from derive.field import equal

    e, x, end, side = limit.args
    if str(side) == "+-" and not end.is_infinite:
        sides = [limit_value(e, x, end, one, given) for one in "+-"]
    else:
        sides = [limit_value(e, x, end, "-" if end is sp.oo else str(side), given)]
    if any(found is None or not (found == value or equal(found, value, given) is True) for found in sides):
        return None
    return "orders of growth" if value in (0, sp.oo, -sp.oo) else "leading terms and limits of elementary functions"


def _limit(e: Any, germ: Germ) -> Any | None:
    if germ.t not in e.free_symbols:
        return e
    lead = germ.leading(e)
    if lead is not None:
        if lead[0] == 0:
            return lead[2]
        if germ.positive(lead[0]):
            return sp.S.Zero
        if germ.positive(-lead[0]):
            return sp.oo if germ.positive(lead[2]) else (-sp.oo if germ.positive(-lead[2]) else None)
    if germ.vanishes(e):
        return sp.S.Zero
    if isinstance(e, (sp.Add, sp.Mul)):
        value = _by_parts(e, germ)
        if value is not None or isinstance(e, sp.Mul):
            return value
        value = _apart(e, germ)
        return _over_one_denominator(e, germ) if value is None else value
    if isinstance(e, sp.Function) and len(e.args) == 1:
        inner = _limit(e.args[0], germ)
        if inner is None:
            return None
        if isinstance(e, (sp.exp, sp.atan, sp.tanh, sp.erf, sp.erfc, sp.sinh, sp.cosh)) or (
            inner.is_finite and isinstance(e, (sp.sin, sp.cos))
        ):
            if isinstance(e, sp.atan) and not (inner.is_infinite or germ.real(inner)):
                return None  # the cuts of atan lie on the imaginary axis
            value = e.func(inner)
            return None if value.has(sp.AccumBounds, sp.nan, sp.zoo) else value
        if isinstance(e, (sp.Si, sp.fresnels, sp.fresnelc)) or (isinstance(e, sp.Ci) and inner is sp.oo):
            # Oscillating integrals have their limits on the real axis only.
            return e.func(inner) if inner.is_finite or germ.real(e.args[0]) else None
        if isinstance(e, sp.log):
            if inner is sp.oo:
                return sp.oo
            if inner == 0:
                lead = germ.leading(e.args[0])
                return -sp.oo if lead is not None and germ.positive(lead[0]) and germ.positive(lead[2]) else None
            return sp.log(inner) if inner.is_finite and germ.positive(inner) else None
    if isinstance(e, sp.Pow) and germ.t not in e.exp.free_symbols:
        inner = _limit(e.base, germ)
        if inner is not None and inner.is_finite and germ.positive(inner):
            return inner**e.exp
        if inner in (sp.oo, -sp.oo) and e.exp.is_Integer and e.exp.is_negative:
            return sp.S.Zero
    return None


def _by_parts(e: Any, germ: Germ) -> Any | None:
    """The sum or product of the limits of the parts."""
    parts = [_limit(arg, germ) for arg in e.args]
    if any(part is None for part in parts):
        return None
    value = e.func(*parts)
    if value.has(sp.nan, sp.zoo):
        return None
    return None if any(p.is_infinite for p in parts if p is not None) and not value.is_infinite else value


def _apart(e: Any, germ: Germ) -> Any | None:
    """The limit of a sum whose logarithms grow, but cancel or are outweighed when they are taken apart."""
    found = taken_apart(e, germ)
    if found is None or not all(germ.vanishes(c * sp.log(germ.t) ** k) for k, c in found.items() if k and c != 0):
        return None
    return _limit(found.get(0, sp.S.Zero), germ)


def _over_one_denominator(e: Any, germ: Germ) -> Any | None:
    """The limit of a sum of fractions whose poles may cancel."""
    top, bottom = sp.fraction(sp.together(e))
    return None if germ.t not in bottom.free_symbols else _limit(sp.expand_mul(top) / bottom, germ)
