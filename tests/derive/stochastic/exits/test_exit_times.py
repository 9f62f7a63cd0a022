"""Exit times with walls and ends that are never reached, against closed answers and the slopes of transforms."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Rational, exp, log, oo, sqrt

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError
from derive.stochastic.solutions.exponential_powers import exponential_powers
from tests.derive.stochastic.comparison import same

x, t = sp.symbols("x t")
a, b, mu, sigma, L, N = sp.symbols("a b mu sigma L N")
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
KEEP = ("reflecting", "absorbing")
rate = 2 * mu / sigma**2

TIMES: dict[str, tuple[SDE, Any, Any, dict[str, Any], Any]] = {
    "mirror at 0": (SDE(x, 0, sigma, t), 0, L, {"walls": KEEP}, (L**2 - x**2) / sigma**2),
    "mirror and drift": (
        SDE(x, mu, sigma, t),
        0,
        L,
        {"walls": KEEP},
        (L - x) / mu + (exp(-rate * L) - exp(-rate * x)) / (mu * rate),
    ),
    "second moment": (SDE(x, 0, 1, t), -1, 1, {"power": 2}, Rational(5, 3) - 2 * x**2 + x**4 / 3),
    "geometric, no drift": (
        SDE(x, 0, sigma * x, t),
        a,
        b,
        {},
        2 * (log(x / a) - (x - a) / (b - a) * log(b / a)) / sigma**2,
    ),
    "drift towards the level, from far": (SDE(x, 1, 1, t), -oo, 2, {}, 2 - x),
    "drift towards the level, from above": (SDE(x, -1, 1, t), 0, oo, {}, x),
    "geometric, growing from 0": (
        SDE(x, mu * x, sigma * x, t, given=[mu > sigma**2 / 2, mu > 0, sigma > 0, b > 0], domain=(0, oo)),
        0,
        b,
        {},
        log(b / x) / (mu - sigma**2 / 2),
    ),
    "Bessel process out of a ball": (SDE(x, Rational(5, 4) / x, 1, t), 0, b, {}, 2 * (b**2 - x**2) / 7),
}


@pytest.mark.parametrize("name", TIMES)
def test_mean_exit_time(name):
    sde, low, high, options, want = TIMES[name]
    found = sde.mean_exit_time(low, high, **options)
    assert found.evidence.status in SOUND
    assert same(found.value, want, (), {"a": (0.1, 0.2), "b": (0.8, 0.9), "x": (0.3, 0.7)})


@pytest.mark.parametrize(
    ("sde", "low", "high", "level"),
    [
        (SDE(x, -x, 1, t), -oo, 1, 1),
        (SDE(x, 3 * (1 - x), sqrt(x), t, domain=(0, oo)), 0, 2, 2),
        (SDE(x, 3 * (1 - x), sqrt(x), t, domain=(0, oo)), Rational(1, 2), oo, Rational(1, 2)),
    ],
)
def test_mean_is_the_slope_of_the_transform(sde, low, high, level):
    """E T = −∂_λ E e^{−λT} at λ = 0: speed and scale against special functions."""
    start = sp.Rational(4, 5)
    mean = sp.lambdify(x, sde.mean_exit_time(low, high).value, "mpmath")(mpmath.mpf(4) / 5)
    law = sde.first_passage(level, start)
    transform = sp.lambdify(law.rate, law.laplace, "mpmath")
    step = mpmath.mpf(10) ** -6
    with mpmath.workdps(40):
        slope = (transform(-step) - transform(step)) / (2 * step)
    assert abs(mean - slope) < 1e-9 * abs(mean)


@pytest.mark.slow
@pytest.mark.ci
def test_kramers_time_keeps_its_integrals():
    found = SDE(x, x - x**3, 1, t).mean_exit_time(0, 1, walls=KEEP)
    scale = lambda u: mpmath.exp(u**4 / 2 - u**2)  # noqa: E731
    want = mpmath.quad(lambda u: scale(u) * mpmath.quad(lambda w: 2 / scale(w), [0, u]), [0.5, 1])
    assert abs(sp.lambdify(x, found.value, "mpmath")(mpmath.mpf(1) / 2) - want) < 1e-10


def test_exponentials_over_powers_are_integrated_by_parts():
    y = sp.Symbol("y", positive=True)
    f = exp(-3 * y) / y**4 + (2 - y) * exp(y) / y + y**2 * exp(2 * y) + 1 / y
    assert sp.simplify(sp.diff(exponential_powers(f, y), y) - f) == 0
    assert exponential_powers(exp(y**2) / y, y) is None


@pytest.mark.parametrize(
    ("sde", "low", "high", "options"),
    [
        (SDE(x, 1, 1, t), 0, oo, {}),
        (SDE(x, 0, 1, t), 0, oo, {}),
        (SDE(x, 0, 1, t), 0, 1, {"walls": ("reflecting", "reflecting")}),
        (SDE(x, 0, 1, t), 1, 0, {}),
        (SDE(x, -x, 1, t), -oo, oo, {}),
    ],
)
def test_no_finite_mean(sde, low, high, options):
    with pytest.raises(StochasticError):
        sde.mean_exit_time(low, high, **options)


@pytest.mark.parametrize(("pull", "centre"), [(sp.Rational(7, 5), 0), (-sp.Rational(3, 4), sp.Rational(1, 3))])
def test_linear_drift_by_hypergeometric_functions(pull, centre):
    """E T = ∫∫ over speed and scale by quadrature; the closed form has no integral, for pull and push alike."""
    sde = SDE(x, -pull * (x - centre), sp.Rational(6, 5), t)
    found = sde.mean_exit_time(-1, 2)
    assert not found.value.has(sp.Integral) and found.evidence.status in (Status.EXACT, Status.ENCLOSED)
    theta, middle, spread = float(pull), float(centre), 1.44

    def s(u):
        return mpmath.exp(theta * (u - middle) ** 2 / spread)

    def speed(u):
        return 2 / (spread * s(u))

    start, whole = mpmath.mpf("0.4"), mpmath.quad(s, [-1, 0, 2])
    chance = mpmath.quad(s, [-1, start]) / whole
    inner = [mpmath.quad(lambda u: s(u) * mpmath.quad(speed, [-1, u]), [-1, end]) for end in (2, start)]
    assert abs(sp.lambdify(x, found.value, "mpmath")(start) - (chance * inner[0] - inner[1])) < 1e-9


@pytest.mark.parametrize("power", [1, 3])
def test_geometric_exits_are_written_by_the_probability(power):
    """E T = (log(b/a) u − log(x/a))/(μ − σ²/2), u = (x^k − a^k)/(b^k − a^k), k = 1 − 2μ/σ²."""
    y = sp.Symbol("x", positive=True)
    sde = SDE(y, power * y, y, t, domain=(0, sp.oo))
    u, mean = sde.exit_probability(1, 3), sde.mean_exit_time(1, 3)
    k = 1 - 2 * power
    chance = (2**k - 1) / (sp.Integer(3) ** k - 1)
    assert abs(sp.N(u(2) - chance)) < 1e-12
    assert abs(sp.N(mean(2) - (sp.log(3) * chance - sp.log(2)) / (power - sp.Rational(1, 2)))) < 1e-12
