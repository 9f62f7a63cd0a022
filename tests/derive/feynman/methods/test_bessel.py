"""Bessel's integral over a period, Basset's over the half line."""

import pytest

from derive.feynman.methods.bessel import BesselIntegrals
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("e^(-a*cosh(x))*cosh(b*x)", "0", "oo"),
    ("e^(-a*cosh(x))", "0", "oo"),
    ("e^(-a*cosh(x))*cosh(x)^2", "0", "oo"),
    ("cos(2*x-a*sin(x))", "0", "pi"),
    ("cos(a*sin(x))", "0", "pi"),
    ("e^(a*cos(x))*cos(3*x)", "0", "pi"),
    ("e^(a*cos(x)+b*sin(x))", "0", "2*pi"),
    ("cos(a*cos(x))", "0", "pi"),
    ("sin(a*sin(x))*sin(x)", "0", "pi"),
]


@pytest.mark.parametrize("text, lower, upper", INTEGRALS)
def test_right(text, lower, upper):
    holds(BesselIntegrals(), text, lower, upper)


@pytest.mark.parametrize("k", [0, 3, 6])
def test_every_step_is_shown(k):
    shown(BesselIntegrals(), *INTEGRALS[k])


@pytest.mark.parametrize("text, upper", [("cosh(x)*e^(-x^2)", "oo"), ("cos(x)/(2+cos(x))", "pi"), ("cos(x)^2", "pi")])
def test_silent_on_other_forms(text, upper):
    assert proposed(BesselIntegrals(), problem(text, "0", upper)) is None
