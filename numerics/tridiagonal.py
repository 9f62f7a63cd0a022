"""Tridiagonal systems by parallel cyclic reduction, factored once, for many right sides and many matrices at once.

Row i is combined with rows i ± s for s = 1, 2, 4, … until every row stands alone: log₂ N passes over whole arrays.
No pivots are sought: for M-matrices, and for symmetric matrices shifted by a number off the real axis, none are needed
(Schur complements stay in the class). Reference: R. Hockney, C. Jesshope, Parallel Computers, sec. 5.4.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Tridiagonal:
    """The matrix with `lower` a_i (at i, i−1), `diagonal` b_i and `upper` c_i (at i, i+1), each (…, N); a_0 = c_N = 0.

    `solve(d)` takes d of shape (…, N).
    """

    def __init__(self, lower: Array, diagonal: Array, upper: Array) -> None:
        kind = np.result_type(lower, diagonal, upper)
        a, b, c = (v.astype(kind) for v in np.broadcast_arrays(lower, diagonal, upper))
        a[..., 0], c[..., -1] = 0, 0
        self._passes: list[tuple[int, Array, Array]] = []
        n, s = b.shape[-1], 1
        while s < n:
            alpha, gamma = -a[..., s:] / b[..., :-s], -c[..., :-s] / b[..., s:]
            b, a_next, c_next = b.copy(), np.zeros_like(a), np.zeros_like(c)
            b[..., s:] += alpha * c[..., :-s]
            b[..., :-s] += gamma * a[..., s:]
            a_next[..., s:] = alpha * a[..., :-s]
            c_next[..., :-s] = gamma * c[..., s:]
            self._passes.append((s, alpha, gamma))
            a, c, s = a_next, c_next, 2 * s
        self._inverse = 1 / b

    def solve(self, right: Array) -> Array:
        """x with T x = right."""
        d = right
        for s, alpha, gamma in self._passes:
            ahead = gamma * d[..., s:]
            behind = alpha * d[..., :-s]
            d = np.broadcast_to(d, np.broadcast_shapes(d.shape, (*behind.shape[:-1], d.shape[-1]))).astype(
                behind.dtype, copy=True
            )
            d[..., s:] += behind
            d[..., :-s] += ahead
        return d * self._inverse


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


class Exponential:
    """p ↦ e^{tT} p for a T that is similar to a symmetric one with spectrum ≤ 0.

    (1/2πi) ∮ e^z (z − tT)^{−1} p dz on the parabola z = n (0.1309 − 0.1194 θ² + 0.2500 iθ) by n midpoints, half of
    them by symmetry; error ≈ 2.85^{−n}.

    Reference: J. Weideman, L. Trefethen, Math. Comp. 76 (2007) 1341.
    """

    def __init__(self, lower: Array, diagonal: Array, upper: Array, t: float, nodes: int = 30) -> None:
        theta = (2 * np.arange(nodes // 2) + 1) * np.pi / nodes
        z = nodes * (0.1309 - 0.1194 * theta**2 + 0.25j * theta)
        self._weights = 2 * np.exp(z) * (-0.2388 * theta + 0.25j) / 1j
        shape: Sequence[int] = (-1, *(1,) * diagonal.ndim)
        self._shifted = Tridiagonal(-t * lower[None], z.reshape(shape) - t * diagonal[None], -t * upper[None])

    def __call__(self, p: Array) -> Array:
        """e^{tT} p."""
        return np.tensordot(self._weights, self._shifted.solve(p[None].astype(complex)), axes=(0, 0)).real


def expm(matrix: Array) -> Array:
    """e^M of a dense real matrix: Padé's approximant of degree 13 at M/2^s, ‖M/2^s‖₁ ≤ 5.37, squared s times.

    Reference: N. Higham, SIAM J. Matrix Anal. Appl. 26 (2005) 1179, algorithm 2.3.
    """
    size = float(abs(matrix).sum(axis=0).max())
    squarings = max(0, math.ceil(math.log2(size / 5.371920351148152))) if size > 0 else 0
    m = matrix / 2.0**squarings
    one, m2 = np.eye(len(m)), m @ m
    m4 = m2 @ m2
    m6 = m4 @ m2
    b = _PADE
    odd = m @ (m6 @ (b[13] * m6 + b[11] * m4 + b[9] * m2) + b[7] * m6 + b[5] * m4 + b[3] * m2 + b[1] * one)
    even = m6 @ (b[12] * m6 + b[10] * m4 + b[8] * m2) + b[6] * m6 + b[4] * m4 + b[2] * m2 + b[0] * one
    found = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        found = found @ found
    return found


_PADE = [
    math.factorial(26 - k) * math.factorial(13) / (math.factorial(26) * math.factorial(k) * math.factorial(13 - k))
    for k in range(14)
]
