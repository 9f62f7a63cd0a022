"""The Kramers-Moyal expansion of a random walk: which diffusion it tends to, and what the limit drops.

References: N. van Kampen, Stochastic Processes in Physics and Chemistry, ch. 8-10; R. Pawula, Phys. Rev. 162 (1967).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import combinations_with_replacement
from typing import Any

import sympy as sp

from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.fokker_planck import square_root
from derive.stochastic.sde import SDE
from derive.stochastic.shown.readable import tidy
from derive.stochastic.walks.walk import RandomWalk


@dataclass(frozen=True)
class Neglected:
    """A term of the Kramers-Moyal expansion that the limit drops: coefficient · operator, of order spacing**order."""

    operator: str
    coefficient: Any
    order: Any

    def __str__(self) -> str:
        return f"{plain(self.coefficient)}·{plain(self.operator)}, of order {self.order} in the spacing"


@dataclass(frozen=True)
class WalkLimit(SDE):
    """The diffusion that a walk tends to: an SDE, with the scaling that led to it and what was dropped.

    scaling: "diffusive" (τ ~ h²) or "ballistic" (τ ~ h, no noise is left). neglected: the terms of the expansion that
    vanish, each with its power of the spacing; the first orders beyond the limit, not all of them. spread: the
    covariance of one jump about its mean, per time step, in leading order of the spacing (4 p q h²/τ for ±h).
    """

    scaling: str
    neglected: tuple[Neglected, ...]
    spread: sp.ImmutableDenseMatrix

    def __init__(
        self, process: SDE, scaling: str, neglected: tuple[Neglected, ...], spread: sp.ImmutableDenseMatrix
    ) -> None:
        object.__setattr__(self, "spread", spread)
        for part in fields(SDE):
            object.__setattr__(self, part.name, getattr(process, part.name))
        object.__setattr__(self, "scaling", scaling)
        object.__setattr__(self, "neglected", neglected)


def moment(walk: RandomWalk, indices: tuple[int, ...]) -> Any:
    """M_{i…k} = Σ p j_i … j_k / τ, exact in the spacing."""
    total = sp.Add(*(walk.chance_from(jump) * sp.Mul(*(jump[i] for i in indices)) for jump, _ in walk.jumps))
    return total / walk.time_step


def limit(walk: RandomWalk) -> WalkLimit:
    """The limit for spacing → 0: drift lim M_1, covariance lim M_2; the higher coefficients must vanish.

    With τ ~ h² this is the diffusive (or weakly asymmetric) limit; with τ ~ h the ballistic one, whose covariance is 0
    and whose next order is among the neglected terms. StochasticError if a coefficient diverges (fixed p ≠ ½ with
    τ ~ h²): the message says which scaling to take.
    """
    h, n = walk.spacing, len(walk.states)
    if not walk.time_step.has(h):
        raise StochasticError(
            f"the time step {plain(walk.time_step)} does not depend on the spacing {plain(h)}: say how they shrink "
            "together, "
            f"for example limit(given={{{walk.time_step}: {h}**2}})"
        )
    dropped: list[Neglected] = []
    limits = {
        index: _coefficient(walk, index, dropped)
        for k in (1, 2, 3, 4)
        for index in combinations_with_replacement(range(n), k)
    }
    drift = [limits[i,] for i in range(n)]
    covariance = sp.Matrix(n, n, lambda i, j: limits[min(i, j), max(i, j)])
    leading, order = _leading(sp.expand(walk.time_step), h)
    dropped.append(Neglected(f"∂²P/∂{plain(walk.t)}²", _short(walk, -leading / 2), order))
    root = square_root(covariance, walk.states, walk.t, walk.given)
    process = SDE(walk.states, drift, root, walk.t, None, None, 0, walk.given)
    return WalkLimit(process, "diffusive" if any(root) else "ballistic", tuple(dropped), _spread(walk))


def _spread(walk: RandomWalk) -> sp.ImmutableDenseMatrix:
    n, tau = len(walk.states), walk.time_step

    def entry(i: int, j: int) -> Any:
        exact = sp.expand(moment(walk, (i, j)) - tau * moment(walk, (i,)) * moment(walk, (j,)))
        leading, order = _leading(exact, walk.spacing)
        return _short(walk, leading * walk.spacing**order)

    return sp.ImmutableDenseMatrix(n, n, entry)


def _coefficient(walk: RandomWalk, index: tuple[int, ...], dropped: list[Neglected]) -> Any:
    """lim M_index; what is beyond the limit goes to `dropped` by its leading power of the spacing."""
    h = walk.spacing
    value = sp.expand(moment(walk, index))
    leading, order = _leading(value, h)
    name = operator(index, walk.states)
    if leading == 0:
        return sp.S.Zero
    if sp.sympify(order).is_negative:
        raise StochasticError(
            f"the coefficient of {name} grows as {plain(h)}**({plain(order)}) for {plain(h)} → 0: this scaling has no "
            "limit. "
            + (
                "The mean jump is not small: take a time step of order spacing (ballistic), or an asymmetry of "
                "order spacing (weakly asymmetric)"
                if len(index) == 1
                else "Take a larger time step"
            )
        )
    factor = sp.Integer(-1) ** len(index) / _multiplicity(index)
    if order == 0 and len(index) <= 2:
        rest, further = _leading(sp.expand(value - leading), h)
        if rest != 0:
            dropped.append(Neglected(f"{name}", _short(walk, factor * rest), further))
        return _short(walk, leading)
    if order == 0:
        raise StochasticError(
            f"the coefficient of {name} does not vanish for {plain(h)} → 0: by Pawula's theorem the limit is no "
            "diffusion"
        )
    dropped.append(Neglected(name, _short(walk, factor * leading), order))
    return sp.S.Zero


def _short(walk: RandomWalk, expr: Any) -> Any:
    """In a short form; a derivative that a series left at an inner point is taken there."""
    inner = expr.doit() if isinstance(expr, sp.Basic) and expr.has(sp.Subs) else expr
    return tidy(inner, (*walk.states, walk.t), walk.given)


def operator(index: tuple[int, ...], states: tuple[sp.Symbol, ...]) -> str:
    """∂³/∂x²∂y acting on (M P), in words."""
    counts = {states[i].name: index.count(i) for i in index}
    power = {1: "", 2: "²", 3: "³", 4: "⁴"}
    below = "".join(f"∂{name}{power[count]}" for name, count in counts.items())
    return f"∂{power[len(index)]}P/{below}"


def _multiplicity(index: tuple[int, ...]) -> Any:
    return sp.Mul(*(sp.factorial(index.count(i)) for i in set(index)))


def _leading(expr: Any, h: sp.Symbol) -> tuple[Any, Any]:
    """(coefficient, power) of the lowest power of h; (0, 0) for 0."""
    if is_zero(expr) is True:
        return sp.S.Zero, sp.S.Zero
    positive = sp.Dummy("h", positive=True)
    e = sp.powsimp(sp.expand(expr.subs(h, positive)))
    by_power: dict[Any, Any] = {}
    for term in sp.Add.make_args(e):
        coefficient, power = term.as_independent(positive, as_Add=False)
        exponent = power.as_base_exp()
        if power == 1:
            key = sp.S.Zero
        elif exponent[0] == positive and not exponent[1].has(positive):
            key = exponent[1]
        else:
            lead, key = sp.series(e, positive, 0, 6).removeO().leadterm(positive)
            return lead, key
        by_power[key] = by_power.get(key, sp.S.Zero) + coefficient
    kept = {key: value for key, value in by_power.items() if is_zero(value) is not True}
    if not kept:
        return sp.S.Zero, sp.S.Zero
    lowest = min(kept, key=sp.N)
    return kept[lowest], lowest
