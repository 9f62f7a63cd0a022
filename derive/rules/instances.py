"""Instances of a lemma: where a line has a part of it, at which values of its letters, and what the lemma then says.

A part is found up to names of bound variables, order of terms and constant factors; the lemma, which must be linear in
the part, is solved for it; its assumptions at the instance become obligations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from derive.claim import AT_MOST, LESS, UNEQUAL, Claim
from derive.rule import Context, Obligation, plain
from derive.rules.places import Place, places, put_in
from derive.rules.unify import Bindings, matches


def letters_of(lemma: Claim) -> set[Any]:
    return set(lemma.free_symbols).union(*(relation.free_symbols for relation in lemma.given))


def parts_of(lemma: Claim) -> list[Any]:
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


def found_in(
    line: Any, lemma: Claim, part: Any, fixed: Bindings, context: Context
) -> Iterator[tuple[Place, Bindings, Any]]:
    """Places at which the line has `factor` times an instance of the part."""
    letters = letters_of(lemma)
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
    """Bindings and the constant factor by which the node is a multiple of the instance; the letters as they are first,
    where nothing beyond the lemma's own assumptions is owed."""
    if pattern == node:
        yield {}, sp.S.One
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
    for other in parts_of(lemma):
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
