r"""Exterior calculus as it is written, before it is carried out: d(x dy), ι_X ω, F*ω, ⋆ω, ∫_S ω as lines.

A line is a SymPy tree, so that it prints, pickles, is compared and matched like any other side of a claim. What a node
is worth is said twice and apart: by the engine (`values`), which the rules use, and by the textbook definition in
components (`components`), which checks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.core.symbol import Str

from derive.claim import Unspelled
from derive.exterior.chart import Chart, Coordinate
from derive.exterior.errors import DifferentCharts, ExteriorError, WrongCount
from derive.exterior.form import Form


class On(sp.Basic):
    """A chart as part of a line: its coordinates and what is assumed of them."""

    @classmethod
    def of(cls, chart: Chart) -> On:
        """The node of a chart."""
        return cls(sp.Tuple(*chart), sp.Tuple(*chart.given))

    @property
    def chart(self) -> Chart:
        """The chart."""
        coordinates = tuple(self.args[0])
        if coordinates and isinstance(coordinates[0], Coordinate) and coordinates[0].chart.symbols == coordinates:
            return coordinates[0].chart
        return Chart(*coordinates, given=tuple(self.args[1]))


def parts(node: sp.Basic) -> tuple[Any, ...]:
    """What a node is made of."""
    return node.args


class FormLine(Unspelled, sp.Basic):
    """A node whose value is a differential form. `+`, `-`, `*` (wedge) build larger lines and carry nothing out."""

    is_commutative = True
    tight = True  # whether it needs no brackets as a factor
    bare = False  # whether it needs no brackets behind an operator: it is a name, or begins with one itself

    @property
    def chart(self) -> Chart:
        """The chart on which the form lives."""
        return self.args[0].chart

    @property
    def degree(self) -> int:
        """The degree of the form."""
        raise NotImplementedError

    def __add__(self, other: Any) -> FormLine:
        return Sum.of(self, other)

    def __radd__(self, other: Any) -> FormLine:
        return self if other == 0 else Sum.of(other, self)

    def __neg__(self) -> FormLine:
        return Wedge.of(-1, self, chart=self.chart)

    def __sub__(self, other: Any) -> FormLine:
        return Sum.of(self, -line(other, self.chart))

    def __mul__(self, other: Any) -> FormLine:
        return Wedge.of(self, other, chart=self.chart)

    def __rmul__(self, other: Any) -> FormLine:
        return Wedge.of(other, self, chart=self.chart)

    def _sympystr(self, printer: Any) -> str:
        from derive.printing import plain

        return plain(self)


class Written(FormLine):
    """A form written out: coordinates, degree and the components that are not zero."""

    @classmethod
    def of(cls, form: Form) -> Written:
        """The line of a form."""
        if form.degree is None:
            raise WrongCount("a form of mixed degree is no line; write its parts, w.part(k)")
        parts = [sp.Tuple(sp.Tuple(*key), value) for key, value in form.components.items()]
        return cls(On.of(form.chart), sp.Integer(form.degree), sp.Tuple(*parts))

    @property
    def degree(self) -> int:
        return int(self.args[1])

    @classmethod
    def stated(cls, chart: Chart, table: Mapping[tuple[Any, ...], Any]) -> Written:
        """The form with these components {(x, y): f, …}, rising and of one degree, kept as they are written here."""
        rows = {tuple(chart.index(x) for x in key): sp.sympify(value, strict=True) for key, value in table.items()}
        degrees = {len(key) for key in rows}
        if len(degrees) != 1 or any(list(key) != sorted(set(key)) for key in rows):
            raise WrongCount("the components of a stated form have rising indices, as many in each")
        parts = [sp.Tuple(sp.Tuple(*key), rows[key]) for key in sorted(rows)]
        return cls(On.of(chart), sp.Integer(degrees.pop()), sp.Tuple(*parts))

    @property
    def components(self) -> dict[tuple[int, ...], sp.Expr]:
        """Rising indices → coefficient, as it is written."""
        return {tuple(map(int, key)): value for key, value in parts(self)[2]}

    @property
    def form(self) -> Form:
        """The form itself."""
        return self.chart.form(self.degree, self.components)

    @property
    def tight(self) -> bool:  # type: ignore[override]
        if len(self.args[2]) != 1:
            return not self.args[2]
        value = self.args[2][0][1]
        return not (value.is_Add and self.degree == 0) and not value.could_extract_minus_sign()

    def _latex(self, printer: Any) -> str:
        from derive.exterior.printing import latex_terms, silent

        return latex_terms(self.chart, silent(self.chart, self.components), printer)

    def _plain(self, printer: Any) -> str:
        from derive.exterior.printing import silent, text_terms

        return text_terms(self.chart, silent(self.chart, self.components))


class Named(FormLine):
    """A form that goes by a name: ω with what it stands for."""

    bare = True

    @classmethod
    def of(cls, name: str, value: Any) -> Named:
        """`Named.of("omega", w)` prints as ω until `Definition()` puts w in its place."""
        value = line(value)
        return cls(On.of(value.chart), Str(name), value)

    @property
    def degree(self) -> int:
        return self.args[2].degree

    def _latex(self, printer: Any) -> str:
        return printer._name(self.args[1].name)

    def _plain(self, printer: Any) -> str:
        return printer._name(self.args[1].name)


class Sum(FormLine):
    """α + β + …, of one degree."""

    tight = False

    @classmethod
    def of(cls, *terms: Any) -> FormLine:
        """The sum as a line; zeros are left out."""
        chart = next((term.chart for term in terms if hasattr(term, "chart")), None)
        flat: list[FormLine] = []
        for term in (line(term, chart) for term in terms):
            flat += term.args[1:] if isinstance(term, Sum) else [term]
        if len({term.degree for term in flat}) > 1:
            raise WrongCount(f"forms of the degrees {[t.degree for t in flat]} are added; a sum has one degree")
        return flat[0] if len(flat) == 1 else cls(_common(flat), *flat)

    @property
    def degree(self) -> int:
        return self.args[1].degree

    def _latex(self, printer: Any) -> str:
        return _joined(printer, self.args[1:])

    def _plain(self, printer: Any) -> str:
        return _joined(printer, self.args[1:])


class Wedge(FormLine):
    """α ∧ β ∧ …; factors of degree 0 are functions."""

    @classmethod
    def of(cls, *factors: Any, chart: Chart | None = None) -> FormLine:
        """The product as a line."""
        chart = chart or next((factor.chart for factor in factors if hasattr(factor, "chart")), None)
        flat: list[FormLine] = []
        for factor in (line(factor, chart) for factor in factors):
            flat += factor.args[1:] if isinstance(factor, Wedge) else [factor]
        return flat[0] if len(flat) == 1 else cls(_common(flat), *flat)

    @property
    def degree(self) -> int:
        return sum(factor.degree for factor in self.args[1:])

    @property
    def tight(self) -> bool:  # type: ignore[override]
        return not _signed(self)[0]

    def _latex(self, printer: Any) -> str:
        return self._product(printer, r" \wedge ", r"\, ", r"\left({}\right)")

    def _plain(self, printer: Any) -> str:
        return self._product(printer, "∧", " ", "({})")

    def _product(self, printer: Any, join: str, gap: str, brackets: str) -> str:
        """A factor −1 is a sign; functions stand before forms without a wedge."""
        minus, factors = _signed(self)
        text = ""
        for place, factor in enumerate(factors):
            shown = printer._print(factor)
            long = isinstance(factor, Written) and factor.degree and len(factor.args[2]) == 1 and len(factors) > 1
            coefficient = factor.args[2][0][1] if long else sp.S.One
            loose = not factor.tight or (long and place and coefficient != 1)
            shown = brackets.format(shown) if loose and len(factors) > 1 else shown
            text += (gap if factors[place - 1].degree == 0 or factor.degree == 0 else join) * bool(place) + shown
        return ("-" if minus else "") + text


def _signed(product: Wedge) -> tuple[bool, list[FormLine]]:
    """Whether a factor −1 stands in front, and the factors behind it."""
    first, *rest = parts(product)[1:]
    minus = isinstance(first, Written) and first.degree == 0 and bool(first.args[2]) and first.args[2][0][1] == -1
    return (True, rest) if minus and rest else (False, [first, *rest])


class D(FormLine):
    """The exterior derivative dω, not carried out."""

    bare = True

    def __new__(cls, *args: Any) -> D:
        if len(args) == 1:
            inner = line(args[0])
            return super().__new__(cls, On.of(inner.chart), inner)
        return super().__new__(cls, *args)

    @property
    def degree(self) -> int:
        return self.args[1].degree + 1

    def _latex(self, printer: Any) -> str:
        return applied("d", self.args[1], printer, True)

    def _plain(self, printer: Any) -> str:
        return applied("d", self.args[1], printer, False)


class Rows(Unspelled, sp.Basic):
    """A matrix of lines: a matrix-valued form, or several forms one under the other."""

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Rows:
        """The matrix of these lines."""
        return cls(*(sp.Tuple(*(line(entry) for entry in row)) for row in rows))

    @property
    def chart(self) -> Chart:
        """The chart of the entries."""
        return self.args[0][0].chart

    def entries(self) -> Iterator[tuple[tuple[int, int], FormLine]]:
        """((row, column), line)."""
        for i, row in enumerate(self.args):
            for j, entry in enumerate(row):
                yield (i, j), entry

    def _latex(self, printer: Any) -> str:
        rows = r" \\ ".join(" & ".join(printer._print(entry) for entry in row) for row in parts(self))
        return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"

    def _plain(self, printer: Any) -> str:
        return "[" + "; ".join(", ".join(printer._print(entry) for entry in row) for row in parts(self)) + "]"

    def _sympystr(self, printer: Any) -> str:
        from derive.printing import plain

        return plain(self)


def line(value: Any, chart: Chart | None = None) -> FormLine:
    """A form, a line, or (where the chart is known) a function as a line."""
    if isinstance(value, FormLine):
        return value
    if isinstance(value, Form):
        return Written.of(value)
    if chart is None:
        raise ExteriorError(f"{value!r} is no form; write M.form(0, [f]) for a function on a chart M")
    return Written.of(chart.form(0, {(): value}))


def _common(lines: Sequence[FormLine]) -> On:
    charts = {entry.chart: None for entry in lines}
    if len(charts) > 1:
        raise DifferentCharts(f"forms on {' and '.join(map(str, charts))} meet in one line; pull one of them back")
    return On.of(lines[0].chart)


def _joined(printer: Any, terms: Iterable[FormLine]) -> str:
    text = ""
    for term in terms:
        shown = printer._print(term)
        text += f" - {shown[1:].lstrip()}" if text and shown[:1] in "-−" else (" + " if text else "") + shown
    return text


def applied(sign: str, form: FormLine, printer: Any, tex: bool) -> str:
    """An operator before a form: in brackets unless this is a name, or another operator."""
    shown = printer._print(form)
    if form.bare:
        gap = " " if tex and sign[-1:].isalpha() and shown[:1].isalpha() else ""
        return sign + gap + shown
    return f"{sign.rstrip()}" + (rf"\left({shown}\right)" if tex else f"({shown})")
