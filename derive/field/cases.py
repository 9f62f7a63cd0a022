"""Case splits: Piecewise, Min, Max, Heaviside and sign are decided on each piece of the domain.

Pieces are cut by expressions c: c > 0, c < 0, and c = 0 (solved for a symbol that occurs linearly).
Law: the pieces cover the domain, so that zero on all of them is zero on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import sympy as sp
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne, Relational

from derive.exact.budget import OutOfReach
from derive.exact.domain import Domain, domain_of
from derive.exact.signs import signs

MAX_SWITCHES = 4


def switches(expr: Any) -> list[Any]:
    """The distinct expressions whose signs decide the pieces."""
    found: dict[Any, None] = {}
    for node in sp.preorder_traversal(expr):
        for cut in _cuts(node):
            if -cut not in found and not cut.is_number:
                found[cut] = None
    return list(found)


def _cuts(node: Any) -> list[Any]:
    if isinstance(node, sp.Heaviside):
        return [node.args[0].expand()]
    if isinstance(node, sp.sign) and node.args[0].is_extended_real:
        return [node.args[0].expand()]
    if isinstance(node, sp.Max | sp.Min):
        args = node.args
        return [(args[i] - args[j]).expand() for i in range(len(args)) for j in range(i)]
    if isinstance(node, sp.Piecewise):
        conditions = (sp.sympify(condition, strict=True) for _, condition in _branches(node))
        relations = [relation for condition in conditions for relation in condition.atoms(Relational)]
        return [(r.lhs - r.rhs).expand() for r in relations]
    return []


def _branches(piecewise: Any) -> list[tuple[Any, Any]]:
    return [(pair[0], pair[1]) for pair in piecewise.args]


def subdomains(expr: Any, cuts: list[Any], domain: Domain) -> Iterator[tuple[Any, Domain, bool]]:
    """(expr on the piece, the piece, whether no equation cuts it out); those that contradict the assumptions are left
    out."""
    bound = expr.free_symbols
    if any(not cut.free_symbols <= bound for cut in cuts):
        raise OutOfReach("a case split inside an integral")
    base = tuple(r.xreplace(domain.rename) for r in domain.given)
    ways = [sorted(signs(cut, domain) or {1, -1, 0}, key=(1, -1, 0).index) for cut in cuts]
    for choice in product(*ways):
        relations, solved = [], {}
        for cut, way in zip(cuts, choice, strict=True):
            if way:
                relations.append(Gt(cut, 0) if way == 1 else Lt(cut, 0))
            else:
                symbol, value = _solved(cut.xreplace(solved))
                solved = {k: v.xreplace({symbol: value}) for k, v in solved.items()} | {symbol: value}
                relations.extend(_inherited(symbol, value))
        try:
            relations = [r.xreplace(solved) for r in (*base, *relations)]
        except TypeError as reason:  # a condition compares what is not real there
            raise OutOfReach("a case in which a condition is not about real numbers") from reason
        if any(r == False for r in relations) or _impossible(solved):  # noqa: E712 - SymPy's truth values are no Python booleans
            continue
        try:
            piece = domain_of([r for r in relations if r != True])  # noqa: E712 - SymPy's truth values are no Python booleans
        except OutOfReach:
            continue
        values = dict(zip(cuts, choice, strict=True))
        yield piece.refine(_resolved(expr, values).xreplace(solved)), piece, not solved


def _inherited(symbol: Any, value: Any) -> list[Any]:
    """What the assumptions of a symbol say of the value that replaces it."""
    out = [Gt(value, 0)] if symbol.is_positive else [Ge(value, 0)] if symbol.is_nonnegative else []
    return out + ([Lt(value, 0)] if symbol.is_negative else [Le(value, 0)] if symbol.is_nonpositive else [])


def _impossible(solved: dict[Any, Any]) -> bool:
    return any(
        getattr(symbol, f"is_{flag}") and getattr(value, f"is_{flag}") is False
        for symbol, value in solved.items()
        for flag in ("positive", "negative", "nonnegative", "nonpositive", "integer")
    )


def _solved(cut: Any) -> tuple[Any, Any]:
    """A symbol that occurs linearly with a numeric coefficient, and its value on cut = 0."""
    for symbol in sorted(cut.free_symbols, key=lambda s: s.name):
        coefficient = cut.coeff(symbol, 1)
        rest = (cut - coefficient * symbol).expand()
        if coefficient.is_Rational and coefficient != 0 and not rest.has(symbol):
            return symbol, -rest / coefficient
    raise OutOfReach("a boundary that is not linear")


def _resolved(expr: Any, values: dict[Any, int]) -> Any:
    """`expr` with every switch replaced by its value on the piece."""
    if not expr.args or not expr.has(sp.Heaviside, sp.sign, sp.Max, sp.Min, sp.Piecewise):
        return expr
    if isinstance(expr, sp.Piecewise):
        for value, condition in _branches(expr):
            holds = _holds(condition, values)
            if holds is None:
                raise OutOfReach("a condition that is no relation")
            if holds:
                return _resolved(value, values)
        return sp.nan
    own = _cuts(expr)
    if isinstance(expr, sp.Heaviside):
        sign = _way(own[0], values)
        at_zero = expr.args[1] if len(expr.args) > 1 else sp.Rational(1, 2)
        return {1: sp.S.One, -1: sp.S.Zero, 0: at_zero}[sign]
    if isinstance(expr, sp.sign) and own:
        return sp.Integer(_way(own[0], values))
    if isinstance(expr, sp.Max | sp.Min):
        sense = 1 if isinstance(expr, sp.Max) else -1
        for candidate in expr.args:
            gaps = [_way((candidate - other).expand(), values) for other in expr.args if other is not candidate]
            if all(sense * g >= 0 for g in gaps):
                return _resolved(candidate, values)
        return sp.nan
    return expr.func(*[_resolved(arg, values) for arg in expr.args])


def _way(cut: Any, values: dict[Any, int]) -> int:
    if cut in values:
        return values[cut]
    if -cut in values:
        return -values[-cut]
    if cut.is_number and cut.is_extended_real:
        return int(sp.sign(cut))
    raise OutOfReach("a switch that was not foreseen")


def _holds(condition: Any, values: dict[Any, int]) -> bool | None:
    if condition in (True, False, sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, sp.And | sp.Or):
        inner = [_holds(arg, values) for arg in condition.args]
        if None in inner:
            return None
        return all(inner) if isinstance(condition, sp.And) else any(inner)
    if isinstance(condition, sp.Not):
        inside = _holds(condition.args[0], values)
        return None if inside is None else not inside
    if not isinstance(condition, Relational):
        return None
    way = _way((condition.lhs - condition.rhs).expand(), values)
    return {Gt: way > 0, Ge: way >= 0, Lt: way < 0, Le: way <= 0, Eq: way == 0, Ne: way != 0}.get(type(condition))
