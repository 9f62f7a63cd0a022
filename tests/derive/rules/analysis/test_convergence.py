"""Convergence and continuity: shown where they hold, never where they fail; limits by orders of growth against
SymPy's."""

import pytest
import sympy as sp
from sympy import Abs, I, Integral, Interval, Rational, atan, cos, cosh, erfc, exp, log, oo, pi, sin, sinh, sqrt, tan

from derive.rules import continuity_proof, convergence_proof, limit_value
from derive.rules.analysis.limitvalue import limit_proof

x, y, c = sp.symbols("x y c", real=True)
a, b, k, s = sp.symbols("a b k s", positive=True)
p = sp.Symbol("p")
n = sp.Symbol("n", integer=True, nonnegative=True)

CONVERGENT = [
    (exp(-x), (x, 0, oo), ()),
    (sin(x) / x, (x, 0, oo), ()),
    (cos(k * x) / (a**2 + x**2), (x, -oo, oo), ()),
    (x * sin(k * x) / (a**2 + x**2), (x, 0, oo), ()),
    (exp(I * k * x) / (x + I * a), (x, -oo, oo), ()),
    (x ** (s - 1) * exp(-x), (x, 0, oo), ()),
    (x ** (s - 1) * exp(-x) * log(x), (x, 0, oo), ()),
    (x ** (a - 1) * (1 - x) ** (b - 1), (x, 0, 1), ()),
    (log(x) / (1 + x**2), (x, 0, oo), ()),
    (exp(-(x**2) - a**2 / x**2), (x, 0, oo), ()),
    ((x**a - 1) / log(x), (x, 0, 1), ()),
    (log(Rational(5, 4) - cos(x)), (x, 0, pi), ()),
    (log(1 - 2 * a * cos(x) + a**2), (x, 0, pi), (a < 1,)),
    (log(1 + x) / (1 + x**2), (x, 0, 1), ()),
    (log(sin(x)), (x, 0, pi), ()),
    (sin(x**2), (x, 0, oo), ()),
    (x * sin(x**3), (x, 0, oo), ()),
    ((exp(-a * x) - exp(-b * x)) / x, (x, 0, oo), ()),
    ((1 - cos(k * x)) / x**2, (x, -oo, oo), ()),
    (1 / sqrt(1 - x**2), (x, -1, 1), ()),
    (1 / cosh(x), (x, -oo, oo), ()),
    (x / sinh(x), (x, 0, oo), ()),
    (exp(x) * erfc(x), (x, -oo, oo), ()),
    (exp(-s * Abs(x)) * cos(k * x), (x, -oo, oo), ()),
    (Abs(exp(-s * x) * sin(k * x) / x), (x, 0, oo), ()),
    (exp(-p * x), (x, 0, oo), (p > 0,)),
    (exp(-(p - a) * x), (x, 0, oo), (p > a,)),
    (x**n * exp(-s * x + I * k * x), (x, 0, oo), ()),
    (atan(x) ** 2 / x**2, (x, 0, oo), ()),
    (1 / sqrt(x), (x, c, 1), (c > 0,)),
    (sin(x) ** 3 / x, (x, 0, oo), ()),
    (sin(a * x) * cos(b * x) / x, (x, 0, oo), (a > b,)),
    (sin(x) * cos(x) / sqrt(x), (x, 0, oo), ()),
    (cos(x) ** 3 / sqrt(x), (x, 0, oo), ()),
]

UNSHOWN = [
    (sin(x) ** 2 / x, (x, 0, oo), ()),
    (sin(x) ** 4 / sqrt(x), (x, 0, oo), ()),
    (sin(x) * cos(2 * x) * sin(3 * x) / x, (x, 0, oo), ()),
    (sin(x) ** 3 / x**4, (x, 0, oo), ()),
    (1 / x, (x, 1, oo), ()),
    (1 / x, (x, 0, 1), ()),
    (1 / x, (x, -1, 1), ()),
    (1 / x**2, (x, -1, 1), ()),
    (1 / (x**2 - 1), (x, 0, 3), ()),
    (cos(k * x), (x, 0, oo), ()),
    (Abs(sin(x) / x), (x, 0, oo), ()),
    (x * cos(k * x), (x, 0, oo), ()),
    (cos(c * x) / x, (x, 1, oo), ()),
    (tan(x), (x, 0, pi / 2), ()),
    (atan(x) / x, (x, 1, oo), ()),
    (1 / (x * log(x)), (x, 2, oo), ()),
    (exp(-p * x), (x, 0, oo), ()),
    (exp(-c * x), (x, 0, oo), (c >= 0,)),
    (exp(-(p - a) * x), (x, 0, oo), (p > 0,)),
    (x ** (s - 1) / (1 + x), (x, 0, oo), ()),
    (exp(x), (x, -oo, oo), ()),
    (exp(a**2 - x**2 + b * x**3), (x, -oo, oo), ()),
    (log(x) / (x - 2) ** 2, (x, 0, oo), ()),
    (1 / x ** (1 + s), (x, 0, 1), ()),
    (sin(x) ** 2 / x, (x, 0, oo), ()),
    (exp(-x) / x, (x, 0, oo), ()),
    (1 / (a - x), (x, 0, oo), ()),
    (1 / (x**2 + c), (x, -oo, oo), ()),
]


