"""`derive integrate F X LO HI`: a definite integral as text; its closed form, the steps with their statuses, how it was
judged."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from derivations.command import options as shared
from derivations.command.paper import width
from derivations.command.progress import progress

SCHEMA_VERSION = 1
STEPS_SECONDS = 30.0  # for Feynman's trick, where the first way found can hardly be followed
SCHEMA = Path(__file__).parent.parent / "integrate.schema.json"

_EPILOG = """\
  derive integrate "cos(k*x)/(a^2+x^2)" x -oo oo --positive "a k"
  derive integrate "sin(a*x)*cos(b*x)/x" x 0 oo --given "0 < b < a"

names that are not declared are real; a given relation says more of them

exit codes: 0 a closed form, all its steps at or above the level; 1 none was
found, the integral diverges, or a step is below the level; 2 usage

--json prints one object (JSON Schema: derivations/integrate.schema.json):
  schema       1, the version of this format
  integral     what was asked
  given        the assumptions under which the answer holds
  value        the closed form, or null
  regularised  "" for the integral itself, "Abel" or "principal value" for
               the value of a limit
  route        the methods that found it
  evidence     how the value was judged (status, method, detail, ...)
  report       the derivation: its steps, obligations, evidence; or null
  lemmas       the derivations that it rests on, in the same form
  failure      null, or the kind of error, its message and what was found"""


def prepare(arguments: list[str]) -> list[str]:
    """Ends such as -oo and -pi/2 are no options: a leading blank tells argparse so."""
    options = ("--", "-h")
    return [f" {word}" if word.startswith("-") and not word.startswith(options) else word for word in arguments]


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("integrand", metavar="F", help="the integrand, for example log(1+x)/(1+x^2)")
    parser.add_argument("variable", metavar="X", help="the variable of integration")
    parser.add_argument("lower", metavar="LO", help="the lower end; -oo for minus infinity")
    parser.add_argument("upper", metavar="HI", help="the upper end; oo for infinity")
    group = parser.add_argument_group("what is assumed")
    group.add_argument("--positive", metavar="NAMES", default="", help='parameters that are positive: "a k"')
    group.add_argument("--integer", metavar="NAMES", default="", help="parameters that are whole numbers")
    group.add_argument(
        "--given", metavar="RELATION", action="append", default=[], help='a relation: "a > b"; may be repeated'
    )
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--abel", action="store_true", help="the Abel value: the limit of a regulator exp(-eps*x)")
    way.add_argument("--principal-value", action="store_true", help="leave poles inside the range out symmetrically")
    way.add_argument(
        "--trick",
        metavar="NAME",
        nargs="?",
        const=True,
        help="find it by differentiating under the integral sign, by the parameter NAME or by any",
    )
    way.add_argument("--brief", action="store_true", help="the first way that is found, even if it shows no steps")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object; see below")
    form.add_argument("--latex", action="store_true", help="print the result and its steps as LaTeX")
    parser.add_argument("--html", metavar="FILE", help="write the page of the derivation")
    parser.add_argument("--timeout", type=shared.seconds, default=60.0, metavar="S", help="seconds for the search (60)")
    shared.add_level(parser)
    checking = parser.add_argument_group("how the steps are checked")
    checking.add_argument("--digits", type=int, default=15, metavar="N", help="digits that comparisons aim at (15)")
    checking.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random points (0)")
    checking.add_argument("--no-cache", action="store_true", help="neither read nor keep evidence on disk")
    parser.epilog = _EPILOG


def run(options: argparse.Namespace) -> int:
    """Searches, checks the steps, prints."""
    if options.no_cache:
        os.environ["DERIVE_CACHE"] = ""
    f, limits, given = read(options)
    from derive.errors import DeriveError
    from derive.feynman import abel_integral, integrate

    try:
        with progress("searching"):
            if options.abel:
                result = abel_integral(f, limits, given, timeout=options.timeout)
            else:
                how = {"principal_value": options.principal_value, "trick": trick_of(options, f, limits)}
                result = integrate(f, limits, given, timeout=options.timeout, **how)
    except DeriveError as error:
        return _refused(error, f, limits, given, options)
    from derive.evidence import Status

    with progress("checking the steps") as bar:
        whole = shared.check(result.article(), options, bar, "integral")
    told = options.abel or options.trick or options.brief
    if not told and (whole.status < Status.EXACT or at_one_stroke(result)):
        other = in_steps(f, limits, given, options)
        if other is not None and other[1].status >= max(
            Status.parse(options.strict), min(whole.status, Status.ENCLOSED)
        ):
            result, whole = other
    report = next(part for part in whole.parts if not isinstance(part, str))

    if options.json:
        print(json.dumps(document(result, report, whole.lemmas), indent=2))
    elif options.latex:
        print(result.latex())
        for part in (*whole.lemmas, report):
            print(part.derivation._repr_latex_())
    else:
        print(_shown(result, whole), flush=True)
    if options.html:
        from derivations.page import write_page

        print(f"page: {write_page(whole, options.html, command=_command(options))}")
    good = result.evidence.passed and whole.status >= Status.parse(options.strict)
    return 0 if good else 1


def read(options: argparse.Namespace) -> tuple[Any, tuple[Any, Any, Any], list[Any]]:
    """The integral as SymPy objects, read by the grammar: nothing is evaluated as Python."""
    from derive.text import declare, parse, parse_relation

    kinds = {name: names for name in ("positive", "integer") if (names := getattr(options, name))}
    symbols = declare(**kinds)
    reading = {"symbols": symbols, "default": "real"}
    x = parse(options.variable.strip(), **reading)
    if not x.is_Symbol:
        from derivations.command.errors import CommandError

        raise CommandError(f"{options.variable!r} is no variable; give a name such as x")
    f, lower, upper = (parse(text.strip(), **reading) for text in (options.integrand, options.lower, options.upper))
    return f, (x, lower, upper), [parse_relation(text, **reading) for text in options.given]


def only_cited(result: Any) -> bool:
    """Whether the way to the value names its methods, but shows no step that a rule would check."""
    from derive.rule import Cited

    return all(isinstance(step.because, Cited) for part in result.derivation.walk() for step in part.steps)


def at_one_stroke(result: Any) -> bool:
    """Whether a step of the way rests on a theorem about special functions, which the user may not know by heart."""
    from derive import rules

    strokes = (
        rules.Cited,
        rules.Dilogarithms,
        rules.DilogarithmRelations,
        rules.EulerBeta,
        rules.EulerGamma,
        rules.FiniteParts,
        rules.KnownTransform,
        rules.MellinParseval,
    )
    return any(isinstance(step.because, strokes) for part in result.derivation.walk() for step in part.steps)


def in_steps(f: Any, limits: Any, given: Any, options: argparse.Namespace) -> tuple[Any, Any] | None:
    """The same integral by Feynman's trick, with the report of its steps; None where that leads nowhere in time."""
    from derive.errors import DeriveError
    from derive.feynman import integrate

    try:
        with progress("looking for a way in steps"):
            result = integrate(f, limits, given, timeout=min(STEPS_SECONDS, options.timeout), trick=True)
    except DeriveError:
        return None
    if only_cited(result):
        return None
    with progress("checking the steps") as bar:
        return result, shared.check(result.article(), options, bar, "integral")


