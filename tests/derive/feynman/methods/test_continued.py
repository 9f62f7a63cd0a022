"""Waves by a complex parameter: right values whose every step holds; what has no decaying partner is left alone."""

from dataclasses import replace

import pytest
import sympy as sp

from derive import Status, verify
from derive.feynman.methods.continued import Continued
from derive.feynman.search import Searching
from derive.feynman.trick import ByTheTrick
from derive.rules import Abel, AnalyticContinuation
from derive.text import parse
from tests.derive.feynman.methods.posing import POSITIVE, problem

CASES = [
    ("cos(x^2)", "", "sqrt(2*pi)/4"),
    ("sin(a*x^2)", "", "sqrt(pi/(8*a))"),
    ("exp(-a*x)*sin(b*x)", "", "b/(a^2+b^2)"),
]
LONG = [
    ("sin(b*x)/sqrt(x)", "", "sqrt(pi/(2*b))"),
    ("x^(s-1)*cos(b*x)", "s < 1", "gamma(s)*cos(pi*s/2)*b^(-s)"),
    ("log(x)*cos(x)/sqrt(x)", "", "-sqrt(pi/8)*(pi + 2*EulerGamma + 4*log(2))"),
]
SLOW = [pytest.param(*case, marks=[pytest.mark.slow, pytest.mark.ci]) for case in LONG]


@pytest.mark.parametrize("f, given, value", [*CASES, *SLOW], ids=[case[0] for case in CASES + LONG])
def test_value_and_steps(f, given, value):
    posed = problem(f, "0", "oo", given)
    solved = ByTheTrick(30.0, 300.0, tricks=(Continued(),)).solve(posed, 1.0)
    assert solved is not None and not solved.guessed
    expected = parse(value, positive=POSITIVE)
    for number in (sp.Rational(2, 3), sp.Rational(5, 7)):
        point = dict.fromkeys(posed.parameters, number)
        assert abs((solved.value - expected).subs(point).evalf(20)) < 1e-15
    assert solved.proposal.derivation is not None
    rules = {type(step.because) for part in solved.proposal.derivation.walk() for step in part.steps}
    assert {Abel, AnalyticContinuation} <= rules
    assert verify(solved.proposal.derivation, digits=15, timeout=60).status >= Status.ENCLOSED


@pytest.mark.parametrize("f", ["sin(x)/x", "cos(a*x)/(1+x^2)", "sin(1/x)/x", "sin(x)*cos(x)*exp(-x)", "exp(-x)"])
def test_what_has_no_such_partner_is_left_alone(f):
    assert list(Continued().proposals(problem(f, "0", "oo"), Searching(10.0, 100.0))) == []


def test_a_spoilt_continuation_does_not_follow():
    """The same steps with another value, or the limit from a wrong partner, are refused by the rules."""
    posed = problem("cos(x^2)", "0", "oo")
    solved = ByTheTrick(30.0, 300.0, tricks=(Continued(),)).solve(posed, 1.0)
    assert solved is not None and solved.proposal.derivation is not None
    *kept, last = solved.proposal.derivation.steps
    wrong = replace(solved.proposal.derivation, steps=(*kept, replace(last, after=2 * last.after)))
    assert verify(wrong, digits=15, timeout=60).status is Status.REFUTED
