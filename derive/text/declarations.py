"""Names and what is assumed of them: `positive="a k", integer="n"` → symbols."""

from __future__ import annotations

import difflib
import functools
import re

import sympy as sp

from derive.text.syntax import TextError
from derive.text.vocabulary import spelled


def declare(default: str | None = None, **assumptions: str) -> dict[str, sp.Symbol]:
    """Symbols by name from declarations: declare(positive="a k", integer="n k") has k a positive integer."""
    known: dict[str, dict[str, bool]] = {}
    for assumption, names in assumptions.items():
        if assumption not in assumption_names():
            close = difflib.get_close_matches(assumption, assumption_names(), 1)
            raise TextError(
                assumption,
                0,
                len(assumption),
                f"unknown assumption '{assumption}'",
                f"did you mean '{close[0]}'?" if close else "",
            )
        for name in listed(names):
            known.setdefault(name, {})[assumption] = True
    symbols = {}
    for name, facts in known.items():
        try:
            symbols[name] = sp.Symbol(name, **facts)
        except sp.core.facts.InconsistentAssumptions as error:
            raise TextError(
                name, 0, len(name), f"'{name}' cannot be {' and '.join(facts)} at once", "declare it once"
            ) from error
    return symbols


def listed(names: str) -> list[str]:
    found = [spelled(name) for name in re.split(r"[\s,]+", names) if name]
    for name in found:
        if not re.fullmatch(r"[^\W\d_]\w*", name):
            raise TextError(
                names,
                0,
                len(names),
                f"'{name}' is not a name",
                "names are letters, digits and _, and begin with a letter",
            )
    return found


@functools.cache
def assumption_names() -> frozenset[str]:
    from sympy.core.assumptions import _assume_defined

    return frozenset(_assume_defined)
