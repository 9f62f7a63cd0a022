"""Exercises on Brownian functionals of the kinds in Karatzas-Shreve, Øksendal, Mörters-Peres and Borodin-Salminen, with
answers worked out by hand or taken from the literature."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from sympy import (
    Abs,
    Integral,
    Max,
    Min,
    Piecewise,
    Rational,
    asin,
    cos,
    erf,
    erfc,
    exp,
    pi,
    sign,
    sqrt,
)

from derive.evidence import Status
from derive.stochastic import Brownian, expectation

W, B = Brownian("W"), Brownian("B")
r, s, t, a, b, p = sp.symbols("r s t a b p", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}


def over(g: Any) -> Any:
    return Integral(g, (s, 0, t))


def event(condition: Any) -> Any:
    return Piecewise((1, condition), (0, True))


FIXED: dict[str, tuple[Any, Any]] = {
    "powers at two times": (W(t) ** 4 * W(s) ** 2, 3 * s * t * (4 * s + t)),
    "exponential martingales": (exp(W(s) + W(t)), exp((3 * s + t) / 2)),
    "waves": (cos(W(s)) * cos(W(t)), (exp(-(t - s) / 2) + exp(-(t + 3 * s) / 2)) / 2),
    "size of an increment": (Abs(W(t) - W(s)), sqrt(2 * (t - s) / pi)),
    "increments are independent": ((W(t) - W(s)) ** 3 * W(s), 0),
    "size of a product": (Abs(W(t) * B(t)), 2 * t / pi),
    "characteristic function of the product": (cos(a * W(t) * B(t)), 1 / sqrt(1 + a**2 * t**2)),
    "larger of two or nothing": (Max(W(t), B(t), 0), sqrt(t / pi) * (1 + sqrt(2)) / 2),
    "order of two motions": (event(W(s) > B(t)), Rational(1, 2)),
    "second moment beyond a level": (
        W(t) ** 2 * event(W(t) > a),
        a * sqrt(t / (2 * pi)) * exp(-(a**2) / (2 * t)) + t * erfc(a / sqrt(2 * t)) / 2,
    ),
    "reciprocal": (1 / (1 + W(t) ** 2), sqrt(pi / (2 * t)) * exp(1 / (2 * t)) * erfc(1 / sqrt(2 * t))),
    "larger of four (Spitzer)": (
        Max(W(1), W(2), W(3), W(4)),
        (1 + 1 / sqrt(2) + 1 / sqrt(3)) / sqrt(2 * pi),
    ),
    "cosine of the area": (cos(a * over(W(s))), exp(-(a**2) * t**3 / 6)),
    "area and weighted area": (over(W(s)) * over(s * W(s)), 5 * t**4 / 24),
    "positive part of the area": (Max(over(W(s)), 0), sqrt(t**3 / (6 * pi))),
    "area where the end is positive": (Max(W(t), 0) * over(W(s)), t**2 / 4),
    "sign of the end and the area": (sign(W(t)) * over(W(s)), sqrt(t**3 / (2 * pi))),
    "area above the end": (event(over(W(s)) > W(t)), Rational(1, 2)),
    "area weighted by its exponential": (W(t) * exp(a * over(W(s))), a * t**2 * exp(a**2 * t**3 / 6) / 2),
    "arcsine law, variance": (over(sign(W(s))) ** 2, t**2 / 2),
    "squares and the end": (over(W(s) ** 2) * W(t) ** 2, 7 * t**3 / 6),
    "product of two motions": (over(W(s) * B(s)) * W(t) * B(t), t**3 / 3),
    "capped size": (Min(Abs(W(t)), a), a * erfc(a / sqrt(2 * t)) + sqrt(2 * t / pi) * (1 - exp(-(a**2) / (2 * t)))),
    "straddle": (Abs(exp(W(t)) - 1), exp(t / 2) * erf(sqrt(t / 2))),
    "three sizes, one signed": (
        Abs(W(r)) * sign(W(s)) * W(t),
        2 * (sqrt(r * (s - r)) + r * asin(sqrt(r / s))) / pi,
    ),
}


LONG = {"arcsine law, variance", "reciprocal"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow, pytest.mark.ci] if n in LONG else ()) for n in FIXED]
)
def test_exercise(name):
    f, want = FIXED[name]
    found = expectation(f, given=() if f.has(Integral) else (r < s, s < t))
    assert found.evidence.status in SOUND
    for point in ({r: 0.3, s: 0.8, t: 1.7, a: 0.6, p: 1.3}, {r: 1.1, s: 1.3, t: 1.4, a: 1.9, p: 0.4}):
        assert abs(sp.N(found.value - want, 20).subs(point).evalf()) < 1e-12


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(
    ("f", "want"),
    [
        (over(W(s) ** 2) ** 3, 139 * t**6 / 120),  # κ of −½ log cosh √(2λ): ½, ⅓, 8/15
        (over(Max(W(s), 0)) ** 2, 17 * t**3 / 96),  # Takács
        (over(Abs(W(s))) ** 2, 3 * t**3 / 8),  # Takács
    ],
)
def test_areas(f, want):
    assert sp.simplify(expectation(f).value - want) == 0
