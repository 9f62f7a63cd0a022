"""verify: a claim, a derivation or an article goes up the ladder; what comes back says for each part how it is
known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from derive.article import Article, Meeting, Pitfall, Plot
from derive.claim import Claim
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.evidence import Evidence
from derive.plan import Plan, Progress, consequences, yielded
from derive.report import (
    ArticleReport,
    Checked,
    DerivationReport,
    MeetingReport,
    PitfallReport,
    StepReport,
)


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
    seconds for each single claim, after which its worker process is killed and the claim is `unknown` unless something
    was found before. Evidence is kept on disk (`derive.cache`). DeriveError for anything but the kinds named.
    """
    if digits < 4 or timeout <= 0:
        raise DeriveError(f"verify needs digits ≥ 4 and a positive timeout, not digits={digits}, timeout={timeout}")
    plan = Plan(digits, seed, timeout)
    try:
        collect, assemble = _KINDS[type(subject)]
    except KeyError:
        kinds = ", ".join(kind.__name__ for kind in _KINDS)
        raise DeriveError(f"verify takes one of {kinds}; {type(subject).__name__} is none of them") from None
    collect(subject, plan)
    plan.run(progress)
    _collect_obligations(plan)
    plan.run(progress)
    return assemble(subject, plan)


def _collect_claim(claim: Claim, plan: Plan) -> None:
    plan.ask(claim, "claim")


def _assemble_claim(claim: Claim, plan: Plan) -> Evidence:
    return plan.answers[plan.ask(claim, "")]


def _collect_derivation(derivation: Derivation, plan: Plan) -> None:
    for part in derivation.walk():
        for index, step in enumerate(part.steps):
            if (id(part), index) in plan.reasons:
                continue
            label = f"{part.name or 'derivation'}, step {index + 1}"
            plan.ask(part.claim(step), label)
            for lemma in step.lemmas:
                if isinstance(lemma, Claim):
                    plan.ask(lemma, f"{label}: lemma")
            plan.reasons[id(part), index] = reason = consequences(part, step, plan.timeout)
            plan.ask_match(tuple(yielded(part, step, found) for found in reason.consequences), f"{label}: reason")


def _collect_obligations(plan: Plan) -> None:
    """The obligations of those consequences that are the written lines."""
    for (_, index), reason in plan.reasons.items():
        consequence = plan.matched(reason)[1]
        for obligation in consequence.obligations if consequence else ():
            plan.ask(obligation.claim, f"{reason.derivation.name or 'derivation'}, step {index + 1}: {obligation.why}")


def _assemble_derivation(derivation: Derivation, plan: Plan) -> DerivationReport:
    for part in derivation.walk():
        if id(part) not in plan.reports:
            plan.reports[id(part)] = DerivationReport(
                part, tuple(_step(part, index, plan) for index in range(len(part.steps)))
            )
    return plan.reports[id(derivation)]


def _step(derivation: Derivation, index: int, plan: Plan) -> StepReport:
    step = derivation.steps[index]
    obligations = [
        Checked(lemma, "lemma", _assemble_claim(lemma, plan)) for lemma in step.lemmas if isinstance(lemma, Claim)
    ]
    reason, chosen = plan.matched(plan.reasons[id(derivation), index])
    obligations += [
        Checked(o.claim, o.why, _assemble_claim(o.claim, plan)) for o in (chosen.obligations if chosen else ())
    ]
    claim = derivation.claim(step)
    lemmas = tuple(
        (lemma.name, plan.reports[id(lemma)].status) for lemma in step.lemmas if isinstance(lemma, Derivation)
    )
    return StepReport(step, claim, reason, tuple(obligations), _assemble_claim(claim, plan), lemmas)


def _collect_pitfall(pitfall: Pitfall, plan: Plan) -> None:
    plan.ask(pitfall.claim, pitfall.name or "pitfall")


def _assemble_pitfall(pitfall: Pitfall, plan: Plan) -> PitfallReport:
    return PitfallReport(pitfall, _assemble_claim(pitfall.claim, plan))


def _collect_meeting(meeting: Meeting, plan: Plan) -> None:
    for route in meeting.routes:
        _collect_derivation(route, plan)
    for claim in meeting.claims:
        plan.ask(claim, f"{meeting.name or 'meeting'}: ends")


def _assemble_meeting(meeting: Meeting, plan: Plan) -> MeetingReport:
    routes = tuple(_assemble_derivation(route, plan) for route in meeting.routes)
    whys = ("the routes begin with the same quantity", "the routes end in the same value")
    checks = tuple(
        Checked(claim, whys[index % 2], _assemble_claim(claim, plan)) for index, claim in enumerate(meeting.claims)
    )
    return MeetingReport(meeting, routes, checks)


def _collect_article(article: Article, plan: Plan) -> None:
    for part in article.parts:
        if not isinstance(part, (str, Plot)):
            _KINDS[type(part)][0](part, plan)


def _assemble_article(article: Article, plan: Plan) -> ArticleReport:
    parts = tuple(
        part if isinstance(part, (str, Plot)) else _KINDS[type(part)][1](part, plan) for part in article.parts
    )
    shown = [part for part in article.parts if isinstance(part, Derivation)]
    shown += [route for part in article.parts if isinstance(part, Meeting) for route in part.routes]
    lemmas = [derivation for derivation in article.derivations() if not any(derivation is s for s in shown)]
    return ArticleReport(article, parts, tuple(_assemble_derivation(lemma, plan) for lemma in lemmas))


_KINDS: dict[type, tuple[Callable[[Any, Plan], None], Callable[[Any, Plan], Any]]] = {
    Claim: (_collect_claim, _assemble_claim),
    Derivation: (_collect_derivation, _assemble_derivation),
    Pitfall: (_collect_pitfall, _assemble_pitfall),
    Meeting: (_collect_meeting, _assemble_meeting),
    Article: (_collect_article, _assemble_article),
}
