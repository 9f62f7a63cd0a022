"""Bessel's and Basset's integrals: exponentials of cos, sin over a period, of cosh over the half line.

∫_0^{2π} e^{p cos x + q sin x + inx} dx = 2π ((p + iq)/ρ)^n I_n(ρ), ρ² = p² + q²; where ρ² = −r² it is
2π ((p + iq)/r)^n J_n(r).
∫_0^∞ e^{−a cosh x} cosh bx dx = K_b(a) for a > 0. Reference: NIST DLMF 10.9.2, 10.32.3, 10.32.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.methods.circle import View, periods
from derive.feynman.methods.residues import sampler
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import Basset, BesselPeriod, SameValue


class BesselIntegrals:
    """The method, for (0, ∞) with cosh, and for a period or a half of one with cos and sin."""

    name = "Bessel's integral"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The sum over the terms, if every one is of the kind."""
        f, x = problem.integrand, problem.variable
        steps = Derivation(problem.integral, problem.given)
        if (problem.lower, problem.upper) == (0, sp.oo) and f.has(sp.cosh):
            value = search.limited(2.0, basset, f, x, problem.given)
            if value is not None:
                yield Proposal(value, self.name, steps.to(value, Basset()).qed())
        elif f.has(sp.sin, sp.cos):
            sample = sampler(problem)
            for view in periods(problem, sample) if sample else ():
                value = search.limited(3.0, over_period, view.integrand, x, problem.given)
                if value is not None:
                    value = sp.factor_terms(view.factor * value)
                    own = search.limited(3.0, _steps, steps, view, value)
                    cited = steps.to(value, f"{view.words}; Bessel's integral").qed()
                    yield Proposal(value, self.name, own or cited)


def _steps(steps: Derivation, view: View, value: Any) -> Derivation | None:
    """By the rules that lead to a period or half of one, and Bessel's integral there."""
    with suppress(DeriveError):
        for rule in (*view.rules, BesselPeriod()):
            steps = steps.by(rule)
        return (steps if steps.last == value else steps.to(value, SameValue(value))).qed()
    return None


def basset(f: Any, x: sp.Symbol, given: tuple[Any, ...]) -> Any | None:
    """Σ ½ c (∫_{−∞}^{∞} e^{−a cosh x + bx} dx) = Σ c K_b(a), for an integrand that is even in x."""
    if sp.simplify(f.xreplace({x: -x}) - f) != 0:
        return None
    cosh, total = sp.Dummy("C"), sp.S.Zero
    inside = {node: sp.exp(node.args[0].xreplace({sp.cosh(x): cosh})) for node in f.atoms(sp.exp)}
    for term in sp.Add.make_args(sp.expand(f.xreplace(inside).rewrite(sp.exp))):
        c, moving = sp.powsimp(term).as_independent(x, cosh, as_Add=False)
        if moving.func is not sp.exp:
            return None
        exponent = sp.expand(moving.args[0])
        a, b = -exponent.coeff(cosh, 1), exponent.coeff(x, 1)
        if sp.expand(exponent + a * cosh - b * x) != 0 or sign_of(a, given) != 1:
            return None
        order = -b if b.could_extract_minus_sign() else b
        total += c * sp.besselk(order, a)
    return total


def over_period(f: Any, x: sp.Symbol, given: tuple[Any, ...]) -> Any | None:
    """∫_{−π}^{π} f dx, f a sum of e^{p cos kx + q sin kx + inx}."""
    C, S = sp.Dummy("C", real=True), sp.Dummy("S", real=True)
    letters = {sp.cos(x): C, sp.sin(x): S}
    nested = [node for node in f.atoms(sp.exp, sp.sin, sp.cos) if node.args[0].has(sp.sin, sp.cos)]
    if not nested:
        return None
    outer = f.xreplace({node: node.func(node.args[0].xreplace(letters)) for node in nested})
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(outer.rewrite(sp.exp))):
        c, moving = sp.powsimp(term).as_independent(x, C, S, as_Add=False)
        if moving.func is not sp.exp:
            return None
        exponent = sp.expand(moving.args[0])
        p, q, n = exponent.coeff(C, 1), exponent.coeff(S, 1), sp.expand(exponent.coeff(x, 1) / sp.I)
        if sp.expand(exponent - p * C - q * S - sp.I * n * x) != 0 or n.is_integer is not True:
            return None
        square = sp.expand(p**2 + q**2)
        side = sign_of(square, given)
        if side not in (1, -1):
            return None
        size = sp.sqrt(sp.factor(side * square))
        if n.is_negative:
            n, q = -n, -q
        function = sp.besseli(n, size) if side == 1 else sp.besselj(n, size)
        total += c * 2 * sp.pi * ((p + sp.I * q) / size) ** n * function
    return sp.simplify(sp.expand(total))
