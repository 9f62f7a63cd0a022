"""Integration in a parameter: the last step of Feynman's trick, and equality of functions whose derivatives agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, Claim, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, plain
from derive.rules.analysis.analytic import regular
from derive.rules.analysis.behaviour import closed_range, continuous_integral, tends_to
from derive.rules.ode import SolveODE, Value, Vanishing
from derive.rules.sites import continuum, equations, finite, free_standing, premises, sites, without


@dataclass(frozen=True)
class Integrate(Rule):
    """I(t) = I(t₀) + ∫_{t₀}^t I′(τ) dτ: the last step of Feynman's trick. With start = ±∞: I(t) = lim I + ∫_{t₀}^t
    I′(τ) dτ.

    The lemma gives I′ = g on the open interval between t₀ and t. The value I(t₀) is taken from a lemma, or from
    `value`, then it is an obligation; at an infinite start a value must be given (obligation: it is the limit; `bound`,
    `majorant` as in `tends_to`). Obligations: g is continuous and I is continuous up to t₀ (by a majorant of the
    integrand, or as it stands); the lemma's assumptions hold between t₀ and t. `tau` names the variable of integration.
    `end`: t lies between t₀ and there (obligation), so that the majorant need not hold beyond.
    """

    variable: sp.Symbol
    start: Any
    tau: sp.Symbol
    value: Any = None
    majorant: Any = None
    bound: Any = None
    end: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        t, start, tau = self.variable, formula(self.start), self.tau
        continuum(t)
        for lemma in equations(context):
            if not isinstance(lemma.lhs, sp.Derivative) or lemma.lhs.variable_count != sp.Tuple(sp.Tuple(t, 1)):
                continue
            unknown = lemma.lhs.expr
            if not line.has(unknown) or not any(site.node == unknown for site in sites(line, type(unknown))):
                continue
            free_standing(line, unknown)
            if tau in unknown.free_symbols | lemma.rhs.free_symbols or tau == t:
                raise RuleError(f"{tau} occurs in the line already; take another name for the variable of integration")
            slope = lemma.rhs.xreplace({t: tau})
            begin, obligations = self._begin(unknown, start, context)
            obligations += self._between(unknown, slope, start, lemma, context)
            yield Consequence(line.xreplace({unknown: begin + sp.Integral(slope, (tau, start, t))}), obligations)
            return
        raise RuleError(f"looked for a lemma that gives the derivative by {t} of a function in the line; none is named")

    def _begin(self, unknown: Any, start: Any, context: Context) -> tuple[Any, tuple[Obligation, ...]]:
        t = self.variable
        if start in (sp.oo, -sp.oo):
            if self.value is None:
                raise RuleError(f"state the limit of the function as {t} → {start}: value=…")
            general = Context(without(context.given, t), context.lemmas)
            value = formula(self.value)
            return value, tends_to(unknown, t, start, value, self.bound, self.majorant, general)
        here = unknown.xreplace({t: start})
        if self.value is not None:
            same = here == formula(self.value)
            return formula(self.value), () if same else (
                context.obligation(here, self.value, "the value at the start"),
            )
        for lemma in equations(context):
            if lemma.lhs == here:
                return lemma.rhs, premises(lemma, context)
        return here, ()

    def _between(self, unknown: Any, slope: Any, start: Any, lemma: Any, context: Context) -> tuple[Obligation, ...]:
        t, tau = self.variable, self.tau
        general = Context(without(context.given, t), context.lemmas)
        up = start is -sp.oo or (start is not sp.oo and (t - start).is_negative is not True)
        order = (sp.Lt(start, tau), sp.Lt(tau, t)) if up else (sp.Lt(t, tau), sp.Lt(tau, start))
        between = tuple(r for r in order if r != sp.true)
        found: list[Obligation] = []
        if start not in (sp.oo, -sp.oo):
            ends = (start, t) if up else (t, start)
            found.append(context.obligation(*ends, "the start lies on this side", relation=AT_MOST))
            if self.end is not None:
                pair = (t, formula(self.end)) if up else (formula(self.end), t)
                found.append(context.obligation(*pair, "the end lies on the other side", relation=AT_MOST))
            found.extend(self._continuous(unknown, start, up, general))
        outer = Context((*context.given, *between), context.lemmas)
        moved = [relation.xreplace({t: tau}) for relation in lemma.given if t in relation.free_symbols]
        fixed = [relation for relation in lemma.given if t not in relation.free_symbols]
        for relation in (*moved, *fixed):
            if relation not in (*context.given, *between) and relation != sp.true:
                found.append(
                    outer.obligation(
                        *_sides(relation)[:2], "the lemma's assumption holds", relation=_sides(relation)[2]
                    )
                )
        found.append(_sign_of_declaration(t, tau, outer))
        found.extend(regular(slope, tau, tau, outer))
        return tuple(o for o in found if o is not None)

    def _continuous(self, unknown: Any, start: Any, up: bool, context: Context) -> tuple[Obligation, ...]:
        t = self.variable
        far = formula(self.end) if self.end is not None else sp.oo if up else -sp.oo
        domain = (start, far) if up else (far, start)
        if self.majorant is None:
            interval = sp.Interval(*domain)
            return (context.obligation(unknown, interval, "continuous up to the start", relation=ContinuousOn(t)),)
        return continuous_integral(unknown, t, closed_range(t, domain), [start], formula(self.majorant), context)

    def describe(self, show: Show = plain) -> str:
        return f"integrated from {equation(self.variable, self.start, show)}"


def _sides(relation: Any) -> tuple[Any, Any, Any]:
    claim = Claim.of(relation)
    return claim.lhs, claim.rhs, claim.relation


def _sign_of_declaration(t: sp.Symbol, tau: sp.Symbol, context: Context) -> Obligation | None:
    """A lemma about a symbol that is declared positive holds for positive values only."""
    if t.is_positive:
        return context.obligation(0, tau, f"the lemma is about positive {t}", relation=LESS)
    if t.is_negative:
        return context.obligation(tau, 0, f"the lemma is about negative {t}", relation=LESS)
    if t.is_nonnegative:
        return context.obligation(0, tau, f"the lemma is about nonnegative {t}", relation=AT_MOST)
    return None


@dataclass(frozen=True)
class AgreeAndDerivative(Rule):
    """F(t) = G(t) if F′ = G′ on an interval and F(t₀) = G(t₀) at one point t₀ of it, or in the limit at an end of it.

    `candidate` is G; the lemma gives F′. Obligations: G′ is the lemma's right side on the open interval `domain`; the
    values agree at `point` (a limit, where the point is infinite: both tend to 0 there; `bound`, `majorant` as in
    `tends_to`); F is continuous up to a point that is an end of the domain; the variable lies in the domain. It is
    SolveODE for the equation F′ = g.
    """

    variable: sp.Symbol
    candidate: Any
    point: Any
    domain: tuple[Any, Any] = (-sp.oo, sp.oo)
    bound: Any = None
    majorant: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        t, G, point = self.variable, formula(self.candidate), formula(self.point)
        if point in (sp.oo, -sp.oo):
            at = Vanishing((sp.S.One,), point, self.bound, self.majorant)
            for lemma in equations(context):
                if isinstance(lemma.lhs, sp.Derivative) and line.has(lemma.lhs.expr):
                    value = context.obligation(sp.Limit(G, t, point), 0, "the candidate vanishes there too")
                    rule = SolveODE(t, (sp.S.One,), (at,), G, self.domain)
                    for consequence in rule.consequences(line, context):
                        yield Consequence(consequence.after, (*consequence.obligations, value))
                    return
            raise RuleError(
                f"looked for a lemma that gives the derivative by {t} of a function in the line; none is named"
            )
        value = finite(G.xreplace({t: point}), f"the candidate at {t} = {point}")
        yield from SolveODE(t, (sp.S.One,), (Value(point, value),), G, self.domain, self.majorant).consequences(
            line, context
        )

    def describe(self, show: Show = plain) -> str:
        return f"equal derivatives, and equal at {equation(self.variable, self.point, show)}"
