"""`derive check`: one line per derivation with its status, a summary, and an exit code that a CI job can use."""

from __future__ import annotations

import argparse
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from derivations.command import options as shared
from derivations.command.names import subjects
from derivations.command.paper import width
from derivations.command.progress import progress

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).parent.parent / "schema.json"

_EPILOG = """\
exit codes: 0 all at or above the level; 1 something refuted or below; 2 usage

--json prints one object (JSON Schema: derivations/schema.json):
  schema    1, the version of this format
  toolkit   the version of this package
  level     what had to be reached
  passed    whether everything reached it
  results   a list of
    name      as on the command line
    status    exact, enclosed, cas, agreed, cited, assumed, unknown, refuted
    passed    whether it reached the level
    report    by "kind": claim, derivation or article; each with its steps,
              obligations, evidence (status, method, detail, counterexample,
              beside)"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help="names from `derive list` or paths of scripts (all of ours)"
    )
    shared.add_level(parser)
    parser.add_argument("--json", action="store_true", help="print the full reports as JSON; see below")
    shared.add_checking(parser)
    parser.epilog = _EPILOG


def run(options: argparse.Namespace) -> int:
    """Checks and prints; the lines come as they are found."""
    found = subjects(options.names)
    from derive.evidence import Status
    from derive.report import to_dict
    from derive.view.paper import coloured, utf8
    from derive.view.terminal import Paper

    level = Status.parse(options.strict)
    paper = Paper(width(), coloured(), not utf8())
    column = max(len(subject.name) for subject in found) + 2
    results: list[dict[str, Any]] = []
    for number, subject in enumerate(found, 1):
        with progress(f"{subject.name} ({number} of {len(found)})") as bar:
            report = shared.check(subject.result, options, bar, subject.name)
        status = report.status
        results.append(
            {"name": subject.name, "status": status.value, "passed": status >= level, "report": to_dict(report)}
        )
        if not options.json:
            _line(subject.name, column, report, status, paper)
    passed = all(result["passed"] for result in results)
    if options.json:
        print(json.dumps(document(results, level.value), indent=2))
    else:
        below = [result["name"] for result in results if not result["passed"]]
        text = f"{len(results) - len(below)} of {len(results)} at or above {level.value}"
        print("\n".join(["", *paper.wrap(text + (f"; below: {', '.join(below)}" if below else ""), 0)]))
    return 0 if passed else 1


def document(results: list[dict[str, Any]], level: str) -> dict[str, Any]:
    """The object that `--json` prints."""
    try:
        toolkit = version("derive-toolkit")
    except PackageNotFoundError:
        toolkit = "from source"
    passed = all(result["passed"] for result in results)
    return {"schema": SCHEMA_VERSION, "toolkit": toolkit, "level": level, "passed": passed, "results": results}


def _line(name: str, column: int, report: Any, status: Any, paper: Any) -> None:
    """`name   status   what there is, and where the weakest step sits`; counterexamples below."""
    from derive.report import Checked
    from derive.view.paper import BADGE
    from derive.view.tally import counterexamples, summary

    head = name.ljust(column) + paper.word(status) + " " * (BADGE - len(status.value))
    pad = column + BADGE
    words = f"claim: {report.evidence.method}" if isinstance(report, Checked) else summary(report).rstrip(".")
    if pad > paper.width // 2:
        print(head.rstrip())
        pad, head = 4, " " * 4
    body = paper.wrap(words, pad)
    print(head + body[0][pad:], *body[1:], sep="\n", flush=True)
    for where, found in counterexamples(report):
        print(*paper.wrap(f"{where}{': ' if where else ''}{found}", pad, pad + 2), sep="\n", flush=True)
