"""An integral that is even or odd in a real parameter: its value for positive parameters at the absolute value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain
from derive.rules.places import put_in, span
from derive.rules.sites import equations, free_standing


@dataclass(frozen=True)
class SignOfParameter(Rule):
    """∫ f(x, r) dx = V(|r|) for f(x, −r) = f(x, r), and = sign(r) V(|r|) for f(x, −r) = −f(x, r), given the lemma
    ∫ f(x, p) dx = V(p) for p > 0, where f(x, p) is what f(x, r) becomes for positive r.

    `parameter`: r, real; `positive`: the letter p of the lemma; `kind`: "even" or "odd". For r < 0 the integral is
    ±∫ f(x, −r) dx, and −r > 0. Obligations: the symmetry; the assumptions of the lemma at p = |r|; for the even kind
    where r = 0 is admitted, the value at 0, which the lemma does not speak of: ∫ f(x, 0) dx = V(0). For the odd kind
    f(x, 0) = 0, and the value is 0 by sign(0) = 0 where V(0) is finite.
    """

    parameter: Any
    positive: Any
    kind: str = "even"

    def __post_init__(self) -> None:
        if self.kind not in ("even", "odd"):
            raise RuleError(f"an integral is 'even' or 'odd' in a parameter, not {self.kind!r}")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        r, p = self.parameter, self.positive
        for lemma in equations(context):
            nodes = sorted(line.atoms(sp.Integral), key=sp.default_sort_key)
            unknown = next((node for node in nodes if node.xreplace({r: p}) == lemma.lhs), None)
            if unknown is None or len(unknown.limits) != 1:
                continue
            free_standing(line, unknown)
            size = sp.Abs(r)
            factor = sp.S.One if self.kind == "even" else sp.sign(r)
            value = factor * put_in(lemma.rhs, {p: size})
            owed = [*self._symmetry(unknown, context), *self._premises(lemma, context)]
            owed += self._at_zero(unknown, lemma, context)
            yield Consequence(line.xreplace({unknown: value}), tuple(owed))
            return
        raise RuleError(
            f"looked for a lemma ∫ … = … in {p}, for an integral of the line with {p} in place of {r}; "
            f"name it with the step"
        )

    def _symmetry(self, unknown: Any, context: Context) -> Iterator[Obligation]:
        r = self.parameter
        x, low, high = unknown.limits[0]
        if any(r in end.free_symbols for end in (low, high)):
            raise RuleError(f"the ends of {plain(unknown)} depend on {r}")
        reach = span(x, low, high, context.given)
        sign = 1 if self.kind == "even" else -1
        f = unknown.function
        inside = Context((*(g for g in context.given if r not in g.free_symbols), *reach.relations))
        yield from reach.obligations
        yield inside.obligation(put_in(f, {r: -r}), sign * f, f"the integrand is {self.kind} in {r}")

    def _premises(self, lemma: Claim, context: Context) -> Iterator[Obligation]:
        for relation in lemma.given:
            there = relation.xreplace({self.positive: sp.Abs(self.parameter)})
            if there in context.given or relation == (self.positive > 0):
                continue
            why = f"the lemma is used where its assumption {relation} holds"
            yield Obligation(Claim.of(there, context.given), why)

    def _at_zero(self, unknown: Any, lemma: Claim, context: Context) -> Iterator[Obligation]:
        r, p = self.parameter, self.positive
        known = [relation.xreplace({r: sp.S.Zero}) for relation in context.given]
        if r.is_zero is False or any(relation == sp.false for relation in known):
            return
        given = tuple(relation for relation in known if relation != sp.true)
        value = put_in(lemma.rhs, {p: sp.S.Zero})
        if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise RuleError(f"{plain(lemma.rhs)} has no value at {p} = 0; assume that {r} is not zero, Ne({r}, 0)")
        if self.kind == "even":
            yield Obligation(Claim(put_in(unknown, {r: sp.S.Zero}), value, given), f"the value at {r} = 0")

    def describe(self, show: Show = plain) -> str:
        name = show(self.parameter)
        return f"the integral is {self.kind} in {name}: its value for {name} > 0 at |{name}|"
