"""What a check may spend, and how it tells what it has found so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from derive.evidence import Evidence


def _silent(evidence: Evidence) -> None:
    """Nobody asks for interim findings."""


@dataclass(frozen=True)
class Budget:
    """Digits to certify, the seed of the sample points, a deadline, and `post`, which hands out the best evidence so
    far."""

    digits: int = 30
    seed: int = 0
    timeout: float = 30.0
    post: Callable[[Evidence], None] = _silent
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds until the deadline, at least 0."""
        return max(0.0, self.timeout - (time.monotonic() - self.started))

    def share(self, part: float) -> float:
        """That part of the time which is left."""
        return self.left * part
