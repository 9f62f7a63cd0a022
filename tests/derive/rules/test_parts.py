"""Integration by parts with boundary terms at infinite and singular ends."""

import pytest
import sympy as sp
from sympy import Integral, cos, exp, log, oo, sin

from derive.rules import ByParts, Context, RuleError

x, y = sp.symbols("x y", real=True)
z = sp.Symbol("z")
a, k, s = sp.symbols("a k s", positive=True)
n = sp.Symbol("n", integer=True, positive=True)

TRUE = [
    (k + 2 * Integral(x * exp(-x), (x, 0, oo)), ByParts(x, -exp(-x)), k + 2 * Integral(exp(-x), (x, 0, oo))),
    (
        Integral(x**n * exp(-s * x), (x, 0, oo)),
        ByParts(x**n, -exp(-s * x) / s, dv=exp(-s * x)),
        n / s * Integral(x ** (n - 1) * exp(-s * x), (x, 0, oo)),
    ),
    (Integral(log(x), (x, 0, 1)), ByParts(log(x), x, at_lower=0), -Integral(1, (x, 0, 1))),
    (
        Integral(sin(x) ** 2 / x**2, (x, 0, oo)),
        ByParts(sin(x) ** 2, -1 / x),
        Integral(2 * sin(x) * cos(x) / x, (x, 0, oo)),
    ),
    (Integral(z * cos(z), (z, 0, a)), ByParts(z, sin(z)), a * sin(a) - Integral(sin(z), (z, 0, a))),
    (
        Integral(x**s * exp(-x), (x, 0, oo)),
        ByParts(x**s, -exp(-x), at_lower=0, at_upper=0),
        s * Integral(x ** (s - 1) * exp(-x), (x, 0, oo)),
    ),
    (
        Integral(y * exp(-x * y), (y, 0, 1), (x, 1, 2)),
        ByParts(y, -exp(-x * y) / x, variable=y),
        Integral(-exp(-x) / x + Integral(exp(-x * y) / x, (y, 0, 1)), (x, 1, 2)),
    ),
]


@pytest.mark.parametrize(("line", "rule", "written"), TRUE)
def test_true(judged, line, rule, written):
    assert judged(line, rule, written) == "follows"


MUTANTS = [
    (Integral(x * exp(-x), (x, 0, oo)), ByParts(x, exp(-x)), -Integral(exp(-x), (x, 0, oo))),
    (Integral(x * exp(-x), (x, 0, oo)), ByParts(x, -exp(-x)), -Integral(exp(-x), (x, 0, oo))),
    (Integral(x * exp(-x), (x, 0, oo)), ByParts(x, -exp(-x), dv=2 * exp(-x)), Integral(exp(-x), (x, 0, oo))),
    (Integral(x * exp(-x), (x, 0, oo)), ByParts(x, 1 - exp(-x), at_upper=0), -Integral(1 - exp(-x), (x, 0, oo))),
    (Integral(1 / x, (x, 1, oo)), ByParts(1 / x, x), -Integral(-1 / x, (x, 1, oo))),
    (Integral(log(x), (x, 0, 1)), ByParts(log(x), x, at_lower=1), -1 - Integral(1, (x, 0, 1))),
    (Integral(cos(x), (x, 0, oo)), ByParts(1, sin(x), at_upper=0, variable=x), sp.S.Zero),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false(judged, line, rule, written):
    assert judged(line, rule, written) != "follows"


def test_wrong_use():
    with pytest.raises(RuleError, match="found no definite integral over a variable of u"):
        list(ByParts(x, exp(x)).consequences(Integral(y, (y, 0, 1)), Context()))
