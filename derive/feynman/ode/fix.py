"""The solution of an equation that is the integral: constants from base points, boundedness and decay.

The integral and its derivatives are evaluated at distinguished points of the parameter (0, ±1, the ends of its range,
∞), where the integrand simplifies. Conditions are tried in several orders, since a derivative of the integral need not
be the integral of the derivative at an end of the range: what comes out is compared with the numbers each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import sympy as sp

from derive.feynman.ode.asymptotic import leading_part
from derive.feynman.ode.constants import Space
from derive.feynman.ode.identify import identified
from derive.feynman.ode.reach import Reach, limit_at, reach
from derive.feynman.ode.samples import sampled
from derive.feynman.ode.solve import GeneralSolution
from derive.feynman.ode.weight import weight
from derive.feynman.problem import Problem
from derive.feynman.proposal import Search, Solved
from derive.rules.ode import Bounded, Value, Vanishing

MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class Fixed:
    """A member of the general solution, with the conditions that singled it out, as the rule SolveODE states them.

    `known`: base point, order of the derivative and the solved integral there, where one was solved. `basis`: another
    one than that of the general solution, if the conditions speak of combinations.
    """

    value: Any
    conditions: tuple[Any, ...]
    known: tuple[tuple[Value | Vanishing, Solved | None], ...] = ()
    guessed: bool = False
    basis: tuple[Any, ...] = ()


@dataclass
class Conditions:
    """What is known of an integral at the distinguished points of a parameter; each value is computed once."""

    problem: Problem
    parameter: sp.Symbol
    search: Search
    share: float = 0.2
    _values: dict[Any, tuple[Any, Solved | None] | None] = field(default_factory=dict)
    _moved: dict[Any, Problem | None] = field(default_factory=dict)
    _far: str | None = None

    @property
    def _weight(self) -> int:
        """What a base value may cost at most: less than the integral itself."""
        return weight(self.problem.integrand, self.problem.variable)

    @property
    def reach(self) -> Reach:
        """The range of the parameter."""
        return reach(self.parameter, self.problem.given)

    def points(self) -> list[Any]:
        """Finite points of the closed range where the integral may be simple: 0, ends, other parameters, ±1."""
        ends = [e for e in (*self.reach.lower, *self.reach.upper) if e.is_finite is not False and not e.is_infinite]
        others = [
            p for p in self.problem.parameters if p != self.parameter and p.is_positive == self.parameter.is_positive
        ]
        found = [sp.S.Zero, *ends, *others, sp.S.One, sp.S.NegativeOne]
        return [p for p in dict.fromkeys(found) if self._within(p)]

    def _within(self, point: Any) -> bool:
        below = any((low - point).is_positive for low in self.reach.lower)
        above = any((point - high).is_positive for high in self.reach.upper)
        return not below and not above

    def trivial(self, point: Any, derivative: int = 0) -> bool:
        """Whether ∂_a^k I vanishes at the point since the range is empty there or the integrand is zero."""
        found = self._at(point, derivative)
        return found is not None and (found.lower == found.upper or found.integrand == 0)

    def easier(self, point: Any, derivative: int = 0) -> bool:
        """Whether the integral at the point looks easier; as hard will do if a scale of its own has gone (a = 0)."""
        found = self._at(point, derivative)
        if found is None:
            return False
        gap = weight(found.integrand, found.variable) - self._weight
        return gap < 0 or (gap == 0 and point == 0 and len(found.parameters) < len(self.problem.parameters))

    def level(self, point: Any) -> bool:
        """Whether the integral at the point is no harder and has a parameter less: to be solved for itself."""
        found = self._at(point, 0)
        if found is None or point == self.parameter or found.integrand == self.problem.integrand:
            return False
        no_harder = weight(found.integrand, found.variable) <= self._weight
        return no_harder and len(found.parameters) < len(self.problem.parameters)

    def level_value(self, point: Any) -> tuple[Any, Solved | None] | None:
        """The integral at such a point, by any method."""
        inner = self._at(point, 0)
        if inner is None or not self.level(point) or not self._has_numbers(inner):
            return None
        solved = self.search.solve(inner, self.share)
        return None if solved is None or solved.guessed or solved.value.has(sp.Piecewise) else (solved.value, solved)

    def hardness(self, point: Any) -> int:
        """The weight of the integrand at the point; that of the integral itself where there is none."""
        found = self._at(point, 0)
        return self._weight if found is None else weight(found.integrand, found.variable)

    def value(self, point: Any, derivative: int = 0) -> tuple[Any, Solved | None] | None:
        """∂_a^k I at the point, with the solved integral it came from; None if unknown."""
        key = point, derivative
        if key not in self._values:
            self._values[key] = self._value(point, derivative)
        return self._values[key]

    def _value(self, point: Any, derivative: int) -> tuple[Any, Solved | None] | None:
        if self.trivial(point, derivative):
            return sp.S.Zero, None
        inner = self._at(point, derivative)
        if inner is None or not self.easier(point, derivative) or not self._has_numbers(inner):
            return None
        solved = self.search.solve(inner, self.share)
        return None if solved is None or solved.value.has(sp.Piecewise) else (solved.value, solved)

    def _has_numbers(self, inner: Problem) -> bool:
        """Whether the integral can be evaluated at all: one that diverges is no base point."""
        points = sampled(set(inner.parameters), inner.given) if inner.parameters else [{}]
        return bool(points) and self.search.enclose(inner, points[0], 10) is not None

    def _at(self, point: Any, derivative: int) -> Problem | None:
        """The integral at the point, ∂_a^k under the integral sign; None where the integrand has no limit there."""
        key = point, derivative
        if key not in self._moved:
            self._moved[key] = self._moved_to(point, derivative)
        return self._moved[key]

    def _moved_to(self, point: Any, derivative: int) -> Problem | None:
        problem, a, x = self.problem, self.parameter, self.problem.variable
        moving = a in problem.lower.free_symbols | problem.upper.free_symbols
        if moving and derivative:
            return None
        lower, upper = (end.subs(a, point) for end in (problem.lower, problem.upper))
        given = self._given_at(point)
        if lower == upper:
            return Problem(sp.S.Zero, x, lower, upper, given)
        f = self.search.limited(1.0, sp.diff, problem.integrand, a, derivative) if derivative else problem.integrand
        there = None if f is None else limit_at(f, a, point, self.reach.side(point))
        if there is None or there.has(sp.zoo, sp.nan, sp.oo, sp.AccumBounds, sp.sign):
            return None
        return Problem(there, x, lower, upper, given)

    def _given_at(self, point: Any) -> list[Any]:
        """The assumptions at the point; those that fail there (it may lie on the edge) drop out."""
        moved = [relation.xreplace({self.parameter: point}) for relation in self.problem.given]
        return [relation for relation in moved if relation not in (sp.true, sp.false)]

    @property
    def far_end(self) -> Any | None:
        """∞ or −∞, whichever is an end of the range; None if neither is."""
        return sp.oo if sp.oo in self.reach.upper else -sp.oo if -sp.oo in self.reach.lower else None

    def leading(self) -> tuple[Any, Any, Solved | None] | None:
        """(φ, ∫ φ dx, the solved integral) with f − φ → 0 for large values of the parameter; None if it is unknown."""
        problem, a, x = self.problem, self.parameter, self.problem.variable
        if self.far_end is None or a in problem.lower.free_symbols | problem.upper.free_symbols:
            return None
        part = self.search.limited(2.0, leading_part, problem.integrand, a, x, self.far_end)
        if part is None or part == problem.integrand:
            return None
        if part == 0:
            return part, part, None
        if weight(part, x) >= self._weight:
            return None
        solved = self.search.solve(problem.with_(integrand=part), self.share)
        return None if solved is None or solved.value.has(sp.Piecewise) else (part, solved.value, solved)

    def far(self) -> str:
        """How the integral behaves for large values of the parameter, by the numbers: "decays", "bounded" or ""."""
        if self._far is None:
            self._far = self._far_away()
        return self._far

    def _far_away(self) -> str:
        if sp.oo not in self.reach.upper:
            return ""
        others = set(self.problem.parameters) - {self.parameter}
        samples = sampled(others, tuple(g for g in self.problem.given if self.parameter not in g.free_symbols))
        if others and not samples:
            return ""
        point = samples[0] if samples else {}
        sizes = []
        for scale in (6, 37, 211):
            at = {**point, self.parameter: sp.Integer(scale)}
            if any(relation.xreplace(at) == sp.false for relation in self.problem.given):
                return ""
            found = self.search.enclose(self.problem, at, 10)
            if found is None:
                break
            sizes.append(abs(found.mid))
        if len(sizes) < 2:
            return ""
        if all(later < 0.75 * before for before, later in pairwise(sizes)):
            return "decays"
        return "bounded" if sizes[-1] < 1.2 * sizes[0] else ""


def fixed(solution: GeneralSolution, conditions: Conditions) -> Iterator[Fixed]:
    """Members of the general solution that satisfy the conditions found; several, where they were found in several
    ways. Those that are singled out by conditions come before those whose constants are recognised numbers."""
    start = _Open(Space(solution.particular, solution.basis, solution.equation.variable))
    seen: list[Any] = []
    left_open: list[_Open] = []
    for found in _in_all_ways(start, solution.equation.order, conditions, left_open):
        if found.value not in seen:
            seen.append(found.value)
            yield found
            if len(seen) >= MOST_ATTEMPTS:
                return


def _in_all_ways(start: _Open, order: int, conditions: Conditions, left_open: list[_Open]) -> Iterator[Fixed]:
    for moves in _strategies(order):
        yield from _along(start, moves, conditions, left_open)
    if set(conditions.problem.parameters) == {conditions.parameter}:
        for now in dict.fromkeys(left_open):
            yield from _by_numbers(now, conditions)


Move = tuple[str, int]


def _strategies(order: int) -> list[list[Move]]:
    """Orders in which conditions are tried: what costs nothing first; then with the behaviour at ∞ first."""
    trivial, solved = [("trivial", k) for k in range(order)], [("solved", k) for k in range(order)]
    far: list[Move] = [("far", 0)]
    large: list[Move] = [("large", 0)]
    if order == 1:
        return [[*trivial, *far, *solved, ("solved", 1), *large, ("level", 0)]]
    return [
        [*far, trivial[0], solved[0], *trivial[1:], *solved[1:]],
        [*far, trivial[0], solved[0]],
        far,
        [*trivial, *solved],
        [trivial[0], *far, *solved, *trivial[1:]],
        large,
    ]


@dataclass(frozen=True)
class _Open:
    """A space of candidates and what has been used so far to narrow it."""

    space: Space
    used: tuple[Any, ...] = ()
    known: tuple[tuple[Value | Vanishing, Solved | None], ...] = ()
    basis: tuple[Any, ...] = ()


def _along(now: _Open, moves: list[Move], conditions: Conditions, left_open: list[_Open]) -> Iterator[Fixed]:
    """What the conditions of these kinds, in this order, single out; what they leave open is put on the list."""
    single = now.space.dimension == 1
    for kind, order in moves:
        for after in _moved(now, kind, order, conditions):
            if after.space.dimension == 0:
                yield Fixed(after.space.particular, after.used, after.known, basis=after.basis)
                if not single:
                    return
            else:
                now = after
    if now.space.dimension:
        left_open.append(now)


def _moved(now: _Open, kind: str, order: int, conditions: Conditions) -> Iterator[_Open]:
    """The candidates narrowed by conditions of one kind, each on top of the ones before."""
    if kind == "far":
        after = _by_behaviour(now, conditions)
        if after.space.dimension < now.space.dimension:
            yield after
        return
    if kind == "large":
        after = _by_leading_part(now, conditions)
        if after is not None:
            yield after
        return
    single = now.space.dimension == 1
    for point in conditions.points():
        if conditions.trivial(point, order) != (kind == "trivial") or (kind == "level" and not conditions.level(point)):
            continue
        value = conditions.level_value(point) if kind == "level" else conditions.value(point, order)
        side = conditions.reach.side(point)
        narrowed = None if value is None else _valued(now.space, point, side, value[0], order)
        if value is None or narrowed is None or narrowed.dimension >= now.space.dimension:
            continue
        condition = Value(point, value[0], order)
        grown, basis = ((), now.basis) if order else _unbounded(now, point, side)
        used = (*now.used, *((Bounded(grown, at=point),) if grown else ()), condition)
        after = _Open(narrowed, used, (*now.known, (condition, value[1])), basis)
        yield after
        if narrowed.dimension == 0 and not single:
            return
        now = now if single else after


def _by_behaviour(now: _Open, conditions: Conditions) -> _Open:
    """What stays bounded, or decays, at ∞ as the integral does by its numbers."""
    far = conditions.far()
    if not far:
        return now
    narrowed = now.space.bounded(sp.oo, "-")
    if narrowed is None:
        return now
    if narrowed.dimension < now.space.dimension:
        gone, basis = _unbounded(now, sp.oo, "-")
        now = _Open(narrowed, (*now.used, Bounded(gone)), now.known, basis)
    if far == "decays" and now.space.dimension:
        smaller = now.space.decaying(sp.oo, "-")
        if smaller is not None and smaller.dimension < now.space.dimension:
            gone = tuple(y for y in now.space.basis if y not in smaller.basis)
            now = _Open(smaller, (*now.used, Vanishing(gone)), now.known, now.basis)
    return now


def _by_leading_part(now: _Open, conditions: Conditions) -> _Open | None:
    """The solution that behaves for large values of the parameter as the integral of the integrand's leading part."""
    found = conditions.leading()
    if found is None or now.used:
        return None
    part, total, solved = found
    a, end = conditions.parameter, conditions.far_end
    side = conditions.reach.side(end)
    shifted = Space(now.space.particular - total, now.space.basis, a)
    narrowed = shifted.bounded(end, side)
    smaller = None if narrowed is None else narrowed.decaying(end, side)
    if narrowed is None or smaller is None or smaller.dimension == now.space.dimension:
        return None
    growing = [y for y in now.space.basis if y not in narrowed.basis]
    order = [*shifted.by_growth(growing, end, side), *(y for y in narrowed.basis if y not in smaller.basis)]
    particular = sp.expand(smaller.particular + total)
    condition = Vanishing(tuple(order), end, leading=total, integrand=part)
    return _Open(Space(particular, smaller.basis, a), (*now.used, condition), (*now.known, (condition, solved)))


