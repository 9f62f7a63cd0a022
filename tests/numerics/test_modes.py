"""Modes of a chain of cells: orthonormal, complete, and of the chain that is asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.modes import modes


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 30), seed=st.integers(0, 10**6), first=st.booleans(), last=st.booleans())
def test_modes_make_up_the_operator(n, seed, first, last):
    """Σ λ_k q_k q_kᵀ is minus the symmetric operator; λ_0 = 0 if and only if nothing is lost."""
    rng = np.random.default_rng(seed)
    right, left = rng.uniform(0.1, 9, (2, n - 1))
    lost = (float(first) * rng.uniform(0.5, 2), float(last) * rng.uniform(0.5, 2))
    rates, shapes = modes(right, left, lost)
    out = np.zeros(n)
    out[:-1] += right
    out[1:] += left
    out[[0, -1]] += lost
    links = np.sqrt(right * left)
    whole = np.diag(out) - np.diag(links, 1) - np.diag(links, -1)
    assert (rates[1:] >= rates[:-1]).all() and (rates[0] == 0) == (not (first or last))
    assert np.allclose(shapes @ shapes.T, np.eye(n), atol=1e-12)
    assert np.allclose((shapes.T * rates) @ shapes, whole, atol=1e-12 * rates[-1])


def test_rates_far_below_roundings():
    """Two cells linked by next to nothing, beside fast ones: (right + left) of the weak link between the halves."""
    right, left = np.full(9, 1e6), np.full(9, 1e6)
    right[4] = left[4] = 1e-12
    rates, _ = modes(right, left, (0.0, 0.0))
    assert rates[1] == pytest.approx(1e-12 * 2 / 5, rel=1e-3)
    whole = np.diag(np.append(right, 0) + np.insert(left, 0, 0)) - np.diag(right, 1) - np.diag(left, -1)
    assert abs(np.linalg.eigvalsh(whole)[:2]).max() > 1e-11
