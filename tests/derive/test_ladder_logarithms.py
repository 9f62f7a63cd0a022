"""Logarithms put together: identities are found; wrong ones, and those that fail off the positive axis, are not."""

import pytest
import sympy as sp
from sympy import Rational, cos, log, pi, sin, sqrt, tan

from derive import Claim, Status, verify
from derive.ladder.logarithms import equal_by_logarithms

a, b, p = sp.symbols("a b p", positive=True)
x, r = sp.symbols("x r", real=True)
w = sp.Symbol("w")
PERIOD = (x > 0, x < pi)

IDENTITIES = [
    (log(a**2 - b**2), log(a - b) + log(a + b), (a > b,)),
    (log(sin(x / 2)), log(2 - 2 * cos(x)) / 2 - log(2), PERIOD),
    (log(1 + a * cos(r)), log((1 + sqrt(1 - a**2)) / 2)
     + log(1 + 2 * (1 - sqrt(1 - a**2)) / a * cos(r) + ((1 - sqrt(1 - a**2)) / a) ** 2), (a < 1,)),
    (log(a * tan(x / 2) ** 2 + 1), log(1 - cos(x)) * 0 + log(a * (1 - cos(x)) + 1 + cos(x)) - log(1 + cos(x)), PERIOD),
    (log(8), 3 * log(2), ()),
    (log(4 + 2 * sqrt(3)), 2 * log(1 + sqrt(3)), ()),
    (cos(r) * log(a**2) + log(1 + r**2), 2 * cos(r) * log(a) + log(2 + 2 * r**2) - log(2), ()),
    (a * log(a / b), a * (log(a) - log(b)), ()),
    (log(r**6 + 3 * r**4 + 3 * r**2 + 1) / 6, log(1 + r**2) / 2, ()),
]  # fmt: skip
NOT = [
    (log(r**2), 2 * log(r), ()),
    (log(w**2), 2 * log(w), ()),
    (log(sin(x)), log(1 - cos(2 * x)) / 2 - log(2) / 2, ()),
    (log(w) * 3, log(w**3), ()),
    (log(a * b), log(a) + 2 * log(b), ()),
    (log(a), log(a) + Rational(1, 10**9), ()),
    (log(a) ** 2, log(a**2), ()),
    (log(1 + r), log(1 - r**2) - log(1 - r), ()),
    (a * log(b), b * log(a), ()),
    (log(-r) + log(-1 - r**2), log(r) + log(1 + r**2), ()),
]


@pytest.mark.parametrize("lhs, rhs, given", IDENTITIES, ids=str)
def test_identities(lhs, rhs, given):
    assert equal_by_logarithms(lhs, rhs, given, 10.0)
    assert verify(Claim(lhs, rhs, given)).status is Status.EXACT


@pytest.mark.parametrize("lhs, rhs, given", IDENTITIES, ids=str)
def test_mutants(lhs, rhs, given):
    assert not equal_by_logarithms(lhs, rhs + log(2), given, 10.0)
    assert not equal_by_logarithms(lhs, 2 * rhs, given, 10.0)
    assert not equal_by_logarithms(lhs, rhs + 1, given, 10.0)


@pytest.mark.parametrize("lhs, rhs, given", NOT, ids=str)
def test_what_does_not_hold_everywhere_is_not_claimed(lhs, rhs, given):
    assert not equal_by_logarithms(lhs, rhs, given, 10.0)
