"""Densities of changes of measure: martingales or not, by explosions known by hand and by simulated masses."""

import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE
from derive.stochastic.exits.true_martingale import degree, locally_bounded

x, y, t, mu = sp.symbols("x y t mu", real=True)
v, kappa, theta, sigma = sp.symbols("v kappa theta sigma", positive=True)
plain = sp.symbols("x t mu")
W = SDE(x, 0, 1, t)
CIR = SDE(v, kappa * (theta - v), sigma * sp.sqrt(v), t, domain=(0, sp.oo), given=[2 * kappa * theta >= sigma**2])
PLANE = SDE((x, y), (0, 0), sp.eye(2), t)


@pytest.mark.parametrize("power", range(6))
@pytest.mark.parametrize("sign", [1, -1])
def test_powers_of_brownian_motion(power, sign):
    """dX = ± Xᵏ dt + dW explodes iff k > 1 and the drift leads away on one side (Osgood), and then E Z_t < 1."""
    explodes = power > 1 and (power % 2 == 0 or sign == 1)
    found = W.girsanov(sign * x**power).martingale
    assert found.answer is not explodes and found.evidence.status.strength >= Status.AGREED.strength


CASES = {
    "a number": (W.girsanov(mu), True, "Novikov"),
    "plain symbols": (SDE(plain[0], 0, 1, plain[1]).girsanov(plain[2]), True, "Novikov"),
    "a function of the time": (W.girsanov(sp.exp(t)), True, "bounded times"),
    "a bounded function": (W.girsanov(3 * sp.tanh(x) + sp.sin(x) ** 2), True, "Novikov"),
    "a price of risk": (SDE(v, mu * v, sigma * v, t, domain=(0, sp.oo)).girsanov(-mu / sigma), True, "Novikov"),
    "CIR, another speed": (CIR.girsanov(-sp.sqrt(v)), True, "never reaches"),
    "CIR, another level": (CIR.girsanov(1 / sp.sqrt(v)), True, "never reaches"),
    "CIR, a level too low": (CIR.girsanov(-2 * kappa * theta / (sigma * sp.sqrt(v))), False, "reaches 0"),
    "CIR that may reach 0": (SDE(v, kappa * (theta - v), sigma * sp.sqrt(v), t, domain=(0, sp.oo))
                             .girsanov(-sp.sqrt(v)), None, "regular if"),
    "a pole in the time": (W.girsanov(1 / (1 - t)), None, "and the time"),
    "a bridge": (SDE(x, -x / (1 - t), 1, t).girsanov(x), None, "not decided"),
    "a slowing clock": (SDE(x, -x / (1 + t), 1, t).girsanov(x / (1 + t)), True, "linearly"),
    "a pole on the way": (W.girsanov(1 / x), None, "compact parts"),
    "an end that is reached": (SDE(v, 0, 1, t, domain=(0, sp.oo)).girsanov(1 / v), None, "reaches 0"),
    "an unknown function": (W.girsanov(sp.Function("u")(x)), None, "compact parts"),
    "linear in the plane": (PLANE.girsanov((y, -x)), True, "linearly"),
    "a well in the plane": (PLANE.girsanov((-(x**3), -(y**3))), True, "L|x|²"),
    "a hill in the plane": (PLANE.girsanov((x**3, y)), None, "not decided"),
    "noises that meet far out": (SDE((x, y), (0, 0), sp.eye(2), t, correlation=[[1, sp.tanh(x)], [sp.tanh(x), 1]])
                                 .girsanov((1, 0)), True, "linearly"),
    "noises that are one at first": (SDE((x, y), (0, 0), sp.eye(2), t, correlation=[[1, 1 / (1 + t)], [1 / (1 + t), 1]])
                                     .girsanov((1, 0)), None, "ρ⁻¹u"),
    "noise that grows": (SDE(v, 0, v**2, t, domain=(0, sp.oo)).girsanov(v), False, "reaches ∞"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_answers(name):
    change, answer, words = CASES[name]
    found = change.martingale
    assert found.answer is answer and words in found.reason
    assert (found.evidence.status is Status.UNKNOWN) == (answer is None)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("u", "low", "high"), [(x**2, 0.0, 0.97), (-(x**3), 0.97, 1.03), (sp.S.One, 0.97, 1.03)])
def test_the_mass_of_the_density_by_simulation(u, low, high):
    """E Z_1 over paths of Brownian motion from 1/2 on: below 1 where the answer is False."""
    torch = pytest.importorskip("torch")
    generator = torch.Generator().manual_seed(5)
    drift = sp.lambdify(x, u * x**0, "numpy")
    place, log, h = torch.full((40_000,), 0.5, dtype=torch.float64), torch.zeros(40_000, dtype=torch.float64), 1 / 400
    for _ in range(400):
        noise = h**0.5 * torch.randn(40_000, generator=generator, dtype=torch.float64)
        shift = drift(place) + 0 * place
        log += shift * noise - shift**2 * h / 2
        place += noise
    mass, error = log.exp().mean().item(), log.exp().std().item() / 200
    assert low - 4 * error < mass < high + 4 * error
    assert W.girsanov(u).martingale.answer is (high > 1)


def test_growth_and_bounds_are_read_off_the_structure():
    assert degree(x * sp.sin(y) + 2, (x, y)) == 1 and degree(sp.sqrt(1 + x**2), (x, y)) == 1
    assert degree(1 / x, (x, y)) is None and degree(sp.exp(x), (x, y)) is None
    half_line = SDE(v, 0, 1, t, domain=(0, sp.oo))
    assert locally_bounded(sp.log(v) / v, half_line) and not locally_bounded(1 / (v - 1), half_line)
    assert locally_bounded(1 / (1 + x**2), W) and not locally_bounded(sp.sqrt(x), W)
