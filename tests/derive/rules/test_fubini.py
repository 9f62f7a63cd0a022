"""The order of integration: swapped under Tonelli or Fubini, refused where only the iterated integrals exist."""

import pytest
import sympy as sp
from sympy import Integral, cos, exp, oo, pi, sin, sqrt

from derive.rules import Context, Fubini, RuleError, Tonelli

x, y = sp.symbols("x y", real=True)
a, k, s, t = sp.symbols("a k s t", positive=True)
schwinger = exp(-s * (a**2 + x**2))

TRUE = [
    (
        k + 2 * Integral(schwinger, (s, 0, oo), (x, -oo, oo)),
        Tonelli(),
        k + 2 * Integral(schwinger, (x, -oo, oo), (s, 0, oo)),
    ),
    (
        Integral(cos(k * x) * schwinger, (s, 0, oo), (x, -oo, oo)),
        Fubini(schwinger),
        Integral(cos(k * x) * schwinger, (x, -oo, oo), (s, 0, oo)),
    ),
    (
        Integral(cos(k * x) * Integral(schwinger, (s, 0, oo)), (x, -oo, oo)),
        Fubini(schwinger, inner=1 / (a**2 + x**2)),
        Integral(cos(k * x) * schwinger, (x, -oo, oo), (s, 0, oo)),
    ),
    (
        Integral(cos(k * x) * schwinger, (s, 0, oo), (x, -oo, oo)),
        Fubini(schwinger, inner=sqrt(pi / s) * exp(-s * a**2), inner_variable=x),
        Integral(cos(k * x) * schwinger, (x, -oo, oo), (s, 0, oo)),
    ),
    (Integral(x**t, (t, 0, 1), (x, 0, 1)), Tonelli(), Integral(x**t, (x, 0, 1), (t, 0, 1))),
    (
        Integral(exp(-(y**2)), (x, 0, y), (y, 0, oo)),
        Tonelli(((y, x, oo), (x, 0, oo))),
        Integral(exp(-(y**2)), (y, x, oo), (x, 0, oo)),
    ),
    (
        Integral(exp(-x - y) * sin(x * y), (x, 0, oo), (y, 0, oo)),
        Fubini(exp(-x - y)),
        Integral(exp(-x - y) * sin(x * y), (y, 0, oo), (x, 0, oo)),
    ),
    (
        Integral(exp(-s * x) * sin(x), (s, 1, oo), (x, 0, oo)),
        Fubini(x * exp(-s * x), inner=exp(-x)),
        Integral(exp(-s * x) * sin(x), (x, 0, oo), (s, 1, oo)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), TRUE)
def test_true(judged, line, rule, written):
    assert judged(line, rule, written) == "follows"


counter = (x**2 - y**2) / (x**2 + y**2) ** 2

MUTANTS = [
    (Integral(counter, (x, 0, 1), (y, 0, 1)), Fubini(), Integral(counter, (y, 0, 1), (x, 0, 1))),
    (Integral(counter, (x, 0, 1), (y, 0, 1)), Tonelli(), Integral(counter, (y, 0, 1), (x, 0, 1))),
    pytest.param(
        Integral(exp(-s * x) * sin(x), (s, 0, oo), (x, 0, oo)),
        Fubini(),
        Integral(exp(-s * x) * sin(x), (x, 0, oo), (s, 0, oo)),
        marks=[pytest.mark.slow, pytest.mark.ci],
    ),
    (
        Integral(exp(-x - y) * sin(x * y), (x, 0, oo), (y, 0, oo)),
        Fubini(exp(-2 * x - y)),
        Integral(exp(-x - y) * sin(x * y), (y, 0, oo), (x, 0, oo)),
    ),
    (
        Integral(cos(k * x) * schwinger, (s, 0, oo), (x, -oo, oo)),
        Fubini(exp(-s * a**2)),
        Integral(cos(k * x) * schwinger, (x, -oo, oo), (s, 0, oo)),
    ),
    (
        Integral(exp(-(y**2)), (x, 0, y), (y, 0, oo)),
        Tonelli(((y, 0, x), (x, 0, oo))),
        Integral(exp(-(y**2)), (y, 0, x), (x, 0, oo)),
    ),
    (
        Integral(cos(k * x) * Integral(schwinger, (s, 0, oo)), (x, -oo, oo)),
        Fubini(schwinger, inner=exp(-(x**2))),
        Integral(cos(k * x) * schwinger, (x, -oo, oo), (s, 0, oo)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false(judged, line, rule, written):
    assert judged(line, rule, written) != "follows"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Integral(x, (x, 0, 1)), "found no iterated integral"),
        (Integral(x, (x, 0, y), (y, 0, 1)), "limits of x depend on y"),
    ],
)
def test_wrong_uses(line, said):
    with pytest.raises(RuleError, match=said):
        list(Fubini().consequences(line, Context()))
