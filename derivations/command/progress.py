"""Progress on standard error, on one line that is wiped at the end; silent unless a person is watching."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_BAR = 20


class Progress:
    """Called as `progress(done, total, label)`; `prefix` names what is at work."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int, label: str) -> None:
        if not self._live or not total:
            return
        from derive.view.paper import length, to_ascii, utf8

        filled = _BAR * done // total
        full, empty = ("━", "╌") if utf8(sys.stderr) else ("#", "-")
        text = f"{full * filled}{empty * (_BAR - filled)} {done}/{total} {self.prefix}{': ' if self.prefix and label else ''}{label}"
        text = " ".join((text if utf8(sys.stderr) else to_ascii(text)).split())
        room = shutil.get_terminal_size().columns - 1
        while length(text) > room:
            text = text[:-1]
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def wipe(self) -> None:
        """Clears the line."""
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def progress(prefix: str = "") -> Iterator[Progress]:
    """A progress line that is gone when the work is."""
    bar = Progress(prefix)
    try:
        yield bar
    finally:
        bar.wipe()
