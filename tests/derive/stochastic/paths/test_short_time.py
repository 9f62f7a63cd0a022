"""Slices with noise that depends on the place: their moments in letters, and the same kernel by quadrature."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from derive.stochastic import SDE
from derive.stochastic.checking import same
from derive.stochastic.errors import StochasticError

x, y, z, t, alpha, k = sp.symbols("x y z t alpha k", real=True)
rho = sp.Symbol("rho", real=True)
f, g, u, v, w = (sp.Function(name)(x, y) for name in "fguvw")

PROCESSES = {
    "any drift and noise in the plane": SDE((x, y), (f, g), [[u, 0], [v, w]], t),
    "correlated noises": SDE((x, y), (-x, sp.sin(y)), [[x, 0], [1, y]], t, correlation=[[1, rho], [rho, 1]]),
    "more noises than states": SDE((x, y), (y, 0), [[1, x, 0], [0, 1, y]], t),
    "space": SDE((x, y, z), (z, x * y, 0), [[z, 0, 0], [0, x, 0], [1, 0, y]], t),
    "a line": SDE(x, f.subs(y, 0), u.subs(y, 0), t),
}


@pytest.mark.parametrize("name", PROCESSES)
def test_every_discretisation_has_the_moments_of_the_process(name):
    process = PROCESSES[name]
    norm, drift, spread = process.path_integral(alpha).short_time_moments()
    assert same(norm, 0)
    drifts = list(drift) if process.n > 1 else [drift]
    assert all(same(a, b) for a, b in zip(drifts, process.drift, strict=True))
    assert all(same(a, b) for a, b in zip(sp.Matrix([spread]), process.covariance, strict=True))


def wrong(action, **changes):
    return replace(action, **changes).short_time_moments()


def test_mutants_are_seen():
    """Without the Jacobian the norm is wrong; without α s in the velocity the drift is; another mass is refused."""
    process = SDE((x, y), (-x, y), [[1 + x**2, 0], [1, y]], t)
    action = process.path_integral(alpha)
    assert not same(wrong(action, lagrangian=action.lagrangian + alpha * k)[0], 0)
    ito = process.path_integral(0).lagrangian
    norm, drift, _ = wrong(action, lagrangian=ito)
    assert not same(norm, 0) and not all(same(a, b) for a, b in zip(drift, process.drift, strict=True))
    with pytest.raises(StochasticError, match="no action of this noise"):
        wrong(action, lagrangian=2 * action.lagrangian)


@pytest.mark.parametrize("point", [0, sp.Rational(1, 2), 1, sp.Rational(1, 3)])
def test_the_kernel_itself_by_quadrature(point):
    """∫ K dδ = 1 and ∫ δ K dδ = a dt up to O(dt²), extrapolated from two steps; Gauss-Hermite in δ = √dt R ξ."""
    process = SDE((x, y), (1 - x * y, x), [[1 + x**2 / 4, y / 5], [0, 2 + sp.sin(x)]], t)
    action, (x1, y1), step = process.path_integral(point), sp.symbols("x1 y1"), sp.Symbol("h")
    kernel = sp.lambdify((x1, y1, x, y, step), action.short_time_kernel((x1, y1), (x, y), step), "numpy")
    start = (0.6, -0.8)
    numbers = dict(zip(process.states, start, strict=True))
    root = np.linalg.cholesky(np.array(process.covariance.subs(numbers), dtype=float))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    xi = np.stack(np.meshgrid(nodes, nodes, indexing="ij")).reshape(2, -1)
    weight = np.outer(weights, weights).ravel() * np.exp((xi**2).sum(0) / 2) * np.linalg.det(root)

    def rates(dt):
        delta = np.sqrt(dt) * root @ xi
        mass = weight * dt * kernel(start[0] + delta[0], start[1] + delta[1], *start, dt)
        return np.array([mass.sum() - 1, *(delta @ mass)]) / dt

    coarse, middle, fine = (rates(dt) for dt in (4e-3, 2e-3, 1e-3))
    limit = (8 * fine - 6 * middle + coarse) / 3
    want = [0.0, *(float(a.subs(numbers)) for a in process.drift)]
    assert np.allclose(limit, want, atol=2e-4)
