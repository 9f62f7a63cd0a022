"""Exceptional parameters: 0, ±1, equal ones. There a closed form that holds in general may be undefined, or false.

Random points never hit such a set of measure zero. So it is looked at by itself, and where the formula does not hold
the result says so by a condition: p ≠ 0, a ≠ b.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import sympy as sp

from derive.feynman.judge import DIGITS, FINAL, Values, value_at
from derive.feynman.problem import Problem
from derive.feynman.spread import Point
from derive.sampling import fits

SECONDS = 1.5
MOST = 10


def exceptions(problem: Problem, value: Any, values: Values, conditions: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """The relations p ≠ q, among those of `special`, without which the integral is not the value.

    The value must be defined on the set, and not be refuted by the oracle's ball at a point of it; the integral must
    not be proven to diverge there. Where the oracle finds no value in time nothing is concluded.
    """
    found = []
    general = values.points(conditions)[0]
    for (symbol, other), point in list(_special(problem, general, conditions))[:MOST]:
        here = value.xreplace(point)
        if here.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            found.append(sp.Ne(symbol, other))
            continue
        left = values.at(point, DIGITS, SECONDS)
        if isinstance(left, str):
            if left.startswith(FINAL):
                found.append(sp.Ne(symbol, other))
            continue
        right = value_at(value, point, DIGITS, SECONDS)
        if isinstance(right, str) or not left.overlaps(right):
            found.append(sp.Ne(symbol, other))
    return tuple(found)


def _special(problem: Problem, general: Point, conditions: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, Any], Point]]:
    """((p, q), point with p = q) for the sets that the assumptions admit."""
    places = [(symbol, number) for symbol in problem.parameters for number in (sp.S.Zero, sp.S.One, sp.S.NegativeOne)]
    places += [(one, sign * other) for one, other in combinations(problem.parameters, 2) for sign in (1, -1)]
    for symbol, other in places:
        point = {**general, symbol: other.xreplace(general)}
        admitted = all(relation.xreplace(point) == sp.true for relation in (*problem.given, *conditions))
        if admitted and all(fits(name, number) for name, number in point.items()):
            yield (symbol, other), point
