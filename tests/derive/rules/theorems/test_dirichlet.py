"""Series of exponentials term by term, and sums that are zeta functions by definition."""

import pytest
import sympy as sp
from sympy import Integral, Sum, cosh, exp, gamma, log, oo, pi, sinh, zeta

from derive.rule import Context, RuleError
from derive.rules import DirichletSeries, ExponentialSeries

x, s, k = sp.symbols("x s k", real=True)
a = sp.Symbol("a", positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)


def half_line(f):
    return Integral(f, (x, 0, oo))


def series(*terms, **more):
    return ExponentialSeries(terms, n, **more)


FOLLOWS = [
    (half_line(x ** (s - 1) / (exp(x) - 1)), series((1, 1)), gamma(s) * Sum((n + 1) ** -s, (n, 0, oo)), (s > 1,)),
    (half_line(x ** (s - 1) / (exp(x) + 1)), series((1, 1), (-1, 2), step=2),
     gamma(s) * Sum((2 * n + 1) ** -s - (2 * n + 2) ** -s, (n, 0, oo)), (s > 1,)),
    (half_line(x / sinh(x)), series((2, 1), step=2), Sum(2 * (2 * n + 1) ** -2, (n, 0, oo)), ()),
    (half_line(3 * x**2 / sinh(x) ** 2), series((4, 2), step=2, order=2),
     6 * Sum(4 * (n + 1) * (2 * n + 2) ** -3, (n, 0, oo)), ()),
    (half_line(x ** (s - 1) * exp(-a * x) / (1 - exp(-x))), series((1, a)), gamma(s) * Sum((n + a) ** -s, (n, 0, oo)),
     (s > 1,)),
    (half_line(x ** (s - 1) * log(1 - exp(-x))), series((1, 1), logarithm=True),
     -gamma(s) * Sum((n + 1) ** (-s - 1), (n, 0, oo)), (s > 0,)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "rule", "after", "given"), FOLLOWS, ids=lambda v: str(v)[:40])
def test_term_by_term(judged, line, rule, after, given):
    assert judged(line, rule, after, given=given) == "follows"
    assert judged(line, rule, after * 2, given=given) == "other line"


MUTANTS = [
    (half_line(x ** (s - 1) / (exp(x) - 1)), series((1, 1)), ()),  # s > 1 is not known
    (half_line(x ** (s - 1) / (exp(x) + 1)), series((1, 1)), (s > 1,)),
    (half_line(x ** (s - 1) / (exp(x) - 1)), series((1, 2)), (s > 1,)),
    (half_line(x ** (s - 1) / (1 - exp(-x))), series((1, 0)), (s > 1,)),
    (half_line(x ** (s - 1) * exp(-k * x) / (1 - exp(-x))), series((1, k)), (s > 1,)),
    (half_line(x ** (s - 1) / sinh(x) ** 2), series((4, 2), step=2, order=2), (s > 1,)),
    (half_line(x ** (s - 1) * log(1 + exp(-x))), series((1, 1), logarithm=True), (s > 0,)),
    (half_line(1 / x / cosh(x)), series((2, 1), (-2, 3), step=4), ()),
]


@pytest.mark.parametrize(("line", "rule", "given"), MUTANTS, ids=lambda v: str(v)[:40])
def test_term_by_term_is_not_licensed(judged, line, rule, given):
    after = next(iter(rule.consequences(line, Context(given)))).after
    assert judged(line, rule, after, given=given).startswith("not shown")


SUMS = [
    (Sum((n + 1) ** -s, (n, 0, oo)), zeta(s), (s > 1,)),
    (Sum(n**-s, (n, 1, oo)), zeta(s), (s > 1,)),
    (Sum((2 * n + 1) ** -s, (n, 0, oo)), (1 - 2**-s) * zeta(s), (s > 1,)),
    (Sum((n + a) ** -s, (n, 0, oo)), zeta(s, a), (s > 1,)),
    (Sum((n + 1) * (n + a) ** -s, (n, 0, oo)), zeta(s - 1, a) + (1 - a) * zeta(s, a), (s > 2,)),
    (Sum((n + 1) ** -2 - (n + 2) ** -2, (n, 0, oo)), sp.S.One, ()),
    (1 + 2 * Sum((n + 3) ** -4, (n, 0, oo)), pi**4 / 45 - sp.Rational(17, 16) * 2 + 1, ()),
]


@pytest.mark.parametrize(("line", "value", "given"), SUMS, ids=lambda v: str(v)[:40])
def test_sums(judged, line, value, given):
    assert judged(line, DirichletSeries(), value, given=given) == "follows"
    assert judged(line, DirichletSeries(), value + 1, given=given) == "other line"


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (Sum((n + 1) ** -s, (n, 0, oo)), ()),
        (Sum((n + 1) * (n + a) ** -s, (n, 0, oo)), (s > 1,)),
        (Sum((n + k) ** -s, (n, 0, oo)), (s > 1,)),
    ],
)
def test_sums_that_may_diverge(judged, line, given):
    after = next(iter(DirichletSeries().consequences(line, Context(given)))).after
    assert judged(line, DirichletSeries(), after, given=given).startswith("not shown")


@pytest.mark.parametrize(
    "line", [Sum(2**-n, (n, 0, oo)), Sum((n**2 + 1) ** -s, (n, 0, oo)), Sum((n + 1) ** -s, (n, 0, 9)), a,
             Sum((n + 1) ** -s / (n + 2), (n, 0, oo))]
)  # fmt: skip
def test_refused(line):
    with pytest.raises(RuleError):
        list(DirichletSeries().consequences(line, Context()))
