"""Closed expressions: balls contain mpmath's value, boxes contain their points, undefined things get no number."""

from __future__ import annotations

import pickle
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics import Enclosure, NotEnclosed, enclose

x, y = sp.symbols("x y")
UNARY = [
    sp.exp,
    sp.sin,
    sp.cos,
    sp.atan,
    sp.sinh,
    sp.tanh,
    sp.erf,
    sp.Abs,
    lambda e: sp.log(2 + e**2),
    lambda e: sp.sqrt(1 + e**2),
]
LEAF = st.sampled_from([x, y, sp.Integer(2), sp.Rational(-1, 3), sp.pi])


def trees() -> st.SearchStrategy[sp.Expr]:
    return st.recursive(
        LEAF,
        lambda sub: st.one_of(
            st.builds(lambda p, q: p + q, sub, sub),
            st.builds(lambda p, q: p * q, sub, sub),
            st.builds(lambda p, q: p / (1 + q**2), sub, sub),
            st.builds(lambda f, p: f(p), st.sampled_from(UNARY), sub),
        ),
        max_leaves=6,
    )


POINTS = st.fractions(min_value=-2, max_value=2, max_denominator=50)


@settings(max_examples=60, deadline=None)
@given(trees(), POINTS, POINTS)
def test_contains_the_value_that_mpmath_finds(e: sp.Expr, p: Fraction, q: Fraction) -> None:
    at = {x: p, y: q}
    value = enclose(e, at, digits=25)
    exact = e.subs({x: sp.Rational(p.numerator, p.denominator), y: sp.Rational(q.numerator, q.denominator)})
    with mpmath.workdps(60):
        reference = mpmath.mpmathify(sp.lambdify((), exact, "mpmath")())
        assume(mpmath.isfinite(reference))
        assert abs(value.mid - reference) <= value.radius + abs(reference) * mpmath.mpf("1e-40") + mpmath.mpf("1e-50")
    assert value.rigorous


@settings(max_examples=40, deadline=None)
@given(trees(), POINTS, POINTS, st.fractions(min_value=0, max_value=1, max_denominator=8))
def test_a_box_contains_its_points(e: sp.Expr, p: Fraction, q: Fraction, width: Fraction) -> None:
    try:
        box = enclose(e, {x: (p, p + width), y: (q, q + width / 2)}, digits=20)
    except NotEnclosed:
        assume(False)
        return
    for t in (0, Fraction(1, 3), 1):
        point = enclose(e, {x: p + t * width, y: q + t * width / 2}, digits=20)
        assert box.overlaps(point)
        assert box.contains(point) or abs(box.mid - point.mid) <= box.radius + point.radius


@settings(max_examples=30, deadline=None)
@given(trees(), POINTS, POINTS)
def test_more_digits_lie_inside_fewer(e: sp.Expr, p: Fraction, q: Fraction) -> None:
    coarse, fine = (enclose(e, {x: p, y: q}, digits=d) for d in (10, 40))
    assert coarse.overlaps(fine)
    assert fine.radius <= coarse.radius


TABLE = {
    "Bessel": sp.besselj(sp.Rational(1, 3), 2) + sp.besselk(2, 3) * sp.besseli(0, 1) - sp.bessely(1, 2),
    "Airy": sp.airyai(1) * sp.airybi(-2),
    "elliptic": sp.elliptic_k(sp.Rational(1, 3))
    + sp.elliptic_e(sp.Rational(1, 4))
    + sp.elliptic_f(1, sp.Rational(1, 3)),
    "elliptic pi": sp.elliptic_pi(sp.Rational(1, 5), sp.Rational(1, 3)),
    "gamma family": sp.gamma(sp.Rational(1, 3)) + sp.loggamma(5) + sp.polygamma(2, sp.Rational(1, 3)) + sp.digamma(7),
    "incomplete gamma": sp.uppergamma(sp.Rational(1, 2), 2) + sp.lowergamma(sp.Rational(2, 3), 1),
    "zeta family": sp.zeta(sp.Rational(1, 2)) + sp.polylog(2, sp.Rational(1, 3)) + sp.zeta(2, sp.Rational(1, 3)),
    "Stieltjes": sp.stieltjes(1) + sp.stieltjes(2, sp.Rational(1, 4)) * sp.stieltjes(0, sp.Rational(5, 3)),
    "error functions": sp.erf(sp.Rational(1, 2)) + sp.erfc(2) * sp.erfi(sp.Rational(1, 3)),
    "exponential integrals": sp.Ei(2) + sp.li(3) + sp.Si(1) + sp.Ci(2) + sp.Shi(1) + sp.Chi(1) + sp.expint(2, 3),
    "Fresnel": sp.fresnels(sp.Rational(3, 2)) * sp.fresnelc(sp.Rational(1, 2)),
    "Lambert": sp.LambertW(sp.Rational(1, 2)) + sp.LambertW(sp.Rational(-1, 5), -1),
    "orthogonal": sp.legendre(7, sp.Rational(1, 3))
    + sp.chebyshevt(5, sp.Rational(1, 7))
    + sp.hermite(4, sp.Rational(2, 3)),
    "hypergeometric": sp.hyper([sp.Rational(1, 2), 1], [sp.Rational(5, 3)], sp.Rational(1, 4)),
    "constants": sp.Catalan + sp.EulerGamma * sp.GoldenRatio,
    "inverse functions": sp.acos(sp.Rational(1, 3)) + sp.asinh(2) + sp.acosh(3) + sp.atanh(sp.Rational(1, 2)),
}


