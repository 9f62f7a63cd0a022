"""From the user's integral to a normalised problem and back: real parameters, with the signs that are implied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.facts import InconsistentAssumptions

from derive.claim import assumptions, side
from derive.errors import DeriveError
from derive.feynman.problem import Problem


@dataclass(frozen=True)
class Normalised:
    """The problem in the engine's symbols, the table back to the user's, and what was added to the assumptions."""

    problem: Problem
    back: tuple[tuple[sp.Symbol, sp.Symbol], ...]
    given: tuple[Any, ...]

    def restore(self, expr: Any) -> Any:
        """The expression in the user's symbols."""
        return expr.xreplace(dict(self.back))


def normalise(f: Any, limits: Any, given: Iterable[Any] | Any = ()) -> Normalised:
    """A parameter that no assumption makes complex is real; it is positive or negative where the assumptions imply so.

    A plain symbol without assumptions is taken to be real, and `given` of the result says so.
    """
    x, lower, upper = limits
    stated = assumptions(given)
    f, lower, upper = side(f), side(lower), side(upper)
    free = sorted(
        (f.free_symbols - {x})
        | lower.free_symbols
        | upper.free_symbols
        | set().union(*(g.free_symbols for g in stated)),
        key=lambda symbol: symbol.name,
    )
    table, added = {}, []
    for symbol in free:
        if symbol.is_real is None and not any(symbol in relation.free_symbols for relation in stated):
            added.append(sp.Contains(symbol, sp.S.Reals))
        if symbol.is_real is False:
            table[symbol] = symbol
            continue
        try:
            table[symbol] = _sharpened(symbol, stated)
        except InconsistentAssumptions:
            relations = ", ".join(str(relation) for relation in stated if symbol in relation.free_symbols)
            raise DeriveError(f"no {symbol} satisfies what is assumed of it: {relations}") from None
    known = tuple(relation.xreplace(table) for relation in stated)
    kept = tuple(relation for relation in known if relation != sp.true)
    real = {x: sp.Symbol(x.name, real=True)} if isinstance(x, sp.Symbol) else {}
    f = squares_rooted(f.xreplace({**table, **real}))
    f = f.xreplace({new: old for old, new in real.items()})
    problem = Problem(f, x, lower.xreplace(table), upper.xreplace(table), kept)
    back = tuple((new, old) for old, new in table.items() if new != old)
    if problem.variable != x:
        back = (*back, (problem.variable, x))
    return Normalised(problem, back, (*stated, *added))


def squares_rooted(f: Any) -> Any:
    """The roots of what is a square, as it stands or by the addition theorems, as absolute values: √(1 − sin² u) =
    |cos u|, √(1 + cos u) = √2 |cos u/2|, for real u. The root as it stands hides the places where it has a corner."""
    table = {}
    for root in f.atoms(sp.Pow):
        if not (root.exp.is_Rational and root.exp.q == 2):
            continue
        whole = sp.sqrt(sp.factor(root.base))
        if not whole.is_Pow and whole.has(sp.Abs) and root.base.is_real:
            table[root] = whole ** (2 * root.exp)
            continue
        for node in root.base.atoms(sp.sin, sp.cos):
            u = node.args[0]
            other = sp.cos(u) if isinstance(node, sp.sin) else sp.sin(u)
            forms = [sp.expand(sp.expand(root.base).xreplace({node**2: 1 - other**2}))]
            if isinstance(node, sp.cos):
                forms.append(sp.expand(root.base.xreplace({node: 2 * sp.cos(u / 2) ** 2 - 1})))
                forms.append(sp.expand(root.base.xreplace({node: 1 - 2 * sp.sin(u / 2) ** 2})))
            for form in forms:
                rooted = sp.sqrt(form)
                if u.is_real and not form.is_Add and rooted.has(sp.Abs) and root not in table:
                    table[root] = rooted ** (2 * root.exp)
    return f.xreplace(table)


def _sharpened(symbol: sp.Symbol, stated: tuple[Any, ...]) -> sp.Symbol:
    """The symbol as a real one, with the sign that single relations and chains of them (b > a, a > 0) give."""
    facts = {name: value for name, value in symbol.assumptions0.items() if value and name in _KEPT}
    facts["real"] = True
    low, high = _bounds(symbol, stated)
    if low is not None and low[0] >= 0:
        facts["positive" if low[0] > 0 or low[1] else "nonnegative"] = True
    if high is not None and high[0] <= 0:
        facts["negative" if high[0] < 0 or high[1] else "nonpositive"] = True
    return sp.Symbol(symbol.name, **facts)


_KEPT = ("integer", "rational", "positive", "negative", "nonnegative", "nonpositive", "nonzero", "even", "odd", "prime")


def _bounds(symbol: sp.Symbol, stated: tuple[Any, ...]) -> tuple[Any, Any]:
    """((lower bound, strict), (upper bound, strict)), each None where there is none; through other symbols as well."""
    ranges: dict[Any, tuple[Any, Any]] = {}

    def merged(low: Any, high: Any, new: Any, upper: bool) -> tuple[Any, Any]:
        if upper:
            return low, new if high is None or (new[0] < high[0]) or (new[0] == high[0] and new[1]) else high
        return new if low is None or (new[0] > low[0]) or (new[0] == low[0] and new[1]) else low, high

    names = set().union({symbol}, *(relation.free_symbols for relation in stated))
    for name in names:
        low = (sp.S.Zero, bool(name.is_positive)) if name.is_nonnegative else None
        high = (sp.S.Zero, bool(name.is_negative)) if name.is_nonpositive else None
        ranges[name] = low, high
    for _ in range(len(names) + 1):
        for relation in stated:
            if not isinstance(relation, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
                continue
            big, small = (
                (relation.lhs, relation.rhs) if isinstance(relation, (sp.Gt, sp.Ge)) else (relation.rhs, relation.lhs)
            )
            strict = isinstance(relation, (sp.Gt, sp.Lt))
            if big in ranges:
                floor = _low(small, ranges)
                if floor is not None:
                    ranges[big] = merged(*ranges[big], (floor[0], floor[1] or strict), False)
            if small in ranges:
                roof = _high(big, ranges)
                if roof is not None:
                    ranges[small] = merged(*ranges[small], (roof[0], roof[1] or strict), True)
    return ranges[symbol]


def _low(expr: Any, ranges: dict[Any, Any]) -> Any:
    if expr.is_number and expr.is_finite and expr.is_real:
        return expr, False
    return ranges[expr][0] if expr in ranges else None


def _high(expr: Any, ranges: dict[Any, Any]) -> Any:
    if expr.is_number and expr.is_finite and expr.is_real:
        return expr, False
    return ranges[expr][1] if expr in ranges else None


__all__ = ["Normalised", "normalise"]
