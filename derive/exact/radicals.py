"""The sign of u + v√w by squaring: where u and v√w pull apart, it is that of u times the sign of u² − v²w."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Mul, Pow, S, expand

Signs = frozenset[int]


def split_at_root(expr: Any) -> tuple[Any, Any, Any] | None:
    """(u, v, w) with expr = u + v√w and u, v free of square roots; None where several different roots occur."""
    plain, rooted, under = S.Zero, S.Zero, None
    for term in Add.make_args(expand(expr)):
        rest, roots = S.One, S.One
        for factor in Mul.make_args(term):
            if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.q == 2:
                roots *= factor.base
                rest *= Pow(factor.base, factor.exp - S.Half)
            else:
                rest *= factor
        if _has_root(rest):
            return None
        if roots == 1:
            plain += rest
        elif under is None or expand(roots - under) == 0:
            under = roots
            rooted += rest
        else:
            return None
    return None if under is None or _has_root(under) else (plain, rooted, under)


def _has_root(expr: Any) -> bool:
    return any(node.exp.is_Rational and node.exp.q == 2 for node in expr.atoms(Pow))


def by_squaring(expr: Any, signs: Callable[[Any], Signs | None]) -> Signs | None:
    """The signs of u + v√w, w ≥ 0, from those of u, v and u² − v²w; None where they do not decide it."""
    parts = split_at_root(expr)
    if parts is None:
        return None
    u, v, w = parts
    below, one, other = signs(w), signs(u), signs(v)
    if below is None or not below <= {0, 1} or one is None or other is None or len(one) > 1 or len(other) > 1:
        return None
    (first,), (second,) = one, other
    if first * second >= 0:
        return frozenset({first}) if first else frozenset(second * sign for sign in below)
    gap = signs(expand(u**2 - v**2 * w))
    return None if gap is None else frozenset(first * sign for sign in gap)
