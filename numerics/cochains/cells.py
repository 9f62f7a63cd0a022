"""A complex of affine oriented cells: what simplicial and cubical complexes have in common.

Laws: ∂∘∂ = 0 as an integer matrix, exactly; coboundary = ∂ transposed, so Stokes holds by definition for cochains.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from numerics.cochains import multivectors
from numerics.cochains.errors import CochainError
from numerics.cochains.nodes import Rule
from numerics.cochains.sparse import SparseMatrix


@dataclass(frozen=True, eq=False)
class Pieces:
    """Parts of dual cells with quadrature: part p belongs to cell owner[p]; weights carry volume and sign."""

    owner: np.ndarray
    points: np.ndarray
    weights: np.ndarray


class Complex(ABC):
    """Cells of dimension 0 to `dim` in a space of `ambient` dimensions, each affine: x = origin + Σ s_i edge_i."""

    dim: int
    ambient: int

    @abstractmethod
    def count(self, degree: int) -> int:
        """The number of cells of a dimension; 0 outside 0 … dim."""

    @abstractmethod
    def _boundary(self, degree: int) -> SparseMatrix:
        """∂ on cells of a dimension between 1 and dim."""

    @abstractmethod
    def corners(self, degree: int) -> tuple[np.ndarray, np.ndarray]:
        """(origins (N, n), edges (N, k, n)) of the cells."""

    @abstractmethod
    def rule(self, degree: int, order: int) -> Rule:
        """Nodes and weights on the reference cell, exact up to the order."""

    @abstractmethod
    def faces(self, degree: int) -> np.ndarray:
        """(number of top cells, F): the cells of a degree in each top cell, in one order for all."""

    @abstractmethod
    def whitney(self, degree: int, local: np.ndarray) -> np.ndarray:
        """Whitney's forms of those faces at reference points (Q, dim): components (top cells, F, Q, n over k)."""

    @abstractmethod
    def dual_pieces(self, degree: int, order: int) -> Pieces:
        """The dual cells (of dimension dim − k, orthogonal to their cells), cut into pieces, with nodes."""

    @abstractmethod
    def cup(self, p: int, q: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(cell, front face, back face, sign): (α⌣β)(cell) = Σ sign · α(front) β(back)."""

    @property
    @abstractmethod
    def fundamental(self) -> np.ndarray:
        """The chain of all top cells, with the orientation of the space: one integer each."""

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of cells of each dimension."""
        return tuple(self.count(k) for k in range(self.dim + 1))

    @property
    def euler(self) -> int:
        """Euler's characteristic Σ (−1)^k N_k."""
        return sum((-1) ** k * n for k, n in enumerate(self.counts))

    @cached_property
    def _boundaries(self) -> dict[int, SparseMatrix]:
        return {}

    def boundary(self, degree: int) -> SparseMatrix:
        """∂: chains of a dimension → chains of one less, an integer matrix (without rows, or columns, at the ends)."""
        if degree not in self._boundaries:
            shape = (self.count(degree - 1), self.count(degree))
            inside = 1 <= degree <= self.dim
            empty = SparseMatrix.of(shape, [], [], np.zeros(0, dtype=np.int64))
            self._boundaries[degree] = self._boundary(degree) if inside else empty
        return self._boundaries[degree]

    def coboundary(self, degree: int) -> SparseMatrix:
        """d: cochains of a degree → cochains of one more; the transpose of ∂."""
        return self.boundary(degree + 1).T

    @property
    def size(self) -> float:
        """h: the longest edge."""
        return float(multivectors.volumes(self.corners(1)[1]).max())

    def volumes(self, degree: int) -> np.ndarray:
        """The k-volumes of the cells, positive."""
        scale = self.rule(degree, 0)[1].sum()
        return multivectors.volumes(self.corners(degree)[1]) * scale

    def tangents(self, degree: int) -> np.ndarray:
        """(N, n over k): edge₁∧…∧edge_k of each cell, in its orientation."""
        return multivectors.minors(self.corners(degree)[1])

    def points(self, degree: int, order: int, some: Any = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """Quadrature points (N, Q, n) on (some of) the cells, and the reference weights (Q,)."""
        local, weights = self.rule(degree, order)
        origins, edges = self.corners(degree)
        return origins[some, None, :] + np.einsum("qk,nkd->nqd", local, edges[some]), weights

    def restricted(self, degree: int) -> np.ndarray | None:
        """Λᵏ of the projection on the tangent space of each top cell, (top cells, C, C); None for the identity."""
        if self.dim == self.ambient:
            return None
        edges = self.corners(self.dim)[1]
        gram = edges @ np.swapaxes(edges, -1, -2)
        projection = np.swapaxes(edges, -1, -2) @ np.linalg.solve(gram, edges)
        return multivectors.compound(projection, degree)

    def check_degree(self, degree: int) -> None:
        """CochainError unless there are cells of this dimension."""
        if not 0 <= degree <= self.dim:
            raise CochainError(f"degree {degree} on a complex of dimension {self.dim}; degrees are 0 to {self.dim}")
