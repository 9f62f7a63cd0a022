"""A power of the cosine times a wave (Cauchy's integral): the reciprocal Beta function.

∫_{−π/2}^{π/2} cos^p x e^{ibx} dx = π Γ(p + 1)/(2^p Γ(1 + (p + b)/2) Γ(1 + (p − b)/2)), Re p > −1 (DLMF 5.12.5);
for sin^p x on (0, π) the same with the phase b π/2: x = π/2 + y.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

HALF = sp.pi / 2


class CauchyBeta:
    """The method, on the ranges (0, π/2) and (−π/2, π/2) for powers of the cosine, (0, π) for those of the sine."""

    name = "Cauchy's Beta integral"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The closed form, if the integrand is c·cos^p x·cos bx or c·sin^p x·(sin bx or cos bx)."""
        x = problem.variable
        outer, inner = problem.integrand.as_independent(x, as_Add=False)
        found = _power_and_wave(inner, x)
        if found is None:
            return
        power, p, wave, b = found
        ends = problem.lower, problem.upper
        if power is sp.cos and wave is sp.cos and ends in ((0, HALF), (-HALF, HALF)):
            share = sp.Rational(1, 2) if ends[0] == 0 else sp.S.One
        elif power is sp.sin and ends == (0, sp.pi):
            share = wave(b * HALF)
        else:
            return
        value = outer * share * sp.pi * sp.gamma(p + 1) / (2**p * sp.gamma(1 + (p + b) / 2) * sp.gamma(1 + (p - b) / 2))
        steps = Derivation(problem.integral, problem.given).to(value, f"{self.name} (DLMF 5.12.5)")
        yield Proposal(value, self.name, steps)


def _power_and_wave(f: Any, x: sp.Symbol) -> tuple[Any, Any, Any, Any] | None:
    """(sin or cos, p, sin or cos, b) of f = sin^p x or cos^p x times sin bx or cos bx, x-free factors left aside."""
    factors = sp.Mul.make_args(f)
    if len(factors) != 2:
        return None
    for first, second in (factors, factors[::-1]):
        base, p = first.as_base_exp()
        if not (isinstance(base, (sp.sin, sp.cos)) and base.args[0] == x) or x in p.free_symbols:
            continue
        b = second.args[0] / x if isinstance(second, (sp.sin, sp.cos)) else x
        if x not in b.free_symbols and not (p.is_Integer and b.is_Integer):
            return base.func, p, second.func, b
    return None
