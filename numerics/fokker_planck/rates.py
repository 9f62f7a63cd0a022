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

_NOTHING = 1e-250


def bernoulli(z: Array) -> Array:
    """B(z) = z/(e^z − 1), 1 at 0; from B at |z|, B(−z) = B(z) + z."""
    size = np.maximum(abs(z), _NOTHING)
    with np.errstate(over="ignore"):
        return size / np.expm1(size) + np.maximum(-z, 0)


def exchange(v: Array, d: Array, h: float, cell: float | None = None) -> tuple[Array, Array]:
    """The rates (to the right, to the left) through faces with velocity v = a − D′ between points h apart, of cells
    `cell` long (h, if not given): (D B(|w|)/h + max(±v, 0))/cell, w = v h/D; the upwind rates where D = 0."""
    way, scale = v * h, 1 / (h * (cell or h))
    # B does not tell |w| = 1e-250 from 0. Beyond 745 it is 0: a floor would falsify which of two wells is deeper
    size = np.maximum(abs(way), _NOTHING) / np.maximum(d, _NOTHING)
    less = -size
    noise = d * (size * (np.exp(less) / -np.expm1(less)))
    forward = np.maximum(way, 0)
    right, left = noise + forward, noise + (forward - way)
    right *= scale
    left *= scale
    return right, left


def spread(right: Array, left: Array, h: float) -> tuple[Array, Array]:
    """(D, D_h − D) at faces with these rates of cells h long: D_h = D (w/2) coth(w/2) , how fast they spread densities,
    D (1 + w²/12) where w is small; ½ |v| h, and all of it the grid's, for upwind rates."""
    whole = (right + left) * h**2 / 2
    both = (right > 0) & (left > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.where(both, np.log(right / left), np.inf)
        own = np.where(abs(w) < 1e-3, whole / (1 + w**2 / 12), (right - left) * h**2 / w)
    return own, whole - own


def chain(right: Array, left: Array, lost: Array | None = None, around: tuple[Array, Array] | None = None) -> Bands:
    """(lower, diagonal, upper) of jumps i → i+1 at the rates right_i and i+1 → i at left_i, (…, N−1) each.

    lost: rates at which cells are left for good, (…, N). around: the rates (N−1 → 0, 0 → N−1) of a ring.
    """
    lower, diagonal, upper = np.zeros((3, *right.shape[:-1], right.shape[-1] + 1))
    lower[..., 1:], upper[..., :-1] = right, left
    np.negative(right, out=diagonal[..., :-1])
    behind = diagonal[..., 1:]
    behind -= left
    if lost is not None:
        diagonal -= lost
    if around is not None:
        lower[..., 0], upper[..., -1] = around
        diagonal[..., -1] -= around[0]
        diagonal[..., 0] -= around[1]
    return lower, diagonal, upper
