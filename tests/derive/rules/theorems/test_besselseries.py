"""The power series of a Bessel function under an integral: moments, conditions, and series that do not converge."""

import pytest
import sympy as sp
from sympy import Integral, besseli, besselj, cos, exp, gamma, hyper, oo, pi, sin, sqrt

from derive import Claim
from derive.rule import Context, RuleError
from derive.rules import BesselTermByTerm

x, r = sp.symbols("x r", real=True)
a, b = sp.symbols("a b", positive=True)
HALF = sp.Rational(1, 2)


def half_line(f):
    return Integral(f, (x, 0, oo))


EXP = Claim(half_line(x**r * exp(-a * x)), gamma(r + 1) * a ** (-r - 1), (r > -1,))
GAUSS = Claim(half_line(x ** (r + 1) * exp(-a * x**2)), gamma(r / 2 + 1) * a ** (-r / 2 - 1) / 2, (r > -2,))
SINE = Claim(Integral(sin(x) ** r, (x, 0, pi / 2)), sqrt(pi) * gamma((r + 1) / 2) / (2 * gamma(r / 2 + 1)), (r > -1,))

FOLLOWS = [
    (half_line(x * exp(-a * x**2) * besselj(0, b * x)), GAUSS, hyper([], [], -(b**2) / (4 * a)) / (2 * a), ()),
    (half_line(exp(-a * x) * besseli(0, b * x)), EXP, hyper([HALF], [], b**2 / a**2) / a, (a > b,)),
    (half_line(x * exp(-a * x**2) * cos(b * x)), GAUSS, hyper([1], [HALF], -(b**2) / (4 * a)) / (2 * a), ()),
    (
        half_line(x * exp(-a * x**2) * sin(b * x)),
        GAUSS,
        sqrt(pi) * b / (4 * a ** sp.Rational(3, 2)) * exp(-(b**2) / (4 * a)),
        (),
    ),
    (3 * Integral(besselj(0, b * sin(x)), (x, 0, pi / 2)), SINE, 3 * pi / 2 * hyper([HALF], [1, 1], -(b**2) / 4), ()),
]


@pytest.mark.parametrize(("line", "moments", "value", "given"), FOLLOWS, ids=lambda v: str(v)[:40])
def test_follows(judged, line, moments, value, given):
    after = next(iter(BesselTermByTerm(r).consequences(line, Context(given, (moments,))))).after
    assert abs(sp.N((after - value).subs({a: 3, b: 2}), 20)) < 1e-15
    assert judged(line, BesselTermByTerm(r), after, moments, given=given) == "follows"
    assert judged(line, BesselTermByTerm(r), -after, moments, given=given) == "other line"


DOES_NOT = [
    (half_line(exp(-a * x) * besseli(0, b * x)), EXP, ()),  # |z| < 1 is not known
    (half_line(exp(-a * x) * besselj(0, b * x)), Claim(EXP.lhs, EXP.rhs, (r > 1,)), (a > b,)),
    (Integral(cos(x) * besselj(0, b * sin(x)), (x, 0, pi)),
     Claim(Integral(cos(x) * sin(x) ** r, (x, 0, pi)), gamma(r + 1) / gamma(r + 1), (r > -1,)), ()),
]  # fmt: skip


@pytest.mark.parametrize(("line", "moments", "given"), DOES_NOT, ids=lambda v: str(v)[:40])
def test_does_not_follow(judged, line, moments, given):
    after = next(iter(BesselTermByTerm(r).consequences(line, Context(given, (moments,))))).after
    assert judged(line, BesselTermByTerm(r), after, moments, given=given).startswith("not shown")


@pytest.mark.parametrize(
    ("line", "moments", "says"),
    [
        (half_line(exp(-x)), EXP, "one Bessel function"),
        (half_line(besselj(0, x) * besselj(1, x)), EXP, "one Bessel function"),
        (half_line(exp(-2 * x) * besselj(0, b * x)), EXP, "looked for a lemma"),
        (half_line(exp(-a * x) * besselj(0, b * x)), Claim(EXP.lhs, sp.zeta(r + 2)), "not made of"),
    ],
)
def test_refused(line, moments, says):
    with pytest.raises(RuleError, match=says):
        list(BesselTermByTerm(r).consequences(line, Context((), (moments,))))
