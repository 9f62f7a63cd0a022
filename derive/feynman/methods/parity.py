"""Even and odd integrands over a range that is symmetric about 0."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.field import equal
from derive.rules import FundamentalTheorem, Symmetry
from derive.rules.ranges import EmptyRange


class Parity:
    """∫_{−c}^{c} f = 0 for odd f and 2 ∫_0^c f for even f, where the half converges."""

    name = "parity"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value 0, or twice the half if that is solved; nothing on other ranges."""
        f, x, c = problem.integrand, problem.variable, problem.upper
        start = Derivation(problem.integral, problem.given)
        if problem.lower == problem.upper:
            yield Proposal(sp.S.Zero, "an empty range", start.to(sp.S.Zero, EmptyRange()))
            return
        if f == 0:
            zero = FundamentalTheorem(sp.S.Zero, sp.S.Zero, sp.S.Zero, x)
            yield Proposal(sp.S.Zero, "a zero integrand", start.to(sp.S.Zero, zero))
            return
        if sp.expand(problem.lower + c) != 0 and problem.lower != -c:
            return
        mirrored = f.xreplace({x: -x})
        if mirrored == -f or search.limited(1.0, equal, mirrored, -f, problem.given):
            yield Proposal(sp.S.Zero, "odd integrand", start.to(sp.S.Zero, Symmetry("odd", x)))
        elif mirrored == f or search.limited(1.0, equal, mirrored, f, problem.given):
            half = search.solve(problem.with_(lower=sp.S.Zero), 0.8)
            if half is not None:
                line = 2 * half.problem.integral
                steps = continued(start.to(line, Symmetry("even", x)), 2 * half.value, half)
                yield Proposal(2 * half.value, f"even integrand, {half.proposal.route}", steps, guessed=half.guessed)
