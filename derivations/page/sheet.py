"""One page in the making: the anchors given out so far, and the formulas that could not be set."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import escape
from typing import Any

from derive.claim import Claim, Relation, UpTo, Weakly
from derive.evidence import Status
from derive.view.mathml import typeset
from derive.view.words import Typesetter


def slug(text: str) -> str:
    """A name as it stands in file names and anchors: lower-case ASCII letters, digits, `-` and `_`."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", bare).strip("-") or "part"


@dataclass
class Sheet(Typesetter):
    """What a page must remember while it is written: anchors are unique on it, refused formulas are counted."""

    anchors: set[str] = field(default_factory=set)

    def anchor(self, name: str) -> str:
        """An anchor for the name that no other part of the page has."""
        base = candidate = slug(name)
        number = 2
        while candidate in self.anchors:
            candidate = f"{base}-{number}"
            number += 1
        self.anchors.add(candidate)
        return candidate

    def line(self, expr: Any, relation: Relation) -> str:
        """A line of a derivation, with what its relation adds to it."""
        from derive.printing import latex, plain

        order = rf" + O\!\left({latex(relation.gauge)}\right)" if isinstance(relation, UpTo) else ""
        words = f" + O({plain(relation.gauge)})" if isinstance(relation, UpTo) else ""
        return self.count(typeset(latex(expr) + order, plain(expr) + words, block=True)) + self.tail(relation)

    def claim(self, claim: Claim, doubt: bool = False) -> str:
        """A claim without its assumptions; `doubt` puts a question mark over the sign."""
        latex = claim.latex()
        if doubt:
            from derive.printing import latex as printed

            left = printed(claim.lhs)
            latex = (
                rf"{left} \overset{{?}}{{{claim.relation.sign}}}" + latex[len(left) + 1 + len(claim.relation.sign) :]
            )
        return self.count(typeset(latex, str(claim), block=True)) + self.tail(claim.relation)

    def tail(self, relation: Relation) -> str:
        """Where a relation is meant: the point of an O-term, the variable of the test functions."""
        if isinstance(relation, UpTo):
            return f'<span class="tail">as {self.math(relation.variable)} → {self.math(relation.point)}</span>'
        return (
            f'<span class="tail">as distributions in {self.math(relation.variable)}</span>'
            if isinstance(relation, Weakly)
            else ""
        )

    def given(self, relations: tuple[Any, ...]) -> str:
        """The assumptions as a line of the page; nothing where there are none."""
        return f'<p class="given">Given {", ".join(map(self.math, relations))}.</p>' if relations else ""


def badge(status: Status, word: str = "") -> str:
    """The status as a word on its colour, with its meaning in the title."""
    return f'<span class="badge {status.value}" title="{escape(status.means)}">{escape(word or status.value)}</span>'
