"""Formulas as people write them: LaTeX for pages and notebooks, one line of Unicode or ASCII for the terminal."""

from derive.printing.plaintext import plain
from derive.printing.tex import Latex, latex

__all__ = ["Latex", "latex", "plain"]
