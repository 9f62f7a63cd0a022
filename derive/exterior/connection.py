"""The Levi-Civita connection of a metric in coordinates: Christoffel symbols, R_abcd, geodesics."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.exterior.chart import Chart
from derive.exterior.curvature import orbits
from derive.exterior.scalars import Ring, Scalar, vanishes
from derive.exterior.tensor import Index

Rows = list[list[Scalar]]


class LeviCivita:
    """Γ_cab and Γ^c_ab of a metric given by its rows and those of its inverse."""

    def __init__(self, chart: Chart, ring: Ring, metric: Rows, inverse: Rows) -> None:
        self.chart, self.ring, self.metric, self.inverse = chart, ring, metric, inverse
        n = chart.dim
        self.slopes = {
            (a, b, c): slope
            for a in range(n)
            for b in range(a, n)
            if not vanishes(metric[a][b])
            for c in range(n)
            if not vanishes(slope := metric[a][b].diff(chart[c]))
        }
        self.first = self._first()
        self.second = self._second()

    def slope(self, a: int, b: int, c: int) -> Scalar | None:
        """∂_c g_ab; None where it is zero."""
        return self.slopes.get((min(a, b), max(a, b), c))

    def _first(self) -> dict[Index, Scalar]:
        """Γ_cab = ½(∂_a g_bc + ∂_b g_ac − ∂_c g_ab), a ≤ b."""
        n, half, out = self.chart.dim, self.ring(sp.Rational(1, 2)), {}
        for c in range(n):
            for a in range(n):
                for b in range(a, n):
                    plus, also, minus = self.slope(b, c, a), self.slope(a, c, b), self.slope(a, b, c)
                    terms = [x for x in (plus, also, None if minus is None else -minus) if x is not None]
                    if terms:
                        value = self.ring.sum(terms) * half
                        if not vanishes(value):
                            out[c, a, b] = value
        return out

    def _second(self) -> dict[Index, Scalar]:
        """Γ^c_ab = g^{ce} Γ_eab, a ≤ b."""
        n, out = self.chart.dim, {}
        for c in range(n):
            above = [(e, g) for e, g in enumerate(self.inverse[c]) if not vanishes(g)]
            for a in range(n):
                for b in range(a, n):
                    terms = [(g, self.first[e, a, b]) for e, g in above if (e, a, b) in self.first]
                    if terms:
                        value = self.ring.dot(terms)
                        if not vanishes(value):
                            out[c, a, b] = value
        return out

    def _bent(self, a: int, b: int, c: int, d: int) -> Scalar | None:
        """∂_c ∂_d g_ab; None where it is zero."""
        slope = self.slope(a, b, c)
        return None if slope is None else slope.diff(self.chart[d])

    def riemann(self) -> dict[Index, Scalar]:
        """R_abcd = ½(∂_b∂_c g_ad + ∂_a∂_d g_bc − ∂_a∂_c g_bd − ∂_b∂_d g_ac) + Γ^e_bc Γ_ead − Γ^e_bd Γ_eac."""
        n, half, out = self.chart.dim, self.ring(sp.Rational(1, 2)), {}
        for (a, b), (c, d) in orbits(n):
            terms: list[tuple[Scalar, ...]] = []
            for sign, index in ((1, (a, d, b, c)), (1, (b, c, a, d)), (-1, (b, d, a, c)), (-1, (a, c, b, d))):
                bent = self._bent(*index)
                if bent is not None:
                    terms.append((bent, half if sign > 0 else -half))
            for e in range(n):
                plus, also = self.second.get((e, *_sorted(b, c))), self.first.get((e, *_sorted(a, d)))
                if plus is not None and also is not None:
                    terms.append((plus, also))
                minus, less = self.second.get((e, *_sorted(b, d))), self.first.get((e, *_sorted(a, c)))
                if minus is not None and less is not None:
                    terms.append((-minus, less))
            if terms:
                value = self.ring.dot(terms)
                if not vanishes(value):
                    out[a, b, c, d] = value
        return out

    def geodesic(self, parameter: sp.Symbol) -> tuple[Any, ...]:
        """ẍ^c = −Γ^c_ab ẋ^a ẋ^b along x(τ), as SymPy equations in functions of the parameter."""
        paths = [sp.Function(x.name)(parameter) for x in self.chart]
        along = dict(zip(self.chart, paths, strict=True))
        speed = [path.diff(parameter) for path in paths]
        equations = []
        for c, path in enumerate(paths):
            terms = [
                -(1 if a == b else 2) * value.expr().subs(along, simultaneous=True).doit() * speed[a] * speed[b]
                for (upper, a, b), value in self.second.items()
                if upper == c
            ]
            equations.append(sp.Eq(path.diff(parameter, 2), sp.Add(*terms), evaluate=False))
        return tuple(equations)


def _sorted(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a <= b else (b, a)
