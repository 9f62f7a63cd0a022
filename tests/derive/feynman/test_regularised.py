"""Abel and principal values: right, marked as such, and never mixed up with the value of the integral."""

import pytest
import sympy as sp

from derive.errors import DeriveError, NoClosedForm
from derive.feynman import Divergent, abel_integral, integrate
from derive.feynman.abel import judge_abel
from derive.feynman.problem import Problem
from derive.feynman.search import Searching

x, a, k = sp.symbols("x a k")
real = sp.Symbol("x", real=True)
c = sp.Symbol("c", positive=True)
eps = sp.Symbol("epsilon", positive=True)

ABEL = [
    (sp.cos(k * x), [k > 0], sp.S.Zero),
    (sp.sin(k * x), [k > 0], 1 / k),
    (x * sp.cos(k * x), [k > 0], -1 / k**2),
]


@pytest.mark.parametrize("f, given, value", ABEL, ids=[str(case[0]) for case in ABEL])
def test_an_abel_value_is_right_and_marked(f, given, value):
    result = abel_integral(f, (x, 0, sp.oo), given, timeout=40)
    assert sp.simplify(result.value - value) == 0
    assert result.regularised == "Abel" and isinstance(result.meaning, sp.Limit)
    assert r"\text{Abel}" in result.latex() and "Abel" in str(result)
    with pytest.raises(Divergent, match="abel_integral"):
        integrate(f, (x, 0, sp.oo), given, timeout=20)


def test_a_convergent_integral_is_its_own_abel_value():
    result = abel_integral(sp.exp(-x), (x, 0, sp.oo), timeout=20)
    assert result.value == 1 and result.regularised == "Abel"


def test_a_finite_range_has_no_abel_value():
    with pytest.raises(DeriveError, match="infinite range"):
        abel_integral(x, (x, 0, 1))


def test_what_grows_has_no_abel_value():
    with pytest.raises(NoClosedForm):
        abel_integral(sp.exp(x), (x, 0, sp.oo), timeout=8)


@pytest.mark.parametrize(
    "wrong", [sp.S.Zero, 2 / c, -1 / c, 1 / c**2, 1 / c + sp.Rational(1, 10**6), sp.I / c, 1 / (c + 1)]
)
def test_wrong_abel_values_are_rejected(wrong):
    problem = Problem(sp.sin(c * real), real, 0, sp.oo)
    search = Searching(20.0, methods=())
    assert judge_abel(problem, 1 / c, eps, search).passed
    assert not judge_abel(problem, wrong, eps, search).passed


PRINCIPAL = [
    (1 / x, (-1, 2), [], sp.log(2)),
    (1 / (x**2 - a**2), (0, sp.oo), [a > 0], sp.S.Zero),
    (1 / (x * (x - 1) * (x - 3)), (-1, 4), [], 5 * sp.log(2) / 6 - sp.log(3) / 2),
    (x / (1 - x**2), (0, 2), [], -sp.log(3) / 2),
]


@pytest.mark.parametrize("f, ends, given, value", PRINCIPAL, ids=[str(case[0]) for case in PRINCIPAL])
def test_a_principal_value_is_given_on_request_only(f, ends, given, value):
    with pytest.raises(Divergent, match="principal_value=True"):
        integrate(f, (x, *ends), given, timeout=20)
    result = integrate(f, (x, *ends), given, timeout=30, principal_value=True)
    assert sp.simplify(result.value - value) == 0
    assert result.regularised == "principal value" and result.evidence.passed


@pytest.mark.slow
@pytest.mark.ci
def test_a_double_pole_has_no_principal_value():
    with pytest.raises(NoClosedForm):
        integrate(1 / x**2, (x, -1, 1), timeout=12, principal_value=True)


def test_without_a_pole_a_principal_value_is_not_asked_for():
    with pytest.raises(DeriveError, match="no pole"):
        integrate(sp.exp(-x), (x, 0, 1), timeout=10, principal_value=True)
