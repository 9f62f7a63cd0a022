"""Using a lemma: the next line differs from this one by an instance of it, at any depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from derive.claim import AT_MOST, EQUAL, LESS, UNEQUAL, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, listed, plain
from derive.rules.places import Place, places, put_in, under
from derive.rules.unify import Bindings, matches

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
        for after, owed, _ in reversed(lines):
            yield after, owed

    def _applied(self, line: Any, lemma: Claim, context: Context) -> Iterator[tuple[Any, tuple[Obligation, ...], int]]:
        """(next line, obligations, rank): every matched part replaced everywhere first, then place by place."""
        fixed = dict(self.at)
        strangers = [letter for letter in fixed if letter not in _letters(lemma)]
        if strangers:
            raise RuleError(
                f"{strangers[0]} is no letter of the lemma {lemma}; its letters are {sorted(_letters(lemma), key=str)}"
            )
        rank = 0
        shown: set[Any] = set()
        for part in _parts(lemma):
            hits = list(_hits(line, lemma, part, fixed, context))
            chain, owed, left = line, (), len(hits)
            if left > 1:
                for place, bindings, factor in hits:
                    again = [
                        p
                        for p in places(chain, lambda node, n=place.node: node == n, context.given)
                        if p.ranges == place.ranges
                    ]
                    new = instance(lemma, part, bindings, factor, under(context, place.ranges)) if again else None
                    if new is not None:
                        chain, owed = again[0].put(new[0]), (*owed, *(o for o in new[1] if o not in owed))
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


def _letters(lemma: Claim) -> set[Any]:
    return set(lemma.free_symbols).union(*(relation.free_symbols for relation in lemma.given))


def _parts(lemma: Claim) -> list[Any]:
    """What of the lemma may be looked for in a line, the most telling first: sides, integrals and the like, else
    functions and powers."""
    weight: dict[Any, int] = {}
    signs = (sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative, AppliedUndef)
    elementary = not any(isinstance(side, sp.Basic) and side.has(*signs) for side in (lemma.lhs, lemma.rhs))
    for position, side in enumerate((lemma.lhs, lemma.rhs)):
        if not isinstance(side, sp.Expr):
            continue
        for node in sp.preorder_traversal(side):
            if (
                not isinstance(node, sp.Expr)
                or (node.is_Symbol and node != side)
                or (node.is_number and not _heavy(node))
            ):
                continue
            if isinstance(node, signs):
                value = 40
            elif node == side:
                value = 50 if position == 0 else 30
            elif elementary and isinstance(node, (sp.Function, sp.Pow)):
                value = 20
            else:
                continue
            if _inner(node, side):
                continue
            weight[node] = max(weight.get(node, 0), value - 5 * position)
    return sorted(weight, key=lambda node: (-weight[node], -sp.count_ops(node), sp.default_sort_key(node)))[:12]


def _heavy(node: Any) -> bool:
    return node.has(sp.Integral, sp.Sum, sp.Limit, sp.Function) or node.is_irrational is True


def _inner(node: Any, side: Any) -> bool:
    """A part under a sign that binds its variables cannot be solved for."""
    bound = {
        limit[0] for other in side.atoms(sp.Integral, sp.Sum, sp.Product) if other != node for limit in other.limits
    }
    bound |= {other.args[1] for other in side.atoms(sp.Limit) if other != node}
    return bool(node.free_symbols & bound)


def _hits(
    line: Any, lemma: Claim, part: Any, fixed: Bindings, context: Context
) -> Iterator[tuple[Place, Bindings, Any]]:
    """Places at which the line has `factor` times an instance of the part."""
    letters = _letters(lemma)
    pattern = put_in(part, {k: v for k, v in fixed.items() if k in letters}) if fixed else part
    free = (letters - set(fixed)) & pattern.free_symbols if not part.is_Symbol else set()
    for place in places(
        line, lambda node: (isinstance(node, sp.Expr) and not node.is_Symbol) or node == pattern, context.given
    ):
        node = place.node
        if not _alike(pattern, node):
            continue
        known = (*context.given, *place.ranges)
        for bindings, factor in _guesses(pattern, node, free):
            whole = {**fixed, **bindings}
            whole = _completed(lemma, part, whole, line)
            if _instance_of(put_in(part, whole) * factor, node, known):
                yield place, whole, factor
                break


def _alike(pattern: Any, node: Any) -> bool:
    if isinstance(pattern, (sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative, AppliedUndef)):
        return pattern.func == node.func
    if isinstance(pattern, sp.Pow) and pattern.exp.is_number:
        return isinstance(node, sp.Pow) and node.exp == pattern.exp
    return pattern.func == node.func


def _guesses(pattern: Any, node: Any, letters: set[Any]) -> Iterator[tuple[Bindings, Any]]:
    """Bindings and the constant factor by which the node is a multiple of the instance."""
    for bindings in matches(pattern, node, letters):
        yield bindings, sp.S.One
    if isinstance(pattern, (sp.Integral, sp.Sum)) and isinstance(node, pattern.func):
        inside, body = _stripped(pattern)
        outside, target = _stripped(node)
        if outside != 1 or inside != 1:
            for bindings in matches(body, target, letters):
                factor = outside / put_in(inside, bindings)
                yield bindings, factor
    if isinstance(pattern, (sp.Add, sp.Mul)) and isinstance(node, pattern.func) and len(node.args) > len(pattern.args):
        for bindings, rest in _within(pattern, node, letters):
            yield bindings, rest
    if isinstance(pattern, sp.Mul) and isinstance(node, sp.Mul) and pattern.args[0].is_number:
        constant, rest = pattern.as_coeff_Mul()
        here, target = node.as_coeff_Mul()
        for bindings in matches(rest, target, letters):
            yield bindings, here / constant


def _within(pattern: Any, node: Any, letters: set[Any]) -> Iterator[tuple[Bindings, Any]]:
    """A product as part of a larger product: the factor is what is left. (Sums in larger sums are reached by solving
    for a term.)"""
    if not isinstance(pattern, sp.Mul):
        return
    first = max(pattern.args, key=lambda arg: (bool(arg.free_symbols), sp.count_ops(arg)))
    for factor in node.args:
        for bindings in matches(first, factor, letters):
            rest = node / put_in(pattern, bindings)
            if len(sp.Mul.make_args(rest)) + len(pattern.args) <= len(node.args) + 1:
                yield bindings, rest


def _stripped(node: Any) -> tuple[Any, Any]:
    """A constant factor and the rest of the node; e^{u+v} is taken apart where only v has the bound variables."""
    variables = [limit[0] for limit in node.limits]
    constant, body = node.function.as_independent(*variables, as_Add=False)
    factors = list(sp.Mul.make_args(body))
    for index, factor in enumerate(factors):
        if isinstance(factor, sp.exp):
            free, moving = sp.expand_mul(factor.args[0]).as_independent(*variables, as_Add=True)
            constant, factors[index] = constant * sp.exp(free), sp.exp(moving)
    return constant, node.func(sp.Mul(*factors), *node.limits)


def _completed(lemma: Claim, part: Any, bindings: Bindings, line: Any) -> Bindings:
    """Letters that do not occur in the part are taken from other parts of the lemma that occur in the line, else as
    they are."""
    missing = {
        s for s in (lemma.lhs.free_symbols | lemma.rhs.free_symbols) - set(bindings) if s not in part.free_symbols
    }
    if not missing:
        return bindings
    for other in _parts(lemma):
        unbound = missing & other.free_symbols
        if other == part or not unbound:
            continue
        pattern = put_in(other, bindings)
        for node in sp.preorder_traversal(line):
            if isinstance(node, sp.Expr) and _alike(pattern, node):
                for more in matches(pattern, node, unbound):
                    bindings, missing = {**bindings, **more}, missing - set(more)
                    break
            if not missing & other.free_symbols:
                break
    return bindings


def _instance_of(found: Any, node: Any, known: tuple[Any, ...]) -> bool:
    if found == node:
        return True
    from derive.field import equal

    return equal(found, node, known, timeout=3.0) is True


def instance(
    lemma: Claim, part: Any, bindings: Bindings, factor: Any, context: Context
) -> tuple[Any, tuple[Obligation, ...]] | None:
    """The lemma at the instance solved for `part`, times the factor, and what has to hold; None if it is not linear in
    the part, or a condition plainly fails.
    """
    holder = sp.Dummy("part")
    owed = conditions(lemma, bindings, context)
    if owed is None:
        return None
    difference = _held(lemma.lhs, part, holder) - _held(lemma.rhs, part, holder)
    slope = sp.diff(difference, holder)
    if slope.has(holder) or slope == 0 or difference.has(sp.Subs):
        return None
    rest = difference.xreplace({holder: sp.S.Zero})
    slope, rest = put_in(slope, bindings), put_in(rest, bindings)
    if (
        slope.is_zero
        or (factor * rest).has(sp.nan, sp.zoo)
        or (slope.has(part) and not slope.is_number and part.has(sp.Integral))
    ):
        return None
    if not slope.is_number:
        owed = (*owed, context.obligation(slope, 0, f"{plain(slope)} may be divided by", relation=UNEQUAL))
    return factor * (-rest / slope), owed


def _held(side: Any, part: Any, holder: Any) -> Any:
    return side.xreplace({part: holder})


def conditions(lemma: Claim, bindings: Bindings, context: Context) -> tuple[Obligation, ...] | None:
    """The lemma's assumptions and those on its letters, at the instance; None if one plainly fails."""
    owed: list[Obligation] = []
    for relation in lemma.given:
        if not isinstance(relation, Relational):
            return None
        here = relation.func(*(put_in(arg, bindings) for arg in relation.args))
        if here in (True, sp.true) or here in context.given:
            continue
        if here in (False, sp.false):
            return None
        owed.append(Obligation(Claim.of(here, context.given), f"the lemma's assumption {relation}"))
    for letter, value in bindings.items():
        if letter == value:
            continue
        more = _assumed(letter, value, context)
        if more is None:
            return None
        owed += [o for o in more if o not in owed]
    return tuple(owed)


