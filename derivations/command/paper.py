"""How wide a line may be: 80 columns, fewer on a narrower terminal; and an error's message set to it."""

from __future__ import annotations

import shutil
import textwrap


def width() -> int:
    """The columns to fill."""
    return max(40, min(80, shutil.get_terminal_size((80, 24)).columns))


def set_to_width(message: str) -> str:
    """The message with its long lines broken between words, the rest of each indented by two.

    A line that is indented already quotes the user's text, and a caret stands under it: it is left as it is.
    """
    lines: list[str] = []
    for line in message.split("\n"):
        quoted = line.startswith(" ") or len(line) <= width()
        lines += [line] if quoted else _filled(line)
    return "\n".join(lines)


def _filled(line: str) -> list[str]:
    return textwrap.wrap(line, width(), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
