"""Propagators of quadratic actions in space and in time against known kernels; determinants; short-time moments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import Derivative, I, Rational, cos, cosh, coth, exp, log, oo, pi, sin, sinh, sqrt

from derive.evidence import Status
from derive.stochastic import SDE, PathIntegral, StochasticError, Unsolvable, solves
from derive.stochastic.paths.path_integral import gelfand_yaglom
from derive.stochastic.paths.quadratic_action import quadratic_action, solves_forward
from tests.derive.stochastic.comparison import same

x, y, z, t, x0, y0, z0 = sp.symbols("x y z t x0 y0 z0")
B, c, mu, sigma, w, alpha = sp.symbols("B c mu sigma w alpha")
rho = sp.Symbol("rho", real=True)
FREE = SDE([x, y], [0, 0], [[1, 0], [0, 1]], t)
LINE = SDE(x, 0, 1, t)
SOUND = {Status.EXACT, Status.ENCLOSED, Status.AGREED}
C, S = cos(w * t), sin(w * t)


def mehler(a: Any, b: Any, w: Any = 1) -> Any:
    return sqrt(w / (2 * pi * sinh(w * t))) * exp(-w * ((a**2 + b**2) * cosh(w * t) - 2 * a * b) / (2 * sinh(w * t)))


def inverted(a: Any, b: Any) -> Any:
    return exp(-((a**2 + b**2) * cos(t) - 2 * a * b) / (2 * sin(t))) / sqrt(2 * pi * sin(t))


def heat(gap: Any, variance: Any) -> Any:
    return exp(-(gap**2) / (2 * variance)) / sqrt(2 * pi * variance)


left, fall = x0 * C + y0 * S, y0 * C - x0 * S
falling = (1 - exp(-2 * t)) / 2
grown = ((1 + t) ** 3 - 1) / 3
KERNELS: dict[str, tuple[SDE, Any, Any, Any]] = {
    "harmonic plane": (FREE, (x**2 + y**2) / 2, (x0, y0), mehler(x, x0) * mehler(y, y0)),
    "harmonic plane, a symbol": (FREE, w**2 * (x**2 + y**2) / 2, (x0, y0), mehler(x, x0, w) * mehler(y, y0, w)),
    "unequal springs": (FREE, (x**2 + 4 * y**2) / 2, (x0, y0), mehler(x, x0) * mehler(y, y0, 2)),
    "saddle": (FREE, (y**2 - x**2) / 2, (x0, y0), inverted(x, x0) * mehler(y, y0)),
    "coupled springs": (
        FREE,
        (5 * x**2 + 5 * y**2 + 6 * x * y) / 4,
        (x0, y0),
        mehler((x + y) / sqrt(2), (x0 + y0) / sqrt(2), 2) * mehler((x - y) / sqrt(2), (x0 - y0) / sqrt(2)),
    ),
    "Ornstein and Uhlenbeck in the plane": (
        SDE([x, y], [-x, -y], [[1, 0], [0, 1]], t),
        0,
        (x0, y0),
        heat(x - x0 * exp(-t), falling) * heat(y - y0 * exp(-t), falling),
    ),
    "rotation": (SDE([x, y], [w * y, -w * x], [[1, 0], [0, 1]], t), 0, (x0, y0), heat(x - left, t) * heat(y - fall, t)),
    "correlated noise": (
        SDE([x, y], [0, 0], [[1, 0], [0, 1]], t, [[1, rho], [rho, 1]], given=[rho**2 < 1]),
        0,
        (x0, y0),
        heat(x - x0, t) * heat(y - y0 - rho * (x - x0), t * (1 - rho**2)),
    ),
    "wind in space": (
        SDE([x, y, z], [1, 0, 0], sp.eye(3), t),
        0,
        (x0, y0, z0),
        heat(x - x0 - t, t) * heat(y - y0, t) * heat(z - z0, t),
    ),
    "wind that changes": (SDE(x, cos(t), 1, t), 0, x0, heat(x - x0 - sin(t), t)),
    "noise that grows": (SDE(x, 0, 1 + t, t), 0, x0, heat(x - x0, grown)),
    "pull that fades": (SDE(x, -x / (1 + t), 1, t), 0, x0, heat(x - x0 / (1 + t), grown / (1 + t) ** 2)),
    "geometric, by Lamperti's z": (
        SDE(x, mu * x, sigma * x, t),
        c,
        x0,
        exp(-c * t) * heat(log(x / x0) - (mu - sigma**2 / 2) * t, sigma**2 * t) / x,
    ),
}


@pytest.mark.parametrize("name", KERNELS)
def test_kernel(name):
    sde, potential, origin, want = KERNELS[name]
    found = PathIntegral.of(sde, 0, potential).propagator(origin)
    assert found.evidence.status in SOUND
    assert same(found.value, want)


def test_magnetic_field_in_the_plane():
    """The kernel of ½(p − A)² with A = B(y, −x)/2 in imaginary time: the drift iA and the potential A²/2."""
    field = SDE([x, y], [I * B * y / 2, -I * B * x / 2], [[1, 0], [0, 1]], t)
    found = PathIntegral.of(field, 0, B**2 * (x**2 + y**2) / 8).propagator((x0, y0))
    away = (x - x0) ** 2 + (y - y0) ** 2
    landau = B / (4 * pi * sinh(B * t / 2)) * exp(-B * coth(B * t / 2) * away / 4 + I * B * (x * y0 - y * x0) / 2)
    point = {B: 1.3, t: 0.7, x: 0.4, y: -0.2, x0: 0.1, y0: 0.6}
    assert found.evidence.status in SOUND
    assert abs(complex(sp.N((found.value / landau).subs(point))) - 1) < 1e-12


@pytest.mark.slow
@pytest.mark.ci
def test_forced_oscillator_solves_its_equation():
    """u_t = u″/2 − (x²/2 − x cos t) u, and the kernel composes: from 0 to ½ and on to 1, by quadrature."""
    found = PathIntegral.of(LINE, 0, x**2 / 2 - x * cos(t)).propagator(x0)
    unknown = sp.Function("u")(x, t)
    equation = Derivative(unknown, t) - Derivative(unknown, x, 2) / 2 + (x**2 / 2 - x * cos(t)) * unknown
    assert solves(equation, unknown, found.value).status in SOUND
    kernel = sp.lambdify((x, t, x0), found.value, "mpmath")
    later = PathIntegral.of(LINE, 0, x**2 / 2 - x * cos(t + Rational(1, 2))).propagator(x0)
    step = sp.lambdify((x, t, x0), later.value, "mpmath")
    half = mpmath.mpf(1) / 2
    joined = mpmath.quad(lambda u: step(0.3, half, u) * kernel(u, half, -0.4), [-8, 0, 8])
    assert abs(joined - kernel(0.3, 1, -0.4)) < 1e-9


def test_a_wrong_action_is_refuted():
    weight = PathIntegral.of(FREE, Rational(1, 2), (x**2 + y**2) / 2)
    action, density, _, _ = quadratic_action(FREE, weight.lagrangian, weight.velocities, (x0, y0))
    potential = weight.potential
    assert solves_forward(FREE, action, density, potential).status is Status.EXACT
    for mutant in ((action * 2, density), (action, density * t), (action + x, density), (action + t, density)):
        with pytest.raises(StochasticError):
            solves_forward(FREE, *mutant, potential)


@pytest.mark.parametrize(
    ("square", "want"),
    [
        (w**2, sinh(w * t) / w),
        (-(w**2), sin(w * t) / w),
        (0, t),
        (2 / (1 + t) ** 2, ((1 + t) ** 2 - 1 / (1 + t)) / 3),
        (-1 / (4 * (1 + t) ** 2), sqrt(1 + t) * log(1 + t)),
    ],
)
def test_determinant(square, want):
    slices, limit = gelfand_yaglom(square, t)
    assert same(limit, want)
    assert slices is None or not slices.has(sp.nan)


def test_determinant_in_time_by_its_recurrence():
    """D_{j+1} = (2 + ω_j² τ²) D_j − D_{j−1} on fine grids, extrapolated."""
    limit = float(gelfand_yaglom(t, t)[1].subs(t, 1))

    def grid(n: int) -> float:
        before, now, tau = 0.0, 1.0 / n, 1.0 / n
        for j in range(1, n):
            before, now = now, (2 + j * tau * tau**2) * now - before
        return now

    assert abs((4 * grid(800) - grid(400)) / 3 - limit) < 1e-6


@pytest.mark.parametrize(
    ("drift", "noise"),
    [([x - x**3 + y, x * y], [[1, 0], [1, 2]]), ([-y, sin(x)], [[1, 0], [0, 3]])],
)
def test_short_time_moments_in_space(drift, noise):
    process = SDE([x, y], drift, noise, t)
    norm, mean, spread = PathIntegral.of(process, alpha, c * x**2).short_time_moments()
    assert same(norm, -c * x**2) and spread == process.covariance
    assert all(same(got, want) for got, want in zip(mean, process.drift, strict=True))
    equation = replace(process.path_integral(1), potential=sp.S.Zero).fokker_planck()
    assert all(same(a, b) for a, b in zip(equation.drift, process.drift, strict=True))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: PathIntegral.of(LINE, 0, x**4).propagator(x0), "not quadratic"),
        (lambda: SDE([x, y], [y, -x], [0, 1], t).path_integral(), "degenerate"),
        (lambda: SDE(x, 1, sqrt(x), t, domain=(0, oo)).path_integral().propagator(x0), "on the whole line"),
        (lambda: gelfand_yaglom(exp(sin(t)), t), "not solved"),
    ],
)
def test_refusals(make, said):
    with pytest.raises((Unsolvable, StochasticError), match=said):
        make()
