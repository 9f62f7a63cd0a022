"""Linearity: constants in front of the integral, and sums whose terms converge each for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.simplify.fu import TR8

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.rules import Algebra, Linearity

MOST_TERMS = 8


class ByTerms:
    """∫ (c f + d g) = c ∫ f + d ∫ g, with the convergence of every term seen by the oracle first."""

    name = "linearity"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The sum of the integrals of the terms."""
        x = problem.variable
        for whole in _forms(problem.integrand, search):
            constant, f = whole.as_independent(x, as_Add=False)
            terms = sp.Add.make_args(f)
            if (len(terms) == 1 and constant == 1) or len(terms) > MOST_TERMS:
                continue
            parts = [_split(constant * term, x) for term in terms]
            problems = [problem.with_(integrand=body) for _, body in parts]
            if len(terms) > 1 and not all(_converges(part, search) for part in problems):
                continue
            found = []
            for index, part in enumerate(problems):
                solved = search.solve(part, 1 / (len(problems) - index + 0.3))
                if solved is None:
                    break
                found.append(solved)
            if len(found) < len(problems):
                continue
            factors = [factor for factor, _ in parts]
            value = sp.Add(*(c * one.value for c, one in zip(factors, found, strict=True)))
            line = sp.Add(*(c * part.integral for c, part in zip(factors, problems, strict=True)))
            start = Derivation(problem.integral, problem.given)
            if whole != problem.integrand:
                start = start.to(problem.with_(integrand=whole).integral, Algebra("the integrand in other words"))
            start = start.to(line, Linearity(x))
            routes = ", ".join(dict.fromkeys(one.proposal.route for one in found))
            yield Proposal(
                value,
                f"linearity, {routes}",
                continued(start, value, *found),
                tuple(dict.fromkeys(c for one in found for c in one.proposal.conditions)),
                any(one.proposal.guessed for one in found),
            )


def _forms(f: Any, search: Search) -> Iterator[Any]:
    """The integrand as it is, multiplied out, and with products of sines and cosines as sums."""
    seen = {f}
    yield f
    for expand in (sp.expand_mul, sp.expand, TR8):
        form = search.limited(1.0, expand, f)
        if form is not None and form not in seen:
            seen.add(form)
            yield form


def _split(term: Any, x: sp.Symbol) -> tuple[Any, Any]:
    return term.as_independent(x, as_Add=False)


def _converges(problem: Problem, search: Search) -> bool:
    point = search.first_point(problem)
    return point is not None and search.enclose(problem, point) is not None
