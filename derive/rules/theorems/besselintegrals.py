"""Integrals whose values are Bessel functions, or which hold one: Bessel, Basset, Lipschitz, Weber, Hankel, Sonine.

References: NIST DLMF 10.9.2, 10.9.8-10.9.9, 10.22.43-10.22.53, 10.32.3, 10.32.7, 10.32.9, 11.5.6; G. Watson, A Treatise
on the Theory of Bessel Functions, ch. 2, 6, 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain
from derive.rules.sites import everywhere, single, unclaimed
from derive.rules.theorems.transformtable import IN_NUMBERS


@dataclass(frozen=True)
class BesselPeriod(Rule):
    """∫_0^{2π} e^{p cos x + q sin x + inx} dx = 2π ((p + iq)/ρ)ⁿ I_n(ρ), ρ = √(p² + q²) > 0, n whole; for p² + q² = −r²
    < 0 it is 2π ((p + iq)/r)ⁿ J_n(r), and sums of such exponentials (DLMF 10.9.2, 10.32.3, by a shift of x).

    Over (0, 2π), (−π, π), and half of it over (0, π) for an even integrand. Obligation: it is even.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over a period or a half of one")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.bessel import over_period

        f, x, low, high = single(node)
        unclaimed(x, context)
        whole = (low, high) in ((0, 2 * sp.pi), (-sp.pi, sp.pi))
        if not whole and (low, high) != (0, sp.pi):
            raise RuleError(f"looked for an integral over a period or a half of one; found {plain(node)}")
        value = over_period(f, x, context.given)
        if value is None:
            raise RuleError(f"{plain(f)} is no sum of exponentials of p cos x + q sin x + inx")
        even = context.obligation(f.xreplace({x: -x}), f, "the integrand is even")
        value = value if whole else value / 2
        yield Consequence(value, (*(() if whole else (even,)), context.obligation(node, value, IN_NUMBERS)))

    def describe(self, show: Show = plain) -> str:
        return "Bessel's integral over a period (DLMF 10.9.2, 10.32.3)"


@dataclass(frozen=True)
class Basset(Rule):
    """∫_0^∞ e^{−a cosh x} cosh bx dx = K_b(a) for a > 0 (DLMF 10.32.9), and sums of such terms that are even in x."""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, oo)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.bessel import basset

        f, x, low, high = single(node)
        unclaimed(x, context)
        value = basset(f, x, context.given) if (low, high) == (0, sp.oo) else None
        if value is None:
            raise RuleError(f"looked for ∫_0^oo of e^(−a cosh x) times e^(bx), even in x; found {plain(node)}")
        arguments = {node.args[-1] for node in value.atoms(sp.besselk)}
        owed = [Obligation(Claim.of(sp.Gt(a, 0), context.given), "a is positive") for a in arguments]
        even = context.obligation(f.xreplace({x: -x}), f, "the integrand is even")
        yield Consequence(value, (even, *owed, context.obligation(node, value, IN_NUMBERS)))

    def describe(self, show: Show = plain) -> str:
        return "Basset's integral for K (DLMF 10.32.9)"


@dataclass(frozen=True)
class BesselIntegral(Rule):
    """A theorem on ∫_0^∞ with one Bessel function of cx, c > 0, or e^{ia sinh x}, e^{ia cosh x}: `source` names it.

    Lipschitz: ∫ e^{−px} J_ν(cx) dx = ((r − p)/c)^ν/r, r = √(p² + c²), p > 0, ν > −1, with powers of x by derivatives in
    p; its limits for p → ib, b ≠ c; Weber's moment; Hankel's and Sonine's integrals. Obligations: the conditions of the
    theorem, as the source states them; and, since it is taken from the source, the formula in numbers.
    """

    source: str

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, oo)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.lipschitz import theorems

        f, x, low, high = single(node)
        unclaimed(x, context)
        front, found = theorems(f, x, context.given) if (low, high) == (0, sp.oo) else (sp.S.One, [])
        matching = [one for one in found if one.words == self.source]
        if not matching:
            raise RuleError(f"{self.source} does not speak of {plain(node)}")
        for one in matching:
            if any(need == sp.false for need in (*one.conditions, *one.needs)):
                continue
            owed = [
                Obligation(Claim.of(need, context.given), "a condition of the theorem")
                for need in dict.fromkeys((*one.conditions, *one.needs))
                if need != sp.true
            ]
            value = front * one.value
            yield Consequence(value, (*owed, context.obligation(node, value, IN_NUMBERS)))

    def describe(self, show: Show = plain) -> str:
        return self.source
