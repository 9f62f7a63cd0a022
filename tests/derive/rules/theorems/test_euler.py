"""Euler's integrals for Γ and B: what follows, conditions that fail, and forms that are refused."""

import pytest
import sympy as sp
from sympy import Integral, Rational, atan, cos, exp, gamma, log, oo, pi, sin, sqrt

from derive.rule import Context, RuleError
from derive.rules import EulerBeta, EulerGamma, Kummer, Raabe

x, s, k = sp.symbols("x s k", real=True)
a, b, r = sp.symbols("a b r", positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)


def half_line(f):
    return Integral(f, (x, 0, oo))


GAMMA = [
    (half_line(x ** (s - 1) * exp(-a * x)), gamma(s) * a**-s, (s > 0,)),
    (half_line(x**2 * exp(-a * x**2)), sqrt(pi) / (4 * a ** Rational(3, 2)), ()),
    (half_line(exp(-a * x**r)), gamma(1 / r) * a ** (-1 / r) / r, ()),
    (half_line(x ** (-s - 1) * exp(-a / x)), gamma(s) * a**-s, (s > 0,)),
    (half_line(exp(-a * x + 1) * b), b * sp.E / a, ()),
    (half_line(exp(-a * x) * cos(b * x)), cos(atan(b / a)) / sqrt(a**2 + b**2), ()),
    (half_line(exp(-a * x) * sin(b * x) / x), atan(b / a), ()),
    (half_line(cos(b * x) / sqrt(x)), sqrt(pi / (2 * b)), ()),
    (half_line(sin(b * x) / x), pi / 2, ()),
    (half_line(sin(b * x**2)), sqrt(2 * pi / b) / 4, ()),
    (sp.Sum(half_line(x * exp(-(n + 1) * x)), (n, 0, oo)), sp.Sum((n + 1) ** -2, (n, 0, oo)), ()),
]


@pytest.mark.parametrize(("line", "value", "given"), GAMMA, ids=lambda v: str(v)[:40])
def test_gamma(judged, line, value, given):
    assert judged(line, EulerGamma(), value, given=given) == "follows"
    assert judged(line, EulerGamma(), 2 * value, given=given) == "other line"


FAILS = [
    (half_line(x ** (s - 1) * exp(-a * x)), ()),
    (half_line(x ** (s - 1) * exp(-k * x)), (s > 0,)),
    (half_line(x ** (s - 1) * cos(b * x)), (s > 0,)),
    (half_line(x ** (s - 1) * sin(b * x)), (s > -2, s < 1)),
    (half_line(cos(b * x)), ()),
]


@pytest.mark.parametrize(("line", "given"), FAILS, ids=str)
def test_conditions(judged, line, given):
    after = next(iter(EulerGamma().consequences(line, Context(given)))).after
    assert judged(line, EulerGamma(), after, given=given).startswith("not shown")


BETA = [
    (half_line(x ** (s - 1) / (1 + x)), gamma(s) * gamma(1 - s), (s > 0, s < 1)),
    (half_line((a + b * x**2) ** -2), pi / (4 * a * sqrt(a * b)), ()),
    (half_line(x ** (s - 1) / (1 + x**r)), gamma(s / r) * gamma(1 - s / r) / r, (s > 0, s < r)),
    (Integral(x ** (a - 1) * (1 - x) ** (b - 1), (x, 0, 1)), gamma(a) * gamma(b) / gamma(a + b), ()),
    (Integral(1 / sqrt(1 - x**4), (x, 0, 1)), gamma(Rational(1, 4)) * sqrt(pi) / (4 * gamma(Rational(3, 4))), ()),
]


@pytest.mark.parametrize(("line", "value", "given"), BETA, ids=lambda v: str(v)[:40])
def test_beta(judged, line, value, given):
    assert judged(line, EulerBeta(), value, given=given) == "follows"
    assert judged(line, EulerBeta(), -value, given=given) == "other line"


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (half_line(x ** (s - 1) / (1 + x)), (s > 0,)),
        (half_line(x ** (s - 1) / (1 + k * x)), (s > 0, s < 1)),
        (half_line(x**3 / (1 + x) ** 4), ()),
        (Integral(x ** (s - 1) * (1 - x) ** (b - 1), (x, 0, 1)), ()),
        (Integral(x / (1 - x) ** 2, (x, 0, 1)), ()),
    ],
    ids=str,
)
def test_conditions_of_beta(judged, line, given):
    after = next(iter(EulerBeta().consequences(line, Context(given)))).after
    assert judged(line, EulerBeta(), after, given=given).startswith("not shown")


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (EulerGamma(), half_line(log(x) * exp(-x))),
        (EulerGamma(), Integral(exp(-x), (x, 1, oo))),
        (EulerGamma(), half_line(exp(-x - x**2))),
        (EulerGamma(), half_line(exp(-(x**k)))),
        (EulerGamma(), a),
        (EulerBeta(), half_line(1 / (1 + x + x**2))),
        (EulerBeta(), half_line((1 + x) ** -x)),
        (EulerBeta(), Integral(1 / (1 + x), (x, 0, 1))),
        (EulerBeta(), Integral(1 / (1 + x), (x, 0, 2))),
    ],
    ids=str,
)
def test_refused(rule, line):
    with pytest.raises(RuleError):
        list(rule.consequences(line, Context()))


def test_raabe(judged):
    value = log(2 * pi) / 2 + a * log(a) - a
    line = Integral(sp.loggamma(x), (x, a, a + 1))
    assert judged(line, Raabe(), value) == "follows"
    assert judged(3 * Integral(log(gamma(x + a)), (x, 0, 1)), Raabe(), 3 * value) == "follows"
    assert judged(line, Raabe(), value + a) == "other line"
    anywhere = Integral(sp.loggamma(x), (x, k, k + 1))
    assert judged(anywhere, Raabe(), value.xreplace({a: k})).startswith("not shown")
    for other in (Integral(sp.loggamma(x), (x, 0, 2)), Integral(sp.loggamma(2 * x), (x, 0, 1)), half_line(exp(-x))):
        with pytest.raises(RuleError, match="length 1"):
            list(Raabe().consequences(other, Context()))


def test_kummer(judged):
    n, m = sp.Symbol("n", integer=True, positive=True), sp.Symbol("m", integer=True)
    wave, sine = sp.cos(2 * pi * n * x), sp.sin(6 * pi * x)
    line = Integral(sp.loggamma(x) * wave, (x, 0, 1))
    assert judged(line, Kummer(), 1 / (4 * n)) == "follows"
    assert judged(line, Kummer(), 1 / (2 * n)) == "other line"
    value = (sp.EulerGamma + log(6 * pi)) / (6 * pi)
    assert judged(Integral(a * log(gamma(x)) * sine, (x, 0, 1)), Kummer(), a * value) == "follows"
    assert judged(line.xreplace({n: m}), Kummer(), 1 / (4 * m)).startswith("not shown")
    for other in (sp.loggamma(x) * sp.cos(pi * x), sp.loggamma(2 * x) * wave, sp.loggamma(x) ** 2 * wave):
        with pytest.raises(RuleError):
            list(Kummer().consequences(Integral(other, (x, 0, 1)), Context()))
