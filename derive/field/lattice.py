"""Pairs (C, S) of circular or hyperbolic functions, their addition theorems, and rational relations of arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import fmpq, fmpq_mat
from sympy.core.function import AppliedUndef

from derive.exact.polys import Fraction

if TYPE_CHECKING:
    from derive.exact.tower import Tower


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


def jet_by_places(e: Any) -> tuple[Any, tuple[int, ...], tuple[Any, ...]] | None:
    """(f, orders, arguments) of ∂f/∂(argument), where the argument may itself be a function: ∂g(f(x), x)/∂f(x)."""
    if isinstance(e, sp.Subs):
        inner = jet_by_places(e.expr) if isinstance(e.expr, sp.Derivative) else None
        point = dict(zip(e.variables, e.point, strict=True))
        return None if inner is None else (inner[0], inner[1], tuple(arg.xreplace(point) for arg in inner[2]))
    base = e.expr
    if not isinstance(base, AppliedUndef):
        return None
    orders = [0] * len(base.args)
    for v, count in e.variable_count:
        sites = [k for k, arg in enumerate(base.args) if arg.has(v)]
        if len(sites) != 1 or base.args[sites[0]] != v or not count.is_Integer:
            return None
        orders[sites[0]] += int(count)
    return base.func, tuple(orders), base.args
