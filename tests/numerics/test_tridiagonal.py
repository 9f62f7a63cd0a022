"""Tridiagonal solves by cyclic reduction against dense linear algebra."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.tridiagonal import Symmetric, _levels, apply, solver


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


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 70), seed=st.integers(0, 10**6))
def test_symmetric_matrices_shifted_off_the_real_axis(n, seed):
    """A batch of shifts, which one set of right sides serves; right sides are left as they are."""
    rng = np.random.default_rng(seed)
    links, diagonal = rng.uniform(-10, 0, n - 1), rng.uniform(0, 30, n)
    shifts = rng.uniform(-5, 5, 3) + 1j * rng.uniform(1, 5, 3)
    right = rng.normal(size=(n, 1, 2))
    kept = right.copy()
    found = Symmetric(diagonal[:, None, None] + shifts[:, None], links[:, None, None]).solve(right)
    for k, shift in enumerate(shifts):
        full = np.diag(diagonal + shift) + np.diag(links, 1) + np.diag(links, -1)
        assert np.allclose(full @ found[:, k], right[:, 0], atol=1e-9)
    assert np.array_equal(right, kept)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 200))
def test_the_order_of_elimination(n):
    """Each row is eliminated once, and those eliminated together are not linked by then: between any two there stands
    one that is left."""
    levels, order, place = _levels(n)
    assert sorted(order) == list(range(n)) and np.array_equal(order[place], np.arange(n))
    left = set(range(n))
    for level in levels:
        gone = sorted(order[level.start : level.start + level.even])
        left -= set(gone)
        assert all(any(a < row < b for row in left) for a, b in pairwise(gone)) and len(left) == level.odd
        below = order[level.start + level.even :]
        before, after = level.beside[: level.odd], level.beside[level.odd :]
        here = order[level.start : level.start + level.even]
        assert all(max(g for g in gone if g < row) == here[k] for row, k in zip(below, before, strict=True))
        behind = [row for row in below if any(g > row for g in gone)]
        found = [here[k] for row, k in zip(below, after, strict=True) if row in behind]
        assert found == [min(g for g in gone if g > row) for row in behind]
    assert len(left) == 1


def test_symmetric_systems_of_reals_and_rows_that_stand_alone():
    """Real matrices too; a link that is 0 parts the system."""
    rng = np.random.default_rng(4)
    links, diagonal, right = rng.uniform(-1, 1, 20), rng.uniform(3, 5, 21), rng.normal(size=21)
    links[[0, 7, 13]] = 0
    full = np.diag(diagonal) + np.diag(links, 1) + np.diag(links, -1)
    found = Symmetric(diagonal, links).solve(right)
    assert found.dtype == float and np.allclose(full @ found, right, atol=1e-13)
    assert np.allclose(Symmetric(diagonal[:8], links[:7]).solve(right[:8]), found[:8])
