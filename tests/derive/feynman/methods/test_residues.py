"""Residues above the line and in the disc."""

import pytest

from derive import Status, verify
from derive.feynman.methods.circle import UnitCircle
from derive.feynman.methods.residues import ContourIntegral
from derive.rule import Cited
from tests.derive.feynman.methods.posing import holds, problem, proposed

LINE = [
    ("1/(x^2+2*a*x+b^2)", "-oo", "oo", "a<b"),
    ("x^2/((x^2+a^2)*(x^2+b^2))", "0", "oo", ""),
    ("(x^2+1)/(x^4+a*x^2+1)^2", "0", "oo", ""),
    ("cos(a*x)/(x^4+x^2+1)", "-oo", "oo", ""),
    ("x^3*sin(a*x)/(x^4+4)", "0", "oo", ""),
    ("sin(a*x)/(x*(x^2+b^2))", "0", "oo", ""),
    ("(1-cos(a*x))/(x^2*(x^2+b^2))", "0", "oo", ""),
    ("sin(pi*x)/(x*(1-x^2))", "0", "oo", ""),
    ("log(1+a^2*x^2)/(x^2+b^2)^2", "0", "oo", ""),
    ("log(1+a^2/x^2)/(1+x^2)", "0", "oo", ""),
    ("x*atan(a*x)/(x^2+1)^2", "0", "oo", ""),
    ("atan(a*x)/(x*(1+x^2))", "0", "oo", ""),
    ("x*sin(a*x)/((x^2+b^2)*(x^2+c^2))", "0", "oo", ""),
    ("1/(x^2-2*x*cos(a)+1)", "-oo", "oo", "a<pi"),
    ("1/(a*x^2+b*x+c)", "-oo", "oo", "4*a*c>b^2"),
    ("sin(x)/(x*(5-4*cos(x)))", "0", "oo", ""),
]
CIRCLE = [
    ("cos(2*x)/(5-4*cos(x))", "0", "2*pi", ""),
    ("sin(x)^2/(c+cos(x))", "0", "pi", "c>1"),
    ("1/(c+sin(x))", "0", "2*pi", "c>1"),
    ("1/(a^2*cos(x)^2+b^2*sin(x)^2)^2", "0", "pi/2", ""),
    ("x*sin(x)/(1+cos(x)^2)", "0", "pi", ""),
    ("x^2/(1-cos(x))", "0", "pi", ""),
    ("x^2*cos(3*x)", "-pi", "pi", ""),
    ("log(sin(x))*cos(4*x)", "0", "pi/2", ""),
    ("log(1-2*a*cos(x)+a^2)*cos(3*x)", "0", "pi", "a<1"),
    ("log(1-2*a*cos(x)+a^2)/(1-2*b*cos(x)+b^2)", "0", "pi", "a<1;b<1"),
    ("x*sin(x)/(1-2*a*cos(x)+a^2)", "0", "2*pi", "a<1"),
    ("e^(cos(x))*sin(sin(x))*sin(3*x)", "0", "2*pi", ""),
    ("log(tan(x)^2+a^2)", "0", "pi/2", ""),
    ("x^2*cos(x)/(5-4*cos(x))", "0", "pi", ""),
    ("1/(cos(x)^4+sin(x)^4)", "0", "2*pi", ""),
    ("1/(c+cos(x)/2+sin(x)/3)", "0", "2*pi", "c>1"),
]


@pytest.mark.parametrize("text, lower, upper, given", LINE)
def test_line(text, lower, upper, given):
    found = holds(ContourIntegral(), text, lower, upper, given)
    assert not [step for step in found.derivation.steps if isinstance(step.because, Cited)]


@pytest.mark.parametrize("text, lower, upper, given", CIRCLE)
def test_circle(text, lower, upper, given):
    found = holds(UnitCircle(), text, lower, upper, given)
    assert not [step for step in found.derivation.steps if isinstance(step.because, Cited)]


EXACT = [
    (ContourIntegral(), "sin(a*x)^2*cos(b*x)/x^2", "0", "oo", "b<2*a"),
    (ContourIntegral(), "log(1+a^2*x^2)/(x^2+b^2)", "0", "oo", ""),
    (ContourIntegral(), "1/((x^2+a^2)*(x^2+b^2))", "-oo", "oo", ""),
    (ContourIntegral(), "x^2/(x^4+a*x^2+b)", "0", "oo", ""),
    (UnitCircle(), "log(a+b*cos(x))", "0", "pi", "b<a"),
    (UnitCircle(), "1/(a^2*cos(x)^2+b^2*sin(x)^2)", "0", "pi/2", ""),
    (UnitCircle(), "1/(c+sin(x))^2", "0", "2*pi", "c>1"),
]


@pytest.mark.parametrize("method, text, lower, upper, given", EXACT, ids=[case[1] for case in EXACT])
def test_every_step_is_exact(method, text, lower, upper, given):
    found = proposed(method, problem(text, lower, upper, given))
    report = verify(found.derivation, digits=15)
    assert report.status is Status.EXACT, str(report)
    assert all(o.status is Status.EXACT for step in report.steps for o in step.obligations)


@pytest.mark.parametrize("text", ["cos(x)/(1+x^3)^2", "sin(x)/(1+x^2)", "x/(1+x^2)", "e^(-x)/(1+x^2)", "cos(x)^2"])
def test_silent_on_half_lines_without_symmetry_and_on_what_does_not_decay(text):
    assert proposed(ContourIntegral(), problem(text, "0", "oo")) is None


def test_the_rule_for_residues_carries_the_derivation_and_verifies():
    posed = problem("cos(b*x)/(a^2+x^2)", "0", "oo")
    derivation = proposed(ContourIntegral(), posed).derivation
    assert [type(step.because).__name__ for step in derivation.steps][:2] == ["Symmetry", "Residues"]
    report = verify(derivation)
    assert report.status in (Status.EXACT, Status.ENCLOSED, Status.AGREED)
