"""The polynomial ring under a field: Q[generators] modulo relations g^n = tail, reduced in C where possible.

Law: `reduce` returns the only representative of degree below n in every algebraic generator g.
"""

from __future__ import annotations

from typing import Any

from derive.exact.budget import Budget
from derive.exact.polys import Poly, Ring

_CAPACITY = 6


def wide_budget() -> Budget:
    """Caps only against sizes that no memory holds: a field is asked for results, not for a quick opinion."""
    return Budget(None, max_terms=2_000_000, max_work=10**10, max_generators=4_000, max_nodes=10**8)


class FieldRing(Ring):
    """A `Ring` whose relations are applied by exact division when g^n leads in the monomial order."""

    def __init__(self, budget: Budget) -> None:
        self.moduli: dict[int, Poly] = {}
        self.algebraic: list[tuple[int, int]] = []
        super().__init__(budget, _CAPACITY)

    def _open(self, capacity: int) -> None:
        super()._open(capacity)
        self.moduli = {index: modulus.project_to_context(self.ctx) for index, modulus in self.moduli.items()}
        self.one = self.ctx.constant(1)
        self.nil = self.ctx.constant(0)

    def relate(self, index: int, degree: int, tail: Poly) -> None:
        super().relate(index, degree, tail)
        top = self.ctx.gen(index) ** degree
        modulus = top - self.lift(tail)
        if modulus.monomial(0) == top.monomial(0):
            self.moduli[index] = modulus
        self.algebraic = sorted(((i, d) for i, (d, _) in self.relations.items()), reverse=True)

    def reduce(self, poly: Poly) -> Poly:
        """Remainder modulo all relations, newest generator first."""
        poly = self.lift(poly)
        if not self.algebraic:
            return poly
        degrees = poly.degrees()
        if all(degrees[i] < d for i, d in self.algebraic):
            return poly
        for index, degree in self.algebraic:
            modulus = self.moduli.get(index)
            if modulus is not None:
                if poly.degrees()[index] >= degree:
                    poly = divmod(poly, modulus)[1]
                continue
            tail = self.lift(self.relations[index][1])
            while poly.degrees()[index] >= degree:
                poly = self._fold(poly, index, degree, tail)
        return poly

    def is_rational(self, poly: Poly) -> bool:
        """No algebraic generator occurs."""
        if not self.algebraic:
            return True
        degrees = poly.degrees()
        return not any(degrees[i] > 0 for i, _ in self.algebraic)

    def newest_algebraic(self, poly: Poly) -> int | None:
        degrees = poly.degrees()
        return next((i for i, _ in self.algebraic if degrees[i] > 0), None)

    def coefficients(self, poly: Poly, index: int) -> dict[int, Poly]:
        """Coefficients by powers of one generator."""
        parts: dict[int, dict[Any, Any]] = {}
        for mono, c in self.lift(poly).to_dict().items():
            parts.setdefault(mono[index], {})[(*mono[:index], 0, *mono[index + 1 :])] = c
        return {e: self.ctx.from_dict(part) for e, part in parts.items()}