def trick_of(options: argparse.Namespace, f: Any, limits: tuple[Any, Any, Any]) -> Any:
    """The parameter that --trick names, as it stands in the integral; True for any; None without the option."""
    if options.trick is None or options.trick is True:
        return options.trick
    letters = {symbol.name: symbol for part in (f, *limits) for symbol in part.free_symbols}
    if options.trick not in letters:
        from derivations.command.errors import CommandError

        raise CommandError(f"--trick {options.trick}: no such parameter in the integral")
    return letters[options.trick]


def document(result: Any, report: Any, lemmas: Any = ()) -> dict[str, Any]:
    """The object that `--json` prints for a closed form."""
    from derive.report import to_dict

    return {
        "schema": SCHEMA_VERSION,
        "integral": str(result.integral),
        "given": [str(relation) for relation in result.given],
        "value": str(result.value),
        "regularised": result.regularised,
        "route": result.route,
        "evidence": result.evidence.to_dict(),
        "report": to_dict(report),
        "lemmas": [to_dict(lemma) for lemma in lemmas],
        "failure": None,
    }


def _refused(error: Any, f: Any, limits: Any, given: list[Any], options: argparse.Namespace) -> int:
    """Says why there is no closed form; what was found is shown with it."""
    import sympy as sp

    found = getattr(error, "found", None)
    if options.json:
        kind = type(error).__name__
        failure = {"kind": kind, "message": in_options(str(error)).split("\n")[0], "found": str(found) if found else ""}
        answer = {"schema": SCHEMA_VERSION, "integral": str(sp.Integral(f, limits)), "given": [str(g) for g in given]}
        sense = "Abel" if options.abel else "principal value" if options.principal_value else ""
        answer |= {"value": None, "regularised": sense, "route": "", "evidence": None}
        print(json.dumps({**answer, "report": None, "lemmas": [], "failure": failure}, indent=2))
    else:
        from derive.view.paper import coloured, utf8
        from derive.view.terminal import Paper

        paper = Paper(width(), coloured(), not utf8())
        for line in in_options(str(error)).splitlines():
            print(*paper.wrap(line, 0, 2), sep="\n")
    return 1


