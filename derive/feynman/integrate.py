"""integrate: a definite integral with parameters in, a judged closed form with its derivation out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from derive.derivation import Derivation
from derive.errors import DeriveError, NoClosedForm
from derive.evidence import Evidence
from derive.feynman.errors import Divergent
from derive.feynman.exceptional import exceptions
from derive.feynman.front import Normalised, normalise
from derive.feynman.judge import FINAL, POINTS, SECONDS_A_POINT, Values, judge, shown_at
from derive.feynman.lemmas import with_names
from derive.feynman.limits import OutOfTime, by_the_clock
from derive.feynman.posed import checked_integrand, checked_limits
from derive.feynman.problem import Problem
from derive.feynman.proposal import Solved
from derive.feynman.restore import put_back, restored
from derive.feynman.result import Found, Integrated
from derive.feynman.search import Searching
from derive.feynman.spread import NoPoint, simple_point
from derive.feynman.tidy import tidied
from derive.feynman.trick import ByTheTrick, tricks_for
from derive.worker import limited as in_a_worker

TRIED_SHOWN = 12
GRACE = 3.0
# The limit is CPU time; the clock, which also counts what others do, may take so much longer, in one's own process
# (where nobody waits for an answer across a pipe) longer still.
CLOCK, CLOCK_HERE = 4.0, 10.0


def integrate(
    f: Any,
    limits: Any,
    given: Iterable[Any] | Any = (),
    timeout: float = 60.0,
    principal_value: bool = False,
    trick: Any = None,
) -> Integrated:
    """∫_lo^hi f dx in closed form: integrate(f, (x, lo, hi)).

    The value is handed out only after the oracle's values of the integral agree with it at points all over the region
    of the parameters that the symbols' assumptions and `given` admit; `evidence` says how. `timeout` is in seconds of
    CPU time and holds: the search runs in a process of its own, which is stopped by the clock after four times as long.
    A plain symbol is taken to be real, and the result says so. With `principal_value` the poles inside the range are
    left out symmetrically, and the result is marked as such a value.
    `trick`: the integral itself must be found by differentiating under the integral sign, by the parameter that is
    named or, with True, by any of its own or one that is introduced.

    Raises NoClosedForm, whose `found` keeps what was found (differential equations, enclosures); Divergent if the
    integral does not converge for all these parameters, with the place and the reason; DeriveError for what is no
    integral.
    """
    problem = normalise(checked_integrand(f), checked_limits(limits), given)
    if trick is None or trick is False:
        work = across_poles if principal_value else searched
        outcome = in_a_worker(work, problem, float(timeout), timeout=CLOCK * timeout + GRACE)
    elif principal_value:
        raise DeriveError("a principal value is found by its poles, not by a parameter: leave `trick` out")
    else:
        tricks = tricks_for(trick, problem)
        outcome = in_a_worker(by_the_trick, problem, tricks, float(timeout), timeout=CLOCK * timeout + GRACE)
    if outcome.finished:
        answer = outcome.value
        if isinstance(answer, Answer):
            return answer.result(problem)
        raise in_users_symbols(answer, problem)
    if outcome.interim is not None:
        found = Found(problem.problem, _frozen(outcome.interim))
        message = f"no closed form of {problem.problem} within {timeout:g} s\n{found}".rstrip()
        raise in_users_symbols(NoClosedForm(message, found), problem)
    raise NoClosedForm(f"no closed form of {problem.problem}: {outcome.failure}", Found(problem.problem))


def in_users_symbols(refusal: Exception, problem: Normalised) -> Exception:
    """The refusal with what was found in the symbols of the one who asked."""
    if isinstance(refusal, NoClosedForm) and isinstance(refusal.found, Found):
        refusal.found = put_back(refusal.found, problem)
    return refusal


def search_here(f: Any, limits: Any, given: Iterable[Any] | Any = (), timeout: float = 60.0) -> Integrated:
    """As `integrate`, but in this very process: the time limit then holds for Python code only, and is CPU time."""
    problem = normalise(checked_integrand(f), checked_limits(limits), given)
    answer = searched(problem, timeout, lambda _findings: None, CLOCK_HERE * timeout)
    if isinstance(answer, Answer):
        return answer.result(problem)
    raise in_users_symbols(answer, problem)


@dataclass(frozen=True)
class Answer:
    """What the worker sends back: in the engine's symbols."""

    value: Any
    conditions: tuple[Any, ...]
    derivation: Derivation
    evidence: Evidence
    route: str
    seconds: float
    regularised: str = ""
    meaning: Any = None

    def result(self, problem: Normalised) -> Integrated:
        """The result in the user's symbols."""
        restore = problem.restore
        steps = with_names(restored(self.derivation, problem))
        given = (*problem.given, *map(restore, self.conditions))
        return Integrated(
            restore(problem.problem.integral),
            restore(self.value),
            tuple(dict.fromkeys(given)),
            steps,
            self.evidence,
            self.route,
            self.regularised,
            None if self.meaning is None else restore(self.meaning),
            self.seconds,
        )


