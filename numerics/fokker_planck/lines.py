"""The lines of a grid along which probability moves: its axes, and the two families of diagonals in the plane.

A mixed term 2 ∂_x ∂_y (m p), m = D_xy, is diffusion along diagonals: with s = sign m,
    2 m ∂_x ∂_y = |m|/(h_x h_y) (h_x ∂_x + s h_y ∂_y)² − |m| (h_x/h_y) ∂_x² − |m| (h_y/h_x) ∂_y²,
jumps from a cell to its diagonal neighbours at the rate |m|/(h_x h_y), and so much less diffusion along the axes. All
rates are nonnegative where |m|/D_yy ≤ h_x/h_y ≤ D_xx/|m|. Reference: H. Kushner, P. Dupuis, Numerical Methods for
Stochastic Control Problems in Continuous Time, sec. 5.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from numerics.fokker_planck.rates import Array, Bands, chain


class Lines(Protocol):
    """Law: join(split(p)) = p; a line is the last axis of split(p)."""

    cyclic: bool

    def split(self, p: Array) -> Array: ...

    def join(self, lines: Array) -> Array: ...


@dataclass(frozen=True)
class Axis:
    """The lines along an axis, of the `axes` (one or two) there are."""

    number: int
    axes: int
    cyclic: bool

    def split(self, p: Array) -> Array:
        return p.T if self.number < self.axes - 1 else p

    def join(self, lines: Array) -> Array:
        return lines.T if self.number < self.axes - 1 else lines


@dataclass(frozen=True, eq=False)
class Diagonals:
    """The lines (i, j), (i + 1, j + s), …: the cells of each in `index`, (lines, length), numbered by rows of the grid.

    inside: which places hold a cell. Lines run around where an axis is periodic, and close where both are.
    """

    shape: tuple[int, int]
    sign: int
    index: Array
    inside: Array
    cyclic: bool

    def split(self, p: Array) -> Array:
        return np.where(self.inside, p.ravel()[self.index], 0.0)

    def join(self, lines: Array) -> Array:
        p = np.empty(self.shape)
        p.ravel()[self.index[self.inside]] = lines[self.inside]
        return p

    def bands(self, rate: Array, ends: tuple[Any, Any]) -> Bands:
        """Jumps from every cell to both neighbours on its line, at its own rate; none beyond a reflecting end, and at
        twice the rate to an absorbing one, half as far away. ends: the boundaries (first, last) of either axis."""
        r = self.split(rate)
        linked = self.inside[:, 1:] & self.inside[:, :-1]
        around = (r[:, -1], r[:, 0]) if self.cyclic else None
        bands = chain(np.where(linked, r[:, :-1], 0.0), np.where(linked, r[:, 1:], 0.0), None, around)
        lost = np.zeros(self.shape)
        for step in (1, -1):
            gone = np.zeros(self.shape, dtype=bool)
            for along, pair, way in zip((gone, gone.T), ends, (step, self.sign * step), strict=True):
                if pair[way > 0] == "absorbing":
                    along[-1 if way > 0 else 0] = True
            lost += np.where(gone, 2 * rate, 0.0)
        return bands[0], bands[1] - self.split(lost), bands[2]


def diagonals(shape: tuple[int, int], sign: int, periodic: tuple[bool, bool]) -> Diagonals:
    """The family with s = sign = ±1."""
    n, m = shape
    if all(periodic):
        count, length = math.gcd(n, m), math.lcm(n, m)
        line, k = np.arange(count)[:, None], np.arange(length)[None]
        i, j = np.broadcast_arrays(k % n, (line + sign * k) % m)
    elif periodic[0]:
        line, k = np.arange(n)[:, None], np.arange(m)[None]
        i, j = np.broadcast_arrays((line + sign * k) % n, k)
    elif periodic[1]:
        line, k = np.arange(m)[:, None], np.arange(n)[None]
        i, j = np.broadcast_arrays(k, (line + sign * k) % m)
    else:
        first = np.arange(1 - n, m) if sign > 0 else np.arange(n + m - 1)
        i, j = np.broadcast_arrays(np.arange(n)[None], first[:, None] + sign * np.arange(n)[None])
    inside = (j >= 0) & (j < m)
    return Diagonals(shape, sign, np.where(inside, i * m + j, 0), inside, all(periodic))
