"""What the exact room is given: SymPy objects and numbers. Text is refused: reading it would mean evaluating it."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.errors import DeriveError


def formula(value: Any) -> Any:
    """The value as a SymPy object; DeriveError for text and other things, with the remedy."""
    try:
        return sp.sympify(value, strict=True)
    except sp.SympifyError:
        remedy = f"write derive.text.parse({value!r})" if isinstance(value, str) else "give a SymPy expression"
        raise DeriveError(f"{value!r} is a {type(value).__name__}, no formula: {remedy}") from None
