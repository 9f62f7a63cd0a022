"""Pairs (C, S) of circular or hyperbolic functions, their addition theorems, and rational relations of arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from derive.exact.budget import OutOfReach

from .fraction import Fraction

if TYPE_CHECKING:
    from .tower import Tower


_MAX_MONOMIALS = 3000


@dataclass(frozen=True)
class Pair:
    """C = cos or cosh, S = sin or sinh of `argument`, with S² = sigma·(1 − C²)."""

    argument: Fraction
    even: int
    odd: int
    sigma: int


Turn = tuple[Fraction, Fraction]


def compose(a: Turn, b: Turn, sigma: int) -> Turn:
    """Addition theorems: C(a+b) = C C − sigma S S, S(a+b) = S C + C S."""
    if a[1].is_zero() and a[0].constant() == 1:
        return b
    odd = a[1] * b[1]
    return a[0] * b[0] + (-odd if sigma == 1 else odd), a[1] * b[0] + a[0] * b[1]


def rational_relation(known: list[Fraction], target: Fraction, tower: Tower) -> list[Any] | None:
    """Rational c_i with target = Σ c_i known_i, or None, by elimination on the numerators over one denominator."""
    if not known:
        return None
    for i, other in enumerate(known):
        if other.num == target.num and other.den == target.den:
            return [fmpq(int(i == j)) for j in range(len(known))]
    ring = tower.ring
    common = ring.one
    for s in (*known, target):
        common = ring.multiply(common, s.den // ring.gcd(common, s.den))
        ring.budget.size(len(common))
    rows = [ring.times(s.num, common // s.den).to_dict() for s in (*known, target)]
    monomials = sorted({m for row in rows for m in row})
    if len(monomials) > _MAX_MONOMIALS:
        raise OutOfReach("arguments with very many terms")
    if not set(rows[-1]) <= {m for row in rows[:-1] for m in row}:
        return None
    matrix = fmpq_mat(len(monomials), len(rows), [row.get(m, fmpq(0)) for m in monomials for row in rows])
    reduced, rank = matrix.rref()
    last = len(known)
    pivots = [next(j for j in range(last + 1) if reduced[i, j] != 0) for i in range(rank)]
    if last in pivots:
        return None
    solution = [fmpq(0)] * last
    for i, j in enumerate(pivots):
        solution[j] = reduced[i, last]
    return solution
