"""Exponentials of chains of cells and of dense matrices against mpmath's and each other, and the bound of the error."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import exponential
from numerics.exponential import Exponential, expm, log_weights
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


def test_the_bound_is_needed():
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
    with pytest.raises(ValueError, match="terms of uniformisation"):
        Exponential(1e7 * lower, 1e7 * diagonal, 1e7 * upper, t)(p)


def test_weights_make_the_matrix_symmetric():
    lower, diagonal, upper = birth_and_death(3)
    pi = np.exp(log_weights(lower, upper))
    flows = dense(lower, diagonal, upper) * pi
    assert pi.sum() == pytest.approx(1) and np.allclose(flows, flows.T)
