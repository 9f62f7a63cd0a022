"""Where an expression is smooth: the conditions it puts on its arguments, and whether they hold on a chart."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.exact import is_nonzero, is_positive
from derive.exterior.chart import Chart

_SMOOTH = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.sech, sp.atan, sp.asinh, sp.erf, AppliedUndef)
_POLES = {sp.tan: sp.cos, sp.sec: sp.cos, sp.cot: sp.sin, sp.csc: sp.sin, sp.coth: sp.sinh, sp.csch: sp.sinh}

Condition = tuple[str, sp.Expr]


def conditions(expr: sp.Expr, chart: Chart) -> Iterator[Condition]:
    """("nonzero" | "positive" | "unknown", expression) for each place where the expression may fail to be smooth.

    Unknown functions f(x, y) are taken to be smooth.
    """
    if not expr.free_symbols & set(chart) or isinstance(expr, (sp.Symbol, sp.Derivative, sp.Subs)):
        return
    if isinstance(expr, sp.Pow):
        base, power = expr.args
        if not base.free_symbols & set(chart):
            yield from () if base.is_positive else [("unknown", expr)]
        elif power.is_Integer:
            if power < 0:
                yield "nonzero", base
        else:
            yield "positive", base
    elif isinstance(expr, sp.log):
        yield "positive", expr.args[0]
    elif type(expr) in _POLES:
        yield "nonzero", _POLES[type(expr)](expr.args[0])
    elif not isinstance(expr, (sp.Add, sp.Mul, *_SMOOTH)):
        yield "unknown", expr
    for part in expr.args:
        yield from conditions(part, chart)


def holds(condition: Condition, chart: Chart) -> bool:
    """Whether the condition is proven on the whole chart, under its assumptions."""
    kind, expr = condition
    if kind == "unknown":
        return False
    if kind == "nonzero":
        return all(is_nonzero(factor, chart.given) for factor in _factors(expr))
    return bool(is_positive(expr, chart.given))


def _factors(expr: sp.Expr) -> list[sp.Expr]:
    return [factor.as_base_exp()[0] for factor in sp.Mul.make_args(sp.factor_terms(expr))]


def is_convex(chart: Chart) -> bool:
    """Whether the region that the chart's assumptions describe is known to be convex.

    Positive coordinates and linear inequalities are, and q ≤ 0 with a quadratic q of positive semidefinite Hessian.
    """
    return all(_convex(relation, chart) for relation in chart.given if relation.free_symbols & set(chart))


def _convex(relation: sp.Basic, chart: Chart) -> bool:
    if not isinstance(relation, (sp.Lt, sp.Le, sp.Gt, sp.Ge)):
        return False
    excess = relation.lhs - relation.rhs if isinstance(relation, (sp.Lt, sp.Le)) else relation.rhs - relation.lhs
    hessian = sp.hessian(excess, list(chart))
    if hessian.free_symbols & set(chart):
        return False
    return bool(hessian.is_positive_semidefinite)
