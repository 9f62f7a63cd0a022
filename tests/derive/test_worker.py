"""A time limit really stops; nothing that a call does can spoil the next one."""

import contextlib
import signal
import threading
import time

import pytest

from derive.worker import Call, Outcome, Pool, TimeIsUp, alarm

HERE = "tests.derive.sleepers"


@pytest.fixture(scope="module")
def pool():
    made = Pool(2)
    yield made
    made.close()


def call(name, *arguments, timeout=20.0):
    return Call(HERE, name, arguments, timeout)


def test_a_value_comes_back(pool):
    assert pool.run(call("identity", {"a": 1})) == Outcome({"a": 1})


def test_a_busy_loop_is_stopped_and_its_interim_answer_kept(pool):
    pool.run(call("identity", 0))
    began = time.monotonic()
    outcome = pool.run(call("spin", timeout=0.5))
    assert not outcome.finished and outcome.interim == 1 and "time ran out after 0.5 s" in outcome.failure
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("name", "words"), [("fail", "ValueError: on purpose"), ("die", "ended without an answer"), ("nowhere", "nowhere")]
)
def test_failures_are_told_and_the_pool_lives_on(pool, name, words):
    outcome = pool.run(call(name))
    assert not outcome.finished and words in outcome.failure
    assert pool.run(call("identity", 5)).value == 5


def test_what_a_call_prints_does_not_garble_the_answers(pool):
    assert pool.run(call("shout")).value == "quiet"


def test_what_cannot_be_pickled_is_named_with_a_remedy(pool):
    outcome = pool.run(call("identity", lambda: 0))
    assert not outcome.finished and "importable module" in outcome.failure


def test_calls_run_side_by_side_and_each_is_reported_once(pool):
    seen = {}
    pool.run_all([call("identity", i) for i in range(9)], lambda index, outcome: seen.setdefault(index, outcome.value))
    assert seen == {i: i for i in range(9)}


def test_an_interrupt_ends_the_work_at_once(pool):
    def interrupt(index, outcome):
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        pool.run_all([call("identity", 1), *[call("sleep", 30, timeout=60.0)] * 3], interrupt)
    assert time.monotonic() - began < 10
    assert threading.active_count() < 20


def test_an_alarm_stops_what_no_handler_inside_can_keep_alive():
    """A rule of the running script has no process of its own: an alarm stops it, and leaves no timer behind."""
    began = time.monotonic()
    with pytest.raises(TimeIsUp), alarm(0.2):
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))
    assert time.monotonic() - began < 5
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_an_alarm_leaves_a_quick_answer_and_other_threads_alone():
    answers = []

    def elsewhere():
        with alarm(0.05):
            time.sleep(0.1)
            answers.append("done")

    thread = threading.Thread(target=elsewhere)
    with alarm(20):
        thread.start()
        thread.join()
    assert answers == ["done"]


def test_a_rule_of_the_running_script_is_stopped(monkeypatch):
    """What cannot be imported by a worker is applied here, under the alarm; the reason says that time ran out."""
    from derive import Derivation, plan
    from derive.rule import Rule

    class Endless(Rule):
        def consequences(self, line, context):
            while True:
                pass
            yield

        def describe(self, show=str):
            return "endless"

    Endless.__module__ = "__main__"
    monkeypatch.setattr(plan, "GRACE", 0.0)
    line = Derivation(1).to(1, Endless())
    reason = plan.consequences(line, line.steps[0], timeout=0.3)
    assert not reason.consequences and "time ran out after 0.3 s" in reason.problem
