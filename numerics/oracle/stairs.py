"""⌊·⌋ and ⌈·⌉ of linear functions under an integral over a finite range: cut where they step, constant in between."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy as sp

from numerics.oracle.letters import REMEMBERED, letters

STAIRS = (sp.floor, sp.ceiling, sp.frac)
MOST = 400


@lru_cache(maxsize=REMEMBERED, typed=True)
def stepwise(f: Any, x: sp.Symbol, lo: Any, hi: Any) -> tuple[tuple[Any, Any, Any], ...] | None:
    """(integrand, lower, upper) of each piece, in order; None if there is no step, or the steps cannot be listed."""
    f = f.replace(sp.frac, lambda u: u - sp.floor(u))
    stairs = {node for node in f.atoms(sp.floor, sp.ceiling) if node.has(x)}
    if not stairs or letters(lo) or letters(hi) or lo.is_infinite or hi.is_infinite:
        return None
    if (lo - hi).is_positive:
        pieces = stepwise(f, x, hi, lo)
        return None if pieces is None else tuple((g, high, low) for g, low, high in reversed(pieces))
    if not (hi - lo).is_positive:
        return None
    places: set[Any] = set()
    for node in stairs:
        u = node.args[0]
        if letters(u) != {x} or not u.is_polynomial(x) or sp.degree(u, x) != 1:
            return None
        first, last = sorted((sp.floor(u.subs(x, end)) for end in (lo, hi)), key=int)
        if last - first > MOST:
            return None
        slope, start = u.coeff(x, 1), u.subs(x, 0)
        places |= {(n - start) / slope for n in range(int(first), int(last) + 2)}
    inside = sorted((p for p in places if (p - lo).is_positive and (hi - p).is_positive), key=float)
    found = []
    for low, high in pairwise([lo, *inside, hi]):
        middle = (low + high) / 2
        found.append((f.xreplace({node: node.subs(x, middle) for node in stairs}), low, high))
    return tuple(found)
