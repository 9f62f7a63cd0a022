"""Where an inequality is most in danger: descent on rhs − lhs from admitted points, by floating-point numbers.

Random points miss the small region in which a bound fails (ε/(ε² + x²) ≤ 1000 near ε = x = 0). What descent finds is a
suspicion: the point is exact and admitted, and the caller encloses both sides there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import sympy as sp

from derive.ladder.attempt import STUMBLES
from derive.sampling import fits

EVALUATIONS, STARTS = 400, 4
_FACTORS = (Fraction(1, 8), Fraction(7, 8), Fraction(9, 8), Fraction(8))
_STEPS = (Fraction(1, 4), Fraction(1, 64), Fraction(1, 4096))


def lowest(
    gap: sp.Expr, given: tuple[Any, ...], starts: Iterable[dict[sp.Symbol, sp.Expr]]
) -> dict[Any, sp.Expr] | None:
    """An admitted point at which the gap seems to be negative; None if descent from the starts finds none."""
    value = _numeric(gap)
    left = EVALUATIONS
    for start in list(starts)[:STARTS]:
        if value is None or not start or not all(v.is_Rational for v in start.values()):
            continue
        point = {symbol: Fraction(int(v.p), int(v.q)) for symbol, v in start.items()}
        best, improved = value(point), True
        while improved and left > 0 and best is not None:
            improved = False
            for trial in _neighbours(point):
                left -= 1
                found = value(trial)
                if found is not None and found < best and _admitted(trial, given):
                    point, best, improved = trial, found, True
                    if best < 0:
                        return _exact(point)
                if left <= 0:
                    break
    return None


def _neighbours(point: dict[sp.Symbol, Fraction]) -> Iterable[dict[sp.Symbol, Fraction]]:
    """One coordinate scaled towards or away from 0, moved by a step, rounded, or made equal to another one."""
    for symbol, at in point.items():
        moved = [at * factor for factor in _FACTORS] + [at + sign * step for step in _STEPS for sign in (-1, 1)]
        moved += [Fraction(round(2 * at), 2), *point.values()]
        for new in moved:
            new = new.limit_denominator(10**8)
            if new != at and not (symbol.is_integer and new.denominator != 1):
                yield {**point, symbol: new}


def _numeric(gap: sp.Expr) -> Callable[[dict[sp.Symbol, Fraction]], float | None] | None:
    symbols = sorted(gap.free_symbols, key=str)
    try:
        function = sp.lambdify(symbols, gap, modules=["math", "mpmath"])
    except STUMBLES:
        return None

    def value(point: dict[sp.Symbol, Fraction]) -> float | None:
        try:
            found = float(function(*(float(point[symbol]) for symbol in symbols)))
        except (*STUMBLES, NameError, OverflowError):
            return None
        return found if math.isfinite(found) else None

    return value


def _exact(point: dict[sp.Symbol, Fraction]) -> dict[Any, sp.Expr]:
    return {symbol: sp.Rational(v.numerator, v.denominator) for symbol, v in point.items()}


def _admitted(point: dict[sp.Symbol, Fraction], given: tuple[Any, ...]) -> bool:
    exact = _exact(point)
    return all(fits(symbol, v) for symbol, v in exact.items()) and all(
        relation.xreplace(exact) == sp.true for relation in given
    )
