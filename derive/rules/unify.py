"""First-order matching of a pattern against an expression: sums and products up to order, powers of numbers, bound
variables by name.

What comes out are guesses for the pattern's letters. They need not be right: whoever uses them compares the instance
afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

Bindings = dict[Any, Any]
GUESSES = 40


def matches(pattern: Any, target: Any, letters: set[Any], known: Mapping[Any, Any] | None = None) -> list[Bindings]:
    """Values of the letters that may turn the pattern into the target; at most a few, the most literal first."""
    found: list[Bindings] = []
    for bindings in islice(_match(pattern, target, frozenset(letters), dict(known or {}), frozenset()), GUESSES):
        if bindings not in found:
            found.append(bindings)
    return found


def _match(p: Any, e: Any, letters: frozenset[Any], known: Bindings, bound: frozenset[Any]) -> Iterator[Bindings]:
    if p in letters:
        if p in known:
            if known[p] == e:
                yield known
        elif not (getattr(e, "free_symbols", set()) & bound) and _admits(p, e):
            yield {**known, p: e}
        return
    if not (getattr(p, "free_symbols", set()) & letters) and not _binds(p):
        if p == e:
            yield known
        return
    if isinstance(p, ExprWithLimits):
        yield from _match_bound(p, e, letters, known, bound)
    elif isinstance(p, sp.Limit):
        if isinstance(e, sp.Limit) and str(p.args[3]) == str(e.args[3]):
            fresh = sp.Dummy(e.args[1].name, **e.args[1].assumptions0)
            for first in _match(p.args[2], e.args[2], letters, known, bound):
                yield from _match(
                    p.args[0].xreplace({p.args[1]: fresh}),
                    e.args[0].xreplace({e.args[1]: fresh}),
                    letters,
                    first,
                    bound | {fresh},
                )
    elif isinstance(p, sp.Add):
        yield from _match_many(p, e, letters, known, bound, sp.Add)
    elif isinstance(p, sp.Mul):
        yield from _match_many(p, e, letters, known, bound, sp.Mul)
    elif isinstance(p, sp.Pow):
        yield from _match_power(p, e, letters, known, bound)
    elif isinstance(e, sp.Basic) and p.func == e.func and len(p.args) == len(e.args):
        yield from _match_in_turn(list(p.args), list(e.args), letters, known, bound)


def _match_in_turn(
    ps: list[Any], es: list[Any], letters: frozenset[Any], known: Bindings, bound: frozenset[Any]
) -> Iterator[Bindings]:
    if not ps:
        yield known
        return
    for first in _match(ps[0], es[0], letters, known, bound):
        yield from _match_in_turn(ps[1:], es[1:], letters, first, bound)


def _match_bound(p: Any, e: Any, letters: frozenset[Any], known: Bindings, bound: frozenset[Any]) -> Iterator[Bindings]:
    if (
        not isinstance(e, p.func)
        or len(p.limits) != len(e.limits)
        or [len(x) for x in p.limits] != [len(x) for x in e.limits]
    ):
        return
    to_p, to_e, fresh = {}, {}, []
    for a, b in zip(p.limits, e.limits, strict=True):
        new = sp.Dummy(b[0].name, **{**a[0].assumptions0, **b[0].assumptions0}) if _compatible(a[0], b[0]) else None
        if new is None:
            return
        to_p[a[0]], to_e[b[0]] = new, new
        fresh.append(new)
    ends_p = [end.xreplace(to_p) for limit in p.limits for end in limit[1:]]
    ends_e = [end.xreplace(to_e) for limit in e.limits for end in limit[1:]]
    now = bound | set(fresh)
    for ends in _match_in_turn(ends_p, ends_e, letters, known, now):
        yield from _match(p.function.xreplace(to_p), e.function.xreplace(to_e), letters, ends, now)


def _compatible(a: Any, b: Any) -> bool:
    return all(b.assumptions0.get(key, value) == value for key, value in a.assumptions0.items())


def _match_power(p: Any, e: Any, letters: frozenset[Any], known: Bindings, bound: frozenset[Any]) -> Iterator[Bindings]:
    base, exponent = p.args
    eb, ee = e.as_base_exp() if isinstance(e, sp.Expr) else (e, sp.S.One)
    if isinstance(e, sp.exp):
        eb, ee = e, sp.S.One
    if not exponent.free_symbols & letters:
        if ee == exponent:
            yield from _match(base, eb, letters, known, bound)
            return
        if isinstance(e, sp.Expr) and exponent.is_Rational and not isinstance(e, sp.Add):
            root = sp.powdenest(eb ** (ee / exponent), force=False) if not e.is_number else e ** (1 / exponent)
            yield from _match(base, root, letters, known, bound)
        return
    for first in _match(base, eb, letters, known, bound):
        yield from _match(exponent, ee, letters, first, bound)
    if e == 1:
        yield from _match(exponent, sp.S.Zero, letters, known, bound)


def _match_many(
    p: Any, e: Any, letters: frozenset[Any], known: Bindings, bound: frozenset[Any], kind: Any
) -> Iterator[Bindings]:
    """Sums and products: rigid parts are found first, then parts with letters; the last free letter takes what is
    left."""
    if not isinstance(e, sp.Expr):
        return
    parts = list(kind.make_args(e))
    if kind is sp.Add and isinstance(p, sp.Add) and isinstance(e, sp.Mul):
        opened = sp.expand_mul(e)
        if isinstance(opened, sp.Add):
            parts = list(opened.args)
    if kind is sp.Mul and isinstance(e, sp.Add):
        parts = list(sp.Mul.make_args(sp.factor_terms(e)))
    rigid = [a for a in p.args if not (a.free_symbols & letters) and not _binds(a)]
    for a in rigid:
        if a in parts:
            parts.remove(a)
        elif kind is sp.Mul:
            parts.append(1 / a)
        else:
            parts.append(-a)
    numbers = [part for part in parts if part.is_number]
    if len(numbers) > 1:
        together = kind(*numbers)
        parts = [part for part in parts if not part.is_number] + ([] if together == kind.identity else [together])
    flexible = sorted(
        (a for a in p.args if a not in rigid), key=lambda a: (a in letters, -sp.count_ops(a), sp.default_sort_key(a))
    )
    yield from _assign(flexible, parts, letters, known, bound, kind)


def _assign(
    ps: list[Any], parts: list[Any], letters: frozenset[Any], known: Bindings, bound: frozenset[Any], kind: Any
) -> Iterator[Bindings]:
    if not ps:
        if not parts or kind(*parts) == kind.identity:
            yield known
        return
    first, rest = ps[0], ps[1:]
    if first in letters and first in known:
        if known[first] in parts:
            left = list(parts)
            left.remove(known[first])
            yield from _assign(rest, left, letters, known, bound, kind)
        elif not rest and kind(*parts) == known[first]:
            yield known
        else:
            inverse = -known[first] if kind is sp.Add else 1 / known[first]
            yield from _assign(rest, [*parts, inverse], letters, known, bound, kind)
        return
    if not rest:
        yield from _match(first, kind(*parts), letters, known, bound)
        if kind is sp.Add and isinstance(first, sp.Mul) and len(parts) > 1:
            yield from _match(first, sp.factor_terms(sp.Add(*parts)), letters, known, bound)
            shared = _common_symbol(parts, bound)
            if shared is not None:
                yield from _match(
                    first,
                    sp.Mul(sp.Add(*[part / shared for part in parts]), shared, evaluate=False),
                    letters,
                    known,
                    bound,
                )
        return
    for index, part in enumerate(parts):
        for bindings in _match(first, part, letters, known, bound):
            yield from _assign(rest, parts[:index] + parts[index + 1 :], letters, bindings, bound, kind)
    for bindings in _match(first, kind.identity, letters, known, bound):
        yield from _assign(rest, parts, letters, bindings, bound, kind)
    if kind is sp.Add and len(parts) > 1:
        for shared in sorted(bound, key=str):
            chosen = [part for part in parts if shared in part.free_symbols]
            if 1 < len(chosen) < len(parts):
                left = [part for part in parts if part not in chosen]
                gathered = sp.collect(sp.Add(*chosen), shared)
                for bindings in _match(first, gathered, letters, known, bound):
                    yield from _assign(rest, left, letters, bindings, bound, kind)
    if kind is sp.Mul and first not in letters and len(parts) > 1:
        own = [part for part in parts if part.free_symbols & bound]
        left = [part for part in parts if part not in own]
        if own and left:
            for bindings in _match(first, sp.Mul(*own), letters, known, bound):
                yield from _assign(rest, left, letters, bindings, bound, kind)


def _common_symbol(parts: list[Any], bound: frozenset[Any]) -> Any | None:
    for symbol in sorted(bound, key=str):
        if all(symbol not in (part / symbol).free_symbols and symbol in part.free_symbols for part in parts):
            return symbol
    return None


def _binds(p: Any) -> bool:
    return isinstance(p, sp.Basic) and p.has(ExprWithLimits, sp.Limit)


def _admits(letter: Any, value: Any) -> bool:
    """False where the value plainly contradicts what is assumed of the letter."""
    if not isinstance(value, sp.Expr) or value.is_infinite or value is sp.nan:
        return False
    return all(
        getattr(value, f"is_{name}") in (fact, None) for name, fact in letter.assumptions0.items() if name in _FACTS
    )


_FACTS = frozenset(
    {
        "real",
        "positive",
        "negative",
        "nonnegative",
        "nonpositive",
        "integer",
        "zero",
        "imaginary",
        "rational",
        "even",
        "odd",
    }
)
