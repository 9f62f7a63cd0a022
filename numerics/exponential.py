"""e^{tT} p for the rates of a chain of cells, with a bound of the error, and e^M of a dense matrix."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from numerics.modes import modes
from numerics.tridiagonal import Symmetric, apply

Array = np.ndarray[Any, np.dtype[Any]]


def log_weights(lower: Array, upper: Array) -> Array:
    """log π with π_{i+1}/π_i = a_{i+1}/c_i and Σ π = 1: T is symmetric in ⟨p, q⟩ = Σ p q/π. For a, c > 0 inside."""
    logs = np.zeros(lower.shape)
    (np.log(lower[..., 1:]) - np.log(upper[..., :-1])).cumsum(axis=-1, out=logs[..., 1:])
    logs -= logs.max(axis=-1, keepdims=True)
    return logs - np.log(np.exp(logs).sum(axis=-1, keepdims=True))


class Exponential:
    """p ↦ e^{tT} p for rates: a, c ≥ 0 inside, column sums ≤ 0, p ≥ 0; the error, summed, is at most 1e-9 Σ p.

    e^z ≈ 2 Re Σ w_k/(z − z_k) of degree 14, near the best for z ≤ 0 (poles by Carathéodory and Fejér, weights by least
    squares), with the error ε = 2e-13 there, roundings included. T is similar to a symmetric matrix ≤ 0, and so
    Σ |error| ≤ ε (Σ p²/π)^½. Where that is too weak (p starts where π is tiny, or a rate is 0) time is first spent by
    uniformisation, e^{sT} p = Σ_k e^{−λs} (λs)^k/k! (1 + T/λ)^k p, whose terms are all positive, until the bound
    holds. Half the time, twice, must give the same; where roundings of very many jumps add up to more, the modes of the
    chain must tell the same and more digits. ValueError where they do not, and where 50,000 terms did not help and
    400,000 might not.

    References: L. Trefethen, J. Weideman, T. Schmelzer, BIT 46 (2006) 653, sec. 4 (Carathéodory-Fejér); A. Jensen,
    Skand. Aktuarietidskr. 36 (1953) 87 (uniformisation).
    """

    def __init__(self, lower: Array, diagonal: Array, upper: Array, t: float) -> None:
        self._bands, self._t = (lower, diagonal, upper), t
        self._rate = float(-diagonal.min())
        # √(a c) between neighbours
        self._links = np.sqrt(lower[..., 1:]) * np.sqrt(upper[..., :-1])
        self._weight = np.exp(log_weights(lower, upper) / 2) if self._links.min() > 0 else None
        self._kept: Symmetric | None = None

    def _factored(self, t: float) -> Symmetric:
        """z_k − tS for all poles, S = π^{−½} T π^½; the one for all of the time is made once."""
        if self._kept is not None and t == self._t:
            return self._kept
        diagonal = self._bands[1]
        # rows of the matrix first, then the poles, then the lines
        shift = _POLES if diagonal.ndim == 1 else _POLES[:, None]
        found = Symmetric(shift - t * diagonal.T[:, None], -t * self._links.T[:, None])
        if t == self._t:
            self._kept = found
        return found

    def _balanced(self, p: Array) -> Array | None:
        """π^{−½} p, if ε (Σ p²/π)^½ ≤ 1e-9 Σ p over all lines; if need be without cells that hold less than 1e-14 of
        the mean, all together less than roundings, however small π is there."""
        if self._weight is None:
            return None
        total = p.sum()
        most = _TOLERANCE / _ERROR * total
        # where π is less than any number, there is no bound: ∞, or no number at all
        with np.errstate(all="ignore"):
            scaled = p / self._weight
            if _norms(scaled) <= most:
                return scaled
            scaled = np.where(p > 1e-14 * total / p.size, scaled, 0.0)
            return scaled if _norms(scaled) <= most else None

    def __call__(self, p: Array) -> Array:
        """e^{tT} p."""
        left, rate, spent = self._t, self._rate, 0.0
        while rate * left <= _DIRECT or (scaled := self._balanced(p)) is None:
            if rate * left > _MOST_TERMS and spent >= _PATIENCE:
                raise ValueError(f"p starts too far out, for up to {rate * left:.2g} terms of uniformisation")
            span = min(left, _CHUNK / rate) if rate * left > _CHUNK else left
            spent += rate * span
            p, left = uniformised(*self._bands, p, span, rate), left - span
            if left <= 0:
                return p
        found = self._rational(scaled, left)
        if rate * left > _LONG:
            begin = scaled
            half = np.maximum(self._rational(scaled, left / 2), 0)
            again = None if (scaled := self._balanced(half)) is None else self._rational(scaled, left / 2)
            gap = math.inf if again is None else float(abs(again - found).sum() / p.sum())
            if gap > _TOLERANCE / 2:
                slow = self._by_modes(begin, left)
                if slow is None or float(abs(slow - found).sum() / p.sum()) > 10 * gap:
                    raise ValueError(f"over {rate * left:.2g} jumps roundings add up to {gap:.1g}")
                return slow
        return found

    def _by_modes(self, scaled: Array, t: float) -> Array | None:
        """Σ_k e^{−λ_k t} q_k ⟨q_k, p⟩, from π^{−½} p, for one line of up to 800 cells that loses at its ends only.

        Rates and modes have errors of a part of 4e-15 √(λ/λ_k), λ the largest rate. Where nothing is lost, q_0 = π^½,
        and the lowest rate but 0 is had from the sum of positive terms (F_j = Σ_{i ≤ j} π_i)
            Σ_{k > 0} 1/λ_k = Σ_j F_j (1 − F_j)/(π_j right_j),
        to which it must fit as it is, too. None where the errors, times (Σ p²/π)^½, are more than 1e-9 Σ p.
        """
        lower, diagonal, upper = self._bands
        if diagonal.ndim > 1 or not 3 <= diagonal.size <= _MOST_CELLS:
            return None
        lost = np.where(self._lossless(), 0.0, -self._columns())
        if lost[1:-1].any():
            return None
        rates, shapes = modes(lower[1:], upper[:-1], (lost[0], lost[-1]))
        slowest = rates[0]
        if not lost.any():
            root = np.asarray(self._weight)
            pi = root * root
            below, above = pi.cumsum()[:-1], pi[::-1].cumsum()[-2::-1]
            times = (below * above / (pi[:-1] * lower[1:])).sum() - (1 / rates[2:]).sum()
            if not abs(times * rates[1] - 1) < 1e-5:
                return None
            slowest, rates = rates[2], np.concatenate([[0.0, 1 / times], rates[2:]])
            first = shapes[1] - (root @ shapes[1]) * root
            shapes = np.concatenate([[root, first / math.sqrt(first @ first)], shapes[2:]])
        error = 1e-13 + 4e-15 * math.sqrt(self._rate / slowest)
        if not error * _norms(scaled) <= _TOLERANCE * float(self._weight @ scaled):
            return None
        return np.maximum((np.exp(-rates * t) * (shapes @ scaled)) @ shapes, 0) * self._weight

    def _rational(self, scaled: Array, t: float) -> Array:
        """2 Re Σ w_k (z_k − tT)^{−1} p from π^{−½} p. What rests where nothing is absorbed, the multiple of π in p, is
        left out for long times, over which roundings would move it."""
        weight, resting = self._weight, self._rate * t > _LONG / 2 and self._conserved()
        rest = (weight * scaled).sum(axis=-1, keepdims=True) * weight if resting else None
        moving = scaled if rest is None else scaled - rest
        parts = self._factored(t).solve(moving.T[:, None])
        found = parts.swapaxes(1, -1).dot(_WEIGHTS).real.T
        if rest is not None:
            found = found - (weight * found).sum(axis=-1, keepdims=True) * weight + rest
        return found * weight

    def _columns(self) -> Array:
        """What the columns add up to: minus what is lost."""
        lower, diagonal, upper = self._bands
        columns = diagonal.copy()
        columns[..., :-1] += lower[..., 1:]
        columns[..., 1:] += upper[..., :-1]
        return columns

    def _lossless(self) -> Array:
        """Which columns add up to 0, roundings apart."""
        return abs(self._columns()) <= 1e-14 * abs(self._bands[1])

    def _conserved(self) -> bool:
        """Whether nothing is lost."""
        return bool(self._lossless().all())


def _norms(p: Array) -> float:
    """Σ over lines of (Σ p²)^½."""
    return float(np.sqrt((p * p).sum(axis=-1)).sum()) if p.ndim > 1 else math.sqrt(np.vdot(p, p))


def uniformised(lower: Array, diagonal: Array, upper: Array, p: Array, t: float, rate: float) -> Array:
    """e^{tT} p by the Poisson sum, cut where less than 1e-13 of it is left; rate: the largest of −b. λt ≤ 600."""
    mean = rate * t
    if mean == 0:
        return p
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
_DIRECT, _CHUNK, _MOST_TERMS, _PATIENCE, _LONG, _MOST_CELLS = 4.0, 200.0, 400_000, 50_000, 1e5, 800
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