def _assumed(letter: Any, value: Any, context: Context) -> list[Obligation] | None:
    """What the assumptions on the letter mean for the value."""
    from derive.exact import is_real

    why = f"the lemma's assumption on {letter}"
    if (
        value.is_infinite
        or (letter.is_integer and not value.is_integer)
        or (letter.is_rational and not value.is_rational)
    ):
        return None
    if (
        (letter.is_even and not value.is_even)
        or (letter.is_odd and not value.is_odd)
        or (letter.is_imaginary and not value.is_imaginary)
    ):
        return None
    if letter.is_real and not value.is_real and is_real(value, context.given) is not True:
        return None
    if letter.is_positive:
        return (
            []
            if value.is_positive
            else _unless(value.is_positive is False, context.obligation(0, value, why, relation=LESS))
        )
    if letter.is_negative:
        return (
            []
            if value.is_negative
            else _unless(value.is_negative is False, context.obligation(value, 0, why, relation=LESS))
        )
    owed: list[Obligation] = []
    if letter.is_nonnegative and not value.is_nonnegative:
        owed.append(context.obligation(0, value, why, relation=AT_MOST))
    if letter.is_nonpositive and not value.is_nonpositive:
        owed.append(context.obligation(value, 0, why, relation=AT_MOST))
    if letter.is_zero is False and value.is_zero is not False:
        owed.append(context.obligation(value, 0, why, relation=UNEQUAL))
    plainly_wrong = (letter.is_nonnegative and value.is_nonnegative is False) or (
        letter.is_nonpositive and value.is_nonpositive is False
    )
    return _unless(bool(plainly_wrong) or (letter.is_zero is False and value.is_zero is True), *owed)


def _unless(wrong: bool, *owed: Obligation) -> list[Obligation] | None:
    return None if wrong else list(owed)
