"""A metric as text: coordinates and a line element such as `dr^2/(1-2*M/r) + r^2*dtheta^2`, or a symmetric matrix.

Read by the grammar of `derive.text`, never evaluated. A name dX stands for the differential of the coordinate X.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derivations.command.errors import CommandError

if TYPE_CHECKING:
    from derive.exterior import Metric

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Given:
    """What stands on the command line: the text, coordinates (empty: read off the differentials), and declarations."""

    text: str
    coordinates: str = ""
    positive: str = ""
    functions: str = ""


def read_metric(given: Given) -> Metric:
    """The metric that the text says.

    Raises TextError (with a caret) for text that cannot be read or is not quadratic in the differentials, CommandError
    for coordinates that do not fit, and the errors of `Metric` (SingularMetric, WrongCount) for a matrix that is none.
    """
    import sympy as sp

    from derive.exterior import Chart, Metric
    from derive.text import TextError, parse

    names = coordinates(given)
    steps = differentials(given.text, names)
    functions = unknown_functions(given, names)
    plain = [name for name in _listed(given.positive) if name not in functions]
    chart = Chart(" ".join(names), positive=" ".join(name for name in plain if name in names))
    table: dict[str, Any] = {x.name: x for x in chart}
    table |= {name: sp.Symbol(name, positive=True) for name in plain if name not in names}
    positive = _listed(given.positive)
    table |= {
        name: sp.Function(name, **({"positive": True} if name in positive else {"real": True})) for name in functions
    }
    value = parse(given.text, symbols=table, default="real")
    if isinstance(value, sp.MatrixBase):
        if value.shape != (len(names), len(names)):
            raise CommandError(
                f"the matrix has {value.rows} rows and {value.cols} columns, and there are {len(names)} coordinates "
                f"({', '.join(names)}); a metric has one row and one column for each"
            )
        return Metric(chart, value)
    letters = {name: next((s for s in value.free_symbols if s.name == text), None) for name, text in steps.items()}
    present = [symbol for symbol in letters.values() if symbol is not None]
    try:
        quadratic = sp.Poly(sp.expand(value), *present) if present else None
    except sp.PolynomialError:
        quadratic = None
    if quadratic is None:
        start, end = _place(given.text, next(iter(steps.values()), ""))
        raise TextError(
            given.text, start, end, "the text is no quadratic form in differentials",
            "each term has two differentials and a coefficient, such as r^2*dtheta^2 or 2*a*dt*dphi",
        )  # fmt: skip
    for powers in quadratic.monoms():
        if sum(powers) != 2:
            odd = next((s.name for s, power in zip(present, powers, strict=True) if power), "")
            start, end = _place(given.text, odd)
            raise TextError(
                given.text, start, end,
                f"a term has {sum(powers)} differentials; each term of a line element has two",
                "write dr^2 for the square of a differential, and dt*dphi for a mixed term",
            )  # fmt: skip
    missing = [name for name, symbol in letters.items() if symbol is None]
    if missing:
        raise CommandError(
            f"d{missing[0]} does not occur in the line element, so the metric is degenerate along {missing[0]}; "
            "add its term, or leave the coordinate out"
        )

    def entry(i: int, j: int) -> Any:
        value = quadratic.coeff_monomial(present[i] * present[j])
        return value if i == j else value / 2

    return Metric(chart, sp.Matrix(len(names), len(names), entry))


def coordinates(given: Given) -> list[str]:
    """The coordinates that were named, or those whose differentials occur in the text, in the order of the text."""
    from derive.text import TextError
    from derive.text.vocabulary import LETTER_OF, spelled

    if given.coordinates:
        named = _listed(given.coordinates)
        wrong = [name for name in named if not name.isidentifier()]
        twice = [name for name in named if named.count(name) > 1]
        if wrong or twice:
            what = f"{wrong[0]!r} is no name" if wrong else f"{twice[0]!r} is named twice"
            raise CommandError(f"coordinates {given.coordinates!r}: {what}; write names apart, such as 't r theta phi'")
        return named
    words = _NAME.findall(given.text)
    found: list[str] = []
    for word in words:
        rest = spelled(word[1:]) if word.startswith("d") else ""
        known = len(word[1:]) == 1 or re.fullmatch(r"[^\W\d_]_?\d+", word[1:]) or rest in LETTER_OF or word[1:] in words
        if rest and known and rest not in found:
            found.append(rest)
    if not found:
        raise TextError(
            given.text, 0, len(given.text), "no differential stands in the text",
            "write a line element, such as 'dr^2 + r^2*dtheta^2', or name the coordinates first: derive metric 'x y' '…'",
        )  # fmt: skip
    return found


def differentials(text: str, names: list[str]) -> dict[str, str]:
    """coordinate → its differential as it is written in the text; TextError for one of an unknown coordinate."""
    from derive.text import TextError
    from derive.text.vocabulary import LETTER_OF, spelled

    steps = {name: "d" + name for name in names}
    for match in _NAME.finditer(text):
        word = match[0]
        rest = spelled(word[1:]) if word.startswith("d") else ""
        if rest in steps:
            steps[rest] = word
        elif rest in LETTER_OF and word not in names:
            raise TextError(
                text, match.start(), match.end(), f"{word} is the differential of no coordinate",
                f"the coordinates are {', '.join(names)}; name all of them in front of the line element",
            )  # fmt: skip
    return steps


def unknown_functions(given: Given, names: list[str]) -> list[str]:
    """Functions that were declared, and names that stand before a list of coordinates in brackets: a(t), N(t, r)."""
    from derive.text.forms import FORMS
    from derive.text.vocabulary import functions, spelled

    found = _listed(given.functions)
    for match in re.finditer(r"([^\W\d]\w*)'*\(([\w\s,]+)\)", given.text):
        name, inside = spelled(match[1]), [spelled(part.strip()) for part in match[2].split(",")]
        known = name in functions() or match[1] in FORMS or name in names
        if not known and name not in found and all(part in names for part in inside):
            found.append(name)
    return found


def _listed(text: str) -> list[str]:
    from derive.text.vocabulary import spelled

    return [spelled(word) for word in text.replace(",", " ").split()]


def _place(text: str, word: str) -> tuple[int, int]:
    """Where a word stands in the text; the whole text if it does not."""
    found = re.search(rf"\b{re.escape(word)}\b", text) if word else None
    return (found.start(), found.end()) if found else (0, len(text))
