"""integrate: right values with their derivation and evidence, refusals with their reason, within the time."""

import pickle
import time

import pytest
import sympy as sp

from derive import DeriveError, NoClosedForm, Status, verify
from derive.feynman import Divergent, integrate
from derive.feynman.integrate import search_here
from derive.rules import ByCases
from numerics import enclose

x = sp.Symbol("x")
a, b, k, t = sp.symbols("a b k t")
p = sp.Symbol("p", positive=True)
n = sp.Symbol("n", integer=True, positive=True)

SOLVED = [
    (sp.exp(-a * x**2), (0, sp.oo), [a > 0], sp.sqrt(sp.pi / a) / 2),
    (x**p, (0, 1), [], 1 / (p + 1)),
    (1 / (x**2 + a**2) ** 2, (0, sp.oo), [a > 0], sp.pi / (4 * a**3)),
    (sp.Abs(x - 1) * x, (0, 3), [], sp.Rational(29, 6)),
    (x * sp.exp(-(x**2)) * sp.cos(x), (-sp.oo, sp.oo), [], sp.S.Zero),
    (sp.log(x), (0, 1), [], sp.S.NegativeOne),
    (x * sp.exp(-x / a), (0, sp.oo), [a > 0], a**2),
    (sp.Max(x, 1 - x), (0, 1), [], sp.Rational(3, 4)),
    (sp.sign(x - 2) * sp.exp(-x), (0, sp.oo), [], 2 * sp.exp(-2) - 1),
    (1 / (2 + sp.cos(x)), (0, 2 * sp.pi), [], 2 * sp.pi / sp.sqrt(3)),
    (x**2, (a, b), [a < b], (b**3 - a**3) / 3),
    (sp.sin(x), (k, k), [], sp.S.Zero),
    (1 / sp.sqrt(x), (4, 1), [], sp.S(-2)),
]


@pytest.mark.parametrize("f, ends, given, value", SOLVED, ids=[str(case[0]) for case in SOLVED])
def test_the_value_is_right_and_carries_its_proof(f, ends, given, value):
    result = search_here(f, (x, *ends), given, timeout=20)
    points = [{s: sp.Rational(7 + 3 * i, 5) for i, s in enumerate(sorted(value.free_symbols, key=str))}]
    for point in points:
        assert enclose(result.value - value, point, digits=15).contains(0)
    assert result.evidence.status is Status.ENCLOSED
    assert result.derivation.closed
    assert result.derivation.conclusion.rhs == result.value
    assert set(given) <= set(result.given)
    assert result.value.free_symbols <= f.free_symbols | set().union(*(sp.sympify(end).free_symbols for end in ends))


def test_the_steps_of_an_antiderivative_are_proved():
    result = search_here(sp.exp(-a * x**2), (x, 0, sp.oo), [a > 0], timeout=20)
    report = result.verify()
    assert report.status is Status.EXACT
    assert "fundamental theorem" in str(report)


def test_a_plain_parameter_is_taken_as_real_and_said_to_be():
    result = search_here(1 / (1 + (x - t) ** 2), (x, -sp.oo, sp.oo), timeout=20)
    assert result.value == sp.pi
    assert sp.Contains(t, sp.S.Reals) in result.given


DIVERGENT = [
    (1 / x, (0, 1), [], "x = 0"),
    (1 / x, (-1, 1), [], "x = 0"),
    (1 / (x - sp.Rational(1, 3)) ** 2, (0, 1), [], "x = 1/3"),
    (sp.tan(x), (0, 2), [], "pi/2"),
    (sp.exp(x), (0, sp.oo), [], "infinity"),
    (1 / sp.log(x), (0, 2), [], "x = 1"),
    (sp.cos(k * x), (0, sp.oo), [k > 0], "abel_integral"),
    (1 / (a + sp.cos(x)), (0, 2 * sp.pi), [a > 0], "given"),
    (x**a, (0, 1), [], "given"),
    (x / (1 + x**2), (-sp.oo, sp.oo), [], "infinity"),
    (sp.S.One, (0, sp.oo), [], "infinity"),
]


@pytest.mark.parametrize("f, ends, given, word", DIVERGENT, ids=[str(case[0]) for case in DIVERGENT])
def test_a_divergent_integral_is_refused_with_the_reason(f, ends, given, word):
    with pytest.raises(Divergent) as caught:
        search_here(f, (x, *ends), given, timeout=10)
    assert word in str(caught.value)


