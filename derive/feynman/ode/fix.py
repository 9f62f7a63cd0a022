"""The solution of an equation that is the integral: constants from base points, boundedness and decay.

The integral and its derivatives are evaluated at distinguished points of the parameter (0, ±1, the ends of its range, ∞),
where the integrand simplifies. Conditions are tried in several orders, since a derivative of the integral need not be
the integral of the derivative at an end of the range: what comes out is compared with the numbers each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from derive.feynman.ode.constants import Space
from derive.feynman.ode.identify import identified
from derive.feynman.ode.pieces import sampled
from derive.feynman.ode.reach import Reach, limit_at, reach
from derive.feynman.ode.solve import GeneralSolution
from derive.feynman.problem import Problem
from derive.feynman.proposal import Search, Solved
from derive.rules.ode import Bounded, Value, Vanishing

MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class Fixed:
    """A member of the general solution, with the conditions that singled it out, as the rule SolveODE states them.

    `known`: base point, order of the derivative and the solved integral there, where one was solved.
    """

    value: Any
    conditions: tuple[Any, ...]
    known: tuple[tuple[Value, Solved | None], ...] = ()
    guessed: bool = False


@dataclass
class Conditions:
    """What is known of an integral at the distinguished points of a parameter; each value is computed once."""

    problem: Problem
    parameter: sp.Symbol
    search: Search
    share: float = 0.2
    _values: dict[Any, tuple[Any, Solved | None] | None] = field(default_factory=dict)

    @property
    def reach(self) -> Reach:
        """The range of the parameter."""
        return reach(self.parameter, self.problem.given)

    def points(self) -> list[Any]:
        """Finite points in the closure of the range at which the integral may be simple: 0 first, then ends, ±1."""
        ends = [e for e in (*self.reach.lower, *self.reach.upper) if e.is_finite is not False and not e.is_infinite]
        found = [sp.S.Zero, *ends, sp.S.One, sp.S.NegativeOne]
        kept = [p for p in dict.fromkeys(found) if self._within(p)]
        return kept

    def _within(self, point: Any) -> bool:
        below = any((low - point).is_positive for low in self.reach.lower)
        above = any((point - high).is_positive for high in self.reach.upper)
        return not below and not above

    def value(self, point: Any, derivative: int = 0) -> tuple[Any, Solved | None] | None:
        """∂_a^k I at the point, with the solved integral it came from; None if unknown."""
        key = point, derivative
        if key not in self._values:
            self._values[key] = self._value(point, derivative)
        return self._values[key]

    def _value(self, point: Any, derivative: int) -> tuple[Any, Solved | None] | None:
        problem, a, x = self.problem, self.parameter, self.problem.variable
        moving = a in problem.lower.free_symbols | problem.upper.free_symbols
        if moving and derivative:
            return None
        lower, upper = (end.subs(a, point) for end in (problem.lower, problem.upper))
        if lower == upper:
            return sp.S.Zero, None
        f = self.search.limited(1.0, sp.diff, problem.integrand, a, derivative) if derivative else problem.integrand
        if f is None:
            return None
        there = limit_at(f, a, point, self.reach.side(point))
        if there is None or there.has(sp.zoo, sp.nan, sp.oo, sp.AccumBounds):
            return None
        if there == 0:
            return sp.S.Zero, None
        if there.has(sp.sign, sp.Abs):
            return None
        inner = Problem(there, x, lower, upper, self._given_at(point))
        solved = self.search.solve(inner, self.share)
        return None if solved is None or solved.value.has(sp.Piecewise) else (solved.value, solved)

    def _given_at(self, point: Any) -> list[Any]:
        """The assumptions at the point; those that fail there (it may lie on the edge) drop out."""
        moved = [relation.xreplace({self.parameter: point}) for relation in self.problem.given]
        return [relation for relation in moved if relation not in (sp.true, sp.false)]

    def far(self) -> str:
        """How the integral behaves for large values of the parameter, by the numbers: "decays", "bounded" or ""."""
        if sp.oo not in self.reach.upper:
            return ""
        others = set(self.problem.parameters) - {self.parameter}
        samples = sampled(others, tuple(g for g in self.problem.given if self.parameter not in g.free_symbols))
        if others and not samples:
            return ""
        point = samples[0] if samples else {}
        sizes = []
        for scale in (7, 71, 717):
            at = {**point, self.parameter: sp.Integer(scale)}
            if any(relation.xreplace(at) == sp.false for relation in self.problem.given):
                return ""
            found = self.search.enclose(self.problem, at, 10)
            if found is None:
                break
            sizes.append(abs(found.mid))
        if len(sizes) < 2:
            return ""
        if all(later < 0.75 * before for before, later in zip(sizes, sizes[1:], strict=False)):
            return "decays"
        return "bounded" if sizes[-1] < 1.2 * sizes[0] else ""


def fixed(solution: GeneralSolution, conditions: Conditions) -> Iterator[Fixed]:
    """Members of the general solution that satisfy the conditions found; several, where they were found in several
    ways."""
    start = Space(solution.particular, solution.basis, solution.equation.variable)
    seen: list[Any] = []
    for orders in _orders(start.dimension):
        for found in _along(start, orders, conditions):
            if found.value not in seen:
                seen.append(found.value)
                yield found
                if len(seen) >= MOST_ATTEMPTS:
                    return


def _orders(dimension: int) -> list[tuple[bool, bool]]:
    """Whether the behaviour at ∞ is used first, and whether derivatives at base points are used."""
    if dimension == 1:
        return [(False, False), (True, False), (False, True)]
    return [(True, False), (False, True), (True, True)]


def _along(space: Space, orders: tuple[bool, bool], conditions: Conditions) -> Iterator[Fixed]:
    far_first, derivatives = orders
    used: list[Any] = []
    known: list[tuple[Value, Solved | None]] = []
    if far_first:
        far = conditions.far()
        if not far:
            return
        narrowed = space.bounded(sp.oo, "-")
        if narrowed is not None and narrowed.dimension < space.dimension:
            gone = tuple(y for y in space.basis if y not in narrowed.basis)
            space, used = narrowed, [Bounded(gone)]
        if far == "decays" and space.dimension:
            narrowed = space.with_value(sp.oo, "-", sp.S.Zero)
            if narrowed is not None and narrowed.dimension < space.dimension:
                gone = tuple(y for y in space.basis if y not in narrowed.basis)
                space, used = narrowed, [*used, Vanishing(gone)]
    if space.dimension == 0:
        yield Fixed(space.particular, tuple(used), tuple(known))
        return
    for order in range(space.dimension if derivatives else 1):
        for point in conditions.points():
            if space.dimension == 0:
                break
            value = conditions.value(point, order)
            if value is None:
                continue
            narrowed = _valued(space, point, conditions.reach.side(point), value[0], order)
            if narrowed is None or narrowed.dimension == space.dimension:
                continue
            if space.dimension == 1 and not used and narrowed.dimension == 0:
                condition = Value(point, value[0], order)
                yield Fixed(narrowed.particular, (condition,), ((condition, value[1]),))
                continue
            space = narrowed
            used.append(Value(point, value[0], order))
            known.append((used[-1], value[1]))
    if space.dimension == 0:
        yield Fixed(space.particular, tuple(used), tuple(known))
    elif set(conditions.problem.parameters) == {conditions.parameter}:
        yield from _by_numbers(space, tuple(used), tuple(known), conditions)


def _valued(space: Space, point: Any, side: str, value: Any, order: int) -> Space | None:
    """The value imposed after what is unbounded at the point has been taken out."""
    narrowed = space.bounded(point, side, order)
    return None if narrowed is None else narrowed.with_value(point, side, value, order)


def _by_numbers(space: Space, used: Any, known: Any, conditions: Conditions) -> Iterator[Fixed]:
    """The open constants from values of the integral at random points, recognised as simple numbers: a guess."""
    a = conditions.parameter
    points = sampled({a}, conditions.problem.given)[: space.dimension]
    if len(points) < space.dimension:
        return
    rows, right = [], []
    for point in points:
        found = conditions.search.enclose(conditions.problem, point, 30)
        if found is None:
            return
        value = sp.Float(found.mid, 38)
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
    yield Fixed(value, used, known, guessed=True)
