"""lhs ≤ rhs, lhs < rhs, lhs ≠ rhs, and convergence, which is written lhs < oo."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.core.function import AppliedUndef

from derive.bounds import dominates
from derive.claim import Claim
from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative, is_nonzero, is_positive, is_real
from derive.field import equal
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.ladder.descent import lowest
from derive.ladder.points import COSTLY, Pair, pair_at, survey

MOST_OPERATIONS = 200


def at_most(claim: Claim, budget: Budget) -> Evidence:
    """lhs ≤ rhs: by signs or a structural bound, else by balls at random points."""
    if not _ordered(claim):
        return _by_balls(claim, budget, strict=False)
    if attempt(is_nonnegative, claim.rhs - claim.lhs, claim.given)[0]:
        return Evidence(Status.EXACT, "the sign of rhs − lhs follows from the assumptions")
    same_modulus = sp.Mul(*(f.args[0] if isinstance(f, sp.Abs) else f for f in sp.Mul.make_args(claim.lhs)))
    if attempt(dominates, claim.rhs, same_modulus, claim.given)[0]:
        return Evidence(Status.EXACT, "structural bound: |sin|, |cos| ≤ 1, triangle inequality, signs of the factors")
    if attempt(equal, claim.lhs, claim.rhs, claim.given, timeout=budget.share(0.2))[0]:
        return Evidence(Status.EXACT, "normal form: the sides are equal")
    return _by_balls(claim, budget, strict=False)


def less(claim: Claim, budget: Budget) -> Evidence:
    """lhs < rhs; with rhs = oo the convergence of the integral or sum on the left."""
    if claim.rhs is sp.oo:
        return convergence(claim, budget)
    if _ordered(claim) and attempt(is_positive, claim.rhs - claim.lhs, claim.given)[0]:
        return Evidence(Status.EXACT, "the sign of rhs − lhs follows from the assumptions")
    return _by_balls(claim, budget, strict=True)


def _ordered(claim: Claim) -> bool:
    """No side is plainly off the real line: i·x + 1 ≤ i·x + 2 says nothing, though the difference is real."""
    return not any(part.has(sp.I) and not attempt(is_real, part, claim.given)[0] for part in (claim.lhs, claim.rhs))


def unequal(claim: Claim, budget: Budget) -> Evidence:
    """lhs ≠ rhs at every point of the domain; refuted if the sides are identical."""
    if _never_zero(claim.lhs - claim.rhs, claim):
        return Evidence(Status.EXACT, "the difference vanishes nowhere under the assumptions")
    if attempt(equal, claim.lhs, claim.rhs, claim.given, timeout=budget.share(0.3))[0]:
        for item in survey(claim, budget, digits=15):
            if isinstance(item, Pair):
                return Evidence(
                    Status.REFUTED, "the sides are equal everywhere, by normal form", "", item.counterexample()
                )
        return Evidence(Status.REFUTED, "the sides are equal everywhere, by normal form")
    return Evidence(
        Status.UNKNOWN,
        "no sign or factor shows that the sides differ everywhere",
        "random points would miss a thin set on which they agree; assume what excludes it, with given=[Ne(…)]",
    )


def _never_zero(difference: sp.Expr, claim: Claim) -> bool:
    """Every factor is nonzero by the assumptions; of a complex factor, its real or its imaginary part."""
    for factor in sp.Mul.make_args(difference):
        parts = [factor, *(part for part in factor.as_real_imag() if factor.has(sp.I))]
        if not any(attempt(is_nonzero, part, claim.given)[0] for part in parts):
            return False
    return True


def convergence(claim: Claim, budget: Budget) -> Evidence:
    """lhs < oo: a comparison test decides it for all parameters, or else a ball encloses the value at random points."""
    from derive.rules.analysis.convergence import convergence_proof

    if claim.lhs.is_finite and not claim.lhs.has(sp.Integral, sp.Sum, sp.Limit):
        return Evidence(Status.EXACT, "finite by the assumptions")
    nodes = [claim.lhs] if isinstance(claim.lhs, (sp.Integral, sp.Sum)) else []
    proofs = [attempt(convergence_proof, node, claim.given)[0] for node in nodes]
    if proofs and all(proofs):
        return Evidence(Status.EXACT, "comparison test", "; ".join(str(proof) for proof in proofs))
    rigorous, count, failure = True, 0, ""
    bounded = Claim(claim.lhs, 0, claim.given)
    for item in survey(bounded, budget, real=True, digits=12, edges=True):
        if isinstance(item, str):
            failure = failure or item
            continue
        rigorous &= item.lhs.rigorous
        count += 1
    if not count or failure:
        return Evidence(Status.UNKNOWN, "no proof of convergence", failure)
    if rigorous:
        return Evidence(Status.ENCLOSED, f"the value is enclosed by a finite ball at {count} points")
    return Evidence(Status.AGREED, f"two numeric routes agree on a finite value at {count} points")


def _below(claim: Claim, starts: list[tuple[Any, dict[sp.Symbol, sp.Expr]]], budget: Budget) -> Pair | None:
    """The sides at a point to which descent on rhs − lhs leads, if it seems to be negative there."""
    gap = claim.rhs - claim.lhs
    if gap.has(*COSTLY, sp.Derivative, AppliedUndef) or gap.count_ops() > MOST_OPERATIONS:
        return None
    points = [point for _, point in sorted(starts, key=lambda start: start[0]) if point]
    point = attempt(lowest, gap, claim.given, points)[0]
    return None if point is None else pair_at(claim, point, budget)


def _by_balls(claim: Claim, budget: Budget, strict: bool) -> Evidence:
    rigorous, touching, count, failure, narrowest = True, False, 0, "", mpmath.inf
    starts: list[tuple[Any, dict[sp.Symbol, sp.Expr]]] = []
    for item in survey(claim, budget, digits=min(budget.digits, 20), edges=True):
        if isinstance(item, str):
            failure = failure or item
            continue
        if not (item.lhs.is_real and item.rhs.is_real):
            if item.off_the_line:
                continue  # an order between plain symbols speaks of the points at which its sides are real
            return Evidence(Status.UNKNOWN, "a side is not real", str(item.counterexample()))
        gap, error = item.rhs.mid - item.lhs.mid, item.rhs.radius + item.lhs.radius
        if item.rigorous and (gap + error < 0 or (strict and gap == error == 0)):
            return Evidence(
                Status.REFUTED, "proven balls of the sides lie the other way round", "", item.counterexample()
            )
        if gap + error < 0 or (strict and gap - error <= 0):
            return Evidence(
                Status.UNKNOWN, "the sides are too close to call, or not proven", str(item.counterexample())
            )
        rigorous &= item.rigorous
        touching |= gap < error
        narrowest = min(narrowest, gap)
        starts.append((gap, dict(item.at)))
        count += 1
    if not count:
        return Evidence(Status.UNKNOWN, "no point at which both sides could be evaluated", failure)
    below = _below(claim, starts, budget)
    if below is not None and below.rigorous and below.rhs.mid - below.lhs.mid + below.rhs.radius + below.lhs.radius < 0:
        return Evidence(
            Status.REFUTED, "proven balls of the sides lie the other way round", "by descent", below.counterexample()
        )
    gap = f"smallest gap {mpmath.nstr(narrowest, 3)}" + (", equality within the error bounds" if touching else "")
    detail = "; ".join(filter(None, (gap, failure)))
    return Evidence(Status.ENCLOSED if rigorous else Status.AGREED, f"holds at {count} random points", detail)
