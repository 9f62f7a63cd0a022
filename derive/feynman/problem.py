"""A definite integral as a problem: the integrand, the variable with its limits, what is assumed of the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from derive.claim import Claim, assumptions, side
from derive.errors import DeriveError


@dataclass(frozen=True)
class Problem:
    """∫ f dx from `lower` to `upper`, for all parameters that their own assumptions and `given` admit.

    `variable` is a real symbol (another one is replaced by a real one of the same name). DeriveError if the variable
    occurs in the limits or in the assumptions, or if something is no SymPy expression.
    """

    integrand: Any
    variable: sp.Symbol
    lower: Any
    upper: Any
    given: tuple[Any, ...] = ()

    def __init__(self, integrand: Any, variable: Any, lower: Any, upper: Any, given: Iterable[Any] | Any = ()) -> None:
        f, lo, hi = side(integrand), side(lower), side(upper)
        if not isinstance(variable, sp.Symbol):
            raise DeriveError(f"the variable of integration must be a Symbol, not {variable!r}")
        stated = assumptions(given)
        if variable in lo.free_symbols | hi.free_symbols or any(variable in g.free_symbols for g in stated):
            raise DeriveError(f"{variable} is the variable of integration: it may not stand in limits or assumptions")
        x = sp.Symbol(variable.name, real=True)
        for name, value in (
            ("integrand", f.xreplace({variable: x})),
            ("variable", x),
            ("lower", lo),
            ("upper", hi),
            ("given", stated),
        ):
            object.__setattr__(self, name, value)

    @property
    def integral(self) -> sp.Integral:
        """The unevaluated SymPy integral."""
        return sp.Integral(self.integrand, (self.variable, self.lower, self.upper))

    @property
    def parameters(self) -> tuple[sp.Symbol, ...]:
        """The free symbols of the integral, by name."""
        return tuple(sorted(self.integral.free_symbols, key=lambda symbol: symbol.name))

    def claim(self, value: Any, *conditions: Any) -> Claim:
        """The claim that the integral has this value, under the assumptions and further conditions."""
        return Claim(self.integral, value, (*self.given, *conditions))

    def with_(self, **changes: Any) -> Problem:
        """The problem with some of its parts changed."""
        return replace(self, **changes)

    def xreplace(self, table: dict[Any, Any]) -> Problem:
        """The problem with parameters replaced, in the assumptions too (those that become true drop out)."""
        given = [g for g in (relation.xreplace(table) for relation in self.given) if g != sp.true]
        f, lo, hi = (part.xreplace(table) for part in (self.integrand, self.lower, self.upper))
        return Problem(f, self.variable, lo, hi, given)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two problems the same but for the name of the variable: used for cycle protection and memory."""
        x = sp.Symbol("x", real=True)
        return self.integrand.xreplace({self.variable: x}), self.lower, self.upper, frozenset(self.given)

    def __str__(self) -> str:
        from derive.printing import plain

        return plain(self.integral)
