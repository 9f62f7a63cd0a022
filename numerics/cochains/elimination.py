"""Exact rank and invariant factors of a sparse integer matrix: unit pivots first, Smith's form for what is left.

Eliminating with a pivot ±1 is an integer change of basis, so it keeps the invariant factors: the matrix is equivalent
to diag(1, …, 1) ⊕ rest. Boundary matrices have entries 0, ±1 and little is ever left.
"""

from __future__ import annotations

import heapq

from flint import fmpz_mat

from numerics.cochains.errors import CochainError
from numerics.cochains.sparse import SparseMatrix

Row = dict[int, int]


def invariant_factors(matrix: SparseMatrix) -> tuple[int, ...]:
    """The nonzero invariant factors d₁ | d₂ | … of an integer matrix; as many as its rank."""
    if not matrix.is_integer:
        raise CochainError("invariant factors belong to integer matrices; this one has floating entries")
    rows: dict[int, Row] = {}
    columns: dict[int, set[int]] = {}
    for i, j, value in zip(matrix.rows.tolist(), matrix.columns.tolist(), matrix.values.tolist(), strict=True):
        rows.setdefault(i, {})[j] = value
        columns.setdefault(j, set()).add(i)
    units = _eliminate(rows, columns)
    return (1,) * units + _smith([row for row in rows.values() if row])


def rank(matrix: SparseMatrix) -> int:
    """The rank over ℚ, exactly."""
    return len(invariant_factors(matrix))


def _eliminate(rows: dict[int, Row], columns: dict[int, set[int]]) -> int:
    """Removes unit pivots, shortest rows first; their number. What is left in `rows` has no unit entry."""
    queue = [(len(row), i) for i, row in rows.items()]
    heapq.heapify(queue)
    units = 0
    while queue:
        length, i = heapq.heappop(queue)
        row = rows.get(i)
        if row is None or len(row) != length:
            continue
        candidates = [j for j, value in row.items() if value in (1, -1)]
        if not candidates:
            continue
        pivot = min(candidates, key=lambda j: len(columns[j]))
        for other in columns[pivot] - {i}:
            _subtract(rows[other], row, rows[other][pivot] * row[pivot], other, columns)
            heapq.heappush(queue, (len(rows[other]), other))
        for j in row:
            columns[j].discard(i)
        del rows[i]
        units += 1
    return units


def _subtract(target: Row, row: Row, factor: int, number: int, columns: dict[int, set[int]]) -> None:
    """target −= factor · row, keeping the index of columns."""
    for j, value in row.items():
        new = target.get(j, 0) - factor * value
        if new:
            target[j] = new
            columns[j].add(number)
        elif j in target:
            del target[j]
            columns[j].discard(number)


def _smith(rows: list[Row]) -> tuple[int, ...]:
    """The nonzero invariant factors of what has no unit entry."""
    if not rows:
        return ()
    places = {j: place for place, j in enumerate(sorted({j for row in rows for j in row}))}
    dense = [[0] * len(places) for _ in rows]
    for full, row in zip(dense, rows, strict=True):
        for j, value in row.items():
            full[places[j]] = value
    form = fmpz_mat(dense).snf()
    diagonal = (abs(int(form[i, i])) for i in range(min(form.nrows(), form.ncols())))
    return tuple(value for value in diagonal if value)
