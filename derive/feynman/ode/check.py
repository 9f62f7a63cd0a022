"""Whether an expression vanishes identically: exactly where decided, otherwise at random points to 25 digits."""

from __future__ import annotations

import random
from typing import Any

import sympy as sp
from mpmath.libmp import NoConvergence

from derive.feynman.limits import limited
from derive.field import is_zero
from derive.sampling import NoPoint, admissible

POINTS, DIGITS = 4, 25
_SECONDS = 2.0


def vanishes(expr: Any, given: tuple[Any, ...] = (), exact_seconds: float = 0.6) -> bool | None:
    """True: zero by normal form, or at four random admissible points |e| ≤ 10⁻²⁵ Σ |terms|. False: not. None: unknown.

    Only a filter for candidates: who uses them proves or judges the result again.
    """
    if expr == 0:
        return True
    decided = limited(2 * exact_seconds, _exact, expr, given, exact_seconds)
    return decided if decided is not None else limited(_SECONDS, _numerically, expr, given)


def _exact(expr: Any, given: tuple[Any, ...], seconds: float) -> bool | None:
    return is_zero(expr, given, timeout=seconds)


def _numerically(expr: Any, given: tuple[Any, ...]) -> bool | None:
    terms = sp.Add.make_args(sp.expand(expr))
    seen = 0
    try:
        for point in admissible(expr.free_symbols, given, random.Random(7), POINTS, real=True):
            values = [term.xreplace(point).evalf(DIGITS + 15) for term in terms]
            if not all(value.is_number and value.is_finite for value in values):
                continue
            size = sum(abs(value) for value in values)
            if abs(sum(values)) > sp.Float(10) ** (-DIGITS) * size:
                return False
            seen += 1
    except (NoPoint, NoConvergence, ValueError, TypeError, ZeroDivisionError):
        return None
    return True if seen >= POINTS // 2 else None
