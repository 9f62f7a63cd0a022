"""Schemes as symbolic maps of one step: X_{k+1} = Φ(X_k, t_k; W, Z, A), W the increment of the noise over the step,
Z = ∫ W ds, A the Lévy areas.

References: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, ch. 10-11 and sec. 14.2;
A. Rößler, SIAM J. Numer. Anal. 48 (2010) 922, SRA1 (table 6.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import sympy as sp

from numerics.simulate.errors import SimulationError
from numerics.simulate.system import System


@dataclass(frozen=True)
class Scheme:
    """map: Φ, an entry for each state. w, z, area: the symbols of W_k, Z_k and of A_jk for the pairs j < k (empty where
    not needed). h: the symbol of the step. order: the strong order. words: what it is."""

    system: System
    map: tuple[Any, ...]
    h: sp.Symbol
    w: tuple[sp.Symbol, ...]
    order: float
    words: str
    z: tuple[sp.Symbol, ...] = ()
    area: tuple[sp.Symbol, ...] = ()
    pairs: tuple[tuple[int, int], ...] = field(default=())


def _symbols(s: System) -> tuple[sp.Symbol, tuple[sp.Symbol, ...]]:
    return sp.Dummy("h", positive=True), tuple(sp.Dummy(f"w{k}", real=True) for k in range(s.m))


def _noise(b: Any, i: int, w: Sequence[Any]) -> Any:
    return sp.Add(*(b[i, k] * w[k] for k in range(len(w))))


def euler(s: System) -> Scheme:
    """X + a h + B W. Strong order 1/2, and 1 for additive noise; weak order 1."""
    h, w = _symbols(s)
    step = tuple(x + a * h + _noise(s.diffusion, i, w) for i, (x, a) in enumerate(zip(s.states, s.drift, strict=True)))
    return Scheme(s, step, h, w, 1.0 if s.additive else 0.5, "Euler-Maruyama")


def milstein(s: System) -> Scheme:
    """X + a h + B W + Σ_jk (L^j B_k) I_jk, I_jk = ½ (W_j W_k − δ_jk h) + A_jk. Strong order 1.

    For commuting noise the antisymmetric A drops out; else it is approximated (see `levy`).
    """
    h, w = _symbols(s)
    general = not s.commutes()
    pairs = tuple(combinations(range(s.m), 2)) if general else ()
    area = tuple(sp.Dummy(f"A{j}{k}", real=True) for j, k in pairs)
    antisymmetric = {(j, k): a for (j, k), a in zip(pairs, area, strict=True)}
    step = []
    for i, x in enumerate(s.states):
        total = x + s.drift[i] * h + _noise(s.diffusion, i, w)
        for j in range(s.m):
            for k in range(s.m):
                slope = s.along(j, s.diffusion[i, k])
                integral = (w[j] * w[k] - (h if j == k else 0)) / 2
                integral += antisymmetric.get((j, k), 0) - antisymmetric.get((k, j), 0)
                total += slope * integral
        step.append(total)
    words = "Milstein, Lévy areas approximated" if general else "Milstein, commuting noise"
    return Scheme(s, tuple(step), h, w, 1.0, words, (), area, pairs)


def heun(s: System) -> Scheme:
    """Stratonovich: X̃ = X + ā h + B W, X + ½ (ā + ā(X̃)) h + ½ (B + B(X̃)) W, ā the Stratonovich drift of the same
    process. Strong order 1 for commuting noise, else 1/2; weak order 1."""
    h, w = _symbols(s)
    drift = s.stratonovich_drift
    ahead = {x: x + a * h + _noise(s.diffusion, i, w) for i, (x, a) in enumerate(zip(s.states, drift, strict=True))}
    later = {**ahead, s.time: s.time + h}
    drift_later = [a.xreplace(later) for a in drift]
    diffusion_later = s.diffusion.xreplace(later)
    step = tuple(
        x + (drift[i] + drift_later[i]) * h / 2 + (_noise(s.diffusion, i, w) + _noise(diffusion_later, i, w)) / 2
        for i, x in enumerate(s.states)
    )
    return Scheme(s, step, h, w, 1.0 if s.commutes() else 0.5, "Heun, Stratonovich")


def srk(s: System) -> Scheme:
    """Rößler's SRA1 for additive noise: H = X + ¾ a h + (3/2) B(t+h) Z/h,
    X + (⅓ a + ⅔ a(t + ¾h, H)) h + B(t+h) (W − Z/h) + B(t) Z/h. Strong order 3/2."""
    if not s.additive:
        raise SimulationError(
            "the scheme 'srk' of strong order 3/2 is for additive noise; the diffusion depends on the states: take "
            "'milstein' or 'heun', or change variables to unit noise (Lamperti)"
        )
    h, w = _symbols(s)
    z = tuple(sp.Dummy(f"z{k}", real=True) for k in range(s.m))
    end = s.diffusion.xreplace({s.time: s.time + h})
    ratio = [v / h for v in z]
    middle = {
        x: x + sp.Rational(3, 4) * s.drift[i] * h + sp.Rational(3, 2) * _noise(end, i, ratio)
        for i, x in enumerate(s.states)
    }
    middle[s.time] = s.time + sp.Rational(3, 4) * h
    step = tuple(
        x
        + (a + 2 * a.xreplace(middle)) * h / 3
        + _noise(end, i, [p - q for p, q in zip(w, ratio, strict=True)])
        + _noise(s.diffusion, i, ratio)
        for i, (x, a) in enumerate(zip(s.states, s.drift, strict=True))
    )
    return Scheme(s, step, h, w, 1.5, "stochastic Runge-Kutta SRA1, additive noise", z)


def taylor2(s: System) -> Scheme:
    """The Taylor scheme of weak order 2: Milstein's step + ½ L⁰a h² + ½ h Σ_j (L⁰B_j + L^j a) W_j, for
    |E f(X_h) − E f(X)| = O(h²); strong order 1. For coefficients that are twice differentiable."""
    base = milstein(s)
    h, w = base.h, base.w
    step = []
    for i, whole in enumerate(base.map):
        slopes = [s.generator(s.diffusion[i, j]) + s.along(j, s.drift[i]) for j in range(s.m)]
        mixed = sp.Add(*(e * v for e, v in zip(slopes, w, strict=True)))
        step.append(whole + s.generator(s.drift[i]) * h**2 / 2 + mixed * h / 2)
    if any(e.has(sp.DiracDelta) for e in step):
        raise SimulationError(
            "the scheme 'taylor2' needs second derivatives of drift and diffusion, which are not smooth: take 'euler' "
            "or 'heun'"
        )
    words = "Taylor, weak order 2" + (", Lévy areas approximated" if base.area else "")
    return replace(base, map=tuple(step), words=words)


SCHEMES: dict[str, Callable[[System], Scheme]] = {
    "euler": euler,
    "milstein": milstein,
    "heun": heun,
    "srk": srk,
    "taylor2": taylor2,
}


@lru_cache(maxsize=256)
def scheme(s: System, method: str) -> Scheme:
    """The scheme of that name, kept for the next time; SimulationError lists the names."""
    if method not in SCHEMES:
        raise SimulationError(f"method {method!r} is none of {', '.join(SCHEMES)}")
    return SCHEMES[method](s)
