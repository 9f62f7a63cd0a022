"""One step of a scheme on a block of paths, in place.

A block is a tensor (n, paths): one contiguous row for each state. Noise is drawn by the step itself, into buffers that
are kept from step to step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import sympy as sp
import torch
from torch import Tensor

from numerics.kernel.in_place import Buffers
from numerics.simulate.errors import SimulationError
from numerics.simulate.noise import Increments, draw
from numerics.simulate.normals import Normals
from numerics.simulate.schemes import Scheme
from numerics.simulate.update import update


class Step(Protocol):
    """Law: `advance` replaces x by a draw from (an approximation of) the transition law over the step."""

    h: float
    words: str

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        """x ← the state a step after t; x has the shape (n, paths)."""
        ...


@dataclass
class Bound:
    """What was made for a block, kept for as long as the block stays the same tensor."""

    block: Tensor | None = None
    made: Any = None

    def to(self, x: Tensor, make: Callable[[], Any]) -> Any:
        """make() for a new block, else what was made for it."""
        if self.block is not x:
            self.block, self.made = x, make()
        return self.made


class SchemeStep:
    """A scheme as a program in place, with the number h put in.

    noise_dtype: the dtype in which normals are drawn; float32 is twice as fast as float64, its normals have 24 bits
    and end at 6.7 standard deviations (see `normals`; at 5.8 where torch draws them). terms: of the Fourier series of
    the Lévy areas. compiled: the update (not the noise) goes through torch.compile, which fuses it into one loop; its
    code is made on the first step.
    """

    def __init__(
        self,
        scheme: Scheme,
        h: float,
        dtype: torch.dtype,
        noise_dtype: torch.dtype | None = None,
        terms: int = 1,
        compiled: bool = False,
    ) -> None:
        s = scheme.system
        self.scheme, self.h, self.words, self.terms = scheme, h, scheme.words, terms
        self.noise_dtype = noise_dtype or dtype
        self._update = update(_at(scheme, h), (*s.states, *scheme.w, *scheme.z, *scheme.area), s.time, dtype, compiled)
        self._buffers, self._bound, self._normals = Buffers(), Bound(), Normals()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        s = self.scheme
        w = self._buffers.like(x, len(s.w), self.noise_dtype)
        if not (s.z or s.area) and self.noise_dtype == x.dtype:
            draw(self.h, w, generator, normals=self._normals)
            self._bound.to(x, lambda: self._update.bind([*x, *w], x))(t)
            return
        noise = draw(self.h, w, generator, bool(s.z), s.pairs, self.terms, self._normals)
        if self.noise_dtype != x.dtype:
            noise = Increments(noise.h, *(v if v is None else v.to(x.dtype) for v in (noise.w, noise.z, noise.area)))
        self.apply(x, t, noise)

    def apply(self, x: Tensor, t: float, noise: Increments) -> None:
        """x ← Φ(x, t; noise) for given increments, which must span the step h of this step."""
        rows = [*x, *noise.w]
        if self.scheme.z:
            rows += [*_there(noise.z)]
        if self.scheme.area:
            rows += [*_there(noise.area)]
        self._update.bind(rows, x)(t)


def _at(scheme: Scheme, h: float) -> tuple[Any, ...]:
    """Φ with the number h put in."""
    return tuple(sp.sympify(e).xreplace({scheme.h: sp.Float(h, 17)}) for e in scheme.map)


def _there(value: Tensor | None) -> Tensor:
    if value is None:
        raise SimulationError("the scheme needs Z = ∫W ds or Lévy areas, which were not drawn")
    return value


class SeparatedStep:
    """A scalar scheme that is linear in its noise, Φ = P + Q w, in few operations: Φ = Q̂ (R + v) + S with Q = q Q̂ and
    P = Q̂ R + S (`factored`), where v = r₀ + q w is drawn at once, r₀ the constant term of R; v = q w if the normals are
    drawn in another dtype, in which r₀ would lose its digits."""

    def __init__(
        self,
        scheme: Scheme,
        parts: tuple[Any, Any, Any, Any],
        h: float,
        dtype: torch.dtype,
        compiled: bool = False,
        noise_dtype: torch.dtype | None = None,
    ) -> None:
        s = scheme.system
        self.h, self.words, self.noise_dtype = h, scheme.words, noise_dtype or dtype
        scale, slope, ratio, rest = parts
        mean, ratio = ratio.as_coeff_Add() if self.noise_dtype == dtype else (sp.S.Zero, ratio)
        v = scheme.w[0]
        step = rest + slope * (v + ratio)
        self._moments = float(mean), float(scale) * math.sqrt(h)
        self._update = update((step,), (*s.states, v), s.time, dtype, compiled)
        self._buffers, self._bound, self._normals = Buffers(), Bound(), Normals()

    def advance(self, x: Tensor, t: float, generator: torch.Generator | None) -> None:
        self._bound.to(x, lambda: self._on(x))(t, generator)

    def _on(self, x: Tensor) -> Callable[[float, torch.Generator | None], None]:
        """Noise and update on a block, with nothing left to look up from step to step."""
        v, (mean, deviation) = self._buffers.like(x, 1), self._moments
        drawn = v if self.noise_dtype == x.dtype else self._buffers.like(x, 1, self.noise_dtype)
        fill, move = self._normals.fill, self._update.bind([x[0], v[0]], x)

        def step(t: float, generator: torch.Generator | None) -> None:
            fill(drawn, mean, deviation, generator)
            if drawn is not v:
                v.copy_(drawn)
            move(t)

        return step


def factored(p: Any, q: Any, x: sp.Symbol) -> tuple[Any, Any, Any, Any]:
    """(c, Q̂, R, S) with q = c Q̂ and p = Q̂ R + S, c a number ≥ 0: R = ±p and S = 0 for a number q; the division of
    polynomials in x with numbers as coefficients, unless it would cost digits; else R = 0, S = p."""
    divided = not q.free_symbols
    scale, slope, ratio, rest = q, sp.S.One, p, sp.S.Zero
    if (p.free_symbols | q.free_symbols) == {x} == q.free_symbols and p.is_polynomial(x) and q.is_polynomial(x):
        above, below = (sp.Poly(_exact(e), x) for e in (p, q))
        parts = sp.div(above, below.monic())
        size = 10 * max(map(abs, above.all_coeffs()))
        divided = all(abs(c) <= size for part in parts for c in part.all_coeffs())
        scale, slope, ratio, rest = below.LC(), *(e.as_expr() for e in (below.monic(), *parts))
    if not divided:
        scale, slope = (sp.S.One, q) if q.is_Add else q.as_independent(x, as_Add=False)
        scale, slope = (sp.S.One, q) if scale.free_symbols else (scale, slope)
        ratio, rest = sp.S.Zero, p
    return (-scale, -slope, -ratio, rest) if scale < 0 else (scale, slope, ratio, rest)


def _nested(e: Any, x: sp.Symbol) -> Any:
    """Polynomials with numbers as coefficients in Horner's form."""
    return sp.horner(_exact(e)) if e.free_symbols == {x} and e.is_polynomial(x) else e


def _exact(e: Any) -> Any:
    """Decimal fractions as the rational numbers that they are, in which polynomials divide without roundings."""
    return e.xreplace({f: sp.Rational(f) for f in e.atoms(sp.Float)})


def separated(
    scheme: Scheme, h: float, dtype: torch.dtype, compiled: bool = False, noise_dtype: torch.dtype | None = None
) -> SeparatedStep | None:
    """The step as P + Q w; None for several states or noises, and for schemes that are not linear in the noise."""
    parts = _parted(scheme, h)
    return None if parts is None else SeparatedStep(scheme, parts, h, dtype, compiled, noise_dtype)


@lru_cache(maxsize=256)
def _parted(scheme: Scheme, h: float) -> tuple[Any, Any, Any, Any] | None:
    """(q, Q̂, R, S) of a scheme that is linear in its one noise."""
    s = scheme.system
    if s.n != 1 or s.m != 1 or scheme.z or scheme.area:
        return None
    (step,), w, x = _at(scheme, h), scheme.w[0], s.states[0]
    slope = sp.diff(step, w)
    if slope.has(w):
        return None
    scale, slope, ratio, rest = factored(sp.expand(step.subs(w, 0)), slope, x)
    return scale, _nested(slope, x), _nested(ratio, x), rest
