"""Integrals written as text, put to one method; what it proposes is compared with the value from the oracle."""

import sympy as sp

from derive import Status, verify
from derive.feynman.front import normalise
from derive.feynman.search import Searching
from derive.rule import Cited
from derive.text import parse, parse_relation
from numerics import NotEnclosed, enclose

POSITIVE = "a b c s n"
POINTS = (
    {"a": "1/3", "b": "5/7", "c": "6/5", "s": "4/3", "n": "1/2"},
    {"a": "4/9", "b": "7/8", "c": "2", "s": "7/5", "n": "3/2"},
    {"a": "13/6", "b": "7/4", "c": "1/2", "s": "9/4", "n": "2/3"},
)


def problem(text, lower, upper, given=""):
    """The normalised problem; all letters but x are positive."""
    x = sp.Symbol("x", real=True)
    f, low, high = (parse(t, positive=POSITIVE).xreplace({sp.Symbol("x"): x}) for t in (text, lower, upper))
    stated = [parse_relation(g, positive=POSITIVE) for g in given.split(";")] if given else []
    return normalise(f, (x, low, high), stated).problem


def proposed(method, posed, timeout=20.0):
    """What the method proposes first, asked alone."""
    search = Searching(timeout=timeout, methods=())
    return next(iter(method.proposals(posed, search)), None)


def agrees(posed, value, digits=16, at_least=1):
    """Whether the value agrees with the oracle's at the admissible ones of the points: at least at so many."""
    seen = 0
    for numbers in POINTS if posed.parameters else ({},):
        point = {p: sp.Rational(numbers[p.name]) for p in posed.parameters}
        if any(g.xreplace(point) != sp.true for g in posed.given):
            continue
        try:
            ball = enclose(posed.integral, point, digits=digits, timeout=10)
        except NotEnclosed:
            continue
        mine = enclose(value, point, digits=digits + 4, timeout=10)
        if abs(mine.mid - ball.mid) > 1e-14 * max(1, abs(ball.mid)):
            return False
        seen += 1
        if seen == 2:
            break
    return seen >= at_least


def holds(method, text, lower, upper, given=""):
    """The method proposes a value, it is right, and the derivation leads from the integral to it."""
    posed = problem(text, lower, upper, given)
    found = proposed(method, posed)
    assert found is not None, f"{method.name} says nothing"
    assert found.derivation is not None and found.derivation.closed
    assert found.derivation.start == posed.integral and found.derivation.last == found.value
    assert not found.value.has(sp.Integral, sp.I) or found.value.is_real is not False
    assert agrees(posed, found.value), f"{found.value} is wrong"
    return found


def shown(method, text, lower, upper, given=""):
    """Every step of the derivation is by a rule, and stands with all it rests on: nothing weaker than `enclosed`."""
    found = proposed(method, problem(text, lower, upper, given))
    assert found is not None, f"{method.name} says nothing"
    for part in found.derivation.walk():
        assert not [step for step in part.steps if isinstance(step.because, Cited)], part
    report = verify(found.derivation, digits=15, timeout=20)
    assert report.reaches(Status.ENCLOSED), str(report)
    return report
