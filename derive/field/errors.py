"""What a differential field refuses, said by name."""

from __future__ import annotations

from derive.errors import DeriveError


class FieldError(DeriveError):
    """An expression or an operation does not fit the field; the message names it and the reason."""


class DivisionByZero(FieldError, ZeroDivisionError):
    """A divisor is identically zero."""
