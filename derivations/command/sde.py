"""`derive sde`: reads a stochastic differential equation as text; prints its operators, moments, densities, solution, reversal
and walls, each with how it is known, or why there is none; simulates it on request."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivations.command import options as shared
from derivations.command.errors import CommandError
from derivations.command.paper import width
from derivations.command.progress import progress
from derivations.command.stochastic_equation import Given, read_equation

if TYPE_CHECKING:
    from derive.stochastic.shown.survey import Chapter, Survey

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).parent.parent / "sde.schema.json"

_EPILOG = """\
examples:
  derive sde "dx = theta*(mu - x) dt + sigma dW" --positive "theta sigma"
  derive sde "dS = mu*S dt + sigma*S ∘ dW" --positive "S sigma"
  derive sde "dx = v dt; dv = (-k*x - gamma*v) dt + sigma dW"
  derive sde "dx = -x dt + sigma dW" --positive sigma --simulate paths.svg
             --at "sigma=1" --x0 2

Equations are separated by ; or line breaks, one for each state. Each term
ends with its differential: dt, or a noise dW, dW1, dW_x, dB. `dW1 dW2 =
rho dt` correlates two noises, `x(0) = 2` is a start, # begins a remark.
`∘ dW` (or `o dW`) is Stratonovich's product; where both products stand, all
become Itô's. Names that are not declared are real; a positive state lives on
(0, oo).

exit codes: 0 every check at or above the level; 1 a check is below it, or a
chapter ran out of time; 2 usage. What has no closed form is said with the
reason, and is no failure.

