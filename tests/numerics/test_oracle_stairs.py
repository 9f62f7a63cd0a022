"""Integrands that step: against sums over the steps, exactly."""

from itertools import pairwise

import pytest
import sympy as sp

from numerics import NotEnclosed, enclose
from numerics.oracle.stairs import stepwise

x = sp.Symbol("x")
third = sp.Rational(1, 3)

CASES = [
    (sp.floor(x), 0, sp.Rational(5, 2), sp.S(2)),
    (sp.floor(x) * x, 0, 3, sp.Rational(13, 2)),
    ((x - sp.floor(x)) ** 2, 0, 4, sp.Rational(4, 3)),
    (sp.ceiling(-2 * x), -1, 1, sp.Rational(1, 2) + sp.Rational(1, 2)),
    (sp.frac(x), -third, 2, 1 + sp.Rational(5, 18)),
    (sp.floor(x) * sp.exp(-x), 0, 2, sp.exp(-1) - sp.exp(-2)),
    (sp.floor(sp.pi * x), 0, 1, (sp.pi - 3) / sp.pi * 3 + 3 / sp.pi),
    (sp.floor(x) + sp.floor(x + third), 0, 1, third),
]


@pytest.mark.parametrize("f, lower, upper, value", CASES, ids=[str(case[0]) for case in CASES])
def test_the_value(f, lower, upper, value):
    found = enclose(sp.Integral(f, (x, lower, upper)), {}, digits=18, timeout=60)
    assert found.rigorous
    assert abs(found.mid - sp.N(value, 30)) < 1e-17
    back = enclose(sp.Integral(f, (x, upper, lower)), {}, digits=15, timeout=60)
    assert abs(back.mid + sp.N(value, 30)) < 1e-14


def test_pieces_cover_the_range_and_have_no_steps():
    pieces = stepwise(sp.floor(3 * x) + sp.ceiling(x / 2), x, sp.S(-1), sp.S(2))
    assert pieces[0][1] == -1 and pieces[-1][2] == 2
    assert all(one[2] == other[1] for one, other in pairwise(pieces))
    assert not any(f.has(sp.floor, sp.ceiling) for f, _, _ in pieces)


@pytest.mark.parametrize("f, lower, upper", [(sp.floor(1 / x), 0, 1), (sp.floor(x), 0, sp.oo), (x, 0, 1)])
def test_others_are_left_alone(f, lower, upper):
    assert stepwise(f, x, sp.sympify(lower), sp.sympify(upper)) is None


def test_what_cannot_be_listed_is_refused():
    with pytest.raises(NotEnclosed):
        enclose(sp.Integral(sp.floor(1 / x), (x, 0, 1)), {}, digits=15, timeout=20)
