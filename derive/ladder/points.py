"""Both sides of a claim at random admissible points, as balls where the oracle can prove them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import Claim
from derive.evidence import Counterexample
from derive.ladder.budget import Budget
from derive.sampling import NoPoint, admissible, with_functions

if TYPE_CHECKING:
    from numerics import Enclosure

CLOSED_FORM_POINTS, COSTLY_POINTS, ITERATED_POINTS = 8, 4, 2
EDGE_POINTS, COSTLY_EDGE_POINTS, EDGE_SHARE = 8, 2, 0.15
FAR_CANDIDATES, FAR_POINTS, FAR = 8, 2, 7
REMEMBERED = 2000
_seen: dict[tuple[Any, ...], Enclosure] = {}
COSTLY = (sp.Integral, sp.Sum, sp.Product, sp.Limit)


@dataclass(frozen=True)
class Pair:
    """The two sides at one point, with the coordinates as text and what unknown functions were taken to be."""

    point: tuple[tuple[str, str], ...]
    lhs: Enclosure
    rhs: Enclosure
    off_the_line: bool = False  # a coordinate is not real
    at: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    @property
    def rigorous(self) -> bool:
        """True if both sides are proven balls."""
        return self.lhs.rigorous and self.rhs.rigorous

    def counterexample(self) -> Counterexample:
        """This point as the place where the claim fails."""
        return Counterexample(self.point, _value(self.lhs), _value(self.rhs))


def survey(
    claim: Claim, budget: Budget, real: bool = False, digits: int | None = None, edges: bool = False
) -> Iterator[Pair | str]:
    """Pairs of enclosures at up to the wanted number of points; a text for each point at which a side could not be
    evaluated.

    Where both sides are proven there, also at points with a coordinate at a bound or at 0, which random points miss,
    and, before all others, farther out where an end of an integral moves.
    Stops at the deadline. The points depend on the seed alone, so a check can be repeated.
    """
    from numerics import NotEnclosed

    rng = random.Random(budget.seed)
    wanted = points_for(claim)
    lhs, rhs, chosen = _concrete(claim, rng)
    found = tried = 0
    wide = not (lhs.has(*COSTLY) or rhs.has(*COSTLY))
    edge_points = EDGE_POINTS if wide else COSTLY_EDGE_POINTS
    free = lhs.free_symbols | rhs.free_symbols
    try:
        if free and _moving_ends(lhs, rhs):  # an antiderivative may jump farther out; first, before a deadline
            yield from _proven(lhs, rhs, _far(lhs, rhs, claim, budget.seed, real), chosen, digits, budget)
        for point in admissible(
            free, claim.given, rng, 4 * wanted if free else (wanted if chosen else 1), real, edges, wide
        ):
            if budget.left <= 0.0 or found >= wanted or tried >= found + wanted:
                break
            if not (_kept(lhs, point) and _kept(rhs, point)):
                continue
            tried += 1
            shown = _shown(point, chosen)
            try:
                left = _at(lhs, point, digits or budget.digits, budget)
                right = _at(rhs, point, digits or budget.digits, budget)
            except NotEnclosed as reason:
                yield f"{', '.join(f'{name} = {value}' for name, value in shown)}: {reason}"
                continue
            found += 1
            yield Pair(shown, left, right, not all(value.is_real for value in point.values()), tuple(point.items()))
            if chosen:
                lhs, rhs, chosen = _concrete(claim, rng)
        if found:
            edge = admissible(free, claim.given, rng, edge_points if free else 0, real, edges=True)
            yield from _proven(lhs, rhs, edge, chosen, digits, budget)
    except NoPoint as reason:
        if not found:
            yield str(reason)


def _proven(
    lhs: Any, rhs: Any, points: Iterable[Any], chosen: dict[str, str], digits: int | None, budget: Budget
) -> Iterator[Pair]:
    """The pairs at those of the points at which both sides are proven, each for a small share of the time."""
    from numerics import NotEnclosed

    with suppress(NoPoint):
        for point in points:
            if budget.left > 0.0 and _kept(lhs, point) and _kept(rhs, point):
                with suppress(NotEnclosed):
                    left, right = (_at(side, point, digits or budget.digits, budget, EDGE_SHARE) for side in (lhs, rhs))
                    pair = Pair(_shown(point, chosen), left, right)
                    if pair.rigorous:
                        yield pair


def _moving_ends(*sides: Any) -> list[Any]:
    """upper - lower for each integral of which an end has a symbol."""
    integrals = (node for side in sides for node in side.atoms(sp.Integral))
    ends = (limit[1:] for node in integrals for limit in node.limits if len(limit) == 3)
    return [upper - lower for lower, upper in ends if lower.free_symbols or upper.free_symbols]


def _far(lhs: Any, rhs: Any, claim: Claim, seed: int, real: bool) -> list[dict[sp.Symbol, sp.Expr]]:
    """Of some points far out those at which the integrals with moving ends reach farthest: a jump lies within most
    surely there."""
    free, ranges = lhs.free_symbols | rhs.free_symbols, _moving_ends(lhs, rhs)

    def reach(point: dict[sp.Symbol, sp.Expr]) -> float:
        lengths = (sp.N(sp.Abs(length.xreplace(point)), 5) for length in ranges)
        return sum(float(length) for length in lengths if length.is_Float)

    points: list[dict[sp.Symbol, sp.Expr]] = []
    with suppress(NoPoint):
        points.extend(admissible(free, claim.given, random.Random(seed), FAR_CANDIDATES, real, stretch=FAR))
    return sorted(points, key=reach, reverse=True)[:FAR_POINTS]


def pair_at(claim: Claim, point: dict[sp.Symbol, sp.Expr], budget: Budget) -> Pair | None:
    """Both sides at one point; None where they are not both enclosed."""
    from numerics import NotEnclosed

    with suppress(NotEnclosed):
        left, right = (_at(side, point, 20, budget, EDGE_SHARE) for side in (claim.lhs, claim.rhs))
        return Pair(_shown(point, {}), left, right)
    return None


def _shown(point: dict[sp.Symbol, sp.Expr], chosen: dict[str, str]) -> tuple[tuple[str, str], ...]:
    shown = tuple((str(symbol), str(value)) for symbol, value in sorted(point.items(), key=lambda item: str(item[0])))
    return shown + tuple((f"{name}(…)", body) for name, body in chosen.items())


def _kept(side: Any, point: dict[sp.Symbol, sp.Expr]) -> bool:
    """Putting in the point leaves every integral, sum, limit and derivative standing: 0·∫ is 0 to SymPy, also if ∫
    diverges."""
    if not side.has(*COSTLY, sp.Derivative):
        return True
    if any(
        node.has(symbol) for node in side.atoms(sp.Derivative) for symbol in node.variables if point.get(symbol) == 0
    ):
        return False
    return _standing(side.xreplace(point)) == _standing(side) if 0 in point.values() else True


def _standing(side: Any) -> int:
    return sum(isinstance(node, (*COSTLY, sp.Derivative)) for node in sp.preorder_traversal(side))


def _at(side: Any, point: dict[sp.Symbol, sp.Expr], digits: int, budget: Budget, share: float = 0.5) -> Enclosure:
    """The side at the point; lines of one derivation share sides, so a worker remembers what it has enclosed."""
    from numerics import enclose

    key = (side, frozenset((symbol, value) for symbol, value in point.items() if symbol in side.free_symbols), digits)
    if key not in _seen:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[key] = enclose(side, dict(key[1]), digits=digits, timeout=budget.share(share))
    return _seen[key]


def points_for(claim: Claim) -> int:
    """How many points are asked for: one if nothing is free, fewer where a side is costly."""
    if not claim.free_symbols and not any(side.atoms(sp.core.function.AppliedUndef) for side in (claim.lhs, claim.rhs)):
        return 1
    nodes = claim.lhs.atoms(*COSTLY) | claim.rhs.atoms(*COSTLY)
    if any(node.args[0].has(*COSTLY) or len(node.args) > 2 for node in nodes if not isinstance(node, sp.Limit)):
        return ITERATED_POINTS
    return COSTLY_POINTS if nodes else CLOSED_FORM_POINTS


def _concrete(claim: Claim, rng: random.Random) -> tuple[Any, Any, dict[str, str]]:
    pair, chosen = with_functions(sp.Tuple(claim.lhs, claim.rhs), rng)
    return pair[0], pair[1], chosen


def _value(enclosure: Enclosure) -> str:
    import mpmath

    return f"{mpmath.nstr(enclosure.mid, 18)} ± {mpmath.nstr(enclosure.radius, 2)}"


def entries(claim: Claim) -> list[Claim]:
    """A claim between matrices as claims between their entries; any other claim as it is."""
    if not isinstance(claim.lhs, sp.MatrixBase) and not isinstance(claim.rhs, sp.MatrixBase):
        return [claim]
    shape = claim.lhs if isinstance(claim.lhs, sp.MatrixBase) else claim.rhs
    left = (
        claim.lhs if isinstance(claim.lhs, sp.MatrixBase) else sp.Matrix(shape.rows, shape.cols, lambda i, j: claim.lhs)
    )
    right = (
        claim.rhs if isinstance(claim.rhs, sp.MatrixBase) else sp.Matrix(shape.rows, shape.cols, lambda i, j: claim.rhs)
    )
    return [Claim(p, q, claim.given, claim.relation) for p, q in zip(left, right, strict=True)]
