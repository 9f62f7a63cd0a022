"""Products of two by Parseval's formula: the poles on the right sides of the contour, one case of several chosen."""

import pytest

from derive.feynman.methods.parseval import Parseval
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("e^(-a*x^2)*cos(b*x)", "0", "oo", ""),
    ("e^(-x)*erf(sqrt(a*x))", "0", "oo", ""),
    ("erf(a*x)*e^(-b^2*x^2)", "0", "oo", ""),
    ("e^(-x^2)*sin(a*x)/x", "0", "oo", ""),
    ("sin(a*x^2)*cos(b*x)", "0", "oo", ""),
    ("e^(-a*x)/(1+x)", "0", "oo", ""),
    ("cos(a*x)/(1+x^2)^(3/2)", "0", "oo", ""),
    ("cos(b*x)*log(1+a^2/x^2)", "0", "oo", ""),
    ("besselk(0,a*x)*cos(b*x)", "0", "oo", ""),
    ("e^(-a*x)*besselj(0,b*sqrt(x))", "0", "oo", ""),
    ("1/sqrt((1+x^2)*(a+x^2))", "0", "oo", ""),
]


@pytest.mark.parametrize("text, lower, upper, given", INTEGRALS)
def test_right(text, lower, upper, given):
    holds(Parseval(), text, lower, upper, given)


SLOW = [pytest.mark.slow, pytest.mark.ci]


@pytest.mark.parametrize("k", [5, 6, *(pytest.param(k, marks=SLOW) for k in (0, 2, 4, 7))])
def test_every_step_is_shown(k):
    shown(Parseval(), *INTEGRALS[k])


@pytest.mark.parametrize("text", ["log(1+x)/(1+x^2)", "e^(-x)*log(x)", "tanh(x)*e^(-x)"])
def test_silent_where_no_contour_separates_or_a_transform_is_missing(text):
    assert proposed(Parseval(), problem(text, "0", "oo")) is None
