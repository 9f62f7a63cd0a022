"""Densities with Bessel functions in the letters of the books: put back they give the density; others are left."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.stochastic import SDE
from derive.stochastic.shown.abbreviations import written_out
from derive.stochastic.shown.noncentral import noncentral

t = sp.Symbol("t", positive=True)
x, kappa, theta, sigma, a, b = sp.symbols("x kappa theta sigma a b", positive=True)
HALF = sp.Rational(1, 2)
PROCESSES = {
    "square root": SDE(x, kappa * (theta - x), sigma * sp.sqrt(x), t),
    "Bessel": SDE(x, a / x, 1, t),
    "radial": SDE(x, a / x - b * x, 1, t),
    "absorbed": SDE(x, a * x, sigma * sp.sqrt(x), t),
    "three halves": SDE(x, x * (a - b * x), sigma * x ** (3 * HALF), t),
}


LONG = {"square root", "three halves"}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow, pytest.mark.ci] if n in LONG else ()) for n in PROCESSES]
)
def test_letters_put_back_give_the_density(name):
    found = PROCESSES[name].transition()
    facts = (*found.sde.facts, *found.given)
    shown = noncentral(found.value, x, t, facts, set())
    assert shown is not None
    value, letters = shown
    assert len(sp.Tuple(value).free_symbols) <= 5
    whole = written_out(value, letters)
    names = sorted(found.value.free_symbols, key=str)
    for k in range(3):
        point = {s: sp.Rational(5 + 3 * j + k, 7 + j) for j, s in enumerate(names)}
        one, other = (sp.N(e.subs(point), 25) for e in (whole, found.value))
        assert abs(one / other - 1) < 1e-20
    assert noncentral(found.value, x, t, facts, {"u"}) is None
    for spoilt in (2 * found.value, x * found.value, t * found.value, found.value * sp.exp(-x)):
        assert noncentral(spoilt, x, t, facts, set()) is None
