"""A range cut at points inside it, with one form of the integrand on each piece; a range that is a point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.claim import AT_MOST
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.places import IntegralPlace, between, converges, integrals, looked_for, not_above, span, under


@dataclass(frozen=True)
class SplitRange(Rule):
    """∫_a^b f dx = ∫_a^{s_1} f_0 dx + ∫_{s_1}^{s_2} f_1 dx + … + ∫_{s_n}^b f_n dx, f = f_i between s_i and s_{i+1}.

    `points`: s_1 ≤ … ≤ s_n inside the range, in order. `forms`: f_0, …, f_n; without them f stays what it is.
    `variable` restricts the rule to integrals over it. Obligations: the points stand in order; f = f_i on the i-th
    piece; the integrals over the pieces converge, in the improper sense; then so does ∫_a^b f.
    """

    points: tuple[Any, ...]
    forms: tuple[Any, ...] | None = None
    variable: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", tuple(map(formula, self.points)))
        if not self.points:
            raise RuleError("a range is split at points: none is given")
        if self.forms is not None:
            object.__setattr__(self, "forms", tuple(map(formula, self.forms)))
            if len(self.forms) != len(self.points) + 1:
                raise RuleError(f"{len(self.points)} points make {len(self.points) + 1} pieces, not {len(self.forms)}")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = integrals(line, context.given, self.variable)
        if not found:
            raise looked_for("definite integral", line, "a range is split where an integral with both ends stands")
        for place in found:
            yield self._applied(place, under(context, place.ranges))

    def _applied(self, place: IntegralPlace, context: Context) -> Consequence:
        x, f = place.variable, place.integrand
        if not not_above(place.lower, place.upper, context.given):
            raise RuleError(f"the range from {plain(place.lower)} to {plain(place.upper)} is not seen to run upwards")
        ends = (place.lower, *self.points, place.upper)
        forms = self.forms or (f,) * (len(self.points) + 1)
        owed: list[Obligation] = []
        pieces = []
        for (low, high), form in zip(pairwise(ends), forms, strict=True):
            if not not_above(low, high, context.given):
                owed.append(context.obligation(low, high, "the points stand in order", relation=AT_MOST))
            inside = Context((*context.given, *between(x, low, high)))
            piece = sp.Integral(form, (x, low, high))
            if form != f:
                owed.append(inside.obligation(f, form, f"the form between {plain(low)} and {plain(high)}"))
            owed.append(converges(context, piece, "the integral over the piece converges"))
            pieces.append(piece)
        return Consequence(place.put(sp.Add(*pieces)), tuple(dict.fromkeys(owed)))

    def describe(self, show: Show = plain) -> str:
        where = f"the range split at {', '.join(map(show, self.points))}"
        return where if self.forms is None else f"{where}, one form of the integrand on each piece"


@dataclass(frozen=True)
class EmptyRange(Rule):
    """∫_a^a f dx = 0."""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [place for place in integrals(line, context.given) if place.lower == place.upper]
        if not found:
            raise looked_for("integral over a range that is a point", line, "both ends must be the same expression")
        for place in found:
            span(place.variable, place.lower, place.upper, context.given)
            yield Consequence(place.put(sp.S.Zero))

    def describe(self, show: Show = plain) -> str:
        return "the range is a point"
