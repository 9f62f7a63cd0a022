"""Coefficients as a person would write them: one short form out of several that are equal in the differential field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from derive.errors import DeriveError
from derive.exterior.scalars import field_of

LARGE = 400


def exact(expr: Any) -> Any:
    """The expression with every decimal as the rational that it writes: 0.3 as 3/10."""
    floats = expr.atoms(sp.Float) if isinstance(expr, sp.Basic) else ()
    return expr.xreplace({f: sp.Rational(str(f)) for f in floats if f.is_finite}) if floats else expr


def tidy(expr: Any, variables: Iterable[sp.Symbol] = (), given: tuple[Any, ...] = ()) -> Any:
    """The shortest of: the expression, its normal form in the differential field, and that expanded or factored.

    All are equal by exact arithmetic. What does not fit a field (unknown functions under integrals …) is returned with
    its rational structure cancelled only.
    """
    e = sp.sympify(expr, strict=True)
    if e.is_number or e.is_Symbol:
        return e
    candidates = [e]
    try:
        candidates.append(field_of(tuple(variables), given)(e).expr())
    except DeriveError:
        candidates.append(sp.factor_terms(e))
    if e.count_ops() < LARGE:
        opened = sp.expand(candidates[1])
        candidates += [opened, sp.factor_terms(candidates[1]), sp.factor_terms(opened)]
    if any(p.exp.free_symbols for p in e.atoms(sp.Pow)) and e.count_ops() < LARGE:
        candidates += [sp.powsimp(c) for c in candidates]
    return min(candidates, key=lambda c: (c.count_ops(), len(str(c))))


def tidy_matrix(matrix: Any, variables: Iterable[sp.Symbol] = (), given: tuple[Any, ...] = ()) -> Any:
    """`tidy` on every entry."""
    names = tuple(variables)
    return sp.ImmutableDenseMatrix(matrix.rows, matrix.cols, [tidy(entry, names, given) for entry in matrix])
