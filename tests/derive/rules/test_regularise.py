"""Regulators: the article's equation for I(k), Abel's values, limits by continuity; and what must not pass."""

import pytest
import sympy as sp
from sympy import Abs, Derivative, DiracDelta, I, Integral, Limit, cos, exp, factorial, gamma, log, oo, pi, sin, sqrt

from derive.claim import Claim, Weakly
from derive.rule import Context, RuleError
from derive.rules.continuation import AnalyticContinuation
from derive.rules.regularise import Abel, EvaluateLimit, RegulatedOperator

a, k, eps, p, s, k0 = sp.symbols("a k epsilon p s k_0", positive=True)
x, kr, sigma_0 = sp.symbols("x k sigma_0", real=True)
X = sp.Symbol("x", positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)

M = 1 / (a**2 + x**2)
U = Integral(cos(k * x) * M, (x, -oo, oo))
J = Integral(cos(k * x) * M * exp(-eps * Abs(x)), (x, -oo, oo))
LEMMA = Claim(Derivative(J, (k, 2)) - a**2 * J, -2 * eps / (eps**2 + k**2))
LINE = Derivative(U, (k, 2)) - a**2 * U
BOUND = 2 * eps / (eps**2 + k0**2)

STEPS = [
    (Abel(eps), U, Limit(J, eps, 0, "+")),
    (
        Abel(eps),
        3 * Integral(sin(X) / X, (X, 0, oo)),
        3 * Limit(Integral(sin(X) / X * exp(-eps * X), (X, 0, oo)), eps, 0, "+"),
    ),
    (
        Abel(eps, sense="abel"),
        Integral(sin(k * X), (X, 0, oo)),
        Limit(Integral(sin(k * X) * exp(-eps * X), (X, 0, oo)), eps, 0, "+"),
    ),
    (
        Abel(eps, regulator=exp(-eps * x**2)),
        U,
        Limit(Integral(cos(k * x) * M * exp(-eps * x**2), (x, -oo, oo)), eps, 0, "+"),
    ),
    (EvaluateLimit(), Limit(eps / (eps**2 + k**2), eps, 0, "+"), sp.S.Zero),
    (EvaluateLimit(), Limit(k / (eps**2 + k**2), eps, 0, "+"), 1 / k),
    (
        EvaluateLimit(),
        Limit(factorial(n) / (eps - I * k) ** (n + 1), eps, 0, "+"),
        factorial(n) * I ** (n + 1) / k ** (n + 1),
    ),
    (EvaluateLimit(), Limit(gamma(s) * (eps - I * k) ** (-s), eps, 0, "+"), gamma(s) * exp(I * pi * s / 2) * k ** (-s)),
    (EvaluateLimit(), a + Limit(log(1 + eps) + sqrt(k + eps), eps, 0, "+"), a + sqrt(k)),
    (EvaluateLimit(1), Limit(sin(eps) / eps, eps, 0, "+"), sp.S.One),
]


@pytest.mark.parametrize("rule, before, after", STEPS, ids=lambda v: type(v).__name__)
def test_steps_are_licensed(rule, before, after, judged):
    assert judged(before, rule, after) == "follows"


MUTANTS = [
    (
        Abel(eps),
        Integral(x / (1 + x**2), (x, 0, oo)),
        Limit(Integral(x / (1 + x**2) * exp(-eps * x), (x, 0, oo)), eps, 0, "+"),
    ),
    (Abel(eps, regulator=exp(eps * x)), U, Limit(Integral(cos(k * x) * M * exp(eps * x), (x, -oo, oo)), eps, 0, "+")),
    (
        Abel(eps, regulator=exp(-eps * x**2) / 2),
        U,
        Limit(Integral(cos(k * x) * M * exp(-eps * x**2) / 2, (x, -oo, oo)), eps, 0, "+"),
    ),
    (EvaluateLimit(), Limit(k / (eps**2 + k**2), eps, 0, "+"), 2 / k),
    (EvaluateLimit(), Limit((eps - k) ** s, eps, 0, "+"), (-k) ** s),
    (EvaluateLimit(0), Limit(sin(eps) / eps, eps, 0, "+"), sp.S.Zero),
]


