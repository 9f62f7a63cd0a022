"""Integrands that change their form inside the range: |·|, sign, max, min, floor, cases, cut at the break points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.rules import Algebra
from derive.rules.ranges import SplitRange

BROKEN = (sp.Abs, sp.sign, sp.Max, sp.Min, sp.Heaviside, sp.Piecewise, sp.floor, sp.ceiling)
MOST_PIECES = 12


class Pieces:
    """∫_a^b = ∫_a^s + ∫_s^b, with one smooth form of the integrand on each piece."""

    name = "break points"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The sum over the pieces; nothing where the integrand has one form only."""
        x = problem.variable
        if not problem.integrand.has(*BROKEN):
            return
        breaks = search.limited(2.0, _breaks, problem)
        if breaks is None or len(breaks) > MOST_PIECES:
            return
        ends = [problem.lower, *breaks, problem.upper]
        problems = []
        for low, high in pairwise(ends):
            form = _smooth(problem.integrand, x, _inside(low, high))
            if form is None or form == problem.integrand:
                return
            problems.append(problem.with_(integrand=form, lower=low, upper=high))
        found = []
        for index, part in enumerate(problems):
            solved = search.solve(part, 1 / (len(problems) - index + 0.3))
            if solved is None:
                return
            found.append(solved)
        line = sp.Add(*(part.integral for part in problems))
        value = sp.Add(*(one.value for one in found))
        start = _split(problem, line, tuple(breaks), tuple(part.integrand for part in problems))
        routes = ", ".join(dict.fromkeys(one.proposal.route for one in found))
        guessed = any(one.proposal.guessed for one in found)
        yield Proposal(value, f"cut at the break points, {routes}", continued(start, value, *found), (), guessed)


def _split(problem: Problem, line: Any, breaks: tuple[Any, ...], forms: tuple[Any, ...]) -> Derivation:
    """The first step: the range split, or another form of the integrand on the whole of it."""
    start = Derivation(problem.integral, problem.given)
    return start.to(
        line, SplitRange(breaks, forms, problem.variable) if breaks else Algebra("one form of the integrand")
    )


def _breaks(problem: Problem) -> list[Any] | None:
    """The points inside a range with numeric ends where some broken part may change its form, in order."""
    x, lower, upper = problem.variable, problem.lower, problem.upper
    points: set[Any] = set()
    for node in problem.integrand.atoms(*BROKEN):
        for edge in _edges(node, lower, upper, x):
            if edge is None:
                return None
            points.add(edge)
    if any(point.free_symbols for point in points):
        return None
    inside = [
        p for p in points if sp.N(p - lower, 30).is_extended_positive and sp.N(upper - p, 30).is_extended_positive
    ]
    return sorted(inside, key=float)


def _edges(node: Any, lower: Any, upper: Any, x: sp.Symbol) -> Iterator[Any]:
    if isinstance(node, (sp.floor, sp.ceiling)):
        yield from _steps(node.args[0], lower, upper, x)
        return
    if isinstance(node, (sp.Max, sp.Min)):
        functions = [one - other for i, one in enumerate(node.args) for other in node.args[:i]]
    elif isinstance(node, sp.Piecewise):
        cases: Any = node.args
        relations = set().union(*(c.atoms(sp.core.relational.Relational) for _, c in cases))
        functions = [relation.lhs - relation.rhs for relation in relations]
    else:
        functions = [node.args[0]]
    for function in functions:
        if x not in function.free_symbols:
            continue
        roots = sp.solveset(function, x, sp.Interval(lower, upper))
        if not isinstance(roots, sp.FiniteSet):
            if roots is sp.S.EmptySet:
                continue
            yield None
            return
        yield from roots


def _steps(inner: Any, lower: Any, upper: Any, x: sp.Symbol) -> Iterator[Any]:
    """Where a monotone function takes whole values."""
    ends = [sp.limit(inner, x, lower, "+"), sp.limit(inner, x, upper, "-")]
    if any(not end.is_finite or end.free_symbols for end in ends):
        yield None
        return
    low, high = sorted(float(end) for end in ends)
    if high - low > MOST_PIECES:
        yield None
        return
    for level in range(int(low) - 1, int(high) + 2):
        roots: Any = sp.solveset(inner - level, x, sp.Interval(lower, upper))
        yield from roots


def _inside(low: Any, high: Any) -> Any:
    if low.is_infinite:
        return high - 1 if not high.is_infinite else sp.S.Zero
    return low + 1 if high.is_infinite else (low + high) / 2


def _smooth(f: Any, x: sp.Symbol, sample: Any) -> Any | None:
    """The form that the integrand has around the sample point."""
    table = {}
    for node in sorted(f.atoms(*BROKEN), key=sp.count_ops):
        chosen = _form(node, x, sample)
        if chosen is None:
            return None
        table[node] = chosen
    done = f.xreplace(table)
    return done if not done.has(*BROKEN) or done == f else _smooth(done, x, sample)


def _form(node: Any, x: sp.Symbol, sample: Any) -> Any | None:
    here = [arg.xreplace({x: sample}) if isinstance(arg, sp.Expr) else arg for arg in node.args]
    if isinstance(node, (sp.Max, sp.Min)):
        if any(value.free_symbols for value in here):
            return None
        pick: Any = max if isinstance(node, sp.Max) else min
        return node.args[here.index(pick(here, key=float))]
    if isinstance(node, sp.Piecewise):
        cases: Any = node.args
        for value, condition in cases:
            holds = condition.xreplace({x: sample})
            if holds == sp.true:
                return value
            if holds != sp.false:
                return None
        return None
    if isinstance(node, (sp.floor, sp.ceiling)):
        return node.func(here[0])
    sign = sp.sign(here[0])
    if sign not in (1, -1):
        return None
    forms = {
        sp.Abs: sign * node.args[0],
        sp.sign: sign,
        sp.Heaviside: sp.S.One if sign == 1 else sp.S.Zero,
    }
    return forms[node.func]
