"""`derive run NAME`: checks one derivation, prints its steps with their statuses, and writes its page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from derivations.command import options as shared
from derivations.command.names import subject
from derivations.command.paper import width
from derivations.command.progress import progress

PAGES = "pages"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("name", metavar="NAME", help="a name from `derive list`, or the path of a script of your own")
    parser.add_argument("-o", "--output", metavar="DIR", default=PAGES, help=f"where the page goes ({PAGES})")
    parser.add_argument("--no-page", action="store_true", help="only print")
    shared.add_level(parser)
    shared.add_checking(parser)


def run(options: argparse.Namespace) -> int:
    """Checks, prints, writes."""
    found = subject(options.name)
    return _show(found.result, found.name, found.command, options)


def show(result: Any, argv: list[str] | None = None) -> int:
    """What `derive run` does, for the last lines of a script: checks `result`, prints it, and writes its page.

    Takes the options of `derive run` from the command line. Ends the program if the result is refuted or below the level.
    """
    import sys

    from derivations.command.entry import INTERRUPTED, problem

    script = Path(sys.argv[0] or "result")
    parser = argparse.ArgumentParser(
        prog=f"python {script.name}", description="Check the derivation, print its steps, write its page."
    )
    configure(parser)
    options = parser.parse_args([str(script), *(sys.argv[1:] if argv is None else argv)])
    try:
        code = _show(result, script.stem, f"python {script.name}", options)
    except KeyboardInterrupt:
        print("\ninterrupted; what was finished is kept in the cache", file=sys.stderr)
        code = INTERRUPTED
    except Exception as error:
        if (text := problem(error)) is None:
            raise
        print(f"{script.name}: {text}", file=sys.stderr)
        code = 2
    if code:
        raise SystemExit(code)
    return code


def _show(result: Any, name: str, command: str, options: argparse.Namespace) -> int:
    with progress(name) as bar:
        report = shared.check(result, options, bar, name)
    from derive.evidence import Status
    from derive.view.terminal import render

    print(render(report, width=width()), flush=True)
    if not options.no_page:
        from derivations.page import write_page
        from derivations.page.sheet import slug

        path = write_page(report, Path(options.output) / f"{slug(name)}.html", command=command + shared.told(options))
        print(f"\npage: {path}")
    status = report.status
    return 0 if status >= Status.parse(options.strict) else 1
