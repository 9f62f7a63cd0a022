"""From a claim to its evidence: by relation, entry by entry for matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.claim import AtMost, Claim, ContinuousOn, Equal, Less, Relation, Unequal, UpTo, Weakly, is_spelled
from derive.evidence import Evidence, Status
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.ladder.consistency import about_something
from derive.ladder.continuity import continuity
from derive.ladder.equality import equality
from derive.ladder.inequality import at_most, less, unequal
from derive.ladder.order import up_to
from derive.ladder.points import entries
from derive.ladder.weak import weakly

_CHECKS: dict[type[Relation], Callable[[Claim, Budget], Evidence]] = {
    Equal: equality,
    AtMost: at_most,
    Less: less,
    Unequal: unequal,
    UpTo: up_to,
    Weakly: weakly,
    ContinuousOn: continuity,
}


def decide(claim: Claim, digits: int, seed: int, timeout: float, post: Callable[[Evidence], None]) -> Evidence:
    """The evidence for one claim; a matrix claim is as strong as its weakest entry. Runs in a worker, so it may be
    killed."""
    budget = Budget(digits, seed, timeout, post)
    claim = _spelled(claim)
    rung = _CHECKS[type(claim.relation)]

    def check(part: Claim, granted: Budget) -> Evidence:
        return about_something(part, rung(part, granted), seed)

    parts = entries(claim)
    if len(parts) == 1:
        return check(parts[0], budget)
    found = [check(part, Budget(digits, seed, budget.left / (len(parts) - index))) for index, part in enumerate(parts)]
    weakest = min(found, key=lambda evidence: evidence.status)
    where = divmod(found.index(weakest), claim.lhs.shape[1] if hasattr(claim.lhs, "shape") else claim.rhs.shape[1])
    return Evidence(
        weakest.status,
        weakest.method,
        f"weakest of {len(parts)} entries is {where}" + (f"; {weakest.detail}" if weakest.detail else ""),
        weakest.counterexample,
        weakest.beside,
    )


def _spelled(claim: Claim) -> Claim:
    """The claim with the quantities of exterior calculus spelled out in components, where there are any."""
    if is_spelled(claim.lhs) and is_spelled(claim.rhs):
        return claim
    from derive.exterior.components import spelled_out

    return spelled_out(claim)


def same_form(lhs: Any, rhs: Any, given: tuple[Any, ...], timeout: float) -> bool:
    """Whether two lines are the same by normal form, logarithms of positive quantities put together."""
    from derive.field import equal
    from derive.ladder.logarithms import equal_by_logarithms

    if equal(lhs, rhs, given, timeout=timeout):
        return True
    numbers = isinstance(lhs, sp.Expr) and isinstance(rhs, sp.Expr)
    return numbers and bool(attempt(equal_by_logarithms, lhs, rhs, given, timeout)[0])


def match(yielded: Claim, timeout: float, post: Callable[[Evidence], None]) -> Evidence:
    """Whether the line that a rule yields (left) is the one that was written (right): by normal forms, integrals as
    opaque letters."""
    if yielded.lhs == yielded.rhs:
        return Evidence(Status.EXACT, "the rule yields this very line")
    if not (is_spelled(yielded.lhs) and is_spelled(yielded.rhs)):
        from derive.exterior.carried import as_written

        yielded = as_written(yielded)
        if yielded.lhs == yielded.rhs:
            return Evidence(Status.EXACT, "the rule yields this line, written out")
    share = timeout / (2 * len(entries(yielded)))
    if all(same_form(entry.lhs, entry.rhs, entry.given, share) for entry in entries(yielded)):
        return Evidence(Status.EXACT, "the rule yields this line, by normal form")
    return Evidence(Status.UNKNOWN, "the rule does not yield this line", f"it yields {yielded.lhs}")
