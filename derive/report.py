"""What verification found: every step with its reason, its obligations and its own check, and the status that follows
from them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from derive.article import Article, Meeting, Pitfall, Plot
from derive.claim import Claim
from derive.derivation import Derivation, Step
from derive.evidence import Evidence, Status, weakest
from derive.rule import Assumed, Cited


class Finding(ABC):
    """What verification found: it has a status, prints as a terminal shows it, and is HTML in a notebook."""

    @property
    @abstractmethod
    def status(self) -> Status:
        """The strength of what was found: that of its weakest part."""

    @property
    def passed(self) -> bool:
        """True unless `unknown` or `refuted`."""
        return self.status.passed

    def reaches(self, level: Status = Status.AGREED) -> bool:
        """True if the status is the level or a stronger one."""
        return self.status >= level

    def __str__(self) -> str:
        from derive.view.terminal import render

        return render(self)

    def _repr_html_(self) -> str:
        from derive.view.notebook import fragment

        return fragment(self)


@dataclass(frozen=True)
class Checked(Finding):
    """A claim that was checked on its own: an obligation of a rule, a lemma given as a claim, a pair of meeting
    ends."""

    claim: Claim
    why: str
    evidence: Evidence

    @property
    def status(self) -> Status:
        return self.evidence.status


@dataclass(frozen=True)
class StepReport:
    """A step with two separate findings: `reason` (the rule yields this line) with its obligations, and `check` (the
    lines agree).

    `lemmas` are the statuses of the derivations that the step rests on.
    """

    step: Step
    claim: Claim
    reason: Evidence
    obligations: tuple[Checked, ...]
    check: Evidence
    lemmas: tuple[tuple[str, Status], ...] = ()

    @property
    def status(self) -> Status:
        """The strength of the step.

        Refuted if anything in it is. A citation is as good as its check, `cited` where the check decides nothing; an
        assumption is `assumed`. Otherwise `unknown` as long as the rule, an obligation, a lemma or the check is; then
        the stronger of two sufficient grounds: the reason with all that it needs (its weakest part), or the check of
        the line by itself.
        """
        reasons = [
            self.reason.status,
            *(o.evidence.status for o in self.obligations),
            *(status for _, status in self.lemmas),
        ]
        if Status.REFUTED in (*reasons, self.check.status):
            return Status.REFUTED
        if isinstance(self.step.because, Cited):
            return self.check.status if self.check.passed else Status.CITED
        if isinstance(self.step.because, Assumed):
            return Status.ASSUMED
        if Status.UNKNOWN in (*reasons, self.check.status):
            return Status.UNKNOWN
        return max(weakest(*reasons), self.check.status)

    @property
    def counterexamples(self) -> tuple[Evidence, ...]:
        """The findings of this step that carry a counterexample."""
        found = (self.reason, *(o.evidence for o in self.obligations), self.check)
        return tuple(evidence for evidence in found if evidence.counterexample is not None)


@dataclass(frozen=True)
class DerivationReport(Finding):
    """A derivation is as strong as its weakest step; an unfinished one, or one without steps, is `unknown`."""

    derivation: Derivation
    steps: tuple[StepReport, ...]

    @property
    def name(self) -> str:
        return self.derivation.name

    @property
    def status(self) -> Status:
        if not self.steps or not self.derivation.closed:
            return weakest(Status.UNKNOWN, *(step.status for step in self.steps))
        return weakest(*(step.status for step in self.steps))


@dataclass(frozen=True)
class PitfallReport(Finding):
    """A pitfall has done its work when it is refuted: then it counts as `exact`, since the counterexample is a finite
    certificate."""

    pitfall: Pitfall
    evidence: Evidence

    @property
    def name(self) -> str:
        return self.pitfall.name

    @property
    def status(self) -> Status:
        return (
            Status.EXACT if self.evidence.status is Status.REFUTED and self.evidence.counterexample else Status.UNKNOWN
        )


@dataclass(frozen=True)
class MeetingReport(Finding):
    """Routes that were to meet, and the checks that their ends are equal."""

    meeting: Meeting
    routes: tuple[DerivationReport, ...]
    checks: tuple[Checked, ...]

    @property
    def name(self) -> str:
        return self.meeting.name

    @property
    def status(self) -> Status:
        return weakest(*(route.status for route in self.routes), *(check.evidence.status for check in self.checks))


PartReport = str | Plot | DerivationReport | PitfallReport | MeetingReport


@dataclass(frozen=True)
class ArticleReport(Finding):
    """The parts of an article in reading order, prose and plots as they are; `lemmas` were used by the parts without
    being parts."""

    article: Article
    parts: tuple[PartReport, ...]
    lemmas: tuple[DerivationReport, ...] = ()

    @property
    def name(self) -> str:
        return self.article.name

    @property
    def status(self) -> Status:
        return weakest(*(report.status for report in self.findings()))

    def findings(self) -> Iterator[DerivationReport | PitfallReport | MeetingReport]:
        """All reports that have a status."""
        yield from self.lemmas
        for part in self.parts:
            if isinstance(part, (DerivationReport, PitfallReport, MeetingReport)):
                yield part


Report = Evidence | DerivationReport | ArticleReport


def to_dict(report: Any) -> dict[str, Any]:
    """A report as plain data for JSON; the schema is documented in README under `derive check --json`."""
    return _TO_DICT[type(report)](report)


def _claim(claim: Claim) -> dict[str, Any]:
    return {"claim": str(claim), "given": [str(relation) for relation in claim.given]}


def _checked(checked: Checked) -> dict[str, Any]:
    return {**_claim(checked.claim), "why": checked.why, "evidence": checked.evidence.to_dict()}


def _step(report: StepReport) -> dict[str, Any]:
    return {
        "line": str(report.step.after),
        "relation": report.step.relation.text,
        "because": report.step.reason(),
        "status": report.status.value,
        "reason": report.reason.to_dict(),
        "obligations": [_checked(obligation) for obligation in report.obligations],
        "lemmas": [{"name": name, "status": status.value} for name, status in report.lemmas],
        "check": report.check.to_dict(),
    }


def _derivation(report: DerivationReport) -> dict[str, Any]:
    derivation = report.derivation
    return {
        "kind": "derivation",
        "name": derivation.name,
        "title": derivation.title,
        "status": report.status.value,
        "start": str(derivation.start),
        "given": [str(relation) for relation in derivation.given],
        "steps": [_step(step) for step in report.steps],
        "uses": [lemma.name for lemma in derivation.uses],
    }


def _pitfall(report: PitfallReport) -> dict[str, Any]:
    return {
        "kind": "pitfall",
        "name": report.name,
        "title": report.pitfall.title,
        "status": report.status.value,
        **_claim(report.pitfall.claim),
        "lesson": report.pitfall.lesson,
        "evidence": report.evidence.to_dict(),
    }


def _meeting(report: MeetingReport) -> dict[str, Any]:
    return {
        "kind": "meeting",
        "name": report.name,
        "title": report.meeting.title,
        "status": report.status.value,
        "routes": [_derivation(route) for route in report.routes],
        "checks": [_checked(check) for check in report.checks],
    }


def _article(report: ArticleReport) -> dict[str, Any]:
    return {
        "kind": "article",
        "name": report.name,
        "title": report.article.title,
        "source": report.article.source,
        "status": report.status.value,
        "lemmas": [_derivation(lemma) for lemma in report.lemmas],
        "parts": [to_dict(part) for part in report.parts if not isinstance(part, (str, Plot))],
    }


def _alone(report: Checked) -> dict[str, Any]:
    status = report.status.value
    return {"kind": "claim", **_claim(report.claim), "status": status, "evidence": report.evidence.to_dict()}


_TO_DICT = {
    Evidence: lambda evidence: {"kind": "evidence", **evidence.to_dict()},
    Checked: _alone,
    DerivationReport: _derivation,
    PitfallReport: _pitfall,
    MeetingReport: _meeting,
    ArticleReport: _article,
}
