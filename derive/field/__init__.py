"""A differential field: rational functions over named generators with a derivation; exact zero test; back to SymPy.

`Field(variables)` turns expressions into `Element`s; `is_zero(expr)` and `equal(a, b)` answer True (proven), False
(refuted) or None (not decided).
"""

from .element import Element
from .errors import DivisionByZero, FieldError
from .field import Field
from .zero import equal, is_zero, same_integrals

__all__ = ["DivisionByZero", "Element", "Field", "FieldError", "equal", "is_zero", "same_integrals"]
