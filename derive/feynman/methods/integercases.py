"""An integer in a frequency, by cases: the first values by themselves, then the formula for all others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.methods.circle import periods
from derive.feynman.methods.harmonics import SECONDS, harmonics, integers, waves_and_rest
from derive.feynman.methods.residues import sampler
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search, Solved
from derive.feynman.steps import lemma
from derive.printing import plain
from derive.rules.integercases import IntegerCases as Rule

MOST_CASES = 5


class IntegerCases:
    """n = low, …, N − 1 one by one, n = N − 1 + p with a positive p besides: no sign or exception is left to find."""

    name = "cases of an integer"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value by cases; nothing where the general formula holds from the first integer on."""
        for n in integers(problem):
            low = _lowest(n, problem.given)
            if low is None:
                continue
            first = max(1, low, _first(problem, n, search))
            if (first == low == 1 and n.is_positive) or first - low > MOST_CASES:
                continue
            p = sp.Symbol(n.name, integer=True, positive=True)
            general = search.solve(problem.xreplace({n: p + (first - 1)}), 0.5)
            if general is None or general.proposal.conditions:
                return
            found: list[Solved] = []
            for j in range(low, first):
                solved = search.solve(problem.xreplace({n: sp.Integer(j)}), 0.5)
                if solved is None:
                    return
                found.append(solved)
            formula = general.value.xreplace({p: n - (first - 1)})
            merged = [low + i for i, one in enumerate(found) if _same(formula, n, low + i, one.value, search)]
            rule = Rule(n, p, low, first, tuple(merged))
            start = Derivation(problem.integral, problem.given)
            try:
                steps = start.by(rule, lemma(general), *map(lemma, found))
            except DeriveError:
                return
            guessed = any(one.guessed for one in (general, *found))
            route = f"{general.proposal.route}, {plain(n)} ≥ {first}" if first > low else general.proposal.route
            yield Proposal(steps.last, route, steps.qed(), guessed=guessed)
            return


def _lowest(n: sp.Symbol, given: tuple[Any, ...]) -> int | None:
    """The least integer that the assumptions admit, if they say so."""
    for low in (2, 1, 0):
        if sign_of(n - low + sp.Rational(1, 2), given) == 1:
            return low
    return None


def _first(problem: Problem, n: sp.Symbol, search: Search) -> int:
    """The integer from which all coefficients follow the general formula, as the power series tell; 1 without any."""
    sample = sampler(problem)
    p = sp.Symbol(n.name, integer=True, positive=True)
    shifted = problem.xreplace({n: p + MOST_CASES})
    for view in periods(shifted, sample) if sample is not None else ():
        terms = search.limited(SECONDS, harmonics, view, shifted, sample)
        if terms is not None:
            return max([1, *(_least(term.degree, max(1, term.start), p) + MOST_CASES for term in terms[1])])
    products = [
        waves_and_rest(term, problem.variable)
        for term in sp.Add.make_args(sp.expand(shifted.integrand, power_exp=False))
    ]
    degrees = {m for found in products if found is not None for _, m in found[0]}
    return max([1, *(_least(m, 1, p) + MOST_CASES for m in degrees)])


def _least(degree: Any, bound: int, p: sp.Symbol) -> int:
    """The least p with degree ≥ bound, degree = cp + d."""
    c = degree.coeff(p, 1)
    d = sp.expand(degree - c * p)
    if not (c.is_Integer and c > 0 and d.is_Integer):
        return -MOST_CASES
    return int(sp.ceiling((bound - d) / c))


def _same(formula: Any, n: sp.Symbol, j: int, value: Any, search: Search) -> bool:
    """Whether the formula gives this value, too."""
    here = formula.xreplace({n: sp.Integer(j)})
    if here.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return False
    return search.limited(1.5, lambda: sp.simplify(here - value) == 0) is True
