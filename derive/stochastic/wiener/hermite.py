"""Gaussian means by tensor Gauss-Hermite quadrature, with the change between two rules as an estimate of the error."""

from __future__ import annotations

from itertools import product
from typing import Any

import mpmath
import numpy as np
import sympy as sp

RULES = {1: (60, 90), 2: (40, 56), 3: (22, 30), 4: (10, 12), 5: (6, 7)}


def gaussian_mean(f: Any, variables: list[Any], mean: Any, sigma: Any) -> tuple[complex, float]:
    """(E f(Z), estimated relative error) for Z ~ N(mean, sigma), at most five variables; numbers only.

    Degenerate covariances are taken by their eigenvalues. ValueError for more variables or a negative eigenvalue.
    """
    n = len(variables)
    if n not in RULES:
        raise ValueError(f"quadrature in {n} variables")
    matrix = np.array(sp.Matrix(sigma).evalf(30).tolist(), dtype=float)
    values, vectors = np.linalg.eigh(matrix)
    if values.min() < -1e-10 * max(values.max(), 1.0):
        raise ValueError("the covariance has a negative eigenvalue")
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    centre = np.array(sp.Matrix(mean).evalf(30).tolist(), dtype=float).ravel()
    slots = [sp.Dummy() for _ in variables]
    body = f.xreplace(dict(zip(variables, slots, strict=True)))
    fast, slow = (sp.lambdify(slots, body, module) for module in ("numpy", "mpmath"))
    coarse, fine = (_rule(fast, slow, root, centre, size) for size in RULES[n])
    return fine, float(abs(fine - coarse) / max(abs(fine), 1.0))


def _rule(fast: Any, slow: Any, root: Any, centre: Any, size: int) -> complex:
    """The tensor rule, by NumPy where it knows all functions, else point by point."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(size)
    weights = weights / weights.sum()
    grid = np.array(list(product(range(size), repeat=len(centre))))
    points, share = centre + nodes[grid] @ root.T, np.prod(weights[grid], axis=1)
    try:
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(fast(*points.T), dtype=complex), share.shape)
        if np.isfinite(values).all():
            return complex(values @ share)
    except (NameError, TypeError, ValueError, AttributeError):
        pass
    return complex(sum((slow(*map(float, p)) * float(w) for p, w in zip(points, share, strict=True)), mpmath.mpc(0)))
