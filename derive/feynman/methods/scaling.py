"""Scaling x = c u: a positive parameter is taken out of the integrand, or the range is made free of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.rules import Algebra, Scale

POWERS = (1, -1, sp.Rational(1, 2), -sp.Rational(1, 2), 2, -2)


class Scaling:
    """∫_0^∞ f(x; a) dx with x = c(a) u, where this leaves fewer parameters under the integral sign."""

    name = "scaling"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value of the integral with fewer parameters, times the constant that comes out."""
        x = problem.variable
        for factor in _factors(problem):
            lower, upper = (_scaled(end, factor) for end in (problem.lower, problem.upper))
            moved = search.limited(1.0, _normal, factor * problem.integrand.xreplace({x: factor * x}), x)
            if moved is None:
                continue
            constant, body = moved
            fewer = Problem(body, x, lower, upper, ())
            if not set(fewer.parameters) < set(problem.parameters):
                continue
            kept = [g for g in problem.given if g.free_symbols <= set(fewer.parameters)]
            solved = search.solve(fewer.with_(given=tuple(kept)), 0.7)
            if solved is None:
                continue
            value = constant * solved.value
            start = Derivation(problem.integral, problem.given)
            raw = sp.Integral(factor * problem.integrand.xreplace({x: factor * x}), (x, lower, upper))
            line = constant * solved.problem.integral
            steps = start.to(raw, Scale(x, factor))
            if raw != line:
                steps = steps.to(line, Algebra())
            yield Proposal(
                value,
                f"scaling, {solved.proposal.route}",
                continued(steps, value, solved),
                solved.proposal.conditions,
                solved.proposal.guessed,
            )


def _factors(problem: Problem) -> Iterator[Any]:
    ends = {end for end in (problem.lower, problem.upper) if end.free_symbols and end.is_positive}
    yield from ends
    if all(end in (0, sp.oo, -sp.oo) for end in (problem.lower, problem.upper)):
        for parameter in problem.parameters:
            if parameter.is_positive:
                for power in POWERS:
                    yield parameter**power


def _scaled(end: Any, factor: Any) -> Any:
    return end if end.is_infinite or end == 0 else sp.simplify(end / factor)


def _normal(f: Any, x: sp.Symbol) -> tuple[Any, Any] | None:
    """Constant and rest of the integrand, brought into a form in which parameters that cancel are gone."""
    seen = sp.powsimp(sp.powdenest(sp.expand_power_base(f), force=False))
    best = None
    for form in (f, seen, sp.factor_terms(sp.expand_log(sp.factor(seen)))):
        constant, body = form.as_independent(x, as_Add=False)
        if best is None or len(body.free_symbols) < len(best[1].free_symbols):
            best = constant, body
    return best
