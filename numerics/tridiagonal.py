"""Tridiagonal systems by cyclic reduction, factored once, for many right sides and many matrices at once.

Every second row is put into its two neighbours, until one row is left: log₂ N passes over arrays that halve. No pivots
are sought: for M-matrices, and for symmetric matrices shifted by a number off the real axis, none are needed (Schur
complements stay in the class). Reference: R. Hockney, C. Jesshope, Parallel Computers, sec. 5.4.3.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

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


class _Level(NamedTuple):
    """A level of rows of which the `even` ones are eliminated, from `start` on in the order of elimination; the `odd`
    ones behind them are left for the levels after. The i-th even row is the one before the i-th odd row.

    beside: where in their order the even rows before the odd ones stand, then those after. before: where the odd rows
    before the even ones stand, without the first, which has none. own: which links, numbered along the chain, are
    those of the odd rows to the rows before, then to the rows after. ahead, behind: where the factors of those links
    stand in the level above. end: the place in `own` of a link that is not there, after the last row.
    """

    start: int
    even: int
    odd: int
    beside: Array
    before: Array
    own: Array
    ahead: Array
    behind: Array
    end: int | None


@lru_cache(maxsize=64)
def _levels(n: int) -> tuple[tuple[_Level, ...], Array, Array]:
    """(levels, rows in the order of elimination, place of every row in it) of n rows."""
    if n == 1:
        return (), np.zeros(1, dtype=int), np.zeros(1, dtype=int)
    inner, order, place = _levels(n // 2)
    even, odd = (n + 1) // 2, n // 2
    evens = np.concatenate([order, np.arange(odd, even)])
    where = np.empty(even + 1, dtype=int)
    where[evens], where[even] = np.arange(even), 0
    own = np.concatenate([2 * order, 2 * order + 1])
    end = odd + int(place[-1]) if n % 2 == 0 else None
    nothing = np.empty(0, dtype=int)
    beside = np.concatenate([np.arange(odd), where[order + 1]])
    here = _Level(0, even, odd, beside, place[evens[1:] - 1], own, nothing, nothing, end)
    below = [level._replace(start=level.start + even) for level in inner]
    if below:
        links = below[0].own
        below[0] = below[0]._replace(ahead=odd + place[links], behind=place[np.minimum(links + 1, odd - 1)])
    whole = np.concatenate([2 * evens, 2 * order + 1])
    found = np.empty(n, dtype=int)
    found[whole] = np.arange(n)
    return (here, *below), whole, found


class Symmetric:
    """The symmetric matrices with `diagonal` b_i, (N, …), and `links` between i and i+1, (N−1, …), which broadcast to
    as many matrices: L D Lᵀ with rows in the order of their elimination. Those of a level are then one piece of memory,
    on which arithmetic is quick.

    `solve(d)` takes d of shape (N, …) which broadcasts against the matrices.
    """

    def __init__(self, diagonal: Array, links: Array) -> None:
        self._levels, self._order, self._place = _levels(len(diagonal))
        b = diagonal.take(self._order, 0)
        self._shares: list[Array] = []
        own = share = b[:0]
        for start, even, odd, beside, _, numbers, ahead, behind, end in self._levels:
            if start:
                links, own = own, share.take(ahead, 0)
                own *= links.take(behind, 0)
            else:
                own = np.empty((2 * odd, *b.shape[1:]), dtype=b.dtype)
                own[...] = -links.take(numbers, 0, mode="clip")
            if end is not None:
                own[end] = 0
            inverse, rest = b[start : start + even], b[start + even :]
            np.reciprocal(inverse, out=inverse)
            # what of an even row goes into the odd rows beside it, and comes back
            share = inverse.take(beside, 0)
            share *= own
            self._shares.append(share)
            lost = own * share
            rest -= lost[:odd]
            rest -= lost[odd:]
        np.reciprocal(b[-1:], out=b[-1:])
        self._inverse = b

    def solve(self, right: Array) -> Array:
        """x with S x = right, whose type is that of the matrix."""
        inverse = self._inverse
        x = np.empty((len(right), *np.broadcast(inverse[0], right[0]).shape), dtype=inverse.dtype)
        x[...] = right.take(self._order, 0)
        back: list[tuple[Array, ...]] = []
        for (start, even, odd, beside, before, *_), share in zip(self._levels, self._shares, strict=True):
            rest = x[start + even :]
            come = x[start : start + even].take(beside, 0)
            come *= share
            rest += come[:odd]
            rest += come[odd:]
            back.append((x[start : start + odd], x[start + 1 : start + even], rest, share[:odd], share[odd:], before))
        x *= inverse
        for first, later, rest, behind, ahead, before in reversed(back):
            first += behind * rest
            later += (ahead * rest).take(before, 0)
        return x.take(self._place, 0)


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
