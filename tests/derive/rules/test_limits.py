"""Limits against integrals and sums, series term by term, geometric series; and mutants with bad majorants."""

import pytest
import sympy as sp
from sympy import Abs, Integral, Limit, Sum, cos, coth, exp, log, oo, pi, sin

from derive.rule import Context, RuleError
from derive.rules.limits import DominatedConvergence, MonotoneConvergence, Squeeze, TermByTerm
from derive.rules.series import GeometricExpansion, GeometricSeries, SplitSum

a, k, eps, q = sp.symbols("a k epsilon q", positive=True)
x, y = sp.symbols("x y", real=True)
X = sp.Symbol("x", positive=True)
m = sp.Symbol("m", integer=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
N = sp.Symbol("N", integer=True, positive=True)

M = 1 / (a**2 + x**2)
U = Integral(cos(k * x) * M, (x, -oo, oo))
TAMED = Integral(cos(k * x) * M * exp(-eps * Abs(x)), (x, -oo, oo))
ARCTAN = Integral(exp(-eps * X) / (1 + X**2), (X, 0, oo))
TERM = X * exp(-(n + 1) * X)

STEPS = [
    (DominatedConvergence(eps, M), Limit(TAMED, eps, 0, "+"), U),
    (DominatedConvergence(eps, M), 2 * a * Limit(3 * TAMED, eps, 0, "+"), 6 * a * U),
    (
        DominatedConvergence(y, exp(-X), limit=exp(-X), near=1),
        Limit(Integral(exp(-X) * cos(X * y), (X, 0, oo)), y, 0, "+"),
        Integral(exp(-X), (X, 0, oo)),
    ),
    (
        DominatedConvergence(k, exp(-X), limit=0),
        Limit(Integral(exp(-(k + 1) * X), (X, 0, oo)), k, oo),
        Integral(0, (X, 0, oo)),
    ),
    (
        DominatedConvergence(eps, exp(-n)),
        Limit(Sum(exp(-n) / (1 + eps * n), (n, 0, oo)), eps, 0, "+"),
        Sum(exp(-n), (n, 0, oo)),
    ),
    (
        DominatedConvergence(eps, 1 / (1 + X**2)),
        Integral(Limit(exp(-eps * X) / (1 + X**2), eps, 0, "+"), (X, 0, oo)),
        Limit(ARCTAN, eps, 0, "+"),
    ),
    (MonotoneConvergence(eps), Limit(ARCTAN, eps, 0, "+"), Integral(1 / (1 + X**2), (X, 0, oo))),
    (TermByTerm(), Integral(Sum(TERM, (n, 0, oo)), (X, 0, oo)), Sum(Integral(TERM, (X, 0, oo)), (n, 0, oo))),
    (TermByTerm(), Sum(Integral(TERM, (X, 0, oo)), (n, 0, oo)), Integral(Sum(TERM, (n, 0, oo)), (X, 0, oo))),
    (
        TermByTerm(2 ** (-n) * exp(-X), 2 ** (-n)),
        Integral(Sum(2 ** (-n) * exp(-X) * cos(n * X), (n, 0, oo)), (X, 0, oo)),
        Sum(Integral(2 ** (-n) * exp(-X) * cos(n * X), (X, 0, oo)), (n, 0, oo)),
    ),
    (Squeeze(eps), Limit(eps * sin(1 / eps), eps, 0, "+"), sp.S.Zero),
    (Squeeze(1 / k, 1), Limit(sin(k) / k + 1, k, oo) + a, 1 + a),
    (GeometricSeries(), Sum(exp(-a * n), (n, 0, oo)), 1 / (1 - exp(-a))),
    (GeometricSeries(), pi / a * Sum(exp(-2 * pi * a * Abs(m)), (m, -oo, oo)), pi / a * coth(pi * a)),
    (GeometricSeries(), Sum(q**n, (n, 0, N)), (1 - q ** (N + 1)) / (1 - q)),
    (GeometricSeries(), Sum(sp.Rational(1, 2) ** n, (n, 3, oo)), sp.Rational(1, 4)),
    (SplitSum(even=True), Sum(1 / (m**2 + a**2), (m, -oo, oo)), 1 / a**2 + 2 * Sum(1 / (m**2 + a**2), (m, 1, oo))),
    (SplitSum(), Sum(exp(-(m**2)), (m, -oo, oo)), 1 + 2 * Sum(exp(-(m**2)), (m, 1, oo))),
    (
        GeometricExpansion(exp(-X), n),
        Integral(X * exp(-X) / (1 - exp(-X)), (X, 0, oo)),
        Integral(Sum(X * exp(-X) * exp(-X) ** n, (n, 0, oo)), (X, 0, oo)),
    ),
    (
        GeometricExpansion(-(X**2), n),
        Integral(1 / (1 + X**2), (X, 0, 1)),
        Integral(Sum((-(X**2)) ** n, (n, 0, oo)), (X, 0, 1)),
    ),
]


@pytest.mark.parametrize("rule, before, after", STEPS)
def test_steps_are_licensed(rule, before, after, judged):
    given = (sp.Ne(q, 1),) if before.has(q) else ()
    assert judged(before, rule, after, given=given) == "follows"


MUTANTS = [
    (DominatedConvergence(eps, sp.S.One), Limit(TAMED, eps, 0, "+"), U),
    (DominatedConvergence(eps, M / 2), Limit(TAMED, eps, 0, "+"), U),
    (DominatedConvergence(eps, M), Limit(TAMED, eps, 0, "+"), 2 * U),
    (DominatedConvergence(eps, M, limit=M), Limit(TAMED, eps, 0, "+"), Integral(M, (x, -oo, oo))),
    # mass runs to infinity: ∫ e^{−(x − k)²} dx keeps √π while the integrand tends to 0
    (DominatedConvergence(k, exp(-(x**2)), limit=0), Limit(Integral(exp(-((x - k) ** 2)), (x, -oo, oo)), k, oo),
     Integral(0, (x, -oo, oo))),
    (MonotoneConvergence(eps), Limit(Integral(cos(X) * exp(-eps * X), (X, 0, oo)), eps, 0, "+"),
     Integral(cos(X), (X, 0, oo))),
    (MonotoneConvergence(eps), Limit(Integral(eps * exp(-eps * X), (X, 0, oo)), eps, 0, "+"), Integral(0, (X, 0, oo))),
    (TermByTerm(), Integral(Sum((-1) ** n * TERM, (n, 0, oo)), (X, 0, oo)),
     Sum(Integral((-1) ** n * TERM, (X, 0, oo)), (n, 0, oo))),
    (TermByTerm(exp(-X), sp.S.One), Integral(Sum(TERM * cos(n), (n, 0, oo)), (X, 0, oo)),
     Sum(Integral(TERM * cos(n), (X, 0, oo)), (n, 0, oo))),
    (Squeeze(eps / 2), Limit(eps * sin(1 / eps), eps, 0, "+"), sp.S.Zero),
    (Squeeze(1 + eps), Limit(sin(1 / eps), eps, 0, "+"), sp.S.Zero),
    (GeometricSeries(), Sum(exp(a * n), (n, 0, oo)), 1 / (1 - exp(a))),
    (GeometricSeries(), Sum(q**n, (n, 0, oo)), 1 / (1 - q)),
    (GeometricSeries(), Sum(exp(-a * n), (n, 1, oo)), 1 / (1 - exp(-a))),
    (SplitSum(even=True), Sum(exp(-(m**2) + m), (m, -oo, oo)), 1 + 2 * Sum(exp(-(m**2) + m), (m, 1, oo))),
    (SplitSum(), Sum(1 / (1 + Abs(m)), (m, -oo, oo)), 1 + 2 * Sum(1 / (1 + Abs(m)), (m, 1, oo))),
    (GeometricExpansion(X, n), Integral(1 / (1 - X), (X, 0, 2)), Integral(Sum(X**n, (n, 0, oo)), (X, 0, 2))),
]  # fmt: skip


@pytest.mark.parametrize("rule, before, after", MUTANTS)
def test_mutants_meet_an_objection(rule, before, after, judged):
    assert judged(before, rule, after) != "follows"


@pytest.mark.parametrize(
    "rule, line, given, message",
    [
        (DominatedConvergence(eps, M), U, (), "limit in epsilon"),
        (DominatedConvergence(eps, eps * M), Limit(TAMED, eps, 0, "+"), (), "depends on"),
        (
            DominatedConvergence(k, exp(-X)),
            Limit(Integral(exp(-(k + 1) * X), (X, 0, oo)), k, oo),
            (),
            "state the limit",
        ),
        (DominatedConvergence(eps, 1), Limit(Integral(X, (X, 0, eps)), eps, 0, "+"), (), "bounds"),
        (DominatedConvergence(eps, M), Limit(TAMED, eps, 0, "+"), (x > 0,), "rename"),
        (MonotoneConvergence(y), Limit(Integral(exp(-y * X), (X, 0, oo)), y, 1, "+-"), (), "one side"),
        (TermByTerm(), U, (), "integral of a sum"),
        (Squeeze(a), Limit(eps, eps, 0, "+"), (), "tend to 0"),
        (GeometricSeries(), Sum(1 / (1 + n), (n, 0, oo)), (), "ratio"),
        (GeometricSeries(), U, (), "geometric sum"),
        (GeometricSeries(), Sum(exp(-y), (y, 0, oo)), (), "integer=True"),
        (SplitSum(), Sum(exp(-n), (n, 0, oo)), (), "all integers"),
        (GeometricExpansion(X, a), Integral(1 / (1 - X), (X, 0, 1)), (), "declared"),
        (DominatedConvergence(eps, M), log(2) + a, (), "limit in epsilon"),
    ],
)
def test_misuse_is_named(rule, line, given, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context(given)))


