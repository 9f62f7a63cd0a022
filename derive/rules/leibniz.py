"""Differentiation under the integral sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, listed, plain
from derive.rules.antiderivative import domain
from derive.rules.places import (
    between,
    converges,
    formal_derivative,
    integrals,
    looked_for,
    places,
    put_in,
    span,
    under,
)


@dataclass(frozen=True)
class Leibniz(Rule):
    """d/dp ∫_a^b f(x, p) dx = ∫_a^b ∂f/∂p dx + b′(p) f(b, p) − a′(p) f(a, p).

    Licensed by domination (Lebesgue): the integral converges, f is continuous in p, and |∂ʲf/∂pʲ| ≤ M(x) for j = 1..n,
    for all p of a neighbourhood and all x of the range, with ∫ M dx < oo. Or, over a finite range and without a
    majorant: by continuity of f and its derivatives in x on the closed range and in p.

    `majorant`: M, or one for each order. `interval`: the neighbourhood (low, high), written in p itself, which is then
    its centre: (p/2, 2*p) with M = x e^{−px/2} dominates ∂_p e^{−px}. Without it, M must hold for all admissible p,
    which must be an open set around each (at a closed end the derivative is one-sided), and be free of p.
    `order`: how many derivatives are taken inside (by default all that stand there). `of`: the reverse direction; an
    integral whose integrand is ∂ⁿ(of)/∂pⁿ becomes the derivative of ∫ of dx.
    """

    parameter: Any
    majorant: Any = None
    order: int | None = None
    interval: tuple[Any, Any] | None = None
    of: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if self.of is not None:
            yield from self._reverse(line, context)
            return
        p = self.parameter
        found = [
            place
            for place in places(line, lambda node: isinstance(node, sp.Derivative), context.given)
            if p in dict(place.node.variable_count) and place.node.expr.has(sp.Integral)
        ]
        if not found:
            raise looked_for(
                f"derivative by {p} of an integral", line, f"write it unevaluated: Derivative(Integral(…), {p})"
            )
        results = [(place, *self._inside(place.node, under(context, place.ranges))) for place in found]
        if len(results) > 1:
            after, obligations = line, []
            for place, new, owed in results:
                after = after.xreplace({place.node: new})
                obligations += [o for o in owed if o not in obligations]
            yield Consequence(after, tuple(obligations))
        for place, new, owed in results:
            yield Consequence(place.put(new), tuple(owed))

    def _inside(self, node: Any, context: Context) -> tuple[Any, list[Obligation]]:
        p = self.parameter
        counts = dict(node.variable_count)
        total = int(counts.pop(p))
        order = total if self.order is None else self.order
        if not 0 < order <= total:
            raise RuleError(f"order={order} derivatives by {p} cannot be taken inside: {total} stand there")
        names = {
            integral: sp.Function(f"J{index}")(p)
            for index, integral in enumerate(sorted(node.expr.atoms(sp.Integral), key=sp.default_sort_key))
            if p in integral.free_symbols and _outermost(integral, node.expr)
        }
        if not names:
            raise looked_for(
                f"integral that depends on {p}", node.expr, "the derivative of a constant needs no rule but Algebra"
            )
        derived = sp.diff(node.expr.xreplace(names), p, order)
        obligations: list[Obligation] = []
        table: dict[Any, Any] = {}
        for integral, name in names.items():
            for j in range(order, 0, -1):
                table[sp.Derivative(name, (p, j)) if j > 1 else sp.Derivative(name, p)] = self._moved(integral, j)
            table[name] = integral
            obligations += [o for o in self.obligations(integral, order, context) if o not in obligations]
        for old, new in table.items():
            derived = derived.xreplace({old: new})
        rest = [*counts.items()] + ([(p, total - order)] if total > order else [])
        return (sp.Derivative(derived, *rest) if rest else derived), obligations

    def _moved(self, integral: Any, order: int) -> Any:
        """The n-th derivative with boundary terms, each carried out formally."""
        p, (x, a, b) = self.parameter, integral.limits[-1]
        moving = p in a.free_symbols | b.free_symbols
        if not moving:
            return sp.Integral(formal_derivative(integral.function, p, order), *integral.limits)
        f = integral.function
        boundary = sp.S.Zero
        for _ in range(order):
            boundary = sp.diff(boundary, p) + sp.diff(b, p) * put_in(f, {x: b}) - sp.diff(a, p) * put_in(f, {x: a})
            f = sp.diff(f, p)
        return sp.Integral(f, (x, a, b)) + boundary

    def obligations(self, integral: Any, order: int, context: Context) -> list[Obligation]:
        """What licenses n derivatives of this integral."""
        p = self.parameter
        if any(len(limit) != 3 for limit in integral.limits):
            raise RuleError(f"{plain(integral)} has no ends; Leibniz' rule speaks of definite integrals")
        moving = any(p in end.free_symbols for limit in integral.limits for end in limit[1:])
        if moving and (len(integral.limits) > 1 or any(end.is_infinite for end in integral.limits[0][1:])):
            raise RuleError(
                f"the ends of {plain(integral)} depend on {p}: only a single integral over a finite range is treated"
            )
        owed: list[Obligation] = []
        ranges: tuple[Any, ...] = ()
        for x, a, b in reversed(integral.limits):
            reach = span(x, a, b, (*context.given, *ranges))
            owed += reach.obligations
            ranges = (*ranges, *reach.relations)
        if self.majorant is None or moving:
            if moving or not any(end.is_infinite for limit in integral.limits for end in limit[1:]):
                return owed + self._by_continuity(integral, order, context)
            raise RuleError(
                f"{plain(integral)} runs over an infinite range: state majorant=M with |∂f/∂{p}| ≤ M and "
                "∫ M < oo; where there is none, put in a regulator first"
            )
        return owed + self._by_domination(integral, order, context, ranges)

    def _by_domination(self, integral: Any, order: int, context: Context, ranges: tuple[Any, ...]) -> list[Obligation]:
        p, f = self.parameter, integral.function
        majorants = self._majorants(order)
        local, near, owed = self._neighbourhood(context)
        inside = Context((*context.given, *ranges, *near))
        interval = sp.Interval.open(*self.interval) if self.interval else domain(p, context)
        smooth = (
            Context((*(r for r in context.given if p not in r.free_symbols), *ranges))
            if self.interval is None
            else inside
        )
        owed.append(converges(context, integral, "the integral itself converges"))
        if self.interval is None:
            owed.append(smooth.obligation(f, interval, f"the integrand is continuous in {p}", relation=ContinuousOn(p)))
        else:
            owed.append(
                Context((*context.given, *ranges)).obligation(
                    put_in(f, {p: local}), interval, f"the integrand is continuous in {p}", relation=ContinuousOn(local)
                )
            )
        for j in range(1, order + 1):
            derived = put_in(formal_derivative(f, p, j), {p: local})
            by = f"∂f/∂{p}" if j == 1 else f"the derivative of order {j} by {p}"
            owed.append(
                inside.obligation(sp.Abs(derived), majorants[j - 1], f"the majorant dominates {by}", relation=AT_MOST)
            )
        for majorant in dict.fromkeys(majorants):
            owed.append(converges(context, sp.Integral(majorant, *integral.limits), "the majorant is integrable"))
        return owed

    def _majorants(self, order: int) -> list[Any]:
        stated = self.majorant if isinstance(self.majorant, (tuple, list)) else (self.majorant,) * order
        if len(stated) != order:
            raise RuleError(
                f"{order} derivatives by {self.parameter} need {order} majorants or a single one for all, "
                f"not {len(stated)}"
            )
        majorants = [formula(majorant) for majorant in stated]
        if self.interval is None and any(self.parameter in majorant.free_symbols for majorant in majorants):
            raise RuleError(
                f"the majorant depends on the parameter {self.parameter}: it must hold on a whole neighbourhood; "
                f"state interval=(low, high) around {self.parameter}, such as ({self.parameter}/2, 2*{self.parameter})"
            )
        return majorants

    def _neighbourhood(self, context: Context) -> tuple[Any, tuple[Any, ...], list[Obligation]]:
        """The letter for the parameter as it runs through the neighbourhood, what holds of it, and that it is one."""
        p = self.parameter
        if self.interval is None:
            return p, () if p.is_extended_real else between(p, -sp.oo, sp.oo), []
        from derive.exact import is_nonnegative

        low, high = (formula(end) for end in self.interval)
        name = (
            sp.Symbol(f"{p.name}'", positive=True)
            if is_nonnegative(low, context.given)
            else sp.Symbol(f"{p.name}'", real=True)
        )
        owed = [
            context.obligation(end[0], end[1], f"{p} lies inside the neighbourhood", relation=LESS)
            for end in ((low, p), (p, high))
            if not (end[0] is -sp.oo or end[1] is sp.oo)
        ]
        return name, tuple(r for r in (*between(name, low, high),) if r is not sp.true), owed

    def _by_continuity(self, integral: Any, order: int, context: Context) -> list[Obligation]:
        p, f = self.parameter, integral.function
        x, a, b = integral.limits[0]
        owed: list[Obligation] = []
        reach = span(x, a, b, context.given)
        inside = Context(
            (*(r for r in context.given if p not in r.free_symbols), *between(x, reach.low, reach.high, closed=True))
        )
        for j in range(order + 1):
            derived = formal_derivative(f, p, j)
            named = "the integrand" if j == 0 else f"∂{'' if j == 1 else j} of the integrand by {p}"
            owed.append(
                context.obligation(
                    derived, reach.interval(True, True), f"{named} is continuous in {x}", relation=ContinuousOn(x)
                )
            )
            if p not in a.free_symbols | b.free_symbols:
                owed.append(
                    inside.obligation(
                        derived, domain(p, context), f"{named} is continuous in {p}", relation=ContinuousOn(p)
                    )
                )
        return owed

    def _reverse(self, line: Any, context: Context) -> Iterator[Consequence]:
        p, order = self.parameter, self.order or 1
        found = [place for place in integrals(line, context.given) if place.variable in self.of.free_symbols]
        if not found:
            raise looked_for(
                f"integral over a variable of {plain(self.of)}", line, "write `of` in the variable of the integral"
            )
        for place in found:
            inner = under(context, place.ranges)
            reach = span(place.variable, place.lower, place.upper, inner.given)
            before = sp.Integral(self.of, (place.variable, place.lower, place.upper))
            meant = Context((*inner.given, *reach.relations)).obligation(
                formal_derivative(self.of, p, order), place.integrand, f"the integrand is a derivative by {p}"
            )
            if p in place.lower.free_symbols | place.upper.free_symbols:
                raise RuleError(
                    f"the ends of {plain(place.node)} depend on {p}: "
                    "a derivative cannot be pulled out without boundary terms"
                )
            after = place.put(sp.Derivative(before, (p, order)))
            yield Consequence(after, (meant, *self.obligations(before, order, inner)))

    def describe(self, show: Show = plain) -> str:
        majorants = listed([show(m) for m in _several(self.majorant)]) if self.majorant is not None else ""
        dominated = f", dominated by {majorants}" if majorants else ""
        direction = "a derivative pulled out of" if self.of is not None else "differentiation under"
        return f"{direction} the integral sign by {show(self.parameter)} (Leibniz){dominated}"


def _several(majorant: Any) -> tuple[Any, ...]:
    return tuple(majorant) if isinstance(majorant, (tuple, list)) else (majorant,)


def _outermost(integral: Any, expr: Any) -> bool:
    return not any(integral != other and other.has(integral) for other in expr.atoms(sp.Integral))