def _valued(space: Space, point: Any, side: str, value: Any, order: int) -> Space | None:
    """The value imposed after what is unbounded at the point has been taken out."""
    narrowed = space.bounded(point, side, order)
    return None if narrowed is None else narrowed.with_value(point, side, value, order)


def _unbounded(now: _Open, point: Any, side: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The functions that one which is bounded towards the point cannot contain, and a basis of which they are part:
    where combinations of the others stay bounded, these combinations stand for them."""
    narrowed = now.space.bounded(point, side, 0)
    if narrowed is None or not narrowed.excluded:
        return (), now.basis
    if now.used or set(narrowed.basis) <= set(now.space.basis):
        return tuple(y for y in now.space.basis if y not in narrowed.basis), now.basis
    return narrowed.excluded, (*narrowed.excluded, *narrowed.basis)


def _by_numbers(now: _Open, conditions: Conditions) -> Iterator[Fixed]:
    """The open constants from values of the integral at random points, recognised as simple numbers: a guess."""
    space = now.space
    a = conditions.parameter
    points = sampled({a}, conditions.problem.given)[: space.dimension]
    if len(points) < space.dimension:
        return
    rows, right = [], []
    for point in points:
        found = conditions.search.enclose(conditions.problem, point, 30)
        if found is None:
            return
        value = sp.Float(found.mid.real, 38)
        rows.append([y.xreplace(point).evalf(40) for y in space.basis])
        right.append(value - space.particular.xreplace(point).evalf(40))
    try:
        numbers = sp.Matrix(rows).LUsolve(sp.Matrix(right))
    except (ValueError, ZeroDivisionError):
        return
    constants = [identified(number) for number in numbers]
    if any(c is None for c in constants):
        return
    value = space.particular + sp.Add(*[c * y for c, y in zip(constants, space.basis, strict=True)])
    yield Fixed(value, now.used, now.known, True, now.basis)
