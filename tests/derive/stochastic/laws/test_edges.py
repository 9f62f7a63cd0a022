"""Transition laws of processes that start at an end of their domain: the limits of those from inside."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError

t = sp.Symbol("t", positive=True)
x = sp.Symbol("x", real=True)
y, kappa, theta, sigma = sp.symbols("y kappa theta sigma", positive=True)
LINE = (0, sp.oo)
POINT = {y: sp.Rational(7, 10), x: sp.Rational(7, 10), t: sp.Rational(4, 5)}
AT = POINT | {kappa: sp.Rational(6, 5), theta: sp.Rational(9, 10), sigma: sp.Rational(7, 10)}


def first_terms(value: sp.Expr) -> sp.Expr:
    """Sums over eigenfunctions cut where e^{−λ_n t} is below 1e-60."""
    return value.replace(sp.Sum, lambda f, limits: sum(f.subs(limits[0], k).doit() for k in range(14)))


@pytest.mark.parametrize(
    "sde",
    [
        SDE(y, 3, 2 * sp.sqrt(y), t, domain=LINE),
        pytest.param(
            SDE(y, kappa * (theta - y), sigma * sp.sqrt(y), t, domain=LINE), marks=[pytest.mark.slow, pytest.mark.ci]
        ),
        SDE(y, 1 / y, 1, t, domain=LINE),
        SDE(y, sigma / y + y, 1, t, domain=LINE),
        SDE(x, sp.Rational(1, 2) - x, sp.sqrt(x * (1 - x)), t, domain=(0, 1)),
    ],
    ids=str,
)
def test_limit_from_inside(sde):
    from_end, near = sde.transition(0), sde.transition(sp.Rational(1, 10**7))
    assert from_end.evidence.status in (Status.AGREED, Status.EXACT)
    here, there = (sp.N(first_terms(d.value.xreplace(AT)), 20) for d in (from_end, near))
    assert abs(here / there - 1) < 1e-4


@pytest.mark.parametrize(
    ("sde", "first", "words"),
    [
        (SDE(x, -x, x, t), 0, "stays there"),
        (SDE(x, -x, x, t), -1, "domain="),
        (SDE(y, -1 / y, 1, t, domain=LINE), 0, "absorbs"),
    ],
)
def test_refusals(sde, first, words):
    with pytest.raises(StochasticError, match=words):
        sde.transition(first)
