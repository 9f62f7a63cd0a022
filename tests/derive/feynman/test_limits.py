"""Time limits inside a process: they end loops, nest, and leave nothing behind."""

import signal
import sys
import time
import weakref
from pathlib import Path

import pytest

from derive.feynman.limits import OutOfTime, by_the_clock, deadline, limited


def forever():
    while True:
        pass


def swallowing():
    while True:
        try:
            forever()
        except Exception:  # noqa: BLE001 - this is what SymPy does
            continue


@pytest.mark.parametrize("loop", [forever, swallowing])
def test_a_loop_is_ended(loop):
    before = time.process_time()
    assert limited(0.1, loop) is None
    assert time.process_time() - before < 2


def test_a_value_comes_back_and_failures_of_sympy_are_none():
    assert limited(1.0, lambda: 3) == 3
    assert limited(1.0, lambda: 1 // 0) is None


def test_faults_of_ours_are_not_swallowed():
    with pytest.raises(OSError):
        limited(1.0, Path("/no/such/file").read_text)


def test_the_outer_limit_ends_the_inner_ones():
    with pytest.raises(OutOfTime), deadline(0.1):
        while True:
            limited(5.0, forever)


def test_the_inner_limit_leaves_the_outer_one_running():
    with pytest.raises(OutOfTime), deadline(0.3):
        assert limited(0.05, forever) is None
        forever()


def test_nothing_rings_afterwards():
    limited(0.05, forever)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass


def test_the_clock_rings_until_the_block_ends():
    with pytest.raises(OutOfTime), by_the_clock(0.05):
        while True:
            try:
                time.sleep(1)
            except OutOfTime:
                time.sleep(1)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_ring_in_a_finalizer_rings_again(monkeypatch):
    """Python drops what a finalizer of weakref raises, and says so: the ring waits until it has ended."""
    dropped = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)

    class Thing:
        pass

    def busy(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass

    def with_a_finalizer():
        thing = Thing()
        weakref.finalize(thing, busy, 0.3)
        del thing
        busy(5)

    began = time.process_time()
    assert limited(0.1, with_a_finalizer) is None
    assert time.process_time() - began < 3 and not dropped
