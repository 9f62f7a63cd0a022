"""Nodes and weights of two families of rules that share no node, singular ends at distance u → 0, elementwise in
parameters.

- Double exponential: u = L/(1 + e^{−π sinh t}) and u = e^{(π/2) sinh t} (Takahasi–Mori 1974); an oscillating tail is
  cut by the window ½erfc((ρ − 78)/12), ρ = ω(u − X): the rest is O(e^{−36}) for an amplitude smooth over ten periods.
- Gauss–Legendre panels in log u; an oscillating tail by half-periods, their partial sums averaged K times (Euler),
  which is the weight P(Bin(K, ½) ≥ m − J) of the m-th half-period.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

EULER_START, EULER_DEPTH = 12, 36


@dataclass(frozen=True)
class Nodes:
    """Points and weights along the last axis; at the `ends` (indices) a term must be negligible."""

    at: Array
    weight: Array
    ends: tuple[int, ...] = ()


def _gauss_panels(ends: Array, n: int) -> tuple[Array, Array]:
    g, w = np.polynomial.legendre.leggauss(n)
    half, middle = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    return (middle[:, None] + half[:, None] * g).ravel(), (half[:, None] * w).ravel()


@dataclass(frozen=True)
class Gauss:
    """Panels of n Gauss–Legendre nodes in log u, down to e^{−64·2^depth}."""

    level: int
    depth: int = 0

    @property
    def n(self) -> int:
        return 6 + 6 * self.level

    def finite(self, length: Array) -> Nodes:
        near, far = np.arange(0.0, 10.0, 1.0), np.arange(10.0, 66.0 * 2**self.depth, 4.0)
        v, w = _gauss_panels(np.concatenate([near, far]), self.n)
        u = length[..., None] * np.exp(-v)
        return Nodes(u, u * w, (-1,))

    def infinite(self, shape: tuple[int, ...]) -> Nodes:
        near, far = np.arange(-8.0, 8.0, 0.75), np.arange(12.0, 66.0 * 2**self.depth, 4.0)
        v, w = _gauss_panels(np.concatenate([-far[::-1], near, [8.0], far]), self.n)
        u = np.broadcast_to(np.exp(v), (*shape, v.size))
        return Nodes(u, u * w, (0, -1))

    def tail(self, start: Array, omega: Array) -> Nodes:
        half = np.pi / omega
        v, wv = _gauss_panels(np.linspace(0.0, 1.0, 13), self.n)
        stretch = np.log1p(half / start)[..., None]
        first = start[..., None] * np.exp(stretch * v)
        g, wg = np.polynomial.legendre.leggauss(self.n)
        count = EULER_START + EULER_DEPTH
        steps = np.arange(1, count)
        binomial = np.array([math.comb(EULER_DEPTH, k) for k in range(EULER_DEPTH + 1)]) / 2.0**EULER_DEPTH
        upper = np.cumsum(binomial[::-1])[::-1]
        weight = np.array([1.0 if m <= EULER_START else upper[m - EULER_START] for m in steps])
        grid = (steps[:, None] + (g + 1) / 2).ravel()
        mass = (weight[:, None] * wg / 2).ravel()
        nodes = np.concatenate([first, start[..., None] + half[..., None] * grid], axis=-1)
        return Nodes(nodes, np.concatenate([first * stretch * wv, half[..., None] * mass], axis=-1))


@dataclass(frozen=True)
class DoubleExponential:
    """Trapezoidal rules of step 1/(24·2^level) in t, down to e^{−72·2^depth}."""

    level: int
    depth: int = 0

    def _last(self, slope: float) -> float:
        """slope·sinh t = 72·2^depth."""
        return math.asinh(72.0 * 2**self.depth / slope)

    def _steps(self, last: float, refine: float = 1.0) -> tuple[Array, float]:
        h = 1 / (24 * 2**self.level * refine)
        m = math.ceil(last / h)
        return h * (np.arange(-m, m) + 0.5), h

    def finite(self, length: Array) -> Nodes:
        t, h = self._steps(self._last(np.pi))
        s = np.pi * np.sinh(t)
        q = 1 / (1 + np.exp(-s))
        w = h * np.pi * np.cosh(t) * q / (1 + np.exp(s))
        return Nodes(length[..., None] * q, length[..., None] * w, (0, -1))

    def infinite(self, shape: tuple[int, ...]) -> Nodes:
        t, h = self._steps(self._last(np.pi / 2))
        u = np.exp(np.pi / 2 * np.sinh(t))
        w = h * np.pi / 2 * np.cosh(t) * u
        return Nodes(np.broadcast_to(u, (*shape, u.size)), np.broadcast_to(w, (*shape, u.size)), (0, -1))

    def tail(self, start: Array, omega: Array) -> Nodes:
        t, h = self._steps(3.4, 2.0)
        s = np.pi * np.sinh(t)
        q = 1 / (1 + np.exp(-s))
        rho = 150 * q
        window = np.array([math.erfc((r - 78) / 12) / 2 for r in rho])
        w = 150 * h * np.pi * np.cosh(t) * q / (1 + np.exp(s)) * window
        return Nodes(start[..., None] + rho / omega[..., None], w / omega[..., None])


Rule = Gauss | DoubleExponential
