"""Iterated integrals, integrals of sums, and limits of both against known values; the order of integration is kept."""

from typing import Any

import mpmath
import pytest
import sympy as sp
from sympy import I, Integral, Limit, Rational, Sum, cos, exp, log, oo, pi, sin, sqrt

from numerics import enclose
from numerics.errors import NumericsError
from numerics.oracle.primitives import collapsed

x, y, s, t, q = sp.symbols("x y s t q", real=True)
n = sp.Symbol("n", integer=True)
eps, b = sp.symbols("eps b", positive=True)
u = sp.Symbol("u", positive=True)
a, k, third = Rational(81, 32), Rational(65, 32), Rational(1, 3)
LORENTZ = pi * exp(-a * k) / a
SINE = pi * (1 - exp(-a * k)) / (2 * a**2)


def phi(width: sp.Expr = sp.S.One) -> sp.Expr:
    return exp(-((q - third) ** 2) / (2 * width**2))


def smeared(f: sp.Expr) -> Any:
    """π a ∫ f(q) e^{−a|q|} dq by mpmath: one integral, another library."""
    g = sp.lambdify(q, f, "mpmath")
    with mpmath.workdps(25):
        alpha = mpmath.mpf(81) / 32
        panels = [0, 1, 2, 4, 8, 16]
        return +(mpmath.pi * alpha * mpmath.quad(lambda p: (g(p) + g(-p)) * mpmath.exp(-alpha * p), panels))


PROVEN = {
    "Fourier of Laplace": (Integral(cos(k * x) * Integral(exp(-s * (a**2 + x**2)), (s, 0, oo)), (x, -oo, oo)), LORENTZ),
    "the same, flat": (Integral(exp(-s * (a**2 + x**2)) * cos(k * x), (s, 0, oo), (x, -oo, oo)), LORENTZ),
    "Laplace of Fourier": (Integral(exp(-s * (a**2 + x**2)) * cos(k * x), (x, -oo, oo), (s, 0, oo)), LORENTZ),
    "the same, nested": (
        Integral(exp(-(a**2) * s) * Integral(exp(-s * x**2) * cos(k * x), (x, -oo, oo)), (s, 0, oo)),
        LORENTZ,
    ),
    "sine transform": (Integral(Integral(cos(t * x), (t, 0, k)) / (a**2 + x**2), (x, 0, oo)), SINE),
    "delta": (Integral(Integral(exp(I * q * x) * phi(), (q, -oo, oo)), (x, -oo, oo)), 2 * pi * exp(-Rational(1, 18))),
    "delta, linear factor": (
        Integral(Integral(exp(I * q * x) * phi() * (q + 2), (q, -oo, oo)), (x, -oo, oo)),
        4 * pi * exp(-Rational(1, 18)),
    ),
    "delta, square, wide": (
        Integral(Integral(exp(I * q * x) * phi(Rational(5, 2)) * q**2, (q, -oo, oo)), (x, -oo, oo)),
        0,
    ),
    "smeared": (
        a**2 * Integral(Integral(cos(q * x) * phi() / (a**2 + x**2), (q, -oo, oo)), (x, -oo, oo)),
        smeared(phi()),
    ),
    "smeared, second derivative": (
        a**2 * Integral(Integral(cos(q * x) * phi().diff(q, 2) / (a**2 + x**2), (q, -oo, oo)), (x, -oo, oo)),
        smeared(phi().diff(q, 2)),
    ),
    "quadrant": (Integral(exp(-(x**2) - y**2), (x, 0, oo), (y, 0, oo)), pi / 4),
    "wedge": (Integral(Integral(exp(-y), (y, x, oo)), (x, 0, oo)), 1),
    "triangle": (Integral(Integral(y * sqrt(x), (y, 0, x)), (x, 0, 1)), Rational(1, 7)),
    "triangle, rational": (Integral(Integral(1 / (1 + x * y), (y, 0, x)), (x, 0, 1)), pi**2 / 24),
    "octant": (Integral(exp(-x - y - t), (x, 0, oo), (y, 0, oo), (t, 0, oo)), 1),
    "integral of a sum": (Integral(Sum(exp(-n * x), (n, 1, oo)) * x, (x, 0, oo)), pi**2 / 6),
    "integral of a sum, square": (Integral(Sum(n**2 * exp(-n * x), (n, 1, oo)) * x**4, (x, 0, oo)), 24 * sp.zeta(3)),
    "sum of integrals": (Sum(Integral(exp(-n * x) * x**2, (x, 0, oo)), (n, 1, oo)), 2 * sp.zeta(3)),
    "sum of integrals, 2^n": (Sum(Integral(exp(-(2**n) * x) * x, (x, 0, oo)), (n, 0, oo)), Rational(4, 3)),
    "removable at the corner": (Integral(Integral(exp(x * y), (y, 0, 1)), (x, 0, 1)), sp.Ei(1) - sp.EulerGamma),
    "range over both signs": (
        Integral(Integral(sin(x * y), (y, 0, 1)), (x, -1, 2)),
        log(2) - sp.Ci(2) + sp.Ci(1),
    ),
}
AGREED = {
    "sine transform, frequency outside": (Integral(cos(t * x) / (a**2 + x**2), (x, 0, oo), (t, 0, k)), SINE),
    "smeared, frequency outside": (
        a**2 * Integral(Integral(cos(q * x) * phi() / (a**2 + x**2), (x, -oo, oo)), (q, -oo, oo)),
        smeared(phi()),
    ),
    "second derivative, frequency outside": (
        a**2 * Integral(Integral(cos(q * x) * phi().diff(q, 2) / (a**2 + x**2), (x, -oo, oo)), (q, -oo, oo)),
        smeared(phi().diff(q, 2)),
    ),
    "kinked inner range": (Integral(Integral(sqrt(x**2 + y), (y, 0, x)), (x, 0, 1)), None),
    "algebraic twice": (Integral(Integral(1 / (1 + x + y) ** 3, (y, 0, oo)), (x, 0, oo)), Rational(1, 2)),
    "Dirichlet outside": (
        Integral(sin(x) / x * Integral(1 / (1 + x + y) ** 2, (y, 0, oo)), (x, 0, oo)),
        Integral(sin(x) / (x * (1 + x)), (x, 0, oo)),
    ),
}
REFUSED = {
    "inner wave does not die": Integral(Integral(cos(x * y), (y, 0, oo)) * exp(-x), (x, 0, oo)),
    "1/x outside": Integral(Integral(exp(-x * y), (y, 0, oo)), (x, 0, oo)),
    "log x / x outside": Integral(Integral(1 / (1 + x * y), (y, 0, 1)), (x, 0, oo)),
    "1/x by algebraic inner": Integral(1 / (x + y) ** 2, (y, 0, oo), (x, 1, oo)),
    "assumption narrower than the range": Integral(exp(-x * u), (x, 0, oo), (u, -1, 1)),
    "the same, one level down": Integral(exp(-x * u), (x, 0, oo), (u, -1, 1), (y, 0, 1)),
    "outer wave does not die": Integral(cos(x) * Integral((1 + x) / (1 + x + y) ** 2, (y, 0, oo)), (x, 0, oo)),
}


