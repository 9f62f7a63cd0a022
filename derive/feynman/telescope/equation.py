"""The differential equation of an integral in a parameter: telescoper, boundary values, and a numeric check of it."""

from __future__ import annotations

import time
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
from derive.feynman.telescope.majorant import majorants
from derive.feynman.telescope.telescoper import Telescoper, telescope
from derive.rules.analysis.convergence import continuity_proof
from derive.rules.places import between
from derive.rules.telescoping import CreativeTelescoping, leibniz_terms

TOLERANCE = 1e-8
POINTS, SECONDS = 4, 2.5
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
    at a random point. `checked` says whether such values could be had in time.
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
    checked = agrees(problem, T, right, points, boundary.abel, conditions)
    if checked is False:
        return None
    smooth = not boundary.abel and bool(limited(0.5, smooth_up_to_the_ends, problem, T))
    dominated = None
    if not (smooth or boundary.abel or moving_ends(problem, a)) and T.order:
        dominated = limited(0.5, majorants, problem.integrand, x, lo, hi, a, T.order, problem.given)
    bounds, interval = dominated or (None, None)
    rule = CreativeTelescoping(
        a,
        T.operator,
        T.antiderivative,
        boundary.upper.value,
        boundary.lower.value,
        tuple((j.place, j.left, j.right) for j in boundary.jumps),
        tuple(w.expr for w in boundary.upper.waves),
        tuple(w.expr for w in boundary.lower.waves),
        majorant=bounds,
        interval=interval,
        closed=smooth,
    )
    D = Derivation(operator_line(T.operator, problem.integral, a), (*problem.given, *conditions))
    steps = D.to(right, rule, remark="in the sense of Abel" if boundary.abel else "").qed()
    reason = f"creative telescoping in {a}" + (", boundary values in the sense of Abel" if boundary.abel else "")
    return Equation(problem, a, T.operator, right, conditions, steps, boundary.abel, reason, checked is True)


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


def moving_ends(problem: Problem, a: sp.Symbol) -> bool:
    """Whether an end of the range depends on the parameter."""
    return any(a in end.free_symbols for end in (problem.lower, problem.upper))


def smooth_up_to_the_ends(problem: Problem, T: Telescoper) -> bool:
    """Whether F and its derivatives by the parameter are shown to be continuous on a finite closed range."""
    lo, hi = problem.lower, problem.upper
    if lo.is_infinite or hi.is_infinite:
        return False
    closed = sp.Interval(lo, hi)
    return isinstance(closed, sp.Interval) and all(
        continuity_proof(sp.diff(problem.integrand, T.parameter, i), problem.variable, closed, problem.given)
        is not None
        for i in range(T.order + 1)
    )


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
) -> bool | None:
    """Whether the equation holds numerically at the first points where its sides can be evaluated; None: not known in
    time.

    ∫ Σ p_i ∂_a^i F dx is compared with the boundary values; where it does not converge, or the ends move, derivatives
    of the integral itself by differences of balls.
    """
    began = time.process_time()
    seen = 0
    moving = moving_ends(problem, T.parameter)
    for point in points:
        left = SECONDS - (time.process_time() - began)
        if left < (0 if seen == 0 else 0.8 * SECONDS) or seen == 2:
            break
        if any(c.xreplace(point) == sp.false for c in conditions):
            continue
        there = value_at(right, point, 15, min(1.0, left))
        if isinstance(there, str):
            continue
        found = None if abel or moving else _inside(problem, T, point, min(1.0, left))
        if found is None:
            found = by_differences(problem, T, point, SECONDS - (time.process_time() - began))
        if found is None:
            continue
        middle, scale = found
        size = 1 + abs(there.mid) + abs(scale)
        if abs(middle - there.mid) > TOLERANCE * size:
            return False
        seen += 1
    return True if seen else None


def _inside(problem: Problem, T: Telescoper, point: dict[Any, Any], seconds: float) -> tuple[Any, Any] | None:
    """∫ Σ p_i ∂_a^i F dx at a point."""
    integral = sp.Integral(T.left, (problem.variable, problem.lower, problem.upper))
    ball = value_at(integral, point, 10, seconds)
    return None if isinstance(ball, str) else (ball.mid, 0)


def by_differences(problem: Problem, T: Telescoper, point: dict[Any, Any], seconds: float) -> tuple[Any, Any] | None:
    """Σ p_i I^{(i)} at a point and the size of its terms, by I at equidistant values of a and finite differences; None
    where two sets of nodes do not agree."""
    a, n = T.parameter, T.order
    count = n + 9
    step = abs(point[a]) * STEP if point[a] != 0 else STEP
    nodes = [point[a] + step * sp.Rational(2 * j - count + 1, 2) for j in range(count)]
    values, until = [], time.process_time() + seconds
    for number, node in enumerate(nodes):
        before = time.process_time()
        ball = value_at(problem.integral, {**point, a: node}, 25, max(0.05, until - before))
        now = time.process_time()
        if isinstance(ball, str) or (number == 0 and (count - 1) * (now - before) > until - now):
            return None
        values.append(ball.mid)
    total, scale = _differences(T, point, nodes, values)
    other, _ = _differences(T, point, nodes[1:-1], values[1:-1])
    return (total, scale) if abs(total - other) < 0.01 * TOLERANCE * (1 + abs(scale)) else None


def _differences(T: Telescoper, point: dict[Any, Any], nodes: list[Any], values: list[Any]) -> tuple[Any, Any]:
    """Σ p_i I^{(i)} by the polynomial through the values at the nodes, and the size of its terms."""
    import mpmath

    weights = sp.finite_diff_weights(T.order, nodes, point[T.parameter])
    with mpmath.workdps(30):
        total, scale = mpmath.mpf(0), mpmath.mpf(0)
        for i, p in enumerate(T.operator):
            c = mpmath.mpmathify(sp.N(p.xreplace(point), 30))
            term = sum(mpmath.mpf(sp.N(w, 30)) * v for w, v in zip(weights[i][-1], values, strict=True))
            total += c * term
            scale += abs(c * term)
    return total, scale
