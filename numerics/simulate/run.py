"""simulate(drift, diffusion, …): paths of a stochastic equation given by expressions.

Paths run in blocks that stay in the cache; a block runs through all steps before the next one starts.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from numerics.kernel.torch_ops import dtype_of
from numerics.simulate import world
from numerics.simulate.boundary import Limits, boundary, first_bad, limits
from numerics.simulate.errors import SimulationError
from numerics.simulate.paths import Paths
from numerics.simulate.schemes import scheme
from numerics.simulate.steps import SchemeStep, Step, separated
from numerics.simulate.system import system

BLOCK_BYTES = 2**18
DEVICE_BLOCK = 2**22
CHECKED_EVERY = 32

Progress = Callable[[int, int], None]


def simulate(
    drift: Any,
    diffusion: Any,
    states: Any,
    x0: Any,
    t: Any,
    steps: int,
    paths: int,
    method: str = "euler",
    generator: int | torch.Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    *,
    time: sp.Symbol | None = None,
    correlation: Any = None,
    at: Mapping[Any, Any] | None = None,
    domain: Any = None,
    boundary: str = "raise",
    store: str | int = "last",
    noise_dtype: Any = None,
    terms: int | None = None,
    compile: bool = False,
    progress: bool | Progress = False,
) -> Paths:
    """Paths of dX = a(X, t) dt + B(X, t) dW (Itô) from x0 at time 0 to t, or over t = (t0, t1), in equal steps.

    drift, diffusion, states: expressions; B a scalar, a list of n (one noise) or n×m. time: the symbol of the time (the
    symbol called t if not given). correlation: of the noises, m×m. at: values of the parameters.
    x0: a number, n numbers, or a tensor (paths,) or (paths, n).
    method: "euler"; "milstein" (strong order 1, Lévy areas drawn with `terms` Fourier terms where the noise does not
    commute, √steps if not given); "heun" (of the same process in Stratonovich form); "srk" (additive noise, order 3/2);
    "taylor2" (weak order 2, for expectations).
    generator: a seed or a torch generator; the same seed gives the same paths. dtype: float64 if not given; float32 is
    twice as fast. noise_dtype="float32" draws float32 normals for float64 paths: 24 bits, none beyond 6.7 σ.
    device: of the paths; CUDA is provided for, but has not been tried.
    compile: the update goes through torch.compile, noise outside; worth its seconds of compiling for long runs with
    several functions in a step. SimulationError where there is no compiler.
    domain: (lo, hi) for each state. boundary: "raise", "reflect" (folded back) or "absorb" (put on the end and kept
    there). Ends are looked at on the grid of time only: what happens between two steps is missed, an error O(√h).
    store: "last", "all", or k for every k-th step; start and end included.
    progress: True for a bar on stderr, or a callable (done, all).

    After `torch.distributed` was started (`join` under torchrun), `paths` are shared among the processes, each with a
    stream of its own, and statistics are those of all. A path that is not finite raises SimulationError with the first
    bad step and path (the guard looks every 32 steps and runs the block again to find them).
    """
    kind = torch.float64 if dtype is None else _float(dtype)
    if terms is not None:
        _count(terms, "terms")
    s = system(drift, diffusion, states, time, correlation, at)
    first, last = span(t)
    h = _step(first, last, steps)
    found = scheme(s, method)
    noise = None if noise_dtype is None else _float(noise_dtype)
    step: Step | None = separated(found, h, kind, compile, noise)
    if step is None:
        count = terms if terms is not None else max(1, math.ceil(math.sqrt(steps)))
        step = SchemeStep(found, h, kind, noise, count, compile)
    return run(
        step, s.names, x0, (first, last), steps, paths, generator, kind, device, domain, boundary, store, progress
    )


def span(t: Any) -> tuple[float, float]:
    """(t0, t1) from t1 or (t0, t1)."""
    try:
        first, last = map(float, t) if isinstance(t, Iterable) else (0.0, float(t))
    except (TypeError, ValueError) as failure:
        raise SimulationError(f"the time is a number, or a pair (t0, t1) of numbers; got {t}") from failure
    if not (math.isfinite(first) and math.isfinite(last) and first < last):
        raise SimulationError(f"the time runs from {first} to {last}; it must run forward over a finite span")
    return first, last


def _step(first: float, last: float, steps: int) -> float:
    return (last - first) / _count(steps, "steps")


def _count(value: Any, what: str) -> int:
    try:
        found = operator.index(value)
    except TypeError as failure:
        raise SimulationError(f"{what} must be a whole number; got {value!r}") from failure
    if found < 1:
        raise SimulationError(f"{what} must be 1 or more; got {value}")
    return found


def _float(dtype: Any) -> torch.dtype:
    """float32 or float64: with fewer digits small steps are lost in roundings, complex numbers have another noise."""
    found = dtype_of(dtype)
    if found not in (torch.float32, torch.float64):
        raise SimulationError(f"paths and noise are float32 or float64; got {dtype}")
    return found


def _device(device: Any) -> torch.device:
    """The device, if torch has it here and draws normals on it."""
    try:
        place = torch.device(device or "cpu")
        torch.empty(2, device=place).normal_(generator=torch.Generator(device=place))
    except (RuntimeError, AssertionError, NotImplementedError) as failure:
        first = str(failure).strip().splitlines()[0][:120] if str(failure).strip() else type(failure).__name__
        raise SimulationError(f"torch has no device {device!r} for simulations here ({first}): take 'cpu'") from failure
    return place


def run(
    step: Step,
    states: tuple[sp.Symbol, ...],
    x0: Any,
    t: tuple[float, float],
    steps: int,
    paths: int,
    generator: int | torch.Generator | None = None,
    dtype: torch.dtype = torch.float64,
    device: Any = None,
    domain: Any = None,
    rule: str = "raise",
    store: str | int = "last",
    progress: bool | Progress = False,
) -> Paths:
    """Paths by any Step; arguments as for `simulate`."""
    paths, steps = _count(paths, "paths"), _count(steps, "steps")
    place = _device(device)
    rank, size = world.place()
    mine = world.share(paths, rank, size)
    source = world.stream(generator, place, rank, size)
    n = len(states)
    begin = _start(x0, n, paths, dtype, place)
    before = sum(world.share(paths, r, size) for r in range(rank))
    kept = _stored(store, steps)
    ends = limits(domain, n)
    walled = any(math.isfinite(e) for pair in ends for e in pair)
    if walled and bool(((begin < _column(ends, 0, begin)) | (begin > _column(ends, 1, begin))).any()):
        raise SimulationError(f"the start lies outside the domain {ends}")
    values = torch.empty((len(kept), n, mine), dtype=dtype, device=place)
    exits = None
    if rule == "absorb":
        own = begin[:, before : before + mine] if begin.shape[1] > 1 else begin
        exits = _exits(own.expand(n, mine), ends, t[0])
    job = _Job(step, t[0], steps, ends, rule if walled else "", set(kept), source)
    boundary(rule)
    width = BLOCK_BYTES // torch.finfo(dtype).bits * 8 if place.type == "cpu" else DEVICE_BLOCK
    tell = _progress(progress)
    starts = range(0, mine, width)
    for number, low in enumerate(starts):
        high = min(low + width, mine)
        x = begin[:, before + low : before + high] if begin.shape[1] > 1 else begin
        job.block(
            x.expand(n, high - low),
            values[..., low:high],
            None if exits is None else exits[low:high],
            before + low,
            lambda done, b=number: tell(b * steps + done, len(starts) * steps),
        )
    times = torch.tensor([t[0] + (t[1] - t[0]) * k / steps for k in kept], dtype=torch.float64)
    return Paths(states, times, values.permute(0, 2, 1), step.h, step.words, exits)


@dataclass(frozen=True)
class _Job:
    """What all blocks of a simulation have in common."""

    step: Step
    first: float
    steps: int
    ends: Limits
    rule: str
    kept: set[int]
    source: torch.Generator

    def block(self, begin: Tensor, out: Tensor, exits: Tensor | None, path: int, tell: Callable[[int], None]) -> None:
        """One block of paths through all steps; `path` is the number of its first path."""
        state = self.source.get_state()
        x = begin.clone()
        row = 0
        if 0 in self.kept:
            out[row].copy_(x)
            row += 1
        for k in range(1, self.steps + 1):
            self._one(x, k, exits)
            keep = k in self.kept
            if keep or k % CHECKED_EVERY == 0:
                if not bool(torch.isfinite(x.sum())):
                    self._name(begin, state, path)
                tell(k)
            if keep:
                out[row].copy_(x)
                row += 1

    def _one(self, x: Tensor, k: int, exits: Tensor | None) -> None:
        now = self.first + (k - 1) * self.step.h
        if not self.rule:
            self.step.advance(x, now, self.source)
            return
        old = x.clone() if exits is not None else None
        self.step.advance(x, now, self.source)
        stopped = None
        if exits is not None and old is not None:
            gone = torch.isfinite(exits)
            x.copy_(torch.where(gone, old, x))
            stopped = gone.clone()
        boundary(self.rule)(x, self.ends, stopped)
        if exits is not None and stopped is not None:
            exits.masked_fill_(stopped & torch.isinf(exits), now + self.step.h)

    def _name(self, begin: Tensor, state: Tensor, path: int) -> None:
        """The block once more from the same random numbers, looked at after every step."""
        self.source.set_state(state)
        x = begin.clone()
        exits = _exits(x, self.ends, self.first) if self.rule == "absorb" else None
        for k in range(1, self.steps + 1):
            old = x.clone()
            now = self.first + k * self.step.h
            self._one(x, k, exits)
            bad = first_bad(x)
            if bad is None:
                continue
            where = f"path {path + bad} at step {k} (t = {now:g}), coming from {old[:, bad].tolist()}"
            if self.rule == "raise":
                raise SimulationError(
                    f"{where}, leaves the domain {self.ends} or is not finite: take boundary='reflect' or 'absorb', "
                    f"smaller steps, or an exact method"
                )
            raise SimulationError(
                f"{where}, becomes {x[:, bad].tolist()}: take smaller steps (now {self.step.h:g}), name the domain "
                f"(domain=…, boundary=…), or an exact method"
            )
        raise SimulationError(
            "the sum over a block of paths overflows although each path is finite; take smaller values or float64"
        )


def _exits(begin: Tensor, ends: Limits, first: float) -> Tensor:
    """Times of absorption at the start: the first time for paths that start at an end, else infinity."""
    at_end = ((begin <= _column(ends, 0, begin)) | (begin >= _column(ends, 1, begin))).any(dim=0)
    exits = torch.full(at_end.shape, math.inf, dtype=torch.float64, device=begin.device)
    return exits.masked_fill_(at_end, first)


def _column(ends: Limits, k: int, like: Tensor) -> Tensor:
    return torch.tensor([pair[k] for pair in ends], dtype=like.dtype, device=like.device).unsqueeze(-1)


def _start(x0: Any, n: int, paths: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """(n, 1) or (n, paths)."""
    if not isinstance(x0, Tensor):
        entries = list(x0) if isinstance(x0, Iterable) else [x0]
        try:
            x0 = torch.tensor([float(e) for e in entries], dtype=dtype)
        except (TypeError, ValueError) as failure:
            raise SimulationError(f"the start is made of numbers, one for each state; got {x0}") from failure
    x0 = x0.to(device, dtype)
    if not bool(torch.isfinite(x0).all()):
        raise SimulationError(f"the start is not finite everywhere: {x0 if x0.numel() < 9 else 'some path'}")
    if x0.dim() == 0:
        x0 = x0.reshape(1)
    if x0.shape == (n,):
        return x0.unsqueeze(-1)
    if x0.shape == (paths, n) or (n == 1 and x0.shape == (paths,)):
        return x0.reshape(paths, n).T.contiguous()
    raise SimulationError(
        f"the start has the shape {tuple(x0.shape)}; give {n} number(s), or a tensor ({paths}, {n}) for each path"
    )


def _stored(store: str | int, steps: int) -> list[int]:
    if store == "last":
        return [steps]
    every = 1 if store == "all" else store
    if not isinstance(every, int) or every < 1:
        raise SimulationError(f"store={store!r}: 'last', 'all' or a number of steps")
    return sorted({*range(0, steps, every), steps})


def _progress(wanted: bool | Progress) -> Progress:
    if callable(wanted):
        return wanted
    if not wanted:
        return lambda done, total: None

    def bar(done: int, total: int) -> None:
        full = 30 * done // total
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r[{'#' * full}{'.' * (30 - full)}] {100 * done // total:3d} %{end}")
        sys.stderr.flush()

    return bar
