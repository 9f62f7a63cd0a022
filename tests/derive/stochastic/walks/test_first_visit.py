"""Walks: first visits, ruin with longer jumps, generating functions, unequal walls, and walks that are valid."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
from sympy import Rational, sqrt

from derive.evidence import Status
from derive.stochastic import SDE, PersistentWalk, RandomWalk, StochasticError, Unsolvable
from derive.stochastic.walks.first_visit import FirstVisit, _checked
from derive.stochastic.walks.local_limit import jumps_of

h, p, q, z, t, x, v, sigma = sp.symbols("h p q z t x v sigma")
HALF, THIRD = Rational(1, 2), Rational(1, 3)


def walk(*jumps: tuple[int, Any]) -> RandomWalk:
    return RandomWalk([(j * h, c) for j, c in jumps], h, h**2)


SIMPLE, BIASED, SYMBOLIC = walk((1, HALF), (-1, HALF)), walk((1, 2 * THIRD), (-1, THIRD)), walk((1, p), (-1, 1 - p))
LAZY, LEAPING = walk((1, Rational(1, 4)), (-1, Rational(1, 4))), walk((2, THIRD), (-1, 2 * THIRD))


def arrivals(process: RandomWalk, level: int, most: int) -> list[Any]:
    """P(T = 1), …, P(T = most) by the master equation with the level taken out."""
    flow, found = {0: sp.S.One}, []
    for _ in range(most):
        after: dict[int, Any] = {}
        for site, mass in flow.items():
            for jump, chance in jumps_of(process).items():
                after[site + int(jump)] = after.get(site + int(jump), 0) + mass * chance
        found.append(sp.expand(after.pop(level, sp.S.Zero)))
        flow = after
    return found


@pytest.mark.parametrize("process", [SIMPLE, BIASED, SYMBOLIC, LAZY, walk((1, 2 * THIRD), (-2, THIRD))])
@pytest.mark.parametrize("level", [1, 3])
def test_law_of_the_first_visit(process, level):
    visit = process.first_passage(level)
    assert visit.evidence.status is Status.AGREED
    for n, want in enumerate(arrivals(process, level, 8), 1):
        assert sp.expand(sp.sympify(visit.law(n)).doit() - want) == 0


@pytest.mark.parametrize(("level", "chance"), [(2, sp.S.One), (-2, Rational(1, 4)), (-1, HALF)])
def test_probability_of_a_visit(level, chance):
    visit = BIASED.first_passage(level)
    assert visit.probability == chance
    assert sp.limit(visit.transform, visit.s, 1) == chance


def test_transform_of_the_simple_walk():
    visit = SIMPLE.first_passage(1)
    assert sp.simplify(visit.transform - (1 - sqrt(1 - visit.s**2)) / visit.s) == 0


def test_a_wrong_transform_is_refuted():
    visit = SIMPLE.first_passage(2)
    wrong = FirstVisit(SIMPLE, visit.level, visit.s, visit.transform * visit.s, visit.probability, visit.evidence)
    with pytest.raises(StochasticError, match="fails its check"):
        _checked(wrong, jumps_of(SIMPLE))


def test_levels_that_may_be_leapt_over():
    with pytest.raises(Unsolvable, match="one spacing"):
        LEAPING.first_passage(1)


@pytest.mark.parametrize("process", [LEAPING, walk((3, Rational(1, 5)), (1, THIRD), (-2, Rational(7, 15)))])
def test_ruin_with_longer_jumps_by_paths(process):
    """The chance to win and the mean number of steps against the master equation, run for long."""
    win, time = process.ruin(3, 7)
    flow, won, spent = {3: 1.0}, 0.0, 0.0
    for _ in range(400):
        spent += sum(flow.values())
        after: dict[int, float] = {}
        for site, mass in flow.items():
            for jump, chance in jumps_of(process).items():
                goal = site + int(jump)
                won += mass * float(chance) if goal >= 7 else 0.0
                if 0 < goal < 7:
                    after[goal] = after.get(goal, 0.0) + mass * float(chance)
        flow = after
    assert abs(float(win) - won) < 1e-10 and abs(float(time) - spent) < 1e-8


def test_ruin_with_symbols_and_with_rest():
    assert walk((1, HALF / 2), (-1, HALF / 2), (0, HALF)).ruin(3, 10) == (Rational(3, 10), 42)
    win, _ = walk((2, p), (-1, 1 - p)).ruin(1, 3)
    assert sp.simplify(win - p) == 0
    general = LEAPING.ruin(x, 7)
    assert [sp.simplify(e.subs(x, 3)) for e in general] == list(LEAPING.ruin(3, 7))


@pytest.mark.parametrize("process", [SYMBOLIC, LAZY, LEAPING])
def test_generating_function_holds_the_law(process):
    whole = sp.expand(process.generating_function(z, 4))
    for site, chance in process.probabilities(4).items():
        assert sp.expand(whole.coeff(z, site) - chance) == 0
    first = sp.diff(process.generating_function(z, 4), z).subs(z, 1)
    assert sp.simplify(first - process.mean(4) / h) == 0
    law = process.probabilities(4)
    spread = sum(c * s**2 for s, c in law.items()) - sum(c * s for s, c in law.items()) ** 2
    assert sp.expand(process.variance(4) / h**2 - spread) == 0


@pytest.mark.parametrize("walls", [("reflecting", "absorbing"), ("absorbing", "reflecting")])
@pytest.mark.parametrize("process", [SIMPLE, LAZY])
def test_unequal_walls(process, walls):
    room = process.between(0, 4, walls)
    for n in (1, 3, 6):
        got = sp.N(room.law(n, 2, 1).doit() - room.probabilities(n, 2).get(1, 0), 30)
        assert abs(got) < 1e-20


def test_two_mirrors_with_a_drift():
    room = walk((1, THIRD), (-1, HALF)).between(0, 3, "reflecting")
    for n in (1, 2, 5):
        assert abs(sp.N(room.law(n, 1, 2).doit() - room.probabilities(n, 1).get(2, 0), 30)) < 1e-20
    stationary = [room.stationary(j) for j in range(4)]
    assert sum(stationary) == 1
    assert stationary[1] == stationary[0] * THIRD + stationary[1] * Rational(1, 6) + stationary[2] * HALF


def test_laws_that_are_none_are_refused():
    leaning = RandomWalk([(h, HALF + x), (-h, HALF)], h, h**2, x, t)
    with pytest.raises(StochasticError, match="no law"):
        leaning.probabilities(1, 1, {h: 1})
    with pytest.raises(StochasticError, match="between 0 and 1"):
        PersistentWalk(2, h, h**2)


def test_steps_that_depend_on_the_place():
    law = RandomWalk([(h * x, HALF), (-h * x, HALF)], h, h**2, x, t).probabilities(2, 1, {h: Rational(1, 10)})
    assert law == {Rational(81, 100): Rational(1, 4), Rational(99, 100): HALF, Rational(121, 100): Rational(1, 4)}


def test_walks_without_noise_along_an_axis_go_upwind():
    built = SDE([x, v], [v, -x], [0, sigma], t).to_walk(h)
    at = {x: 1, v: -1, sigma: 1, h: Rational(1, 10)}
    with pytest.raises(StochasticError, match="given too"):
        built.valid_at(at)
    assert built.valid_at(at | {sp.Symbol("q", positive=True): 4})
    limit = built.walk.limit()
    assert limit.drift == (v, -x) and limit.covariance == sp.Matrix([[0, 0], [0, sigma**2]])
    assert SDE(x, -x, 0, t).to_walk(h).walk.limit().drift == (-x,)
    with pytest.raises(StochasticError, match="nothing moves"):
        SDE(x, 0, 0, t).to_walk(h)
