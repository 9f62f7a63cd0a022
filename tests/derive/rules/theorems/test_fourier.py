"""Fourier coefficients of real parts of power series, cases of an integer: what they yield, and mutants."""

from dataclasses import replace

import pytest
import sympy as sp

from derive import Claim, Derivation, Status, verify
from derive.rule import RuleError
from derive.rules import FourierCoefficients, IntegerCases
from derive.rules.theorems.fourier import Harmonic

x = sp.Symbol("x", real=True)
z = sp.Symbol("z")
a = sp.Symbol("a", positive=True)
k = sp.Symbol("k", integer=True, nonnegative=True)
n = sp.Symbol("n", integer=True, positive=True)
m = sp.Symbol("n", integer=True, nonnegative=True)
pi = sp.pi

POISSON = Harmonic(1, "cos", n, 2 * sp.log(1 - a * z), k, -2 * a**k / k, 1, (0,))
LINE = sp.Integral(sp.log(1 - 2 * a * sp.cos(x) + a**2) * sp.cos(n * x), (x, 0, pi))
ODD = Harmonic(1, "sin", n, -2 * sp.I * sp.log(1 + z), k, 2 * sp.I * (-1) ** k / k, 1, (0,))


def checked(line, rule, *given):
    return verify(Derivation(line, given).by(rule).qed(), digits=12, timeout=20)


def test_poissons_logarithm():
    steps = Derivation(LINE, [a < 1]).by(FourierCoefficients(x, z, (POISSON,)))
    assert steps.last == -pi * a**n / n
    assert checked(LINE, FourierCoefficients(x, z, (POISSON,)), a < 1).reaches(Status.ENCLOSED)


def test_the_saw_tooth():
    line = sp.Integral(x * sp.sin(n * x), (x, -pi, pi))
    steps = Derivation(line).by(FourierCoefficients(x, z, (ODD,)))
    assert sp.simplify(steps.last + 2 * pi * (-1) ** n / n) == 0
    assert checked(line, FourierCoefficients(x, z, (ODD,))).reaches(Status.ENCLOSED)


MUTANTS = {
    "sign": replace(POISSON, formula=2 * a**k / k),
    "factor": replace(POISSON, formula=-(a**k) / k),
    "function": replace(POISSON, function=2 * sp.log(1 + a * z), formula=-2 * (-a) ** k / k),
    "first": replace(POISSON, first=(1,)),
    "degree": replace(POISSON, degree=n + 1),
    "front": replace(POISSON, factor=2),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_are_refuted(name):
    report = checked(LINE, FourierCoefficients(x, z, (MUTANTS[name],)), a < 1)
    assert report.status is Status.REFUTED, str(report)


@pytest.mark.parametrize(
    "line, term",
    [
        (sp.Integral(LINE.function, (x, 0, pi / 2)), POISSON),
        (sp.Integral(x * sp.sin(n * x) + sp.cos(n * x), (x, 0, pi)), replace(ODD, wave="cos")),
        (LINE, replace(POISSON, function=sp.tan(z), formula=a**k)),
        (LINE, replace(POISSON, degree=n / 2)),
        (LINE, replace(POISSON, factor=x)),
        (LINE, replace(POISSON, first=())),
    ],
)
def test_what_the_theorem_does_not_speak_of(line, term):
    with pytest.raises(RuleError):
        list(FourierCoefficients(x, z, (term,)).consequences(line, _context(line)))


def _context(line):
    from derive.rule import Context

    return Context((a < 1,))


def test_outside_the_disc_it_is_not_claimed():
    report = checked(LINE, FourierCoefficients(x, z, (POISSON,)), a > 1)
    assert not report.reaches(Status.ENCLOSED)


COSINE = sp.Integral(sp.cos(m * x) * sp.cos(x) ** 2, (x, 0, pi))
LEMMAS = (
    Claim(COSINE.xreplace({m: n + 2}), 0),
    Claim(COSINE.xreplace({m: sp.Integer(0)}), pi / 2),
    Claim(COSINE.xreplace({m: sp.Integer(1)}), 0),
    Claim(COSINE.xreplace({m: sp.Integer(2)}), pi / 4),
)


def test_cases_of_an_integer():
    steps = Derivation(COSINE).by(IntegerCases(m, n, 0, 3, (1,)), *LEMMAS)
    assert steps.last == sp.Piecewise((pi / 2, sp.Eq(m, 0)), (pi / 4, sp.Eq(m, 2)), (0, True))
    assert verify(steps.qed(), timeout=20).reaches(Status.ENCLOSED)


@pytest.mark.parametrize(
    "rule, lemmas",
    [
        (IntegerCases(m, n, 0, 3, (0,)), LEMMAS),  # merged where the formula differs
        (IntegerCases(m, n, 1, 3, (1,)), LEMMAS),  # n may be 0
        (IntegerCases(m, n, 0, 3, (1,)), (*LEMMAS[:3], Claim(LEMMAS[3].lhs, pi / 2))),
    ],
    ids=["merged", "low", "value"],
)
def test_wrong_cases_are_seen(rule, lemmas):
    report = verify(Derivation(COSINE).by(rule, *lemmas).qed(), timeout=20)
    assert report.status is Status.REFUTED, str(report)


def test_a_case_may_not_be_forgotten():
    with pytest.raises(Exception, match="name it with the step"):
        Derivation(COSINE).by(IntegerCases(m, n, 0, 3), *LEMMAS[:3])
