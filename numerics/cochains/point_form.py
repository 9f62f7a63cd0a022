"""A differential form as numbers at points: its components compiled, or given as functions of the coordinates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp

from numerics.cochains import multivectors
from numerics.cochains.errors import CochainError
from numerics.kernel.kernel import kernel


@dataclass(frozen=True, eq=False)
class PointForm:
    """ω = Σ ω_I dx^I on ℝⁿ: `PointForm(1, {(0,): -y, (1,): x}, (x, y))`.

    A component is a SymPy expression in the coordinates (compiled by `numerics.kernel`), a number, or a callable of n
    arrays; indices are antisymmetric. `form(points)` maps (…, n) to (…, n over k). Raises CochainError, KernelError.
    """

    degree: int
    components: Mapping[tuple[int, ...], Any]
    coordinates: tuple[Any, ...]
    _rules: tuple[tuple[int, int, Callable[..., Any]], ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "coordinates", tuple(self.coordinates))
        slots = multivectors.basis(self.dim, self.degree)
        rules = []
        for indices, value in self.components.items():
            if len(indices) != self.degree or not set(indices) <= set(range(self.dim)):
                raise CochainError(
                    f"component {indices} of a {self.degree}-form in {self.dim} dimensions; give {self.degree} numbers "
                    f"from 0 to {self.dim - 1}"
                )
            if len(set(indices)) == self.degree:
                rising = tuple(sorted(indices))
                odd = sum(a > b for i, a in enumerate(indices) for b in indices[i + 1 :]) % 2
                rules.append((slots.index(rising), 1 - 2 * odd, self._compiled(value)))
        object.__setattr__(self, "_rules", tuple(rules))

    @property
    def dim(self) -> int:
        """n, the number of coordinates."""
        return len(self.coordinates)

    def _compiled(self, value: Any) -> Callable[..., Any]:
        if isinstance(value, (sp.Expr, int, float)):
            return kernel(sp.sympify(value), self.coordinates, backend="numpy", dtype="float64")
        if callable(value):
            return value
        raise CochainError(f"a component is an expression, a number or a function of {self.dim} arrays, not {value!r}")

    def __call__(self, points: np.ndarray) -> np.ndarray:
        if points.shape[-1] != self.dim:
            raise CochainError(f"points with {points.shape[-1]} coordinates meet a form in {self.dim} dimensions")
        slots = len(multivectors.basis(self.dim, self.degree))
        out = np.zeros((*points.shape[:-1], slots))
        along = [points[..., i] for i in range(self.dim)]
        for slot, sign, rule in self._rules:
            out[..., slot] += sign * np.asarray(rule(*along))
        return out
