"""Sums, products, limits, derivatives and substitutions: values with proofs, refusals with reasons."""

from __future__ import annotations

import pytest
import sympy as sp

from numerics import NotEnclosed, enclose

a, b, k, n, x, y, z, eps = sp.symbols("a b k n x y z epsilon")
LORENTZ = sp.Integral(sp.cos(k * x) / (a**2 + x**2), (x, -sp.oo, sp.oo))
CLOSED = sp.pi / a * sp.exp(-a * k)
POINT = {a: "2.27", k: "0.8"}
half = sp.Rational(1, 2)


def abel(f: sp.Expr) -> sp.Limit:
    return sp.Limit(sp.Integral(sp.exp(-eps * x) * f, (x, 0, sp.oo)), eps, 0, "+")


SUMS = {
    "Basel": (sp.Sum(1 / n**2, (n, 1, sp.oo)), sp.pi**2 / 6),
    "two-sided": (sp.Sum(1 / (n**2 + half), (n, -sp.oo, sp.oo)), sp.pi * sp.sqrt(2) * sp.coth(sp.pi / sp.sqrt(2))),
    "alternating": (sp.Sum((-1) ** n / n, (n, 1, sp.oo)), -sp.log(2)),
    "alternating, slow": (sp.Sum((-1) ** (n + 1) / sp.sqrt(n), (n, 1, sp.oo)), (1 - sp.sqrt(2)) * sp.zeta(half)),
    "Fourier": (sp.Sum(sp.cos(n) / n**2, (n, 1, sp.oo)), sp.pi**2 / 6 - sp.pi / 2 + sp.Rational(1, 4)),
    "sawtooth": (sp.Sum(sp.sin(n) / n, (n, 1, sp.oo)), (sp.pi - 1) / 2),
    "theta": (
        sp.Sum(sp.exp(-sp.pi * n**2), (n, -sp.oo, sp.oo)),
        sp.pi ** sp.Rational(1, 4) / sp.gamma(sp.Rational(3, 4)),
    ),
    "exponential": (sp.Sum((-30) ** n / sp.factorial(n), (n, 0, sp.oo)), sp.exp(-30)),
    "binomial": (sp.Sum(1 / sp.binomial(2 * n, n), (n, 0, sp.oo)), sp.Rational(4, 3) + 2 * sp.pi * sp.sqrt(3) / 27),
    "geometric": (sp.Sum(n**2 / 2**n, (n, 1, sp.oo)), sp.Integer(6)),
    "telescoping": (sp.Sum(1 / (n * (n + 1)), (n, 1, sp.oo)), sp.Integer(1)),
    "finite": (sp.Sum(n**2, (n, 1, 10)), sp.Integer(385)),
    "empty": (sp.Sum(n**2, (n, 1, 0)), sp.Integer(0)),
    "double": (sp.Sum(x * y, (x, 1, y), (y, 1, 4)), sp.Integer(65)),
    "product": (sp.Product(1 + 1 / n**2, (n, 1, sp.oo)), sp.sinh(sp.pi) / sp.pi),
    "finite product": (sp.Product(n, (n, 1, 6)), sp.Integer(720)),
    "sum under the integral": (sp.Integral(sp.Sum(x**n, (n, 0, 5)), (x, 0, 1)), sp.Rational(49, 20)),
    "integral under the sum": (sp.Sum(sp.Integral(sp.exp(-n * x), (x, 0, sp.oo)), (n, 1, 4)), sp.Rational(25, 12)),
}


@pytest.mark.parametrize("name", SUMS)
def test_sums_and_products(name: str) -> None:
    expression, truth = SUMS[name]
    value = enclose(expression, digits=30, timeout=60)
    assert value.rigorous
    assert value.overlaps(enclose(truth, digits=45))
    assert value.digits >= 29 or truth == 0
    if truth != 0:
        assert not value.overlaps(enclose(truth * (1 + sp.Rational(1, 10**15)), digits=45))


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (sp.Sum(1 / n, (n, 1, sp.oo)), "diverges"),
        (sp.Sum(1 / sp.sqrt(n), (n, 1, sp.oo)), "diverges"),
        (sp.Sum((-1) ** n, (n, 1, sp.oo)), "do not tend to 0"),
        (sp.Sum(1 / (n - 3), (n, 1, 5)), "undefined"),
    ],
)
def test_divergent_sums_are_refused(expression: sp.Expr, reason: str) -> None:
    with pytest.raises(NotEnclosed, match=reason):
        enclose(expression, timeout=20)


