"""The steps that the user sees: differentiation under the integral sign, the equation, its solution, the conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

import numerics
from derive.claim import Claim
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.equation import Equation
from derive.feynman.ode.asymptotic import remainder_bound
from derive.feynman.ode.fix import Fixed
from derive.feynman.ode.majorants import bounds_between
from derive.feynman.ode.reach import limit_at, reach
from derive.feynman.ode.samples import sampled
from derive.feynman.ode.solve import GeneralSolution
from derive.feynman.problem import Problem
from derive.feynman.proposal import Solved
from derive.rules.analysis.convergence import continuity_proof, inner_value
from derive.rules.leibniz import Leibniz
from derive.rules.lemma import Using
from derive.rules.linear import Algebra
from derive.rules.ode import SolveODE, Value, Vanishing


def as_lemma(solved: Solved) -> Claim | Derivation:
    """What a solved integral says, with its derivation if there is one."""
    steps = solved.proposal.derivation
    if steps is not None and steps.steps and steps.last == solved.value:
        named = steps if steps.title else replace(steps, title=str(solved.problem))
        return named if named.closed else named.qed()
    return solved.problem.claim(solved.value, *solved.proposal.conditions)


def differentiated(problem: Problem, a: sp.Symbol, solved: Solved, ends: Any, right: Any) -> Derivation:
    """d/da ∫ f dx = ∫ ∂_a f dx + boundary = J(a)."""
    before = sp.Derivative(problem.integral, a)
    inside = solved.problem.integral
    chain = Derivation(before, problem.given, title=f"the derivative by {a}")
    chain = chain.to(inside + ends, leibniz(problem, a, solved.problem.integrand))
    return chain.to(right, Using(), as_lemma(solved)).qed()


def leibniz(problem: Problem, a: sp.Symbol, rate: Any) -> Leibniz:
    """Leibniz' rule with a majorant of ∂_a f over a neighbourhood (a/2, 2a) where one is seen."""
    finite = not (problem.lower.is_infinite or problem.upper.is_infinite)
    moving = a in problem.lower.free_symbols | problem.upper.free_symbols
    if finite and (moving or smooth_on_the_closed_range(problem, a)):
        return Leibniz(a)
    bound = majorant(problem, a, rate)
    if bound is None:
        return Leibniz(a)
    return Leibniz(a, majorant=bound, interval=(a / 2, 2 * a)) if bound.has(a) else Leibniz(a, majorant=bound)


def smooth_on_the_closed_range(problem: Problem, a: sp.Symbol) -> bool:
    """Whether f and ∂_a f are seen to be continuous in the variable up to both ends."""
    closed = sp.Interval(problem.lower, problem.upper)
    return isinstance(closed, sp.Interval) and all(
        continuity_proof(f, problem.variable, closed, problem.given) is not None
        for f in (problem.integrand, sp.diff(problem.integrand, a))
    )


def majorant(problem: Problem, a: sp.Symbol, rate: Any) -> Any | None:
    """A bound of |∂_a f| for all p in (a/2, 2a), in terms of the centre a."""
    return next(bounds_between(rate, problem, a, a / 2, 2 * a), None) if a.is_positive else None


def uniform_majorant(problem: Problem, a: sp.Symbol, domain: tuple[Any, Any]) -> Any | None:
    """M(x) ≥ |f| for all a of the domain with ∫ M < ∞ by the oracle at one point; None if none is seen."""
    if a in problem.lower.free_symbols | problem.upper.free_symbols:
        return None
    for bound in bounds_between(problem.integrand, problem, a, *domain):
        if not bound.has(a):
            simpler = _in_short(bound, problem)
            if _integrable(simpler, problem, a):
                return simpler
    return None


def _in_short(bound: Any, problem: Problem) -> Any:
    """The bound with the moduli that the range decides taken off; a constant where it is monotone on a finite one."""
    x, positive = problem.variable, sp.Symbol(problem.variable.name, positive=True)
    if problem.lower.is_nonnegative:
        bound = bound.xreplace({x: positive}).doit().xreplace({positive: x})
    if not (problem.lower.is_infinite or problem.upper.is_infinite):
        bound = largest(bound, problem) or bound
    return bound


def _integrable(bound: Any, problem: Problem, a: sp.Symbol) -> bool:
    """Whether the oracle finds a value of ∫ bound at one point."""
    integral = sp.Integral(bound, (problem.variable, problem.lower, problem.upper))
    points = sampled(integral.free_symbols, tuple(g for g in problem.given if a not in g.free_symbols))
    if integral.free_symbols and not points:
        return False
    try:
        numerics.enclose(integral, at=points[0] if integral.free_symbols else {}, digits=6, timeout=1.0)
    except numerics.NumericsError:
        return False
    return True


