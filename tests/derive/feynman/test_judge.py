"""The judge accepts what is right and rejects what is wrong, wherever in the region of the parameters it is wrong."""

import pytest
import sympy as sp

from derive.evidence import Status
from derive.feynman.judge import Values, judge, quick, unfit
from derive.feynman.problem import Problem
from tests.derive.feynman.table import CONVERGENT, posed

x = sp.Symbol("x", real=True)
a, b, c, s = sp.symbols("a b c s", positive=True)
r = sp.Symbol("r", real=True)


def mutants(value, parameters):
    """Wrong closed forms near a right one: factors, signs, shifts, a constant or a parameter changed."""
    if value == 0:
        yield from ((f"zero {k}", sp.Rational(1, 10**k)) for k in (0, 5, 12))
        return
    yield "factor", 2 * value
    yield "sign", -value
    yield "offset", value + sp.Rational(1, 10**12)
    if parameters:
        first = parameters[0]
        bit = sp.Rational(1, 10**6)
        yield "shift", value.xreplace({first: first + bit}) if value.has(first) else value + bit * first
        yield "scale", value.xreplace({first: 2 * first}) if value.has(first) else value * (1 + first)
        yield "small", value + sp.exp(-20 / first)
    else:
        yield "nearly", value * (1 + sp.Rational(1, 10**13))


PLANTED = [
    (row["id"], kind, wrong)
    for row in CONVERGENT
    for problem, value in (posed(row["id"]),)
    for kind, wrong in mutants(value, problem.parameters)
]


def test_there_are_enough_of_them():
    assert len(PLANTED) >= 500


QUICK = CONVERGENT[::5]


@pytest.mark.parametrize(
    "row",
    [row if row in QUICK else pytest.param(row, marks=[pytest.mark.slow, pytest.mark.ci]) for row in CONVERGENT],
    ids=[row["id"] for row in CONVERGENT],
)
def test_every_planted_value_is_rejected(row):
    problem, value = posed(row["id"])
    values = Values(problem)
    for identity, kind, wrong in PLANTED:
        if identity == row["id"]:
            evidence = judge(problem, wrong, values=values)
            assert not evidence.passed, f"{kind}: {wrong} instead of {value}: {evidence}"


REGION_ERRORS = [
    (sp.log(1 - 2 * a * sp.cos(x) + a**2), 0, sp.pi, (), sp.S.Zero),
    (sp.log(1 - 2 * a * sp.cos(x) + a**2), 0, sp.pi, (), 2 * sp.pi * sp.log(a)),
    (sp.sin(a * x) * sp.cos(b * x) / x, 0, sp.oo, (), sp.pi / 2),
    (sp.sin(a * x) * sp.sin(b * x) / x**2, 0, sp.oo, (), sp.pi * b / 2),
    (1 / (x**2 + r**2), 0, sp.oo, (sp.Ne(r, 0),), sp.pi / (2 * r)),
    (sp.sin(r * x) / x, 0, sp.oo, (), sp.pi / 2),
    (sp.cos(r * x) / (1 + x**2), 0, sp.oo, (), sp.pi / 2 * sp.exp(-r)),
    (1 / (1 - 2 * a * sp.cos(x) + a**2), 0, sp.pi, (sp.Ne(a, 1),), sp.pi / (1 - a**2)),
    (sp.Abs(x - r), 0, 1, (), r**2 - r + sp.Rational(1, 2)),
    (sp.exp(-sp.Abs(x) * a) * sp.cos(r * x), -sp.oo, sp.oo, (), 2 * a / (a**2 + r * sp.Abs(r))),
    (sp.log(r**2 + x**2) / (1 + x**2), 0, sp.oo, (), sp.pi * sp.log(1 + r)),
    (sp.atan(r * x) / (x * (1 + x**2)), 0, sp.oo, (), sp.pi / 2 * sp.log(1 + r)),
]


@pytest.mark.parametrize("f, lower, upper, given, value", REGION_ERRORS, ids=[str(case[0]) for case in REGION_ERRORS])
def test_a_value_for_a_part_of_the_region_is_rejected(f, lower, upper, given, value):
    assert not judge(Problem(f, x, lower, upper, given), value).passed


ACCEPTED = ["gauss_06", "dir_12", "rt_10", "log_08", "tr_01", "be_23", "el_03", "at_10", "gm_09", "log_02"]


@pytest.mark.parametrize("identity", ACCEPTED)
def test_a_right_value_is_accepted(identity):
    problem, value = posed(identity)
    evidence = judge(problem, value)
    assert evidence.status is Status.ENCLOSED, evidence


@pytest.mark.slow
@pytest.mark.parametrize("row", CONVERGENT, ids=[row["id"] for row in CONVERGENT])
def test_every_right_value_of_the_table_is_accepted(row):
    problem, value = posed(row["id"])
    assert judge(problem, value, seconds=60).passed


def test_a_counterexample_names_the_point_and_both_values():
    evidence = judge(Problem(sp.exp(-a * x), x, 0, sp.oo), 2 / a)
    assert evidence.status is Status.REFUTED
    assert evidence.counterexample is not None and evidence.counterexample.point[0][0] == "a"


def test_a_recognised_number_is_never_more_than_agreed():
    assert judge(Problem(sp.exp(-x), x, 0, sp.oo), sp.S.One, guessed=True).status is Status.AGREED


def test_conditions_restrict_and_may_not_be_empty():
    problem = Problem(sp.log(1 - 2 * a * sp.cos(x) + a**2), x, 0, sp.pi)
    assert judge(problem, sp.S.Zero, (a < 1,)).passed
    assert not judge(problem, sp.S.Zero, (a < 1, a > 2)).passed


@pytest.mark.parametrize(
    "value",
    [sp.oo, sp.nan, sp.zoo, sp.Integral(sp.exp(-x), (x, 0, sp.oo)), sp.Symbol("q"), sp.Function("f")(a), x,
     sp.Sum(1 / (x**2), (x, 1, sp.oo)), sp.Limit(a * x, x, 0)],
)  # fmt: skip
def test_what_is_no_closed_form_is_refused(value):
    problem = Problem(sp.exp(-a * x), x, 0, sp.oo)
    assert unfit(problem, value)
    assert not judge(problem, value).passed


def test_a_complex_value_of_a_real_integral_is_rejected():
    problem = Problem(1 / (x**2 + a**2), x, 0, sp.oo)
    assert not judge(problem, sp.pi / (2 * a) + sp.I * sp.exp(-60)).passed


def test_a_value_on_the_wrong_branch_is_rejected():
    problem = Problem(1 / (1 + a**2 * x**2), x, 0, b)
    assert judge(problem, sp.atan(a * b) / a).passed
    assert not judge(problem, sp.atan(2 * a * b / (1 - a**2 * b**2)) / (2 * a)).passed


def test_the_quick_look_sees_two_points():
    problem = Problem(sp.exp(-a * x), x, 0, sp.oo)
    assert quick(problem, 1 / a) and not quick(problem, 1 / a**2)
