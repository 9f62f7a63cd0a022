"""Homology of a complex over the integers: Betti numbers and torsion, by exact elimination.

b_k = N_k − rank ∂_k − rank ∂_{k+1}; the torsion of H_k is ⊕ ℤ/d over the invariant factors d > 1 of ∂_{k+1}.
"""

from __future__ import annotations

from dataclasses import dataclass

from numerics.cochains.cells import Complex
from numerics.cochains.elimination import invariant_factors


@dataclass(frozen=True)
class Homology:
    """`betti[k]` is the rank of H_k, `torsion[k]` its torsion coefficients."""

    betti: tuple[int, ...]
    torsion: tuple[tuple[int, ...], ...]

    @property
    def euler(self) -> int:
        """Σ (−1)^k b_k, which is Euler's characteristic of the complex."""
        return sum((-1) ** k * b for k, b in enumerate(self.betti))

    @property
    def cohomology_torsion(self) -> tuple[tuple[int, ...], ...]:
        """The torsion of H^k: that of H_{k−1} (universal coefficients)."""
        return ((), *self.torsion[:-1])


def homology(complex: Complex) -> Homology:
    """H_0, …, H_dim of a complex, exactly; over ℚ cohomology has the same ranks."""
    factors = [invariant_factors(complex.boundary(k)) for k in range(complex.dim + 2)]
    ranks = [len(some) for some in factors]
    betti = tuple(n - ranks[k] - ranks[k + 1] for k, n in enumerate(complex.counts))
    return Homology(betti, tuple(tuple(d for d in some if d > 1) for some in factors[1:]))


def betti(complex: Complex) -> tuple[int, ...]:
    """The Betti numbers b_0, …, b_dim."""
    return homology(complex).betti
