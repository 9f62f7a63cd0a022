"""The parts of a page: a derivation as a table of lines and reasons, a pitfall in its box, routes that meet, a claim by itself."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from derivations.page.sheet import Sheet, badge
from derive.claim import Claim
from derive.derivation import Derivation
from derive.evidence import Evidence, Status
from derive.report import Checked, DerivationReport, MeetingReport, PitfallReport, StepReport
from derive.rule import Assumed, Cited
from derive.view.mathml import typeset
from derive.view.tally import summary
from derive.view.words import inline, reason, title

Links = Mapping[Derivation, str]


def derivation(report: DerivationReport, sheet: Sheet, anchor: str, links: Mapping[str, str], level: int = 2) -> str:
    """Title, assumptions, meanings, and the table: line | because | status. `links` leads from names of lemmas to where they stand."""
    subject = report.derivation
    named = inline(subject.title or "Derivation", sheet)
    head = [f'<section class="part derivation" id="{anchor}">', f"<h{level}>{named} {badge(report.status)}</h{level}>"]
    head.append(sheet.given(subject.given))
    for name, body in subject.where:
        head.append(
            f'<div class="where"><span>Where</span> <div class="formula">{sheet.math(name(*body.variables))} '
            f'<span class="sign">{typeset("=", "=")[0]}</span> {sheet.math(body.expr, block=True)}</div></div>'
        )
    rows = [_row(sheet, anchor, 0, "", f'<div class="formula">{sheet.math(subject.start, block=True)}</div>', "", "")]
    for number, step in enumerate(report.steps, 1):
        rows.append(_step(step, sheet, anchor, number, links))
    columns = "".join(f'<th role="columnheader" scope="col">{name}</th>' for name in ("", "Line", "Because", "Status"))
    table = (
        f'<table class="steps" role="table"><thead role="rowgroup"><tr role="row">{columns}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )
    unfinished = (
        "" if subject.closed else '<p class="warning">The derivation is unfinished: <code>qed()</code> is missing.</p>'
    )
    return "".join(head) + table + unfinished + f'<p class="tally">{escape(summary(report))}</p></section>'


def _row(sheet: Sheet, anchor: str, number: int, sign: str, line: str, because: str, status: str) -> str:
    place = sheet.anchor(f"{anchor}-{number}")
    return (
        f'<tr role="row" id="{place}"><td role="cell" class="number"><a href="#{place}" aria-label="line {number}">{number}</a></td>'
        f'<td role="cell" class="line"><div class="line"><span class="sign">{sign}</span><div class="body">{line}</div></div></td>'
        f'<td role="cell" class="because">{because}</td><td role="cell" class="status">{status}</td></tr>'
    )


def _step(report: StepReport, sheet: Sheet, anchor: str, number: int, links: Mapping[str, str]) -> str:
    step = report.step
    sign = typeset(step.relation.sign, step.relation.text)[0]
    line = f'<div class="formula">{sheet.line(step.after, step.relation)}</div>'
    because = f"<p>{reason(step, sheet, lambda lemma: _linked(lemma, sheet, links))}</p>"
    if step.remark:
        because += f'<p class="remark">{inline(step.remark, sheet)}</p>'
    line += "".join(counterexample(evidence) for evidence in _failures(report))
    row = _row(sheet, anchor, number, sign, line, because, badge(report.status))
    more = _findings(report, sheet, links)
    return f'{row}<tr role="row" class="more"><td role="cell"></td><td role="cell" colspan="3">{more}</td></tr>'


def _linked(lemma: Derivation, sheet: Sheet, links: Mapping[str, str]) -> str:
    """The title of a lemma, with a link to where it stands on the page."""
    called = title(lemma, sheet)
    return f'<a href="{links[lemma.name]}">{called}</a>' if lemma.name in links else called


def _failures(report: StepReport) -> list[Evidence]:
    """Counterexamples of the step, each point once."""
    found: list[Evidence] = []
    for evidence in report.counterexamples:
        if evidence.counterexample not in [other.counterexample for other in found]:
            found.append(evidence)
    return found


def _findings(report: StepReport, sheet: Sheet, links: Mapping[str, str]) -> str:
    """All findings of a step, folded under one line that says how many there are."""
    items: list[str] = []
    plain_reason = isinstance(report.step.because, (Cited, Assumed))
    if not plain_reason:
        items.append(_item("Rule", "", finding(report.reason)))
    for obligation in report.obligations:
        why = f"{inline(obligation.why, sheet)}:" if obligation.why else ""
        claim = f'{why}<div class="formula">{sheet.claim(obligation.claim)}</div>'
        items.append(_item("Needs", claim, finding(obligation.evidence)))
    used = [lemma for lemma in report.step.lemmas if isinstance(lemma, Derivation)]
    for lemma, (_, status) in zip(used, report.lemmas, strict=True):
        items.append(_item("Uses", _linked(lemma, sheet, links), badge(status)))
    items.append(_item("Check", "", finding(report.check)))
    needs = len(report.obligations)
    words = [] if plain_reason else [f"rule {report.reason.status.value}"]
    words += [f"{needs} side condition{'' if needs == 1 else 's'}"] if needs else []
    words += [f"{len(report.lemmas)} lemma{'' if len(report.lemmas) == 1 else 's'}"] if report.lemmas else []
    words.append(f"check {report.check.status.value}")
    opened = "" if report.status.passed else " open"
    return f'<details{opened}><summary>{", ".join(words)}</summary><ul class="ledger">{"".join(items)}</ul></details>'


def _item(kind: str, what: str, how: str) -> str:
    """What had to be seen, and how it is known; `what` is empty where the step itself is meant."""
    told = f'<div class="what">{what}</div>' if what else ""
    return f'<li><span class="kind">{kind}</span>{told}<div class="how{"" if what else " wide"}">{how}</div></li>'


def finding(evidence: Evidence) -> str:
    """The status, the method and what it found, with what stands beside it below."""
    detail = f': <span class="detail">{escape(evidence.detail)}</span>' if evidence.detail else ""
    beside = "".join(f'<li><span class="kind">Beside</span> {finding(other)}</li>' for other in evidence.beside)
    below = f'<ul class="findings">{beside}</ul>' if beside else ""
    return f'{badge(evidence.status)} <span class="method">{escape(evidence.method)}</span>{detail}{below}'


def counterexample(evidence: Evidence) -> str:
    """The point, and both values with their bounds."""
    found = evidence.counterexample
    if found is None:
        return ""
    at = (
        ", ".join(f"<i>{escape(name)}</i> = {escape(value)}" for name, value in found.point)
        or "every point: there is no free symbol"
    )
    return (
        '<dl class="counterexample"><dt>Counterexample</dt>'
        f"<dd>{at}</dd><dt>left</dt><dd>{escape(found.lhs)}</dd><dt>right</dt><dd>{escape(found.rhs)}</dd></dl>"
    )


def _claim_box(claim: Claim, sheet: Sheet, doubt: bool = False) -> str:
    return f'{sheet.given(claim.given)}<div class="formula shown">{sheet.claim(claim, doubt)}</div>'


def pitfall(report: PitfallReport, sheet: Sheet, anchor: str) -> str:
    """A wrong step in a box of its own, with the point at which it fails and the lesson."""
    refuted = report.status is Status.EXACT
    subject = report.pitfall
    verdict = "Pitfall: refuted, as it must be" if refuted else "Pitfall: not refuted, though it should have been"
    posed = f'<p class="subject">{inline(subject.title, sheet)}</p>' if subject.title else ""
    return (
        f'<section class="part pitfall{"" if refuted else " missed"}" id="{anchor}" aria-labelledby="{anchor}-title">'
        f'<h2 id="{sheet.anchor(f"{anchor}-title")}">{verdict}</h2>{posed}{_claim_box(subject.claim, sheet, doubt=True)}'
        f"{counterexample(report.evidence)}<p>{inline(subject.lesson, sheet)}</p>"
        f"<details{'' if refuted else ' open'}><summary>how it was tested</summary>"
        f'<ul class="findings"><li>{finding(report.evidence)}</li></ul></details></section>'
    )


def meeting(report: MeetingReport, sheet: Sheet, anchor: str, links: Mapping[str, str], elsewhere: Links) -> str:
    """Routes to one value: links to those that stand elsewhere, the others in full, and whether their ends are equal."""
    named = inline(report.meeting.title or report.name or "Independent routes", sheet)
    routes, tables = [], []
    for number, route in enumerate(report.routes, 1):
        target = elsewhere.get(route.derivation)
        if target is None:
            target = sheet.anchor(route.name or f"{anchor}-route-{number}")
            tables.append(derivation(route, sheet, target, links, level=3))
        name = inline(route.derivation.title or route.name or f"route {number}", sheet)
        href = target if "#" in target else f"#{target}"
        routes.append(f'<li><a href="{href}">{name}</a> {badge(route.status)}</li>')
    checks = "".join(
        f'<li><div class="formula">{sheet.claim(check.claim)}</div>{inline(check.why, sheet)} {finding(check.evidence)}'
        f"{counterexample(check.evidence)}</li>"
        for check in report.checks
    )
    refuted = any(not check.evidence.passed for check in report.checks)
    return (
        f'<section class="part meeting" id="{anchor}"><h2>Routes that meet: {named} {badge(report.status)}</h2>'
        f'<ol class="routes">{"".join(routes)}</ol><details{" open" if refuted else ""}><summary>{len(report.checks)} equalities of '
        f'their ends</summary><ul class="findings">{checks}</ul></details>{"".join(tables)}</section>'
    )


def claim(report: Checked, sheet: Sheet, anchor: str) -> str:
    """A claim that was checked by itself."""
    return (
        f'<section class="part claim" id="{anchor}"><h2>Claim {badge(report.evidence.status)}</h2>{_claim_box(report.claim, sheet)}'
        f'{counterexample(report.evidence)}<ul class="findings"><li>{finding(report.evidence)}</li></ul></section>'
    )


def legend(statuses: Any = tuple(Status)) -> str:
    """The statuses and what they promise, strongest first."""
    rows = "".join(f"<tr><td>{badge(status)}</td><td>{escape(status.means)}</td></tr>" for status in statuses)
    return (
        '<table class="legend"><caption>What the words promise, strongest first; a derivation is as strong as its weakest step</caption>'
        f'<thead class="away"><tr><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>{rows}</tbody></table>'
    )
