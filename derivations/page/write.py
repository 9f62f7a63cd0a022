"""Pages on disk: every file is written whole or not at all, the index last."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from derivations.page.index import index_page
from derivations.page.page import name_of, report_page
from derivations.page.sheet import slug
from derive.cache import write_whole
from derive.errors import DeriveError


class PageError(DeriveError):
    """A page cannot be written where it was to be; the message names the place and the system's reason."""


def write_page(report: Any, target: Path | str, command: str = "") -> Path:
    """Writes the page of one report to the file `target`; its folder is made if need be. PageError if that cannot be."""
    path = Path(target)
    _write(path, report_page(report, command=command))
    return path


def write_report(
    reports: Mapping[str, Any] | Iterable[Any], directory: Path | str, commands: Mapping[str, str] | None = None
) -> list[Path]:
    """Writes one page per report and `index.html` into the directory, and returns the paths, the index last.

    reports: reports of articles, derivations or single claims; in a mapping the keys are the names of the pages. commands: for each
    name the command that reproduces it, shown at the foot. PageError if the directory or a file cannot be written.
    """
    named = list(reports.items()) if isinstance(reports, Mapping) else [(name_of(report), report) for report in reports]
    files: dict[str, tuple[str, Any]] = {}
    for name, report in named:
        base = candidate = slug(name) if slug(name) != "index" else "index_"
        number = 2
        while f"{candidate}.html" in files:
            candidate = f"{base}-{number}"
            number += 1
        files[f"{candidate}.html"] = (name, report)
    paths: list[Path] = []
    for file, (name, report) in files.items():
        command = (commands or {}).get(name, f"derive run {name}")
        paths.append(Path(directory) / file)
        _write(paths[-1], report_page(report, command=command, index="index.html"))
    paths.append(Path(directory) / "index.html")
    _write(paths[-1], index_page({file: report for file, (_, report) in files.items()}))
    return paths


def writable(directory: Path) -> None:
    """Makes the directory, and makes sure before long work begins that files can be written there; PageError otherwise."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise _problem(directory, error) from None


def _problem(path: Path, error: OSError) -> PageError:
    return PageError(f"cannot write {path}: {error.strerror or error}; choose another place with -o")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise _problem(path, error) from None
