r"""∫_S ω over a chain as part of a line: a number, not carried out."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.symbol import Str

from derive.claim import Unspelled
from derive.exterior.chain import Cell, Chain
from derive.exterior.chart import Chart
from derive.exterior.errors import WrongCount
from derive.exterior.written import On, line, parts


class Region(sp.Basic):
    """A chain by its name, with its cells: chart, name, dimension, ((count, values, box), …)."""

    @classmethod
    def of(cls, chain: Chain, name: str = "S") -> Region:
        """The node of a chain."""
        cells = [
            sp.Tuple(sp.Integer(count), sp.Tuple(*cell.values), sp.Tuple(*(sp.Tuple(*bound) for bound in cell.box)))
            for count, cell in chain.cells
        ]
        return cls(On.of(chain.target), Str(name), sp.Integer(chain.dim), sp.Tuple(*cells))

    @property
    def chart(self) -> Chart:
        """The chart in which the chain lies."""
        return self.args[0].chart

    @property
    def chain(self) -> Chain:
        """The chain."""
        terms = [
            (int(count), Cell(self.chart, tuple(values), tuple(tuple(bound) for bound in box)))  # type: ignore[misc]
            for count, values, box in parts(self)[3]
        ]
        return Chain.of(self.chart, int(self.args[2]), terms)

    @property
    def boundary(self) -> Region:
        """∂S."""
        return Region.of(self.chain.boundary(), rf"\partial {self.args[1].name}")

    @property
    def free_symbols(self) -> set[Any]:
        found: set[Any] = set()
        for _, values, box in parts(self)[3]:
            ends = sp.Tuple(*(end for _, *ends in box for end in ends))
            found |= (values.free_symbols | ends.free_symbols) - {bound[0] for bound in box}
        return found


class Over(Unspelled, sp.Expr):
    """∫_S ω: a number (a function of the parameters), not carried out."""

    is_commutative = True

    def __new__(cls, form: Any, region: Any, name: str = "S") -> Over:
        inner = line(form)
        place = Region.of(region, name) if isinstance(region, Chain) else region
        if inner.chart != place.chart or inner.degree != int(place.args[2]):
            raise WrongCount(
                f"a form of degree {inner.degree} on {inner.chart} is integrated over chains of this dimension there, "
                f"not over one of dimension {place.args[2]} in {place.chart}"
            )
        return super().__new__(cls, inner, place)

    @property
    def free_symbols(self) -> set[Any]:
        return (self.args[0].free_symbols - set(self.args[0].chart)) | self.args[1].free_symbols

    def _latex(self, printer: Any) -> str:
        inner = printer._print(self.args[0])
        inner = inner if self.args[0].tight else rf"\left({inner}\right)"
        return rf"\int_{{{self.args[1].args[1].name}}} {inner}"

    def _plain(self, printer: Any) -> str:
        inner = printer._print(self.args[0])
        name = self.args[1].args[1].name.replace(r"\partial ", "∂")
        return f"∫_{name} {inner if self.args[0].tight else f'({inner})'}"

    def _sympystr(self, printer: Any) -> str:
        from derive.printing import plain

        return plain(self)
