"""Fokker-Planck equations of many kinds against exact densities, exact moments or a grid five times finer: steep and
bimodal wells, strong drift, little noise, rings with a current, ends that absorb, correlated noises, time."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import sympy as sp

from numerics.fokker_planck import FokkerPlanckGrid

x, y, t = sp.symbols("x y t")
half = sp.Rational(1, 2)


def gauss(mean, variance):
    return lambda z: np.exp(-((z - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


FINER = {
    "steep quartic": (-40 * x**3, half, (-2, 2), 120, "reflecting", 0.3, gauss(1, 0.02), 3e-3),
    "steep and wide": (-40 * x**3, half, (-6, 6), 240, "reflecting", 0.3, gauss(1, 0.05), 8e-3),
    "two wells": (8 * (x - x**3), half, (-3, 3), 150, "reflecting", 2.0, gauss(-1, 0.05), 4e-3),
    "ring with a current": (1 + 3 * sp.sin(x) / 2, half, (0, 2 * sp.pi), 24, "periodic", 1.0, None, 2e-2),
    "root, absorbed at 0": (0.02 - 0.3 * x, x / 5, (0, 8), 200, ("absorbing", "reflecting"), 1, gauss(1, 0.04), 5e-3),
    "root, Feller's condition": (1 - x, 3 * x / 10, (0, 8), 200, "reflecting", 1.0, gauss(1, 0.04), 1e-3),
    "well between absorbing ends": (-x, half, (-1, 1), 80, "absorbing", 1.0, gauss(0, 0.1), 5e-4),
    "no drift, one end absorbing": (0, half, (0, 1), 80, ("absorbing", "reflecting"), 0.3, lambda z: 2 * z, 1e-4),
    "coefficients in time": (sp.sin(3 * t) - x, 1 + sp.cos(t) / 2, (-6, 6), 24, "reflecting", 1.0, gauss(0, 0.4), 5e-2),
}


@pytest.mark.parametrize("name", FINER)
def test_against_a_grid_five_times_finer(name):
    """Means over cells, in L1; the difference falls by four for cells of half the length."""
    drift, diffusion, domain, cells, boundary, end, start, most = FINER[name]
    start = start or (lambda z: np.exp(np.cos(z - 1)) / (2 * np.pi * np.i0(1)))
    found = []
    for count in (cells, 2 * cells):
        coarse, fine = (FokkerPlanckGrid(drift, diffusion, x, domain, n, boundary) for n in (count, 5 * count))
        p, q = (grid.propagate(grid.values(start), end) for grid in (coarse, fine))
        found.append(abs(p.p - q.p.reshape(count, 5).mean(axis=1)).sum() * coarse.cell)
        assert p.p.min() >= 0 and abs(p.mass - q.mass) < most
        if "absorbing" not in str(boundary):
            assert p.mass == pytest.approx(coarse.mass(coarse.values(start)), rel=1e-9)
    assert found[0] < most and found[1] < 0.45 * found[0]


erfc = np.vectorize(math.erfc)


def lognormal(mean, variance):
    return lambda z: np.exp(-((np.log(z) - mean) ** 2) / (2 * variance)) / (z * np.sqrt(2 * np.pi * variance))


def between_two_drifts(z):
    """Brownian motion with the drift −sign x, from 0, at the time 1 (Karatzas, Shreve, sec. 6.5)."""
    z = abs(z)
    return np.exp(-2 * z) * (np.exp(-((z - 1) ** 2) / 2) / np.sqrt(2 * np.pi) + erfc((z - 1) / np.sqrt(2)) / 2)


def stiffness(s):
    """∫ 1 + 4/5 sin 4t."""
    return s + (1 - mpmath.cos(4 * s)) / 5


later = float(mpmath.exp(-stiffness(1.5)))
spread = 0.3 * later**2 + float(
    mpmath.quad(lambda s: mpmath.exp(-2 * (stiffness(1.5) - stiffness(s))), mpmath.linspace(0, 1.5, 7))
)
trapped = gauss(later, spread)
bessel = [lambda z, v=v: math.sqrt(2 / math.pi) * z**2 * np.exp(-(z**2) / (2 * v)) / v**1.5 for v in (1, 2)]
student = lambda z: 8 / (3 * np.pi) / (1 + z**2) ** 3  # noqa: E731
EXACT = {
    "drift of two values, from a point": (-sp.sign(x), half, (-8, 8), 81, 0.0, 1.0, between_two_drifts, 2e-2),
    "geometric": (0.3 * x, 0.08 * x**2, (0, 8), 200, lognormal(0, 0.04), 1.0, lognormal(0.22, 0.2), 1e-3),
    "spring in time": (-(1 + 0.8 * sp.sin(4 * t)) * x, half, (-6, 6), 60, gauss(1, 0.3), 1.5, trapped, 1e-2),
    "scale in time": (x / (1 + t), (1 + t) ** 2 / 2, (-12, 12), 60, gauss(0, 0.5), 1.0, gauss(0, 6), 2e-2),
    "root of the time": (0, sp.sqrt(t), (-7, 7), 60, gauss(0, 0.2), 1.0, gauss(0, 0.2 + 4 / 3), 1e-2),
    "Bessel in space": (1 / x, half, (1e-3, 8), 200, bessel[0], 1.0, bessel[1], 1e-3),
    "Student at rest": (-2 * x, (1 + x**2) / 2, (-60, 60), 500, gauss(0.5, 0.3), 40.0, student, 1e-2),
}


@pytest.mark.parametrize("name", EXACT)
def test_against_exact_densities(name):
    """In L1, and of order 2."""
    drift, diffusion, domain, cells, start, end, exact, most = EXACT[name]
    errors = []
    for count in (cells, 2 * cells + cells % 2):
        grid = FokkerPlanckGrid(drift, diffusion, x, domain, count)
        found = grid.propagate(grid.point(start) if isinstance(start, float) else grid.values(start), end)
        errors.append(float(abs(found.p - grid.values(exact)).sum() * grid.cell))
    assert errors[0] < most and errors[1] < 0.35 * errors[0]


def test_extinction():
    """Feller's branching diffusion dX = −X/2 dt + √X dW from 1: survival 1 − exp(−1/(e^{t/2} − 1))."""
    grid = FokkerPlanckGrid(-x / 2, x / 2, x, (0, 20), 500, ("absorbing", "reflecting"))
    assert grid.propagate(grid.point(1.0), 1.0).mass == pytest.approx(1 - math.exp(-1 / (math.exp(0.5) - 1)), abs=1e-3)


