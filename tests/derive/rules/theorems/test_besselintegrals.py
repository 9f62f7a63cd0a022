"""Theorems on Bessel functions: what they give, and nothing outside their conditions."""

import pytest
import sympy as sp
from sympy import Integral, besseli, besselj, besselk, cos, cosh, exp, oo, pi, sin, sqrt

from derive.rule import Context, RuleError
from derive.rules import Basset, BesselIntegral, BesselPeriod

x, k = sp.symbols("x k", real=True)
a, b = sp.symbols("a b", positive=True)
LIPSCHITZ = "Lipschitz's integral, DLMF 10.22.49"
LIMIT = "Lipschitz's integral at p = ib as Abel's limit, DLMF 10.22.49"


def half_line(f):
    return Integral(f, (x, 0, oo))


FOLLOWS = [
    (Integral(exp(a * cos(x)), (x, 0, 2 * pi)), BesselPeriod(), 2 * pi * besseli(0, a), ()),
    (Integral(cos(2 * x - a * sin(x)), (x, 0, pi)), BesselPeriod(), pi * besselj(2, a), ()),
    (half_line(2 * exp(-a * cosh(x)) * cosh(b * x)), Basset(), 2 * besselk(b, a), ()),
    (half_line(exp(-a * x) * besseli(0, b * x)), BesselIntegral(LIPSCHITZ), 1 / sqrt(a**2 - b**2), (a > b,)),
    (half_line(besselk(0, a * x) * cos(b * x)), BesselIntegral(LIMIT), pi / (2 * sqrt(a**2 + b**2)), ()),
]


@pytest.mark.parametrize(("line", "rule", "value", "given"), FOLLOWS, ids=lambda v: str(v)[:40])
def test_follows(judged, line, rule, value, given):
    assert judged(line, rule, value, given=given) == "follows"
    assert judged(line, rule, 2 * value, given=given) == "other line"


DOES_NOT = [
    (Integral(exp(a * cos(x) + b * sin(x)), (x, 0, pi)), BesselPeriod(), ()),  # half of a period, not even
    (half_line(exp(-a * x) * besseli(0, b * x)), BesselIntegral(LIPSCHITZ), ()),  # a > b is not known
    (half_line(exp(-k * x) * besselj(0, b * x)), BesselIntegral(LIPSCHITZ), ()),
]


@pytest.mark.parametrize(("line", "rule", "given"), DOES_NOT, ids=lambda v: str(v)[:40])
def test_not_licensed(line, rule, given):
    """The conditions are looked at by themselves: the integrals need not be tried."""
    from derive.ladder.decide import decide

    owed = next(iter(rule.consequences(line, Context(given)))).obligations
    conditions = [o for o in owed if not o.claim.lhs.has(Integral)]
    assert any(not decide(o.claim, 15, 0, 10.0, lambda _: None).passed for o in conditions)


def test_both_cases_of_the_limit():
    line = half_line(besselj(0, a * x) * cos(b * x))
    slow, fast = (c.after for c in BesselIntegral(LIMIT).consequences(line, Context()))
    assert slow == 1 / sqrt(a**2 - b**2) and fast == 0
    only = [c.after for c in BesselIntegral(LIMIT).consequences(line, Context((a > b,)))]
    assert only == [slow]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (BesselPeriod(), Integral(exp(cos(x)), (x, 0, 1))),
        (BesselPeriod(), Integral(exp(cos(x) + x), (x, 0, 2 * pi))),
        (Basset(), half_line(exp(-k * cosh(x)))),
        (Basset(), half_line(exp(-x) * cosh(x))),
        (BesselIntegral(LIPSCHITZ), half_line(exp(-x) * sin(x))),
        (BesselIntegral(LIMIT), half_line(exp(-x) * besselj(0, x))),
        (BesselIntegral(LIPSCHITZ), Integral(exp(-x) * besselj(0, x), (x, 1, oo))),
    ],
)
def test_refused(rule, line):
    with pytest.raises(RuleError):
        list(rule.consequences(line, Context()))
