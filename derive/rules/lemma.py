"""Using a lemma: the next line differs from this one by an instance of it, at any depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derive.claim import EQUAL, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, listed, plain
from derive.rules.instances import found_in, instance, letters_of, parts_of
from derive.rules.places import places, under

MOST = 8


@dataclass(frozen=True, init=False)
class Using(Rule):
    """From lhs = rhs for all values of the lemma's letters that its assumptions admit, each instance of it follows; in
    a line, any part may be replaced by what the instance says it is.

    A part of the lemma (a whole side, an integral, a sum, a limit, a function value, a power) is found in the line by
    matching the lemma's letters, up to names of bound variables, order of terms and constant factors under the sign;
    the lemma is solved for it, and the solution put in its place. So A + B = C turns 2A + D + 2B into 2C + D. Found
    parts are compared with the instance by the exact zero test. `at` gives values of letters, {k: 1}, where matching
    finds none or others. Obligations: the lemma's assumptions at the instance, what is assumed of its letters, and
    divisors that are not zero; inside an integral, all this for the bound variable in its range.
    """

    at: tuple[tuple[Any, Any], ...]

    def __init__(self, at: Mapping[Any, Any] | tuple[tuple[Any, Any], ...] = ()) -> None:
        items = at.items() if isinstance(at, Mapping) else at
        object.__setattr__(
            self,
            "at",
            tuple((formula(letter), formula(value)) for letter, value in items),
        )

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        lemmas = [lemma for lemma in context.lemmas if lemma.relation == EQUAL]
        if not lemmas:
            raise RuleError(
                "no lemma that is an equation was named with the step; write .to(line, Using(), lemma)"
                if not context.lemmas
                else f"{context.lemmas[0]} is no equation; only equations replace parts of a line"
            )
        found: list[Any] = []
        for after, owed in (
            self._by_one(line, lemmas[0], context) if len(lemmas) == 1 else self._by_all(line, lemmas, context)
        ):
            if after != line and after not in found:
                found.append(after)
                yield Consequence(after, owed)
                if len(found) == MOST:
                    return
        if not found:
            raise RuleError(self._nothing(line, lemmas[0]))

    def _by_one(self, line: Any, lemma: Claim, context: Context) -> Iterator[tuple[Any, tuple[Obligation, ...]]]:
        """The lines that one lemma leads to, each as soon as it is found."""
        for after, owed, _ in self._applied(line, lemma, context):
            yield after, owed

    def _by_all(self, line: Any, lemmas: list[Claim], context: Context) -> Iterator[tuple[Any, tuple[Obligation, ...]]]:
        """The lines that lemmas lead to one after another, those by most lemmas first."""
        lines: list[tuple[Any, tuple[Obligation, ...], int]] = [(line, (), 0)]
        for lemma in lemmas:
            reached = []
            for before, owed, _ in lines:
                for after, more, rank in self._applied(before, lemma, context):
                    reached.append((after, (*owed, *(o for o in more if o not in owed)), rank))
            lines = [*lines, *reached]
            lines = lines[:1] + sorted(lines[1:], key=lambda item: item[2])[: 3 * MOST]
        least: dict[Any, tuple[Obligation, ...]] = {}
        for after, owed, _ in reversed(lines):
            if after not in least or len(owed) < len(least[after]):
                least[after] = owed
        yield from least.items()

    def _applied(self, line: Any, lemma: Claim, context: Context) -> Iterator[tuple[Any, tuple[Obligation, ...], int]]:
        """(next line, obligations, rank): every matched part replaced everywhere first, then place by place."""
        fixed = dict(self.at)
        strangers = [letter for letter in fixed if letter not in letters_of(lemma)]
        if strangers:
            raise RuleError(
                f"{strangers[0]} is no letter of the lemma {lemma}; "
                f"its letters are {sorted(letters_of(lemma), key=str)}"
            )
        rank = 0
        shown: set[Any] = set()
        for part in parts_of(lemma):
            hits = list(found_in(line, lemma, part, fixed, context))
            if len(hits) > 1:
                chain, owed = self._everywhere(line, lemma, part, hits, context)
                if chain not in shown and chain != line:
                    shown.add(chain)
                    yield chain, owed, rank
            for place, bindings, factor in hits:
                new = instance(lemma, part, bindings, factor, under(context, place.ranges))
                if new is None:
                    continue
                after = place.put(new[0])
                if after not in shown and after != line:
                    shown.add(after)
                    yield after, new[1], rank + 1
            rank += 2

    @staticmethod
    def _everywhere(line: Any, lemma: Claim, part: Any, hits: Any, context: Context) -> tuple[Any, Any]:
        """The line with all matched parts replaced, one after the other, and what is owed for that."""
        chain, owed = line, ()
        for place, bindings, factor in hits:
            again = [
                p
                for p in places(chain, lambda node, n=place.node: node == n, context.given)
                if p.ranges == place.ranges
            ]
            new = instance(lemma, part, bindings, factor, under(context, place.ranges)) if again else None
            if new is not None:
                chain, owed = again[0].put(new[0]), (*owed, *(o for o in new[1] if o not in owed))
        return chain, owed

    def _nothing(self, line: Any, lemma: Claim) -> str:
        where = f" with {', '.join(f'{a} = {plain(b)}' for a, b in self.at)}" if self.at else ""
        return (
            f"no part of {plain(line)} is an instance of the lemma {lemma}{where} whose conditions can hold; "
            "bring the line into its form first (Linearity, Algebra), or give the values of its letters: "
            "Using(at={letter: value})"
        )

    def describe(self, show: Show = plain) -> str:
        return " at ".join(filter(None, ("lemma", self._values(show))))

    def citing(self, lemmas: Sequence[str], show: Show = plain) -> str:
        return " at ".join(filter(None, (f"by {listed(lemmas) or 'the lemma'}", self._values(show))))

    def _values(self, show: Show) -> str:
        return ", ".join(equation(letter, value, show) for letter, value in self.at if letter != value)


@dataclass(frozen=True, init=False)
class Specialise(Using):
    """A derived result for all admissible values of a letter holds for this value: the lemma at {letter: value}.

    The value must satisfy the lemma's assumptions: from a result for k > 0 nothing follows at k = 0 without continuity.
    """

    def __init__(self, at: Mapping[Any, Any] | tuple[tuple[Any, Any], ...]) -> None:
        super().__init__(at)
        if not self.at:
            raise RuleError("Specialise needs a value: Specialise({k: 1})")

    def describe(self, show: Show = plain) -> str:
        return f"the special case {self._values(show)}"

    def citing(self, lemmas: Sequence[str], show: Show = plain) -> str:
        return " of ".join(filter(None, (self.describe(show), listed(lemmas))))
