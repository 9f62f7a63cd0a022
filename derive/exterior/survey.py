"""What a metric's curvature is, in one sweep, with three checks that share no step with it.

The tensors come from Christoffel symbols; the checks are a moving frame found by completing squares, the contracted
Bianchi identity ∇^a G_ab = 0, and finite differences of the metric with 60 digits at a point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import sympy as sp

from derive.errors import DeriveError
from derive.evidence import Counterexample, Evidence, Status, weakest
from derive.exterior.diagonal import orthogonal_coframe
from derive.exterior.finite import STEP_DIGITS, agreement, point
from derive.exterior.metric import Metric
from derive.exterior.tensor import Tensor


@dataclass(frozen=True)
class Survey:
    """The curvature of a metric, and how it is known: (name, evidence) of each check."""

    metric: Metric
    christoffel: Tensor
    riemann: Tensor
    ricci: Tensor
    scalar: sp.Expr
    einstein: Tensor
    kretschmann: sp.Expr
    checks: tuple[tuple[str, Evidence], ...]

    @property
    def status(self) -> Status:
        """Refuted or unknown if one check is; else the strongest of them, each of which is sufficient by itself."""
        found = [evidence.status for _, evidence in self.checks]
        return weakest(*found) if any(not status.passed for status in found) else max(found)


def survey(metric: Metric, post: Callable[[Any], None] = lambda _: None) -> Survey:
    """The curvature with its checks. Raises SingularMetric; runs in a worker where time is limited."""
    values = (
        metric.christoffel(),
        metric.riemann(lower=True),
        metric.ricci(),
        metric.scalar(),
        metric.einstein(),
        metric.kretschmann(),
    )
    checks = [("moving frame", by_frame(metric)), ("Bianchi identity", by_bianchi(metric))]
    if (numeric := by_differences(metric)) is not None:
        checks.append(("finite differences", numeric))
    return Survey(metric, *values, tuple(checks))


def _decided(differences: list[Any], method: str, what: str) -> Evidence:
    """Exact if all differences are zero, refuted if one is not, unknown where this is not decided."""
    try:
        wrong = next((value for value in differences if not value.is_zero()), None)
    except DeriveError as error:
        return Evidence(Status.UNKNOWN, method, str(error))
    if wrong is not None:
        return Evidence(Status.REFUTED, method, "", Counterexample((), f"a difference of {wrong.expr()}", "0"))
    exact = "decided in a differential field" if differences and hasattr(differences[0], "field") else ""
    return Evidence(Status.EXACT, method, "; ".join(filter(None, (what, exact))))


def by_frame(metric: Metric) -> Evidence:
    """Ricci, R and the Kretschmann scalar by Cartan's structure equations in an orthogonal frame."""
    frame = orthogonal_coframe(metric)
    n, ring = metric.chart.dim, metric.ring
    legs, ricci = frame.rows, frame.tensors.ricci
    differences = [ring(frame.scalar()) - ring(metric.scalar()), ring(frame.kretschmann()) - ring(metric.kretschmann())]
    table = frame.ricci()
    for i in range(n):
        for j in range(i, n):
            moved = sum(
                (legs[a][i] * legs[b][j] * table.scalar(a, b) for a in range(n) for b in range(n)), start=ring(0)
            )
            differences.append(ring((moved - metric.ricci().scalar(i, j)).expr()))
    assert ricci is not None
    return _decided(
        differences,
        "structure equations in an orthogonal frame",
        f"R_ab ({n * (n + 1) // 2} components), R and R_abcd R^abcd agree",
    )


def by_bianchi(metric: Metric) -> Evidence:
    """∇^a G_ab = g^ac (∂_c G_ab − Γ^e_ca G_eb − Γ^e_cb G_ae) = 0."""
    n, chart, ring = metric.chart.dim, metric.chart, metric.ring
    G, gamma, inverse = metric.einstein(), metric.christoffel(), metric.inverse_rows

    def slope(c: int, a: int, b: int) -> Any:
        bent = [gamma.scalar(e, c, a) * G.scalar(e, b) + gamma.scalar(e, c, b) * G.scalar(a, e) for e in range(n)]
        return G.scalar(a, b).diff(chart[c]) - ring.sum(bent)

    differences = []
    for b in range(n):
        terms = [inverse[a][c] * slope(c, a, b) for a in range(n) for c in range(n) if not inverse[a][c].is_zero()]
        differences.append(ring.sum(terms))
    return _decided(differences, "contracted Bianchi identity", f"∇^a G_ab = 0 for all {n} values of b")


def by_differences(metric: Metric) -> Evidence | None:
    """R_abcd against finite differences at a point; None where the metric contains unknown functions."""
    at = point(metric)
    if at is None:
        return None
    worst, where = agreement(metric, at)
    method = f"finite differences of the metric with a step of 1e-{STEP_DIGITS}"
    place = tuple((str(symbol), str(value)) for symbol, value in at.items())
    if worst > mp.mpf(10) ** -18:
        index = ", ".join(str(metric.chart[i]) for i in where)
        return Evidence(Status.UNKNOWN, method, f"R_({index}) differs by {mp.nstr(worst, 2)} at {dict(place)}")
    shown = ", ".join(f"{name} = {value}" for name, value in place)
    return Evidence(Status.AGREED, method, f"all R_abcd agree to {mp.nstr(worst, 2)} at {shown}")
