"""Time limits that really stop a computation: it runs in a process of its own, which is killed when its time is up.

A worker is an ordinary interpreter started on this module (no fork, no re-import of the user's script). It takes
pickled calls `(module, function, arguments)` on standard input and answers on standard output; functions may post
interim answers, so that what was found before the time ran out is not lost.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

MEMORY_LIMIT = 8 * 2**30
# SymPy makes many small trees and few cycles: looking for cycles as often as Python does costs a tenth of the time.
COLLECT = (50_000, 20, 50)
_HEADER = struct.Struct("<Q")


@dataclass(frozen=True)
class Outcome:
    """What came of a limited call: its value, or the last interim answer and why there is no value."""

    value: Any = None
    interim: Any = None
    failure: str = ""

    @property
    def finished(self) -> bool:
        """True if the call returned within its time."""
        return not self.failure


@dataclass(frozen=True)
class Call:
    """A call by name: `module.function(*arguments, post)`, where `post(answer)` hands out an interim answer."""

    module: str
    function: str
    arguments: tuple[Any, ...]
    timeout: float


class Worker:
    """One worker process; `run` gives it a call and waits no longer than the call's time limit."""

    def __init__(self) -> None:
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from derive.worker import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._answers: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                self._answers.put(_receive(self._process.stdout))
        except (EOFError, OSError, pickle.UnpicklingError, AttributeError, ImportError, ValueError):
            self._answers.put(("gone", "the worker process ended without an answer (out of memory?)"))

    def run(self, call: Call) -> Outcome:
        """The outcome of the call; after a failure that leaves the process unusable it is killed and `alive` is
        False."""
        assert self._process.stdin is not None
        try:
            message = pickle.dumps((call.module, call.function, call.arguments), protocol=5)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            return Outcome(
                failure=f"cannot be sent to a worker process: {error}; define its parts in an importable module"
            )
        interim = None
        deadline = time.monotonic() + call.timeout
        try:
            _send(self._process.stdin, message)
            while True:
                kind, answer = self._answers.get(timeout=max(0.0, deadline - time.monotonic()))
                if kind == "interim":
                    interim = answer
                elif kind == "value":
                    return Outcome(answer, interim)
                else:
                    if kind == "gone":
                        self.close()
                    return Outcome(None, interim, answer)
        except queue.Empty:
            self.close()
            return Outcome(None, interim, f"time ran out after {call.timeout:g} s")
        except OSError as error:
            self.close()
            return Outcome(None, interim, f"the worker process is gone: {error}")
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """True while the process can take another call."""
        return self._process.poll() is None

    def close(self) -> None:
        """Kills the process."""
        self._process.kill()
        self._process.wait()


class Pool:
    """At most `size` workers, started when first needed and kept for later calls.

    Half as many as there are cores, up to four: lines of one derivation share sides, and a worker remembers what it has
    enclosed, so that more workers do more work.
    """

    def __init__(self, size: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.size = size or max(1, min(4, cores // 2))
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        atexit.register(self.close)

    @contextlib.contextmanager
    def _worker(self) -> Iterator[Worker]:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.alive:
            worker = Worker()
        try:
            yield worker
        finally:
            if worker.alive:
                with self._lock:
                    self._idle.append(worker)

    def run(self, call: Call) -> Outcome:
        """The outcome of one call."""
        with self._worker() as worker:
            return worker.run(call)

    def run_all(self, calls: Iterable[Call], done: Callable[[int, Outcome], None]) -> None:
        """Runs the calls side by side and reports each outcome with its index, in the calling thread, as it comes.

        On Ctrl-C the workers are killed and KeyboardInterrupt goes on to the caller.
        """
        waiting = list(enumerate(calls))[::-1]
        if len(waiting) == 1:
            done(0, self.run(waiting[0][1]))
            return
        finished: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()
        busy: set[Worker] = set()
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                with self._lock:
                    if not waiting:
                        return
                    index, call = waiting.pop()
                with self._worker() as worker:
                    busy.add(worker)
                    outcome = worker.run(call)
                    busy.discard(worker)
                finished.put((index, outcome))

        total = len(waiting)
        threads = [threading.Thread(target=serve, daemon=True) for _ in range(min(self.size, total))]
        for thread in threads:
            thread.start()
        try:
            for _ in range(total):
                done(*finished.get())
        except BaseException:
            stop.set()
            for worker in list(busy):
                worker.close()
            raise

    def close(self) -> None:
        """Ends the idle workers."""
        with self._lock:
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.close()


@cache
def pool() -> Pool:
    """The pool of this process."""
    return Pool()


def limited(function: Callable[..., Any], *arguments: Any, timeout: float) -> Outcome:
    """The outcome of `function(*arguments, post)` for a module-level function, run in a worker under a time limit in
    seconds."""
    return pool().run(Call(function.__module__, function.__qualname__, arguments, timeout))


class TimeIsUp(BaseException):
    """The alarm went off; not an Exception, so that no handler inside takes it for an error of its own."""


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Stops what runs inside after so many seconds by TimeIsUp: for what cannot be sent to a process of its own.

    It rests on a timer of the operating system and needs the main thread; elsewhere, or where a timer is already
    running, there is no limit. Python code is stopped, a loop inside a C library only when it returns.
    """
    here = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    if not here or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def ring(*_: object) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _send(stream: BinaryIO | Any, message: bytes) -> None:
    stream.write(_HEADER.pack(len(message)) + message)
    stream.flush()


def _receive(stream: BinaryIO | Any) -> Any:
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise EOFError
    return pickle.loads(stream.read(_HEADER.unpack(header)[0]))


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))


def serve() -> None:
    """The life of a worker process: calls in, answers out, until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    sys.setrecursionlimit(10_000)
    gc.set_threshold(*COLLECT)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    calls = sys.stdin.buffer

    def post(answer: Any) -> None:
        _send(answers, pickle.dumps(("interim", answer), protocol=5))

    while True:
        try:
            module, name, arguments = _receive(calls)
        except EOFError:
            return
        except (pickle.UnpicklingError, AttributeError, ImportError) as error:
            _send(answers, pickle.dumps(("error", f"cannot be read in a worker process: {error}")))
            continue
        try:
            answer = ("value", getattr(importlib.import_module(module), name)(*arguments, post))
        except (Exception, RecursionError) as error:  # noqa: BLE001 - whatever SymPy raises is told to the caller, not lost
            answer = ("error", f"{type(error).__name__}: {error}")
        _send(answers, pickle.dumps(answer, protocol=5))
