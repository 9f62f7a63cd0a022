"""What happens to paths that leave the domain: reflected, absorbed, or an error that names step and path."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from numerics.simulate.errors import SimulationError

Limits = tuple[tuple[float, float], ...]


def limits(domain: Any, n: int) -> Limits:
    """An interval (lo, hi) for each state, the line where none is given; SimulationError for others."""
    if domain is None:
        return ((-math.inf, math.inf),) * n
    pairs = [domain] if n == 1 and not isinstance(domain[0], Sequence) else list(domain)
    if len(pairs) != n:
        raise SimulationError(f"{n} states need {n} intervals (lo, hi) as domain; got {len(pairs)}")
    found = tuple((float(low), float(high)) for low, high in pairs)
    for low, high in found:
        if not low < high:
            raise SimulationError(f"the domain ({low}, {high}) is empty")
    return found


def reflect(x: Tensor, ends: Limits, stopped: Tensor | None) -> None:
    """Folded back at the ends: |x − lo| beyond one end, a triangle wave between two."""
    for row, (low, high) in zip(x, ends, strict=True):
        if math.isfinite(low) and math.isfinite(high):
            width = high - low
            row.sub_(low).remainder_(2 * width).sub_(width).abs_().neg_().add_(high)
        elif math.isfinite(low):
            row.sub_(low).abs_().add_(low)
        elif math.isfinite(high):
            row.sub_(high).abs_().neg_().add_(high)


def absorb(x: Tensor, ends: Limits, stopped: Tensor | None) -> None:
    """Put onto the end that was passed, where the path stays from then on (`stopped` remembers it)."""
    for row, (low, high) in zip(x, ends, strict=True):
        outside = (row <= low) | (row >= high)
        row.clamp_(low, high)
        if stopped is not None:
            stopped |= outside


def refuse(x: Tensor, ends: Limits, stopped: Tensor | None) -> None:
    """Paths outside become nan, which the guard finds and names."""
    for row, (low, high) in zip(x, ends, strict=True):
        if math.isfinite(low) or math.isfinite(high):
            row.masked_fill_((row < low) | (row > high), math.nan)


BOUNDARIES: dict[str, Callable[[Tensor, Limits, Tensor | None], None]] = {
    "reflect": reflect,
    "absorb": absorb,
    "raise": refuse,
}


def boundary(name: str) -> Callable[[Tensor, Limits, Tensor | None], None]:
    """The rule of that name; SimulationError lists the names."""
    if name not in BOUNDARIES:
        raise SimulationError(f"boundary {name!r} is none of {', '.join(BOUNDARIES)}")
    return BOUNDARIES[name]


def first_bad(x: Tensor) -> int | None:
    """The index of the first path that is not finite."""
    bad = ~torch.isfinite(x).all(dim=0)
    return int(bad.nonzero()[0]) if bool(bad.any()) else None
