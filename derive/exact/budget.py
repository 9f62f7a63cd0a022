"""Limits under which exact arithmetic works: it stops by itself and says so, it never hangs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from derive.errors import Undecided


class OutOfReach(Undecided):
    """The question left the class of expressions, or the sizes, that normal forms decide. Answered by `None`."""


class OutOfTime(OutOfReach):
    """The time that was granted has passed."""


class ZeroDivisor(OutOfReach):
    """A denominator vanishes identically: the expression has an empty domain."""


@dataclass
class Budget:
    """Caps on polynomial sizes, and a cooperative deadline.

    `seconds` counts wall time from construction, `operation` from the start of the outermost operation in progress;
    `None` means only the size caps hold.
    """

    seconds: float | None = None
    operation: float | None = None
    max_terms: int = 20_000
    max_work: int = 20_000_000
    max_degree: int = 4_000
    max_generators: int = 160
    max_nodes: int = 20_000
    started: float = field(default_factory=time.monotonic)
    _deadline: float | None = field(default=None, repr=False)

    @contextmanager
    def working(self) -> Iterator[None]:
        """One operation; those inside it share its time."""
        if self._deadline is not None or self.operation is None:
            yield
            return
        self._deadline = time.monotonic() + self.operation
        try:
            yield
        finally:
            self._deadline = None

    def tick(self) -> None:
        """Raise `OutOfTime` once a deadline has passed."""
        if self.seconds is None and self._deadline is None:
            return
        now = time.monotonic()
        if self.seconds is not None and now - self.started > self.seconds:
            raise OutOfTime(f"not decided within the time limit of {self.seconds:g} s")
        if self._deadline is not None and now > self._deadline:
            raise OutOfTime(f"one operation took longer than the {self.operation:g} s that this field grants it")

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
