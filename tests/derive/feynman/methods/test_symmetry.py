"""Involutions of the range: what is left is solved by the search, and the steps lead there."""

import pytest

from derive.feynman.methods.symmetry import Involution
from derive.feynman.search import Searching
from tests.derive.feynman.methods.posing import agrees, problem

INTEGRALS = [
    ("1/((1+x^2)*(1+x^a))", "0", "oo"),
    ("x*sin(x)/(1+cos(x)^2)", "0", "pi"),
    ("log(1+x)/(1+x^2)", "0", "1"),
    ("sin(x)^a/(sin(x)^a+cos(x)^a)", "0", "pi/2"),
    ("log(1+tan(x))", "0", "pi/4"),
    ("x/(1+sin(x))", "0", "pi"),
    ("1/((1+x+x^2)*(1+x^a))", "0", "oo"),
    ("1/(1+e^(2*x-1))", "0", "1"),
]


@pytest.mark.parametrize("text, lower, upper", INTEGRALS)
def test_right(text, lower, upper):
    posed = problem(text, lower, upper)
    found = next(iter(Involution().proposals(posed, Searching(timeout=30.0))), None)
    assert found is not None
    assert found.derivation.start == posed.integral and found.derivation.last == found.value
    assert agrees(posed, found.value)


def test_silent_where_the_sum_is_no_simpler():
    posed = problem("e^(-x)*x^a", "0", "oo")
    assert next(iter(Involution().proposals(posed, Searching(timeout=10.0))), None) is None