def searched(problem: Normalised, timeout: float, post: Callable[[Any], None], clock: float | None = None) -> Any:
    """The search, in a worker: an Answer, or the exception to be raised."""
    clock = CLOCK * timeout if clock is None else clock
    return outcome_of(problem, Searching(timeout, clock, post))


def by_the_trick(problem: Normalised, tricks: Any, timeout: float, post: Callable[[Any], None]) -> Any:
    """As `searched`, the integral itself by the given tricks alone."""
    return outcome_of(problem, ByTheTrick(timeout, CLOCK * timeout, post, tricks=tricks))


def outcome_of(problem: Normalised, search: Searching) -> Any:
    """What a search comes to: an Answer, or the exception to be raised."""
    began = time.process_time()
    integral = problem.problem
    timeout = search.timeout
    solved = None
    try:
        with by_the_clock(timeout if search.clock is None else search.clock):
            refusal = divergence(integral, search.values(integral))
            if refusal is not None:
                return refusal
            solved = search.solve(integral, 1.0)
            if solved is not None:
                return finished(solved, search, began)
    except NoPoint as nothing:
        return DeriveError(f"{integral}: {nothing}")
    except OutOfTime:
        search.trail.append(f"{timeout:g} s were over")
    if solved is not None:  # only the rewriting of the value was cut off
        return finished(solved, search, began)
    numbers = _numbers(search.values(integral), search.left)
    found = Found(integral, _frozen(search.notes), numbers, tuple(search.trail))
    return NoClosedForm(f"no closed form of {integral} was found\n{found}".rstrip(), found)


def across_poles(problem: Normalised, timeout: float, post: Callable[[Any], None]) -> Any:
    """The principal value, in a worker: an Answer, or the exception to be raised."""
    from derive.feynman.principal import principal_value

    try:
        with by_the_clock(CLOCK * timeout):
            found = principal_value(problem.problem, timeout, post)
    except OutOfTime:
        found = NoClosedForm(f"no principal value of {problem.problem} within {timeout:g} s", Found(problem.problem))
    if isinstance(found, Exception):
        return found
    value, steps, evidence, route, meaning, seconds = found
    return Answer(value, (), steps, evidence, route, seconds, "principal value", meaning)


