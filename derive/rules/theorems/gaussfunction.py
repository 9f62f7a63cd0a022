"""Euler's integral for Gauss's function, and complete elliptic integrals in Legendre's normal form.

References: NIST DLMF 15.6.1, 19.2.4-19.2.8, 19.4.1-19.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS
from derive.rule import Consequence, Context, Rule, RuleError, Show, formula, plain
from derive.rules.sites import everywhere, ranging, single, unclaimed
from derive.rules.theorems.transformtable import IN_NUMBERS


@dataclass(frozen=True)
class EulerGauss(Rule):
    """∫_0^1 y^{b−1} (1 − y)^{c−b−1} (A + By)^{−a} dy = A^{−a} B(b, c − b) ₂F₁(a, b; c; −B/A), for c > b > 0, A > 0, A +
    B > 0 (Euler; expand (1 − zy)^{−a} in powers of zy for |z| < 1, then continue in z = −B/A to (−∞, 1)).

    Factors free of y stand in front. Obligations: b > 0, c − b > 0, A > 0, A + B > 0.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, 1)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, y, low, high = single(node)
        unclaimed(y, context)
        if (low, high) != (0, 1):
            raise RuleError(f"looked for an integral from 0 to 1; found {plain(node)}")
        front, moving = f.as_independent(y, as_Add=False)
        b: Any = sp.S.One
        above: Any = sp.S.One
        a: Any = sp.S.Zero
        A: Any = sp.S.One
        B: Any = sp.S.Zero
        for factor in sp.Mul.make_args(moving):
            base, e = factor.as_base_exp()
            if y in e.free_symbols or not base.is_polynomial(y) or sp.degree(base, y) != 1:
                raise RuleError(f"looked for powers of {y}, 1 − {y} and one linear function; found {plain(factor)}")
            if base == y:
                b += e
            elif base == 1 - y:
                above += e
            elif a == 0:
                a, A, B = -e, base.subs(y, 0), base.coeff(y, 1)
            else:
                raise RuleError(f"{plain(f)} has powers of more than one linear function beside {y} and 1 − {y}")
        if a == 0:
            raise RuleError(f"{plain(f)} is a Beta integral: use EulerBeta")
        owed = [
            context.obligation(0, v, f"{plain(v)} is positive", relation=LESS)
            for v in (b, above, A, sp.expand(A + B))
            if not (v.is_Rational and v > 0)
        ]
        beta = sp.gamma(b) * sp.gamma(above) / sp.gamma(b + above)
        gauss = sp.hyper([a, b], [b + above], sp.cancel(-B / A))
        yield Consequence(front * A ** (-a) * beta * gauss, tuple(owed))

    def describe(self, show: Show = plain) -> str:
        return "Euler's integral for Gauss's function (DLMF 15.6.1)"


@dataclass(frozen=True)
class LegendreNormalForm(Rule):
    """∫_0^1 R(s) ds/(2 √(s (1 − s) (1 − ms))) = ∫_0^{π/2} R(sin² t) dt/√(1 − m sin² t) in K(m), E(m), Π(n | m), m < 1.

    R = `rational` in partial fractions: powers of s by (2k + 1) m I_{k+1} = 2k (1 + m) I_k − (2k − 1) I_{k−1}, I_0 = K,
    I_1 = (K − E)/m; 1/(1 − ns) is Π(n | m), its powers by derivatives in n, those of 1/(1 − ms) by derivatives in m.
    Either integral may stand in the line. Obligations: the integrand is that; m < 1; the integral converges, so that no
    pole of R lies on the range; and the formula in numbers.
    """

    rational: Any
    modulus: Any
    letter: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, 1) or (0, π/2)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.legendre import normal_integral

        f, x, low, high = single(node)
        unclaimed(x, context)
        R, m, s = formula(self.rational), formula(self.modulus), self.letter
        if (low, high) == (0, 1):
            form = R.xreplace({s: x}) / (2 * sp.sqrt(x) * sp.sqrt(1 - x) * sp.sqrt(1 - m * x))
        elif (low, high) == (0, sp.pi / 2):
            form = R.xreplace({s: sp.sin(x) ** 2}) / sp.sqrt(1 - m * sp.sin(x) ** 2)
        else:
            raise RuleError(f"looked for an integral over (0, 1) or (0, π/2); found {plain(node)}")
        value = normal_integral(R, s, m)
        if value is None:
            raise RuleError(f"{plain(R)} has a pole that is not rational, or of too high an order")
        owed = (
            context.obligation(f, form, "the integrand is in Legendre's normal form", *ranging(node.limits[0])),
            context.obligation(m, 1, "the parameter is below 1", relation=LESS),
            context.obligation(node, sp.oo, "the integral converges", relation=LESS),
            context.obligation(node, value, IN_NUMBERS),
        )
        yield Consequence(value, owed)

    def describe(self, show: Show = plain) -> str:
        return f"Legendre's normal form with m = {show(self.modulus)}: complete elliptic integrals (DLMF 19.2)"
