"""Data that are modes between two walls, against the heat equation on a fine grid and known answers."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from sympy import cos, exp, pi, sin

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable

x = sp.Symbol("x", real=True)
t, L, D, mu, k = sp.symbols("t L D mu k", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}


def between(drift, noise=1, high=1) -> SDE:
    return SDE(x, drift, noise, t, domain=(0, high))


KNOWN = {
    "heat": (
        between(0, sp.sqrt(2 * D), L),
        sin(pi * x / L),
        0,
        "absorbing",
        exp(-D * pi**2 * t / L**2) * sin(pi * x / L),
    ),
    "insulated": (between(0), cos(2 * pi * x), 0, "reflecting", exp(-2 * pi**2 * t) * cos(2 * pi * x)),
    "product": (between(0), sin(pi * x) * cos(pi * x), k, "absorbing", exp(-(2 * pi**2 + k) * t) * sin(2 * pi * x) / 2),
    "drift": (
        between(-mu),
        exp(mu * x) * sin(pi * x),
        0,
        "absorbing",
        exp(-(pi**2 + mu**2) * t / 2) * exp(mu * x) * sin(pi * x),
    ),
    "nothing changes": (between(0), sp.Integer(3), 0, "reflecting", sp.Integer(3)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known(name):
    sde, data, potential, wall, want = KNOWN[name]
    found = sde.feynman_kac(data, potential, wall)
    assert found.evidence.status in SOUND
    assert sp.simplify(sp.expand((found.value - want).rewrite(exp))) == 0


def test_against_a_grid():
    """sin³ πx between absorbing walls by an explicit scheme."""
    found = between(0).feynman_kac(sin(pi * x) ** 3, 0, "absorbing").value
    grid = np.linspace(0, 1, 101)
    u, step = np.sin(np.pi * grid) ** 3, 4e-5
    for _ in range(1000):
        u[1:-1] += step / 2 * (u[2:] - 2 * u[1:-1] + u[:-2]) * 1e4
    want = sp.lambdify([x, t], found, "numpy")(grid, 0.04)
    assert np.abs(u - want).max() < 2e-4


@pytest.mark.parametrize(
    ("data", "wall"),
    [(sin(pi * x), "reflecting"), (cos(pi * x), "absorbing"), (sp.Integer(1), "absorbing"), (x * (1 - x), "absorbing")],
)
def test_what_is_no_mode_is_refused(data, wall):
    with pytest.raises((StochasticError, Unsolvable)):
        between(0).feynman_kac(data, 0, wall)
