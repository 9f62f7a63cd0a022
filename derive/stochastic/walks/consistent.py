"""A random walk that has a given SDE as its limit, with the condition under which its probabilities are valid.

Reference: H. Kushner, P. Dupuis, Numerical Methods for Stochastic Control Problems in Continuous Time, ch. 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from derive.claim import side
from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.sde import SDE
from derive.stochastic.walks.walk import RandomWalk


@dataclass(frozen=True)
class ConsistentWalk:
    """A walk with a given limit, and the conditions under which its probabilities lie in [0, 1]."""

    walk: RandomWalk
    conditions: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.walk, name)

    def valid_at(self, point: dict[Any, Any]) -> bool:
        """Whether every probability lies in [0, 1] at a point (numbers for states, spacing and parameters)."""
        chances = [sp.sympify(c).subs(point) for c in (*(chance for _, chance in self.walk.jumps), self.walk.stay)]
        missing = set().union(*(c.free_symbols for c in chances))
        if missing:
            raise StochasticError(
                f"the probabilities become numbers where {plain(sorted(missing, key=str))} are given too"
            )
        return all(bool(sp.Ge(c, 0)) and bool(sp.Le(c, 1)) for c in chances)


def to_walk(sde: SDE, h: Any, time_step: Any = None) -> ConsistentWalk:
    """A walk on the grid of spacing h with the SDE as its limit, and the condition on h under which it is valid.

    Along each axis the walker jumps ±h with rate (c_ii − Σ_j |c_ij|)/2 ± a_i h/2 (divided by h²/τ), along each diagonal
    with rate |c_ij|/2 in the direction of the sign of c_ij, c = B ρ Bᵀ. All probabilities lie in [0, 1] if c is
    diagonally dominant, h |a_i| ≤ c_ii − Σ_j |c_ij|, and the rates add up to at most h²/τ. Along an axis without noise
    the walker follows the drift (upwind): ±h with rate h max(±a_i, 0). τ is a symbol of the user's choice (default:
    h²/q with q a bound on the total rate, found for constant c, a positive symbol otherwise).
    """
    spacing = h if isinstance(h, sp.Symbol) else sp.Symbol("h", positive=True)
    c, a, n = sde.covariance, sde.ito_drift, sde.n
    off = [sp.Add(*(sp.Abs(c[i, j]) for j in range(n) if j != i)) for i in range(n)]
    total = sp.Add(*(c[i, i] - off[i] / 2 for i in range(n)))
    upwind = [zero(c[i, i], sde.given) for i in range(n)]
    total += sp.Add(*(spacing * sp.Abs(a[i]) for i in range(n) if upwind[i]))
    constant = not total.has(*sde.states, sde.t, spacing)
    q = sde.tidy(total) if constant and total != 0 else sp.Symbol("q", positive=True)
    tau = spacing**2 / q if time_step is None else side(time_step)
    scale = tau / spacing**2
    jumps: list[tuple[Any, Any]] = []
    conditions: list[Any] = []
    for i in range(n):
        along = sde.tidy(c[i, i] - off[i])
        for sign in (1, -1):
            jump = tuple(sign * spacing if k == i else sp.S.Zero for k in range(n))
            rate = spacing * (sp.Abs(a[i]) + sign * a[i]) if upwind[i] else along + sign * spacing * a[i]
            if rate != 0:
                jumps.append((jump, sde.tidy(scale * rate / 2)))
        if a[i] != 0 and not upwind[i]:
            conditions.append(sp.Le(spacing * sp.Abs(a[i]), along, evaluate=False))
    for i, j in combinations(range(n), 2):
        plus, minus = (sp.Abs(c[i, j]) + c[i, j]) / 2, (sp.Abs(c[i, j]) - c[i, j]) / 2
        for amount, other in ((plus, 1), (minus, -1)):
            if amount == 0:
                continue
            for sign in (1, -1):
                jump = tuple({i: sign * spacing, j: sign * other * spacing}.get(k, sp.S.Zero) for k in range(n))
                jumps.append((jump, scale * amount / 2))
    if not (constant and total != 0):
        conditions.append(sp.Le(scale * total, 1, evaluate=False))
    if not jumps:
        raise StochasticError("nothing moves: drift and noise vanish, and there is no walk")
    walk = RandomWalk(
        [(jump if n > 1 else jump[0], chance) for jump, chance in jumps],
        spacing,
        tau,
        sde.states,
        sde.t,
        "start",
        sde.given,
    )
    return ConsistentWalk(walk, tuple(conditions))