def largest(bound: Any, problem: Problem) -> Any | None:
    """The larger of the limits of a function at the two ends of the range, where no point inside is seen to exceed it:
    the supremum of a monotone function."""
    x = problem.variable
    bare = bound.args[0] if isinstance(bound, sp.Abs) else bound
    ends = [limit_at(bare, x, problem.lower, "+"), limit_at(bare, x, problem.upper, "-")]
    if any(end is None or not end.is_number or not end.is_finite for end in ends):
        return None
    most = max((sp.Abs(end) for end in ends), key=lambda size: size.evalf(15))
    inner = [problem.lower + sp.Rational(j, 16) * (problem.upper - problem.lower) for j in range(1, 16)]
    sizes = [sp.Abs(bare.xreplace({x: point})).evalf(15) for point in inner]
    return None if any(not size.is_Float or size > most.evalf(15) for size in sizes) else most


def local_majorant(
    problem: Problem, a: sp.Symbol, domain: tuple[Any, Any], conditions: tuple[Any, ...]
) -> tuple[Any, Any]:
    """(M, c): M ≥ |f| for a between the only end of the domain with a value and c; (None, None) if none is seen."""
    ends = [c.point for c in conditions if isinstance(c, Value) and not c.derivative and c.point in domain]
    if len(ends) != 1 or any(not isinstance(c, Value) and c.at not in ends for c in conditions):
        return None, None
    low, high = domain
    (end,) = ends
    step = 1 if low.is_infinite or high.is_infinite else (high - low) / 2
    near = end + step if end == low else end - step
    bound = uniform_majorant(problem, a, (end, near) if end == low else (near, end))
    return (None, None) if bound is None else (bound, near)


def decaying(condition: Vanishing, problem: Problem, a: sp.Symbol) -> Vanishing:
    """The condition with the bound that shows the decay, ∫ M dx → 0 for M ≥ |f|, where such an M is seen."""
    x, given = problem.variable, (*problem.given, sp.Gt(problem.variable, problem.lower))
    if condition.leading != 0:
        return approaching(condition, problem, a)
    if condition.bound is not None or condition.at is not sp.oo or problem.lower != 0 or problem.upper is not sp.oo:
        return condition
    flat = [
        lambda e: sp.S.One,  # |sin u|, |cos u| ≤ 1
        lambda e: e.args[0] if isinstance(e, sp.sin) else sp.S.One,  # |sin u| ≤ u for u ≥ 0
    ]
    for bound in flat:
        larger = problem.integrand.replace(lambda e: isinstance(e, (sp.sin, sp.cos)), bound)
        total = inner_value(sp.powsimp(larger), (x, sp.S.Zero, sp.oo), given)
        if total is not None and sp.limit(total, a, sp.oo) == 0:
            return replace(condition, bound=total, majorant=larger)
    return condition


def approaching(condition: Vanishing, problem: Problem, a: sp.Symbol) -> Vanishing:
    """The condition with M ≥ |f − φ| and ∫ M dx → 0, where such an M is seen on a finite range."""
    rest = problem.integrand - condition.integrand
    rest = rest if condition.integrand.free_symbols & {a} == set() else quotient(rest)
    bound = remainder_bound(problem, rest)
    if bound is None or problem.lower.is_infinite or problem.upper.is_infinite:
        return condition
    total = sp.expand((problem.upper - problem.lower) * bound)
    return replace(condition, bound=total, majorant=bound)


def quotient(rest: Any) -> Any:
    """log P − n log a as log(P/aⁿ), for the logarithms of one sign that stand by themselves."""
    short = sp.logcombine(rest, force=True)
    return short.replace(lambda e: isinstance(e, sp.log), lambda e: sp.log(sp.expand(e.args[0])))


def derivation_of(
    equation: Equation, solution: GeneralSolution, found: Fixed, value: Any, needed: tuple[Any, ...]
) -> Derivation | None:
    """∫ f dx = the solution of the equation that the conditions single out = the value in its short form."""
    problem, a = equation.problem, equation.parameter
    span = reach(a, (*problem.given, *needed))
    domain = (span.lower[0], span.upper[0])
    ode: Claim | Derivation = (
        equation.derivation
        if equation.derivation is not None and equation.derivation.title
        else replace(equation.derivation, title=f"the equation in {a}")
        if equation.derivation is not None and equation.derivation.closed
        else Claim(equation.line, equation.right, (*problem.given, *equation.given))
    )
    lemmas = [as_lemma(solved) for _, solved in found.known if solved is not None]
    bound, near = uniform_majorant(problem, a, domain), None
    if bound is None:
        bound, near = local_majorant(problem, a, domain, found.conditions)
    # A condition on growth needs a particular solution that satisfies it: the solution itself is one.
    narrowed = any(not isinstance(c, Value) for c in found.conditions)
    leading = any(isinstance(c, Vanishing) and c.leading != 0 for c in found.conditions)
    own = found.value if leading or (narrowed and solution.particular != 0) else solution.particular
    conditions = tuple(decaying(c, problem, a) if isinstance(c, Vanishing) else c for c in found.conditions)
    rule = SolveODE(a, found.basis or solution.basis, conditions, own, domain, bound, near)
    try:
        chain = Derivation(problem.integral, (*problem.given, *needed), title=str(problem))
        chain = chain.to(found.value, rule, ode, *lemmas, remark="constants recognised" if found.guessed else "")
        if value != found.value:
            chain = chain.to(value, Algebra())
        return chain.qed()
    except DeriveError:
        return None
