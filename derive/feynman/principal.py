"""Cauchy's principal value: lim (∫_a^{p−ε} + ∫_{p+ε}^b) f dx as ε → 0+, on request only.

Folded about a simple pole p, f(p + t) + f(p − t) has no pole at t = 0 any more. So the principal value is a sum of
ordinary convergent integrals, one about each pole and one for what is left over: these are what the judge looks at. The
value comes from an antiderivative (its infinite parts cancel at p), or from the ordinary integrals one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError, NoClosedForm
from derive.feynman.integrate import CLOCK
from derive.feynman.judge import DIGITS, SECONDS_A_POINT, Values, judge, value_at
from derive.feynman.methods.antiderivative import INTEGRATORS, differentiates_back, end_limit
from derive.feynman.problem import Problem
from derive.feynman.result import Found
from derive.feynman.search import Searching
from derive.feynman.spread import NoPoint, Point
from derive.printing import plain
from derive.rules import Using

if TYPE_CHECKING:
    from numerics import Enclosure

SOLVING_SECONDS = 3.0


@dataclass
class Folded(Values):
    """The oracle's values of the sum of ordinary integrals that is the principal value."""

    parts: tuple[Any, ...] = field(default=())

    def at(self, point: Point, digits: int = DIGITS, seconds: float = SECONDS_A_POINT) -> Enclosure | str:
        """The principal value at the point, or why there is none."""
        key = frozenset(point.items())
        if key not in self.answers:
            self.answers[key] = value_at(sp.Add(*self.parts), point, digits, seconds)
        return self.answers[key]


def principal_value(problem: Problem, timeout: float, post: Callable[[Any], None]) -> Any:
    """(value, derivation, evidence, route, meaning, seconds) of the principal value, or the exception to be raised."""
    began = time.process_time()
    search = Searching(timeout, CLOCK * timeout, post)
    try:
        poles = search.limited(SOLVING_SECONDS, _poles, problem)
        if not poles:
            return DeriveError(f"no pole of {problem} was found inside the range; without one, use integrate as it is")
        ordinary = _ordinary(problem, poles, search)
    except NoPoint as nothing:
        return DeriveError(f"{problem}: {nothing}")
    if ordinary is None:
        return DeriveError(f"the poles of {problem} cannot be put in order: state which is where (given=…)")
    values = Folded(problem, parts=tuple(part.integral for part in ordinary))
    meaning = _meaning(problem, poles)
    for value, steps, route in _candidates(problem, poles, ordinary, meaning, search):
        evidence = judge(problem, value, values=values)
        if evidence.passed:
            return value, steps.qed(), evidence, route, meaning, time.process_time() - began
        search.trail.append(f"{route} proposed {value}: {evidence}")
    found = Found(problem, (), (), tuple(search.trail))
    return NoClosedForm(f"no closed form of the principal value of {problem} was found", found)


def _poles(problem: Problem) -> list[Any]:
    """Zeros of the denominator that lie inside the range for all admissible parameters."""
    x, lower, upper = problem.variable, problem.lower, problem.upper
    bottom = sp.fraction(sp.together(problem.integrand))[1]
    found = []
    for zero in sp.solve(bottom, x):
        inside = (zero - lower).is_extended_positive, (upper - zero).is_extended_positive
        if zero.is_real and all(inside):
            found.append(zero)
    return found


def _ordinary(problem: Problem, poles: list[Any], search: Searching) -> list[Problem] | None:
    """The integral folded about each pole as far as the nearer neighbour, and the rests of the ranges between."""
    point = search.first_point(problem)
    if point is None:
        raise NoPoint("the assumptions admit no point")
    poles.sort(key=lambda pole: float(pole.xreplace(point)))
    x, f = problem.variable, problem.integrand
    ends = [problem.lower, *((p + q) / 2 for p, q in pairwise(poles)), problem.upper]
    t = sp.Symbol(next(name for name in ("t", "tau", "u_0") if name not in {s.name for s in f.free_symbols}), real=True)
    parts = []
    for pole, (low, high) in zip(poles, pairwise(ends), strict=True):
        left, right = pole - low, high - pole
        nearer = left if right.is_infinite or (right - left).is_nonnegative else right
        if nearer is right and not (left.is_infinite or (left - right).is_nonnegative):
            return None
        both = sp.cancel(sp.together(f.xreplace({x: pole + t}) + f.xreplace({x: pole - t})))
        if both != 0:
            parts.append(Problem(both, t, sp.S.Zero, nearer, problem.given))
        if nearer is left and left != right and not left.is_infinite:
            parts.append(problem.with_(lower=pole + left, upper=high))
        elif nearer is right and left != right:
            parts.append(problem.with_(lower=low, upper=pole - right))
    return parts


def _meaning(problem: Problem, poles: list[Any]) -> Any:
    eps = sp.Symbol("epsilon", positive=True)
    ends = [problem.lower, *(end for pole in poles for end in (pole - eps, pole + eps)), problem.upper]
    pieces = [
        sp.Integral(problem.integrand, (problem.variable, low, high))
        for low, high in zip(ends[::2], ends[1::2], strict=True)
    ]
    return sp.Limit(sp.Add(*pieces), eps, 0, "+")


def _candidates(
    problem: Problem, poles: list[Any], ordinary: list[Problem], meaning: Any, search: Searching
) -> Iterator[tuple[Any, Derivation, str]]:
    x, f = problem.variable, problem.integrand
    eps = sp.Symbol("epsilon", positive=True)
    start = Derivation(meaning, problem.given)
    for integrator in INTEGRATORS:
        F = search.limited(SOLVING_SECONDS, integrator, f, x)
        if F is None or F.has(sp.Integral) or not differentiates_back(F, f, x, problem, search):
            continue
        F = F.replace(lambda node: isinstance(node, sp.log), lambda node: sp.log(sp.Abs(node.args[0])))
        top, bottom = (
            end_limit(F, x, end, side, problem, search) for end, side in ((problem.upper, "-"), (problem.lower, "+"))
        )
        gaps = [
            search.limited(SOLVING_SECONDS, sp.limit, F.xreplace({x: p - eps}) - F.xreplace({x: p + eps}), eps, 0, "+")
            for p in poles
        ]
        if top is None or bottom is None or any(gap is None or not gap.is_finite for gap in gaps):
            continue
        value = search.limited(SOLVING_SECONDS, sp.simplify, top - bottom + sp.Add(*gaps))
        if value is not None:
            words = f"antiderivative {plain(F)}; what grows without bound at the pole cancels"
            yield value, start.to(value, words), "antiderivative across the pole"
    solved = [search.solve(part, 0.6) for part in ordinary]
    if all(solved):
        value = sp.Add(*(one.value for one in solved if one is not None))
        claims = [part.claim(one.value) for part, one in zip(ordinary, solved, strict=True) if one is not None]
        line = sp.Add(*(part.integral for part in ordinary))
        steps = start.to(line, "folded about the pole, where f(p + t) + f(p − t) is regular")
        yield value, steps.to(value, Using(), *claims), "folded about the pole"