@pytest.mark.parametrize("name", TABLE)
def test_special_functions_agree_with_mpmath(name: str) -> None:
    value = enclose(TABLE[name], digits=30)
    with mpmath.workdps(45):
        reference = mpmath.mpmathify(sp.N(TABLE[name], 40))
        assert abs(value.mid - reference) <= value.radius + mpmath.mpf("1e-36")
    assert value.digits >= 30


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        (1 / x, {x: 0}),
        (sp.log(x), {x: 0}),
        (x / y, {x: 0, y: 0}),
        (1 / (sp.cos(1) ** 2 + sp.sin(1) ** 2 - 1), {}),
        (1 / sp.sin(x), {x: (-1, 1)}),
        (sp.log(x), {x: (0, 1)}),
        (sp.gamma(x), {x: -2}),
        (sp.tan(x), {x: sp.pi / 2}),
        (sp.atanh(x), {x: 1}),
        (sp.elliptic_k(x), {x: 1}),
        (x + y, {x: 1}),
        (sp.oo + x, {x: 1}),
        (sp.Function("f")(x), {x: 1}),
    ],
)
def test_undefined_is_never_a_number(expression: sp.Expr, at: dict) -> None:
    with pytest.raises(NotEnclosed):
        enclose(expression, at)


def test_principal_branches() -> None:
    minus_eight = sp.Pow(-8, sp.Rational(1, 3), evaluate=False)
    assert enclose(minus_eight).overlaps(1 + enclose(sp.sqrt(3)).ball() * 1j)
    assert enclose(sp.log(x), {x: -1}).overlaps(enclose(sp.I * sp.pi))
    assert enclose(sp.sqrt(x), {x: -4}).overlaps(2j)


def test_a_float_is_the_binary_number_that_it_is() -> None:
    assert enclose(x, {x: 0.1}).contains(0.1)
    assert not enclose(x, {x: 0.1}).contains("0.1")
    assert enclose(x, {x: "0.1"}).contains("0.1")


def test_cases_over_a_box_take_both_branches() -> None:
    box = enclose(sp.Piecewise((x, x > 1), (x - 5, True)), {x: (0, 2)})
    assert box.contains(2)
    assert box.contains(-5)
    assert enclose(sp.Max(x, 1), {x: (0, 3)}).contains(1)


def test_real_things_are_real() -> None:
    z = sp.exp(sp.I * x)
    assert enclose(z + sp.conjugate(z), {x: 1}).is_real
    assert enclose(sp.Abs(z), {x: 1}).contains(1)


def test_the_answer_is_a_value() -> None:
    value = enclose(sp.pi)
    assert isinstance(value, Enclosure)
    assert pickle.loads(pickle.dumps(value)) == value
    assert "±" in str(value)
    assert value.contains(sp.pi)
    assert not value.contains(sp.Rational(22, 7))
    assert value.ball().overlaps(value.ball(80))
    with pytest.raises(NotEnclosed) as caught:
        enclose(1 / x, {x: 0})
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_precision_is_left_as_it_was() -> None:
    import flint

    before = flint.ctx.prec, mpmath.mp.prec
    enclose(sp.Integral(sp.exp(-(x**2)), (x, 0, sp.oo)), digits=60)
    with pytest.raises(NotEnclosed):
        enclose(sp.Integral(1 / x, (x, 0, 1)))
    assert (flint.ctx.prec, mpmath.mp.prec) == before


@pytest.mark.parametrize("point", [("0.3", "1.7"), ("2.5", "-0.4"), ("1e-12", "1e-9"), ("30", "3")])
def test_an_identity_that_equals_calls_false(point: tuple[str, str]) -> None:
    """(1 − e^{−2xy})/(2x) = e^{−xy} sinh(xy)/x: the difference is a ball about 0; a mutant's is not."""
    at = dict(zip((x, y), point, strict=True))
    left, right = (1 - sp.exp(-2 * x * y)) / (2 * x), sp.exp(-x * y) * sp.sinh(x * y) / x
    difference = enclose(left - right, at, digits=40)
    assert difference.contains(0)
    assert difference.radius < mpmath.mpf("1e-38")
    for mutant in (left + right, left - right * (1 + sp.Rational(1, 10**15)), left - 2 * right):
        assert not enclose(mutant, at, digits=40).contains(0)


def test_matrices_go_entry_by_entry() -> None:
    rows = enclose(sp.Matrix([[x, 1], [2, x**2]]), {x: 3})
    assert rows[1][1].contains(9)
