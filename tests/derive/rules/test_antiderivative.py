"""The fundamental theorem: true antiderivatives pass with every obligation shown; false ones, and poles inside, do
not."""

import pytest
import sympy as sp
from sympy import Integral, Rational, asin, atan, cos, exp, log, oo, pi, sin, sqrt

from derive.claim import ContinuousOn
from derive.rules import Context, DifferentiateBack, FundamentalTheorem, RuleError

x, y, t = sp.symbols("x y t", real=True)
z = sp.Symbol("z")
a, b, k, s = sp.symbols("a b k s", positive=True)
J = Integral(sin(y) / y, (y, 0, oo))

TRUE = [
    (2 * Integral(1 / (x**2 + a**2), (x, -oo, oo)) + k, FundamentalTheorem(atan(x / a) / a), 2 * pi / a + k),
    (Integral(1 / (z**2 + a**2), (z, -oo, oo)), FundamentalTheorem(atan(z / a) / a), pi / a),
    (Integral(exp(-s * x), (x, 0, oo)) * J, FundamentalTheorem(-exp(-s * x) / s), J / s),
    (Integral(log(x), (x, 0, 1)), FundamentalTheorem(x * log(x) - x, at_lower=0), -1),
    (Integral(1 / sqrt(1 - x**2), (x, -1, 1)), FundamentalTheorem(asin(x)), pi),
    (Integral(x**2, (x, a, a + b)), FundamentalTheorem(x**3 / 3), ((a + b) ** 3 - a**3) / 3),
    (Integral(x**2, (x, 1, 0)), FundamentalTheorem(x**3 / 3), -Rational(1, 3)),
    (
        Integral(cos(x * y), (x, 0, 1), (y, 1, 2)),
        FundamentalTheorem(sin(x * y) / y, variable=x),
        Integral(sin(y) / y, (y, 1, 2)),
    ),
    (
        Integral(exp(-x), (x, 0, oo)) + Integral(cos(y), (y, 0, k)),
        FundamentalTheorem(sin(y)),
        Integral(exp(-x), (x, 0, oo)) + sin(k),
    ),
    (sp.exp(Integral(2 * x, (x, 0, a))), FundamentalTheorem(x**2), exp(a**2)),
]


@pytest.mark.parametrize(("line", "rule", "written"), TRUE)
def test_true_antiderivatives(judged, line, rule, written):
    assert judged(line, rule, sp.sympify(written)) == "follows"


MUTANTS = [
    (Integral(1 / (x**2 + a**2), (x, -oo, oo)), FundamentalTheorem(atan(x / a)), pi),
    (Integral(1 / (x**2 + a**2), (x, -oo, oo)), FundamentalTheorem(atan(x / a) / a, at_lower=0), pi / (2 * a)),
    (Integral(1 / x**2, (x, -1, 1)), FundamentalTheorem(-1 / x), -2),
    (Integral(1 / x, (x, -1, 2)), FundamentalTheorem(log(sp.Abs(x))), log(2)),
    (Integral(log(x), (x, 0, 1)), FundamentalTheorem(x * log(x) - x, at_lower=1), -2),
    (Integral(exp(-s * x), (x, 0, oo)), FundamentalTheorem(exp(-s * x) / s), -1 / s),
    (Integral(1 / (1 + x**2), (x, 0, 2)), FundamentalTheorem(atan((1 + x) / (1 - x))), atan(-3) - pi / 4),
]


@pytest.mark.parametrize(("line", "rule", "written"), MUTANTS)
def test_false_ones_are_not_licensed(judged, line, rule, written):
    assert judged(line, rule, sp.sympify(written)) != "follows"


def test_obligations_are_listed():
    (found,) = FundamentalTheorem(x * log(x) - x, at_lower=0).consequences(Integral(log(x), (x, 0, 1)), Context())
    relations = [type(o.claim.relation) for o in found.obligations]
    assert ContinuousOn in relations and any(isinstance(o.claim.lhs, sp.Limit) for o in found.obligations)
    assert found.obligations[0].claim.lhs == log(x)


def test_an_unknown_end_stays_a_limit():
    f = sp.Function("f")
    (found,) = FundamentalTheorem(f(x)).consequences(Integral(f(x).diff(x), (x, 0, oo)), Context())
    assert found.after == sp.Limit(f(x), x, oo, "-") - f(0)


def test_equal_derivatives(judged):
    rule = DifferentiateBack(pi / 2 - atan(a), a, 1)
    assert judged(atan(1 / a), rule, pi / 2 - atan(a)) == "follows"
    assert (
        judged(Integral(exp(-t), (t, 0, a)), DifferentiateBack(1 - exp(-a), a, 0, sp.Interval(0, oo)), 1 - exp(-a))
        == "follows"
    )
    assert judged(atan(1 / x), DifferentiateBack(pi / 2 - atan(x), x, 1), pi / 2 - atan(x)) != "follows"
    assert judged(atan(1 / a), DifferentiateBack(-atan(a), a, 1), -atan(a)) != "follows"


def test_no_derivative_slips_under_an_integral():
    line = Integral(exp(-a * t) * sin(t) / t, (t, 0, oo))
    (found,) = DifferentiateBack(atan(1 / a), a, oo).consequences(line, Context())
    assert found.obligations[0].claim.lhs == sp.Derivative(line, a)


@pytest.mark.parametrize(
    ("rule", "line", "said"),
    [
        (FundamentalTheorem(x**2), sin(x), "found no definite integral"),
        (FundamentalTheorem(x**2), Integral(y, (y, 0, 1)), "variable of F"),
        (FundamentalTheorem(x**2), Integral(2 * x, x), "both ends"),
        (DifferentiateBack(x, y, 0), Integral(x, (x, 0, 1)), "free variable y"),
    ],
)
def test_wrong_uses(rule, line, said):
    with pytest.raises(RuleError, match=said):
        list(rule.consequences(line, Context()))


@pytest.mark.parametrize(
    "f, F, status",
    [
        (x**2, x**3 / 3, "follows"),
        (cos(x) / (2 + sin(x)), log(2 + sin(x)), "follows"),
        (1 / x**2, -1 / x, "not shown"),
        (1 / x, log(sp.Abs(x)), "not shown"),
        (x**2, x**3, "not shown"),
    ],
)
def test_ends_whose_order_is_open(judged, f, F, status):
    """∫_a^b for real a, b of either order: what holds between them, whichever way, is asked for; no order is."""
    p, q = sp.symbols("p q", real=True)
    after = F.subs(x, q) - F.subs(x, p)
    assert judged(Integral(f, (x, p, q)), FundamentalTheorem(F), after).startswith(status)


def test_an_order_is_needed_where_a_value_is_a_limit(judged):
    q = sp.Symbol("q", nonnegative=True)
    line = Integral(1 / sqrt(x), (x, 0, q))
    assert judged(line, FundamentalTheorem(2 * sqrt(x)), 2 * sqrt(q)) == "follows"
