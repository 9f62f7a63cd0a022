r"""Operations on a line that need a vector field, a map or a metric: ι_X ω, L_X ω, F*ω, ⋆ω, δω, not carried out."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.symbol import Str

from derive.exterior.chart import Chart
from derive.exterior.errors import DifferentCharts
from derive.exterior.maps import Map
from derive.exterior.metric import Metric
from derive.exterior.vectors import VectorField
from derive.exterior.written import FormLine, On, applied, line


class Along(FormLine):
    """An operation along a vector field X = Xⁱ∂_i: chart, components of X, a name for X, the form."""

    bare = True

    def __new__(cls, *args: Any, name: str = "X") -> Along:
        if len(args) != 2:
            return super().__new__(cls, *args)
        vector, form = args
        inner = line(form)
        if not isinstance(vector, VectorField) or vector.chart != inner.chart:
            raise DifferentCharts(f"{vector} is no vector field on {inner.chart}, on which the form lives")
        return super().__new__(cls, On.of(inner.chart), sp.Tuple(*vector.components), Str(name), inner)

    @property
    def vector(self) -> VectorField:
        """X."""
        return self.chart.vector(tuple(self.args[1]))

    def again(self, form: FormLine) -> Along:
        """The same operation on another form."""
        return type(self)(On.of(form.chart), *self.args[1:3], form)


class Hook(Along):
    """The interior product ι_X ω, not carried out."""

    @property
    def degree(self) -> int:
        return self.args[3].degree - 1

    def _latex(self, printer: Any) -> str:
        return applied(rf"\iota_{{{printer._name(self.args[2].name)}}} ", self.args[3], printer, True)

    def _plain(self, printer: Any) -> str:
        return applied(f"ι_{self.args[2].name} ", self.args[3], printer, False)


class Lie(Along):
    """The Lie derivative L_X ω, not carried out."""

    @property
    def degree(self) -> int:
        return self.args[3].degree

    def _latex(self, printer: Any) -> str:
        return applied(rf"\mathcal{{L}}_{{{printer._name(self.args[2].name)}}} ", self.args[3], printer, True)

    def _plain(self, printer: Any) -> str:
        return applied(f"L_{self.args[2].name} ", self.args[3], printer, False)


class Pull(FormLine):
    """The pullback F*ω, not carried out: chart of the source, values of F, a name for F, the form."""

    bare = True

    def __new__(cls, *args: Any, name: str = "F") -> Pull:
        if len(args) != 2:
            return super().__new__(cls, *args)
        mapping, form = args
        inner = line(form)
        if not isinstance(mapping, Map) or mapping.target != inner.chart:
            raise DifferentCharts(f"{mapping} is no map to {inner.chart}, on which the form lives")
        return super().__new__(cls, On.of(mapping.source), sp.Tuple(*mapping.values), Str(name), inner)

    @property
    def mapping(self) -> Map:
        """F."""
        return Map(self.chart, self.args[3].chart, tuple(self.args[1]))

    @property
    def degree(self) -> int:
        return self.args[3].degree

    def again(self, form: FormLine) -> Pull:
        """The same map on another form."""
        return type(self)(*self.args[:3], form)

    def _latex(self, printer: Any) -> str:
        return applied(rf"{printer._name(self.args[2].name)}^{{*}}", self.args[3], printer, True)

    def _plain(self, printer: Any) -> str:
        return applied(f"{self.args[2].name}*", self.args[3], printer, False)


class Geometry(sp.Basic):
    """A metric as part of a line: chart, matrix, signature and, where a volume is needed, the chosen root √|g|."""

    @classmethod
    def of(cls, metric: Metric, volume: bool = True) -> Geometry:
        """The node of a metric; curvature needs no `volume`."""
        root = (metric.density,) if volume else ()
        return cls(On.of(metric.chart), metric.matrix, sp.Tuple(*metric.signature), *root)

    @property
    def chart(self) -> Chart:
        """The chart of the metric."""
        return self.args[0].chart

    @property
    def metric(self) -> Metric:
        """The metric."""
        return Metric(self.chart, self.args[1], tuple(map(int, self.args[2])), *self.args[3:])

    def _latex(self, printer: Any) -> str:
        return "g"

    def _plain(self, printer: Any) -> str:
        return "g"


class Measured(FormLine):
    """An operation that needs a metric: chart, geometry, the form."""

    bare = True

    sign = ("", "")

    def __new__(cls, *args: Any) -> Measured:
        if len(args) != 2:
            return super().__new__(cls, *args)
        metric, form = args
        inner = line(form, metric.chart)
        if inner.chart != metric.chart:
            raise DifferentCharts(f"a form on {inner.chart} meets a metric on {metric.chart}; pull one of them back")
        geometry = Geometry.of(metric) if isinstance(metric, Metric) else metric
        return super().__new__(cls, On.of(inner.chart), geometry, inner)

    def _latex(self, printer: Any) -> str:
        return applied(self.sign[0], self.args[2], printer, True)

    def _plain(self, printer: Any) -> str:
        return applied(self.sign[1], self.args[2], printer, False)


class Star(Measured):
    """The Hodge dual ⋆ω, not carried out."""

    sign = (r"{\star}", "⋆")

    @property
    def degree(self) -> int:
        return self.chart.dim - self.args[2].degree


class Codifferential(Measured):
    """δω, the adjoint of d, not carried out."""

    sign = (r"\delta ", "δ")

    @property
    def degree(self) -> int:
        return self.args[2].degree - 1