def test_the_marginal_on_a_tube():
    """y is Ornstein-Uhlenbeck whatever x does on its ring, pushed by y and the time, with correlated noises."""
    d = sp.Matrix([[1, 0.3], [0.3, half]])
    ends = ["periodic", "reflecting"]
    grid = FokkerPlanckGrid([sp.cos(t) + y, -y], d, (x, y), [(0, 2 * sp.pi), (-4, 4)], (24, 30), ends)
    start = grid.values(lambda u, v: (1 + np.cos(u) / 2) / (2 * np.pi) * gauss(0.5, 0.3)(v))
    marginal = grid.propagate(start, 0.7).p.sum(axis=0) * grid.widths[0]
    e = math.exp(-0.7)
    exact = gauss(0.5 * e, 0.3 * e**2 + (1 - e**2) / 2)(grid.axes[1])
    assert abs(marginal - exact).sum() * grid.widths[1] < 2e-2


def test_survival_under_strong_drift():
    """Brownian motion with drift 30 between absorbing ends, by its sines."""
    grid = FokkerPlanckGrid(30, half, x, (0, 1), 400, "absorbing")
    end, z = 0.015, np.linspace(0, 1, 20001)
    sines = sum(
        2 * math.sin(k * math.pi / 2) * math.exp(-((k * math.pi) ** 2) * end / 2) * np.sin(k * np.pi * z)
        for k in range(1, 120)
    )
    exact = np.trapezoid(sines * np.exp(30 * (z - 0.5) - 900 * end / 2), z)
    assert grid.propagate(grid.point(0.5), end).mass == pytest.approx(exact, abs=2e-4)


