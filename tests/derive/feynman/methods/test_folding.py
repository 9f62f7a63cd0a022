"""Periodic times rational: folded into one period and solved there; the values by Lobachevsky's formula and Fourier's
series."""

import pytest
import sympy as sp

from derive.feynman.methods.folding import Folding
from derive.feynman.problem import Problem
from derive.feynman.search import Searching
from numerics import enclose

x = sp.Symbol("x", real=True)
a = sp.Symbol("a", positive=True)

CASES = [
    (sp.sin(sp.tan(x)) / x, sp.pi / 2 * (1 - sp.exp(-1))),
    (1 / ((5 - 4 * sp.cos(x)) * (x**2 + a**2)), sp.pi / (6 * a) * (2 * sp.exp(a) + 1) / (2 * sp.exp(a) - 1)),
    (sp.log(5 - 4 * sp.cos(x)) / (x**2 + a**2), sp.pi / a * sp.log(2 - sp.exp(-a))),
]


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("f, value", CASES, ids=[str(case[0]) for case in CASES])
def test_values(f, value):
    problem = Problem(f, x, 0, sp.oo)
    search = Searching(60.0, 600.0)
    found = next(iter(Folding().proposals(problem, search)))
    for at in ({a: sp.Rational(2, 3)}, {a: sp.Rational(9, 4)}):
        assert abs(enclose((found.value - value).subs(at), {}, digits=18).mid) < 1e-16
    assert not found.guessed


def test_other_integrands_are_left_alone():
    for f in (sp.sin(x) / x, sp.exp(-x) * sp.cos(sp.tan(x)), 1 / (1 + x**2)):
        assert not list(Folding().proposals(Problem(f, x, 0, sp.oo), Searching(10.0)))
