"""Derivations put together: the solution of another integral as a lemma, a rewritten last line, the judge's word."""

from __future__ import annotations

from typing import Any

from derive.derivation import Derivation
from derive.feynman.proposal import Solved
from derive.rules import Algebra, Using


def lemma(solved: Solved) -> Derivation | Any:
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


def continued(steps: Derivation, value: Any, *solved: Solved) -> Derivation:
    """The derivation with one more line in which the other integrals are replaced by what they are."""
    return steps.to(value, Using(), *(lemma(one) for one in solved))


def rewritten(steps: Derivation, value: Any) -> Derivation:
    """The derivation with its last line in another form; itself where the form is the same."""
    return steps if steps.last == value else steps.to(value, Algebra())
