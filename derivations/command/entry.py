"""From the command line to a verb, and from what happened to an exit code: 0 fine, 1 refuted or below the level, 2 usage."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from derivations.command.errors import CommandError
from derivations.command.names import suggestion
from derivations.command.paper import set_to_width

INTERRUPTED = 130


@dataclass(frozen=True)
class Verb:
    """A verb of the command: `module` has `configure(parser)` and `run(options) -> exit code`, and may have
    `prepare(arguments) -> arguments` for words that argparse would misread."""

    name: str
    help: str
    module: str


# To add a verb, add a line here and write its module.
VERBS = (
    Verb("list", "names and titles of the derivations", "derivations.command.listing"),
    Verb("run", "check one derivation, print its steps, write its page", "derivations.command.run"),
    Verb("check", "check derivations, one line for each", "derivations.command.check"),
    Verb("report", "write a page for each derivation, and an index", "derivations.command.report"),
    Verb("integrate", "closed form of a definite integral, with its steps", "derivations.command.integrate"),
    Verb("metric", "curvature of a metric that is given as text, with checks", "derivations.command.metric"),
    Verb("sde", "a stochastic differential equation as text: its laws, with checks", "derivations.command.sde"),
    Verb("new", "write a small script to start from", "derivations.command.new"),
)

_EXIT_CODES = "exit codes: 0 all at or above the level; 1 something refuted or below it; 2 usage; 130 interrupted"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a title with a ∫ in it must not end the program on an ASCII terminal
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone (`derive list | head -1`): nothing to say, and Python must not try to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\ninterrupted; what was finished is kept in the cache", file=sys.stderr)
        return INTERRUPTED
    return code


def _run(arguments: list[str]) -> int:
    word = next((argument for argument in arguments if not argument.startswith("-")), None)
    chosen = next((verb for verb in VERBS if verb.name == word), None)
    if word is not None and chosen is None and word == arguments[0]:
        names = [verb.name for verb in VERBS]
        print(
            f"derive: there is no verb {word!r}{suggestion(word, names)}; the verbs are {', '.join(names)}",
            file=sys.stderr,
        )
        return 2
    verb, parser = chosen, _parser(chosen)
    if verb is not None:
        arguments = getattr(import_module(verb.module), "prepare", list)(arguments)
    try:
        options = parser.parse_args(arguments)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 2
    if verb is None:
        parser.print_help()
        return 2
    try:
        return import_module(verb.module).run(options)
    except Exception as error:
        if (text := problem(error)) is None:
            raise
        print(set_to_width(f"derive {verb.name}: {text}"), file=sys.stderr)
        return 2


def problem(error: Exception) -> str | None:
    """The message of an error that is the user's to mend; None for a fault of ours. Loads neither `derive` nor SymPy."""
    if isinstance(error, CommandError):
        return str(error)
    derive_errors = sys.modules.get("derive.errors")
    return str(error) if derive_errors is not None and isinstance(error, derive_errors.DeriveError) else None


def _parser(chosen: Verb | None) -> argparse.ArgumentParser:
    """The parser, in which only the verb that was asked for knows its options."""
    parser = argparse.ArgumentParser(
        prog="derive", description="Checked derivations: every step says how it is known.", epilog=_EXIT_CODES
    )
    parser.add_argument("--version", action="version", version=f"derive-toolkit {_version()}")
    commands = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for verb in VERBS:
        command = commands.add_parser(
            verb.name,
            help=verb.help,
            description=verb.help.capitalize() + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if verb is chosen:
            import_module(verb.module).configure(command)
    return parser


def _version() -> str:
    try:
        return version("derive-toolkit")
    except PackageNotFoundError:
        return "from source"
