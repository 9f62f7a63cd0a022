"""J and I under an integral by their power series, term by term: a hypergeometric series of moments.

References: NIST DLMF 10.2.2, 10.25.2, 16.2.1; W. Rudin, Real and Complex Analysis, Theorem 1.38.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS
from derive.rule import Consequence, Context, Rule, RuleError, Show, plain
from derive.rules.sites import equations, everywhere, needed, premises, single, unclaimed, without
from derive.rules.theorems.finiteparts import same_integral


@dataclass(frozen=True)
class BesselTermByTerm(Rule):
    """∫ w J_ν(cg) dx = Σ_k (−1)^k (c/2)^{ν+2k}/(k! Γ(ν + k + 1)) m(ν + 2k) with the moments m(r) = ∫ w g^r dx; for I_ν
    without (−1)^k. Cosines and sines are √(πy/2) times J_ν(y), ν = ∓½, and cosh, sinh times I_ν. Written as a factor
    times _pF_q by its definition, where m is made of Γ's of linear functions of r.

    w, g ≥ 0 on the range, so that term by term is licensed by Σ ∫ |terms| < ∞: the series converges absolutely, always
    for p ≤ q, for p = q + 1 where |z| < 1. The lemma says ∫ w g^`r` dx = m(r) for r in an interval. Obligations: ν and
    ν + 2k lie in it, ν > −1; w, g ≥ 0; |z| < 1 where it is needed.
    """

    r: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral of one Bessel function J or I")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.besselseries import WAVES, hypergeometric, order

        f, x, low, high = single(node)
        unclaimed(x, context)
        bessels = [b for b in f.atoms(sp.besselj, sp.besseli) or f.atoms(*WAVES) if x in b.args[-1].free_symbols]
        weight = None if len(bessels) != 1 else f / bessels[0]
        if weight is None or weight.has(bessels[0]):
            raise RuleError(f"looked for one Bessel function J or I, a cosine or a sine with a weight in {plain(node)}")
        nu = order(bessels[0])
        if x in nu.free_symbols:
            raise RuleError(f"the order {plain(nu)} depends on {x}")
        c, g = bessels[0].args[-1].as_independent(x, as_Add=False)
        wanted = sp.Integral(weight * g**self.r, (x, low, high))
        lemma = next(
            (one for one in equations(context) if isinstance(one.lhs, sp.Integral) and same_integral(one.lhs, wanted)),
            None,
        )
        if lemma is None:
            raise RuleError(f"looked for a lemma {plain(wanted)} = m({self.r}); none is named")
        series = hypergeometric(bessels[0], c, lemma.rhs, self.r)
        if series is None:
            raise RuleError(f"{plain(lemma.rhs)} is not made of Γ's of linear functions of {self.r}")
        front, above, below, z = series
        general = Context(without(context.given, self.r), context.lemmas)
        inside = (sp.Gt(x, low), sp.Lt(x, high)) if high is not sp.oo else (sp.Gt(x, low),)
        k = sp.Symbol("k", integer=True, nonnegative=True)
        owed = [general.obligation(-1, nu, "the order is above −1", relation=LESS)]
        least = nu + sp.Rational(1, 2) if isinstance(bessels[0], WAVES) else nu
        owed += premises(lemma.xreplace({self.r: least + 2 * k}), general)
        constant = weight.as_independent(x, as_Add=False)[0]
        for part in (weight / constant, g):
            owed.append(context.obligation(0, part, "weight and argument are not negative", *inside, relation=LESS))
        if len(above) > len(below) + 1:
            raise RuleError("the series of the moments diverges")
        if len(above) == len(below) + 1:
            owed.append(context.obligation(sp.Abs(z), 1, "the series of the moments converges", relation=LESS))
        yield Consequence(front * sp.hyper(above, below, z), needed(owed))

    def describe(self, show: Show = plain) -> str:
        return "power series term by term: a hypergeometric series of the moments"
