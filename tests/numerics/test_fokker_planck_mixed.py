"""Mixed derivatives in the plane: diagonals, mass, positivity, orders, against closed forms; the lines themselves."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.exponential import expm
from numerics.fokker_planck import FokkerPlanckError, FokkerPlanckGrid
from numerics.fokker_planck.lines import Axis, diagonals
from numerics.tridiagonal import apply

x, y, t = sp.symbols("x y t")


def normal(mean, covariance):
    inverse, norm = np.linalg.inv(covariance), 2 * math.pi * math.sqrt(np.linalg.det(covariance))

    def density(u, v):
        a, b = u - mean[0], v - mean[1]
        return np.exp(-(inverse[0, 0] * a**2 + 2 * inverse[0, 1] * a * b + inverse[1, 1] * b**2) / 2) / norm

    return density


def linear_law(a, d, mean, covariance, end):
    """Mean and covariance of dx = A x dt + noise: S from e^{Mt} with M = [[A, 2D], [0, −Aᵀ]] (Van Loan)."""
    flow = expm(end * np.block([[a, 2 * d], [np.zeros((2, 2)), -a.T]]))
    e, f = flow[:2, :2], flow[:2, 2:]
    return e @ mean, e @ covariance @ e.T + f @ e.T


A = np.array([[-1.0, 0.3], [-0.2, -0.8]])
D = np.array([[1.0, 0.5], [0.5, 0.8]])
MEAN, COVARIANCE = np.array([1.0, -0.5]), np.array([[0.3, 0.1], [0.1, 0.4]])


@pytest.mark.parametrize("method", ["crank-nicolson", "implicit"])
@pytest.mark.parametrize("sign", [1, -1])
def test_gaussian_with_correlated_noise(sign, method):
    turn = np.outer([1, sign], [1, sign])
    a, d = A * turn, D * turn
    mean, covariance = linear_law(a, d, MEAN * [1, sign], COVARIANCE * turn, 0.5)
    errors = []
    for cells in (24, 48, 96) if method == "crank-nicolson" else (24, 48):
        drift = [a[0, 0] * x + a[0, 1] * y, a[1, 0] * x + a[1, 1] * y]
        grid = FokkerPlanckGrid(drift, sp.Matrix(d.tolist()), (x, y), [(-6, 6), (-6, 6)], cells)
        found = grid.propagate(normal(MEAN * [1, sign], COVARIANCE * turn), 0.5, method=method)
        assert found.mass == pytest.approx(1, abs=1e-8) and found.p.min() >= 0
        errors.append(float(abs(found.p - grid.values(normal(mean, covariance))).sum() * grid.cell))
    slopes = [math.log2(one / two) for one, two in pairwise(errors)]
    assert all(1.85 < slope < 2.15 for slope in slopes) and errors[1] < 0.02


@pytest.mark.parametrize("cells", [(24, 24), (24, 30), (30, 24)])
def test_waves_on_the_torus(cells):
    """cos(kx + ly) decays at the rate k² D_xx + 2kl D_xy + l² D_yy and is carried along."""
    d = sp.Matrix([[sp.Rational(1, 5), sp.Rational(1, 10)], [sp.Rational(1, 10), sp.Rational(1, 5)]])
    errors = []
    for refined in (1, 2, 4):
        shape = tuple(c * refined for c in cells)
        grid = FokkerPlanckGrid([1, sp.Rational(1, 2)], d, (x, y), [(0, 2 * sp.pi)] * 2, shape, "periodic")
        found = grid.propagate((1 + sp.cos(x - y) / 2 + sp.cos(x + y) / 2) / (4 * sp.pi**2), 1)
        exact = 1 + sp.exp(-0.2) * sp.cos(x - y - 0.5) / 2 + sp.exp(-0.6) * sp.cos(x + y - 1.5) / 2
        errors.append(float(abs(found.p - grid.values(exact / (4 * sp.pi**2))).sum() * grid.cell))
        assert found.mass == pytest.approx(1, abs=1e-9)
    assert errors[0] < 0.02 and errors[0] / errors[1] > 3 and errors[1] / errors[2] > 3.5


@pytest.mark.parametrize(
    "d",
    [
        sp.Matrix([[1, 0.4], [0.4, 1]]),
        sp.Matrix([[1, -0.4], [-0.4, 1]]),
        sp.Matrix([[1 + x**2 / 4, sp.sin(x + 2 * y) / 3], [sp.sin(x + 2 * y) / 3, 1 + sp.cos(y) / 4]]),
    ],
)
def test_reflecting_walls_keep_the_stationary_density(d):
    """a = −D ∇V + div D has the density e^{−V} under the condition of no current, at the walls too, and where D_xy
    changes its sign; order 2."""
    potential = (x - y / 2) ** 2 / 2 + sp.sin(y)
    gradient = sp.Matrix([potential.diff(x), potential.diff(y)])
    drift = [-(d * gradient)[i] + d[i, 0].diff(x) + d[i, 1].diff(y) for i in (0, 1)]
    errors = []
    for cells in (12, 24, 48):
        grid = FokkerPlanckGrid(drift, d, (x, y), [(-1, 1), (-1, 1)], cells)
        p = grid.values(sp.exp(-potential))
        p /= grid.mass(p)
        # steps in proportion to the rates, so that the error of time falls with that of space
        steps = math.ceil(max(grid.largest_rate(k) for k in range(len(grid.lines))))
        errors.append(float(abs(grid.propagate(p, 2.0, steps).p - p).sum() * grid.cell))
    assert errors[0] < 8e-3 and all(one / two > 3.2 for one, two in pairwise(errors))


@pytest.mark.parametrize("across", ["periodic", "reflecting"])
def test_absorbing_ends_see_the_marginal(across):
    """x alone is Brownian motion absorbed at 0 and 1: from sin πx, e^{−π²t/2} is left, whatever y does on a ring.
    Between walls, where y pushes x, against twice as many cells (corners cost the order, but not digits)."""
    d = sp.Matrix([[sp.Rational(1, 2), sp.Rational(1, 4)], [sp.Rational(1, 4), sp.Rational(1, 2)]])
    masses = []
    for cells in (12, 24, 48, 96):
        grid = FokkerPlanckGrid([0, 0], d, (x, y), [(0, 1), (0, 1)], cells, ["absorbing", across])
        begin = sp.pi / 2 * sp.sin(sp.pi * x) * (1 + sp.cos(2 * sp.pi * y) / 2)
        masses.append(grid.propagate(begin, 0.1).mass)
    exact = math.exp(-(math.pi**2) * 0.05) if across == "periodic" else masses.pop()
    errors = [abs(m - exact) for m in masses[:3]]
    assert errors[0] < 0.01 and (across == "reflecting" or all(one / two > 3.2 for one, two in pairwise(errors)))
    assert errors[2] < 1e-3


def test_a_mixed_term_that_changes_its_sign():
    """D_xy = c sin x sin y on the torus: both families move, and means as the weak equation says."""
    c = sp.Rational(1, 4)
    d = sp.Matrix([[1, c * sp.sin(x) * sp.sin(y)], [c * sp.sin(x) * sp.sin(y), 1]])
    grid = FokkerPlanckGrid([0, 0], d, (x, y), [(0, 2 * sp.pi)] * 2, 64, "periodic")
    assert len(grid.lines) == 4
    u, v = np.meshgrid(*grid.axes, indexing="ij")
    p = grid.values((2 + sp.cos(x) * sp.cos(y) + sp.cos(2 * x)) / (8 * sp.pi**2))
    for f, generator in (
        (np.sin(u) * np.sin(v), -2 * np.sin(u) * np.sin(v) + 0.5 * np.sin(u) * np.sin(v) * np.cos(u) * np.cos(v)),
        (np.cos(u) * np.cos(v), -2 * np.cos(u) * np.cos(v) + 0.5 * (np.sin(u) * np.sin(v)) ** 2),
    ):
        later = grid.propagate(p, 1e-4, 1).p
        change = float(((later - p) * f).sum() * grid.cell) / 1e-4
        assert change == pytest.approx(float((p * generator).sum() * grid.cell), abs=2e-3)


@settings(max_examples=20, deadline=None)
@given(
    d=st.tuples(st.floats(0.3, 2), st.floats(0.3, 2), st.floats(-0.26, 0.26)),
    a=st.lists(st.floats(-4, 4), min_size=4, max_size=4),
    ends=st.lists(st.sampled_from(["reflecting", "periodic"]), min_size=2, max_size=2),
    spike=st.integers(0, 89),
    span=st.floats(0.01, 20),
)
def test_mass_and_positivity(d, a, ends, spike, span):
    matrix = sp.Matrix([[d[0], d[2]], [d[2], d[1]]])
    drift = [a[0] * sp.sin(x) + a[1] * sp.cos(y), a[2] * sp.sin(x + y) + a[3]]
    grid = FokkerPlanckGrid(drift, matrix, (x, y), [(0, 2 * sp.pi), (0, 2 * sp.pi)], (9, 10), ends)
    p = np.zeros(90)
    p[spike] = 1 / grid.cell
    for method, steps in (("implicit", 100), ("crank-nicolson", None)):
        found = grid.propagate(p.reshape(9, 10), span, steps, method)
        assert found.p.min() >= 0 and found.mass == pytest.approx(1, abs=1e-9)


def generator(grid):
    """The matrix of all rates, column by column."""
    columns = []
    for one in np.eye(math.prod(grid.cells)).reshape(-1, *grid.cells):
        moved = [
            lines.join(apply(*grid.bands(k), lines.split(one), lines.cyclic)) for k, lines in enumerate(grid.lines)
        ]
        columns.append(sum(moved).ravel())
    return np.array(columns).T


ENDS = st.sampled_from(["reflecting", "absorbing", "periodic", ("reflecting", "absorbing")])


@settings(max_examples=15, deadline=None)
@given(
    drift=st.tuples(st.sampled_from([0, -x + y, 2 * sp.sin(x)]), st.sampled_from([-y - x, sp.cos(y), x * y / 3])),
    mixed=st.sampled_from([0, sp.Rational(-1, 3), sp.sin(x) / 4, x * y / 20]),
    ends=st.tuples(ENDS, ENDS),
    cells=st.sampled_from([(8, 8), (9, 7)]),
    spike=st.integers(0, 62),
)
def test_the_generator_and_its_splitting(drift, mixed, ends, cells, spike):
    """Rates ≥ 0, columns that add up to 0 (or less, with absorbing ends); order 2 of the splitting towards e^{tT}."""
    d = sp.Matrix([[1 + x**2 / 5, mixed], [mixed, 1]])
    grid = FokkerPlanckGrid(drift, d, (x, y), [(-2, 2), (-2, 2)], cells, list(ends))
    whole = generator(grid)
    sums = whole.sum(axis=0)
    assert (whole - np.diag(np.diag(whole))).min() >= 0 and sums.max() < 1e-9
    assert any("absorbing" in pair for pair in grid.boundary) or abs(sums).max() < 1e-9
    p = np.zeros(math.prod(cells))
    p[spike] = 1 / grid.cell
    exact = (expm(0.3 * whole) @ p).reshape(cells)
    one, two = (grid.propagate(p.reshape(cells), 0.3, steps, "crank-nicolson").p - exact for steps in (50, 100))
    assert abs(one).sum() * grid.cell < 1e-3 and 3.7 < abs(one).sum() / abs(two).sum() < 4.3


def test_coefficients_in_time():
    """D_xy = sin t: the covariance grows by 2 ∫ sin t."""
    d = sp.Matrix([[1, sp.sin(t) / 2], [sp.sin(t) / 2, 1]])
    grid = FokkerPlanckGrid([0, 0], d, (x, y), [(-6, 6), (-6, 6)], 48)
    found = grid.propagate(normal(np.zeros(2), 0.5 * np.eye(2)), 0.5)
    product = np.multiply.outer(*grid.axes)
    assert float((found.p * product).sum() * grid.cell) == pytest.approx(1 - math.cos(0.5), abs=2e-3)


def test_the_exponential_is_refused():
    grid = FokkerPlanckGrid([0, 0], sp.Matrix([[1, 0.5], [0.5, 1]]), (x, y), [(0, 1), (0, 1)], 8)
    with pytest.raises(FokkerPlanckError, match="no mixed derivatives"):
        grid.propagate(grid.point(0.5, 0.5), 0.1, method="exponential")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("periodic", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (5, 5)])
def test_every_cell_lies_on_one_line_next_to_its_neighbours(shape, periodic, sign):
    lines = diagonals(shape, sign, periodic)
    p = np.arange(float(math.prod(shape))).reshape(shape)
    split = lines.split(p)
    assert np.array_equal(lines.join(split), p) and lines.inside.sum() == p.size
    assert sorted(split[lines.inside]) == sorted(p.ravel())
    for row, inside in zip(lines.index, lines.inside, strict=True):
        cells = row[inside]
        if lines.cyclic:
            cells = np.append(cells, cells[0])
        i, j = np.divmod(cells, shape[1])
        steps = [np.diff(v) for v in (i, j)]
        steps = [np.where(abs(s) > 1, -np.sign(s), s) for s in steps]
        assert (steps[0] * steps[1] == sign).all()
    for k in (0, 1):
        assert np.array_equal(Axis(k, 2, False).join(Axis(k, 2, False).split(p)), p)
