"""Feynman's trick on a parameter that is there: an equation for the integral in the parameter, solved and fixed.

Either ∂_a under the integral sign gives an easier integral J(a), so I' = J; or creative telescoping gives
Σ p_i(a) ∂_a^i I = r(a). Then the general solution, and the constants from base points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.feynman.equation import Equation
from derive.feynman.findings import FoundDerivative, FoundEquation, InitialValue
from derive.feynman.limits import OutOfTime
from derive.feynman.methods.families import LETTER
from derive.feynman.ode.fix import Conditions, Fixed, fixed
from derive.feynman.ode.linear import LinearODE
from derive.feynman.ode.pieces import breaks, intervals, pieces, real_solution
from derive.feynman.ode.solve import solve_ode
from derive.feynman.ode.steps import derivation_of, differentiated
from derive.feynman.ode.weight import weight
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

_SECONDS_SIMPLIFY, _SECONDS_TELESCOPE, _SECONDS_INNER, _SECONDS_INITIAL = 1.0, 5.0, 1.5, 3.0
ENOUGH = 8.0  # seconds: with less a method says that it was cut off, and is asked again


class Parameter:
    """Differentiation under the integral sign by a parameter of the problem."""

    name = "Feynman's trick"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """Values by one parameter after the other, the most promising first; OutOfTime if there was little of it."""
        enough = search.left > ENOUGH
        order = ranked(problem)
        for a in order:
            yield from by_derivative(problem, a, search)
        equations = [e for a in order if (e := telescoped(problem, a, search)) is not None]
        for equation in sorted(equations, key=lambda e: (e.order, base_weight(e, search))):
            yield from from_equation(equation, search)
        if order and not enough:
            raise OutOfTime


def ranked(problem: Problem) -> list[sp.Symbol]:
    """The parameters of the integrand that may be varied, those whose derivative is the simplest first."""
    inside = [a for a in problem.parameters if a in problem.integrand.free_symbols and a.is_integer is not True]
    return sorted(inside, key=lambda a: weight(sp.diff(problem.integrand, a), problem.variable))


def by_derivative(problem: Problem, a: sp.Symbol, search: Search, share: float = 0.4) -> Iterator[Proposal]:
    """I'(a) = ∫ ∂_a f dx = J(a) where that integral is easier and has a closed form."""
    equation = derivative_equation(problem, a, search, share)
    if equation is not None:
        yield from from_equation(equation, search)


def derivative_equation(problem: Problem, a: sp.Symbol, search: Search, share: float = 0.4) -> Equation | None:
    """The equation I' = J, or None if ∂_a f is not simpler, or its integral is not known."""
    x = problem.variable
    rate = shortened(sp.diff(problem.integrand, a), search)
    if rate == 0 or weight(rate, x) >= weight(problem.integrand, x):
        return None
    ends = boundary(problem, a)
    if ends is None:
        return None
    inner = problem.with_(integrand=rate)
    solved = search.solve(inner, min(0.9, max(share, _SECONDS_INNER / max(search.left, 0.1))))
    if solved is None or solved.value.has(sp.Piecewise):
        return None
    right = solved.value + ends
    if search.depth <= 1 and a.name != LETTER:
        search.note("derivative in a parameter", FoundDerivative(a, right))
    reason = f"the derivative by {a} under the integral sign is an easier integral"
    return Equation(
        problem, a, (sp.S.Zero, sp.S.One), right, (), differentiated(problem, a, solved, ends, right), reason=reason
    )


def boundary(problem: Problem, a: sp.Symbol) -> Any | None:
    """What moving ends contribute to I': b' f(b) − a' f(a)."""
    x, total = problem.variable, sp.S.Zero
    for end, sign in ((problem.upper, 1), (problem.lower, -1)):
        if a in end.free_symbols:
            value = problem.integrand.subs(x, end)
            if value.has(sp.nan, sp.zoo, sp.oo):
                return None
            total += sign * sp.diff(end, a) * value
    return total


def shortened(f: Any, search: Search) -> Any:
    """A shorter form of an integrand: the shortest of a few rewritings."""
    forms = [f, *(search.limited(_SECONDS_SIMPLIFY, way, f) for way in (sp.cancel, sp.simplify))]
    return min((form for form in forms if form is not None), key=sp.count_ops)


