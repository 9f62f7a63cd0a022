"""de Moivre-Laplace: against binomial numbers, and with planted mistakes."""

from __future__ import annotations

import math

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import RandomWalk, StochasticError
from derive.stochastic.walks.local_limit import _against_the_law, jumps_of, local_limit
from tests.derive.stochastic.comparison import same

h, p, n, k, x = sp.symbols("h p n k x")
HALF = sp.Rational(1, 2)


def coin(chance: sp.Expr) -> RandomWalk:
    return RandomWalk([(h, chance), (-h, 1 - chance)], h, h)


def test_symmetric():
    found = coin(HALF).local_limit(n, k)
    assert found.span == 2 and found.order == 1 and found.evidence.status is Status.AGREED
    assert same(found.value, 2 / sp.sqrt(2 * sp.pi * n) * sp.exp(-(k**2) / (2 * n)))
    exact = math.comb(400, 210) / 2**400
    assert abs(float(found.value.subs({n: 400, k: 20})) / exact - 1) < 1 / 400


def test_asymmetric():
    found = coin(p).local_limit(n, k)
    variance = 4 * p * (1 - p)
    assert found.order == HALF and same(found.variance, variance) and same(found.mean, 2 * p - 1)
    at = {n: 900, k: 300 + 20, p: sp.Rational(2, 3)}
    exact = math.comb(900, 610) * (2 / 3) ** 610 * (1 / 3) ** 290
    plain, better = (abs(float(e.subs(at)) / exact - 1) for e in (found.value, found.corrected))
    assert better < 3 / 900 and better < plain


@pytest.mark.parametrize(
    ("jumps", "span"),
    [
        ([(h, sp.Rational(1, 4)), (-h, sp.Rational(1, 4))], 1),  # lazy
        ([(2 * h, sp.Rational(1, 3)), (-h, sp.Rational(2, 3))], 3),
        ([(h, p), (3 * h, 1 - p)], 2),
    ],
)
def test_spans(jumps, span):
    found = RandomWalk(jumps, h, h**2).local_limit(n, k)
    assert found.span == span and found.evidence.status is Status.AGREED
    assert "order" in str(found)


@pytest.mark.parametrize("factor", [sp.Integer(2), 1 + 1 / sp.sqrt(n), sp.exp(k**2 / (8 * n))])
def test_mutants(factor):
    walk = coin(HALF)
    value = local_limit(walk, n, k).value * factor
    with pytest.raises(StochasticError, match="falls"):
        _against_the_law(walk, jumps_of(walk), 2, (value, value), (1.0, 1.0), (n, k))


@pytest.mark.parametrize(
    "walk",
    [
        RandomWalk([(h, (1 + x) / 2), (-h, (1 - x) / 2)], h, h**2, x),
        RandomWalk([(h, sp.S.One)], h, h),
        RandomWalk([(sp.sqrt(2) * h, HALF), (-h, HALF)], h, h),
    ],
)
def test_refusals(walk):
    with pytest.raises(StochasticError):
        walk.local_limit(n, k)
