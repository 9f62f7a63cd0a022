"""Feynman-Kac beyond the line and beyond calls: walls, potentials under piecewise data, several assets, sources."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Heaviside, Max, Rational, cosh, erf, erfc, exp, log, oo, pi, sign, sqrt, tanh

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from tests.derive.stochastic.comparison import same

x, y, v, t = sp.symbols("x y v t")
a, b, c, k, r, q, mu, sigma, theta = sp.symbols("a b c k r q mu sigma theta")
S, K, B, rate, vol = sp.symbols("S K B r sigma", positive=True)
s1, s2, rho = sp.symbols("s1 s2 rho")
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
BM = SDE(x, 0, 1, t)
HALF = SDE(x, 0, 1, t, domain=(0, oo))
PLANE = SDE([x, y], [0, 0], [[1, 0], [0, 1]], t)


def N(u: Any) -> Any:
    return erfc(-u / sqrt(2)) / 2


def call(price: Any, strike: Any, r: Any, sigma: Any, discount: Any = None) -> Any:
    d2 = (log(price / strike) + (r - sigma**2 / 2) * t) / (sigma * sqrt(t))
    return price * N(d2 + sigma * sqrt(t)) - strike * exp(-r * t) * N(d2)


def bachelier(z: Any) -> Any:
    return z * N(z / sqrt(t)) + sqrt(t / (2 * pi)) * exp(-(z**2) / (2 * t))


def margrabe(correlation: Any) -> Any:
    spread = sqrt(s1**2 + s2**2 - 2 * correlation * s1 * s2) * sqrt(t)
    d1 = log(x / y) / spread + spread / 2
    return x * N(d1) - y * N(d1 - spread)


CASES: dict[str, tuple[Any, Any, dict[str, Any], Any, dict[str, Any]]] = {
    "sign": (BM, sign(x), {}, erf(x / sqrt(2 * t)), {}),
    "interval of an OU process": (
        SDE(x, -x, 1, t),
        sp.Piecewise((1, (x > 0) & (x < 1)), (0, True)),
        {},
        N((1 - x * exp(-t)) * sqrt(2 / (1 - exp(-2 * t)))) - N(-x * exp(-t) * sqrt(2 / (1 - exp(-2 * t)))),
        {},
    ),
    "butterfly in any order of strikes": (
        SDE(x, r * x, sigma * x, t),
        Max(x - a, 0) - 2 * Max(x - b, 0) + Max(x - c, 0),
        {"potential": r},
        call(x, a, r, sigma) - 2 * call(x, b, r, sigma) + call(x, c, r, sigma),
        {},
    ),
    "hat": (
        BM,
        sp.Piecewise((1 - sp.Abs(x), sp.Abs(x) < 1), (0, True)),
        {},
        bachelier(x + 1) - 2 * bachelier(x) + bachelier(x - 1),
        {},
    ),
    "step under a linear potential": (
        BM,
        Heaviside(x),
        {"potential": c * x},
        exp(-c * x * t + c**2 * t**3 / 6) * N((x - c * t**2 / 2) / sqrt(t)),
        {},
    ),
    "down-and-out call": (
        SDE(S, rate * S, vol * S, t, domain=(B, oo), given=[K > B]),
        Max(S - K, 0),
        {"potential": rate, "wall": "absorbing"},
        call(S, K, rate, vol) - (S / B) ** (1 - 2 * rate / vol**2) * call(B**2 / S, K, rate, vol),
        {"B": (0.1, 0.2), "K": (0.5, 0.9), "S": (0.3, 0.9)},
    ),
    "survival": (HALF, sp.S.One, {"wall": "absorbing"}, erf(x / sqrt(2 * t)), {}),
    "survival with a drift": (
        SDE(x, mu, 1, t, domain=(0, oo)),
        sp.S.One,
        {"wall": "absorbing"},
        N((x + mu * t) / sqrt(t)) - exp(-2 * mu * x) * N((mu * t - x) / sqrt(t)),
        {},
    ),
    "survival below a level": (
        SDE(x, 0, 1, t, domain=(-oo, 1)),
        sp.S.One,
        {"wall": "absorbing"},
        erf((1 - x) / sqrt(2 * t)),
        {},
    ),
    "reflection": (
        HALF,
        exp(-x),
        {"wall": "reflecting"},
        exp(t / 2) * (exp(-x) * N((x - t) / sqrt(t)) + exp(x) * N((-x - t) / sqrt(t))),
        {},
    ),
    "reflected OU process": (
        SDE(x, -x, 1, t, domain=(0, oo)),
        x**2,
        {"wall": "reflecting"},
        x**2 * exp(-2 * t) + (1 - exp(-2 * t)) / 2,
        {},
    ),
    "absorbed OU process": (
        SDE(x, -theta * x, 1, t, domain=(0, oo)),
        x,
        {"wall": "absorbing"},
        x * exp(-theta * t),
        {},
    ),
    "exchange of two assets": (
        SDE([x, y], [r * x, r * y], [[s1 * x, 0], [0, s2 * y]], t, [[1, rho], [rho, 1]]),
        Max(x - y, 0),
        {"potential": r},
        margrabe(rho),
        {},
    ),
    "powers of two assets": (
        SDE([x, y], [r * x, r * y], [[s1 * x, 0], [0, s2 * y]], t),
        sqrt(x * y),
        {"potential": r},
        sqrt(x) * sqrt(y) * exp(-(s1**2 + s2**2) * t / 8),
        {},
    ),
    "half-plane": (PLANE, Heaviside(x - y), {}, N((x - y) / sqrt(2 * t)), {}),
    "larger of two": (
        PLANE,
        Max(x, y),
        {},
        y + (x - y) * N((x - y) / sqrt(2 * t)) + sqrt(t / pi) * exp(-((x - y) ** 2) / (4 * t)),
        {},
    ),
    "place of a particle with a noisy velocity": (
        SDE([x, v], [v, 0], [0, 1], t),
        Heaviside(x),
        {},
        N((x + v * t) / sqrt(t**3 / 3)),
        {},
    ),
    "source under killing": (BM, sp.S.Zero, {"potential": c, "source": 1}, (1 - exp(-c * t)) / c, {}),
    "source and data": (BM, x, {"source": x**2}, x + x**2 * t + t**2 / 2, {}),
    "source of an OU process": (
        SDE(x, -theta * x, sigma, t),
        sp.S.Zero,
        {"source": x},
        x * (1 - exp(-theta * t)) / theta,
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_known(name):
    sde, data, options, want, at = CASES[name]
    found = sde.feynman_kac(data, **options)
    assert found.evidence.status in SOUND
    assert same(found.value, want, (), at)


@pytest.mark.slow
@pytest.mark.ci
def test_step_under_a_harmonic_potential():
    found = BM.feynman_kac(Heaviside(x), x**2 / 2)
    assert same(found.value, exp(-(x**2) * tanh(t) / 2) / sqrt(cosh(t)) * N(x / (cosh(t) * sqrt(tanh(t)))))


@pytest.mark.slow
@pytest.mark.ci
def test_digital_on_a_gaussian_rate_by_the_joint_law():
    """E[e^{−∫x} 1(X > K)] from the joint Gaussian law of X and ∫x, in numbers."""
    found = SDE(x, 0.5 * (0.05 - x), 0.1, t).feynman_kac(Heaviside(x - 0.06), x)
    kappa, mean, sd, at, then = (mpmath.mpf(u) for u in ("0.5", "0.05", "0.1", "0.04", "2"))
    e = mpmath.exp(-kappa * then)
    big = (1 - e) / kappa
    centre, area = mean + (at - mean) * e, mean * then + (at - mean) * big
    spread = sd**2 * (1 - e**2) / (2 * kappa)
    size = sd**2 / kappa**2 * (then - 2 * big + (1 - e**2) / (2 * kappa))
    shift = sd**2 * big**2 / 2
    want = mpmath.exp(size / 2 - area) * mpmath.ncdf((centre - shift - mpmath.mpf("0.06")) / mpmath.sqrt(spread))
    assert abs(sp.lambdify((x, t), found.value, "mpmath")(at, then) - want) < 1e-12


@pytest.mark.parametrize(
    ("sde", "options", "kind", "reason"),
    [
        (HALF, {}, StochasticError, "say what happens there"),
        (SDE(x, 1, 1, t, domain=(0, oo)), {"wall": "reflecting"}, Unsolvable, "no image"),
        (SDE(x, 0, 1, t, domain=(0, 1)), {"wall": "reflecting"}, Unsolvable, "one wall"),
        (SDE([x, y], [0, 0], [[1, 0], [0, 1]], t, domain=[(0, oo), (-oo, oo)]), {}, StochasticError, "say what"),
    ],
)
def test_ends_are_told(sde, options, kind, reason):
    with pytest.raises(kind, match=reason):
        sde.feynman_kac(exp(-x), **options)


def test_ends_without_noise_need_no_wall():
    rooted = SDE(x, k * (theta - x), sigma * sqrt(x), t, domain=(0, oo)).feynman_kac(x)
    assert same(rooted.value, theta + (x - theta) * exp(-k * t))
    priced = SDE(x, r * x, sigma * x, t, domain=(0, oo)).feynman_kac(Max(x - Rational(1, 2), 0), r)
    assert same(priced.value, call(x, Rational(1, 2), r, sigma))


def test_the_sign_of_the_noise_is_a_condition():
    found = SDE(x, 0, sigma, t).feynman_kac(Heaviside(x))
    assert (sigma > 0) in found.given
