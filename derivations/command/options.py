"""Options that verbs share: how a check is made, and the level that it must reach."""

from __future__ import annotations

import argparse
import os
from typing import Any

LEVELS = ("exact", "enclosed", "cas", "agreed", "cited", "assumed")
DEFAULT_LEVEL = "agreed"


def add_checking(parser: argparse.ArgumentParser) -> None:
    """--digits, --seed, --timeout, --no-cache."""
    group = parser.add_argument_group("how it is checked")
    group.add_argument(
        "--digits", type=_whole(4), default=15, metavar="N", help="digits that numeric comparisons aim at (15)"
    )
    group.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random points (0)")
    group.add_argument("--timeout", type=seconds, default=30.0, metavar="S", help="seconds for each single claim (30)")
    group.add_argument("--no-cache", action="store_true", help="neither read nor keep evidence on disk")


def add_level(parser: argparse.ArgumentParser) -> None:
    """--strict LEVEL."""
    parser.add_argument(
        "--strict",
        choices=LEVELS,
        default=DEFAULT_LEVEL,
        metavar="LEVEL",
        help=f"the level to reach: {', '.join(LEVELS)} ({DEFAULT_LEVEL})",
    )


def _whole(least: int) -> Any:
    def whole(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least {least}")
        return value

    return whole


def seconds(text: str) -> float:
    """A positive number of seconds, as an option's type."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no positive number of seconds")
    return value


def told(options: argparse.Namespace) -> str:
    """The options that differ from the defaults, as they are written after the command."""
    words = [
        f"--{name} {getattr(options, name)}"
        for name, usual in (("digits", 15), ("seed", 0))
        if getattr(options, name) != usual
    ]
    words += [f"--timeout {options.timeout:g}"] if options.timeout != 30.0 else []
    return "".join(f" {word}" for word in words)


def check(result: Any, options: argparse.Namespace, progress: Any, name: str) -> Any:
    """The report of what is to be checked; a bare claim comes back with its statement."""
    if options.no_cache:
        os.environ["DERIVE_CACHE"] = ""
    from derive import verify
    from derive.claim import Claim
    from derive.report import Checked

    report = verify(result, digits=options.digits, seed=options.seed, timeout=options.timeout, progress=progress)
    return Checked(result, name, report) if isinstance(result, Claim) else report
