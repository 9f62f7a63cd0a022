"""A few random admissible points of the parameters, to tell signs, orders and independence by numbers."""

from __future__ import annotations

import random
from typing import Any

from derive.sampling import NoPoint, admissible

_SAMPLES = 4


def sampled(symbols: set[Any], given: tuple[Any, ...]) -> list[dict[Any, Any]]:
    """A few random admissible points; none if there are none."""
    try:
        return list(admissible(symbols, given, random.Random(5), 3 * _SAMPLES, real=True, wide=True))
    except NoPoint:
        return []
