"""Both sides of a claim at random admissible points, as balls where the oracle can prove them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import Claim
from derive.evidence import Counterexample
from derive.ladder.budget import Budget
from derive.sampling import NoPoint, admissible, with_functions

if TYPE_CHECKING:
    from numerics import Enclosure

CLOSED_FORM_POINTS, COSTLY_POINTS = 8, 4
REMEMBERED = 2000
_seen: dict[tuple[Any, ...], Enclosure] = {}
_COSTLY = (sp.Integral, sp.Sum, sp.Product, sp.Limit)


@dataclass(frozen=True)
class Pair:
    """The two sides at one point, with the coordinates as text and what unknown functions were taken to be."""

    point: tuple[tuple[str, str], ...]
    lhs: Enclosure
    rhs: Enclosure

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
    """Pairs of enclosures at up to the wanted number of points; a text for each point at which a side could not be evaluated.

    Stops at the deadline. The points depend on the seed alone, so a check can be repeated.
    """
    from numerics import NotEnclosed

    rng = random.Random(budget.seed)
    wanted = points_for(claim)
    lhs, rhs, chosen = _concrete(claim, rng)
    found = tried = 0
    free = lhs.free_symbols | rhs.free_symbols
    try:
        for point in admissible(free, claim.given, rng, 4 * wanted if free else (wanted if chosen else 1), real, edges):
            if budget.left <= 0.0 or found >= wanted or tried >= found + wanted:
                return
            tried += 1
            shown = tuple((str(symbol), str(value)) for symbol, value in sorted(point.items(), key=lambda item: str(item[0])))
            shown += tuple((f"{name}(…)", body) for name, body in chosen.items())
            try:
                left = _at(lhs, point, digits or budget.digits, budget)
                right = _at(rhs, point, digits or budget.digits, budget)
            except NotEnclosed as reason:
                yield f"{', '.join(f'{name} = {value}' for name, value in shown)}: {reason}"
                continue
            found += 1
            yield Pair(shown, left, right)
            if chosen:
                lhs, rhs, chosen = _concrete(claim, rng)
    except NoPoint as reason:
        yield str(reason)


def _at(side: Any, point: dict[sp.Symbol, sp.Expr], digits: int, budget: Budget) -> Enclosure:
    """The side at the point; lines of one derivation share sides, so a worker remembers what it has enclosed."""
    from numerics import enclose

    key = (side, frozenset((symbol, value) for symbol, value in point.items() if symbol in side.free_symbols), digits)
    if key not in _seen:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[key] = enclose(side, dict(key[1]), digits=digits, timeout=budget.share(0.5))
    return _seen[key]


def points_for(claim: Claim) -> int:
    """How many points are asked for: one if nothing is free, fewer where a side is costly."""
    if not claim.free_symbols and not any(side.atoms(sp.core.function.AppliedUndef) for side in (claim.lhs, claim.rhs)):
        return 1
    return COSTLY_POINTS if claim.lhs.has(*_COSTLY) or claim.rhs.has(*_COSTLY) else CLOSED_FORM_POINTS


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
    left = claim.lhs if isinstance(claim.lhs, sp.MatrixBase) else sp.Matrix(shape.rows, shape.cols, lambda i, j: claim.lhs)
    right = claim.rhs if isinstance(claim.rhs, sp.MatrixBase) else sp.Matrix(shape.rows, shape.cols, lambda i, j: claim.rhs)
    return [Claim(p, q, claim.given, claim.relation) for p, q in zip(left, right, strict=True)]
