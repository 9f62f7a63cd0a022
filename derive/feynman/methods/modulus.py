"""Integrals over the modulus, ∫_0^1 kⁿ K dk and ∫_0^1 kⁿ E dk, by the moments of `derive.rules.theorems.modulus`."""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rule import RuleError
from derive.rules.theorems.modulus import KINDS, ModulusMoments


class OverTheModulus:
    """The method, for sums of powers times one complete integral on (0, 1)."""

    name = "integrals over the modulus"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The sum over the terms, if every one is of the kind."""
        if (problem.lower, problem.upper) != (0, 1) or not problem.integrand.has(*KINDS):
            return
        try:
            steps = Derivation(problem.integral, problem.given).by(ModulusMoments(problem.variable))
        except RuleError:
            return
        yield Proposal(steps.last, self.name, steps.qed())
