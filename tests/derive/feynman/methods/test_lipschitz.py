"""Integrals of Bessel functions, by theorems (Lipschitz, Weber, Schafheitlin) and by series: against the oracle."""

import mpmath
import pytest
import sympy as sp

from derive.feynman.methods.besselseries import BesselSeries, known
from derive.feynman.methods.lipschitz import LipschitzIntegrals
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

# The oracle takes seconds a point for waves that decay slowly.
SLOW = [pytest.mark.slow, pytest.mark.ci]
LIPSCHITZ = [
    pytest.param("besselj(0,a*x)*cos(b*x)", "a>b", marks=SLOW),
    pytest.param("besselj(0,a*x)*sin(b*x)", "b>a", marks=SLOW),
    pytest.param("besselj(1,a*x)*cos(b*x)/x", "a>b", marks=SLOW),
    ("besselj(1,a*x)/x", ""),
    pytest.param("e^(-a*x)*besselj(2,b*x)", "", marks=SLOW),
    pytest.param("x*e^(-a*x)*besselj(1,b*x)", "", marks=SLOW),
    ("e^(-a*x)*besselj(1,b*x)/x", ""),
    ("e^(-a*x)*besseli(0,b*x)", "a>b"),
    ("e^(-a*x)*besselk(0,b*x)", "a>b"),
    ("besselk(0,a*x)*sin(b*x)", ""),
    ("x*besselj(0,a*x)/(x^2+b^2)", ""),
    pytest.param("x*besselj(0,a*x)/(x^2+b^2)^(3/2)", "", marks=SLOW),
    ("besselj(1,x)^2/x", ""),
    ("besselj(2,x)^2/x^2", ""),
    pytest.param("besselj(0,5*x)*besselj(1,16*x)", "", marks=SLOW),
    pytest.param("besselj(0,16*x)*besselj(1,5*x)", "", marks=SLOW),
    pytest.param("besselj(0,5*x)*besselj(0,17*x)", "", marks=SLOW),
    ("besselj(1/2,5*x)*besselj(1/3,17*x)/sqrt(x)", ""),
]
SERIES = [
    ("e^(-a*x^2)*besseli(0,b*x^2)", "0", "oo", "a>b"),
    ("e^(-a*x)*besseli(0,b*x)", "0", "oo", "a>b"),
    ("e^(-a*x)*besselj(0,b*sqrt(x))", "0", "oo", ""),
    ("x*e^(-c^2*x^2)*besselj(0,a*x)", "0", "oo", ""),
    ("x^(n+1)*e^(-c^2*x^2)*besselj(n,a*x)", "0", "oo", ""),
    ("e^(-a*x^2)*besselj(0,b*x)", "0", "oo", ""),
    ("besselj(0,2*a*sin(x))", "0", "pi/2", ""),
    ("besselj(0,2*a*sin(x))", "0", "pi", ""),
    ("besselj(1,a*sin(x))*cos(x)", "0", "pi/2", ""),
    ("besselj(0,a*sin(x))*sin(x)", "0", "pi/2", ""),
    ("besselj(0,a*cos(x))*cos(x)", "0", "pi/2", ""),
    ("x*besselj(0,a*x)", "0", "1", ""),
    ("e^(-a*x^2)*cos(b*x)", "0", "oo", ""),
    ("e^(-x^2)*sin(2*a*x)", "0", "oo", ""),
    ("x*besseli(0,a*x)/sqrt(1-x^2)", "0", "1", ""),
]


@pytest.mark.parametrize("text, given", LIPSCHITZ)
def test_lipschitz(text, given):
    holds(LipschitzIntegrals(), text, "0", "oo", given)


def test_the_theorem_is_named_with_its_conditions():
    shown(LipschitzIntegrals(), "e^(-a*x)*besseli(0,b*x)", "0", "oo", "a>b")


@pytest.mark.parametrize("text, lower, upper, given", SERIES)
def test_term_by_term(text, lower, upper, given):
    holds(BesselSeries(), text, lower, upper, given)


@pytest.mark.parametrize("k", [0, 3, 8, 11])
def test_every_step_of_the_series_is_shown(k):
    shown(BesselSeries(), *SERIES[k])


