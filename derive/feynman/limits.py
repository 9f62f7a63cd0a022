"""A hard time limit inside one process: a timer of the process's own CPU time interrupts what does not end by itself.

CPU time, so that what is found does not depend on what else the machine is doing. Limits nest: the inner one never
outlives the outer one, whose time goes on running meanwhile. Where there is no timer (another thread than the main one,
or a platform without `setitimer`) the call runs without one, and the worker process around the whole search is what
holds the limit.
"""

from __future__ import annotations

import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sympy.polys.polyerrors import BasePolynomialError

from derive.errors import DeriveError
from derive.ladder.attempt import STUMBLES
from numerics.errors import NumericsError

# What a heuristic may raise on an expression that it cannot deal with.
FAILURES = (*STUMBLES, BasePolynomialError, DeriveError, NumericsError, AssertionError)
# Functions in which Python drops exceptions: destructors, callbacks of the garbage collector, the hook that reports it.
UNHEARD = frozenset({"__del__", "gc_callback", "unraisable_hook"})
FINALIZER = weakref.finalize.__call__.__code__
NEAR = 12  # frames up
NO_TIME = 0.001
AGAIN = 0.05


class OutOfTime(BaseException):
    """The time of a limited call is over. No Exception: SymPy catches those of its own, and would go on."""


# When the limits that are being held end, in CPU time of this process, the outermost first: as global as its one timer.
_ends: list[float] = []


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Runs the block for at most so many seconds of CPU time, then raises OutOfTime in it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    _raise_if_over()
    previous = signal.signal(signal.SIGPROF, _ring)
    depth = len(_ends)
    _ends.append(min([time.process_time() + seconds, *_ends[-1:]]))
    try:
        _arm(_ends[-1])
        yield
    except SystemError as fault:  # how a compiled routine shows that a ring came while it was calling back
        raise OutOfTime from fault
    finally:
        _disarm(signal.ITIMER_PROF, signal.SIGPROF, previous)
        del _ends[depth:]
        if _ends:
            _raise_if_over()
            _arm(_ends[-1])


def _arm(end: float) -> None:
    # The timer rings again and again: one ring may fall into a place that swallows it (a destructor, a callback).
    signal.setitimer(signal.ITIMER_PROF, max(NO_TIME, end - time.process_time()), AGAIN)


def _raise_if_over() -> None:
    """Rings for a limit further out whose time has passed while an inner one held the timer."""
    if _ends and time.process_time() >= _ends[-1]:
        raise OutOfTime


@contextmanager
def by_the_clock(seconds: float) -> Iterator[None]:
    """Rings after so many seconds of the clock, again and again, until the block ends: inner limits swallow some.

    For the outermost limit of a process, so that it can say what it has found before it is killed.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, max(NO_TIME, seconds), 4 * AGAIN)
    try:
        yield
    except SystemError as fault:
        raise OutOfTime from fault
    finally:
        _disarm(signal.ITIMER_REAL, signal.SIGALRM, previous)


def _disarm(timer: int, ring: int, previous: Any) -> None:
    """Stops the timer; a ring that comes meanwhile is late, and must meet neither the caller nor the default action,
    which ends the process."""
    while True:
        try:
            signal.setitimer(timer, 0.0)
            signal.signal(ring, previous if callable(previous) else signal.SIG_IGN)
            return
        except OutOfTime:
            continue


def _ring(_signal: int, frame: Any) -> None:
    """Interrupts, but not where the exception would only be reported and dropped: the next ring comes soon."""
    above = frame
    for _ in range(NEAR):
        if above is None:
            break
        if above.f_code.co_name in UNHEARD or above.f_code is FINALIZER:
            return
        above = above.f_back
    raise OutOfTime


def limited(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any | None:
    """function(*arguments); None if it does not end in time, or raises what SymPy raises on what it cannot do.

    The end of an outer limit is not swallowed.
    """
    return timed(seconds, function, *arguments)[0]


def timed(seconds: float, function: Callable[..., Any], *arguments: Any) -> tuple[Any | None, bool]:
    """As `limited`, and whether it came to its end in time, be it a failure."""
    try:
        with deadline(seconds):
            return function(*arguments), True
    except OutOfTime:
        _raise_if_over()
        return None, False
    except FAILURES:
        return None, True
