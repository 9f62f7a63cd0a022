"""Laws by h-transform against what they must obey: the semigroup law by quadrature, the equation by numeric
derivatives, a point mass at short times, the mass that is stated; textbook forms."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from sympy import Rational, cosh, cot, coth, exp, log, oo, pi, sinh, sqrt, tan, tanh

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable
from derive.stochastic.laws.losses import loses

x, t = sp.Symbol("x", real=True), sp.Symbol("t", positive=True)
m, k, c, s, barrier = sp.symbols("mu kappa c sigma L", positive=True)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
HALF, RIGHT = Rational(1, 2), (0, oo)

# name: (process with numbers, wall, three places in the domain)
LAWS = {
    "Beneš": (SDE(x, 2 * tanh(2 * x + HALF), 1, t), None, (-0.3, 0.2, 0.6)),
    "tanh with noise": (SDE(x, tanh(x), 1, t), None, (-0.3, 0.2, 0.6)),
    "third Hermite": (SDE(x, x + 4 * x / (2 * x**2 + 1), 1, t), None, (-0.3, 0.2, 0.6)),
    "conditioned to stay positive": (SDE(x, coth(x), 1, t, domain=RIGHT), None, (0.3, 0.8, 1.1)),
    "conditioned to stay inside": (SDE(x, cot(x), 1, t, domain=(0, pi)), None, (0.5, 1.2, 1.7)),
    "inside, about 0": (SDE(x, -tan(x), 1, t, domain=(-pi / 2, pi / 2)), None, (-0.5, 0.2, 0.7)),
    "geometric, absorbed below": (SDE(x, x / 3, x / 2, t, domain=(1, oo)), "absorbing", (1.2, 1.5, 2.1)),
    "geometric, absorbed above": (SDE(x, x / 3, x / 2, t, domain=(0, 2)), "absorbing", (0.6, 1.1, 1.5)),
    "geometric, reflected": (SDE(x, x / 3, x / 2, t, domain=(1, oo)), "reflecting", (1.2, 1.5, 2.1)),
    "Ornstein-Uhlenbeck absorbed at its mean": (SDE(x, 1 - x, 1, t, domain=(1, oo)), "absorbing", (1.3, 1.6, 2.0)),
    "below its mean": (SDE(x, 1 - x, 1, t, domain=(-oo, 1)), "reflecting", (-0.3, 0.2, 0.6)),
    "tanh absorbed": (SDE(x, tanh(x), 1, t, domain=(-1, oo)), "absorbing", (-0.6, -0.2, 0.4)),
    "tanh reflected": (SDE(x, tanh(x), 1, t, domain=(HALF, oo)), "reflecting", (0.7, 1.1, 1.4)),
    "Bessel absorbed": (SDE(x, 1 / (4 * x), 1, t, domain=RIGHT), "absorbing", (0.4, 0.9, 1.3)),
    "square root absorbed": (SDE(x, Rational(1, 3) - x, sqrt(x), t, domain=RIGHT), "absorbing", (0.4, 0.9, 1.3)),
}


QUICK = {
    "Beneš",
    "third Hermite",
    "conditioned to stay positive",
    "inside, about 0",
    "geometric, reflected",
    "Bessel absorbed",
}
LONGER = [pytest.mark.slow, pytest.mark.ci]


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=LONGER) for n in LAWS])
def test_laws(name):
    process, wall, places = LAWS[name]
    found = process.transition(wall=wall)
    assert found.evidence.status in SOUND
    assert found.x0 is not None
    first = found.x0[0]
    value = found.value.replace(sp.Sum, lambda f, limits: sp.Add(*(f.subs(limits[0], n) for n in range(-12, 13))))
    p = sp.lambdify([x, t, first], value, "mpmath")
    low, high = (mpmath.mpf(sp.N(e)) if e.is_finite else mpmath.mpf(int(sp.sign(e)) * 9) for e in process.domain[0])
    cuts = [low, *map(mpmath.mpf, places), high]
    start, middle, goal = map(mpmath.mpf, places)
    # the semigroup law
    after = mpmath.quad(lambda u: p(goal, 0.4, u) * p(u, 0.3, start), cuts)
    assert abs(after - p(goal, 0.7, start)) < 1e-8
    # the forward equation at a point
    a, d = (sp.lambdify(x, e, "mpmath") for e in (process.ito_drift[0], process.covariance[0, 0] / 2))
    rest = mpmath.diff(lambda r: p(middle, r, start), 0.5) + mpmath.diff(lambda u: a(u) * p(u, 0.5, start), middle)
    rest -= mpmath.diff(lambda u: d(u) * p(u, 0.5, start), middle, 2)
    assert abs(rest) < 1e-7
    # a point mass at short times, and the mass that is stated
    short = mpmath.mpf("1e-4")
    spread = 2 * d(middle) * short
    assert abs(p(middle, short, middle) * mpmath.sqrt(2 * mpmath.pi * spread) - 1) < 0.01
    mass = mpmath.quad(lambda u: p(u, 0.5, start), cuts)
    if wall == "absorbing":
        assert mass < 1 - 1e-4
    if not found.mass.has(sp.Integral):
        assert abs(mass - sp.N(found.mass.subs({first: places[0], t: HALF}))) < 1e-6


def test_symbols():
    found = SDE(x, m * tanh(m * x + c), 1, t).transition()
    assert found.x0 is not None
    (first,) = found.x0
    want = cosh(m * x + c) / cosh(m * first + c) * exp(-((x - first) ** 2) / (2 * t) - m**2 * t / 2)
    assert sp.simplify(found.value * sqrt(2 * pi * t) / want) == 1


@pytest.mark.slow
@pytest.mark.ci
def test_a_barrier_in_geometric_brownian_motion():
    """The survival probability is the textbook's: Φ(d₁) − (L/x0)^{2μ/σ² − 1} Φ(d₂)."""
    found = SDE(x, m * x, s * x, t, domain=(barrier, oo)).transition(wall="absorbing")
    assert found.x0 is not None
    (first,) = found.x0
    nu, far = m - s**2 / 2, log(first / barrier)

    def normal(u):
        return sp.erfc(-u / sqrt(2)) / 2

    want = normal((far + nu * t) / (s * sqrt(t))) - exp(-2 * nu * far / s**2) * normal((nu * t - far) / (s * sqrt(t)))
    at = {m: 0.3, s: 0.4, t: 0.7, first: 1.5, barrier: 1.1}
    assert abs(sp.N((found.mass - want).subs(at))) < 1e-12