@pytest.mark.parametrize("rule, before, after", MUTANTS)
def test_mutants_meet_an_objection(rule, before, after, judged):
    assert judged(before, rule, after) != "follows"


def test_the_regulated_equation_passes_to_the_limit(judged):
    assert judged(LINE, RegulatedOperator(k, eps, M, BOUND), sp.S.Zero, LEMMA) == "follows"


def test_it_passes_to_the_limit_also_when_solved_for_the_derivative(judged):
    solved = Claim(Derivative(J, (k, 2)), a**2 * J - 2 * eps / (eps**2 + k**2))
    assert judged(LINE, RegulatedOperator(k, eps, M, BOUND), sp.S.Zero, solved) == "follows"


def test_another_operator_is_not_that_of_the_lemma():
    f = exp(-(x**2))
    u, tamed = (Integral(cos(k * x) * f * chi, (x, -oo, oo)) for chi in (1, exp(-eps * x**2)))
    lemma = Claim(Derivative(tamed, k) + k * tamed / 2 / (1 + eps), 0)
    rule = RegulatedOperator(k, eps, f, eps, regulator=exp(-eps * x**2))
    with pytest.raises(RuleError, match="operator"):
        list(rule.consequences(Derivative(u, k) + k * u / 2, Context((), (lemma,))))


def test_weakly_the_right_side_is_a_delta(judged):
    u, tamed = U.xreplace({k: kr}), J.xreplace({k: kr})
    lemma = Claim(a**2 * tamed - Derivative(tamed, (kr, 2)), 2 * eps / (eps**2 + kr**2))
    line = a**2 * u - Derivative(u, (kr, 2))
    rule = RegulatedOperator(kr, eps, M, 2 * eps / kr**2, weak=True, mass=2 * pi)
    assert rule.relation == Weakly(kr)
    assert judged(line, rule, 2 * pi * DiracDelta(kr), lemma) == "follows"
    wrong = RegulatedOperator(kr, eps, M, 2 * eps / kr**2, weak=True, mass=pi)
    assert judged(line, wrong, pi * DiracDelta(kr), lemma) != "follows"


@pytest.mark.parametrize(
    "rule, given",
    [
        (RegulatedOperator(k, eps, sp.S.One, BOUND), ()),
        (RegulatedOperator(k, eps, M / 2, BOUND), ()),
        (RegulatedOperator(k, eps, M, eps / (eps**2 + k0**2)), ()),
        (RegulatedOperator(k, eps, M, 2 * eps / (eps**2 + k0**2) + 1), ()),
        (RegulatedOperator(k, eps, M, BOUND, limit=sp.S.One), ()),
    ],
    ids=["majorant not integrable", "no majorant", "bound too small", "bound does not vanish", "wrong limit"],
)
def test_the_limit_of_the_equation_needs_its_bounds(rule, given, judged):
    assert judged(LINE, rule, sp.sympify(rule.limit), LEMMA, given=given) != "follows"


def test_at_zero_the_equation_does_not_pass_to_the_limit(judged):
    """At k = 0 the solution has a kink: the domain must be open."""
    u, tamed = U.xreplace({k: kr}), J.xreplace({k: kr})
    lemma = Claim(Derivative(tamed, (kr, 2)) - a**2 * tamed, -2 * eps / (eps**2 + kr**2))
    line = Derivative(u, (kr, 2)) - a**2 * u
    rule = RegulatedOperator(kr, eps, M, BOUND)
    assert judged(line, rule, sp.S.Zero, lemma, given=(kr > 0,)) == "follows"
    with pytest.raises(RuleError, match="open domain"):
        judged(line, rule, sp.S.Zero, lemma, given=(kr >= 0,))


