"""The persistent walk: variance against its law, the diffusion limit, the telegraph equation; the central limit."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import PersistentWalk, RandomWalk, StochasticError

c, h, lam, v = sp.symbols("c h lambda v", positive=True)


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_the_variance_is_that_of_the_law(steps):
    walk = PersistentWalk(c, h, h**2)
    law = walk.probabilities(steps)
    assert sp.expand(sum(law.values())) == 1
    spread = sum(mass * (site * h) ** 2 for site, mass in law.items())
    assert sp.simplify(spread - walk.variance(steps)) == 0


def test_even_odds_are_the_simple_walk():
    half = sp.Rational(1, 2)
    simple = RandomWalk([(h, half), (-h, half)], h, h**2)
    assert PersistentWalk(half, h, h**2).probabilities(4) == simple.probabilities(4)
    assert PersistentWalk(half, h, h**2).limit().covariance[0, 0] == simple.limit().covariance[0, 0] == 1


def test_the_limit_has_the_rate_of_the_variance():
    walk, n = PersistentWalk(c, h, h**2), sp.Symbol("n", positive=True)
    rate = sp.limit(walk.variance(n).subs(c, sp.Rational(3, 4)) / (n * h**2), n, sp.oo)
    assert walk.limit().covariance[0, 0].subs(c, sp.Rational(3, 4)) == rate == 3


def test_the_telegraph_equation():
    equation, proof = PersistentWalk(1 - lam * h / v, h, h / v).telegraph()
    assert proof.status is Status.EXACT
    p = equation.lhs.atoms(sp.core.function.AppliedUndef).pop()
    x, t = p.args
    wave = sp.exp(sp.I * x - t * (lam - sp.sqrt(lam**2 - v**2)))
    assert sp.simplify((equation.lhs - equation.rhs).subs(p, wave).doit()) == 0


def test_refusals():
    with pytest.raises(StochasticError, match="telegraph"):
        PersistentWalk(1 - h, h, h).limit()
    with pytest.raises(StochasticError, match="order h²"):
        PersistentWalk(c, h, h).limit()


def test_de_moivre_and_laplace():
    """√n times the central probability tends to the normal density: the free law against its limit."""
    half = sp.Rational(1, 2)
    walk = RandomWalk([(h, half), (-h, half)], h, h**2)
    n = 4000
    for k in (0, 20, 60):
        exact = sp.N(walk.law(n, 2 * k), 20)
        normal = sp.N(2 * sp.exp(-(sp.Integer(2 * k) ** 2) / (2 * sp.Integer(n))) / sp.sqrt(2 * sp.pi * n), 20)
        assert abs(exact / normal - 1) < 1e-3
