"""A periodic factor times a rational one on a whole line: the range folded into one period (Lobachevsky's formula).

P(x + T) = P(x): ∫_{−∞}^∞ P(x) R(x) dx = ∫_{−T/2}^{T/2} P(x) Σ_n R(x + nT) dx, and ∫_0^∞ = ∫_0^{T/2} where P R is even;
the sum of the images is elementary: (π/T) cot(πx/T) for R = 1/x, Poisson's kernel for R = 1/(x² + a²).
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from numerics.oracle.folds import folded

SECONDS, SHARE = 2.0, 0.8


class Folding:
    """The method: the integral over a period with the kernel that the images of the rational factor add up to."""

    name = "folding of a periodic integrand"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value of the folded integral, where that is solved."""
        f, x = problem.integrand, problem.variable
        fold = search.limited(SECONDS, folded, f, x, problem.lower, problem.upper)
        if fold is None:
            return
        body, lower, upper = fold
        short = search.limited(SECONDS, sp.trigsimp, body)
        other = problem.with_(integrand=body if short is None else short, lower=lower, upper=upper)
        solved = search.solve(other, SHARE)
        if solved is not None:
            start = Derivation(problem.integral, problem.given)
            steps = start.to(other.integral, "the line folded into one period: the images of the rational factor added")
            yield Proposal(
                solved.value,
                f"folded into one period, {solved.proposal.route}",
                continued(steps, solved.value, solved),
                solved.proposal.conditions,
                solved.guessed,
            )
