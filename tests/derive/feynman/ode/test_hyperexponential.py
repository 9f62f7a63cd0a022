"""Hyperexponential solutions: those that were built in are found, and every one found solves the equation."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import DeriveError
from derive.feynman.ode.hyperexponential import representatives, solutions
from derive.feynman.ode.linear import LinearODE
from derive.feynman.ode.places import at_factor, at_infinity, exponential_parts
from derive.feynman.ode.undetermined import undetermined

a, b, s = sp.symbols("a b s", positive=True)


def residual(coefficients: tuple[Any, ...], right: Any, u: Any, point: dict[Any, Any]) -> tuple[float, float]:
    """|Σ p_i u^(i) − r| and the size of its terms, by mpmath's differences of u: no derivative by SymPy."""
    f = sp.lambdify(a, u.subs(point), "mpmath")
    with mpmath.workdps(40):
        at = mpmath.mpf(7) / 5
        parts = [
            mpmath.mpmathify(sp.N(p.subs(point).subs(a, sp.Rational(7, 5)), 40)) * mpmath.diff(f, at, i)
            for i, p in enumerate(map(sp.sympify, coefficients))
        ]
        parts.append(-mpmath.mpmathify(sp.N(sp.sympify(right).subs(point).subs(a, sp.Rational(7, 5)), 40)))
        return float(abs(sum(parts))), float(sum(abs(p) for p in parts))


TABLE = [
    ((-4, 0, 1), 2),
    ((1, 0, 1), 2),
    ((0, 2 * a, a**2 - 1), 1),
    ((-(b**2) * a, -2, -a), 2),
    ((b**2, a, a**2), 2),
    ((-(s**2), a, a**2), 2),
    ((6, 0, -(a**2)), 2),
    ((-2, -2 * a, 1), 1),
    ((2, 4 * a, a**2 + b**2), 2),
    ((1, 0, a**4), 2),
    ((-1, 0, 0, 0, 1), 4),
    ((-b, 0, 1), 2),
    ((2 * a * b**2, -1), 1),
    ((a, 3 * a**2 - 1, a * (a**2 - 1)), 0),
    ((-a, 1, a), 0),
    ((sp.Rational(1, 2) / a, 1), 1),
]


@pytest.mark.parametrize(("coefficients", "count"), TABLE)
def test_all_hyperexponential_solutions_are_found(coefficients: tuple[Any, ...], count: int) -> None:
    equation = LinearODE(coefficients, a)
    found = [y.expression for y in solutions(equation.operator)]
    assert len(found) == count
    for y in found:
        error, size = residual(coefficients, 0, y, {b: sp.Rational(3, 4), s: sp.Rational(5, 3)})
        assert error <= 1e-12 * size


def test_no_solution_is_invented() -> None:
    """A mutant of each solution does not solve the equation: the residual tells them apart."""
    for coefficients, count in TABLE[:6]:
        for y in solutions(LinearODE(coefficients, a).operator) if count else ():
            error, size = residual(
                coefficients, 0, y.expression * (1 + a / 9), {b: sp.Rational(3, 4), s: sp.Rational(5, 3)}
            )
            assert error > 1e-3 * size


small = st.integers(-3, 3)
exponents = st.sampled_from([sp.Rational(k, 2) for k in range(-5, 6)])


@st.composite
def logarithmic_derivatives(draw: Any) -> Any:
    """y'/y of y = P exp(R) Π q^e."""
    polynomial = sp.Add(*[draw(small) * a**k for k in range(3)]) or sp.S.One
    polynomial = polynomial if polynomial != 0 else sp.S.One
    R = draw(small) * a + draw(small) * a**2 / 2 + draw(st.sampled_from([0, 0, 1, -2])) / a
    powers = draw(exponents) * sp.log(a) + draw(exponents) * sp.log(a + draw(st.integers(1, 3)))
    return sp.diff(sp.log(polynomial) + R + powers, a)


@settings(max_examples=10, deadline=None)
@given(logarithmic_derivatives())
def test_the_solution_of_a_random_first_order_equation_is_found(w: Any) -> None:
    found = list(solutions(LinearODE((-w, 1), a).operator))
    assert len(found) == 1
    top, bottom = found[0].logarithmic_derivative()
    assert sp.cancel(sp.together(top.as_expr() / bottom.as_expr() - w)) == 0


@pytest.mark.slow
@pytest.mark.ci
@settings(max_examples=10, deadline=None)
@given(logarithmic_derivatives(), logarithmic_derivatives())
def test_a_right_factor_of_a_random_second_order_equation_is_found(w: Any, v: Any) -> None:
    """(∂ − v)(∂ − w) y = 0 has the solution with y'/y = w."""
    coefficients = (v * w - sp.diff(w, a), -(v + w), 1)
    rates = []
    for y in solutions(LinearODE(coefficients, a).operator):
        top, bottom = y.logarithmic_derivative()
        rate = sp.cancel(top.as_expr() / bottom.as_expr())
        assert sp.cancel(sp.together(sp.diff(rate, a) + rate**2 - (v + w) * rate + v * w - sp.diff(w, a))) == 0
        rates.append(rate)
    # Two solutions of the same kind span combinations: then w is one of y'/y for y = y_1 + c y_2.
    assert len(rates) == 2 or any(sp.cancel(sp.together(rate - w)) == 0 for rate in rates)


@pytest.mark.parametrize(
    ("coefficients", "right", "particular"),
    [
        ((1, 0, 1), sp.exp(-a * b), sp.exp(-a * b) / (1 + b**2)),
        ((-1, 0, 0, 0, 1), a, -a),
        ((-b * (b - 1), 0, a**2), a**s, a**s / (s**2 - s - b**2 + b)),
        ((1, 3 * a, a**2 + 1), 1, 1),
        ((0, 1), 1 / a**2, -1 / a),
        ((0, 1), 1 / a, None),
        ((1, 0, 1), 1 / a, None),
        ((2 * a, 1), 1, None),
        ((0, 2 * a, a**2 - 1), 2 * a, a),
        ((0, 2 * a, a**2 - 1), 2, None),
    ],
)
def test_undetermined_coefficients(coefficients: Any, right: Any, particular: Any) -> None:
    found = undetermined(LinearODE(coefficients, a, right))
    if particular is None:
        assert found is None
    else:
        assert found is not None
        assert sp.simplify(found - particular) == 0


def test_local_exponents() -> None:
    """Legendre's equation for K: exponents 0, 0 at 0 and ±1, and a^{-1} (with a logarithm) at infinity."""
    operator = LinearODE((a, 3 * a**2 - 1, a * (a**2 - 1)), a).operator
    assert at_factor(operator, sp.Poly(a - 1, a, field=True)) == [0]
    assert at_factor(operator, sp.Poly(a, a, field=True)) == [0]
    assert at_infinity(operator) == [-1]
    assert set(exponential_parts(LinearODE((-4, 0, 1), a).operator)) == {0, 2 * a, -2 * a}


def test_exponents_modulo_the_integers() -> None:
    half = sp.Rational(1, 2)
    assert representatives([sp.S(2), sp.S(0), half, -half], least=True) == [0, -half]
    assert representatives([s, s + 1, b], least=False) == [s + 1, b]


def test_coefficients_must_be_rational() -> None:
    with pytest.raises(DeriveError, match="rational"):
        LinearODE((sp.sin(a), 1), a)
    with pytest.raises(DeriveError, match="not zero"):
        LinearODE((0, 0), a)
