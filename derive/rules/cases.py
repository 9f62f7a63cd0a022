"""A value by cases: what holds under a condition, and what holds elsewhere, each by its own lemma."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.rule import Consequence, Context, Rule, RuleError, Show, plain
from derive.rules.sites import equations, free_standing, premises


@dataclass(frozen=True)
class ByCases(Rule):
    """u = v_1 where c_1 holds, = v_2 where c_2 holds and c_1 does not, …, = v_n where none of the n − 1 conditions
    does.

    The lemmas, in this order, are u = v_i for one and the same u, an integral, say; in the line every u becomes the
    Piecewise of the v_i. Obligations: the assumptions of the i-th lemma follow from those of the derivation, from c_i
    and the negations of the conditions before it. The last case takes all that is left, so the cases cover everything;
    they may overlap in no point, since each excludes the ones before.

    `conditions` are relations between parameters (strict or not): the negation of each must be a relation too.
    """

    conditions: tuple[Boolean, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", tuple(self.conditions))
        for condition in self.conditions:
            if not isinstance(condition, sp.core.relational.Relational):
                raise RuleError(f"a case is a relation such as a < 1, not {condition!r}")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        lemmas = equations(context)
        if len(lemmas) != len(self.conditions) + 1:
            raise RuleError(
                f"{len(self.conditions)} conditions make {len(self.conditions) + 1} cases, with a lemma for each; "
                f"{len(lemmas)} are named"
            )
        unknown = lemmas[0].lhs
        if any(lemma.lhs != unknown for lemma in lemmas) or not line.has(unknown):
            raise RuleError(f"looked for lemmas that all speak of {plain(unknown)}, which stands in the line")
        free_standing(line, unknown)
        owed, before = [], ()
        for lemma, condition in zip(lemmas, (*self.conditions, sp.true), strict=True):
            here = (*before, condition) if condition != sp.true else before
            owed += premises(lemma, context, *here)
            before = (*before, sp.Not(condition))
        value = by_conditions(tuple(lemma.rhs for lemma in lemmas), self.conditions)
        yield Consequence(line.xreplace({unknown: value}), tuple(dict.fromkeys(owed)))

    def describe(self, show: Show = plain) -> str:
        return f"cases: {', '.join(show(condition) for condition in self.conditions)}, and the rest"


def by_conditions(values: tuple[Any, ...], conditions: tuple[Boolean, ...]) -> Any:
    """v_1 where c_1 holds, … and the last value elsewhere, a Piecewise; neighbours with one value become one case."""
    pieces: list[tuple[Any, Any]] = []
    for value, condition in zip(values, (*conditions, sp.true), strict=True):
        if pieces and pieces[-1][0] == value:
            _, earlier = pieces.pop()
            condition = sp.Or(earlier, condition).simplify()
        pieces.append((value, condition))
    return pieces[0][0] if len(pieces) == 1 else sp.Piecewise(*pieces)
