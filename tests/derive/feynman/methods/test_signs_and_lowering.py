"""Parameters of unknown sign, powers of denominators lowered by a derivative: right values, silence elsewhere."""

import pytest
import sympy as sp

from derive import Status, verify
from derive.feynman.methods.lowering import Lowering
from derive.feynman.methods.signs import Signs
from derive.feynman.problem import Problem
from derive.feynman.search import Searching
from numerics import enclose

x, r = sp.symbols("x r", real=True)
a = sp.Symbol("a", positive=True)

SIGNS = [
    (sp.cos(r * x) / (1 + x**2), sp.pi / 2 * sp.exp(-sp.Abs(r))),
    (sp.sin(r * x) / x, sp.pi / 2 * sp.sign(r)),
    (r * sp.exp(-(r**2) * x**2), sp.sqrt(sp.pi) / 2 * sp.sign(r)),
]
LOWERING = [
    (1 / (x**2 + a) ** 2, sp.pi / (4 * a ** sp.Rational(3, 2))),
    (1 / (x**2 + a) ** 3, 3 * sp.pi / (16 * a ** sp.Rational(5, 2))),
    (sp.cos(x) / (x**2 + 1) ** 2, sp.pi / (2 * sp.E)),
]


def near(found, value, at):
    return abs(enclose((found - value).xreplace(at), {}, digits=20).mid) < 1e-18


@pytest.mark.parametrize("integrand, value", SIGNS, ids=[str(case[0]) for case in SIGNS])
def test_even_and_odd_in_a_parameter(integrand, value):
    search = Searching(30.0, 60.0)
    (found, *_) = Signs().proposals(Problem(integrand, x, 0, sp.oo), search)
    assert all(near(found.value, value, {r: number}) for number in (sp.Rational(3, 4), -sp.Rational(5, 3)))
    assert found.derivation.last == found.value


@pytest.mark.parametrize(
    "problem",
    [
        Problem(sp.exp(-(x**2) + r * x), x, 0, sp.oo),
        Problem(sp.exp(-(x**2)) * r**2, x, 0, r),
        Problem(sp.cos(r * x) * sp.exp(-x), x, 0, sp.oo, (r > -1,)),
        Problem(sp.exp(-a * x), x, 0, sp.oo),
    ],
    ids=["neither", "in the limits", "in the assumptions", "positive"],
)
def test_no_sign_where_there_is_no_symmetry(problem):
    assert list(Signs().proposals(problem, Searching(10.0, 20.0))) == []


@pytest.mark.parametrize("given", [(sp.Ne(r, 0),), (r > -1, r < 1), (r >= -2, r <= 2)], ids=str)
def test_symmetric_assumptions(given):
    (found, *_) = Signs().proposals(Problem(sp.sin(r * x) / x, x, 0, sp.oo, given), Searching(30.0, 60.0))
    assert near(found.value, sp.pi / 2 * sp.sign(r), {r: sp.Rational(1, 2)})
    assert type(found.derivation.steps[-1].because).__name__ == "SignOfParameter"


@pytest.mark.parametrize("integrand, value", LOWERING, ids=[str(case[0]) for case in LOWERING])
def test_powers_by_the_derivative_of_a_lower_one(integrand, value):
    (found, *_) = Lowering().proposals(Problem(integrand, x, 0, sp.oo), Searching(30.0, 60.0))
    assert near(found.value, value, {a: sp.Rational(7, 5)})
    assert found.derivation.last == found.value and found.derivation.uses


def test_the_derivative_is_licensed_by_a_majorant():
    posed = Problem(sp.cos(x) / (x**2 + 1) ** 2, x, 0, sp.oo)
    (found, *_) = Lowering().proposals(posed, Searching(30.0, 60.0))
    general = found.derivation.uses[0]
    assert [type(step.because).__name__ for step in general.steps] == ["Leibniz", "Using", "Algebra"]
    assert verify(general, digits=15, timeout=20).reaches(Status.ENCLOSED)


def test_no_lowering_without_a_power():
    assert list(Lowering().proposals(Problem(1 / (x**2 + a), x, 0, sp.oo), Searching(10.0, 20.0))) == []
