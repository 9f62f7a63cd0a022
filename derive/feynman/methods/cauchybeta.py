"""A power of the cosine times a wave (Cauchy's integral): the reciprocal Beta function.

∫_{−π/2}^{π/2} cos^p x e^{ibx} dx = π Γ(p + 1)/(2^p Γ(1 + (p + b)/2) Γ(1 + (p − b)/2)), Re p > −1 (DLMF 5.12.5);
for sin^p x on (0, π) the same with the phase b π/2: x = π/2 + y.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.simplify.fu import TR8

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

HALF = sp.pi / 2
SECONDS = 2.0


class CauchyBeta:
    """The method, on the ranges (0, π/2) and (−π/2, π/2) for powers of the cosine, (0, π) for those of the sine."""

    name = "Cauchy's Beta integral"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The sum of the closed forms, if the integrand is cos^p x or sin^p x times a sum of waves, products opened."""
        x = problem.variable
        found = _power_and_waves(problem.integrand, x)
        if found is None:
            return
        power, p, waves = found
        ends = problem.lower, problem.upper
        total = sp.S.Zero
        for c, wave, b in waves:
            if power is sp.cos and wave is sp.cos and ends in ((0, HALF), (-HALF, HALF)):
                share = sp.Rational(1, 2) if ends[0] == 0 else sp.S.One
            elif power is sp.sin and ends == (0, sp.pi):
                share = wave(b * HALF)
            else:
                return
            total += c * share / (sp.gamma(1 + (p + b) / 2) * sp.gamma(1 + (p - b) / 2))
        value = sp.pi * sp.gamma(p + 1) / 2**p * total
        if len(waves) > 1:
            value = search.limited(SECONDS, sp.gammasimp, value) or value
        steps = Derivation(problem.integral, problem.given).to(value, f"{self.name} (DLMF 5.12.5)")
        yield Proposal(value, self.name, steps)


def _power_and_waves(f: Any, x: sp.Symbol) -> tuple[Any, Any, list[tuple[Any, Any, Any]]] | None:
    """(sin or cos, p, Σ (c, sin or cos, b)) of f = sin^p x or cos^p x times Σ c sin bx or c cos bx."""
    powers, rest = [], sp.S.One
    for factor in sp.Mul.make_args(f):
        base, p = factor.as_base_exp()
        if isinstance(base, (sp.sin, sp.cos)) and base.args[0] == x and not p.is_Integer and x not in p.free_symbols:
            powers.append((base.func, p))
        else:
            rest *= factor
    if not powers:
        return _power_and_wave(f, x)
    if len(powers) != 1 or x not in rest.free_symbols:
        return None
    waves = []
    for term in sp.Add.make_args(sp.expand(TR8(rest))):
        c, moving = term.as_independent(x, as_Add=False)
        if moving == 1:
            moving = sp.cos(0 * x, evaluate=False)
        if not isinstance(moving, (sp.sin, sp.cos)):
            return None
        b = sp.expand(moving.args[0] / x) if moving.args[0] != 0 else sp.S.Zero
        if x in b.free_symbols:
            return None
        waves.append((c, moving.func, b))
    return (*powers[0], waves)


def _power_and_wave(f: Any, x: sp.Symbol) -> tuple[Any, Any, list[tuple[Any, Any, Any]]] | None:
    """The same for an integer power beside one wave of symbolic frequency."""
    c, inner = f.as_independent(x, as_Add=False)
    factors = sp.Mul.make_args(inner)
    if len(factors) != 2:
        return None
    for first, second in (factors, factors[::-1]):
        base, p = first.as_base_exp()
        if not (isinstance(base, (sp.sin, sp.cos)) and base.args[0] == x) or x in p.free_symbols:
            continue
        b = second.args[0] / x if isinstance(second, (sp.sin, sp.cos)) else x
        if x not in b.free_symbols and not b.is_Integer:
            return base.func, p, [(c, second.func, b)]
    return None
