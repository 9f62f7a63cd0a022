"""Finite parts of Mellin transforms: right beyond the strips, additive, and silent where a term has no transform."""

import mpmath
import pytest
import sympy as sp

from derive.feynman.methods.kernels import lambert_transform
from derive.feynman.methods.mellin import Mellin, finite_value
from derive.feynman.methods.transforms import kernel_transform, pair_transform, wave_transform
from tests.derive.feynman.methods.posing import holds, problem, proposed, shown

INTEGRALS = [
    ("(1-e^(-a*x))^2/x^2", "0", "oo", ""),
    ("(cos(a*x)-cos(b*x))/x^2", "0", "oo", ""),
    ("(atan(a*x)-atan(b*x))/x", "0", "oo", ""),
    ("(e^(-a*x^2)-cos(x))/x", "0", "oo", ""),
    ("e^(-a*x)*(1-cos(b*x))/x^2", "0", "oo", ""),
    ("(1/sinh(x)-1/x)/x", "0", "oo", ""),
    ("x^3*e^x/(e^x-1)^2", "0", "oo", ""),
    ("sin(a*x)/(e^x+1)", "0", "oo", ""),
    ("cosh(a*x)/cosh(b*x)", "0", "oo", "a<b"),
    ("tanh(x)/x*e^(-a*x)", "0", "oo", ""),
    ("log(tanh(x))", "0", "oo", ""),
    ("x^2/(2*cosh(x)-1)", "0", "oo", ""),
    ("log(x)/cosh(x)", "0", "oo", ""),
    ("log(1+x)^2/x^2", "0", "oo", ""),
    ("log(1+x)/(1+x)^2", "0", "oo", ""),
    ("e^(-x)*besselk(1/3,x)", "0", "oo", ""),
    ("log(x)^2/(1+x+x^2)", "0", "oo", ""),
    ("x^(s-1)/(x^2+x+1)", "0", "oo", "s<2"),
    ("x^3*e^(-a*x)*sin(b*x)", "0", "oo", ""),
    ("e^(-x-1/x)/x", "0", "oo", ""),
    ("(1-besselj(0,x))/x^2", "0", "oo", ""),
    ("besselk(0,x)^2", "0", "oo", ""),
    ("erfc(x)*log(x)", "0", "oo", ""),
    ("log(log(1/x))/(1+x^2)", "0", "1", ""),
    ("((x-1)/log(x))^2", "0", "1", ""),
    ("(1/log(x)+1/(1-x))^2", "0", "1", ""),
    ("x^(a-1)/(1+x^b)", "0", "1", ""),
    ("log(1+x+x^2)/x", "0", "1", ""),
    ("x*e^(a*x)/(1+e^x)", "-oo", "oo", "a<1"),
    ("log(x)/x^2", "1", "oo", ""),
]


@pytest.mark.parametrize("text, lower, upper, given", INTEGRALS)
def test_right(text, lower, upper, given):
    holds(Mellin(), text, lower, upper, given)


STEPS = [
    ("x^2/sinh(x)^2", "0", "oo", ""),
    ("(e^(-a*x)-e^(-b*x))/x", "0", "oo", ""),
    ("log(x)/(1+x)^3", "0", "oo", ""),
    ("x^2*(coth(x)^2-1)", "0", "oo", ""),
]
MORE_STEPS = [
    ("x^(s-1)/(e^x-1)", "0", "oo", "s>1"),
    ("log(1+e^(-a*x))", "0", "oo", ""),
    ("log(x)^2/(1+x+x^2)", "0", "oo", ""),
    ("x^(a-1)/(1+x^b)", "0", "oo", "a<b"),
    ("log(log(1/x))/(1+x^2)", "0", "1", ""),
    ("e^(-x^2)*log(x)", "0", "oo", ""),
    ("(x^a-1)/log(x)", "0", "1", ""),
    ("x*(coth(x)-1)", "0", "oo", ""),
    ("x*(log(2*sinh(x))-x)", "0", "oo", ""),
    ("sin(a*x)/(e^x+1)", "0", "oo", ""),
    ("(1/log(x)+1/(1-x))^2", "0", "1", ""),
    ("x*e^(a*x)/(1+e^x)", "-oo", "oo", "a<1"),
]
SLOW = [pytest.mark.slow, pytest.mark.ci]


