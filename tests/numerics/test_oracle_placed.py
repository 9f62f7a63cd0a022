"""Parameters as letters: the value is that of the integral with the numbers put in, at every point, in any order."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics.oracle import NotEnclosed, enclose
from numerics.oracle.placed import Placed, place

a, b, k, s = sp.symbols("a b k s")
x, t = sp.symbols("x t", real=True)
WHOLE, HALF = (-sp.oo, sp.oo), (0, sp.oo)
CASES = {
    "lorentzian": sp.Integral(sp.cos(k * x) / (a**2 + x**2), (x, *WHOLE)),
    "damped": sp.Integral(sp.exp(-(a**2) * x) * sp.sin(k * x), (x, *HALF)),
    "gauss": sp.Integral(sp.exp(-(a**2) * x**2 + k * x), (x, *WHOLE)),
    "root": sp.Integral(1 / sp.sqrt((x**2 + a**2) * (x**2 + k**2 + 1)), (x, *HALF)),
    "finite": sp.Integral(sp.exp(k * sp.sin(x)) * a, (x, 0, 1)),
    "kink": sp.Integral(sp.Abs(x - a) * sp.cos(k * x), (x, -3, 3)),
    "slope": sp.Derivative(sp.Integral(sp.exp(-(x**2)) * sp.cos(k * x) / (a**2 + 1), (x, *WHOLE)), k),
    "mixed": a * sp.Integral(sp.exp(-(a**2) * x) * x ** (s - 1), (x, *HALF)) + sp.Integral(x * k, (x, 0, a)),
    "difference": sp.Integral(sp.exp(-(x**2)) * (a - k) / (1 + (a - k) ** 2 * x**2), (x, *HALF)),
}
binary = st.integers(-160, 160).filter(bool).map(lambda n: sp.Rational(n, 64))


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=8, deadline=None, derandomize=True)
@given(p=binary, q=binary)
def test_letters_change_no_value(name: str, p: sp.Rational, q: sp.Rational) -> None:
    """Law: enclose(E, at) overlaps enclose(E with the numbers put in), and refuses where that refuses."""
    at = {a: p, k: q, s: sp.Rational(3, 2)}
    try:
        by_hand = enclose(CASES[name].subs(at, simultaneous=True).doit(integrals=False), {}, digits=12)
    except NotEnclosed:
        with pytest.raises(NotEnclosed):
            enclose(CASES[name], at, digits=12)
        return
    found = enclose(CASES[name], at, digits=12)
    assert found.overlaps(by_hand)
    assert found.rigorous >= by_hand.rigorous


@pytest.mark.parametrize("values", [(1, 0), (0, 1), (1, 1), (-1, 1), (2, -1)])
def test_zero_and_one_are_not_signs(values: tuple[int, int]) -> None:
    """∫₀^∞ e^{−s(a² + x²)} ds = 1/(a² + x²) at 0 and ±1 too, whatever was asked before."""
    f = sp.Integral(sp.exp(-s * (a**2 + k**2)), (s, *HALF))
    for p, q in ((sp.Rational(3, 4), -sp.Rational(1, 2)), values, (sp.Rational(3, 4), sp.S.Zero)):
        assert enclose(f, {a: p, k: q}, digits=15).contains(1 / (sp.Integer(1) * p**2 + q**2))


def test_declared_signs_do_not_outlive_the_value() -> None:
    """A symbol that is declared positive may be given a negative value: the value counts."""
    c = sp.Symbol("c", positive=True)
    f = sp.Integral(sp.sqrt((c + x) ** 2) * sp.exp(-c * x), (x, 0, 1))
    with mpmath.workdps(25):
        expected = mpmath.quad(lambda y: abs(y - 1.25) * mpmath.exp(1.25 * y), [0, 1])
        assert abs(enclose(f, {c: -sp.Rational(5, 4)}, digits=15).mid - expected) < 1e-15
    with pytest.raises(NotEnclosed):
        enclose(sp.Integral(sp.exp(-c * x), (x, *HALF)), {c: -sp.Rational(5, 4)})


def test_undefined_points_are_refused() -> None:
    """(x − a)/(a − k) at a = k stays undefined, also where SymPy could cancel it with letters."""
    f = sp.Integral((a - k) * sp.exp(-(x**2)) / (a - k + 0 * x) + 1 / (a - k), (x, 0, 1))
    half = sp.Rational(1, 2)
    with pytest.raises(NotEnclosed):
        enclose(f, {a: half, k: half})


def test_divergence_is_told_with_letters_too() -> None:
    f = sp.Integral(sp.exp(-a * x), (x, *HALF))
    assert enclose(f, {a: sp.Rational(1, 2)}, digits=12).contains(2)
    with pytest.raises(NotEnclosed):
        enclose(f, {a: -sp.Rational(1, 2)}, digits=12)


def test_only_safe_places_get_letters() -> None:
    """Bound names, ends and undecided nodes are substituted; a Placed has no free symbols left."""
    f = sp.Integral(sp.cos(k * x), (x, 0, 1))
    assert isinstance(place(f, {k: sp.Rational(1, 2)}), Placed)
    assert not place(f, {k: sp.Rational(1, 2)}).free_symbols
    assert not isinstance(place(f, {k: sp.Rational(1, 3)}), Placed)
    assert not isinstance(place(sp.Integral(sp.cos(x), (x, 0, x)), {x: sp.Rational(1, 2)}), Placed)


LIMITS = {
    "Abel": sp.Limit(sp.Integral(x**2 * sp.exp(x * (-s + sp.I * k)), (x, *HALF)), s, 0, "+"),
    "continuity": sp.Limit(sp.Integral(sp.exp(-(x**2)) * sp.cos(s * k * x), (x, *WHOLE)), s, 1, "+"),
    "a parameter as its point": sp.Limit(sp.Integral(sp.exp(-(x**2)) * s, (x, 0, 1)), s, k, "+"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_of_integrals_at_several_points(name: str) -> None:
    """The same law for limits, and the value moves with the parameter."""
    found = [enclose(LIMITS[name], {k: p}, digits=12) for p in (sp.Rational(7, 8), sp.Rational(9, 8))]
    by_hand = [enclose(LIMITS[name].subs(k, p), {}, digits=12) for p in (sp.Rational(7, 8), sp.Rational(9, 8))]
    assert all(one.overlaps(other) and one.rigorous for one, other in zip(found, by_hand, strict=True))
    assert not found[0].overlaps(found[1])
