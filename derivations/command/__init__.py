"""The `derive` command: a table of verbs, each a module of its own that is imported only when it is asked for."""

from derivations.command.entry import main
from derivations.command.run import show

__all__ = ["main", "show"]