def finished(solved: Solved, search: Searching, began: float) -> Answer:
    """The answer: the value made readable, the derivation closed with the judge's word."""
    problem, proposal = solved.problem, solved.proposal
    value = tidied(problem, proposal, search)
    evidence = solved.evidence
    if value != proposal.value:
        again = judge(problem, value, proposal.conditions, proposal.guessed, values=search.values(problem))
        value, evidence = (value, again) if again.passed else (proposal.value, evidence)
    conditions = (
        *proposal.conditions,
        *exceptions(problem, value, search.values(problem), proposal.conditions),
    )
    steps = proposal.derivation or Derivation(problem.integral, problem.given)
    if steps.closed:
        steps = Derivation(steps.start, steps.given, steps.name, steps.title, steps.where, steps.steps)
    if steps.last != value:
        from derive.feynman.steps import rewritten

        judged = f"{proposal.route}, judged by numbers"
        steps = rewritten(steps, value) if steps.steps else steps.to(value, judged)
    if conditions:
        given = (*problem.given, *conditions)
        steps = Derivation(steps.start, given, steps.name, steps.title, steps.where, steps.steps)
    return Answer(value, conditions, steps.qed(), evidence, proposal.route, time.process_time() - began)


def divergence(problem: Problem, values: Values) -> Divergent | None:
    """The refusal where the oracle proves at an admissible point that the integral does not converge; else None."""
    bad: list[tuple[str, str]] = []
    good = 0
    for point in values.points()[:POINTS]:
        answer = values.at(point)
        if isinstance(answer, str) and answer.startswith(FINAL) and _speaks_of_divergence(answer):
            where = ", ".join(f"{name} = {number}" for name, number in shown_at(point))
            reason = answer.removeprefix(FINAL)  # what comes before is the integrand in the oracle's own letters
            reason = reason[max(0, reason.find("the integral ")) :]
            bad.append((where, reason.removeprefix("the integral does not converge: ")))
        elif not isinstance(answer, str):
            good += 1
        if len(bad) >= 2 and good >= 1:
            break
    if not bad:
        return None
    where, reason = bad[0]
    remedy = "; see abel_integral for its Abel value" if "oscillation" in reason else ""
    if not good and _inside(reason, problem, values.points()[0]):
        remedy = "; if a principal value is meant, ask for it (principal_value=True)"
    if good:
        remedy = "; state for which parameters it is meant (given=…)"
    at = f" at {where}" if where else ""
    return Divergent(f"{problem} does not converge{at}: {reason}{remedy}")


def _inside(reason: str, problem: Problem, point: dict[Any, Any]) -> bool:
    """Whether the reason names a place strictly inside the range at this point."""
    from derive.text import parse

    found = re.match(rf"the integral diverges at {re.escape(problem.variable.name)} = ([^:]+):", reason)
    if found is None:
        return False
    try:
        place = parse(found[1])
    except DeriveError:
        return False
    gaps = (place - problem.lower, problem.upper - place)
    return all(gap.xreplace(point).is_extended_positive for gap in gaps)


def _speaks_of_divergence(answer: str) -> bool:
    return "diverges" in answer or "does not converge" in answer


def _numbers(values: Values, left: float) -> tuple[tuple[Any, str], ...]:
    """The integral at a point of small numbers, if there is time for that, and at two of those asked for before."""
    simple = simple_point(values.problem)
    if simple and left > SECONDS_A_POINT:
        values.at(simple)
    order = sorted(values.answers.items(), key=lambda item: dict(item[0]) != simple)
    balls = [(shown_at(dict(point)), answer[0]) for point, answer in order if not isinstance(answer[0], str)]
    return tuple((where, _short(ball)) for where, ball in balls[:2])


def _short(ball: Any) -> str:
    """A ball to at most 25 digits, and whether it is proven."""
    text, _, how = str(ball).partition(" (")
    middle, _, error = text.partition(" ± ")
    word = "proven" if ball.rigorous else "two routes agree"
    digits = 27 + middle.startswith("-")
    if re.fullmatch(r"-?\d{1,20}\.\d+", middle) and len(middle) > digits:
        middle, error = middle[:digits], f"2e-{digits - middle.find('.') - 1}"
    return f"{middle} ± {error} ({word})" if how else str(ball)


def _frozen(notes: dict[str, list[Any]]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    return tuple((key, tuple(findings)) for key, findings in notes.items())
