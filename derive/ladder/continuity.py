"""Continuity on an interval: by the structure of the expression, or by finite balls on boxes that cover the interval."""

from __future__ import annotations

import random

import sympy as sp

from derive.claim import Claim, ContinuousOn
from derive.evidence import Evidence, Status
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.sampling import NoPoint, admissible

PARAMETER_POINTS, BOXES, DEPTH = 4, 8, 5
_JUMPS = (sp.sign, sp.floor, sp.ceiling, sp.Heaviside, sp.Piecewise, sp.arg, sp.frac, sp.Mod, sp.DiracDelta)


def continuity(claim: Claim, budget: Budget) -> Evidence:
    """Evidence that lhs is continuous in the variable on the interval rhs, for all admissible parameters.

    Exact when every part is continuous where it is used (denominators and arguments by sign). Otherwise, at random parameters, balls
    over boxes covering the interval: a finite ball of a composition of functions without jumps means that no singularity was met.
    """
    from derive.rules.convergence import continuity_proof

    relation, interval = claim.relation, claim.rhs
    assert isinstance(relation, ContinuousOn)
    if not isinstance(interval, sp.Interval):
        return Evidence(Status.UNKNOWN, "the right side is no interval", str(interval))
    proof, _ = attempt(continuity_proof, claim.lhs, relation.variable, interval, claim.given)
    if proof:
        return Evidence(Status.EXACT, "composition of continuous functions", str(proof))
    if claim.lhs.has(*_JUMPS) or not (interval.start.is_finite and interval.end.is_finite):
        return Evidence(Status.UNKNOWN, "continuity was not proven", "jumps, or an infinite interval, are beyond the covering by boxes")
    return _by_boxes(claim, relation.variable, interval, budget)


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


def _finite_on(expr: sp.Expr, point: dict, variable: sp.Symbol, low: sp.Expr, high: sp.Expr, depth: int, budget: Budget) -> bool:
    from numerics import NotEnclosed, enclose

    try:
        return enclose(expr, {**point, variable: (low, high)}, digits=6, timeout=budget.share(0.1)).rigorous
    except NotEnclosed:
        if not depth or budget.left <= 0:
            return False
        middle = (low + high) / 2
        return all(_finite_on(expr, point, variable, *half, depth - 1, budget) for half in ((low, middle), (middle, high)))
