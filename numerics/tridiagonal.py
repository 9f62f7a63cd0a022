"""Tridiagonal systems by cyclic reduction, factored once, for many right sides and many matrices at once.

Every second row is put into its two neighbours, until one row is left: log₂ N passes over arrays that halve. No pivots
are sought: for M-matrices, and for symmetric matrices shifted by a number off the real axis, none are needed (Schur
complements stay in the class). Reference: R. Hockney, C. Jesshope, Parallel Computers, sec. 5.4.3.
"""

from __future__ import annotations

import math
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


def log_weights(lower: Array, upper: Array) -> Array:
    """log π with π_{i+1}/π_i = a_{i+1}/c_i and Σ π = 1: T is symmetric in ⟨p, q⟩ = Σ p q/π. For a, c > 0 inside."""
    steps = np.cumsum(np.log(lower[..., 1:]) - np.log(upper[..., :-1]), axis=-1)
    logs = np.concatenate([np.zeros((*steps.shape[:-1], 1)), steps], axis=-1)
    return logs - _log_sum(logs)[..., None]


def _log_sum(logs: Array) -> Array:
    """log Σ e^v over the last axis; −∞ for nothing but −∞."""
    largest = np.maximum(logs.max(axis=-1), -1e300)
    return largest + np.log(np.exp(logs - largest[..., None]).sum(axis=-1))


class Exponential:
    """p ↦ e^{tT} p for rates: a, c > 0 inside, column sums ≤ 0, p ≥ 0; the error, summed, is at most 1e-9 Σ p.

    e^z ≈ 2 Re Σ w_k/(z − z_k) of degree 14, near the best for z ≤ 0 (poles by Carathéodory and Fejér, weights by least
    squares), with the error ε = 2e-13 there, roundings included. T is similar to a symmetric matrix ≤ 0, and so
    Σ |error| ≤ ε (Σ p²/π)^½. Where that bound is too weak (p starts where π is tiny) time is first spent by
    uniformisation, e^{sT} p = Σ_k e^{−λs} (λs)^k/k! (1 + T/λ)^k p, whose terms are all positive, until the bound
    holds. ValueError if that would take more than 400,000 terms.

    References: L. Trefethen, J. Weideman, T. Schmelzer, BIT 46 (2006) 653, sec. 4 (Carathéodory-Fejér); A. Jensen,
    Skand. Aktuarietidskr. 36 (1953) 87 (uniformisation).
    """

    def __init__(self, lower: Array, diagonal: Array, upper: Array, t: float) -> None:
        self._bands, self._t = (lower, diagonal, upper), t
        self._half = log_weights(lower, upper) / 2
        self._shifted = self._factored(t)

    def _factored(self, t: float) -> Tridiagonal:
        lower, diagonal, upper = self._bands
        shift = _POLES.reshape(-1, *(1,) * diagonal.ndim)
        return Tridiagonal(-t * lower[None], shift - t * diagonal[None], -t * upper[None])

    def _safe(self, p: Array) -> bool:
        """Whether ε (Σ p²/π)^½ ≤ 1e-9 Σ p, over all lines."""
        with np.errstate(divide="ignore"):
            lines = _log_sum(2 * (np.log(abs(p)) - self._half)) / 2
        return bool(np.exp(np.minimum(lines, 500)).sum() <= _TOLERANCE / _ERROR * p.sum())

    def __call__(self, p: Array) -> Array:
        """e^{tT} p."""
        left, shifted = self._t, self._shifted
        rate = float(-self._bands[1].min())
        if rate * left <= _DIRECT:
            return uniformised(*self._bands, p, left, rate)
        while not self._safe(p):
            if rate * left > _MOST_TERMS:
                raise ValueError(f"{rate * left:.2g} terms of uniformisation, more than {_MOST_TERMS}")
            span = min(left, _CHUNK / rate)
            p, left, shifted = uniformised(*self._bands, p, span, rate), left - span, None
            if left <= 0:
                return p
        found = (shifted or self._factored(left)).solve(p[None])
        return np.tensordot(_WEIGHTS, found, axes=(0, 0)).real


def uniformised(lower: Array, diagonal: Array, upper: Array, p: Array, t: float, rate: float) -> Array:
    """e^{tT} p by the Poisson sum, cut where less than 1e-13 of it is left; rate: the largest of −b. λt ≤ 600."""
    mean = rate * t
    weight = math.exp(-mean)
    total, left = weight * p, 1 - weight
    k = 0
    while left > 1e-13 and k < mean + 12 * math.sqrt(mean + 12) + 30:
        k += 1
        p = p + apply(lower, diagonal, upper, p) / rate
        weight *= mean / k
        left -= weight
        total += weight * p
    return total


_TOLERANCE, _ERROR = 1e-9, 2e-13
_DIRECT, _CHUNK, _MOST_TERMS = 4.0, 200.0, 400_000
_POLES = np.array(
    [
        5.62317153475742 + 1.1940664287021552j,
        5.089374564875054 + 3.588816095602845j,
        3.993400429650635 + 6.004818060139016j,
        2.2698165258521406 + 8.461717806877203j,
        -0.20872377764902525 + 10.991232026333313j,
        -3.703239160176677 + 13.656333463712498j,
        -8.897735413180298 + 16.63093520842446j,
    ]
)
_WEIGHTS = -2 * np.array(
    [
        -27.876162318348857 - 102.15000626339915j,
        46.934904612763184 + 45.64454385885293j,
        -23.498979407953104 - 5.808219226082887j,
        4.807233299679097 - 1.3211122076974828j,
        -0.3763633686346415 + 0.3352046864895889j,
        0.009438721318789972 - 0.017185736061323748j,
        -7.15387482337247e-05 + 0.00014361894325038487j,
    ]
)


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
