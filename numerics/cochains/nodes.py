"""Quadrature on the unit cube and the unit simplex, exact for polynomials up to a degree.

Simplex {s ≥ 0, Σ s ≤ 1} by the collapse s₁ = u₁, s₂ = (1 − u₁) u₂, …, with Jacobian Π (1 − u_i)^{k−i}.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np

Rule = tuple[np.ndarray, np.ndarray]


@lru_cache(maxsize=64)
def cube(dim: int, degree: int) -> Rule:
    """Nodes (Q, dim) and weights (Q,) on [0, 1]^dim, exact for degree ≤ `degree` in each variable; weights add to 1."""
    points, weights = np.polynomial.legendre.leggauss(degree // 2 + 1)
    line = list(zip((points + 1) / 2, weights / 2, strict=True))
    chosen = list(product(line, repeat=dim))
    nodes = np.array([[s for s, _ in one] for one in chosen]).reshape(len(chosen), dim)
    return nodes, np.array([np.prod([w for _, w in one]) for one in chosen])


@lru_cache(maxsize=64)
def simplex(dim: int, degree: int) -> Rule:
    """Nodes (Q, dim) and weights (Q,) on the unit simplex, exact up to the total degree; weights add to 1/dim!."""
    u, weights = cube(dim, degree + max(dim - 1, 0))
    nodes, left = np.empty_like(u), np.ones(len(u))
    for axis in range(dim):
        weights = weights * left if axis else weights
        nodes[:, axis] = left * u[:, axis]
        left = left * (1 - u[:, axis])
    return nodes, weights
