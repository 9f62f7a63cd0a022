"""The limits a computation runs under: a deadline, looked at between steps, and a count of evaluations."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from numerics.oracle.enclosure import NotEnclosed


@dataclass(frozen=True)
class Budget:
    """`deadline` is a time on the monotonic clock, or None; `evaluations` bounds one quadrature."""

    deadline: float | None = None
    evaluations: int = 60_000

    @classmethod
    def seconds(cls, timeout: float | None) -> Budget:
        return cls(None if timeout is None else time.monotonic() + timeout)

    @property
    def spent(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def at_most(self, seconds: float) -> Budget:
        """The same with a deadline no later than `seconds` from now."""
        soon = time.monotonic() + seconds
        return replace(self, deadline=soon if self.deadline is None else min(soon, self.deadline))

    def check(self, what: object, doing: str) -> None:
        """Raises `TimeIsUp` once the deadline has passed."""
        if self.spent:
            raise TimeIsUp(what, f"time ran out while {doing}", remedy="raise timeout or ask for fewer digits")


class TimeIsUp(NotEnclosed):
    """The deadline passed: no other method is to be tried."""
