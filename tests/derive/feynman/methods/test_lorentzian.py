"""Weights x/(x² + a²), arctan(x/a), log(1 + x²/a²) as Laplace integrals: Binet's formulas and their kin."""

import pytest
import sympy as sp

from derive.feynman.methods.lorentzian import Lorentzian, weight_of
from derive.feynman.search import Searching
from numerics import enclose
from tests.derive.feynman.methods.posing import agrees, problem

x = sp.Symbol("x", real=True)
a = sp.Symbol("a", positive=True)
t = sp.Symbol("t", positive=True)

SOLVED = [
    "x/((x**2+a**2)*(exp(2*pi*x)-1))",  # Binet
    "x/((x**2+a**2)*sinh(pi*x))",
    "1/((x**2+a**2)*cosh(pi*x))",
    "atan(x/a)/(exp(2*pi*x)-1)",  # Binet's second formula
]


@pytest.mark.slow
@pytest.mark.parametrize("text", [SOLVED[0], SOLVED[2], pytest.param(SOLVED[3], marks=pytest.mark.ci)])
def test_values_and_derivations(text):
    posed = problem(text, "0", "oo")
    search = Searching(40.0)
    found = next(iter(Lorentzian().proposals(posed, search)))
    assert agrees(posed, found.value) and found.derivation is not None
    rules = [type(step.because).__name__ for step in found.derivation.steps]
    assert rules[-4:] == ["Using", "Fubini", "Using", "Using"]


@pytest.mark.parametrize("text", [*SOLVED, "log(1+a**2*x**2)/cosh(x)", "3*x/((2*x**2+a)*cosh(x))"])
def test_the_weight_is_its_laplace_integral(text):
    """front · rest · weight is the integrand, and the weight is the integral, at points; the bound holds."""
    posed = problem(text, "0", "oo")
    found = weight_of(posed)
    assert found is not None
    whole = found.front * found.rest * found.weight
    for number, at in ((sp.Rational(1, 3), sp.Rational(5, 4)), (sp.Rational(7, 3), sp.Rational(2, 5))):
        point = {a: number, sp.Symbol("x", real=True): at}
        assert abs(sp.N((whole - posed.integrand).xreplace(point), 20)) < 1e-15
        body = found.wave(at * t) * found.damping(t) * sp.exp(-found.rate.xreplace(point) * t)
        value = enclose(sp.Integral(body, (t, 0, sp.oo)), {}, digits=15)
        assert value.overlaps(found.weight.xreplace(point))
        for u in (sp.Rational(1, 7), sp.Integer(2)):
            assert abs(sp.N(found.wave(at * u), 20)) <= found.bound(at * u)


OTHERS = [
    "x**2/((x**2+a**2)*sinh(x))",
    "x/((x**2-a**2)*sinh(x))",
    "x/((x**2+x+a)*sinh(x))",
    "1/(x**2+a**2)",
    "atan(x+a)/sinh(x)",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_weights_are_left_alone(text):
    assert weight_of(problem(text, "0", "oo")) is None
