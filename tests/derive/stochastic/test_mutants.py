"""Every check is itself put to the test: a sign turned, a factor dropped, a wrong wall must be refuted."""

from __future__ import annotations

import pytest
import sympy as sp

from derive.stochastic import SDE, StochasticError, limit_of_slices, semigroup, solves
from derive.stochastic.checking import settled
from derive.stochastic.expectations.feynman_kac import check
from derive.stochastic.laws.density import mass_check
from derive.stochastic.laws.integration import _quadrature
from derive.stochastic.solutions.solution import follows
from derive.stochastic.spectra.spectrum import INDEX, Ladder, assembled

x = sp.Symbol("x", real=True)
t, mu, sigma, x0, theta = sp.symbols("t mu sigma x0 theta", positive=True)
z = sp.Symbol("x", positive=True)
W = sp.Function("W", real=True)(t)
GBM = SDE(z, mu * z, sigma * z, t)
RIGHT = x0 * sp.exp((mu - sigma**2 / 2) * t + sigma * W)
WRONG = {
    "no correction": x0 * sp.exp(mu * t + sigma * W),
    "sign": x0 * sp.exp((mu + sigma**2 / 2) * t + sigma * W),
    "noise": x0 * sp.exp((mu - sigma**2 / 2) * t + 2 * sigma * W),
    "start": 2 * x0 * sp.exp((mu - sigma**2 / 2) * t + sigma * W),
}


def test_the_right_solution_follows():
    assert follows(GBM, [RIGHT], [x0]).passed


@pytest.mark.parametrize("name", WRONG)
def test_wrong_solutions_are_refuted(name):
    with pytest.raises(StochasticError, match="fails"):
        follows(GBM, [WRONG[name]], [x0])


def normal(scale: int = 1) -> sp.Expr:
    return sp.exp(-((x - x0) ** 2) / (2 * t * scale)) / sp.sqrt(2 * sp.pi * t)


@pytest.mark.parametrize("density", [2 * normal(), normal(2), sp.exp(-(x**2))])
def test_wrong_masses_are_refuted(density):
    line = (-sp.oo, sp.oo)
    gap, points = _quadrature(density, x, line, (), sp.S.One)
    assert points and gap is not None and gap > 1e-3
    with pytest.raises(StochasticError, match="fails"):
        mass_check(density, x, line, ())


def test_the_right_mass_is_confirmed():
    assert mass_check(normal(), x, (-sp.oo, sp.oo), ()).passed


MUTANTS = {
    "width": (1, 4, sp.S.One),
    "factor": (2, 2, sp.S.One),
    "drift": (1, 2, sp.exp(t)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_wrong_kernels_are_refuted(name):
    factor, width, growth = MUTANTS[name]
    y = sp.Symbol("y", real=True)
    kernel = factor * growth * sp.exp(-((x - y) ** 2) / (width * t)) / sp.sqrt(2 * sp.pi * t)
    unknown = sp.Function("K")(x, t)
    heat = sp.Derivative(unknown, t) - sp.Derivative(unknown, x, 2) / 2
    with pytest.raises(StochasticError, match="fails"):
        solves(heat, unknown, kernel)
        semigroup(kernel, x, y, t)


def test_a_kernel_that_only_loses_its_norm_fails_the_semigroup_law():
    y = sp.Symbol("y", real=True)
    kernel = 2 * sp.exp(-((x - y) ** 2) / (2 * t)) / sp.sqrt(2 * sp.pi * t)
    with pytest.raises(StochasticError, match="factor"):
        semigroup(kernel, x, y, t)


def test_a_wrong_price_is_refuted():
    assert check(GBM, z * sp.exp(mu * t), z).passed
    with pytest.raises(StochasticError, match="fails"):
        check(GBM, z * sp.exp(-mu * t), z)


def test_a_wrong_eigenfunction_is_refuted():
    equation, w = SDE(x, -theta * x, sigma, t).fokker_planck(), sp.Dummy("u")
    u = x * sp.sqrt(theta) / sigma
    norm = sp.sqrt(sp.pi) * 2**INDEX * sp.factorial(INDEX) * sigma / sp.sqrt(theta)

    def ladder(place, size, weight):
        form = lambda k: sp.hermite(k, place)  # noqa: E731 - a formula
        return Ladder("Hermite", place, sp.S.One, form, (w, sp.S.One, -2 * w, 2 * INDEX), INDEX, size, weight, ())

    def build(place=u, size=norm, values=INDEX * theta, weight=None):
        chosen = sp.exp(-(u**2)) if weight is None else weight
        return assembled(equation, ladder(place, size, chosen), values, (-sp.oo, sp.oo), sp.oo, 0)

    assert build().evidence.passed
    for change in ({"place": 2 * u}, {"size": 2 * norm}, {"values": 2 * INDEX * theta}, {"weight": sp.exp(-2 * u**2)}):
        with pytest.raises(StochasticError, match="fails"):
            build(**change)


def test_a_limit_that_does_not_exist_is_refused():
    n = sp.Symbol("N", positive=True, integer=True)
    with pytest.raises(StochasticError, match="no finite limit"):
        limit_of_slices(n * t, n)


def test_settled_tells_right_from_wrong():
    assert settled(sp.sin(x) ** 2 + sp.cos(x) ** 2, sp.S.One).passed
    with pytest.raises(StochasticError, match="fails"):
        settled(sp.sin(2 * x), sp.sin(x) * sp.cos(x))