@pytest.mark.slow
@pytest.mark.ci
def test_no_closed_form_carries_what_was_found():
    with pytest.raises(NoClosedForm) as caught:
        integrate(sp.sin(sp.sin(sp.exp(x))) / (1 + x**3), (x, 0, 1), timeout=6)
    found = caught.value.found
    assert found.enclosures and "0." in found.enclosures[0][1]
    assert pickle.loads(pickle.dumps(caught.value)).found == found


def test_what_was_found_is_in_the_symbols_of_the_one_who_asked():
    with pytest.raises(NoClosedForm) as caught:
        search_here(sp.exp(-(x**5) - a * x), (x, 0, sp.oo), [a > 0], timeout=8)
    (equation,) = caught.value.found["differential equation"]
    values = {one.order: one.value for one in caught.value.found["initial value"]}
    assert equation.parameter == a and equation.operator == (a, 0, 0, 0, 5) and equation.right == 1
    u = sp.Function("u")(a)
    assert equation.left(u) == a * u + 5 * u.diff(a, 4) and str(equation) == "5·I^(4)(a) + a·I(a) = 1"
    assert values == {k: (-1) ** k * sp.gamma(sp.Rational(k + 1, 5)) / 5 for k in range(4)}
    assert pickle.loads(pickle.dumps(caught.value)).found == caught.value.found


def test_the_time_limit_holds():
    began = time.monotonic()
    with pytest.raises(NoClosedForm):
        integrate(sp.exp(sp.sin(x) ** 3 + sp.cos(x) ** 5) * sp.log(2 + sp.sin(7 * x)), (x, 0, 1), timeout=1.5)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "f, limits", [(sp.exp(-x), (x, 0)), (sp.exp(-x), x), ("exp(-x)", (x, 0, 1)), (sp.exp(-x), (2, 0, 1))]
)
def test_what_is_no_integral_is_named(f, limits):
    with pytest.raises(DeriveError):
        integrate(f, limits)


def test_contradictory_assumptions_are_named():
    with pytest.raises(DeriveError, match="no point satisfies"):
        integrate(sp.exp(-a * x), (x, 0, sp.oo), [a > 2, a < 1], timeout=10)


def test_the_result_shows_itself_and_pickles():
    result = integrate(sp.exp(-a * x), (x, 0, sp.oo), [a > 0], timeout=20)
    assert result._repr_latex_() == r"$\displaystyle \int_{0}^{\infty} e^{-a x}\,dx = \frac{1}{a} \qquad (a > 0)$"
    assert "1/a" in str(result) and "enclosed" in repr(result)
    assert "1/a" in result._repr_html_() or "<math" in result._repr_html_()
    again = pickle.loads(pickle.dumps(result))
    assert again.value == result.value and again.derivation == result.derivation
    with pytest.raises(AttributeError):
        result.value = sp.S.Zero


@pytest.mark.parametrize("letter", [sp.Symbol("a", positive=True), sp.Symbol("a", real=True), sp.Symbol("a")])
def test_the_user_gets_his_own_symbols_back(letter):
    result = search_here(sp.exp(-letter * x), (x, 0, sp.oo), [letter > 0] if not letter.is_positive else [], timeout=20)
    assert result.value.free_symbols == {letter}
    assert result.integral == sp.Integral(sp.exp(-letter * x), (x, 0, sp.oo))
    assert letter in result.derivation.last.free_symbols


@pytest.mark.slow
@pytest.mark.ci
def test_a_value_by_cases_has_a_way_for_each_case():
    """Poisson's logarithm changes its form at a = 1: both cases are derived, and put together by a rule."""
    r = integrate(sp.log(1 - 2 * p * sp.cos(x) + p**2), (x, 0, sp.pi), timeout=60)
    assert r.value == sp.Piecewise((0, p < 1), (2 * sp.pi * sp.log(p), True))
    (last,) = r.derivation.steps
    assert isinstance(last.because, ByCases) and len(last.lemmas) == 2
    report = verify(r.derivation, timeout=60)
    assert report.status >= Status.ENCLOSED and "p < 1" in str(report) and "elsewhere" in r.route
