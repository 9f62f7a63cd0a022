"""Finite parts: sums of transforms whose poles cancel; mutants of terms, lemmas and values; divergent integrals."""

import pytest
import sympy as sp
from sympy import Integral, cos, exp, gamma, log, oo, pi

from derive import Claim
from derive.rule import Context, RuleError
from derive.rules import BetaParts, FiniteParts, SameValue

x, s = sp.symbols("x s", real=True)
a, b = sp.symbols("a b", positive=True)


def half_line(f):
    return Integral(f, (x, 0, oo))


def transform(g, value, *given):
    return Claim(half_line(x ** (s - 1) * g), value, given)


EXP_A = transform(exp(-a * x), gamma(s) * a**-s, s > 0)
EXP_B = transform(exp(-b * x), gamma(s) * b**-s, s > 0)
COSINE = transform(cos(a * x), gamma(s) * cos(pi * s / 2) * a**-s, s > 0, s < 1)
FRULLANI = half_line((exp(-a * x) - exp(-b * x)) / x)
TERMS = ((1, -1, 0, exp(-a * x)), (-1, -1, 0, exp(-b * x)))


def parts(*terms, value=None):
    return FiniteParts(x, s, tuple((sp.S(c), sp.S(p), n, sp.S(g)) for c, p, n, g in terms), value)


FOLLOWS = [
    (FRULLANI, parts(*TERMS), (EXP_A, EXP_B), log(b) - log(a)),
    (half_line(exp(-a * x) * log(x)), parts((1, 0, 1, exp(-a * x))), (EXP_A,), -(sp.EulerGamma + log(a)) / a),
    (half_line((1 - cos(a * x)) / x**2), parts((1, -2, 0, 1), (-1, -2, 0, cos(a * x))), (COSINE,), pi * a / 2),
    (half_line((1 - exp(-a * x)) ** 2 / x**2),
     parts((1, -2, 0, 1), (-2, -2, 0, exp(-a * x)), (1, -2, 0, exp(-2 * a * x))),
     (EXP_A, transform(exp(-2 * a * x), gamma(s) * (2 * a) ** -s, s > 0)), 2 * a * log(2)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "rule", "lemmas", "value"), FOLLOWS, ids=lambda v: str(v)[:40])
def test_follows(judged, line, rule, lemmas, value):
    assert judged(line, rule, value, *lemmas) == "follows"
    assert judged(line, rule, value + 1, *lemmas) == "other line"
    wrong = FiniteParts(rule.variable, rule.s, rule.terms, value + 1)
    assert judged(line, wrong, value + 1, *lemmas).startswith("not shown: the constant term")


def written(line, rule, *lemmas, given=()):
    return next(iter(rule.consequences(line, Context(given, lemmas)))).after


MUTANTS = [
    # a term forgotten, another power, a divergent integral, an empty strip, an assumption of a lemma that fails
    (FRULLANI, parts(TERMS[0]), (EXP_A,), "the integrand is the sum"),
    (FRULLANI, parts((1, 0, 0, exp(-a * x)), TERMS[1]), (EXP_A, EXP_B), "the integrand is the sum"),
    (half_line(exp(-a * x) / x), parts(TERMS[0]), (EXP_A,), "converges|the poles"),
    (FRULLANI, parts(*TERMS), (EXP_A, transform(exp(-b * x), gamma(s), s > 1, s < 1)), "strip"),
    (FRULLANI, parts(*TERMS), (EXP_A, transform(exp(-b * x), gamma(s) * b**-s, s > 0, b > 1)), "assumption b > 1"),
]


@pytest.mark.parametrize(("line", "rule", "lemmas", "why"), MUTANTS, ids=lambda v: str(v)[:40])
def test_mutants(judged, line, rule, lemmas, why):
    verdict = judged(line, rule, written(line, rule, *lemmas), *lemmas)
    assert verdict.startswith("not shown") and any(part in verdict for part in why.split("|"))


@pytest.mark.parametrize(
    ("line", "rule", "lemmas", "says"),
    [
        (FRULLANI, parts(*TERMS), (EXP_A,), "looked for a lemma"),
        (FRULLANI, parts(*TERMS), (EXP_A, transform(exp(-b * x), sp.Abs(s))), "meromorphic"),
        (
            half_line(sp.zeta(x + 2) - 1),
            parts((1, 0, 0, sp.zeta(x + 2) - 1)),
            (transform(sp.zeta(x + 2) - 1, s),),
            "expansions",
        ),
        (Integral(exp(-x), (x, 1, oo)), parts((1, 0, 0, exp(-x))), (), "from 0 to oo"),
    ],
)
def test_refused(line, rule, lemmas, says):
    with pytest.raises(RuleError, match=says):
        list(rule.consequences(line, Context((), lemmas)))


y = sp.Symbol("y", real=True)


def unit(f):
    return Integral(f, (y, 0, 1))


BETA = [
    (unit(y ** (a - 1) * (1 - y) ** (b - 1)), ((1, a, b, 0, 0),), gamma(a) * gamma(b) / gamma(a + b)),
    (unit(log(y) * log(1 - y)), ((1, 1, 1, 1, 1),), 2 - pi**2 / 6),
    (unit((1 - y**a) / (1 - y)), ((1, 1, 0, 0, 0), (-1, a + 1, 0, 0, 0)), sp.polygamma(0, a + 1) + sp.EulerGamma),
]


@pytest.mark.parametrize(("line", "terms", "value"), BETA, ids=lambda v: str(v)[:40])
def test_beta(judged, line, terms, value):
    def rule(value):
        return BetaParts(y, tuple((*map(sp.S, t[:3]), *t[3:]) for t in terms), value)

    assert judged(line, rule(value), value) == "follows"
    assert judged(line, rule(2 * value), 2 * value).startswith("not shown")
    assert judged(2 * line, rule(value), value) == "other line"


def test_beta_of_another_integrand(judged):
    _, terms, value = BETA[1]
    assert judged(unit(log(y) ** 2), BetaParts(y, terms), value).startswith("not shown: the integrand")
    divergent = unit(1 / y)
    rule = BetaParts(y, ((sp.S(1), sp.S(0), sp.S(1), 0, 0),))
    assert judged(divergent, rule, written(divergent, rule)).startswith("not shown")


def test_same_value(judged):
    line = gamma(s) * gamma(1 - s)
    value = pi / sp.sin(pi * s)
    assert judged(line, SameValue(value), value, given=(s > 0, s < 1)) == "follows"
    assert judged(line, SameValue(-value), -value, given=(s > 0, s < 1)).startswith("not shown")
