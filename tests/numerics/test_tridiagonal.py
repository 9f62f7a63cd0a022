"""Tridiagonal solves by cyclic reduction against dense linear algebra, and the exponential against mpmath's."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.tridiagonal import Exponential, apply, expm, solver


def dense(lower, diagonal, upper, cyclic):
    n = len(diagonal)
    full = np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)
    if cyclic:
        full[0, n - 1] += lower[0]
        full[n - 1, 0] += upper[-1]
    return full


@settings(max_examples=40, deadline=None)
@given(n=st.integers(3, 70), seed=st.integers(0, 10**6), cyclic=st.booleans())
def test_solve_and_apply_are_dense_algebra(n, seed, cyclic):
    rng = np.random.default_rng(seed)
    lower, upper, extra = rng.uniform(0, 10, (3, n))
    # columns add up to something positive: an M-matrix, as I − dt L is one
    leave = np.zeros(n)
    leave[:-1] += lower[1:]
    leave[1:] += upper[:-1]
    if cyclic:
        leave[-1] += lower[0]
        leave[0] += upper[-1]
    bands = (-lower, leave + 0.01 + extra, -upper)
    full = dense(*bands, cyclic)
    right = rng.normal(size=(4, n))
    found = solver(*bands, cyclic).solve(right)
    assert np.allclose(found, np.linalg.solve(full, right.T).T, rtol=1e-8, atol=1e-10)
    assert np.allclose(apply(*bands, right, cyclic), right @ full.T)


def test_batches_of_matrices():
    rng = np.random.default_rng(1)
    lower, upper = -rng.uniform(0, 1, (2, 5, 9))
    diagonal, right = 3 + rng.uniform(0, 1, (5, 9)), rng.normal(size=(5, 9))
    found = solver(lower, diagonal, upper, False).solve(right)
    for a, b, c, r, v in zip(lower, diagonal, upper, right, found, strict=True):
        assert np.allclose(dense(a, b, c, False) @ v, r)


@pytest.mark.parametrize("t", [1e-4, 0.1, 1.0, 30.0])
def test_exponential(t):
    rng = np.random.default_rng(2)
    n = 12
    right, left = rng.uniform(0.1, 20, (2, n))
    lower, upper = np.concatenate([[0], right[:-1]]), np.concatenate([left[1:], [0]])
    diagonal = -np.concatenate([right[:-1], [0]]) - np.concatenate([[0], left[1:]])
    p = rng.uniform(0, 1, n)
    exact = mpmath.expm(mpmath.matrix(dense(lower, diagonal, upper, False).tolist()) * t) * mpmath.matrix(p.tolist())
    assert Exponential(lower, diagonal, upper, t)(p) == pytest.approx([float(v) for v in exact], abs=1e-11)


@pytest.mark.parametrize("size", [0.0, 0.1, 3.0, 400.0])
def test_dense_exponential(size):
    rng = np.random.default_rng(3)
    m = rng.normal(size=(6, 6))
    m = size * (m - 3 * np.eye(6)) / 10
    exact = np.array(mpmath.expm(mpmath.matrix(m.tolist())).tolist(), dtype=float)
    assert np.allclose(expm(m), exact, rtol=1e-11, atol=1e-13 * max(1, abs(exact).max()))
