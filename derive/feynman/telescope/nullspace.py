"""Null vectors of matrices of polynomials: first modulo a prime at a random point, then exactly on what is left.

The modular stage finds the support; the exact one eliminates without fractions (each row divided by its content) on a
system with one unknown more than it has independent equations.
"""

from __future__ import annotations

import random
from typing import Any

from flint import nmod_mat, nmod_poly

from derive.exact.budget import Budget
from derive.feynman.telescope.errors import NotTelescoped
from derive.feynman.telescope.rational import Ring

PRIME = 2147483629
Row = dict[int, Any]


class Specialisation:
    """The letters at a random point modulo a prime; the variable stays a letter."""

    def __init__(self, ring: Ring, seed: int = 1) -> None:
        self.ring = ring
        source = random.Random(seed)
        self.point = [0] + [source.randrange(10**5, PRIME) for _ in range(ring.size - 1)]

    def value(self, poly: Any) -> int:
        """A polynomial that is free of the variable, at the point."""
        total = 0
        for mono, c in poly.to_dict().items():
            term = int(c) % PRIME
            for base, e in zip(self.point, mono, strict=True):
                if e:
                    term = term * pow(base, int(e), PRIME) % PRIME
            total += term
        return total % PRIME

    def univariate(self, poly: Any) -> Any:
        """A polynomial as one in the variable alone."""
        parts = self.ring.by_degree(poly)
        top = max(parts, default=0)
        return nmod_poly([self.value(parts[d]) if d in parts else 0 for d in range(top + 1)], PRIME)


def modular_null(rows: list[Row], columns: int, last: list[int], at: Specialisation) -> dict[int, int] | None:
    """A null vector modulo the prime that is not zero on the columns `last`, as sparse as elimination gives it.

    The other columns come first in the elimination; of the columns `last`, the first that depends on those before it is
    set to 1. None: there is no such vector.
    """
    chosen = set(last)
    order = [j for j in range(columns) if j not in chosen] + last
    place = {j: i for i, j in enumerate(order)}
    flat = [0] * (len(rows) * columns)
    for i, row in enumerate(rows):
        for j, poly in row.items():
            flat[i * columns + place[j]] = at.value(poly)
    if not rows:
        return {last[0]: 1}
    reduced, rank = nmod_mat(len(rows), columns, flat, PRIME).rref()
    pivots: list[int] = []
    for i in range(rank):
        j = (pivots[-1] + 1) if pivots else 0
        while int(reduced[i, j]) == 0:
            j += 1
        pivots.append(j)
    taken = set(pivots)
    free = next((j for j in range(columns - len(last), columns) if j not in taken), None)
    if free is None:
        return None
    vector = {order[free]: 1}
    for i, j in enumerate(pivots):
        c = int(reduced[i, free])
        if c:
            vector[order[j]] = PRIME - c
    return vector


def exact_null(rows: list[Row], support: list[int], ring: Ring, budget: Budget) -> dict[int, Any]:
    """The null vector with this support, up to a factor, as polynomials. NotTelescoped if there is none."""
    kept = set(support)
    work = [_primitive({j: p for j, p in row.items() if j in kept}) for row in rows]
    work = [row for row in work if row]
    done: list[tuple[int, Row]] = []
    while work:
        budget.tick()
        i, j = _cheapest(work, support)
        row = work.pop(i)
        done.append((j, row))
        work = [_cleared(other, row, j, budget) if j in other else other for other in work]
        work = [other for other in work if other]
    solved = {j for j, _ in done}
    free = [j for j in support if j not in solved]
    if len(free) != 1:
        raise NotTelescoped(f"the linear system has a solution space of dimension {len(free)} on the expected support")
    return _back(done, free[0], ring, budget)


def _cheapest(work: list[Row], support: list[int]) -> tuple[int, int]:
    """The pivot: a short row, a short entry in it, a column that few other rows have."""
    counts: dict[int, int] = {}
    for row in work:
        for j in row:
            counts[j] = counts.get(j, 0) + 1
    best = min(
        ((len(p) * len(row) * counts[j] + len(p), i, j) for i, row in enumerate(work) for j, p in row.items()),
        key=lambda item: item[0],
    )
    return best[1], best[2]


def _cleared(row: Row, pivot: Row, j: int, budget: Budget) -> Row:
    """row · pivot_j − pivot · row_j, divided by its content."""
    common = row[j].gcd(pivot[j])
    mine, theirs = pivot[j] / common, row[j] / common
    result = {k: p * mine for k, p in row.items() if k != j}
    for k, p in pivot.items():
        if k == j:
            continue
        value = result[k] - p * theirs if k in result else -(p * theirs)
        if value.is_zero():
            result.pop(k, None)
        else:
            result[k] = value
    budget.tick()
    return _primitive(result)


def _primitive(row: Row) -> Row:
    """The row divided by the greatest common divisor of its entries."""
    row = {k: p for k, p in row.items() if not p.is_zero()}
    common = None
    for p in sorted(row.values(), key=len):
        common = p if common is None else common.gcd(p)
        if common.is_one():
            return row
    return row if common is None else {k: p / common for k, p in row.items()}


def _back(done: list[tuple[int, Row]], free: int, ring: Ring, budget: Budget) -> dict[int, Any]:
    """Substitution backwards, with a common denominator."""
    values: dict[int, Any] = {free: ring.one}
    for j, row in reversed(done):
        budget.tick()
        total = ring.zero
        for k, p in row.items():
            if k != j:
                total = total + ring.fraction(p, ring.one_poly) * values[k]
        values[j] = -(total / ring.fraction(row[j], ring.one_poly))
    common = ring.one_poly
    for value in values.values():
        common = common * (value.den / common.gcd(value.den))
    return {j: value.num * (common / value.den) for j, value in values.items() if not value.is_zero()}
