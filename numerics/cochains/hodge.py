"""Discrete Hodge theory: inner products of cochains, codifferential and Laplacian.

⟨α, β⟩ = αᵀ M_k β with M_k either Whitney's (∫⟨Wσ, Wτ⟩, for any mesh) or diagonal (|⋆σ|/|σ|, the dual volume over the
volume, for grids and well-centred meshes). Laws: ⟨dα, β⟩ = ⟨α, δβ⟩ exactly, δδ = 0, Δ = dδ + δd ≥ 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numerics.cochains import multivectors
from numerics.cochains.cells import Complex
from numerics.cochains.cochain import Cochain
from numerics.cochains.errors import CochainError
from numerics.cochains.sparse import SparseMatrix


def whitney_mass(complex: Complex, degree: int) -> SparseMatrix:
    """∫ ⟨W_σ, W_τ⟩ vol, exact: the integrand is a quadratic polynomial (on a box, in each variable)."""
    faces = complex.faces(degree)
    local, weights = complex.rule(complex.dim, 2)
    forms = complex.whitney(degree, local)
    scale = multivectors.volumes(complex.corners(complex.dim)[1])
    local_mass = np.einsum("tfqc,tgqc,q,t->tfg", forms, forms, weights, scale, optimize=True)
    rows, columns = np.broadcast_arrays(faces[:, :, None], faces[:, None, :])
    n = complex.count(degree)
    return SparseMatrix.of((n, n), rows, columns, local_mass)


def dual_volumes(complex: Complex, degree: int) -> np.ndarray:
    """|⋆σ| for each cell: circumcentric for simplices (signed), boxes for grids. Σ |σ||⋆σ| = (n over k)·volume."""
    pieces = complex.dual_pieces(degree, 0)
    total = np.zeros(complex.count(degree))
    np.add.at(total, pieces.owner, pieces.weights.sum(axis=1))
    return total


def diagonal_mass(complex: Complex, degree: int) -> SparseMatrix:
    """diag |⋆σ|/|σ|."""
    return SparseMatrix.diagonal(dual_volumes(complex, degree) / complex.volumes(degree))


MASSES = {"whitney": whitney_mass, "diagonal": diagonal_mass}


@dataclass(frozen=True, eq=False)
class Hodge:
    """`Hodge(complex, "whitney" | "diagonal")`; natural boundary conditions (the normal part of δ's argument vanishes).

    Raises CochainError for "diagonal" on a mesh with a dual volume that is not positive, where it has to be inverted.
    """

    complex: Complex
    kind: str = "whitney"

    def __post_init__(self) -> None:
        if self.kind not in MASSES:
            raise CochainError(f"no discrete Hodge star {self.kind!r}; there are {', '.join(MASSES)}")

    @cached_property
    def _masses(self) -> dict[int, SparseMatrix]:
        return {}

    def mass(self, degree: int) -> SparseMatrix:
        """M_k, symmetric."""
        self.complex.check_degree(degree)
        if degree not in self._masses:
            self._masses[degree] = MASSES[self.kind](self.complex, degree)
        return self._masses[degree]

    def inner(self, left: Cochain, right: Cochain) -> float:
        """⟨α, β⟩ ≈ ∫ α∧⋆β."""
        if left.degree != right.degree:
            raise CochainError(f"the inner product of a {left.degree}-cochain and a {right.degree}-cochain")
        return float(left.values @ (self.mass(left.degree) @ right.values))

    def norm(self, cochain: Cochain) -> float:
        """√⟨α, α⟩."""
        return float(np.sqrt(max(self.inner(cochain, cochain), 0.0)))

    def star(self, cochain: Cochain) -> np.ndarray:
        """M α: the values of ⋆α on the dual cells, in the order of the cells."""
        return self.mass(cochain.degree) @ cochain.values

    def solve(self, degree: int, right: np.ndarray, tolerance: float = 1e-13) -> np.ndarray:
        """M_k⁻¹ b: directly if M is diagonal, else by conjugate gradients (M is positive and well conditioned)."""
        mass = self.mass(degree)
        scale = mass.diagonal_part()
        if (scale <= 1e-12 * scale.max()).any():
            worst = int(np.argmin(scale))
            raise CochainError(
                f"the dual of cell {worst} of dimension {degree} has the relative volume {scale[worst]:.1e}: the "
                "mesh is not well centred there; use Hodge(complex, 'whitney')"
            )
        return right / scale if self.kind == "diagonal" else _conjugate_gradients(mass, right, scale, tolerance)

    def codifferential(self, cochain: Cochain) -> Cochain:
        """δα = M_{k−1}⁻¹ dᵀ M_k α, the adjoint of d; CochainError on degree 0."""
        degree = cochain.degree
        self.complex.check_degree(degree - 1)
        right = self.complex.boundary(degree) @ self.star(cochain)
        return Cochain(self.complex, degree - 1, self.solve(degree - 1, right))

    def laplacian(self, cochain: Cochain) -> Cochain:
        """Δα = dδα + δdα (on functions the negative of div grad)."""
        values = np.zeros(len(cochain.values))
        if cochain.degree > 0:
            values = values + self.codifferential(cochain).d().values
        if cochain.degree < self.complex.dim:
            values = values + self.codifferential(cochain.d()).values
        return Cochain(self.complex, cochain.degree, values)


def _conjugate_gradients(matrix: SparseMatrix, right: np.ndarray, scale: np.ndarray, tolerance: float) -> np.ndarray:
    """A x = b for a positive matrix, preconditioned by its diagonal; CochainError if it does not converge."""
    x, residual = np.zeros_like(right, dtype=float), np.array(right, dtype=float)
    goal = tolerance * np.linalg.norm(residual)
    z = residual / scale
    direction, size = z, residual @ z
    for _ in range(10 * len(right) + 10):
        if np.linalg.norm(residual) <= goal:
            return x
        image = matrix @ direction
        step = size / (direction @ image)
        x, residual = x + step * direction, residual - step * image
        z = residual / scale
        size, before = residual @ z, size
        direction = z + size / before * direction
    raise CochainError("conjugate gradients did not converge: the mass matrix is badly conditioned; mend the mesh")
