"""Running text as HTML: emphasis, code, formulas between dollar signs; reasons with their formulas as mathematics."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from derive.derivation import Derivation, Step
from derive.view.mathml import formula, typeset

_INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|(?<!\\)\$(?P<math>[^$\s](?:[^$]*?[^$\s\\])?)\$(?!\d)"
    r"|(?P<dollar>\\\$)"
    r"|\*\*(?P<strong>[^\s*](?:.*?[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<em>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])",
    re.S,
)
_HELD = 0xF0000  # from here on private-use characters, which escaping leaves alone


@dataclass
class Typesetter:
    """Sets formulas, and counts those that the converter refuses: they stay plain text."""

    refused: int = 0

    def count(self, found: tuple[str, bool]) -> str:
        """The HTML of a formula; one that was refused is counted."""
        self.refused += not found[1]
        return found[0]

    def latex(self, latex: str, block: bool = False) -> str:
        """LaTeX as it stands in prose."""
        return self.count(typeset(latex.strip(), latex.strip(), block))

    def math(self, expr: Any, block: bool = False) -> str:
        """An expression."""
        return self.count(formula(expr, block))


def inline(text: str, setter: Typesetter) -> str:
    """One run of text; everything that is no mark is escaped."""
    found: list[str] = []
    last = 0
    for match in _INLINE.finditer(text):
        found.append(escape(text[last : match.start()], quote=False))
        found.append(_MARK[match.lastgroup or "code"](match[match.lastgroup or "code"], setter))
        last = match.end()
    found.append(escape(text[last:], quote=False))
    return "".join(found)


_MARK = {
    "code": lambda text, setter: f"<code>{escape(text[1:-1], quote=False)}</code>",
    "display": lambda text, setter: f'<span class="formula shown">{setter.latex(text, block=True)}</span>',
    "math": lambda text, setter: setter.latex(text),
    "dollar": lambda text, setter: "$",
    "strong": lambda text, setter: f"<strong>{inline(text, setter)}</strong>",
    "em": lambda text, setter: f"<em>{inline(text, setter)}</em>",
}


def reason(step: Step, setter: Typesetter, link: Callable[[Derivation], str] | None = None) -> str:
    """The reason of a step; `link` is the HTML of the name of a lemma, its title unless told.

    Formulas and names go into the text as single private-use characters, whose place their HTML takes at the end.
    """
    held: list[str] = []

    def hold(html: str) -> str:
        held.append(html)
        return chr(_HELD + len(held) - 1)

    def name(lemma: Derivation) -> str:
        return hold(link(lemma) if link else title(lemma, setter))

    text = inline(step.reason(lambda expr: hold(setter.math(expr, block=True)), name), setter)
    return "".join(held[ord(c) - _HELD] if 0 <= ord(c) - _HELD < len(held) else c for c in text)


def title(lemma: Derivation, setter: Typesetter) -> str:
    """The title of a derivation, with its formulas."""
    return inline(lemma.title or "a lemma without a name", setter)
