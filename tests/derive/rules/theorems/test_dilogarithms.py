"""Antiderivatives in dilogarithms: what they give on (0, 1), what does not follow, and what is refused."""

import pytest
import sympy as sp
from sympy import I, Integral, acos, atan, atanh, log, oo, pi, polylog, sqrt

from derive.rule import Context, RuleError
from derive.rules import DilogarithmRelations, Dilogarithms, Folded

t = sp.Symbol("t", real=True)
a = sp.Symbol("a", positive=True)


def over(f):
    return Integral(f, (t, 0, 1))


FOLLOWS = [
    (over(log(1 - t) / t), -(pi**2) / 6),
    (over(log(1 + t) / t), pi**2 / 12),
    (over(log(1 - t / 3) / t), -polylog(2, sp.Rational(1, 3))),
    (2 + over(3 * log(t) ** 2), sp.Integer(8)),
    (over(atan(t) / t), sp.Catalan),
    (over(atan(t) / (1 + t**2)), pi**2 / 32),
    (over(atanh(t) / t), pi**2 / 8),
    (over(log(1 + t) / (1 + t) ** 2), sp.Rational(1, 2) - log(2) / 2),
    (over(log(1 + t**2) / t), pi**2 / 24),
]


@pytest.mark.parametrize(("line", "value"), FOLLOWS, ids=str)
def test_follows(judged, line, value):
    after = next(iter(Dilogarithms().consequences(line, Context()))).after
    assert abs(sp.N(after - value, 30)) < 1e-25
    assert judged(line, Dilogarithms(), after) == "follows"


@pytest.mark.parametrize(("line", "value"), FOLLOWS, ids=str)
def test_mutants(judged, line, value):
    after = next(iter(Dilogarithms().consequences(line, Context()))).after
    for wrong in (-after, after + sp.Rational(1, 7), 2 * after):
        assert judged(line, Dilogarithms(), wrong) == "other line"


def test_a_divergent_integral_has_no_value(judged):
    """The regularised ends would give a number."""
    line = over(log(t) / (1 + t) / t)
    after = next(iter(Dilogarithms().consequences(line, Context()))).after
    assert judged(line, Dilogarithms(), after).startswith("not shown: the integral converges")


def test_the_relations_are_checked(judged):
    line = polylog(2, (1 + I) / 2) + polylog(2, (1 - I) / 2)
    value = 5 * pi**2 / 48 - log(2) ** 2 / 4
    assert judged(line, DilogarithmRelations(value), value) == "follows"
    for wrong in (value + pi**2 / 24, -value, value + log(2) ** 2 / 2):
        assert judged(line, DilogarithmRelations(wrong), wrong).startswith("not shown")


@pytest.mark.parametrize(
    "line", [over(acos(t)), over(log(1 + a * t) / t), over(log(1 + t + t**5)), over(log(2 * t - 1)),
             over(log(t) ** 2 * log(1 - t) / t), Integral(log(t), (t, 0, 2)), log(2) + pi]
)  # fmt: skip
def test_refused(line):
    with pytest.raises(RuleError, match="over \\(0, 1\\)"):
        list(Dilogarithms().consequences(line, Context()))


def test_relations_speak_of_numbers():
    with pytest.raises(RuleError, match="dilogarithms of numbers"):
        list(DilogarithmRelations(pi).consequences(polylog(2, a), Context()))


def test_folded(judged):
    line = Integral(log(1 + t + t**2) / (1 + t**2), (t, -oo, oo))
    f = log(1 + t + t**2) / (1 + t**2)
    both = Integral(f + f.subs(t, -t), (t, 0, oo))
    assert judged(line, Folded(), both) == "follows"
    assert judged(line, Folded(), Integral(2 * f, (t, 0, oo))) == "other line"
    odd = Integral(t / (1 + t**2), (t, -oo, oo))
    assert judged(odd, Folded(), Integral(sp.S.Zero, (t, 0, oo))).startswith("not shown: each half")
    with pytest.raises(RuleError, match="from −c to c"):
        list(Folded().consequences(over(sqrt(t)), Context()))
