"""Ready-made charts with their metrics: curvilinear coordinates of flat space, and three space-times.

A flat one is a `Space`: its chart, the map to Cartesian coordinates and the metric that the map induces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from derive.exterior.chart import Chart
from derive.exterior.maps import Map
from derive.exterior.metric import Metric

_CARTESIAN = ("x", "y", "z")


@dataclass(frozen=True)
class Space:
    """Curvilinear coordinates of flat space: `chart`, `embedding` into Cartesian coordinates, induced `metric`."""

    embedding: Map

    @property
    def chart(self) -> Chart:
        """The curvilinear chart."""
        return self.embedding.source

    @cached_property
    def metric(self) -> Metric:
        """The flat metric in these coordinates."""
        flat = self.embedding.target
        return Metric(flat, [1] * flat.dim).pull(self.embedding, signature=(1,) * flat.dim)


def _space(names: str, positive: str, rule: Callable[..., Sequence[Any]]) -> Space:
    chart = Chart(names, positive=positive)
    values = rule(*chart)
    return Space(Map(chart, Chart(" ".join(_CARTESIAN[: len(values)])), values))


def cartesian(dim: int = 3) -> Space:
    """x, y, z; beyond three dimensions x1, …, xn."""
    names = " ".join(_CARTESIAN[:dim] if dim <= 3 else [f"x{i + 1}" for i in range(dim)])
    return Space(Map.identity(Chart(names)))


def polar() -> Space:
    """x = r cos θ, y = r sin θ; r > 0."""
    return _space("r theta", "r", lambda r, t: (r * sp.cos(t), r * sp.sin(t)))


def cylindrical() -> Space:
    """x = r cos φ, y = r sin φ, z; r > 0."""
    return _space("r phi z", "r", lambda r, p, z: (r * sp.cos(p), r * sp.sin(p), z))


def spherical() -> Space:
    """x = r sin θ cos φ, y = r sin θ sin φ, z = r cos θ; r > 0, 0 < θ < π."""
    return _space(
        "r theta phi",
        "r",
        lambda r, t, p: (r * sp.sin(t) * sp.cos(p), r * sp.sin(t) * sp.sin(p), r * sp.cos(t)),
    )


def parabolic() -> Space:
    """x = u v cos φ, y = u v sin φ, z = (u² − v²)/2; u, v > 0."""
    return _space("u v phi", "u v", lambda u, v, p: (u * v * sp.cos(p), u * v * sp.sin(p), (u**2 - v**2) / 2))


def prolate(a: Any = None) -> Space:
    """Prolate spheroidal: x = a sinh μ sin ν cos φ, y = a sinh μ sin ν sin φ, z = a cosh μ cos ν; μ > 0, 0 < ν < π."""
    a = sp.Symbol("a", positive=True) if a is None else a
    return _space(
        "mu nu phi",
        "mu",
        lambda m, n, p: (
            a * sp.sinh(m) * sp.sin(n) * sp.cos(p),
            a * sp.sinh(m) * sp.sin(n) * sp.sin(p),
            a * sp.cosh(m) * sp.cos(n),
        ),
    )


def toroidal(a: Any = None) -> Space:
    """x = a sinh τ cos φ/(cosh τ − cos σ), y likewise with sin φ, z = a sin σ/(cosh τ − cos σ); τ > 0."""
    a = sp.Symbol("a", positive=True) if a is None else a

    def rule(s: Any, t: Any, p: Any) -> Sequence[Any]:
        under = sp.cosh(t) - sp.cos(s)
        return a * sp.sinh(t) * sp.cos(p) / under, a * sp.sinh(t) * sp.sin(p) / under, a * sp.sin(s) / under

    return _space("sigma tau phi", "tau", rule)


def schwarzschild(M: Any = None) -> Metric:
    """−(1 − 2M/r) dt² + dr²/(1 − 2M/r) + r²(dθ² + sin²θ dφ²), G = c = 1."""
    M = sp.Symbol("M", positive=True) if M is None else M
    chart = Chart("t r theta phi", positive="r")
    _, r, theta, _ = chart
    f = 1 - 2 * M / r
    return Metric(chart, [-f, 1 / f, r**2, r**2 * sp.sin(theta) ** 2], signature=(-1, 1, 1, 1))


def flrw(k: Any = None, scale: Any = None) -> Metric:
    """−dt² + a(t)²(dr²/(1 − k r²) + r²(dθ² + sin²θ dφ²)); `scale` is a function of t, a(t) unless given."""
    k = sp.Symbol("k", real=True) if k is None else k
    chart = Chart("t r theta phi", positive="r")
    t, r, theta, _ = chart
    a = sp.Function("a", positive=True)(t) if scale is None else scale(t)
    return Metric(
        chart,
        [-1, a**2 / (1 - k * r**2), a**2 * r**2, a**2 * r**2 * sp.sin(theta) ** 2],
        signature=(-1, 1, 1, 1),
    )


def kerr(M: Any = None, a: Any = None) -> Metric:
    """Kerr in Boyer–Lindquist coordinates, G = c = 1: Σ = r² + a² cos²θ, Δ = r² − 2Mr + a²."""
    M = sp.Symbol("M", positive=True) if M is None else M
    a = sp.Symbol("a", real=True) if a is None else a
    chart = Chart("t r theta phi", positive="r")
    _, r, theta, _ = chart
    sigma, delta, s = r**2 + a**2 * sp.cos(theta) ** 2, r**2 - 2 * M * r + a**2, sp.sin(theta) ** 2
    drag = -2 * M * a * r * s / sigma
    rows = [
        [-(1 - 2 * M * r / sigma), 0, 0, drag],
        [0, sigma / delta, 0, 0],
        [0, 0, sigma, 0],
        [drag, 0, 0, (r**2 + a**2 + 2 * M * a**2 * r * s / sigma) * s],
    ]
    return Metric(chart, rows, signature=(-1, 1, 1, 1))
