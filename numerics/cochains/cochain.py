"""Cochains: a number for each cell. d is the transpose of ∂, so ⟨dα, c⟩ = ⟨α, ∂c⟩, d∘d = 0, and the cup product obeys
Leibniz' rule d(α⌣β) = dα⌣β + (−1)^p α⌣dβ and is associative, exactly for integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from numerics.cochains.cells import Complex
from numerics.cochains.errors import CochainError


@dataclass(frozen=True, eq=False)
class Cochain:
    """`values[i]` on cell i of dimension `degree`: a numpy array (integers for exact work) or a torch tensor.

    `error` estimates how far a value may be from the integral that it stands for: the largest change between the last
    two quadrature orders (an estimate, no bound).
    """

    complex: Complex
    degree: int
    values: Any
    error: float = 0.0

    def __post_init__(self) -> None:
        self.complex.check_degree(self.degree)
        if len(self.values) != self.complex.count(self.degree):
            raise CochainError(
                f"{len(self.values)} values for {self.complex.count(self.degree)} cells of dimension {self.degree}; "
                "give one value for each cell"
            )

    def d(self) -> Cochain:
        """The coboundary; CochainError on top cochains, whose coboundary has no cells to live on."""
        self.complex.check_degree(self.degree + 1)
        spread = self.error * (self.degree + 1) * 2
        return Cochain(self.complex, self.degree + 1, self.complex.coboundary(self.degree) @ self.values, spread)

    def over(self, chain: Any = None) -> Any:
        """⟨α, c⟩ = Σ c_i α_i for a chain of integers; over the whole complex, as oriented, unless told."""
        if chain is None:
            if self.degree != self.complex.dim:
                raise CochainError(
                    f"a {self.degree}-cochain has no value on the whole complex of dimension {self.complex.dim}; "
                    "give a chain"
                )
            chain = self.complex.fundamental
        if len(chain) != len(self.values):
            raise CochainError(f"a chain with {len(chain)} coefficients meets {len(self.values)} cells")
        if type(self.values).__module__.startswith("torch"):
            import torch

            return (torch.as_tensor(np.array(chain)).to(self.values) * self.values).sum()
        return (np.asarray(chain) * self.values).sum()

    def cup(self, other: Cochain) -> Cochain:
        """α⌣β; graded commutative only up to a coboundary, where forms are so exactly."""
        self._same(other)
        degree = self.degree + other.degree
        self.complex.check_degree(degree)
        cells, front, back, signs = self.complex.cup(self.degree, other.degree)
        terms = signs * np.asarray(self.values)[front] * np.asarray(other.values)[back]
        values = np.zeros(self.complex.count(degree), dtype=terms.dtype)
        np.add.at(values, cells, terms)
        return Cochain(self.complex, degree, values)

    def _same(self, other: Cochain) -> None:
        if self.complex is not other.complex:
            raise CochainError("two cochains of different complexes; build both on one complex")

    def __add__(self, other: Any) -> Cochain:
        if not isinstance(other, Cochain):
            return NotImplemented
        self._same(other)
        if self.degree != other.degree:
            raise CochainError(f"a {self.degree}-cochain plus a {other.degree}-cochain is of no degree")
        return replace(self, values=self.values + other.values, error=self.error + other.error)

    def __mul__(self, factor: Any) -> Cochain:
        if isinstance(factor, Cochain):
            return NotImplemented
        return replace(self, values=self.values * factor, error=self.error * abs(factor))

    __rmul__ = __mul__

    def __neg__(self) -> Cochain:
        return replace(self, values=-self.values)

    def __sub__(self, other: Any) -> Cochain:
        return self + (-other) if isinstance(other, Cochain) else NotImplemented

    def interpolated(self, local: np.ndarray) -> np.ndarray:
        """Whitney's form W α at reference points (Q, dim) of each top cell: components (top cells, Q, n over k)."""
        on_faces = np.asarray(self.values)[self.complex.faces(self.degree)]
        return np.einsum("tf,tfqc->tqc", on_faces, self.complex.whitney(self.degree, local))
