"""The Laplacian's spectrum and Hodge's decomposition α = dβ + δγ + harmonic, by dense algebra for small complexes.

Law: the dimension of the kernel of Δ on k-cochains is the Betti number b_k (Hodge), which exact elimination gives too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numerics.cochains.cochain import Cochain
from numerics.cochains.errors import CochainError
from numerics.cochains.hodge import Hodge

_LARGEST = 3000


def _root(hodge: Hodge, degree: int) -> np.ndarray:
    """L with L Lᵀ = M_k."""
    size = hodge.complex.count(degree)
    if size > _LARGEST:
        raise CochainError(f"{size} cells of dimension {degree}; the dense route takes up to {_LARGEST}: coarsen")
    try:
        return np.linalg.cholesky(hodge.mass(degree).dense())
    except np.linalg.LinAlgError as error:
        raise CochainError(f"the {hodge.kind} mass matrix of degree {degree} is not positive; use 'whitney'") from error


def eigenvalues(hodge: Hodge, degree: int, count: int = 6) -> np.ndarray:
    """The lowest eigenvalues of Δ on k-cochains, rising."""
    complex = hodge.complex
    complex.check_degree(degree)
    here = _root(hodge, degree)
    size = complex.count(degree)
    operator = np.zeros((size, size))
    if degree < complex.dim:
        up = _root(hodge, degree + 1).T @ complex.coboundary(degree).dense()
        outward = np.linalg.solve(here, up.T)
        operator += outward @ outward.T
    if degree > 0:
        down = np.linalg.solve(_root(hodge, degree - 1), complex.boundary(degree).dense() @ here)
        operator += down.T @ down
    return np.linalg.eigvalsh(operator)[:count]


@dataclass(frozen=True, eq=False)
class Decomposition:
    """α = exact + coexact + harmonic, orthogonal to one another."""

    exact: Cochain
    coexact: Cochain
    harmonic: Cochain


def decompose(hodge: Hodge, cochain: Cochain) -> Decomposition:
    """The three orthogonal projections: on the image of d, on that of δ, and what is left."""
    complex, degree = hodge.complex, cochain.degree
    here = _root(hodge, degree)
    flat = here.T @ cochain.values
    parts = []
    if degree > 0:
        parts.append(here.T @ complex.coboundary(degree - 1).dense())
    else:
        parts.append(np.zeros((len(flat), 0)))
    if degree < complex.dim:
        parts.append(np.linalg.solve(here, complex.boundary(degree + 1).dense().astype(float)))
    else:
        parts.append(np.zeros((len(flat), 0)))
    found = [_projected(columns, flat) for columns in parts]
    back = [Cochain(complex, degree, np.linalg.solve(here.T, value)) for value in found]
    return Decomposition(back[0], back[1], cochain - back[0] - back[1])


def _projected(columns: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """The orthogonal projection of a vector on the span of the columns."""
    if not columns.shape[1]:
        return np.zeros_like(vector)
    return columns @ np.linalg.lstsq(columns, vector, rcond=1e-10)[0]
