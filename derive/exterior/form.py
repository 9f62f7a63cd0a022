"""Differential forms: an antisymmetric product and a derivation d with d∘d = 0.

A form is a table mask → coefficient (`masks`), with coefficients in the chart's differential field; where an
expression does not fit the field the whole form has SymPy expressions as coefficients, and `exact` is False.
Between forms `*` is the wedge product, and `^` a synonym that binds looser than `+`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.errors import Undecided
from derive.exterior import masks
from derive.exterior.chart import Chart, Coordinate, chart_of
from derive.exterior.errors import DifferentCharts, ExteriorError, MixedDegrees, UnknownChart, WrongCount
from derive.exterior.scalars import Ring, Scalar, expression, is_exact, ring_of, vanishes

if TYPE_CHECKING:
    from derive.exterior.maps import Map
    from derive.exterior.vectors import VectorField

Parts = dict[int, Scalar]


class Form:
    """A differential form of one degree on a chart (of several degrees if asked for by `Form.mixed`). Immutable.

    `w[0, 1]` or `w[x, y]` is a component, antisymmetric in the indices; `w(X, Y)` the value on vector fields;
    `w == v` is exact, or raises Undecided.
    """

    __slots__ = ("_parts", "chart", "degree", "ring")
    chart: Chart
    degree: int | None
    ring: Ring
    _parts: Parts

    def __init__(self, chart: Chart, degree: int | None, ring: Ring, parts: Mapping[int, Scalar]) -> None:
        kept = {mask: value for mask, value in parts.items() if not vanishes(value)}
        for name, value in (("chart", chart), ("degree", degree), ("ring", ring), ("_parts", kept)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a form is immutable")

    def __reduce__(self) -> Any:
        return _restored, (self.chart, self.degree, {mask: expression(value) for mask, value in self._parts.items()})

    @classmethod
    def mixed(cls, *forms: Form) -> Form:
        """The sum of forms of any degrees."""
        first, *rest = forms
        total = Form(first.chart, None, first.ring, first._parts)
        for form in rest:
            total = total._plus(form, None)
        return total

    # Parts

    @property
    def exact(self) -> bool:
        """Whether the coefficients are elements of a differential field; if not they are plain expressions."""
        return is_exact(self.ring)

    @property
    def parts(self) -> Mapping[int, Scalar]:
        """mask → coefficient as a scalar of the ring; zeros left out."""
        return dict(self._parts)

    @property
    def components(self) -> dict[tuple[int, ...], sp.Expr]:
        """Rising indices → coefficient, as SymPy expressions, zeros left out."""
        return {masks.members(mask): expression(self._parts[mask]) for mask in masks.in_order(self._parts)}

    def part(self, degree: int) -> Form:
        """The part of one degree of a mixed form."""
        return Form(self.chart, degree, self.ring, {m: c for m, c in self._parts.items() if m.bit_count() == degree})

    def coefficient(self, mask: int) -> Scalar:
        """The coefficient of a basis monomial, in the ring."""
        return self._parts[mask] if mask in self._parts else self.ring(0)

    def __getitem__(self, indices: Any) -> sp.Expr:
        wanted = indices if isinstance(indices, tuple) else (indices,)
        if self.degree is not None and len(wanted) != self.degree:
            raise WrongCount(
                f"a {self.degree}-form has components with {self.degree} indices; {len(wanted)} were given"
            )
        sign, mask = masks.ordering(tuple(self.chart.index(i) for i in wanted))
        return sign * expression(self.coefficient(mask)) if sign else sp.S.Zero

    # Algebra

    def _meet(self, other: Form) -> tuple[Ring, Parts, Parts]:
        """Both tables over one ring; DifferentCharts if the charts differ."""
        if self.chart != other.chart:
            raise DifferentCharts(
                f"a form on {self.chart} and one on {other.chart} cannot be combined; "
                "carry one over by a map: w.pull(Map(source, target, ...))"
            )
        if self.ring is other.ring:
            return self.ring, self._parts, other._parts
        ring, values = self.chart.scalars([*self._parts.values(), *other._parts.values()])
        mine = dict(zip(self._parts, values, strict=False))
        return ring, mine, dict(zip(other._parts, values[len(mine) :], strict=True))

    def _plus(self, other: Form, degree: int | None) -> Form:
        ring, mine, theirs = self._meet(other)
        total = dict(mine)
        for mask, value in theirs.items():
            total[mask] = total[mask] + value if mask in total else value
        return Form(self.chart, degree, ring, total)

    def __add__(self, other: Any) -> Form:
        other = self._coerced(other)
        if other is NotImplemented:
            return NotImplemented
        if self.degree != other.degree and self.chart == other.chart:
            if not other._parts:
                return self
            if not self._parts:
                return other
            if self.degree is not None and other.degree is not None:
                raise MixedDegrees(
                    f"a {self.degree}-form plus a {other.degree}-form is of no degree; "
                    "if it is meant, write Form.mixed(w, v); `^` binds looser than `+`, so bracket it"
                )
        return self._plus(other, self.degree if self.degree == other.degree else None)

    __radd__ = __add__

    def __neg__(self) -> Form:
        return Form(self.chart, self.degree, self.ring, {mask: -value for mask, value in self._parts.items()})

    def __sub__(self, other: Any) -> Form:
        other = self._coerced(other)
        return NotImplemented if other is NotImplemented else self + (-other)

    def __rsub__(self, other: Any) -> Form:
        return (-self) + other

    def _coerced(self, other: Any) -> Any:
        """A form as it is; an expression, number or scalar as a form of degree 0 on this chart."""
        if isinstance(other, Form):
            return other
        if isinstance(other, (sp.Expr, int, float, complex)) or ring_of(other) is not None:
            return form_on(self.chart, 0, {(): other})
        return NotImplemented

    def wedge(self, other: Any) -> Form:
        """The wedge product; associative, bilinear, α∧β = (−1)^{pq} β∧α."""
        other = self._coerced(other)
        if other is NotImplemented:
            return NotImplemented
        ring, mine, theirs = self._meet(other)
        terms: dict[int, list[tuple[Scalar, Scalar]]] = {}
        for left, a in mine.items():
            for right, b in theirs.items():
                if not left & right:
                    pair = (a, b) if masks.product_sign(left, right) > 0 else (-a, b)
                    terms.setdefault(left | right, []).append(pair)
        degree = None if self.degree is None or other.degree is None else self.degree + other.degree
        products = {m: pairs[0][0] * pairs[0][1] if len(pairs) == 1 else ring.dot(pairs) for m, pairs in terms.items()}
        return Form(self.chart, degree, ring, products)

    __mul__ = __xor__ = wedge

    def __rmul__(self, other: Any) -> Form:
        other = self._coerced(other)
        return NotImplemented if other is NotImplemented else other.wedge(self)

    __rxor__ = __rmul__

    def __truediv__(self, other: Any) -> Form:
        if isinstance(other, Form):
            raise ExteriorError("forms cannot be divided by forms; divide by a function")
        over = self._coerced(other)
        if over is NotImplemented:
            return NotImplemented
        ring, mine, theirs = self._meet(over)
        if not theirs:
            raise ExteriorError("a form was divided by zero")
        return Form(self.chart, self.degree, ring, {mask: value / theirs[0] for mask, value in mine.items()})

    def __pow__(self, power: int) -> Form:
        if not isinstance(power, int) or power < 0:
            raise WrongCount(f"the power {power} of a form; powers under the wedge product are 0, 1, 2, …")
        return wedge(self.chart.form(0, {(): 1}), *[self] * power)

    # Calculus

    def d(self) -> Form:
        """The exterior derivative: d(f dx^I) = ∂_i f dxⁱ∧dx^I; d∘d = 0, d(α∧β) = dα∧β + (−1)^p α∧dβ."""
        terms: dict[int, list[Scalar]] = {}
        for mask, value in self._parts.items():
            for index, x in enumerate(self.chart):
                if not mask >> index & 1:
                    slope = value.diff(x)
                    if not vanishes(slope):
                        signed = slope if masks.hook_sign(mask, index) > 0 else -slope
                        terms.setdefault(mask | 1 << index, []).append(signed)
        degree = None if self.degree is None else self.degree + 1
        sums = {mask: some[0] if len(some) == 1 else self.ring.sum(some) for mask, some in terms.items()}
        return Form(self.chart, degree, self.ring, sums)

    def hook(self, vector: VectorField) -> Form:
        """The interior product ι_X w, an antiderivation of degree −1 with ι_X∘ι_X = 0; zero on functions."""
        return vector.hooked(self)

    def lie(self, vector: VectorField) -> Form:
        """The Lie derivative L_X w = d ι_X w + ι_X dw (Cartan)."""
        along = self.d().hook(vector)
        return along if self.degree == 0 else self.hook(vector).d() + along

    def pull(self, mapping: Map) -> Form:
        """The pullback by a map F: source → this chart; F*(α∧β) = F*α∧F*β, F*d = dF*, (G∘F)* = F*G*."""
        return mapping.pulled(self)

    def potential(self, centre: Any = None, timeout: float = 20) -> Form:
        """A form p with dp = w, by Poincaré's lemma on a star-shaped domain; see `poincare.potential`."""
        from derive.exterior.poincare import potential

        return potential(self, centre, timeout)

    def over(self, chain: Any, method: str = "exact", **options: Any) -> Any:
        """∫ w over a chain, by method "exact", "ball" or "torch"; see `integration.over`."""
        from derive.exterior.integration import over

        return over(self, chain, method, **options)

    def cochain(self, complex: Any, at: Any = None, **options: Any) -> Any:
        """The cochain of ∫ w over each cell of a complex of `numerics.cochains`; see `discrete.cochain`."""
        from derive.exterior.discrete import cochain

        return cochain(self, complex, at, **options)

    def __call__(self, *vectors: VectorField) -> sp.Expr:
        if self.degree is None or len(vectors) != self.degree:
            raise WrongCount(f"a form of degree {self.degree} takes as many vector fields; {len(vectors)} were given")
        value = self
        for vector in vectors:
            value = value.hook(vector)
        return expression(value.coefficient(0))

    @property
    def expr(self) -> sp.Expr:
        """The function, if this is a form of degree 0."""
        if self.degree != 0:
            raise WrongCount(f"a form of degree {self.degree} is no function; its components are w[i, j, …]")
        return expression(self.coefficient(0))

    def map(self, function: Any) -> Form:
        """The form with a function applied to each coefficient, as a SymPy expression: `w.map(sp.factor)`."""
        ring, values = self.chart.scalars([function(expression(value)) for value in self._parts.values()])
        return Form(self.chart, self.degree, ring, dict(zip(self._parts, values, strict=True)))

    # Equality

    def is_zero(self) -> bool:
        """Whether every coefficient is zero; raises Undecided if one is not known to be and none is known not to be."""
        doubt: Undecided | None = None
        for value in self._parts.values():
            try:
                if not value.is_zero():
                    return False
            except Undecided as error:
                doubt = error
        if doubt is not None:
            raise doubt
        return True

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, float)) and other == 0:
            return self.is_zero()
        if isinstance(other, Form) and (self.chart != other.chart):
            return False
        other = self._coerced(other)
        if other is NotImplemented:
            return NotImplemented
        return self._plus(-other, None).is_zero()

    def __hash__(self) -> int:
        return hash(("Form", self.chart))

    # Print

    def as_line(self) -> Any:
        """The form as a side of a claim, or a line of a derivation."""
        from derive.exterior.lines import Written

        return Written.of(self)

    def __repr__(self) -> str:
        from derive.exterior.printing import text_of

        return text_of(self)

    def _latex(self, printer: Any) -> str:
        from derive.exterior.printing import latex_of

        return latex_of(self, printer)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self)}$"