--json prints one object (JSON Schema: derivations/sde.schema.json);
expressions in it are read back by derive.text.parse."""

_OPTION = re.compile(r"--|-h|--[a-z][a-z0-9]*(=.*)?", re.S)


def prepare(arguments: list[str]) -> list[str]:
    """Ends such as `-oo oo` and starts such as -1 are no options: a leading blank tells argparse so."""
    return [f" {word}" if word.startswith("-") and not _OPTION.fullmatch(word) else word for word in arguments]


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.usage = 'derive sde "dx = … dt + … dW" [options]'
    parser.add_argument("equation", metavar="EQUATIONS", help="the equations, separated by ; or line breaks; - for standard input")
    group = parser.add_argument_group("what is assumed")
    group.add_argument("--positive", metavar="NAMES", default="", help="states and parameters that are > 0")
    group.add_argument(
        "--given", metavar="RELATION", action="append", default=[], help='a relation: "2*a > sigma^2"; may be repeated'
    )
    group.add_argument(
        "--correlation", metavar="PAIR", action="append", default=[], help='"W1 W2 rho"; may be repeated'
    )
    group.add_argument("--domain", metavar="ENDS", default="", help='"0 oo"; for several states "0 oo; -oo oo"')
    group.add_argument("--x0", metavar="VALUES", default="", help="where it starts (x0, y0, …)")
    group.add_argument("--stratonovich", action="store_true", help="every product with dW is Stratonovich's")
    group.add_argument("--alpha", metavar="A", default="", help="0 Ito (default), 1/2 Stratonovich, 1 backward Ito")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--json", action="store_true", help="print one JSON object; see below")
    parser.add_argument(
        "--html", metavar="FILE", help="write a page on which each result is put back into its equation"
    )
    paths = parser.add_argument_group("simulation (needs torch and matplotlib)")
    paths.add_argument("--simulate", metavar="FILE.svg", help="draw paths, and the last histogram against the density")
    paths.add_argument("--at", metavar="VALUES", default="", help='numbers for the parameters: "theta=1, mu=0"')
    paths.add_argument("--until", metavar="T", default="1", help="the time up to which (1)")
    paths.add_argument("--steps", type=_whole, default=200, metavar="N", help="time steps (200)")
    paths.add_argument("--paths", type=_whole, default=20_000, metavar="N", help="paths (20000)")
    paths.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the noise (0)")
    parser.add_argument(
        "--timeout", type=shared.seconds, default=60.0, metavar="S", help="seconds for each chapter (60)"
    )
    shared.add_level(parser)
    parser.epilog = _EPILOG


def run(options: argparse.Namespace) -> int:
    """Reads, works out, checks, prints."""
    from derive.evidence import Status
    from derive.stochastic.shown.survey import survey

    text = _from_standard_input() if options.equation.strip() == "-" else options.equation.strip()
    sde, x0, added = read_equation(
        Given(
            text, options.positive, tuple(options.given), options.domain, options.x0, options.alpha,
            options.stratonovich, tuple(options.correlation),
        )
    )  # fmt: skip
    plan = _simulation(sde, x0, options) if options.simulate else None
    with progress("working out the chapters") as bar:
        found = survey(sde, x0, options.timeout, bar)
    level = Status.parse(options.strict)
    printed = _json if options.json else _latex if options.latex else _text
    print("\n".join(printed(found, level, added)), flush=True)
    good = found.status >= level
    if options.html:
        from derivations.command.sde_page import write

        report = write(found, Path(options.html), _command(options, text))
        good = good and report.status >= level
    if plan is not None:
        plan.draw(found, Path(options.simulate))
    return 0 if good else 1


def _simulation(sde: Any, x0: Any, options: argparse.Namespace) -> Any:
    from derivations.command.sde_figure import Simulation

    return Simulation.of(sde, x0, options.at, options.until, options.steps, options.paths, options.seed)


def _from_standard_input() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        raise CommandError("- reads the equations from standard input, and nothing comes: derive sde - < FILE")
    return sys.stdin.read().strip("\n")


def _command(options: argparse.Namespace, text: str) -> str:
    words = [json.dumps(re.sub(r"\s*\n\s*", "; ", text), ensure_ascii=False)]
    for name in ("positive", "domain", "x0", "alpha"):
        words += [f'--{name} "{getattr(options, name)}"'] if getattr(options, name) else []
    words += [f'--given "{relation}"' for relation in options.given]
    words += [f'--correlation "{pair}"' for pair in options.correlation]
    return " ".join(["derive sde", *words, *(["--stratonovich"] if options.stratonovich else [])])


def _conditions(found: Survey) -> list[Any]:
    """What holds: relations given, walls of the domain, positive parameters."""
    import sympy as sp

    sde = found.sde
    symbols = {*sde.parameters, *sde.states}
    positive = [sp.Gt(s, 0, evaluate=False) for s in sorted(symbols, key=str) if s.is_positive]
    return [*positive, *(g for g in sde.facts if g not in positive and g not in (sp.true, sp.false))]


def _convention(sde: Any) -> str:
    import sympy as sp

    from derive.printing import plain

    named = {sp.S.Zero: "Itô", sp.Rational(1, 2): "Stratonovich", sp.S.One: "backward Itô"}
    return named.get(sde.alpha, f"alpha = {plain(sde.alpha)}")


def _text(found: Survey, level: Any, added: Any) -> Iterator[str]:
    from derive.printing import plain
    from derive.view.paper import coloured, utf8
    from derive.view.terminal import Paper

    ascii = not utf8()
    paper = Paper(width(), coloured(), ascii)

    def show(value: Any) -> str:
        return _shown(value, ascii)

    for line in show(found.sde).split("\n"):
        yield from paper.wrap(line, 0, 4)
    head = [f"{_convention(found.sde)} convention", *map(show, _conditions(found))]
    yield from paper.wrap("; ".join(head), 0, 4)
    if added:
        yield from paper.wrap(_conversion(found.sde, added, show), 0, 4)
    if found.sde.alpha != 0:
        for line in show(found.sde.to(0)).split("\n"):
            yield from paper.wrap(f"Itô form: {line}", 0, 4)
    for chapter in found.chapters:
        yield ""
        yield paper.ink(chapter.title, "1")
        first = next((row for row in chapter.rows if row.letter is not None), None)
        for row in chapter.rows:
            where = "" if row.letter is None else "where " if row is first else "      "
            head = f"{row.name if ascii else row.text} = " if row.tex else ""
            for line in show(row.value).split("\n"):
                yield from _formula(where + head + line, paper) if not isinstance(row.value, str) else paper.wrap(
                    head + line, 2, 6
                )
        if not chapter.rows:
            why = chapter.refusal.replace("\n", " ")
            yield from paper.wrap(("" if chapter.finished else "unknown: ") + why, 2, 4)
        if chapter.given:
            yield from paper.wrap("given " + ", ".join(map(plain if not ascii else show, chapter.given)), 2, 8)
        if chapter.evidence is not None:
            yield from _checked(chapter, paper)
    if found.status < level:
        yield ""
        yield f"the weakest check is {found.status.value}, below {level.value}"


def _conversion(sde: Any, added: Any, show: Any) -> str:
    """What making all products Itô's added to the drifts, in words; nothing where there was nothing to convert."""
    if not added:
        return ""
    terms = [f"({show(extra)}) d{show(sde.t)} to d{show(x)}" for x, extra in added if extra != 0]
    law = show("b ∘ dW = b dW + d⟨b, W⟩/2")
    return f"both products stand; {law} adds {' and '.join(terms) or 'nothing'}"


