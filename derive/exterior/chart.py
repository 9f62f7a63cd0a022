"""A chart: an ordered tuple of coordinates, with the assumptions under which they range.

Coordinates made by a chart are SymPy symbols that know their chart, so `d(theta)` needs no registry: the chart is read
off the symbol. Charts with the same names, assumptions and label are equal, and so are their coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import assumptions
from derive.exterior.errors import UnknownChart, WrongCount
from derive.exterior.scalars import Ring, Scalar, field_of, ring_for

if TYPE_CHECKING:
    from derive.exterior.form import Form
    from derive.exterior.vectors import VectorField

Key = tuple[tuple[str, ...], tuple[str, ...], tuple[Any, ...], str]


class Coordinate(sp.Symbol):
    """A real symbol that knows the chart whose coordinate it is; otherwise a symbol like any other."""

    __slots__ = ("_key", "_mark")
    _key: Key
    _mark: str

    def __new__(cls, name: str, key: Key, **assumed: Any) -> Coordinate:
        symbol = sp.Symbol.__xnew__(cls, name, **(assumed or _assumed(name, key)))
        symbol._key, symbol._mark = key, sp.srepr(key[2]) + repr((key[0], key[1], key[3]))
        return symbol

    @property
    def chart(self) -> Chart:
        """The chart that made this coordinate."""
        return _from_key(self._key)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name, ("chart", self._mark), *self._assumptions0)

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self._key), {}

    def __reduce__(self) -> Any:
        return Coordinate, (self.name, self._key)


def _assumed(name: str, key: Key) -> dict[str, bool]:
    return {"positive": True} if name in key[1] else {"real": True}


class Chart:
    """`Chart("r theta phi")`: coordinates made from names; `Chart(x, y)`: coordinates that exist already.

    Coordinates are real; `positive="r"` makes some of them positive; `given` are further relations, in plain symbols of
    the same names, and hold for every coefficient on the chart. `label` tells two charts with equal names apart. A
    chart of symbols that exist already is not known to those symbols: write `M.d(x)` there instead of `d(x)`.
    Raises WrongCount for no or for repeated coordinates.

    >>> M = Chart("r theta")
    >>> r, theta = M
    >>> theta.chart == M
    True
    """

    __slots__ = ("__dict__", "_key", "given", "symbols")
    symbols: tuple[sp.Symbol, ...]
    given: tuple[Any, ...]

    def __init__(self, *coordinates: Any, positive: str = "", given: Iterable[Any] = (), label: str = "") -> None:
        stated = assumptions(given)
        names: Sequence[Any] = coordinates
        if len(coordinates) == 1 and isinstance(coordinates[0], str):
            names = coordinates[0].replace(",", " ").split()
        elif len(coordinates) == 1 and isinstance(coordinates[0], Iterable):
            names = tuple(coordinates[0])
        key: Key | None = None
        symbols: tuple[sp.Symbol, ...]
        if names and all(isinstance(name, str) for name in names):
            key = (tuple(names), tuple(sorted(positive.replace(",", " ").split())), stated, label)
            symbols = tuple(Coordinate(name, key) for name in key[0])
            table = {s.name: s for s in symbols}
            swap = {s: table[s.name] for relation in stated for s in relation.free_symbols if s.name in table}
            stated = assumptions([relation.xreplace(swap) for relation in stated])
        elif names and all(isinstance(name, sp.Symbol) for name in names):
            symbols = tuple(name for name in names if isinstance(name, sp.Symbol))
        else:
            raise WrongCount(
                f"{coordinates!r} are no coordinates; write Chart('x y z'), or Chart(x, y, z) with symbols"
            )
        if len(set(symbols)) < len(symbols):
            raise WrongCount(f"a coordinate is named twice in {', '.join(map(str, symbols))}; a chart has each once")
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "given", stated)
        object.__setattr__(self, "_key", key)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a chart is immutable")

    @property
    def dim(self) -> int:
        """The number of coordinates."""
        return len(self.symbols)

    def __iter__(self) -> Iterator[sp.Symbol]:
        return iter(self.symbols)

    def __len__(self) -> int:
        return len(self.symbols)

    def __getitem__(self, index: int) -> sp.Symbol:
        return self.symbols[index]

    def __contains__(self, symbol: object) -> bool:
        return symbol in self.symbols

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Chart):
            return NotImplemented
        return self is other or (self.symbols == other.symbols and self.given == other.given)

    def __hash__(self) -> int:
        return hash(("Chart", self.symbols))

    def __reduce__(self) -> Any:
        return (_from_key, (self._key,)) if self._key else (_of_symbols, (self.symbols, self.given))

    def __repr__(self) -> str:
        return f"Chart({' '.join(map(str, self.symbols))})"

    def _latex(self, printer: Any) -> str:
        return "(" + ", ".join(printer._print(s) for s in self.symbols) + ")"

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"

    @cached_property
    def field(self) -> Ring:
        """The differential field of coefficients on this chart."""
        return field_of(self.symbols, self.given)

    def scalars(self, values: Iterable[Any]) -> tuple[Ring, list[Scalar]]:
        """The values in the chart's field, or all of them as expressions if one does not fit."""
        return ring_for(self.symbols, self.given, values)

    def index(self, coordinate: Any) -> int:
        """The place of a coordinate, given as its symbol, name or number; WrongCount if there is none such."""
        whole = int | sp.Integer
        for place, symbol in enumerate(self.symbols):
            if coordinate in (symbol, symbol.name) or (isinstance(coordinate, whole) and coordinate == place):
                return place
        raise WrongCount(f"{coordinate} is no coordinate of {self}; its coordinates are numbered 0 to {self.dim - 1}")

    def form(self, degree: int, components: Any) -> Form:
        """The form with these components: {(0, 1): P, …} or {(x, y): P, …}; a sequence for all; one for the top."""
        from derive.exterior.form import form_on

        return form_on(self, degree, components)

    def zero(self, degree: int) -> Form:
        """The zero form of a degree."""
        return self.form(degree, {})

    def d(self, value: Any) -> Form:
        """The exterior derivative of a function on this chart (every other symbol in it is constant) or of a form."""
        from derive.exterior.form import Form

        return (value if isinstance(value, Form) else self.form(0, {(): value})).d()

    @property
    def differentials(self) -> tuple[Form, ...]:
        """dx¹, …, dxⁿ."""
        return tuple(self.form(1, {(i,): 1}) for i in range(self.dim))

    @property
    def volume(self) -> Form:
        """dx¹∧…∧dxⁿ, the coordinate volume (that of a metric is `Metric.volume`)."""
        return self.form(self.dim, {tuple(range(self.dim)): 1})

    def vector(self, components: Sequence[Any]) -> VectorField:
        """The vector field with these components."""
        from derive.exterior.vectors import VectorField

        return VectorField(self, components)

    @property
    def fields(self) -> tuple[VectorField, ...]:
        """The coordinate fields ∂₁, …, ∂ₙ."""
        return tuple(self.vector([int(i == j) for j in range(self.dim)]) for i in range(self.dim))


@lru_cache(maxsize=256)
def _from_key(key: Key) -> Chart:
    names, positive, given, label = key
    return Chart(" ".join(names), positive=" ".join(positive), given=given, label=label)


def _of_symbols(symbols: tuple[sp.Symbol, ...], given: tuple[Any, ...]) -> Chart:
    return Chart(*symbols, given=given)


def chart_of(expr: sp.Basic) -> Chart:
    """The one chart whose coordinates occur in the expression; UnknownChart if there is none, or more than one."""
    found: list[Chart] = []
    for symbol in expr.atoms(Coordinate):
        if symbol.chart not in found:
            found.append(symbol.chart)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownChart(
            f"no coordinate of a chart occurs in {expr}; make the symbols by Chart('x y'), or name the chart: "
            f"M.d({expr})"
        )
    raise UnknownChart(
        f"coordinates of {len(found)} charts occur in {expr}; say on which chart it is to be read: M.d({expr})"
    )
