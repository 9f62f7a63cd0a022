"""Ruin with long jumps in symbols, against the linear equations and known answers; mutants of the check."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, oo, sqrt

from derive.stochastic import RandomWalk, StochasticError, Unsolvable
from derive.stochastic.walks.ruin import _check, ruin_by_roots

h, p, q = sp.symbols("h p q", positive=True)
k, N = sp.symbols("k N", integer=True, positive=True)
HALF, THIRD = Rational(1, 2), Rational(1, 3)


def walk(table: dict[int, Any]) -> RandomWalk:
    return RandomWalk([(j * h, c) for j, c in table.items()], h, h**2)


@pytest.mark.parametrize(
    "table",
    [
        {2: p, -1: 1 - p},
        {1: p, -2: 1 - p},
        {1: p, -2: q},
        {2: p, 1: q, -1: q, -2: p},
        {2: HALF, -1: HALF},
        {2: THIRD, -1: 2 * THIRD},
    ],
    ids=str,
)
def test_against_the_linear_equations(table):
    """At whole numbers the sums over roots are what the equations give, also where the drift vanishes."""
    found = walk(table).ruin(k, N)
    for numbers in ({p: Rational(3, 10), q: Rational(1, 5)}, {p: THIRD, q: Rational(1, 6)}):
        fixed = {j: sp.sympify(c).subs(numbers) for j, c in table.items()}
        for start, goal in ((1, 2), (2, 7), (5, 6)):
            want = walk(fixed).ruin(start, goal)
            for value, right in zip(found, want, strict=True):
                assert abs(sp.N(value.subs(numbers).subs({k: start, N: goal}) - right, 20)) < 1e-12


chances = st.lists(st.integers(1, 6), min_size=3, max_size=3)


@pytest.mark.slow
@pytest.mark.ci
@settings(max_examples=6, deadline=None)
@given(chances, st.sampled_from([(2, 1, -1), (1, -1, -2), (2, -1, 0)]))
def test_any_probabilities(weights, jumps):
    table = {j: Rational(w, sum(weights)) for j, w in zip(jumps, weights, strict=True)}
    win, time = walk(table).ruin(k, N)
    exact = walk(table).ruin(3, 5)
    assert abs(sp.N(win.subs({k: 3, N: 5}) - exact[0], 20)) < 1e-12
    assert abs(sp.N(time.subs({k: 3, N: 5}) - exact[1], 20)) < 1e-12


@pytest.mark.slow
@pytest.mark.ci
def test_algebraic_roots():
    table = {3: Rational(1, 5), 1: Rational(1, 5), -1: Rational(2, 5), -2: Rational(1, 5)}
    win, _ = walk(table).ruin(k, N)
    assert abs(sp.N(win.subs({k: 2, N: 6}), 20) - walk(table).ruin(2, 6)[0]) < 1e-12


def test_without_a_goal():
    win, time = walk({1: p, -1: 1 - p}).ruin(k, oo)
    assert win.subs({p: Rational(3, 4), k: 2}) == Rational(8, 9)
    assert win.subs({p: THIRD, k: 2}) == 0
    assert time.subs({p: THIRD, k: 2}) == 6
    assert time.subs({p: Rational(3, 4), k: 2}) == oo
    win, _ = walk({2: HALF, -1: HALF}).ruin(k, oo)
    assert sp.simplify(win - (1 - ((sqrt(5) - 1) / 2) ** k)) == 0
    assert walk({1: p, -1: p}).ruin(k, oo) == (0, oo)


def test_mutants_are_refuted():
    steps: dict[Any, Any] = {sp.Integer(2): p, sp.Integer(-1): 1 - p}
    win, time = (e.args[-1][0] for e in ruin_by_roots(steps, k, N, ()))
    _check(steps, (win, time), k, N, (sp.Ne(p, THIRD),), ())
    for wrong in ((1 - win, time), (win, time + 1), (win, 2 * time), (win.subs(k, k + 1), time)):
        with pytest.raises(StochasticError, match="fails its check"):
            _check(steps, wrong, k, N, (sp.Ne(p, THIRD),), ())


@pytest.mark.parametrize(
    ("table", "goal", "reason"),
    [
        ({3: p, -1: 1 - p}, N, "no short formula"),
        ({1: p, -2: 1 - p}, oo, "of one spacing"),
        ({1: p, 2: q}, N, "one way"),
    ],
)
def test_refusals(table, goal, reason):
    with pytest.raises(Unsolvable, match=reason):
        walk(table).ruin(k, goal)
