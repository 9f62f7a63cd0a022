"""Two expressions compared: exactly in the differential field, else by values at random points to twenty digits."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

import mpmath
import sympy as sp

from derive.field import is_zero

DIGITS, SECONDS = 20, 4.0


def same(a: Any, b: Any, given: Iterable[Any] = (), at: Mapping[str, tuple[float, float]] | None = None) -> bool:
    """Whether a = b; `at` gives the range of a symbol by its name, the others range over (0.1, 0.9)."""
    a, b = sp.sympify(a), sp.sympify(b)
    if is_zero(a - b, tuple(given), timeout=SECONDS) is True:
        return True
    return all(abs(x - y) <= mpmath.mpf(10) ** -DIGITS * max(1, abs(y)) for x, y in values(a, b, at or {}))


def values(a: Any, b: Any, at: Mapping[str, tuple[float, float]], count: int = 3) -> list[tuple[Any, Any]]:
    """Both expressions at random points, by mpmath at 40 digits."""
    symbols = sorted(a.free_symbols | b.free_symbols, key=lambda s: s.name)
    rng, pairs = random.Random(7), []
    with mpmath.workdps(40):
        left, right = (sp.lambdify(symbols, e.doit(), "mpmath") for e in (a, b))
        for _ in range(count):
            point = [mpmath.mpf(rng.randint(1, 999)) / 1000 for _ in symbols]
            spread = [at.get(s.name, (0.1, 0.9)) for s in symbols]
            point = [low + (mpmath.mpf(high) - low) * u for u, (low, high) in zip(point, spread, strict=True)]
            pairs.append((mpmath.mpmathify(left(*point)), mpmath.mpmathify(right(*point))))
    return pairs
