"""Maxwell's equations in forms: dF = 0, d⋆F = J, in any metric of signature (−+++), time the first coordinate.

F = E∧dt + B. With vol = dt∧dx∧dy∧dz the dx∧dy∧dz part of d⋆F is div E and the dt∧dy∧dz part ∂_t E_x − (curl B)_x:
J = ρ dx∧dy∧dz − dt∧(j_x dy∧dz + j_y dz∧dx + j_z dx∧dy), and dJ = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.exterior.errors import WrongCount
from derive.exterior.form import Form
from derive.exterior.metric import Metric
from derive.exterior.scalars import expression
from derive.exterior.tensor import Tensor


def faraday(metric: Metric, electric: Sequence[Any], magnetic: Sequence[Any]) -> Form:
    """F = E∧dt + B from the covariant E_i and the components B_x of dy∧dz, B_y of dz∧dx, B_z of dx∧dy."""
    if metric.chart.dim != 4 or len(electric) != 3 or len(magnetic) != 3:
        raise WrongCount("the Faraday form is made of three and three components on a chart of four coordinates")
    table = {(i + 1, 0): value for i, value in enumerate(electric)}
    table |= {((i + 1) % 3 + 1, (i + 2) % 3 + 1): value for i, value in enumerate(magnetic)}
    return metric.chart.form(2, table)


@dataclass(frozen=True)
class Maxwell:
    """A field strength F in a metric; vacuum where both `homogeneous` and `source` vanish."""

    metric: Metric
    field: Form

    @property
    def homogeneous(self) -> Form:
        """dF, which is zero if F = dA."""
        return self.field.d()

    @property
    def source(self) -> Form:
        """The current J = d⋆F; dJ = 0 is the conservation of charge."""
        return self.metric.star(self.field).d()

    @property
    def invariants(self) -> tuple[sp.Expr, sp.Expr]:
        """(⟨F, F⟩, ⟨F, ⋆F⟩): in flat space B² − E² and, up to the sign of orientation, 2 E·B."""
        return self.metric.inner(self.field, self.field), self.metric.inner(self.field, self.metric.star(self.field))

    def stress(self) -> Tensor:
        """T_ab = F_ac F_b^c − ¼ g_ab F_cd F^cd, without trace in four dimensions (Gaussian units, times 4π)."""
        g, n = self.metric, self.metric.chart.dim
        ring, inverse, parts = g.with_values(self.field)
        rows = [[ring(0)] * n for _ in range(n)]
        for mask, value in parts.items():
            i, j = (k for k in range(n) if mask >> k & 1)
            rows[i][j], rows[j][i] = value, -value
        square = ring(expression(g.inner(self.field, self.field))) / 2
        raised = [[ring.dot([(inverse[c][e], rows[b][e]) for e in range(n)]) for c in range(n)] for b in range(n)]
        entries = {
            (a, b): ring.dot(
                [*((rows[a][c], raised[b][c]) for c in range(n)), (-square, ring(expression(g.rows[a][b])))]
            )
            for a in range(n)
            for b in range(a, n)
        }
        return Tensor(g.chart, ring, "dd", "symmetric", entries, "T")
