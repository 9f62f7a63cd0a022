"""Where a rule acts: a node of the line with the way to put something in its place, and what holds of the bound
variables there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.logic.boolalg import Boolean

from derive.claim import AT_MOST, Claim
from derive.rule import Context, Obligation, RuleError, plain


@dataclass(frozen=True)
class Place:
    """A node of a line. `put` gives the line with all equal nodes at `paths` replaced; `ranges` hold of the variables
    bound outside."""

    line: Any
    node: Any
    ranges: tuple[Boolean, ...]
    paths: tuple[tuple[Any, ...], ...]

    def put(self, new: Any) -> Any:
        line = self.line
        for path in self.paths:
            line = _put(line, path, new)
        return line


@dataclass(frozen=True)
class IntegralPlace:
    """One integration in a line: ∫ integrand d(variable) from lower to upper; limits inside and outside of it stay
    where they are."""

    place: Place
    integrand: Any
    variable: Any
    lower: Any
    upper: Any

    @property
    def node(self) -> Any:
        """The integral by itself."""
        return self.place.node

    @property
    def ranges(self) -> tuple[Boolean, ...]:
        return self.place.ranges

    def put(self, new: Any) -> Any:
        return self.place.put(new)


@dataclass(frozen=True)
class Span:
    """The range of a variable between two ends: low < x < high, with the obligation that low ≤ high where that is not
    plain."""

    variable: Any
    low: Any
    high: Any
    upward: bool
    relations: tuple[Boolean, ...]
    obligations: tuple[Obligation, ...] = ()

    def interval(self, closed_low: bool = False, closed_high: bool = False) -> Any:
        """The range as a set; ends at infinity are open."""
        return sp.Interval(
            self.low,
            self.high,
            not closed_low or self.low.is_infinite is True,
            not closed_high or self.high.is_infinite is True,
        )


def places(line: Any, wanted: Callable[[Any], bool], given: tuple[Boolean, ...] = ()) -> list[Place]:
    """The nodes of the line for which `wanted` holds, outermost first; equal nodes under equal ranges are one place.

    The inner integrations of an iterated integral count as nodes: ∫∫ f dx dy contains ∫ f dx.
    """
    found: dict[tuple[Any, tuple[Boolean, ...]], list[tuple[Any, ...]]] = {}
    for node, ranges, path in _walk(line, (), (), given):
        if wanted(node):
            found.setdefault((node, ranges), []).append(path)
    return [Place(line, node, ranges, tuple(paths)) for (node, ranges), paths in found.items()]


def integrals(line: Any, given: tuple[Boolean, ...] = (), variable: Any = None) -> list[IntegralPlace]:
    """The definite integrations in the line, also inner ones; only those over `variable` if it is given."""
    found = []
    for place in places(line, lambda node: isinstance(node, sp.Integral), given):
        *inner, last = place.node.limits
        if len(last) == 3 and (variable is None or last[0] == variable):
            integrand = sp.Integral(place.node.function, *inner) if inner else place.node.function
            found.append(IntegralPlace(place, integrand, *last))
    return found


def looked_for(what: str, line: Any, remedy: str) -> RuleError:
    """The error of a rule that finds nothing to act on."""
    text = str(line)
    return RuleError(f"found no {what} in {text if len(text) < 300 else text[:297] + '…'}; {remedy}")


def span(variable: Any, lower: Any, upper: Any, given: tuple[Boolean, ...]) -> Span:
    """The range between two ends, whichever is the larger; where that is not plain, lower ≤ upper becomes an
    obligation."""
    if not_above(lower, upper, given):
        return Span(variable, lower, upper, True, between(variable, lower, upper))
    if not_above(upper, lower, given):
        return Span(variable, upper, lower, False, between(variable, upper, lower))
    order = Obligation(Claim(lower, upper, given, AT_MOST), f"the range of {variable} runs upwards")
    return Span(variable, lower, upper, True, between(variable, lower, upper), (order,))


def between(variable: Any, low: Any, high: Any, closed: bool = False) -> tuple[Boolean, ...]:
    """low < x < high as assumptions (≤ if closed); over the whole line just that x is real."""
    relations = []
    if low is not sp.S.NegativeInfinity:
        relations.append(variable >= low if closed else variable > low)
    if high is not sp.S.Infinity:
        relations.append(variable <= high if closed else variable < high)
    if not relations and not variable.is_extended_real:
        relations.append(variable > sp.S.NegativeInfinity)
    return tuple(r for r in relations if isinstance(r, Boolean) and r is not sp.true and r is not sp.false)


def not_above(low: Any, high: Any, given: tuple[Boolean, ...]) -> bool:
    """True if low ≤ high is plain: by infinity, by the assumptions on symbols, or by a sign test."""
    if low is sp.S.NegativeInfinity or high is sp.S.Infinity:
        return True
    if low is sp.S.Infinity or high is sp.S.NegativeInfinity:
        return False
    from derive.exact import is_nonnegative, trusted

    gap = high - low
    if gap.is_nonnegative is not None and trusted(gap):
        return bool(gap.is_nonnegative)
    return is_nonnegative(gap, given) is True


def put_in(expr: Any, table: Mapping[Any, Any]) -> Any:
    """`expr` with free symbols replaced by values, re-evaluated; bound variables are renamed where a value would be
    captured."""
    table = {old: new for old, new in table.items() if old != new}
    if not table or not getattr(expr, "args", None):
        return table.get(expr, expr)
    if not (expr.free_symbols & set(table) or any(not old.is_Symbol and expr.has(old) for old in table)):
        return expr
    if expr in table:
        return table[expr]
    if isinstance(expr, ExprWithLimits):
        return _put_in_bound(expr, table)
    if isinstance(expr, sp.Limit):
        body, variable, point, side = expr.args
        body, variable, inner = _opened(body, variable, table)
        return sp.Limit(put_in(body, inner), variable, put_in(point, table), str(side))
    if isinstance(expr, sp.Derivative):
        return _put_in_derivative(expr, table)
    return expr.func(*(put_in(arg, table) for arg in expr.args))


def _put_in_derivative(expr: Any, table: Mapping[Any, Any]) -> Any:
    counts = list(expr.variable_count)
    renamed = all(table[v].is_Symbol for v, _ in counts if v in table)
    inner = put_in(expr.expr, {k: v for k, v in table.items() if renamed or k not in {c[0] for c in counts}})
    moved = {v: table[v] for v, _ in counts if v in table}
    if renamed:
        return sp.Derivative(inner, *[(moved.get(v, v), n) for v, n in counts])
    return sp.Subs(sp.Derivative(inner, *counts), tuple(moved), tuple(moved.values()))


def _put_in_bound(expr: Any, table: Mapping[Any, Any]) -> Any:
    body, limits, rest = expr.function, [], dict(table)
    for limit in reversed(expr.limits):
        ends = [put_in(end, rest) for end in limit[1:]]
        others = sp.Tuple(body, *[part for other in expr.limits for part in other[1:]])
        _, variable, rest = _opened(others, limit[0], rest)
        if variable != limit[0]:
            rest = {**rest, limit[0]: variable}
        limits.insert(0, (variable, *ends))
    return expr.func(put_in(body, rest), *limits)


def _opened(body: Any, variable: Any, table: Mapping[Any, Any]) -> tuple[Any, Any, dict[Any, Any]]:
    """The body with its bound variable renamed if a value contains it, and the table without that variable."""
    table = {old: new for old, new in table.items() if old != variable}
    if any(variable in new.free_symbols for old, new in table.items() if old in body.free_symbols):
        fresh = sp.Dummy(variable.name, **variable.assumptions0)
        return body.xreplace({variable: fresh}), fresh, table
    return body, variable, table


def value_at(expr: Any, variable: Any, point: Any) -> Any | None:
    """expr at a finite point by substitution, None where that is not plainly a finite value."""
    if point.is_infinite:
        return None
    try:
        value = put_in(expr, {variable: point})
    except (ZeroDivisionError, ValueError, TypeError):
        return None
    if any(_power_of_zero(node, variable, point) for node in expr.atoms(sp.Pow)):
        return None  # SymPy takes 0**s·0 for 0, also where s < 0
    bad = (sp.nan, sp.zoo, sp.oo, -sp.oo)
    return None if value in bad or (value.has(sp.AccumBounds, *bad) and not expr.has(*bad)) else value


def _power_of_zero(node: Any, variable: Any, point: Any) -> bool:
    """Whether the power is one of 0 at the point, with an exponent of which SymPy does not see that it is not
    negative."""
    base, exponent = node.args
    if variable not in base.free_symbols or exponent.is_nonnegative or exponent.is_number:
        return False
    return put_in(base, {variable: point}) == 0


def formal_derivative(expr: Any, variable: Any, order: int = 1) -> Any:
    """The derivative carried out, but left standing where it would have to go under an integral, a sum or a limit."""
    bound = expr.atoms(sp.Integral, sp.Sum, sp.Product, sp.Limit) if hasattr(expr, "atoms") else set()
    if any(variable in node.args[0].free_symbols - _bound_by(node) for node in bound):
        return sp.Derivative(expr, (variable, order))
    return sp.diff(expr, variable, order)


def _bound_by(node: Any) -> set[Any]:
    return {limit[0] for limit in node.limits} if isinstance(node, ExprWithLimits) else {node.args[1]}


def under(context: Context, ranges: tuple[Boolean, ...]) -> Context:
    """The context in which also the ranges of the enclosing bound variables are known."""
    return Context((*context.given, *(r for r in ranges if r not in context.given)), context.lemmas)


def converges(context: Context, integral: Any, why: str) -> Obligation:
    """The obligation that an integral converges, absolutely if the integrand is under Abs."""
    from derive.claim import LESS

    return context.obligation(integral, sp.oo, why, relation=LESS)


def _walk(
    node: Any, ranges: tuple[Boolean, ...], path: tuple[Any, ...], given: tuple[Boolean, ...]
) -> Iterator[tuple[Any, tuple[Boolean, ...], tuple[Any, ...]]]:
    yield node, ranges, path
    if isinstance(node, ExprWithLimits):
        limits = node.limits
        _unassumed({limit[0] for limit in limits}, node, given)
        for inner in range(len(limits) - 1, -1, -1):
            known = ranges
            for limit in reversed(limits[inner:]):
                known = (*known, *_range(node, limit, (*given, *known)))
            if inner and isinstance(node, sp.Integral):
                yield node.func(node.function, *limits[:inner]), known, (*path, ("inner", inner))
            if inner == 0:
                yield from _walk(node.function, known, (*path, 0), given)
        for position, limit in enumerate(limits):
            for index, end in enumerate(limit[1:], start=1):
                yield from _walk(end, ranges, (*path, position + 1, index), given)
        return
    if isinstance(node, sp.Limit):
        body, variable, point, side = node.args
        _unassumed({variable}, node, given)
        yield from _walk(body, (*ranges, *_near(variable, point, str(side))), (*path, 0), given)
        yield from _walk(point, ranges, (*path, 2), given)
        return
    if isinstance(node, sp.Derivative):
        pinned = {symbol for known in given if isinstance(known, sp.Eq) for symbol in known.free_symbols}
        if not pinned & set(node.variables):  # an identity at a point is no identity of functions
            yield from _walk(node.expr, ranges, (*path, 0), given)
        return
    if isinstance(node, sp.Subs):
        yield from _walk(node.expr, ranges, (*path, 0), given)
        return
    for index, arg in enumerate(getattr(node, "args", ())):
        yield from _walk(arg, ranges, (*path, index), given)


def _unassumed(bound: set[Any], node: Any, given: tuple[Boolean, ...]) -> None:
    """Assumptions speak of free symbols; about a symbol named like a bound one they would leak into its range."""
    for relation in given:
        for symbol in sorted(bound & relation.free_symbols, key=str):
            raise RuleError(
                f"{symbol} is bound in {plain(node)} and also stands in the assumption {relation}; rename one"
            )


def _range(node: Any, limit: Any, given: tuple[Boolean, ...]) -> tuple[Boolean, ...]:
    if len(limit) != 3:
        return ()
    variable, lower, upper = limit
    if not isinstance(node, sp.Integral):
        return between(variable, lower, upper, closed=True)
    return span(variable, lower, upper, given).relations


def _near(variable: Any, point: Any, side: str) -> tuple[Any, ...]:
    """What may be assumed of the variable of a limit: that it lies on the side from which it comes; close to ±oo its
    sign."""
    if point is sp.oo:
        return between(variable, sp.S.Zero, sp.oo)
    if point is -sp.oo:
        return between(variable, -sp.oo, sp.S.Zero)
    if side == "+":
        return between(variable, point, sp.oo)
    if side == "-":
        return between(variable, -sp.oo, point)
    return tuple(r for r in (sp.Ne(variable, point),) if r is not sp.true)


def _put(node: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, tuple):
        inner = node.func(node.function, *node.limits[: step[1]])
        return node.func(_put(inner, rest, new), *node.limits[step[1] :])
    args = list(node.args)
    args[step] = _put(args[step], rest, new)
    if isinstance(node, sp.Limit):
        args[3] = str(args[3])
    return node.func(*args)
