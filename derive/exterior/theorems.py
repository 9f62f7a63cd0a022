"""Stokes, integrals over chains, and Poincaré's lemma as rules, with the side conditions that they need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS, UNEQUAL, Claim, ContinuousOn
from derive.errors import DeriveError
from derive.exterior import lines
from derive.exterior.carried import form, literal
from derive.exterior.chart import Chart
from derive.exterior.integration import density
from derive.exterior.lines import D, FormLine, Over, Region
from derive.exterior.operations import nodes
from derive.exterior.poincare import _centre as centre_of
from derive.exterior.poincare import check_star_shaped, potential
from derive.exterior.scalars import expression
from derive.exterior.smooth import conditions, holds
from derive.exterior.written import parts
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain


@dataclass(frozen=True)
class Stokes(Rule):
    """∫_S dω = ∫_∂S ω, in both directions, for ω that is continuously differentiable on S: an obligation."""

    region: Any = None
    name: str = "S"

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = nodes(line, Over)
        wanted = None if self.region is None else Region.of(self.region, self.name)
        done = False
        for node in found:
            inner, place = node.args
            if isinstance(inner, D):
                done = True
                yield Consequence(
                    line.xreplace({node: Over(inner.args[1], place.boundary)}), smooth_on(inner.args[1], place, context)
                )
            if wanted is not None and set(place.chain.cells) == set(wanted.boundary.chain.cells):
                done = True
                yield Consequence(line.xreplace({node: Over(D(inner), wanted)}), smooth_on(inner, wanted, context))
        if not done:
            raise RuleError(
                f"looked for the integral of some dω, or one over the boundary of the region named with the rule, in "
                f"{plain(line)}"
            )

    def describe(self, show: Show = plain) -> str:
        return r"Stokes: $\int_S d\omega = \int_{\partial S}\omega$"


def smooth_on(inner: FormLine, place: Region, context: Context) -> tuple[Obligation, ...]:
    """What must hold for the form to be smooth on the cells: divisors without zeros, roots and logarithms of what is
    positive. RuleError where that cannot be said."""
    owed: list[Obligation] = []
    table = form(inner).components
    for _, values, box in parts(place)[3]:
        # A parameter that runs from 0 on is a positive symbol in the chain; the cell has its closed end all the same.
        closed = {bound[0]: sp.Symbol(bound[0].name, real=True) for bound in box}
        put = {x: value.xreplace(closed) for x, value in zip(place.chart, values, strict=True)}
        ends = [tuple(end.xreplace(closed) for end in bound) for bound in box]
        within = [relation for u, low, high in ends for relation in (sp.Le(low, u), sp.Le(u, high))]
        for value in table.values():
            for kind, expr in conditions(value, place.chart):
                if kind == "unknown":
                    raise RuleError(f"it is not known whether {plain(expr)} is smooth on the region")
                _, (tidy,) = Chart(*closed.values()).scalars([expr.subs(put, simultaneous=True)])
                on = expression(tidy)
                claim = (
                    Claim(on, 0, (*context.given, *within), UNEQUAL)
                    if kind == "nonzero"
                    else Claim(0, on, (*context.given, *within), LESS)
                )
                obligation = Obligation(claim, "the form is smooth on the region")
                owed += [] if obligation in owed else [obligation]
    return tuple(owed)


@dataclass(frozen=True)
class Parametrise(Rule):
    """∫_S ω = ∫ c*ω: the pullback to the parameters of each cell, as iterated integrals; `names` are the parameters.

    Without names the parameters are called as in the chain.
    """

    names: tuple[sp.Symbol, ...] = ()

    def __init__(self, *names: sp.Symbol) -> None:
        object.__setattr__(self, "names", names)

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = nodes(line, Over)
        if not found:
            raise RuleError(f"looked for the integral of a form over a chain in {plain(line)}; there is none")
        yield Consequence(line.xreplace({node: self.iterated(node) for node in found}))

    def iterated(self, node: Over) -> sp.Expr:
        """The iterated integrals of one ∫_S ω."""
        total = []
        for count, cell in node.args[1].chain.cells:
            table = dict(zip((u for u, _, _ in cell.box), self.names, strict=False))
            limits = [tuple(end.xreplace(table) for end in bound) for bound in reversed(cell.box)]
            value = density(form(node.args[0]), cell).xreplace(table)
            total.append(count * (sp.Integral(value, *limits) if limits else value))
        return sp.Add(*total)

    def describe(self, show: Show = plain) -> str:
        return r"the integral of the pullback to the parameters"


@dataclass(frozen=True)
class Iterated(Rule):
    """∫…∫ f over a box or simplex, innermost first: each antiderivative is SymPy's, and is differentiated back.

    Obligations for each step: F′ = f, and F continuous on the range (fundamental theorem). RuleError where SymPy finds
    no closed antiderivative.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [node for node in nodes(line, sp.Integral) if all(len(limit) == 3 for limit in node.limits)]
        if not found:
            raise RuleError(f"looked for an iterated integral with both ends written in {plain(line)}")
        values, owed = {}, []
        for node in found:
            value, more = self._carried(node, context)
            values[node] = value
            owed += [o for o in more if o not in owed]
        yield Consequence(line.xreplace(values), tuple(owed))

    def _carried(self, node: sp.Integral, context: Context) -> tuple[sp.Expr, list[Obligation]]:
        owed: list[Obligation] = []
        value: Any = node.function
        limits: tuple[Any, ...] = node.limits
        for place, (x, low, high) in enumerate(limits):
            outer = [r for u, lo, hi in limits[place + 1 :] for r in (sp.Le(lo, u), sp.Le(u, hi))]
            within = Context((*context.given, *outer))
            primitive = sp.integrate(sp.expand(value), x)
            if primitive.has(sp.Integral, sp.Piecewise):
                raise RuleError(f"no closed antiderivative of {plain(value)} in {x} was found; use FundamentalTheorem")
            inside = Context((*within.given, sp.Le(low, x), sp.Le(x, high)))
            owed.append(inside.obligation(sp.diff(primitive, x), value, f"differentiated back by ${sp.latex(x)}$"))
            if not primitive.is_polynomial(x):
                interval = sp.Interval(low, high)
                owed.append(within.obligation(primitive, interval, "continuous on the range", relation=ContinuousOn(x)))
            value = sp.factor_terms(sp.expand(primitive.subs(x, high) - primitive.subs(x, low)))
        return value, owed

    def describe(self, show: Show = plain) -> str:
        return "fundamental theorem of calculus, innermost integral first"


