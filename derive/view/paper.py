"""What a terminal can show: width, colours, ASCII; formulas broken at operators; prose without its marks."""

from __future__ import annotations

import os
import re
import sys
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import Any

from derive.evidence import Status

_COLOUR = {
    Status.EXACT: "32",
    Status.ENCLOSED: "36",
    Status.CAS: "34",
    Status.AGREED: "36",
    Status.CITED: "35",
    Status.ASSUMED: "35",
    Status.UNKNOWN: "33;1",
    Status.REFUTED: "31;1",
}
BADGE = 9  # the longest word is "enclosed"; one column of air


def coloured(stream: Any = None) -> bool:
    """True if colours are wanted on the stream: it is a terminal and NO_COLOR is unset or empty."""
    stream = sys.stdout if stream is None else stream
    return (
        bool(getattr(stream, "isatty", lambda: False)())
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def utf8(stream: Any = None) -> bool:
    """True if the stream can carry every character."""
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None) or "ascii"
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig", "utf16", "utf32")


@dataclass(frozen=True)
class Paper:
    """What is written on: its width, and whether it takes colours and characters beyond ASCII."""

    width: int
    color: bool
    ascii: bool

    def ink(self, text: str, code: str) -> str:
        """The text in a colour or weight, where the paper takes it."""
        return f"\033[{code}m{text}\033[0m" if self.color and text else text

    def word(self, status: Status) -> str:
        """The status as a coloured word."""
        return self.ink(status.value, _COLOUR[status])

    def text(self, words: str) -> str:
        """The words, in ASCII where nothing else can be shown, and without control characters."""
        clean = "".join(c if c.isprintable() or c in "\n " else " " for c in words)
        return to_ascii(clean) if self.ascii else clean

    def formula(self, expr: Any) -> str:
        """A formula on one line."""
        from derive.printing import plain

        return " ".join(self.text(plain(expr, ascii=self.ascii)).split())

    def wrap(self, words: str, indent: int, hang: int | None = None) -> list[str]:
        """The words filled to the width, the first line after `indent` blanks, the others after `hang`."""
        first, other = " " * indent, " " * (indent if hang is None else hang)
        return textwrap.wrap(self.text(words), self.width, initial_indent=first, subsequent_indent=other) or [first]

    def right(self, line: str, status: Status, good: bool = False) -> str:
        """The line with the status at the right margin; `good`: in the colour of success, whatever the word."""
        gap = self.width - length(line) - len(status.value)
        word = self.ink(status.value, _COLOUR[Status.EXACT]) if good else self.word(status)
        return line + " " * max(1, gap) + word


def length(text: str) -> int:
    """Columns that the text takes: combining marks none, wide East Asian characters two, colours none."""
    bare = re.sub(r"\033\[[0-9;]*m", "", text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in bare)


_ASCII = {
    "≤": "<=", "≥": ">=", "≠": "!=", "∞": "oo", "π": "pi", "∫": "Int ", "∂": "d", "∑": "Sum ", "∏": "Prod ",
    "√": "sqrt", "→": "->", "←": "<-", "⇒": "=>", "↦": "|->", "−": "-", "–": "-", "—": "-", "·": "*", "×": "x",
    "±": "+/-", "≈": "~", "∼": "~", "…": "...", "′": "'", "″": "''", "’": "'", "‘": "'", "“": '"', "”": '"',
    "∈": "in", "∉": "not in", "∧": "^", "∘": "o", "ℝ": "R", "ℂ": "C", "ℕ": "N", "ℤ": "Z", "∇": "grad ", "⁺": "+",
    "⁻": "-", "₊": "+", "₋": "-", "°": " deg", "½": "1/2",
    "⟨": "<", "⟩": ">", "│": "|", "─": "-", "✓": "ok", "✗": "x", "∎": "qed",
}  # fmt: skip


def to_ascii(text: str) -> str:
    """The text in ASCII: signs spelt out, Greek letters by name, accents dropped, anything else a question mark."""
    found: list[str] = []
    for c in text:
        if c.isascii():
            found.append(c)
        elif c in _ASCII:
            found.append(_ASCII[c])
        else:
            name = unicodedata.name(c, "")
            greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name)
            if greek:
                letter = greek[2].lower().replace("lamda", "lambda")
                found.append(letter.capitalize() if greek[1] == "CAPITAL" else letter)
            else:
                bare = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
                found.append(bare or ("" if unicodedata.combining(c) else "?"))
    return "".join(found)


