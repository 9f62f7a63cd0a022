"""Products of sines, cosines and exponentials as sums of single waves A e^{−p} cos q + B e^{−p} sin q."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp


def waves(factors: Iterable[Any]) -> list[tuple[Any, Any, str]]:
    """A product of nonnegative integer powers of sines and cosines as Σ coefficient · cos(phase) or sin(phase).

    Entries (coefficient, phase, "cos" | "sin"); a constant is (c, 0, "cos"). Phases come out up to sign, once each.
    """
    table: dict[Any, Any] = {sp.S.Zero: sp.S.One}
    for factor in factors:
        base, power = factor.as_base_exp()
        phase = sp.expand(base.args[0])
        half = sp.Rational(1, 2) if isinstance(base, sp.cos) else 1 / (2 * sp.I)
        minus = half if isinstance(base, sp.cos) else -half
        for _ in range(int(power)):
            new: dict[Any, Any] = {}
            for frequency, c in table.items():
                for sign, weight in ((1, half), (-1, minus)):
                    key = sp.expand(frequency + sign * phase)
                    new[key] = new.get(key, 0) + c * weight
            table = new
    found: list[tuple[Any, Any, str]] = []
    while table:
        phase, c = next(iter(table.items()))
        table.pop(phase)
        if phase == 0:
            found.append((c, phase, "cos"))
            continue
        other = table.pop(-phase, sp.S.Zero)
        if phase.could_extract_minus_sign():
            phase, c, other = -phase, other, c
        found.append((c + other, phase, "cos"))
        found.append((sp.expand(sp.I * (c - other)), phase, "sin"))
    return [entry for entry in found if entry[0] != 0]


def is_wave(factor: Any) -> bool:
    """A sine or cosine to a positive integer power."""
    base, power = factor.as_base_exp()
    return isinstance(base, (sp.sin, sp.cos)) and power.is_Integer and bool(power > 0)


def monomials(f: Any, x: sp.Symbol) -> dict[Any, Any] | None:
    """{r: c} with f = Σ c x^r for positive x, r free of x; None if f is not of that form."""
    table: dict[Any, Any] = {}
    for term in sp.Add.make_args(sp.expand(f)):
        if term == 0:
            continue
        c, rest = term.as_independent(x, as_Add=False)
        base, power = rest.as_base_exp() if rest != 1 else (x, sp.S.Zero)
        if base != x or x in power.free_symbols:
            return None
        table[power] = table.get(power, 0) + c
    return {r: c for r, c in table.items() if c != 0}


def binomial(f: Any, x: sp.Symbol) -> tuple[Any, Any, Any] | None:
    """(c, d, r) with f = c + d x^r, c, d ≠ 0; None if f is not of that form."""
    table = monomials(f, x)
    if table is None or len(table) != 2 or 0 not in table:
        return None
    (r,) = (power for power in table if power != 0)
    return table[sp.S.Zero], table[r], r
