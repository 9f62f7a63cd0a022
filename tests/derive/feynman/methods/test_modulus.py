"""Integrals of K and E over the modulus, against the oracle and mpmath."""

import mpmath
import pytest
import sympy as sp

from derive.feynman.methods.modulus import OverTheModulus
from tests.derive.feynman.methods.posing import problem, proposed

INTEGRALS = [
    "elliptic_k(x^2)",
    "x*elliptic_k(x^2)",
    "x^3*elliptic_k(x^2)",
    "(1-x^2)*elliptic_k(x^2)",
    "elliptic_e(x^2)",
    "x^2*elliptic_e(x^2)+x",
    "elliptic_k(x)/sqrt(x)",
    "elliptic_k(1-x^2)",
    "elliptic_e(1-x^2)",
    "sqrt(x)*elliptic_k(1-x)",
    "x^4*(elliptic_k(1-x^2)-elliptic_e(1-x^2))",
]


@pytest.mark.parametrize("text", INTEGRALS)
def test_right(text):
    posed = problem(text, "0", "1")
    found = proposed(OverTheModulus(), posed)
    assert found is not None and found.derivation is not None and found.derivation.last == found.value
    f = sp.lambdify(posed.variable, posed.integrand, "mpmath")
    with mpmath.workdps(40):  # 1 − x² must not round to 1: the integral from 1e−14 on
        wanted = mpmath.quad(f, [mpmath.mpf(10) ** -14, 0.01, 0.1, 0.5, 0.9, 1])
    assert abs(sp.N(found.value, 20) - wanted) < 1e-6


OTHERS = ["elliptic_k(x^2)^2", "elliptic_k(x^2)/(1+x)", "sqrt(x)*elliptic_k(x^2)", "elliptic_k(-x^2)"]


@pytest.mark.parametrize("text", OTHERS)
def test_silent_elsewhere(text):
    assert proposed(OverTheModulus(), problem(text, "0", "1")) is None


def test_a_symbolic_power():
    posed = problem("x^s*elliptic_k(1-x^2)", "0", "1")
    found = proposed(OverTheModulus(), posed)
    assert found is not None
    value = found.value.xreplace({p: sp.Rational(1, 3) for p in posed.parameters})
    with mpmath.workdps(40):
        third = mpmath.mpf(1) / 3
        wanted = mpmath.quad(lambda x: x**third * mpmath.ellipk(1 - x**2), [mpmath.mpf(10) ** -14, 0.01, 1])
    assert abs(sp.N(value, 20) - wanted) < 1e-9
