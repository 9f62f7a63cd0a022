"""Regulators: an integral that converges too weakly is the limit of one that converges well; operators too.

References: G. H. Hardy, Divergent Series (1949), §§ 1.3 and 4.3; L. Schwartz, Théorie des distributions, ch. II
(differentiation is continuous for the convergence of distributions).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from derive.claim import AT_MOST, EQUAL, LESS, UNEQUAL, Claim, Relation, Weakly
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.analysis.analytic import regular
from derive.rules.linearform import linear_form
from derive.rules.sites import (
    approach,
    continuum,
    equations,
    everywhere,
    finite,
    free_standing,
    integrable,
    oriented,
    premises,
    ranging,
    single,
    strictly_below,
    unclaimed,
    without,
)

AWAY = sp.Symbol("k_0", positive=True)
EPSILON = sp.Symbol("epsilon", positive=True)


@dataclass(frozen=True)
class Abel(Rule):
    """∫ f dx = lim_{ε→0+} ∫ f(x) χ_ε(x) dx with the regulator χ_ε = e^{−ε|x|} (e^{−εx} on a half line), or one that is
    given.

    sense="converges": Abel's theorem (Hardy § 1.3; by the second mean value theorem for any regulator that decreases in
    |x|, lies in [0, 1] and tends to 1). Obligation: ∫ f converges, improperly at the infinite ends. Taken from the
    statement: f is locally integrable.
    sense="abel": the right side is the definition of the left side, Abel's value of an integral that may diverge.
    Obligation: the regulated integral converges for ε > 0. The reason printed beside the step says so.
    """

    eps: sp.Symbol
    regulator: Any = None
    sense: Literal["converges", "abel"] = "converges"

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral up to infinity")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if self.eps in node.free_symbols:
            raise RuleError(f"{self.eps} occurs in {node} already; take another name for the regulator's parameter")
        chi, obligations = regulator(self.regulator, self.eps, (x, low, high), context)
        tamed = sp.Integral(f * chi, (x, low, high))
        if self.sense == "converges":
            obligations += (context.obligation(node, sp.oo, "Abel's theorem: the integral converges", relation=LESS),)
        else:
            why = "Abel's value: the regulated integral converges"
            obligations += (context.obligation(tamed, sp.oo, why, sp.Gt(self.eps, 0), relation=LESS),)
        yield Consequence(sp.Limit(tamed, self.eps, 0, "+"), obligations)

    def describe(self, show: Show = plain) -> str:
        return "Abel's theorem" if self.sense == "converges" else "definition of Abel's value"


def regulator(
    chosen: Any, eps: sp.Symbol, limits: tuple[Any, Any, Any], context: Context
) -> tuple[Any, tuple[Obligation, ...]]:
    """The regulator on the range, and that it is one: in [0, 1], decreasing in |x|, tending to 1. RuleError on a
    bounded range.
    """
    x, low, high = limits
    if high is not sp.oo:
        raise RuleError(f"the range of {x} ends at {high}; a regulator belongs to a range that goes to oo")
    if chosen is None:
        return (sp.exp(-eps * x) if low is not -sp.oo else sp.exp(-eps * sp.Abs(x))), ()
    more = (*ranging(limits), *approach(eps, sp.S.Zero))
    outward = (*more, sp.Gt(x, 0))
    found = [
        context.obligation(0, chosen, "the regulator is nonnegative", *more, relation=AT_MOST),
        context.obligation(chosen, 1, "the regulator is at most 1", *more, relation=AT_MOST),
        context.obligation(sp.diff(chosen, x), 0, "the regulator decreases in |x|", *outward, relation=AT_MOST),
        context.obligation(sp.Limit(chosen, eps, 0, "+"), 1, "the regulator tends to 1", *ranging(limits)),
    ]
    if low is -sp.oo:
        inward = (*ranging(limits), *approach(eps, sp.S.Zero), sp.Lt(x, 0))
        found.append(
            context.obligation(0, sp.diff(chosen, x), "the regulator decreases in |x|", *inward, relation=AT_MOST)
        )
    return chosen, tuple(found)


@dataclass(frozen=True)
class EvaluateLimit(Rule):
    """lim_{v→p} g(v) = g(p), as g is continuous at p; or the value that is stated, then the limit itself is the
    obligation.

    Without `value`: g is a composition of elementary functions; obligations: its denominators do not vanish at p, its
    logarithms and powers are taken off their cut. RuleError for a g that is no such composition (an integral in it
    needs DominatedConvergence first), and for p = oo, where a value has to be stated.
    """

    value: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Limit, context, self._act, "a limit")

    def _act(self, node: sp.Limit, context: Context) -> Iterator[Consequence]:
        g, v, point, _ = node.args
        if self.value is not None:
            yield Consequence(formula(self.value), (context.obligation(node, self.value, "the limit has this value"),))
            return
        if point in (sp.oo, -sp.oo):
            raise RuleError(f"{node} is a limit at infinity; state its value: EvaluateLimit(value)")
        obligations = regular(g, v, point, context)
        yield Consequence(finite(g.xreplace({v: point}), f"{g} at {v} = {point}"), obligations)

    def describe(self, show: Show = plain) -> str:
        return "continuity" if self.value is None else "value of the limit"


@dataclass(frozen=True)
class RegulatedOperator(Rule):
    """If u_ε → u and L u_ε = r_ε → r, locally uniformly in k, then L u = r: a linear differential operator is closed.

    L has coefficients polynomial in k. Proof: u_ε → u as distributions, hence L u_ε → L u, so L u = r as distributions;
    r is continuous and the leading coefficient has no zero, so the equation holds classically (Schwartz ch. II;
    Hörmander, The Analysis of Linear Partial Differential Operators I, Cor. 3.1.6). It replaces differentiation under
    the integral sign where the differentiated integral does not converge.

    The line is L applied to one integral u(k) = ∫ f(x, k) dx; the lemma is L u_ε = r_ε for u_ε = ∫ f χ_ε dx, χ_ε as in
    Abel. Obligations: |f| ≤ majorant(x), ∫ majorant < ∞ (so u_ε → u uniformly in k, as 0 ≤ χ_ε ≤ 1 and χ_ε → 1); |r_ε −
    limit| ≤ bound(ε, k₀) for k ≥ k₀ > lower and bound → 0 for every such k₀; the lemma's assumptions for ε > 0, k >
    lower; k > lower on the line; the leading coefficient has no zero. Structural: L is linear with polynomial
    coefficients.

    weak=True: on the whole line of k, with r_ε ≥ 0 concentrating at k = 0, the equation L u = mass·δ(k) in the sense of
    distributions (the step's relation is Weakly(k)). Then the obligations on r_ε are those of an approximate identity:
    r_ε ≥ 0, ∫ r_ε dk = mass, r_ε ≤ bound = c(ε) w(k) for |k| ≥ k₀ > 0 with c(ε) → 0 and ∫_{k₀}^∞ (w(k) + w(−k)) dk < ∞.
    """

    parameter: sp.Symbol
    eps: sp.Symbol
    majorant: Any
    bound: Any
    away: sp.Symbol = AWAY
    limit: Any = sp.S.Zero
    lower: Any = sp.S.Zero
    regulator: Any = None
    weak: bool = False
    mass: Any = None

    @property
    def relation(self) -> Relation:
        """The relation in which the step stands: Weakly(k) with `weak`, else equality."""
        return Weakly(self.parameter) if self.weak else EQUAL

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        k, eps = self.parameter, self.eps
        continuum(k)
        found = [node for node in line.atoms(sp.Integral) if k in node.free_symbols]
        if len(found) != 1:
            raise RuleError(
                f"looked for one integral that depends on {k}, under an operator; the line has {len(found)}"
            )
        unknown = found[0]
        free_standing(line, unknown)
        f, x, low, high = single(unknown)
        unclaimed(x, context)
        for name, value in (("majorant", self.majorant), ("limit", self.limit)):
            if {k, eps} & formula(value).free_symbols - ({k} if name == "limit" else set()):
                raise RuleError(
                    f"the {name} {value} must not depend on {eps}" + (f" or {k}" if name == "majorant" else "")
                )
        operator = linear_form(line, unknown, k)
        chi, obligations = regulator(self.regulator, eps, (x, low, high), context)
        lemma, remainder, same = self._lemma(operator, f * chi, (x, low, high), context)
        general = Context(without(context.given, k), context.lemmas)
        obligations += oriented(unknown, context) + same
        obligations += self._coefficients(operator.coefficients, general)
        real = (sp.Lt(k, sp.oo), sp.Gt(k, -sp.oo)) if self.weak else (sp.Gt(k, self.lower),)
        obligations += premises(lemma, general, *approach(eps, sp.S.Zero), *real)
        why = "the integrals converge uniformly in the parameter: a majorant of the integrand"
        obligations += (
            general.obligation(sp.Abs(f), self.majorant, why, *real, *ranging((x, low, high)), relation=AT_MOST),
        )
        obligations += integrable(self.majorant, (x, low, high), general)
        if self.weak:
            yield Consequence(
                operator.rest + self.mass * sp.DiracDelta(k), obligations + self._concentrates(remainder, general)
            )
            return
        obligations += (strictly_below(self.lower, k, context, "the parameter lies in the open domain"),)
        yield Consequence(operator.rest + self.limit, obligations + self._vanishes(remainder, general))

    def _lemma(
        self, operator: Any, integrand: Any, limits: Any, context: Context
    ) -> tuple[Claim, Any, tuple[Obligation, ...]]:
        """The lemma L u_ε = r_ε, its r_ε, and that its integrand is f χ_ε where the two are written differently."""
        reason = ""
        for lemma in equations(context):
            for candidate in (lemma.lhs - lemma.rhs).atoms(sp.Integral):
                if not {self.parameter, self.eps} <= candidate.free_symbols or candidate.limits != (sp.Tuple(*limits),):
                    continue
                try:
                    form = linear_form(lemma.lhs - lemma.rhs, candidate, self.parameter)
                except RuleError as error:
                    reason = str(error)
                    continue
                if not form.same_operator(operator):
                    reason = f"its operator has coefficients {form.coefficients}, the line has {operator.coefficients}"
                    continue
                more = (*ranging(limits), *approach(self.eps, sp.S.Zero))
                why = "the lemma's integrand is the regulated one"
                same = (
                    ()
                    if candidate.function == integrand
                    else (context.obligation(candidate.function, integrand, why, *more),)
                )
                return lemma, -form.rest, same
        raise RuleError(
            f"looked for a lemma that applies the line's operator to ∫ {integrand} d{limits[0]}; none is named"
            + (f" ({reason})" if reason else "")
        )

    def _coefficients(self, coefficients: tuple[Any, ...], context: Context) -> tuple[Obligation, ...]:
        k = self.parameter
        for c in coefficients:
            if not c.is_polynomial(k):
                raise RuleError(f"the coefficient {c} of the operator is not polynomial in {k}")
        leading = coefficients[-1]
        if leading.is_number and leading.is_nonzero:
            return ()
        where = (sp.Lt(k, sp.oo), sp.Gt(k, -sp.oo)) if self.weak else (sp.Gt(k, self.lower),)
        return (context.obligation(leading, 0, "the leading coefficient has no zero", *where, relation=UNEQUAL),)

    def _vanishes(self, remainder: Any, context: Context) -> tuple[Obligation, ...]:
        k, eps = self.parameter, self.eps
        bound = formula(self.bound)
        if k in bound.free_symbols:
            raise RuleError(
                f"the bound {bound} on the right side must be uniform: free of {k}, in terms of {self.away}"
            )
        away = (sp.Gt(self.away, self.lower), sp.Ge(k, self.away))
        small = sp.Abs(remainder - self.limit)
        why = "the right sides converge, uniformly away from the end"
        return (
            context.obligation(small, bound, why, *away, sp.Gt(eps, 0), relation=AT_MOST),
            context.obligation(sp.Limit(bound, eps, 0, "+"), 0, "their bound tends to 0", sp.Gt(self.away, self.lower)),
        )

    def _concentrates(self, remainder: Any, context: Context) -> tuple[Obligation, ...]:
        k, eps = self.parameter, self.eps
        if self.mass is None or k.is_nonnegative or k.is_nonpositive:
            raise RuleError(f"weak=True needs the mass of the limit and a real {k} without a sign")
        bound = formula(self.bound)
        positive, line = sp.Gt(eps, 0), (sp.Lt(k, sp.oo), sp.Gt(k, -sp.oo))
        outside = (sp.Gt(self.away, 0), sp.Ge(sp.Abs(k), self.away), *line)
        total = sp.Integral(remainder, (k, -sp.oo, sp.oo))
        return (
            context.obligation(0, remainder, "the right sides are nonnegative", positive, *line, relation=AT_MOST),
            context.obligation(total, self.mass, "they have a fixed mass", positive),
            context.obligation(
                remainder, bound, "a bound outside a neighbourhood of 0", positive, *outside, relation=AT_MOST
            ),
            *vanishing_outside(bound, k, eps, self.away, context),
        )

    def describe(self, show: Show = plain) -> str:
        return (
            "limit of the regulated equation, in the sense of distributions"
            if self.weak
            else "limit of the regulated equation"
        )


def vanishing_outside(
    bound: Any, k: sp.Symbol, eps: sp.Symbol, away: sp.Symbol, context: Context
) -> tuple[Obligation, ...]:
    """∫_{|k| ≥ k₀} bound dk → 0 as ε → 0+, for a bound c(ε) w(k). RuleError if the bound is not such a product."""
    small, weight = bound.as_independent(k, as_Add=False)
    if eps in weight.free_symbols:
        raise RuleError(f"the bound {bound} away from 0 must be a product of a function of {eps} and one of {k}")
    outside = sp.Integral(weight + weight.xreplace({k: -k}), (k, away, sp.oo))
    positive = sp.Gt(away, 0)
    return (
        context.obligation(sp.Limit(small, eps, 0, "+"), 0, "no mass stays outside: the bound vanishes"),
        context.obligation(outside, sp.oo, "no mass stays outside: the bound is integrable", positive, relation=LESS),
    )