def base_weight(equation: Equation, search: Search) -> int:
    """How hard the easiest base value is: equations with a simple one are tried first."""
    conditions = Conditions(equation.problem, equation.parameter, search)
    found = [conditions.hardness(point) for point in conditions.points()]
    return min(found, default=0)


def telescoped(problem: Problem, a: sp.Symbol, search: Search) -> Equation | None:
    """The telescoping equation in the parameter, within a time limit."""
    from derive.feynman.telescope.equation import equation_for

    equation = search.limited(_SECONDS_TELESCOPE, equation_for, problem, a)
    if equation is not None and search.depth <= 1 and a.name != LETTER:
        found = FoundEquation(problem.integral, a, equation.operator, equation.right)
        search.note("differential equation", found)
    return equation


def from_equation(equation: Equation, search: Search) -> Iterator[Proposal]:
    """Closed forms from an equation for the integral: on the whole range if one holds there, else by pieces."""
    problem, a = equation.problem, equation.parameter
    ode = LinearODE(equation.operator, a, equation.right)
    given = (*problem.given, *equation.given)
    cuts = pieces(ode, given)
    found = False
    for found_here in _on_pieces(equation, ode, cuts, search):
        found = True
        yield found_here
    if not found:
        finer = [cut for cut in intervals(breaks(problem, a), a, given) if cut not in cuts]
        yield from _on_pieces(equation, ode, finer, search)
        if search.depth <= 1 and a.name != LETTER:
            search.limited(_SECONDS_INITIAL, _note_initial_values, equation, search)


def _note_initial_values(equation: Equation, search: Search) -> None:
    """As many values of the integral and its derivatives at one point as the equation needs, or what there is of them:
    for whom no solution is found, they still determine it."""
    conditions = Conditions(equation.problem, equation.parameter, search)
    for point in conditions.points():
        for order in range(equation.order):
            known = conditions.value(point, order)
            if known is None:
                break
            integral = sp.S.Zero if known[1] is None else known[1].problem.integral
            search.note("initial value", InitialValue(equation.parameter, point, order, integral, known[0]))
        else:
            return


def _on_pieces(equation: Equation, ode: LinearODE, cuts: list[tuple[Any, ...]], search: Search) -> Iterator[Proposal]:
    """Closed forms on each of these parts of the range; on the whole range alone where one holds there."""
    problem, a = equation.problem, equation.parameter
    given = (*problem.given, *equation.given)
    for piece in cuts:
        solution = search.limited(0.6 * search.left, solve_ode, ode, (*given, *piece))
        if solution is None:
            return
        region = (*given, *piece)
        here = Conditions(problem.with_(given=region) if piece else problem, a, search)
        solution = real_solution(solution, region)
        for found in fixed(solution, here):
            value = tidied(found.value, search)
            for needed in ((), (*equation.given, *piece)) if piece or equation.given else ((),):
                if search.accepts(problem, value, needed):
                    yield proposal(equation, solution, found, value, needed)
                    break
            else:
                continue
            if not needed:
                return
            break


def proposal(equation: Equation, solution: Any, found: Fixed, value: Any, needed: tuple[Any, ...]) -> Proposal:
    """The closed form with its steps."""
    steps = derivation_of(equation, solution, found, value, needed)
    route = equation.reason or f"differential equation in {equation.parameter}"
    return Proposal(value, route, steps, needed, found.guessed)


def tidied(value: Any, search: Search) -> Any:
    """The shortest of a few equivalent forms."""
    forms = [value]
    for way in (sp.expand, sp.simplify, sp.logcombine):
        form = search.limited(_SECONDS_SIMPLIFY, way, value)
        if form is not None and not form.has(sp.nan, sp.zoo):
            forms.append(form)
    return min((powers_out(form) for form in forms), key=sp.count_ops)


def powers_out(value: Any) -> Any:
    """log(uᶜ) as c log(u), for u > 0 and real c."""
    outward = {
        whole: whole.args[0].exp * sp.log(whole.args[0].base)
        for whole in value.atoms(sp.log)
        if isinstance(whole.args[0], sp.Pow) and whole.args[0].base.is_positive and whole.args[0].exp.is_real
    }
    return value.xreplace(outward)