def _formula(line: str, paper: Any) -> Iterator[str]:
    """A formula on as many lines as it needs, broken at its operators."""
    from derive.view.paper import broken

    for place, piece in enumerate(broken(paper.text(line), paper.width - 2, paper.width - 6)):
        yield " " * (6 if place else 2) + piece


def _checked(chapter: Chapter, paper: Any) -> Iterator[str]:
    """Status, how it was found, how it was checked."""
    evidence = chapter.evidence
    assert evidence is not None
    head = f"  {paper.word(evidence.status)}{' ' * (10 - len(evidence.status.value))}"
    words = "; ".join(filter(None, (chapter.method, evidence.method)))
    body = paper.wrap(words + (f": {evidence.detail}" if evidence.detail else ""), 12)
    yield head + body[0][12:]
    yield from body[1:]
    if evidence.counterexample is not None:
        yield from paper.wrap(str(evidence.counterexample), 12)


def _latex(found: Survey, level: Any, added: Any) -> Iterator[str]:
    yield rf"\[ {found.sde.latex()} \]"
    if added:
        yield f"% {_conversion(found.sde, added, lambda value: _shown(value, True))}"
    for chapter in found.chapters:
        yield f"% {chapter.title}"
        for row in chapter.rows:
            yield rf"\[ {formula(row)} \]"
        if chapter.given:
            yield "% given " + ", ".join(map(str, chapter.given))
        if chapter.evidence is not None:
            evidence = chapter.evidence
            yield f"% {evidence.status.value}: {chapter.method}; {evidence.method}" + (
                f": {evidence.detail}" if evidence.detail else ""
            )
        if not chapter.rows:
            yield "% " + chapter.refusal.replace("\n", " ")


def formula(row: Any) -> str:
    """A row as LaTeX."""
    from derive.printing import latex
    from derive.stochastic import SDE

    if isinstance(row.value, SDE):
        return row.value.latex()
    words = rf"\text{{{row.value}}}" if isinstance(row.value, str) else latex(row.value)
    where = r"\text{where } " if row.letter is not None else ""
    return f"{where}{row.tex} = {words}" if row.tex else words


def _json(found: Survey, level: Any, added: Any) -> Iterator[str]:
    yield json.dumps(document(found, level, added), indent=2, ensure_ascii=False)


def document(found: Survey, level: Any, added: Any = ()) -> dict[str, Any]:
    """The object that `--json` prints."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        toolkit = version("derive-toolkit")
    except PackageNotFoundError:
        toolkit = "from source"
    sde = found.sde

    def show(value: Any) -> str:
        return _shown(value, True)

    def chapter(one: Chapter) -> dict[str, Any]:
        return {
            "name": one.name,
            "title": one.title,
            "rows": [
                {"name": row.name, "value": show(row.value), "letter": row.letter is not None} for row in one.rows
            ],
            "given": [show(relation) for relation in one.given],
            "method": one.method,
            "evidence": None if one.evidence is None else one.evidence.to_dict(),
            "refusal": one.refusal,
            "finished": one.finished,
        }

    return {
        "schema": SCHEMA_VERSION,
        "toolkit": toolkit,
        "states": [x.name for x in sde.states],
        "drift": [show(a) for a in sde.drift],
        "diffusion": [[show(entry) for entry in sde.diffusion.row(i)] for i in range(sde.n)],
        "correlation": [[show(entry) for entry in sde.correlation.row(i)] for i in range(sde.m)],
        "alpha": show(sde.alpha),
        "conversion": _conversion(found.sde, added, show),
        "ito_drift": [show(a) for a in sde.ito_drift],
        "domain": [[show(low), show(high)] for low, high in sde.domain],
        "positive": sorted(s.name for s in {*sde.parameters, *sde.states} if s.is_positive),
        "given": [show(relation) for relation in sde.given],
        "x0": None if found.x0 is None else [show(value) for value in found.x0],
        "chapters": [chapter(one) for one in found.chapters],
        "status": found.status.value,
        "level": level.value,
        "passed": found.status >= level,
    }


def _shown(value: Any, ascii: bool) -> str:
    """An expression, an SDE or words as text."""
    from derive.view.paper import to_ascii

    if isinstance(value, str):
        return to_ascii(value) if ascii else value
    from derive.printing import plain
    from derive.stochastic import SDE
    from derive.stochastic.shown.printing import plain as equation

    return equation(value, ascii) if isinstance(value, SDE) else plain(value, ascii=ascii)


def _whole(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return value
