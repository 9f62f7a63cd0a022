"""The graph of what uses what: layers by longest path, order by barycentres, drawn as inline SVG with links."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from derive.evidence import Status

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 186, 58, 44, 14, 4
_TITLE_WIDTH = 23
_SWEEPS = 6
_PER_ROW = 4


@dataclass(frozen=True)
class Node:
    """A named part: where it leads, its title, what sort it is, and its status."""

    key: str
    title: str
    href: str
    status: Status
    sort: str = "derivation"


@dataclass(frozen=True)
class Layout:
    """Upper left corners of the nodes, the courses of the edges, and the size of the whole."""

    corners: dict[str, tuple[float, float]]
    courses: list[tuple[tuple[float, float], ...]]
    width: float
    height: float


def layers(keys: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """The layer of each node: the length of the longest path that leads to it. Edges go from what is used to what uses it."""
    rank = dict.fromkeys(keys, 0)
    for _ in keys:
        changed = False
        for source, target in edges:
            if rank[target] < rank[source] + 1 <= len(keys):
                rank[target], changed = rank[source] + 1, True
        if not changed:
            break
    for key in keys:  # what nothing leads to moves up to its first user, so that edges are short
        users = [rank[target] for source, target in edges if source == key]
        if users and not any(target == key for _, target in edges):
            rank[key] = min(users) - 1
    return rank


def layout(keys: list[str], edges: list[tuple[str, str]]) -> Layout:
    """Places the nodes from left to right; edges over several layers pass through a slot of their own in each of them."""
    linked = [key for key in keys if any(key in edge for edge in edges)]
    rank = layers(linked, edges)
    columns: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for key in linked:
        columns[rank[key]].append(key)
    paths: list[list[str]] = []
    short: list[tuple[str, str]] = []
    for number, (source, target) in enumerate(edges):
        path = [source]
        for layer in range(rank[source] + 1, rank[target]):
            slot = f"\0{number}.{layer}"
            columns[layer].append(slot)
            path.append(slot)
        path.append(target)
        paths.append(path)
        short += list(pairwise(path))
    _order(columns, short)
    tall = {name: 14.0 if name.startswith("\0") else float(HEIGHT) for column in columns for name in column}
    top = _heights(columns, short, tall)
    lowest = max((top[name] + tall[name] for name in top), default=0.0)
    corners: dict[str, tuple[float, float]] = {}
    for layer, column in enumerate(columns):
        for name in column:
            corners[name] = (MARGIN + layer * (WIDTH + GAP_X), MARGIN + top[name])
    courses = [_course(path, corners, tall) for path in paths]
    alone = [key for key in keys if key not in linked]
    start = MARGIN + lowest + (2 * GAP_Y if linked and alone else 0)
    per_row = max(_PER_ROW, len(columns))
    for number, key in enumerate(alone):
        row, column = divmod(number, per_row)
        corners[key] = (MARGIN + column * (WIDTH + GAP_Y), start + row * (HEIGHT + GAP_Y))
    placed = [corners[key] for key in keys]
    width = max((x for x, _ in placed), default=0) + WIDTH + MARGIN
    height = max((y for _, y in placed), default=0) + HEIGHT + MARGIN
    return Layout({key: corners[key] for key in keys}, courses, width, max(height, lowest + 2 * MARGIN))


def _order(columns: list[list[str]], edges: list[tuple[str, str]]) -> None:
    """Barycentre sweeps, forth and back: each layer is sorted by the mean place of its neighbours in the layer before."""
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        indices = range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1)
        for layer in indices:
            beside = {name: place for place, name in enumerate(columns[layer - 1 if forth else layer + 1])}
            now = {name: place for place, name in enumerate(columns[layer])}

            def weight(
                name: str, beside: dict[str, int] = beside, now: dict[str, int] = now, forth: bool = forth
            ) -> float:
                near = [
                    beside[s if forth else t]
                    for s, t in edges
                    if (t if forth else s) == name and (s if forth else t) in beside
                ]
                return sum(near) / len(near) if near else float(now[name])

            columns[layer].sort(key=weight)


def _heights(columns: list[list[str]], edges: list[tuple[str, str]], tall: dict[str, float]) -> dict[str, float]:
    """The upper edge of each node: near the mean of its neighbours, in order, without overlap."""
    middle: dict[str, float] = {}
    for column in columns:
        y = 0.0
        for name in column:
            middle[name] = y + tall[name] / 2
            y += tall[name] + GAP_Y
    for sweep in range(2 * _SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = []
            for name in column:
                near = [middle[s] for s, t in edges if t == name] + [middle[t] for s, t in edges if s == name]
                wanted.append(sum(near) / len(near) if near else middle[name])
            for place, name in enumerate(column):
                above = column[place - 1] if place else None
                room = middle[above] + (tall[above] + tall[name]) / 2 + GAP_Y if above else wanted[place]
                middle[name] = max(wanted[place], room)
            shift = sum(wanted) / len(wanted) - sum(middle[name] for name in column) / len(column) if column else 0.0
            for name in column:
                middle[name] += shift
    least = min((middle[name] - tall[name] / 2 for name in middle), default=0.0)
    return {name: round(middle[name] - tall[name] / 2 - least, 1) for name in middle}


def _course(
    path: list[str], corners: dict[str, tuple[float, float]], tall: dict[str, float]
) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    for place, name in enumerate(path):
        x, y = corners[name]
        middle = y + tall[name] / 2
        if place:
            points.append((x, middle))
        if place < len(path) - 1:
            points.append((x + WIDTH, middle))
    return tuple(points)


def _curve(points: tuple[tuple[float, float], ...]) -> str:
    x, y = points[0]
    text = [f"M{x:g} {y:g}"]
    for index, (u, v) in enumerate(points[1:], 1):
        if index % 2 == 0:
            text.append(f"L{u:g} {v:g}")
        else:
            end = u - 7 if index == len(points) - 1 else u
            half = (x + u) / 2
            text.append(f"C{half:g} {y:g} {half:g} {v:g} {end:g} {v:g}")
        x, y = u, v
    return "".join(text)


def svg(nodes: list[Node], edges: list[tuple[str, str]], name: str, title: str) -> str:
    """The graph as one `<svg>`; `name` sets the ids apart from those of other graphs on the page."""
    keys = [node.key for node in nodes]
    edges = [edge for edge in dict.fromkeys(edges) if edge[0] in keys and edge[1] in keys and edge[0] != edge[1]]
    plan = layout(keys, edges)
    called = {node.key: node.title for node in nodes}
    drawn = [
        f'<path class="edge" d="{_curve(course)}" marker-end="url(#{name}-arrow)"><title>{escape(called[source])} is used by '
        f"{escape(called[target])}</title></path>"
        for course, (source, target) in zip(plan.courses, edges, strict=True)
    ]
    drawn += [_node(node, *plan.corners[node.key]) for node in nodes]
    uses = "; ".join(f"{called[target]} uses {called[source]}" for source, target in edges)
    return (
        f'<svg class="graph" viewBox="0 0 {plan.width:g} {plan.height:g}" width="{plan.width:g}" height="{plan.height:g}" role="group" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(uses or "no part uses another one")}</desc>'
        f'<defs><marker id="{name}-arrow" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        f'markerUnits="userSpaceOnUse"><path class="arrow" d="M0 0L8 4L0 8Z"/></marker></defs>{"".join(drawn)}</svg>'
    )


def _node(node: Node, x: float, y: float) -> str:
    lines = textwrap.wrap(node.title, _TITLE_WIDTH) or [node.key]
    if len(lines) > 2:
        lines = [
            lines[0],
            textwrap.shorten(" ".join(lines[1:]), _TITLE_WIDTH, placeholder="…") or lines[1][: _TITLE_WIDTH - 1] + "…",
        ]
    first = y + (20 if len(lines) == 2 else 24)
    text = "".join(
        f'<text class="name" x="{x + 16:g}" y="{first + 16 * n:g}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    word = "refuted, as it must be" if node.sort == "pitfall" and node.status is Status.EXACT else node.status.value
    label = word if node.sort == "derivation" else f"{node.sort} · {word}"
    return (
        f'<a href="{escape(node.href)}" class="node {node.status.value} {node.sort}"><title>{escape(node.title)}: {escape(label)}</title>'
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<rect class="mark" x="{x:g}" y="{y:g}" width="6" height="{HEIGHT}" rx="3"/>{text}'
        f'<text class="word" x="{x + 16:g}" y="{first + 16 * len(lines) + 1:g}">{escape(label)}</text></a>'
    )
