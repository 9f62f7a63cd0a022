"""Continuity on an interval: by the structure of the expression, or by finite balls on boxes that cover the
interval."""

from __future__ import annotations

import random
from typing import Any

import sympy as sp

from derive.claim import Claim, ContinuousOn
from derive.evidence import Evidence, Status
from derive.exact import is_positive, is_real
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.sampling import NoPoint, admissible

PARAMETER_POINTS, BOXES, DEPTH = 4, 8, 5
# Continuous wherever their balls are finite; on the real line also the second row, whose cuts a real argument meets
# end on or not at all.
_WITHOUT_CUTS = (
    sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc, sp.sinh, sp.cosh, sp.tanh, sp.coth,
    sp.sech, sp.csch, sp.gamma, sp.digamma, sp.erf, sp.erfc, sp.erfi, sp.airyai, sp.airybi, sp.Abs, sp.re, sp.im,
    sp.conjugate, sp.Max, sp.Min,
)  # fmt: skip
_WITH_CUTS = (
    sp.log, sp.asin, sp.acos, sp.atan, sp.asinh, sp.acosh, sp.atanh, sp.Si, sp.fresnels, sp.fresnelc, sp.sinc,
)  # fmt: skip


def continuity(claim: Claim, budget: Budget) -> Evidence:
    """Evidence that lhs is continuous in the variable on the interval rhs, for all admissible parameters.

    Exact when every part is continuous where it is used (denominators and arguments by sign). Otherwise, at random
    parameters, balls over boxes covering the interval: a finite ball of a composition of functions without jumps means
    that no singularity was met.
    """
    from derive.rules.analysis.convergence import continuity_proof
    from derive.rules.places import between

    relation, interval = claim.relation, claim.rhs
    assert isinstance(relation, ContinuousOn)
    if not isinstance(interval, sp.Interval):
        return Evidence(Status.UNKNOWN, "the right side is no interval", str(interval))
    proof, _ = attempt(continuity_proof, claim.lhs, relation.variable, interval, claim.given)
    if proof:
        return Evidence(Status.EXACT, "composition of continuous functions", str(proof))
    known = (*claim.given, *between(relation.variable, interval.start, interval.end, closed=True))
    if not _without_jumps(claim.lhs, relation.variable, known) or not (
        interval.start.is_finite and interval.end.is_finite
    ):
        reason = "jumps, branch cuts or an infinite interval are beyond the covering by boxes"
        return Evidence(Status.UNKNOWN, "continuity was not proven", reason)
    return _by_boxes(claim, relation.variable, interval, budget)


def _without_jumps(expr: sp.Expr, variable: sp.Symbol, known: tuple[Any, ...]) -> bool:
    """Every part is continuous where its ball is finite: no switch, and no cut that an argument could cross.

    A ball about a cut is finite, and says nothing of the jump across it.
    """
    if variable not in expr.free_symbols or expr == variable:
        return True
    if isinstance(expr, (sp.Integral, sp.Sum)) and not any(variable in limit.free_symbols for limit in expr.limits):
        bound = {limit[0] for limit in expr.limits}
        return not bound & set().union(*(r.free_symbols for r in known)) and _without_jumps(
            expr.function, variable, known
        )
    if isinstance(expr, sp.Pow):
        moving = variable in expr.exp.free_symbols
        fine = (
            expr.exp.is_Integer
            or (not moving and attempt(is_real, expr.base, known)[0])
            or attempt(is_positive, expr.base, known)[0]
        )
    elif isinstance(expr, _WITH_CUTS):
        fine = len(expr.args) == 1 and attempt(is_real, expr.args[0], known)[0]
    else:
        fine = isinstance(expr, _WITHOUT_CUTS)
    return bool(fine) and all(_without_jumps(arg, variable, known) for arg in expr.args)


def _by_boxes(claim: Claim, variable: sp.Symbol, interval: sp.Interval, budget: Budget) -> Evidence:
    rng = random.Random(budget.seed)
    count = 0
    symbols = (claim.lhs.free_symbols | interval.free_symbols) - {variable}
    given = tuple(relation for relation in claim.given if variable not in relation.free_symbols)
    try:
        for point in admissible(symbols, given, rng, PARAMETER_POINTS if symbols else 1, real=True):
            start, end = interval.start.xreplace(point), interval.end.xreplace(point)
            for index in range(BOXES):
                low, high = start + (end - start) * index / BOXES, start + (end - start) * (index + 1) / BOXES
                if not _finite_on(claim.lhs, point, variable, low, high, DEPTH, budget):
                    return Evidence(Status.UNKNOWN, "continuity was not proven", f"no finite ball on [{low}, {high}]")
            count += 1
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "continuity was not proven", str(reason))
    return Evidence(Status.ENCLOSED, "finite balls on boxes that cover the interval", f"at {count} parameter points")


def _finite_on(
    expr: sp.Expr, point: dict, variable: sp.Symbol, low: sp.Expr, high: sp.Expr, depth: int, budget: Budget
) -> bool:
    from numerics import NotEnclosed, enclose

    try:
        return enclose(expr, {**point, variable: (low, high)}, digits=6, timeout=budget.share(0.1)).rigorous
    except NotEnclosed:
        if not depth or budget.left <= 0:
            return False
        middle = (low + high) / 2
        return all(
            _finite_on(expr, point, variable, *half, depth - 1, budget) for half in ((low, middle), (middle, high))
        )
