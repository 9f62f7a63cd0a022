"""De Rham's map: a k-form integrated on every k-cell. Law: R(dω) = d(Rω), which is Stokes' theorem."""

from __future__ import annotations

import numpy as np

from numerics.cochains.cells import Complex
from numerics.cochains.cochain import Cochain
from numerics.cochains.errors import CochainError
from numerics.cochains.point_form import PointForm

ORDERS = (5, 9, 15, 23, 35, 51, 71)
_NODES = 40_000  # in a cell; higher orders than this allows are left out in many dimensions
_POINTS = 1_000_000  # evaluated at a time


def de_rham(form: PointForm, complex: Complex, tolerance: float = 1e-12, order: int | None = None) -> Cochain:
    """Rω: (Rω)(σ) = ∫_σ ω by Gauss quadrature on each cell.

    The order is raised on the cells where two orders differ by more than tolerance × (the largest ∫_σ |ω|); `error`
    is the largest difference left. Fixed with `order`, which leaves `error` at nan. Raises
    CochainError where the values are not finite or the last order still does not agree: a singularity on a cell.
    """
    complex.check_degree(form.degree)
    if form.dim != complex.ambient:
        raise CochainError(f"a form in {form.dim} dimensions on a complex in {complex.ambient}; coordinates must agree")
    every = np.arange(complex.count(form.degree))
    if order is not None:
        return Cochain(complex, form.degree, _integrals(form, complex, order, every)[0], float("nan"))
    if form.degree == 0:
        return Cochain(complex, 0, _integrals(form, complex, 0, every)[0])
    values, scale = _integrals(form, complex, ORDERS[0], every)
    limit = tolerance * max(scale.max(), np.finfo(float).tiny)
    changes, active = np.zeros(len(every)), every
    last, orders = ORDERS[0], [n for n in ORDERS[1:] if (n // 2 + 1 + form.degree // 2) ** form.degree <= _NODES]
    for higher in orders:
        better, _ = _integrals(form, complex, higher, active)
        changes[active] = abs(better - values[active])
        values[active], last = better, higher
        active = active[changes[active] > limit]
        if not len(active):
            return Cochain(complex, form.degree, values, float(changes.max()))
    worst = int(active[np.argmax(changes[active])])
    where = complex.corners(form.degree)[0][worst].tolist()
    raise CochainError(
        f"∫ of the {form.degree}-form over cell {worst}, at {where}, changes by {changes[worst]:.1e} up to the order "
        f"{last}; refine the complex, or allow it by tolerance="
    )


def _integrals(form: PointForm, complex: Complex, order: int, some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """∫ ω, and ∫ |ω| as a scale, over some cells."""
    step = max(_POINTS // len(complex.rule(form.degree, order)[1]), 1)
    if len(some) > step:
        parts = [_integrals(form, complex, order, some[i : i + step]) for i in range(0, len(some), step)]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    points, weights = complex.points(form.degree, order, some)
    density = np.einsum("nqc,nc->nq", form(points), complex.tangents(form.degree)[some])
    if not np.isfinite(density).all():
        cell = int(some[np.flatnonzero(~np.isfinite(density).all(axis=1))[0]])
        where = complex.corners(form.degree)[0][cell].tolist()
        raise CochainError(
            f"the form has no finite value on cell {cell}, near {where}; keep cells away from its singularities"
        )
    return density @ weights, abs(density) @ weights
