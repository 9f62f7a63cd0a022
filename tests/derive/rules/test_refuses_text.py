"""Text given to a rule is refused with our own message and the remedy, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from derive import Derivation
from derive.plan import applied
from derive.rule import Assumed, Cited, Context, RuleError, formula, refuse_text
from derive.rules import ByParts, FundamentalTheorem, Leibniz, Specialise, Substitute, Using

x, k = sp.symbols("x k", positive=True)
LINE = sp.Integral(sp.exp(-k * x), (x, 0, 1))


@pytest.mark.parametrize("make", [lambda: Using(at={k: "1"}), lambda: Specialise({"k": 1})])
def test_when_the_rule_is_made(make: Any) -> None:
    with pytest.raises(RuleError, match=r"derive\.text\.parse"):
        make()


@pytest.mark.parametrize(
    "rule", [FundamentalTheorem("-exp(-k*x)/k"), ByParts("x", "exp(-k*x)")], ids=lambda rule: type(rule).__name__
)
def test_when_the_rule_is_applied(rule: Any) -> None:
    found, problem = applied(rule, LINE, LINE, Context())
    assert not found
    assert "derive.text.parse" in problem


def test_when_the_step_is_written() -> None:
    """The error comes at the line of the script that is wrong."""
    with pytest.raises(RuleError, match=r"derive\.text\.parse"):
        Derivation(LINE).to((1 - sp.exp(-k)) / k, FundamentalTheorem("-exp(-k*x)/k"))
    with pytest.raises(RuleError, match="ByParts"):
        Derivation(LINE).by(ByParts("x", "exp(-k*x)"))


@pytest.mark.parametrize("value", ["x", "__import__('os')", b"x", object(), {"a": 1}.keys()])
def test_formula(value: Any) -> None:
    with pytest.raises(RuleError):
        formula(value)


@pytest.mark.parametrize("value", [1, 2.5, sp.Symbol("z"), x + 1])
def test_formula_takes_numbers_and_expressions(value: Any) -> None:
    assert formula(value) == sp.sympify(value)


def test_words_stay_words() -> None:
    """Fields that are meant to hold words still may."""
    for rule in (Cited("a book"), Assumed("we wish it"), Leibniz(k), Substitute(x, k * x, x)):
        refuse_text(rule)
