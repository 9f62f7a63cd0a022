"""The text of an article as HTML: paragraphs, headings, lists, displayed formulas."""

from __future__ import annotations

import re
import textwrap

from derivations.page.sheet import Sheet
from derive.view.words import inline

_ITEM = re.compile(r"\s*(?:[-*]|\d+\.)\s+")


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
