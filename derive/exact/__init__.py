"""Exact zero tests by normal forms; signs and bounds on a domain.

`is_zero`, `equal` answer True (proven), False (refuted) or None (not decided). `normal` is a readable normal form.
"""

from .assumed import trusted
from .bounds import absolute_bound, dominates
from .signs import is_nonnegative, is_nonzero, is_positive, is_real, sign_of
from .zero import equal, is_zero, normal, same_integrals

__all__ = [
    "absolute_bound", "dominates",
    "equal", "is_nonnegative", "is_nonzero", "is_positive", "is_real", "is_zero", "normal", "same_integrals",
    "sign_of", "trusted",
]  # fmt: skip
