"""Vector fields: derivations of functions, with the Lie bracket.

Laws: X(fg) = X(f) g + f X(g); [X, Y](f) = X(Y(f)) − Y(X(f)); Jacobi; ι_{[X,Y]} = [L_X, ι_Y].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from derive.exterior import masks
from derive.exterior.chart import Chart
from derive.exterior.errors import DifferentCharts, WrongCount
from derive.exterior.form import Form
from derive.exterior.scalars import Ring, Scalar, expression


class VectorField:
    """X = Xⁱ ∂_i on a chart, by its components (all of them, or a table of those that are not zero). Immutable."""

    __slots__ = ("_values", "chart", "ring")
    chart: Chart
    ring: Ring
    _values: tuple[Scalar, ...]

    def __init__(self, chart: Chart, components: Sequence[Any] | Mapping[Any, Any]) -> None:
        if isinstance(components, Mapping):
            table = {chart.index(x): value for x, value in components.items()}
            components = [table.get(i, 0) for i in range(chart.dim)]
        if len(components) != chart.dim:
            raise WrongCount(f"a vector field on {chart} has {chart.dim} components; {len(components)} were given")
        ring, values = chart.scalars(components)
        for name, value in (("chart", chart), ("ring", ring), ("_values", tuple(values))):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a vector field is immutable")

    def __reduce__(self) -> Any:
        return VectorField, (self.chart, list(self.components))

    @property
    def components(self) -> tuple[sp.Expr, ...]:
        """X¹, …, Xⁿ as SymPy expressions."""
        return tuple(expression(value) for value in self._values)

    @property
    def values(self) -> tuple[Scalar, ...]:
        """X¹, …, Xⁿ as scalars of the ring."""
        return self._values

    def __getitem__(self, index: Any) -> sp.Expr:
        return expression(self._values[self.chart.index(index)])

    def _same(self, other: VectorField | Form) -> None:
        if self.chart != other.chart:
            raise DifferentCharts(
                f"a vector field on {self.chart} meets an object on {other.chart}; use one chart, or carry the form "
                "over by w.pull(Map(source, target, ...))"
            )

    def __add__(self, other: Any) -> VectorField:
        if not isinstance(other, VectorField):
            return NotImplemented
        self._same(other)
        return self._combined([(a, b) for a, b in zip(self._values, other._values, strict=True)], lambda a, b: a + b)

    def __sub__(self, other: Any) -> VectorField:
        return self + (-other) if isinstance(other, VectorField) else NotImplemented

    def __neg__(self) -> VectorField:
        return VectorField(self.chart, [-value for value in self._values])

    def _combined(self, pairs: list[tuple[Scalar, Scalar]], rule: Any) -> VectorField:
        _, flat = self.chart.scalars([value for pair in pairs for value in pair])
        return VectorField(self.chart, [rule(flat[2 * i], flat[2 * i + 1]) for i in range(len(pairs))])

    def __rmul__(self, factor: Any) -> VectorField:
        if isinstance(factor, Form):
            factor = factor.coefficient(0) if factor.degree == 0 else None
        if factor is None or isinstance(factor, VectorField):
            return NotImplemented
        return self._combined([(factor, value) for value in self._values], lambda a, b: a * b)

    __mul__ = __rmul__

    def __truediv__(self, factor: Any) -> VectorField:
        return self._combined([(factor, value) for value in self._values], lambda a, b: b / a)

    def __call__(self, function: Any) -> sp.Expr:
        """X(f) = Xⁱ ∂_i f."""
        if isinstance(function, Form):
            return expression(function.d().hook(self).coefficient(0))
        return expression(self.slope(function))

    def slope(self, function: Any) -> Scalar:
        """X(f) in the ring."""
        ring, values = self.chart.scalars([function, *self._values])
        return ring.dot([(c, values[0].diff(x)) for c, x in zip(values[1:], self.chart, strict=True)])

    def bracket(self, other: VectorField) -> VectorField:
        """[X, Y]ⁱ = X(Yⁱ) − Y(Xⁱ)."""
        self._same(other)
        first = VectorField(self.chart, [self.slope(value) for value in other._values])
        return first - VectorField(self.chart, [other.slope(value) for value in self._values])

    def hooked(self, form: Form) -> Form:
        """ι_X w."""
        self._same(form)
        ring, flat = self.chart.scalars([*self._values, *form.parts.values()])
        mine, theirs = flat[: self.chart.dim], dict(zip(form.parts, flat[self.chart.dim :], strict=True))
        terms: dict[int, list[tuple[Scalar, Scalar]]] = {}
        for mask, value in theirs.items():
            for index in masks.members(mask):
                pair = (mine[index], value if masks.hook_sign(mask, index) > 0 else -value)
                terms.setdefault(mask ^ 1 << index, []).append(pair)
        degree = None if form.degree is None else max(form.degree - 1, 0)
        return Form(form.chart, degree, ring, {mask: ring.dot(pairs) for mask, pairs in terms.items()})

    def __eq__(self, other: object) -> bool:
        if isinstance(other, VectorField):
            return self.chart == other.chart and (self - other).is_zero()
        return self.is_zero() if isinstance(other, int) and other == 0 else NotImplemented

    def __hash__(self) -> int:
        return hash(("VectorField", self.chart))

    def is_zero(self) -> bool:
        """Whether all components vanish; raises Undecided."""
        return Form(self.chart, 1, self.ring, {1 << i: value for i, value in enumerate(self._values)}).is_zero()

    def __repr__(self) -> str:
        from derive.exterior.printing import vector_text

        return vector_text(self)

    def _latex(self, printer: Any) -> str:
        from derive.exterior.printing import vector_latex

        return vector_latex(self, printer)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"
