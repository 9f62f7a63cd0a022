"""Integrals that invite a wrong answer: what diverges is refused with its place, what is no integral at once, and
answers that change their form with a parameter are right on every part of its range."""

import pytest
import sympy as sp

from derive import DeriveError
from derive.feynman import Divergent, integrate
from derive.feynman.integrate import search_here
from numerics import enclose

x = sp.Symbol("x")
a, b = sp.symbols("a b", positive=True)
r = sp.Symbol("r", real=True)
f = sp.Function("f")
oo, pi = sp.oo, sp.pi

DIVERGENT = [
    (1 / x, (0, 1), "x = 0"),
    (1 / x, (1, oo), "at infinity"),
    (1 / x**2, (-1, 1), "x = 0"),
    (1 / (x - 1), (0, 2), "x = 1"),
    (sp.tan(x), (0, pi), "x = pi/2"),
    (1 / sp.cos(x), (0, pi / 2), "x = pi/2"),
    (1 / sp.sin(x), (0, pi), "x = 0"),
    (sp.exp(x), (0, oo), "at infinity"),
    (sp.exp(1 / x), (0, 1), "x = 0"),
    (sp.sin(x), (0, oo), "does not die down"),
    (x * sp.sin(x), (0, oo), "does not die down"),
    (sp.sin(x) ** 2 / x, (0, oo), "at infinity"),
    (sp.cos(x) / x, (0, oo), "x = 0"),
    (x / (1 + x**2), (-oo, oo), "at infinity"),
    (1 / sp.log(x), (0, 1), "x = 1"),
    (sp.log(x) / x, (0, 1), "x = 0"),
    (1 / (x * sp.log(x)), (2, oo), "at infinity"),
    (1 / sp.sqrt(x), (0, oo), "at infinity"),
    (x ** (a - 1), (0, oo), "at infinity"),
    (1 / (a - x), (0, oo), "diverges at x"),
    (1 / (1 - x**2), (0, oo), "x = 1"),
    ((sp.exp(-x) - sp.exp(-2 * x)) / x**2, (0, oo), "x = 0"),
    (sp.S.One, (0, oo), "at infinity"),
    (sp.tan(x) / x, (0, oo), "x = pi/2"),
    (x**3 * sp.cos(x**3), (0, oo), "does not die down"),
    (sp.exp(-(x**-2)), (0, oo), "at infinity"),
    (1 / (a - 2 * sp.cos(x)), (0, pi), "diverges at x"),
]


@pytest.mark.parametrize("integrand, ends, place", DIVERGENT, ids=[str(case[0]) for case in DIVERGENT])
def test_what_diverges_is_refused_with_its_place(integrand, ends, place):
    with pytest.raises(Divergent) as caught:
        search_here(integrand, (x, *ends), timeout=20)
    assert place in str(caught.value)
    assert "_x" not in str(caught.value) and "_t" not in str(caught.value)


NO_INTEGRAL = [
    ("x", (x, 0, 1), "text"),
    (x, (x, 0), "both ends"),
    (x, (sp.S(2), 0, 1), "is a symbol, not 2"),
    (x, (x, 0, x), "limits"),
    (sp.nan, (x, 0, 1), "no finite value"),
    (sp.zoo * x, (x, 0, 1), "no finite value"),
    (sp.Eq(x, 1), (x, 0, 1), "scalar"),
    (sp.Matrix([x]), (x, 0, 1), "scalar"),
]


@pytest.mark.parametrize("integrand, limits, message", NO_INTEGRAL, ids=[str(case[0]) for case in NO_INTEGRAL])
def test_what_is_no_integral_is_refused_at_once(integrand, limits, message):
    with pytest.raises(DeriveError, match=message):
        integrate(integrand, limits)


def test_contradicting_assumptions_are_refused():
    with pytest.raises(DeriveError, match="assumption"):
        integrate(sp.exp(-a * x), (x, 0, oo), [a < 0])


