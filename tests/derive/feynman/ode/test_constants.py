"""Constants: what conditions do to a space of solutions, base points, limits, recognised numbers."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.feynman.ode.constants import Space
from derive.feynman.ode.identify import identified
from derive.feynman.ode.linear import LinearODE
from derive.feynman.ode.pieces import pieces
from derive.feynman.ode.reach import limit_at, reach
from derive.feynman.ode.realform import real_form

a, b = sp.symbols("a b", positive=True)
rationals = st.fractions(min_value=-4, max_value=4, max_denominator=6).map(
    lambda q: sp.Rational(q.numerator, q.denominator)
)


@settings(max_examples=25, deadline=None)
@given(rationals, rationals, rationals)
def test_values_single_out_the_solution(c0: sp.Rational, c1: sp.Rational, shift: sp.Rational) -> None:
    """u = a + c_0 e^a + c_1 e^{−a} is found again from u(0) and u'(0), in either order."""
    u = shift * a + c0 * sp.exp(a) + c1 * sp.exp(-a)
    space = Space(shift * a, (sp.exp(a), sp.exp(-a)), a)
    conditions = [(0, u.subs(a, 0), 0), (0, sp.diff(u, a).subs(a, 0), 1)]
    for order in (conditions, conditions[::-1]):
        now = space
        for point, value, derivative in order:
            narrowed = now.with_value(sp.sympify(point), "+", value, derivative)
            assert narrowed is not None
            now = narrowed
        assert now.dimension == 0
        assert sp.simplify(now.particular - u) == 0


def test_boundedness_takes_out_what_grows() -> None:
    space = Space(sp.S.Zero, (sp.exp(a), sp.exp(-a)), a).bounded(sp.oo, "-")
    assert space is not None
    assert space.basis == (sp.exp(-a),)


def test_waves_do_not_decay() -> None:
    space = Space(sp.S.Zero, (sp.cos(a), sp.sin(a), sp.exp(-a)), a).decaying(sp.oo, "-")
    assert space is not None
    assert space.basis == (sp.exp(-a),)


def test_growing_functions_may_cancel() -> None:
    """log a + c (log(a + 1)): bounded at ∞ for c = −1 only."""
    space = Space(sp.log(a), (sp.log(a + 1), sp.S.One), a).bounded(sp.oo, "-")
    assert space is not None
    assert space.dimension == 1
    assert sp.simplify(space.particular - (sp.log(a) - sp.log(a + 1))) == 0


def test_a_particular_solution_that_grows_alone_is_a_contradiction() -> None:
    assert Space(a**2, (sp.exp(-a),), a).bounded(sp.oo, "-") is None


@pytest.mark.parametrize(
    ("symbol", "given_", "lower", "upper"),
    [
        (a, (), (0,), (sp.oo,)),
        (a, (a < 1,), (0,), (1,)),
        (a, (a > b,), (b,), (sp.oo,)),
        (a, (a < b, a > 0), (0,), (b,)),
        (a, (a > 1, a > 0), (1,), (sp.oo,)),
        (sp.Symbol("r", real=True), (), (-sp.oo,), (sp.oo,)),
        (a, (2 * a + b < 3,), (0,), ((3 - b) / 2,)),
    ],
)
def test_the_range_of_a_parameter(symbol: sp.Symbol, given_: tuple, lower: tuple, upper: tuple) -> None:
    found = reach(symbol, given_)
    assert [sp.simplify(p - q) for p, q in zip(found.lower, lower, strict=True) if p != q] == []
    assert [sp.simplify(p - q) for p, q in zip(found.upper, upper, strict=True) if p != q] == []


@pytest.mark.parametrize(
    ("expr", "point", "side", "value"),
    [
        (sp.exp(-a * b), sp.oo, "-", 0),
        (a * sp.log(a), sp.S.Zero, "+", 0),
        (sp.log(a) - sp.log(a + b), sp.oo, "-", 0),
        (sp.sin(a * b) / a, sp.S.Zero, "+", b),
        (sp.besselk(0, a), sp.oo, "-", 0),
        (sp.besseli(1, a), sp.oo, "-", sp.oo),
        (a**b * sp.besselk(b, a), sp.S.Zero, "+", 2 ** (b - 1) * sp.gamma(b)),
        (sp.besselj(0, a), sp.oo, "-", 0),
        (sp.exp(-a) * sp.cos(a), sp.oo, "-", 0),
        (sp.exp(a) * sp.cos(a), sp.oo, "-", sp.oo),
        (sp.cos(a), sp.oo, "-", sp.AccumBounds(-1, 1)),
        (sp.cos(sp.atan(b / a) / 2), sp.S.Zero, "+", sp.sqrt(2) / 2),
        (1 / a, sp.S.Zero, "+", sp.oo),
    ],
)
def test_limits(expr: sp.Expr, point: sp.Expr, side: str, value: sp.Expr) -> None:
    found = limit_at(expr, a, point, side)
    assert found == value or sp.simplify(found - value) == 0


def test_singular_points_cut_the_range() -> None:
    assert pieces(LinearODE((0, 2 * a, a**2 - 1), a), ()) == [(a < 1,), (a > 1,)]
    assert pieces(LinearODE((0, 2 * a, a**2 - 1), a), (a < 1,)) == [()]
    assert pieces(LinearODE((0, 2 * a, a**2 + 1), a), ()) == [()]
    assert pieces(LinearODE((0, 2 * a, a**2 - b**2), a), ()) == [(a < b,), (a > b,)]


def test_real_form() -> None:
    assert real_form(sp.log(a - 1), (a < 1,)) == sp.log(1 - a)
    assert real_form(sp.log(a - 1), (a > 1,)) == sp.log(a - 1)
    assert real_form(sp.sqrt(a**2 - 1), (a < 1,)).subs(a, sp.Rational(1, 2)) == sp.sqrt(3) / 2


@pytest.mark.parametrize(
    "constant",
    [
        sp.S.Zero,
        sp.Rational(-7, 12),
        sp.pi / 8,
        sp.sqrt(sp.pi) / 2,
        sp.pi * sp.log(2) / 2 - sp.pi / 3,
        sp.pi**2 / 12 - sp.log(2) ** 2 / 2,
        1 + sp.EulerGamma / 2,
    ],
)
def test_numbers_are_recognised(constant: sp.Expr) -> None:
    assert identified(constant.evalf(40)) == constant


@pytest.mark.parametrize("seed", range(4))
def test_random_digits_are_not_recognised(seed: int) -> None:
    """30 random digits have no relation of height 400 with these constants (chance below 10⁻¹⁰)."""
    with mpmath.workdps(40):
        assert identified(sp.Float(mpmath.mpf(random.Random(seed).getrandbits(120)) / 2**120, 36)) is None
