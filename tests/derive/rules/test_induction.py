"""Induction: moments of the exponential, of the Gaussian, Wallis; bases off by one and wrong recurrences."""

import pytest
import sympy as sp
from sympy import I, Integral, cos, exp, factorial, gamma, oo, pi, sqrt

from derive.claim import Claim
from derive.rule import Context, RuleError
from derive.rules.induction import Induction

a, k, eps = sp.symbols("a k epsilon", positive=True)
X = sp.Symbol("x", positive=True)
x = sp.Symbol("x", real=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
j = sp.Symbol("j", integer=True, positive=True)

P = eps - I * k
MOMENT = Integral(X**n * exp(-P * X), (X, 0, oo))
STEP = Claim(MOMENT, n / P * MOMENT.xreplace({n: n - 1}), n >= 1)
GAUSS = Integral(X**n * exp(-(X**2)), (X, 0, oo))
GAUSS_STEP = Claim(GAUSS, (n - 1) / sp.Integer(2) * GAUSS.xreplace({n: n - 2}), n >= 2)
WALLIS = Integral(cos(x) ** n, (x, 0, pi / 2))
WALLIS_STEP = Claim(WALLIS, (n - 1) / n * WALLIS.xreplace({n: n - 2}), n >= 2)
FROM_ONE = Integral(X ** (j - 1) * exp(-a * X), (X, 0, oo))


@pytest.mark.parametrize(
    "line, rule, after, lemma",
    [
        (MOMENT, Induction(n, factorial(n) / P ** (n + 1)), factorial(n) / P ** (n + 1), STEP),
        (2 * MOMENT + 1, Induction(n, gamma(n + 1) / P ** (n + 1)), 2 * factorial(n) / P ** (n + 1) + 1, STEP),
        (GAUSS, Induction(n, gamma((n + 1) / sp.Integer(2)) / 2), gamma((n + 1) / sp.Integer(2)) / 2, GAUSS_STEP),
        (WALLIS, Induction(n, sqrt(pi) / 2 * gamma((n + 1) / sp.Integer(2)) / gamma(n / 2 + 1)),
         sqrt(pi) / 2 * gamma((n + 1) / sp.Integer(2)) / gamma(n / 2 + 1), WALLIS_STEP),
        (FROM_ONE, Induction(j, factorial(j - 1) / a**j, base=1), factorial(j - 1) / a**j,
         Claim(FROM_ONE, (j - 1) / a * FROM_ONE.xreplace({j: j - 1}), j >= 2)),
    ],
)  # fmt: skip
def test_steps_are_licensed(line, rule, after, lemma, judged):
    assert judged(line, rule, after, lemma) == "follows"


def test_a_base_case_may_be_a_lemma(judged):
    base = Claim(MOMENT.xreplace({n: sp.S.Zero}), 1 / P)
    closed = factorial(n) / P ** (n + 1)
    consequences = list(Induction(n, closed).consequences(MOMENT, Context((), (STEP, base))))
    assert not any(o.claim.lhs.has(Integral) for o in consequences[0].obligations)
    assert judged(MOMENT, Induction(n, closed), closed, STEP, base) == "follows"


@pytest.mark.parametrize(
    "closed, lemma, given",
    [
        (factorial(n) / P**n, STEP, ()),
        (2 * factorial(n) / P ** (n + 1), STEP, ()),
        (factorial(n + 1) / P ** (n + 1), STEP, ()),
        (factorial(n) / P ** (n + 1), Claim(STEP.lhs, 2 * STEP.rhs, n >= 1), ()),
        (factorial(n) / P ** (n + 1), Claim(STEP.lhs, STEP.rhs, n >= 2), ()),
    ],
    ids=["power off by one", "factor", "factorial off by one", "recurrence", "recurrence known too late"],
)
def test_mutants_meet_an_objection(closed, lemma, given, judged):
    assert judged(MOMENT, Induction(n, closed), closed, lemma, given=given) != "follows"


def test_the_base_must_lie_below(judged):
    closed = factorial(n) / P ** (n + 1)
    assert judged(MOMENT, Induction(n, closed, base=2), closed, STEP) != "follows"
    assert judged(MOMENT, Induction(n, closed, base=2), closed, STEP, given=(n >= 2,)) == "follows"


@pytest.mark.parametrize(
    "rule, line, lemmas, message",
    [
        (Induction(n, factorial(n)), MOMENT, (), "lemma"),
        (Induction(a, a), MOMENT, (STEP,), "integer"),
        (Induction(n, factorial(n)), MOMENT, (Claim(MOMENT, Integral(X**n, (X, 0, 1))),), "recurrence"),
        (
            Induction(j, factorial(j - 1), base=-1),
            FROM_ONE,
            (Claim(FROM_ONE, FROM_ONE.xreplace({j: j - 1})),),
            "declared",
        ),
        (Induction(n, gamma(n)), MOMENT, (STEP,), "finite"),
        (Induction(n, factorial(n)), sp.Sum(MOMENT, (n, 0, 3)), (STEP,), "bound"),
    ],
)
def test_misuse_is_named(rule, line, lemmas, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context((), lemmas)))
