"""Polynomials times real parts of power series on an arc: what the rule yields, mutants, polylogarithms at the ends."""

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive import Derivation, Status, verify
from derive.rule import RuleError
from derive.rules import ArcIntegral
from derive.rules.theorems.arcs import polylogarithm

x = sp.Symbol("x", real=True)
z = sp.Symbol("z")
a = sp.Symbol("a", positive=True)
pi, log, sin, cos = sp.pi, sp.log, sp.sin, sp.cos

SINE = ((x, log(1 - z**2) - log(2)),)
LINE = sp.Integral(x * log(sin(x)), (x, 0, pi / 2))
POISSON = ((x, 2 * log(1 - a * z)),)
MOMENT = sp.Integral(x * log(1 - 2 * a * cos(x) + a**2), (x, 0, pi))


def checked(line, terms, *given):
    return verify(Derivation(line, given).by(ArcIntegral(x, z, terms)).qed(), digits=12, timeout=20)


def test_eulers_integral():
    steps = Derivation(LINE).by(ArcIntegral(x, z, SINE))
    assert sp.expand(steps.last - (7 * sp.zeta(3) / 16 - pi**2 * log(2) / 8)) == 0
    assert checked(LINE, SINE).status is Status.EXACT


def test_a_range_from_right_to_left():
    backwards = LINE.func(LINE.function, (x, pi / 2, 0))
    assert Derivation(backwards).by(ArcIntegral(x, z, SINE)).last == -Derivation(LINE).by(ArcIntegral(x, z, SINE)).last
    assert checked(backwards, SINE).status is Status.EXACT


def test_a_parameter():
    steps = Derivation(MOMENT, [a < 1]).by(ArcIntegral(x, z, POISSON))
    assert sp.expand(steps.last - 2 * sp.polylog(3, a) + 2 * sp.polylog(3, -a)) == 0
    assert checked(MOMENT, POISSON, a < 1).reaches(Status.ENCLOSED)


def test_a_kernel():
    line = sp.Integral(x**2 / (5 - 4 * cos(x)), (x, 0, pi / 3))
    terms = ((x**2 / 3, (1 + z / 2) / (1 - z / 2)),)
    with pytest.raises(RuleError, match="no closed form"):
        Derivation(line).by(ArcIntegral(x, z, terms))
    whole = line.func(line.function, (x, 0, pi))
    assert checked(whole, terms).reaches(Status.ENCLOSED)


MUTANTS = {
    "sign": (LINE, ((-x, SINE[0][1]),), ()),
    "power": (LINE, ((x**2, SINE[0][1]),), ()),
    "constant": (LINE, ((x, log(1 - z**2)),), ()),
    "frequency": (LINE, ((x, log(1 - z) - log(2)),), ()),
    "cosine": (LINE, ((x, log(1 + z**2) - log(2)),), ()),
    "part": (MOMENT, ((x, 2 * log(1 + a * z)),), (a < 1,)),
    "half": (MOMENT, ((x, log(1 - a * z)),), (a < 1,)),
    "outside": (MOMENT, POISSON, (a > 1,)),
    "backwards": (LINE.func(LINE.function, (x, pi / 2, 0)), ((x, log(1 + z**2) - log(2)),), ()),
    "anywhere": (MOMENT, POISSON, ()),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_are_refuted(name):
    line, terms, stated = MUTANTS[name]
    report = checked(line, terms, *stated)
    assert report.status is Status.REFUTED, str(report)


@pytest.mark.parametrize(
    "line, terms",
    [
        (LINE, ((sp.sqrt(x), SINE[0][1]),)),
        (LINE, ((x, sp.exp(z)),)),
        (LINE, ((x, log(1 - z - z**2)),)),
        (LINE, ((x, sp.polylog(2, (1 + z) / 2)),)),
        (sp.Integral(x * log(sin(x)), (x, 0, 1)), SINE),
    ],
    ids=["no polynomial", "no rung", "trinomial", "off the centre", "angle"],
)
def test_what_it_does_not_treat_is_refused(line, terms):
    with pytest.raises(RuleError):
        Derivation(line).by(ArcIntegral(x, z, terms))


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 7), st.fractions(0, 1, max_denominator=14), st.sampled_from([1, -1]))
def test_polylogarithms_at_roots_of_unity(m, turn, p):
    for part in (sp.re, sp.im):
        value = polylogarithm(m, sp.Integer(p), sp.Rational(turn), part)
        known = mpmath.polylog(m, p * mpmath.expjpi(2 * mpmath.mpf(turn.numerator) / turn.denominator))
        assert abs(sp.N(value, 20) - part(sp.sympify(known))) < 1e-12
        assert not value.has(sp.polylog, sp.I)