@pytest.mark.parametrize("name", PROVEN)
def test_proven_values(name: str) -> None:
    e, known = PROVEN[name]
    r = enclose(e, digits=12, timeout=30)
    assert r.rigorous
    assert r.radius < mpmath.mpf("1e-11")
    if isinstance(known, mpmath.mpf):
        assert abs(r.mid - known) < 1e-13 * (1 + abs(known))
    else:
        reference = enclose(sp.sympify(known), digits=30)
        assert r.overlaps(reference)
    assert not r.contains(sp.Rational("1e-7") + sp.Rational(str(mpmath.nstr(mpmath.re(r.mid), 17))))


@pytest.mark.parametrize("name", AGREED)
def test_agreed_values(name: str) -> None:
    e, known = AGREED[name]
    r = enclose(e, digits=12, timeout=30)
    if known is None:
        return
    value = known if isinstance(known, mpmath.mpf) else enclose(sp.sympify(known), digits=20).mid
    assert abs(r.mid - value) <= r.radius
    assert r.radius <= 1e-10 * abs(value)
    assert abs(r.mid - value - mpmath.mpf("1e-7")) > r.radius
    if not r.rigorous:
        assert len(r.routes) == 2
        with pytest.raises(NumericsError):
            enclose(e, digits=12, timeout=30, rigorous=True)


@pytest.mark.parametrize("name", REFUSED)
def test_divergent_iterated_integrals_are_refused(name: str) -> None:
    with pytest.raises(NumericsError):
        enclose(REFUSED[name], digits=12, timeout=30)


