"""First passage transforms against mean times by scale and speed, known closed forms, and planted mistakes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.exits.hitting import decaying, equation_holds, hyperu, pcfd, seen
from derive.stochastic.solutions.lamperti import lamperti
from tests.derive.stochastic.comparison import same

x, t, c, x0 = sp.symbols("x t c x0")
y, y0, level = sp.symbols("y y0 level", positive=True)
theta, mu, sigma, kappa = sp.symbols("theta mu sigma kappa", positive=True)
UP, DOWN = [x0 < c], [x0 > c]
Y_UP, Y_DOWN = [y0 < level], [y0 > level]

RECURRENT = {
    "OU from below": (SDE(x, theta * (mu - x), sigma, t, given=UP), c, x0, "0.3", "1.4"),
    "OU from above": (SDE(x, theta * (mu - x), sigma, t, given=DOWN), c, x0, "1.4", "0.3"),
    "square root from below": (SDE(y, kappa * (theta - y), sigma * sp.sqrt(y), t, given=Y_UP), level, y0, "0.3", "0.9"),
    "square root from above": (SDE(y, kappa * (theta - y), sigma * sp.sqrt(y), t, given=Y_DOWN), level, y0, "2", "0.4"),
    "Gompertz from above": (SDE(y, kappa * y - theta * y * sp.log(y), y, t, given=Y_DOWN), level, y0, "2.5", "0.7"),
    "radial from below": (SDE(y, 1 / y - theta * y, 1, t, given=Y_UP), level, y0, "0.4", "1.1"),
    "radial from above": (SDE(y, 1 / y - theta * y, 1, t, given=Y_DOWN), level, y0, "1.6", "0.8"),
    "Jacobi from below": (
        SDE(y, 1 - 2 * y, sp.sqrt(y * (1 - y)), t, domain=(0, 1), given=[y0 < level, level < 1]),
        level,
        y0,
        "0.2",
        "0.7",
    ),
}
AT = {theta: sp.Rational(6, 5), mu: sp.Rational(1, 2), sigma: sp.Rational(4, 5), kappa: sp.Rational(9, 10)}


def mean_by_scale_and_speed(sde: SDE, start: str, goal: str) -> Any:
    """2 ∫ s(u) ∫ dv/(b² s) over the way from the start to the goal, the inner one from the end behind the start."""
    state = sde.states[0]
    b2 = sp.lambdify(state, sde.covariance[0, 0].subs(AT), "mpmath")
    form = sp.integrate(sp.expand(2 * sde.drift[0].subs(AT) / sde.covariance[0, 0].subs(AT)), state)
    height = sp.lambdify(state, form, "mpmath")
    up = mpmath.mpf(start) < mpmath.mpf(goal)
    low, high = (mpmath.inf if e == sp.oo else -mpmath.inf if e == -sp.oo else mpmath.mpf(str(e)) for e in ends(sde))

    def inner(u: Any) -> Any:
        weight = lambda v: mpmath.exp(height(v) - height(u)) / b2(v)  # noqa: E731 - a formula
        way = ([low, u - 1, u] if mpmath.isinf(low) else [low, u]) if up else [u, u + 1, high]
        return mpmath.quad(weight, way)

    return 2 * mpmath.quad(inner, sorted([mpmath.mpf(start), mpmath.mpf(goal)]))


def ends(sde: SDE) -> tuple[sp.Expr, sp.Expr]:
    low, high = sde.domain[0]
    return (sp.S.Zero if sde.states[0].is_positive and low == -sp.oo else low), high


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", RECURRENT)
def test_slope_at_zero_is_the_mean_time(name):
    sde, goal, first, start, end = RECURRENT[name]
    found = sde.first_passage(goal, first)
    assert found.evidence.status is Status.AGREED and found.probability == 1
    table = {**AT, first: sp.Rational(start), goal: sp.Rational(end)}
    with mpmath.workdps(40):
        rate = mpmath.mpf(10) ** -14
        transform = sp.lambdify(found.rate, found.laplace.subs(table), "mpmath")
        slope = (1 - transform(rate)) / rate
    with mpmath.workdps(15):
        assert abs(slope - mean_by_scale_and_speed(sde, start, end)) < 1e-7 * abs(slope)


def test_bessel_in_three_dimensions():
    lam = sp.Symbol("lambda", positive=True)
    found = SDE(y, 1 / y, 1, t, given=Y_UP).first_passage(level, y0)
    w = sp.sqrt(2 * lam)
    assert same(found.laplace, level * sp.sinh(y0 * w) / (y0 * sp.sinh(level * w)))
    away = SDE(y, 1 / y, 1, t, given=Y_DOWN).first_passage(level, y0)
    assert same(away.laplace, level / y0 * sp.exp(-(y0 - level) * w))
    assert same(away.probability, level / y0)


def test_drift_tanh():
    lam = sp.Symbol("lambda", positive=True)
    found = SDE(x, sp.tanh(x), 1, t, given=UP).first_passage(c, x0)
    assert same(found.laplace, sp.cosh(c) / sp.cosh(x0) * sp.exp(-(c - x0) * sp.sqrt(2 * lam + 1)), UP)


def test_mean_of_an_ornstein_uhlenbeck_process_has_a_density_too():
    found = SDE(x, -theta * x, sigma, t, given=[x0 > 0]).first_passage(0, x0)
    assert found.quantity.startswith("density") and found.laplace.has(pcfd)
    assert found.evidence.status is Status.AGREED


@pytest.mark.parametrize(
    ("sde", "goal", "first"),
    [
        (SDE(y, 1, 2 * sp.sqrt(y), t, given=Y_UP), level, y0),  # 0 is hit: no law without a wall
        (SDE(x, x * (1 + x**2), 1 + x**2, t), sp.S.One, sp.S.Zero),  # explodes behind the start
        (SDE(x, x - x**3, 1, t, given=UP), c, x0),  # no classical equation
    ],
)
def test_refusals(sde, goal, first):
    with pytest.raises((Unsolvable, StochasticError)):
        sde.first_passage(goal, first)


@pytest.mark.parametrize("turn", ["order", "argument", "factor", "side"])
def test_mutants(turn):
    sde, lam = SDE(x, -theta * x, sigma, t, given=UP), sp.Symbol("lambda", positive=True)
    side = -1 if turn == "side" else 1
    phi = decaying(sde, lamperti(sde), side, lam)
    assert phi is not None
    ladder = phi.ladder
    w, p2, p1, q = ladder.ode
    if turn == "order":
        ladder = replace(ladder, ode=(w, p2, p1, q + lam))
    if turn == "argument":
        ladder = replace(ladder, place=2 * ladder.place)
    if turn == "factor":
        ladder = replace(ladder, factor=1 / ladder.factor)
    wrong = replace(phi, ladder=ladder)
    ratio = wrong.form / wrong.form.subs(x, c)
    with pytest.raises(StochasticError):
        equation_holds(sde, wrong, lam)
        seen(sde, ratio, c, 1, lam, (*UP, theta > 0))


@pytest.mark.parametrize("f", [pcfd(sp.Rational(-1, 3), x), hyperu(sp.Rational(1, 3), sp.Rational(5, 4), x)])
def test_derivatives(f):
    at = mpmath.mpf("0.7")
    value, slope = (sp.lambdify(x, e, "mpmath") for e in (f, sp.diff(f, x)))
    assert abs(mpmath.diff(value, at) - slope(at)) < 1e-10
    assert sp.N(f.subs(x, sp.Rational(7, 10)), 20).is_Float
