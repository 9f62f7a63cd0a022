"""The differential equation of an integral in a parameter: telescoper, boundary values, and a numeric check of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.exact.budget import OutOfReach
from derive.feynman.equation import Equation, operator_line
from derive.feynman.judge import value_at
from derive.feynman.limits import limited
from derive.feynman.problem import Problem
from derive.feynman.proposal import Search
from derive.feynman.spread import NoPoint, spread
from derive.feynman.telescope.boundary import Break, End, breaks, end_value
from derive.feynman.telescope.errors import NotTelescoped
from derive.feynman.telescope.telescoper import Telescoper, telescope
from derive.rules.places import between
from derive.rules.telescoping import CreativeTelescoping, leibniz_terms

TOLERANCE = 1e-8
POINTS, SECONDS_A_POINT = 4, 2.0
STEP = sp.Rational(1, 64)


@dataclass(frozen=True)
class Boundary:
    """The values of G at the ends and its jumps inside."""

    lower: End
    upper: End
    jumps: tuple[Break, ...] = ()

    @property
    def total(self) -> Any:
        """[G] over the range."""
        return self.upper.value - self.lower.value - sp.Add(*(j.right - j.left for j in self.jumps))

    @property
    def abel(self) -> bool:
        """Whether an end has its value in the sense of Abel."""
        return bool(self.lower.waves or self.upper.waves)


def equation_for(problem: Problem, a: sp.Symbol, search: Search | None = None, timeout: float = 6.0) -> Equation | None:
    """Σ p_i(a) ∂_a^i I = right for the integral I of the problem, by creative telescoping; None where there is none.

    None too if a boundary value is not found, or if the equation does not agree with the numeric values of the integral
    (or they cannot be had): an equation that is handed out has been checked at a random point, by balls.
    """
    if a not in problem.integrand.free_symbols:
        return None
    x, lo, hi = problem.variable, problem.lower, problem.upper
    within = () if problem.integrand.has(sp.Abs) else tuple(between(x, lo, hi))
    timeout = timeout if search is None else min(timeout, 0.5 * search.left)
    try:
        T = telescope(problem.integrand, x, a, (*problem.given, *within), timeout=timeout)
    except (NotTelescoped, OutOfReach):
        return None
    return equation_of(problem, T)


def equation_of(problem: Problem, T: Telescoper) -> Equation | None:
    """The equation that a telescoper of the integrand gives; None as for `equation_for`."""
    a = T.parameter
    try:
        points = list(spread(problem.parameters, problem.given))[:POINTS]
    except NoPoint:
        return None
    boundary = boundary_of(problem, T, points[0])
    if boundary is None:
        return None
    x, lo, hi = problem.variable, problem.lower, problem.upper
    right = tidied(boundary.total + leibniz_terms(T.operator, problem.integrand, x, lo, hi, a))
    if right.has(sp.oo, -sp.oo, sp.zoo, sp.nan, sp.Limit):
        return None
    conditions = tuple(dict.fromkeys((*boundary.lower.given, *boundary.upper.given)))
    if not agrees(problem, T, right, points, boundary.abel, conditions):
        return None
    rule = CreativeTelescoping(
        a,
        T.operator,
        T.antiderivative,
        boundary.upper.value,
        boundary.lower.value,
        tuple((j.place, j.left, j.right) for j in boundary.jumps),
        tuple(w.expr for w in boundary.upper.waves),
        tuple(w.expr for w in boundary.lower.waves),
    )
    D = Derivation(operator_line(T.operator, problem.integral, a), (*problem.given, *conditions))
    steps = D.to(right, rule, remark="in the sense of Abel" if boundary.abel else "")
    reason = f"creative telescoping in {a}" + (", boundary values in the sense of Abel" if boundary.abel else "")
    return Equation(problem, a, T.operator, right, conditions, steps, boundary.abel, reason)


def boundary_of(problem: Problem, T: Telescoper, point: dict[Any, Any]) -> Boundary | None:
    """The values of the antiderivative at the ends of the range and its jumps inside; None where one is not found."""
    G, x, given = T.antiderivative, problem.variable, problem.given
    ends = []
    for end, side in ((problem.lower, "+"), (problem.upper, "-")):
        found = end_value(G, x, end, side, given)
        if found is None:
            return None
        ends.append(found)
    inside = breaks(G, x, problem.lower, problem.upper, point, given)
    return None if inside is None else Boundary(ends[0], ends[1], tuple(inside))


def tidied(right: Any) -> Any:
    """A short form of the right side."""
    forms = [right]
    for way, seconds in ((sp.factor, 0.3), (sp.simplify, 0.7)):
        form = limited(seconds, way, right)
        if form is not None and not form.has(sp.nan, sp.zoo, sp.Piecewise):
            forms.append(form)
    return min(forms, key=sp.count_ops)


def agrees(
    problem: Problem, T: Telescoper, right: Any, points: list[Any], abel: bool, conditions: tuple[Any, ...]
) -> bool:
    """Whether the equation holds numerically at the first points where its sides can be evaluated.

    The integral of Σ p_i ∂_a^i F plus what moving ends add, at two points; where it does not converge, or the ends move,
    derivatives of the integral itself by differences of balls, at one.
    """
    seen = 0
    moving = any(T.parameter in end.free_symbols for end in (problem.lower, problem.upper))
    for point in points:
        if any(c.xreplace(point) == sp.false for c in conditions):
            continue
        there = value_at(right, point, 15, SECONDS_A_POINT)
        if isinstance(there, str):
            continue
        here: Any = None
        if not abel and not moving:
            integral = sp.Integral(T.left, (problem.variable, problem.lower, problem.upper))
            here = value_at(integral, point, 12, SECONDS_A_POINT)
        if here is None or isinstance(here, str):
            value = by_differences(problem, T, point)
            if value is None:
                continue
            middle, scale = value
            seen += 1
        else:
            middle, scale = here.mid, 0
        if abs(middle - there.mid) > TOLERANCE * (1 + abs(there.mid) + abs(scale)):
            return False
        seen += 1
        if seen >= 2:
            return True
    return seen > 0


def by_differences(problem: Problem, T: Telescoper, point: dict[Any, Any]) -> tuple[Any, Any] | None:
    """Σ p_i I^{(i)} at a point and the size of its terms: I at equidistant values of a, and finite differences of it."""
    import mpmath

    a, n = T.parameter, T.order
    count = n + 7
    step = abs(point[a]) * STEP if point[a] != 0 else STEP
    nodes = [point[a] + step * sp.Rational(2 * j - count + 1, 2) for j in range(count)]
    values = []
    for node in nodes:
        ball = value_at(problem.integral, {**point, a: node}, 25, SECONDS_A_POINT)
        if isinstance(ball, str):
            return None
        values.append(ball.mid)
    weights = sp.finite_diff_weights(n, nodes, point[a])
    with mpmath.workdps(30):
        total, scale = mpmath.mpf(0), mpmath.mpf(0)
        for i, p in enumerate(T.operator):
            c = sp.N(p.xreplace(point), 30)
            term = sum(mpmath.mpf(sp.N(w, 30)) * v for w, v in zip(weights[i][-1], values, strict=True))
            total += mpmath.mpmathify(c) * term
            scale += abs(mpmath.mpmathify(c) * term)
    return total, scale
