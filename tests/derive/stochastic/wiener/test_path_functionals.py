"""Expectations of time integrals of Brownian paths against known values, and against sums over a fine grid of times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from sympy import Abs, Heaviside, Integral, Rational, cosh, exp, pi, sqrt, tanh

from derive.evidence import Status
from derive.stochastic import Brownian, StochasticError, Unsolvable, expectation
from tests.derive.stochastic.comparison import same

W, s = Brownian("W"), sp.Symbol("s")
T, k = sp.symbols("T k", positive=True)
a = sp.Symbol("a")
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}


def over(g: Any, high: Any = T, low: Any = 0) -> Any:
    return Integral(g, (s, low, high))


def normal(u: Any) -> Any:
    return sp.erfc(-u / sqrt(2)) / 2


KNOWN: dict[str, tuple[Any, dict[Any, Any], Any]] = {
    "area": (over(W(s)) ** 2, {}, T**3 / 3),
    "area from 1 to 2": (over(W(s), 2, 1) ** 2, {}, Rational(4, 3)),
    "weighted area": (over(s * W(s)) ** 2, {}, 2 * T**5 / 15),
    "two areas": (over(W(s), 1) * over(W(s), 2), {}, Rational(5, 6)),
    "exponential of the area": (exp(a * over(W(s))), {}, exp(a**2 * T**3 / 6)),
    "squares": (over(W(s) ** 2), {}, T**2 / 2),
    "squares, second moment": (over(W(s) ** 2) ** 2, {}, 7 * T**4 / 12),
    "exponentials, second moment": (
        over(exp(W(s))) ** 2,
        {},
        2 - 8 * exp(T / 2) / 3 + 2 * exp(2 * T) / 3,
    ),
    "time above 0": (over(Heaviside(W(s))), {}, T / 2),
    "size": (over(Abs(W(s))), {}, sqrt(2 / pi) * 2 * T ** Rational(3, 2) / 3),
    "cube against the end": (over(W(s) ** 3) * W(T), {}, T**3),
    "bridge, squares": (over((W(s) - s * W(1)) ** 2, 1), {}, Rational(1, 6)),
    "bridge, area": (over(W(s) - s * W(1), 1) ** 2, {}, Rational(1, 12)),
    "squares, pinned": (over(W(s) ** 2, 1), {W(1): a}, a**2 / 3 + Rational(1, 6)),
    "Cameron and Martin": (exp(-(k**2) * over(W(s) ** 2) / 2), {}, 1 / sqrt(cosh(k * T))),
    "Lévy, pinned": (
        exp(-(k**2) * over(W(s) ** 2) / 2),
        {W(T): a},
        sqrt(k * T / sp.sinh(k * T)) * exp(-(a**2) * (k * T * sp.coth(k * T) - 1) / (2 * T)),
    ),
    "exponential of the area, pinned": (exp(-k * over(W(s))), {W(T): a}, exp(k**2 * T**3 / 24 - k * a * T / 2)),
    "area given the end": (exp(over(W(s), 1)), {W(1): 0}, exp(Rational(1, 24))),
    "end given the area": (W(T), {W.area((s, 0, T)): a}, 3 * a / (2 * T)),
    "two processes": (over(W(s) * Brownian("V")(s)) ** 2, {}, T**4 / 6),
    "larger of two times": (sp.Max(W(1), W(2)), {}, 1 / sqrt(2 * pi)),
    "order of two times": (Heaviside(W(2) - W(1)), {}, Rational(1, 2)),
    "call": (
        sp.Max(exp(W(T)) - k, 0),
        {},
        exp(T / 2) * normal((T - sp.log(k)) / sqrt(T)) - k * normal(-sp.log(k) / sqrt(T)),
    ),
    "sum over days": (sp.Sum(W(s), (s, 1, 3)) ** 2, {}, sp.Integer(14)),
    "four times": (W(1) * W(2) * W(3) * W(4), {}, sp.Integer(7)),
}


LONG = {"Lévy, pinned"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow, pytest.mark.ci] if n in LONG else ()) for n in KNOWN]
)
def test_known(name):
    f, on, want = KNOWN[name]
    found = expectation(f, on)
    assert found.evidence.status in SOUND
    assert same(found.value, want)


@pytest.mark.slow
@pytest.mark.ci
def test_cameron_and_martin_with_data_at_the_end():
    found = expectation(W(T) ** 2 * exp(-over(W(s) ** 2) / 2))
    assert same(found.value, tanh(T) / sqrt(cosh(T)))


@pytest.mark.parametrize("power", [2, 3])
def test_second_moments_against_sums_over_a_grid(power):
    """E (Σ W_iᵖ h)² by Isserlis' theorem on two grids, extrapolated: an independent route."""
    found = float(expectation(over(W(s) ** power, 1) ** 2).value)

    def riemann(n: int) -> float:
        times = (np.arange(n) + 0.5) / n
        c, p, q = np.minimum.outer(times, times), times[:, None], times[None, :]
        moment = p * q + 2 * c**2 if power == 2 else 9 * p * q * c + 6 * c**3
        return float(moment.sum() / n**2)

    assert abs((4 * riemann(400) - riemann(200)) / 3 - found) < 1e-5


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (W(-1) ** 2, "starts at the time 0"),
        (sp.Derivative(W(s), s) ** 2, "no derivative"),
        (over(W(s), 1, 2), "do not follow"),
    ],
)
def test_misuse_is_named(f, reason):
    with pytest.raises(StochasticError, match=reason):
        expectation(f)


@pytest.mark.parametrize("f", [1 / over(W(s) ** 2), exp(-over(W(s) ** 4)), exp(-over(s * W(s) ** 2))])
def test_what_is_not_closed_is_refused(f):
    with pytest.raises(Unsolvable):
        expectation(f)
