"""What is worth telling of an integral of which no closed form was found: its equation, initial values, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

PRIMES = ("", "′", "″", "‴")


def named(a: sp.Symbol, order: int = 0, at: Any = None) -> str:
    """I(a), I′(a), …, I⁗ as I^(4)(a): the integral as a function of a parameter, in text."""
    from derive.printing import plain

    marks = PRIMES[order] if order < len(PRIMES) else f"^({order})"
    return f"I{marks}({plain(a if at is None else at)})"


@dataclass(frozen=True)
class FoundEquation:
    """Σ p_i(a) ∂_a^i I(a) = right for the integral I: `operator` = (p_0, …, p_n)."""

    integral: Any
    parameter: sp.Symbol
    operator: tuple[Any, ...]
    right: Any

    @property
    def order(self) -> int:
        """The order of the equation."""
        return len(self.operator) - 1

    def left(self, unknown: Any) -> Any:
        """Σ p_i ∂_a^i applied to an expression."""
        return sp.Add(*(p * sp.diff(unknown, self.parameter, i) for i, p in enumerate(self.operator)))

    def __str__(self) -> str:
        from derive.printing import plain

        text = ""
        for i, p in reversed(list(enumerate(self.operator))):
            if p == 0:
                continue
            p, sign = (-p, "−") if sp.sympify(p).could_extract_minus_sign() else (p, "+")
            factor = "" if p == 1 else f"({plain(p)})·" if p.is_Add else f"{plain(p)}·"
            lead = f" {sign} " if text else "−" if sign == "−" else ""
            text += f"{lead}{factor}{named(self.parameter, i)}"
        return f"{text} = {plain(self.right)}"


@dataclass(frozen=True)
class FoundDerivative:
    """∂_a I = rate, of which no antiderivative that fits was found."""

    parameter: sp.Symbol
    rate: Any

    def __str__(self) -> str:
        from derive.printing import plain

        return f"{named(self.parameter, 1)} = {plain(self.rate)}"


@dataclass(frozen=True)
class InitialValue:
    """∂_a^order I at a = point, a limit from inside where the point is an end: `value`, the integral `integral`."""

    parameter: sp.Symbol
    point: Any
    order: int
    integral: Any
    value: Any

    def __str__(self) -> str:
        from derive.printing import plain

        return f"{named(self.parameter, self.order, self.point)} = {plain(self.integral)} = {plain(self.value)}"
