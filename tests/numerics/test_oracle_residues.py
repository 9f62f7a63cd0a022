"""Inner integrals by residues, against mpmath on the inner integral and against the other order of integration."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from numerics.oracle import enclose
from numerics.oracle.primitives import collapsed

x = sp.Symbol("x", real=True)
t, a, b = sp.symbols("t a b", positive=True)
LINE, HALF = (x, -sp.oo, sp.oo), (x, 0, sp.oo)
CASES = {
    "cosine": (sp.cos(t * x) / (a**2 + x**2), HALF),
    "sine, conditional": (x * sp.sin(t * x) / (a**2 + x**2), HALF),
    "double pole": (sp.cos(t * x) / (a**2 + x**2) ** 2, LINE),
    "triple pole": (x**2 * sp.cos(t * x) / (a**2 + x**2) ** 3, HALF),
    "two quadratics": (sp.cos(t * x) / ((a**2 + x**2) * (x**2 + 3)), LINE),
    "off the axis": (sp.sin(t * x + 1) / (x**2 - 2 * x + 4), LINE),
    "negative leading coefficient": (sp.cos(t * x) / (-2 * x**2 + x - 5), LINE),
    "no wave": (1 / (x**2 + t**2 + 1), LINE),
}
VALUES = {t: sp.Rational(5, 4), a: sp.Rational(3, 2)}


@pytest.mark.parametrize("name", CASES)
def test_closed_form(name: str) -> None:
    f, limit = CASES[name]
    closed = collapsed(sp.Integral(f, limit))
    assert not closed.has(sp.Integral)
    g = sp.lambdify(x, f.subs(VALUES), "mpmath")
    with mpmath.workdps(20):
        folded = g if limit is HALF else lambda y: g(y) + g(-y)
        if f.has(sp.sin, sp.cos):
            expected = mpmath.quadosc(folded, [0, mpmath.inf], omega=1.25)
        else:
            expected = mpmath.quad(folded, [0, 1, mpmath.inf])
        assert abs(mpmath.mpmathify(sp.N(closed.subs(VALUES), 25)) - expected) < 1e-12


@pytest.mark.parametrize(
    "f, limit",
    [
        (sp.cos(t * x) / (x**2 - 1), LINE),  # poles on the line
        (sp.cos(t * x) / (x**2 + x + 1), HALF),  # not even
        (x * sp.cos(t * x), LINE),  # no decay
        (sp.cos(sp.Symbol("w", real=True) * x) / (x**2 + 1), LINE),  # the sign of ω is not known
        (sp.cos(t * x) / (x**4 + x + 3), LINE),  # poles without radicals of ours
        (x / (x**2 + 1), LINE),  # converges in no sense of ours
    ],
)
def test_conditions_that_fail_leave_the_integral(f: sp.Expr, limit: tuple) -> None:
    assert collapsed(sp.Integral(f, limit)).has(sp.Integral)


@pytest.mark.parametrize("name", ["cosine", "triple pole", "two quadratics"])
def test_both_orders_enclose_the_same_number(name: str) -> None:
    """Two proven values by unlike routes: residues, then quadrature; a primitive in t, then a turned ray."""
    f, limit = CASES[name]
    outer = (t, 0, sp.Rational(7, 4))
    first = enclose(sp.Integral(f, limit, outer), {a: sp.Rational(3, 2)}, digits=12)
    second = enclose(sp.Integral(f, outer, limit), {a: sp.Rational(3, 2)}, digits=12)
    assert first.rigorous and second.rigorous
    assert first.overlaps(second)
