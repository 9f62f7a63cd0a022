"""Integration by parts: a logarithm, an arc function or an error function times something with an antiderivative."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.integrals.manualintegrate import manualintegrate

from derive.derivation import Derivation
from derive.feynman.methods.antiderivative import end_limit
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.rules import Algebra, ByParts

DIFFERENTIATED = (
    sp.log, sp.atan, sp.acot, sp.asin, sp.acos, sp.asinh, sp.acosh, sp.atanh, sp.acoth, sp.erf, sp.erfc, sp.Si, sp.Ci,
    sp.Ei, sp.expint, sp.elliptic_k, sp.elliptic_e,
)  # fmt: skip
SECONDS = 1.0
DEEPEST = 2


class Parts:
    """∫ u v′ = [u v] − ∫ u′ v, where u′ is simpler than u; v is fixed up to a constant, which makes an end vanish."""

    name = "integration by parts"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The boundary terms minus the other integral, for every factor worth differentiating."""
        if search.depth > DEEPEST:
            return
        f, x = problem.integrand, problem.variable
        tried = set()
        for u in _factors(f, x):
            dv = f / u
            v = sp.S.One * x if dv == 1 else search.limited(SECONDS, manualintegrate, dv, x)
            if v is None or v.has(sp.Integral, sp.Piecewise, *DIFFERENTIATED[:1]):
                continue
            for constant in dict.fromkeys(_constants(v, problem, search)):
                shifted = v + constant
                if (u, shifted) not in tried:
                    tried.add((u, shifted))
                    yield from _applied(problem, u, shifted, search)


def _factors(f: Any, x: sp.Symbol) -> Iterator[Any]:
    for factor in sp.Mul.make_args(f):
        base = factor.base if isinstance(factor, sp.Pow) and factor.exp.is_Integer and factor.exp > 0 else factor
        if isinstance(base, DIFFERENTIATED) and x in base.free_symbols:
            yield factor


def _constants(v: Any, problem: Problem, search: Search) -> Iterator[Any]:
    """Constants that make v vanish at an end, and 0."""
    for end, side in ((problem.lower, "+"), (problem.upper, "-")):
        limit = end_limit(v, problem.variable, end, side, problem, search)
        if limit is not None:
            yield -limit
    yield sp.S.Zero


def _applied(problem: Problem, u: Any, v: Any, search: Search) -> Iterator[Proposal]:
    x = problem.variable
    top = end_limit(u * v, x, problem.upper, "-", problem, search)
    bottom = end_limit(u * v, x, problem.lower, "+", problem, search) if top is not None else None
    if top is None or bottom is None:
        return
    raw = v * sp.diff(u, x)
    body = search.limited(SECONDS, _simpler, raw)
    rest = problem.with_(integrand=raw if body is None else body)
    solved = search.solve(rest, 0.6)
    if solved is None:
        return
    line = top - bottom - sp.Integral(raw, (x, problem.lower, problem.upper))
    steps = Derivation(problem.integral, problem.given).to(line, ByParts(u, v, None, top, bottom, x))
    if raw != rest.integrand:
        steps = steps.to(top - bottom - rest.integral, Algebra())
    value = top - bottom - solved.value
    yield Proposal(
        value,
        f"by parts, {solved.proposal.route}",
        continued(steps, value, solved),
        solved.proposal.conditions,
        solved.guessed,
    )


def _simpler(f: Any) -> Any:
    """The integrand in its shortest form among a few."""
    forms = (f, sp.factor(f), sp.cancel(f), sp.together(f))
    return min(forms, key=sp.count_ops)
