"""k-vectors and k-covectors by their components in the basis of rising index sets: minors of matrices."""

from __future__ import annotations

from itertools import combinations

import numpy as np


def basis(dim: int, degree: int) -> list[tuple[int, ...]]:
    """Rising index sets, in the order in which components are stored."""
    return list(combinations(range(dim), degree))


def minors(rows: np.ndarray) -> np.ndarray:
    """v₁∧…∧v_k of k rows in n dimensions: (…, k, n) → (…, n over k); (1,) for k = 0."""
    k, n = rows.shape[-2:]
    if k == 0:
        return np.ones((*rows.shape[:-2], 1))
    return np.stack([np.linalg.det(rows[..., list(chosen)]) for chosen in basis(n, k)], axis=-1)


def compound(matrix: np.ndarray, degree: int) -> np.ndarray:
    """The action of a matrix (…, n, n) on k-vectors, entry by entry a minor: Λᵏ(AB) = Λᵏ(A) Λᵏ(B)."""
    chosen = basis(matrix.shape[-1], degree)
    return np.stack([minors(matrix[..., list(rows), :]) for rows in chosen], axis=-2)


def volumes(rows: np.ndarray) -> np.ndarray:
    """√det(v_i·v_j): the k-volume of the parallelepiped of k rows; 1 for k = 0."""
    k = rows.shape[-2]
    if k == 0:
        return np.ones(rows.shape[:-2])
    gram = rows @ np.swapaxes(rows, -1, -2)
    return np.sqrt(np.maximum(np.linalg.det(gram), 0))
