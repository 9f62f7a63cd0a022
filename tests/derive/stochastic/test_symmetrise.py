"""Fokker-Planck operators as Schrödinger operators: conjugation by √p_s for laws known by hand, ladders, refusals."""

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, FokkerPlanck
from derive.stochastic.checking import same
from derive.stochastic.errors import StochasticError

x, y, t = sp.symbols("x y t", real=True)
theta, sigma, k = sp.symbols("theta sigma k", positive=True)
f, g, U, V = sp.Function("f")(x), sp.Function("g")(x), sp.Function("U")(x, y), sp.Function("V")(x, y)
psi = sp.Function("psi")(x, y)


def test_one_state():
    found = SDE(x, f, g, t).fokker_planck().symmetrise()
    assert found.evidence.status is Status.EXACT and found.ground_residual() == 0
    constant = SDE(x, f, sigma, t).fokker_planck().symmetrise()
    assert same(constant.potential, f**2 / (2 * sigma**2) + sp.diff(f, x) / 2)


def test_gradient_drift_in_the_plane():
    """a = −D ∇U with any U and constant D: V_s = D (|∇U|²/4 − ΔU/2), D = σ²/2 (H. Risken, sec. 6.3)."""
    d = sigma**2 / 2
    process = SDE((x, y), (-d * sp.diff(U, x), -d * sp.diff(U, y)), sp.eye(2) * sigma, t)
    found = process.fokker_planck().symmetrise()
    want = d * sum(sp.diff(U, q) ** 2 / 4 - sp.diff(U, q, 2) / 2 for q in (x, y))
    assert same(found.potential, want) and found.evidence.status is Status.EXACT
    assert same(found.ground_residual(), 0)


@pytest.mark.parametrize("noise", [[[1, 0], [0, 1 + x**2]], [[sp.exp(y / 4), 0], [sp.Rational(1, 2), 1]]])
def test_conjugation_with_noise_that_depends_on_the_place(noise):
    """a = D ∇ log p + ∇·D balances p = e^{−x⁴ − y² + xy} in detail; √p⁻¹ L* √p ψ by hand is −H ψ."""
    law = sp.exp(-(x**4) - y**2 + x * y)
    d = sp.Matrix(noise) * sp.Matrix(noise).T / 2
    drift = [
        sum(d[i, j] * sp.diff(sp.log(law), q) + sp.diff(d[i, j], q) for j, q in enumerate((x, y))) for i in range(2)
    ]
    equation = SDE((x, y), drift, noise, t).fokker_planck()
    found = equation.symmetrise()
    by_hand = -equation.residual(sp.sqrt(law) * psi) / sp.sqrt(law)
    assert same(by_hand, -found(psi)) and same(found.ground_residual(), 0)
    assert all(same(w, sp.diff(sp.log(law), q)) for w, q in zip(found.log_slope, (x, y), strict=True))


def test_relaxation_rates_of_two_oscillators():
    """H √p_s φ = λ √p_s φ for the products of Hermite functions, λ = θ + 2k."""
    process = SDE((x, y), (-theta * x, -k * y), sp.diag(sigma, 1), t)
    found = process.fokker_planck().symmetrise()
    ground = sp.exp(-theta * x**2 / (2 * sigma**2) - k * y**2 / 2)
    state = ground * x * (2 * k * y**2 - 1)
    assert same(found(state), (theta + 2 * k) * state) and same(found(ground), 0)
    assert not same(found(state), (theta + k) * state)


def test_killing_stays_beside_it():
    free = SDE((x, y), (-x, -y), sp.eye(2), t)
    killed = FokkerPlanck.of(free, potential=V).symmetrise()
    assert same(killed.potential - free.fokker_planck().symmetrise().potential, V)
    assert same(killed.ground_residual(), V)


REFUSED = {
    "a vortex": (SDE((x, y), (-x - y, x - y), sp.eye(2), t), "detailed balance is not shown"),
    "two baths": (SDE((x, y), (y - x, x - y), sp.diag(1, 2), t), "detailed balance"),
    "degenerate noise": (SDE((x, y), (y, -x - y), [0, 1], t), "degenerate"),
    "time": (SDE((x, y), (-x * t, -y), sp.eye(2), t), "depend on t"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name):
    process, words = REFUSED[name]
    with pytest.raises(StochasticError, match=words):
        process.fokker_planck().symmetrise()
