"""One reading of one text: what its names mean, how large its numbers may grow, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import sympy as sp
from sympy.core.function import UndefinedFunction
from sympy.logic.boolalg import Boolean
from sympy.polys.polyerrors import BasePolynomialError

from derive.text.declarations import assumption_names, declare, listed
from derive.text.magnitude import Magnitude
from derive.text.syntax import Listing, Refusal, TextError
from derive.text.vocabulary import spelled

if TYPE_CHECKING:
    from lark import Token, Tree

MOST_BITS = 13_000
"""No integer in an expression read from text has more bits; Python prints them without complaint."""
LARGEST_CONSTANT = 200_000
"""Constants stay between 2^-200000 and 2^200000, so that their signs can be found quickly."""

_REFUSALS = (
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    MemoryError,
    BasePolynomialError,
)


class Reading:
    """The declarations, the names bound so far, and the size of the numbers made so far; parts are read by methods that
    are called as the rules of the grammar."""

    def __init__(
        self,
        text: str,
        symbols: Mapping[str, Any] | None,
        function_names: str,
        default: str | None,
        assumptions: Mapping[str, str],
        verbatim: bool = False,
    ) -> None:
        if not isinstance(text, str):
            raise TypeError(f"text is wanted, not {type(text).__name__}")
        self.text = text
        self.verbatim = verbatim
        self.names: dict[str, Any] = dict(declare(**assumptions))
        self.functions: dict[str, Any] = {name: sp.Function(name) for name in listed(function_names)}
        for name, value in (symbols or {}).items():
            (self.functions if isinstance(value, UndefinedFunction) else self.names)[spelled(name)] = value
        if default is not None and default not in assumption_names():
            raise TextError(default, 0, len(default), f"unknown assumption '{default}'", "for example default='real'")
        self.default = {default: True} if default else {}
        self.bound: list[dict[str, sp.Symbol]] = []
        self.magnitude = Magnitude()
        self.bits_left = 4.0 * MOST_BITS

    def refuse_at(self, start: int, end: int, reason: str, remedy: str = "") -> NoReturn:
        raise TextError(self.text, start, end, reason, remedy) from None

    def refuse(self, place: Any, reason: str, remedy: str = "") -> NoReturn:
        span = getattr(place, "meta", place)
        self.refuse_at(
            getattr(span, "start_pos", 0) or 0, getattr(span, "end_pos", None) or len(self.text), reason, remedy
        )

    def refuse_all(self, reason: str, remedy: str = "") -> NoReturn:
        self.refuse_at(0, len(self.text), reason, remedy)

    def value(self, tree: Any) -> Any:
        """The value of a part, checked: it is a number of moderate size, or has symbols, and it exists."""
        start = tree.meta.start_pos if hasattr(tree, "meta") else None
        try:
            value = getattr(self, "_" + str(tree.data))(*tree.children) if hasattr(tree, "data") else self._token(tree)
        except _REFUSALS as error:
            why = (str(error).splitlines() or [""])[0][:200]
            self.refuse(tree, f"this has no meaning: {why or type(error).__name__}", "")
        except Refusal as refusal:
            self.refuse(tree, refusal.reason, refusal.remedy)
        if isinstance(value, sp.Basic) and start is not None:
            self._admit(tree, value)
        return value

    def _admit(self, tree: Tree, value: sp.Basic) -> None:
        if value in (sp.nan, sp.zoo):
            self.refuse(tree, "this has no value: a division by zero, a pole, or a difference of infinities", "")
        number = (
            value if isinstance(value, sp.Rational) else value.args[0] if isinstance(value, (sp.Mul, sp.Add)) else None
        )
        if isinstance(number, sp.Rational) and self.magnitude.size(number) > MOST_BITS:
            self.refuse(tree, f"a number of more than {MOST_BITS * 3 // 10} digits", "keep it as a symbol")
        if value.args and value.is_number and self.magnitude.size(value) > LARGEST_CONSTANT:
            self.refuse(tree, "a constant too large, or too small, to be computed with", "keep it as a symbol")

    def charge(self, bits: float) -> None:
        """Takes from the budget of digits that one text may spell out."""
        self.bits_left -= bits if bits > 64 else 0
        if bits > MOST_BITS or self.bits_left < 0:
            raise Refusal(f"a number of more than {MOST_BITS * 3 // 10} digits", "keep it as a symbol")

    def refuse_listing(self, tree: Any) -> NoReturn:
        reason = "a comma or square brackets stand outside of a function's arguments"
        self.refuse(tree, reason, "use ( ) for grouping, and a point in decimals: 0.5")

    def _token(self, token: Token) -> Any:
        self.refuse(token, f"{str(token)!r} was not expected here", "a direction belongs into Limit(f, x, x0, '+')")

    def expression(self, tree: Any) -> Any:
        """A value that is no condition and no list."""
        value = self.value(tree)
        if isinstance(value, Listing):
            self.refuse_listing(tree)
        if isinstance(value, Boolean) and not isinstance(value, sp.Symbol):
            self.refuse(
                tree,
                "a condition stands where an expression is wanted",
                "conditions belong into Piecewise((value, condition), ...)",
            )
        return value

    def condition(self, tree: Any) -> Any:
        """A value that is a condition."""
        value = self.value(tree)
        if not isinstance(value, Boolean) or isinstance(value, sp.Symbol):
            self.refuse(tree, "an expression stands where a condition is wanted", "write a relation such as x > 0")
        return value

    def symbol(self, name: str) -> sp.Symbol:
        return sp.Symbol(name, **self.default)

    @contextmanager
    def binding(self, names: list[str]) -> Iterator[None]:
        self.bound.append(
            {
                name: value if isinstance(value := self.names.get(name), sp.Symbol) else self.symbol(name)
                for name in names
            }
        )
        try:
            yield
        finally:
            self.bound.pop()
