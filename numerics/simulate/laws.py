"""Steps that draw from the law of the process itself, whatever their length: linear equations, solved equations,
square-root processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from numerics.kernel import kernel
from numerics.kernel.in_place import Buffers
from numerics.simulate.errors import SimulationError
from numerics.simulate.normals import Normals
from numerics.simulate.steps import Bound
from numerics.simulate.update import update


class GaussianStep:
    """x ← F x + g + L ξ, ξ standard normal: the exact step of a linear equation with additive noise.

    flow: F, n×n. shift: g, n. root: L, n×r; numbers. matrices: the three as tensors.
    """

    def __init__(
        self, flow: Any, shift: Any, root: Any, h: float, words: str, dtype: torch.dtype = torch.float64
    ) -> None:
        self.h, self.words = h, words
        f, g, r = (torch.as_tensor(v, dtype=torch.float64) for v in (flow, shift, root))
        self._scalar = (float(f), float(g), abs(float(r))) if f.shape == r.shape == (1, 1) else None
        self.matrices = f.to(dtype), g.to(dtype).unsqueeze(-1), r.to(dtype)
        self._buffers, self._bound, self._normals = Buffers(), Bound(), Normals()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        if self._scalar is not None:
            flow, shift, deviation = self._scalar
            xi = self._normals.fill(self._buffers.like(x, 1), shift, deviation, generator)
            torch.add(xi, x, alpha=flow, out=x)
            return
        f, g, r = self._bound.to(x, lambda: [v.to(x.device, x.dtype) for v in self.matrices])
        xi = self._normals.fill(self._buffers.like(x, r.shape[1]), 0, 1, generator)
        x.copy_(torch.addmm(torch.addmm(g, f, x), r, xi))


class MapStep:
    """x ← Φ(x, t; ξ) with ξ = C z, z standard normal: a step given by a formula, as of a solved equation.

    map: an expression for each state in `states`, `time` and `noises`. root: C, a row for each noise.
    """

    def __init__(
        self,
        map: Sequence[Any],
        states: Sequence[sp.Symbol],
        noises: Sequence[sp.Symbol],
        root: Any,
        h: float,
        words: str,
        time: sp.Symbol | None = None,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        self.h, self.words = h, words
        entries = [sp.sympify(e, strict=True) for e in map]
        self._root = torch.as_tensor(root, dtype=torch.float64)
        self._single = abs(float(self._root)) if self._root.shape == (1, 1) else None
        self._update = update(entries, (*states, *noises), time or sp.Dummy("t"), dtype, False)
        self._buffers, self._bound, self._normals = Buffers(), Bound(), Normals()

    def _made(self, x: Tensor) -> tuple[Any, Tensor, Tensor, Tensor]:
        """The update on this block, z, ξ (z itself where there is one noise) and C on its device."""
        root = self._root.to(x.device, x.dtype)
        z = self._buffers.like(x, root.shape[1])
        xi = z if self._single is not None else torch.empty((root.shape[0], x.shape[1]), dtype=x.dtype, device=x.device)
        return self._update.bind([*x, *xi], x), z, xi, root

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        run, z, xi, root = self._bound.to(x, lambda: self._made(x))
        self._normals.fill(z, 0, 1 if self._single is None else self._single, generator)
        if self._single is None:
            torch.mm(root, z, out=xi)
        run(t)


class SquaredBesselStep:
    """Exact step of x = out(y), y a square-root process dy = (δ + 2βy) dt + 2√y dW: y ← v χ′²_δ(y e^{2βh}/v),
    v = (e^{2βh} − 1)/(2β), by a Poisson mixture of gamma laws.

    into, out: y as an expression in `state`, and x as one in the symbol `y`. For δ < 2 paths are reflected at 0; a path
    that is not a number stays so.
    """

    def __init__(
        self,
        delta: float,
        beta: float,
        state: sp.Symbol,
        into: Any,
        y: sp.Symbol,
        out: Any,
        h: float,
        words: str,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        if not delta > 0:
            raise SimulationError(f"the square-root process needs a dimension δ > 0; got {delta}")
        self.h, self.words, self.delta = h, words, delta
        self._growth = math.exp(2 * beta * h)
        self._spread = h if beta == 0 else math.expm1(2 * beta * h) / (2 * beta)
        self._into, self._out = kernel(into, (state,), dtype=dtype), kernel(out, (y,), dtype=dtype)

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        rate = self._into(x[0]) * (self._growth / (2 * self._spread))
        # a Poisson law has no rate below 0 or beyond all bounds: such paths become nan, without asking the device
        bad = ~(rate >= 0) | torch.isinf(rate)
        shape = torch.poisson(rate.masked_fill(bad, 0), generator=generator).add_(self.delta / 2)
        y = torch._standard_gamma(shape, generator=generator).mul_(2 * self._spread)  # pyright: ignore[reportPrivateImportUsage]
        x[0].copy_(self._out(y)).masked_fill_(bad, math.nan)
