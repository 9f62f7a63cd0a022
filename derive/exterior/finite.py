"""Curvature by finite differences of the metric at a point, with many digits: a check that uses no derivative of ours.

R_abcd = ½(∂_b∂_c g_ad + ∂_a∂_d g_bc − ∂_a∂_c g_bd − ∂_b∂_d g_ac) + g_ef(Γ^e_bc Γ^f_ad − Γ^e_bd Γ^f_ac).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import mpmath as mp
import sympy as sp
from sympy.core.function import AppliedUndef

from derive.exterior.metric import Metric
from derive.exterior.roots import spread

DIGITS = 60
STEP_DIGITS = 14  # a step of 10^−14: errors of order 10^−28, and of 10^(28−60) from cancellation


def point(metric: Metric) -> dict[sp.Symbol, Any] | None:
    """A point of the chart at which the metric is real, finite and not degenerate; None if none was found, or if the
    metric contains unknown functions."""
    if metric.matrix.atoms(AppliedUndef):
        return None
    names = sorted(metric.matrix.free_symbols | set(metric.chart), key=str)
    for step in range(40):
        at = {s: spread(step, place, bool(s.is_positive)) for place, s in enumerate(names)}
        values = metric.matrix.subs(at).evalf(30)
        determinant = values.det()
        if all(v.is_real and v.is_finite for v in values) and abs(determinant) > 1e-6:
            return at
    return None


def riemann_at(metric: Metric, at: Mapping[sp.Symbol, Any]) -> dict[tuple[int, ...], Any]:
    """R_abcd at the point, all components, from values of the metric alone."""
    chart, n = tuple(metric.chart), metric.chart.dim
    fixed = metric.matrix.subs({s: v for s, v in at.items() if s not in chart})
    value = sp.lambdify([chart], fixed, modules="mpmath")
    with mp.workdps(DIGITS):
        h = mp.mpf(10) ** -STEP_DIGITS
        base = [mp.mpf(at[x].p) / at[x].q for x in chart]

        def g(*steps: tuple[int, int]) -> Any:
            place = list(base)
            for i, sign in steps:
                place[i] += sign * h
            return value(place)

        middle = g()
        first = [(g((i, 1)) - g((i, -1))) / (2 * h) for i in range(n)]
        second = {
            (i, j): (g((i, 1), (j, 1)) - g((i, 1), (j, -1)) - g((i, -1), (j, 1)) + g((i, -1), (j, -1))) / (4 * h * h)
            for i in range(n)
            for j in range(n)
        }
        inverse = middle**-1
        lower = {
            (a, b, c): (first[b][a, c] + first[c][a, b] - first[a][b, c]) / 2 for a, b, c in product(range(n), repeat=3)
        }
        upper = {
            (a, b, c): mp.fsum(inverse[a, e] * lower[e, b, c] for e in range(n))
            for a, b, c in product(range(n), repeat=3)
        }

        def component(a: int, b: int, c: int, d: int) -> Any:
            bent = second[b, c][a, d] + second[a, d][b, c] - second[a, c][b, d] - second[b, d][a, c]
            turned = mp.fsum(lower[e, b, c] * upper[e, a, d] - lower[e, b, d] * upper[e, a, c] for e in range(n))
            return bent / 2 + turned

        return {index: component(*index) for index in product(range(n), repeat=4)}


def agreement(metric: Metric, at: Mapping[sp.Symbol, Any]) -> tuple[Any, tuple[int, ...]]:
    """The largest |difference|/(1 + |value|) between the symbolic R_abcd and the one by differences, and its place."""
    numbers, riemann = riemann_at(metric, at), metric.riemann(lower=True)
    worst, where = mp.mpf(0), (0,) * 4
    with mp.workdps(DIGITS):
        for index, number in numbers.items():
            symbolic = mp.mpf(str(sp.N(riemann[index].subs(dict(at)), 40)))
            gap = abs(symbolic - number) / (1 + abs(number))
            if gap > worst:
                worst, where = gap, index
    return worst, where
