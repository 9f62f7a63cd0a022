"""Readable forms: the rewriting is the form that one writes, is equal to the value; a wrong one is not let through."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sympy as sp

from derive.feynman import tidy
from derive.feynman.forms import FORMS
from derive.feynman.judge import value_at
from derive.feynman.limits import limited
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal

x, r = sp.Symbol("x", real=True), sp.Symbol("r", real=True)
a, b, c = sp.symbols("a b c", positive=True)
I, pi, log, sqrt = sp.I, sp.pi, sp.log, sp.sqrt
q = sp.Rational
PLACES = (
    {a: q(1, 3), b: q(3, 4), c: q(5, 2), r: q(-2, 3)},
    {a: q(4, 5), b: q(9, 4), c: q(1, 2), r: q(5, 3)},
    {a: q(1, 7), b: q(1, 5), c: q(7, 3), r: q(1, 9)},
)


@dataclass
class Comparing:
    """A search that knows the value: a form is accepted if enclosures of the two meet at the places."""

    value: Any
    left: float = 30.0

    def limited(self, seconds: float, function: Callable[..., Any], *arguments: Any, share: float = 1.0) -> Any:
        return limited(seconds, function, *arguments)

    def accepts(self, problem: Problem, form: Any, conditions: Any = ()) -> bool:
        looks = [(value_at(form, at, 20, 3.0), value_at(self.value, at, 20, 3.0)) for at in PLACES]
        return all(not isinstance(u, str) and not isinstance(v, str) and abs(u.mid - v.mid) < 1e-15 for u, v in looks)


def written(value):
    problem = Problem(x, x, 0, 1)
    return tidy.tidied(problem, Proposal(value, "given"), Comparing(value))  # pyright: ignore[reportArgumentType]


sine = sp.sin(b)
CASES = [
    ((sp.exp(a**2 / 4) * sp.erf(a / 2) - sp.exp(a**2 / 4) + 1) / a, (1 - sp.exp(a**2 / 4) * sp.erfc(a / 2)) / a),
    (sp.sinh(a / 2) / (2 * (sp.cosh(a) + 1)), sp.sinh(a / 2) / (4 * sp.cosh(a / 2) ** 2)),
    (-I * log(r / 3 + sqrt(r**2 / 9 - 1)) / sqrt(1 - r**2 / 9), sp.acos(r / 3) / sqrt(1 - r**2 / 9)),
    (-log(b**2 + 2 * b * c + c**2 + a**2), -log((b + c) ** 2 + a**2)),
    (I * (log(sp.cos(b) - I * sp.Abs(sine)) - log(sp.cos(b) + I * sp.Abs(sine))) / (2 * sp.Abs(sine)), b / sine),
    (2 * sp.atan(sp.tan(b / 2)) / sine, b / sine),
    (-log((b - c) ** 2 + a**2) / 4 + log((b + c) ** 2 + a**2) / 4,
     log(((b + c) ** 2 + a**2) / ((b - c) ** 2 + a**2)) / 4),
    (pi * (-(a**2) - 1) / (2 * (a**2 - 1)), pi * (a**2 + 1) / (2 - 2 * a**2)),
    (1 / sp.expand((a + b) * (b + c) * (c + a)), 1 / ((a + b) * (b + c) * (c + a))),
    (sp.atan(sp.Abs(r)) * sp.sign(r), sp.atan(r)),
    (-2 * pi * sp.atan((sqrt(1 - a**2) - 1) / a), pi * sp.asin(a)),
    (log((b**a / a**b) ** (pi / (2 * a * b))), pi * (log(b) / b - log(a) / a) / 2),
    (
        sp.loggamma(q(1, 4) - a / 4) - sp.loggamma(q(3, 4) - a / 4)
        - sp.loggamma(q(1, 4) + a / 4) + sp.loggamma(q(3, 4) + a / 4),
        log(sp.tan(pi * a / 4 + pi / 4)),
    ),
    (I * (sp.loggamma((1 + I) / 4) - sp.loggamma((1 - I) / 4) + sp.loggamma((3 - I) / 4) - sp.loggamma((3 + I) / 4)),
     2 * sp.atan(sp.tanh(pi / 4))),
    (sqrt(2) * (sp.elliptic_e(q(1, 2)) - pi ** q(3, 2) / (4 * sp.gamma(q(3, 4)) ** 2)),
     sqrt(2) * pi ** q(3, 2) / sp.gamma(q(1, 4)) ** 2),
]  # fmt: skip


@pytest.mark.parametrize("value, form", CASES, ids=[str(number) for number in range(len(CASES))])
def test_the_form_is_the_one_that_one_writes(value, form):
    found = written(value)
    assert tidy.weight(found) <= tidy.weight(form)
    assert Comparing(form).accepts(Problem(x, x, 0, 1), found)
    assert not found.has(I, sp.Abs, sp.sign)


def test_a_form_that_is_not_equal_is_not_taken():
    value = sp.atan(sp.tan(b)) + a  # b leaves (−π/2, π/2) at one of the places
    assert written(value) == value
    assert written(sp.Abs(r) + a) == sp.Abs(r) + a
    assert any(form(value) != value for form in FORMS)


def test_a_wrong_rewriting_is_not_let_through(monkeypatch):
    monkeypatch.setattr(tidy, "FORMS", (lambda value: a, lambda value: sp.S.Zero))
    assert written(a * b / (a + b)) == a * b / (a + b)


@pytest.mark.parametrize(
    "value, shown",
    [
        (pi * (sqrt(a) * (a - 1) - a + 1) / (a - 1) ** 2, pi / (sqrt(a) + 1)),
        ((a - b) / (sqrt(a) - sqrt(b)), sqrt(a) + sqrt(b)),
        (1 / (1 + sqrt(a + 1)), 1 / (1 + sqrt(a + 1))),
    ],
    ids=str,
)
def test_roots_of_letters_are_letters(value, shown):
    assert tidy.roots_as_letters(value) == shown
    assert all(abs(sp.N((value - shown).xreplace(at), 20)) < 1e-15 for at in PLACES)
