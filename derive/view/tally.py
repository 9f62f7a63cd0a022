"""A report in one sentence: how many steps have which status, and where the weakest one sits."""

from __future__ import annotations

from collections import Counter
from typing import Any

from derive.evidence import Evidence, Status
from derive.report import ArticleReport, Checked, DerivationReport, MeetingReport, PitfallReport


def counts(report: Any) -> Counter[Status]:
    """How many steps, and how many checks of meetings, have each status; pitfalls are counted by `pitfalls`."""
    if isinstance(report, (Evidence, Checked)):
        return Counter([report.status])
    if isinstance(report, DerivationReport):
        return Counter(step.status for step in report.steps)
    if isinstance(report, PitfallReport):
        return Counter()
    if isinstance(report, MeetingReport):
        return Counter(check.evidence.status for check in report.checks)
    found: Counter[Status] = Counter()
    for part in report.findings():
        found += counts(part)
    for route in own_routes(report):
        found += counts(route)
    return found


def pitfalls(report: Any) -> tuple[int, int]:
    """How many pitfalls were refuted, as they must be, and how many there are."""
    found = (
        [part for part in report.findings() if isinstance(part, PitfallReport)]
        if isinstance(report, ArticleReport)
        else []
    )
    return sum(part.status is Status.EXACT for part in found), len(found)


def own_routes(report: ArticleReport) -> list[DerivationReport]:
    """Routes of meetings that are not parts of the article in their own right."""
    shown = [part.derivation for part in report.findings() if isinstance(part, DerivationReport)]
    found: list[DerivationReport] = []
    for part in report.findings():
        for route in part.routes if isinstance(part, MeetingReport) else ():
            if route.derivation not in shown:
                shown.append(route.derivation)
                found.append(route)
    return found


def culprit(report: Any) -> str:
    """Where the weakest status sits: `step 3 of Cosine transform`; empty where there is nothing to point at."""
    if isinstance(report, DerivationReport):
        if not report.derivation.closed:
            return "not closed by qed()"
        for number, step in enumerate(report.steps, 1):
            if step.status is report.status:
                return f"step {number}"
    if isinstance(report, ArticleReport):
        for part in (*report.findings(), *own_routes(report)):
            if part.status is report.status:
                inner = culprit(part) if isinstance(part, DerivationReport) else ""
                name = part.name or "an unnamed part"
                return f"{inner} of {name}" if inner.startswith("step") else name
    return ""


def summary(report: Any) -> str:
    """`5 steps: 3 exact, 1 agreed, 1 refuted; weakest: refuted (step 4).`"""
    found = counts(report)
    total = sum(found.values())
    listed = ", ".join(f"{found[status]} {status.value}" for status in Status if found[status])
    noun = "step" if isinstance(report, DerivationReport) else "check"
    refuted, posed = pitfalls(report)
    caught = f"; {refuted} of {posed} pitfall{'' if posed == 1 else 's'} refuted, as it must be" if posed else ""
    where = culprit(report) if report.status is not Status.EXACT else ""
    head = f"{total} {noun}{'' if total == 1 else 's'}{': ' + listed if listed else ''}{caught}"
    return f"{head}; weakest: {report.status.value}{f' ({where})' if where else ''}."


def counterexamples(report: Any) -> list[tuple[str, str]]:
    """Where a claim that should hold fails, and the counterexample, one for each place; pitfalls are not among them."""
    if isinstance(report, Checked):
        found = report.evidence.counterexample
        return [] if found is None else [("", str(found))]
    if isinstance(report, DerivationReport):
        return [
            (f"step {number} of {report.name or 'the derivation'}", str(step.counterexamples[0].counterexample))
            for number, step in enumerate(report.steps, 1)
            if step.counterexamples
        ]
    if isinstance(report, MeetingReport):
        failed = [check.evidence.counterexample for check in report.checks]
        return [(f"the routes of {report.name or 'the meeting'}", str(found)) for found in failed if found is not None]
    if isinstance(report, ArticleReport):
        return [pair for part in (*report.findings(), *own_routes(report)) for pair in counterexamples(part)]
    return []