@pytest.mark.parametrize("inner", ["y", "x"])
def test_the_order_is_kept(inner: str) -> None:
    """∫∫ (x² − y²)/(x² + y²)² is π/4 with y inside, −π/4 with x inside: never the other, never their mean 0."""
    f = (x**2 - y**2) / (x**2 + y**2) ** 2
    limits = ((y, 0, 1), (x, 0, 1)) if inner == "y" else ((x, 0, 1), (y, 0, 1))
    try:
        r = enclose(Integral(f, *limits), digits=12, timeout=20)
    except NumericsError:
        return
    assert r.overlaps(pi / 4 if inner == "y" else -pi / 4)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_limit_of_a_sum_of_regularised_moments(order: int) -> None:
    """Re ∫ x^{2n} e^{−(ε + ik)x} dx → Re (2n)!/(ik)^{2n+1} = 0."""
    f = sum(Integral(x ** (2 * order) * exp(x * (-eps + sign * I * k)), (x, 0, oo)) / 2 for sign in (1, -1))
    r = enclose(Limit(f, eps, 0, "+"), digits=12, timeout=20)
    assert r.rigorous and r.contains(0) and r.radius < 1e-11


@pytest.mark.parametrize(
    ("f", "z", "known"),
    [
        (2 * Integral(2 * eps / q**2, (q, Rational(3, 2), oo)), eps, 0),
        (Integral(1 / (a**2 + b + x**2), (x, -oo, oo)), b, pi / a),
        (Integral(exp(-t * x) * sin(k * x) / x, (x, 0, oo)), t, pi / 2),
        (
            3 * Integral(exp(-eps * x) * cos(k * x) / (1 + x**2), (x, 0, oo))
            + cos(eps) / 2 * Integral(exp(-eps * x) * sin(k * x), (x, 0, oo)),
            eps,
            3 * pi / 2 * exp(-k) + 1 / (2 * k),
        ),
        (eps * Integral(exp(-eps * x), (x, 0, oo)), eps, 1),
        (Integral(eps * exp(-eps * x), (x, 0, oo)), eps, 1),
    ],
)
def test_limits_by_parts_continuity_and_closed_forms(f: sp.Expr, z: sp.Symbol, known: sp.Expr) -> None:
    r = enclose(Limit(f, z, 0, "+"), digits=12, timeout=20)
    assert r.rigorous and r.overlaps(enclose(sp.sympify(known), digits=30))


def test_a_limit_of_a_difference_of_infinities_is_not_decided_by_its_parts() -> None:
    f = Integral(exp(-eps * x), (x, 0, oo)) - Integral(exp(-2 * eps * x), (x, 0, oo))
    with pytest.raises(NumericsError):
        enclose(Limit(f, eps, 0, "+"), digits=12, timeout=20)


@pytest.mark.parametrize(
    ("inner", "at"),
    [
        (Integral(x**3 * exp(-2 * x + I * x), (x, 1, oo)), {}),
        (Integral((x**2 + 1) * exp(-(s**2 + 1) * x**2 + 3 * x), (x, -oo, oo)), {s: Rational(2, 5)}),
        (Integral((x**3 + 1) * exp(-(s**2 + 1) * x**2), (x, 0, oo)), {s: Rational(2, 5)}),
        (Integral(x**2 * cos(s * x), (x, -1, s)), {s: Rational(7, 5)}),
        (Integral(x * sin(2 * x) * exp(-(s**2 + 1) * x), (x, s, oo)), {s: Rational(7, 5)}),
        (Sum(n**3 * 3**-n + n * exp(-2 * n), (n, 2, oo)), {}),
    ],
)
def test_closed_forms_against_quadrature(inner: sp.Expr, at: dict[sp.Symbol, sp.Expr]) -> None:
    closed = collapsed(inner)
    assert not closed.has(Integral, Sum)
    value = enclose(closed, at, digits=25)
    assert value.overlaps(enclose(inner, at, digits=25))
    assert not value.overlaps(enclose(closed * (1 + Rational(1, 10**9)), at, digits=25))


def test_conditions_of_the_closed_forms() -> None:
    """No closed form where the sign of the exponent is open."""
    c = sp.Symbol("c", real=True)
    assert collapsed(Integral(exp(-c * x), (x, 0, oo))).has(Integral)
    assert collapsed(Integral(exp(-c * x**2), (x, -oo, oo))).has(Integral)
    assert collapsed(Sum(exp(-c * n), (n, 0, oo))).has(Sum)