def broken(formula: str, first: int, other: int) -> list[str]:
    """The formula in pieces that fit, the first into `first` columns, the rest into `other`; breaks come at operators.

    A break comes before + and − and relations, after a comma, before * and /; at the outermost bracket level that still
    leaves a line two fifths full.
    """
    pieces: list[str] = []
    room = first
    while length(formula) > room:
        at = _break(formula, room)
        pieces.append(formula[:at].rstrip())
        formula = formula[at:].lstrip()
        room = other
    return [*pieces, formula]


def _break(formula: str, room: int) -> int:
    depth, best, at, columns = 0, None, room, 0
    for index, c in enumerate(formula):
        columns += length(c)
        if columns > room:
            at = index if best is None else at
            break
        depth += (c in "([{") - (c in ")]}")
        place, rank = 0, 0
        if (
            c == " "
            and formula[index + 1 : index + 2] in tuple("+-−=<>≤≥≠")
            and formula[index + 2 : index + 3] in (" ", "=")
        ):
            place, rank = index, 0
        elif c == "," and formula[index + 1 : index + 2] == " ":
            place, rank = index + 1, 1
        elif c in "*/·" and formula[index + 1 : index + 2] != "*" and formula[index - 1 : index] != "*":
            place, rank = index, 2
        elif c == " ":
            place, rank = index, 3
        if place * 5 >= room * 2 and (best is None or (depth, rank) <= best):
            best, at = (depth, rank), place
    return max(1, at)


_DOTS = {"dot": "\u0307", "ddot": "\u0308"}
_LATEX = {
    r"\infty": "∞", r"\int": "∫", r"\sum": "∑", r"\partial": "∂", r"\le": "≤", r"\leq": "≤", r"\ge": "≥",
    r"\geq": "≥", r"\ne": "≠", r"\neq": "≠", r"\to": "→", r"\cdot": "·", r"\times": "×", r"\pm": "±", r"\in": "∈",
    r"\wedge": "∧", r"\nabla": "∇", r"\approx": "≈", r"\ldots": "…", r"\dots": "…", r"\sqrt": "√", r"\,": " ",
    r"\;": " ", r"\!": "", r"\quad": "  ", r"\left": "", r"\right": "", r"\mathbb{R}": "ℝ", r"\mathbb{E}": "E",
    r"\prime": "′", r"\varepsilon": "ε", r"\lambda": "λ", r"\ell": "ℓ", r"\circ": "∘",
}  # fmt: skip


def prose(text: str) -> str:
    """Running text with its marks taken off and its formulas brought as near to plain text as single signs allow."""

    def formula(found: re.Match[str]) -> str:
        body = re.sub(
            r"\\d?t?frac\{([^{}]*)\}\{([^{}]*)\}",
            lambda m: f"{_bracketed(m[1])}/{_bracketed(m[2])}",
            found[1] or found[2],
        )
        body = re.sub(r"\\[dt]?frac\s*(\d)\s*(\d)", r"\1/\2", body)
        body = re.sub(r"\\mathbb\{([RE])\}", lambda m: {"R": "ℝ", "E": "E"}[m[1]], body)
        body = re.sub(
            r"\\(d?dot)\s*(?:\{(\w)\}|(\w))",
            lambda m: unicodedata.normalize("NFC", (m[2] or m[3]) + _DOTS[m[1]]),
            body,
        )
        return re.sub(r"\\([A-Za-z]+|[^A-Za-z])\s?", _sign, body)

    parts = re.split(r"(`[^`]*`)", text)
    for index, part in enumerate(parts):
        if index % 2:
            parts[index] = part[1:-1]
            continue
        part = re.sub(r"\$\$(.+?)\$\$|(?<!\\)\$(.+?)(?<!\\)\$", formula, part, flags=re.S)
        part = re.sub(r"\*\*(.+?)\*\*", r"\1", part, flags=re.S)
        parts[index] = re.sub(r"(?<![\w*])\*(?![\s*])(.+?)(?<!\s)\*(?![\w*])", r"\1", part, flags=re.S).replace(
            "\\$", "$"
        )
    return "".join(parts)


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"\\?\w+", text.strip()) else f"({text})"


def _sign(found: re.Match[str]) -> str:
    if found[0].strip() in _LATEX:
        return _LATEX[found[0].strip()] + (" " if found[0].endswith(" ") and _LATEX[found[0].strip()] else "")
    for case in ("SMALL", "CAPITAL"):
        name = found[1] if case == "SMALL" else found[1].lower()
        if found[1][:1].isupper() == (case == "CAPITAL"):
            try:
                return unicodedata.lookup(f"GREEK {case} LETTER {name.upper()}")
            except KeyError:
                continue
    before = found.string[found.start() - 1 : found.start()]
    return (" " if before.isalnum() else "") + found[1] + (" " if found[0].endswith(" ") else "")
