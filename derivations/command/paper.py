"""How wide a line may be: 80 columns, fewer on a narrower terminal."""

from __future__ import annotations

import shutil


def width() -> int:
    """The columns to fill."""
    return max(40, min(80, shutil.get_terminal_size((80, 24)).columns))
