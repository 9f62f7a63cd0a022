"""`derive metric`: reads a metric as text and prints Christoffel symbols, Riemann, Ricci, R, Einstein and Kretschmann, checked."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivations.command import options as shared
from derivations.command.errors import CommandError
from derivations.command.line_element import Given, read_metric
from derivations.command.paper import width

if TYPE_CHECKING:
    from derive.exterior.survey import Survey

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).parent.parent / "metric-schema.json"

_EPILOG = """\
examples:
  derive metric "t r theta phi" "-(1-2*M/r)*dt^2 + dr^2/(1-2*M/r)
                 + r^2*dtheta^2 + r^2*sin(theta)^2*dphi^2" --positive "M r"
  derive metric "-dt^2 + a(t)^2*(dx^2 + dy^2 + dz^2)"
  derive metric "u v" "Matrix([[1, cos(u)], [cos(u), 1]])"

A name dX is the differential of the coordinate X. Without coordinates they
are those whose differentials occur, in the order of the text. A name before
coordinates in brackets, a(t), is an unknown function; --functions declares
others. All other names are real constants.

exit codes: 0 checked at or above the level; 1 a check below; 2 usage

--json prints one object (JSON Schema: derivations/metric-schema.json);
expressions in it are read back by derive.text.parse."""


_OPTION = re.compile(r"--|-h|--[a-z]+(=.*)?", re.S)


def prepare(arguments: list[str]) -> list[str]:
    """A line element that begins with a minus sign is no option: a leading blank tells argparse so."""
    return [f" {word}" if word.startswith("-") and not _OPTION.fullmatch(word) else word for word in arguments]


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.usage = "derive metric [COORDINATES] LINE_ELEMENT [options]"
    parser.add_argument("words", metavar="TEXT", nargs="+", help="coordinates (may be left out), then the line element")
    parser.add_argument(
        "--positive", metavar="NAMES", default="", help="coordinates, constants or functions that are > 0"
    )
    parser.add_argument("--functions", metavar="NAMES", default="", help="names of unknown functions")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--json", action="store_true", help="print one JSON object; see below")
    parser.add_argument("--html", metavar="FILE", help="write a page on which the moving frame derives the curvature")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds for the whole (60)")
    shared.add_level(parser)
    parser.epilog = _EPILOG


def run(options: argparse.Namespace) -> int:
    """Reads, works out, checks, prints."""
    if len(options.words) > 2 or not options.timeout > 0:
        raise CommandError(
            f"{len(options.words)} texts were given; put the coordinates in one pair of quotes and the line element in another"
            if len(options.words) > 2
            else "--timeout must be a positive number of seconds"
        )
    *front, text = (word.strip() for word in options.words)
    given = Given(text, " ".join(front), options.positive, options.functions)
    metric = read_metric(given)
    found = _survey(metric, options.timeout)
    from derive.evidence import Status

    level = Status.parse(options.strict)
    printed = _json if options.json else _latex if options.latex else _text
    print("\n".join(printed(found, level)))
    if options.html:
        _page(found, Path(options.html), given)
    return 0 if found.status >= level else 1


def _survey(metric: Any, timeout: float) -> Survey:
    """The survey, in a worker under a time limit. What is wrong with the metric itself is said first."""
    from derive.exterior.survey import survey
    from derive.worker import limited

    assert metric.determinant is not None  # SingularMetric, with its own words
    outcome = limited(survey, metric, timeout=timeout)
    if not outcome.finished:
        raise CommandError(
            f"the curvature was not found: {outcome.failure}; grant more time (--timeout), or declare what is positive"
        )
    return outcome.value


def _named(tensor: Any) -> Iterator[tuple[list[str], Any]]:
    """(names of the indices, component) of those that are not zero, one of each orbit of the symmetry."""
    for index, value in tensor.independent().items():
        yield [x.name for x in (tensor.chart[i] for i in index)], value


def _tensors(found: Survey) -> list[tuple[str, str, str, Any]]:
    """(title, symbol, places, tensor)."""
    return [
        ("Christoffel symbols of the second kind", "Γ", "udd", found.christoffel),
        ("Riemann tensor", "R", "dddd", found.riemann),
        ("Ricci tensor", "R", "dd", found.ricci),
        ("Einstein tensor", "G", "dd", found.einstein),
    ]


def _text(found: Survey, level: Any) -> Iterator[str]:
    from derive.printing import plain
    from derive.view.paper import coloured, utf8
    from derive.view.terminal import Paper

    paper = Paper(width(), coloured(), not utf8())
    show = lambda value: plain(value, ascii=not utf8())  # noqa: E731 - the way formulas are shown here
    letters = {x.name: show(x) for x in found.metric.chart}
    yield from paper.wrap(f"ds² = {_line_element(found.metric, show)}", 0, 6)
    known = [f"{x} > 0" for x in sorted(_symbols(found.metric), key=str) if x.is_positive]
    yield from paper.wrap(
        f"coordinates {', '.join(letters.values())}" + (f"; {', '.join(known)}" if known else ""), 0, 4
    )
    for title, symbol, places, tensor in _tensors(found):
        yield ""
        yield paper.ink(title, "1")
        rows = list(_named(tensor))
        for names, value in rows:
            shown = [letters[name] for name in names]
            joined = " " if any(len(s) > 1 for s in shown) else ""
            head = symbol + (f"^{shown[0]}_" + joined.join(shown[1:]) if places[0] == "u" else "_" + joined.join(shown))
            yield from paper.wrap(f"{head} = {show(value)}", 2, 6)
        if not rows:
            yield f"  {symbol}_{'ab' if len(places) == 2 else 'abcd'} = 0" if places[0] == "d" else f"  {symbol} = 0"
    yield ""
    yield paper.ink("Scalars", "1")
    yield from paper.wrap(f"R = {show(found.scalar)}", 2, 6)
    yield from paper.wrap(f"R_abcd R^abcd = {show(found.kretschmann)}", 2, 6)
    yield ""
    yield paper.ink("Checks", "1")
    for name, evidence in found.checks:
        head = f"  {paper.word(evidence.status)}{' ' * (10 - len(evidence.status.value))}"
        body = paper.wrap(f"{name}: {evidence.method}" + (f": {evidence.detail}" if evidence.detail else ""), 12)
        yield head + body[0][12:]
        yield from body[1:]
        if evidence.counterexample is not None:
            yield from paper.wrap(str(evidence.counterexample), 12)
    if found.status < level:
        yield ""
        yield f"the weakest check is {found.status.value}, below {level.value}"


def _symbols(metric: Any) -> set[Any]:
    return metric.matrix.free_symbols | set(metric.chart)


def _line_element(metric: Any, show: Any) -> str:
    import sympy as sp

    terms = ""
    for i, x in enumerate(metric.chart):
        for j, y in enumerate(list(metric.chart)[i:], i):
            value = metric.matrix[i, j] * (1 if i == j else 2)
            if value == 0:
                continue
            minus = value.could_extract_minus_sign()
            size = -value if minus else value
            shown = show(size)
            shown = "" if size == 1 else f"({shown}) " if isinstance(size, sp.Add) else f"{shown} "
            step = f"d{show(x)}²" if i == j else f"d{show(x)} d{show(y)}"
            sign = (" − " if minus else " + ") if terms else ("−" if minus else "")
            terms += sign + shown + step
    return terms


def _latex(found: Survey, level: Any) -> Iterator[str]:
    from derive.printing import latex

    yield rf"\[ {latex(found.metric)} \]"
    for title, _, _, tensor in _tensors(found):
        yield f"% {title}"
        yield rf"\[ {latex(tensor)} \]"
    yield "% Scalars"
    yield rf"\[ R = {latex(found.scalar)}, \qquad R_{{abcd}} R^{{abcd}} = {latex(found.kretschmann)} \]"
    for name, evidence in found.checks:
        yield f"% {evidence.status.value}: {name}: {evidence.method}: {evidence.detail}"


def _json(found: Survey, level: Any) -> Iterator[str]:
    yield json.dumps(document(found, level), indent=2)


def document(found: Survey, level: Any) -> dict[str, Any]:
    """The object that `--json` prints."""
    from importlib.metadata import PackageNotFoundError, version

    from derive.printing import plain

    def show(value: Any) -> str:
        return plain(value, ascii=True)

    def table(tensor: Any) -> dict[str, str]:
        return {" ".join(names): show(value) for names, value in _named(tensor)}

    try:
        toolkit = version("derive-toolkit")
    except PackageNotFoundError:
        toolkit = "from source"
    metric = found.metric
    return {
        "schema": SCHEMA_VERSION,
        "toolkit": toolkit,
        "coordinates": [x.name for x in metric.chart],
        "positive": sorted(s.name for s in _symbols(metric) if s.is_positive),
        "metric": [[show(metric.matrix[i, j]) for j in range(metric.chart.dim)] for i in range(metric.chart.dim)],
        "christoffel": table(found.christoffel),
        "riemann": table(found.riemann),
        "ricci": table(found.ricci),
        "einstein": table(found.einstein),
        "scalar": show(found.scalar),
        "kretschmann": show(found.kretschmann),
        "checks": [{"name": name, "evidence": evidence.to_dict()} for name, evidence in found.checks],
        "status": found.status.value,
        "level": level.value,
        "passed": found.status >= level,
    }


def _page(found: Survey, path: Path, given: Given) -> None:
    """The page: the same quantities as derivations by a moving frame, each checked by Christoffel symbols."""
    from derivations.page import write_page
    from derive import Article, Derivation, verify
    from derive.exterior.diagonal import orthogonal_coframe
    from derive.exterior.frames import Einstein, Kretschmann, Ricci, ScalarCurvature
    from derive.exterior.rules import MovingFrame
    from derive.printing import latex

    metric = found.metric
    frame = orthogonal_coframe(metric)
    lines = [
        Derivation(kind(metric), name=name, title=title).to(value, MovingFrame(frame)).qed()
        for kind, name, title, value in (
            (Ricci, "ricci", "Ricci tensor", found.ricci.matrix()),
            (ScalarCurvature, "scalar", "Scalar curvature", found.scalar),
            (Einstein, "einstein", "Einstein tensor", found.einstein.matrix()),
            (Kretschmann, "kretschmann", "Kretschmann scalar", found.kretschmann),
        )
    ]
    legs = ",\\quad ".join(
        rf"e^{{{latex(x)}}} = {latex(form)}" for x, form in zip(metric.chart, frame.forms, strict=True)
    )
    prose = f"The metric is\n\n$${latex(metric)}$$\n\nAn orthogonal frame, by completing squares:\n\n$${legs}.$$"
    write_page(
        verify(Article("metric", "Curvature of a metric", prose, *lines), digits=15), path, command="derive metric …"
    )