def test_the_second_kind_against_quadrature():
    posed = problem("e^(-a*x)*bessely(0,b*x)", "0", "oo")
    found = proposed(LipschitzIntegrals(), posed)
    assert found is not None
    wanted = mpmath.quad(lambda x: mpmath.exp(-2 * x) * mpmath.bessely(0, 3 * x), [0, 0.01, 0.5, 2, 4, 8, 20])
    numbers = {p: sp.Integer(2) if p.name == "a" else sp.Integer(3) for p in posed.parameters}
    assert abs(sp.N(found.value.xreplace(numbers), 20) - wanted) < 1e-6


def test_both_cases_are_proposed_where_the_larger_rate_is_open():
    posed = problem("besselj(0,a*x)*sin(b*x)/x", "0", "oo")
    found = list(LipschitzIntegrals().proposals(posed, None))  # type: ignore[arg-type]
    a, b = posed.parameters
    assert {p.conditions: p.value for p in found} == {(b < a,): sp.asin(b / a), (b > a,): sp.pi / 2}


def test_the_discontinuous_integral_in_both_cases():
    posed = problem("besselj(0,a*x)*besselj(1,b*x)", "0", "oo")
    found = list(LipschitzIntegrals().proposals(posed, None))  # type: ignore[arg-type]
    a, b = posed.parameters
    assert {p.conditions: p.value for p in found} == {(a < b,): 1 / b, (b < a,): 0}
    assert proposed(LipschitzIntegrals(), problem("besselj(0,2*x)*besselj(1,3*x)/x^2", "0", "oo")) is None


SONINE = [
    ("cos(a*sinh(x))", 0),
    ("sin(a*sinh(x))*sinh(b*x)", 1),
    ("sin(a*sinh(x))", 0),
    ("cos(a*sinh(x))*cosh(b*x)", 1),
]


@pytest.mark.parametrize("text, cosh", SONINE)
def test_rotated_path_of_sonine(text, cosh):
    """The path u + i tanh u has the same ends up to a part on which e^{ia sinh x} has died out, and decays on it."""
    posed = problem(text, "0", "oo", "b<1" if cosh else "")
    found = proposed(LipschitzIntegrals(), posed)
    assert found is not None
    a, b = mpmath.mpf(4) / 3, mpmath.mpf(2) / 7

    def path(u):
        x = u + mpmath.j * mpmath.tanh(u)
        wave = mpmath.exp(1j * a * mpmath.sinh(x)) * (1 + 1j / mpmath.cosh(u) ** 2)
        if "sinh(b" in text:
            return wave * mpmath.sinh(b * x)
        return wave * mpmath.cosh(b * x) if cosh else wave

    integral = mpmath.quad(path, [0, 1, 2, 4, 8])
    wanted = integral.real if text.startswith("cos") else integral.imag
    numbers = {p: sp.Rational(4, 3) if p.name == "a" else sp.Rational(2, 7) for p in posed.parameters}
    assert abs(complex(sp.N(found.value.xreplace(numbers), 20)) - wanted) < 1e-10


OTHERS = ["besselj(0,x)^2", "besselj(0,x)*log(x)", "besselj(0,x^2)*e^(-x)*besselk(0,x)", "cos(sinh(x^2))"]


@pytest.mark.parametrize("text", OTHERS)
def test_silent_elsewhere(text):
    for method in (BesselSeries(), LipschitzIntegrals()):
        assert proposed(method, problem(text, "0", "oo")) is None


@pytest.mark.parametrize("z", ["1/3", "-5/7"])
def test_quadratic_transformation(z):
    """₂F₁(1/4, 3/4; 1; z) as an elliptic integral, against mpmath."""
    number, quarter = sp.Rational(z), sp.Rational(1, 4)
    value = known(sp.S.One, [quarter, 3 * quarter], [sp.S.One], number, lambda e: sp.N(e, 30), ())
    assert value is not None
    wanted = mpmath.hyp2f1(0.25, 0.75, 1, mpmath.mpf(number.p) / number.q)
    assert abs(complex(sp.N(value, 20)) - wanted) < 1e-12
