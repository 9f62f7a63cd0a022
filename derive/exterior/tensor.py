"""Index tables with their symmetries: what is stored is one component of each orbit, what is read is any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import sympy as sp

from derive.exterior.chart import Chart
from derive.exterior.errors import WrongCount
from derive.exterior.form import Form
from derive.exterior.scalars import Ring, Scalar, expression

Index = tuple[int, ...]


def _plain(index: Index) -> tuple[int, Index]:
    return 1, index


def _symmetric(index: Index) -> tuple[int, Index]:
    """Symmetric in the last two."""
    *front, a, b = index
    return 1, (*front, min(a, b), max(a, b))


def _antisymmetric(index: Index) -> tuple[int, Index]:
    """Antisymmetric in the last two."""
    *front, a, b = index
    return (0, index) if a == b else (1, index) if a < b else (-1, (*front, b, a))


def _riemann(index: Index) -> tuple[int, Index]:
    """R_abcd = −R_bacd = −R_abdc = R_cdab."""
    a, b, c, d = index
    if a == b or c == d:
        return 0, index
    sign = (1 if a < b else -1) * (1 if c < d else -1)
    first, second = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    return sign, (*min(first, second), *max(first, second))


SYMMETRIES: dict[str, Callable[[Index], tuple[int, Index]]] = {
    "none": _plain,
    "symmetric": _symmetric,
    "antisymmetric": _antisymmetric,
    "riemann": _riemann,
}


class Tensor:
    """Components of a tensor (or of a connection) in a chart: `T[a, b, …]` with numbers, symbols or names. Immutable.

    `places` says which indices are up and down, as "uddd"; `T == 0` is exact, or raises Undecided.
    """

    __slots__ = ("_entries", "chart", "name", "places", "ring", "symmetry")
    chart: Chart
    ring: Ring
    places: str
    symmetry: str
    name: str
    _entries: dict[Index, Scalar]

    def __init__(
        self, chart: Chart, ring: Ring, places: str, symmetry: str, entries: Mapping[Index, Scalar], name: str = "T"
    ) -> None:
        table = dict(entries)
        for slot, value in zip(
            ("chart", "ring", "places", "symmetry", "_entries", "name"),
            (chart, ring, places, symmetry, table, name),
            strict=True,
        ):
            object.__setattr__(self, slot, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a tensor is immutable")

    def __reduce__(self) -> Any:
        table = {index: expression(value) for index, value in self._entries.items()}
        return _restored, (self.chart, self.places, self.symmetry, table, self.name)

    def scalar(self, *index: int) -> Scalar:
        """A component in the ring."""
        sign, stored = SYMMETRIES[self.symmetry](index)
        value = self._entries.get(stored) if sign else None
        return self.ring(0) if value is None else value if sign > 0 else -value

    def __getitem__(self, index: Any) -> sp.Expr:
        wanted = index if isinstance(index, tuple) else (index,)
        if len(wanted) != len(self.places):
            raise WrongCount(f"{self.name} has {len(self.places)} indices; {len(wanted)} were given")
        return expression(self.scalar(*(self.chart.index(i) for i in wanted)))

    def independent(self) -> dict[Index, sp.Expr]:
        """The components that are not zero, one of each orbit of the symmetry."""
        return {index: expression(v) for index, v in sorted(self._entries.items()) if not v.is_zero()}

    def nonzero(self) -> Iterator[tuple[Index, sp.Expr]]:
        """All components that are not zero."""
        for index in product(range(self.chart.dim), repeat=len(self.places)):
            value = self.scalar(*index)
            if not value.is_zero():
                yield index, expression(value)

    def matrix(self) -> sp.ImmutableDenseMatrix:
        """The components of a tensor with two indices."""
        if len(self.places) != 2:
            raise WrongCount(f"{self.name} has {len(self.places)} indices; a matrix has two")
        return sp.ImmutableDenseMatrix(self.chart.dim, self.chart.dim, lambda i, j: self[i, j])

    def array(self) -> sp.ImmutableDenseNDimArray:
        """All components as a SymPy array."""
        n, rank = self.chart.dim, len(self.places)
        flat = [expression(self.scalar(*index)) for index in product(range(n), repeat=rank)]
        return sp.ImmutableDenseNDimArray(flat, (n,) * rank)

    def is_zero(self) -> bool:
        """Whether every component is zero; raises Undecided."""
        return Form(self.chart, None, self.ring, dict(enumerate(self._entries.values()))).is_zero()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and other == 0:
            return self.is_zero()
        if not isinstance(other, Tensor):
            return NotImplemented
        if (self.chart, self.places) != (other.chart, other.places):
            return False
        every = product(range(self.chart.dim), repeat=len(self.places))
        return all(self.ring(expression(self.scalar(*i) - other.scalar(*i))).is_zero() for i in every)

    def __hash__(self) -> int:
        return hash(("Tensor", self.chart, self.places))

    def __repr__(self) -> str:
        from derive.printing import plain

        rows = (f"{self.name}[{', '.join(map(str, i))}] = {plain(v)}" for i, v in self.independent().items())
        return "\n".join(rows) or f"{self.name} = 0"

    def _latex(self, printer: Any) -> str:
        names = [printer._print(x) for x in self.chart]
        lines, head = [], {"Γ": r"\Gamma"}.get(self.name, self.name)
        for index, value in self.independent().items():
            slots = "".join(
                f"{'^' if place == 'u' else '_'}{{{names[i]}}}{{}}" for place, i in zip(self.places, index, strict=True)
            )
            lines.append(f"{head}{{}}{slots} &= {printer._print(value)}")
        return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}" if lines else f"{head} = 0"

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"


def _restored(chart: Chart, places: str, symmetry: str, table: dict[Index, sp.Expr], name: str) -> Tensor:
    ring, values = chart.scalars(table.values())
    return Tensor(chart, ring, places, symmetry, dict(zip(table, values, strict=True)), name)
