"""Complete elliptic integrals by Euler's integral for Gauss's function."""

import pytest

from derive.feynman.methods.elliptic import Elliptic
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("1/sqrt(a^2*cos(x)^2+b^2*sin(x)^2)", "0", "pi/2", ""),
    ("sqrt(a^2*cos(x)^2+b^2*sin(x)^2)", "0", "pi/2", ""),
    ("1/sqrt(1+a*sin(x)^2)", "0", "pi/2", ""),
    ("1/sqrt(1-a^2*sin(x)^2)^3", "0", "pi/2", "a<1"),
    ("sin(x)^2/sqrt(1-a^2*sin(x)^2)", "0", "pi/2", "a<1"),
    ("cos(x)^2*sqrt(1-a^2*sin(x)^2)", "0", "pi/2", "a<1"),
    ("sqrt(c+cos(x))", "0", "pi", "c>1"),
    ("1/sqrt(c+b*cos(x))", "0", "pi", "c>b"),
]


@pytest.mark.parametrize("text, lower, upper, given", INTEGRALS)
def test_right(text, lower, upper, given):
    holds(Elliptic(), text, lower, upper, given)


@pytest.mark.parametrize("k", [0, 4, 7])
def test_every_step_is_shown(k):
    shown(Elliptic(), *INTEGRALS[k])


@pytest.mark.parametrize("text", ["1/sqrt(1-sin(x))", "x/sqrt(1+sin(x)^2)", "1/sqrt(1+sin(x)^4)"])
def test_silent_on_other_forms(text):
    assert proposed(Elliptic(), problem(text, "0", "pi/2")) is None
