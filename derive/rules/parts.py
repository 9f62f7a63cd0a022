"""Integration by parts, with the boundary terms as limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import ContinuousOn
from derive.rule import Consequence, Context, Rule, Show, equation, formula, plain
from derive.rules.analysis.convergence import one_that_converges
from derive.rules.antiderivative import end_value
from derive.rules.places import IntegralPlace, converges, formal_derivative, integrals, looked_for, span, under


@dataclass(frozen=True)
class ByParts(Rule):
    """∫_a^b u v′ dx = [u v]_a^b − ∫_a^b u′ v dx, for u, v continuously differentiable inside (a, b), if u v has limits
    at the ends and one of the two integrals converges; then both do, in the improper sense.

    `dv` = v′ is what the integrand has besides u (by default v is differentiated). The values of u v at the ends are
    taken by substitution where that is plain; `at_upper`, `at_lower` state them elsewhere, and become limits to be
    checked.
    """

    u: Any
    v: Any
    dv: Any = None
    at_upper: Any = None
    at_lower: Any = None
    variable: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        variables = {self.variable} if self.variable is not None else self.u.free_symbols | self.v.free_symbols
        found = [place for place in integrals(line, context.given) if place.variable in variables]
        if not found:
            over = self.variable or f"a variable of u = {plain(self.u)}, v = {plain(self.v)}"
            raise looked_for(f"definite integral over {over}", line, "write u and v in the variable of integration")
        for place in found:
            yield self._applied(place, under(context, place.ranges))

    def _applied(self, place: IntegralPlace, context: Context) -> Consequence:
        x, u, v = place.variable, formula(self.u), formula(self.v)
        dv = formal_derivative(v, x) if self.dv is None else formula(self.dv)
        reach = span(x, place.lower, place.upper, context.given)
        inside = Context((*context.given, *reach.relations))
        upper, upper_plain, upper_limit = end_value(u * v, x, place.upper, reach, self.at_upper, context)
        lower, lower_plain, lower_limit = end_value(u * v, x, place.lower, reach, self.at_lower, context)
        ends = (lower_plain, upper_plain) if reach.upward else (upper_plain, lower_plain)
        rest = sp.Integral(v * formal_derivative(u, x), (x, place.lower, place.upper))
        meant = [inside.obligation(u * dv, place.integrand, "u v′ is the integrand")]
        if self.dv is not None:
            meant.insert(0, inside.obligation(formal_derivative(v, x), dv, f"d/d{x} of {plain(v)} is {plain(dv)}"))
        obligations = (
            *reach.obligations,
            *meant,
            context.obligation(
                u * v, reach.interval(*ends), "u v is continuous up to its plain ends", relation=ContinuousOn(x)
            ),
            context.obligation(
                sp.diff(u, x) * v, reach.interval(), "u′ v is continuous inside", relation=ContinuousOn(x)
            ),
            *lower_limit,
            *upper_limit,
            converges(
                context,
                one_that_converges((rest, place.node), context.given),
                "one of the two integrals converges, so both do",
            ),
        )
        return Consequence(place.put(upper - lower - rest), obligations)

    def describe(self, show: Show = plain) -> str:
        u, v = (equation(sp.Symbol(name), value, show) for name, value in (("u", self.u), ("v", self.v)))
        return f"integration by parts, {u}, {v}"
