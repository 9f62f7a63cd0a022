"""verify: a claim, a derivation or an article goes up the ladder; what comes back says for each part how it is
known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, overload

from derive import cache
from derive.article import Article, Meeting, Pitfall, Plot
from derive.claim import EQUAL, Claim
from derive.derivation import Derivation, Step
from derive.errors import DeriveError
from derive.evidence import Evidence, Status
from derive.report import (
    ArticleReport,
    Checked,
    DerivationReport,
    MeetingReport,
    PitfallReport,
    StepReport,
)
from derive.rule import Assumed, Cited, Consequence, Context, RuleError
from derive.worker import Call, Outcome, pool

Progress = Callable[[int, int, str], None]
GRACE = 2.0


@overload
def verify(
    subject: Claim, digits: int = ..., seed: int = ..., timeout: float = ..., progress: Progress | None = ...
) -> Evidence: ...
@overload
def verify(
    subject: Derivation, digits: int = ..., seed: int = ..., timeout: float = ..., progress: Progress | None = ...
) -> DerivationReport: ...
@overload
def verify(
    subject: Article, digits: int = ..., seed: int = ..., timeout: float = ..., progress: Progress | None = ...
) -> ArticleReport: ...


def verify(
    subject: Any, digits: int = 30, seed: int = 0, timeout: float = 30.0, progress: Progress | None = None
) -> Any:
    """Evidence for a Claim; a report of the same shape for a Derivation, an Article, a Pitfall or a Meeting.

    digits: what numeric comparisons aim at. seed: of the random points; the same seed gives the same points. timeout:
    seconds for each
    single claim, after which its worker process is killed and the claim is `unknown` unless something was found
    before. Evidence is
    kept on disk (`derive.cache`). DeriveError for anything else than the kinds named here.
    """
    if digits < 4 or timeout <= 0:
        raise DeriveError(f"verify needs digits ≥ 4 and a positive timeout, not digits={digits}, timeout={timeout}")
    plan = _Plan(digits, seed, timeout)
    try:
        collect, assemble = _KINDS[type(subject)]
    except KeyError:
        kinds = ", ".join(kind.__name__ for kind in _KINDS)
        raise DeriveError(f"verify takes one of {kinds}; {type(subject).__name__} is none of them") from None
    collect(subject, plan)
    plan.run(progress)
    return assemble(subject, plan)


@dataclass(frozen=True)
class _Question:
    """A claim for the ladder, or candidate lines of a rule against the written line."""

    key: str
    label: str
    call: Call


@dataclass
class _Plan:
    """All questions that a subject raises, each once, and the answers.

    `consequences` and `reports` are by derivation (its id: it lives as long as the subject) and step.
    """

    digits: int
    seed: int
    timeout: float
    questions: dict[str, _Question] = field(default_factory=dict)
    answers: dict[str, Evidence] = field(default_factory=dict)
    consequences: dict[tuple[int, int], tuple[list[Consequence], str]] = field(default_factory=dict)
    reports: dict[int, DerivationReport] = field(default_factory=dict)
    keys: dict[tuple[Claim, str], str] = field(default_factory=dict)

    def ask(self, claim: Claim, label: str) -> str:
        """Puts a claim on the list; the key fetches its evidence later."""
        key = self._key(claim, f"decide digits={self.digits} seed={self.seed}")
        arguments = (claim, self.digits, self.seed, self.timeout)
        self._add(_Question(key, label, Call("derive.ladder.decide", "decide", arguments, self.timeout + GRACE)))
        return key

    def ask_match(self, yielded: Claim, label: str) -> str:
        """Asks whether the line that a rule yields (left) is the line that was written (right)."""
        key = self._key(yielded, "match")
        self._add(
            _Question(key, label, Call("derive.ladder.decide", "match", (yielded, self.timeout), self.timeout + GRACE))
        )
        return key

    def _key(self, claim: Claim, question: str) -> str:
        if (claim, question) not in self.keys:
            self.keys[claim, question] = cache.key(claim, question)
        return self.keys[claim, question]

    def _add(self, question: _Question) -> None:
        if question.key not in self.questions:
            self.questions[question.key] = question

    def run(self, progress: Progress | None) -> None:
        """Answers all questions: from the cache where it knows, the rest in the worker processes. What is answered is
        kept at once."""
        for key in self.questions:
            known = cache.load(key, self.timeout)
            if known is not None:
                self.answers[key] = known
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


def _evidence(outcome: Outcome) -> Evidence:
    """The answer of a worker, or what it had found when its time ran out."""
    if outcome.finished:
        return outcome.value
    if isinstance(outcome.interim, Evidence) and outcome.interim.passed:
        found = outcome.interim
        return Evidence(found.status, found.method, "; ".join(filter(None, (found.detail, f"then {outcome.failure}"))))
    return Evidence(Status.UNKNOWN, outcome.failure)


def _collect_claim(claim: Claim, plan: _Plan) -> None:
    plan.ask(claim, "claim")


def _assemble_claim(claim: Claim, plan: _Plan) -> Evidence:
    return plan.answers[plan.ask(claim, "")]


def _collect_derivation(derivation: Derivation, plan: _Plan) -> None:
    for part in derivation.walk():
        for index, step in enumerate(part.steps):
            if (id(part), index) in plan.consequences:
                continue
            label = f"{part.name or 'derivation'}, step {index + 1}"
            plan.ask(part.claim(step), label)
            for lemma in step.lemmas:
                if isinstance(lemma, Claim):
                    plan.ask(lemma, f"{label}: lemma")
            plan.consequences[id(part), index] = found, _ = _consequences(part, step, plan.timeout)
            for consequence in found:
                plan.ask_match(_yielded(part, step, consequence), f"{label}: reason")
                for obligation in consequence.obligations:
                    plan.ask(obligation.claim, f"{label}: {obligation.why}")


def _consequences(derivation: Derivation, step: Step, timeout: float) -> tuple[list[Consequence], str]:
    """What the rule yields from the line, or why nothing; in a worker, since a rule may lose itself in SymPy."""
    if isinstance(step.because, (Cited, Assumed)):
        return [], ""
    if step.because.relation not in (EQUAL, step.relation):
        shown = step.because.relation
        reason = f"the rule gives the line in the sense of {shown}, the step states {step.relation}"
        return [], f"{reason}; write relation={shown}"
    line, written = derivation.unfold(step.before), derivation.unfold(step.after)
    question = (step.because, line, written, Context(derivation.given, step.conclusions))
    if type(step.because).__module__ == "__main__":
        return applied(*question)
    outcome = pool().run(Call("derive.verify", "applied", question, timeout + GRACE))
    return outcome.value if outcome.finished else ([], f"the rule did not say what it yields: {outcome.failure}")


def applied(
    rule: Any, line: Any, written: Any, context: Context, _post: Callable[[Evidence], None] | None = None
) -> tuple[list[Consequence], str]:
    """The consequences of a rule: the one that is literally the written line, or else the first eight."""
    try:
        found = list(rule.consequences(line, context))
    except RuleError as error:
        return [], str(error)
    literal = [consequence for consequence in found if consequence.after == written]
    return literal[:1] or found[:8], "" if found else "it yields no line"


def _yielded(derivation: Derivation, step: Step, consequence: Consequence) -> Claim:
    return Claim(consequence.after, derivation.unfold(step.after), derivation.given)


def _assemble_derivation(derivation: Derivation, plan: _Plan) -> DerivationReport:
    for part in derivation.walk():
        if id(part) not in plan.reports:
            plan.reports[id(part)] = DerivationReport(
                part, tuple(_step(part, index, plan) for index in range(len(part.steps)))
            )
    return plan.reports[id(derivation)]


def _step(derivation: Derivation, index: int, plan: _Plan) -> StepReport:
    step = derivation.steps[index]
    found, problem = plan.consequences[id(derivation), index]
    obligations = [
        Checked(lemma, "lemma", _assemble_claim(lemma, plan)) for lemma in step.lemmas if isinstance(lemma, Claim)
    ]
    if isinstance(step.because, (Cited, Assumed)):
        status = Status.CITED if isinstance(step.because, Cited) else Status.ASSUMED
        reason = Evidence(status, step.because.describe())
    elif not found:
        reason = Evidence(Status.UNKNOWN, "the rule does not apply to the line", problem)
    else:
        matches = [plan.answers[plan.ask_match(_yielded(derivation, step, consequence), "")] for consequence in found]
        reason = max(matches, key=lambda evidence: evidence.status)
        if reason.passed:
            chosen = found[matches.index(reason)]
            obligations += [Checked(o.claim, o.why, _assemble_claim(o.claim, plan)) for o in chosen.obligations]
    claim = derivation.claim(step)
    lemmas = tuple(
        (lemma.name, plan.reports[id(lemma)].status) for lemma in step.lemmas if isinstance(lemma, Derivation)
    )
    return StepReport(step, claim, reason, tuple(obligations), _assemble_claim(claim, plan), lemmas)


def _collect_pitfall(pitfall: Pitfall, plan: _Plan) -> None:
    plan.ask(pitfall.claim, pitfall.name or "pitfall")


def _assemble_pitfall(pitfall: Pitfall, plan: _Plan) -> PitfallReport:
    return PitfallReport(pitfall, _assemble_claim(pitfall.claim, plan))


def _collect_meeting(meeting: Meeting, plan: _Plan) -> None:
    for route in meeting.routes:
        _collect_derivation(route, plan)
    for claim in meeting.claims:
        plan.ask(claim, f"{meeting.name or 'meeting'}: ends")


def _assemble_meeting(meeting: Meeting, plan: _Plan) -> MeetingReport:
    routes = tuple(_assemble_derivation(route, plan) for route in meeting.routes)
    whys = ("the routes begin with the same quantity", "the routes end in the same value")
    checks = tuple(
        Checked(claim, whys[index % 2], _assemble_claim(claim, plan)) for index, claim in enumerate(meeting.claims)
    )
    return MeetingReport(meeting, routes, checks)


def _collect_article(article: Article, plan: _Plan) -> None:
    for part in article.parts:
        if not isinstance(part, (str, Plot)):
            _KINDS[type(part)][0](part, plan)


def _assemble_article(article: Article, plan: _Plan) -> ArticleReport:
    parts = tuple(
        part if isinstance(part, (str, Plot)) else _KINDS[type(part)][1](part, plan) for part in article.parts
    )
    shown = [part for part in article.parts if isinstance(part, Derivation)]
    shown += [route for part in article.parts if isinstance(part, Meeting) for route in part.routes]
    lemmas = [derivation for derivation in article.derivations() if not any(derivation is s for s in shown)]
    return ArticleReport(article, parts, tuple(_assemble_derivation(lemma, plan) for lemma in lemmas))


_KINDS: dict[type, tuple[Callable[[Any, _Plan], None], Callable[[Any, _Plan], Any]]] = {
    Claim: (_collect_claim, _assemble_claim),
    Derivation: (_collect_derivation, _assemble_derivation),
    Pitfall: (_collect_pitfall, _assemble_pitfall),
    Meeting: (_collect_meeting, _assemble_meeting),
    Article: (_collect_article, _assemble_article),
}
