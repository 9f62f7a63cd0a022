"""Stationary densities and spectra of chains of cells against linear algebra with many digits."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.fokker_planck import FokkerPlanckError, FokkerPlanckGrid
from numerics.fokker_planck.rest import ring_weights

x = sp.Symbol("x")


def generator(right, left):
    """The rates of a ring, with all digits."""
    n = len(right)
    found = mpmath.zeros(n)
    for m, (r, back) in enumerate(zip(right, left, strict=True)):
        after = (m + 1) % n
        found[after, m] += mpmath.mpf(float(r))
        found[m, m] -= mpmath.mpf(float(r))
        found[m, after] += mpmath.mpf(float(back))
        found[after, after] -= mpmath.mpf(float(back))
    return found


def at_rest(right, left):
    """The null vector whose entries add up to 1, at 120 digits."""
    n = len(right)
    with mpmath.workdps(120):
        rates = generator(right, left)
        for m in range(n):
            rates[n - 1, m] = 1
        return np.array([float(v) for v in mpmath.lu_solve(rates, mpmath.matrix([0] * (n - 1) + [1]))])


logs = st.lists(st.floats(-20, 20), min_size=16, max_size=16)


@settings(max_examples=30, deadline=None)
@given(ahead=logs, back=logs, n=st.integers(3, 8))
def test_rings(ahead, back, n):
    """Every weight to twelve digits, whatever its size."""
    right, left = np.exp(ahead[:n]), np.exp(back[:n])
    found = ring_weights(right, left)
    exact = at_rest(right, left)
    assert np.exp(found - found.max()) / np.exp(found - found.max()).sum() == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize("depth", [1, 6, 30, 200])
def test_wells_around_a_ring(depth):
    """Two wells and a force that pushes from one into the other, over barriers up to e²⁰⁰."""
    grid = FokkerPlanckGrid(depth * sp.sin(2 * x) + sp.cos(x), 1, x, (0, 2 * sp.pi), 24, "periodic")
    lower, _, upper = grid.bands(0)
    exact = at_rest(np.append(lower[1:], lower[0]), upper)
    assert abs(grid.stationary() * grid.cell - exact).sum() < 1e-13


def test_one_way_around():
    right = np.array([1.0, 2.0, 4.0, 8.0])
    weights = np.exp(ring_weights(right, np.zeros(4)))
    assert weights / weights.sum() == pytest.approx((1 / right) / (1 / right).sum())
    assert np.exp(ring_weights(np.zeros(4), right)).argmax() == 1
    left = np.array([0.5, 0.0, 3.0, 0.0])
    found = np.exp(ring_weights(right, left))
    assert found / found.sum() == pytest.approx(at_rest(right, left), rel=1e-9)
    with pytest.raises(FokkerPlanckError, match="several densities"):
        FokkerPlanckGrid(sp.sin(2 * x), 0, x, (0, 2 * sp.pi), 20, "periodic").stationary()


@pytest.mark.parametrize("depth, digits", [(1, 10), (10, 10), (20, 8), (45, 3)])
def test_slow_escapes_from_deep_wells(depth, digits):
    """The rate of exchange between two wells against an eigenvalue at 60 digits, down to 1e-24 of the largest, where
    the eigenvalues of the matrix itself are off by 1e-16 of it; its eigenfunction parts the wells."""
    grid = FokkerPlanckGrid(4 * depth * (x - x**3) + sp.Rational(depth, 10), 1, x, (-2, 2), 24)
    lower, diagonal, upper = grid.bands(0)
    with mpmath.workdps(60):
        whole, n = mpmath.zeros(24), 24
        for i in range(n - 1):
            # the diagonal from the rates, without its roundings
            right, left = mpmath.mpf(float(lower[i + 1])), mpmath.mpf(float(upper[i]))
            whole[i, i] += right
            whole[i + 1, i + 1] += left
            whole[i, i + 1] = whole[i + 1, i] = -mpmath.sqrt(right * left)
        exact = sorted(float(v) for v in mpmath.eigsy(whole, eigvals_only=True))[1]
    rates, shapes = grid.spectrum(3)
    assert rates[0] == 0 and rates[1] == pytest.approx(exact, rel=10.0**-digits)
    assert shapes[0] / shapes[0].sum() == pytest.approx(grid.stationary() / grid.stationary().sum(), rel=1e-6)
    assert abs(shapes[1].sum()) < 1e-6 * abs(shapes[1]).sum()
    if depth == 45:
        links = np.sqrt(lower[1:] * upper[:-1])
        plain = np.linalg.eigvalsh(np.diag(-diagonal) - np.diag(links, 1) - np.diag(links, -1))
        assert abs(plain[1] / exact - 1) > 0.1


@pytest.mark.parametrize("ends", ["absorbing", ("reflecting", "absorbing"), ("absorbing", "reflecting")])
def test_the_sum_of_all_times(ends):
    """Σ 1/λ is the trace of (−T)⁻¹."""
    grid = FokkerPlanckGrid(3 * sp.cos(x), 1 + x**2 / 9, x, (-2, 3), 40, ends)
    lower, diagonal, upper = grid.bands(0)
    dense = np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)
    rates, shapes = grid.spectrum(40)
    assert (1 / rates).sum() == pytest.approx(-np.trace(np.linalg.inv(dense)))
    assert np.allclose(dense @ shapes.T, -shapes.T * rates, atol=1e-9 * rates[-1] * abs(shapes).max())
