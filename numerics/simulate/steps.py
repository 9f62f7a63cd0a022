"""One step of a simulation on a block of paths, in place: compiled schemes, and laws that are drawn from exactly.

A block is a tensor (n, paths): one contiguous row for each state. Noise is drawn by the step itself, into buffers that
are kept from step to step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import sympy as sp
import torch
from torch import Tensor

from numerics.kernel import kernel
from numerics.simulate.errors import SimulationError
from numerics.simulate.noise import Increments, draw
from numerics.simulate.schemes import Scheme


class Step(Protocol):
    """Law: `advance` replaces x by a draw from (an approximation of) the transition law over the step."""

    h: float
    words: str

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        """x ← the state a step after t; x has the shape (n, paths)."""
        ...


@dataclass
class Buffers:
    """Tensors that are kept from step to step, one for each shape."""

    kept: dict[Any, Tensor] = field(default_factory=dict)

    def like(self, x: Tensor, rows: int, dtype: torch.dtype | None = None) -> Tensor:
        """An uninitialised tensor (rows, paths) on the device of x."""
        key = (rows, x.shape[1], dtype or x.dtype, x.device)
        if key not in self.kept:
            self.kept[key] = torch.empty((rows, x.shape[1]), dtype=dtype or x.dtype, device=x.device)
        return self.kept[key]


class SchemeStep:
    """A scheme compiled by `numerics.kernel`, with the number h put in.

    noise_dtype: the dtype in which normals are drawn; float32 is four times as fast as float64, its normals end at
    5.8 standard deviations and have 24 bits. terms: of the Fourier series of the Lévy areas.
    """

    def __init__(
        self, scheme: Scheme, h: float, dtype: torch.dtype, noise_dtype: torch.dtype | None = None, terms: int = 1
    ) -> None:
        s = scheme.system
        self.scheme, self.h, self.words, self.terms = scheme, h, scheme.words, terms
        self.noise_dtype = noise_dtype or dtype
        step = tuple(sp.sympify(e).subs(scheme.h, sp.Float(h, 17)) for e in scheme.map)
        self.timed = any(e.has(s.time) for e in step)
        self._args = (*s.states, *scheme.w, *scheme.z, *scheme.area, *((s.time,) if self.timed else ()))
        self._kernel = kernel(step, self._args, dtype=dtype)
        self._buffers = Buffers()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        s = self.scheme
        w = self._buffers.like(x, len(s.w), self.noise_dtype)
        noise = draw(self.h, w, generator, bool(s.z), s.pairs, self.terms)
        if self.noise_dtype != x.dtype:
            noise = Increments(noise.h, *(v if v is None else v.to(x.dtype) for v in (noise.w, noise.z, noise.area)))
        self.apply(x, t, noise)

    def apply(self, x: Tensor, t: float, noise: Increments) -> None:
        """x ← Φ(x, t; noise) for given increments, which must span the step h of this kernel."""
        rows = [*x, *noise.w]
        if self.scheme.z:
            rows += [*_there(noise.z)]
        if self.scheme.area:
            rows += [*_there(noise.area)]
        for row, new in zip(x, self._kernel(*rows, *((t,) if self.timed else ())), strict=True):
            row.copy_(new)


def _there(value: Tensor | None) -> Tensor:
    if value is None:
        raise SimulationError("the scheme needs Z = ∫W ds or Lévy areas, which were not drawn")
    return value


class AffineStep:
    """A scalar scheme Φ = p0 + p1 x + (q0 + q1 x) w in one or a few operations: the mean and the deviation of the draw
    take up p and q, so that x ← p1 x + w′ (q1 = 0) or x ← (x + q0/q1) w′ + k."""

    def __init__(self, coefficients: tuple[float, float, float, float], h: float, words: str) -> None:
        self.h, self.words = h, words
        self.p0, self.p1, self.q0, self.q1 = coefficients
        self._buffers = Buffers()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        w, root = self._buffers.like(x, 1), math.sqrt(self.h)
        if self.q1 == 0:
            w.normal_(self.p0, abs(self.q0) * root, generator=generator)
            torch.add(w, x, alpha=self.p1, out=x)
            return
        shift = self.q0 / self.q1
        w.normal_(self.p1, abs(self.q1) * root, generator=generator)
        (x.add_(shift) if shift else x).mul_(w)
        if (rest := self.p0 - shift * self.p1) != 0:
            x.add_(rest)


def affine(scheme: Scheme, h: float) -> AffineStep | None:
    """The step in its affine form; None for a scheme that has none, or in which q0/q1 would cost digits."""
    s = scheme.system
    if s.n != 1 or s.m != 1 or scheme.z or scheme.area:
        return None
    x, w = s.states[0], scheme.w[0]
    step = sp.expand(scheme.map[0].subs(scheme.h, sp.Float(h, 17)))
    if not step.is_polynomial(x, w):
        return None
    poly = sp.Poly(step, x, w)
    table = {(0, 0): 0.0, (1, 0): 0.0, (0, 1): 0.0, (1, 1): 0.0}
    for power, c in poly.terms():
        if power not in table or c.free_symbols:
            return None
        table[power] = float(c)
    if table[1, 1] != 0 and abs(table[0, 1]) > 10 * abs(table[1, 1]):
        return None
    return AffineStep(tuple(table.values()), h, scheme.words)  # type: ignore[arg-type] - four of them


class SeparatedStep:
    """A scalar scheme that is linear in its noise, Φ = P(x, t) + Q(x, t) w, without needless passes over memory: a
    constant Q and the constant term of P go into the draw."""

    def __init__(self, scheme: Scheme, p: Any, q: Any, h: float, dtype: torch.dtype) -> None:
        s = scheme.system
        self.h, self.words = h, scheme.words
        self.timed = p.has(s.time) or q.has(s.time)
        args = (*s.states, *((s.time,) if self.timed else ()))
        mean, root = 0.0, math.sqrt(h)
        self._slope = None if not q.free_symbols else kernel(q, args, dtype=dtype)
        if self._slope is None:
            fixed, p = p.as_coeff_Add() if p.is_Add else (sp.S.Zero, p)
            mean, root = float(fixed), abs(float(q)) * root
        p = sp.horner(p, wrt=s.states[0]) if p.is_polynomial(*s.states) and not self.timed else p
        self._moments, self._rest = (mean, root), kernel(p, args, dtype=dtype)
        self._buffers = Buffers()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        w = self._buffers.like(x, 1).normal_(*self._moments, generator=generator)[0]
        row, time = x[0], (t,) if self.timed else ()
        rest = self._rest(row, *time)
        if self._slope is None:
            torch.add(rest, w, out=row)
        else:
            torch.addcmul(rest, self._slope(row, *time), w, out=row)


def separated(scheme: Scheme, h: float, dtype: torch.dtype) -> SeparatedStep | None:
    """The step as P + Q w; None for several states or noises, and for schemes that are not linear in the noise."""
    s = scheme.system
    if s.n != 1 or s.m != 1 or scheme.z or scheme.area:
        return None
    w = scheme.w[0]
    step = sp.sympify(scheme.map[0]).subs(scheme.h, sp.Float(h, 17))
    slope = sp.diff(step, w)
    return None if slope.has(w) else SeparatedStep(scheme, sp.expand(step.subs(w, 0)), slope, h, dtype)


class GaussianStep:
    """x ← F x + g + L ξ, ξ standard normal: the exact step of a linear equation with additive noise.

    flow: F, n×n. shift: g, n. root: L, n×r; numbers.
    """

    def __init__(
        self, flow: Any, shift: Any, root: Any, h: float, words: str, dtype: torch.dtype = torch.float64
    ) -> None:
        self.h, self.words = h, words
        f, g, r = (torch.as_tensor(v, dtype=torch.float64) for v in (flow, shift, root))
        self._scalar = (float(f), float(g), abs(float(r))) if f.shape == r.shape == (1, 1) else None
        self._flow, self._shift, self._root = f.to(dtype), g.to(dtype).unsqueeze(-1), r.to(dtype)
        self._buffers = Buffers()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        if self._scalar is not None:
            flow, shift, deviation = self._scalar
            xi = self._buffers.like(x, 1).normal_(shift, deviation, generator=generator)
            torch.add(xi, x, alpha=flow, out=x)
            return
        f, g, r = (v.to(x.device, x.dtype) for v in (self._flow, self._shift, self._root))
        xi = self._buffers.like(x, r.shape[1]).normal_(generator=generator)
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
        self.timed = time is not None and any(e.has(time) for e in map)
        self._root = torch.as_tensor(root, dtype=torch.float64)
        self._kernel = kernel(tuple(map), (*states, *noises, *((time,) if self.timed else ())), dtype=dtype)
        self._buffers = Buffers()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        root = self._root.to(x.device, x.dtype)
        if root.shape == (1, 1):
            xi = self._buffers.like(x, 1).normal_(0, abs(float(root)), generator=generator)
        else:
            xi = root @ self._buffers.like(x, root.shape[1]).normal_(generator=generator)
        for row, new in zip(x, self._kernel(*x, *xi, *((t,) if self.timed else ())), strict=True):
            row.copy_(new)


class SquaredBesselStep:
    """Exact step of x = out(y), y a square-root process dy = (δ + 2βy) dt + 2√y dW: y ← v χ′²_δ(y e^{2βh}/v),
    v = (e^{2βh} − 1)/(2β), by a Poisson mixture of gamma laws.

    into, out: y as an expression in `state`, and x as one in the symbol `y`. For δ < 2 paths are reflected at 0.
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
        if bool(torch.isnan(rate).any()):
            x[0].fill_(math.nan)
            return
        shape = torch.poisson(rate, generator=generator).add_(self.delta / 2)
        y = torch._standard_gamma(shape, generator=generator).mul_(2 * self._spread)  # pyright: ignore[reportPrivateImportUsage]
        x[0].copy_(self._out(y))
