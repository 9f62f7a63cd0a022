"""Cauchy's Beta integral against enclosures of the integral."""

import pytest
import sympy as sp

from derive.feynman.methods.cauchybeta import CauchyBeta
from derive.feynman.problem import Problem
from derive.feynman.search import Searching

x = sp.Symbol("x", real=True)
a, b = sp.symbols("a b", positive=True)
HALF = sp.pi / 2

CASES = [
    (sp.cos(x) ** a * sp.cos(a * x), 0, HALF, []),
    (3 * sp.cos(x) ** (a - 1) * sp.cos(b * x), 0, HALF, []),
    (sp.sqrt(sp.cos(x)) * sp.cos(3 * x), -HALF, HALF, []),
    (sp.sin(x) ** a * sp.sin(b * x), 0, sp.pi, []),
    (sp.sin(x) ** sp.Rational(1, 3) * sp.cos(b * x), 0, sp.pi, []),
    (sp.cos(x) ** (a - 1) * sp.sin((a + 1) * x) * sp.sin(x), 0, HALF, []),
    (sp.sin(x) ** a * (sp.cos(b * x) * sp.cos(x) + 2 * sp.sin(3 * x)), 0, sp.pi, []),
]


@pytest.mark.parametrize("f, lower, upper, given", CASES, ids=[str(case[0]) for case in CASES])
def test_the_value_is_accepted_and_a_wrong_one_is_not(f, lower, upper, given):
    problem, search = Problem(f, x, lower, upper, given), Searching(30.0, 300.0)
    (found,) = CauchyBeta().proposals(problem, search)
    assert search.accepts(problem, found.value)
    assert not search.accepts(problem, found.value * (1 + sp.Rational(1, 10**9)))


@pytest.mark.parametrize(
    "f, lower, upper",
    [(sp.cos(x) ** a * sp.sin(b * x), 0, HALF), (sp.cos(x) ** a * sp.cos(b * x), 0, 1), (sp.cos(x) ** a, 0, HALF)],
)
def test_others_are_left_alone(f, lower, upper):
    assert not list(CauchyBeta().proposals(Problem(f, x, lower, upper), Searching(10.0)))
