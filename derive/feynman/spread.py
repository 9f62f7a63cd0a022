"""Points of the region of parameters that reach its corners: all signs and orders, sizes far below and above 1."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import combinations, islice, permutations
from typing import Any

import sympy as sp

from derive.sampling import NoPoint, admissible, fits

Point = dict[sp.Symbol, Any]
CANDIDATES, MIXTURES = 24, 40


def spread(
    symbols: Iterable[sp.Symbol], given: tuple[Any, ...], seed: int = 0, watched: Iterable[Any] = ()
) -> Iterator[Point]:
    """Exact admissible points, each chosen to differ as much as it can from those before it.

    Two points differ in kind if a parameter or one of the `watched` expressions differs in sign, a parameter lies on
    the other side of ±1, two parameters (or their moduli) are ordered otherwise, or a parameter has another order of
    size or stands in another fifth of its values. The first point is of modest size. Raises NoPoint if the assumptions
    leave nothing (or nothing that random points hit).
    """
    names = sorted(set(symbols), key=lambda symbol: symbol.name)
    if not names:
        yield {}
        return
    rng = random.Random(seed)
    wanted = set(names)
    pool = list(admissible(wanted, given, rng, CANDIDATES, real=True, wide=True))
    pool += list(_mixed(pool, names, given, rng))
    watched = tuple(watched)
    kinds = [_kind(point, names, watched) for point in pool]
    for name in names:
        ranked = sorted(range(len(pool)), key=lambda index: float(sp.re(pool[index][name])))
        for rank, index in enumerate(ranked):
            kinds[index].add((name, "fifth", 5 * rank // len(pool)))
    seen: set[Any] = set()
    left = list(range(len(pool)))
    left.sort(key=lambda index: _size(pool[index]))
    while left:
        best = max(left, key=lambda index: len(kinds[index] - seen)) if seen else left[len(left) // 4]
        left.remove(best)
        seen |= kinds[best]
        yield pool[best]


SIMPLE = tuple(map(sp.Rational, ("1", "2", "1/2", "3", "1/3", "-1", "3/2", "4", "-2")))


def simple_point(problem: Any) -> Point | None:
    """An admissible point of small numbers, all different; None if there is none among a few, {} where nothing is
    free."""
    names = problem.parameters
    for numbers in islice(permutations(SIMPLE, len(names)), 60) if len(names) <= len(SIMPLE) else ():
        point = dict(zip(names, numbers, strict=True))
        if all(fits(name, value) for name, value in point.items()) and all(
            relation.xreplace(point) == sp.true for relation in problem.given
        ):
            return point
    return None


def _mixed(pool: list[Point], names: list[sp.Symbol], given: tuple[Any, ...], rng: random.Random) -> Iterator[Point]:
    """Coordinates of different points put together, so that large and small ones meet."""
    if len(names) < 2:
        return
    for _ in range(MIXTURES):
        point = {name: rng.choice(pool)[name] for name in names}
        if all(relation.xreplace(point) == sp.true for relation in given) and all(
            fits(name, value) for name, value in point.items()
        ):
            yield point


def _kind(point: Point, names: list[sp.Symbol], watched: tuple[Any, ...]) -> set[Any]:
    values = {name: complex(point[name]) for name in names}
    found: set[Any] = set()
    for name, value in values.items():
        size = abs(value)
        found |= {(name, "sign", value.real > 0), (name, "unit", size > 1), (name, "size", _magnitude(size))}
    for one, other in combinations(names, 2):
        found |= {
            (one, other, values[one].real > values[other].real),
            (one, other, "moduli", abs(values[one]) > abs(values[other])),
        }
    for expression in watched:
        here = expression.xreplace(point)
        if here in (sp.true, sp.false):
            found.add((expression, here == sp.true))
        elif isinstance(here, sp.Expr) and here.is_number:
            found.add((expression, bool(sp.N(here, 15).is_positive)))
    return found


def _magnitude(size: float) -> int:
    """−1, 0, 1 for small, modest and large."""
    return -1 if size < 0.05 else 1 if size > 6 else 0


def _size(point: Point) -> float:
    return sum(abs(abs(complex(value)) - 1.3) for value in point.values())


__all__ = ["NoPoint", "Point", "simple_point", "spread"]
