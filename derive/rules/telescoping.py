"""Creative telescoping as a rule: an operator in the parameter turns an integral into boundary values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import UNEQUAL, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain
from derive.rules.linearform import LinearForm, linear_form
from derive.rules.places import Span, converges, looked_for, put_in, span


@dataclass(frozen=True)
class CreativeTelescoping(Rule):
    """Σ p_i(a) ∂_a^i ∫ F dx = [G] at the ends of the range, where Σ p_i ∂_a^i F = ∂_x G identically.

    G = `antiderivative` is the certificate times F. Where an end moves with a, the terms that Leibniz' rule adds stand
    in the result, and where G jumps inside the range (`jumps`: place, value from the left, value from the right), the
    jumps are taken off. `at_upper`, `at_lower`: the limits of G at the ends.

    Proof: on every compact part [α, β] of the open range Leibniz' rule applies, F being smooth there, and gives
    L ∫_α^β F dx = G(β) − G(α). Let α, β tend to the ends: the left side converges in the sense of distributions in a as
    soon as the integrals converge (locally boundedly in a), the right side to the limits of G. L u = r as distributions
    with r continuous and p_n ≠ 0 holds classically (Hörmander, The Analysis of Linear Partial Differential Operators I,
    Cor. 3.1.6). So the differentiated integrals need not converge. Obligations: the identity; the convergence of ∫ F;
    the limits of G; F and its derivatives by a, and G, continuous inside; p_n ≠ 0. Taken from the statement: the
    convergence is locally bounded in a.

    `waves`: terms A(x) sin φ(x), A(x) cos φ(x) of G at an infinite upper end, by which it oscillates. They have limit 0
    as distributions in a (φ moves with a), or in the sense of Abel, with a factor e^{−εx}, ε → 0+, under the integral
    sign: lim of G without them is `at_upper`. Obligation then: φ is unbounded.
    """

    parameter: Any
    operator: tuple[Any, ...]
    antiderivative: Any
    at_upper: Any = None
    at_lower: Any = None
    jumps: tuple[tuple[Any, Any, Any], ...] = ()
    waves: tuple[Any, ...] = ()
    lower_waves: tuple[Any, ...] = ()

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        a = self.parameter
        found = [node for node in line.atoms(sp.Integral) if a in node.free_symbols]
        if len(found) != 1 or len(found[0].limits) != 1 or len(found[0].limits[0]) != 3:
            raise looked_for(
                f"one definite integral that depends on {a}, under a differential operator in {a}",
                line,
                "write the derivatives unevaluated: p*Derivative(Integral(…), a)",
            )
        unknown = found[0]
        form = linear_form(line, unknown, a)
        if not form.same_operator(LinearForm(tuple(self.operator), sp.S.Zero)):
            raise RuleError(
                f"the certificate belongs to the operator with coefficients {self.operator}; the line applies "
                f"{form.coefficients} to {plain(unknown)}"
            )
        F = unknown.function
        x, lo, hi = unknown.limits[0]
        if x in sp.Add(*self.operator).free_symbols:
            raise RuleError(f"the operator must be free of the variable {x}")
        reach = span(x, lo, hi, context.given)
        at_upper = self._end(x, hi, self.at_upper)
        at_lower = self._end(x, lo, self.at_lower)
        jumps = sp.Add(*(right - left for _, left, right in self.jumps))
        after = form.rest + at_upper - at_lower - jumps + leibniz_terms(self.operator, F, x, lo, hi, a)
        yield Consequence(after, tuple(self._obligations(unknown, reach, at_lower, at_upper, context)))

    def _end(self, x: Any, end: Any, stated: Any) -> Any:
        if stated is not None:
            return sp.sympify(stated, strict=True)
        if end.is_infinite:
            raise RuleError(f"state the limit of {plain(self.antiderivative)} as {x} → {plain(end)}")
        return put_in(self.antiderivative, {x: end})

    def _obligations(
        self, unknown: Any, reach: Span, at_lower: Any, at_upper: Any, context: Context
    ) -> Iterator[Obligation]:
        a, F, G = self.parameter, unknown.function, self.antiderivative
        x, lo, hi = unknown.limits[0]
        yield from reach.obligations
        inside = Context((*context.given, *reach.relations))
        left = sp.Add(*(p * sp.diff(F, a, i) for i, p in enumerate(self.operator)))
        yield inside.obligation(left, sp.diff(G, x), f"the operator makes the integrand a derivative by {plain(x)}")
        yield converges(context, unknown, "the integral converges")
        for f, name in ((F, "the integrand"), *(((G, "its antiderivative"),) if not self.jumps else ())):
            yield context.obligation(f, reach.interval(), f"{name} is continuous inside", relation=ContinuousOn(x))
        for end, value, waves in ((hi, at_upper, self.waves), (lo, at_lower, self.lower_waves)):
            if end.is_infinite or value != put_in(G, {x: end}):
                side = "+" if end == reach.low else "-"
                rest = G - sp.Add(*waves)
                yield context.obligation(sp.Limit(rest, x, end, side), value, f"the limit as {x} → {plain(end)}")
            for wave in waves:
                yield from self._unbounded(wave, x, end, context)
        for place, left_value, right_value in self.jumps:
            for side, value in (("-", left_value), ("+", right_value)):
                yield context.obligation(sp.Limit(G, x, place, side), value, f"the jump at {plain(place)}")
        if not (self.operator[-1].is_number and self.operator[-1].is_nonzero):
            yield context.obligation(self.operator[-1], 0, "the leading coefficient does not vanish", relation=UNEQUAL)

    def _unbounded(self, wave: Any, x: Any, end: Any, context: Context) -> Iterator[Obligation]:
        factors = [f for f in sp.Mul.make_args(wave) if isinstance(f, (sp.sin, sp.cos)) and f.has(x)]
        amplitude = sp.Mul(*(f for f in sp.Mul.make_args(wave) if f not in factors))
        if len(factors) != 1 or amplitude.has(sp.sin, sp.cos, sp.exp):
            raise RuleError(f"{plain(wave)} is no wave: an amplitude of algebraic growth times one sine or cosine")
        phase = sp.expand(factors[0].args[0])
        degree = sp.degree(phase, x) if phase.is_polynomial(x) else 0
        if degree < 1:
            raise RuleError(f"the phase {plain(phase)} of a wave must be a polynomial in {x} that is not constant")
        lead = phase.coeff(x, degree)
        if not lead.is_nonzero:
            yield context.obligation(lead, 0, f"the phase {plain(phase)} is unbounded", relation=UNEQUAL)

    def describe(self, show: Show = plain) -> str:
        text = "creative telescoping: under the integral sign the operator gives the derivative of "
        text += show(self.antiderivative)
        if self.jumps:
            text += ", whose jumps are taken off"
        if self.waves or self.lower_waves:
            text += "; what oscillates at infinity counts as 0, by a factor exp(−ε|x|) with ε → 0+"
        return text


def leibniz_terms(operator: tuple[Any, ...], F: Any, x: Any, lo: Any, hi: Any, a: Any) -> Any:
    """What moving ends add: Σ p_i ∂_a^i ∫ F − ∫ Σ p_i ∂_a^i F, by Leibniz' rule i times."""
    if not any(a in end.free_symbols for end in (lo, hi)):
        return sp.S.Zero
    total, extra, f = sp.S.Zero, sp.S.Zero, F
    for i, p in enumerate(operator):
        if i:
            extra = sp.diff(extra, a)
            extra += sp.diff(hi, a) * put_in(f, {x: hi}) - sp.diff(lo, a) * put_in(f, {x: lo})
            f = sp.diff(f, a)
        total += p * extra
    return total
