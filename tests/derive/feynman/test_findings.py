"""Equations and initial values as they are printed, and points that are easy to read."""

from dataclasses import dataclass

import pytest
import sympy as sp

from derive.feynman.findings import FoundDerivative, FoundEquation, InitialValue
from derive.feynman.integrate import _short
from derive.feynman.problem import Problem
from derive.feynman.spread import simple_point

a, b = sp.symbols("a b", positive=True)
x, y = sp.symbols("x y", real=True)
INTEGRAL = sp.Integral(sp.exp(-a * x), (x, 0, sp.oo))


@pytest.mark.parametrize(
    "operator, right, text",
    [
        ((0, 1), b, "I′(a) = b"),
        ((-a, 1), 0, "I′(a) − a·I(a) = 0"),
        ((a + b, -1, 3), 1, "3·I″(a) − I′(a) + (a + b)·I(a) = 1"),
        ((1, 0, 0, 0, -1), 0, "−I^(4)(a) + I(a) = 0"),
    ],
)
def test_an_equation_reads_from_the_highest_derivative(operator, right, text):
    found = FoundEquation(INTEGRAL, a, tuple(map(sp.sympify, operator)), sp.sympify(right))
    assert str(found) == text and found.order == len(operator) - 1
    u = sp.exp(b * a)
    assert sp.expand(found.left(u) - sum(p * u.diff(a, i) for i, p in enumerate(operator))) == 0


def test_values_and_derivatives_name_the_integral():
    assert str(InitialValue(a, sp.S.Zero, 1, INTEGRAL, 1 / a)) == "I′(0) = ∫_{0}^{∞} e^(−a·x) dx = 1/a"
    assert str(FoundDerivative(a, -1 / a)) == "I′(a) = −1/a"


@dataclass
class Ball:
    text: str
    rigorous: bool = True

    def __str__(self):
        return self.text


@pytest.mark.parametrize(
    "text, short",
    [
        ("0.12345678901234567890123456789 ± 3e-29 (rigorous: x)", "0.1234567890123456789012345 ± 2e-25 (proven)"),
        ("-0.5 ± 1e-3 (rigorous: x)", "-0.5 ± 1e-3 (proven)"),
        ("-1.01e-28 ± 5.7e-27 (rigorous: x)", "-1.01e-28 ± 5.7e-27 (proven)"),
        ("(1.5 + 2.5j) ± 1e-3 (rigorous: x)", None),
    ],
)
def test_a_ball_is_cut_to_what_one_reads(text, short):
    shown = _short(Ball(text))
    assert shown == short if short else "1.5" in shown and "2.5j" in shown


def test_a_simple_point_is_admissible():
    problem = Problem(sp.exp(-a * x - b * x), x, 0, sp.oo, [a > 2, b < a])
    assert simple_point(problem) == {a: 3, b: 1}
    assert simple_point(Problem(x, x, 0, y, [y > 100])) is None
    assert simple_point(Problem(x, x, 0, 1)) == {}
