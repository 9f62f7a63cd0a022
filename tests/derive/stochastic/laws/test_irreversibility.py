"""Entropy production of linear processes: against the relative entropy of paths forwards and backwards in small steps,
heat flows between baths, equilibrium, and planted mistakes."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.laws import irreversibility as module
from derive.stochastic.laws.rational_matrices import determinant, inverse

t = sp.Symbol("t", positive=True)
x, y, u, v = sp.symbols("x y u v", real=True)
k, c, gamma, sigma, hot, cold = sp.symbols("k c gamma sigma T1 T2", positive=True)
AT = {k: 1.3, c: 0.7, gamma: 0.9, sigma: 1.1, hot: 2.0, cold: 0.6}
EXACT = {symbol: sp.Rational(str(value)) for symbol, value in AT.items()}

GYRATOR = SDE([x, y], [-k * x - c * y, -c * x - k * y], sp.diag(sp.sqrt(2 * hot), sp.sqrt(2 * cold)), t, given=[k > c])
ROTATING = SDE([x, y], [-k * x + c * y, -c * x - k * y], sp.eye(2) * sigma, t)
DRAGGED = SDE([x, u], [u, -k * x - gamma * u + c], [0, sigma], t)
SHEARED = SDE([x, y], [-k * x + c * y, -k * y], sp.eye(2) * sigma, t)
BATHS = SDE(
    [x, y, u, v],
    [u, v, -k * x - c * (x - y) - gamma * u, -k * y - c * (y - x) - gamma * v],
    sp.Matrix([[0, 0], [0, 0], [sp.sqrt(2 * gamma * hot), 0], [0, sp.sqrt(2 * gamma * cold)]]),
    t,
)
COUPLED = SDE([x, y], [-x, x - 2 * y], sp.eye(2), t, correlation=[[1, sp.Rational(1, 3)], [sp.Rational(1, 3), 1]])


def divergence(mean: Any, spread: Any, turn: Any) -> Any:
    """KL(N(m, S) ‖ N(R m, R S Rᵀ))."""
    other, gap = turn * spread * turn.T, turn * mean - mean
    ratio = mpmath.inverse(other) * spread
    trace = sum(ratio[i, i] for i in range(ratio.rows))
    shift = (gap.T * mpmath.inverse(other) * gap)[0]
    return (trace - ratio.rows + shift - mpmath.log(abs(mpmath.det(ratio)))) / 2


def entropy_of_paths(found: Any, step: float = 1e-5) -> float:
    """σ as (KL((X_0, X_h) ‖ (E X_h, E X_0)) − KL(X_0 ‖ E X_0))/h for small h: exact Gaussian steps."""
    sde, n = found.sde, found.sde.n

    def numbers(m: Any) -> Any:
        return mpmath.matrix([[mpmath.mpf(sp.N(e.subs(EXACT), 50)) for e in row] for row in sp.Matrix(m).tolist()])

    with mpmath.workdps(50):
        a, s, m = numbers(sp.Matrix(sde.drift).jacobian(sde.states)), numbers(found.covariance), numbers(found.mean)
        e = numbers(sp.diag(*(-1 if q in found.odd else 1 for q in sde.states)))
        flow = mpmath.expm(a * step)
        joint, swap, both = mpmath.zeros(2 * n), mpmath.zeros(2 * n), mpmath.zeros(2 * n, 1)
        joint[:n, :n], joint[:n, n:], joint[n:, :n], joint[n:, n:] = s, s * flow.T, flow * s, s
        swap[:n, n:], swap[n:, :n] = e, e
        both[:n, 0], both[n:, 0] = m, m
        return float((divergence(both, joint, swap) - divergence(m, s, e)) / step)


CASES = {"gyrator": GYRATOR, "rotating": ROTATING, "dragged": DRAGGED, "sheared": SHEARED, "coupled": COUPLED}


@pytest.mark.parametrize("name", CASES)
def test_rate_of_the_entropy_of_paths(name):
    found = CASES[name].irreversibility()
    assert found.evidence.status is Status.EXACT
    assert abs(float(found.production.subs(AT)) - entropy_of_paths(found)) < 2e-3


def test_reversed_twice_is_the_process_itself():
    for sde in (ROTATING, SHEARED):
        again = sde.irreversibility().reversed.irreversibility()
        assert all(sp.simplify(p - q) == 0 for p, q in zip(again.reversed.drift, sde.drift, strict=True))
        assert sp.simplify(again.production - sde.irreversibility().production) == 0


def test_books():
    assert sp.simplify(ROTATING.irreversibility().production - 2 * c**2 / k) == 0
    assert sp.simplify(GYRATOR.irreversibility().production - c**2 * (hot - cold) ** 2 / (2 * k * hot * cold)) == 0
    assert DRAGGED.irreversibility().odd == (u,) and DRAGGED.irreversibility().production == 0


@pytest.mark.slow
@pytest.mark.ci
def test_heat_between_two_baths():
    """σ is the heat that flows from the hot bath to the cold one, over their temperatures."""
    found = BATHS.irreversibility()
    heat = gamma * (hot - found.covariance[2, 2])
    assert sp.simplify(found.production - heat * (1 / cold - 1 / hot)) == 0
    assert found.odd == (u, v) and found.evidence.status is Status.EXACT
    assert abs(float(found.production.subs(AT)) - entropy_of_paths(found)) < 2e-2
    assert found.production.subs(hot, cold) == 0


def test_mutant(monkeypatch):
    honest = module._by_drift
    monkeypatch.setattr(module, "_by_drift", lambda *data: 2 * honest(*data))
    with pytest.raises(StochasticError, match="fails"):
        GYRATOR.irreversibility()


@pytest.mark.parametrize(
    ("sde", "odd", "words"),
    [
        (DRAGGED, (), "odd"),
        (SDE([x, y], [x, -y], sp.eye(2), t), None, "stable"),
        (SDE([x, y], [-(x**3), -y], sp.eye(2), t), None, "linear"),
        (GYRATOR, (u,), "no states"),
    ],
)
def test_refusals(sde, odd, words):
    with pytest.raises(StochasticError, match=words):
        sde.irreversibility(odd)


def test_matrices_of_rational_functions():
    m = sp.Matrix([[k, c, 1], [1 / k, gamma, c], [0, k + c, 2]])
    other = inverse(m)
    assert other is not None and (m * other).applyfunc(sp.cancel) == sp.eye(3)
    assert sp.cancel(determinant(m) - m.det()) == 0
    assert inverse(sp.Matrix([[k, 2 * k], [1, 2]])) is None


def test_unsolvable_is_said():
    with pytest.raises(Unsolvable, match="dependent"):
        SDE([x, y], [-x, -2 * y], [1, 1], t).irreversibility()
