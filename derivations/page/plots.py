"""Figures as inline SVG: curves from kernels, points from the oracle with their true error bars, in the colours of the page."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from typing import Any

import sympy as sp

from derivations.page.sheet import Sheet
from derive import cache
from derive.article import Curve, Data, Plot, Points, Trace
from derive.claim import Claim
from derive.errors import DeriveError
from derive.view.words import inline

SAMPLES = 401
MARKER = 5.0  # points
DIGITS = 12
TIMEOUT = 20.0
_INK = "#010203"
_COLOURS = ("#a10001", "#a10002", "#a10003", "#a10004", "#a10005", "#a10006")  # replaced by the colours of the page
_SIZE = (7.2, 3.8)


@dataclass(frozen=True)
class Measured:
    """A point of the oracle: the value, its radius, and whether the radius is proven."""

    place: float
    value: float
    radius: float
    rigorous: bool


def curve_values(curve: Curve) -> tuple[Any, Any]:
    """Abscissae and values of a closed form: by our kernel, else by lambdify of the expression; complex or infinite values are gaps."""
    import numpy as np

    lower, upper = float(sp.N(curve.lower)), float(sp.N(curve.upper))
    places = np.linspace(lower, upper, SAMPLES)
    expr = sp.sympify(curve.expr, strict=True).subs(dict(curve.at))
    with np.errstate(all="ignore"):
        values = np.asarray(_function(expr, curve.variable)(places), dtype=complex) * np.ones_like(places)
    real = np.where(np.abs(values.imag) <= 1e-9 * (1 + np.abs(values.real)), values.real, np.nan)
    return places, np.where(np.isfinite(real), real, np.nan)


def trace_values(trace: Trace) -> tuple[Any, Any]:
    """The points of a trace, from its beginning to its end."""
    x, y = (Curve(part, trace.variable, trace.lower, trace.upper, trace.at) for part in (trace.x, trace.y))
    return curve_values(x)[1], curve_values(y)[1]


def _function(expr: sp.Expr, variable: sp.Symbol) -> Any:
    from numerics.kernel import KernelError, kernel

    try:
        compiled = kernel(expr, [variable], backend="numpy")
    except KernelError:
        return sp.lambdify([variable], expr, modules=["scipy", "numpy"] if _has_scipy() else ["numpy", "mpmath"])
    return compiled


def _has_scipy() -> bool:
    from importlib.util import find_spec

    return find_spec("scipy") is not None


def point_values(points: Points) -> tuple[list[Measured], int]:
    """What the oracle encloses, and at how many of the places it could not."""
    found: list[Measured] = []
    missed = 0
    for value in points.values:
        at = {**dict(points.at), points.variable: value}
        place = float(sp.N(value))
        measured = measure(sp.sympify(points.expr, strict=True), at, place)
        missed += measured is None
        found += [] if measured is None else [measured]
    return found, missed


def measure(expr: sp.Expr, at: dict[Any, Any], place: float) -> Measured | None:
    """One value of the oracle; None where it finds none, or a complex or infinite one."""
    from numerics.errors import NumericsError
    from numerics.oracle import enclose

    try:
        found = enclose(expr, at=at, digits=DIGITS, timeout=TIMEOUT)
    except NumericsError:
        return None
    value = complex(found.mid)
    if not math.isfinite(abs(value)) or abs(value.imag) > float(found.radius) + 1e-12 * abs(value):
        return None
    return Measured(place, value.real, float(found.radius), bool(found.rigorous))


def figure(plot: Plot, sheet: Sheet, anchor: str) -> str:
    """The figure with its caption, which states how large the error bars are where they are too small to be seen."""
    drawn, notes = _remembered(plot, anchor)
    labels = [part.label for part in plot.parts if part.label]
    alt = f"{plot.title or 'Plot'}: {', '.join(labels) or 'curves and points'}, over {plot.xlabel or 'the axis'}"
    tagged = re.sub(
        r"<svg\b[^>]*?viewBox=\"([^\"]*)\"[^>]*>",
        lambda m: f'<svg class="plot" viewBox="{m[1]}" role="img" aria-label="{escape(alt.replace("$", ""))}">',
        drawn,
        count=1,
    )
    caption = f"<strong>{inline(plot.title, sheet)}.</strong> " if plot.title else ""
    return f'<figure class="part" id="{anchor}">{tagged}<figcaption>{caption}{" ".join(map(escape, notes))}</figcaption></figure>'


def _remembered(plot: Plot, anchor: str) -> tuple[str, list[str]]:
    """The drawing and its notes, kept beside the evidence: its points are values of the oracle."""
    exprs = cache.canonical(*(sp.sympify(part.expr, strict=True) for part in plot.parts))
    key = cache.key(Claim(0, 0), "\n".join([repr(plot), anchor, version("matplotlib"), *exprs]))
    known = cache.recall(key)
    if known is None:
        _settable(plot, anchor)
        drawn, notes = _draw(plot, anchor)
        known = {"svg": drawn, "notes": notes}
        cache.remember(key, known)
    return known["svg"], known["notes"]


def _settable(plot: Plot, anchor: str) -> None:
    """DeriveError naming the plot and the label if a label holds a formula that matplotlib cannot set."""
    from matplotlib.cbook import is_math_text
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    labels = [("xlabel", plot.xlabel), ("ylabel", plot.ylabel), *(("label", part.label) for part in plot.parts)]
    for kind, text in labels:
        if not is_math_text(text):
            continue
        try:
            parser.parse(text)
        except ValueError as error:
            _, _, what = str(error).strip().splitlines()[-1].partition(": ")
            found = re.search(r"found .*", what) if len(what) > 120 else None  # the parser lists its whole grammar
            raise DeriveError(
                f"the plot {plot.name or anchor!r}: matplotlib cannot set its {kind} {text!r} ({found[0] if found else what}); "
                "write it with the commands of matplotlib's mathtext, or without dollar signs"
            ) from None


def _draw(plot: Plot, anchor: str) -> tuple[str, list[str]]:
    """The SVG in the colours of the page, and notes for the caption."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style = {
        "svg.hashsalt": anchor, "svg.fonttype": "path", "font.family": "STIXGeneral", "mathtext.fontset": "stix", "font.size": 12,
        "text.color": _INK, "axes.edgecolor": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
        "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.7, "legend.frameon": False, "axes.grid": False,
    }  # fmt: skip
    notes: list[str] = []
    with matplotlib.rc_context(style):
        canvas = FigureCanvasSVG(Figure(figsize=_SIZE, layout="constrained"))
        axes = canvas.figure.subplots()
        for number, part in enumerate(plot.parts):
            colour = _COLOURS[number % len(_COLOURS)]
            if isinstance(part, Trace):
                _plot_trace(axes, part, colour if part.shade is None else _COLOURS[part.shade])
            elif isinstance(part, Curve):
                axes.plot(*curve_values(part), color=colour, linewidth=1.6, label=part.label or None)
            elif isinstance(part, Data):
                notes += _plot_data(axes, part, colour)
            else:
                notes += _plot_points(axes, canvas, part, colour)
        if plot.picture:
            axes.set_aspect("equal")
            axes.set_axis_off()
        axes.set_xlabel(plot.xlabel)
        axes.set_ylabel(plot.ylabel)
        if any(part.label for part in plot.parts):
            axes.legend()
        stream = io.StringIO()
        canvas.figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline_svg(stream.getvalue(), anchor), notes


