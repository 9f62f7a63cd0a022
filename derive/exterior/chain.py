"""Chains: formal sums of parametrised cells, with a boundary whose boundary is zero.

A cell is a map from {(u₁, …, u_k): l_i(u₁, …, u_{i−1}) ≤ u_i ≤ h_i(u₁, …, u_{i−1})}: boxes and simplices alike.
∂ = Σ_i (−1)^{i−1} (face u_i = h_i − face u_i = l_i); faces of no width are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import side
from derive.exterior.chart import Chart, chart_of
from derive.exterior.errors import DifferentCharts, WrongCount
from derive.exterior.maps import Map
from derive.exterior.scalars import expression

Bound = tuple[sp.Symbol, sp.Expr, sp.Expr]


@dataclass(frozen=True)
class Cell:
    """One parametrised cell: the target's coordinates as functions of the parameters, and the parameters' ranges."""

    target: Chart
    values: tuple[sp.Expr, ...]
    box: tuple[Bound, ...]

    @property
    def dim(self) -> int:
        """The number of parameters."""
        return len(self.box)

    @property
    def mapping(self) -> Map:
        """The parametrisation, from a chart of the parameters (for a point from a chart that plays no role)."""
        return Map(Chart(*([u for u, _, _ in self.box] or [sp.Symbol("u", real=True)])), self.target, self.values)

    def at(self, place: int, value: sp.Expr) -> Cell:
        """The face on which a parameter has a value."""
        u = self.box[place][0]
        table = {u: value}
        rest = (*self.box[:place], *((v, lo.subs(table), hi.subs(table)) for v, lo, hi in self.box[place + 1 :]))
        return Cell(self.target, tuple(v.subs(table) for v in self.values), rest)

    @property
    def flat(self) -> bool:
        """Whether one of the parameters has no room."""
        return any(sp.expand(hi - lo) == 0 for _, lo, hi in self.box)

    @property
    def canonical(self) -> Cell:
        """The same cell with parameters named by their place (positive from 0 on), and expressions expanded."""
        exprs = [*self.values, *(end for _, lo, hi in self.box for end in (lo, hi))]
        letter = unused("u", set().union(*(e.free_symbols for e in exprs)) - {u for u, _, _ in self.box})
        table = {
            u: sp.Symbol(f"{letter}_{i + 1}", **({"positive": True} if lo.is_nonnegative else {"real": True}))
            for i, (u, lo, _) in enumerate(self.box)
        }
        new = [(table[u], _tidy(lo.xreplace(table)), _tidy(hi.xreplace(table))) for u, lo, hi in self.box]
        return Cell(self.target, tuple(_tidy(value.xreplace(table)) for value in self.values), tuple(new))


def unused(letter: str, taken: Iterable[sp.Basic]) -> str:
    """The letter, doubled until no name that is taken starts with it and an underscore."""
    names = [str(symbol) for symbol in taken]
    while any(name.startswith(letter + "_") for name in names):
        letter += letter[0]
    return letter


def _tidy(expr: sp.Expr) -> sp.Expr:
    return sp.expand(expr)


class Chain:
    """`Chain({x: a*cos(t), y: b*sin(t)}, (t, 0, 2*pi))`, or `Chain(F, ranges)` with a Map from the chart of parameters.

    Ranges: one (u, lo, hi) each, outermost first; the ends of a later one may depend on the earlier parameters.
    Chains of one dimension add, and are multiplied by integers. Immutable. Raises WrongCount, DifferentCharts.
    """

    __slots__ = ("cells", "dim", "target")
    cells: tuple[tuple[int, Cell], ...]
    dim: int
    target: Chart

    def __init__(self, parametrisation: Any, *ranges: Any) -> None:
        box = _box(ranges)
        if isinstance(parametrisation, Map):
            if set(parametrisation.source) != {u for u, _, _ in box}:
                raise WrongCount(f"the ranges {box} are not those of the parameters {parametrisation.source}")
            cell = Cell(parametrisation.target, parametrisation.values, box)
        elif isinstance(parametrisation, Mapping):
            target = chart_of(sp.Tuple(*parametrisation))
            cell = Cell(target, Map(target, target, parametrisation).values, box)
        else:
            raise WrongCount(
                "a chain is given by a Map, or a table {coordinate: value}, and the ranges of its parameters"
            )
        self._set(cell.target, cell.dim, [(1, cell)])

    def _set(self, target: Chart, dim: int, terms: Iterable[tuple[int, Cell]]) -> None:
        total: dict[Cell, int] = {}
        for count, cell in terms:
            if not cell.flat:
                key = cell.canonical
                total[key] = total.get(key, 0) + count
        kept = tuple((count, cell) for cell, count in total.items() if count)
        for name, value in (("target", target), ("dim", dim), ("cells", kept)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a chain is immutable")

    @classmethod
    def of(cls, target: Chart, dim: int, terms: Iterable[tuple[int, Cell]]) -> Chain:
        """The chain Σ count · cell; equal cells are gathered."""
        chain = cls.__new__(cls)
        chain._set(target, dim, terms)
        return chain

    def __reduce__(self) -> Any:
        return _restored, (self.target, self.dim, self.cells)

    @classmethod
    def point(cls, chart: Chart, values: Sequence[Any]) -> Chain:
        """A point, as a chain of dimension 0."""
        return cls.of(chart, 0, [(1, Cell(chart, tuple(map(side, values)), ()))])

    @classmethod
    def box(cls, chart: Chart, *ranges: Any) -> Chain:
        """The region lo ≤ x ≤ hi of the chart itself: `Chain.box(M, (x, 0, 1), (y, 0, x))`, oriented as the chart."""
        order = [chart.index(u) for u, _, _ in _box(ranges)]
        odd = sum(a > b for i, a in enumerate(order) for b in order[i + 1 :]) % 2
        return (-1 if odd else 1) * cls(Map.identity(chart), *ranges)

    @classmethod
    def simplex(cls, chart: Chart, *vertices: Sequence[Any]) -> Chain:
        """The affine simplex with these vertices, oriented by their order."""
        points = [[side(v) for v in vertex] for vertex in vertices]
        if any(len(point) != chart.dim for point in points):
            raise WrongCount(f"each vertex has {chart.dim} coordinates on {chart}")
        u = sp.symbols(f"u_1:{len(points)}", real=True)
        values = [
            sp.Add(points[0][i], *(s * (point[i] - points[0][i]) for s, point in zip(u, points[1:], strict=True)))
            for i in range(chart.dim)
        ]
        box = tuple((s, sp.S.Zero, 1 - sp.Add(*u[:i])) for i, s in enumerate(u))
        return cls.of(chart, len(u), [(1, Cell(chart, tuple(values), box))])

    def boundary(self) -> Chain:
        """∂, with ∂∂ = 0."""
        faces = []
        for count, cell in self.cells:
            for i, (_, lo, hi) in enumerate(cell.box):
                sign = -count if i % 2 else count
                faces += [(sign, cell.at(i, hi)), (-sign, cell.at(i, lo))]
        return Chain.of(self.target, max(self.dim - 1, 0), faces)

    def __add__(self, other: Any) -> Chain:
        if not isinstance(other, Chain):
            return NotImplemented
        if other.target != self.target:
            raise DifferentCharts(f"a chain in {self.target} plus one in {other.target}; chains of one chart add")
        if other.dim != self.dim:
            raise WrongCount(f"a chain of dimension {self.dim} plus one of dimension {other.dim}")
        return Chain.of(self.target, self.dim, [*self.cells, *other.cells])

    def __rmul__(self, factor: int) -> Chain:
        if not isinstance(factor, int):
            return NotImplemented
        return Chain.of(self.target, self.dim, [(factor * count, cell) for count, cell in self.cells])

    __mul__ = __rmul__

    def __neg__(self) -> Chain:
        return -1 * self

    def __sub__(self, other: Any) -> Chain:
        return self + (-other) if isinstance(other, Chain) else NotImplemented

    def pushed(self, mapping: Map) -> Chain:
        """F∘c: ∫_{F∘c} w = ∫_c F*w."""
        if mapping.source != self.target:
            raise DifferentCharts(f"a map from {mapping.source} cannot carry a chain in {self.target}")
        moved = [(count, Cell(mapping.target, _through(mapping, cell), cell.box)) for count, cell in self.cells]
        return Chain.of(mapping.target, self.dim, moved)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and other == 0:
            return not self.cells
        if not isinstance(other, Chain):
            return NotImplemented
        return self.target == other.target and set(self.cells) == set(other.cells)

    def __hash__(self) -> int:
        return hash(("Chain", self.target))

    def __repr__(self) -> str:
        if not self.cells:
            return "Chain(0)"
        return "Chain(" + " + ".join(f"{n}·{list(c.values)} on {list(c.box)}" for n, c in self.cells) + ")"


def _through(mapping: Map, cell: Cell) -> tuple[sp.Expr, ...]:
    table = dict(zip(mapping.source, cell.values, strict=True))
    return tuple(value.subs(table, simultaneous=True) for value in mapping.values)


def _box(ranges: Sequence[Any]) -> tuple[Bound, ...]:
    """((u, lo, hi), …) from triples, from one list of triples, or from a table {u: (lo, hi)}."""
    if len(ranges) == 1 and isinstance(ranges[0], Mapping):
        ranges = [(u, *ends) for u, ends in ranges[0].items()]
    elif len(ranges) == 1 and isinstance(ranges[0], Sequence) and ranges[0] and isinstance(ranges[0][0], (tuple, list)):
        ranges = ranges[0]
    box: list[Bound] = []
    for one in ranges:
        if len(one) != 3 or not isinstance(one[0], sp.Symbol):
            raise WrongCount(f"{one} is no range; write (parameter, lower end, upper end)")
        u, lo, hi = one[0], expression(one[1]), expression(one[2])
        box.append((u, lo, hi))
    return tuple(box)


def _restored(target: Chart, dim: int, cells: Iterable[tuple[int, Cell]]) -> Chain:
    return Chain.of(target, dim, cells)
