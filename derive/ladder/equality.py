"""lhs = rhs: the normal form first, then balls at random points, then SymPy beside numbers, then two numeric routes."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from derive.claim import Claim
from derive.evidence import Evidence, Status
from derive.field import equal
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.ladder.logarithms import equal_by_logarithms
from derive.ladder.points import survey

EXACT_SHARE = 0.3


def equality(claim: Claim, budget: Budget) -> Evidence:
    """Evidence for lhs = rhs. Refuted by two disjoint balls only; numbers that merely differ leave it unknown."""
    if claim.lhs == claim.rhs and not _undefined(claim):
        return Evidence(Status.EXACT, "the sides are the same expression")
    if isinstance(claim.lhs, sp.Limit):
        from derive.rules.analysis.limitvalue import limit_proof

        proof, _ = attempt(limit_proof, claim.lhs, claim.rhs, claim.given)
        if proof:
            return Evidence(Status.EXACT, f"limit by {proof}")
    answer, stumble = attempt(equal, claim.lhs, claim.rhs, claim.given, timeout=budget.share(EXACT_SHARE))
    if answer:
        return Evidence(Status.EXACT, "normal form: the difference is zero")
    if attempt(equal_by_logarithms, claim.lhs, claim.rhs, claim.given, budget.share(EXACT_SHARE))[0]:
        return Evidence(Status.EXACT, "normal form: the logarithms put together, positive arguments")
    if attempt(_same_words, claim)[0]:
        return Evidence(Status.EXACT, "the same words in letters that do not commute")
    numbers = by_numbers(claim, budget)
    if stumble:
        numbers = replace(numbers, detail="; ".join(filter(None, (numbers.detail, stumble))))
    if numbers.status in (Status.ENCLOSED, Status.REFUTED):
        return numbers
    budget.post(numbers)
    if numbers.status is Status.AGREED and attempt(_simplifies_to_zero, claim)[0]:
        return Evidence(Status.CAS, "SymPy: the difference simplifies to zero", "", None, (numbers,))
    return numbers


def _same_words(claim: Claim) -> bool:
    """Polynomials in letters that do not commute are equal as soon as they multiply out to the same sum of words."""
    difference = claim.lhs - claim.rhs
    plain = all(
        isinstance(node, (sp.Add, sp.Mul, sp.Symbol, sp.Integer, sp.Pow)) for node in sp.preorder_traversal(difference)
    )
    powers = all(p.exp.is_Integer and 0 < p.exp < 10 for p in difference.atoms(sp.Pow))
    return difference.is_commutative is False and plain and powers and sp.expand(difference) == 0


def by_numbers(claim: Claim, budget: Budget) -> Evidence:
    """What the values of the two sides at random admissible points say."""
    pairs, failures, gap = [], [], 0.0
    for item in survey(claim, budget):
        if isinstance(item, str):
            failures.append(item)
            continue
        if item.rigorous and not item.lhs.overlaps(item.rhs):
            return Evidence(
                Status.REFUTED,
                "balls of the two sides are disjoint",
                "both values are proven" + (f"; {len(pairs)} other points do not refute it" if pairs else ""),
                item.counterexample(),
            )
        error = item.lhs.radius + item.rhs.radius
        distance = abs(item.lhs.mid - item.rhs.mid)
        scale = max(abs(item.lhs.mid), abs(item.rhs.mid), 1)
        if distance > error + scale * 10.0 ** -min(budget.digits - 4, 12):
            return Evidence(
                Status.UNKNOWN,
                "the sides differ, but not by proven balls",
                f"{item.counterexample()}; left by {item.lhs.method}, right by {item.rhs.method}",
            )
        gap = max(gap, float((distance + error) / scale))
        pairs.append(item)
    note = f"{len(failures)} further points gave no value: {failures[0]}" if failures else ""
    if not pairs:
        return Evidence(Status.UNKNOWN, "no point at which both sides could be evaluated", note)
    if 2 * len(failures) > 3 * len(pairs) + 2:
        return Evidence(Status.UNKNOWN, f"both sides could be evaluated at {len(pairs)} points only", note)
    points = f"{len(pairs)} random point{'s' if len(pairs) > 1 else ''}" if pairs[0].point else "the only point"
    if all(pair.rigorous for pair in pairs):
        if gap > 1e-6:
            return Evidence(
                Status.UNKNOWN, f"the balls at {points} overlap but are too wide", f"relative width {gap:.1e}"
            )
        return Evidence(
            Status.ENCLOSED, f"|difference| ≤ {gap:.1e} at {points}", "; ".join(filter(None, (_methods(pairs), note)))
        )
    return Evidence(Status.AGREED, f"agree to {gap:.1e} at {points}", "; ".join(filter(None, (_methods(pairs), note))))


def _methods(pairs: list) -> str:
    seen = dict.fromkeys(side.method for pair in pairs[:2] for side in (pair.lhs, pair.rhs))
    return " | ".join(list(seen)[:2])


def _undefined(claim: Claim) -> bool:
    return claim.lhs.has(sp.nan, sp.zoo) or claim.rhs.has(sp.nan, sp.zoo)


def _simplifies_to_zero(claim: Claim) -> bool:
    """SymPy's word. It may hang: the worker's time limit ends it, after the numeric evidence has been posted."""
    return sp.simplify((claim.lhs - claim.rhs).doit()) == 0
