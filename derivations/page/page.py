"""The page of one report: an article with its parts in reading order, a derivation, or a single claim."""

from __future__ import annotations

from html import escape
from typing import Any

from derivations.page import parts
from derivations.page.document import document, reproduce
from derivations.page.plots import figure
from derivations.page.prose import prose
from derivations.page.sheet import Sheet, badge
from derive.article import Plot
from derive.derivation import Derivation
from derive.evidence import Status
from derive.report import ArticleReport, Checked, DerivationReport, MeetingReport, PitfallReport
from derive.view.paper import prose as plain_prose
from derive.view.tally import summary
from derive.view.words import inline


def name_of(report: Any) -> str:
    """The name under which the report's page is kept."""
    return (report.why if isinstance(report, Checked) else report.name) or "derivation"


def title_of(report: Any) -> str:
    """The title of the page, without formulas."""
    if isinstance(report, ArticleReport):
        return plain_prose(report.article.title)
    if isinstance(report, DerivationReport):
        return plain_prose(report.derivation.title or report.name or "Derivation")
    return name_of(report)


def heading(report: Any, sheet: Sheet) -> str:
    """The title of the page as HTML, with its formulas."""
    if isinstance(report, ArticleReport):
        return inline(report.article.title, sheet)
    if isinstance(report, DerivationReport):
        return inline(report.derivation.title or report.name or "Derivation", sheet)
    return escape(name_of(report))


def anchors(report: Any, sheet: Sheet) -> dict[int, str]:
    """An anchor for each part that can be linked to, by its place in reading order (lemmas first)."""
    found: dict[int, str] = {}
    for place, part in enumerate(in_order(report)):
        if not isinstance(part, str):
            found[place] = sheet.anchor(part.name or f"part-{place + 1}")
    return found


def in_order(report: Any) -> tuple[Any, ...]:
    """The parts in the order of the page: prose that opens the article, then lemmas that are no parts, then the rest."""
    if not isinstance(report, ArticleReport):
        return (report,)
    opening = next((n for n, part in enumerate(report.parts) if not isinstance(part, str)), len(report.parts))
    return (*report.parts[:opening], *report.lemmas, *report.parts[opening:])


def report_page(report: Any, command: str = "", index: str = "") -> str:
    """The HTML of the page. The same report gives the same bytes. `index` is a link back to the index, where there is one."""
    sheet = Sheet()
    sheet.anchors |= {"top", "legend"}
    body = _article(report, sheet) if isinstance(report, (ArticleReport, DerivationReport)) else _claim(report, sheet)
    back = f'<nav class="back"><a href="{escape(index)}">All derivations</a></nav>' if index else ""
    legend = f'<section id="legend">{parts.legend()}</section>'
    return document(title_of(report), f"{back}{body}{legend}{reproduce(command, sheet.refused)}")


def _claim(report: Checked, sheet: Sheet) -> str:
    head = f'<header id="top"><h1>{escape(report.why or "Claim")} {badge(report.status)}</h1></header>'
    return f"{head}<main>{parts.claim(report, sheet, sheet.anchor('claim'))}</main>"


def _article(report: ArticleReport | DerivationReport, sheet: Sheet) -> str:
    found = anchors(report, sheet)
    order = in_order(report)
    elsewhere: dict[Derivation, str] = {}
    for place, part in enumerate(order):
        if isinstance(part, DerivationReport):
            elsewhere.setdefault(part.derivation, found[place])
    links = {derivation.name: f"#{anchor}" for derivation, anchor in elsewhere.items() if derivation.name}
    body: list[str] = []
    for place, part in enumerate(order):
        if isinstance(part, str):
            body.append(prose(part, sheet))
        elif isinstance(part, DerivationReport):
            body.append(parts.derivation(part, sheet, found[place], links))
        elif isinstance(part, PitfallReport):
            body.append(parts.pitfall(part, sheet, found[place]))
        elif isinstance(part, MeetingReport):
            body.append(parts.meeting(part, sheet, found[place], links, elsewhere))
        elif isinstance(part, Plot):
            body.append(figure(part, sheet, found[place]))
    if isinstance(report, DerivationReport):
        return f'<main id="top">{"".join(body).replace("<h2>", "<h1>", 1).replace("</h2>", "</h1>", 1)}</main>'
    source = f'<p class="source">{inline(report.article.source, sheet)}</p>' if report.article.source else ""
    tally = f'<p class="tally">{escape(summary(report))} <a href="#legend">What the words mean</a></p>'
    head = f'<header id="top"><h1>{heading(report, sheet)} {badge(report.status)}</h1>{source}{tally}{_contents(order, found, sheet)}</header>'
    return f"{head}<main>{''.join(body)}</main>"


def _contents(order: tuple[Any, ...], found: dict[int, str], sheet: Sheet) -> str:
    """Links to the parts with their statuses, where there are enough parts to lose one's way."""
    items = []
    for place, part in enumerate(order):
        if isinstance(part, (DerivationReport, PitfallReport, MeetingReport)):
            items.append(f'<li><a href="#{found[place]}">{inline(label(part), sheet)}</a> {mark(part)}</li>')
    return f'<nav class="contents" aria-label="Contents"><ol>{"".join(items)}</ol></nav>' if len(items) > 2 else ""


def label(part: DerivationReport | PitfallReport | MeetingReport) -> str:
    """What a part is called in a list, with its formulas as they were written."""
    if isinstance(part, DerivationReport):
        return part.derivation.title or part.name or "Derivation"
    if isinstance(part, PitfallReport):
        return f"Pitfall: {part.pitfall.title or part.name or 'a wrong step'}"
    return part.meeting.title or part.name or "Routes that meet"


def mark(part: DerivationReport | PitfallReport | MeetingReport) -> str:
    """The badge of a part; a pitfall's says whether it was refuted."""
    if not isinstance(part, PitfallReport):
        return badge(part.status)
    return (
        badge(Status.EXACT, "refuted, as it must be")
        if part.status is Status.EXACT
        else badge(Status.UNKNOWN, "not refuted")
    )
