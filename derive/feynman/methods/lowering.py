"""A power of a denominator lowered by a derivative: ∫ g/(u + c)^n = −1/(n − 1) d/dc ∫ g/(u + c)^{n−1}."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.families import letter
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import lemma
from derive.printing import plain
from derive.rule import Cited


class Lowering:
    """Feynman's trick backwards: the integral is a derivative of an easier one by the constant of a denominator."""

    name = "powers of denominators"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value by the first denominator (u + c)^n, n ≥ 2 whole, c > 0, whose lower power is solved."""
        f = problem.integrand
        for power, constant, moving in denominators(problem):
            c = letter()[0]
            n = -power.exp
            below = problem.with_(integrand=f / power * (moving + c) ** (1 - n))
            solved = search.solve(below, 0.7)
            if solved is None or solved.value.has(sp.Piecewise):
                continue
            value = search.limited(2.0, _derived, solved.value, c, constant, n)
            if value is None or value.has(sp.nan, sp.zoo, sp.oo, sp.Subs, sp.Derivative):
                continue
            words = f"the derivative by {plain(c)} of the integral with the power {plain(n - 1)}, at {plain(c)} = {{0}}"
            steps = Derivation(problem.integral, problem.given)
            steps = steps.to(value, Cited(words, (constant,)), lemma(solved), remark=f"divided by {plain(1 - n)}")
            route = f"a lower power differentiated, {solved.proposal.route}"
            yield Proposal(value, route, steps, guessed=solved.guessed)


def denominators(problem: Problem) -> Iterator[tuple[Any, Any, Any]]:
    """((u + c)^{−n}, c, u) for the polynomial denominators in the variable with n ≥ 2 whole and a constant c > 0."""
    x = problem.variable
    for power in sorted(problem.integrand.atoms(sp.Pow), key=sp.default_sort_key):
        if not (power.exp.is_Integer and power.exp <= -2 and power.base.is_Add and power.base.has(x)):
            continue
        constant, moving = power.base.as_independent(x, as_Add=True)
        if constant.is_positive and moving.is_polynomial(x):
            yield power, constant, moving


def _derived(value: Any, c: sp.Symbol, constant: Any, n: Any) -> Any:
    return sp.simplify((sp.diff(value, c) / (1 - n)).subs(c, constant))
