"""Feynman's trick where there is no parameter to vary: one is introduced, and given its value again at the end.

I(λ) through the given integral; I'(λ) = J(λ) or a telescoping equation; then either I(λ) in closed form and λ → λ*, or
I(λ*) = I(λ_0) + ∫ J dλ from a base point λ_0, where that may lead back to the integral itself: an equation for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.equation import Equation
from derive.feynman.limits import OutOfTime
from derive.feynman.methods.families import Family, families
from derive.feynman.methods.parameter import ENOUGH, derivative_equation, from_equation, telescoped, tidied
from derive.feynman.ode.fix import Conditions
from derive.feynman.ode.reach import limit_at
from derive.feynman.ode.steps import as_lemma, uniform_majorant
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search, Solved
from derive.feynman.steps import rewritten
from derive.printing import plain
from derive.rules import Abel, Algebra, EvaluateLimit, Integrate, Linearity, Using

_SHARE, _SHARE_QUADRATURE = 0.12, 0.3
_SECONDS_WITHOUT_GUESS = 2.0  # so long other families may do without a recognised number


class Introduce:
    """A parameter is put into the integrand, the family solved, and the parameter taken back to its value."""

    name = "introduced parameter"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """Values by the families of the integral, first those whose derivative is easier, then by telescoping."""
        enough = search.left > ENOUGH
        guesses: list[Proposal] = []
        until = 0.0
        candidates = families(problem)
        for proposal in _of_families(candidates, problem, search):
            if proposal is not None and not proposal.guessed:
                yield proposal
            elif proposal is not None:
                guesses.append(proposal)
                until = until or time.process_time() + _SECONDS_WITHOUT_GUESS
            if guesses and (time.process_time() > until or search.left < 1):
                yield from guesses
                guesses = []
        yield from guesses
        if candidates and not enough:
            raise OutOfTime


def _of_families(candidates: list[Family], problem: Problem, search: Search) -> Iterator[Proposal | None]:
    """Values by each family, by a derivative that is easier and then by telescoping; None where one is done with."""
    for family in candidates:
        equation = search.limited(
            max(2.0, 0.3 * search.left), derivative_equation, family.problem, family.parameter, search, _SHARE
        )
        if equation is not None:
            yield from _from_family(family, equation, problem, search)
        yield None
    for family in candidates:
        equation = telescoped(family.problem, family.parameter, search)
        if equation is not None:
            yield from _from_family(family, equation, problem, search)
        yield None


def _from_family(family: Family, equation: Equation, problem: Problem, search: Search) -> Iterator[Proposal]:
    for proposal in from_equation(equation, search):
        found = _back(family, proposal, problem, search)
        if found is not None:
            yield found
            return
    if equation.order == 1 and equation.operator[0] == 0:
        yield from _by_quadrature(family, equation, problem, search)


def _back(family: Family, proposal: Proposal, problem: Problem, search: Search) -> Proposal | None:
    """The value of the family's closed form at λ*."""
    p = family.parameter
    conditions = Conditions(family.problem, p, search)
    value = limit_at(proposal.value, p, family.value, conditions.reach.side(family.value))
    if value is None or not value.is_finite:
        return None
    value = tidied(value, search)
    steps = None
    if proposal.derivation is not None and proposal.derivation.closed:
        steps = _steps_back(family, proposal, problem, value, conditions)
    return Proposal(value, f"{family.reason}; {proposal.route}", steps, (), proposal.guessed)


def _steps_back(family: Family, proposal: Proposal, problem: Problem, value: Any, conditions: Conditions) -> Derivation:
    """From the integral to a member of the family, whose value is a lemma; by Abel's theorem where λ is a damping."""
    p, known = family.parameter, proposal.derivation
    steps = Derivation(problem.integral, problem.given, title=str(problem))
    damped = family.problem.integrand == problem.integrand * sp.exp(-p * problem.variable)
    if damped and family.value == 0 and problem.lower.is_nonnegative:
        steps = steps.to(sp.Limit(family.problem.integral, p, 0), Abel(p), remark=family.reason)
        steps = steps.to(sp.Limit(proposal.value, p, 0), Using(), known)
        return steps.to(value, EvaluateLimit(value)).qed()
    inside = family.value not in (*conditions.reach.lower, *conditions.reach.upper)
    reason: Any = Using({p: family.value}) if inside else f"continuity in {p} up to {p} = {plain(family.value)}"
    member = family.problem.integral.xreplace({family.problem.integrand: family.integrand_at(family.value)})
    if member != problem.integral:
        steps = steps.to(member, f"the integral as a member of a family: {family.reason}")
    return steps.to(value, reason, known, remark=family.reason).qed()


