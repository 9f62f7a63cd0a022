"""Linearity with convergent parts; identities inside integrands."""

import contextlib

import pytest
import sympy as sp
from sympy import Integral, cos, exp, oo, sin, sqrt

from derive import Claim
from derive.rules import Algebra, Context, Linearity, PartialFractions, Rewrite, RuleError

x, y, u = sp.symbols("x y u", real=True)
a, b, k = sp.symbols("a b k", positive=True)
z, w = sp.symbols("z w")
f = 1 / (x**2 + a**2)
double = Claim(cos(2 * w), 2 * cos(w) ** 2 - 1)

TRUE = [
    (
        Integral(exp(-x) * (1 + k * x), (x, 0, oo)),
        Linearity(),
        Integral(exp(-x), (x, 0, oo)) + k * Integral(x * exp(-x), (x, 0, oo)),
    ),
    (
        2 * Integral(a * exp(-x) + f, (x, 0, oo)) + b,
        Linearity(),
        2 * a * Integral(exp(-x), (x, 0, oo)) + 2 * Integral(f, (x, 0, oo)) + b,
    ),
    (
        Integral(exp(-x), (x, 0, oo)) - k * Integral(u * exp(-u), (u, 0, oo)),
        Linearity(),
        Integral((1 - k * x) * exp(-x), (x, 0, oo)),
    ),
    (
        Integral(x + y, (x, 0, 1), (y, 0, 1)),
        Linearity(),
        Integral(x, (x, 0, 1), (y, 0, 1)) + Integral(y, (x, 0, 1), (y, 0, 1)),
    ),
    (
        Integral(1 / ((x**2 + a**2) * (x**2 + b**2)), (x, 0, oo)),
        PartialFractions(x),
        Integral((1 / (x**2 + a**2) - 1 / (x**2 + b**2)) / (b**2 - a**2), (x, 0, oo)),
    ),
    (
        Integral(cos(k * x) / (x * (x + 1)), (x, 1, oo)),
        PartialFractions(x),
        Integral(cos(k * x) * (1 / x - 1 / (x + 1)), (x, 1, oo)),
    ),
    (Integral((x**2 + 2 * x + 1) * f, (x, 0, 1)), Algebra(), Integral((x + 1) ** 2 * f, (x, 0, 1))),
    (Integral(cos(2 * x) * f, (x, 0, oo)), Rewrite(double), Integral((2 * cos(x) ** 2 - 1) * f, (x, 0, oo))),
    (
        1 + Integral(sin(x) * cos(2 * k * x), (x, 0, 1)),
        Rewrite(double),
        1 + Integral(sin(x) * (2 * cos(k * x) ** 2 - 1), (x, 0, 1)),
    ),
    (Integral(sqrt(z**2), (z, 0, 1)), Rewrite(Claim(sqrt(w**2), w, [w > 0])), Integral(z, (z, 0, 1))),
]


@pytest.mark.parametrize(("line", "rule", "written"), TRUE)
def test_true(judged, line, rule, written):
    assert judged(line, rule, written) == "follows"


MUTANTS = [
    (Integral(f, (x, 0, oo)), Linearity(), Integral(f, (x, 0, 1))),
    (
        Integral((1 + x - x) * f * (1 + x) - x * f, (x, 0, oo)),
        Linearity(),
        Integral(f, (x, 0, oo)) + Integral(x * f, (x, 0, oo)) - Integral(x * f, (x, 0, oo)) + b,
    ),
    (
        Integral((exp(-x) - exp(-2 * x)) / x, (x, 0, oo)),
        Linearity(),
        Integral(exp(-x) / x, (x, 0, oo)) - Integral(exp(-2 * x) / x, (x, 0, oo)),
    ),
    (Integral(1 / (x * (x + 1)), (x, 1, oo)), PartialFractions(x), Integral(1 / x + 1 / (x + 1), (x, 1, oo))),
    (Integral(sqrt(z**2), (z, -1, 1)), Rewrite(Claim(sqrt(w**2), w, [w > 0])), Integral(z, (z, -1, 1))),
    (
        Integral(cos(2 * x) * f, (x, 0, oo)),
        Rewrite(Claim(cos(2 * w), 2 * cos(w) ** 2 + 1)),
        Integral((2 * cos(x) ** 2 + 1) * f, (x, 0, oo)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false(judged, line, rule, written):
    with contextlib.suppress(RuleError):
        assert judged(line, rule, written) != "follows"


def test_divergent_parts_are_named(judged):
    line = Integral((exp(-x) - exp(-2 * x)) / x, (x, 0, oo))
    written = Integral(exp(-x) / x, (x, 0, oo)) - Integral(exp(-2 * x) / x, (x, 0, oo))
    assert "converges" in judged(line, Linearity(), written)


def test_wrong_uses():
    with pytest.raises(RuleError, match="definite integral"):
        list(Linearity().consequences(x, Context()))
    with pytest.raises(RuleError, match="function of y"):
        list(PartialFractions(y).consequences(Integral(x, (x, 0, 1)), Context()))
    with pytest.raises(RuleError, match="takes a Claim"):
        list(Rewrite(x).consequences(x, Context()))
