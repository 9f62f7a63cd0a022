"""Bessel functions under an integral sign: convergence by their orders of growth, and none where it fails."""

import pytest
import sympy as sp
from sympy import Rational, besseli, besselj, besselk, bessely, exp, oo, sqrt

from derive.rules import convergence_proof
from derive.rules.places import value_at

x, s = sp.symbols("x s", real=True)
a, n = sp.symbols("a n", positive=True)

CONVERGES = [
    (x ** (s - 1) * besselj(0, a * x), (s > 0, s < Rational(1, 2))),
    (x ** (s - 1) * besselj(n, x), (s > -n, s < Rational(1, 2))),
    (x ** (s - 1) * besselk(n, a * x), (s > n,)),
    (x ** (s - 1) * besselk(0, x) ** 2, (s > 0,)),
    (x ** (s - 1) * bessely(0, x), (s > 0, s < Rational(1, 2))),
    (exp(-2 * x) * besseli(0, x), ()),
    (exp(-x) * besselj(0, sqrt(x)), ()),
]
NOT_SHOWN = [
    (x ** (s - 1) * besselj(0, a * x), (s > 0, s < 2)),
    (x ** (s - 1) * besselj(0, a * x), (s > -1, s < Rational(1, 2))),
    (x ** (s - 1) * besselk(n, a * x), (s > 0,)),
    (exp(-x) * besseli(0, x), ()),
    (exp(-x) * besseli(0, 2 * x), ()),
    (besselj(0, s * x) * exp(-x), ()),
]


@pytest.mark.parametrize(("f", "given"), CONVERGES, ids=str)
def test_converges(f, given):
    assert convergence_proof(sp.Integral(f, (x, 0, oo)), given)


@pytest.mark.parametrize(("f", "given"), NOT_SHOWN, ids=str)
def test_not_shown(f, given):
    assert convergence_proof(sp.Integral(f, (x, 0, oo)), given) is None


def test_a_power_of_zero_has_no_plain_value():
    """SymPy takes 0**s·0 for 0, also where s < 0."""
    assert value_at(x**s * sp.log(1 + x), x, sp.S.Zero) is None
    assert value_at(x**n * sp.log(1 + x), x, sp.S.Zero) == 0
    assert value_at(sqrt(x) + x**2, x, sp.S.Zero) == 0