LIMITS = {
    "removable": (sp.Limit(sp.sin(x) / x, x, 0), sp.Integer(1)),
    "third order": (sp.Limit((x - sp.sin(x)) / x**3, x, 0), sp.Rational(1, 6)),
    "squeeze": (sp.Limit(sp.exp(-x) * sp.sin(3 * x), x, sp.oo), sp.Integer(0)),
    "power against exponential": (sp.Limit(x**9 * sp.exp(-x), x, sp.oo), sp.Integer(0)),
    "compound interest": (sp.Limit((1 + 1 / x) ** x, x, sp.oo), sp.E),
    "x log x": (sp.Limit(x * sp.log(x), x, 0, "+"), sp.Integer(0)),
    "continuous": (sp.Limit(sp.exp(x) * sp.cos(x), x, 2), sp.exp(2) * sp.cos(2)),
    "one-sided": (sp.Limit(sp.Abs(x) / x, x, 0, "-"), sp.Integer(-1)),
    "both sides": (sp.Limit(sp.sin(2 * x) / x, x, 0, "+-"), sp.Integer(2)),
    "to minus infinity": (sp.Limit(x / sp.sqrt(x**2 + 1), x, -sp.oo), sp.Integer(-1)),
    "difference of roots": (sp.Limit(sp.sqrt(x**2 + x) - x, x, sp.oo), half),
    "Abel, cosine": (abel(sp.cos(2 * x)), sp.Integer(0)),
    "Abel, sine": (abel(sp.sin(2 * x)), half),
    "Abel, third moment": (abel(x**3 * sp.exp(2 * sp.I * x)), sp.Rational(6, 16)),
    "Abel, second moment of the cosine": (abel(x**2 * sp.cos(2 * x)), sp.Integer(0)),
    "Abel, root": (abel(sp.sin(x) / sp.sqrt(x)), sp.sqrt(sp.pi / 2)),
    "Abel where the integral converges": (abel(sp.sin(x) / x), sp.pi / 2),
    "continuous in a parameter": (sp.Limit(LORENTZ.subs(a, 2), k, 1), sp.pi / 2 * sp.exp(-2)),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    expression, truth = LIMITS[name]
    value = enclose(expression, digits=25, timeout=60)
    assert value.rigorous
    assert value.overlaps(enclose(truth, digits=40))
    assert not value.overlaps(enclose(truth + sp.Rational(1, 10**15), digits=40))


@pytest.mark.parametrize(
    "expression",
    [sp.Limit(1 / x, x, 0), sp.Limit(sp.sin(x), x, sp.oo), sp.Limit(sp.Abs(x) / x, x, 0, "+-"), sp.Limit(x, x, sp.oo)],
)
def test_limits_that_do_not_exist(expression: sp.Expr) -> None:
    with pytest.raises(NotEnclosed):
        enclose(expression)


DERIVATIVES = {
    "closed": (sp.Derivative(sp.exp(k**2), (k, 3)), sp.diff(sp.exp(k**2), k, 3)),
    "at a point": (sp.Subs(sp.Derivative(sp.sin(x) * x, x), x, k), sp.sin(k) + k * sp.cos(k)),
    "once in k": (sp.Derivative(LORENTZ, k), sp.diff(CLOSED, k)),
    "twice in k, where dominated convergence fails": (sp.Derivative(LORENTZ, (k, 2)), sp.diff(CLOSED, k, 2)),
    "in a": (sp.Derivative(LORENTZ, a), sp.diff(CLOSED, a)),
    "the differential equation": (sp.Derivative(LORENTZ, (k, 2)) - a**2 * LORENTZ, sp.Integer(0)),
    "of a finite integral": (sp.Derivative(sp.Integral(sp.exp(-k * x**2), (x, 0, 1)), k), None),
    "of a moving end": (sp.Derivative(sp.Integral(sp.exp(-(x**2)), (x, 0, k)), k), sp.exp(-(k**2))),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives(name: str) -> None:
    expression, truth = DERIVATIVES[name]
    value = enclose(expression, POINT, digits=25, timeout=60)
    truth = -sp.Integral(x**2 * sp.exp(-k * x**2), (x, 0, 1)) if truth is None else truth
    assert value.rigorous
    assert value.overlaps(enclose(truth, POINT, digits=40))
    assert not value.overlaps(enclose(truth + sp.Rational(1, 10**15), POINT, digits=40))


@pytest.mark.parametrize(
    ("f", "point"), [(sp.Abs(x), 0), (sp.Max(x, x**2), 1), (sp.Piecewise((x, x < 1), (x**2, True)), 1), (LORENTZ, None)]
)
def test_no_derivative_at_a_kink(f: sp.Expr, point: int | None) -> None:
    variable, at = (k, {a: 1, k: 0}) if point is None else (x, {x: point})
    with pytest.raises(NotEnclosed):
        enclose(sp.Derivative(f, variable), at, timeout=20)


def test_expanding_under_the_integral_is_caught() -> None:
    """The trap of the Lorentzian: term by term with the Abel toolbox every order is 0; the truth is beyond all
    orders."""
    orders = [abel(x ** (2 * j) * sp.cos(k * x)) for j in range(3)]
    for term in orders:
        assert enclose(term, {k: 2}, digits=20).contains(0)
    assert not enclose(LORENTZ, {a: 3, k: 2}, digits=20).contains(0)


@pytest.mark.parametrize("expression", [sp.Order(x), sp.DiracDelta(x - 1), 1 / sp.Symbol("q")])
def test_no_number_is_given_to_what_has_none(expression: sp.Expr) -> None:
    with pytest.raises(NotEnclosed):
        enclose(expression, {x: 1})
