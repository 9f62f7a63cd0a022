"""An integral with an integer in it: its values for the first integers, each by itself, and a formula from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain
from derive.rules.cases import by_conditions
from derive.rules.places import put_in
from derive.rules.sites import equations, free_standing


@dataclass(frozen=True)
class IntegerCases(Rule):
    """∫ f(x, n) dx = V_j for n = j, j = low, …, N − 1, and = V(n − N + 1) for n ≥ N, given the lemmas ∫ f(x, j) dx =
    V_j and ∫ f(x, p + N − 1) dx = V(p) for integers p ≥ 1.

    `integer`: n, an integer symbol that is at least `low`; `letter`: p, a positive integer symbol; `first`: N. Cases
    whose value the formula gives as well are left out, `merged`, with V(j − N + 1) = V_j as an obligation. Obligations
    besides: n ≥ low, and the assumptions of the lemmas at these integers.
    """

    integer: Any
    letter: Any
    low: int
    first: int
    merged: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "merged", tuple(self.merged))
        if not self.integer.is_integer or not (self.letter.is_integer and self.letter.is_positive):
            raise RuleError(f"{self.integer} must be declared an integer, {self.letter} a positive one")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        n, p, shift = self.integer, self.letter, self.first - 1
        lemmas = equations(context)
        general = self._found(line, lemmas, {n: p + shift})
        if general is None:
            raise RuleError(f"looked for a lemma ∫ … = … for an integral of the line with {p + shift} in place of {n}")
        unknown, lemma = general
        free_standing(line, unknown)
        formula = put_in(lemma.rhs, {p: n - shift})
        owed = list(self._premises(lemma, {p: n - shift}, context, sp.Ge(n, self.first)))
        if not _at_least(n, self.low):
            owed.append(context.obligation(self.low, n, f"{n} is at least {self.low}", relation=AT_MOST))
        values, conditions = [], []
        for j in range(self.low, self.first):
            found = next((lemma for lemma in lemmas if lemma.lhs == put_in(unknown, {n: sp.Integer(j)})), None)
            if found is None:
                raise RuleError(f"looked for a lemma for {n} = {j}; name it with the step")
            owed += self._premises(found, {}, context, sp.Eq(n, j))
            if j in self.merged:
                here = put_in(formula, {n: sp.Integer(j)})
                owed.append(Obligation(Claim(here, found.rhs, _without(context, n)), f"the formula holds at {n} = {j}"))
                continue
            values.append(found.rhs)
            conditions.append(sp.Eq(n, j))
        value = by_conditions((*values, formula), tuple(conditions))
        yield Consequence(line.xreplace({unknown: value}), tuple(dict.fromkeys(owed)))

    @staticmethod
    def _found(line: Any, lemmas: list[Claim], table: dict[Any, Any]) -> tuple[Any, Claim] | None:
        for node in sorted(line.atoms(sp.Integral), key=sp.default_sort_key):
            for lemma in lemmas:
                if node.xreplace(table) == lemma.lhs:
                    return node, lemma
        return None

    def _premises(self, lemma: Claim, table: dict[Any, Any], context: Context, *more: Any) -> Iterator[Obligation]:
        known = (*context.given, *(relation for relation in more if relation != sp.true))
        for relation in lemma.given:
            there = relation.xreplace(table)
            if there != sp.true and there not in known:
                why = f"the lemma is used where its assumption {relation} holds"
                yield Obligation(Claim.of(there, known), why)

    def describe(self, show: Show = plain) -> str:
        n = show(self.integer)
        alone = [j for j in range(self.low, self.first) if j not in self.merged]
        text = "".join(f"{n} = {j}, " for j in alone)
        return f"cases of the integer {n}: {text}and the others" if alone else f"all integers {n} from {self.low}"


def _at_least(n: Any, low: int) -> bool:
    return bool((n.is_nonnegative and low <= 0) or (n.is_positive and low <= 1))


def _without(context: Context, n: Any) -> tuple[Any, ...]:
    return tuple(relation for relation in context.given if n not in relation.free_symbols)
