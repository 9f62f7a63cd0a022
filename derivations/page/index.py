"""The index of a report: every page with its status, and for each the graph of what uses what."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from derivations.page import graph, parts
from derivations.page.document import document, reproduce
from derivations.page.page import anchors, heading, in_order, label, mark, title_of
from derivations.page.sheet import Sheet, badge, slug
from derive.article import Plot
from derive.derivation import Derivation
from derive.report import ArticleReport, Checked, DerivationReport, MeetingReport, PitfallReport
from derive.view.paper import prose as plain_prose
from derive.view.tally import summary
from derive.view.words import inline


def index_page(pages: Mapping[str, Any]) -> str:
    """The HTML of the index; `pages` leads from file names to reports."""
    sheet = Sheet()
    sheet.anchors |= {"top", "legend"}
    bodies = [_entry(file, report, sheet.anchor(file.removesuffix(".html")), sheet) for file, report in pages.items()]
    single = {file: report for file, report in pages.items() if isinstance(report, DerivationReport)}
    if len(single) > 1:
        nodes, edges = _singles(single)
        if edges:
            bodies.append(_figure(nodes, edges, sheet.anchor("derivations"), "What uses what among the derivations"))
    passed = sum(report.passed for report in pages.values())
    head = f'<header id="top"><h1>Derivations</h1><p class="tally">{passed} of {len(pages)} pages without a gap.</p></header>'
    legend = f'<section id="legend">{parts.legend()}</section>'
    return document(
        "Derivations",
        f"{head}<main>{''.join(bodies)}</main>{legend}{reproduce('derive report', sheet.refused)}",
        sort="index",
    )


def _entry(file: str, report: Any, anchor: str, sheet: Sheet) -> str:
    words = "1 check" if isinstance(report, Checked) else summary(report)
    head = (
        f'<section class="entry" id="{anchor}"><h2><a href="{escape(file)}">{heading(report, sheet)}</a> {badge(report.status)}</h2>'
        f'<p class="tally">{escape(words)}</p>'
    )
    if not isinstance(report, ArticleReport):
        return head + "</section>"
    found = anchors(report, Sheet(anchors={"top", "legend"}))
    order = in_order(report)
    nodes, edges = _article(order, found, file)
    listed = "".join(
        f'<li><a href="{escape(file)}#{found[place]}">{inline(label(part), sheet)}</a> {mark(part)}</li>'
        for place, part in enumerate(order)
        if not isinstance(part, (str, Plot))
    )
    drawn = _figure(nodes, edges, anchor, f"What uses what in {title_of(report)}") if nodes else ""
    return f'{head}{drawn}<details><summary>{len(nodes)} parts as a list</summary><ol class="parts">{listed}</ol></details></section>'


def _figure(nodes: list[graph.Node], edges: list[tuple[str, str]], anchor: str, title: str) -> str:
    return (
        f'<figure class="graph"><div class="scroll">{graph.svg(nodes, edges, f"{anchor}-graph", title)}</div>'
        f"<figcaption>{escape(title)}: an arrow leads from what is used to what uses it.</figcaption></figure>"
    )


def _article(
    order: tuple[Any, ...], found: dict[int, str], file: str
) -> tuple[list[graph.Node], list[tuple[str, str]]]:
    """Nodes for the parts and for routes that stand in a meeting only; edges from lemmas to users and from routes to meetings."""
    nodes: list[graph.Node] = []
    edges: list[tuple[str, str]] = []
    places: dict[Derivation, str] = {}
    for place, part in enumerate(order):
        if isinstance(part, DerivationReport):
            places.setdefault(part.derivation, found[place])
    reports = [part for part in order if isinstance(part, DerivationReport)]
    for part in order:
        for route in part.routes if isinstance(part, MeetingReport) else ():
            if route.derivation not in places:
                places[route.derivation] = f"{found[order.index(part)]} {slug(route.name)}"
                reports.append(route)
    for report in reports:
        key = places[report.derivation]
        href = f"{file}#{key.split()[0]}"
        nodes.append(graph.Node(key, plain_prose(label(report)), href, report.status))
        edges += [(places[lemma], key) for lemma in report.derivation.uses if lemma in places]
    for place, part in enumerate(order):
        if isinstance(part, PitfallReport):
            title = plain_prose(part.pitfall.title or part.name or "a wrong step")
            nodes.append(graph.Node(found[place], title, f"{file}#{found[place]}", part.status, "pitfall"))
        elif isinstance(part, MeetingReport):
            nodes.append(
                graph.Node(found[place], plain_prose(label(part)), f"{file}#{found[place]}", part.status, "meeting")
            )
            edges += [(places[route.derivation], found[place]) for route in part.routes]
    return nodes, edges


def _singles(pages: Mapping[str, DerivationReport]) -> tuple[list[graph.Node], list[tuple[str, str]]]:
    """Pages of single derivations as one graph."""
    files = {report.derivation: file for file, report in pages.items()}
    nodes = [graph.Node(file, title_of(report), file, report.status) for file, report in pages.items()]
    return nodes, [
        (files[lemma], file) for file, report in pages.items() for lemma in report.derivation.uses if lemma in files
    ]