def form_on(chart: Chart, degree: int, components: Any) -> Form:
    """The form on a chart with components {indices: value}, a sequence (degree 1), or one value (degree 0 and top)."""
    table: dict[Any, Any] = {}
    if isinstance(components, Mapping):
        table = {key if isinstance(key, tuple) else (key,): value for key, value in components.items()}
    elif isinstance(components, Sequence):
        places = masks.basis(chart.dim, degree)
        if len(components) != len(places):
            raise WrongCount(
                f"a {degree}-form on {chart} has {len(places)} components; {len(components)} were given "
                "(a table {(i, j): value} may leave out zeros)"
            )
        table = {masks.members(mask): value for mask, value in zip(places, components, strict=True)}
    else:
        return form_on(chart, degree, [components])
    ring, values = chart.scalars(table.values())
    parts: Parts = {}
    for indices, value in zip(table, values, strict=True):
        if len(indices) != degree:
            raise WrongCount(f"the component {indices} of a {degree}-form has {len(indices)} indices")
        sign, mask = masks.ordering(tuple(chart.index(i) for i in indices))
        if sign:
            signed = value if sign > 0 else -value
            parts[mask] = parts[mask] + signed if mask in parts else signed
    return Form(chart, degree, ring, parts)


def _restored(chart: Chart, degree: int | None, table: dict[int, sp.Expr]) -> Form:
    ring, values = chart.scalars(table.values())
    return Form(chart, degree, ring, dict(zip(table, values, strict=True)))


def d(value: Any) -> Form:
    """The exterior derivative of a form, or of a function of coordinates; the chart is read off the coordinates.

    Other symbols are constants. Raises UnknownChart if no chart is found, or two: then write `M.d(f)`.
    """
    if isinstance(value, Form):
        return value.d()
    if isinstance(value, Coordinate):
        return value.chart.form(1, {(value,): 1})
    if isinstance(value, sp.Basic):
        return chart_of(value).d(value)
    raise UnknownChart(
        f"d of {type(value).__name__}: give a form, or an expression in coordinates; for constants M.d(c)"
    )


def wedge(*forms: Any) -> Form:
    """α∧β∧…; at least one of them a form."""
    if not any(isinstance(form, Form) for form in forms):
        raise UnknownChart("wedge needs at least one form; for functions the wedge product is the product")
    total: Any = forms[0]
    for form in forms[1:]:
        total = total * form
    return total
