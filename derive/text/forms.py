"""Forms with a syntax of their own: Integral, Sum, Product, Limit, Derivative, Subs, Piecewise, Matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.matrices.matrixbase import MatrixBase

from derive.text.syntax import Listing, Refusal
from derive.text.vocabulary import spelled

if TYPE_CHECKING:
    from derive.text.reader import Reader


def _bound_name(reader: Reader, part: Any) -> str:
    if getattr(part, "data", "") != "name":
        reader.refuse(part, "a name is wanted here: the variable", "write (x, lower, upper)")
    return spelled(part.children[0])


def _limits_of(reader: Reader, parts: list[Any]) -> list[list[Any]]:
    return [list(part.children) if getattr(part, "data", "") == "tuple" else [part] for part in parts]


def _with_limits(reader: Reader, build: Callable[..., Any], parts: list[Any], shapes: tuple[int, ...]) -> Any:
    if len(parts) < 2:
        raise Refusal("the variable is missing", "write for example Integral(f, (x, 0, oo)) or Sum(a, (n, 0, N))")
    limits = _limits_of(reader, parts[1:])
    for limit, part in zip(limits, parts[1:], strict=True):
        if len(limit) not in shapes:
            reader.refuse(part, "limits are written (x, lower, upper)", "")
    with reader.binding([_bound_name(reader, limit[0]) for limit in limits]):
        body = reader.expression(parts[0])
        return build(body, *[tuple(reader.expression(entry) for entry in limit) for limit in limits])


def _integral(reader: Reader, parts: list[Any]) -> Any:
    return _with_limits(reader, sp.Integral, parts, (1, 2, 3))


def _integral_flat(reader: Reader, parts: list[Any]) -> Any:
    if (
        len(parts) == 4
        and getattr(parts[1], "data", "") == "name"
        and not any(getattr(part, "data", "") == "tuple" for part in parts)
    ):
        with reader.binding([_bound_name(reader, parts[1])]):
            body, *limit = [reader.expression(part) for part in parts]
            return sp.Integral(body, tuple(limit))
    return _integral(reader, parts)


def _sum(reader: Reader, parts: list[Any]) -> Any:
    return _with_limits(reader, sp.Sum, parts, (3,))


def _product(reader: Reader, parts: list[Any]) -> Any:
    return _with_limits(reader, sp.Product, parts, (3,))


def _limit(reader: Reader, parts: list[Any]) -> Any:
    if not 3 <= len(parts) <= 4:
        raise Refusal("a limit is written Limit(f, x, x0) or Limit(f, x, x0, '-')", "")
    direction = "+"
    if len(parts) == 4:
        if hasattr(parts[3], "data"):
            reader.refuse(parts[3], "a direction is wanted here", "'+', '-' or '+-'")
        direction = parts[3].partition("=")[2].strip().strip("'\"") if "=" in parts[3] else parts[3].strip("'\"")
    with reader.binding([_bound_name(reader, parts[1])]):
        body, variable, point = [reader.expression(part) for part in parts[:3]]
    return sp.Limit(body, variable, point, direction)


def _derivative(reader: Reader, parts: list[Any]) -> Any:
    if len(parts) < 2:
        raise Refusal("the variable is missing", "write diff(f, x) or Derivative(f, (x, 2))")
    body = reader.expression(parts[0])
    variables: list[Any] = []
    for part in parts[1:]:
        entry = reader.value(part)
        if isinstance(entry, Listing) and len(entry.entries) == 2:
            variable, order = entry.entries
        elif isinstance(entry, sp.Integer) and variables:
            variable, order = variables.pop()[0], entry
        else:
            variable, order = entry, sp.S.One
        counted = isinstance(order, sp.Expr) and not (order.is_number and not (order.is_Integer and 0 <= order <= 100))
        if not (isinstance(variable, (sp.Symbol, AppliedUndef)) and counted):
            reader.refuse(part, "a variable or an order up to 100 is wanted here", "write Derivative(f, (x, 2))")
        variables.append((variable, order))
    return sp.Derivative(body, *variables)


def _substituted(reader: Reader, parts: list[Any]) -> Any:
    if len(parts) != 3:
        raise Refusal("a substitution is written Subs(f, x, x0)", "")
    names, points = (list(part.children) if getattr(part, "data", "") == "tuple" else [part] for part in parts[1:])
    values = [reader.expression(point) for point in points]
    with reader.binding([_bound_name(reader, name) for name in names]):
        return sp.Subs(reader.expression(parts[0]), [reader.expression(name) for name in names], values)


def _piecewise(reader: Reader, parts: list[Any]) -> Any:
    pieces = []
    for part in parts:
        if getattr(part, "data", "") != "tuple" or len(part.children) != 2:
            reader.refuse(part, "a piece is written (value, condition)", "Piecewise((x, x > 0), (0, True))")
        pieces.append((reader.expression(part.children[0]), reader.condition(part.children[1])))
    if not pieces:
        raise Refusal("Piecewise has no piece", "Piecewise((x, x > 0), (0, True))")
    return sp.Piecewise(*pieces)


def _matrix(reader: Reader, parts: list[Any]) -> Any:
    rows = reader.value(parts[0]) if len(parts) == 1 else None
    if not isinstance(rows, Listing) or rows.brackets != "[]" or not rows.entries:
        raise Refusal("a matrix is written Matrix([[a, b], [c, d]])", "")
    table = [row.entries if isinstance(row, Listing) and row.brackets == "[]" else (row,) for row in rows.entries]
    for entry in (entry for row in table for entry in row):
        if not isinstance(entry, sp.Expr) or isinstance(entry, MatrixBase):
            raise Refusal("the entries of a matrix are expressions", "")
    return sp.ImmutableMatrix([list(row) for row in table])


FORMS: dict[str, Callable[[Reader, list[Any]], Any]] = {
    "Integral": _integral,
    "integral": _integral_flat,
    "integrate": _integral_flat,
    "Sum": _sum,
    "Product": _product,
    "Limit": _limit,
    "limit": _limit,
    "Derivative": _derivative,
    "diff": _derivative,
    "Subs": _substituted,
    "Piecewise": _piecewise,
    "Matrix": _matrix,
}
