"""Running text of an article as HTML: paragraphs, headings, lists, emphasis, code, and formulas between dollar signs."""

from __future__ import annotations

import re
import textwrap
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivations.page.sheet import Sheet

_INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|\$\$(?P<display>.+?)\$\$"
    r"|(?<!\\)\$(?P<math>[^$\s](?:[^$]*?[^$\s\\])?)\$(?!\d)"
    r"|(?P<dollar>\\\$)"
    r"|\*\*(?P<strong>[^\s*](?:.*?[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<em>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])",
    re.S,
)
_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")


def inline(text: str, sheet: Sheet) -> str:
    """One run of text; everything that is no mark is escaped."""
    found: list[str] = []
    last = 0
    for match in _INLINE.finditer(text):
        found.append(escape(text[last : match.start()], quote=False))
        found.append(_MARK[match.lastgroup or "code"](match[match.lastgroup or "code"], sheet))
        last = match.end()
    found.append(escape(text[last:], quote=False))
    return "".join(found)


_MARK = {
    "code": lambda text, sheet: f"<code>{escape(text[1:-1], quote=False)}</code>",
    "display": lambda text, sheet: f'<span class="formula shown">{sheet.latex(text, block=True)}</span>',
    "math": lambda text, sheet: sheet.latex(text),
    "dollar": lambda text, sheet: "$",
    "strong": lambda text, sheet: f"<strong>{inline(text, sheet)}</strong>",
    "em": lambda text, sheet: f"<em>{inline(text, sheet)}</em>",
}


def prose(text: str, sheet: Sheet) -> str:
    """Text in blocks that blank lines part: `## ` headings, `- ` and `1. ` lists, `$$ … $$`, paragraphs.

    Headings start at the second level: the first is the page's own.
    """
    return "\n".join(_block(block, sheet) for block in _blocks(textwrap.dedent(text)))


def _blocks(text: str) -> list[str]:
    """Blocks between blank lines; a displayed formula stays whole, and a heading is a block by itself."""
    found: list[str] = []
    for chunk in re.split(r"(\$\$.+?\$\$)", text, flags=re.S):
        if chunk.startswith("$$") and len(chunk) > 4:
            found.append(chunk)
            continue
        for block in re.split(r"\n\s*\n", chunk):
            rest = block.strip("\n")
            while re.match(r"#{1,4} ", rest):
                heading, _, rest = rest.partition("\n")
                found.append(heading)
            if rest.strip():
                found.append(rest)
    return found


def _block(block: str, sheet: Sheet) -> str:
    heading = re.match(r"(#{1,4}) +(.*)", block)
    if heading:
        level = min(4, max(2, len(heading[1])))
        return f'<h{level} class="prose" id="{sheet.anchor(heading[2])}">{inline(heading[2], sheet)}</h{level}>'
    if block.startswith("$$"):
        return f'<div class="formula shown">{sheet.latex(block.strip().strip("$"), block=True)}</div>'
    if not _ITEM.match(block):
        before, mark, after = _split_list(block)
        return f"<p>{inline(before.strip(), sheet)}</p>" + (_block(after, sheet) if mark else "")
    tag = "ul" if re.match(r"\s*[-*]\s", block) else "ol"
    items = re.split(r"\n(?=\s*(?:[-*]|\d+\.)\s)", block.strip("\n"))
    return (
        f"<{tag}>" + "".join(f"<li>{inline(_ITEM.sub('', item, count=1), sheet)}</li>" for item in items) + f"</{tag}>"
    )


def _split_list(block: str) -> tuple[str, bool, str]:
    """A paragraph, and the list that follows it without a blank line (only `- `: a line may well begin with `3. ` or `* `)."""
    found = re.search(r"\n(?=\s*-\s)", block)
    return (block, False, "") if found is None else (block[: found.start()], True, block[found.end() :])
