"""Induction on an integer parameter: a closed form that satisfies the recurrence and the base cases is the integral."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import equations, finite, free_standing, premises, without

LONGEST_RECURRENCE = 4


@dataclass(frozen=True)
class Induction(Rule):
    """M(n) = c(n) for all n ≥ base, if M satisfies a recurrence, c satisfies it too, and they agree at the base.

    M(n) is an integral or a sum in the line that depends on the integer n, `closed` is c(n). The lemma is the
    recurrence M(n) = ρ(n; M(n−1), …, M(n−d)) (by parts, say); d is read off, and d base cases are needed. Obligations:
    c satisfies the recurrence for n ≥ base + d; each base case (an obligation unless it is a lemma); n ≥ base on the
    line; the lemma's assumptions hold for all n ≥ base + d.
    """

    index: sp.Symbol
    closed: Any
    base: Any = sp.S.Zero

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        n, base = self.index, formula(self.base)
        if not n.is_integer:
            raise RuleError(f"induction is on an integer; declare {n} with integer=True")
        for lemma in equations(context):
            moment = lemma.lhs
            if not isinstance(moment, (sp.Integral, sp.Sum)) or n not in moment.free_symbols or not line.has(moment):
                continue
            free_standing(line, moment)
            earlier = [(j, moment.xreplace({n: n - j})) for j in range(1, LONGEST_RECURRENCE + 1)]
            used = {j: node for j, node in earlier if lemma.rhs.has(node)}
            right = lemma.rhs.xreplace({node: self._closed(n - j) for j, node in used.items()})
            left_over = [node for node in right.atoms(sp.Integral, sp.Sum) if n in node.free_symbols]
            if not used or left_over:
                raise RuleError(
                    f"the lemma {lemma} is no recurrence: its right side must be made of M({n}−1), M({n}−2), …"
                )
            depth = max(used)
            general = Context(without(context.given, n), context.lemmas)
            start = base + depth
            beyond = tuple(r for r in (sp.Ge(n, start),) if r != sp.true)
            obligations = (
                *premises(lemma, general, *beyond),
                *self._declared(start),
                general.obligation(self.closed, right, "the closed form satisfies the recurrence", *beyond),
                *(o for j in range(depth) for o in self._base(moment, base + j, general)),
                context.obligation(base, n, "the base lies below", relation=AT_MOST),
            )
            yield Consequence(line.xreplace({moment: self.closed}), obligations)
            return
        raise RuleError(f"looked for a lemma M({n}) = …M({n}−1)… with an M({n}) that stands in the line; none is named")

    def _closed(self, at: Any) -> Any:
        return formula(self.closed).xreplace({self.index: at})

    def _declared(self, start: Any) -> tuple[Obligation, ...]:
        """The symbol's own assumptions must not exclude any n from the start on: the lemma would be silent about it."""
        n = self.index
        if (n.is_positive and not start.is_positive) or (n.is_nonnegative and not start.is_nonnegative):
            raise RuleError(f"{n} is declared with a sign, but the recurrence is needed from {n} = {start} on")
        if n.is_even is not None or n.is_prime is not None or n.is_nonpositive:
            raise RuleError(f"{n} must range over all integers from {start} on; its declaration excludes some")
        return ()

    def _base(self, moment: Any, at: Any, context: Context) -> tuple[Obligation, ...]:
        n = self.index
        here, value = moment.xreplace({n: at}), finite(self._closed(at), f"the closed form at {n} = {at}")
        for lemma in equations(context):
            if lemma.lhs == here:
                found = premises(lemma, context)
                same = lemma.rhs == value
                return found if same else (*found, context.obligation(lemma.rhs, value, f"the base case {n} = {at}"))
        return (context.obligation(here, value, f"the base case {n} = {at}"),)

    def describe(self, show: Show = plain) -> str:
        return f"induction on {show(self.index)}"
