"""The steps that the user sees: differentiation under the integral sign, the equation, its solution, the conditions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.equation import Equation
from derive.feynman.ode.fix import Fixed
from derive.feynman.ode.reach import reach
from derive.feynman.ode.solve import GeneralSolution
from derive.feynman.problem import Problem
from derive.feynman.proposal import Solved
from derive.rules.leibniz import Leibniz
from derive.rules.lemma import Using
from derive.rules.linear import Algebra
from derive.rules.ode import SolveODE


def as_lemma(solved: Solved) -> Claim | Derivation:
    """What a solved integral says, with its derivation if there is one."""
    steps = solved.proposal.derivation
    if steps is not None and steps.steps and steps.last == solved.value:
        return steps if steps.closed else steps.qed()
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
    if finite:
        return Leibniz(a)
    bound = majorant(problem, a, rate)
    if bound is None:
        return Leibniz(a)
    return Leibniz(a, majorant=bound, interval=(a / 2, 2 * a)) if bound.has(a) else Leibniz(a, majorant=bound)


def majorant(problem: Problem, a: sp.Symbol, rate: Any) -> Any | None:
    """A bound of |∂_a f| for all p in (a/2, 2a): circular functions by 1, the rest, monotone in p, at the worse end."""
    if not a.is_positive:
        return None
    x = problem.variable
    bound = rate.replace(lambda e: isinstance(e, sp.sin | sp.cos) and e.has(a, x), lambda e: sp.S.One)
    if not bound.has(a):
        return sp.Abs(bound)
    slope = sp.factor(sp.diff(bound, a) / bound)
    positive = sp.Symbol("x", positive=True)
    sign = slope.xreplace({x: positive}) if problem.lower.is_nonnegative else slope
    if sign.is_nonpositive:
        return sp.Abs(bound.subs(a, a / 2))
    if sign.is_nonnegative:
        return sp.Abs(bound.subs(a, 2 * a))
    return None


def derivation_of(
    equation: Equation, solution: GeneralSolution, found: Fixed, value: Any, needed: tuple[Any, ...]
) -> Derivation | None:
    """∫ f dx = the solution of the equation that the conditions single out = the value in its short form."""
    problem, a = equation.problem, equation.parameter
    span = reach(a, (*problem.given, *needed))
    domain = (span.lower[0], span.upper[0])
    ode: Claim | Derivation = (
        equation.derivation
        if equation.derivation is not None and equation.derivation.closed
        else Claim(equation.line, equation.right, (*problem.given, *equation.given))
    )
    lemmas = [as_lemma(solved) for _, solved in found.known if solved is not None]
    rule = SolveODE(a, solution.basis, found.conditions, solution.particular, domain)
    try:
        chain = Derivation(problem.integral, (*problem.given, *needed), title=str(problem))
        chain = chain.to(found.value, rule, ode, *lemmas, remark="constants recognised" if found.guessed else "")
        if value != found.value:
            chain = chain.to(value, Algebra())
        return chain.qed()
    except DeriveError:
        return None
