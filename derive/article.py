"""An article: derivations in reading order, with prose, pitfalls that must be refuted, routes that must meet, and
plots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.derivation import Derivation
from derive.errors import DeriveError


@dataclass(frozen=True)
class Pitfall:
    """A plausible step that is wrong. It passes only when it is refuted, with a counterexample; `unknown` is not
    enough."""

    claim: Claim
    lesson: str
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class Meeting:
    """Independent derivations of one value: their first lines state the same quantity, their last lines must be
    equal."""

    routes: tuple[Derivation, ...]
    name: str = ""
    title: str = ""

    def __init__(self, *routes: Derivation, name: str = "", title: str = "") -> None:
        if len(routes) < 2:
            raise DeriveError("routes meet when there are at least two of them")
        object.__setattr__(self, "routes", routes)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "title", title)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """First route against each other one: equal beginnings, equal ends."""
        first = self.routes[0].conclusion
        found: list[Claim] = []
        for route in self.routes[1:]:
            other = route.conclusion
            given = (*first.given, *other.given)
            found += [Claim(first.lhs, other.lhs, given), Claim(first.rhs, other.rhs, given)]
        return tuple(found)


@dataclass(frozen=True)
class Curve:
    """A closed form over a range, drawn as a line; `at` fixes the other symbols."""

    expr: Any
    variable: sp.Symbol
    lower: float
    upper: float
    at: tuple[tuple[sp.Symbol, Any], ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Points:
    """Numeric values of an expression (an integral, say) by the oracle, drawn with their error bars."""

    expr: Any
    variable: sp.Symbol
    values: tuple[Any, ...]
    at: tuple[tuple[sp.Symbol, Any], ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Trace:
    """A curve in the plane, (x, y) of one parameter. `fill` shades what it encloses, `faint` draws it thin, `arrow`
    puts a head at its end; parts with one `shade` (0 to 5) have one colour."""

    x: Any
    y: Any
    variable: sp.Symbol
    lower: Any
    upper: Any
    at: tuple[tuple[sp.Symbol, Any], ...] = ()
    label: str = ""
    fill: bool = False
    faint: bool = False
    arrow: bool = False
    shade: int | None = None

    @property
    def expr(self) -> sp.Tuple:
        """Both coordinates."""
        return sp.Tuple(self.x, self.y)


@dataclass(frozen=True)
class Data:
    """Points with error bars that a script works out when the page is drawn: (x, y, error) from `rows`, a method of the
    subclass. `note` says in the caption what the error bars are. Subclasses are frozen dataclasses whose fields fix the
    rows (sizes, seeds), since a drawing is kept by them."""

    label: str = ""
    note: str = ""

    @property
    def expr(self) -> sp.Tuple:
        """Nothing symbolic."""
        return sp.Tuple()

    def rows(self) -> tuple[tuple[float, float, float], ...]:
        """The points."""
        raise DeriveError(f"{type(self).__name__} says no rows; a subclass of Data has them")


@dataclass(frozen=True)
class Plot:
    """A figure as data: curves, points and data over one axis, traces in a plane. It is drawn by the page, never by
    `import derive`. `picture`: one scale for both axes, which are not drawn."""

    parts: tuple[Curve | Points | Trace | Data, ...]
    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
    name: str = ""
    picture: bool = False


Part = str | Derivation | Pitfall | Meeting | Plot


@dataclass(frozen=True)
class Article:
    """Parts in reading order; text is Markdown-like prose with formulas between dollar signs. Named parts have
    distinct names."""

    name: str
    title: str
    parts: tuple[Part, ...] = field(default=())
    source: str = ""

    def __init__(self, name: str, title: str, *parts: Part, source: str = "") -> None:
        names = [part.name for part in parts if not isinstance(part, str) and part.name]
        repeated = {n for n in names if names.count(n) > 1}
        if repeated:
            raise DeriveError(f"the article {name!r} has two parts called {', '.join(sorted(repeated))}")
        for attribute, value in (("name", name), ("title", title), ("parts", parts), ("source", source)):
            object.__setattr__(self, attribute, value)

    def derivations(self) -> Iterator[Derivation]:
        """All derivations of the article, those that others rest on first, each once."""
        heads = [part for part in self.parts if isinstance(part, Derivation)]
        heads += [route for part in self.parts if isinstance(part, Meeting) for route in part.routes]
        yield from {id(d): d for head in heads for d in head.walk()}.values()

    def _repr_html_(self) -> str:
        from derive.verify import verify

        return verify(self)._repr_html_()
