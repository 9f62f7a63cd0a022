"""A value by cases follows from the cases, in their order, and from nothing less."""

import pytest
import sympy as sp
from sympy import Integral, Piecewise, cos, log, pi

from derive.claim import Claim
from derive.rule import RuleError
from derive.rules.cases import ByCases, by_conditions

a, c = sp.symbols("a c", real=True)
p = sp.Symbol("p", positive=True)
x = sp.Symbol("x", real=True)
U = Integral(log(1 - 2 * p * cos(x) + p**2), (x, 0, pi))
INSIDE, OUTSIDE = Claim(U, 0, [p < 1]), Claim(U, 2 * pi * log(p), [p >= 1])
VALUE = Piecewise((0, p < 1), (2 * pi * log(p), True))
STEP = Integral(sp.sign(x - a), (x, 0, 1))
LEFT, MIDDLE, RIGHT = Claim(STEP, 1, [a < 0]), Claim(STEP, 1 - 2 * a, [a >= 0, a < 1]), Claim(STEP, -1, [a >= 1])


def test_two_cases(judged):
    rule = ByCases((p < 1,))
    assert judged(U, rule, VALUE, INSIDE, OUTSIDE) == "follows"
    assert judged(1 + 2 * U, rule, 1 + 2 * VALUE, INSIDE, OUTSIDE) == "follows"
    assert rule.describe() == "cases: p < 1, and the rest"


def test_three_cases(judged):
    value = Piecewise((1, a < 0), (1 - 2 * a, a < 1), (-1, True))
    assert judged(STEP, ByCases((a < 0, a < 1)), value, LEFT, MIDDLE, RIGHT) == "follows"


def test_a_case_does_not_reach_beyond_its_assumptions(judged):
    """At p = 1 the rest is more than p > 1; where the order of the lemmas is wrong, or a bound, nothing follows."""
    beyond = Claim(U, 2 * pi * log(p), [p > 1])
    assert judged(U, ByCases((p < 1,)), VALUE, INSIDE, beyond).startswith("not shown")
    swapped = Piecewise((2 * pi * log(p), p < 1), (0, True))
    assert judged(U, ByCases((p < 1,)), swapped, OUTSIDE, INSIDE).startswith("not shown")
    assert judged(U, ByCases((p < 2,)), Piecewise((0, p < 2), (2 * pi * log(p), True)), INSIDE, OUTSIDE) != "follows"
    spoilt = Piecewise((1, a < 0), (1 - 2 * a, a < 2), (-1, True))
    assert judged(STEP, ByCases((a < 0, a < 2)), spoilt, LEFT, MIDDLE, RIGHT).startswith("not shown")


def test_what_does_not_fit_is_refused(judged):
    with pytest.raises(RuleError, match="a lemma for each"):
        judged(U, ByCases((p < 1,)), VALUE, INSIDE)
    with pytest.raises(RuleError, match="all speak of"):
        judged(U, ByCases((p < 1,)), VALUE, INSIDE, RIGHT)
    with pytest.raises(RuleError, match="a case is a relation"):
        ByCases(((p < 1) & (p > sp.Rational(1, 2)),))


def test_neighbours_with_one_value_are_one_case():
    assert by_conditions((c, 0, 0, 1), (a < -1, a < 0, a < 1)) == Piecewise((c, a < -1), (0, a < 1), (1, True))
    assert by_conditions((c, c), (a < 0,)) == c
