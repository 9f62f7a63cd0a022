"""All the questions that a subject raises, each asked once: of the cache first, then of the worker processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from derive import cache
from derive.claim import EQUAL, Claim
from derive.derivation import Derivation, Step
from derive.evidence import Evidence, Status
from derive.report import DerivationReport
from derive.rule import Assumed, Cited, Consequence, Context, RuleError, refuse_text
from derive.worker import Call, Outcome, TimeIsUp, alarm, pool

Progress = Callable[[int, int, str], None]
GRACE = 2.0
# A rule that has once said within this many seconds what it yields from a line is asked again without a process of
# its own.
AT_ONCE = 2.0


@dataclass(frozen=True)
class Question:
    """A claim for the ladder, or a line that a rule yields against the written line."""

    key: str
    label: str
    call: Call


@dataclass(frozen=True)
class Reason:
    """What a rule yields from the line of a step, or why it yields nothing."""

    derivation: Derivation
    step: Step
    consequences: tuple[Consequence, ...] = ()
    problem: str = ""


@dataclass
class Plan:
    """Questions and answers by key; reasons and reports by derivation (its id: it lives as long as the subject)."""

    digits: int
    seed: int
    timeout: float
    questions: dict[str, Question] = field(default_factory=dict)
    answers: dict[str, Evidence] = field(default_factory=dict)
    reasons: dict[tuple[int, int], Reason] = field(default_factory=dict)
    reports: dict[int, DerivationReport] = field(default_factory=dict)
    _keys: dict[tuple[Claim, str], str] = field(default_factory=dict)
    _rivals: list[tuple[str, ...]] = field(default_factory=list)

    def ask(self, claim: Claim, label: str) -> str:
        """Puts a claim on the list; the key fetches its evidence later."""
        key = self._key(claim, f"decide digits={self.digits} seed={self.seed}")
        self._add(key, label, "decide", (claim, self.digits, self.seed, self.timeout))
        return key

    def ask_match(self, candidates: tuple[Claim, ...], label: str) -> tuple[str, ...]:
        """Asks whether one of the lines that a rule yields (left sides) is the line that was written (right side)."""
        keys = tuple(self._key(yielded, "match") for yielded in candidates)
        for key, yielded in zip(keys, candidates, strict=True):
            self._add(key, label, "match", (yielded, self.timeout))
        self._rivals.append(keys)
        return keys

    def matched(self, reason: Reason) -> tuple[Evidence, Consequence | None]:
        """How well the rule yields the written line, and the consequence that is this line."""
        because = reason.step.because
        if isinstance(because, (Cited, Assumed)):
            return Evidence(Status.CITED if isinstance(because, Cited) else Status.ASSUMED, because.describe()), None
        if not reason.consequences:
            return Evidence(Status.UNKNOWN, "the rule does not apply to the line", reason.problem), None
        keys = [self._key(yielded(reason.derivation, reason.step, c), "match") for c in reason.consequences]
        best = max(range(len(keys)), key=lambda index: self.answers[keys[index]].status.strength)
        evidence = self.answers[keys[best]]
        return evidence, reason.consequences[best] if evidence.passed else None

    def run(self, progress: Progress | None) -> None:
        """Answers what is open: from the cache where it knows, the rest in workers. Answers are kept at once."""
        for key in self.questions:
            known = None if key in self.answers else cache.load(key, self.timeout)
            if known is not None:
                self.answers[key] = known
        self._spare_rivals()
        open_ones = [question for key, question in self.questions.items() if key not in self.answers]
        total, done = len(self.questions), len(self.answers)
        if progress is not None and total:
            progress(done, total, "")

        def finished(index: int, outcome: Outcome) -> None:
            nonlocal done
            question = open_ones[index]
            self.answers[question.key] = evidence = _evidence(outcome)
            if outcome.finished:
                cache.store(question.key, evidence, self.timeout)
            done += 1
            if progress is not None:
                progress(done, total, question.label)

        if open_ones:
            pool().run_all([question.call for question in open_ones], finished)

    def _spare_rivals(self) -> None:
        """Where one line of a rule is known to be the written one, the others need not be compared."""
        for keys in self._rivals:
            if any(key in self.answers and self.answers[key].passed for key in keys):
                for key in keys:
                    self.answers.setdefault(
                        key, Evidence(Status.UNKNOWN, "another line of the rule is the written one")
                    )

    def _key(self, claim: Claim, question: str) -> str:
        if (claim, question) not in self._keys:
            self._keys[claim, question] = cache.key(claim, question)
        return self._keys[claim, question]

    def _add(self, key: str, label: str, function: str, arguments: tuple[Any, ...]) -> None:
        if key not in self.questions:
            call = Call("derive.ladder.decide", function, arguments, self.timeout + GRACE)
            self.questions[key] = Question(key, label, call)


def _evidence(outcome: Outcome) -> Evidence:
    """The answer of a worker, or what it had found when its time ran out."""
    if outcome.finished:
        return outcome.value
    if isinstance(outcome.interim, Evidence) and outcome.interim.passed:
        found = outcome.interim
        return Evidence(found.status, found.method, "; ".join(filter(None, (found.detail, f"then {outcome.failure}"))))
    return Evidence(Status.UNKNOWN, outcome.failure)


def consequences(derivation: Derivation, step: Step, timeout: float) -> Reason:
    """What the rule yields from the line, or why nothing; in a worker, since a rule may lose itself in SymPy, unless it
    is known to have answered quickly before."""
    rule = step.because
    if isinstance(rule, (Cited, Assumed)):
        return Reason(derivation, step)
    if rule.relation not in (EQUAL, step.relation):
        stated = f"the rule gives the line in the sense of {rule.relation}, the step states {step.relation}"
        return Reason(derivation, step, (), f"{stated}; write relation={rule.relation}")
    line, written = derivation.unfold(step.before), derivation.unfold(step.after)
    question = (rule, line, written, Context(derivation.given, step.conclusions))
    quick = cache.key(Claim(line, written, derivation.given), f"applied {rule!r} {step.conclusions!r}")
    if type(rule).__module__ == "__main__":
        return Reason(derivation, step, *_in_this_process(question, timeout))
    if cache.load(quick, timeout) is not None:
        return Reason(derivation, step, *applied(*question))
    began = time.monotonic()
    outcome = pool().run(Call("derive.plan", "applied", question, timeout + GRACE))
    if not outcome.finished:
        return Reason(derivation, step, (), f"the rule did not say what it yields: {outcome.failure}")
    if time.monotonic() - began < AT_ONCE:
        cache.store(quick, Evidence(Status.EXACT, "the rule said quickly what it yields"), timeout)
    return Reason(derivation, step, *outcome.value)


def _in_this_process(question: tuple[Any, ...], timeout: float) -> tuple[tuple[Consequence, ...], str]:
    """A rule of the running script, which no worker process can import, under an alarm."""
    try:
        with alarm(timeout + GRACE):
            return applied(*question)
    except TimeIsUp:
        return (), f"the rule did not say what it yields: time ran out after {timeout + GRACE:g} s"


def applied(
    rule: Any, line: Any, written: Any, context: Context, _post: Callable[[Evidence], None] | None = None
) -> tuple[tuple[Consequence, ...], str]:
    """The consequences of a rule: the one that is literally the written line, or else the first eight."""
    found: list[Consequence] = []
    try:
        refuse_text(rule)
        for consequence in rule.consequences(line, context):
            if consequence.after == written:
                return (consequence,), ""
            found.append(consequence)
    except RuleError as error:
        return (), str(error)
    return tuple(found[:8]), "" if found else "it yields no line"


def yielded(derivation: Derivation, step: Step, consequence: Consequence) -> Claim:
    """The line that the rule yields, against the line that was written."""
    return Claim(consequence.after, derivation.unfold(step.after), derivation.given)
