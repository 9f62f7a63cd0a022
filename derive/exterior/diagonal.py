"""An orthogonal coframe of any metric, with rational steps only: completing squares (Lagrange), no square root.

g = Σ η_a e^a⊗e^a. A pivot that vanishes is replaced by another coordinate's, or by that of a sum of two coordinates.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from derive.exterior.coframe import Coframe
from derive.exterior.errors import SingularMetric
from derive.exterior.form import Form
from derive.exterior.metric import Metric
from derive.exterior.scalars import expression


def orthogonal_coframe(metric: Metric) -> Coframe:
    """A coframe in which the metric is diagonal, with functions as norms; SingularMetric if it is degenerate."""
    ring, n, chart = metric.ring, metric.chart.dim, metric.chart
    rest = [list(row) for row in metric.rows]
    forms: list[list[Any]] = []
    norms: list[Any] = []
    while len(forms) < n:
        vector = _pivot(rest, n)
        if vector is None:
            raise SingularMetric(f"the metric {metric.matrix.tolist()} is degenerate: its determinant is zero")
        lowered = [ring.sum([rest[i][j] for j in vector]) for i in range(n)]
        norm = ring.sum([lowered[i] for i in vector])
        leg = [value / norm for value in lowered]
        forms.append(leg)
        norms.append(norm)
        rest = [[rest[i][j] - norm * leg[i] * leg[j] for j in range(n)] for i in range(n)]
    lines = [Form(chart, 1, ring, {1 << i: value for i, value in enumerate(leg)}) for leg in forms]
    return Coframe(lines, [expression(norm) for norm in norms])


def _pivot(rest: list[list[Any]], n: int) -> tuple[int, ...] | None:
    """One coordinate, or the sum of two, whose square in what is left is not zero."""
    for i in range(n):
        if not rest[i][i].is_zero():
            return (i,)
    for i, j in combinations(range(n), 2):
        if not rest[i][j].is_zero():
            return (i, j)
    return None