def _by_quadrature(family: Family, equation: Equation, problem: Problem, search: Search) -> Iterator[Proposal]:
    """I(λ*) = I(λ_0) + ∫_{λ_0}^{λ*} J(λ) dλ, terms of J that are the integrand again moved to the left side."""
    p, x = family.parameter, problem.variable
    rate = sp.cancel(equation.right / equation.operator[1]) if equation.operator[1] != 1 else equation.right
    conditions = Conditions(family.problem, p, search)
    for base, trivial in ((b, t) for t in (True, False) for b in conditions.points()):
        if base == family.value or conditions.trivial(base) != trivial:
            continue
        known = conditions.value(base)
        if known is None:
            continue
        again, rest = itself(rate, p, base, family.value, problem)
        if again == 1:
            continue
        solved: Solved | None = None
        constant, body = sp.factor_terms(sp.together(rest)).as_independent(p, as_Add=False)
        if rest != 0:
            t = sp.Symbol(x.name, real=True)
            low, high, sign = (base, family.value, 1) if (family.value - base).is_positive else (family.value, base, -1)
            solved = search.solve(Problem(body.xreplace({p: t}), t, low, high, problem.given), _SHARE_QUADRATURE)
            if solved is None:
                continue
            quadrature = sign * constant * solved.value
        else:
            quadrature = sp.S.Zero
        value = tidied((known[0] + quadrature) / (1 - again), search)
        guessed = solved is not None and solved.proposal.guessed
        steps = _quadrature_steps(family, equation, problem, base, known, again, (constant, body), solved, value)
        yield Proposal(value, f"{family.reason}; integrated from {p} = {plain(base)}", steps, (), guessed)


def itself(rate: Any, p: sp.Symbol, base: Any, end: Any, problem: Problem) -> tuple[Any, Any]:
    """(c, rest) with ∫_base^end J dλ = c I + ∫ rest: terms of J proportional to the integrand, over the same range."""
    if {base, end} != {problem.lower, problem.upper}:
        return sp.S.Zero, rate
    sign = 1 if base == problem.lower else -1
    again, rest = sp.S.Zero, sp.S.Zero
    f = problem.integrand.xreplace({problem.variable: p})
    # Logarithms of products and powers split where the variable is known to be positive.
    q = sp.Symbol(p.name, positive=True) if problem.lower.is_nonnegative else p
    for term in sp.Add.make_args(sp.expand(sp.expand_log(rate.xreplace({p: q}))).xreplace({q: p})):
        ratio = sp.simplify(term / f)
        if ratio.has(p):
            rest += term
        else:
            again += sign * ratio
    return again, rest


def _quadrature_steps(
    family: Family,
    equation: Equation,
    problem: Problem,
    base: Any,
    known: tuple[Any, Solved | None],
    again: Any,
    rest: tuple[Any, Any],
    solved: Solved | None,
    value: Any,
) -> Derivation | None:
    """I = I(λ_0) + c I + d ∫ rest dλ, and the equation solved for I."""
    p, x, whole = family.parameter, problem.variable, problem.integral
    slope = equation.derivation
    if slope is None or not slope.closed:
        return None
    start, origin = known
    rate = slope.last.xreplace({p: x})
    majorant = uniform_majorant(family.problem, p, (base, family.value))
    try:
        named = [slope, *([as_lemma(origin)] if origin is not None else [])]
        within = p <= family.value if (family.value - base).is_positive else p >= family.value
        given = (*family.problem.given, *((within,) if within != sp.true else ()))
        grown = Derivation(family.problem.integral, given, title="the integral of the derivative")
        rule = Integrate(p, base, x, None if origin is not None else start, majorant, end=family.value)
        grown = grown.to(start + sp.Integral(rate, (x, base, p)), rule, *named).qed()
        chain = Derivation(whole, problem.given, title=str(problem))
        member = family.problem.integral.xreplace({family.problem.integrand: family.integrand_at(family.value)})
        if member != whole:
            chain = chain.to(member, f"the integral as a member of a family: {family.reason}")
        reached = start + sp.Integral(rate, (x, base, family.value))
        chain = chain.to(reached, Using({p: family.value}), grown, remark=family.reason)
        constant, body = rest[0], rest[1].xreplace({p: x})
        sign = 1 if base == problem.lower else -1
        split = sp.Integral(sign * again * problem.integrand + constant * body, (x, base, family.value))
        if start + split != reached:
            chain = chain.to(start + split, Algebra())
        parted = start + again * whole + constant * sp.Integral(body, (x, base, family.value))
        if parted != chain.last:
            chain = chain.to(parted, Linearity(x))
        if solved is not None:
            turned = 1 if solved.problem.lower == base else -1
            closed = start + again * whole + turned * constant * solved.value
            chain = chain.to(closed, Using(), as_lemma(solved))
        if again == 0:
            return rewritten(chain, value).qed()
        return Derivation(whole, problem.given, title=str(problem)).to(value, Using(), chain.qed()).qed()
    except DeriveError:
        return None
