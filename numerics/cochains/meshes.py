"""Ready-made complexes: grids, Kuhn's triangulation of a box, simplices, spheres, tori, a ring."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np

from numerics.cochains.cubical import CubicalComplex
from numerics.cochains.errors import CochainError
from numerics.cochains.simplicial import SimplicialComplex


def grid(shape: Sequence[int], lengths: Sequence[float] | None = None, periodic: bool = False) -> CubicalComplex:
    """A regular grid of boxes on Π [0, length]; lengths 1 unless told."""
    ends = [1.0] * len(shape) if lengths is None else list(lengths)
    return CubicalComplex.of(*(np.linspace(0, b, n + 1) for n, b in zip(shape, ends, strict=True)), periodic=periodic)


def ring(cells: int = 3) -> CubicalComplex:
    """A square annulus: cells × cells squares on [0, 1]² without the middle ninth; `cells` a multiple of three."""
    if cells < 3 or cells % 3:
        raise CochainError(f"{cells} squares a side cannot lose their middle ninth; take a multiple of three")
    kept = np.ones((cells, cells), dtype=bool)
    kept[cells // 3 : 2 * cells // 3, cells // 3 : 2 * cells // 3] = False
    line = np.linspace(0, 1, cells + 1)
    return CubicalComplex.of(line, line, kept=kept)


def box(shape: Sequence[int], lengths: Sequence[float] | None = None) -> SimplicialComplex:
    """Kuhn's triangulation: each box is cut into n! simplices along the paths from its lowest to its highest corner."""
    n = len(shape)
    ends = [1.0] * n if lengths is None else list(lengths)
    lines = [np.linspace(0, b, m + 1) for m, b in zip(shape, ends, strict=True)]
    points = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, n)
    number = np.arange(len(points)).reshape([m + 1 for m in shape])
    lowest = np.stack(np.meshgrid(*[np.arange(m) for m in shape], indexing="ij"), axis=-1).reshape(-1, n)
    cells = []
    for order in permutations(range(n)):
        corner, path = lowest, [number[tuple(lowest.T)]]
        for axis in order:
            corner = corner + np.eye(n, dtype=int)[axis]
            path.append(number[tuple(corner.T)])
        if sum(a > b for a, b in combinations(order, 2)) % 2:
            path[-2:] = path[:-3:-1]
        cells.append(np.stack(path, axis=1))
    return SimplicialComplex.of(points, np.concatenate(cells))


def simplex_boundary(dim: int) -> SimplicialComplex:
    """The boundary of the standard simplex in ℝ^dim, a (dim − 1)-sphere, oriented outwards."""
    points = np.concatenate([np.zeros((1, dim)), np.eye(dim)])
    cells = []
    for left_out in range(dim + 1):
        face = [v for v in range(dim + 1) if v != left_out]
        if left_out % 2:
            face[-2:] = face[:-3:-1]
        cells.append(face)
    return SimplicialComplex.of(points, cells)


def sphere(subdivisions: int = 2, radius: float = 1.0) -> SimplicialComplex:
    """The icosahedron, each triangle cut in four `subdivisions` times, vertices on the sphere; oriented outwards."""
    golden = (1 + 5**0.5) / 2
    points = np.array([p for a in (-1, 1) for b in (-golden, golden) for p in ((0, a, b), (a, b, 0), (b, 0, a))], float)
    sides = np.linalg.norm(points[:, None] - points[None], axis=-1)
    near = abs(sides - 2) < 1e-9
    cells = np.array([t for t in combinations(range(12), 3) if all(near[i, j] for i, j in combinations(t, 2))])
    outward = np.einsum("nd,nd->n", np.cross(points[cells[:, 0]], points[cells[:, 1]]), points[cells[:, 2]]) > 0
    cells[~outward] = cells[~outward][:, [0, 2, 1]]
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    for _ in range(subdivisions):
        points, cells = _cut(points, cells)
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    return SimplicialComplex.of(radius * points, cells)


def _cut(points: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each triangle in four, by the middles of its sides."""
    sides = np.sort(np.concatenate([cells[:, [0, 1]], cells[:, [1, 2]], cells[:, [2, 0]]]), axis=1)
    edges, where = np.unique(sides, axis=0, return_inverse=True)
    ab, bc, ca = len(points) + where.reshape(3, -1)
    a, b, c = cells.T
    middles = points[edges].mean(axis=1)
    new = [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
    return np.concatenate([points, middles]), np.concatenate([np.stack(t, axis=1) for t in new])


def surface(rows: int, columns: int, place: np.ndarray, twist: bool = False) -> SimplicialComplex:
    """The rows × columns quadrilaterals of a torus cut in two; `twist` glues the seam reversed (Klein's bottle).

    `place`: the vertices, (rows, columns, n). At least 3 × 3, so that edges are told apart by their ends.
    """
    if rows < 3 or columns < 3:
        raise CochainError(f"a {rows} × {columns} torus would have two edges with the same ends; take at least 3 × 3")
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")

    def vertex(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        across = np.where(a >= rows, (-b) % columns, b) if twist else b
        return (a % rows) * columns + across % columns

    corners = [vertex(i + a, j + b).ravel() for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
    p, q, r, s = corners
    cells = np.concatenate([np.stack([p, q, r], axis=1), np.stack([p, r, s], axis=1)])
    return SimplicialComplex.of(place.reshape(rows * columns, -1), cells)


def torus(rows: int = 12, columns: int = 8, major: float = 2.0, minor: float = 1.0) -> SimplicialComplex:
    """The torus in ℝ³, rows around the axis, columns around the tube."""
    u, v = np.meshgrid(2 * np.pi * np.arange(rows) / rows, 2 * np.pi * np.arange(columns) / columns, indexing="ij")
    out = major + minor * np.cos(v)
    return surface(rows, columns, np.stack([out * np.cos(u), out * np.sin(u), minor * np.sin(v)], axis=-1))


def klein_bottle(rows: int = 4, columns: int = 4) -> SimplicialComplex:
    """Klein's bottle in ℝ⁴: ((R + cos v) cos u, (R + cos v) sin u, sin v cos u/2, sin v sin u/2), R = 2."""
    u, v = np.meshgrid(2 * np.pi * np.arange(rows) / rows, 2 * np.pi * np.arange(columns) / columns, indexing="ij")
    out = 2 + np.cos(v)
    place = [out * np.cos(u), out * np.sin(u), np.sin(v) * np.cos(u / 2), np.sin(v) * np.sin(u / 2)]
    return surface(rows, columns, np.stack(place, axis=-1), twist=True)
