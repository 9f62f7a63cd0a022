"""LaTeX to MathML by math-core; what the converter refuses is shown as the text it stands for, never as an error."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

# A formula with more characters is cut at its outermost operators, so that a narrow page can break the line there.
LONG = 34
_OPENING = '<math display="inline" displaystyle="true"'
_BREAKS = frozenset("=≤≥<>≠+−±-→⟹⟺⇒∧")
_OPEN, _CLOSE = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")


@cache
def _converter() -> Any:
    from math_core import LatexToMathML

    return LatexToMathML(unicode_substitution="conventional")


@cache
def mathml(latex: str, display: bool = False) -> str | None:
    """The formula as one `<math>` element; None if the converter refuses the LaTeX."""
    try:
        return _converter().convert_with_local_state(latex, displaystyle=display)
    except (KeyboardInterrupt, SystemExit, ImportError):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the converter is no Exception; the text is shown, and counted
        return None


@cache
def flowing(latex: str, display: bool = True) -> str | None:
    """The formula inline, in display style or not: one `<math>`, or several between which a long line may break."""
    found = mathml(latex, display)
    if found is None:
        return None
    opening = _OPENING if display else "<math"
    whole = found.replace('<math display="block"', opening, 1)
    try:
        root = ElementTree.fromstring(
            re.sub(r"&(?!lt;|gt;|amp;|quot;|apos;|#)\w+;", lambda m: html.unescape(m[0]), whole)
        )
    except ElementTree.ParseError:
        return whole
    children = list(root[0]) if len(root) == 1 and root[0].tag == "mrow" else list(root)
    if len("".join(root.itertext())) <= LONG:
        return whole
    pieces: list[list[ElementTree.Element]] = [[]]
    depth, barred = 0, False
    for child in children:
        sign = (child.text or "").strip() if child.tag == "mo" else ""
        barred ^= sign in ("|", "‖")
        if sign in _BREAKS and depth == 0 and not barred and pieces[-1] and not _dangling(pieces[-1]):
            child.set("form", "infix")
            pieces.append([])
        depth += (sign in _OPEN) - (sign in _CLOSE)
        pieces[-1].append(child)
    if len(pieces) == 1:
        return whole
    return "<wbr>".join(opening + ">" + "".join(map(_text, piece)) + "</math>" for piece in pieces)


def _dangling(piece: list[ElementTree.Element]) -> bool:
    """True if the piece ends with an operator, so that the next sign belongs to what follows: the minus in `= −x`."""
    return piece[-1].tag == "mo" and (piece[-1].text or "").strip() not in _CLOSE | {"!", "′"}


def _text(element: ElementTree.Element) -> str:
    element.tail = None
    return ElementTree.tostring(element, encoding="unicode", short_empty_elements=False)


def formula(expr: Any, block: bool = False) -> tuple[str, bool]:
    """The HTML of an expression, and whether it could be set: what is refused becomes `<code>` with plain text."""
    from derive.printing import latex, plain

    return typeset(latex(expr), plain(expr), block)


def typeset(latex: str, plain: str, block: bool = False) -> tuple[str, bool]:
    """The HTML of LaTeX, and whether it could be set; otherwise the plain text in `<code>`."""
    found = flowing(latex, block)
    return (found, True) if found is not None else (f"<code>{html.escape(plain)}</code>", False)
