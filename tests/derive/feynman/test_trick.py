"""Feynman's trick on demand: by the parameter that was named, or by one that is put in; its lemmas have names."""

import pytest
import sympy as sp

from derive import DeriveError, Status, verify
from derive.feynman import integrate
from derive.rules import CreativeTelescoping, Leibniz
from derive.view.paper import length
from numerics import enclose

x = sp.Symbol("x")
a, b, t = sp.symbols("a b t", positive=True)
CASES = {
    "outside the singular point": (
        sp.log(1 - 2 * a * sp.cos(x) + a**2), (x, 0, sp.pi), [a > 1], a, 2 * sp.pi * sp.log(a)
    ),
    "decay fixes the constant": (sp.exp(-t * x) * sp.sin(x) / x, (x, 0, sp.oo), [], t, sp.pi / 2 - sp.atan(t)),
    "a value at an end, with a majorant near it": ((x**a - 1) / sp.log(x), (x, 0, 1), [], a, sp.log(1 + a)),
    "bounded at a finite end": (sp.log(1 - 2 * a * sp.cos(x) + a**2), (x, 0, sp.pi), [a < 1], a, sp.S.Zero),
    "its behaviour at infinity": (
        sp.log(a + sp.cos(x)), (x, 0, sp.pi), [a > 1], a, sp.pi * sp.log((a + sp.sqrt(a**2 - 1)) / 2)
    ),
    "telescoping": (sp.exp(-(x**2)) * sp.cos(2 * b * x), (x, 0, sp.oo), [], b, sp.sqrt(sp.pi) / 2 * sp.exp(-(b**2))),
    "two parameters": ((sp.exp(-a * x) - sp.exp(-b * x)) / x, (x, 0, sp.oo), [], a, sp.log(b / a)),
}


@pytest.fixture(scope="module", params=CASES, ids=str)
def case(request):
    f, limits, given, parameter, value = CASES[request.param]
    return integrate(f, limits, given, trick=parameter, timeout=60), parameter, value


def test_the_value_is_right_and_every_step_holds(case):
    result, parameter, value = case
    large = any(relation == (a > 1) for relation in result.given)
    point = {a: sp.Rational("19/7" if large else "3/7"), b: sp.Rational("5/4"), t: sp.Rational("2/3")}
    assert enclose((result.value - value).xreplace(point), {}, digits=15).contains(0)
    assert verify(result.derivation, timeout=60).status >= Status.ENCLOSED
    rules = [step.because for part in result.derivation.walk() for step in part.steps]
    assert any(isinstance(r, (Leibniz, CreativeTelescoping)) and r.parameter.name == parameter.name for r in rules)


def test_every_lemma_has_a_name_and_a_title_of_its_own(case):
    parts = list(case[0].derivation.walk())
    assert len(parts) > 1 and parts[-1].name == "integral"
    assert len({part.name for part in parts}) == len({part.title for part in parts}) == len(parts)
    assert [part.name for part in parts[:-1]] == [f"lemma {n}" for n in range(1, len(parts))]


def test_the_page_of_a_result_shows_its_lemmas(case):
    report = verify(case[0].article(), timeout=60)
    text = str(report)
    assert "without a name" not in text and "unnamed" not in text
    assert all(part.title in text for part in case[0].derivation.walk())
    assert max(length(line) for line in text.splitlines()) <= 80


def test_a_family_is_found_where_there_is_no_parameter():
    result = integrate(sp.sin(x) / x, (x, 0, sp.oo), trick=True, timeout=60)
    assert result.value == sp.pi / 2 and len(list(result.derivation.walk())) > 2


def test_what_is_no_parameter_is_refused():
    with pytest.raises(DeriveError, match="no parameter of"):
        integrate(sp.exp(-a * x), (x, 0, sp.oo), trick=b)
    with pytest.raises(DeriveError, match="principal value"):
        integrate(1 / (x - a), (x, 0, sp.oo), trick=a, principal_value=True)


def test_steps_under_a_name_of_ones_own():
    result = integrate(sp.exp(-(x**2)) * sp.cos(2 * b * x), (x, 0, sp.oo), trick=b, timeout=60)
    parts = result.steps("wave", "A Gaussian with a wave")
    assert parts[-1].name == "wave" and parts[-1].title == "A Gaussian with a wave"
    assert all(part.name.startswith("wave, lemma ") for part in parts[:-1])
