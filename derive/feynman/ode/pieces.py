"""Intervals between the singular points of an equation, and solutions written so that they are real on them."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.feynman.ode.check import vanishes
from derive.feynman.ode.linear import LinearODE
from derive.feynman.ode.places import factors, roots_of
from derive.feynman.ode.realform import real_form
from derive.feynman.ode.samples import sampled
from derive.feynman.ode.solve import GeneralSolution
from derive.feynman.problem import Problem


def pieces(equation: LinearODE, given: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The conditions of each interval between real singular points inside the range of the variable.

    [()] if there is none. The order of singular points is that at random admissible points; where those disagree, or a
    singular point has no closed form, the range is not cut.
    """
    a = equation.variable
    roots = []
    for q, _ in factors(equation.operator.polys[-1]):
        found = roots_of(q.as_expr(), a)
        roots += [root for root in found if root.is_real is not False]
    return intervals(roots, a, given)


def intervals(roots: list[Any], a: sp.Symbol, given: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The conditions of each interval between those of the points that lie inside the range of a; [()] if none does."""
    points = sampled({a} | set().union(*(r.free_symbols for r in roots), *(g.free_symbols for g in given)), given)
    if not points or not roots:
        return [()]
    seen: dict[Any, set[bool]] = {root: set() for root in roots}
    for point in points:
        for root in roots:
            value = root.xreplace(point)
            if value.is_real:
                seen[root].add(bool(point[a] > value))
    inside = [root for root in roots if len(seen[root]) == 2]
    if not inside:
        return [()]
    inside.sort(key=lambda root: sp.N(root.xreplace(points[0])))
    starts = [(), *((a > root,) for root in inside)]
    stops = [*((a < root,) for root in inside), ()]
    return [(*start, *stop) for start, stop in zip(starts, stops, strict=True)]


def breaks(problem: Problem, a: sp.Symbol) -> list[Any]:
    """Values of a at which the integrand may get a singularity on the range: there an equation that holds on either
    side need not hold across.

    Where an argument of a logarithm, the base of a root or of a denominator, vanishes at an end of the range, or where
    a sine or cosine in it is ±1.
    """
    f, x = problem.integrand, problem.variable
    watched = [node.args[0] for node in f.atoms(sp.log)]
    watched += [node.base for node in f.atoms(sp.Pow) if not (node.exp.is_Integer and node.exp.is_positive)]
    found: list[Any] = []
    for g in (g for g in watched if g.has(x) and g.has(a)):
        corners = [g.xreplace({x: end}) for end in (problem.lower, problem.upper) if end.is_finite]
        waves = [node for node in g.atoms(sp.sin, sp.cos) if node.has(x) and not node.has(a)]
        corners += [g.xreplace({wave: sp.Integer(end)}) for wave in waves for end in (1, -1)]
        for corner in corners:
            if not corner.has(x) and corner.is_polynomial(a) and corner.has(a):
                found += [root for root in roots_of(corner, a) if root.is_real]
    return list(dict.fromkeys(found))


def real_solution(solution: GeneralSolution, given: tuple[Any, ...]) -> GeneralSolution:
    """The general solution with its functions in real form on the region, as far as they still solve the equation."""
    equation = solution.equation

    def better(u: Any, right: Any) -> Any:
        real = real_form(u, given)
        return real if real != u and vanishes(equation.apply(real) - right, given) else u

    basis = tuple(better(y, sp.S.Zero) for y in solution.basis)
    return GeneralSolution(equation, basis, better(solution.particular, equation.right))
