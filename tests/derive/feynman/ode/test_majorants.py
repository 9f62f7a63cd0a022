"""What is suggested as a majorant is one, at random points; 1 − cos is seen to vanish at 0."""

import random

import pytest
import sympy as sp

from derive.feynman.ode.majorants import bounds_between, flattened, half_angles
from derive.feynman.problem import Problem

x = sp.Symbol("x", real=True)
a, b = sp.symbols("a b", positive=True)
HALF = sp.Rational(1, 2)

CASES = [
    (sp.exp(-b * x) * (1 - sp.cos(a * x)) / x, 0, sp.oo, 0, 1),
    (sp.exp(-a * x) * sp.sin(x) / x, 0, sp.oo, HALF, 2),
    ((sp.cos(a * x) - sp.cos(b * x)) / (1 + x**2), 0, sp.oo, 0, 3),
    (2 * a / ((a**2 + x**2) * (b**2 + x**2)), 0, sp.oo, HALF, 2),
    (sp.log(a**2 + x**2) / (b**2 + x**2), 0, sp.oo, 0, 1),
    (x**a * sp.log(x), 0, 1, HALF, 2),
    (sp.exp(-(x**2)) * sp.cos(a * x) ** 3 * x, 0, sp.oo, 0, 1),
]


@pytest.mark.parametrize("f, lower, upper, low, high", CASES, ids=[str(case[0]) for case in CASES])
def test_bounds_hold_at_random_points(f, lower, upper, low, high):
    problem = Problem(f, x, lower, upper, [a > low, a < high])
    found = list(bounds_between(f, problem, a, sp.sympify(low), sp.sympify(high)))
    assert found
    rng = random.Random(3)
    for bound in found:
        assert a not in bound.free_symbols
        for _ in range(60):
            p = sp.Rational(rng.randint(1, 999), 1000)
            point = {
                x: p if upper == 1 else p / (1 - p),
                a: low + (high - low) * sp.Rational(rng.randint(1, 999), 1000),
                b: sp.Rational(rng.randint(1, 400), 100),
            }
            assert abs(f.xreplace(point).evalf(20)) <= bound.xreplace(point).evalf(20) * (1 + sp.Float("1e-15"))


def test_what_vanishes_with_the_argument_is_seen():
    assert half_angles(1 - sp.cos(a * x)) == 2 * sp.sin(a * x / 2) ** 2
    assert half_angles(sp.cos(x) - 1) == -2 * sp.sin(x / 2) ** 2
    assert half_angles(1 + sp.cos(x)) == 1 + sp.cos(x) and half_angles(2 - sp.cos(x)) == 2 - sp.cos(x)
    assert flattened(1 - sp.cos(a * x), a) == 2
