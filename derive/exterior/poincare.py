"""Poincaré's lemma: on a domain that is star-shaped about c a closed k-form w is d of

(hw)(x) = ∫₀¹ t^{k−1} ι_{x−c} w(c + t(x−c)) dt,   since dh + hd = 1 for k ≥ 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from derive.claim import side
from derive.errors import NoClosedForm
from derive.exterior import masks
from derive.exterior.chart import Chart
from derive.exterior.errors import NotClosed, NotStarShaped, WrongCount
from derive.exterior.form import Form
from derive.exterior.scalars import expression
from derive.exterior.smooth import conditions, holds, is_convex
from derive.worker import limited


def potential(form: Form, centre: Any = None, timeout: float = 20) -> Form:
    """A form p with dp = w for a closed form of degree ≥ 1, checked by d before it is handed out.

    centre: a point {x: value} or a sequence; by default 0, and 1 for positive coordinates. The chart (all of its
    coordinates' range, cut by `given`) must be star-shaped about it, and w smooth there.
    Raises NotClosed, NotStarShaped, NoClosedForm (the integral over t was not found in time), Undecided.
    """
    if not form.degree:
        raise WrongCount(f"a form of degree {form.degree} has no potential; potentials are for degrees 1, 2, …")
    closed = form.d()
    if not closed.is_zero():
        raise NotClosed(
            f"dw = {closed} is not zero, so w = {form} has no potential; add what makes it closed, or split w"
        )
    point = _centre(form.chart, centre)
    check_star_shaped(form, point)
    found = homotopy(form, point, timeout)
    if not (found.d() - form).is_zero():
        raise NoClosedForm(f"SymPy's integral over the segment is wrong: d({found}) is not {form}", found)
    return found


def homotopy(form: Form, centre: Mapping[sp.Symbol, sp.Expr], timeout: float = 20) -> Form:
    """The homotopy operator hw about a point, of any form of degree ≥ 1; dh + hd = 1."""
    chart, t = form.chart, sp.Dummy("t", positive=True)
    if not form.degree:
        return chart.zero(0)
    ray = {x: centre[x] + t * (x - centre[x]) for x in chart}
    integrands: dict[int, list[sp.Expr]] = {}
    for mask, value in form.parts.items():
        moved = expression(value).subs(ray, simultaneous=True) * t ** (form.degree - 1)
        for i in masks.members(mask):
            term = masks.hook_sign(mask, i) * (chart[i] - centre[chart[i]]) * moved
            integrands.setdefault(mask ^ 1 << i, []).append(term)
    parts = {masks.members(mask): _along(sp.Add(*terms), t, timeout) for mask, terms in integrands.items()}
    return chart.form(form.degree - 1, parts)


def check_star_shaped(form: Form, centre: Mapping[sp.Symbol, sp.Expr]) -> None:
    """NotStarShaped unless the chart is known to be star-shaped about the centre, and the form smooth on it."""
    chart = form.chart
    where = ", ".join(f"{x} = {value}" for x, value in centre.items())
    outside = [r for r in chart.given if r.xreplace(dict(centre)) == sp.false]
    outside += [x > 0 for x in chart if x.is_positive and not centre[x].is_positive]
    if outside:
        raise NotStarShaped(
            f"the centre {where} is not in the domain: {outside[0]} fails; give another, centre={{x: 1, …}}"
        )
    if not is_convex(chart):
        raise NotStarShaped(
            f"the domain {', '.join(map(str, chart.given))} is not known to be star-shaped about {where}; "
            "use a chart on a convex part of it"
        )
    for value in form.components.values():
        for condition in conditions(value, chart):
            if not holds(condition, chart):
                kind, expr = condition
                need = {"nonzero": f"{expr} ≠ 0", "positive": f"{expr} > 0", "unknown": f"{expr} to be smooth"}[kind]
                raise NotStarShaped(
                    f"w = {form} needs {need}, which is not known on all of {chart}: it has a hole or an "
                    "edge there and is not star-shaped, so Poincaré's lemma does not apply (round a hole ∮w may "
                    "differ from 0). Restrict the chart to a convex part: Chart('x y', positive='x') or given=[...]"
                )


def _centre(chart: Chart, centre: Any) -> dict[sp.Symbol, sp.Expr]:
    if centre is None:
        return {x: sp.S.One if x.is_positive else sp.S.Zero for x in chart}
    values = centre
    if isinstance(centre, Mapping):
        table = {chart.index(x): value for x, value in centre.items()}
        values = [table.get(i, 1 if x.is_positive else 0) for i, x in enumerate(chart)]
    if len(values) != chart.dim:
        raise WrongCount(f"a point of {chart} has {chart.dim} coordinates; {len(values)} were given")
    return {x: side(value) for x, value in zip(chart, values, strict=True)}


def _along(integrand: sp.Expr, t: sp.Symbol, timeout: float) -> sp.Expr:
    """∫₀¹ over t; a polynomial at once, else by SymPy under a time limit."""
    poly = integrand.as_poly(t)
    if poly is not None:
        return sp.Add(*(c / (powers[0] + 1) for powers, c in poly.terms()))
    outcome = limited(integrated, integrand, t, timeout=timeout)
    if not outcome.finished or outcome.value.has(sp.Integral):
        raise NoClosedForm(
            f"∫₀¹ ({integrand}) dt along the segment was not found: {outcome.failure or 'SymPy leaves it as it is'}; "
            "a longer timeout, or another centre, may help",
            outcome.value,
        )
    return outcome.value


def integrated(integrand: sp.Expr, t: sp.Symbol, post: Callable[[Any], None]) -> sp.Expr:
    """SymPy's ∫₀¹ of the integrand for generic values of its symbols: d of the result decides whether it is right.

    Where SymPy is stopped by the signs of the symbols they are taken positive, and the result is continued
    analytically.
    """
    plain = _integrated(integrand, t)
    if not plain.has(sp.Integral, sp.polar_lift, sp.Piecewise):
        return plain
    positive = {s: sp.Dummy(s.name, positive=True) for s in integrand.free_symbols - {t}}
    continued = _integrated(expression(integrand.xreplace(positive)), t)
    return expression(continued.xreplace({dummy: s for s, dummy in positive.items()}))


def _integrated(integrand: sp.Expr, t: sp.Symbol) -> sp.Expr:
    primitive = _generic(sp.integrate(sp.powsimp(sp.expand(integrand)), t))
    if not primitive.has(sp.Integral):
        value = primitive.subs(t, 1) - primitive.subs(t, 0)
        if not value.has(sp.nan, sp.zoo, sp.oo):
            return value
    return _generic(sp.integrate(integrand, (t, 0, 1)))


def _generic(expr: sp.Expr) -> sp.Expr:
    """The branch of every Piecewise that is left when no equation between the symbols holds."""
    return expression(expr.replace(lambda e: isinstance(e, sp.Piecewise), _generic_branch))


def _generic_branch(cases: sp.Piecewise) -> sp.Expr:
    """The value of the first case that holds when equations do not; the last where inequalities are left."""
    branches = [(expression(pair.args[0]), pair.args[1]) for pair in cases.args]
    for value, condition in branches:
        met = condition.replace(sp.Eq, lambda *_: sp.false).replace(sp.Ne, lambda *_: sp.true)
        if met == sp.true:
            return value
    return branches[-1][0]
