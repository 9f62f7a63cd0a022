"""Limits under which an exact test works: it stops by itself and says so, it never hangs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


class OutOfReach(Exception):
    """The question left the class of expressions, or the sizes, that normal forms decide. Answered by `None`."""


class ZeroDivisor(OutOfReach):
    """A denominator vanishes identically: the expression has an empty domain."""


@dataclass
class Budget:
    """Caps on polynomial sizes, and a cooperative deadline.

    `seconds` counts wall time from construction; `None` means only the size caps hold.
    """

    seconds: float | None = None
    max_terms: int = 20_000
    max_work: int = 20_000_000
    max_degree: int = 4_000
    max_generators: int = 160
    max_nodes: int = 20_000
    started: float = field(default_factory=time.monotonic)

    def tick(self) -> None:
        """Raise `OutOfReach` once the deadline has passed."""
        if self.seconds is not None and time.monotonic() - self.started > self.seconds:
            raise OutOfReach("deadline")

    def left(self, most: float) -> float:
        """Seconds that remain, `most` at most."""
        return most if self.seconds is None else min(most, self.seconds - (time.monotonic() - self.started))

    def product(self, terms: int, others: int) -> None:
        """Admit the product of polynomials with so many terms."""
        self.tick()
        if terms * others > self.max_work:
            raise OutOfReach(f"product of {terms} by {others} terms")

    def size(self, terms: int) -> None:
        """Admit a polynomial with so many terms."""
        if terms > self.max_terms:
            raise OutOfReach(f"polynomial of {terms} terms")