@pytest.mark.parametrize(("f", "limit", "given"), CONVERGENT)
def test_convergent(f, limit, given):
    assert convergence_proof(Integral(f, limit), given)


@pytest.mark.parametrize(("f", "limit", "given"), UNSHOWN)
def test_never_shown_where_it_fails(f, limit, given):
    assert convergence_proof(Integral(f, limit), given) is None


@pytest.mark.parametrize(
    ("f", "limits", "shown"),
    [
        (exp(-x - y) * sin(x * y), ((x, 0, oo), (y, 0, oo)), True),
        (Abs(exp(-s * (a**2 + x**2)) * cos(k * x)), ((s, 0, oo), (x, -oo, oo)), True),
        (exp(-s * (a**2 + x**2)), ((x, -oo, oo), (s, 0, oo)), True),
        (exp(-s * x**2), ((s, 0, oo), (x, -oo, oo)), False),
        (exp(-s * x) * sin(x), ((x, 0, oo), (s, 0, oo)), False),
        (exp(-x), ((x, 0, oo), (y, 0, oo)), False),
    ],
)
def test_iterated(f, limits, shown):
    assert bool(convergence_proof(Integral(f, *limits))) is shown


@pytest.mark.parametrize(
    ("f", "interval", "given", "shown"),
    [
        (1 / (x**2 + a**2), Interval(-oo, oo), (), True),
        (1 / x, Interval.open(0, oo), (), True),
        (1 / x, Interval(0, oo), (), False),
        (sin(x) / x, Interval(-1, 1), (), False),
        (log(1 + x), Interval(0, 1), (), True),
        (log(x), Interval(0, 1), (), False),
        (sqrt(x), Interval(0, 1), (), True),
        (sqrt(1 - x**2), Interval(-1, 1), (), True),
        (tan(x), Interval.open(-pi / 2, pi / 2), (), True),
        (tan(x), Interval(0, pi / 2), (), False),
        (1 / (x**2 - 3 * x + 2), Interval.open(1, 2), (), True),
        (1 / (x**2 - 3 * x + 2), Interval.open(0, 2), (), False),
        (1 / (x - c), Interval(0, 1), (), False),
        (1 / (x - c), Interval(0, 1), (c < 0,), True),
        (sp.sign(x), Interval(-1, 1), (), False),
        (sp.Heaviside(x - 2), Interval(-1, 1), (), True),
        (sp.floor(x), Interval(0, 1), (), False),
        (1 / (x + I * a), Interval(-oo, oo), (), True),
        (1 / (x**2 + x + c), Interval(-oo, oo), (c > 1,), True),
        (x**s, Interval(0, 1), (), True),
        (x**c, Interval(0, 1), (), False),
        (Integral(exp(-(y**2)), (y, 0, x)), Interval(-oo, oo), (), True),
        (Integral(1 / y, (y, 1, x)), Interval(-1, 2), (), False),
    ],
)
def test_continuity(f, interval, given, shown):
    assert bool(continuity_proof(f, x, interval, given)) is shown


@pytest.mark.parametrize(
    ("f", "end", "side", "value"),
    [
        (x * log(x), 0, "+", 0),
        (atan(x / a) / a, -oo, "+", -pi / (2 * a)),
        ((1 - cos(x)) / x**2, 0, "+", Rational(1, 2)),
        (exp(-s * x) * cos(x), oo, "-", 0),
        (sqrt(x**2 + a**2) - x, oo, "-", 0),
        (x / sqrt(x**2 + 1), -oo, "+", -1),
        ((exp(x) - 1) / sin(x), 0, "-", 1),
        (x**n * exp(-s * x), oo, "-", 0),
        (log(x), 0, "+", -oo),
        (1 / x - 1 / sin(x), 0, "+", 0),
        (1 / log(x) - 1 / (x - 1), 1, "-", Rational(1, 2)),
        (sin(x), oo, "-", None),
        (x * exp(-c * x), oo, "-", None),
        (tan(x), pi / 2, "-", oo),
        (1 / (1 + exp(-x)), oo, "-", 1),
    ],
)
def test_limits(f, end, side, value):
    found = limit_value(f, x, sp.sympify(end), side, ())
    assert (found is None) if value is None else (found is None or sp.simplify(found - value) == 0 or found == value)
    if found is not None and found.is_finite:
        assert limit_proof(sp.Limit(f, x, end, side), found)
        assert limit_proof(sp.Limit(f, x, end, side), found + 1) is None
