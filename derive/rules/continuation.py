"""Analytic continuation in a parameter: an identity that holds on a piece of the real axis holds in a strip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.analysis.analytic import regular
from derive.rules.sites import (
    continuum,
    equations,
    everywhere,
    integrable,
    premises,
    ranging,
    single,
    unclaimed,
    without,
)

ENDS = (sp.Symbol("sigma_0", real=True), sp.Symbol("sigma_1", real=True))


@dataclass(frozen=True)
class AnalyticContinuation(Rule):
    """An identity F(p) = R(p), known for real p in (left, right) or only beyond `known_from`, holds for all complex p
    with left < Re p < right.

    F(p) = ∫ f(x, p) dx is holomorphic in the strip as f is in p and |f| has an integrable majorant on every closed
    substrip (Morera and Fubini; E. C. Titchmarsh, The Theory of Functions, § 2.83); R is by structure; the strip is
    connected and the identity theorem applies. The line has the integral at p = `value`; the lemma is the identity for
    real p.

    `majorant` bounds |f(x, σ + iτ)| for a ≤ σ ≤ b, all real τ; it may depend on x, on the ends a = `ends[0]`, b =
    `ends[1]` of the substrip (b only where right is finite). Obligations: the majorant and its integrability; f and R
    regular in the strip (no zero of a denominator, no cut); the value lies in the strip; the lemma's assumptions for
    real p in the strip; the line's integrand is the lemma's at the value, where the two are written differently.
    """

    parameter: sp.Symbol
    value: Any
    majorant: Any
    left: Any = sp.S.Zero
    right: Any = sp.oo
    ends: tuple[sp.Symbol, sp.Symbol] = ENDS
    known_from: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        p, value = self.parameter, formula(self.value)
        continuum(p)
        for lemma in equations(context):
            if (
                not isinstance(lemma.lhs, sp.Integral)
                or p not in lemma.lhs.free_symbols
                or lemma.lhs.limits != node.limits
            ):
                continue
            F, R = lemma.lhs.function, lemma.rhs
            here = F.xreplace({p: value})
            if not here.free_symbols <= f.free_symbols | {x}:
                continue
            obligations = (
                ()
                if here == f
                else (
                    context.obligation(f, here, "the integrand is the lemma's at this point", *ranging((x, low, high))),
                )
            )
            yield Consequence(R.xreplace({p: value}), obligations + self._holomorphic(F, R, lemma, node, context))
            return
        raise RuleError(
            f"looked for a lemma ∫ f(x, {p}) d{x} = R({p}) over the same range, for real {p}; none is named"
        )

    def _holomorphic(self, F: Any, R: Any, lemma: Claim, node: sp.Integral, context: Context) -> tuple[Obligation, ...]:
        p, value, limits = self.parameter, formula(self.value), node.limits[0]
        sigma, tau = sp.Symbol("sigma", real=True), sp.Symbol("tau", real=True)
        a, b = self.ends
        general = Context(without(context.given, p), context.lemmas)
        strip = tuple(r for r in (sp.Gt(sigma, self.left), sp.Lt(sigma, self.right)) if r not in (sp.true,))
        inside = (sp.Gt(a, self.left), sp.Ge(sigma, a))
        within = (sp.Gt(a, self.left),)
        if self.right is not sp.oo:
            inside += (sp.Lt(b, self.right), sp.Le(sigma, b))
            within += (sp.Lt(b, self.right), sp.Lt(a, b))
        if formula(self.majorant).free_symbols & {p, sigma, tau}:
            raise RuleError(
                f"the majorant {self.majorant} must hold on the whole substrip: free of {p}, in terms of {a}"
            )
        point = sigma + sp.I * tau
        lies = [context.obligation(self.left, sp.re(value), "the point lies in the strip", relation=LESS)]
        if self.right is not sp.oo:
            lies.append(context.obligation(sp.re(value), self.right, "the point lies in the strip", relation=LESS))
        start = self.left if self.known_from is None else self.known_from
        real = tuple(r for r in (sp.Gt(p, start), sp.Lt(p, self.right)) if r != sp.true)
        why = "the integrand has a majorant on a closed substrip"
        size = sp.Abs(F.xreplace({p: point}))
        return (
            *lies,
            *premises(lemma, general, *real),
            *regular(F, p, point, general, *strip, *ranging(limits), analytic=True),
            *regular(R, p, point, general, *strip, analytic=True),
            general.obligation(size, self.majorant, why, *inside, *ranging(limits), relation=AT_MOST),
            *integrable(formula(self.majorant), limits, general, *within),
        )

    def describe(self, show: Show = plain) -> str:
        return "analytic continuation"
