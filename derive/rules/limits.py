"""Limits and sums against integrals: dominated and monotone convergence, series term by term, a squeeze.

References: W. Rudin, Real and Complex Analysis, Theorems 1.26, 1.34, 1.38 (8.8 for the exchange of sum and integral).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.analysis.analytic import regular
from derive.rules.sites import (
    approach,
    bound_ranges,
    everywhere,
    finite,
    integrable,
    oriented,
    ranging,
    single,
    unclaimed,
)


@dataclass(frozen=True)
class DominatedConvergence(Rule):
    """lim_{v→p} ∫ f(x, v) dx = ∫ lim_{v→p} f(x, v) dx if |f(x, v)| ≤ M(x) and ∫ M dx < ∞ (Rudin 1.34); also for sums
    (Tannery).

    It reads the line in both directions: a limit goes into the integral (evaluated, or left to be evaluated), or comes
    out of it. `limit` states the limit of the integrand; without it, f must be continuous at p by structure, and f(x,
    p) is the limit. Obligations: |f| ≤ M for x in the range and v beyond p (up to `near`, if given); ∫ M < ∞; the limit
    of the integrand. Taken from the statement: f is measurable in x.
    """

    variable: sp.Symbol
    majorant: Any
    limit: Any = None
    near: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return _exchange(self, line, context)

    def licence(self, f: Any, limit: sp.Limit, outer: Any, context: Context) -> tuple[Obligation, ...]:
        """That the integrand is dominated by an integrable function."""
        majorant = formula(self.majorant)
        if self.variable in majorant.free_symbols:
            raise RuleError(
                f"the majorant {majorant} depends on {self.variable}; it has to hold for all of its values at once"
            )
        _, v, point, direction = limit.args
        near = approach(v, point, str(direction))
        if self.near is not None:
            near += (sp.Lt(v, self.near),) if str(direction) == "+" and point is not sp.oo else (sp.Gt(v, self.near),)
        why = "the integrand is dominated" if isinstance(outer, sp.Integral) else "the terms are dominated"
        dominated = context.obligation(sp.Abs(f), majorant, why, *near, *bound_ranges(outer), relation=AT_MOST)
        return (dominated, *integrable(majorant, outer.limits[0], context))

    def describe(self, show: Show = plain) -> str:
        return "dominated convergence"


@dataclass(frozen=True)
class MonotoneConvergence(Rule):
    """lim_{v→p} ∫ f(x, v) dx = ∫ lim_{v→p} f(x, v) dx if f ≥ 0 increases as v moves towards p (Rudin 1.26); both sides
    may be ∞.

    Obligations: f ≥ 0; ∂f/∂v ≤ 0 as v ↓ p (≥ 0 as v ↑ p, and for p = oo); the limit of the integrand, as for
    DominatedConvergence.
    """

    variable: sp.Symbol
    limit: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return _exchange(self, line, context)

    def licence(self, f: Any, limit: sp.Limit, outer: Any, context: Context) -> tuple[Obligation, ...]:
        """That the integrand is nonnegative and monotone in the variable."""
        _, v, point, direction = limit.args
        if str(direction) == "+-":
            raise RuleError("monotone convergence is about a limit from one side")
        near = (*approach(v, point, str(direction)), *bound_ranges(outer))
        slope = sp.diff(f, v) * (1 if point is sp.oo or str(direction) == "-" else -1)
        return (
            context.obligation(0, f, "the integrand is nonnegative", *near, relation=AT_MOST),
            context.obligation(0, slope, "the integrand increases towards the limit", *near, relation=AT_MOST),
        )

    def describe(self, show: Show = plain) -> str:
        return "monotone convergence"


def _exchange(rule: DominatedConvergence | MonotoneConvergence, line: Any, context: Context) -> Iterator[Consequence]:
    """Limits taken into integrals and sums, or out of them, wherever the rule licenses it."""

    def act(node: Any, inner: Context) -> Iterator[Consequence]:
        if isinstance(node, sp.Limit):
            yield from _inwards(rule, node, inner)
        else:
            yield from _outwards(rule, node, inner)

    wanted = f"a limit in {rule.variable} of an integral or a sum, or an integral or a sum of such a limit"
    return everywhere(line, (sp.Limit, sp.Integral, sp.Sum), context, act, wanted)


def _inwards(rule: Any, node: sp.Limit, context: Context) -> Iterator[Consequence]:
    expr, v, point, direction = node.args
    scale, outer = _factor(expr, v)
    if v != rule.variable or outer is None:
        raise RuleError(f"looked for a limit in {rule.variable} of an integral or a sum; found {node}")
    f, x, low, high = single(outer)
    unclaimed(x, context)
    if v in low.free_symbols | high.free_symbols:
        raise RuleError(f"the bounds of {outer} move with {v}; substitute first, so that they stand still")
    licence = rule.licence(f, node, outer, context) + oriented(outer, context)
    here = bound_ranges(outer)
    limit = sp.Limit(f, v, point, str(direction))
    wrap = type(outer)
    value, conditions = _limit_of(rule, f, limit, here, context)
    yield Consequence(scale * wrap(value, (x, low, high)), licence + conditions)
    yield Consequence(scale * wrap(limit, (x, low, high)), licence + conditions)


def _limit_of(rule: Any, f: Any, limit: sp.Limit, here: Any, context: Context) -> tuple[Any, tuple[Obligation, ...]]:
    """The limit of the integrand: as stated, or f at the point where it is continuous there by structure."""
    _, v, point, _ = limit.args
    if rule.limit is not None:
        return formula(rule.limit), (context.obligation(limit, rule.limit, "the limit of the integrand", *here),)
    if point in (sp.oo, -sp.oo):
        raise RuleError(f"state the limit of the integrand at {v} = {point}: limit=…")
    conditions = regular(f, v, point, context, *here)
    return finite(f.xreplace({v: point}), f"{f} at {v} = {point}"), conditions


def _outwards(rule: Any, node: Any, context: Context) -> Iterator[Consequence]:
    f, x, low, high = single(node)
    if not isinstance(f, sp.Limit) or f.args[1] != rule.variable:
        raise RuleError(f"looked for an integral or a sum of a limit in {rule.variable}; found {node}")
    unclaimed(x, context)
    inner, v, point, direction = f.args
    licence = rule.licence(inner, f, node, context) + oriented(node, context)
    _, conditions = _limit_of(rule, inner, f, bound_ranges(node), context)
    yield Consequence(sp.Limit(type(node)(inner, (x, low, high)), v, point, str(direction)), licence + conditions)


def _factor(expr: Any, v: sp.Symbol) -> tuple[Any, Any]:
    """(c, node) for c times an integral or a sum, c free of v; (1, None) otherwise."""
    factors = sp.Mul.make_args(expr)
    nodes = [f for f in factors if isinstance(f, (sp.Integral, sp.Sum))]
    rest = sp.Mul(*(f for f in factors if f not in nodes))
    if len(nodes) != 1 or v in rest.free_symbols:
        return sp.S.One, None
    return rest, nodes[0]


@dataclass(frozen=True)
class TermByTerm(Rule):
    """∫ Σ_n f_n(x) dx = Σ_n ∫ f_n(x) dx, read in both directions.

    Without `majorant`: Tonelli, obligation f_n ≥ 0 (both sides may be ∞; Rudin 1.27). With `majorant` m(n, x):
    obligations |f_n| ≤ m and Σ_n ∫ m dx < ∞ (Rudin 1.38); with `bound` b(n) in addition: ∫ m dx = b(n) and Σ_n b(n) < ∞
    instead.
    """

    majorant: Any = None
    bound: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(
            line, (sp.Integral, sp.Sum), context, self._act, "an integral of a sum, or a sum of integrals"
        )

    def _act(self, node: Any, context: Context) -> Iterator[Consequence]:
        other = sp.Sum if isinstance(node, sp.Integral) else sp.Integral
        inner, *limits = single(node)
        scale, nested = _nested(inner, other)
        if nested is None:
            raise RuleError(f"looked for an integral of a sum, or a sum of integrals; found {node}")
        f, *inner_limits = single(nested)
        unclaimed(limits[0], context)
        unclaimed(inner_limits[0], context)
        if limits[0] in (inner_limits[1] + inner_limits[2]).free_symbols:
            raise RuleError("the inner bounds depend on the outer variable; make the ranges independent first")
        f = f * scale
        after = other(type(node)(f, tuple(limits)), tuple(inner_limits))
        integral, series = (limits, inner_limits) if isinstance(node, sp.Integral) else (inner_limits, limits)
        yield Consequence(
            after, oriented(sp.Integral(f, tuple(integral)), context) + self._licence(f, integral, series, context)
        )

    def _licence(self, f: Any, integral: list[Any], series: list[Any], context: Context) -> tuple[Obligation, ...]:
        x_range, n_range = ranging(integral), ranging(series, closed=True)
        if self.majorant is None:
            return (context.obligation(0, f, "the terms are nonnegative", *n_range, *x_range, relation=AT_MOST),)
        m = formula(self.majorant)
        dominated = context.obligation(sp.Abs(f), m, "the terms have a majorant", *n_range, *x_range, relation=AT_MOST)
        mass = sp.Integral(m, tuple(integral))
        if self.bound is None:
            total = sp.Sum(mass, tuple(series))
            return (dominated, context.obligation(total, sp.oo, "Σ∫ of the majorants is finite", relation=LESS))
        b = formula(self.bound)
        total = sp.Sum(b, tuple(series))
        return (
            dominated,
            context.obligation(mass, b, "the integral of the majorant", *n_range),
            context.obligation(total, sp.oo, "the bounds are summable", relation=LESS),
        )

    def describe(self, show: Show = plain) -> str:
        return "sum and integral exchanged: " + (
            "nonnegative terms" if self.majorant is None else "absolutely summable"
        )


def _nested(expr: Any, kind: Any) -> tuple[Any, Any]:
    factors = sp.Mul.make_args(expr)
    nodes = [f for f in factors if isinstance(f, kind)]
    if len(nodes) != 1:
        return sp.S.One, None
    rest = sp.Mul(*(f for f in factors if f is not nodes[0]))
    if nodes[0].limits[0][0] in rest.free_symbols:
        return sp.S.One, None
    return rest, nodes[0]


@dataclass(frozen=True)
class Squeeze(Rule):
    """lim_{v→p} g(v) = value if |g(v) − value| ≤ bound(v) near p and bound(v) → 0. Both are obligations."""

    bound: Any
    value: Any = sp.S.Zero

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Limit, context, self._act, "a limit")

    def _act(self, node: sp.Limit, context: Context) -> Iterator[Consequence]:
        g, v, point, direction = node.args
        bound, value = formula(self.bound), formula(self.value)
        if v in value.free_symbols or v not in bound.free_symbols:
            raise RuleError(f"the value {value} must be free of {v}, and the bound {bound} must tend to 0 with it")
        near = approach(v, point, str(direction))
        yield Consequence(
            value,
            (
                context.obligation(sp.Abs(g - value), bound, "the distance is bounded", *near, relation=AT_MOST),
                context.obligation(sp.Limit(bound, v, point, str(direction)), 0, "the bound tends to 0"),
            ),
        )

    def describe(self, show: Show = plain) -> str:
        return "squeezed by a bound that tends to 0"
