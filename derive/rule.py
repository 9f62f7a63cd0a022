"""What an inference rule is: from a line it yields the next one, and names the obligations under which that is
licensed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.claim import EQUAL, Claim, Relation
from derive.errors import DeriveError

Show = Callable[[Any], str]  # how a formula stands in a line of words


def plain(expr: Any) -> str:
    """A formula in a line of plain text."""
    from derive.printing import plain as printed

    return printed(expr)


def equation(lhs: Any, rhs: Any, show: Show) -> str:
    """lhs = rhs as one formula."""
    return show(sp.Eq(lhs, rhs, evaluate=False))


class RuleError(DeriveError):
    """A rule cannot be applied to a line at all: nothing in it has the form that the rule speaks of. Says what was
    looked for."""


def formula(value: Any) -> Any:
    """What a rule was given, as a SymPy expression: numbers and expressions, never text, which SymPy would evaluate.

    RuleError for anything else, with the remedy.
    """
    try:
        return sp.sympify(value, strict=True)
    except sp.SympifyError:
        if isinstance(value, str):
            remedy = f"it is text; write derive.text.parse({value!r})"
        else:
            remedy = f"it is of type {type(value).__name__}"
        raise RuleError(f"a rule takes SymPy expressions and numbers, and {value!r} is none: {remedy}") from None


def refuse_text(rule: Any) -> None:
    """RuleError where a field of the rule that takes formulas holds text."""
    for part in fields(rule) if is_dataclass(rule) else ():
        value = getattr(rule, part.name, None)
        if isinstance(value, str) and "str" not in str(part.type) and "Literal" not in str(part.type):
            raise RuleError(
                f"{type(rule).__name__} takes a SymPy expression as {part.name}, and {value!r} is text; "
                f"write derive.text.parse({value!r})"
            )


@dataclass(frozen=True)
class Obligation:
    """A side condition of a rule, as a claim that is checked like any other, and why it is needed."""

    claim: Claim
    why: str


@dataclass(frozen=True)
class Consequence:
    """One line that the rule yields, with the obligations under which it does."""

    after: Any
    obligations: tuple[Obligation, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a rule may use: the assumptions of the derivation and the lemmas that were named with the step."""

    given: tuple[Boolean, ...] = ()
    lemmas: tuple[Claim, ...] = field(default=())

    def obligation(self, lhs: Any, rhs: Any, why: str, *more: Any, **relation: Any) -> Obligation:
        """An obligation under the assumptions of the context and `more`; `relation=` as for Claim."""
        return Obligation(Claim(lhs, rhs, (*self.given, *more), **relation), why)


class Rule(ABC):
    """An inference rule. Subclasses are frozen dataclasses, so that a rule prints, compares and pickles.

    `relation` is what the rule establishes between the line and its consequence; a step may not state a stronger one.

    `consequences` must be cheap and structural: it computes no integral and proves nothing; whatever has to be true
    goes into the obligations, which the ladder checks. It may yield several consequences (one for each place where the
    rule applies).
    """

    @property
    def relation(self) -> Relation:
        """The relation between the line and what the rule yields; equality unless a rule says otherwise."""
        return EQUAL

    @abstractmethod
    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        """The lines that follow from this one by the rule; RuleError if the rule does not speak of such a line."""

    @abstractmethod
    def describe(self, show: Show = plain) -> str:
        """The reason in words; every formula in it passes through `show`, so that a page can set it as mathematics."""

    def citing(self, lemmas: Sequence[str], show: Show = plain) -> str:
        """The reason as it stands beside a step that names these lemmas."""
        return ", by ".join(filter(None, (self.describe(show), listed(lemmas))))

    def __str__(self) -> str:
        return self.describe()


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


@dataclass(frozen=True)
class Cited(Rule):
    """The step is taken from a source. It yields nothing by itself: the step is as good as its check, and `cited`
    without one. `formulas` stand in the text where it says {0}, {1}, …"""

    source: str
    formulas: tuple[Any, ...] = ()

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return iter(())

    def describe(self, show: Show = plain) -> str:
        return self.source.format(*map(show, self.formulas)) if self.formulas else self.source


@dataclass(frozen=True)
class Assumed(Rule):
    """The step is taken as given, for the reason stated; its status is `assumed` however well it checks."""

    reason: str

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return iter(())

    def describe(self, show: Show = plain) -> str:
        return f"assumed: {self.reason}"
