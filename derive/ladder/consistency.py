"""Whether anything satisfies the assumptions: from what holds nowhere everything follows, and nothing is learnt.

A point that satisfies them settles it. Where the sampler finds none, one assumption may be shown to exclude another:
r₁, …, rₙ contradict one another if some rᵢ is false wherever the others hold.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative, is_nonzero, is_positive
from derive.field import equal
from derive.ladder.attempt import attempt
from derive.sampling import NoPoint, admissible


def about_something(claim: Claim, evidence: Evidence, seed: int) -> Evidence:
    """The evidence, unless it is exact and the assumptions are shown to contradict one another: then `unknown`.

    Where neither a point nor a contradiction is found, the evidence stands and says so.
    """
    if evidence.status is not Status.EXACT or not claim.given or _satisfied(claim, seed):
        return evidence
    excluded = contradiction(claim.given)
    if excluded is None:
        note = "no point was found that satisfies the assumptions; see that they do not contradict one another"
        return replace(evidence, detail="; ".join(filter(None, (evidence.detail, note))))
    others = ", ".join(str(relation) for relation in claim.given if relation != excluded)
    return Evidence(
        Status.UNKNOWN,
        "the assumptions contradict one another",
        f"{excluded} holds nowhere where {others} holds, so anything would follow; mend the assumptions",
    )


def _satisfied(claim: Claim, seed: int) -> bool:
    rng = random.Random(seed)
    symbols: set[Any] = set().union(*(relation.free_symbols for relation in claim.given))
    for real in (False, True):
        try:
            if next(iter(admissible(symbols, claim.given, rng, 1, real)), None) is not None:
                return True
        except NoPoint:
            continue
    return False


def contradiction(given: tuple[Any, ...]) -> Any | None:
    """An assumption that is shown to be false wherever the others hold."""
    for relation in given:
        others = tuple(other for other in given if other != relation)
        if _false_under(relation, others):
            return relation
    return None


def _false_under(relation: Any, others: tuple[Any, ...]) -> bool:
    if isinstance(relation, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
        gap = relation.lts - relation.gts  # the relation says gts ≥ lts
        opposite = is_nonnegative if isinstance(relation, (sp.Gt, sp.Lt)) else is_positive
        return attempt(opposite, gap, others)[0] is True
    if isinstance(relation, sp.Eq):
        return attempt(is_nonzero, relation.lhs - relation.rhs, others)[0] is True
    if isinstance(relation, sp.Ne):
        return attempt(equal, relation.lhs, relation.rhs, others, timeout=2.0)[0] is True
    return False
