"""The constants in a general solution, one condition after the other: values at base points, boundedness, decay.

A space u = y_p + Σ c_j y_j loses a dimension for each function that must not occur (it grows where u stays bounded) and
for each value lim u^(k) = v.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.feynman.ode.reach import limit_at


@dataclass(frozen=True)
class Space:
    """All functions particular + Σ c_j basis_j of the variable."""

    particular: Any
    basis: tuple[Any, ...]
    variable: sp.Symbol

    @property
    def dimension(self) -> int:
        """How many constants are open."""
        return len(self.basis)

    def bounded(self, point: Any, side: str, derivative: int = 0) -> Space | None:
        """Those whose derivative of this order stays bounded towards the point; None if it cannot be told, or none do.

        What grows is taken out, the fastest first: with y_m the fastest, each other growing f is replaced by
        f − (lim f/y_m) y_m.
        """
        a = self.variable
        own, functions = self.particular, list(self.basis)
        for _ in range(2 * len(functions) + 1):
            limits = limits_of((own, *functions), a, point, side, derivative)
            if limits is None:
                return None
            growing = [f for f, value in zip(functions, limits[1:], strict=True) if not value.is_finite]
            if not growing:
                return Space(own, tuple(functions), a) if limits[0].is_finite else None
            fastest = self._fastest(growing, point, side, derivative)
            if fastest is None:
                # e^{ab} and e^{ac}: which is faster depends on b and c, and no combination of them is bounded.
                return Space(own, tuple(f for f in functions if f not in growing), a) if limits[0].is_finite else None
            functions.remove(fastest)
            reduced = [self._without(f, fastest, point, side, derivative) for f in (own, *functions)]
            if any(f is None for f in reduced):
                return None
            own, functions = reduced[0], reduced[1:]
        return None

    def _fastest(self, growing: list[Any], point: Any, side: str, derivative: int) -> Any | None:
        best = growing[0]
        for other in growing[1:]:
            ratio = self._ratio(other, best, point, side, derivative)
            if ratio is None:
                return None
            if not ratio.is_finite:
                best = other
        return best

    def _ratio(self, f: Any, g: Any, point: Any, side: str, derivative: int) -> Any | None:
        a = self.variable
        return limit_at(sp.diff(f, a, derivative) / sp.diff(g, a, derivative), a, point, side)

    def _without(self, f: Any, fastest: Any, point: Any, side: str, derivative: int) -> Any | None:
        if f == 0:
            return f
        ratio = self._ratio(f, fastest, point, side, derivative)
        return None if ratio is None or not ratio.is_finite else sp.expand(f - ratio * fastest)

    def with_value(self, point: Any, side: str, value: Any, derivative: int = 0) -> Space | None:
        """Those with lim u^(k) = value; self where the condition says nothing; None if it contradicts or is unclear."""
        a = self.variable
        limits = limits_of((self.particular, *self.basis), a, point, side, derivative)
        if limits is None or not all(limit.is_finite for limit in limits):
            return None
        gap = sp.expand(value - limits[0])
        pivots = [j for j, limit in enumerate(limits[1:]) if limit != 0]
        if not pivots:
            return self
        j = min(pivots, key=lambda index: sp.count_ops(limits[1 + index]))
        pivot, fixed = limits[1 + j], self.basis[j]
        particular = self.particular + sp.cancel(gap / pivot) * fixed
        basis = tuple(
            y if limits[1 + k] == 0 else y - limits[1 + k] / pivot * fixed for k, y in enumerate(self.basis) if k != j
        )
        return Space(particular, basis, a)


def limits_of(functions: tuple[Any, ...], a: sp.Symbol, point: Any, side: str, derivative: int) -> list[Any] | None:
    """The limits of the derivatives of this order, perhaps infinite; None if one was not found."""
    found = []
    for f in functions:
        value = limit_at(sp.diff(f, a, derivative), a, point, side)
        if value is None:
            return None
        found.append(value)
    return found
