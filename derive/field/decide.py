"""The zero test of expressions by the field, and where that does not fit or decide, by `derive.exact`."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.errors import Undecided
from derive.exact import is_zero as zero_by_tower
from derive.exact.budget import Budget

from .errors import FieldError
from .field import Field

_SECONDS = 20.0


def is_zero(expr: Any, given: Any = (), *, timeout: float | None = None) -> bool | None:
    """True: identically zero on the domain, proven. False: proven not to be. None: not decided."""
    if isinstance(expr, sp.MatrixBase):
        answers = [is_zero(e, given, timeout=timeout) for e in expr]
        return False if False in answers else None if None in answers else True
    expr, budget = sp.sympify(expr, strict=True), Budget(_SECONDS if timeout is None else timeout)
    if not isinstance(expr, sp.Expr):
        return None
    try:
        return Field(sorted(expr.free_symbols, key=lambda s: s.sort_key()), given, budget=budget)(expr).is_zero()
    except (FieldError, Undecided, RecursionError):
        return zero_by_tower(expr, given, timeout=max(budget.left(_SECONDS), 0.1))