@dataclass(frozen=True)
class Homotopy(Rule):
    """Poincaré: a closed ω on a star-shaped domain is d of hω = ∫₀¹ t^{k−1} ι_{x−c} ω(c + t(x−c)) dt.

    That ω is closed, and that d of the potential is ω, are obligations; that the chart is star-shaped about `centre`,
    and ω and the potential smooth on it, is looked at before anything is said. `stated` is a potential that reads
    better than the one the integral gives.
    """

    centre: Any = None
    stated: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if not literal(line) or not line.degree:
            raise RuleError(f"looked for a written form of degree ≥ 1; the line is {plain(line)}")
        whole = form(line)
        try:
            check_star_shaped(whole, centre_of(whole.chart, self.centre))
            found = potential(whole, self.centre) if self.stated is None else form(lines.line(self.stated, whole.chart))
        except DeriveError as error:
            raise RuleError(str(error)) from error
        rough = [c for v in found.components.values() for c in conditions(v, whole.chart) if not holds(c, whole.chart)]
        if rough:
            raise RuleError(
                f"the potential {found} is not known to be smooth where {plain(rough[0][1])} is not what it needs; "
                "state one that is: Homotopy(stated=…)"
            )
        yield Consequence(
            D(found),
            (
                Obligation(Claim(D(line), 0), "the form is closed"),
                Obligation(Claim(D(found), line), "what the homotopy operator gives is a potential"),
            ),
        )

    def describe(self, show: Show = plain) -> str:
        if self.stated is not None:
            return "Poincaré: on a star-shaped domain a closed form has a potential; this one is differentiated back"
        return r"Poincaré: $h\omega = \int_0^1 t^{k-1}\,\iota_{x-c}\,\omega(c + t(x-c))\,dt$ has $d\,h\omega = \omega$"
