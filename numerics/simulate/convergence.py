"""Measured orders of convergence: all step sizes run on the same Brownian paths, refined by Chen's relation; the slope
of log error against log h with its confidence interval by the jackknife.

Reference: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, sec. 9.6-9.7; B. Efron,
C. Stein, Ann. Statist. 9 (1981) 586 (jackknife).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from numerics.confidence import student
from numerics.kernel import kernel
from numerics.simulate.errors import SimulationError
from numerics.simulate.noise import Increments, draw
from numerics.simulate.schemes import scheme
from numerics.simulate.steps import SchemeStep
from numerics.simulate.system import System, system

BATCHES = 20
SIGNIFICANT = 4.0
ROUNDING = 1e-13

Exact = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Order:
    """error ≈ C h^order; order ± halfwidth at the confidence (jackknife over batches of paths, Student).

    kind: strong, E|X_h − X|, or weak, |E f(X_h) − E f(X)|. The interval counts the Monte Carlo error alone, not a
    slope that still drifts towards its limit.
    """

    kind: str
    sizes: tuple[float, ...]
    errors: tuple[float, ...]
    standard_errors: tuple[float, ...]
    order: float
    halfwidth: float
    confidence: float
    method: str

    def contains(self, order: float) -> bool:
        """Whether an order lies in the interval."""
        return abs(self.order - order) <= self.halfwidth

    def __str__(self) -> str:
        span = f"h = {self.sizes[0]:.3g} … {self.sizes[-1]:.3g}"
        return (
            f"{self.kind} order {self.order:.3f} ± {self.halfwidth:.3f} ({self.confidence:.0%}, {span}): {self.method}"
        )


def strong_order(
    drift: Any,
    diffusion: Any,
    states: Any,
    x0: Any,
    t: float,
    method: str = "euler",
    steps: Sequence[int] = (8, 16, 32, 64),
    paths: int = 2000,
    generator: int | torch.Generator | None = None,
    *,
    time: sp.Symbol | None = None,
    correlation: Any = None,
    at: Mapping[Any, Any] | None = None,
    exact: Exact | None = None,
    reference: str | None = None,
    refinement: int = 8,
    confidence: float = 0.95,
) -> Order:
    """The order of E|X_h(t) − X(t)| in h = t/steps.

    exact: X(t) as a function of W(t), (m, paths) ↦ (n, paths), where it is one; else the scheme `reference` (the same
    scheme if not given) on a grid `refinement` times finer than the finest is taken for X. Each number of steps must
    divide the largest. W is that of independent noises (correlation is put into the diffusion).
    """
    s = system(drift, diffusion, states, time, correlation, at)
    ends, truth, words = _coupled(s, x0, t, method, steps, paths, generator, exact, reference, refinement)
    gaps = torch.stack([(end - truth).norm(dim=0) for end in ends])
    return _order("strong", t, steps, gaps, float(truth.abs().mean()), confidence, words)


def weak_order(
    f: Any,
    drift: Any,
    diffusion: Any,
    states: Any,
    x0: Any,
    t: float,
    method: str = "euler",
    steps: Sequence[int] = (2, 4, 8),
    paths: int = 20000,
    generator: int | torch.Generator | None = None,
    *,
    time: sp.Symbol | None = None,
    correlation: Any = None,
    at: Mapping[Any, Any] | None = None,
    exact: Exact | None = None,
    reference: str | None = None,
    refinement: int = 8,
    confidence: float = 0.95,
) -> Order:
    """The order of |E f(X_h(t)) − E f(X(t))|: means of f(X_h) − f(X) on the same noise, so that f(X) is the control
    variate. Arguments as for `strong_order`; f an expression in the states."""
    s = system(drift, diffusion, states, time, correlation, at)
    ends, truth, words = _coupled(s, x0, t, method, steps, paths, generator, exact, reference, refinement)
    value = kernel(f, s.names, dtype="float64")
    known = value(*truth)
    gaps = torch.stack([value(*end) - known for end in ends])
    return _order("weak", t, steps, gaps, float(known.abs().mean()), confidence, words)


def _coupled(
    s: System,
    x0: Any,
    t: float,
    method: str,
    steps: Sequence[int],
    paths: int,
    generator: int | torch.Generator | None,
    exact: Exact | None,
    reference: str | None,
    refinement: int,
) -> tuple[list[Tensor], Tensor, str]:
    """The ends (n, paths) of all levels and of the reference, on the same noise."""
    top = max(steps)
    if len(set(steps)) < 3 or any(top % k for k in steps):
        raise SimulationError(f"steps={tuple(steps)}: three numbers at least, each of which divides the largest")
    found = scheme(s, method)
    finest = top * (1 if exact is not None else refinement)
    levels = [(found, k) for k in steps]
    if exact is None:
        levels.append((scheme(s, reference or method), finest))
    source = generator if isinstance(generator, torch.Generator) else torch.Generator().manual_seed(generator or 0)
    h = t / finest
    runners = [SchemeStep(each, t / k, torch.float64) for each, k in levels]
    pairs = next((each.pairs for each, _ in levels if each.pairs), ())
    integral = any(each.z for each, _ in levels)
    start = torch.as_tensor([float(e) for e in (x0 if isinstance(x0, Sequence) else [x0])], dtype=torch.float64)
    if len(start) != s.n:
        raise SimulationError(f"{s.n} states need {s.n} initial values; got {len(start)}")
    ends = [start.unsqueeze(-1).repeat(1, paths) for _ in levels]
    sums: list[Increments | None] = [None] * len(levels)
    total = torch.zeros((s.m, paths), dtype=torch.float64)
    terms = max(1, math.ceil(math.sqrt(finest)))
    for j in range(finest):
        fine = draw(h, torch.empty_like(total), source, integral, pairs, terms)
        total += fine.w
        for i, (_, k) in enumerate(levels):
            held = sums[i]
            held = fine if held is None else held.then(fine, pairs)
            if (j + 1) % (finest // k) == 0:
                runners[i].apply(ends[i], (j + 1) * h - t / k, held)
                held = None
            sums[i] = held
    truth = ends.pop() if exact is None else exact(total).reshape(s.n, paths)
    against = "the solution" if exact is not None else f"{levels[-1][0].words} with {finest} steps"
    return ends, truth, f"{found.words} against {against}, {paths} paths"


def _order(
    kind: str, t: float, steps: Sequence[int], gaps: Tensor, scale: float, confidence: float, words: str
) -> Order:
    """The slope with its interval from gaps (levels, paths): delete-one jackknife over batches."""
    paths = gaps.shape[1]
    if paths < 2 * BATCHES:
        raise SimulationError(f"paths={paths}: the interval needs {2 * BATCHES} at least")
    if not bool(torch.isfinite(gaps).all()):
        raise SimulationError("a path is not finite at some level: take more steps at the coarsest level")
    means, spread = gaps.mean(dim=1), gaps.std(dim=1) / math.sqrt(paths)
    x = torch.log(t / torch.tensor(list(steps), dtype=torch.float64))
    if bool((means.abs() <= ROUNDING * scale).any()):
        raise SimulationError(
            "an error is 0 up to rounding: the scheme solves this equation exactly, there is no order"
        )
    if kind == "weak" and bool((means.abs() < SIGNIFICANT * spread).any()):
        level = int((means.abs() / spread).argmin())
        raise SimulationError(
            f"at {steps[level]} steps the error {float(means[level]):.2g} drowns in its statistical error "
            f"{float(spread[level]):.1g}: take more paths or fewer steps"
        )
    width = paths // BATCHES
    batches = gaps[:, : width * BATCHES].reshape(len(steps), BATCHES, width).mean(dim=2)
    whole = batches.mean(dim=1)
    left_out = (whole.unsqueeze(-1) * BATCHES - batches) / (BATCHES - 1)
    order = _slope(x, means.abs().log())
    pseudo = BATCHES * _slope(x, whole.abs().log()) - (BATCHES - 1) * _slope(x, left_out.abs().log())
    half = student(confidence, BATCHES - 1) * float(pseudo.std()) / math.sqrt(BATCHES)
    return Order(
        kind,
        tuple(t / k for k in steps),
        tuple(means.abs().tolist()),
        tuple(spread.tolist()),
        float(order),
        half,
        confidence,
        words,
    )


def _slope(x: Tensor, y: Tensor) -> Tensor:
    """The least-squares slope of y (levels, …) on x (levels,)."""
    centred = x - x.mean()
    return torch.tensordot(centred, y, dims=([0], [0])) / (centred @ centred)
