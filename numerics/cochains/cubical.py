"""A cubical complex: the cells of a rectangular grid in n dimensions, whole, periodic, or some of its boxes.

A cell is a set of directions and a place: Π_{i ∈ I} [x_i, x_i⁺] × Π_{j ∉ I} {x_j}, oriented by rising directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any

import numpy as np

from numerics.cochains import multivectors, nodes
from numerics.cochains.cells import Complex, Pieces
from numerics.cochains.errors import CochainError
from numerics.cochains.sparse import SparseMatrix

Directions = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CubicalComplex(Complex):
    """`CubicalComplex.of([x₀ < x₁ < …], …)`: one rising array of coordinates an axis.

    On a periodic axis the last coordinate is the first point again. `kept` chooses boxes (a boolean for each), and the
    complex is that of their faces: a square ring is a 3 × 3 grid without its middle.
    """

    axes: tuple[np.ndarray, ...]
    periodic: tuple[bool, ...]
    kept: np.ndarray

    @classmethod
    def of(cls, *axes: Any, periodic: bool | Sequence[bool] = False, kept: Any = None) -> CubicalComplex:
        """The complex of the grid. Raises CochainError for coordinates that do not rise, or a mask of other shape."""
        lines = tuple(np.array(axis, dtype=float) for axis in axes)
        if not lines or any(line.ndim != 1 or len(line) < 2 or not (np.diff(line) > 0).all() for line in lines):
            raise CochainError("each axis of a grid is a rising sequence of at least two coordinates")
        round_about = (periodic,) * len(lines) if isinstance(periodic, bool) else tuple(periodic)
        shape = tuple(len(line) - 1 for line in lines)
        chosen = np.ones(shape, dtype=bool) if kept is None else np.array(kept, dtype=bool)
        if chosen.shape != shape or len(round_about) != len(lines):
            raise CochainError(f"a grid of {shape} boxes; `kept` has the shape {chosen.shape}, periodic={round_about}")
        if not chosen.any():
            raise CochainError("no box of the grid is kept; a complex has at least one")
        for array in (*lines, chosen):
            array.setflags(write=False)
        return cls(lines, round_about, chosen)

    @property
    def dim(self) -> int:  # type: ignore[override] - a property here, an attribute in the interface
        return len(self.axes)

    @property
    def ambient(self) -> int:  # type: ignore[override]
        return len(self.axes)

    @property
    def fundamental(self) -> np.ndarray:
        """1 for each box: boxes are oriented as the space."""
        return np.ones(self.count(self.dim), dtype=np.int64)

    @cached_property
    def _present(self) -> dict[Directions, np.ndarray]:
        """For each set of directions, which places hold a cell: those with a kept box beside them."""
        whole = tuple(range(self.dim))
        table = {whole: self.kept}
        for k in range(self.dim - 1, -1, -1):
            for chosen in combinations(whole, k):
                axis = next(i for i in whole if i not in chosen)
                inside = table[tuple(sorted((*chosen, axis)))]
                if self.periodic[axis]:
                    table[chosen] = inside | np.roll(inside, 1, axis)
                else:
                    pad = [(0, 0)] * self.dim
                    pad[axis] = (0, 1)
                    after = np.pad(inside, pad)
                    pad[axis] = (1, 0)
                    table[chosen] = after | np.pad(inside, pad)
        return table

    @cached_property
    def _numbers(self) -> dict[Directions, np.ndarray]:
        """The number of the cell at each place, −1 where there is none; counted through all directions of a degree."""
        out: dict[Directions, np.ndarray] = {}
        for k in range(self.dim + 1):
            start = 0
            for chosen in combinations(range(self.dim), k):
                present = self._present[chosen]
                number = np.full(present.shape, -1, dtype=np.int64)
                number[present] = start + np.arange(present.sum())
                out[chosen], start = number, start + int(present.sum())
        return out

    def count(self, degree: int) -> int:
        return sum(int(self._present[c].sum()) for c in combinations(range(self.dim), degree)) if degree >= 0 else 0

    def _at(self, chosen: Directions, places: np.ndarray, shift: Directions = ()) -> np.ndarray:
        """The numbers of the cells at places (N, n), moved one step up along some axes."""
        moved = places.copy()
        for axis in shift:
            moved[:, axis] += 1
            if self.periodic[axis]:
                moved[:, axis] %= self._numbers[chosen].shape[axis]
        return self._numbers[chosen][tuple(moved.T)]

    def _boundary(self, degree: int) -> SparseMatrix:
        """∂(I₁ × … × I_k) = Σ (−1)^{i−1} (upper face − lower face)."""
        rows, columns, values = [], [], []
        for chosen in combinations(range(self.dim), degree):
            places = np.argwhere(self._present[chosen])
            cells = self._at(chosen, places)
            for i, axis in enumerate(chosen):
                rest = chosen[:i] + chosen[i + 1 :]
                for shift, sign in (((axis,), 1), ((), -1)):
                    rows.append(self._at(rest, places, shift))
                    columns.append(cells)
                    values.append(np.full(len(cells), sign * (-1) ** i, dtype=np.int64))
        shape = (self.count(degree - 1), self.count(degree))
        return SparseMatrix.of(shape, np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def corners(self, degree: int) -> tuple[np.ndarray, np.ndarray]:
        origins, edges = [], []
        for chosen in combinations(range(self.dim), degree):
            places = np.argwhere(self._present[chosen])
            origins.append(np.stack([axis[places[:, i]] for i, axis in enumerate(self.axes)], axis=1))
            edge = np.zeros((len(places), degree, self.dim))
            for row, i in enumerate(chosen):
                edge[:, row, i] = np.diff(self.axes[i])[places[:, i]]
            edges.append(edge)
        return np.concatenate(origins), np.concatenate(edges)

    def rule(self, degree: int, order: int) -> nodes.Rule:
        return nodes.cube(degree, order)

    @cached_property
    def _boxes(self) -> np.ndarray:
        return np.argwhere(self.kept)

    def _sides(self, degree: int) -> list[tuple[Directions, Directions]]:
        """The faces of a box: their directions, and the axes along which they lie at the upper end."""
        out = []
        for chosen in combinations(range(self.dim), degree):
            rest = [i for i in range(self.dim) if i not in chosen]
            for ends in product((0, 1), repeat=len(rest)):
                out.append((chosen, tuple(i for i, end in zip(rest, ends, strict=True) if end)))
        return out

    def faces(self, degree: int) -> np.ndarray:
        return np.stack([self._at(chosen, self._boxes, upper) for chosen, upper in self._sides(degree)], axis=1)

    def whitney(self, degree: int, local: np.ndarray) -> np.ndarray:
        """Π_{i ∈ I} dx_i/h_i · Π_{j ∉ I} (s_j or 1 − s_j): the lowest Nédélec forms; ∫ over the face itself is 1."""
        widths = self.corners(self.dim)[1][:, range(self.dim), range(self.dim)]
        slots = multivectors.basis(self.dim, degree)
        sides = self._sides(degree)
        out = np.zeros((len(self._boxes), len(sides), len(local), len(slots)))
        for f, (chosen, upper) in enumerate(sides):
            rest = [j for j in range(self.dim) if j not in chosen]
            hats = np.prod([local[:, j] if j in upper else 1 - local[:, j] for j in rest], axis=0)
            scale = 1 / np.prod(widths[:, list(chosen)], axis=1)
            out[:, f, :, slots.index(chosen)] = scale[:, None] * hats
        return out

    def dual_pieces(self, degree: int, order: int) -> Pieces:
        """The dual box of a cell: through its centre, half a box wide to each side on which there is a box."""
        origins, edges = self.corners(self.dim)
        widths = edges[:, range(self.dim), range(self.dim)]
        local, weights = nodes.cube(self.dim - degree, order)
        owner, points, masses = [], [], []
        faces = self.faces(degree)
        for f, (chosen, upper) in enumerate(self._sides(degree)):
            rest = [j for j in range(self.dim) if j not in chosen]
            unit = np.full((len(local), self.dim), 0.5)
            for slot, j in enumerate(rest):
                unit[:, j] = 0.5 + local[:, slot] / 2 if j in upper else local[:, slot] / 2
            points.append(origins[:, None, :] + unit[None] * widths[:, None, :])
            masses.append(np.prod(widths[:, rest] / 2, axis=1)[:, None] * weights[None, :])
            owner.append(faces[:, f])
        return Pieces(np.concatenate(owner), np.concatenate(points), np.concatenate(masses))

    def cup(self, p: int, q: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Serre: Σ over I ⊔ J of the directions, sign(I, J) α(lower face along I) β(upper face along J)."""
        cells, front, back, signs = [], [], [], []
        for chosen in combinations(range(self.dim), p + q):
            places = np.argwhere(self._present[chosen])
            for left in combinations(chosen, p):
                right = tuple(i for i in chosen if i not in left)
                cells.append(self._at(chosen, places))
                front.append(self._at(left, places))
                back.append(self._at(right, places, left))
                odd = sum(i > j for i in left for j in right) % 2
                signs.append(np.full(len(places), 1 - 2 * odd, dtype=np.int64))
        return np.concatenate(cells), np.concatenate(front), np.concatenate(back), np.concatenate(signs)
