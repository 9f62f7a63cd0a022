"""Exponential, elliptic integrals and polylogarithms in limits and continuity, logarithms that cancel at an end."""

import mpmath
import pytest
import sympy as sp
from sympy import Ei, EulerGamma, Interval, Rational, atan, cos, exp, li, log, oo, pi, polylog, sqrt, tan

from derive.rules.analysis.continuity import continuity_proof
from derive.rules.analysis.limitvalue import limit_proof, limit_value

x = sp.Symbol("x", real=True)
a, b = sp.symbols("a b", positive=True)

LIMITS = [
    (Ei((a + 1) * log(x)) - Ei(log(x)), 1, "-", log(a + 1)),
    (Ei((a + 1) * log(x)) - Ei(log(x)), 0, "+", 0),
    (Ei(-a * x) - Ei(-b * x), 0, "+", log(a) - log(b)),
    (Ei(-a * x) - Ei(-b * x), oo, "-", 0),
    (Ei(-x) - exp(-x) * log(x), 0, "+", EulerGamma),
    (x * log(log(1 / x)) - Ei(-log(1 / x)), 1, "-", -EulerGamma),
    (x * Ei(-x), 0, "+", 0),
    (exp(-2 * x) * Ei(x), oo, "-", 0),
    (log(x) - log(x + 1) - log(x) / (x + 1), 0, "+", 0),
    (log(x + 1) / 3 - log(x**2 - x + 1) / 6 + atan(x) / 3, oo, "-", pi / 6),
    (log(2 * x + 1) - log(x + 5), oo, "-", log(2)),
    (log(x) ** 2 - log(x) * log(x + x**2), 0, "+", 0),
    (atan(a * tan(x / 2)), pi, "-", pi / 2),
    (atan(tan(x / 2) / (a - a - 2)), pi, "-", -pi / 2),
    (x / log(1 + x), 0, "+", 1),
    (log(4 * x - 4 * sqrt(2) * sqrt(x) + 4) - log(4 * x + 4 * sqrt(2) * sqrt(x) + 4), oo, "-", 0),
    (atan(sqrt(2 * x) - 1) + atan(sqrt(2 * x) + 1), oo, "-", pi),
    ((sqrt(x) - sp.sin(sqrt(x))) / x ** Rational(3, 2), 0, "+", Rational(1, 6)),
    (log(3 * x) - log(x) + x * log(x), 0, "+", log(3)),
    ((log(1 - x) - log(3 - 3 * x)) * cos(x), 1, "-", -cos(1) * log(3)),
]


@pytest.mark.parametrize("e, end, side, value", LIMITS, ids=[str(case[0]) for case in LIMITS])
def test_limits(e, end, side, value):
    end, value = sp.sympify(end), sp.sympify(value)
    limit = sp.Limit(e, x, end, side)
    assert limit_proof(limit, value) is not None
    assert limit_proof(limit, value + Rational(1, 7)) is None and limit_proof(limit, 2 * value + 1) is None


@pytest.mark.parametrize("e, end, side, value", LIMITS, ids=[str(case[0]) for case in LIMITS])
def test_limits_by_numbers(e, end, side, value):
    end = sp.sympify(end)
    point = {a: Rational(3, 2), b: Rational(5, 7)}
    tiny = Rational(1, 10**30)
    near = {"+": end + tiny, "-": 10**3 if end is oo else end - tiny}[side]
    with mpmath.workdps(60):
        got = sp.N(e.xreplace(point).xreplace({x: sp.sympify(near)}), 40)
    assert abs(got - sp.N(sp.sympify(value).xreplace(point), 40)) < (2e-1 if end is oo else 1e-20)


@pytest.mark.parametrize(
    "e, end, side",
    [(Ei(x), 0, "+"), (Ei(x) * x, oo, "-"), (log(x) - 2 * log(x + x**2), 0, "+"), (Ei(-x) - 2 * log(x), 0, "+"),
     (log(x + 1) * x - log(x) * x, oo, "-"), (Ei(sp.I * x), 0, "+")],
)  # fmt: skip
def test_no_finite_limit_is_made_up(e, end, side):
    value = limit_value(e, x, sp.sympify(end), side, ())
    assert value is None or value.is_infinite or value == 1  # x log(1 + 1/x) → 1


CONTINUOUS = [
    (Ei(-x), Interval.open(0, oo)),
    (Ei(log(x)), Interval.open(0, 1)),
    (li(x), Interval.open(0, 1)),
    (sp.expint(2, x), Interval.open(0, oo)),
    (sp.elliptic_f(x, Rational(1, 2)), Interval(0, pi)),
    (sp.elliptic_e(x, -a), Interval(0, 4)),
    (sp.elliptic_k(x), Interval.Ropen(0, 1)),
    (polylog(2, x), Interval(-2, 1)),
    (polylog(1, x), Interval.Ropen(0, 1)),
    (atan(tan(x / 2) / sqrt(3)), Interval.Lopen(pi, 2 * pi)),
    (sp.cot(x), Interval.open(pi, 2 * pi)),
    (sp.sec(x), Interval.open(-5 * pi / 2, -3 * pi / 2)),
]
NOT_SHOWN = [
    (Ei(x), Interval(-1, 1)),
    (Ei(log(x)), Interval.open(0, 2)),
    (li(x), Interval.open(0, 2)),
    (sp.expint(1, x), Interval(-1, 1)),
    (sp.elliptic_f(x, 2), Interval(0, pi)),
    (sp.elliptic_k(x), Interval(0, 1)),
    (polylog(2, x), Interval(0, 2)),
    (polylog(1, x), Interval(0, 1)),
    (tan(x / 2), Interval(0, 2 * pi)),
    (tan(x), Interval.open(pi, 2 * pi)),
]


@pytest.mark.parametrize("e, interval", CONTINUOUS, ids=str)
def test_continuous(e, interval):
    assert continuity_proof(e, x, interval) is not None


@pytest.mark.parametrize("e, interval", NOT_SHOWN, ids=str)
def test_not_shown(e, interval):
    assert continuity_proof(e, x, interval) is None
