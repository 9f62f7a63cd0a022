"""Exponentials of chains of cells and of dense matrices against mpmath's and each other, and the bound of the error."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import exponential
from numerics.exponential import Exponential, expm, log_weights
from numerics.modes import modes
from numerics.tridiagonal import Tridiagonal


def dense(lower, diagonal, upper):
    return np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)


@pytest.mark.parametrize("t", [1e-4, 0.1, 1.0, 30.0])
def test_exponential(t):
    rng = np.random.default_rng(2)
    n = 12
    right, left = rng.uniform(0.1, 20, (2, n))
    lower, upper = np.concatenate([[0], right[:-1]]), np.concatenate([left[1:], [0]])
    diagonal = -np.concatenate([right[:-1], [0]]) - np.concatenate([[0], left[1:]])
    p = rng.uniform(0, 1, n)
    exact = mpmath.expm(mpmath.matrix(dense(lower, diagonal, upper).tolist()) * t) * mpmath.matrix(p.tolist())
    assert Exponential(lower, diagonal, upper, t)(p) == pytest.approx([float(v) for v in exact], abs=1e-11)


@pytest.mark.parametrize("size", [0.0, 0.1, 3.0, 400.0])
def test_dense_exponential(size):
    rng = np.random.default_rng(3)
    m = rng.normal(size=(6, 6))
    m = size * (m - 3 * np.eye(6)) / 10
    exact = np.array(mpmath.expm(mpmath.matrix(m.tolist())).tolist(), dtype=float)
    assert np.allclose(expm(m), exact, rtol=1e-11, atol=1e-13 * max(1, abs(exact).max()))


def test_the_rational_function_is_near_the_exponential():
    """sup |e^z − r(z)| on z ≤ 0, at points dense near 0 and out to 10⁶, at 30 digits; less than `_safe` assumes."""
    with mpmath.workdps(30):
        poles, weights = (
            [mpmath.mpc(complex(v)) for v in values] for values in (exponential._POLES, exponential._WEIGHTS)
        )
        worst = max(
            abs(mpmath.exp(z) - mpmath.re(sum(w / (s - z) for w, s in zip(weights, poles, strict=True))))
            for z in [mpmath.mpf(0), *(-(mpmath.mpf(10) ** (k / mpmath.mpf(40))) for k in range(-120, 240))]
        )
    assert worst < exponential._ERROR / 4


def birth_and_death(seed, n=40, slope=0.0, size=20.0):
    """Bands of a reflecting chain; slope ≠ 0: rates to the right e^{2 slope} times those to the left."""
    rng = np.random.default_rng(seed)
    right, left = rng.uniform(0.5, size, (2, n - 1)) * np.exp([[slope], [-slope]])
    lower, upper = np.concatenate([[0], right]), np.concatenate([left, [0]])
    return lower, -np.concatenate([right, [0]]) - np.concatenate([[0], left]), upper


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    slope=st.floats(-1.5, 1.5),
    size=st.floats(1, 200),
    t=st.floats(1e-3, 2),
    start=st.integers(0, 39),
)
def test_the_promised_error_wherever_one_starts(seed, slope, size, t, start):
    """Against the dense exponential, whose error does not know of π; a spike at either end of a steep chain too."""
    bands = birth_and_death(seed, slope=slope, size=size)
    p = np.zeros(40)
    p[start] = 1
    exact = expm(t * dense(*bands)) @ p
    found = Exponential(*bands, t)(p)
    assert abs(found - exact).sum() < 1e-9


def test_the_bound_is_needed(monkeypatch):
    """The rational function alone, from where π is 10⁻³⁰, is off by more than it promises and loses no mass."""
    lower, upper = np.full((2, 80), 100.0) * np.exp([[0.45], [-0.45]])
    diagonal = -np.concatenate([lower[1:], [0]]) - np.concatenate([[0], upper[:-1]])
    p, t = np.eye(80)[5], 0.3
    exact = expm(t * dense(lower, diagonal, upper)) @ p
    good = Exponential(lower, diagonal, upper, t)
    assert abs(good(p) - exact).sum() < 1e-9
    shifted = Tridiagonal(-t * lower, exponential._POLES[:, None] - t * diagonal, -t * upper)
    careless = np.tensordot(exponential._WEIGHTS, shifted.solve(p[None]), axes=(0, 0)).real
    assert abs(careless - exact).sum() > 1e-5 and careless.sum() == pytest.approx(1, abs=1e-6)
    fast = Exponential(1e7 * lower, 1e7 * diagonal, 1e7 * upper, t)
    assert abs(fast(p) - np.exp(log_weights(lower, upper))).sum() < 1e-9
    monkeypatch.setattr(exponential, "_PATIENCE", 0.0)
    with pytest.raises(ValueError, match="terms of uniformisation"):
        fast(p)


def test_weights_make_the_matrix_symmetric():
    lower, diagonal, upper = birth_and_death(3)
    pi = np.exp(log_weights(lower, upper))
    flows = dense(lower, diagonal, upper) * pi
    assert pi.sum() == pytest.approx(1) and np.allclose(flows, flows.T)


def test_tails_where_the_stationary_density_is_nothing():
    """A Gaussian's tails over weights down to e^{−259}: none of it is uniformised, and no error comes of it."""
    z = np.linspace(-6, 6, 160)
    right = 60 * np.exp(-(z[1:] ** 4 - z[:-1] ** 4) / 10)
    lower, upper = np.concatenate([[0], right]), np.concatenate([60 / right * 60, [0]])
    diagonal = -np.concatenate([lower[1:], [0]]) - np.concatenate([[0], upper[:-1]])
    p = np.exp(-2.5 * z**2)
    fast = Exponential(lower, diagonal, upper, 0.05)
    assert fast._balanced(p) is not None and 2 * np.log(p / fast._weight).max() > 70
    exact = expm(0.05 * dense(lower, diagonal, upper)) @ p
    assert abs(fast(p) - exact).sum() < 1e-9 * p.sum()