def in_options(message: str) -> str:
    """What a message advises to the caller of a function, as options of the command."""
    for call, option in _ADVICE:
        message = message.replace(call, option)
    return message


_ADVICE = (
    ("see abel_integral for its Abel value", "--abel gives its Abel value"),
    ("ask for it (principal_value=True)", "ask for it with --principal-value"),
    ("(given=…)", '(--given "…")'),
    ("trick=True introduces one", "--trick alone introduces one"),
)


def _shown(result: Any, whole: Any) -> str:
    """The value, under which conditions, by which way, how it was judged; then the lemmas and the steps."""
    from derive.printing import plain
    from derive.view.paper import coloured, utf8
    from derive.view.tally import summary
    from derive.view.terminal import Paper, render

    paper = Paper(width(), coloured(), not utf8())
    kind = {"": "", "Abel": " (Abel value)"}.get(result.regularised, f" ({result.regularised})")
    lines = [f"{plain(result.integral)} ={kind} {plain(result.value)}"]
    if result.given:
        lines.append("given  " + ", ".join(plain(relation) for relation in result.given))
    lines.append(f"found  {result.route}, in {result.seconds:.1f} s")
    lines.append(f"judged {result.evidence.status.value}: {result.evidence.method}")
    head = [piece for line in lines for piece in paper.wrap(line, 0, 7)]
    parts = [*whole.lemmas, *(part for part in whole.parts if not isinstance(part, str))]
    text = "\n".join([*head, *(f"\n{render(part, width=width())}" for part in parts)])
    if len(parts) == 1:
        return text
    return "\n".join([text, "", *paper.wrap(f"With {_counted(len(parts) - 1)}: {summary(whole)}", 0)])


def _counted(lemmas: int) -> str:
    return "1 lemma" if lemmas == 1 else f"{lemmas} lemmas"


def _trick(options: argparse.Namespace) -> list[str]:
    return [] if options.trick is None else ["--trick", *([] if options.trick is True else [options.trick])]


def _command(options: argparse.Namespace) -> str:
    words = [repr(options.integrand), options.variable, options.lower.strip(), options.upper.strip()]
    words += [f"--positive {options.positive!r}"] if options.positive else []
    words += [f"--integer {options.integer!r}"] if options.integer else []
    words += [f"--given {text!r}" for text in options.given]
    words += [flag for flag, on in (("--abel", options.abel), ("--principal-value", options.principal_value)) if on]
    return " ".join(["derive integrate", *words, *_trick(options)])
