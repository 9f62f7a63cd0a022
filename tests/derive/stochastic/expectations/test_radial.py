"""Radial Feynman-Kac (CIR, CEV, Bessel, Calogero) against Poisson mixtures of gamma laws, and mutants of its checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp
from sympy import Heaviside, Max, Rational, erf, exp, gamma, oo, pi, sqrt

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.expectations.radial import _by_quadrature, _equation
from derive.stochastic.expectations.radial_kernel import Radial

x, t = sp.symbols("x t", positive=True)
kappa, theta, sigma, r, a, b, c, p, K, w = sp.symbols("kappa theta sigma r a b c p K omega", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
HALF = (0, oo)


def process(drift: Any, noise: Any) -> SDE:
    return SDE(x, drift, noise, t, domain=HALF)


CIR = process(kappa * (theta - x), sigma * sqrt(x))
NUMBERS = {x: 0.7, t: 0.8, kappa: 1.3, theta: 0.9, sigma: 0.6, r: 0.1, K: 0.75, p: 1.7, a: 0.8, b: 0.4, c: 0.6, w: 1.1}


def mixture(f: Any, degrees: float, centre: float) -> Any:
    """E f(Q) for Q noncentral χ²: Σ_j Poisson(j; λ/2) E f(2 gamma(d/2 + j)), f given as its mean under a gamma."""
    with mp.workdps(20):
        half, weight, total = mpmath.mpf(centre) / 2, mpmath.exp(-mpmath.mpf(centre) / 2), mpmath.mpf(0)
        for j in range(int(half + 12 * mpmath.sqrt(half) + 30)):
            total += weight * f(degrees / 2 + j)
            weight *= half / (j + 1)
        return total


def power_mean(q: float) -> Any:
    return lambda shape: mpmath.mpf(2) ** q * mpmath.gamma(shape + q) / mpmath.gamma(shape)


def call_mean(strike: float, q: float = 1.0) -> Any:
    """E (Q^q − K)^+ for Q/2 of a gamma law."""
    low = mpmath.mpf(strike) ** (1 / mpmath.mpf(q)) / 2
    return lambda shape: (
        (mpmath.mpf(2) ** q * mpmath.gammainc(shape + q, low) - strike * mpmath.gammainc(shape, low))
        / mpmath.gamma(shape)
    )


def cir_law(n: dict[Any, float]) -> tuple[Any, Any, Any]:
    """(unit u, degrees, centre): X/u is noncentral χ²."""
    unit = n[sigma] ** 2 * -mpmath.expm1(-n[kappa] * n[t]) / (4 * n[kappa])
    return unit, 4 * n[kappa] * n[theta] / n[sigma] ** 2, n[x] * mpmath.exp(-n[kappa] * n[t]) / unit


def value_at(found: Any, numbers: dict[Any, float]) -> Any:
    assert found.evidence.status in SOUND
    return mpmath.mpmathify(sp.N(found.value.subs(numbers), 15))


@pytest.mark.slow
@pytest.mark.ci
def test_cir_powers():
    unit, degrees, centre = cir_law(NUMBERS)
    want = unit ** NUMBERS[p] * mixture(power_mean(NUMBERS[p]), degrees, centre)
    assert abs(value_at(CIR.feynman_kac(x**p), NUMBERS) - want) < 1e-12
    inverse = CIR.feynman_kac(1 / x)
    assert abs(value_at(inverse, NUMBERS) - mixture(power_mean(-1.0), degrees, centre) / unit) < 1e-12
    assert inverse.given == (2 * kappa * theta - sigma**2 > 0,)


@pytest.mark.parametrize("q", [1, 2])
def test_powers_become_moments(q):
    general = CIR.feynman_kac(x**p).value.subs(p, q)
    assert abs(sp.N((general - CIR.moments(q, x)[x**q]).subs(NUMBERS))) < 1e-12


@pytest.mark.slow
@pytest.mark.ci
def test_cir_options():
    unit, degrees, centre = cir_law(NUMBERS)
    want = unit * mixture(call_mean(NUMBERS[K] / unit), degrees, centre)
    call, put = CIR.feynman_kac(Max(x - K, 0), r), CIR.feynman_kac(Max(K - x, 0), r)
    discount = mpmath.exp(-NUMBERS[r] * NUMBERS[t])
    assert abs(value_at(call, NUMBERS) - discount * want) < 1e-10
    forward = CIR.feynman_kac(x, r).value - K * exp(-r * t)
    assert abs(value_at(call, NUMBERS) - value_at(put, NUMBERS) - sp.N(forward.subs(NUMBERS))) < 1e-10
    above = CIR.feynman_kac(Heaviside(x - K))
    tail = mixture(lambda s: mpmath.gammainc(s, NUMBERS[K] / unit / 2, regularized=True), degrees, centre)
    assert abs(value_at(above, NUMBERS) - tail) < 1e-10


@pytest.mark.slow
@pytest.mark.ci
def test_cev_call():
    """dS = rS dt + σ S^{3/4} dW: Q = 16 S^{1/2}/(σ² v) of 4 + … degrees; what is absorbed at 0 pays nothing. The law
    of S_T > 0 has the mean of Q^2 1 under the dual law of 6 degrees (Schroder)."""
    found = process(r * x, sigma * x ** Rational(3, 4)).feynman_kac(Max(x - K, 0), r)
    n = NUMBERS
    v = mpmath.expm1(n[r] * n[t] / 2) / (n[r] / 2)
    scale = 16 / (n[sigma] ** 2 * v)
    strike, centre = scale * mpmath.sqrt(n[K]), scale * mpmath.sqrt(n[x]) * mpmath.exp(n[r] * n[t] / 2)

    def above(degrees: float, level: Any, noncentral: Any) -> Any:
        return mixture(lambda s: mpmath.gammainc(s, level / 2, regularized=True), degrees, noncentral)

    stock = above(6, strike, centre)
    cash = 1 - above(4, centre, strike)
    want = n[x] * stock - n[K] * mpmath.exp(-n[r] * n[t]) * cash
    assert abs(value_at(found, n) - want) < 1e-10


KNOWN: dict[str, tuple[SDE, Any, Any, Any, Any]] = {
    "reciprocal in three dimensions": (process(1 / x, 1), 1 / x, 0, None, erf(x / sqrt(2 * t)) / x),
    "strict local martingale": (process(0, x**2), x, 0, None, x * erf(1 / (x * sqrt(2 * t)))),
    "reflected": (
        process(0, 1),
        x,
        0,
        "reflecting",
        sqrt(2 * t / pi) * exp(-(x**2) / (2 * t)) + x * erf(x / sqrt(2 * t)),
    ),
    "absorbed, a martingale": (process(0, 1), x, 0, "absorbing", x),
    "Feller's branching": (process(0, sqrt(x)), exp(-a * x), 0, None, exp(-a * x / (1 + a * t / 2))),
    "killed by 1/x², 3/2": (process(0, 1), x**2, 1, None, x**2),
    "Gaussian data": (
        process(b / x, 1),
        exp(-c * x**2),
        0,
        None,
        (1 + 2 * c * t) ** (-b - Rational(1, 2)) * exp(-c * x**2 / (1 + 2 * c * t)),
    ),
    "ground state of Calogero's oscillator": (
        process(0, 1),
        x ** Rational(2) * exp(-w * x**2 / 2),
        1 / x**2 + w**2 * x**2 / 2,
        None,
        x**2 * exp(-w * x**2 / 2) * exp(-Rational(5, 2) * w * t),
    ),
    "mean of the Maxwell speed": (process(1 / x - x, 1), 1 / x, 0, None, None),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known(name):
    sde, data, potential, wall, want = KNOWN[name]
    potential = 1 / x**2 if potential == 1 else potential
    found = sde.feynman_kac(data, potential, wall)
    assert found.evidence.status in SOUND
    for factor in (1, 2):
        numbers = {s: factor * v for s, v in NUMBERS.items()}
        if want is None:
            far = {**numbers, t: 40}
            assert abs(sp.N(found.value.subs(far)) - 2 * gamma(1) / sqrt(pi)) < 1e-10
        else:
            assert abs(sp.N((found.value - want).subs(numbers), 15)) < 1e-12


def test_inverse_squares_by_change_of_measure():
    """E exp(−c∫ds/W²; not yet at 0) = x^m E^{(ν)} R^{−m}, m = ν + ½, ν² = ¼ + 2c (Yor)."""
    found = process(0, 1).feynman_kac(1, c / x**2)
    nu = mpmath.sqrt(mpmath.mpf(1) / 4 + 2 * NUMBERS[c])
    m = nu + 0.5
    want = (
        NUMBERS[x] ** m * NUMBERS[t] ** (-m / 2) * mixture(power_mean(-m / 2), 2 * nu + 2, NUMBERS[x] ** 2 / NUMBERS[t])
    )
    assert abs(value_at(found, NUMBERS) - want) < 1e-12


rationals = st.integers(1, 12).map(lambda k: Rational(k, 4))


@pytest.mark.slow
@pytest.mark.ci
@settings(max_examples=5, deadline=None)
@given(rationals, st.integers(-4, 4).map(lambda k: Rational(k, 4)), rationals, rationals)
def test_any_parameters(alpha, beta, power, square):
    """u = Σ_j of the mixture, for any drift α/z + βz and data z^p e^{−az²}."""
    found = process(alpha / x + beta * x, 1).feynman_kac(x**power * exp(-square * x**2))
    v = float(NUMBERS[t] if beta == 0 else (sp.exp(2 * beta * NUMBERS[t]) - 1) / (2 * beta))
    y, q, s = NUMBERS[x] * mpmath.exp(float(beta) * NUMBERS[t]), float(power) / 2, 1 + 2 * float(square) * v
    want = mixture(lambda k: v**q * power_mean(q)(k) * s ** (-k - q), 2 * float(alpha) + 1, y**2 / v)
    assert abs(value_at(found, NUMBERS) - want) < 1e-9


def test_mutants_of_the_formula_fail_the_equation():
    sde = process(a / x, 1)
    equation = _equation(sde, sp.S.Zero)
    right = Radial(a, sp.S.Zero, sp.S.Zero, sp.S.Zero, a - Rational(1, 2), False, ())
    at = {a: 0.8, x: 0.7, t: 0.9, p: 1.3, b: 0.3, sp.Symbol("eta", positive=True): 0.6}

    def size(pair: tuple[Any, Any]) -> float:
        return max(abs(complex(sp.N(e.subs(at)))) for e in pair)

    term = right.power(p, b, x, t)
    assert size(term.residual(equation)) < 1e-12
    assert size(right.residual(equation, x, t)) < 1e-12
    for mutant in (replace(term, b=term.b + 1), replace(term, w=-term.w), replace(term, factor=term.factor * x)):
        assert size(mutant.residual(equation)) > 1e-3
    for wrong in (replace(right, nu=a), replace(right, beta=sp.S.One), replace(right, rate=sp.S.One)):
        assert size(wrong.residual(equation, x, t)) > 1e-3


@pytest.mark.parametrize("factor", [2, exp(-t), 1 + x / 100])
def test_mutants_of_the_value_fail_the_quadrature(factor):
    sde = process(1 / x, 1)
    right = Radial(sp.S.One, sp.S.Zero, sp.S.Zero, sp.S.Zero, Rational(1, 2), False, ())
    value = right.power(sp.S.One, sp.S.Zero, x, t).value
    assert _by_quadrature(sde, right, x, value, x).status is Status.AGREED
    with pytest.raises(StochasticError, match="fails its check"):
        _by_quadrature(sde, right, x, factor * value, x)


@pytest.mark.parametrize(
    ("sde", "data", "potential", "reason"),
    [
        (process(-1 / (4 * x), 1), x, 0, "say what happens"),
        (process(0, 1), 1, -1 / x**2, "infinite"),
        (process(0, sqrt(x)), 1 / x, 0, "infinite"),
        (CIR, 1 / (1 + x), 0, "α/z \\+ βz"),
        (process(1 / x, 1), x ** Rational(-7, 2), 0, "infinite"),
    ],
)
def test_refusals(sde, data, potential, reason):
    with pytest.raises((StochasticError, Unsolvable), match=reason):
        sde.feynman_kac(data, potential)


def test_an_end_where_drift_and_noise_vanish_absorbs():
    """dS = rS dt + σ S^{1/4} dW: with absorption e^{−rt} S is a martingale; reflection would add to it."""
    sde = process(r * x, sigma * x ** Rational(1, 4))
    law = sde.transition(NUMBERS[x])
    density = sp.lambdify(x, law.value.subs({s: v for s, v in NUMBERS.items() if s != x}), "mpmath")
    mean = mpmath.quad(lambda q: q**3 * density(q**3) * 3 * q**2, [0, 0.5, 1, 2, 6])
    assert abs(mean - NUMBERS[x] * mpmath.exp(NUMBERS[r] * NUMBERS[t])) < 1e-8
    left = sp.N(law.mass.subs(NUMBERS))
    assert abs(mpmath.quad(lambda q: density(q**3) * 3 * q**2, [0, 0.5, 1, 2, 6]) - left) < 1e-8
    assert left < 0.999


def test_a_stated_wall_kills_and_a_trap_holds():
    """The data 1: the chance to be alive at a stated absorbing wall (as at walls of Brownian motion), 1 at a trap."""
    sde = process(Rational(1, 4) - x, 2 * sqrt(x))
    alive = sde.feynman_kac(1, 0, "absorbing")
    y, v = 0.7 * mpmath.exp(-0.8), -mpmath.expm1(-0.8)
    want = mpmath.gammainc(mpmath.mpf(7) / 8, 0, y / (2 * v), regularized=True)
    assert abs(value_at(alive, NUMBERS) - want) < 1e-12
    assert process(0, x ** Rational(3, 4)).feynman_kac(sp.Integer(1)).value == 1
    flat = process(0, 1).feynman_kac(1, 0, "absorbing").value
    assert abs(sp.N((flat - erf(x / sqrt(2 * t))).subs(NUMBERS))) < 1e-12
