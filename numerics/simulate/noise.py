"""Increments of Brownian motion over a step: W, Z = ∫ (W_s − W_0) ds and the Lévy areas A_jk, and how they add up.

A_jk = ½ ∫ (W_j dW_k − W_k dW_j) is drawn given W as a Fourier series cut after p terms; of what is left the part that
depends on W is exact, the rest a Gaussian of the right covariance, so that p ~ h^(−1/2) keeps strong order 1.
References: P. Kloeden, E. Platen, eq. (5.8.11); J. Mrongowius, A. Rößler, Stoch. Anal. Appl. 40 (2022) 397.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.simulate.normals import Normals


@dataclass(frozen=True)
class Increments:
    """w, z: shape (m, paths); area: (pairs, paths), the pairs j < k in order; None where not drawn. h: the step."""

    h: float
    w: Tensor
    z: Tensor | None = None
    area: Tensor | None = None

    def then(self, other: Increments, pairs: Sequence[tuple[int, int]] = ()) -> Increments:
        """Over both steps, by Chen's relation: W + W′, Z + Z′ + W h′, A + A′ + ½ (W_j W′_k − W_k W′_j)."""
        z = None if self.z is None or other.z is None else self.z + other.z + self.w * other.h
        area = None
        if self.area is not None and other.area is not None:
            cross = [self.w[j] * other.w[k] - self.w[k] * other.w[j] for j, k in pairs]
            area = self.area + other.area + (torch.stack(cross) / 2 if cross else 0)
        return Increments(self.h + other.h, self.w + other.w, z, area)


def draw(
    h: float,
    w: Tensor,
    generator: torch.Generator | None,
    integral: bool = False,
    pairs: Sequence[tuple[int, int]] = (),
    terms: int = 1,
    normals: Normals | None = None,
) -> Increments:
    """Increments over h, W drawn into the buffer w: W ~ N(0, h), Z = hW/2 + √(h³/12) ξ; areas with `terms` terms."""
    normals = normals or Normals()
    normals.fill(w, 0, math.sqrt(h), generator)
    z = None
    if integral:
        z = normals.fill(torch.empty_like(w), 0, math.sqrt(h**3 / 12), generator).add_(w, alpha=h / 2)
    return Increments(h, w, z, areas(h, w, generator, pairs, terms, normals) if pairs else None)


def areas(
    h: float,
    w: Tensor,
    generator: torch.Generator | None,
    pairs: Sequence[tuple[int, int]],
    terms: int,
    normals: Normals,
) -> Tensor:
    """A_jk given W: (h/2π) Σ_r (1/r) (ζ_jr (√2 ξ_k + η_kr) − ζ_kr (√2 ξ_j + η_jr)) + the tail, ξ = W/√h."""
    first, second = [j for j, _ in pairs], [k for _, k in pairs]

    def normal(rows: int) -> Tensor:
        return normals.fill(torch.empty((rows, *w.shape[1:]), dtype=w.dtype, device=w.device), 0, 1, generator)

    xi = w * math.sqrt(2 / h)
    total = torch.zeros((len(first), *w.shape[1:]), dtype=w.dtype, device=w.device)
    for r in range(1, terms + 1):
        zeta, eta = normal(w.shape[0]), normal(w.shape[0]).add_(xi)
        total += (zeta[first] * eta[second] - zeta[second] * eta[first]).mul_(h / (2 * math.pi * r))
    left = math.pi**2 / 6 - sum(1 / r**2 for r in range(1, terms + 1))
    mu = normal(w.shape[0]).mul_(h / (2 * math.pi) * math.sqrt(left))
    total += mu[first] * xi[second] - mu[second] * xi[first]
    return total.add_(normal(len(first)), alpha=h / (2 * math.pi) * math.sqrt(2 * left))
