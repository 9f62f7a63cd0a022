"""Names for the lemmas of a derivation: each is numbered in the order of reading and called after what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.derivation import Derivation
from derive.printing import plain


def with_names(derivation: Derivation, name: str = "", called: str = "") -> Derivation:
    """The derivation with a name and a title for itself and for all that it rests on; equal lemmas become one.

    Lemmas are numbered from the first that is used: "Lemma 1: the equation in a". `name` and `called` (the title) set
    the derivation apart from others on the same page: "gauss, lemma 1", "Lemma 1 (Gauss' integral): …".
    """
    known: dict[Any, Derivation] = {}
    own_letters = derivation.start.free_symbols

    def named(part: Derivation, last: bool) -> Derivation:
        key = (part.lines, part.given, part.steps)
        if key in known:
            return known[key]
        steps = tuple(
            replace(
                step,
                lemmas=tuple(lemma if isinstance(lemma, Claim) else named(lemma, False) for lemma in step.lemmas),
            )
            for step in part.steps
            if step.after != step.before  # a form that is another one only before the user's letters are put in
        )
        said = title(part, own_letters)
        number = f"lemma {len(known) + 1}"
        if last:
            own, words = name or "integral", called or "The integral"
        else:
            own = f"{name}, {number}" if name else number
            words = f"{number.capitalize()}{f' ({called})' if called else ''}: {said}"
        known[key] = replace(part, steps=steps, name=own, title=words)
        return known[key]

    return named(derivation, True)


def title(part: Derivation, letters_of_the_whole: Any = frozenset()) -> str:
    """What a derivation is about, by its first line; letters that the whole has not are named."""
    start = part.start
    letters = sorted({str(v) for d in start.atoms(sp.Derivative) for v in getattr(d, "variables", ())})
    if letters:
        alone = isinstance(start, sp.Derivative)
        return f"the {'derivative by' if alone else 'equation in'} {', '.join(letters)}"
    kind = {sp.Integral: "an integral", sp.Limit: "a limit"}.get(type(start), "a value")
    new = sorted(map(plain, start.free_symbols - set(letters_of_the_whole)))
    return " ".join(filter(None, (kind, f"with {', '.join(new)}" if new else "", _range(start))))


def _range(start: Any) -> str:
    """Where a single definite integral runs: in words, since a title stands in running text and in headings alike."""
    if not isinstance(start, sp.Integral) or len(start.limits) != 1 or len(start.limits[0]) != 3:
        return ""
    limit: Any = start.limits[0]
    x, low, high = limit
    return f"over {plain(x)} from {plain(low)} to {plain(high)}"
