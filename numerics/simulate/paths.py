"""Simulated paths as a result: times, values, what was absorbed, and statistics over all processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from numerics.kernel import kernel
from numerics.simulate.errors import SimulationError
from numerics.simulate.statistics import Estimate, Statistics, controlled_mean, statistics


@dataclass(frozen=True, eq=False)
class Paths:
    """values: (stored, paths, n) at the times (stored,), of this process's share of the paths.

    exit_times: (paths,), ∞ for paths that were not absorbed; None without absorbing ends. method: in words. step: h.
    """

    states: tuple[sp.Symbol, ...]
    times: Tensor
    values: Tensor
    step: float
    method: str
    exit_times: Tensor | None = None

    def __getitem__(self, state: sp.Symbol) -> Tensor:
        """The values of one state, (stored, paths)."""
        if state not in self.states:
            raise SimulationError(f"{state} is none of the states {self.states}")
        return self.values[..., self.states.index(state)]

    @property
    def last(self) -> Tensor:
        """The values at the last time, (paths, n)."""
        return self.values[-1]

    def of(self, f: Any, index: int = -1) -> Tensor:
        """f(X) for every path at the stored time of that index, (paths,)."""
        found = kernel(f, self.states)(*self.values[index].unbind(-1))
        return found if found.dim() else found.expand(self.values.shape[1])

    def statistics(self, *quantities: Any, index: int = -1) -> Statistics:
        """Means and covariances of expressions in the states (the states if none is given), over all processes."""
        if not quantities:
            return statistics(self.values[index])
        return statistics(torch.stack([self.of(q, index) for q in quantities], dim=-1))

    def expectation(self, f: Any, controls: Tensor | None = None, expected: Any = None, index: int = -1) -> Estimate:
        """E f(X) with its error; with control variates of known expectation the variance is made smaller."""
        return controlled_mean(self.of(f, index), controls, expected)

    def __str__(self) -> str:
        stored, paths, n = self.values.shape
        return f"{paths} paths of {n} state(s), {stored} stored time(s) to t = {float(self.times[-1]):g}: {self.method}"
