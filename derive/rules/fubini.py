"""Changing the order of integration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.places import Place, converges, looked_for, places, span, under


@dataclass(frozen=True)
class Fubini(Rule):
    """∫∫ f dx dy = ∫∫ f dy dx, if the integral of |f| in one order is finite (Fubini), or if f ≥ 0 (Tonelli,
    `nonnegative=True`).

    Tonelli's equality holds in [0, oo]. `majorant`: M with |f| ≤ M and ∫∫ M < oo instead of |f| itself; `inner`: a
    bound on the inner integral of M, in whichever order, whose outer integral is finite (`inner_variable` is the
    variable integrated first there). Limits that do not depend on the other variable are kept. A region with moving
    limits needs them stated, innermost first: `limits=((y, x, oo), (x, 0, oo))`; both descriptions of the region must
    then imply each other.
    """

    majorant: Any = None
    nonnegative: bool = False
    inner: Any = None
    inner_variable: Any = None
    limits: tuple[tuple[Any, Any, Any], ...] | None = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [pair for place in places(line, _is_integral, context.given) for pair in _iterated(place)]
        if not found:
            raise looked_for(
                "iterated integral", line, "an integral of which the integrand holds another, factors allowed"
            )
        refused = ""
        for place, f, first, second in found:
            if self.limits is None and second[0] in first[1].free_symbols | first[2].free_symbols:
                refused = (
                    f"the limits of {first[0]} depend on {second[0]} in {plain(place.node)}: "
                    "state the new ones with limits=…"
                )
                continue
            yield self._applied(place, f, first, second, under(context, place.ranges))
        if refused:
            raise RuleError(refused)

    def _applied(self, place: Place, f: Any, first: Any, second: Any, context: Context) -> Consequence:
        new = tuple(sp.Tuple(*limit) for limit in self.limits) if self.limits is not None else (second, first)
        outer = span(*second, context.given)
        within = span(*first, (*context.given, *outer.relations))
        region = (*outer.relations, *within.relations)
        owed: list[Obligation] = [*outer.obligations, *within.obligations]
        if self.limits is not None:
            owed += self._same_region(region, new, context)
        owed += self._licence(f, first, second, new, Context((*context.given, *region)), context)
        return Consequence(place.put(sp.Integral(f, *new)), tuple(owed))

    def _same_region(self, region: tuple[Any, ...], new: tuple[Any, ...], context: Context) -> list[Obligation]:
        outer = span(*new[1], context.given)
        within = span(*new[0], (*context.given, *outer.relations))
        described = (*outer.relations, *within.relations)
        why = "the two descriptions of the region agree"
        forward = [Obligation(Claim.of(r, (*context.given, *region)), why) for r in described if r not in region]
        return forward + [
            Obligation(Claim.of(r, (*context.given, *described)), why) for r in region if r not in described
        ]

    def _licence(
        self, f: Any, first: Any, second: Any, new: tuple[Any, ...], inside: Context, context: Context
    ) -> list[Obligation]:
        if self.nonnegative:
            return [inside.obligation(0, f, "the integrand is not negative (Tonelli)", relation=AT_MOST)]
        bound = sp.Abs(f) if self.majorant is None else formula(self.majorant)
        owed = []
        if self.majorant is not None:
            owed.append(inside.obligation(sp.Abs(f), bound, "the majorant dominates the integrand", relation=AT_MOST))
        if self.inner is None:
            return [
                *owed,
                converges(
                    context, sp.Integral(bound, first, second), "the integrand is absolutely integrable (Fubini)"
                ),
            ]
        run = first if self.inner_variable in (None, first[0]) else new[0]
        left = second if run is first else new[1]
        single = Context((*context.given, *span(*left, context.given).relations))
        return [
            *owed,
            single.obligation(
                sp.Integral(bound, run), self.inner, f"a bound on the integral over {run[0]}", relation=AT_MOST
            ),
            context.obligation(
                sp.Integral(self.inner, left), sp.oo, f"the integral over {left[0]} is finite", relation=LESS
            ),
        ]

    def describe(self, show: Show = plain) -> str:
        if self.nonnegative:
            return "order of integration changed (Tonelli)"
        dominated = "" if self.majorant is None else f", dominated by {show(self.majorant)}"
        return f"order of integration changed (Fubini{dominated})"


def Tonelli(limits: tuple[tuple[Any, Any, Any], ...] | None = None) -> Fubini:
    """Change of the order of integration for f ≥ 0."""
    return Fubini(nonnegative=True, limits=limits)


def _is_integral(node: Any) -> bool:
    return isinstance(node, sp.Integral)


def _iterated(place: Place) -> Iterator[tuple[Place, Any, Any, Any]]:
    """(place, integrand, inner limits, outer limits) where one integration stands directly inside another, up to
    factors."""
    node = place.node
    if any(len(limit) != 3 for limit in node.limits):
        return
    if len(node.limits) == 2:
        yield place, node.function, *node.limits
    elif len(node.limits) > 2:
        inner = node.func(node.function, *node.limits[:-2])
        yield place, inner, node.limits[-2], node.limits[-1]
    else:
        for factor in sp.Mul.make_args(node.function):
            if isinstance(factor, sp.Integral) and len(factor.limits) == 1 and len(factor.limits[0]) == 3:
                x, a, b = tuple(factor.limits[0])
                rest = node.function / factor
                f, name = factor.function, x
                if x in rest.free_symbols:
                    name = sp.Dummy(x.name, **x.assumptions0)
                    f = f.xreplace({x: name})
                yield place, rest * f, sp.Tuple(name, a, b), node.limits[0]
