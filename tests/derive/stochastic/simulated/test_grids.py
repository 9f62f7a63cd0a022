"""Closed transition densities against the equation solved on a grid, which knows nothing of them; what grids refuse."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.stochastic import SDE, StochasticError

x, y, t = sp.symbols("x y t")
theta, mu, sigma = sp.symbols("theta mu sigma", positive=True)
AT = {theta: sp.Rational(3, 2), mu: 1, sigma: sp.Rational(7, 10)}
HEAVY = [pytest.mark.slow, pytest.mark.ci]
# The process, its start, the domain, cells, two times, the largest L¹ distance.
CASES = {
    "Ornstein-Uhlenbeck": (SDE(x, theta * (mu - x), sigma, t), 2, (-3, 5), 160, (0.2, 1.0), 2e-3),
    "square root": (SDE(x, theta * (mu - x), sigma * sp.sqrt(x), t), 2, (0, 8), 160, (0.5, 1.0), 2e-3),
    "two states, one noise in both": (
        SDE((x, y), [-x + y / 2, -y], [[1, 0], [sp.Rational(1, 2), 1]], t),
        [1, 0],
        [(-4, 5), (-5, 5)],
        (63, 60),
        (0.3, 0.8),
        8e-3,
    ),
}


def distance(name, change=1):
    sde, x0, domain, cells, (first, last), _ = CASES[name]
    closed = sde.transition(x0).value.subs(AT)
    grid = sde.fokker_planck().on_grid(cells, domain, at=AT)
    found = grid.propagate(grid.values(closed.subs(t, first)), last - first)
    return float(abs(found.p - grid.values(closed.subs(t, change * last))).sum() * grid.cell)


@pytest.mark.parametrize(
    "name", [name if name == "Ornstein-Uhlenbeck" else pytest.param(name, marks=HEAVY) for name in CASES]
)
def test_transition_densities(name):
    assert distance(name) < CASES[name][-1]


def test_a_wrong_density_is_noticed():
    assert distance("Ornstein-Uhlenbeck", change=1.1) > 0.02


def test_stationary_density_under_detailed_balance():
    """Two states, correlated noise: a = −D ∇V keeps e^{−V}."""
    v = (x**2 + x * y + y**2) / 2
    d = sp.Matrix([[2, 1], [1, 2]]) / 4  # ½ B ρ Bᵀ
    sde = SDE((x, y), list(-d * sp.Matrix([v.diff(x), v.diff(y)])), sp.eye(2), t, sp.Matrix([[1, 0.5], [0.5, 1]]))
    grid = sde.fokker_planck().on_grid(60, [(-5, 5), (-5, 5)])
    p = grid.values(sp.exp(-v) * sp.sqrt(3) / (4 * sp.pi))
    assert abs(grid.mass(p) - 1) < 2e-3
    assert float(abs(grid.propagate(p, 1.0).p - p).sum() * grid.cell) < 0.01


def test_errors_name_what_and_the_remedy():
    equation = SDE(x, theta * (mu - x), sigma, t).fokker_planck()
    with pytest.raises(StochasticError, match=r"no value for mu, sigma, theta: give it as at="):
        equation.on_grid(40, (-3, 3))
    with pytest.raises(StochasticError, match="finite interval"):
        equation.on_grid(40, at=AT)
    killed = SDE(x, 0, 1, t).fokker_planck().__class__.of(SDE(x, 0, 1, t), potential=x**2)
    with pytest.raises(StochasticError, match="weighted"):
        killed.on_grid(40, (-3, 3))