VALUES = [
    (1 / (2 + sp.cos(x)), (0, 2 * pi), [], 2 * pi / sp.sqrt(3), ({},)),
    (1 / (1 + 3 * sp.cos(x) ** 2), (0, 2 * pi), [], pi, ({},)),
    (1 / (x**4 + 2 * r * x**2 + 1), (0, oo), [r > -1], pi / (2 * sp.sqrt(2 + 2 * r)), ({r: "-1/2"}, {r: 0}, {r: 3})),
    (sp.sin(r * x) / x, (0, oo), [], pi / 2 * sp.sign(r), ({r: -2}, {r: "1/3"})),
    (sp.cos(r * x) / (1 + x**2), (0, oo), [], pi / 2 * sp.exp(-sp.Abs(r)), ({r: -2}, {r: 0}, {r: "1/3"})),
    (r / (r**2 + x**2), (-oo, oo), [sp.Ne(r, 0)], pi * sp.sign(r), ({r: -3}, {r: "1/7"})),
    (sp.sqrt(1 - sp.sin(x) ** 2), (0, pi), [], sp.S(2), ({},)),
    (sp.sqrt(1 + sp.cos(x)), (0, 2 * pi), [], 4 * sp.sqrt(2), ({},)),
    (sp.sqrt(x**2), (-1, 1), [], sp.S.One, ({},)),
    (sp.Abs(sp.sin(x)), (0, 2 * pi), [], sp.S(4), ({},)),
    (sp.sign(sp.sin(x)), (0, 2 * pi), [], sp.S.Zero, ({},)),
    (sp.Min(x, 1 - x), (0, 1), [], sp.Rational(1, 4), ({},)),
    (sp.log(x**2), (-1, 1), [], sp.S(-4), ({},)),
    (sp.cbrt(x**2), (-1, 1), [], sp.Rational(6, 5), ({},)),
    (1 / (x - 3), (0, 2), [], -sp.log(3), ({},)),
    (x**2, (1, 0), [], -sp.Rational(1, 3), ({},)),
    (sp.log(x), (a, a), [], sp.S.Zero, ({a: 2},)),
    (sp.sin(x) / x, (0, sp.Rational(1, 10**6)), [], sp.Si(sp.Rational(1, 10**6)), ({},)),
    (sp.sin(x) / x, (-pi, pi), [], 2 * sp.Si(pi), ({},)),
    (sp.sqrt(x - 1), (0, 1), [], 2 * sp.I / 3, ({},)),
    (1 / (x**2 + 2 * r * x + 1), (0, oo), [r > -1, r < 1], sp.acos(r) / sp.sqrt(1 - r**2), ({r: "-1/2"}, {r: "1/3"})),
    (sp.Max(x, a), (0, 1), [a < 1], (1 + a**2) / 2, ({a: "1/3"},)),
    (sp.sqrt(1 + 2 * sp.cos(x) + sp.cos(x) ** 2), (0, 2 * pi), [], 2 * pi, ({},)),
    (sp.floor(x) * x, (0, sp.Rational(5, 2)), [], sp.Rational(15, 4), ({},)),
    (sp.sqrt(x**2 - 2 * x + 1), (0, 3), [], sp.Rational(5, 2), ({},)),
    (sp.sin(x) / x * sp.exp(-x), (0, oo), [], pi / 4, ({},)),
    (sp.exp(sp.I * r * x) / (x**2 + 1), (-oo, oo), [], pi * sp.exp(-sp.Abs(r)), ({r: 2}, {r: -2})),
    (sp.log(1 + r**2 * x**2) / (1 + x**2), (0, oo), [], pi * sp.log(1 + sp.Abs(r)), ({r: 2}, {r: -3}, {r: 0})),
    (sp.cos(sp.exp(x)), (0, oo), [], -sp.Ci(1), ({},)),
]


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("integrand, ends, given, value, points", VALUES, ids=[str(case[0]) for case in VALUES])
def test_the_value_is_right_on_every_part_of_the_range(integrand, ends, given, value, points):
    found = integrate(integrand, (x, *ends), given, timeout=40).value
    for point in points:
        at = {symbol: sp.Rational(number) for symbol, number in point.items()}
        difference = (found - value).xreplace(at)
        assert difference == 0 or abs(enclose(difference, {}, digits=20).mid) < 1e-18


RIGHT_OR_REFUSED = [
    (sp.log(1 - 2 * r * sp.cos(x) + r**2), (0, pi), [], pi * sp.log(sp.Max(1, r**2))),
    (sp.sin(a * x) * sp.cos(b * x) / x, (0, oo), [sp.Ne(a, b)], pi / 4 * (1 + sp.sign(a - b))),
    (sp.sin(x) * sp.sin(x / 3) * sp.sin(x / 5) * 15 / x**3, (0, oo), [], pi / 2),
    (f(x), (0, 1), [], None),
    (sp.exp(-(x**2)) * sp.sin(x**3) * sp.log(1 + x**5), (0, oo), [], None),
]


@pytest.mark.slow
@pytest.mark.parametrize("integrand, ends, given, value", RIGHT_OR_REFUSED, ids=[str(c[0]) for c in RIGHT_OR_REFUSED])
def test_it_is_right_or_refused(integrand, ends, given, value):
    try:
        found = search_here(integrand, (x, *ends), given, timeout=20).value
    except DeriveError as refusal:
        assert "no closed form" in str(refusal)
        return
    assert value is not None
    for numbers in (("1/3", "4/5", "1/2"), ("7/3", "9/5", "-3/2"), ("1/2", "5/2", "5/2")):
        at = dict(zip((a, b, r), map(sp.Rational, numbers), strict=True))
        assert abs(enclose((found - value).xreplace(at), {}, digits=20).mid) < 1e-18
