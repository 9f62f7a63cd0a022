r"""How forms are written: coefficients, then differentials in the order of the coordinates, joined by \wedge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.exterior import masks
from derive.exterior.scalars import expression
from derive.printing import plain

Components = Mapping[tuple[int, ...], sp.Expr]

if TYPE_CHECKING:
    from derive.exterior.chart import Chart
    from derive.exterior.form import Form
    from derive.exterior.vectors import VectorField


def latex_of(form: Form, printer: Any) -> str:
    """The LaTeX of a form."""
    return latex_terms(form.chart, _components(form), printer)


def text_of(form: Form) -> str:
    """The form on one line of plain text."""
    return text_terms(form.chart, _components(form))


def latex_terms(chart: Chart, components: Components, printer: Any) -> str:
    """The LaTeX of a form with these components."""
    names, brackets = _differentials(chart, printer), (r"\left(", r"\right)")
    return _written(components, names, printer._print, r" \wedge ", r"\, ", brackets)


def text_terms(chart: Chart, components: Components) -> str:
    """The form with these components on one line of plain text."""
    return _written(components, ["d" + plain(x) for x in chart], plain, "∧", " ", ("(", ")"))


class _Name(sp.Symbol):
    """A function of all coordinates, by its name; ∂ before it is partial, as it has several variables."""

    @property
    def free_symbols(self) -> set[Any]:
        return {self, sp.Symbol("…")}


def silent(chart: Chart, components: Components) -> dict[tuple[int, ...], sp.Expr]:
    """The components with f(x, y, …) written f where the arguments are all coordinates in their order.

    For printing only: what comes out is no expression to compute with.
    """
    every = tuple(chart)

    def named(expr: Any) -> Any:
        if isinstance(expr, AppliedUndef) and expr.args == every and len(every) > 1:
            return _Name(type(expr).__name__)
        if isinstance(expr, sp.Derivative):
            return sp.Derivative(named(expr.expr), *expr.variable_count, evaluate=False)
        parts = [named(part) for part in expr.args]
        return expr if parts == list(expr.args) else expr.func(*parts)

    return {key: named(value) for key, value in components.items()}


def _components(form: Form) -> Components:
    return {masks.members(mask): expression(form.coefficient(mask)) for mask in masks.in_order(form.parts)}


def line_element(chart: Chart, matrix: sp.MatrixBase, printer: Any) -> str:
    """ds² = Σ g_ij dxⁱ dxʲ."""
    names = _differentials(chart, printer)
    terms = [
        (matrix[i, j] * (1 if i == j else 2), names[i] + "^{2}" if i == j else names[i] + r"\, " + names[j])
        for i in range(chart.dim)
        for j in range(i, chart.dim)
    ]
    return "ds^{2} = " + _summed(terms, printer._print, r"\, ", (r"\left(", r"\right)"))


def _differentials(chart: Chart, printer: Any) -> list[str]:
    return ["d" + (" " if tex.startswith("\\") else "") + tex for tex in map(printer._print, chart)]


def vector_latex(field: VectorField, printer: Any) -> str:
    """The LaTeX of a vector field."""
    names = [rf"\partial_{{{printer._print(x)}}}" for x in field.chart]
    terms = list(zip(field.components, names, strict=True))
    return _summed(terms, printer._print, r"\, ", (r"\left(", r"\right)"))


def vector_text(field: VectorField) -> str:
    """The vector field on one line of plain text."""
    return _summed(
        [(c, f"∂_{plain(x)}") for c, x in zip(field.components, field.chart, strict=True)], plain, " ", ("(", ")")
    )


def _written(
    components: Components, names: list[str], show: Any, join: str, gap: str, brackets: tuple[str, str]
) -> str:
    terms = [(value, join.join(names[i] for i in indices)) for indices, value in components.items()]
    return _summed(terms, show, gap, brackets)


def _summed(terms: list[tuple[sp.Expr, str]], show: Any, gap: str, brackets: tuple[str, str]) -> str:
    line = ""
    for value, monomial in terms:
        if value == 0:
            continue
        negative = value.could_extract_minus_sign() and not isinstance(value, sp.Add)
        value = -value if negative else value
        if not monomial:
            term = show(value)
        elif value == 1:
            term = monomial
        else:
            shown = show(value)
            term = (brackets[0] + shown + brackets[1] if isinstance(value, sp.Add) else shown) + gap + monomial
        sign = "-" if negative else "+"
        line += f" {sign} {term}" if line else ("-" + term if negative else term)
    return line or "0"
