"""Derivations put together: the solution of another integral as a lemma, a rewritten last line, the judge's word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Solved
from derive.ladder.decide import same_form
from derive.rules import Algebra, ByCases, SameValue, Using
from derive.rules.cases import by_conditions

SECONDS = 1.5  # for seeing that two forms of a value are the same


def lemma(solved: Solved) -> Derivation | Claim:
    """What was found for another integral, as a lemma: its derivation if it has one, else the claim."""
    steps = solved.proposal.derivation
    if steps is None or not steps.steps:
        return solved.problem.claim(solved.value, *solved.proposal.conditions)
    if steps.closed:
        return steps
    named = Derivation(
        steps.start, steps.given, steps.name, steps.title or str(solved.problem), steps.where, steps.steps
    )
    return named.qed()


def by_cases(problem: Problem, condition: Any, cases: tuple[Solved, Solved]) -> Derivation:
    """The integral where the condition holds and where it does not, each by the way on which its value was found.

    Cases of the second, within what the condition leaves, become cases of the whole.
    """
    first, other = (_case(solved, extra) for solved, extra in zip(cases, (condition, sp.Not(condition)), strict=True))
    conditions, lemmas = [condition], [first]
    last = other.steps[-1] if isinstance(other, Derivation) and len(other.steps) == 1 else None
    if last is not None and isinstance(last.because, ByCases):
        conditions += last.because.conditions
        lemmas += last.lemmas
    else:
        lemmas.append(other)
    values = tuple(one.rhs if isinstance(one, Claim) else one.last for one in lemmas)
    value = by_conditions(values, tuple(conditions))
    return Derivation(problem.integral, problem.given).to(value, ByCases(tuple(conditions)), *lemmas).qed()


def _case(solved: Solved, condition: Any) -> Derivation | Claim:
    """What was found where the condition holds, the condition among the assumptions."""
    known = lemma(solved)
    return known if condition in known.given else replace(known, given=(*known.given, condition))


def continued(steps: Derivation, value: Any, *solved: Solved) -> Derivation:
    """The derivation with one more line in which the other integrals are replaced by what they are."""
    return steps.to(value, Using(), *(lemma(one) for one in solved))


def rewritten(steps: Derivation, value: Any) -> Derivation:
    """The derivation with its last line in another form; itself where the form is the same. By algebra where the zero
    test sees it, else with the equality of the two forms as an obligation."""
    if steps.last == value:
        return steps
    seen = same_form(steps.last, value, steps.given, SECONDS)
    return steps.to(value, Algebra() if seen else SameValue(value))
