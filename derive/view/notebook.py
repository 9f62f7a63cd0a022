"""A report in a notebook cell: one small HTML fragment with MathML, styled inline; it needs no scripts and no fonts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from derive.article import Plot
from derive.claim import Claim, UpTo
from derive.evidence import Evidence, Status
from derive.report import ArticleReport, Checked, DerivationReport, MeetingReport, PitfallReport, StepReport
from derive.rule import Assumed, Cited
from derive.view.mathml import formula, typeset
from derive.view.tally import summary
from derive.view.words import Typesetter, inline, reason

# White on each of these has a contrast above 5, and each stands out on white and on black.
_COLOUR = {
    Status.EXACT: "#1a7336",
    Status.ENCLOSED: "#0a6b65",
    Status.CAS: "#4a50bd",
    Status.AGREED: "#1f6297",
    Status.CITED: "#7644a3",
    Status.ASSUMED: "#5f6368",
    Status.UNKNOWN: "#9c4a00",
    Status.REFUTED: "#b8141f",
}
_CELL = "padding:.1em .7em;text-align:left;vertical-align:baseline;border-top:1px solid rgba(128,128,128,.4)"
_SCROLL = "background:none;overflow-x:auto;padding:.3em 0;white-space:normal"
_FAINT = "opacity:.85;font-size:.92em"


def fragment(report: Any) -> str:
    """The report as HTML for `_repr_html_`: readable on a light and on a dark background, and of any width."""
    body = "".join(_FRAGMENT[type(report)](report))
    return f'<div style="color:inherit;max-width:60em;overflow-x:auto;line-height:1.45">{body}</div>'


def badge(status: Status, word: str = "") -> str:
    """The status as a word on its colour, with its meaning as a tooltip."""
    return (
        f'<span title="{escape(status.means)}" style="background:{_COLOUR[status]};color:#fff;border-radius:.3em;'
        f'padding:.1em .5em;font-size:.82em;white-space:nowrap">{escape(word or status.value)}</span>'
    )


def _math(expr: Any, block: bool = False) -> str:
    return formula(expr, block)[0]


def _words(text: str) -> str:
    return inline(text, Typesetter())


def _statement(claim: Claim) -> str:
    return typeset(claim.latex(), str(claim))[0]


def _heading(title: str, mark: str) -> str:
    return f'<p style="margin:.8em 0 .3em"><strong>{_words(title)}</strong> {mark}</p>'


def _given(relations: tuple[Any, ...]) -> str:
    return f'<p style="margin:.2em 0;{_FAINT}">given {", ".join(map(_math, relations))}</p>' if relations else ""


def _said(evidence: Evidence, label: str, words: str = "") -> str:
    """One finding as a list item; a counterexample and what stands beside it below."""
    detail = f": {evidence.detail}" if evidence.detail else ""
    text = f"<li>{label} {badge(evidence.status)} {words}{escape(evidence.method + detail)}"
    found = evidence.counterexample
    if found is not None:
        at = ", ".join(f"{name} = {value}" for name, value in found.point) or "no free symbols"
        sides = f"left <code>{escape(found.lhs)}</code>, right <code>{escape(found.rhs)}</code>"
        text += f"<br>counterexample at {escape(at)}: {sides}"
    beside = "".join(_said(other, "beside") for other in evidence.beside)
    return text + (f'<ul style="margin:0">{beside}</ul>' if beside else "") + "</li>"


def _findings(step: StepReport) -> str:
    items = []
    if not isinstance(step.step.because, (Cited, Assumed)):
        items.append(_said(step.reason, "rule"))
    items += [_said(o.evidence, "needs", f"{_words(o.why)}: {_statement(o.claim)}; ") for o in step.obligations]
    items += [f"<li>uses {badge(status)} {escape(name or 'an unnamed lemma')}</li>" for name, status in step.lemmas]
    items.append(_said(step.check, "check"))
    opened = " open" if not step.status.passed else ""
    return (
        f'<details{opened} style="{_FAINT}"><summary style="cursor:pointer">findings</summary>'
        f'<ul style="margin:0;padding-left:1.2em">{"".join(items)}</ul></details>'
    )


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f'<td style="{_CELL}"><div style="{_SCROLL}">{c}</div></td>' for c in cells) + "</tr>"


def _derivation(report: DerivationReport) -> Iterator[str]:
    derivation = report.derivation
    yield _heading(derivation.title or "Derivation", badge(report.status))
    yield _given(derivation.given)
    for head, body in derivation.where:
        yield f'<p style="margin:.2em 0;{_FAINT}">where {_math(head(*body.variables))} = {_math(body.expr)}</p>'
    rows = [_row("0", _math(derivation.start, True), "")]
    for number, step in enumerate(report.steps, 1):
        relation = step.step.relation
        sign = typeset(relation.sign + r"\;", relation.text)[0]
        gauge = f" + O({_math(relation.gauge)})" if isinstance(relation, UpTo) else ""
        because = reason(step.step, Typesetter())
        line = f"{sign} {_math(step.step.after, True)}{gauge}"
        rows.append(_row(str(number), line, f"{badge(step.status)} {because}{_findings(step)}"))
    columns = "".join(f'<col style="width:{width}">' for width in ("2.2em", "auto", "40%"))
    style = "border-collapse:collapse;margin:.4em 0;background:none;table-layout:fixed;width:100%;min-width:30em"
    yield f'<table style="{style}"><colgroup>{columns}</colgroup>{"".join(rows)}</table>'
    if not derivation.closed:
        yield "<p>The derivation is unfinished: qed() is missing.</p>"
    yield f'<p style="margin:.2em 0;{_FAINT}">{escape(summary(report))}</p>'


def _checked(report: Checked) -> Iterator[str]:
    yield _heading(report.why or "Claim", badge(report.evidence.status))
    yield _given(report.claim.given)
    yield f'<p>{_statement(report.claim)}</p><ul style="{_FAINT}">{_said(report.evidence, "check")}</ul>'


def _pitfall(report: PitfallReport) -> Iterator[str]:
    refuted = report.status is Status.EXACT
    mark = badge(Status.EXACT, "refuted, as it must be") if refuted else badge(Status.UNKNOWN, "not refuted")
    yield _heading(f"Pitfall: {report.pitfall.title or report.name}", mark)
    yield f'<p>{_statement(report.pitfall.claim)}</p><ul style="{_FAINT}">{_said(report.evidence, "check")}</ul>'
    yield f"<p>{_words(report.pitfall.lesson)}</p>"


def _meeting(report: MeetingReport) -> Iterator[str]:
    yield _heading(f"Meeting: {report.meeting.title or report.name}", badge(report.status))
    routes = [f"<li>route {badge(r.status)} {_words(r.derivation.title)}</li>" for r in report.routes]
    checks = [_said(check.evidence, "equal", f"{_statement(check.claim)}; ") for check in report.checks]
    yield f'<ul style="margin:.2em 0">{"".join(routes + checks)}</ul>'


def _article(report: ArticleReport) -> Iterator[str]:
    yield _heading(report.article.title, badge(report.status))
    for part in (*report.lemmas, *report.parts):
        if not isinstance(part, (str, Plot)):
            yield from _FRAGMENT[type(part)](part)
    yield f"<p>{escape(summary(report))}</p>"


_FRAGMENT: dict[type, Any] = {
    Evidence: lambda evidence: [f'<ul style="margin:0">{_said(evidence, "check")}</ul>'],
    Checked: _checked,
    DerivationReport: _derivation,
    PitfallReport: _pitfall,
    MeetingReport: _meeting,
    ArticleReport: _article,
}
