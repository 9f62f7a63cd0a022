"""Taylor's formula: three forms of the remainder; wrong coefficients and bounds that do not hold."""

import pytest
import sympy as sp
from sympy import Abs, E, Integral, Rational, cos, exp, log, oo, sin, sqrt

from derive.claim import AT_MOST, EQUAL, Claim, UpTo
from derive.ladder.decide import decide
from derive.rule import Context, RuleError
from derive.rules.taylor import Taylor

x, t, p = sp.symbols("x t p", real=True)
a = sp.Symbol("a", positive=True)
ON = (x >= -1, x <= 1)

STEPS = [
    (exp(x), Taylor(x, 0, 2, "integral", tau=t), 1 + x + x**2 / 2 + Integral(exp(t) * (x - t) ** 2 / 2, (t, 0, x)), ()),
    (sin(x), Taylor(x, p, 1, "integral", tau=t), sin(p) + (x - p) * cos(p) - Integral(sin(t) * (x - t), (t, p, x)), ()),
    (cos(a * x), Taylor(x, 0, 3), 1 - a**2 * x**2 / 2, ()),
    (log(2 + x), Taylor(x, 0, 2, interval=(-1, 1)), log(2) + x / 2 - x**2 / 8, ()),
    (Abs(exp(x) - 1 - x - x**2 / 2), Taylor(x, 0, 2, "lagrange", (-1, 1), E), E * Abs(x) ** 3 / 6, ON),
    (cos(x), Taylor(x, 0, 1, "lagrange", bound=1), 1 + x**2 / 2, ()),
]


@pytest.mark.parametrize("line, rule, after, given", STEPS)
def test_steps_are_licensed(line, rule, after, given, judged):
    assert judged(line, rule, after, given=given) == "follows"


@pytest.mark.parametrize("line, rule, after, given", STEPS)
def test_the_relation_of_the_rule_holds(line, rule, after, given):
    claim = Claim(line, after, given, rule.relation)
    assert decide(claim, 12, 0, 8, lambda evidence: None).passed


def test_relations():
    assert Taylor(x, 0, 2).relation == UpTo(x**3, x, sp.S.Zero)
    assert Taylor(x, 0, 2, "lagrange").relation == AT_MOST
    assert Taylor(x, 0, 2, "integral").relation == EQUAL


@pytest.mark.parametrize(
    "line, rule, after, given",
    [
        (exp(x), Taylor(x, 0, 2), 1 + x + x**2, ()),
        (exp(x), Taylor(x, 0, 2, "integral", tau=t), 1 + x + x**2 / 2 + Integral(exp(t) * (x - t) ** 2, (t, 0, x)), ()),
        (STEPS[4][0], Taylor(x, 0, 2, "lagrange", (-1, 1), 1), Abs(x) ** 3 / 6, ON),
        (STEPS[4][0], Taylor(x, 0, 2, "lagrange", (-1, 1), E), E * Abs(x) ** 3 / 6, ()),
        (Abs(x) ** Rational(5, 2), Taylor(x, 0, 2, interval=(-1, 1)), sp.S.Zero, ()),
        (log(2 + x), Taylor(x, 0, 2, interval=(-3, 1)), log(2) + x / 2 - x**2 / 8, ()),
        (exp(x), Taylor(x, 2, 0, interval=(-1, 1)), exp(2), ()),
    ],
    ids=[
        "coefficient",
        "kernel",
        "bound too small",
        "outside",
        "not smooth enough",
        "singular inside",
        "point outside",
    ],
)
def test_mutants_meet_an_objection(line, rule, after, given, judged):
    try:
        assert judged(line, rule, after, given=given) != "follows"
    except RuleError as refusal:
        assert "finite" in str(refusal)


@pytest.mark.parametrize(
    "make, line, message",
    [
        (lambda: Taylor(x, 0, 2, "integral"), exp(x), "tau"),
        (lambda: Taylor(x, 0, 2, "lagrange"), exp(x), "bound"),
        (lambda: Taylor(x, 0, 2, "lagrange", bound=exp(x)), exp(x), "free of"),
        (lambda: Taylor(x, 0, 2), Integral(exp(x * t), (t, 0, 1)), "Leibniz"),
        (lambda: Taylor(x, 0, 2), sqrt(x), "finite"),
        (lambda: Taylor(x, oo, 2), exp(-x), "finite"),
        (lambda: Taylor(x, 0, -1), exp(-x), "order"),
    ],
)
def test_misuse_is_named(make, line, message):
    with pytest.raises(RuleError, match=message):
        list(make().consequences(line, Context()))
