"""Transforms from the literature: inside their strips only, and nothing where the table has none."""

import pytest
import sympy as sp
from sympy import Integral, Rational, atan, besselj, besselk, exp, gamma, log, oo, pi, sin, sqrt

from derive.rule import Context, RuleError
from derive.rules import KnownTransform

x, s = sp.symbols("x s", real=True)
a, b = sp.symbols("a b", positive=True)


def half_line(f):
    return Integral(f, (x, 0, oo))


FOLLOWS = [
    (half_line(x ** (s - 1) * besselk(0, a * x)), 2 ** (s - 2) * gamma(s / 2) ** 2 * a**-s, (s > 0,)),
    (half_line(2 * exp(-a * x - b / x)), 4 * sqrt(b / a) * besselk(1, 2 * sqrt(a * b)), ()),
    (half_line(x ** (s - 1) / (x**2 + x + 1)), 2 * pi * sin((1 - s) * pi / 3) / (sqrt(3) * sin(pi * s)),
     (s > 0, s < 2)),
    (half_line(log(1 + x) / x ** Rational(3, 2)), 2 * pi, ()),
    (half_line(log(1 + a * x) / (1 + a * x) ** 2), 1 / a, ()),
]  # fmt: skip


@pytest.mark.parametrize(("line", "value", "given"), FOLLOWS, ids=lambda v: str(v)[:40])
def test_follows(judged, line, value, given):
    assert judged(line, KnownTransform(), value, given=given) == "follows"
    assert judged(line, KnownTransform(), 3 * value, given=given) == "other line"


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (half_line(x ** (s - 1) / (x**2 + x + 1)), (s > 0,)),
        (half_line(x ** (s - 1) * atan(x)), (s > -2, s < 0)),
    ],
    ids=str,
)
def test_outside_the_strip(judged, line, given):
    after = next(iter(KnownTransform().consequences(line, Context(given)))).after
    assert judged(line, KnownTransform(), after, given=given).startswith("not shown")


@pytest.mark.parametrize(
    "line", [half_line(sp.zeta(x + 2)), half_line(besselk(0, x) * besselj(0, x)), half_line(log(1 - x)),
             Integral(besselk(0, x), (x, 1, oo)), half_line(exp(-x - x**2)), Rational(1, 2)]
)  # fmt: skip
def test_refused(line):
    with pytest.raises(RuleError):
        list(KnownTransform().consequences(line, Context()))
