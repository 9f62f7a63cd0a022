"""Derivatives of the Beta function as finite parts; the formulas of Raabe and Kummer."""

import pytest

from derive.feynman.methods.gamma import EulerIntegrals
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("x^(a-1)*(1-x)^(b-1)", "0", "1"),
    ("log(x)^2*log(1-x)", "0", "1"),
    ("log(1-x)^2/x", "0", "1"),
    ("log(x)*log(1-x)^2/(x*(1-x))", "0", "1"),
    ("log(x)^2/sqrt(1-x^2)", "0", "1"),
    ("x^(a-1)*(1-x^2)^(b-1)*log(x)", "0", "1"),
    ("(1-x^a)^b", "0", "1"),
    ("(x^a-x^b)/(1-x)", "0", "1"),
    ("sin(x)^a*cos(x)^b", "0", "pi/2"),
    ("log(sin(x))*log(cos(x))", "0", "pi/2"),
    ("log(sin(x))*log(cos(x))/tan(x)", "0", "pi/2"),
    ("sin(x)^a", "0", "pi"),
    ("1/(1-x^2)^(1/3)", "-1", "1"),
    ("loggamma(x)", "a", "a+1"),
    ("loggamma(x)*cos(2*pi*x)", "0", "1"),
    ("loggamma(x)*sin(4*pi*x)", "0", "1"),
]


@pytest.mark.parametrize("text, lower, upper", INTEGRALS)
def test_right(text, lower, upper):
    holds(EulerIntegrals(), text, lower, upper)


SLOW = [pytest.mark.slow, pytest.mark.ci]


@pytest.mark.parametrize("k", [2, 7, 11, 12, 13, 14, 15, *(pytest.param(k, marks=SLOW) for k in (0, 4, 5, 8))])
def test_every_step_is_shown(k):
    shown(EulerIntegrals(), *INTEGRALS[k])


@pytest.mark.parametrize("text", ["log(1+x)/x", "1/(1-x)", "log(x)/(x*(1-x))", "atan(x)"])
def test_silent_where_it_diverges_or_is_of_another_kind(text):
    assert proposed(EulerIntegrals(), problem(text, "0", "1")) is None
