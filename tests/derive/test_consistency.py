"""From assumptions that nothing satisfies nothing is learnt; from those that something does, everything stands."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from derive import Claim, Evidence, Status
from derive.claim import LESS
from derive.ladder.consistency import about_something

x, y = sp.symbols("x y", real=True)
FOUND = Evidence(Status.EXACT, "the sign follows")

CONTRADICTORY = [
    (x > 1, x**2 < 1),
    (x > 2, sp.exp(x) < 1),
    (x > 0, x + 1 < 0),
    (x > y, y > x + 1),
    (x > y, sp.Eq(x, y)),
    (x > 0, sp.Ne(sp.Abs(x), x)),
    (x**2 + y**2 < 1, x > 2),
]
CONSISTENT = [
    (x > 0, x < 1),
    (x > 1, x**2 < 2),
    (x >= 0, sp.Eq(y, x**2)),
    (x > y, sp.Ne(x, 0)),
    (x**2 + y**2 < 1,),
    (sp.Abs(x) > 3, x < 0),
]


@pytest.mark.parametrize("given", CONTRADICTORY, ids=str)
def test_contradictions_are_told(given: tuple[Any, ...]) -> None:
    """The law: exact becomes unknown, and the message names an assumption."""
    told = about_something(Claim(0, x**2 + 1, given, LESS), FOUND, seed=1)
    assert told.status is Status.UNKNOWN
    assert any(str(relation) in told.detail for relation in given)


@pytest.mark.parametrize("given", CONSISTENT, ids=str)
@pytest.mark.parametrize("seed", [0, 5])
def test_what_something_satisfies_stands(given: tuple[Any, ...], seed: int) -> None:
    assert about_something(Claim(0, x**2 + 1, given, LESS), FOUND, seed) == FOUND


def test_where_neither_is_found_the_evidence_says_so() -> None:
    """A curve that no random point meets: no contradiction, so exact stands, with a warning."""
    given = (sp.Eq(x**2 + y**2, 1),)
    told = about_something(Claim(x**2, 1 - y**2, given), FOUND, seed=0)
    assert told.status is Status.EXACT
    assert "no point was found" in told.detail
