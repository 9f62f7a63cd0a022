"""Asking SymPy a question that it may stumble over: its exceptions are an answer (none), and are told, never hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# What SymPy 1.14 raises from within on expressions that it was not written for.
STUMBLES = (
    ValueError,
    TypeError,
    NotImplementedError,
    AttributeError,
    RecursionError,
    ArithmeticError,
    KeyError,
    IndexError,
)


def attempt(test: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, str]:
    """(answer, "") or (None, what SymPy stumbled over)."""
    try:
        return test(*arguments, **options), ""
    except STUMBLES as stumble:
        return None, f"{getattr(test, '__name__', 'a test')} stumbled: {type(stumble).__name__}: {stumble}"
