"""General solutions: each function is put back by finite differences, and by exact zero tests."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.feynman.ode import LinearODE, solve_ode
from derive.feynman.ode.primitive import primitive
from derive.feynman.ode.solve import wronskian

a, b = sp.symbols("a b", positive=True)
BELOW, ABOVE = (a < 1,), (a > 1,)

# coefficients, right side, where, a function that the solution must be able to express (None: no closed form known)
TABLE = [
    ((2 * a, 1), 1, ()),
    ((1, 0, 1), 1 / a, ()),
    ((0, 2 * a, a**2 - 1), sp.pi / 2, ABOVE),
    ((a, 3 * a**2 - 1, a * (a**2 - 1)), 0, BELOW),
    ((-a, 1, a), 0, ()),
    ((-b, 0, a), 0, ()),
    ((a, 0, -1), 0, ()),
    ((0, 2 * a + 1, 2 * a * (a + 1)), 0, ()),
    ((0, 1), 1 / (1 + sp.sqrt(1 + a)), ()),
    ((0, 1), sp.log(1 + a) / (a + 2), ()),
    ((0, 1), 1 / sp.sqrt(a**2 + b**2), ()),
    ((0, 1), a / ((1 + a**2) * (b + a)), ()),
    ((0, 4 * a, 2 * (a**2 + b**2)), 0, ()),
    ((-(b**2) - a**2, a, a**2), 0, ()),
    ((2 * a * b**2, -1), sp.sqrt(sp.pi) * b, ()),
    ((-1, 0, 0, 0, 1), a, ()),
    ((1, 3 * a, a**2 + 1), 1, ()),
    ((sp.Rational(1, 4), 2 * a - 1, a * (a - 1)), 0, BELOW),
]


def at(expr: Any, value: Any) -> Any:
    return mpmath.mpmathify(sp.N(sp.sympify(expr).subs({b: sp.Rational(3, 4)}).subs(a, value), 40))


def residual(coefficients: Any, right: Any, u: Any, where: Any) -> tuple[float, float]:
    """By mpmath's differences of u at a point of the region."""
    point = sp.Rational(12, 7) if where == ABOVE else sp.Rational(4, 9)
    with mpmath.workdps(40):
        f = sp.lambdify(a, u.subs(b, sp.Rational(3, 4)), "mpmath")
        parts = [at(p, point) * mpmath.diff(f, mpmath.mpf(point.p) / point.q, i) for i, p in enumerate(coefficients)]
        parts.append(-at(right, point))
        return float(abs(sum(parts))), float(sum(abs(p) for p in parts))


@pytest.mark.parametrize(("coefficients", "right", "where"), TABLE)
def test_general_solution(coefficients: Any, right: Any, where: Any) -> None:
    solution = solve_ode(LinearODE(coefficients, a, right), where)
    assert solution is not None
    assert len(solution.basis) == len(coefficients) - 1
    for y in solution.basis:
        error, size = residual(coefficients, 0, y, where)
        assert error <= 1e-10 * size
    error, size = residual(coefficients, right, solution.particular, where)
    assert error <= 1e-10 * max(size, 1e-30)
    mutant, size = residual(coefficients, right, solution.particular + a / 3 + 1, where)
    assert mutant > 1e-6 * size or coefficients[:2] == (0, 0)
    point = sp.Rational(12, 7) if where == ABOVE else sp.Rational(4, 9)
    assert abs(at(wronskian(solution.basis, a), point)) > 1e-8


@settings(max_examples=8, deadline=None)
@given(
    st.tuples(*[st.integers(-3, 3)] * 2),
    st.lists(st.integers(-4, 4), min_size=1, max_size=3),
    st.integers(-2, 2),
)
def test_random_constant_coefficients(roots: tuple[int, int], polynomial: list[int], rate: int) -> None:
    """(∂ − m)(∂ − n) u = P(a) e^{ka}: the residual is exactly zero."""
    m, n = roots
    right = sp.Add(*[c * a**k for k, c in enumerate(polynomial)]) * sp.exp(rate * a)
    equation = LinearODE((m * n, -(m + n), 1), a, right)
    solution = solve_ode(equation)
    assert solution is not None
    for y in solution.basis:
        assert sp.expand(equation.apply(y)) == 0
    assert sp.expand(sp.expand(equation.apply(solution.particular)) - right) == 0
    assert sp.simplify(wronskian(solution.basis, a)) != 0


def test_no_closed_form_is_said() -> None:
    """y'' = (a³ + a + 1) y has no Liouvillian solution, and none of the functions known here."""
    assert solve_ode(LinearODE((-(a**3) - a - 1, 0, 1), a)) is None


@pytest.mark.parametrize(
    "f",
    [
        1 / (a**2 + b**2),
        1 / (a**2 - b**2),
        a / (a**2 + a + 1),
        1 / (a * sp.sqrt(1 + a)),
        1 / (a * sp.sqrt(a**2 + b**2)),
        sp.sqrt(1 + a**2),
        sp.log(1 + a) / a,
        sp.log(2 * a + 3) / (a + 5),
        sp.exp(-(a**2)),
        sp.cos(a) / a,
    ],
)
def test_antiderivatives(f: Any) -> None:
    """∫_{1/2}^{2/3} f by quadrature is F(2/3) − F(1/2)."""
    F = primitive(f, a)
    assert F is not None
    with mpmath.workdps(30):
        value = mpmath.quad(
            sp.lambdify(a, f.subs(b, sp.Rational(3, 4)), "mpmath"), [mpmath.mpf(1) / 2, mpmath.mpf(2) / 3]
        )
        difference = at(F, sp.Rational(2, 3)) - at(F, sp.Rational(1, 2))
        assert abs(value - difference) < 1e-20


def test_an_antiderivative_is_not_invented() -> None:
    assert primitive(sp.exp(a) / sp.log(1 + a + sp.sin(a)), a, (), 0.5) is None
