"""Parseval's formula for Mellin transforms: what it gives, lines outside a strip, contours that do not converge."""

import pytest
import sympy as sp
from sympy import Integral, besselk, cos, exp, gamma, log, oo, pi, sqrt

from derive import Claim
from derive.rule import Context, RuleError
from derive.rules import MellinParseval

x, s = sp.symbols("x s", real=True)
a, b = sp.symbols("a b", positive=True)
HALF = sp.Rational(1, 2)


def half_line(f):
    return Integral(f, (x, 0, oo))


def transform(g, value, *given):
    return Claim(half_line(x ** (s - 1) * g), value, given)


COSINE = transform(cos(b * x), gamma(s) * cos(pi * s / 2) * b**-s, s > 0, s < 1)
EXP = transform(exp(-a * x), gamma(s) * a**-s, s > 0)
GAUSS = transform(exp(-(x**2)), gamma(s / 2) / 2, s > 0)
STIELTJES = transform(1 / (1 + x), gamma(s) * gamma(1 - s), s > 0, s < 1)
ROOT = transform(1 / sqrt(1 + x**2), gamma(s / 2) * gamma(HALF - s / 2) / (2 * sqrt(pi)), s > 0, s < 1)


def rule(g, h, sigma, power=0):
    return MellinParseval(s, g, h, sp.S(power), sp.S(sigma), x)


FOLLOWS = [
    (half_line(exp(-a * x) / (1 + x)), rule(exp(-a * x), 1 / (1 + x), HALF), (EXP, STIELTJES),
     sp.meijerg(((0,), ()), ((0, 0), ()), a)),
    (half_line(2 * cos(b * x) / sqrt(1 + x**2)), rule(cos(b * x), 1 / sqrt(1 + x**2), HALF), (COSINE, ROOT),
     2 * besselk(0, b)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "step", "lemmas", "value"), FOLLOWS, ids=lambda v: str(v)[:40])
def test_follows(judged, line, step, lemmas, value):
    after = next(iter(step.consequences(line, Context((), lemmas)))).after
    assert abs(sp.N((after - value).subs({a: 2, b: 3}), 20)) < 1e-15
    assert judged(line, step, after, *lemmas) == "follows"
    assert judged(line, step, 2 * after, *lemmas) == "other line"


MUTANTS = [
    (half_line(exp(-a * x) / (1 + x)), rule(exp(-a * x), 1 / (1 + x), sp.Rational(3, 2)), (EXP, STIELTJES), "strip"),
    (half_line(exp(-a * x) * x / (1 + x)), rule(exp(-a * x), 1 / (1 + x), HALF), (EXP, STIELTJES), "product"),
]


@pytest.mark.parametrize(("line", "step", "lemmas", "why"), MUTANTS, ids=lambda v: str(v)[:40])
def test_mutants(judged, line, step, lemmas, why):
    after = next(iter(step.consequences(line, Context((), lemmas)))).after
    verdict = judged(line, step, after, *lemmas)
    assert verdict.startswith("not shown") and why in verdict


@pytest.mark.parametrize(
    ("line", "step", "lemmas", "says"),
    [
        (half_line(exp(-a * x) / (1 + x)), rule(exp(-a * x), 1 / (1 + x), HALF), (EXP,), "looked for a lemma"),
        (Integral(exp(-x), (x, 1, oo)), rule(exp(-x), 1, HALF), (), "from 0 to oo"),
        (half_line(exp(-a * x) * log(1 + x)), rule(exp(-a * x), log(1 + x), HALF),
         (EXP, transform(log(1 + x), sp.zeta(s), s > -1, s < 0)), "no quotient"),
        (half_line(exp(-a * x) / (1 + x) / x), rule(exp(-a * x), 1 / (1 + x), -HALF, -1), (EXP, STIELTJES),
         "no line separates"),
        (half_line(cos(b * x) ** 2), rule(cos(b * x), cos(b * x), HALF), (COSINE,), "does not converge"),
    ],
)  # fmt: skip
def test_refused(line, step, lemmas, says):
    with pytest.raises(RuleError, match=says):
        list(step.consequences(line, Context((), lemmas)))
