"""The persistent (correlated) walk: each step repeats the last one with probability c, and turns back otherwise.

Steps have the correlation ρᵏ, ρ = 2c − 1, so Var X_n = h² (n (1 + ρ)/(1 − ρ) − 2ρ (1 − ρⁿ)/(1 − ρ)²). For fixed c the
diffusion limit has b² = (1 + ρ)/(1 − ρ) · h²/τ; for c = 1 − λτ, h = vτ the law obeys the telegraph equation
p_tt + 2λ p_t = v² p_xx. References: R. Fürth (1920); G. Taylor (1922); M. Kac, Rocky Mt. J. Math. 4 (1974) 497.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled
from derive.stochastic.errors import StochasticError
from derive.stochastic.sde import SDE

PLACE, TIME = sp.symbols("x t")


@dataclass(frozen=True)
class PersistentWalk:
    """Jumps ±spacing, the first with either sign alike, each repeated with probability `persistence`."""

    persistence: Any
    spacing: sp.Symbol
    time_step: Any
    state: sp.Symbol = PLACE
    t: sp.Symbol = TIME

    def __post_init__(self) -> None:
        chance = side(self.persistence)
        if chance.is_negative or (1 - chance).is_negative:
            raise StochasticError(f"the persistence {plain(chance)} is a probability: give one between 0 and 1")

    @property
    def correlation(self) -> Any:
        """ρ = 2c − 1: E[ξ_i ξ_{i+k}] = ρᵏ for the signs ξ of the jumps."""
        return 2 * side(self.persistence) - 1

    def variance(self, steps: Any) -> Any:
        """Var X_n, from Σ_{i,j} ρ^{|i−j|}; n (the number of steps) may be a symbol."""
        n, r, h = side(steps), self.correlation, self.spacing
        if r == 1:
            return h**2 * n**2
        return h**2 * (n * (1 + r) / (1 - r) - 2 * r * (1 - r**n) / (1 - r) ** 2)

    def probabilities(self, steps: int) -> dict[int, Any]:
        """The exact law after so many steps, by the master equation for place and direction."""
        c, half = side(self.persistence), sp.S.Half
        law: dict[tuple[int, int], Any] = {(1, 1): half, (-1, -1): half} if steps else {(0, 1): sp.S.One}
        for _ in range(int(steps) - 1):
            after: dict[tuple[int, int], Any] = {}
            for (site, way), mass in law.items():
                for turn, chance in ((way, c), (-way, 1 - c)):
                    after[site + turn, turn] = after.get((site + turn, turn), sp.S.Zero) + mass * chance
            law = after
        total: dict[int, Any] = {}
        for (site, _), mass in law.items():
            total[site] = sp.expand(total.get(site, sp.S.Zero) + mass)
        return {site: mass for site, mass in sorted(total.items()) if mass != 0}

    def limit(self) -> SDE:
        """dX = b dW with b² = lim (1 + ρ)/(1 − ρ) h²/τ; StochasticError where that is 0 or infinite.

        The step correlations must not depend on the spacing: else see `telegraph`.
        """
        r, h = self.correlation, self.spacing
        if r.has(h):
            raise StochasticError("the persistence depends on the spacing: the limit is the telegraph equation")
        rate = sp.limit((1 + r) / (1 - r) * h**2 / side(self.time_step), h, 0, "+")
        if rate == 0 or rate.is_finite is False:
            raise StochasticError(f"b² = lim (1 + ρ)/(1 − ρ) h²/τ is {plain(rate)}: take τ of order h² and 0 < c < 1")
        return SDE(self.state, 0, sp.powdenest(sp.sqrt(sp.factor(rate)), force=True), self.t)

    def telegraph(self, p: Any = None) -> tuple[Any, Evidence]:
        """(p_tt + 2λ p_t = v² p_xx, evidence) for h = vτ and c = 1 − λτ + o(τ), τ → 0.

        Evidence: the two directions obey p±(x, t + τ) = c p±(x ∓ h, t) + (1 − c) p∓(x ∓ h, t); expanded to first order
        they give ∂_t p± ± v ∂_x p± = −λ (p± − p∓), and eliminating the difference gives the equation. StochasticError
        if h/τ or (1 − c)/τ has no limit.
        """
        h, tau = self.spacing, side(self.time_step)
        v, lam = (sp.limit(e / tau, h, 0, "+") for e in (h, 1 - side(self.persistence)))
        if v.is_finite is False or lam.is_finite is False or v == 0:
            raise StochasticError(
                f"h/τ → {plain(v)} and (1 − c)/τ → {plain(lam)}: the telegraph equation needs both finite, v > 0"
            )
        x, t = self.state, self.t
        u = (sp.Function("p") if p is None else p)(x, t)
        up, down = (sp.Function(name)(x, t) for name in ("p_up", "p_down"))
        rates = {
            sp.Derivative(up, t): -v * sp.diff(up, x) - lam * (up - down),
            sp.Derivative(down, t): v * sp.diff(down, x) - lam * (down - up),
        }

        def rate(e: Any) -> Any:
            moved = sp.S.Zero
            for f in (up, down):
                for k in range(3):
                    slot = f if k == 0 else sp.Derivative(f, (x, k))
                    moved += sp.diff(e, slot) * sp.diff(rates[sp.Derivative(f, t)], x, k)
            return moved

        first = rate(up + down)
        second = rate(sp.expand(first))
        left = sp.expand(second + 2 * lam * first)
        proof = settled(sp.expand(left - v**2 * sp.diff(up + down, x, 2)), sp.S.Zero, (), "eliminating the directions")
        equation = sp.Eq(sp.Derivative(u, (t, 2)) + 2 * lam * sp.Derivative(u, t), v**2 * sp.Derivative(u, (x, 2)))
        return equation, proof
