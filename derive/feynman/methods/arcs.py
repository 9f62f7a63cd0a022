"""Polynomials times logarithms of sines and cosines, and other real parts of power series, on an arc of the circle.

∫ x log sin x dx from 0 to π/2, ∫ x² log(2 − 2cos x) dx, ∫ x/(5 − 4cos x) dx: the frequency is brought to 1, every
logarithm is the real part of an F(z) = Σ c_k z^k on z = e^{ix} (see `disc`), and the rule `ArcIntegral` gives
polylogarithms at the ends. Reference: L. Lewin, Polylogarithms and Associated Functions, ch. 4 and 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.contours import by_rules
from derive.feynman.methods.disc import disc_function
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import Substitute
from derive.rules.theorems.arcs import ArcIntegral

SECONDS, LARGEST = 4.0, 8
WAVES = (sp.sin, sp.cos, sp.tan, sp.cot)


class Arcs:
    """The method."""

    name = "power series on an arc"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """At most one value."""
        f, x = problem.integrand, problem.variable
        if not f.has(*WAVES) or not (problem.lower.is_finite and problem.upper.is_finite):
            return
        frequency = _frequency(f, x)
        if frequency is None:
            return
        rules: tuple[Any, ...] = ()
        body = f
        if frequency != 1:
            body = sp.expand(f.xreplace({x: x / frequency}) / frequency, log=False, func=False, trig=False)
            rules = (Substitute(x, x / frequency, x),)
        names = {letter.name for letter in problem.integral.free_symbols | {x}}
        z = next(letter for letter in map(sp.Symbol, ("z", "w", "zeta", "z_0")) if letter.name not in names)
        terms = search.limited(SECONDS, _terms, body, x, z, problem.given)
        if terms is None:
            return
        start = Derivation(problem.integral, problem.given)
        steps = search.limited(SECONDS, by_rules, start, (*rules, ArcIntegral(x, z, terms)), None)
        if steps is None:
            return
        value = search.limited(1.0, _short, steps.last) or steps.last
        steps = search.limited(SECONDS, by_rules, start, (*rules, ArcIntegral(x, z, terms)), value) or steps
        yield Proposal(steps.last, self.name, steps)


def _frequency(f: Any, x: sp.Symbol) -> Any | None:
    """ω > 0 so that all slopes of sines and cosines are multiples of ω/2; None where they have no common measure."""
    slopes = []
    for node in f.atoms(*WAVES):
        slope = sp.expand(node.args[0]).coeff(x, 1)
        if x in sp.expand(node.args[0] - slope * x).free_symbols:
            return None
        if slope != 0:
            slopes.append(sp.Abs(slope))
    if not slopes:
        return None
    ratios = [sp.cancel(slope / slopes[0]) for slope in slopes]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    base = slopes[0] * sp.gcd_list(ratios)
    return sp.S.One if (2 * base).is_Integer else base


def _terms(f: Any, x: sp.Symbol, z: sp.Symbol, given: tuple[Any, ...]) -> tuple[tuple[Any, Any], ...] | None:
    """(P, F) with f = Σ P Re F(e^{ix}), P polynomials; None where a factor is of another kind, or all are waves."""
    found: dict[Any, Any] = {}
    for term in sp.Add.make_args(sp.expand(f, log=False, func=False, trig=False, power_exp=False)):
        polynomial, rest = sp.S.One, sp.S.One
        for factor in sp.Mul.make_args(term):
            if factor.is_polynomial(x):
                polynomial *= factor
            else:
                rest *= factor
        if sp.degree(polynomial, x) > LARGEST if polynomial.has(x) else False:
            return None
        F = disc_function(rest, x, z, given)
        if F is None or F.has(sp.Abs):  # which of two radii lies inside is open: cases, which others tell apart
            return None
        found[F] = found.get(F, sp.S.Zero) + polynomial
    if all(F.is_polynomial(z) for F in found):
        return None
    return tuple((P, F) for F, P in found.items())


def _short(value: Any) -> Any:
    return min((value, sp.expand(value), sp.factor_terms(value)), key=sp.count_ops)
