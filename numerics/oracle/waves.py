"""An oscillating function as Σ A(x) e^{φ(x)} with polynomial phases φ, exactly."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from numerics.oracle.hankel import hankel_waves
from numerics.oracle.letters import REMEMBERED
from numerics.oracle.scale import NoGerm

Waves = dict[sp.Expr, sp.Expr]
_CAP = 64


@lru_cache(maxsize=REMEMBERED, typed=True)
def waves(f: sp.Expr, x: sp.Symbol) -> Waves:
    """Phase → amplitude; the phase 0 holds what does not go by exponentials of polynomials.

    The answer is shared: it is not to be written to.
    Law: Σ amplitude·exp(phase) = f. Raises NoGerm where a trigonometric function of a growing argument stays inside
    another function.
    """
    if not f.has(x):
        return {sp.S.Zero: f}
    if isinstance(f, sp.Add):
        out: Waves = {}
        for a in f.args:
            _merge(out, waves(a, x))
        return out
    if isinstance(f, sp.Mul):
        out = {sp.S.Zero: sp.S.One}
        for a in f.args:
            out = _times(out, waves(a, x), f)
        return out
    if (
        isinstance(f, sp.Pow)
        and f.exp.is_Integer
        and 0 < f.exp <= 16
        and f.base.has(sp.sin, sp.cos, sp.exp, sp.besselj)
    ):
        base = waves(f.base, x)
        out = {sp.S.Zero: sp.S.One}
        for _ in range(int(f.exp)):
            out = _times(out, base, f)
        return out
    if isinstance(f, sp.exp) and _is_phase(f.args[0], x):
        return {sp.expand(f.args[0]): sp.S.One}
    if isinstance(f, sp.sin | sp.cos) and _is_phase(f.args[0], x):
        phase = sp.expand(sp.I * f.args[0])
        half = sp.Rational(1, 2)
        if isinstance(f, sp.cos):
            return {phase: half, sp.expand(-phase): half}
        return {phase: -sp.I * half, sp.expand(-phase): sp.I * half}
    if isinstance(f, sp.sinc) and _is_phase(f.args[0], x):
        return waves(sp.sin(f.args[0]) / f.args[0], x)
    if isinstance(f, sp.sinh | sp.cosh) and _is_phase(f.args[0], x):
        return waves(f.rewrite(sp.exp), x)
    if isinstance(f, sp.besselj | sp.bessely) and f.args[0].is_real and _multiple(f.args[1], x):
        return hankel_waves(f)
    if any(_is_phase(e.args[-1], x) for e in f.atoms(sp.sin, sp.cos, sp.sinc, sp.besselj, sp.bessely)):
        raise NoGerm(f, "a wave inside another function")
    return {sp.S.Zero: f}


def _is_phase(e: sp.Expr, x: sp.Symbol) -> bool:
    return bool(e.has(x) and e.is_polynomial(x))


def _multiple(e: sp.Expr, x: sp.Symbol) -> bool:
    """Whether e is a positive multiple of x."""
    ratio = sp.expand(e / x)
    return bool(not ratio.has(x) and ratio.is_positive)


def _merge(into: Waves, more: Waves) -> None:
    for phase, amplitude in more.items():
        into[phase] = into[phase] + amplitude if phase in into else amplitude


def _times(f: Waves, g: Waves, whole: sp.Expr) -> Waves:
    out: Waves = {}
    for p, a in f.items():
        for q, b in g.items():
            phase = sp.expand(p + q)
            out[phase] = out.get(phase, sp.S.Zero) + a * b
    if len(out) > _CAP:
        raise NoGerm(whole, "too many waves")
    return {p: a for p, a in out.items() if a != 0}
