"""Moments and densities of linear processes with coefficients in the time, and of several states by coordinates,
against their equations integrated by Runge and Kutta and derivatives by mpmath."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Integral, Rational, cos, exp, log, pi, sin, sqrt

from derive.evidence import Status
from derive.stochastic import SDE, Unsolvable
from derive.stochastic.solutions.exponentials import read
from derive.stochastic.solutions.linear_in_time import law_in_time
from tests.derive.stochastic.comparison import same

x, y, z, v, t, s = sp.symbols("x y z v t s")
a, b, c, g, r, w, mu, sigma, rho, T = sp.symbols("a b c g r w mu sigma rho T")
x0, y0, v0 = sp.symbols("x0 y0 v0")
f, h = sp.Function("f"), sp.Function("h")
AT = {a: 0.4, b: 0.3, c: 0.35, g: 0.5, r: 0.15, w: 1.1, mu: 0.2, sigma: 0.4, rho: 0.3, T: 2, x0: 0.7, y0: 0.4, v0: 0.3}
AT |= {sp.Symbol("z0"): 0.5, s: 0.2}
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}

MOMENTS: dict[str, tuple[SDE, int]] = {
    "noise that fades": (SDE(x, -a * x, exp(-t), t), 2),
    "geometric, a wave in the rate": (SDE(x, mu * x * cos(t), sigma * x, t), 3),
    "driven": (SDE(x, -a * x + sin(w * t), sigma, t), 2),
    "bridge": (SDE(x, (b - x) / (T - t), sigma, t), 2),
    "powers of the time": (SDE(x, -2 * x / (1 + t), 1 + t, t), 2),
    "driven oscillator": (SDE([x, v], [v, -x + cos(2 * t)], [0, sigma], t), 2),
    "driven, with friction": (SDE([x, v], [v, -b * x - g * v + c * cos(w * t)], [0, sigma], t), 2),
    "driven by a decay": (SDE([x, v], [v - x, -x - v + t * exp(-a * t)], [[1], [sigma]], t), 2),
    "resonance": (SDE([x, v], [v, -(w**2) * x + cos(w * t)], [0, sigma], t), 2),
    "friction and a wave": (SDE([x, v], [v, -g * v + sin(t)], [0, exp(-t)], t), 2),
    "critical, noise that grows": (SDE([x, v], [v, -x - 2 * v + t], [0, sqrt(t)], t), 2),
    "square root process with a season": (SDE(x, a * (1 + cos(t) / 2 - x), sigma * sqrt(x), t), 2),
    "prices with a season": (SDE([x, y], [x * cos(t), r * y], [[a * x, 0], [0, b * y]], t, [[1, rho], [rho, 1]]), 2),
    "three in a ring": (SDE([x, y, z], [y - x, z - y, x - z], sp.eye(3), t), 2),
    "two coupled oscillators": (SDE([x, y, v, z], [v, z, y - 2 * x, x - 2 * y], [[0], [0], [1], [a]], t), 2),
    "kick": (SDE([x, y], [t * x, x - y], [[sigma * x], [0]], t), 1),
}  # fmt: skip


def by_runge_kutta(sde: SDE, monomials: list[Any], until: float, steps: int = 160) -> list[float]:
    """E[x^α] by its own equation dE[x^α]/dt = E[L x^α], L written out here."""
    states, n = sde.states, range(sde.n)
    rows = []
    for m in monomials:
        image = sum(sde.ito_drift[i] * sp.diff(m, states[i]) for i in n)
        image += sum(sde.covariance[i, j] * sp.diff(m, states[i], states[j]) / 2 for i in n for j in n)
        rows.append(sp.Poly(sp.expand(image), *states).terms())
    place = {sp.Poly(m, *states).monoms()[0]: k for k, m in enumerate(monomials)} | {(0,) * sde.n: -1}
    rates = [[(place[power], sp.lambdify(t, c.subs(AT), "math")) for power, c in row] for row in rows]

    def slope(time: float, values: list[float]) -> list[float]:
        whole = [*values, 1.0]
        return [sum(rate(time) * whole[k] for k, rate in row) for row in rates]

    start = {x: float(sp.Symbol(f"{x}0").subs(AT)) for x in states}
    values, step = [float(m.subs(start)) for m in monomials], until / steps
    for k in range(steps):
        time = k * step
        k1 = slope(time, values)
        k2 = slope(time + step / 2, [p + step / 2 * q for p, q in zip(values, k1, strict=True)])
        k3 = slope(time + step / 2, [p + step / 2 * q for p, q in zip(values, k2, strict=True)])
        k4 = slope(time + step, [p + step * q for p, q in zip(values, k3, strict=True)])
        values = [p + step / 6 * (i + 2 * j + 2 * m + n) for p, i, j, m, n in zip(values, k1, k2, k3, k4, strict=True)]
    return values


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", MOMENTS)
def test_moments(name):
    sde, order = MOMENTS[name]
    moments = sde.moments(order)
    assert moments.evidence.status in SOUND and moments.closed
    monomials = [monomial for monomial, _ in moments.values]
    wanted = by_runge_kutta(sde, monomials, 0.6)
    assert len(monomials) == len(moments.equations)
    for (monomial, value), want in zip(moments.values, wanted, strict=True):
        got = complex(sp.N(value.subs(AT).subs(t, Rational(3, 5))))
        assert abs(got - want) < (3e-5 if sde.diffusion.has(sqrt(t)) else 1e-7), monomial


def test_unknown_functions_stay_integrals():
    moments = SDE(x, f(t) - a * x, h(t), t).moments(2)
    assert moments.evidence.status is Status.EXACT
    clock = next(iter(moments[x].atoms(Integral))).limits[0][0]
    mean = exp(-a * t) * (x0 + Integral(f(clock) * exp(a * clock), (clock, 0, t)))
    spread = exp(-2 * a * t) * Integral(h(clock) ** 2 * exp(2 * a * clock), (clock, 0, t))
    known = {f: lambda u: 1 / (1 + u), h: lambda u: sp.S.One + u}

    def put(e: Any) -> Any:
        e = e.replace(lambda n: n.func in known, lambda n: known[n.func](*n.args)).subs(AT).subs(t, Rational(1, 2))
        return sp.N(e, 20)

    assert abs(put(moments[x] - mean)) < 1e-15 and abs(put(moments[x**2] - mean**2 - spread)) < 1e-15
    geometric = SDE(x, f(t) * x, h(t) * x, t).moments(2)
    assert abs(put(geometric[x] - x0 * exp(Integral(f(clock), (clock, 0, t))))) < 1e-15


def normal(u: Any, mean: Any, variance: Any) -> Any:
    return exp(-((u - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def test_a_start_at_another_time():
    found = SDE(x, -x / (1 + t), 1, t).transition(x0, s)
    mean, variance = x0 * (1 + s) / (1 + t), ((1 + t) ** 3 - (1 + s) ** 3) / (3 * (1 + t) ** 2)
    assert same(found.value, normal(x, mean, variance), (), {"s": (0.1, 0.3), "t": (0.5, 0.9)})


DENSITIES: dict[str, SDE] = {
    "driven": SDE(x, -a * x + sin(t), sigma, t),
    "two noises, geometric": SDE(x, mu * x, [[a * x, b * x]], t, [[1, rho], [rho, 1]]),
    "driven oscillator": SDE([x, v], [v, -x + cos(t)], [0, 1], t),
    "noise that fades": SDE([x, v], [v, 0], [0, exp(-t)], t),
    "prices": SDE([x, y], [mu * x, r * y], [[a * x, 0], [0, b * y]], t, [[1, rho], [rho, 1]]),
    "price and rate": SDE([x, y], [mu * x, -y], [[a * x, 0], [0, 1]], t, [[1, rho], [rho, 1]]),
    "arsinh and a line": SDE([x, y], [x / 2, -y], [[sqrt(1 + x**2), 0], [0, 1]], t, [[1, rho], [rho, 1]]),
    "square root and a line": SDE([x, y], [1 - x, -y], [[sqrt(x), 0], [0, 1]], t),
    "price in three noises": SDE([x, y], [0, 0], [[a * x, b * x, 0], [0, b * y, c * y]], t),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_density(name):
    sde = DENSITIES[name]
    found = sde.transition()
    assert found.evidence.status in SOUND
    assert residual(sde, found.value) < 1e-10


def test_a_factor_in_the_exponent_is_seen():
    sde = DENSITIES["prices"]
    assert residual(sde, sde.transition().value * exp(-(log(x) ** 2) / 10)) > 1e-3


def residual(sde: SDE, density: Any, place: tuple[str, ...] = ("0.8", "0.5", "0.7")) -> Any:
    """|∂_t p − L* p|/p at a point, by differences of mpmath."""
    letters = (*sde.states, t)
    at = tuple(map(mpmath.mpf, (*place[: sde.n], place[-1])))
    exact = {k: sp.Rational(str(value)) for k, value in AT.items()}
    p, n = sp.lambdify(letters, density.subs(exact), "mpmath"), range(sde.n)
    drift = [sp.lambdify(letters, e.subs(exact), "mpmath") for e in sde.ito_drift]
    spread = [[sp.lambdify(letters, sde.covariance[i, j].subs(exact), "mpmath") for j in n] for i in n]
    with mpmath.workdps(40):

        def d(u: Any, *orders: int) -> Any:
            return mpmath.diff(u, at, tuple(orders.count(k) for k in range(sde.n + 1)))

        total = d(p, sde.n)
        for i in n:
            total += d(lambda *q, i=i: drift[i](*q) * p(*q), i)
            for j in n:
                total -= d(lambda *q, i=i, j=j: spread[i][j](*q) * p(*q), i, j) / 2
        return abs(total / p(*at))


def test_correlated_prices():
    found = DENSITIES["prices"].transition([x0, y0])
    m, n = log(x / x0) - (mu - a**2 / 2) * t, log(y / y0) - (r - b**2 / 2) * t
    form = (m**2 / a**2 - 2 * rho * m * n / (a * b) + n**2 / b**2) / (2 * t * (1 - rho**2))
    assert same(found.value, exp(-form) / (2 * pi * t * a * b * sqrt(1 - rho**2) * x * y))


def test_a_law_that_does_not_commute_is_refused():
    sde = SDE([x, y], [t * y, x], [[1, 0], [0, 1]], t)
    assert law_in_time(sde, [x0, y0]) is None
    assert sde.moments(2).values == ()
    with pytest.raises(Unsolvable):
        sde.transition()


@pytest.mark.parametrize(
    ("e", "rates"),
    [
        (t**2 * exp(-a * t) * sin(w * t), 2),
        (1 / (exp(g * t) * (g**2 + 1)) + 1 / (g**2 * exp(g * t) + exp(g * t)), 1),
        (sp.sinh(a * t) * cos(w * t + b), 4),
    ],
)
def test_exponential_polynomials_are_read(e, rates):
    found = read(e, t)
    assert found is not None and len(found.terms) == rates
    assert same(found.expr(t), e)
    assert same(sp.diff(found.integral().expr(t), t), e)
    assert read(log(t), t) is None and read(exp(t**2), t) is None
