"""The form of mathematical text: what the grammar accepts; for the rest a place, a reason and a remedy."""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.errors import DeriveError
from derive.text.vocabulary import NEEDS_ARGUMENT

if TYPE_CHECKING:
    from lark import Lark, Tree

LONGEST_TEXT = 10_000
DEEPEST_NESTING = 100


class TextError(DeriveError):
    """A text that cannot be read: says where (a caret under the place), why, and what to write instead."""

    def __init__(self, text: str, start: int, end: int, reason: str, remedy: str = "") -> None:
        super().__init__(text, start, end, reason, remedy)
        self.text, self.start, self.end, self.reason, self.remedy = text, start, end, reason, remedy

    def __str__(self) -> str:
        first = max(0, min(self.start, len(self.text)) - 40)
        line = "".join(" " if ord(letter) < 32 else letter for letter in self.text[first : first + 76])
        width = max(1, min(self.end, first + 76) - self.start)
        marks = " " * (self.start - first) + "^" * width
        return "\n".join([self.reason, f"  {line}", f"  {marks}", *([self.remedy] if self.remedy else [])])


class Refusal(Exception):
    """A reason and a remedy that do not know their place yet; the part being read adds it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class Listing:
    """A list in round or square brackets; only some functions take it."""

    def __init__(self, brackets: str, entries: tuple[Any, ...]) -> None:
        self.brackets, self.entries = brackets, entries

    def as_tuple(self) -> sp.Tuple:
        """As SymPy's Tuple, nested ones too."""
        return sp.Tuple(*[entry.as_tuple() if isinstance(entry, Listing) else entry for entry in self.entries])


@functools.cache
def _grammar() -> Lark:
    from lark import Lark

    source = resources.files("derive.text").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def syntax_tree(text: str) -> Tree:
    """The parse tree of the text, or TextError; neither too long nor too deep."""
    from lark import UnexpectedInput

    if len(text) > LONGEST_TEXT:
        reason = f"the text has {len(text)} characters; at most {LONGEST_TEXT} are read"
        raise TextError(text, LONGEST_TEXT, LONGEST_TEXT, reason, "split it into parts")
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth > DEEPEST_NESTING:
            reason = f"brackets are nested more than {DEEPEST_NESTING} deep"
            raise TextError(text, place, place + 1, reason, "split the text into parts")
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _complaint(text, error) from None
    levels: dict[int, int] = {}
    for part in tree.iter_subtrees():  # leaves first
        level = levels[id(part)] = 1 + max((levels.get(id(child), 0) for child in part.children), default=0)
        if level > 2 * DEEPEST_NESTING:
            reason = "signs or powers are nested too deeply"
            raise TextError(text, part.meta.start_pos, part.meta.end_pos, reason, "split the text into parts")
    return tree


def _complaint(text: str, error: Any) -> TextError:
    """The parser's complaint as a place, a reason and a remedy."""
    token = getattr(error, "token", None)
    if not text.strip():
        return TextError(text, 0, 1, "the text is empty", "write an expression such as x^2 + 1")
    if token is not None and token.type == "$END":
        end = len(text.rstrip())
        return TextError(text, end, end + 1, "the text ends too early", "a bracket is open or an operand is missing")
    start = error.pos_in_stream if token is None else token.start_pos
    end = start + (1 if token is None else max(1, len(token)))
    before, here = text[:start].rstrip(), text[start:end]
    left = re.search(r"[\w.²³]+$|[)\]!]$", before)
    if left and not left[0].endswith(".") and re.match(r"[^\W_]|[(√]|\.\d", text[start:]):
        right = re.match(r"\w+|.", text[start:], re.DOTALL)
        after = right[0] if right else here
        if left[0] in NEEDS_ARGUMENT:
            return TextError(text, start, end, "a bracket is missing after a function", f"write {left[0]}({after})")
        written = f"{left[0]}{text[len(before) : start]}{after}"
        return TextError(text, start, end, "an operator is missing here", f"{written}: write {left[0]}*{after}")
    for letters, reason, remedy in _STRANGE:
        if here[0] in letters:
            return TextError(text, start, end, reason, remedy)
    if not before:
        return TextError(text, start, end, f"an expression cannot begin with {here!r}")
    return TextError(
        text, start, end, f"{here!r} was not expected here", "an operand or a bracket may be missing just before it"
    )


_STRANGE = (
    ("{}", "curly brackets are not read", "use ( ) for grouping"),
    ("[]", "square brackets are read only in Matrix([[a, b], [c, d]])", "use ( ) for grouping"),
    ("|", "bars are not read as absolute value", "write abs(x)"),
    ("\\$", "LaTeX is not read", "write plain mathematics: sqrt(x)/2, alpha, x_1"),
    ("_", "a name cannot begin with _", "begin it with a letter"),
    (",", "a comma stands outside of a function's arguments", "decimals take a point: 0.5"),
    (".", "a point belongs only into a number", "write 0.5; there are no attributes here"),
    (";:", "one expression at a time is read", "remove what follows"),
    ("'\"`", "quotation marks are not read here", "only Limit takes one: Limit(f, x, 0, '+')"),
    (")", "this bracket was not opened, or something is missing before it", "count the brackets"),
)  # fmt: skip (rows of a table)
