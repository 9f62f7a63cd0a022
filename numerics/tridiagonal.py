"""Tridiagonal systems by cyclic reduction, factored once, for many right sides and many matrices at once.

Every second row is put into its two neighbours, until one row is left: log₂ N passes over arrays that halve. No pivots
are sought: for M-matrices, and for symmetric matrices shifted by a number off the real axis, none are needed (Schur
complements stay in the class). Reference: R. Hockney, C. Jesshope, Parallel Computers, sec. 5.4.3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Tridiagonal:
    """The matrix with `lower` a_i (at i, i−1), `diagonal` b_i and `upper` c_i (at i, i+1), each (…, N); a_0 and c_{N−1}
    are not looked at.

    `solve(d)` takes d of shape (…, N).
    """

    def __init__(self, lower: Array, diagonal: Array, upper: Array) -> None:
        a, b, c = lower[..., 1:], diagonal, upper[..., :-1]
        self._passes: list[tuple[Array, ...]] = []
        while b.shape[-1] > 1:
            # rows 0, 2, … go into rows 1, 3, …; a and c are those between neighbours, without the ends
            inverse = 1 / b[..., ::2]
            before, after = a[..., ::2], c[..., 1::2]
            behind, ahead = c[..., ::2], a[..., 1::2]
            rows, right = before.shape[-1], after.shape[-1]
            alpha, gamma = before * inverse[..., :rows], after * inverse[..., 1:]
            b = b[..., 1::2] - alpha * behind
            b[..., :right] -= gamma * ahead
            self._passes.append((alpha, gamma, inverse, behind * inverse[..., :rows], ahead * inverse[..., 1:]))
            a, c = -alpha[..., 1:] * ahead[..., : rows - 1], -gamma[..., : rows - 1] * behind[..., 1:]
        self._last = 1 / b

    def solve(self, right: Array) -> Array:
        """x with T x = right."""
        kept, d = [], right
        for alpha, gamma, inverse, _, _ in self._passes:
            even = d[..., ::2]
            kept.append(even * inverse)
            d = d[..., 1::2] - alpha * even[..., : alpha.shape[-1]]
            d[..., : gamma.shape[-1]] -= gamma * even[..., 1:]
        x = d * self._last
        for (_, _, _, behind, ahead), even in zip(reversed(self._passes), reversed(kept), strict=True):
            even[..., : behind.shape[-1]] -= behind * x
            even[..., 1:] -= ahead * x[..., : ahead.shape[-1]]
            whole = np.empty((*even.shape[:-1], even.shape[-1] + x.shape[-1]), dtype=even.dtype)
            whole[..., ::2], whole[..., 1::2] = even, x
            x = whole
        return x


class Symmetric:
    """The symmetric matrix with `diagonal` b_i, (N, …), and `links` between i and i+1, (N−1, …), in half the work.

    Rows come first here, so that every pass runs over pieces of memory without gaps. `solve(d)` takes d of shape (N, …)
    which broadcasts against the matrices.
    """

    def __init__(self, diagonal: Array, links: Array) -> None:
        b, s = diagonal, -links
        self.shape = np.broadcast_shapes(b.shape[1:], s.shape[1:])
        self._passes: list[tuple[Array, Array, Array]] = []
        while len(b) > 1:
            # what of rows 0, 2, … goes into the odd rows before and behind, and comes back
            inverse = np.reciprocal(b[::2].copy())
            before, after, b = s[::2].copy(), s[1::2].copy(), b[1::2].copy()
            behind, ahead = before * inverse[: len(before)], after * inverse[1:]
            b -= behind * before
            b[: len(after)] -= ahead * after
            self._passes.append((inverse, behind, ahead))
            s = ahead[: len(before) - 1] * before[1:]
        self._last = 1 / b

    def solve(self, right: Array) -> Array:
        """x with S x = right, whose type is that of the matrix."""
        x = np.empty((len(right), *np.broadcast_shapes(self.shape, right.shape[1:])), dtype=self._last.dtype)
        x[...] = right
        kept = []
        for inverse, behind, ahead in self._passes:
            even, x = x[::2].copy(), x[1::2].copy()
            x += behind * even[: len(behind)]
            x[: len(ahead)] += ahead * even[1:]
            even *= inverse
            kept.append(even)
        x *= self._last
        for (_, behind, ahead), even in zip(reversed(self._passes), reversed(kept), strict=True):
            even[: len(behind)] += behind * x
            even[1:] += ahead * x[: len(ahead)]
            whole = np.empty((len(even) + len(x), *x.shape[1:]), dtype=x.dtype)
            whole[::2], whole[1::2] = even, x
            x = whole
        return x


class Cyclic:
    """The same with corners: a_0 at (0, N−1) and c_{N−1} at (N−1, 0), by Sherman and Morrison's formula."""

    def __init__(self, lower: Array, diagonal: Array, upper: Array) -> None:
        a, b, c = (v.copy() for v in np.broadcast_arrays(lower, diagonal, upper))
        corner, other = a[..., 0].copy(), c[..., -1].copy()
        pivot = -b[..., 0]
        b[..., 0] -= pivot
        b[..., -1] -= corner * other / pivot
        self._inner = Tridiagonal(a, b, c)
        u = np.zeros_like(b)
        u[..., 0], u[..., -1] = pivot, other
        self._ratio = corner / pivot
        self._column = self._inner.solve(u)
        self._below = 1 + self._column[..., 0] + self._ratio * self._column[..., -1]

    def solve(self, right: Array) -> Array:
        """x with C x = right."""
        x = self._inner.solve(right)
        weight = (x[..., 0] + self._ratio * x[..., -1]) / self._below
        return x - weight[..., None] * self._column


def apply(lower: Array, diagonal: Array, upper: Array, p: Array, cyclic: bool = False) -> Array:
    """T p."""
    out = diagonal * p
    out[..., 1:] += lower[..., 1:] * p[..., :-1]
    out[..., :-1] += upper[..., :-1] * p[..., 1:]
    if cyclic:
        out[..., 0] += lower[..., 0] * p[..., -1]
        out[..., -1] += upper[..., -1] * p[..., 0]
    return out


def solver(lower: Array, diagonal: Array, upper: Array, cyclic: bool) -> Tridiagonal | Cyclic:
    """The factored matrix, with corners or without."""
    return (Cyclic if cyclic else Tridiagonal)(lower, diagonal, upper)
