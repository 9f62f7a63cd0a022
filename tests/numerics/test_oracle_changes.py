"""Waves of an inner function that runs to infinity: enclosed by that function as the new variable.

The reference values are classical closed forms, evaluated by mpmath; the changes themselves are compared with
quadrature between finite ends, where nothing of the theory of oscillating tails is needed.
"""

import mpmath
import pytest
import sympy as sp

from numerics import NotEnclosed, enclose
from numerics.oracle.budget import Budget
from numerics.oracle.changes import changed
from numerics.oracle.evaluate import Compiler

x = sp.Symbol("x")
p = sp.Symbol("p", positive=True)
oo, pi = sp.oo, sp.pi
third = sp.Rational(1, 3)

VALUES = [
    (sp.cos(x**3), 0, oo, sp.gamma(sp.Rational(4, 3)) * sp.cos(pi / 6)),
    (sp.sin(2 * x**4) * x, 0, oo, sp.sqrt(pi / 2) / (4 * sp.sqrt(2))),
    (sp.sin(x**third) / x, 0, oo, 3 * pi / 2),
    (sp.cos(x ** sp.Rational(3, 2)), 0, oo, sp.gamma(sp.Rational(5, 3)) * sp.cos(pi / 3)),
    (sp.sin(1 / x) / x, 0, oo, pi / 2),
    (sp.sin(1 / x**2), 0, oo, sp.sqrt(pi / 2)),
    (sp.cos(2 * sp.tan(x)), 0, pi / 2, pi / 2 * sp.exp(-2)),
    (sp.tan(x) * sp.sin(sp.tan(x)), 0, pi / 2, pi / (2 * sp.E)),
    (sp.cos(sp.tan(3 * x)), 0, pi / 6, pi / (6 * sp.E)),
    (sp.cos(2 * sp.sinh(x)), 0, oo, sp.besselk(0, 2)),
    (sp.sin(2 * sp.cosh(x)), 0, oo, pi / 2 * sp.besselj(0, 2)),
    (sp.sin(sp.exp(x)), -oo, oo, pi / 2),
]


@pytest.mark.parametrize("f, lower, upper, value", VALUES, ids=[str(case[0]) for case in VALUES])
def test_the_value_is_proven(f, lower, upper, value):
    found = enclose(sp.Integral(f, (x, lower, upper)), {}, digits=20, timeout=60)
    assert found.rigorous
    with mpmath.workdps(40):
        exact = mpmath.mpf(sp.N(value, 35))
        assert abs(found.mid - exact) <= found.radius + mpmath.mpf(10) ** -30
        assert abs(found.mid - exact * (1 + mpmath.mpf(10) ** -15)) > found.radius


@pytest.mark.parametrize("power", ["1/3", "2", "5/2", "27/64"])
def test_a_power_with_a_parameter(power):
    found = enclose(sp.Integral(sp.sin(x**p) / x, (x, 0, oo)), {p: sp.Rational(power)}, digits=18, timeout=60)
    assert found.rigorous
    assert abs(found.mid - mpmath.pi / 2 / mpmath.mpf(float(sp.Rational(power)))) < 1e-14


def test_what_diverges_is_refused_after_the_change():
    with pytest.raises(NotEnclosed, match="does not converge") as caught:
        enclose(sp.Integral(x**3 * sp.cos(x**3), (x, 0, oo)), {}, timeout=60)
    assert caught.value.final


SHAPES = [
    (sp.cos(x**3), sp.S(1), sp.S(2)),
    (x * sp.sin(1 / x), sp.Rational(1, 4), sp.S(1)),
    (sp.exp(sp.I * sp.tan(2 * x)) * x, sp.Rational(-1, 3), sp.Rational(1, 2)),
    (sp.sin(sp.sinh(x)) * sp.cosh(x) * x, sp.S(-1), sp.S(2)),
    (sp.cos(sp.cosh(3 * x)) + x, sp.Rational(1, 4), sp.S(1)),
    (sp.sin(sp.exp(x)) * sp.exp(-x) * x**2, sp.S(-1), sp.S(1)),
]


@pytest.mark.parametrize("f, lower, upper", SHAPES, ids=[str(case[0]) for case in SHAPES])
def test_the_changed_integral_is_equal(f, lower, upper):
    y = sp.Symbol("y", positive=True) if lower.is_nonnegative else sp.Symbol("y", real=True)
    forms = list(changed(Compiler({}, frozenset(), Budget(), 80), f.subs(x, y), y, lower, upper))
    assert forms
    known = mpmath.quad(sp.lambdify(x, f, "mpmath"), [lower, upper])
    for body, u, low, high in forms:
        again = mpmath.quad(sp.lambdify(u, body, "mpmath"), [sp.N(low, 20), sp.N(high, 20)])
        assert abs(known - again) < 1e-12


@pytest.mark.parametrize("f", [sp.cos(x**2 + 3 * x), sp.exp(-(x**3)), sp.cos(sp.log(x)), sp.cos(x**3 + x)])
def test_other_integrands_are_left_alone(f):
    y = sp.Symbol("y", positive=True)
    assert not list(changed(Compiler({}, frozenset(), Budget(), 80), f.subs(x, y), y, sp.S.One, sp.S(2)))
