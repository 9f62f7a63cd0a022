"""Every result is put back into the equation that defines it: exactly where the differential field decides, else by
numbers that are proven or agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.evidence import Evidence, Status
from derive.field import is_zero
from derive.stochastic.errors import StochasticError

EXACT_SECONDS, NUMERIC_SECONDS = 10.0, 20.0


def settled(lhs: Any, rhs: Any, given: Iterable[Any] = (), what: str = "the equation") -> Evidence:
    """Evidence for lhs = rhs; StochasticError if it is refuted, since a result that fails its own check is never
    handed out."""
    facts = tuple(given)
    if is_zero(lhs - rhs, facts, timeout=EXACT_SECONDS) is True:
        return Evidence(Status.EXACT, f"{what}: put back, the difference is zero in the differential field")
    from derive.verify import verify

    found = verify(Claim(lhs, rhs, facts), digits=20, timeout=NUMERIC_SECONDS)
    if found.status is Status.REFUTED:
        raise StochasticError(f"{what} fails for the closed form that was found ({found}); nothing is returned")
    return Evidence(found.status, f"{what}: {found.method}", found.detail, found.counterexample, found.beside)


def by_values(lhs: Any, rhs: Any, given: Iterable[Any], what: str, seconds: float = NUMERIC_SECONDS) -> Evidence:
    """Evidence for lhs = rhs from the values of both sides at random points alone: for integrals, on which computer
    algebra would only spend time. StochasticError if it is refuted."""
    from derive.ladder.budget import Budget
    from derive.ladder.equality import by_numbers

    facts = tuple(g for g in given if g not in (sp.true, sp.false))
    found = by_numbers(Claim(lhs, rhs, facts), Budget(15, 0, seconds))
    if found.status is Status.REFUTED:
        raise StochasticError(f"{what} fails for the closed form that was found ({found}); nothing is returned")
    return Evidence(found.status, f"{what}: {found.method}", found.detail, found.counterexample, found.beside)


def together(evidence: Iterable[Evidence]) -> Evidence:
    """The weakest of several pieces of evidence, with the others beside it."""
    pieces = tuple(evidence)
    if not pieces:
        return Evidence(Status.EXACT, "nothing to check")
    weakest = min(pieces, key=lambda piece: piece.status.strength)
    return Evidence(weakest.status, weakest.method, weakest.detail, None, tuple(p for p in pieces if p is not weakest))


def zero(expr: Any, given: Iterable[Any] = ()) -> bool:
    """Whether an expression is proven to vanish."""
    return expr == 0 or is_zero(expr, tuple(given), timeout=EXACT_SECONDS) is True


def same(a: Any, b: Any, given: Iterable[Any] = ()) -> bool:
    """Whether two expressions are proven equal."""
    return a == b or zero(sp.sympify(a, strict=True) - b, given)
