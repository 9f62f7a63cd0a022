"""A report as text: numbered lines, the reason under each, what it needs, its check, and the status at the right."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Any

from derive.article import Plot
from derive.claim import Claim, UpTo, Weakly
from derive.derivation import Derivation
from derive.evidence import Evidence, Status
from derive.report import ArticleReport, Checked, DerivationReport, MeetingReport, PitfallReport, StepReport
from derive.rule import Assumed, Cited
from derive.view.paper import BADGE, Paper, broken, coloured, length, prose, utf8
from derive.view.tally import summary

_LABEL = 7


def render(report: Any, width: int = 80, color: bool | None = None, ascii: bool | None = None) -> str:
    """The report as text of at most `width` columns.

    `color=None`: colours only on a terminal and when NO_COLOR is unset; `ascii=None`: ASCII only where standard output
    is not UTF-8. Takes an Evidence, a Checked claim, or the report of a derivation, a pitfall, a meeting or an article.
    """
    paper = Paper(max(40, width), coloured() if color is None else color, not utf8() if ascii is None else ascii)
    return "\n".join(line.rstrip() for line in _LAYOUT[type(report)](report, paper))


def _line(paper: Paper, number: str, sign: str, expr: Any, tail: str, status: Status | None) -> Iterator[str]:
    """` 3  = formula …  status`, the formula broken where it is too long."""
    head = f"{number:>3}  {paper.text(sign):<2} "
    pieces = broken(
        paper.formula(expr) + tail, paper.width - len(head) - (BADGE if status else 0), paper.width - len(head) - 2
    )
    number_ink = paper.ink(head[:3], "2") + head[3:]
    for index, piece in enumerate(pieces):
        line = number_ink + piece if index == 0 else " " * (len(head) + 2) + piece
        yield paper.right(line, status) if status and index == 0 else line


def _row(paper: Paper, label: str, status: Status | None, words: str, indent: int = 8) -> list[str]:
    """`label  status  words`, a row of the small table under a line."""
    head = " " * indent + f"{label:<{_LABEL}}"
    column = indent + _LABEL + (BADGE if status else 0)
    body = textwrap.wrap(paper.text(words), max(16, paper.width - column)) or [""]
    word = paper.word(status) + " " * (BADGE - len(status.value)) if status else ""
    return [paper.ink(head, "2") + word + body[0], *(" " * column + line for line in body[1:])]


def _said(evidence: Evidence) -> str:
    return evidence.method + (f": {evidence.detail}" if evidence.detail else "")


def _evidence(evidence: Evidence, paper: Paper, label: str, words: str = "", indent: int = 8) -> Iterator[str]:
    """A finding, the counterexample under it, and what stands beside it."""
    yield from _row(paper, label, evidence.status, "; ".join(filter(None, (words, _said(evidence)))), indent)
    found = evidence.counterexample
    if found is not None:
        at = ", ".join(f"{name} = {value}" for name, value in found.point) or "every point (no free symbols)"
        pad = indent + _LABEL + BADGE
        for sort, text in (("at", at), ("left", found.lhs), ("right", found.rhs)):
            head = " " * pad + f"{sort:<6}"
            body = broken(paper.text(text), paper.width - len(head), paper.width - len(head))
            for index, piece in enumerate(body):
                yield (paper.ink(head, "31") if index == 0 else " " * len(head)) + piece
    for other in evidence.beside:
        yield from _evidence(other, paper, "beside", indent=indent)


def _tail(paper: Paper, claim: Any) -> str:
    relation = claim.relation
    if isinstance(relation, UpTo):
        near = f"{paper.formula(relation.variable)} {paper.text('→')} {paper.formula(relation.point)}"
        return f" + O({paper.formula(relation.gauge)}), {near}"
    return f", as distributions in {paper.formula(relation.variable)}" if isinstance(relation, Weakly) else ""


def statement(claim: Claim, paper: Paper) -> str:
    """A claim on one line, without its assumptions."""
    return (
        f"{paper.formula(claim.lhs)} {paper.text(claim.relation.text)} {paper.formula(claim.rhs)}{_tail(paper, claim)}"
    )


def _given(relations: tuple[Any, ...], paper: Paper) -> str:
    return ", ".join(paper.formula(relation) for relation in relations)


def _step(report: StepReport, number: int, paper: Paper) -> Iterator[str]:
    step = report.step
    yield from _line(paper, str(number), step.relation.text, step.after, _tail(paper, step), report.status)
    yield from paper.wrap(f"because {prose(step.reason())}", 8, 10)
    if step.remark:
        yield from paper.wrap(prose(step.remark), 8, 8)
    if not isinstance(step.because, (Cited, Assumed)) or report.reason.counterexample is not None:
        yield from _evidence(report.reason, paper, "rule")
    for obligation in report.obligations:
        yield from _side(obligation, paper, "needs")
    for name, status in report.lemmas:
        yield from _row(paper, "uses", status, name or "an unnamed lemma")
    yield from _evidence(report.check, paper, "check")


def _side(report: Checked, paper: Paper, label: str, indent: int = 8) -> Iterator[str]:
    """A side condition: one line where it holds, its claim where there is room; all about it where it does not."""
    why = prose(report.why)
    words = ": ".join(filter(None, (why, statement(report.claim, paper))))
    if not report.evidence.passed:
        yield from _evidence(report.evidence, paper, label, words, indent)
        return
    room = paper.width - indent - _LABEL - BADGE
    line = paper.text(words)
    if length(line) > room and why:
        line = paper.text(why)
    if length(line) > room:
        dots = paper.text("…")
        line = line[: room - len(dots)] + dots
    yield from _row(paper, label, report.evidence.status, line, indent)


def _heading(paper: Paper, title: str, status: Status | None = None, good: bool = False) -> Iterator[str]:
    lines = textwrap.wrap(paper.text(prose(title)), paper.width - BADGE) or [""]
    bold = [paper.ink(line, "1") for line in lines]
    if status is not None:
        bold[0] = paper.right(bold[0], status, good)
    yield from bold
    yield ("-" if paper.ascii else "─") * paper.width


def _derivation(report: DerivationReport, paper: Paper) -> Iterator[str]:
    derivation = report.derivation
    yield from _heading(paper, derivation.title or derivation.name or "Derivation", report.status)
    yield from _preamble(derivation, paper)
    yield from _line(paper, "0", "", derivation.start, "", None)
    for number, step in enumerate(report.steps, 1):
        yield from _step(step, number, paper)
    if not derivation.closed:
        yield from paper.wrap("The derivation is unfinished: qed() is missing.", 4)
    yield ""
    yield from paper.wrap(summary(report), 0)


def _preamble(derivation: Derivation, paper: Paper) -> Iterator[str]:
    if derivation.given:
        yield from paper.wrap(f"given {_given(derivation.given, paper)}", 4, 10)
    for head, body in derivation.where:
        left = f"{paper.text(str(head))}({', '.join(paper.formula(v) for v in body.variables)})"
        for index, piece in enumerate(
            broken(f"{left} = {paper.formula(body.expr)}", paper.width - 10, paper.width - 12)
        ):
            yield ("    where " if index == 0 else " " * 12) + piece


def _checked(report: Checked, paper: Paper) -> Iterator[str]:
    yield from _heading(paper, report.why or "Claim", report.evidence.status)
    if report.claim.given:
        yield from paper.wrap(f"given {_given(report.claim.given, paper)}", 4, 10)
    yield from _line(paper, "", "", report.claim.lhs, "", None)
    yield from _line(
        paper, "", report.claim.relation.text, report.claim.rhs, _tail(paper, report.claim), report.evidence.status
    )
    yield from _evidence(report.evidence, paper, "check")


def _pitfall(report: PitfallReport, paper: Paper) -> Iterator[str]:
    refuted = report.status is Status.EXACT
    verdict = "refuted, as it must be" if refuted else "NOT refuted, as it should have been"
    yield from _heading(
        paper, f"Pitfall: {report.pitfall.title or report.name or 'a wrong step'}", report.evidence.status, refuted
    )
    claim = report.pitfall.claim
    if claim.given:
        yield from paper.wrap(f"given {_given(claim.given, paper)}", 4, 10)
    yield from _line(paper, "", "", claim.lhs, "", None)
    sign = claim.relation.text + "?"
    yield from _line(paper, "", sign, claim.rhs, _tail(paper, claim), None)
    yield paper.ink(" " * 8 + verdict, "32" if refuted else "31;1")
    yield from _evidence(report.evidence, paper, "check")
    yield from paper.wrap(prose(report.pitfall.lesson), 8, 8)


def _meeting(report: MeetingReport, paper: Paper, shown: tuple[Derivation, ...] = ()) -> Iterator[str]:
    yield from _heading(paper, f"Meeting: {report.meeting.title or report.name or 'independent routes'}", report.status)
    for route in report.routes:
        yield from _row(paper, "route", route.status, prose(route.derivation.title or "an unnamed route"), 4)
    for check in report.checks:
        yield from _side(check, paper, "equal", 4)
    for route in report.routes:
        if route.derivation not in shown:
            yield ""
            yield from _derivation(route, paper)


def _plot(report: Plot, paper: Paper) -> Iterator[str]:
    yield from paper.wrap(f"[figure: {prose(report.title or report.name or 'plot')}; drawn on the page]", 4)


def _prose(text: str, paper: Paper) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", textwrap.dedent(text).strip()):
        if block.startswith("#"):
            yield from (paper.ink(line, "1") for line in paper.wrap(prose(block.lstrip("# ")), 0))
        elif re.match(r"\s*([-*]|\d+\.) ", block):
            for item in re.split(r"\n(?=\s*(?:[-*]|\d+\.) )", block):
                yield from paper.wrap(" ".join(prose(item).split()), 2, 4)
        else:
            yield from paper.wrap(" ".join(prose(block).split()), 0)
        yield ""


def _article(report: ArticleReport, paper: Paper) -> Iterator[str]:
    yield from _heading(paper, report.article.title, report.status)
    if report.article.source:
        yield from paper.wrap(prose(report.article.source), 0)
    yield ""
    shown = tuple(part.derivation for part in (*report.lemmas, *report.parts) if isinstance(part, DerivationReport))
    for part in (*report.lemmas, *report.parts):
        if isinstance(part, str):
            yield from _prose(part, paper)
        elif isinstance(part, MeetingReport):
            yield from _meeting(part, paper, shown)
            yield ""
        else:
            yield from _LAYOUT[type(part)](part, paper)
            yield ""
    yield from paper.wrap(summary(report), 0)


def _bare(evidence: Evidence, paper: Paper) -> Iterator[str]:
    yield from _evidence(evidence, paper, "check", indent=0)


_LAYOUT: dict[type, Any] = {
    Evidence: _bare,
    Checked: _checked,
    DerivationReport: _derivation,
    PitfallReport: _pitfall,
    MeetingReport: _meeting,
    ArticleReport: _article,
    Plot: _plot,
}
