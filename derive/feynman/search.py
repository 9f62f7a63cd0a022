"""The search: methods in order, each within its slice of the time; what a method proposes, the judge accepts or not.

Methods may call the search for other integrals; cycles are cut, depth is bounded, what was solved is remembered. A
first round gives every method a short slice, a second one gives those that ran out of it what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.evidence import Evidence
from derive.feynman.judge import POINTS, Values, judge, quick, value_at
from derive.feynman.limits import FAILURES, OutOfTime, deadline, timed
from derive.feynman.problem import Problem
from derive.feynman.proposal import Method, Proposal, Solved
from derive.feynman.spread import NoPoint
from derive.feynman.steps import by_cases, rewritten
from derive.feynman.tidy import tidied
from derive.printing import plain

# The methods in the order in which they are asked: cheap and certain ones first, SymPy's word and recognised numbers
# last. Each line is the module under derive.feynman.methods and the name of the method in it.
METHODS: tuple[tuple[str, str], ...] = (
    ("pieces", "Pieces"),
    ("parity", "Parity"),
    ("signs", "Signs"),
    ("integercases", "IntegerCases"),
    ("harmonics", "Harmonics"),
    ("dilog", "Dilogarithmic"),
    ("legendre", "Legendre"),
    ("modulus", "OverTheModulus"),
    ("lipschitz", "LipschitzIntegrals"),
    ("besselseries", "BesselSeries"),
    ("circle", "UnitCircle"),
    ("arcs", "Arcs"),
    ("antiderivative", "Antiderivative"),
    ("scaling", "Scaling"),
    ("linearity", "ByTerms"),
    ("mellin", "Mellin"),
    ("gamma", "EulerIntegrals"),
    ("residues", "ContourIntegral"),
    ("kernelangle", "KernelAngle"),
    ("cauchybeta", "CauchyBeta"),
    ("elliptic", "Elliptic"),
    ("bessel", "BesselIntegrals"),
    ("parseval", "Parseval"),
    ("symmetry", "Involution"),
    ("folding", "Folding"),
    ("lowering", "Lowering"),
    ("continued", "Continued"),
    ("lorentzian", "Lorentzian"),
    ("parameter", "Parameter"),
    ("parts", "Parts"),
    ("substitution", "Substitution"),
    ("introduce", "Introduce"),
    ("sympy_says", "SympySays"),
    ("recognise", "Recognise"),
)
# The last ones, which prove nothing, have their turn in any case: when so much of the time is left.
LAST_RESORTS, RESERVE = 2, 0.3
DEPTH = 5
INNER_POINTS = 4
FIRST_SLICE = (1.5, 4.0)
# Seconds in which the other methods may bring a form that reads better.
BETTER = 4.0
SMALLEST_SLICE = 0.05
# How much longer than at first a method's own steps may take when it is asked for the second time.
PATIENCE = 2.0
ELSEWHERE = " elsewhere"


def methods() -> tuple[Method, ...]:
    """The methods, loaded when first asked for."""
    found = []
    for module, name in METHODS:
        method: Any = getattr(import_module(f"derive.feynman.methods.{module}"), name)
        found.append(method() if isinstance(method, type) else method)
    return tuple(found)


def _silent(_findings: Any) -> None:
    """Nobody asks for interim findings."""


_STRANGE = (sp.Heaviside, sp.atan2, sp.arg, sp.re, sp.im, sp.conjugate, sp.I)


def awkward(problem: Problem, value: Any) -> bool:
    """A right value that a person would not write: with i, steps or angles of numbers where the integrand has none."""
    return any(value.has(head) and not problem.integral.has(head) for head in _STRANGE)


@dataclass
class Searching:
    """The search as a method sees it (protocol `Search`); one object per integral that a user asks for.

    `timeout` is CPU time; `clock` is a limit on the time of the clock, the same number of seconds if it is not given.
    """

    timeout: float = 60.0
    clock: float | None = None
    post: Callable[[Any], None] = _silent
    methods: tuple[Method, ...] = field(default_factory=methods)
    seed: int = 0
    notes: dict[str, list[Any]] = field(default_factory=dict)
    trail: list[str] = field(default_factory=list)
    _stack: list[Any] = field(default_factory=list)
    _solved: dict[Any, Solved] = field(default_factory=dict)
    _failed: dict[Any, float] = field(default_factory=dict)
    _values: dict[Any, Values] = field(default_factory=dict)
    _ends: list[float] = field(default_factory=list)
    _starved: int = 0
    _patience: float = 1.0
    _wall: float = 0.0

    def __post_init__(self) -> None:
        self._wall = time.monotonic() + (self.timeout if self.clock is None else self.clock)
        self._ends.append(time.process_time() + self.timeout)

    @property
    def left(self) -> float:
        """Seconds left for what is being done: of CPU time, and never more than of the clock."""
        return max(0.0, min(self._ends[-1] - time.process_time(), self._wall - time.monotonic()))

    @property
    def depth(self) -> int:
        """How many integrals are being worked on: 1 for the user's own."""
        return len(self._stack)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Time for what is done inside; `left` speaks of it."""
        self._ends.append(min(self._ends[-1], time.process_time() + seconds))
        try:
            with deadline(seconds):
                yield
        finally:
            self._ends.pop()

    def limited(self, seconds: float, function: Callable[..., Any], *arguments: Any, share: float = 1.0) -> Any | None:
        """function(*arguments), or None after so many seconds, or where it raises a known SymPy failure.

        No more than the share of what is left is spent. Where that was less, and not enough, the method that asks has
        not come to its end: it is asked again when there is more.
        """
        seconds *= self._patience
        allowed = min(seconds, share * self.left)
        if allowed <= 0:
            self._starved += 1
            return None
        self._ends.append(min(self._ends[-1], time.process_time() + allowed))
        depth, inside = len(self._ends), len(self._stack)
        try:
            found, ended = timed(allowed, function, *arguments)
            self._starved += not ended and allowed < seconds
            return found
        finally:
            del self._ends[depth - 1 :]
            del self._stack[inside:]

    def note(self, key: str, finding: Any) -> None:
        """Keeps a finding under a key, and posts all there is, so that nothing is lost if time runs out."""
        kept = self.notes.setdefault(key, [])
        if finding not in kept:
            kept.append(finding)
            self.post(dict(self.notes))

    def values(self, problem: Problem) -> Values:
        """The oracle's answers for a problem, shared by all proposals."""
        if problem.key not in self._values:
            self._values[problem.key] = Values(problem, self.seed)
        return self._values[problem.key]

    def enclose(self, problem: Problem, at: dict[Any, Any], digits: int = 20) -> Any | None:
        """The integral at an exact point as an enclosure; None if there is none."""
        if set(at) == set(problem.parameters):
            found = self.values(problem).at(at, digits, min(3.0, self.left + 0.1))
        else:
            found = value_at(problem.integral, at, digits, min(3.0, self.left + 0.1))
        return None if isinstance(found, str) else found

    def first_point(self, problem: Problem) -> dict[Any, Any] | None:
        """A point of modest size; None if the assumptions admit none."""
        try:
            return self.values(problem).points()[0]
        except NoPoint:
            return None

    def accepts(self, problem: Problem, value: Any, conditions: tuple[Any, ...] = ()) -> bool:
        """Whether the value is right at two points: for choosing among candidates."""
        return quick(problem, value, tuple(conditions), self.values(problem))

    def judged(self, problem: Problem, proposal: Proposal) -> Evidence:
        """The judge's word on a proposal; the whole spread of points for the user's integral, fewer for others."""
        return judge(
            problem,
            proposal.value,
            proposal.conditions,
            proposal.guessed,
            points=POINTS if len(self._stack) <= 1 else INNER_POINTS,
            values=self.values(problem),
        )

    def solve(self, problem: Problem, share: float = 0.5) -> Solved | None:
        """A judged closed form; None if there is none, or the problem is being worked on, or too deep."""
        key = (problem.key, problem.variable)
        if key in self._solved:
            return self._solved[key]
        seconds = self.left * share
        if key in self._stack or len(self._stack) >= DEPTH or self._failed.get(key, 0.0) >= seconds / 2:
            return None
        if seconds < SMALLEST_SLICE:
            return None
        depth, inside = len(self._ends), len(self._stack)
        self._stack.append(key)
        self._ends.append(min(self._ends[-1], time.process_time() + seconds))
        try:
            found = self._rounds(problem)
            self._starved += found is None and self.left < SMALLEST_SLICE
        except OutOfTime:
            self._starved += 1
            raise
        finally:
            del self._ends[depth:]
            del self._stack[inside:]
        if found is None:
            self._failed[key] = seconds
        else:
            self._solved[key] = found
        return found

    def _rounds(self, problem: Problem) -> Solved | None:
        """Short slices for all methods, then the time that is left for those which had not come to an end."""
        partial: list[Solved] = []
        known: list[Solved] = []
        rough: list[Solved] = []
        until = 0.0
        waiting = list(self.methods)
        whole = self.left
        slice_ = min(FIRST_SLICE[1], max(FIRST_SLICE[0], self.left / 12))
        for last in (False, True):
            cut = []
            self._patience = PATIENCE if last and len(self._stack) <= 1 else self._patience
            for position in range(len(waiting)):
                if self.left < SMALLEST_SLICE or (rough and time.process_time() > until):
                    break
                short = position < len(waiting) - LAST_RESORTS and not last and self.left < RESERVE * whole
                method = waiting[position]
                if short:
                    waiting = [*waiting[:position], *waiting[-LAST_RESORTS:], *waiting[position:-LAST_RESORTS]]
                    method, whole = waiting[position], 0.0
                share = self.left / (len(waiting) - position) * 1.5 if last else slice_
                found, ended = self._ask(method, problem, min(self.left, share), partial)
                if found is None and len(partial) > len(known) + 1:
                    # One method found forms for several parts of the region: the value does change its form there.
                    found = self._pieced(problem, partial)
                if found is not None and not awkward(problem, found.value):
                    return found
                if found is not None:
                    until = until or time.process_time() + BETTER
                    rough.append(found)
                known = list(partial)
                if not ended:
                    cut.append(method)
            waiting = cut
            if rough:
                return min(rough, key=lambda one: one.value.count_ops())
            found = self._pieced(problem, partial)
            if found is not None:
                return found
        return None

    def _ask(
        self, method: Method, problem: Problem, seconds: float, partial: list[Solved]
    ) -> tuple[Solved | None, bool]:
        """What the method brings within the seconds, and whether it came to its end.

        A method for the user's integral has not, if an integral on which it built, or a step of its own, was given up
        for want of time.
        """
        depth, inside, starved = len(self._ends), len(self._stack), self._starved
        began = time.process_time()
        try:
            with self._within(seconds):
                for proposal in method.proposals(problem, self):
                    solved = self._tried(problem, proposal, partial)
                    if solved is not None:
                        return solved, True
        except OutOfTime:
            return None, False
        except FAILURES as stumble:
            self.trail.append(f"{method.name} stumbled: {type(stumble).__name__}: {stumble}")
        finally:
            del self._ends[depth:]
            del self._stack[inside:]
            spent = time.process_time() - began
            if spent > 0.3:
                self.trail.append(f"{'  ' * len(self._stack)}{method.name}: {spent:.1f} s on {problem}")
        return None, len(self._stack) > 1 or self._starved == starved

    def _tried(self, problem: Problem, proposal: Proposal, partial: list[Solved]) -> Solved | None:
        evidence = self.judged(problem, proposal)
        if not evidence.passed:
            self.trail.append(f"{proposal.route} proposed {proposal.value}: {evidence}")
            return None
        if awkward(problem, proposal.value):
            proposal = self._readable(problem, proposal)
        if not proposal.conditions:
            return Solved(problem, proposal, evidence)
        everywhere = Proposal(proposal.value, proposal.route, proposal.derivation, (), proposal.guessed)
        whole = self.judged(problem, everywhere)
        if whole.passed:
            return Solved(problem, everywhere, whole)
        partial.append(Solved(problem, proposal, evidence))
        return None

    def _readable(self, problem: Problem, proposal: Proposal) -> Proposal:
        """The same value without what is awkward in it, where the judge confirms such a form: others build on it."""
        value = tidied(problem, proposal, self)
        better = replace(proposal, value=value)
        if awkward(problem, value) or not self.judged(problem, better).passed:
            return proposal
        steps = proposal.derivation
        if steps is None or not steps.steps:
            return better
        if steps.closed:
            steps = Derivation(steps.start, steps.given, steps.name, steps.title, steps.where, steps.steps)
        return replace(better, derivation=rewritten(steps, value).qed())

    def _pieced(self, problem: Problem, partial: list[Solved]) -> Solved | None:
        """The value by cases: a closed form on a part of the region, and the rest solved for itself."""
        for solved in {one.proposal.conditions: one for one in partial}.values():
            condition = sp.And(*solved.proposal.conditions)
            rest = sp.Not(condition)
            if not isinstance(rest, sp.core.relational.Relational) or self.left < SMALLEST_SLICE:
                continue
            other = self.solve(problem.with_(given=(*problem.given, rest)))
            if other is None:
                continue
            steps = by_cases(problem, condition, (solved, other))
            ending = "" if other.proposal.route.endswith(ELSEWHERE) else ELSEWHERE
            route = f"{solved.proposal.route} where {plain(condition)}; {other.proposal.route}{ending}"
            guessed = solved.proposal.guessed or other.proposal.guessed
            proposal = Proposal(steps.last, route, steps, guessed=guessed)
            evidence = self.judged(problem, proposal)
            if evidence.passed:
                return Solved(problem, proposal, evidence)
        return None
