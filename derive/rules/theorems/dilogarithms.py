"""Integrals of rational functions with one or two logarithms or inverse functions: antiderivatives in dilogarithms.

References: E. Panzer, Comput. Phys. Commun. 188 (2015), 148-166 (iterated integrals, regularised values at the ends);
D. Zagier, The dilogarithm function, in Frontiers in Number Theory, Physics and Geometry II (2007).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.rule import Consequence, Context, Obligation, Rule, Show, formula, plain
from derive.rules.places import IntegralPlace, converges, integrals, looked_for, span, under


@dataclass(frozen=True)
class Dilogarithms(Rule):
    """∫_0^1 f dt = F(1) − F(0) with F = Σ R(t) G(a, b; t), G(a, b; t) = ∫_0^t log(1 − s/b) ds/(s − a), G(0; t) = log t.

    f is rational in t and in at most two logarithms or inverse functions of rational functions of t, with coefficients
    and poles a, b in ℚ(i, √2, √3, …). By structure, exactly in that field: partial fractions and integration by parts
    give F with F′ = f; its expansions at 0 and 1 are regularised (log 0 and poles dropped), which changes nothing where
    the integral converges; G(a, b; 1) = Li₂((b − 1)/(b − a)) − Li₂(b/(b − a)) + log(1 − 1/b) log((1 − a)/(b − a)), with
    the branch that the path takes. Obligations: every logarithm and inverse function in f is the sum of logarithms
    log(1 − t/a) that stands for it, on all of (0, 1); the integral converges.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [place for place in integrals(line, context.given) if (place.lower, place.upper) == (0, 1)]
        for place in found:
            after = self._applied(place, under(context, place.ranges))
            if after is not None:
                yield after
                return
        raise looked_for(
            "integral over (0, 1) of a rational function with one or two logarithms, arctangents or artanhs",
            line,
            "bring the range to (0, 1) by Substitute; coefficients and poles must be sums of square roots of rationals",
        )

    def _applied(self, place: IntegralPlace, context: Context) -> Consequence | None:
        from derive.feynman.methods.dilog import in_dilogarithms

        t = place.variable
        value = None if place.integrand.free_symbols != {t} else in_dilogarithms(place.integrand, t)
        if value is None:
            return None
        inside = Context((*context.given, *span(t, place.lower, place.upper, context.given).relations))
        owed: list[Obligation] = [converges(context, place.node, "the integral converges")]
        for node, logs in value.logarithms:
            owed.append(inside.obligation(node, logs.on(t), f"{plain(node)} in logarithms that are linear in {t}"))
        return Consequence(place.put(value.value), tuple(owed))

    def describe(self, show: Show = plain) -> str:
        return "partial fractions over the field of the poles; the antiderivative in dilogarithms, taken at 0 and 1"


@dataclass(frozen=True)
class DilogarithmRelations(Rule):
    """The value of dilogarithms of algebraic numbers, by the functional equations: Li₂(z) + Li₂(1 − z), Li₂(z)
    + Li₂(1/z), Li₂(zⁿ) = n Σ_{ωⁿ=1} Li₂(ωz), and the five-term relation.

    `value` is the line after them. Obligation: the two are equal, as numbers.
    """

    value: Any

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if line.free_symbols or line.has(sp.Integral, sp.Sum, sp.Limit):
            raise looked_for("combination of dilogarithms of numbers", line, "evaluate the integrals first")
        value = formula(self.value)
        yield Consequence(value, (context.obligation(line, value, "the equations give this value"),))

    def describe(self, show: Show = plain) -> str:
        return "functional equations of the dilogarithm: reflection, inversion, distribution, five terms"
