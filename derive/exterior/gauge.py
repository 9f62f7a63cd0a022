"""Matrix-valued forms: Maurer–Cartan, gauge potential and curvature.

F = dA + A∧A; D B = dB + A∧B − (−1)^p B∧A; Bianchi DF = 0; A^g = g⁻¹Ag + g⁻¹dg has F^g = g⁻¹Fg;
θ = g⁻¹dg obeys dθ + θ∧θ = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

from derive.exterior.chart import Chart
from derive.exterior.errors import WrongCount
from derive.exterior.form import Form
from derive.exterior.maps import Map


class MatrixForm:
    """A matrix of forms of one degree on one chart; `*` multiplies matrices with the wedge product. Immutable."""

    __slots__ = ("chart", "degree", "rows")
    chart: Chart
    degree: int
    rows: tuple[tuple[Form, ...], ...]

    def __init__(self, chart: Chart, degree: int, rows: Sequence[Sequence[Form]]) -> None:
        table = tuple(tuple(row) for row in rows)
        if len({len(row) for row in table}) != 1:
            raise WrongCount("the rows of a matrix of forms have one length")
        if any(form.degree != degree or form.chart != chart for row in table for form in row):
            raise WrongCount(f"the entries of this matrix are forms of degree {degree} on {chart}")
        for name, value in (("chart", chart), ("degree", degree), ("rows", table)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a matrix of forms is immutable")

    def __reduce__(self) -> Any:
        return MatrixForm, (self.chart, self.degree, self.rows)

    @classmethod
    def of(cls, chart: Chart, matrix: Any) -> MatrixForm:
        """A matrix of functions, as forms of degree 0."""
        rows = matrix.tolist() if hasattr(matrix, "tolist") else matrix
        return cls(chart, 0, [[chart.form(0, {(): value}) for value in row] for row in rows])

    def __getitem__(self, place: tuple[int, int]) -> Form:
        return self.rows[place[0]][place[1]]

    def _each(self, function: Callable[[Form], Form], degree: int) -> MatrixForm:
        return MatrixForm(self.chart, degree, [[function(form) for form in row] for row in self.rows])

    def __mul__(self, other: Any) -> MatrixForm:
        if not isinstance(other, MatrixForm):
            return self._each(lambda form: form * other, self.degree)
        if len(self.rows[0]) != len(other.rows):
            raise WrongCount("the matrices do not fit: columns of the left, rows of the right")
        degree, zero = self.degree + other.degree, self.chart.zero(self.degree + other.degree)
        rows = [
            [sum((a * other.rows[k][j] for k, a in enumerate(row)), zero) for j in range(len(other.rows[0]))]
            for row in self.rows
        ]
        return MatrixForm(self.chart, degree, rows)

    __xor__ = __mul__

    def __rmul__(self, factor: Any) -> MatrixForm:
        return self._each(lambda form: factor * form, self.degree)

    def __neg__(self) -> MatrixForm:
        return self._each(lambda form: -form, self.degree)

    def __add__(self, other: Any) -> MatrixForm:
        if not isinstance(other, MatrixForm):
            return NotImplemented
        rows = [
            [a + b for a, b in zip(mine, theirs, strict=True)]
            for mine, theirs in zip(self.rows, other.rows, strict=True)
        ]
        return MatrixForm(self.chart, self.degree, rows)

    def __sub__(self, other: Any) -> MatrixForm:
        return self + (-other) if isinstance(other, MatrixForm) else NotImplemented

    def d(self) -> MatrixForm:
        """The exterior derivative, entry by entry."""
        return self._each(lambda form: form.d(), self.degree + 1)

    def pull(self, mapping: Map) -> MatrixForm:
        """The pullback, entry by entry."""
        rows = [[form.pull(mapping) for form in row] for row in self.rows]
        return MatrixForm(mapping.source, self.degree, rows)

    @property
    def trace(self) -> Form:
        """The sum of the diagonal."""
        return sum((row[i] for i, row in enumerate(self.rows)), self.chart.zero(self.degree))

    def is_zero(self) -> bool:
        """Whether every entry is zero; raises Undecided."""
        return all(form.is_zero() for row in self.rows for form in row)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and other == 0:
            return self.is_zero()
        if not isinstance(other, MatrixForm):
            return NotImplemented
        return self.rows == other.rows

    def __hash__(self) -> int:
        return hash(("MatrixForm", self.chart, self.degree))

    def __repr__(self) -> str:
        return f"MatrixForm({[list(row) for row in self.rows]})"

    def _latex(self, printer: Any) -> str:
        lines = (" & ".join(printer._print(form) for form in row) for row in self.rows)
        return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"


def curvature(potential: MatrixForm) -> MatrixForm:
    """F = dA + A∧A."""
    return potential.d() + potential * potential


def covariant(potential: MatrixForm, form: MatrixForm) -> MatrixForm:
    """D B = dB + A∧B − (−1)^p B∧A, for B in the adjoint representation."""
    crossed = form * potential
    return form.d() + potential * form + (crossed if form.degree % 2 else -crossed)


def _inverse(chart: Chart, group: Any) -> MatrixForm:
    rows = group.tolist() if hasattr(group, "tolist") else group
    ring, flat = chart.scalars([value for row in rows for value in row])
    n = len(rows)
    inverse = ring.inverse([flat[n * i : n * (i + 1)] for i in range(n)])
    return MatrixForm.of(chart, inverse)


def maurer_cartan(chart: Chart, group: sp.MatrixBase) -> MatrixForm:
    """θ = g⁻¹dg of a matrix of functions on the chart."""
    return _inverse(chart, group) * MatrixForm.of(chart, group).d()


def transformed(potential: MatrixForm, group: sp.MatrixBase) -> MatrixForm:
    """A^g = g⁻¹Ag + g⁻¹dg."""
    chart = potential.chart
    return _inverse(chart, group) * potential * MatrixForm.of(chart, group) + maurer_cartan(chart, group)
