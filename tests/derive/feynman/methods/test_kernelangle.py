"""The kernel 1/(cosh x + cos t): closed forms against enclosures of the integral, over real and imaginary angles."""

import pytest
import sympy as sp

from derive.feynman.methods.kernelangle import KernelAngle
from derive.feynman.problem import Problem
from derive.feynman.search import Searching

x = sp.Symbol("x", real=True)
a, b = sp.symbols("a b", positive=True)
oo = sp.oo

CASES = [
    (sp.cos(a * x) / (sp.cosh(x) + sp.cos(b)), 0, [b < sp.pi]),
    (3 * sp.cos(2 * x) / (2 * sp.cosh(a * x) + 1), 0, []),
    (sp.cosh(a * x) / (sp.cosh(x) + sp.cos(b)), 0, [b < sp.pi, a < 1]),
    (sp.cos(a * x) / (sp.cosh(x) + b), -oo, [b > 1]),
    (1 / (5 * sp.cosh(3 * x) - 3), 0, []),
    (1 / (sp.cosh(x) + 4), -oo, []),
    (x**2 / (sp.cosh(x) + sp.cos(b)), 0, [b < sp.pi]),
    (x**4 / (a + b * sp.cosh(x)), 0, [a > b]),
    (x * sp.sin(a * x) / (sp.cosh(2 * x) + sp.cos(b)), 0, [b < sp.pi]),
    (x**2 * sp.cos(a * x) / (sp.cosh(x) + 2), 0, []),
    (x * sp.sinh(a * x) / (3 * sp.cosh(x) + 1), 0, [a < 1]),
]


@pytest.mark.parametrize("f, lower, given", CASES, ids=[str(case[0]) for case in CASES])
def test_the_value_is_accepted_and_a_wrong_one_is_not(f, lower, given):
    problem, search = Problem(f, x, lower, oo, given), Searching(30.0, 300.0)
    (found,) = KernelAngle().proposals(problem, search)
    assert search.judged(problem, found).passed
    assert not search.accepts(problem, 2 * found.value)


@pytest.mark.parametrize("f", [x / (sp.cosh(x) + 2), sp.cos(x**2) / (sp.cosh(x) + 2), 1 / (sp.cosh(x) ** 2 + 2)])
def test_others_are_left_alone(f):
    assert not list(KernelAngle().proposals(Problem(f, x, 0, oo), Searching(10.0)))
