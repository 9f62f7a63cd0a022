"""Where the expectation is not what the equation alone says: strict local martingales, expectations that blow up."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from sympy import Rational, cos, exp, sqrt

from derive.stochastic import SDE, StochasticError

x, t, b, mu, sigma, c = sp.symbols("x t b mu sigma c")
kappa, theta, vol, q = sp.symbols("kappa theta sigma q", positive=True)
LINE = SDE(x, 0, 1, t)


@pytest.mark.parametrize("noise", [x**2, x ** Rational(3, 2), x * sqrt(1 + x)])
def test_strict_local_martingales_have_no_moments_by_the_generator(noise):
    with pytest.raises(StochasticError, match="grows faster"):
        SDE(x, 0, noise, t, domain=(0, sp.oo)).moments(1)


@pytest.mark.parametrize("noise", [x**2, x ** Rational(3, 2), x * sqrt(1 + x)])
def test_their_mean_falls_where_a_law_is_known(noise):
    """E X_t < x by the law of the radial process, never x; X² dW: x (2N(1/(x√t)) − 1)."""
    process = SDE(x, 0, noise, t, domain=(0, sp.oo))
    if noise.has(sqrt(1 + x)):
        with pytest.raises(StochasticError, match="grows faster"):
            process.feynman_kac(x)
        return
    value = process.feynman_kac(x).value
    assert all(0 < float(value.subs({x: a, t: b})) < a for a, b in ((1.0, 0.5), (2.0, 1.5)))
    if noise == x**2:
        assert abs(float(value.subs({x: 1.3, t: 0.8})) - 1.3 * float(2 * mpmath.ncdf(1 / (1.3 * 0.8**0.5)) - 1)) < 1e-9


def test_the_mean_of_the_inverse_bessel_process_falls():
    """E X_t for dX = X² dW by the law of 1/X, a Bessel process in three dimensions: x₀ (2N(1/(x₀√t)) − 1) < x₀."""
    law = SDE(x, 1 / x, 1, t, domain=(0, sp.oo)).transition(1)
    density = sp.lambdify((x, t), law.value, "mpmath")
    mean = mpmath.quad(lambda r: density(r, 1) / r, [0, 1, 3, 12])
    assert abs(mean - (2 * mpmath.ncdf(1) - 1)) < 1e-9


def test_a_power_without_a_number_is_a_condition():
    found = SDE(x, mu * x, sigma * x**b, t, domain=(0, sp.oo)).feynman_kac(x)
    assert found.given == (sp.Le(2 * b, 2),)
    assert SDE(x, mu * x, sigma * x, t).feynman_kac(x).given == ()
    assert SDE(x, 0, sqrt(x * (1 - x)), t, domain=(0, 1)).moments(1)[x] == sp.Symbol("x0")


def test_expectations_end_where_they_become_infinite():
    assert LINE.feynman_kac(exp(x**2 / 4)).given == (1 - t / 2 > 0,)
    assert LINE.feynman_kac(1, -(x**2) / 2).given == (cos(t) > 0,)
    rooted = SDE(x, kappa * (theta - x), vol * sqrt(x), t)
    assert rooted.feynman_kac(exp(-q * x)).given == ()
    (condition,) = rooted.feynman_kac(exp(q * x)).given
    edge = sp.log(1 / (1 - 2 * kappa / (q * vol**2))) / kappa
    numbers = {kappa: 1, vol: 1, q: 4}
    assert condition.subs(numbers).subs(t, edge.subs(numbers) - Rational(1, 100)) == sp.true
    assert condition.subs(numbers).subs(t, edge.subs(numbers) + Rational(1, 100)) == sp.false


@pytest.mark.parametrize("potential", [x**2 / 2, c**2 * x**2])
def test_what_never_ends_has_no_condition(potential):
    assert LINE.feynman_kac(1, potential).given == ()
