"""First passage laws: absorption of radial processes, drifts with A′ + A² constant, drifts away from a place."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Rational, cosh, erfc, exp, gamma, pi, sqrt, tanh

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError
from derive.stochastic.exits.absorption import absorption
from derive.stochastic.solutions.lamperti import lamperti
from tests.derive.stochastic.comparison import same

x, t, x0, mu, k, theta, sigma = sp.symbols("x t x0 mu k theta sigma")
y, y0, level, rate, vol = sp.symbols("y y0 level theta sigma", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
SIGNS = [mu > 0, sigma > 0]


def gaussian(distance: Any, clock: Any) -> Any:
    return distance / sqrt(2 * pi * clock**3) * exp(-(distance**2) / (2 * clock))


fading = vol**2 * (1 - exp(-2 * rate * t)) / (2 * rate)
survivor = exp(-mu * t)
DENSITIES: dict[str, tuple[SDE, Any, Any, Any, Any]] = {
    "Bessel in three dimensions, from above": (
        SDE(y, 1 / y, 1, t, given=[y0 > level]),
        level,
        y0,
        level / y0 * gaussian(y0 - level, t),
        level / y0,
    ),
    "drift of a hyperbolic tangent": (
        SDE(x, tanh(x), 1, t),
        1,
        0,
        cosh(1) * exp(-t / 2) * gaussian(1, t),
        None,
    ),
    "away from the level": (
        SDE(x, rate * x, vol, t, given=[x0 > 0]),
        0,
        x0,
        vol**2 * gaussian(x0, fading) * exp(-2 * rate * t),
        erfc(sqrt(rate) * x0 / vol),
    ),
    "branching": (SDE(y, 0, sqrt(y), t), 0, y0, 2 * y0 / t**2 * exp(-2 * y0 / t), sp.S.One),
    "branching, subcritical": (
        SDE(x, -mu * x, sigma * sqrt(x), t, given=SIGNS),
        0,
        x0,
        sp.diff(exp(-2 * mu * x0 * survivor / (sigma**2 * (1 - survivor))), t),
        sp.S.One,
    ),
    "branching, supercritical": (
        SDE(x, mu * x, sigma * sqrt(x), t, given=SIGNS),
        0,
        x0,
        sp.diff(exp(-2 * mu * x0 / (sigma**2 * (1 - survivor))), t),
        exp(-2 * mu * x0 / sigma**2),
    ),
    "Bessel in 3/2 dimensions": (
        SDE(y, 1 / (4 * y), 1, t),
        0,
        y0,
        (y0**2 / 2) ** Rational(1, 4) / gamma(Rational(1, 4)) * t ** -Rational(5, 4) * exp(-(y0**2) / (2 * t)),
        sp.S.One,
    ),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_density(name):
    sde, goal, start, want, chance = DENSITIES[name]
    found = sde.first_passage(goal, start)
    assert found.evidence.status in SOUND and found.quantity.startswith("density")
    at = {"level": (0.1, 0.2), "y0": (0.5, 0.9)}
    assert same(found.value, want, (), at)
    assert chance is None or same(found.probability, chance, (), at)


def test_square_root_process_to_zero_keeps_its_condition():
    facts = [k > 0, theta > 0, sigma > 0, 2 * k * theta < sigma**2]
    found = SDE(x, k * (theta - x), sigma * sqrt(x), t, given=facts).first_passage(0)
    numbers = {k: Rational(6, 5), theta: Rational(1, 5), sigma: 1, x0: Rational(1, 2)}
    density = sp.lambdify(t, found.value.subs(numbers), "mpmath")
    with mpmath.workdps(20):
        total = mpmath.quad(density, [0, 1, 5, mpmath.inf])
        damped = mpmath.quad(lambda s: density(s) * mpmath.exp(-s), [0, 1, 5, mpmath.inf])
        laplace = sp.lambdify([], found.laplace.subs(numbers).subs(found.rate, 1), "mpmath")()
    assert abs(total - 1) < 1e-9 and abs(damped - laplace) < 1e-9


def test_away_from_another_level():
    found = SDE(x, x, 1, t).first_passage(2, 1)
    assert same(found.probability, erfc(-1) / erfc(-2))
    s, start = mpmath.mpf("0.7"), mpmath.mpf(1)
    phi = sp.lambdify(found.rate, found.laplace, "mpmath")

    def solution(u: Any) -> Any:
        """∫₀^∞ r^s e^{−r²/4 + ru…}: the decaying solution of φ″/2 + uφ′ = sφ as a Laplace integral, another route."""
        return mpmath.exp(-(u**2)) * mpmath.quad(lambda r: r**s * mpmath.exp(-(r**2) / 4 + u * r), [0, 5, mpmath.inf])

    assert abs(phi(s) - solution(start) / solution(2)) < 1e-9


def test_level_from_above_in_low_dimensions_is_always_met():
    assert SDE(y, 1 / (4 * y), 1, t, given=[y0 > level]).first_passage(level, y0).probability == 1


@pytest.mark.parametrize("drift", [1 / y, 1 / (2 * y)])
def test_zero_is_not_reached(drift):
    with pytest.raises(StochasticError, match="never reached"):
        SDE(y, drift, 1, t).first_passage(0, y0)


def test_another_density_is_refused():
    from derive.stochastic.exits.first_passage import _passage_checks
    from derive.stochastic.sde import replace_sde

    sde = replace_sde(SDE(y, 0, sqrt(y), t, given=[y0 > 0]), domain=(0, sp.oo))
    law = absorption(sde, lamperti(sde), sp.S.Zero, rate)
    assert law is not None
    with pytest.raises(StochasticError):
        _passage_checks(sde, law.density * (1 + y), law.laplace, law.probability, y, rate, y0, sde.given)
