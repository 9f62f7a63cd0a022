"""Recognised numbers: right where there is a relation, marked as guesses, and nothing for numbers without one."""

import mpmath
import pytest
import sympy as sp

from derive.feynman.methods.recognise import Recognise, recognised, suggested
from tests.derive.feynman.methods.posing import agrees, problem, proposed

INTEGRALS = [
    ("atan(x)^2", "0", "1"),
    ("atan(sqrt(x^2+2))/(sqrt(x^2+2)*(1+x^2))", "0", "1"),
    ("log(1+x^2)/(1+x)", "0", "1"),
    ("log(1+x)/(1+x^2)", "0", "1"),
    ("x*log(sin(x))", "0", "pi/2"),
    ("log(1+x)*log(1-x)/x", "0", "1"),
    ("1/sqrt(1-x^4)", "0", "1"),
    ("log(log(1/x))", "0", "1"),
    ("x^2*log(2*cos(x))", "0", "pi/2"),
]


@pytest.mark.parametrize("text, lower, upper", INTEGRALS)
def test_right_and_marked_as_a_guess(text, lower, upper):
    posed = problem(text, lower, upper)
    found = proposed(Recognise(), posed)
    assert found is not None and found.guessed
    assert agrees(posed, found.value)


@pytest.mark.parametrize("seed", range(1))
def test_random_numbers_are_nothing(seed):
    with mpmath.workdps(80):
        number = mpmath.mpf(sp.prime(40 + seed)) ** (mpmath.mpf(1) / 7) + mpmath.sin(seed + 1)
    assert recognised(number, 65, (sp.S.One,)) is None


@pytest.mark.parametrize("digit", [45, 52, 60])
def test_a_relation_that_fails_on_the_spare_digits_is_refused(digit):
    with mpmath.workdps(80):
        right = mpmath.pi**2 / 6 + 3 * mpmath.log(2)
        wrong = right + mpmath.mpf(10) ** -digit
    assert recognised(right, 65, (sp.S.One,)) == sp.pi**2 / 6 + 3 * sp.log(2)
    assert recognised(wrong, 65, (sp.S.One,)) is None


def test_no_guess_where_there_are_parameters():
    assert proposed(Recognise(), problem("e^(-a*x)", "0", "oo")) is None


def test_factors_come_from_the_integrand():
    x = sp.Symbol("x")
    assert sp.sqrt(7) in suggested(1 / (x**2 + 7)) and suggested(x)[0] == 1
