"""Cartan's structure equations as rules: connection, curvature forms, and what is contracted from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.exterior import frames, lines
from derive.exterior.carried import form, written
from derive.exterior.coframe import Coframe
from derive.exterior.laws import Law
from derive.exterior.lines import D, FormLine, Sum, Wedge, Written
from derive.exterior.operations import CarryOut, nodes, replaced
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain


@dataclass(frozen=True)
class CurvatureForms(CarryOut):
    """The curvature forms of a frame, by both structure equations."""

    kinds = (frames.Curvature2,)
    what = "a curvature form of a frame"
    law = r"structure equations, carried out"


@dataclass(frozen=True)
class SecondStructure(Law):
    """Ω^a_b = dω^a_b + ω^a_c∧ω^c_b, terms that vanish left out."""

    kind = (frames.Curvature2,)
    what = "a curvature form of a frame"
    law = r"second structure equation: $\Omega^a{}_b = d\omega^a{}_b + \omega^a{}_c\wedge\omega^c{}_b$"

    def rewrite(self, node: Any) -> Any:
        a, b = node.places
        own = frames.Connection(*node.args)
        terms: list[FormLine] = [D(own)]
        for c in range(node.chart.dim):
            left, right = own.at(a, c), own.at(c, b)
            if form(left).parts and form(right).parts:
                terms.append(Wedge.of(left, right))
        return Sum.of(*terms)


@dataclass(frozen=True)
class FirstStructure(Rule):
    """ω^a_b from de^a + ω^a_b∧e^b = 0 and dη_ab = ω_ab + ω_ba; both equations are obligations.

    They determine the connection (Cartan's lemma), so that what obeys them is the Levi-Civita connection of the frame.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = nodes(line, frames.Connection)
        for after in replaced(line, frames.Connection, written, "a connection form of a frame"):
            owed = [o for frame in dict.fromkeys(node.args[1] for node in found) for o in self._equations(frame)]
            yield Consequence(after.after, tuple(owed))

    def _equations(self, frame: frames.Frame) -> list[Obligation]:
        coframe = frame.coframe
        n, w, norms = coframe.chart.dim, coframe.connection, frame.args[2]
        torsion = [
            Sum.of(D(coframe.forms[a]), *(Wedge.of(w[a][b], coframe.forms[b]) for b in range(n) if w[a][b].parts))
            for a in range(n)
        ]
        kept = [
            Sum.of(norms[a] * w[a][b], norms[b] * w[b][a]) if a != b else Written.of(norms[a] * w[a][a] * 2)
            for a in range(n)
            for b in range(a, n)
        ]
        slopes = [Written.of(coframe.chart.d(norms[a] if a == b else 0)) for a in range(n) for b in range(a, n)]
        return [
            Obligation(
                Claim(lines.Rows.of([[entry] for entry in torsion]), 0),
                r"no torsion: $de^a + \omega^a{}_b\wedge e^b = 0$",
            ),
            Obligation(
                Claim(lines.Rows.of([kept]), lines.Rows.of([slopes])),
                r"lengths are kept: $\omega_{ab} + \omega_{ba} = d\eta_{ab}$",
            ),
        ]

    def describe(self, show: Show = plain) -> str:
        return r"first structure equation: $de^a + \omega^a{}_b\wedge e^b = 0$"


@dataclass(frozen=True)
class MovingFrame(Rule):
    """Ricci, Einstein and the scalars of a metric from the curvature forms of an orthogonal coframe of it."""

    coframe: Coframe

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        frame, metric = self.coframe, self.coframe.metric
        n = frame.chart.dim
        legs = sp.Matrix(n, n, lambda a, i: frame.forms[a].components.get((i,), 0))

        def lowered(tensor: Any) -> Any:
            return (legs.T * tensor.matrix() * legs).applyfunc(lambda e: metric.ring(e).expr()).as_immutable()

        values = {
            frames.ScalarCurvature: frame.scalar,
            frames.Kretschmann: frame.kretschmann,
            frames.GaussCurvature: lambda: frame.scalar() / 2,
            frames.Ricci: lambda: lowered(frame.ricci()),
            frames.Einstein: lambda: lowered(frame.ricci()) - frame.scalar() / 2 * metric.matrix,
        }
        kinds = tuple(values)
        for found in nodes(line, kinds):
            value = values[type(found)]()
            if isinstance(value, sp.MatrixBase):
                value = value.applyfunc(lambda e: metric.ring(e).expr()).as_immutable()
            after = value if found == line else line.xreplace({found: value})
            same = Claim(metric.matrix, found.metric.matrix)
            why = r"the frame is one of this metric: $g = \eta_a\,e^a\otimes e^a$"
            yield Consequence(after, (Obligation(same, why),))
        if not nodes(line, kinds):
            raise RuleError(f"looked for the curvature of a metric in {plain(line)}; there is none")

    def describe(self, show: Show = plain) -> str:
        return "moving frame: contractions of the curvature forms of " + ", ".join(
            f"$e^{{{sp.latex(x)}}}$" for x in self.coframe.chart
        )
