"""Spectra and what is built on them, against numeric quadrature, mirror laws and the semigroup law; ends by Feller."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from derive.evidence import Status
from derive.stochastic import SDE, StochasticError, Unsolvable

x, t = sp.symbols("x t", real=True)
kappa, theta, sigma, m, length = sp.symbols("kappa theta sigma m L", positive=True)
POINT = {
    kappa: sp.Rational(3, 2),
    theta: sp.Rational(2, 5),
    sigma: sp.Rational(1, 2),
    m: sp.Rational(1, 3),
    length: sp.Rational(3, 2),
}
HALF, UNIT, BOX = (0, sp.oo), (0, 1), (0, length)

SLOWEST = sp.pi**2 * sigma**2 / (2 * length**2)

# name: (process, walls, second eigenvalue)
FAMILIES = {
    "Hermite": (SDE(x, kappa * (theta - x), sigma, t), None, kappa),
    "even Hermite": (SDE(x, -kappa * x, sigma, t, domain=HALF), "reflecting", 2 * kappa),
    "odd Hermite": (SDE(x, -kappa * x, sigma, t, domain=HALF), "absorbing", 3 * kappa),
    "Laguerre": (SDE(x, kappa * (theta - x), sigma * sp.sqrt(x), t, domain=HALF), None, kappa),
    "Jacobi": (SDE(x, kappa * (theta - x), sigma * sp.sqrt(x * (1 - x)), t, domain=UNIT), None, kappa),
    "Legendre": (SDE(x, -x, sp.sqrt(1 - x**2), t, domain=(-1, 1)), None, sp.S.One),
    "Wright-Fisher": (SDE(x, 0, sp.sqrt(x * (1 - x)), t, domain=UNIT), "absorbing", sp.Integer(3)),
    "exits, not told": (SDE(x, 0, sp.sqrt(x * (1 - x)), t, domain=UNIT), None, sp.Integer(3)),
    "mutation one way": (SDE(x, -m * x, sp.sqrt(x * (1 - x)), t, domain=UNIT), None, 2 * m + 1),
    "pushed away": (SDE(x, kappa * x, sigma, t), None, 2 * kappa),
    "absorbed": (
        SDE(x, m, sigma, t, domain=BOX),
        "absorbing",
        2 * sp.pi**2 * sigma**2 / length**2 + m**2 / 2 / sigma**2,
    ),
    "reflected": (SDE(x, 0, sigma, t, domain=BOX), "reflecting", SLOWEST),
    "reflected with drift": (
        SDE(x, m, sigma, t, domain=BOX),
        "reflecting",
        SLOWEST + m**2 / 2 / sigma**2,
    ),
    "quarter waves": (
        SDE(x, 0, sigma, t, domain=BOX),
        ("absorbing", "reflecting"),
        9 * SLOWEST / 4,
    ),
    "in the logarithm": (
        SDE(x, 0, sigma * x, t, domain=(1, sp.E)),
        "absorbing",
        2 * sp.pi**2 * sigma**2 + sigma**2 / 8,
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_eigenfunctions_are_orthogonal_and_complete(name):
    process, walls, second = FAMILIES[name]
    found = process.fokker_planck().spectrum(walls)
    assert found.evidence.status in {Status.EXACT, Status.ENCLOSED, Status.AGREED}
    first = found.first
    assert sp.simplify(found.eigenvalue(first + 1) - second) == 0
    low, high = (sp.lambdify([], sp.sympify(e).subs(POINT), "mpmath")() for e in found.domain)
    weigh = sp.lambdify(x, (found.weight * found.function(first) * found.function(first + 2)).subs(POINT), "mpmath")
    middle = (low + high) / 2 if mpmath.isfinite(high) and mpmath.isfinite(low) else mpmath.mpf(1) / 2
    assert abs(mpmath.quad(weigh, [low, middle, high])) < 1e-10
    law = found.transition(sp.Rational(13, 10) if name == "in the logarithm" else sp.Rational(1, 3))
    assert law.evidence.status in {Status.EXACT, Status.ENCLOSED, Status.AGREED}
    assert (law.mass == 1) == (sp.simplify(found.eigenvalue(first)) == 0)


def test_heavy_tails_have_finitely_many_polynomials():
    process = SDE(x, -theta * x, sp.sqrt(2 * theta * kappa * (1 + x**2)), t)
    found = process.fokker_planck().spectrum()
    assert found.family == "Romanovski" and found.count.has(kappa)
    assert found.evidence.passed
    f = found.function(3)
    assert sp.simplify(process.generator(f) + found.eigenvalue(3) * f) == 0
    with pytest.raises(StochasticError, match="continuous"):
        found.transition()


OPEN = {
    "line": SDE(x, m, sigma, t),
    "wall beside the mean": SDE(x, -kappa * x, sigma, t, domain=(1, sp.oo)),
    "geometric": SDE(x, m * x, sigma * x, t, domain=HALF),
    "cubic": SDE(x, -(x**3), 1, t),
}


@pytest.mark.parametrize("name", OPEN)
def test_no_discrete_spectrum_is_told(name):
    with pytest.raises(StochasticError):
        OPEN[name].fokker_planck().spectrum("reflecting" if name == "wall beside the mean" else None)


WALLS = {
    "absorbing": (m, "absorbing"),
    "reflecting": (sp.S.Zero, "reflecting"),
    "mixed": (sp.S.Zero, ("absorbing", "reflecting")),
    "mixed the other way": (sp.S.Zero, ("reflecting", "absorbing")),
    "circle": (m, "periodic"),
    "reflecting with drift": (m, "reflecting"),
}


def numeric(law, start):
    """p(x, t | start) as a function of numbers, the sum cut off."""
    value = law.value.subs(POINT)
    (total,) = value.atoms(sp.Sum)
    n, low, _ = total.limits[0]
    outside = sp.lambdify([x, t, start], value / total, "mpmath")
    inside = sp.lambdify([n, x, t, start], total.function, "mpmath")
    begin = -25 if low == -sp.oo else int(low)
    return lambda a, s, b: outside(a, s, b) * sum(inside(k, a, s, b) for k in range(begin, 26))


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("name", WALLS)
def test_laws_between_walls(name):
    drift, wall = WALLS[name]
    law = SDE(x, drift, sigma, t, domain=BOX).transition(wall=wall)
    assert law.evidence.status in {Status.EXACT, Status.AGREED, Status.ENCLOSED}
    assert law.x0 is not None
    p, end, half = numeric(law, law.x0[0]), mpmath.mpf(3) / 2, mpmath.mpf(1) / 2
    whole = mpmath.quad(lambda a: p(a, half, mpmath.mpf(1)), [0, 1, end])
    conserved = name in {"reflecting", "circle", "reflecting with drift"}
    assert abs(whole - 1) < 1e-12 if conserved else whole < 1 - 1e-6
    after = mpmath.quad(lambda a: p(0.4, half, a) * p(a, half, mpmath.mpf(1)), [0, half, 1, end])
    assert abs(after - p(0.4, 2 * half, mpmath.mpf(1))) < 1e-9
    for place, kind in zip((0, end), wall if isinstance(wall, tuple) else (wall, wall), strict=True):
        if kind == "absorbing":
            assert abs(p(mpmath.mpf(place), half, mpmath.mpf(1))) < 1e-12


def test_a_wall_must_be_named_where_an_end_is_reached():
    with pytest.raises(StochasticError, match="wall"):
        SDE(x, 0, 1, t, domain=(0, 1)).transition()


ENDS = {
    "Brownian motion at a point": (SDE(x, m, 1, t, domain=HALF), 0, "regular"),
    "Brownian motion far out": (SDE(x, 0, 1, t), sp.oo, "natural"),
    "square root, Feller's condition": (
        SDE(x, kappa * (theta - x), sigma * sp.sqrt(x), t, domain=HALF, given=[2 * kappa * theta > sigma**2]),
        0,
        "entrance",
    ),
    "square root, weak pull": (
        SDE(x, kappa * (theta - x), sigma * sp.sqrt(x), t, domain=HALF, given=[2 * kappa * theta < sigma**2]),
        0,
        "regular",
    ),
    "branching": (SDE(x, m * x, sp.sqrt(x), t, domain=HALF), 0, "exit"),
    "Bessel": (SDE(x, 1 / x, 1, t, domain=HALF), 0, "entrance"),
    "geometric": (SDE(x, m * x, sigma * x, t, domain=HALF), 0, "natural"),
    "geometric far out": (SDE(x, m * x, sigma * x, t, domain=HALF), sp.oo, "natural"),
    "drift of genes": (SDE(x, 0, sp.sqrt(x * (1 - x)), t, domain=UNIT), 1, "exit"),
    "Ornstein-Uhlenbeck": (SDE(x, -theta * x, sigma, t), -sp.oo, "natural"),
    "cubic pull": (SDE(x, -(x**3), 1, t), sp.oo, "entrance"),
    "pull of bounded strength": (SDE(x, -m * sp.tanh(kappa * x), sigma, t), sp.oo, "natural"),
    "explosion": (SDE(x, x**3, 1, t), sp.oo, "exit"),
    "inverse Bessel": (SDE(x, 0, x**2, t, domain=HALF), sp.oo, "entrance"),
}


@pytest.mark.parametrize("name", ENDS)
def test_kinds_of_ends(name):
    process, end, kind = ENDS[name]
    found = process.boundary(end)
    assert found.kind == kind and kind in found.reason
    assert found.evidence.status is Status.AGREED


def test_kinds_that_depend_on_parameters_are_listed():
    found = SDE(x, kappa * (theta - x), sigma * sp.sqrt(x), t, domain=HALF).boundary(0)
    assert dict(found.cases) == {
        "regular": sigma**2 - 2 * kappa * theta > 0,
        "entrance": sigma**2 - 2 * kappa * theta <= 0,
    }


def test_a_transition_that_is_not_in_the_table_is_told():
    with pytest.raises(Unsolvable, match="eigenfunctions"):
        SDE(x, x - x**3, 1, t).transition()


def test_chebyshev_norms():
    found = SDE(x, -x / 2, sp.sqrt(1 - x**2), t, domain=(-1, 1)).fokker_planck().spectrum()
    assert found.eigenvalue(3) == sp.Rational(9, 2)
    assert [found.norm(n) for n in (0, 1)] == [sp.pi, sp.pi / 8]
    assert found.evidence.passed


def test_an_entrance_is_never_reached_so_that_no_wall_there_matters():
    process = SDE(x, 1 - 2 * x, sp.sqrt(x * (1 - x)), t, domain=UNIT).fokker_planck()
    assert process.spectrum("absorbing").eigenvalue_form == process.spectrum().eigenvalue_form
    regular = SDE(x, sp.Rational(1, 4) - x, sp.sqrt(x), t, domain=HALF).fokker_planck()
    assert [regular.spectrum(wall).eigenvalue(0) for wall in ("absorbing", "reflecting")] == [sp.Rational(1, 2), 0]
