"""The search with methods made for the purpose: slices of time, cycles, cases, and nothing accepted unjudged."""

from dataclasses import dataclass

import pytest
import sympy as sp

from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal
from derive.feynman.search import Searching, methods

x = sp.Symbol("x", real=True)
a = sp.Symbol("a", positive=True)
PROBLEM = Problem(sp.exp(-a * x), x, 0, sp.oo)
POISSON = Problem(sp.log(1 - 2 * a * sp.cos(x) + a**2), x, 0, sp.pi)


@dataclass
class Says:
    values: tuple
    name: str = "says"
    conditions: tuple = ()

    def proposals(self, problem, search):
        for value in self.values:
            yield Proposal(value, self.name, None, self.conditions)


class Hangs:
    name = "hangs"

    def proposals(self, problem, search):
        while True:
            try:
                sum(range(1000))
            except Exception:  # noqa: BLE001 - as SymPy does
                continue
        yield


class Circles:
    name = "circles"

    def proposals(self, problem, search):
        other = problem.with_(integrand=2 * problem.integrand)
        for candidate in (problem, other):
            solved = search.solve(candidate)
            if solved is not None:
                yield Proposal(solved.value, "circles")


class Fails:
    name = "fails"

    def proposals(self, problem, search):
        raise ValueError("as SymPy does")
        yield


class Breaks:
    name = "breaks"

    def proposals(self, problem, search):
        raise OSError("a fault of ours")
        yield


def solve(problem, *using, timeout=10.0):
    return Searching(timeout, 20 * timeout, methods=using).solve(problem, 1.0)


def test_wrong_proposals_are_passed_over():
    assert solve(PROBLEM, Says((2 / a, a, sp.oo)), Says((1 / a,), "right")).proposal.route == "right"
    assert solve(PROBLEM, Says((2 / a, a))) is None


@pytest.mark.slow
@pytest.mark.ci
def test_a_method_that_hangs_or_stumbles_costs_its_slice_only():
    assert solve(PROBLEM, Fails(), Hangs(), Says((1 / a,)), timeout=4.0).value == 1 / a
    assert solve(PROBLEM, Hangs(), timeout=1.0) is None


def test_a_fault_of_ours_is_heard():
    with pytest.raises(OSError):
        solve(PROBLEM, Breaks())


def test_circles_are_cut():
    assert solve(PROBLEM, Circles()) is None


def test_conditions_that_are_not_needed_are_dropped():
    solved = solve(PROBLEM, Says((1 / a,), "cautious", (a < 3,)))
    assert solved.proposal.conditions == ()


def test_values_on_parts_of_the_region_are_put_together():
    solved = solve(POISSON, Says((sp.S.Zero,), "inside", (a < 1,)), Says((2 * sp.pi * sp.log(a),), "outside", (a > 1,)))
    assert solved is not None
    assert solved.value.subs(a, sp.Rational(1, 2)) == 0 and solved.value.subs(a, 3) == 2 * sp.pi * sp.log(3)


def test_a_condition_without_points_is_no_answer():
    assert solve(PROBLEM, Says((a,), "vacuous", (a < 1, a > 2))) is None


def test_what_was_solved_is_remembered():
    search = Searching(10.0, methods=(Says((1 / a,)),))
    assert search.solve(PROBLEM, 1.0) is search.solve(PROBLEM, 1.0)


def test_notes_are_posted_at_once():
    posted = []
    search = Searching(10.0, None, posted.append, methods=())
    search.note("equation", sp.Eq(a, 1))
    assert posted == [{"equation": [sp.Eq(a, 1)]}]


@pytest.mark.slow
@pytest.mark.ci
def test_every_registered_method_can_say_no_cheaply():
    search = Searching(20.0)
    nothing = Problem(sp.sin(sp.sin(sp.exp(x))) / (1 + x**3), x, 0, 1)
    for method in methods():
        assert method.name
        search.limited(4.0, list, method.proposals(nothing, search))