def test_a_current_around_a_ring():
    """p ∝ e^{−F(z)} ∫_z^{z+2π} e^F, F = −2(z − 3/2 cos z), and what a point becomes."""
    grid = FokkerPlanckGrid(1 + 3 * sp.sin(x) / 2, half, x, (0, 2 * sp.pi), 120, "periodic")
    potential = lambda z: -2 * (z - 1.5 * np.cos(z))  # noqa: E731
    node, weight = np.polynomial.legendre.leggauss(100)
    exact = np.array([(weight * np.exp(potential(c + np.pi * (1 + node)) - potential(c))).sum() for c in grid.axes[0]])
    exact /= exact.sum() * grid.cell
    assert abs(grid.stationary() - exact).max() < 2e-4
    assert np.allclose(grid.propagate(grid.point(1.0), 12.0, 200, "implicit").p, grid.stationary(), atol=1e-4)


PLANE = [
    ([[-1, 0], [0, -1]], 0.6, 2e-2),
    ([[-1, 0], [0, -1]], -0.95, 0.2),
    ([[-1, 3], [-3, -1]], 0.0, 2.5e-2),
    ([[-1, 2], [-2, -1]], -0.5, 3e-2),
    ([[-1, 5], [0, -2]], 0.0, 1e-2),
]


@pytest.mark.parametrize("matrix, rho, most", PLANE)
def test_linear_equations_in_the_plane(matrix, rho, most):
    """Mean e^{tA} m and covariance by quadrature; the error falls by three and more for cells of half the length."""
    end, mean, cov = 0.7, np.array([1.0, -0.5]), 0.3 * np.eye(2)
    a, d = np.array(matrix, float), np.array([[1, rho], [rho, 1]])
    exp = lambda s: np.array(mpmath.expm(mpmath.matrix((s * a).tolist())).tolist(), float)  # noqa: E731
    node, weight = np.polynomial.legendre.leggauss(20)
    flow = exp(end)
    later = flow @ cov @ flow.T + sum(
        w * end / 2 * exp(s) @ (2 * d) @ exp(s).T for s, w in zip(end * (1 + node) / 2, weight, strict=True)
    )

    def density(m, c):
        (p, q), (_, r) = np.linalg.inv(c)
        norm = 2 * np.pi * math.sqrt(np.linalg.det(c))

        def at(u, v):
            u, v = u - m[0], v - m[1]
            return np.exp(-(p * u**2 + 2 * q * u * v + r * v**2) / 2) / norm

        return at

    errors = []
    for cells in (60, 120):
        drift = list(sp.Matrix(matrix) * sp.Matrix([x, y]))
        grid = FokkerPlanckGrid(drift, sp.Matrix([[1, rho], [rho, 1]]), (x, y), [(-6, 6)] * 2, cells)
        found = grid.propagate(grid.values(density(mean, cov)), end)
        assert found.p.min() >= 0 and found.mass == pytest.approx(1, abs=1e-6)
        errors.append(abs(found.p - grid.values(density(flow @ mean, later))).sum() * grid.cell)
    assert errors[0] < most and errors[1] < errors[0] / 2.5


@pytest.mark.parametrize("drift", [-40 * x**3, 8 * (x - x**3), -5 * x])
@pytest.mark.parametrize("end", [1e-3, 1.0, 1e3, 1e6, 1e10])
def test_independent_axes_multiply(drift, end):
    """In the plane and over any time, also where one axis takes 1e13 jumps: the product of what the axes do alone."""
    wide = FokkerPlanckGrid(drift, half, x, (-3, 3), 50)
    other = FokkerPlanckGrid(-y, half, y, (-4, 4), 30)
    both = FokkerPlanckGrid([drift, -y], half, (x, y), [(-3, 3), (-4, 4)], (50, 30))
    found = both.propagate(both.point(1.2, 0.5), end)
    alone = np.multiply.outer(wide.propagate(wide.point(1.2), end).p, other.propagate(other.point(0.5), end).p)
    assert abs(found.p - alone).sum() * both.cell < 2e-9 and found.mass == pytest.approx(1, abs=1e-9)
