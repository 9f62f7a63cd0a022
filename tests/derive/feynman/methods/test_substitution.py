"""Changes of the variable: exponentials under roots and in functions, with their steps."""

import pytest

from derive.feynman.methods.substitution import Substitution
from derive.feynman.search import Searching
from derive.rules import Substitute
from tests.derive.feynman.methods.posing import agrees, problem

EXPONENTIALS = [
    ("x/sqrt(e^x-1)", "0", "oo"),
    ("x*e^(-2*x)/sqrt(1-e^(-x))", "0", "oo"),
    ("x*e^(-x)/sqrt(1-e^(-2*x))", "0", "oo"),
    ("x/sqrt(e^(3*a*x)-1)", "0", "oo"),
    ("e^(x/2)/(1+e^x)^(3/2)", "-oo", "oo"),
]


@pytest.mark.parametrize("text, lower, upper", EXPONENTIALS)
def test_powers_of_an_exponential_under_a_root(text, lower, upper):
    posed = problem(text, lower, upper)
    found = next(iter(Substitution().proposals(posed, Searching(timeout=30.0))), None)
    assert found is not None and not found.guessed
    assert isinstance(found.derivation.steps[0].because, Substitute) and found.derivation.last == found.value
    assert agrees(posed, found.value)


def test_products_of_exponentials_and_powers_are_left_alone():
    posed = problem("x^a*e^(-b*x)", "0", "oo")
    assert next(iter(Substitution().proposals(posed, Searching(timeout=10.0))), None) is None
