"""Where a closed form fails on a set that random points never hit, the result says so."""

import pytest
import sympy as sp

from derive.feynman.exceptional import exceptions
from derive.feynman.integrate import search_here
from derive.feynman.judge import Values, judge
from derive.feynman.problem import Problem

x = sp.Symbol("x", real=True)
r = sp.Symbol("r", real=True)
a, b = sp.symbols("a b", positive=True)
n = sp.Symbol("n", nonnegative=True)

CASES = [
    (sp.sin(n * x) / x, 0, sp.oo, (), sp.pi / 2, {sp.Ne(n, 0)}),
    (sp.sin(r * x) / x, 0, sp.oo, (), sp.pi * sp.sign(r) / 2, set()),
    (1 / (x**2 + r**2), 0, sp.oo, (), sp.pi / (2 * sp.Abs(r)), {sp.Ne(r, 0)}),
    (1 / ((x**2 + a**2) * (x**2 + b**2)), 0, sp.oo, (), sp.pi / (2 * (b**2 - a**2)) * (1 / a - 1 / b), {sp.Ne(a, b)}),
    (1 / ((x**2 + a**2) * (x**2 + b**2)), 0, sp.oo, (), sp.pi / (2 * a * b * (a + b)), set()),
    (1 / ((x**2 + a**2) * (x**2 + b**2)), 0, sp.oo, (a < b,), sp.pi / (2 * (b**2 - a**2)) * (1 / a - 1 / b), set()),
    (1 / (1 - 2 * a * sp.cos(x) + a**2), 0, sp.pi, (), sp.pi / sp.Abs(1 - a**2), {sp.Ne(a, 1)}),
    (sp.exp(-a * x), 0, sp.oo, (), 1 / a, set()),
]


@pytest.mark.parametrize("f, lower, upper, given, value, expected", CASES)
def test_the_sets_where_the_value_fails(f, lower, upper, given, value, expected):
    problem = Problem(f, x, lower, upper, given)
    values = Values(problem)
    assert judge(problem, value, values=values).passed
    assert set(exceptions(problem, value, values)) == expected


def test_the_result_carries_them():
    result = search_here(x**r, (x, 1, 2), timeout=20)
    assert sp.Ne(r, -1) in result.given
