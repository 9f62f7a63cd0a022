"""The fundamental theorem of calculus, and equality of functions whose derivatives agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, plain
from derive.rules.places import (
    IntegralPlace,
    Span,
    between,
    formal_derivative,
    integrals,
    looked_for,
    span,
    under,
    value_at,
)


@dataclass(frozen=True)
class FundamentalTheorem(Rule):
    """∫_a^b f(x) dx = F(b) − F(a), if F is continuous on the range, F′ = f on it, and F has limits at the ends.

    An end at which F has a plain finite value takes that value, and F must be continuous up to it. At any other end
    (infinite, or singular for F) the value is the limit of F from inside: `at_upper`, `at_lower` state it; where
    nothing is stated, a limit that follows from orders of growth is put in, and else the Limit stands unevaluated in
    the next line. The integral converges then, in the improper sense. F is written in the variable of the integral, or
    in `variable`. Theorem: Newton-Leibniz on every [α, β] inside (a, b), then α → a and β → b.
    """

    F: Any
    at_upper: Any = None
    at_lower: Any = None
    variable: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        variables = {self.variable} if self.variable is not None else self.F.free_symbols
        found = [place for place in integrals(line, context.given) if place.variable in variables]
        if not found:
            over = f" over {self.variable}" if self.variable is not None else f" over a variable of F = {plain(self.F)}"
            raise looked_for(
                f"definite integral{over}",
                line,
                "write F in the variable of integration, and the integral with both ends",
            )
        for place in found:
            yield self._applied(place, under(context, place.ranges))

    def _applied(self, place: IntegralPlace, context: Context) -> Consequence:
        x, F = place.variable, self.F
        reach = either_way(span(x, place.lower, place.upper, context.given))
        upper, upper_plain, upper_limit = end_value(F, x, place.upper, reach, self.at_upper, context)
        lower, lower_plain, lower_limit = end_value(F, x, place.lower, reach, self.at_lower, context)
        low_plain, high_plain = (lower_plain, upper_plain) if reach.upward else (upper_plain, lower_plain)
        if reach.low not in (place.lower, place.upper) and not (low_plain and high_plain):
            raise RuleError(f"which of {place.lower} and {place.upper} is larger is open; add that to the assumptions")
        within = (*context.given, *reach.relations)
        obligations = (
            *reach.obligations,
            Context(within).obligation(
                formal_derivative(F, x), place.integrand, f"d/d{x} of the antiderivative is the integrand"
            ),
            context.obligation(
                F,
                reach.interval(low_plain, high_plain),
                "the antiderivative is continuous on the range",
                relation=ContinuousOn(x),
            ),
            *lower_limit,
            *upper_limit,
        )
        return Consequence(place.put(upper - lower), obligations)

    def describe(self, show: Show = plain) -> str:
        return f"fundamental theorem of calculus with {equation(sp.Symbol('F'), self.F, show)}"


@dataclass(frozen=True)
class DifferentiateBack(Rule):
    """f = g on an interval, if f and g are continuous there, f′ = g′ inside, and f = g at one point (mean value
    theorem).

    The whole line f is replaced by `other` = g; `at` is the point, `interval` by default the line. At an infinite
    point, or a point where a side has no plain value, the limits must agree. A derivative that would have to go under
    an integral sign is left standing in the obligation: it needs a lemma of its own (Leibniz).
    """

    other: Any
    variable: Any
    at: Any
    interval: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        x, c = self.variable, formula(self.at)
        if x not in getattr(line, "free_symbols", set()):
            raise looked_for(
                f"free variable {x}",
                line,
                "an indefinite integral is fixed up to a constant: write it with a lower end",
            )
        interval = self.interval if self.interval is not None else domain(x, context)
        reach = span(x, interval.start, interval.end, context.given)
        inside = Context((*_without(context.given, x), *reach.relations))
        ends = [self._end(side, x, c, interval) for side in (line, self.other)]
        fixed = Context(_without(context.given, x))
        yield Consequence(
            self.other,
            (
                *reach.obligations,
                inside.obligation(
                    formal_derivative(line, x), formal_derivative(self.other, x), f"the derivatives by {x} agree"
                ),
                fixed.obligation(ends[0], ends[1], f"the two sides agree at {x} = {plain(c)}"),
                fixed.obligation(line, interval, "the left side is continuous", relation=ContinuousOn(x)),
                fixed.obligation(self.other, interval, "the right side is continuous", relation=ContinuousOn(x)),
            ),
        )

    def _end(self, side: Any, x: Any, c: Any, interval: Any) -> Any:
        value = value_at(side, x, c)
        if value is not None:
            return value
        return sp.Limit(side, x, c, "-" if c == interval.end else "+")

    def describe(self, show: Show = plain) -> str:
        return f"equal derivatives by {show(self.variable)}, equal values at {equation(self.variable, self.at, show)}"


def domain(x: Any, context: Context) -> Any:
    """The interval to which the assumptions confine a real symbol, as far as single relations say."""
    low, high, low_open, high_open = -sp.oo, sp.oo, True, True
    if x.is_extended_nonnegative:
        low, low_open = sp.S.Zero, bool(x.is_extended_positive)
    if x.is_extended_nonpositive:
        high, high_open = sp.S.Zero, bool(x.is_extended_negative)
    for relation in context.given:
        if not isinstance(relation, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
            continue
        greater, lesser = (
            (relation.lhs, relation.rhs) if isinstance(relation, (sp.Gt, sp.Ge)) else (relation.rhs, relation.lhs)
        )
        strict = isinstance(relation, (sp.Gt, sp.Lt))
        if greater == x and x not in lesser.free_symbols and (low is -sp.oo or (lesser - low).is_nonnegative):
            low, low_open = lesser, strict or (lesser == low and low_open)
        if lesser == x and x not in greater.free_symbols and (high is sp.oo or (high - greater).is_nonnegative):
            high, high_open = greater, strict or (greater == high and high_open)
    return sp.Interval(low, high, low_open, high_open)


def either_way(reach: Span) -> Span:
    """Where the order of two finite ends is open: the range between the lesser and the larger of them, since
    ∫_a^b = −∫_b^a."""
    if not reach.obligations or not (reach.low.is_finite and reach.high.is_finite):
        return reach
    low, high = sp.Min(reach.low, reach.high), sp.Max(reach.low, reach.high)
    return Span(reach.variable, low, high, True, between(reach.variable, low, high))


def end_value(
    F: Any, x: Any, end: Any, reach: Span, stated: Any, context: Context
) -> tuple[Any, bool, tuple[Obligation, ...]]:
    """The value of F at an end of the range, whether it is F's own value there, and what has to hold for it."""
    from derive.rules.analysis.limitvalue import limit_value

    side = "+" if end == reach.low else "-"
    direct = None if _through_infinity(F, x, end) else value_at(F, x, end)
    if stated is None:
        if direct is not None:
            return direct, True, ()
        limit = sp.Limit(F, x, end, side)
        known = limit_value(F, x, end, side, context.given)
        if known is None:
            return limit, False, ()
        return known, False, (context.obligation(limit, known, f"limit of {plain(F)} as {x} → {plain(end)}"),)
    value = formula(stated)
    if direct is not None:
        return value, True, (context.obligation(direct, value, f"value of {plain(F)} at {x} = {plain(end)}"),)
    limit = sp.Limit(F, x, end, side)
    return value, False, (context.obligation(limit, value, f"limit of {plain(F)} as {x} → {plain(end)}"),)


def _through_infinity(F: Any, x: Any, end: Any) -> bool:
    """Whether a function in F, or a denominator, is asked at the end for its value at an infinite argument."""
    inner = [arg for node in F.atoms(sp.Function, sp.Pow) for arg in node.args if x in arg.free_symbols]
    return not end.is_infinite and any(value_at(arg, x, end) is None for arg in inner)


def _without(given: tuple[Any, ...], x: Any) -> tuple[Any, ...]:
    return tuple(relation for relation in given if x not in relation.free_symbols)
