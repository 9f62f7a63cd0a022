"""The zero test of expressions by the field, and where that does not fit or decide, by `derive.exact`."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.errors import Undecided
from derive.exact import is_zero as zero_by_tower

from .errors import FieldError
from .field import Field


def is_zero(expr: Any, given: Any = (), *, timeout: float | None = None) -> bool | None:
    """True: identically zero on the domain, proven. False: proven not to be. None: not decided."""
    if isinstance(expr, sp.MatrixBase):
        answers = [is_zero(e, given, timeout=timeout) for e in expr]
        return False if False in answers else None if None in answers else True
    expr = sp.sympify(expr)
    try:
        K = Field(sorted(expr.free_symbols, key=lambda s: s.sort_key()), given)
        return K(expr).is_zero()
    except (FieldError, Undecided, RecursionError):
        pass
    return zero_by_tower(expr, given, timeout=timeout)