@pytest.mark.parametrize(
    "rule, line, lemmas, message",
    [
        (Abel(eps), cos(x), (), "integral"),
        (Abel(eps), Integral(cos(x), (x, 0, 1)), (), "goes to oo"),
        (Abel(eps), J, (), "occurs"),
        (EvaluateLimit(), U, (), "a limit"),
        (EvaluateLimit(), Limit(eps / (eps**2 + kr**2), eps, 0, "+"), (), "k = 0"),
        (EvaluateLimit(), Limit(J, eps, 0, "+"), (), "by structure"),
        (EvaluateLimit(), Limit(1 / k, k, oo), (), "state its value"),
        (RegulatedOperator(k, eps, M, BOUND), LINE, (), "lemma"),
        (RegulatedOperator(k, eps, M, BOUND), 2 * LINE, (LEMMA,), "operator"),
        (RegulatedOperator(k, eps, M, BOUND), LINE**2, (LEMMA,), "linear"),
        (RegulatedOperator(k, eps, M, eps / k), LINE, (LEMMA,), "uniform"),
        (RegulatedOperator(k, eps, exp(-eps * x) * M, BOUND), LINE, (LEMMA,), "must not depend"),
        (AnalyticContinuation(p, I, M), LINE, (), "lemma"),
    ],
)
def test_misuse_is_named(rule, line, lemmas, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context((), lemmas)))


MAJORANT = X ** (s - 1) * exp(-sigma_0 * X)
GAMMA = Claim(Integral(X ** (s - 1) * exp(-p * X), (X, 0, oo)), gamma(s) * p ** (-s))
TURNED = Integral(X ** (s - 1) * exp(I * k * X) * exp(-eps * X), (X, 0, oo))


def test_continuation_to_the_ray(judged):
    rule = AnalyticContinuation(p, eps - I * k, MAJORANT)
    assert judged(TURNED, rule, gamma(s) * (eps - I * k) ** (-s), GAMMA) == "follows"


def test_continuation_of_elementary_integrals(judged):
    lemma = Claim(Integral(exp(-p * X), (X, 0, oo)), 1 / p)
    rule = AnalyticContinuation(p, 1 + I * k, exp(-sigma_0 * X))
    assert judged(Integral(exp(-X - I * k * X), (X, 0, oo)), rule, 1 / (1 + I * k), lemma) == "follows"
    gauss = Claim(Integral(exp(-p * x**2), (x, -oo, oo)), sqrt(pi / p))
    rule = AnalyticContinuation(p, 1 + I, exp(-sigma_0 * x**2))
    assert judged(Integral(exp(-(1 + I) * x**2), (x, -oo, oo)), rule, sqrt(pi) / sqrt(1 + I), gauss) == "follows"


@pytest.mark.parametrize(
    "rule, before, after, lemma",
    [
        (AnalyticContinuation(p, eps - I * k, MAJORANT), TURNED, gamma(s) * (eps + I * k) ** (-s), GAMMA),
        (AnalyticContinuation(p, eps + I * k, MAJORANT), TURNED, gamma(s) * (eps + I * k) ** (-s), GAMMA),
        (AnalyticContinuation(p, eps - I * k, X ** (s - 1)), TURNED, gamma(s) * (eps - I * k) ** (-s), GAMMA),
        (AnalyticContinuation(p, -I * k, MAJORANT), Integral(X ** (s - 1) * exp(I * k * X), (X, 0, oo)),
         gamma(s) * (-I * k) ** (-s), GAMMA),
        (AnalyticContinuation(p, -eps, MAJORANT), Integral(X ** (s - 1) * exp(eps * X), (X, 0, oo)),
         gamma(s) * (-eps) ** (-s), GAMMA),
        (AnalyticContinuation(p, eps - I * k, MAJORANT, left=-1), TURNED, gamma(s) * (eps - I * k) ** (-s), GAMMA),
    ],
    ids=["wrong line", "wrong point", "majorant diverges", "edge of the strip", "outside the strip", "strip too wide"],
)  # fmt: skip
def test_continuation_mutants(rule, before, after, lemma, judged):
    assert judged(before, rule, after, lemma) != "follows"
