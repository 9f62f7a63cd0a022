"""Residues: the article's integrals, Jordan's lemma, poles of higher order; missing poles and wrong half planes."""

import pytest
import sympy as sp
from sympy import I, Integral, Rational, cos, exp, oo, pi, sin, sqrt

from derive.rule import Context, RuleError
from derive.rules.theorems.residues import Residues

a, b, k = sp.symbols("a b k", positive=True)
w, x, kr = sp.symbols("w x k", real=True)

U = Integral(cos(k * x) / (a**2 + x**2), (x, -oo, oo))
CORNERS = {(1 + I) / sqrt(2): 1, (-1 + I) / sqrt(2): 1}
STEPS = [
    (U, {I * a: 1}, pi / a * exp(-a * k), ()),
    (Integral(1 / (a**2 + x**2), (x, -oo, oo)), {I * a: 1}, pi / a, ()),
    (
        Integral(exp(I * k * x) / (a**2 + x**2) ** 2, (x, -oo, oo)),
        {I * a: 2},
        pi * (1 + a * k) * exp(-a * k) / (2 * a**3),
        (),
    ),
    (Integral(x * sin(k * x) / (a**2 + x**2), (x, -oo, oo)), {I * a: 1}, pi * exp(-a * k), ()),
    (
        Integral(cos(k * x) / ((a**2 + x**2) * (b**2 + x**2)), (x, -oo, oo)),
        {I * a: 1, I * b: 1},
        pi / (b**2 - a**2) * (exp(-a * k) / a - exp(-b * k) / b),
        (sp.Ne(a, b),),
    ),
    (
        Integral(cos(k * x) / (x**2 + x + 1), (x, -oo, oo)),
        {Rational(-1, 2) + I * sqrt(3) / 2: 1},
        2 * pi / sqrt(3) * exp(-sqrt(3) * k / 2) * cos(k / 2),
        (),
    ),
    (Integral(1 / (1 + x**4), (x, -oo, oo)), CORNERS, pi / sqrt(2), ()),
    (Integral(1 / (1 + x**2) ** 3, (x, -oo, oo)), {I: 3}, 3 * pi / 8, ()),
]


@pytest.mark.parametrize("line, poles, value, given", STEPS)
def test_steps_are_licensed(line, poles, value, given, judged):
    assert judged(line, Residues(x, poles), value, given=given) == "follows"


@pytest.mark.parametrize("line, poles, value, given", STEPS)
def test_mutants_of_the_value(line, poles, value, given, judged):
    for wrong in (-value, 2 * value, value.xreplace({pi: 2 * pi}) + 1):
        assert judged(line, Residues(x, poles), wrong, given=given) == "other line"


def test_closed_below(judged):
    line = Integral(exp(-I * k * x) / (a**2 + x**2), (x, -oo, oo))
    assert judged(line, Residues(x, {-I * a: 1}, half_plane="lower"), pi / a * exp(-a * k)) == "follows"
    assert judged(line, Residues(x, {I * a: 1}), pi / a * exp(a * k)) != "follows"


def test_no_conjugate_poles(judged):
    line = Integral(exp(I * k * x) / ((x - I * a) * (x + 2 * I * b)), (x, -oo, oo))
    value = 2 * pi * I * exp(-a * k) / (I * a + 2 * I * b)
    assert judged(line, Residues(x, {I * a: 1}, others={-2 * I * b: 1}), value) == "follows"
    assert judged(line, Residues(x, {I * a: 1}), value) != "follows"


@pytest.mark.parametrize(
    "line, rule, value, given",
    [
        (U, Residues(x, {2 * I * a: 1}), pi / (2 * a) * exp(-2 * a * k), ()),
        (Integral(1 / (x**2 - 1), (x, -oo, oo)), Residues(x, {1: 1}, {-1: 1}), pi * I, ()),
    ],
    ids=["no pole there", "real poles"],
)
def test_mutants_of_the_poles(line, rule, value, given, judged):
    assert judged(line, rule, value, given=given) != "follows"


@pytest.mark.parametrize(
    "line, rule, given, message",
    [
        (STEPS[4][0], Residues(x, {I * a: 1}), (), "degree 4, but 2"),
        (STEPS[4][0], Residues(x, {I * a: 1, I * b: 1}), (), "may coincide"),
        (U, Residues(x, {-I * a: 1}), (), "upper half plane"),
        (U.xreplace({a: kr}), Residues(x, {I * kr: 1}), (kr >= 0,), "upper half plane"),
        (Integral(x / (1 + x**2), (x, -oo, oo)), Residues(x, {I: 1}), (), "exceed"),
        (Integral(x**2 / (1 + x**2), (x, -oo, oo)), Residues(x, {I: 1}), (), "no arc"),
        (Integral(1 / (1 + x**2), (x, 0, oo)), Residues(x, {I: 1}), (), "whole line"),
        (Integral(exp(-(x**2)), (x, -oo, oo)), Residues(x, {I: 1}), (), "linear"),
        (Integral(sp.log(x**2) / (1 + x**2), (x, -oo, oo)), Residues(x, {I: 1}), (), "rational"),
        (Integral(x * sin(kr * x) / (1 + x**2), (x, -oo, oo)), Residues(x, {I: 1}), (kr >= 0,), "Jordan"),
        (U, Residues(w, {I: 1}), (), "stated in w"),
        (cos(x), Residues(x, {I: 1}), (), "integral"),
    ],
)
def test_misuse_is_named(line, rule, given, message):
    with pytest.raises(RuleError, match=message):
        list(rule.consequences(line, Context(given)))


def test_poles_come_with_orders():
    with pytest.raises(RuleError, match="orders"):
        Residues(x, {I * a: 0})
    with pytest.raises(RuleError, match="half plane"):
        Residues(x, {I * a: 1}, half_plane="left")  # pyright: ignore - the wrong word is what is tested