@pytest.mark.parametrize(
    "expr, value",
    [
        (sp.Si(X), sp.pi / 2),
        (sp.Si(-a * X), -sp.pi / 2),
        (sp.Ci(a * X), sp.S.Zero),
        (sp.fresnels(X**2), sp.S.Half),
        (sp.fresnelc(X) - sp.Si(X), sp.S.Half - sp.pi / 2),
        (sp.Si(1 / X), sp.S.Zero),
        (sp.Si(sp.I * X), None),
        (sp.Si(X + sp.I * sp.sqrt(X)), None),
        (sp.fresnelc(X + sp.I), None),
    ],
)
def test_limits_of_oscillating_integrals_are_those_on_the_real_axis(expr, value):
    from derive.rules.analysis.limitvalue import limit_value

    assert limit_value(expr, X, oo, "-", ()) == value


@pytest.mark.parametrize(
    "expr, end, value",
    [
        (1 / log(X), 0, 0),
        (1 / (1 + log(X)) ** 2, 0, 0),
        (log(X), 0, -oo),
        (log(a * X**2), 0, -oo),
        (sin(X) / (a**2 * exp(a * X) + exp(a * X)), oo, 0),
        ((a + cos(X)) / (exp(2 * X) - X * exp(X)), oo, 0),
        (log(-X), 0, None),
        (1 / log(X), 1, oo),
        (exp(X) / (a * exp(X) + exp(X)), oo, 1 / (a + 1)),
    ],
)
def test_limits_with_logarithms_at_zero_and_common_factors_below(expr, end, value):
    from derive.rules.analysis.limitvalue import limit_value

    found = limit_value(expr, X, sp.sympify(end), "-" if end == oo else "+", ())
    assert found == value or sp.simplify(found - value) == 0
