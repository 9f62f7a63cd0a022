"""A hard time limit inside one process: an interval timer interrupts what does not end by itself.

Limits nest: the inner one never outlives the outer one, whose time goes on running meanwhile. Where there is no timer
(another thread than the main one, or a platform without `setitimer`) the call runs without one, and the worker process
around the whole search is what holds the limit.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from derive.ladder.attempt import STUMBLES

NO_TIME = 0.001
AGAIN = 0.05


class OutOfTime(BaseException):
    """The time of a limited call is over. No Exception: SymPy catches those of its own, and would go on."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Runs the block for at most so many seconds of wall time, then raises OutOfTime in it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    began = time.monotonic()
    outer_left = signal.getitimer(signal.ITIMER_REAL)[0]
    within = max(NO_TIME, min(seconds, outer_left) if outer_left else seconds)
    previous = signal.signal(signal.SIGALRM, _ring)
    # The timer rings again and again: one ring may fall into a place that swallows it (a destructor, a callback).
    signal.setitimer(signal.ITIMER_REAL, within, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, previous)
        if outer_left:
            signal.setitimer(signal.ITIMER_REAL, max(NO_TIME, outer_left - (time.monotonic() - began)), AGAIN)


def _ring(_signal: int, _frame: Any) -> None:
    raise OutOfTime


def limited(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any | None:
    """function(*arguments); None if it does not end in time, or raises what SymPy raises on what it cannot do.

    The time of an outer limit that ends meanwhile is not swallowed: its timer rings again at once.
    """
    try:
        with deadline(seconds):
            return function(*arguments)
    except OutOfTime:
        return None
    except STUMBLES:
        return None
