"""Exercises of the kinds in Kloeden-Platen, Øksendal, Gardiner and Risken, in plain symbols, with known answers."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Rational, cos, cosh, erfc, exp, log, oo, pi, sin, sinh, sqrt, tan, tanh

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from tests.derive.stochastic.comparison import same

x, y, v, t = sp.symbols("x y v t")
x0, y0, v0 = sp.symbols("x0 y0 v0")
a, b, c, g, k, r, w, K, mu, sigma, theta, kappa, rho, q = sp.symbols("a b c g k r w K mu sigma theta kappa rho q")
W = sp.Function("W", real=True)(t)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
HALF = Rational(1, 2)

SOLUTIONS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "bridge of Øksendal": ((-x / (1 + t), 1 / (1 + t)), (x0 + W) / (1 + t)),
    "exponential": ((x / 2, x), x0 * exp(W)),
    "logarithm": ((-exp(-2 * x) / 2, exp(-x)), log(W + exp(x0))),
    "arctangent": ((-(c**2) * sin(x) * cos(x) ** 3, c * cos(x) ** 2), sp.atan(c * W + tan(x0))),
    "sinh with drift": ((a * sqrt(1 + x**2) + b**2 * x / 2, b * sqrt(1 + x**2)), sinh(a * t + b * W + sp.asinh(x0))),
    "cosh": ((x / 2 + sqrt(x**2 - 1), sqrt(x**2 - 1)), cosh(t + W + sp.acosh(x0))),
    "cube": ((sp.cbrt(x) / 3, sp.cbrt(x) ** 2), (x0 ** Rational(1, 3) + W / 3) ** 3),
    "tangent": ((x * (1 + x**2), 1 + x**2), tan(W + sp.atan(x0))),
    "growing in time": ((2 * x / (1 + t) + b * (1 + t) ** 2, b * (1 + t) ** 2), (1 + t) ** 2 * (x0 + b * (t + W))),
    "exponential noise": ((a**2 * exp(2 * x) / 2, a * exp(x)), -log(exp(-x0) - a * W)),
    "power": ((3 * b**2 * x**5 / 2, b * x**3), 1 / sqrt(1 / x0**2 - 2 * b * W)),
    "reciprocal": ((-(b**2) / (2 * x**3), b / x), sqrt(x0**2 + 2 * b * W)),
    "double logarithm": (
        (x * log(x) * (a + b**2 * (1 + log(x)) / 2), b * x * log(x)),
        exp(log(x0) * exp(a * t + b * W)),
    ),
    "logistic noise": (
        (b**2 * x * (1 - x) * (1 - 2 * x) / 2, b * x * (1 - x)),
        x0 * exp(b * W) / (1 - x0 + x0 * exp(b * W)),
    ),
}


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", SOLUTIONS)
def test_solution(name):
    (drift, noise), want = SOLUTIONS[name]
    found = SDE(x, drift, noise, t).solve()
    assert found.evidence.status in SOUND
    path = sp.Symbol("w")
    at = {"x0": (1.2, 1.4) if name == "cosh" else (0.3, 0.6), "w": (0.05, 0.1), "a": (0.2, 0.4), "b": (0.2, 0.4)}
    assert same(found.value.subs(W, path), want.subs(W, path), (), at)


@pytest.mark.parametrize(
    ("drift", "noise"),
    [
        (a * x - b * x * log(x), sigma * x),  # Gompertz
        (sigma**2 / 4 + a * x, sigma * sqrt(x)),
        (-tanh(x) * (a + b**2 * sp.sech(x) ** 2 / 2), b * sp.sech(x)),
        (a * x - b * x**3, sigma * x),  # Landau
        (x ** Rational(1, 3), a * x),
    ],
)
def test_solutions_with_functionals_are_put_back(drift, noise):
    assert SDE(x, drift, noise, t).solve().evidence.status in SOUND


def test_oscillators_are_written_with_cosines():
    for sde in (SDE([x, v], [v, -(w**2) * x], [0, sigma], t), SDE([x, y], [y, -x], [[a, 0], [0, b]], t)):
        found = sde.solve()
        assert found.evidence.status is Status.EXACT
        assert not any(value.has(sp.I) or value.has(sqrt(-(w**2))) for value in found.values)


def normal(z: Any, mean: Any, variance: Any) -> Any:
    return exp(-((z - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def bessel(z: Any, z0: Any, nu: Any) -> Any:
    return z / t * (z / z0) ** nu * exp(-(z**2 + z0**2) / (2 * t)) * sp.besseli(nu, z * z0 / t)


DENSITIES: dict[str, tuple[tuple[Any, ...], Any]] = {
    "noise that fades": ((-x, exp(-t)), normal(x, x0 * exp(-t), t * exp(-2 * t))),
    "arsinh": ((x / 2, sqrt(1 + x**2)), normal(sp.asinh(x), sp.asinh(x0), t) / sqrt(1 + x**2)),
    "Bessel in three dimensions": ((1 / x, 1), bessel(x, x0, HALF)),
    "Bessel": (((b - 1) / (2 * x), 1), bessel(x, x0, b / 2 - 1)),
    "squared Bessel": ((b, 2 * sqrt(x)), bessel(sqrt(x), sqrt(x0), b / 2 - 1) / (2 * sqrt(x))),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_transition(name):
    (drift, noise), want = DENSITIES[name]
    found = SDE(x, drift, noise, t).transition()
    assert found.evidence.status in SOUND
    assert same(found.value, want, (), {"b": (2.2, 2.9)})


@pytest.mark.slow
@pytest.mark.ci
def test_three_halves_is_a_square_root_process_in_the_reciprocal():
    found = SDE(x, x * (a - b * x), c * x ** Rational(3, 2), t).transition()
    inverse = SDE(x, b + c**2 - a * x, -c * sqrt(x), t).transition()
    want = inverse.value.subs({x: 1 / x, x0: 1 / x0}, simultaneous=True) / x**2
    assert found.evidence.status in SOUND and same(found.value, want)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("at", [{"g": (0.2, 0.3), "w": (0.8, 0.9)}, {"g": (2.2, 2.5), "w": (0.8, 0.9)}])
def test_damped_oscillator_with_symbols(at):
    found = SDE([x, v], [v, -(w**2) * x - g * v], [0, sigma], t).transition()
    law = SDE([x, v], [v, -(w**2) * x - g * v], [0, sigma], t).moments(2)
    s = law.covariance
    det = s[0, 0] * s[1, 1] - s[0, 1] ** 2
    dx, dv = x - law[x], v - law[v]
    want = exp(-(s[1, 1] * dx**2 - 2 * s[0, 1] * dx * dv + s[0, 0] * dv**2) / (2 * det)) / (2 * pi * sqrt(det))
    assert found.evidence.status in SOUND
    assert same(found.value, want, (), at)


def N(u: Any) -> Any:
    return erfc(-u / sqrt(2)) / 2


d2 = (log(x / K) + (r - sigma**2 / 2) * t) / (sigma * sqrt(t))
d1 = d2 + sigma * sqrt(t)
GBM, BM = SDE(x, r * x, sigma * x, t), SDE(x, 0, 1, t)
VALUES: dict[str, tuple[Any, Any, Any, Any]] = {
    "call": (GBM, sp.Max(x - K, 0), r, x * N(d1) - K * exp(-r * t) * N(d2)),
    "put": (GBM, sp.Max(K - x, 0), r, K * exp(-r * t) * N(-d2) - x * N(-d1)),
    "digital": (GBM, sp.Piecewise((1, x > K), (0, True)), r, exp(-r * t) * N(d2)),
    "logarithm of the price": (GBM, log(x), r, exp(-r * t) * (log(x) + (r - sigma**2 / 2) * t)),
    "power of the price": (GBM, x**k, r, x**k * exp((k - 1) * (r + k * sigma**2 / 2) * t)),
    "wave": (BM, cos(a * x), 0, cos(a * x) * exp(-(a**2) * t / 2)),
    "wave of an OU process": (
        SDE(x, -theta * x, sigma, t),
        sin(x),
        0,
        sin(x * exp(-theta * t)) * exp(-(sigma**2) * (1 - exp(-2 * theta * t)) / (4 * theta)),
    ),
    "polynomial times exponential": (BM, x * exp(-x), 0, (x - t) * exp(-x + t / 2)),
    "odd Gaussian": (BM, x * exp(-(x**2) / 2), 0, x * (1 + t) ** -Rational(3, 2) * exp(-(x**2) / (2 * (1 + t)))),
    "size": (BM, sp.Abs(x), 0, sqrt(2 * t / pi) * exp(-(x**2) / (2 * t)) + x * sp.erf(x / sqrt(2 * t))),
    "interval": (BM, sp.Piecewise((1, (x > -1) & (x < 1)), (0, True)), 0, N((1 - x) / sqrt(t)) - N((-1 - x) / sqrt(t))),
    "linear potential": (BM, x, a * x, (x - a * t**2 / 2) * exp(-a * x * t + a**2 * t**3 / 6)),
    "product of Gaussians": (
        SDE([x, y], [0, 0], [[1, 0], [0, 1]], t),
        exp(-(x**2 + y**2) / 2),
        0,
        exp(-(x**2 + y**2) / (2 * (1 + t))) / (1 + t),
    ),
    "bond of Cox, Ingersoll and Ross": (
        SDE(x, kappa * (theta - x), sigma * sqrt(x), t),
        sp.S.One,
        x,
        (2 * g * exp((kappa + g) * t / 2) / (2 * g + (kappa + g) * (exp(g * t) - 1))).subs(
            g, sqrt(kappa**2 + 2 * sigma**2)
        )
        ** (2 * kappa * theta / sigma**2)
        * exp(-2 * x * (exp(g * t) - 1) / (2 * g + (kappa + g) * (exp(g * t) - 1))).subs(
            g, sqrt(kappa**2 + 2 * sigma**2)
        ),
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_feynman_kac(name):
    sde, data, potential, want = VALUES[name]
    found = sde.feynman_kac(data, potential)
    assert found.evidence.status in SOUND
    assert same(found.value, want)


@pytest.mark.slow
@pytest.mark.ci
def test_heston_transform_against_its_riccati_equation():
    xi, p = sp.symbols("xi p")
    heston = SDE([y, v], [-v / 2, kappa * (theta - v)], [[sqrt(v), 0], [0, xi * sqrt(v)]], t, [[1, rho], [rho, 1]])
    found = heston.feynman_kac(exp(p * y))
    slope = sp.diff(log(found.value), v)
    riccati = p * (p - 1) / 2 + (rho * xi * p - kappa) * slope + xi**2 * slope**2 / 2
    assert found.evidence.status in SOUND
    assert same(sp.diff(slope, t), riccati, (), {"p": (0.2, 0.6)})


def test_order_of_strikes_must_be_known():
    spread = sp.Piecewise((1, (x > a) & (x < b)), (0, True))
    with pytest.raises(Unsolvable, match="order of the places"):
        BM.feynman_kac(spread)
    found = SDE(x, 0, 1, t, given=[a < b]).feynman_kac(spread)
    assert same(found.value, N((b - x) / sqrt(t)) - N((a - x) / sqrt(t)), [a < b], {"a": (0.1, 0.3), "b": (0.5, 0.8)})


EXITS: dict[str, tuple[SDE, Any, Any, Any, Any]] = {
    "Brownian": (BM, a, b, (x - a) / (b - a), (x - a) * (b - x)),
    "Bessel in three dimensions": (SDE(x, 1 / x, 1, t), a, b, (1 / a - 1 / x) / (1 / a - 1 / b), None),
    "Bessel in the plane": (SDE(x, 1 / (2 * x), 1, t), a, b, log(x / a) / log(b / a), None),
    "Wright and Fisher": (
        SDE(x, 0, sqrt(x * (1 - x)), t),
        sp.S.Zero,
        sp.S.One,
        x,
        -2 * (x * log(x) + (1 - x) * log(1 - x)),
    ),
    "sphere": (SDE(x, 1 / x, 1, t), sp.S.Zero, b, None, (b**2 - x**2) / 3),
}


@pytest.mark.parametrize("name", EXITS)
def test_exits(name):
    sde, low, high, chance, time = EXITS[name]
    at = {"a": (0.1, 0.2), "b": (0.8, 0.9), "x": (0.3, 0.7)}
    if chance is not None:
        assert same(sde.exit_probability(low, high).value, chance, (), at)
    if time is not None:
        assert same(sde.mean_exit_time(low, high).value, time, (), at)


@pytest.mark.slow
@pytest.mark.ci
def test_exits_by_integrals():
    well = SDE(x, x - x**3, 1, t).exit_probability(-1, 1)
    assert well.evidence.status in SOUND
    chance = sp.lambdify(x, well.value, "mpmath")
    assert abs(chance(0) - 0.5) < 1e-12 and abs(chance(1) - 1) < 1e-12
    time = SDE(x, -x, 1, t).mean_exit_time(-1, 1)
    assert time.evidence.status in SOUND
    inner = mpmath.quad(lambda u: mpmath.sqrt(mpmath.pi) * mpmath.exp(u**2) * mpmath.erf(u), [0, 1])
    assert abs(sp.lambdify(x, time.value, "mpmath")(0) - inner) < 1e-12


def test_an_end_that_is_never_reached():
    with pytest.raises(StochasticError, match="never reached"):
        SDE(x, 1 / x, 1, t).exit_probability(0, b)


def test_decimals_are_the_rationals_that_they_write():
    found = SDE(x, 0.5 * (1.2 - x), 0.3, t).moments(2)
    assert found.evidence.status is Status.EXACT
    assert same(found[x], Rational(6, 5) + (x0 - Rational(6, 5)) * exp(-t / 2))
    assert not any(value.atoms(sp.Float) for _, value in found.values)


@pytest.mark.parametrize(
    ("drift", "noise", "domain", "want"),
    [
        (-(x**3), 1, None, 2 ** Rational(3, 4) / (4 * sp.gamma(Rational(5, 4))) * exp(-(x**4) / 2)),
        (1 / x - x, 1, (0, oo), 4 * x**2 / sqrt(pi) * exp(-(x**2))),
        (-sin(x), 1, (-pi, pi), exp(2 * cos(x)) / (2 * pi * sp.besseli(0, 2))),
        (-mu, sigma, (0, oo), 2 * mu / sigma**2 * exp(-2 * mu * x / sigma**2)),
        (
            a * (1 - x) - b * x,
            sqrt(x * (1 - x)),
            (0, 1),
            x ** (2 * a - 1) * (1 - x) ** (2 * b - 1) / sp.beta(2 * a, 2 * b),
        ),
    ],
)
def test_stationary(drift, noise, domain, want):
    found = SDE(x, drift, noise, t).stationary(domain)
    assert found.evidence.status in SOUND and same(found.value, want)


def test_absorption_of_a_branching_process():
    found = SDE(x, 0, sqrt(x), t).transition()
    assert found.evidence.status in SOUND and found.method.startswith("absorbed")
    assert same(found.mass, 1 - exp(-2 * x0 / t))
    grown = SDE(x, mu * x, sigma * sqrt(x), t).transition()
    assert same(grown.mass, 1 - exp(-2 * mu * x0 / (sigma**2 * (1 - exp(-mu * t)))))


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: SDE([x, y], [0, 0], [[1, 0], [0, 1]], t, [[1, 2], [2, 1]]),
        lambda: SDE(x, 0, x, t, alpha=3),
        lambda: SDE(x, oo, 1, t),
        lambda: SDE(x, 0, 1, t, domain=(0, 1)).exit_probability(-1, 2),
        lambda: SDE(x, 1 / x, 1, t, domain=(0, oo)).transition(-1),
        lambda: SDE(x, 1 / x, 1, t, domain=(0, oo)).first_passage(-1, 1),
        lambda: SDE(x, 0, 1, t).doob(0),
        lambda: SDE(x, -x, 1, t).moments(0),
        lambda: SDE(x, 0, 1, t).transform(y, x + sin(x) / 2),
        lambda: SDE(x, -x, 0, t).stationary(),
        lambda: SDE(x, -x, 0, t).exit_probability(0, 1),
    ],
)
def test_misuse_is_named(misuse):
    with pytest.raises(StochasticError):
        misuse()
