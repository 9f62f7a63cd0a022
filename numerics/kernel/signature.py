"""Shapes on the way in and out: symbols grouped into arguments, results grouped into tensors.

A scalar argument is a tensor of any batch shape. A vector argument (a tuple or a column of n symbols) is a tensor
whose last dimension has the n components,
before it the batch; a matrix of symbols takes the last two dimensions. Batch shapes broadcast. A column of n
expressions comes back with n on the last
dimension, a matrix m×n with (m, n) on the last two.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any

from sympy import Basic, Dummy, MatrixBase, MatrixSymbol, NDimArray, Symbol, Tuple, sympify
from sympy.matrices.expressions.matexpr import MatrixExpr

from numerics.kernel.errors import KernelError

_FACTS = (
    "positive",
    "negative",
    "nonnegative",
    "nonpositive",
    "zero",
    "nonzero",
    "integer",
    "rational",
    "even",
    "odd",
    "real",
)


@dataclass(frozen=True)
class Leaf:
    """One tensor of a result: its trailing shape and its entries in row-major order."""

    shape: tuple[int, ...]
    entries: tuple[Basic, ...]


@dataclass(frozen=True)
class Argument:
    """One positional argument of a kernel: its name in the source, its trailing shape, the source's name for each
    component."""

    name: str
    shape: tuple[int, ...]
    symbols: tuple[Basic, ...]
    components: tuple[str, ...]

    def unpacking(self) -> str | None:
        """The source line that takes the argument apart, None for a scalar."""
        if not self.shape:
            return None
        index = product(*(range(n) for n in self.shape))
        parts = ", ".join(f"{self.name}[..., {', '.join(map(str, i))}]" for i in index)
        return f"{', '.join(self.components)}{',' if len(self.components) == 1 else ''} = {parts}"


def _array(value: Any) -> tuple[tuple[int, ...], list[Basic]]:
    """(trailing shape, entries) of a symbol, a matrix, an array or nested sequences."""
    if isinstance(value, MatrixExpr):
        value = value.as_explicit()
    if isinstance(value, MatrixBase):
        rows, columns = value.shape
        return ((rows,) if columns == 1 else (rows, columns)), list(value.flat())
    if isinstance(value, NDimArray):
        return tuple(value.shape), [value[i] for i in product(*(range(n) for n in value.shape))]
    if isinstance(value, tuple | list | Tuple):
        inner = [_array(v) for v in value]
        if len({shape for shape, _ in inner}) > 1:
            raise KernelError(
                f"the components of the argument {value} have unequal shapes; give them as separate arguments"
            )
        return (len(inner), *(inner[0][0] if inner else ())), [e for _, entries in inner for e in entries]
    return (), [value]


def identifier(text: str, taken: set[str]) -> str:
    """A Python name after `text` that is neither a keyword nor in `taken`, to which it is added."""
    name = re.sub(r"\W+", "_", text).strip("_") or "x"
    name = f"_{name}" if name[0].isdigit() else name
    while name in taken or keyword.iskeyword(name):
        name += "_"
    taken.add(name)
    return name


def arguments(args: Sequence[Any], taken: set[str]) -> tuple[Argument, ...]:
    """The arguments of a kernel; KernelError for what is not a symbol or occurs twice."""
    result, seen = [], set()
    for position, arg in enumerate(args):
        shape, symbols = _array(arg)
        for s in symbols:
            if not (isinstance(s, Symbol) or getattr(s, "is_Matrix", False) or getattr(s, "parent", None) is not None):
                raise KernelError(
                    f"argument {position} holds {s}, which is no symbol; substitute a symbol for it first"
                )
            if s in seen:
                raise KernelError(f"{s} occurs twice among the arguments")
            seen.add(s)
        if not shape:
            name = identifier(str(symbols[0]), taken)
            result.append(Argument(name, shape, tuple(symbols), (name,)))
            continue
        name = identifier(arg.name if isinstance(arg, MatrixSymbol) else f"p{position}", taken)
        result.append(Argument(name, shape, tuple(symbols), tuple(identifier(str(s), taken) for s in symbols)))
    return tuple(result)


def stand_ins(symbols: Iterable[Basic], real: bool) -> dict[Basic, Dummy]:
    """A symbol of its own for every symbol: real (and whatever else it was assumed to be), so that real
    simplifications apply."""
    result = {}
    for s in symbols:
        facts = {f: True for f in _FACTS if getattr(s, f"is_{f}")}
        result[s] = Dummy(str(s), **(facts | ({"real": True} if real else {})))
    return result


@cache
def real_symbols(symbols: tuple[Basic, ...]) -> Mapping[Basic, Dummy]:
    """The real stand-ins of symbols, always the same ones, so that what SymPy remembers of them serves again."""
    return MappingProxyType(stand_ins(symbols, True))


def leaves(expr: Any) -> tuple[Any, list[Leaf]]:
    """(structure, tensors) of an expression, a matrix, an array, or a tuple, list or dict of those; `rebuild` inverts
    it."""
    if isinstance(expr, dict):
        return _collect(dict, tuple(expr), list(expr.values()))
    if isinstance(expr, tuple | list | Tuple):
        return _collect(list if isinstance(expr, list) else tuple, (), list(expr))
    shape, entries = _array(sympify(expr))
    return None, [Leaf(shape, tuple(sympify(e) for e in entries))]


def _collect(kind: type, keys: tuple, values: list) -> tuple[Any, list[Leaf]]:
    parts = [leaves(v) for v in values]
    return (kind, keys, tuple((s, len(found)) for s, found in parts)), [leaf for _, found in parts for leaf in found]


def rebuild(structure: Any, values: Sequence[Any]) -> Any:
    """The values of the tensors in the structure that `leaves` found."""
    if structure is None:
        return values[0]
    kind, keys, parts = structure
    built, start = [], 0
    for inner, count in parts:
        built.append(rebuild(inner, values[start : start + count]))
        start += count
    return dict(zip(keys, built, strict=True)) if kind is dict else kind(built)