def _plot_trace(axes: Any, part: Trace, colour: str) -> None:
    x, y = trace_values(part)
    width = 0.6 if part.faint else 1.6
    if part.fill:
        axes.fill(x, y, color=colour, alpha=0.25, linewidth=0, label=part.label or None)
        return
    axes.plot(x, y, color=colour, linewidth=width, alpha=0.6 if part.faint else 1.0, label=part.label or None)
    if part.arrow:
        head = {"arrowstyle": "-|>", "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (x[-1], y[-1]), (x[-20], y[-20]), arrowprops=head)


def _plot_data(axes: Any, part: Data, colour: str) -> list[str]:
    places, values, errors = zip(*part.rows(), strict=True)
    axes.errorbar(
        places, values, yerr=errors, fmt="o", color=colour, markersize=2.5, elinewidth=0.9, capsize=1.5, label=part.label or None
    )
    return [part.note] if part.note else []


def _plot_points(axes: Any, canvas: Any, part: Points, colour: str) -> list[str]:
    found, missed = point_values(part)
    name = f"“{part.label}”" if part.label else "points"
    notes: list[str] = []
    if found:
        places, values, radii = zip(*((p.place, p.value, p.radius) for p in found), strict=True)
        axes.plot(
            places, values, "o", color=colour, markersize=MARKER, markerfacecolor="none", label=part.label or None
        )
        axes.autoscale_view()
        marker = canvas.figure.dpi / 72 * MARKER / 2
        low, high = axes.transData.transform((0.0, 0.0))[1], axes.transData.transform((0.0, max(radii)))[1]
        proven = "proven" if all(p.rigorous for p in found) else "partly estimated"
        if abs(high - low) >= marker:
            axes.errorbar(places, values, yerr=radii, fmt="none", ecolor=colour, capsize=3)
        if abs(high - low) < marker:
            notes.append(
                f"Error bars of {name} are smaller than the marker: the largest radius is {max(radii):.1e} ({proven})."
            )
        else:
            notes.append(f"Error bars of {name} are the radii of the oracle ({proven}).")
    if missed:
        notes.append(f"At {missed} place{'' if missed == 1 else 's'} of {name} the oracle gave no value.")
    return notes


def _inline_svg(text: str, anchor: str) -> str:
    """What matplotlib writes, made fit for HTML: ids of its own, no metadata, colours of the page."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{anchor}.\1"', text)
    text = re.sub(r'(?:xlink:)?href="#([^"]+)"', rf'href="#{anchor}.\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{anchor}.\1)", text)
    text = text.replace(_INK, "currentColor")
    for number, colour in enumerate(_COLOURS, 1):
        text = text.replace(colour, f"var(--plot-{number})")
    return re.sub(r">\s+<", "><", text).strip()
