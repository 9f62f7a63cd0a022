"""A power of a denominator lowered by a derivative: ∫ g/(u + c)^n = −1/(n − 1) d/dc ∫ g/(u + c)^{n−1}."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.exact import is_nonnegative
from derive.feynman.methods.families import letter
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search, Solved
from derive.feynman.steps import lemma
from derive.printing import plain
from derive.rule import Cited
from derive.rules import Algebra, Leibniz, Using
from derive.rules.places import between


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
            steps = search.limited(2.0, _by_leibniz, problem, below, solved, moving, c, constant, n, value)
            if steps is None:
                words = f"the derivative by {plain(c)} of the integral with power {plain(n - 1)}, at {plain(c)} = {{0}}"
                steps = Derivation(problem.integral, problem.given)
                steps = steps.to(value, Cited(words, (constant,)), lemma(solved), remark=f"divided by {plain(1 - n)}")
            route = f"a lower power differentiated, {solved.proposal.route}"
            yield Proposal(value, route, steps, guessed=solved.guessed)


def _by_leibniz(
    problem: Problem, below: Problem, solved: Solved, moving: Any, c: sp.Symbol, constant: Any, n: Any, value: Any
) -> Derivation | None:
    """The derivative by c pulled out of the integral for every c > 0 as a lemma, dominated by its value at c/2, and the
    integral as its special case; None where u ≥ 0 on the range is not seen, so that there is no majorant."""
    x = problem.variable
    known = (*problem.given, *between(x, problem.lower, problem.upper))
    if is_nonnegative(moving, known) is not True:
        return None
    power = (moving + c) ** (1 - n)
    g = sp.powsimp(below.integrand / power)
    line = sp.Integral(g * (moving + c) ** -n, (x, problem.lower, problem.upper))
    bound = sp.Abs(g) * (moving + c / 2) ** -n
    rule = Leibniz(c, bound, 1, (c / 2, 2 * c), g * power / (1 - n))
    general = Derivation(line, problem.given).by(rule)
    general = general.to(sp.Derivative(solved.value / (1 - n), c), Using(), lemma(solved))
    general = general.to(sp.diff(solved.value, c) / (1 - n), Algebra("the derivative")).qed()
    return Derivation(problem.integral, problem.given).to(value, Using({c: constant}), general)


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
