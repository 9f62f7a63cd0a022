"""A density as a result: closed form, domain, conditions, and the checks that it passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.laws.integration import by_integration

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


@dataclass(frozen=True)
class Density:
    """p(x) or p(x, t | x0, s) of an SDE.

    value: the closed form in the states (and t, x0). domain: an interval for each state. x0, s: the start of a
    transition density, None and 0 for a stationary one. mass: ∫ p, 1 unless paths are absorbed. given: conditions.
    method: how it was found. evidence: the equation and the mass, put to the test. current: the probability current of
    a stationary law on a circle, 0 elsewhere in one dimension.
    """

    sde: SDE
    value: Any
    domain: tuple[tuple[Any, Any], ...]
    method: str
    given: tuple[Any, ...]
    evidence: Evidence
    x0: tuple[Any, ...] | None = None
    s: Any = sp.S.Zero
    mass: Any = sp.S.One
    current: Any = sp.S.Zero

    @property
    def log(self) -> Any:
        """log p, taken apart into a sum."""
        return sp.expand_log(sp.log(self.value), force=True)

    @property
    def score(self) -> tuple[Any, ...]:
        """∇ log p."""
        return tuple(self.sde.tidy(sp.diff(self.log, x)) for x in self.sde.states)

    def expect(self, f: Any) -> Any:
        """∫ f p as an unevaluated integral over the domain."""
        limits = [(x, low, high) for x, (low, high) in zip(self.sde.states, self.domain, strict=True)]
        return sp.Integral(f * self.value, *limits)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle p = {latex(self.value)}$"

    def __str__(self) -> str:
        return plain(self.value)


def mass_check(value: Any, x: Any, domain: tuple[Any, Any], given: tuple[Any, ...], mass: Any = sp.S.One) -> Evidence:
    """Evidence for ∫ p dx = mass; StochasticError if it is refuted."""
    return by_integration(value, x, domain, mass, given, f"the mass is {plain(mass)}")
