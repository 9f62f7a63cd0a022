"""Walks between walls against the master equation and a matrix power; the gambler's ruin and its limit."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import RandomWalk, StochasticError, Unsolvable

h, v, D = sp.symbols("h v D", positive=True)
n, k, j = sp.symbols("n k j", integer=True, positive=True)
FAIR = RandomWalk([(h, sp.Rational(1, 2)), (-h, sp.Rational(1, 2))], h, h**2)
BIASED = RandomWalk([(h, sp.Rational(2, 3)), (-h, sp.Rational(1, 3))], h, h**2)
LAZY = RandomWalk([(h, sp.Rational(1, 4)), (-h, sp.Rational(1, 4))], h, h**2)
CLOSED = {
    "absorbing": (BIASED, 0, 5, "absorbing"),
    "absorbing, moved": (LAZY, -2, 4, "absorbing"),
    "reflecting": (LAZY, 0, 5, "reflecting"),
    "half-line, absorbing": (BIASED, 0, sp.oo, "absorbing"),
    "half-line, reflecting": (FAIR, 0, sp.oo, "reflecting"),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_laws_are_those_of_the_master_equation(name):
    walk, low, high, kind = CLOSED[name]
    walled = walk.between(low, high, kind)
    law = walled.law(n, k, j)
    for steps in (3, 4):
        exact = walled.probabilities(steps, low + 2)
        assert sum(exact.values()) == 1
        for site in range(low + 1, low + 5):
            value = law.subs({n: steps, k: low + 2, j: site}).doit()
            assert abs(sp.N(value - exact.get(site, 0), 20)) < 1e-15, (steps, site)


def test_the_master_equation_is_a_matrix_power():
    p, q = sp.Rational(2, 3), sp.Rational(1, 3)
    matrix = sp.zeros(4, 4)
    for site in range(4):
        matrix[site, min(site + 1, 3)] += p
        matrix[site, max(site - 1, 0)] += q
    exact = BIASED.between(0, 3, "reflecting").probabilities(6, 1)
    assert [exact.get(site, 0) for site in range(4)] == list((matrix**6)[1, :])


def test_the_free_law_vanishes_at_sites_of_the_other_parity():
    law = FAIR.law(n, j)
    assert law.subs({n: 3, j: 2}) == 0 and law.subs({n: 3, j: 5}) == 0
    assert law.subs({n: 3, j: 1}) == sp.Rational(3, 8)


def test_ruin_tends_to_the_exit_probability():
    bias = v * h / (4 * D)
    walk = RandomWalk([(h, sp.S.Half + bias), (-h, sp.S.Half - bias)], h, h**2 / (2 * D))
    passage = walk.ruin_in_the_limit(0, 1)
    assert passage.evidence.status is Status.AGREED
    x = walk.states[0]
    expected = (1 - sp.exp(-v * x / D)) / (1 - sp.exp(-v / D))
    assert sp.simplify(passage.value - expected) == 0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: FAIR.between(3, 1), "lower wall first"),
        (lambda: FAIR.between(0, 3, "sticky"), "absorbing"),
        (lambda: RandomWalk([(2 * h, 1)], h, h).between(0, 3), "one spacing"),
    ],
)
def test_refusals(make, said):
    with pytest.raises(StochasticError, match=said):
        make()


def test_walls_without_a_closed_law_are_told():
    with pytest.raises(Unsolvable, match="probabilities"):
        BIASED.between(0, 3, ("reflecting", "absorbing")).law(n, k, j)
