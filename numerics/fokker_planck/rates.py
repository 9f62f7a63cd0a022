"""How fast cells exchange probability: Chang and Cooper's fluxes as rates of jumps between neighbours on a line.

J = (D/h) (B(−w) p_i − B(w) p_{i+1}), w = (a − D′) h/D at the face, B(z) = z/(e^z − 1): nonnegative rates, order 2,
exact for the stationary state where w is constant on each face.
References: J. Chang, G. Cooper, J. Comput. Phys. 6 (1970) 1; D. Scharfetter, H. Gummel, IEEE Trans. 16 (1969) 64.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Bands = tuple[Array, Array, Array]


def bernoulli(z: Array) -> Array:
    """B(z) = z/(e^z − 1), 1 at 0."""
    safe = np.where(abs(z) < 1e-8, 1.0, z)
    with np.errstate(over="ignore"):
        return np.where(abs(z) < 1e-8, 1 - z / 2, safe / np.expm1(safe))


def exchange(v: Array, d: Array, h: float, cell: float | None = None) -> tuple[Array, Array]:
    """The rates (to the right, to the left) through faces with velocity v = a − D′ between points h apart; the upwind
    rates max(±v, 0)/h where D vanishes against v h."""
    flat = d <= 1e-14 * abs(v) * h
    safe = np.where(flat, 1.0, d)
    w = np.where(flat, 0.0, v * h / safe)
    right = np.where(flat, np.maximum(v, 0), safe / h * bernoulli(-w))
    left = np.where(flat, np.maximum(-v, 0), safe / h * bernoulli(w))
    return right / (cell or h), left / (cell or h)


def chain(right: Array, left: Array, lost: Array | None = None, around: tuple[Array, Array] | None = None) -> Bands:
    """(lower, diagonal, upper) of jumps i → i+1 at the rates right_i and i+1 → i at left_i, (…, N−1) each.

    lost: rates at which cells are left for good, (…, N). around: the rates (N−1 → 0, 0 → N−1) of a ring.
    """
    lower, upper, out = np.zeros((3, *right.shape[:-1], right.shape[-1] + 1))
    lower[..., 1:], upper[..., :-1] = right, left
    out[..., :-1] += right
    out[..., 1:] += left
    if lost is not None:
        out += lost
    if around is not None:
        lower[..., 0], upper[..., -1] = around
        out[..., -1] += around[0]
        out[..., 0] += around[1]
    return lower, -out, upper
