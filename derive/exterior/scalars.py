"""The scalars of forms: elements of a differential field where there is one, SymPy expressions (labelled) where not.

Both rings have one interface: `K(expr)`, + − * / **, `diff`, `expr`, `is_zero` (raises Undecided), and for many terms
`K.sum`, `K.dot`, `K.det`, `K.inverse`. Everything above this module is written against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.claim import side
from derive.errors import Undecided
from derive.field import Element, Field, FieldError, is_zero

Scalar = Any
Ring = Any


@dataclass(frozen=True, eq=False)
class Loose:
    """A SymPy expression with the interface of a field element; zero is decided by `is_zero`, or not at all."""

    value: sp.Expr
    field: Expressions

    def expr(self) -> sp.Expr:
        """The expression itself."""
        return self.value

    def _with(self, expr: Any) -> Loose:
        return Loose(expr, self.field)

    def __add__(self, other: Any) -> Loose:
        return self._with(self.value + expression(other))

    def __sub__(self, other: Any) -> Loose:
        return self._with(self.value - expression(other))

    def __mul__(self, other: Any) -> Loose:
        return self._with(self.value * expression(other))

    def __truediv__(self, other: Any) -> Loose:
        return self._with(self.value / expression(other))

    def __pow__(self, power: int) -> Loose:
        return self._with(self.value**power)

    def __neg__(self) -> Loose:
        return self._with(-self.value)

    def __eq__(self, other: object) -> bool:
        return (self - other).is_zero()

    __hash__ = None  # type: ignore[assignment] - equality is a proof, which no hash can follow

    def diff(self, x: sp.Symbol) -> Loose:
        return self._with(sp.diff(self.value, x).doit())

    def is_zero(self) -> bool:
        answer = is_zero(self.value, self.field.given, numeric=True)
        if answer is None:
            raise Undecided(f"whether {self.value} is zero was not decided; state assumptions in the chart's `given`")
        return answer


class Expressions:
    """The ring of SymPy expressions, the labelled fallback where no differential field is found."""

    def __init__(self, variables: Iterable[sp.Symbol] = (), given: Iterable[Any] = ()) -> None:
        self.variables, self.given = tuple(variables), tuple(given)

    def __call__(self, value: Any) -> Loose:
        return Loose(expression(value), self)

    def sum(self, terms: Iterable[Loose]) -> Loose:
        return self(sp.Add(*(t.value for t in terms)))

    def dot(self, products: Iterable[Iterable[Any]]) -> Loose:
        return self(sp.Add(*(sp.Mul(*map(expression, factors)) for factors in products)))

    def det(self, rows: Sequence[Sequence[Loose]]) -> Loose:
        return self(sp.factor(sp.Matrix([[e.value for e in row] for row in rows]).det()))

    def inverse(self, rows: Sequence[Sequence[Loose]]) -> list[list[Loose]]:
        inverted = sp.Matrix([[e.value for e in row] for row in rows]).inv().applyfunc(sp.cancel)
        return [[self(inverted[i, j]) for j in range(inverted.cols)] for i in range(inverted.rows)]


@lru_cache(maxsize=256)
def field_of(variables: tuple[sp.Symbol, ...], given: tuple[Any, ...] = ()) -> Ring:
    """The differential field over these variables, one per process so that elements meet in the same generators."""
    return Field(variables, given=given)


@lru_cache(maxsize=256)
def expressions_of(variables: tuple[sp.Symbol, ...], given: tuple[Any, ...] = ()) -> Ring:
    """The fallback ring over these variables."""
    return Expressions(variables, given)


def ring_for(
    variables: tuple[sp.Symbol, ...], given: tuple[Any, ...], values: Iterable[Any]
) -> tuple[Ring, list[Scalar]]:
    """The field with the values lifted into it; the ring of expressions if one of them does not fit."""
    values = list(values)
    for ring in (field_of(variables, given), expressions_of(variables, given)):
        try:
            return ring, [lift(ring, value) for value in values]
        except FieldError:
            continue
    raise AssertionError("every expression fits into the ring of expressions")


def lift(ring: Ring, value: Any) -> Scalar:
    """The value as an element of the ring; FieldError if it does not fit."""
    owner = ring_of(value)
    if owner is ring:
        return value
    return ring(expression(value))


def ring_of(value: Any) -> Ring | None:
    """The ring a scalar belongs to; None for SymPy expressions and numbers."""
    return value.field if isinstance(value, Element | Loose) else None


def expression(value: Any) -> sp.Expr:
    """The SymPy expression of a scalar, a SymPy object or a number."""
    return value.expr() if isinstance(value, Element | Loose) else side(value)


def is_exact(ring: Ring) -> bool:
    """Whether the ring is a differential field, with an exact zero test."""
    return not isinstance(ring, Expressions)


def vanishes(value: Scalar) -> bool:
    """Whether a scalar is known to be zero without work; what is not decided counts as present."""
    if isinstance(value, Loose):
        return value.value == 0
    try:
        return value.is_zero()
    except Undecided:
        return False
