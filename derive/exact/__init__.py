"""Signs of expressions on a domain, ball values, and the assumptions both rest on.

Predicates answer True (proven), False (refuted) or None (not decided). The zero test is `derive.field.is_zero`.
"""

from .assumed import trusted
from .signs import is_nonnegative, is_nonzero, is_positive, is_real, sign_of

__all__ = ["is_nonnegative", "is_nonzero", "is_positive", "is_real", "sign_of", "trusted"]
