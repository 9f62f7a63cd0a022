"""The update of a step, x ← Φ(x, noise, t): as a program of operations in place, or through torch.compile.

Noise is drawn outside of both: inside a compiled region on the CPU torch's generator is an order of magnitude slower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import sympy as sp
import torch
from torch import Tensor

from numerics.kernel import kernel
from numerics.kernel.in_place import Program
from numerics.simulate.errors import SimulationError


class Update(Protocol):
    """x ← Φ(values): the values are tensors of the width of x, and may be its rows."""

    def bind(self, values: Sequence[Tensor], x: Tensor) -> Callable[[float], None]:
        """The update on these tensors, as a function of the time."""
        ...


def update(
    exprs: Sequence[Any], args: Sequence[sp.Symbol], time: sp.Symbol, dtype: torch.dtype, compiled: bool
) -> Update:
    """The update that writes exprs, of args and the time, into the rows of x."""
    timed = any(e.has(time) for e in exprs)
    return (_Compiled if compiled else _InPlace)(exprs, (*args, time) if timed else tuple(args), timed, dtype)


class _InPlace:
    def __init__(self, exprs: Sequence[Any], args: tuple[sp.Symbol, ...], timed: bool, dtype: torch.dtype) -> None:
        self._timed = timed
        self._program = Program(exprs, args, dtype, args[-1:] if timed else ())

    def bind(self, values: Sequence[Tensor], x: Tensor) -> Callable[[float], None]:
        clock = _clock(x) if self._timed else []
        return _ticking(clock, self._program.bind([*values, *clock], list(x)))


@lru_cache(maxsize=64)
def _region(exprs: tuple[Any, ...], args: tuple[sp.Symbol, ...], dtype: torch.dtype) -> Callable[..., None]:
    """x ← exprs(values) through torch.compile: one region without breaks, made anew for the second width of blocks it
    meets and then fit for any; kept for the next time."""
    found = kernel(exprs, args, dtype=dtype)

    def whole(values: list[Tensor], x: Tensor) -> None:
        for row, new in zip(x.unbind(0), found(*values), strict=True):
            row.copy_(new)

    # torch counts the variants that it has made by the code of the function: each equation has its own
    whole.__code__ = whole.__code__.replace()
    return torch.compile(whole, fullgraph=True)


class _Compiled:
    def __init__(self, exprs: Sequence[Any], args: tuple[sp.Symbol, ...], timed: bool, dtype: torch.dtype) -> None:
        self._timed = timed
        self._whole = _region(tuple(exprs), args, dtype)
        self._made = False

    def bind(self, values: Sequence[Tensor], x: Tensor) -> Callable[[float], None]:
        clock = _clock(x) if self._timed else []
        inputs = [*values, *clock]
        return _ticking(clock, lambda: self._run(inputs, x))

    def _run(self, values: list[Tensor], x: Tensor) -> None:
        if self._made:
            self._whole(values, x)
            return
        try:
            self._whole(values, x)
        except Exception as failure:  # torch raises classes of many kinds here, from its tracer to the C++ compiler
            raise SimulationError(
                f"compile=True: torch.compile makes no code of this step ({type(failure).__name__}: "
                f"{_first_line(failure)}); it needs a C++ compiler on the CPU. Leave compile out: same steps"
            ) from failure
        self._made = True


def _clock(x: Tensor) -> list[Tensor]:
    return [torch.zeros((), dtype=x.dtype, device=x.device)]


def _ticking(clock: list[Tensor], run: Callable[[], None]) -> Callable[[float], None]:
    def still(t: float) -> None:
        run()

    def at(t: float) -> None:
        clock[0].fill_(t)
        run()

    return at if clock else still


def _first_line(failure: Exception) -> str:
    lines = str(failure).strip().splitlines()
    return lines[0][:160] if lines else "no message"