@pytest.mark.parametrize("text, lower, upper, given", [*STEPS, *(pytest.param(*c, marks=SLOW) for c in MORE_STEPS)])
def test_every_step_is_shown(text, lower, upper, given):
    """By rules, down to Euler's integrals, series of exponentials, or a transform with its source."""
    shown(Mellin(), text, lower, upper, given)


@pytest.mark.parametrize("text", ["sin(x)/(1+x^2)", "e^(-x^2)*cos(x)", "log(1+x)*log(1+1/x)/x^(1/2)", "zeta(x+2)"])
def test_silent_where_a_term_has_no_transform(text):
    assert proposed(Mellin(), problem(text, "0", "oo")) is None


@pytest.mark.parametrize("f", ["e^(-x)/x", "1/(x*(1+x))", "cos(x)/x"])
def test_poles_that_stay_are_no_value(f):
    """A divergent integral has a pole left over at ε = 0."""
    x = sp.Dummy("x", positive=True)
    posed = problem(f, "0", "oo")
    assert finite_value(posed.integrand.xreplace({posed.variable: x}), x) is None


X, S = sp.Symbol("x", positive=True), sp.Symbol("s")
TABLE = [
    (sp.atan(2 * X), -0.5),
    (sp.erfc(X / 2), 1.5),
    (sp.expint(1, 3 * X), 1.25),
    (sp.asinh(X), -0.5),
    (sp.besselk(sp.Rational(1, 3), X), 1.5),
    (sp.airyai(X), 1.5),
    ((2 + 3 * X**2) ** sp.Rational(-7, 3), 1.5),
    (1 / (X**2 + X + 2), 0.75),
    (sp.log(1 + X / 2), -0.5),
    (sp.log(3 + 2 * X) - sp.log(3), -0.5),
    (sp.log(X**2 - X + 1), -0.5),
]


@pytest.mark.parametrize("g, at", TABLE)
def test_table_against_quadrature(g, at):
    parts = [kernel_transform(term, X, S) for term in sp.Add.make_args(g) if term.has(X)]
    assert None not in parts
    mine = complex(sum(parts).subs(S, at))
    f = sp.lambdify(X, g, "mpmath")
    value = mpmath.quad(lambda u: f(mpmath.e**u) * mpmath.e ** (at * u), [-80, -10, 0, 3, 6, 80])
    assert abs(mine - complex(value)) < 1e-9 * max(1, abs(value))


def test_a_damped_bessel_function_against_quadrature():
    nu, at = sp.Rational(1, 3), 0.25
    mine = complex(pair_transform(sp.exp(-X), sp.besseli(nu, X), X, S).subs(S, at))

    def f(u):
        v = mpmath.e**u
        return mpmath.exp(-v) * mpmath.besseli(mpmath.mpf(1) / 3, v) * v**at

    value = mpmath.quad(f, [-60, -10, 0, 3, 6, 20, 120])
    assert abs(mine - complex(value)) < 1e-9 * abs(value)


@pytest.mark.parametrize(
    "g, at",
    [
        (1 / (sp.exp(X) - 1), 2.5),
        (sp.exp(-X / 3) / (1 + sp.exp(-2 * X)), 0.5),
        (1 / sp.cosh(X), 1.25),
        (1 / sp.sinh(X) ** 2, 3.5),
        (sp.log(1 - sp.exp(-X)), 1.5),
        (sp.sinh(X) / sp.cosh(3 * X), 0.75),
    ],
)
def test_lambert_series_against_quadrature(g, at):
    mine = complex(lambert_transform(g, X, S).subs(S, at))
    f = sp.lambdify(X, g, "mpmath")
    value = mpmath.quad(lambda u: f(mpmath.e**u) * mpmath.e ** (at * u), [-50, -5, 0, 2, 4, 5.2])
    assert abs(mine - complex(value)) < 1e-9 * max(1, abs(value))


def test_a_pole_that_is_no_root_of_unity_is_refused():
    assert lambert_transform(1 / (sp.exp(X) + 2), X, S) is None
    assert wave_transform(X + X**3, sp.S.Zero, "cos", X, S) is None
