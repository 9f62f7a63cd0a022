"""Measured order of convergence: the slope of log error against log h, with its confidence interval.

Errors that are measured: of Whitney interpolation, ‖ω − W R ω‖, and of the diagonal star, ⋆R ω against R ⋆ω on the
dual cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from numerics.cochains import multivectors
from numerics.cochains.cells import Complex
from numerics.cochains.de_rham import de_rham
from numerics.cochains.errors import CochainError
from numerics.cochains.point_form import PointForm
from numerics.confidence import student


@dataclass(frozen=True)
class Convergence:
    """error ≈ C h^order over the meshes measured; order ± halfwidth at the confidence (Student, n − 2 degrees).

    The interval says how well a power law fits these meshes; a drift before the asymptotic range counts as scatter.
    """

    sizes: tuple[float, ...]
    errors: tuple[float, ...]
    order: float
    halfwidth: float
    confidence: float

    def contains(self, order: float) -> bool:
        """Whether an order lies in the interval."""
        return abs(self.order - order) <= self.halfwidth

    def __str__(self) -> str:
        return f"order {self.order:.3f} ± {self.halfwidth:.3f} ({self.confidence:.0%}, {len(self.sizes)} meshes)"


def fit(sizes: Sequence[float], errors: Sequence[float], confidence: float = 0.95) -> Convergence:
    """The least-squares slope of log error on log h; CochainError for fewer than three meshes or an error of zero."""
    h, e = np.asarray(sizes, dtype=float), np.asarray(errors, dtype=float)
    if len(h) != len(e) or len(h) < 3 or len(set(h)) < 2:
        raise CochainError("an order with its confidence needs three meshes at least, of different sizes")
    if not ((h > 0).all() and (e > 0).all() and np.isfinite(e).all()):
        raise CochainError(f"errors {e.tolist()} have no logarithm; choose a form that is not represented exactly")
    x, y = np.log(h), np.log(e)
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    left = y - y.mean() - slope * centred
    spread = np.sqrt(float(left @ left) / (len(h) - 2) / float(centred @ centred))
    return Convergence(
        tuple(map(float, h)), tuple(map(float, e)), slope, student(confidence, len(h) - 2) * spread, confidence
    )


def study(complexes: Iterable[Complex], error: Callable[[Complex], float], confidence: float = 0.95) -> Convergence:
    """The order of an error over a sequence of meshes, against their longest edges."""
    meshes = list(complexes)
    return fit([mesh.size for mesh in meshes], [error(mesh) for mesh in meshes], confidence)


def interpolation_error(form: PointForm, complex: Complex, order: int = 6) -> float:
    """‖ω − W R ω‖ in L²; on a surface, of the tangential part. O(h) for Whitney's forms."""
    cochain = de_rham(form, complex, tolerance=1e-9)
    local, weights = complex.rule(complex.dim, order)
    points, _ = complex.points(complex.dim, order)
    values, tangential = form(points), complex.restricted(form.degree)
    if tangential is not None:
        values = np.einsum("tcb,tqb->tqc", tangential, values)
    squares = ((values - cochain.interpolated(local)) ** 2).sum(axis=-1) @ weights
    return float(np.sqrt(squares @ multivectors.volumes(complex.corners(complex.dim)[1])))


def star_error(form: PointForm, complex: Complex, order: int = 6) -> float:
    """[Σ |σ|/|⋆σ| (∫_⋆σ ⋆ω − |⋆σ|/|σ| ∫_σ ω)²]^½ over the cells with a dual: what the diagonal star gets wrong.

    ⋆ω on the dual cell, which is orthogonal to σ, is ω on the unit tangent of σ times the volume element.
    """
    k = form.degree
    cochain, pieces, volumes = de_rham(form, complex, tolerance=1e-9), complex.dual_pieces(k, order), complex.volumes(k)
    tangent = complex.tangents(k)
    unit = tangent / np.linalg.norm(tangent, axis=1, keepdims=True)
    along = np.einsum("pqc,pc->pq", form(pieces.points), unit[pieces.owner])
    exact, duals = np.zeros(len(volumes)), np.zeros(len(volumes))
    np.add.at(exact, pieces.owner, (along * pieces.weights).sum(axis=1))
    np.add.at(duals, pieces.owner, pieces.weights.sum(axis=1))
    there = abs(duals) > 1e-12 * abs(duals).max()
    wrong = (exact - duals / volumes * cochain.values)[there]
    return float(np.sqrt((volumes[there] / abs(duals[there])) @ wrong**2))
