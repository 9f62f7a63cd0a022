"""Ranges split at points, ranges that are a point, parameters of unknown sign: right ones follow, wrong ones fail."""

import pytest
import sympy as sp
from sympy import Abs, Integral, Rational, cos, exp, log, oo, pi, sin

from derive.claim import Claim
from derive.rule import Context, RuleError
from derive.rules.antiderivative import FundamentalTheorem
from derive.rules.parametersign import SignOfParameter
from derive.rules.ranges import EmptyRange, SplitRange

x, r, c = sp.symbols("x r c", real=True)
p, q = sp.symbols("r q", positive=True)

SPLIT = [
    (Integral(Abs(x - 1) * exp(-x), (x, 0, oo)), SplitRange((1,), ((1 - x) * exp(-x), (x - 1) * exp(-x))), ()),
    (Integral(Abs(sin(x)), (x, 0, 2 * pi)), SplitRange((pi,), (sin(x), -sin(x))), ()),
    (Integral(sp.sign(x - c) * x, (x, 0, 1)), SplitRange((c,), (-x, x)), (c > 0, c < 1)),
    (Integral(sp.Max(x, 1 - x) ** 2, (x, 0, 1)), SplitRange((Rational(1, 2),), ((1 - x) ** 2, x**2)), ()),
    (Integral(1 / (2 + cos(x)), (x, 0, 2 * pi)), SplitRange((pi,)), ()),
    (Integral(sp.Piecewise((x, x < 1), (2 - x, True)), (x, 0, 2)), SplitRange((1,), (x, 2 - x)), ()),
]


def written(line, rule):
    x, low, high = line.limits[0]
    ends = (low, *rule.points, high)
    forms = rule.forms or (line.function,) * (len(ends) - 1)
    return sp.Add(*(Integral(f, (x, *ends[i : i + 2])) for i, f in enumerate(forms)))


@pytest.mark.parametrize("line, rule, given", SPLIT, ids=[str(case[0].function) for case in SPLIT])
def test_split(line, rule, given, judged):
    assert judged(line, rule, written(line, rule), given=given) == "follows"
    assert judged(2 - 3 * line, rule, 2 - 3 * written(line, rule), given=given) == "follows"


@pytest.mark.parametrize(
    "line, rule, given, flaw",
    [
        (SPLIT[0][0], SplitRange((2,), SPLIT[0][1].forms), (), "the form between"),
        (SPLIT[0][0], SplitRange((1,), tuple(reversed(SPLIT[0][1].forms))), (), "the form between"),
        (SPLIT[1][0], SplitRange((pi, 3 * pi), (sin(x), -sin(x), sin(x))), (), "in order"),
        (SPLIT[2][0], SPLIT[2][1], (c > 0,), "in order"),
        (Integral(1 / x, (x, -1, 1)), SplitRange((0,)), (), "converges"),
    ],
)
def test_mutants(line, rule, given, flaw, judged):
    assert flaw in judged(line, rule, written(line, rule), given=given)


def test_jumps_of_an_antiderivative_are_met_piece_by_piece(judged):
    F = sp.atan(sp.tan(x / 2) / sp.sqrt(3)) * 2 / sp.sqrt(3)
    end = pi / sp.sqrt(3)
    line = written(*SPLIT[4][:2])
    second = next(piece for piece in line.args if piece.limits[0][1] == pi)
    assert judged(line, FundamentalTheorem(F, end, 0, x), end + second) == "follows"
    assert judged(end + second, FundamentalTheorem(F, 0, -end, x), 2 * end) == "follows"
    assert judged(SPLIT[4][0], FundamentalTheorem(F, 0, 0, x), 0) != "follows"


def test_empty_range(judged):
    assert judged(3 + Integral(exp(x**2), (x, c, c)), EmptyRange(), 3) == "follows"
    with pytest.raises(RuleError, match="a point"):
        list(EmptyRange().consequences(Integral(x, (x, 0, c)), Context(())))


SIGNS = [
    (cos(r * x) / (1 + x**2), pi / 2 * exp(-p), "even", ()),
    (sin(r * x) / x, pi / 2, "odd", ()),
    (exp(-Abs(r) * x - x), 1 / (1 + p), "even", ()),
    (log(1 + r**2 / x**2), pi * p, "even", ()),
]


def lemma(f, value, *given):
    return Claim(Integral(f.xreplace({r: p}), (x, 0, oo)), value, given)


@pytest.mark.parametrize("f, value, kind, given", SIGNS, ids=[str(case[0]) for case in SIGNS])
def test_signs(f, value, kind, given, judged):
    after = value.xreplace({p: Abs(r)}) * (1 if kind == "even" else sp.sign(r))
    line = Integral(f, (x, 0, oo))
    assert judged(1 + line, SignOfParameter(r, p, kind), 1 + after, lemma(f, value), given=given) == "follows"


@pytest.mark.parametrize(
    "f, value, kind, extra, given, flaw",
    [
        (exp(-((x - r) ** 2)), sp.sqrt(pi) / 2 * (1 + sp.erf(p)), "even", (), (), "even in r"),
        (sin(r * x) / x, pi / 2, "even", (), (), "even in r"),
        (cos(r * x) / (1 + x**2), pi / 2 * exp(-p), "odd", (), (), "odd in r"),
        (Abs(r) * exp(-Abs(r) * x), sp.S.One, "even", (), (), "at r = 0"),
        (cos(r * x) / (1 + x**2), pi / 2 * exp(-p), "even", (p < 2,), (), "assumption"),
    ],
)
def test_mutants_of_signs(f, value, kind, extra, given, flaw, judged):
    after = value.xreplace({p: Abs(r)}) * (1 if kind == "even" else sp.sign(r))
    found = judged(Integral(f, (x, 0, oo)), SignOfParameter(r, p, kind), after, lemma(f, value, *extra), given=given)
    assert flaw in found


@pytest.mark.parametrize(
    "build, message",
    [
        (lambda: SplitRange(()), "none is given"),
        (lambda: SplitRange((1,), (x,)), "2 pieces"),
        (lambda: list(SplitRange((1,)).consequences(Integral(x, (x, 2, c)), Context(()))), "upwards"),
        (lambda: list(SplitRange((1,)).consequences(x, Context(()))), "definite integral"),
        (lambda: SignOfParameter(r, p, "sideways"), "even"),
        (lambda: list(SignOfParameter(r, p).consequences(Integral(x, (x, 0, 1)), Context(()))), "looked for a lemma"),
        (lambda: list(SignOfParameter(r, p).consequences(Integral(exp(-(r**2) * x), (x, 0, oo)), Context((), (
            lemma(exp(-(r**2) * x), 1 / p**2),)))), "no value at r = 0"),
    ],
)  # fmt: skip
def test_misuse_is_named(build, message):
    with pytest.raises(RuleError, match=message):
        build()
