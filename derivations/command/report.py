"""`derive report`: a page for each derivation, and an index with the graph of what uses what."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from derivations.command import options as shared
from derivations.command.names import subjects
from derivations.command.progress import progress


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help="names from `derive list` or paths of scripts (all of ours)"
    )
    parser.add_argument("-o", "--output", metavar="DIR", default="pages", help="where the pages go (pages)")
    shared.add_level(parser)
    shared.add_checking(parser)


def run(options: argparse.Namespace) -> int:
    """Checks everything, then writes the pages."""
    found = subjects(options.names)
    from derivations.page import write_report
    from derivations.page.write import writable
    from derive.evidence import Status

    writable(Path(options.output))
    reports: dict[str, Any] = {}
    commands: dict[str, str] = {}
    for number, subject in enumerate(found, 1):
        with progress(f"{subject.name} ({number} of {len(found)})") as bar:
            name = subject.name if subject.name not in reports else f"{subject.name}-{number}"
            reports[name] = shared.check(subject.result, options, bar, subject.name)
            commands[name] = subject.command + shared.told(options)
    paths = write_report(reports, options.output, commands)
    statuses = [report.status for report in reports.values()]
    for path, status in zip(paths, statuses, strict=False):
        print(f"{status.value:<9} {path}")
    print(f"{'index':<9} {paths[-1]}")
    return 0 if min(statuses) >= Status.parse(options.strict) else 1
