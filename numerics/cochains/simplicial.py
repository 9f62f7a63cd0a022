"""A simplicial complex from arrays: points and top simplices; all faces, oriented by rising vertex numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations
from math import factorial
from typing import Any

import numpy as np

from numerics.cochains import multivectors, nodes
from numerics.cochains.cells import Complex, Pieces
from numerics.cochains.errors import CochainError
from numerics.cochains.sparse import SparseMatrix


@dataclass(frozen=True, eq=False)
class SimplicialComplex(Complex):
    """`SimplicialComplex.of(points, cells)`: vertices (V, n), top simplices (N, m + 1) by vertex numbers.

    Each face is oriented by the rising order of its vertices; the order in which a top simplex was given is its
    orientation in `fundamental`. Whitney forms and duals are those of the flat simplices in ℝⁿ.
    """

    vertices: np.ndarray
    simplices: tuple[np.ndarray, ...]
    orientation: np.ndarray

    @classmethod
    def of(cls, points: Any, cells: Any) -> SimplicialComplex:
        """The complex of all faces of the cells. Raises CochainError for cells that repeat, or repeat a vertex."""
        points, cells = np.array(points, dtype=float), np.array(cells)
        if points.ndim != 2 or cells.ndim != 2 or not cells.size or not np.issubdtype(cells.dtype, np.integer):
            raise CochainError(
                f"points of shape {points.shape} and cells of shape {cells.shape}; "
                "give coordinates (V, n) and vertex numbers (N, m + 1)"
            )
        if cells.min() < 0 or cells.max() >= len(points):
            raise CochainError(f"a cell names vertex {cells.max()}, or a negative one; there are {len(points)} points")
        unused = np.setdiff1d(np.arange(len(points)), cells)
        if len(unused):
            raise CochainError(f"vertex {unused[0]} belongs to no cell; leave out points that are not used")
        cells = cells.astype(np.int64)
        rising = np.sort(cells, axis=1)
        if (np.diff(rising, axis=1) == 0).any():
            where = int(np.flatnonzero((np.diff(rising, axis=1) == 0).any(axis=1))[0])
            raise CochainError(f"cell {where}, {cells[where].tolist()}, has a vertex twice: it has no volume")
        top, first = np.unique(rising, axis=0, return_index=True)
        if len(top) < len(cells):
            raise CochainError("a cell is given twice; each simplex occurs once")
        m = cells.shape[1] - 1
        faces = [np.arange(len(points))[:, None]]
        for k in range(1, m):
            every = np.concatenate([top[:, list(chosen)] for chosen in combinations(range(m + 1), k + 1)])
            faces.append(np.unique(every, axis=0))
        if m:
            faces.append(top)
        odd = sum((cells[:, i] > cells[:, j]).astype(np.int64) for i, j in combinations(range(m + 1), 2))
        orientation = (1 - 2 * (np.asarray(odd) % 2) * np.ones(len(cells), dtype=np.int64))[first]
        for array in (points, *faces, orientation):
            array.setflags(write=False)
        return cls(points, tuple(faces), orientation)

    @property
    def dim(self) -> int:  # type: ignore[override] - a property here, an attribute in the interface
        return len(self.simplices) - 1

    @property
    def ambient(self) -> int:  # type: ignore[override]
        return self.vertices.shape[1]

    @property
    def fundamental(self) -> np.ndarray:
        """+1 or −1 for each top simplex: how the order in which it was given relates to the rising one."""
        return self.orientation

    def count(self, degree: int) -> int:
        return len(self.simplices[degree]) if 0 <= degree <= self.dim else 0

    @cached_property
    def _codes(self) -> list[np.ndarray]:
        """Of each k-simplex: (number of its face without the last vertex) · V + last vertex; rising."""
        codes = [np.arange(self.count(0))]
        for table in self.simplices[1:]:
            codes.append(self._place(table[:, :-1], codes) * self.count(0) + table[:, -1])
        return codes

    def _place(self, rows: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
        number = rows[:, 0]
        for k in range(1, rows.shape[1]):
            number = np.searchsorted(codes[k], number * self.count(0) + rows[:, k])
        return number

    def number(self, rows: Any) -> np.ndarray:
        """The numbers of simplices (…, k + 1) of the complex, given by rising vertex numbers."""
        rows = np.asarray(rows)
        flat = self._place(rows.reshape(-1, rows.shape[-1]), self._codes)
        return flat.reshape(rows.shape[:-1])

    def _boundary(self, degree: int) -> SparseMatrix:
        """∂[v₀ … v_k] = Σ (−1)^i [v₀ … v̂_i … v_k]."""
        table = self.simplices[degree]
        faces = [self.number(np.delete(table, i, axis=1)) for i in range(degree + 1)]
        signs = np.repeat((-1) ** np.arange(degree + 1), len(table))
        columns = np.tile(np.arange(len(table)), degree + 1)
        return SparseMatrix.of((self.count(degree - 1), len(table)), np.concatenate(faces), columns, signs)

    def corners(self, degree: int) -> tuple[np.ndarray, np.ndarray]:
        where = self.vertices[self.simplices[degree]]
        return where[:, 0], where[:, 1:] - where[:, :1]

    def rule(self, degree: int, order: int) -> nodes.Rule:
        return nodes.simplex(degree, order)

    def faces(self, degree: int) -> np.ndarray:
        top = self.simplices[self.dim]
        return np.stack([self.number(top[:, list(f)]) for f in combinations(range(self.dim + 1), degree + 1)], axis=1)

    @cached_property
    def slopes(self) -> np.ndarray:
        """(top simplices, m + 1, n): the differentials dλ_i of the barycentric coordinates, tangent to the simplex."""
        edges = self.corners(self.dim)[1]
        flat = self.volumes(self.dim) <= 1e-14 * self.size**self.dim
        if flat.any():
            raise CochainError(
                f"top simplex {int(np.flatnonzero(flat)[0])} is flat: barycentric coordinates need volume; "
                "remove it, or ask only for the topology"
            )
        gram = edges @ np.swapaxes(edges, -1, -2)
        others = np.linalg.solve(gram, edges)
        return np.concatenate([-others.sum(axis=1, keepdims=True), others], axis=1)

    def whitney(self, degree: int, local: np.ndarray) -> np.ndarray:
        """k! Σ (−1)^i λ_i dλ₀∧…d̂λ_i…∧dλ_k for each face (Whitney 1957, Geometric Integration Theory, IV.27)."""
        lam = np.concatenate([1 - local.sum(axis=1, keepdims=True), local], axis=1)
        out = []
        for face in combinations(range(self.dim + 1), degree + 1):
            terms = [
                (-1) ** i
                * lam[None, :, vertex, None]
                * multivectors.minors(self.slopes[:, [v for v in face if v != vertex]])[:, None, :]
                for i, vertex in enumerate(face)
            ]
            out.append(factorial(degree) * sum(terms))
        return np.stack(out, axis=1)

    def circumcentres(self, corners: np.ndarray) -> np.ndarray:
        """Centres of simplices (…, k + 1, n): at one distance from all vertices, in the plane of the simplex."""
        origin, edges = corners[..., 0, :], corners[..., 1:, :] - corners[..., :1, :]
        if not edges.shape[-2]:
            return origin
        gram = edges @ np.swapaxes(edges, -1, -2)
        squares = np.diagonal(gram, axis1=-2, axis2=-1)[..., None]
        return origin + np.squeeze(np.swapaxes(edges, -1, -2) @ np.linalg.solve(gram, squares / 2), -1)

    def dual_pieces(self, degree: int, order: int) -> Pieces:
        """The circumcentric dual: for each flag σᵏ ⊂ σᵏ⁺¹ ⊂ … ⊂ top the simplex of the circumcentres, with a sign.

        A step counts as negative where the next centre lies on the other side than the vertex that is added, so a dual
        volume is right, and possibly zero or negative, for triangulations that are not well centred (Hirani 2003, 2.4).
        """
        top, m = self.simplices[self.dim], self.dim
        local, weights = nodes.simplex(m - degree, order)
        owner, points, masses = [], [], []
        for face in combinations(range(m + 1), degree + 1):
            number = self.number(top[:, list(face)])
            rest = [v for v in range(m + 1) if v not in face]
            for added in permutations(rest):
                flag = [self.vertices[top[:, sorted((*face, *added[:i]))]] for i in range(len(added) + 1)]
                centres = np.stack([self.circumcentres(corners) for corners in flag], axis=1)
                steps = np.diff(centres, axis=1)
                volume = np.ones(len(top))
                for i, vertex in enumerate(added):
                    along = steps[:, i]
                    side = self.vertices[top[:, vertex]] - centres[:, i]
                    volume *= np.sign(np.einsum("nd,nd->n", along, side)) * np.linalg.norm(along, axis=1)
                # nodes of the simplex with vertices c_k, c_{k+1}, …: the steps are orthogonal to one another
                edges = np.cumsum(steps, axis=1)
                points.append(centres[:, :1] + np.einsum("qk,nkd->nqd", local, edges))
                masses.append(volume[:, None] * weights[None, :])
                owner.append(number)
        return Pieces(np.concatenate(owner), np.concatenate(points), np.concatenate(masses))

    def cup(self, p: int, q: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(α⌣β)[v₀ … v_{p+q}] = α[v₀ … v_p] β[v_p … v_{p+q}] (Alexander, Whitney)."""
        table = self.simplices[p + q]
        cell = np.arange(len(table))
        return cell, self.number(table[:, : p + 1]), self.number(table[:, p:]), np.ones(len(table), dtype=np.int64)