def two_wells(depth, n):
    z = np.linspace(-2, 2, n)
    right = (n / 4) ** 2 * np.exp(-depth * np.diff((z**2 - 1) ** 2) / 2)
    left = (n / 4) ** 4 / right
    return birth(right, left)


def birth(right, left):
    lower, upper = np.concatenate([[0], right]), np.concatenate([left, [0]])
    return lower, -np.concatenate([right, [0]]) - np.concatenate([[0], left]), upper


@pytest.fixture(scope="module")
def deep():
    """Two wells, and the slowest of their modes at 40 digits."""
    bands, n = two_wells(12.0, 24), 24
    with mpmath.workdps(40):
        inside = mpmath.zeros(n)
        for i in range(n):
            inside[i, i] = bands[1][i]
        for i in range(n - 1):
            inside[i, i + 1] = inside[i + 1, i] = mpmath.sqrt(mpmath.mpf(bands[0][i + 1]) * mpmath.mpf(bands[2][i]))
        value, vector = mpmath.eigsy(inside)
    return bands, float(value[n - 2]), np.array([float(vector[i, n - 2]) for i in range(n)])


@pytest.mark.parametrize("t", [2e3, 2e4, 1e10])
def test_long_times(t, deep):
    """From one of two wells, over 1e14 jumps and more: mass to the last digit, and the slow exchange."""
    bands, slow, shape = deep
    pi = np.exp(log_weights(bands[0], bands[2]))
    p = np.where(np.arange(24) < 12, pi, 0.0) / pi[:12].sum()
    found = Exponential(*bands, t)(p)
    exact = pi + np.exp(slow * t) * (shape * p / np.sqrt(pi)).sum() * shape * np.sqrt(pi)
    assert found.sum() == pytest.approx(1, abs=1e-14) and abs(found - exact).sum() < 2e-9


@pytest.mark.parametrize("t", [1e4, 1e8, 3e9, 2e10, 1e12, 1e18])
def test_slow_exchange_over_very_many_jumps(t):
    """Up to 1e22 jumps: the exchange of two wells from the sum Σ 1/λ_k = Σ_j F_j (1 − F_j)/(π_j right_j), which its
    slow mode leads by 1e12, and rest in each well. The rational function is off by more than is allowed."""
    z = np.linspace(-2, 2, 62)[1:-1] * 60 / 61
    drift, h = 120 * (z[1:] + z[:-1]) / 2 * (1 - ((z[1:] + z[:-1]) / 2) ** 2) + 3, z[1] - z[0]
    w = drift * h
    right, left = w / -np.expm1(-w) / h**2, w / np.expm1(w) / h**2
    bands = birth(right, left)
    pi = np.exp(log_weights(bands[0], bands[2]))
    below = pi.cumsum()[:-1]
    slow = 1 / (below * pi[::-1].cumsum()[::-1][1:] / (pi[:-1] * right)).sum()
    p = np.eye(60)[15]
    found = Exponential(*bands, t)(p)
    assert found.min() >= 0 and found.sum() == pytest.approx(1, abs=1e-11)
    assert found[z > 0].sum() == pytest.approx(pi[z > 0].sum() * -math.expm1(-slow * t), abs=1e-9)
    for well in (z < 0, z > 0):
        assert abs(found[well] - pi[well] / pi[well].sum() * found[well].sum()).sum() < 1e-9


def test_modes_that_are_off_are_not_taken(monkeypatch):
    """Rates and modes of another chain do not pass, although the slowest rate would be put right."""
    bands = two_wells(8.0, 60)
    begin, slow = Exponential(*bands, 1.0), modes(bands[0][1:], bands[2][:-1], (0.0, 0.0))[0][1]
    scaled = begin._balanced(np.eye(60)[12])
    assert begin._by_modes(scaled, 0.5 / slow) is not None
    for factor in (1 + 1e-4, 1 - 1e-4):
        monkeypatch.setattr(exponential, "modes", lambda a, c, lost, factor=factor: modes(a * factor, c, lost))
        assert begin._by_modes(scaled, 0.5 / slow) is None


def test_roundings_of_very_many_jumps_are_told():
    """Wells so deep that at t the exchange is half done after 1e12 jumps, and one cell more than modes are made for: no
    digits are left to say it."""
    bands = two_wells(40.0, 801)
    p = np.eye(801)[200]
    with pytest.raises(ValueError, match="roundings add up"):
        Exponential(*bands, 7e7)(p)
    assert Exponential(*bands, 1.0)(p).sum() == pytest.approx(1, abs=1e-11)
