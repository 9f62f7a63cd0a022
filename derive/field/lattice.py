"""Pairs (C, S) of circular or hyperbolic functions, their addition theorems, and rational relations of arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from .fraction import Fraction

if TYPE_CHECKING:
    from .tower import Tower


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
    """Rational c_i with target = Σ c_i known_i, or None."""
    if not known:
        return None
    for i, other in enumerate(known):
        if other.num == target.num and other.den == target.den:
            return [fmpq(int(i == j)) for j in range(len(known))]
    ring = tower.ring
    common = ring.ctx.constant(1)
    for s in (*known, target):
        common = common * (s.den // common.gcd(s.den))
    rows = [ring.reduce(s.num * (common // s.den)).to_dict() for s in (*known, target)]
    monomials = sorted({m for row in rows for m in row})
    matrix = fmpq_mat(len(monomials), len(known), [row.get(m, fmpq(0)) for m in monomials for row in rows[:-1]])
    right = fmpq_mat(len(monomials), 1, [rows[-1].get(m, fmpq(0)) for m in monomials])
    joint = fmpq_mat(
        len(monomials), len(rows), [row.get(m, fmpq(0)) for m in monomials for row in rows]
    )
    if joint.rank() != matrix.rank():
        return None
    normal = matrix.transpose() * matrix
    solution = normal.solve(matrix.transpose() * right)
    return [solution[i, 0] for i in range(len(known))]
