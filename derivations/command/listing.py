"""`derive list`: the names and titles of the derivations, read without running them."""

from __future__ import annotations

import argparse
import json
import textwrap

from derivations.command.names import entries
from derivations.command.paper import width


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--json", action="store_true", help='print a list of {"name", "title"}')


def run(options: argparse.Namespace) -> int:
    """Prints one line for each."""
    found = entries()
    if options.json:
        print(json.dumps([{"name": entry.name, "title": entry.title} for entry in found], indent=2))
        return 0
    if not found:
        print("no derivations yet; `derive new NAME` writes a script to start from")
    column = max((len(entry.name) for entry in found), default=0) + 2
    for entry in found:
        print(
            textwrap.fill(entry.title, width(), initial_indent=entry.name.ljust(column), subsequent_indent=" " * column)
            or entry.name
        )
    return 0
