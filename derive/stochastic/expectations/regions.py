"""Where piecewise data change: zeros of their conditions, in an order that holds for all admissible parameters."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.errors import Unsolvable


def regions(cases: Any, x: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> list[tuple[Any, Any, Any]]:
    """(expression, from, to) of piecewise data on the domain: the zeros of the conditions in their order, which must be
    the same for all admissible parameters; Unsolvable otherwise."""
    from derive.exact import is_positive
    from derive.sampling import NoPoint, admissible

    relations = [r for _, condition in cases for r in condition.atoms(sp.core.relational.Relational) if r.has(x)]
    zeros = list(dict.fromkeys(z for r in relations for z in _zeros(r, x)))
    parts = (*zeros, *(condition for _, condition in cases), *domain)
    free = set().union(*(part.free_symbols for part in parts)) - {x}
    positive = {s: sp.Symbol(s.name, positive=True) for s in free if s.is_real is None}
    facts = tuple(g.xreplace(positive) for g in given if not g.has(x))
    try:
        names = {positive.get(s, s) for s in free}
        points = list(admissible(names, facts, random.Random(6), 4, real=True)) if free else [{}]
    except NoPoint as reason:
        raise Unsolvable(f"no admissible parameters at which the regions of the data could be read: {reason}") from None
    seen = {_cells(cases, zeros, x, domain, positive, point) for point in points}
    cells = next(iter(seen))
    places = [start.xreplace(positive) for _, start, _ in cells[1:]]
    if len(seen) != 1 or any(is_positive(q - p, facts) is not True for p, q in pairwise(places)):
        raise Unsolvable(
            f"the order of the places {plain(zeros)} where the data change depends on the parameters; add `given`"
        )
    return [(cases[k][0], start, end) for k, start, end in cells if k >= 0]


def _zeros(relation: Any, x: Any) -> list[Any]:
    positive = {s: sp.Symbol(s.name, positive=True) for s in relation.free_symbols - {x} if s.is_positive is None}
    back = {new: old for old, new in positive.items()}
    try:
        found = sp.solve((relation.lhs - relation.rhs).xreplace(positive), x)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise Unsolvable(f"the place where {plain(relation)} becomes true was not found: {error}") from error
    return [z.xreplace(back) for z in found if z.is_extended_real is not False]


def _cells(
    cases: Any, zeros: list[Any], x: Any, domain: tuple[Any, Any], positive: Any, point: Any
) -> tuple[tuple[int, Any, Any], ...]:
    """(number of the case or −1, from, to) of the intervals between the zeros at one set of parameters."""

    def number(e: Any) -> Any:
        return sp.N(e.xreplace(positive).xreplace(point), 30)

    low, high = (number(end) for end in domain)
    inner = [(number(z), z) for z in zeros]
    inside = sorted((p for p in inner if p[0].is_real and low < p[0] < high), key=lambda p: p[0])
    ends = [domain[0], *dict.fromkeys(z for _, z in inside), domain[1]]
    cells: list[tuple[int, Any, Any]] = []
    for left, right in pairwise(ends):
        a, b = number(left), number(right)
        middle = (a + b) / 2 if a.is_finite and b.is_finite else a + 1 if a.is_finite else b - 1 if b.is_finite else 0
        chosen = -1
        for k, (_, condition) in enumerate(cases):
            if condition.xreplace(positive).xreplace(point).subs(x.xreplace(positive), middle) == sp.true:
                chosen = k
                break
        if cells and cells[-1][0] == chosen:
            cells[-1] = (chosen, cells[-1][1], right)
        else:
            cells.append((chosen, left, right))
    return tuple(cells)
