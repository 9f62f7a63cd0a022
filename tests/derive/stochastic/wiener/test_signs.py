"""Orthants, signs and kinks of Brownian values: known means, laws against numbers, and mutants for the checks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, And, Heaviside, Max, Min, Or, Piecewise, Rational, asin, erf, exp, log, pi, sign, sqrt

from derive.evidence import Status
from derive.stochastic import Brownian, StochasticError, Unsolvable, expectation
from derive.stochastic.wiener.by_quadrature import by_quadrature
from derive.stochastic.wiener.cells import piecewise_mean
from derive.stochastic.wiener.signs import in_signs, signed_moment

r, s, t, a, b = sp.symbols("r s t a b", positive=True)
p, q = sp.symbols("p q")
W, U = Brownian("W"), Brownian("U")
Z = sp.symbols("z1:4", real=True)
ORDER = (r < s, s < t)


def event(condition: Any) -> Any:
    return Piecewise((1, condition), (0, True))


KNOWN: dict[str, tuple[Any, Any]] = {
    "two positive": (event(And(W(s) > 0, W(t) > 0)), Rational(1, 4) + asin(sqrt(s / t)) / (2 * pi)),
    "three positive": (
        event(And(W(r) > 0, W(s) > 0, W(t) > 0)),
        Rational(1, 8) + (asin(sqrt(r / s)) + asin(sqrt(r / t)) + asin(sqrt(s / t))) / (4 * pi),
    ),
    "one of two": (event(Or(W(s) > 0, W(t) > 0)), Rational(3, 4) - asin(sqrt(s / t)) / (2 * pi)),
    "opposite sides": (event(W(s) * W(t) < 0), Rational(1, 2) - asin(sqrt(s / t)) / pi),
    "signs": (sign(W(s)) * sign(W(t)), 2 * asin(sqrt(s / t)) / pi),
    "absolute product": (Abs(W(s) * W(t)), 2 * (sqrt(s * (t - s)) + s * asin(sqrt(s / t))) / pi),
    "greater": (Max(W(s), W(t)), sqrt((t - s) / (2 * pi))),
    "greatest of three": (Max(W(r), W(s), W(t)), (sqrt(s - r) + sqrt(t - s) + sqrt(t - r)) / (2 * sqrt(2 * pi))),
    "rising below": (event(And(W(s) < W(t), W(t) < 0)), Rational(1, 4) - asin(sqrt(1 - s / t)) / (2 * pi)),
    "area and end": (event(And(W.area((a, 0, t)) > 0, W(t) > 0)), Rational(1, 4) + asin(sqrt(3) / 2) / (2 * pi)),
    "independent": (Max(W(t), U(t)), sqrt(t / pi)),
    "independent increment": (event(And(W(s) > 0, W(t) - W(s) > a)), (1 - erf(a / sqrt(2 * (t - s)))) / 4),
    "cube": (Abs(W(t)) ** 3, 2 * sqrt(2 / pi) * t ** Rational(3, 2)),
    "exponential of the size": (exp(-b * Abs(W(t))), exp(b**2 * t / 2) * (1 - erf(b * sqrt(t / 2)))),
    "exchange": (Max(exp(W(t)) - exp(U(t)), 0), exp(t / 2) * erf(sqrt(t) / 2)),
    "tilted sign": (exp(a * W(t)) * sign(W(s)), exp(a**2 * t / 2) * erf(a * sqrt(s / 2))),
    "a sure integral beside": (Abs(W(t)) * sp.Integral(s, (s, 0, a)), a**2 * sqrt(t / (2 * pi))),
    "level": (Heaviside(W(t) - a) * W(t), sqrt(t / (2 * pi)) * exp(-(a**2) / (2 * t))),
    "first larger": (
        event(Abs(W(t)) < Abs(W(s))),
        Rational(1, 2) - asin((t - s) / sqrt((t - s) * (t + 3 * s))) / pi,
    ),
    "two pairs": (
        event(And(W(s) > 0, W(t) > 0, U(s) > 0, U(t) > 0)),
        (Rational(1, 4) + asin(sqrt(s / t)) / (2 * pi)) ** 2,
    ),
    "smooth beside a kink": (W(s) * W(t) * Heaviside(W(t)), s / 2),
    "time above": (sp.Integral(Heaviside(W(s)), (s, 0, t)) ** 2, 3 * t**2 / 8),
}


LONG = {"time above"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow, pytest.mark.ci] if n in LONG else ()) for n in KNOWN]
)
def test_known(name):
    f, want = KNOWN[name]
    found = expectation(f, given=() if f.has(sp.Integral) and not f.has(a) else ORDER)
    assert found.evidence.status in {Status.AGREED, Status.ENCLOSED, Status.EXACT}
    for point in ({r: 0.3, s: 0.7, t: 1.9, a: 0.4, b: 1.3}, {r: 1.1, s: 1.2, t: 5.0, a: 2.0, b: 0.2}):
        assert abs(sp.N((found.value - want).subs(point), 20)) < 1e-12


def test_plain_symbols_and_values_on_the_way():
    value = expectation(event(And(W(p) > 0, W(q) > 0)), given=[p < q]).value
    assert abs(sp.N(value.subs({p: 1, q: 2}) - Rational(3, 8))) < 1e-12
    bridge = expectation(event(And(W(1) > 0, W(2) > 0)), on={W(3): 0}).value
    assert abs(sp.N(bridge - Rational(1, 4) - asin(Rational(1, 2)) / (2 * pi))) < 1e-12  # Cov/√: (1·1/3)/(2/3)


forms = st.lists(st.integers(-3, 3), min_size=3, max_size=3).filter(any)


@settings(max_examples=25, deadline=None)
@given(forms, forms, st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_products_of_two_signs(first, second, power):
    """E[z^α sign u sign v] by parts is what quadrature cell by cell gives, for any forms, parallel ones too."""
    sigma = sp.Matrix([[2, 1, 0], [1, 3, -1], [0, -1, 1]])
    monomial = sp.Mul(*(z**k for z, k in zip(Z, power, strict=True)))
    u, v = (sp.Add(*(c * z for c, z in zip(row, Z, strict=True))) for row in (first, second))
    opened, signs = in_signs(sign(u) * sign(v), Z, ())
    used = [form for symbol, form in signs.forms.items() if opened.has(symbol)]
    factor = opened.subs(dict.fromkeys(signs.forms, 1))
    value = complex(factor * signed_moment(sp.Poly(monomial, *Z), used, sp.zeros(3, 1), sigma, ()))
    want, bound = piecewise_mean(monomial * sign(u) * sign(v), list(Z), sp.zeros(3, 1), sigma)
    assert abs(value - want) <= (1e-5 + bound) * max(1, abs(want))


@settings(max_examples=20, deadline=None)
@given(forms, forms, st.integers(-4, 4))
def test_cells_against_the_sheet(first, second, rho):
    """P(u > 0, v > 0) = 1/4 + arcsin(ρ)/2π (Sheppard) in numbers, and a level by erfc: the oracle is itself checked."""
    sigma = np.array([[1, rho / 5, 0], [rho / 5, 1, 0], [0, 0, 2]])
    one, two = np.array(first), np.array(second)
    correlation = one @ sigma @ two / math.sqrt((one @ sigma @ one) * (two @ sigma @ two))
    u, v = (sp.Add(*(c * z for c, z in zip(row, Z, strict=True))) for row in (first, second))
    found, bound = piecewise_mean(event(And(u > 0, v > 0)), list(Z), sp.zeros(3, 1), sp.Matrix(sigma))
    want = 0.25 + math.asin(max(-1, min(1, correlation))) / (2 * math.pi)
    assert abs(found - want) < 1e-6 + bound
    level, bound = piecewise_mean(event(u > 1), list(Z), sp.zeros(3, 1), sp.Matrix(sigma))
    assert abs(level - math.erfc(1 / math.sqrt(2 * float(one @ sigma @ one))) / 2) < 1e-7 + bound


@pytest.mark.parametrize(
    ("f", "wrong"),
    [
        (event(And(W(s) > 0, W(t) > 0)), Rational(1, 4) + asin(s / t) / (2 * pi)),
        (event(And(W(s) > 0, W(t) > 0)), Rational(1, 4) - asin(sqrt(s / t)) / (2 * pi)),
        (Abs(W(s) * W(t)), 2 * (sqrt(s * (t - s)) - s * asin(sqrt(s / t))) / pi),
        (Max(W(s), W(t)), sqrt((t - s) / pi)),
        (Max(exp(W(s)) - 1, Min(W(t), 0)), log(2) + 0 * s * t),
    ],
)
def test_mutants_are_refuted(f, wrong):
    free = [W(s), W(t)]
    with pytest.raises(StochasticError, match="fails its check"):
        by_quadrature(f, free, sp.zeros(2, 1), sp.Matrix([[s, s], [s, t]]), wrong, (s < t,))


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (event(And(W(1) > 0, W(2) > 0, W(3) > 0, W(4) > 0)), "4 correlated signs"),
        (event(And(W(s) > a, W(t) > b)), "bivariate normal"),
        (event(W(s) ** 2 + W(t) ** 2 > 1 + W(s)), "no product of affine forms"),
        (sp.atan(W(s)) * sign(W(t)), "beside kinks"),
        (1 / Abs(W(t)), "diverges"),
    ],
)
def test_refusals_say_what_was_looked_for(f, reason):
    with pytest.raises(Unsolvable, match=reason):
        expectation(f, given=ORDER)
