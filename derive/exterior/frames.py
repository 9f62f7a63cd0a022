r"""Curvature as lines: ω^a_b and Ω^a_b of a moving frame, Ricci, Einstein, R and the Kretschmann scalar of a metric.

What stands here is only the quantity; the rules work it out by the frame, the check by Christoffel symbols.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.claim import Unspelled
from derive.exterior.chart import Chart
from derive.exterior.coframe import Coframe
from derive.exterior.lines import FormLine, Geometry, On, Written, parts
from derive.exterior.metric import Metric


class Frame(sp.Basic):
    """A coframe as part of a line: its 1-forms and the norms of the dual frame."""

    @classmethod
    def of(cls, coframe: Coframe) -> Frame:
        """The node of a coframe."""
        from derive.exterior.scalars import expression

        forms = sp.Tuple(*(Written.of(form) for form in coframe.forms))
        return cls(On.of(coframe.chart), forms, sp.Tuple(*map(expression, coframe.norms)))

    @property
    def coframe(self) -> Coframe:
        """The coframe."""
        return Coframe([written.form for written in tuple(self.args[1])], tuple(self.args[2]))


class FrameForm(FormLine):
    """ω^a_b (`Connection`) or Ω^a_b (`Curvature2`) of a coframe: chart, frame, a, b."""

    bare = True
    letter = ("", "")

    def __new__(cls, *args: Any) -> FrameForm:
        if len(args) != 3:
            return super().__new__(cls, *args)
        coframe, a, b = args
        frame = Frame.of(coframe) if isinstance(coframe, Coframe) else coframe
        return super().__new__(cls, frame.args[0], frame, sp.Integer(a), sp.Integer(b))

    @property
    def coframe(self) -> Coframe:
        """The coframe."""
        return self.args[1].coframe

    @property
    def places(self) -> tuple[int, int]:
        """(a, b)."""
        return int(self.args[2]), int(self.args[3])

    def at(self, a: int, b: int) -> FrameForm:
        """The same quantity with other indices."""
        return type(self)(self.args[1], a, b)

    def _latex(self, printer: Any) -> str:
        up, down = (printer._print(self.chart[i]) for i in self.places)
        return rf"{self.letter[0]}^{{{up}}}{{}}_{{{down}}}"

    def _plain(self, printer: Any) -> str:
        up, down = (printer._print(self.chart[i]) for i in self.places)
        return f"{self.letter[1]}^{up}_{down}"


class Connection(FrameForm):
    """ω^a_b, with de^a + ω^a_b∧e^b = 0; an index is called by the coordinate of the same number."""

    letter = (r"\omega", "ω")

    @property
    def degree(self) -> int:
        return 1


class Curvature2(FrameForm):
    """Ω^a_b = dω^a_b + ω^a_c∧ω^c_b."""

    letter = (r"\Omega", "Ω")

    @property
    def degree(self) -> int:
        return 2


def _geometry(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return (Geometry.of(args[0], volume=False), *args[1:]) if isinstance(args[0], Metric) else args


class _OfMetric:
    """What belongs to a metric alone."""

    letter = ("", "")

    @property
    def metric(self) -> Metric:
        """The metric."""
        return parts(self)[0].metric  # type: ignore[arg-type] - it is mixed into nodes

    @property
    def chart(self) -> Chart:
        """Its chart."""
        return parts(self)[0].chart  # type: ignore[arg-type] - it is mixed into nodes

    def _latex(self, printer: Any) -> str:
        return self.letter[0]

    def _plain(self, printer: Any) -> str:
        return self.letter[1]

    _sympystr = _plain


class Table(_OfMetric, Unspelled, sp.Basic):
    """A symmetric tensor of a metric in its coordinates."""

    def __new__(cls, *args: Any) -> Table:
        return sp.Basic.__new__(cls, *_geometry(args))


class Ricci(Table):
    """R_ab."""

    letter = ("R_{ab}", "R_ab")


class Einstein(Table):
    """G_ab = R_ab − ½ R g_ab."""

    letter = ("G_{ab}", "G_ab")


class Invariant(_OfMetric, Unspelled, sp.Expr):
    """A scalar of a metric."""

    is_commutative = True

    def __new__(cls, *args: Any) -> Invariant:
        return sp.Expr.__new__(cls, *_geometry(args))


class ScalarCurvature(Invariant):
    """R = g^{ab} R_ab."""

    letter = ("R", "R")


class Kretschmann(Invariant):
    """R_abcd R^abcd."""

    letter = ("R_{abcd} R^{abcd}", "R_abcd R^abcd")


class GaussCurvature(Invariant):
    """The Gauss curvature K = R/2 of a surface."""

    letter = ("K", "K")


__all__ = [
    "Connection",
    "Curvature2",
    "Einstein",
    "Frame",
    "GaussCurvature",
    "Invariant",
    "Kretschmann",
    "Ricci",
    "ScalarCurvature",
    "Table",
]
