"""Laws of exit times and of first passages from beside a wall: against mean times by scale and speed, closed forms of
the books, quadrature of the densities, and planted mistakes."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.exits import exit_laws
from tests.derive.stochastic.comparison import same

t = sp.Symbol("t", positive=True)
x, mu, x0 = sp.symbols("x mu x0", real=True)
y, y0, level, theta, sigma, kappa = sp.symbols("y y0 level theta sigma kappa", positive=True)
lam = sp.Symbol("lambda", positive=True)
HALF_LINE, BELOW = (0, sp.oo), [x0 < level]
AT = {mu: sp.Rational(-2, 5), theta: sp.Rational(6, 5), sigma: sp.Rational(4, 5), kappa: sp.Rational(9, 10)}

A, B, START = sp.Rational(1, 3), sp.Rational(5, 3), sp.Rational(4, 5)
BOTH, UP, DOWN = ("absorbing", "absorbing"), ("reflecting", "absorbing"), ("absorbing", "reflecting")
PROCESSES = {
    "Brownian": (SDE(x, mu, sigma, t), (UP, DOWN)),
    "Ornstein-Uhlenbeck": (SDE(x, -theta * x, sigma, t), (BOTH, UP, DOWN)),
    "repelled": (SDE(x, theta * x, sigma, t), (BOTH, UP)),
    "tanh": (SDE(x, sp.tanh(x), 1, t), (DOWN,)),
    "geometric": (SDE(y, kappa * y, sigma * y, t), (UP,)),
    "square root": (SDE(y, kappa * (theta - y), sigma * sp.sqrt(y), t), (BOTH, UP, DOWN)),
    "arcsine": (SDE(x, 0, sp.sqrt(4 - x**2), t, domain=(-2, 2)), (BOTH, UP)),
    "branching": (SDE(y, -kappa * y, sigma * sp.sqrt(y), t), (BOTH, DOWN)),
    "Bessel": (SDE(y, theta / y, 1, t), (UP, DOWN)),
    "radial, pushed": (SDE(y, 1 / y + kappa * y, 1, t), (BOTH, UP)),
    "Jacobi": (SDE(x, 1 - 2 * x, sp.sqrt(x * (4 - x)), t, domain=(0, 4)), (UP,)),
}
SLOW = [pytest.mark.slow, pytest.mark.ci]
CASES = [(name, walls) for name, (_, kinds) in PROCESSES.items() for walls in kinds]


def mean_time(sde: SDE, walls: tuple[str, str]) -> Any:
    """E T from (1/m)(u′/s)′ = −1 by quadrature of speed and scale at the numbers AT."""
    state, table = sde.states[0], AT
    drift, noise = sde.ito_drift[0].subs(table), sde.covariance[0, 0].subs(table)
    nodes = np.linspace(float(A), float(B), 40001)
    step, k = nodes[1] - nodes[0], round(40000 * float((START - A) / (B - A)))
    ratio, spread = (sp.lambdify(state, e, "numpy")(nodes) + 0 * nodes for e in (2 * drift / noise, noise))

    def running(f: Any) -> Any:
        return np.concatenate([[0.0], np.cumsum(step * (f[1:] + f[:-1]) / 2)])

    s = np.exp(-running(ratio))
    place, mass = running(s), running(2 / (spread * s))
    once = running(s * (mass - (mass[-1] if walls == DOWN else 0)))
    if walls == UP:
        return once[-1] - once[k]
    return -once[k] if walls == DOWN else place[k] / place[-1] * once[-1] - once[k]


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize(("name", "walls"), CASES)
def test_slope_at_zero_is_the_mean_time(name, walls):
    found = PROCESSES[name][0].exit_time(A, B, START, walls)
    assert found.evidence.status in (Status.AGREED, Status.EXACT) and found.probability == 1
    with mpmath.workdps(30):
        transform = sp.lambdify(found.rate, found.laplace.subs(AT), "mpmath")
        rate = mpmath.mpf(10) ** -12
        slope = (1 - mpmath.re(transform(rate))) / rate
    mean = mean_time(PROCESSES[name][0], walls)
    assert abs(slope - mean) < 1e-5 * mean


def test_books():
    wave = sp.sqrt(2 * lam) / sigma
    reflected = SDE(x, 0, sigma, t, domain=HALF_LINE, given=BELOW).first_passage(level, x0, wall="reflecting")
    assert same(reflected.laplace, sp.cosh(wave * x0) / sp.cosh(wave * level))
    both = SDE(x, 0, sigma, t).exit_time(-level, level, 0)
    assert same(both.laplace, 1 / sp.cosh(wave * level))
    killed = SDE(x, 0, sigma, t, domain=HALF_LINE, given=BELOW).first_passage(level, x0, wall="absorbing")
    assert same(killed.laplace, sp.sinh(wave * x0) / sp.sinh(wave * level))
    assert same(killed.probability, x0 / level)


@pytest.mark.parametrize("walls", [UP, pytest.param(("uncounted", "absorbing"), marks=SLOW)])
def test_densities_have_the_stated_mass(walls):
    drift = 0 if walls == UP else sp.Rational(-1, 2)
    found = SDE(x, drift, 1, t).exit_time(0, 1, sp.Rational(1, 3), walls)
    (total,) = found.value.atoms(sp.Sum)
    term = sp.lambdify([total.limits[0][0], t], found.value.xreplace({total: total.function}), "mpmath")
    with mpmath.workdps(15):
        cuts = [0, 0.02, 0.1, 0.4, 1, 4, 16]
        density = lambda v: sum(term(n, v) for n in range(-12, 13))  # noqa: E731 - a formula
        mass = mpmath.quad(density, cuts, method="gauss-legendre", maxdegree=4)
    assert abs(mass - float(found.probability)) < 1e-7


def test_fixation_of_a_gene():
    found = SDE(x, 0, sp.sqrt(x * (1 - x)), t, domain=(0, 1)).exit_time(0, 1, sp.Rational(1, 4))
    (total,) = found.value.atoms(sp.Sum)
    n, *_ = total.limits[0]
    term = sp.lambdify([n, t], found.value.xreplace({total: total.function}), "mpmath")
    mean = sum(term(k, 0) / (mpmath.mpf((k + 1) * (k + 2)) / 2) ** 2 for k in range(120))
    p = mpmath.mpf(1) / 4
    assert abs(mean + 2 * (p * mpmath.log(p) + (1 - p) * mpmath.log(1 - p))) < 1e-4


@pytest.fixture(scope="module")
def drifting() -> Any:
    return SDE(x, sp.Rational(1, 2), 1, t).exit_time(0, 1, x0)


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("turn", ["sign of an image", "tilt", "length", "one end"])
def test_mutants_of_densities(turn, drifting):
    found, sde = drifting, SDE(x, sp.Rational(1, 2), 1, t, given=[x0 > 0, x0 < 1])
    ends = ((sp.S.Zero, "absorbing"), (sp.S.One, "absorbing"))
    density, u = found.value.subs(x0, x), found.laplace.subs(x0, x)
    n = density.limits[0][0]
    wrong = {
        "sign of an image": density.function * (-1) ** n,
        "tilt": density.function * sp.exp(x),
        "length": density.function.subs(n, n * sp.Rational(11, 10)),
        "one end": density.function.args[0],
    }[turn]
    assert found.evidence.status is Status.AGREED
    with pytest.raises(StochasticError):
        exit_laws._density_checks(sde, sp.Sum(wrong, *density.limits), u, ends, lam, x0)


@pytest.mark.parametrize("turn", ["rate", "end", "wall"])
def test_mutants_of_transforms(turn):
    sde = SDE(x, -x, 1, t)
    u = sde.exit_time(0, 1, x0, UP).laplace.subs(x0, x)
    ends = ((sp.S.Zero, "reflecting"), (sp.S.One, "absorbing"))
    wrong = {"rate": u.subs(lam, 2 * lam), "end": u / 2, "wall": sde.exit_time(0, 1, x0).laplace.subs(x0, x)}[turn]
    assert exit_laws._seen(sde, u, ends, lam, x0).status is Status.AGREED
    with pytest.raises(StochasticError):
        exit_laws._seen(sde, wrong, ends, lam, x0)


def test_square_root_process_sent_back_from_zero():
    found = SDE(y, kappa / 4 * (1 - y), sp.sqrt(y * kappa), t, given=[y0 < level])
    with pytest.raises(StochasticError, match="reached"):
        found.first_passage(level, y0)
    law = found.first_passage(level, y0, wall="reflecting")
    assert law.laplace.has(sp.hyper) and law.probability == 1


def test_refusals():
    with pytest.raises(Unsolvable, match="none of the equations"):
        SDE(x, x - x**3, 1, t).exit_time(-1, 1, 0)
    with pytest.raises(StochasticError, match="inside"):
        SDE(x, 0, 1, t).exit_time(0, 1, 2)
    with pytest.raises(StochasticError, match="absorbing"):
        SDE(x, 0, 1, t).exit_time(0, 1, sp.Rational(1, 2), ("reflecting", "reflecting"))
    with pytest.raises(StochasticError, match="stays there"):
        SDE(x, mu * x, x, t).first_passage(2, 0)
    with pytest.raises(StochasticError, match="leave it out"):
        SDE(x, -x, 1, t).first_passage(1, 0, wall="reflecting")
