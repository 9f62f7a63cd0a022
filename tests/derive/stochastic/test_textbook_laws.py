"""Laws of scalar processes as Risken, Gardiner, Karlin and Taylor ask for them, each against its defining equation by
numeric derivatives and its mass by quadrature, at numbers for the parameters, without the engine."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Rational, cosh, cot, exp, log, oo, pi, sin, sqrt, tanh

from derive.stochastic import SDE

t = sp.Symbol("t", positive=True)
x = sp.Symbol("x", real=True)
m = sp.Symbol("m", real=True)
y, a, b, k, s, theta = sp.symbols("y a b k s theta", positive=True)
AT = {a: Rational(13, 10), b: Rational(7, 10), k: Rational(9, 10), s: Rational(4, 5), theta: Rational(6, 5)}
AT |= {m: Rational(-3, 10)}
HALF, LINE, UNIT = (0, oo), (-oo, oo), (0, 1)

STATIONARY: dict[str, tuple[SDE, str | None]] = {
    "multiplicative": (SDE(x, -a * x, sqrt(1 + x**2), t), None),
    "Student": (SDE(x, -x, sqrt((1 + x**2) / 5), t), None),
    "skew": (SDE(x, m - x, sqrt(1 + x + x**2), t), None),
    "quartic and noise": (SDE(x, -(x**3), sqrt(1 + x**2), t), None),
    "bistable": (SDE(x, a * x - x**3, s, t), None),
    "log cosh": (SDE(x, -a * tanh(x), 1, t), None),
    "gamma": (SDE(y, a - b * y, s * sqrt(y), t, domain=HALF), None),
    "inverse gamma": (SDE(y, a - b * y, s * y, t, domain=HALF), None),
    "logistic": (SDE(y, y * (theta - y), y / 2, t, domain=HALF), None),
    "Stratonovich": (SDE(y, y * (1 - y), y / 2, t, domain=HALF, alpha=Rational(1, 2)), None),
    "Gompertz": (SDE(y, -k * y * log(y), s * y, t, domain=HALF), None),
    "three halves": (SDE(y, y * (theta - a * y), s * y ** Rational(3, 2), t, domain=HALF), None),
    "Maxwell": (SDE(y, 2 / y - y, 1, t, domain=HALF), None),
    "beta": (SDE(x, a * (b - x), sqrt(x * (1 - x)), t, domain=UNIT), None),
    "falling on a floor": (SDE(x, -a, s, t, domain=HALF), None),
    "wall beside the mean": (SDE(x, -a * x, s, t, domain=(1, oo)), None),
    "von Mises": (SDE(x, -a * sin(x), s, t, domain=(0, 2 * pi)), "periodic"),
}
TRANSITION: dict[str, tuple[SDE, Any, Any]] = {
    "Ornstein-Uhlenbeck": (SDE(x, a - b * x, s, t), Rational(1, 3), None),
    "square root": (SDE(y, a * (b - y), sqrt(y) / 2, t, domain=HALF), 1, None),
    "square root from 0": (SDE(y, a * (b - y), sqrt(y) / 2, t, domain=HALF), 0, None),
    "Gompertz": (SDE(y, -k * y * log(y), s * y, t, domain=HALF), Rational(3, 2), None),
    "tanh": (SDE(x, tanh(x), 1, t), Rational(1, 2), None),
    "arsinh": (SDE(x, x / 2, sqrt(1 + x**2), t), Rational(1, 2), None),
    "drift and mirror": (SDE(x, m, s, t, domain=HALF), Rational(1, 2), "reflecting"),
    "Ornstein-Uhlenbeck and mirror": (SDE(x, -x, 1, t, domain=HALF), Rational(1, 2), "reflecting"),
    "four dimensions": (SDE(y, 3 / (2 * y), 1, t, domain=HALF), 1, None),
    "three halves": (SDE(y, y * (1 - y), y ** Rational(3, 2), t, domain=HALF), 1, None),
}
SPECTRA: dict[str, tuple[SDE, list[Any]]] = {
    "Legendre": (SDE(x, -x, sqrt(1 - x**2), t, domain=(-1, 1)), [0, 1, 3]),
    "Pöschl-Teller": (SDE(x, -3 * tanh(x), 1, t), [0, Rational(5, 2), 4]),
    "Student": (SDE(x, -x, sqrt((1 + x**2) / 5), t), [0, 1, Rational(9, 5)]),
    "circle": (SDE(x, 2 * cot(x), 1, t, domain=(0, pi)), [0, Rational(5, 2), 6]),
    "radial": (SDE(y, 1 / y - y, 1, t, domain=HALF), [0, 2, 4]),
    "inverse gamma": (SDE(y, 1 - y, y / 2, t, domain=HALF), [0, 1, Rational(7, 4)]),
}


def mass(density: Any, state: Any, ends: tuple[Any, Any]) -> Any:
    low, high = (mpmath.mpf(str(sp.N(e))) if e.is_finite else (mpmath.inf if e == oo else -mpmath.inf) for e in ends)
    inner = [low + 1, low + 3] if high == mpmath.inf and low > -mpmath.inf else [-2, 0, 2] if low < high - 9e9 else []
    f = sp.lambdify(state, density, "mpmath")
    return mpmath.re(mpmath.quad(f, [low, *inner, high]))


def place(ends: tuple[Any, Any]) -> Any:
    low, high = ends
    return mpmath.mpf("0.37") * (1 if not high.is_finite else float(high - low)) + (float(low) if low.is_finite else 0)


def generator_at(sde: SDE, state: Any) -> tuple[Any, Any]:
    return tuple(sp.lambdify(state, e.subs(AT), "mpmath") for e in (sde.ito_drift[0], sde.covariance[0, 0] / 2))  # type: ignore[return-value]


def rate_of_change(sde: SDE, density: Any, state: Any, at: Any) -> Any:
    """−(a p)′ + (D p)″ at a place."""
    drift, spread = generator_at(sde, state)
    f = sp.lambdify(state, density, "mpmath")
    down = mpmath.diff(lambda u: drift(u) * f(u), at)
    return mpmath.diff(lambda u: spread(u) * f(u), at, 2) - down


@pytest.mark.parametrize("name", STATIONARY)
def test_stationary(name):
    sde, wall = STATIONARY[name]
    found = sde.stationary(wall=wall)
    density, ends = found.value.subs(AT), tuple(sp.sympify(e) for e in sde.domain[0])
    with mpmath.workdps(25):
        rest = rate_of_change(sde, density, sde.x, place(ends))
        spoilt = rate_of_change(sde, density * cosh(sde.x / 3), sde.x, place(ends))
    assert abs(rest) < 1e-12 < abs(spoilt)
    assert abs(mass(density, sde.x, ends) - 1) < 1e-6


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", TRANSITION)
def test_transition(name):
    sde, start, wall = TRANSITION[name]
    value = sde.transition(start, 0, wall).value.subs(AT)
    ends = tuple(sp.sympify(e) for e in sde.domain[0])
    now, at = mpmath.mpf("0.4"), place(ends)
    with mpmath.workdps(25):
        f = sp.lambdify([sde.x, t], value, "mpmath")
        grows = mpmath.diff(lambda u: f(at, u), now)
        flows = rate_of_change(sde, value.subs(t, Rational(2, 5)), sde.x, at)
        spoilt = rate_of_change(sde, (value * exp(-sde.x / 5)).subs(t, Rational(2, 5)), sde.x, at)
    assert abs(grows - flows) < 1e-10 < abs(grows - spoilt)
    assert abs(mass(value.subs(t, Rational(2, 5)), sde.x, ends) - 1) < 1e-6


@pytest.mark.parametrize("name", SPECTRA)
def test_spectra(name):
    sde, values = SPECTRA[name]
    found = sde.fokker_planck().spectrum()
    assert [sp.nsimplify(found.eigenvalue(n)) for n in range(3)] == values
    drift, spread = generator_at(sde, sde.x)
    with mpmath.workdps(25):
        for n, value in enumerate(values):
            f = sp.lambdify(sde.x, found.function(n), "mpmath")
            at = mpmath.mpf("0.37")
            lifted = drift(at) * mpmath.diff(f, at) + spread(at) * mpmath.diff(f, at, 2)
            assert (
                abs(lifted + mpmath.mpf(value.p if hasattr(value, "p") else value) / getattr(value, "q", 1) * f(at))
                < 1e-10
            )