def test_a_wall_must_be_named():
    with pytest.raises(StochasticError, match="wall"):
        SDE(x, tanh(x), 1, t, domain=(1, oo)).transition()
    with pytest.raises(StochasticError, match="exit"):
        SDE(x, -1 / x, 1, t, domain=RIGHT).transition(wall="reflecting")


@pytest.mark.parametrize("process", [SDE(x, tanh(x) - x, 1, t), SDE(x, coth(x) - 1 / x, 1, t, domain=RIGHT)])
def test_others_are_refused(process):
    with pytest.raises(Unsolvable):
        process.transition()


def test_a_law_that_gains_mass_is_refuted():
    process = SDE(x, sinh(0) + 1, 1, t, domain=RIGHT)
    found = process.transition(Rational(3, 2), wall="absorbing")
    assert loses(found.value, x, t, Rational(3, 2), RIGHT, ()).status is Status.AGREED
    with pytest.raises(StochasticError, match="mass"):
        loses(found.value * exp(t), x, t, Rational(3, 2), RIGHT, ())


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("wall", ["absorbing", "reflecting"])
def test_plain_symbols_in_the_ends(wall):
    y, level, mean, rate, noise = sp.symbols("x m mu theta sigma")
    found = SDE(y, rate * (mean - y), noise, t, domain=(mean, oo)).transition(wall=wall)
    assert found.evidence.status in SOUND
    other = SDE(y, mean * y, noise * y, t, domain=(level, oo)).transition(wall="absorbing")
    assert other.evidence.status in SOUND and other.mass.has(level)
