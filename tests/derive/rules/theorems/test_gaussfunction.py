"""Euler's integral for Gauss's function and Legendre's normal form: what follows, what does not, what is refused."""

import pytest
import sympy as sp
from sympy import Integral, elliptic_e, elliptic_k, elliptic_pi, gamma, hyper, pi, sin, sqrt

from derive.rule import Context, RuleError
from derive.rules import EulerGauss, LegendreNormalForm

x, y, k = sp.symbols("x y k", real=True)
s = sp.Symbol("s", real=True)
a, b, c = sp.symbols("a b c", positive=True)
HALF = sp.Rational(1, 2)


def unit(f):
    return Integral(f, (y, 0, 1))


GAUSS = [
    (unit(y ** (b - 1) * (1 - y) ** (c - 1) * (1 + a * y) ** (-k)),
     gamma(b) * gamma(c) / gamma(b + c) * hyper([k, b], [b + c], -a), ()),
    (unit(1 / (sqrt(y) * sqrt(1 - y) * sqrt(1 - a**2 * y))), pi * hyper([HALF, HALF], [1], a**2), (a < 1,)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "value", "given"), GAUSS, ids=lambda v: str(v)[:40])
def test_gauss(judged, line, value, given):
    assert judged(line, EulerGauss(), value, given=given) == "follows"
    assert judged(line, EulerGauss(), -value, given=given) == "other line"


@pytest.mark.parametrize(
    "line",
    [
        unit(y ** (k - 1) * (1 - y) ** (c - 1) * (1 + a * y) ** -2),
        unit(1 / (sqrt(y) * sqrt(1 - y) * sqrt(1 - a**2 * y))),
        unit((1 - y) ** (k - 1) / (1 + a * y)),
    ],
    ids=str,
)
def test_gauss_is_not_licensed(judged, line):
    after = next(iter(EulerGauss().consequences(line, Context()))).after
    assert judged(line, EulerGauss(), after).startswith("not shown")


@pytest.mark.parametrize(
    "line", [unit(1 / sqrt(y)), unit((1 + a * y) ** -2 * (1 + b * y) ** -2), unit(1 / (1 + y**2)),
             Integral(1 / (1 + a * y), (y, 0, 2)), a]
)  # fmt: skip
def test_gauss_refuses(line):
    with pytest.raises(RuleError):
        list(EulerGauss().consequences(line, Context()))


def quarter(f):
    return Integral(f, (x, 0, pi / 2))


ROOT = sqrt(1 - a**2 * sin(x) ** 2)
NORMAL = [
    (quarter(1 / ROOT), LegendreNormalForm(1, a**2, s), elliptic_k(a**2), (a < 1,)),
    (quarter(ROOT), LegendreNormalForm(1 - a**2 * s, a**2, s), elliptic_e(a**2), (a < 1,)),
    (quarter(1 / ((1 + b * sin(x) ** 2) * ROOT)), LegendreNormalForm(1 / (1 + b * s), a**2, s),
     elliptic_pi(-b, a**2), (a < 1,)),
    (unit(1 / (2 * sqrt(y) * sqrt(1 - y) * sqrt(1 + y))), LegendreNormalForm(1, -1, s), elliptic_k(-1), ()),
]  # fmt: skip


@pytest.mark.parametrize(("line", "rule", "value", "given"), NORMAL, ids=lambda v: str(v)[:40])
def test_normal_form(judged, line, rule, value, given):
    assert judged(line, rule, value, given=given) == "follows"
    assert judged(line, rule, value / 2, given=given) == "other line"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (quarter(1 / sqrt(1 - 2 * sin(x) ** 2)), LegendreNormalForm(1, 2, s)),
        (quarter(sin(x) ** 2 / sqrt(1 - sin(x) ** 2 / 2)), LegendreNormalForm(1, HALF, s)),
        (quarter(1 / sqrt(1 - sin(x) ** 2 / 2)), LegendreNormalForm(1, sp.Rational(1, 3), s)),
    ],
    ids=str,
)
def test_normal_form_is_not_licensed(judged, line, rule):
    after = next(iter(rule.consequences(line, Context()))).after
    assert judged(line, rule, after).startswith("not shown")


def test_normal_form_refuses():
    with pytest.raises(RuleError, match="looked for an integral over"):
        list(LegendreNormalForm(1, a, s).consequences(Integral(1 / ROOT, (x, 0, 1 / a)), Context()))
    with pytest.raises(RuleError, match="not rational"):
        list(LegendreNormalForm(1 / (s**2 + 1), HALF, s).consequences(quarter(1 / ROOT), Context()))
