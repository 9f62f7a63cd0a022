"""Polynomials times logarithms of sines and cosines over arcs: against the oracle, each step checked; refusals."""

import pytest

from derive.feynman.methods.arcs import Arcs
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

CASES = [
    ("x*log(sin(x))", "0", "pi/2", ""),
    ("x**2*log(sin(x))", "0", "pi", ""),
    ("x**3*log(cos(x))", "0", "pi/2", ""),
    ("log(sin(x))", "0", "pi/4", ""),
    ("log(2*sin(x/2))", "0", "2*pi/5", ""),
    ("x*log(2 + 2*cos(x))", "0", "2*pi/3", ""),
    ("x*log(tan(x))", "0", "pi/4", ""),
    ("x**2*log(tan(x/2))", "pi/3", "pi/2", ""),
    ("x*log(cos(pi*x))", "0", "1/2", ""),
    ("(1 - x)*log(sin(3*x/2))", "0", "2*pi/3", ""),
    ("x**2*log(sin(a*x))", "0", "pi/a", ""),
    ("x*log(1 - 2*a*cos(x) + a**2)", "0", "pi", "a < 1"),
    ("x*log(1 + 2*a*cos(x) + a**2)", "0", "pi", "a > 1"),
    ("x*log(2 + cos(x))", "0", "pi", ""),
    ("x/(5 - 4*cos(x))", "0", "pi", ""),
    ("x**3/(a**2 + b**2 - 2*a*b*cos(x))", "0", "pi", "b < a"),
    ("x*sin(x)/(5 - 4*cos(x))", "-pi", "0", ""),
]


@pytest.mark.parametrize("text, lower, upper, given", CASES, ids=[case[0] for case in CASES])
def test_it_is_right(text, lower, upper, given):
    holds(Arcs(), text, lower, upper, given)


@pytest.mark.parametrize("case", [CASES[0], CASES[8], CASES[11]], ids=lambda case: case[0])
def test_its_steps_stand(case):
    shown(Arcs(), *case)


@pytest.mark.parametrize(
    "text, lower, upper",
    [
        ("x*log(sin(x))", "0", "1"),  # Li₃ of e^{2i} has no closed form
        ("x*log(sin(x))*sin(x)", "0", "pi/2"),
        ("x*log(sin(x))**2", "0", "pi/2"),
        ("x*sin(x)", "0", "pi"),
        ("log(x)*log(sin(x))", "0", "pi/2"),
        ("x*log(sin(x) + sin(sqrt(2)*x))", "0", "pi/4"),
    ],
)
def test_what_is_of_another_kind_is_left_alone(text, lower, upper):
    assert proposed(Arcs(), problem(text, lower, upper)) is None
