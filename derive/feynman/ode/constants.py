"""The constants in a general solution, one condition after the other: values at base points, boundedness, decay.

A space u = y_p + Σ c_j y_j loses a dimension for each function that must not occur (it grows where u stays bounded) and
for each value lim u^(k) = v.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.feynman.ode.reach import limit_at, settles


@dataclass(frozen=True)
class Space:
    """All functions particular + Σ c_j basis_j of the variable.

    `excluded`: what `bounded` took out, the fastest growing first; with the basis these span what there was before.
    """

    particular: Any
    basis: tuple[Any, ...]
    variable: sp.Symbol
    excluded: tuple[Any, ...] = ()

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
        own, functions, gone = self.particular, list(self.basis), ()
        for _ in range(2 * len(functions) + 1):
            limits = limits_of((own, *functions), a, point, side, derivative)
            if limits is None:
                return None
            growing = [f for f, value in zip(functions, limits[1:], strict=True) if value.is_infinite]
            if not growing:
                return Space(own, tuple(functions), a, gone) if not limits[0].is_infinite else None
            fastest = self._fastest(growing, point, side, derivative)
            others = [f for f in functions if f != fastest]
            reduced = None if fastest is None else self._reduced((own, *others), fastest, point, side, derivative)
            if reduced is None:
                # e^{ab} and e^{ac}, or waves: which is faster is open, and no combination of them is bounded.
                left = tuple(f for f in functions if f not in growing)
                return None if limits[0].is_infinite else Space(own, left, a, (*gone, *growing))
            own, functions, gone = reduced[0], reduced[1:], (*gone, fastest)
        return None

    def decaying(self, point: Any, side: str) -> Space | None:
        """Those that tend to 0: waves that do not decay are taken out, then the limits of the others are set to 0."""
        limits = limits_of((self.particular, *self.basis), self.variable, point, side, 0)
        if limits is None or not settles(limits[0]):
            return None
        kept = tuple(y for y, value in zip(self.basis, limits[1:], strict=True) if settles(value))
        return Space(self.particular, kept, self.variable).with_value(point, side, sp.S.Zero)

    def by_growth(self, functions: list[Any], point: Any, side: str) -> list[Any]:
        """The functions from the fastest growing to the slowest, as far as that is told."""
        left, order = list(functions), []
        while left:
            best = self._fastest(left, point, side, 0) or left[0]
            order.append(best)
            left.remove(best)
        return order

    def _fastest(self, growing: list[Any], point: Any, side: str, derivative: int) -> Any | None:
        best = growing[0]
        for other in growing[1:]:
            ratio = self._ratio(other, best, point, side, derivative)
            if ratio is None:
                return None
            if ratio.is_infinite:
                best = other
            elif not settles(ratio):
                return None
        return best

    def _ratio(self, f: Any, g: Any, point: Any, side: str, derivative: int) -> Any | None:
        a = self.variable
        return limit_at(sp.diff(f, a, derivative) / sp.diff(g, a, derivative), a, point, side)

    def _reduced(self, functions: Any, fastest: Any, point: Any, side: str, derivative: int) -> list[Any] | None:
        out = []
        for f in functions:
            g = self._without(f, fastest, point, side, derivative)
            if g is None:
                return None
            out.append(g)
        return out

    def _without(self, f: Any, fastest: Any, point: Any, side: str, derivative: int) -> Any | None:
        if f == 0:
            return f
        ratio = self._ratio(f, fastest, point, side, derivative)
        return None if ratio is None or not settles(ratio) else sp.expand(f - ratio * fastest)

    def with_value(self, point: Any, side: str, value: Any, derivative: int = 0) -> Space | None:
        """Those with lim u^(k) = value; self where the condition says nothing; None if it contradicts or is unclear."""
        a = self.variable
        limits = limits_of((self.particular, *self.basis), a, point, side, derivative)
        if limits is None or not all(settles(limit) for limit in limits):
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
