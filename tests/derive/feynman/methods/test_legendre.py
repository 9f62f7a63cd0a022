"""Complete elliptic integrals from Legendre's normal form, against the oracle."""

import mpmath
import pytest
import sympy as sp

from derive.feynman.methods.legendre import Legendre, normal_integral
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("1/sqrt((1-x^2)*(1-a^2*x^2))", "0", "1", "a<1"),
    ("x^2/sqrt((1-x^2)*(1-a^2*x^2))", "0", "1", "a<1"),
    ("sqrt(1-a^2*x^2)/sqrt(1-x^2)", "0", "1", "a<1"),
    ("1/sqrt((a^2-x^2)*(x^2-b^2))", "b", "a", "b<a"),
    ("x^2/sqrt((a^2-x^2)*(x^2-b^2))", "b", "a", "b<a"),
    ("1/sqrt(x*(x+a)*(x+b))", "0", "oo", "b<a"),
    ("1/sqrt((1+x^2)*(1+a^2*x^2))", "0", "oo", "a<1"),
    ("1/(sqrt(x^2-1)*sqrt(x^2+3))", "1", "oo", ""),
    ("1/((1+x^2)*sqrt((1-x^2)*(4-x^2)))", "0", "1", ""),
    ("1/sqrt((x-1)*(x-2)*(x-3))", "1", "2", ""),
    ("1/sqrt((x-1)*(x-2)*(x-3))", "3", "oo", ""),
    ("1/sqrt(x*(1-x)*(2-x)*(3-x))", "0", "1", ""),
    ("1/((1+b*sin(x)^2)*sqrt(1-a^2*sin(x)^2))", "0", "pi/2", "a<1"),
    ("1/((1+b*sin(x)^2)^2*sqrt(1+a^2*sin(x)^2))", "0", "pi/2", ""),
    ("sin(x)^4/sqrt(1-a^2*sin(x)^2)", "0", "pi/2", "a<1"),
    ("(1-a^2*sin(x)^2)^(-5/2)", "0", "pi/2", "a<1"),
    ("cos(x)^2/sqrt(1+3*sin(x)^2)", "0", "pi", ""),
    ("1/sqrt(x^4+x^2+1)", "0", "oo", ""),
    ("1/((1+x^2)*sqrt(x^4+x^2+1))", "0", "oo", ""),
    ("1/sqrt(x^3-1)", "1", "oo", ""),
    ("1/sqrt(x^3+3*x)", "0", "oo", ""),
]


@pytest.mark.parametrize("text, lower, upper, given", INTEGRALS)
def test_right(text, lower, upper, given):
    holds(Legendre(), text, lower, upper, given)


SLOW = [pytest.mark.slow, pytest.mark.ci]


@pytest.mark.parametrize("k", [0, 12, 16, *(pytest.param(k, marks=SLOW) for k in (3, 4, 6, 10))])
def test_every_step_is_shown(k):
    """The substitution to (0, 1), then the normal form."""
    shown(Legendre(), *INTEGRALS[k])


OTHERS = ["1/sqrt(1-x^2)", "x/sqrt(1-x^4)", "1/sqrt(1-x^5)", "sqrt(x)*log(x)", "1/sqrt((1-x^2)*(1-x/3))"]


@pytest.mark.parametrize("text", OTHERS)
def test_silent_where_it_is_no_complete_elliptic_integral(text):
    """The last one has its ends at 0 and 1, but 0 is no branch point."""
    assert proposed(Legendre(), problem(text, "0", "1")) is None


S = sp.Symbol("s")


@pytest.mark.parametrize("R", [S**3, 1 / (2 + S) ** 3, (1 + S) / (1 - S / 3) ** 2, S**2 / (3 - S), 1 / (5 - S)])
def test_normal_integrals_against_quadrature(R):
    m = sp.Rational(1, 3)
    mine = normal_integral(R, S, m)
    f = sp.lambdify(S, R / sp.sqrt(1 - m * S), "mpmath")
    assert abs(sp.N(mine, 20) - mpmath.quad(lambda t: f(mpmath.sin(t) ** 2), [0, mpmath.pi / 2])) < 1e-12


def test_a_pole_on_the_range_is_refused():
    assert normal_integral(1 / (1 - S), S, sp.Rational(1, 3)) is None
