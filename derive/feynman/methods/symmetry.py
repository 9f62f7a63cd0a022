"""Involutions of the range: ∫ f = ½ ∫ (f + f∘φ |φ′|), where the sum of the two is simpler than f; and folding at 1.

φ(x) = a + b − x on (a, b); 1/x on (0, ∞), where also ∫_0^∞ f = ∫_0^1 (f + f∘φ |φ′|); (1 − x)/(1 + x) on (0, 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import continued
from derive.rules import Averaged

SIMPLER, FOLDED = 0.9, 1.6


class Involution:
    """The method: for every involution that the range has."""

    name = "symmetry of the range"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value of half the symmetrised integral, or of the folded one, if that is solved."""
        f, x = problem.integrand, problem.variable
        size = _size(f, x)
        for phi, words in _involutions(problem):
            both = search.limited(2.5, _symmetrised, f, x, phi)
            if both is None or both.has(sp.nan, sp.zoo):
                continue
            start = Derivation(problem.integral, problem.given)
            if _size(both, x) <= SIMPLER * size:
                other = problem.with_(integrand=both / 2)
                reason = Averaged(x, phi, both)
            elif phi == 1 / x and _size(both, x) <= FOLDED * size:
                other = problem.with_(integrand=both, upper=sp.S.One)
                reason = Averaged(x, phi, both, fold=1)
            else:
                continue
            solved = search.solve(other, 0.6)
            if solved is not None:
                steps = continued(start.to(other.integral, reason), solved.value, solved)
                yield Proposal(
                    solved.value, f"{words}, {solved.proposal.route}", steps, guessed=solved.proposal.guessed
                )


def _involutions(problem: Problem) -> Iterator[tuple[Any, str]]:
    x, low, high = problem.variable, problem.lower, problem.upper
    if low.is_finite and high.is_finite:
        yield low + high - x, f"{x} → {low + high} − {x}"
        if (low, high) == (0, 1):
            yield (1 - x) / (1 + x), f"{x} → (1 − {x})/(1 + {x})"
    elif (low, high) == (0, sp.oo):
        yield 1 / x, f"{x} → 1/{x}"


def _size(f: Any, x: sp.Symbol) -> float:
    """How often the variable occurs counts more than how many operations there are."""
    return sum(node == x for node in sp.preorder_traversal(f)) + 0.2 * sp.count_ops(f)


def _symmetrised(f: Any, x: sp.Symbol, phi: Any) -> Any:
    """f + f∘φ |φ′| for x > 0, simplified; every φ here falls."""
    t = sp.Dummy("t", positive=True)
    image = phi.xreplace({x: t})
    whole = f.xreplace({x: t}) - f.xreplace({x: image}) * sp.diff(image, t)
    candidates = [whole, sp.simplify(whole)]
    if whole.has(sp.tan, sp.cot):
        candidates.append(_in_tangents(whole))
    if f.has(sp.log):
        candidates.append(sp.simplify(sp.logcombine(sp.expand_trig(whole), force=True)))
    best = min(candidates, key=lambda g: _size(g, t))
    return best.xreplace({t: x})


def _in_tangents(whole: Any) -> Any:
    """Over one denominator, the cotangent as 1/tan, where both are positive (the judge sees to the rest)."""
    letters = {node.args[0]: sp.Dummy("tan", positive=True) for node in whole.atoms(sp.tan, sp.cot)}
    table = {sp.tan(y): letter for y, letter in letters.items()} | {sp.cot(y): 1 / t for y, t in letters.items()}
    return sp.simplify(sp.together(whole.xreplace(table))).xreplace({t: sp.tan(y) for y, t in letters.items()})
