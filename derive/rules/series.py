"""Sums in closed form: the geometric series, and a sum over all integers split at zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS, UNEQUAL
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import everywhere, finite, ranging, single, unclaimed


@dataclass(frozen=True)
class GeometricSeries(Rule):
    """Σ_{n≥m} c qⁿ = c q^m/(1 − q) for |q| < 1; Σ_{n=m}^{N} c qⁿ = (c q^m − c q^{N+1})/(1 − q) for q ≠ 1; two-sided
    sums in halves.

    The ratio of neighbouring terms is found by structure; RuleError if it depends on the index. Obligation: |q| < 1 (q
    ≠ 1 for a finite sum). A two-sided sum is the term at 0 plus the sums over n ≥ 1 of the terms at n and at −n, each
    geometric.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Sum, context, self._act, "a geometric sum")

    def _act(self, node: sp.Sum, context: Context) -> Iterator[Consequence]:
        term, n, low, high = single(node)
        unclaimed(n, context)
        ranging((n, low, high), closed=True)
        if (low, high) == (-sp.oo, sp.oo):
            right, o1 = _geometric(_on_naturals(term, n, 1), sp.S.One, sp.oo, context)
            left, o2 = _geometric(_on_naturals(term, n, -1), sp.S.One, sp.oo, context)
            yield Consequence(term.xreplace({n: sp.S.Zero}) + right + left, tuple(dict.fromkeys(o1 + o2)))
        elif low is -sp.oo:
            raise RuleError(f"write {node} as a sum over n ≥ {-high} first")
        else:
            naturals = low.is_nonnegative
            value, obligations = _geometric(
                _on_naturals(term, n, 1, low) if naturals else (term, n), low, high, context
            )
            yield Consequence(value, obligations)

    def describe(self, show: Show = plain) -> str:
        return "geometric series"


def _on_naturals(term: Any, n: sp.Symbol, sign: int, low: Any = sp.S.One) -> tuple[Any, sp.Symbol]:
    """The term at ±n with an index that is known to be positive (nonnegative), so that |n| becomes n."""
    kind = {"positive": True} if low.is_positive else {"nonnegative": True}
    index = sp.Dummy(n.name, integer=True, **kind)
    return term.xreplace({n: sign * index}), index


def _geometric(
    term: tuple[Any, sp.Symbol], low: Any, high: Any, context: Context
) -> tuple[Any, tuple[Obligation, ...]]:
    t, n = term
    q = ratio(t, n)
    first = finite(t.xreplace({n: low}), "the first term")
    if high is sp.oo:
        return first / (1 - q), (context.obligation(sp.Abs(q), 1, "the ratio is below 1 in modulus", relation=LESS),)
    after = t.xreplace({n: high + 1})
    return (first - after) / (1 - q), (context.obligation(q, 1, "the ratio is not 1", relation=UNEQUAL),)


def ratio(term: Any, n: sp.Symbol) -> Any:
    """t(n + 1)/t(n); RuleError if it depends on n."""
    q = term.xreplace({n: n + 1}) / term
    q = q.replace(lambda e: isinstance(e, sp.exp), lambda e: sp.exp(sp.expand(e.exp)))
    if n in q.free_symbols:
        q = sp.powsimp(sp.expand_power_exp(q))
    if n in q.free_symbols:
        q = sp.cancel(q)
    if n in q.free_symbols:
        raise RuleError(f"looked for a geometric sum; the ratio of neighbouring terms of {term} depends on {n}")
    return q


@dataclass(frozen=True)
class GeometricExpansion(Rule):
    """f(x) = Σ_{n≥0} f(x) (1 − q) qⁿ for |q| < 1: the integrand of an integral, written as a series with the ratio q.

    So 1/(1 − q) becomes Σ qⁿ. Obligation: |q| < 1 on the open range of integration.
    """

    ratio: Any
    index: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if not (self.index.is_integer and self.index.is_nonnegative is not False):
            raise RuleError(f"the index must be declared: Symbol('{self.index}', integer=True, nonnegative=True)")
        return everywhere(line, sp.Integral, context, self._act, "an integral")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        q = formula(self.ratio)
        terms = sp.Sum(sp.cancel(f * (1 - q)) * q**self.index, (self.index, 0, sp.oo))
        small = context.obligation(
            sp.Abs(q), 1, "the ratio is below 1 in modulus", *ranging((x, low, high)), relation=LESS
        )
        yield Consequence(sp.Integral(terms, (x, low, high)), (small,))

    def describe(self, show: Show = plain) -> str:
        return "geometric series of the integrand"


@dataclass(frozen=True)
class SplitSum(Rule):
    """Σ_{n∈Z} t(n) = t(0) + Σ_{n≥1} (t(n) + t(−n)), or t(0) + 2 Σ_{n≥1} t(n) for an even t.

    Obligations: both halves converge; t(−n) = t(n) for the second form.
    """

    even: bool = False

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Sum, context, self._act, "a sum over all integers")

    def _act(self, node: sp.Sum, context: Context) -> Iterator[Consequence]:
        t, n, low, high = single(node)
        unclaimed(n, context)
        ranging((n, low, high), closed=True)
        if (low, high) != (-sp.oo, sp.oo):
            raise RuleError(f"looked for a sum over all integers; {n} runs from {low} to {high}")
        mirrored, zero = t.xreplace({n: -n}), finite(t.xreplace({n: sp.S.Zero}), "the term at 0")
        halves = [sp.Sum(half, (n, 1, sp.oo)) for half in ((t,) if self.even else (t, mirrored))]
        obligations = tuple(context.obligation(h, sp.oo, "each half converges", relation=LESS) for h in halves)
        if self.even:
            obligations += (context.obligation(mirrored, t, "the terms are even"),)
            yield Consequence(zero + 2 * halves[0], obligations)
        else:
            yield Consequence(zero + sp.Sum(t + mirrored, (n, 1, sp.oo)), obligations)
            yield Consequence(zero + sp.Add(*halves), obligations)

    def describe(self, show: Show = plain) -> str:
        return "sum over all integers, split at 0"
