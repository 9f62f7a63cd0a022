"""Means and covariances with their errors, merged over blocks and processes; control variates.

References: T. Chan, G. Golub, R. LeVeque, COMPSTAT 1982 (merging); P. Glasserman, Monte Carlo Methods in Financial
Engineering, sec. 4.1 (control variates).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from numerics.confidence import normal
from numerics.simulate.errors import SimulationError
from numerics.simulate.world import gather


@dataclass(frozen=True)
class Statistics:
    """count, mean (…), and covariance matrix (d, d) of samples of d quantities; unbiased, over all processes."""

    count: int
    mean: Tensor
    covariance: Tensor

    @property
    def standard_error(self) -> Tensor:
        """√(variance/count) of each mean."""
        return (self.covariance.diagonal() / self.count).sqrt()

    def interval(self, confidence: float = 0.99, bonferroni: bool = True) -> tuple[Tensor, Tensor]:
        """Bounds of the means that hold all at once with the confidence (Bonferroni), or each by itself."""
        tests = len(self.mean) if bonferroni else 1
        half = self.standard_error * normal(1 - (1 - confidence) / tests)
        return self.mean - half, self.mean + half


def statistics(samples: Tensor) -> Statistics:
    """Statistics of samples (count, d), those of the other processes included; in float64."""
    if samples.dim() == 1:
        samples = samples.unsqueeze(-1)
    d = samples.shape[1]
    values = samples.detach().to("cpu", torch.float64)
    mean = values.mean(dim=0)
    off = values - mean
    row = torch.cat([torch.tensor([float(len(values))]).double(), mean, (off.T @ off).flatten()])
    rows = gather(row)
    count, mean, scatter = reduce(_merged, [(float(r[0]), r[1 : d + 1], r[d + 1 :].reshape(d, d)) for r in rows])
    if count < 2:
        raise SimulationError("statistics need two paths at least")
    return Statistics(int(count), mean, scatter / (count - 1))


def _merged(one: tuple[float, Tensor, Tensor], other: tuple[float, Tensor, Tensor]) -> tuple[float, Tensor, Tensor]:
    (n, m, s), (k, p, q) = one, other
    if k == 0:
        return one
    apart = p - m
    return n + k, m + apart * (k / (n + k)), s + q + torch.outer(apart, apart) * (n * k / (n + k))


@dataclass(frozen=True)
class Estimate:
    """mean ± standard_error; reduction: by what factor the control variate made the variance smaller (1 without)."""

    mean: float
    standard_error: float
    count: int
    reduction: float = 1.0

    def interval(self, confidence: float = 0.99) -> tuple[float, float]:
        """The normal confidence interval."""
        half = self.standard_error * normal(confidence)
        return self.mean - half, self.mean + half

    def __str__(self) -> str:
        text = f"{self.mean:.8g} ± {self.standard_error:.2g} ({self.count} paths)"
        return text if self.reduction == 1 else f"{text}, variance {self.reduction:.3g} times smaller by the control"


def controlled_mean(values: Tensor, controls: Tensor | None = None, expected: Any = None) -> Estimate:
    """E of the values (paths,), with control variates (paths, d) or (paths,) whose expectations are known exactly.

    mean(v) − β·(mean(c) − E c), β = Cov(c)⁻¹ Cov(c, v) from the samples; its bias is O(1/paths).
    """
    columns = [values.unsqueeze(-1)]
    if controls is not None:
        columns.append(controls.reshape(len(values), -1))
    found = statistics(torch.cat([c.to(torch.float64) for c in columns], dim=1))
    variance = float(found.covariance[0, 0])
    if controls is None:
        return Estimate(float(found.mean[0]), math.sqrt(variance / found.count), found.count)
    known = torch.as_tensor(expected, dtype=torch.float64).reshape(-1)
    if len(known) != len(found.mean) - 1:
        raise SimulationError(f"{len(found.mean) - 1} control variates need as many expectations; got {len(known)}")
    cross = found.covariance[1:, 0]
    beta = torch.linalg.pinv(found.covariance[1:, 1:], hermitian=True) @ cross
    left = max(variance - float(beta @ cross), 0.0) * (found.count - 1) / max(found.count - 1 - len(beta), 1)
    mean = float(found.mean[0] - beta @ (found.mean[1:] - known))
    return Estimate(mean, math.sqrt(left / found.count), found.count, variance / left if left else math.inf)
