"""A differential field: rational functions over named generators with a derivation; exact zero test; back to SymPy.

`Field(variables)` turns expressions into `Element`s; `is_zero(expr)` answers True, False or None.
"""

from .decide import is_zero
from .element import Element
from .errors import DivisionByZero, FieldError
from .field import Field

__all__ = ["DivisionByZero", "Element", "Field", "FieldError", "is_zero"]
