"""Creative telescoping as a rule: an operator in the parameter turns an integral into boundary values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.claim import UNEQUAL, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.leibniz import Leibniz
from derive.rules.linearform import LinearForm, linear_form
from derive.rules.places import Span, converges, looked_for, put_in, span


@dataclass(frozen=True)
class CreativeTelescoping(Rule):
    """Σ p_i(a) ∂_a^i ∫ F dx = [G] at the ends of the range, where Σ p_i ∂_a^i F = ∂_x G identically.

    G = `antiderivative` is the certificate times F. Where an end moves with a, the terms that Leibniz' rule adds stand
    in the result, and where G jumps inside the range (`jumps`: place, value from the left, value from the right), the
    jumps are taken off. `at_upper`, `at_lower`: the limits of G at the ends.

    The interchange of Σ p_i ∂_a^i and ∫ is licensed as for Leibniz: by `majorant` and `interval`, or, with `closed`, by
    continuity of F and its derivatives on a finite closed range. Without either: on every compact part [α, β] of the
    open range Leibniz' rule gives L ∫_α^β F dx = G(β) − G(α), and as α, β tend to the ends both sides converge, the
    left in the sense of distributions in a if the convergence is locally bounded in a; L u = r as distributions with r
    continuous and p_n ≠ 0 holds classically (Hörmander, The Analysis of Linear Partial Differential Operators I, Cor.
    3.1.6), so that the differentiated integrals need not converge. Local boundedness is then no claim of its own: the
    equation itself is an obligation, and the step is as good as its numeric check. Further obligations: the identity;
    the convergence of ∫ F; the limits of G; F and G continuous inside.

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
    majorant: Any = None
    interval: tuple[Any, Any] | None = None
    closed: bool = False

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
        owed = [*self._obligations(unknown, reach, at_lower, at_upper, context)]
        owed += [o for o in self._interchange(line, after, unknown, context) if o not in owed]
        yield Consequence(after, tuple(owed))

    def _interchange(self, line: Any, after: Any, unknown: Any, context: Context) -> list[Obligation]:
        """What licenses the operator under the integral sign."""
        order = len(self.operator) - 1
        if order == 0:
            return []
        if self.closed or self.majorant is not None:
            return Leibniz(self.parameter, self.majorant, order, self.interval).obligations(unknown, order, context)
        owed = [context.obligation(line, after, "the operator may go under the integral sign: the equation in numbers")]
        lead = self.operator[-1]
        if (self.waves or self.lower_waves) and not (lead.is_number and lead.is_nonzero):
            owed.append(context.obligation(lead, 0, "the leading coefficient does not vanish", relation=UNEQUAL))
        return owed

    def _end(self, x: Any, end: Any, stated: Any) -> Any:
        if stated is not None:
            return formula(stated)
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
        yield context.obligation(F, reach.interval(), "the integrand is continuous inside", relation=ContinuousOn(x))
        ends = {reach.low: at_lower, reach.high: at_upper} if reach.low == lo else {hi: at_upper, lo: at_lower}
        plain_end = {end: not end.is_infinite and value == put_in(G, {x: end}) for end, value in ends.items()}
        places = sorted((place for place, _, _ in self.jumps), key=float)
        cuts = [reach.low, *places, reach.high]
        for low, high in pairwise(cuts):
            piece = sp.Interval(low, high, not plain_end.get(low, False), not plain_end.get(high, False))
            yield context.obligation(G, piece, "its antiderivative is continuous", relation=ContinuousOn(x))
        for end, value, waves in ((hi, at_upper, self.waves), (lo, at_lower, self.lower_waves)):
            if not plain_end[end]:
                side = "+" if end == reach.low else "-"
                rest = G - sp.Add(*waves)
                yield context.obligation(sp.Limit(rest, x, end, side), value, f"the limit as {x} → {plain(end)}")
            for wave in waves:
                yield from self._unbounded(wave, x, end, context)
        for place, left_value, right_value in self.jumps:
            for side, value in (("-", left_value), ("+", right_value)):
                yield context.obligation(sp.Limit(G, x, place, side), value, f"the jump at {plain(place)}")

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
