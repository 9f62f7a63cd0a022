"""Maps between charts and what they carry: pullback of forms, composition.

Laws: F*(α∧β) = F*α∧F*β, F*dα = dF*α, (G∘F)* = F*G*, id* = id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from derive.exterior import masks
from derive.exterior.chart import Chart
from derive.exterior.errors import DifferentCharts, WrongCount
from derive.exterior.form import Form
from derive.exterior.scalars import expression
from derive.exterior.vectors import VectorField


class Map:
    """F: source → target, by the target's coordinates as functions of the source's.

    `Map(polar, plane, {x: r*cos(th), y: r*sin(th)})`, or the values in the order of the target's coordinates.
    Raises WrongCount if a coordinate of the target has no value.
    """

    __slots__ = ("source", "target", "values")
    source: Chart
    target: Chart
    values: tuple[sp.Expr, ...]

    def __init__(self, source: Chart, target: Chart, values: Mapping[Any, Any] | Sequence[Any]) -> None:
        if isinstance(values, Mapping):
            table = {target.index(x): value for x, value in values.items()}
            missing = [str(x) for i, x in enumerate(target) if i not in table]
            if missing:
                raise WrongCount(
                    f"the map to {target} says nothing of {', '.join(missing)}; give each coordinate a value"
                )
            values = [table[i] for i in range(target.dim)]
        if len(values) != target.dim:
            raise WrongCount(f"a map to {target} has {target.dim} components; {len(values)} were given")
        for name, value in (("source", source), ("target", target), ("values", tuple(map(expression, values)))):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a map is immutable")

    def __reduce__(self) -> Any:
        return Map, (self.source, self.target, self.values)

    @classmethod
    def identity(cls, chart: Chart) -> Map:
        """The identity of a chart."""
        return cls(chart, chart, chart.symbols)

    def substituted(self, expr: sp.Expr) -> sp.Expr:
        """A function of the target's coordinates as a function of the source's: f∘F."""
        table = {x: v for x, v in zip(self.target, self.values, strict=True) if x != v and expr.has(x)}
        if not table:
            return expr
        plain = not expr.has(sp.Derivative, sp.Subs, sp.Integral)
        return expression(expr.xreplace(table) if plain else expr.subs(table, simultaneous=True).doit())

    def __call__(self, expr: Any) -> sp.Expr:
        """The pullback of a function."""
        return self.substituted(expression(expr))

    def after(self, inner: Map) -> Map:
        """The composition self∘inner; DifferentCharts if they do not meet."""
        if inner.target != self.source:
            raise DifferentCharts(
                f"a map from {self.source} cannot follow one to {inner.target}; the target of the first map must be "
                "the source of the second"
            )
        return Map(inner.source, self.target, [inner.substituted(value) for value in self.values])

    __matmul__ = after

    def pulled(self, form: Form) -> Form:
        """F*w: coefficients composed with F, dxⁱ replaced by dFⁱ."""
        if form.chart != self.target:
            raise DifferentCharts(
                f"a form on {form.chart} cannot be pulled back by a map to {self.target}; "
                "the target of the map must be the chart of the form"
            )
        parts = form.parts
        coefficients = [self.substituted(expression(value)) for value in parts.values()]
        slopes = {i: self.source.d(self.values[i]) for mask in parts for i in masks.members(mask)}
        minors: dict[int, Form] = {0: self.source.form(0, {(): 1})}

        def minor(mask: int) -> Form:
            if mask not in minors:
                last = mask.bit_length() - 1
                minors[mask] = minor(mask ^ 1 << last) * slopes[last]
            return minors[mask]

        total = Form(self.source, form.degree, self.source.field, {})
        for mask, value in zip(parts, coefficients, strict=True):
            total = total._plus(value * minor(mask), form.degree)
        return total

    @property
    def jacobian(self) -> sp.ImmutableDenseMatrix:
        """∂Fⁱ/∂uʲ."""
        return sp.ImmutableDenseMatrix([[sp.diff(value, u) for u in self.source] for value in self.values])

    def pushed(self, vector: VectorField) -> tuple[sp.Expr, ...]:
        """Components of dF(X) along the map, as functions on the source."""
        return tuple(vector(value) for value in self.values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Map):
            return NotImplemented
        if (self.source, self.target) != (other.source, other.target):
            return False
        return all(
            self.source.form(0, {(): a}) == self.source.form(0, {(): b})
            for a, b in zip(self.values, other.values, strict=True)
        )

    def __hash__(self) -> int:
        return hash(("Map", self.source, self.target))

    def __repr__(self) -> str:
        rules = ", ".join(f"{x} = {value}" for x, value in zip(self.target, self.values, strict=True))
        return f"Map({self.source} → {self.target}: {rules})"

    def _latex(self, printer: Any) -> str:
        rows = (f"{printer._print(x)} = {printer._print(v)}" for x, v in zip(self.target, self.values, strict=True))
        return r",\quad ".join(rows)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"
