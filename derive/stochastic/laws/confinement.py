"""Whether a weight e^ℓ can be integrated up to an end, read off the term of ℓ = Σ c_i g_i that dominates there.

At the distance y from the end (y = 1/|x| at infinity, where dx = dy/y²) let ρ_i = lim g_i/log(1/y). The weight is
integrable if the terms with ρ = ±∞ of the fastest growth pull ℓ to −∞, and not if they push it to +∞; without such
terms iff Σ c_i ρ_i (+ 2 at infinity) < 1. Signs that the assumptions do not decide are conditions of the result.

Assumptions: ℓ is a sum of a constant and of products of constants and functions g_i of x; parameters inside a g_i
without a sign are positive, which is among the conditions too. Reference: G. Hardy, Orders of Infinity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.conditions import condition
from derive.stochastic.errors import Unsolvable
from derive.stochastic.laws.normalisers import terms_of
from derive.worker import limited

SECONDS = 6.0


@dataclass(frozen=True)
class Confined:
    """The weight is integrable at both ends under these conditions (none if it always is)."""

    conditions: tuple[Any, ...]


def confined(log_weight: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...] = ()) -> Confined:
    """The conditions under which ∫ e^ℓ dx is finite; Unsolvable, with the end and the term, where it is infinite for
    all parameters that the assumptions admit, or where the growth was not told."""
    conditions: list[Any] = []
    for end, side in zip(ends, (1, -1), strict=True):
        conditions += [c for c in _at(log_weight, x, ends, end, side, (*given, *conditions)) if c not in conditions]
    return Confined(tuple(conditions))


def _at(log_weight: Any, x: Any, ends: tuple[Any, Any], end: Any, side: int, given: tuple[Any, ...]) -> list[Any]:
    y = sp.Dummy("y", positive=True)
    place = side * y + end if not end.is_infinite else -side / y
    _, terms = terms_of(log_weight, x, ends)
    free = set().union(*(g.free_symbols for g in terms)) - {x} if terms else set()
    signs: dict[Any, Any] = {s: sp.Symbol(s.name, positive=True) for s in free if s.is_positive is None}
    back = {new: old for old, new in signs.items()}
    inner = [sp.Gt(s, 0) for s in sorted(signs, key=str)]
    scale = sp.log(1 / y)
    strong, total = {}, sp.S.Zero if not end.is_infinite else sp.Integer(2)
    for g, c in terms.items():
        moved = g.xreplace(signs).subs(x, place.xreplace(signs) if not end.is_infinite else place)
        rho = _limit(moved / scale, y)
        if rho is None:
            raise Unsolvable(
                f"how fast {plain(g)} grows at {plain(x)} → {plain(end)} was not told: its law cannot be normalised"
            )
        if rho.is_infinite:
            strong[moved] = (rho, c)
        else:
            total += c * rho.xreplace(back)
    where = f"{plain(x)} → {plain(end)}"
    for size, push in _by_size(strong, y):
        shown = f"the weight exp({plain(log_weight)}) cannot be normalised at {where}"
        if zero(push, given):
            continue
        answer = condition(-push, given)
        if answer == sp.false:
            known = f" for {', '.join(map(plain, given))}" if given else ""
            raise Unsolvable(f"{shown}: its exponent goes to +∞ there{known}")
        used = [i for i in inner if i.lhs in {s.xreplace(back) for s in size.free_symbols}]
        return [c for c in (*used, answer) if c != sp.true]
    answer = condition(1 - total, given)
    if answer == sp.false:
        raise Unsolvable(
            f"the weight exp({plain(log_weight)}) cannot be normalised at {where}: next to it it is like "
            f"y^({plain(-total + 0)}) dy "
            f"at the distance y" + ("" if not end.is_infinite else " = 1/|x|, dx included")
        )
    return [c for c in (answer,) if c != sp.true]


def _by_size(strong: dict[Any, tuple[Any, Any]], y: Any) -> list[tuple[Any, Any]]:
    """(function, coefficient with its sign at the end) by falling growth, equal growths put together."""
    groups: list[list[Any]] = []
    for g, (rho, c) in strong.items():
        push = c * sp.sign(rho)
        for k, group in enumerate(groups):
            ratio = _limit(sp.Abs(g) / sp.Abs(group[0]) if not (g / group[0]).is_positive else g / group[0], y)
            if ratio is None:
                raise Unsolvable(f"which of {plain(g)} and {plain(group[0])} grows faster was not told")
            if ratio.is_infinite:
                groups.insert(k, [g, push])
                break
            if ratio != 0:
                group[1] += push * ratio
                break
        else:
            groups.append([g, push])
    return [(g, push) for g, push in groups]


def falls(log_weight: Any, x: Any, end: Any, side: int) -> bool:
    """Whether e^ℓ is seen to vanish at a finite end, parameters without a sign positive."""
    y = sp.Dummy("y", positive=True)
    signs: dict[Any, Any] = {s: sp.Symbol(s.name, positive=True) for s in log_weight.free_symbols if s != x}
    return _limit(log_weight.xreplace(signs).subs(x, end + side * y), y) == -sp.oo


def _limit(f: Any, y: Any) -> Any | None:
    found = limited(_limited, f, y, timeout=SECONDS)
    return found.value if found.finished else None


def _limited(f: Any, y: Any, post: Any = None) -> Any | None:
    try:
        value = sp.limit(sp.powdenest(f, force=True), y, 0, "+")
    except (NotImplementedError, ValueError, TypeError, RecursionError, sp.PoleError):
        return None
    return value if value.is_extended_real and not value.has(sp.Limit) else None
