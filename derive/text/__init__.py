"""Mathematical text → SymPy, by a grammar and a table of words; nothing from outside is ever evaluated as Python.

Read as one would expect: `cos(k*x)/(a^2+x^2)`, `-x^2` = −(x²), `2^3^2` = 2^(3²), `x²·√π`, `n!`, `0 < s <= 3`, `f''(x)`,
`Sum(x^n/n!, (n, 0, oo))`. Conventions:

- Numbers are exact: 0.5 is 1/2, 1e-3 is 1/1000.
- A product is written with `*`: `2x` and `x(y+1)` are errors with a remedy. `^` and `**` are powers.
- `e` and `E` are Euler's number, `I` is the imaginary unit; a lone `i` is refused, as it may be the unit or an index.
  A declared name, or one bound by a Sum or Integral, always means what it was declared to be.
- Parentheses decide between function and symbol: `beta(x, y)` and `beta`. `lambda`, `S`, `N`, `Q` are ordinary names.
- Sums and products evaluate from left to right as SymPy's operators do. Integral, Sum, Product, Limit and Derivative
  stay unevaluated.
- Text that would take too long, or hold numbers of thousands of digits, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.text.declarations import declare
from derive.text.reader import Reader
from derive.text.syntax import TextError

__all__ = ["TextError", "declare", "parse", "parse_relation"]


def parse(
    text: str,
    *,
    symbols: Mapping[str, Any] | None = None,
    functions: str = "",
    default: str | None = None,
    **assumptions: str,
) -> sp.Expr:
    """The expression that the text says; raises TextError.

    `positive="a k", integer="n"` (any assumption of SymPy) declare names, separated by blanks or commas;
    `functions="f g"` declares undefined functions; `symbols` maps names to symbols or functions in use already;
    `default="real"` holds for every other name. Without it an undeclared name is a plain complex Symbol.
    """
    reader = Reader(text, symbols, functions, default, assumptions)
    value = reader.read()
    if isinstance(value, Boolean) and not isinstance(value, sp.Symbol):
        reader.refuse_all("a relation stands where an expression is wanted", "read it with parse_relation")
    return cast("sp.Expr", value)


def parse_relation(
    text: str,
    *,
    symbols: Mapping[str, Any] | None = None,
    functions: str = "",
    default: str | None = None,
    **assumptions: str,
) -> Boolean:
    """The relation that the text says, as it stands: `a > b`, `lhs = rhs`, `a != b`; raises TextError.

    A chain `0 < s < 3` is an And. The relation is not evaluated: with a positive, `a > 0` is the statement a > 0 and
    not True. Declarations as for `parse`.
    """
    reader = Reader(text, symbols, functions, default, assumptions, verbatim=True)
    value = reader.read()
    if not isinstance(value, Boolean) or isinstance(value, sp.Symbol):
        reader.refuse_all(
            "no relation here", "write one of =, !=, <, <=, >, >=; an expression alone is read with parse"
        )
    return value
