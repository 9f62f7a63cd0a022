"""Mellin transforms of rational functions of e^{−x}: series of exponentials term by term, and the sums that come out.

References: NIST DLMF 5.9.1, 25.2.1, 25.5.1, 25.11.1, 25.11.25; W. Rudin, Real and Complex Analysis, Theorem 1.38.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS
from derive.rule import Consequence, Context, Rule, RuleError, Show, formula, plain
from derive.rules.sites import everywhere, needed, ranging, single, unclaimed

Terms = tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class ExponentialSeries(Rule):
    """∫_0^∞ x^{s−1} Σ_j w_j e^{−ρ_j x} (1 − e^{−hx})^{−m} dx = Σ_{n≥0} Γ(s) C(n + m − 1, n) Σ_j w_j (ρ_j + hn)^{−s}.

    (1 − q)^{−m} in powers of q = e^{−hx}, |q| < 1; each term is Euler's integral; term by term since Σ ∫ |terms| = Γ(s)
    Σ_n C(n + m − 1, n) Σ_j |w_j| (Re ρ_j + hn)^{−s} < ∞ for s > m. With `logarithm`: f is x^{s−1} Σ_j w_j log(1 −
    e^{−ρ_j x}) = −x^{s−1} Σ_n Σ_j w_j e^{−nρ_j x}/n, and s > 0. Obligations: the integrand is that; h > 0, Re ρ_j > 0;
    s > m. `terms` holds the pairs (w_j, ρ_j), `index` is n.
    """

    terms: Terms
    index: sp.Symbol
    step: Any = sp.S.One
    order: int = 1
    logarithm: bool = False

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if not (self.index.is_integer and self.index.is_nonnegative):
            raise RuleError(f"the index must be declared: Symbol('{self.index}', integer=True, nonnegative=True)")
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, oo)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if (low, high) != (0, sp.oo):
            raise RuleError(f"looked for an integral from 0 to oo; found {plain(node)}")
        front, power = _power_in_front(f, x)
        s, n, h = power + 1, self.index, formula(self.step)
        inside = (*ranging((x, low, high)),)
        why = "the integrand is the sum of the series"
        rates = [formula(rate) for _, rate in self.terms]
        owed = [context.obligation(f, front * x**power * self._sum(x), why, *inside)]
        decays = dict.fromkeys(sp.re(rate) for rate in rates)
        owed += [context.obligation(0, rate, "the exponential decays", relation=LESS) for rate in decays]
        if self.logarithm:
            terms = -sp.Add(*(w * (rate * (n + 1)) ** (-s) for w, rate in self.terms)) / (n + 1)
        else:
            owed.append(context.obligation(0, h, "e^(−h x) is below 1", relation=LESS))
            count = sp.Mul(*(n + i for i in range(1, self.order))) / sp.factorial(self.order - 1)
            terms = count * sp.Add(*(w * (rate + h * n) ** (-s) for w, rate in self.terms))
        least = sp.S.Zero if self.logarithm else sp.Integer(self.order)
        owed.append(context.obligation(least, s, "the sum of the integrals converges absolutely", relation=LESS))
        yield Consequence(front * sp.gamma(s) * sp.Sum(terms, (n, 0, sp.oo)), needed(owed))

    def _sum(self, x: Any) -> Any:
        if self.logarithm:
            return sp.Add(*(w * sp.log(1 - sp.exp(-rate * x)) for w, rate in self.terms))
        return sp.Add(*(w * sp.exp(-rate * x) for w, rate in self.terms)) / (1 - sp.exp(-self.step * x)) ** self.order

    def describe(self, show: Show = plain) -> str:
        if self.logarithm:
            return "log(1 − q) = −Σ qⁿ/n term by term (absolutely convergent), each term by Euler's integral for Γ"
        q = show(sp.exp(-self.step * sp.Symbol("x")))
        return f"powers of q = {q} term by term (absolutely convergent), each term by Euler's integral for Γ"


def _power_in_front(f: Any, x: Any) -> tuple[Any, Any]:
    """(c, p) for the factors c x^p of the integrand."""
    front, moving = f.as_independent(x, as_Add=False)
    power = sp.S.Zero
    for factor in sp.Mul.make_args(moving):
        base, exponent = factor.as_base_exp()
        if base == x and x not in exponent.free_symbols:
            power += exponent
    return front, power


@dataclass(frozen=True)
class DirichletSeries(Rule):
    """Σ_{n≥0} P(n) (a + hn)^{−σ} = h^{−σ} Σ_i c_i ζ(σ − i, a/h) with P(n) = Σ_i c_i (n + a/h)^i: Hurwitz' zeta function
    by its definition ζ(σ, a) = Σ_{n≥0} (n + a)^{−σ}, σ > 1.

    Sums of such terms are taken apart; ζ(σ, 1) = ζ(σ), ζ(σ, ½) = (2^σ − 1) ζ(σ), and a rational a/h is brought into (0,
    1] by taking off first terms. Obligations: σ − deg P > 1, Re a > 0, h > 0.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Sum, context, self._act, "a sum over n ≥ 0")

    def _act(self, node: sp.Sum, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.kernels import hurwitz

        term, n, low, high = single(node)
        unclaimed(n, context)
        ranging((n, low, high), closed=True)
        if high is not sp.oo or not low.is_Integer:
            raise RuleError(f"looked for a sum from a whole number on; found {plain(node)}")
        total, owed = sp.S.Zero, []
        for addend in _addends(term.xreplace({n: n + low})):
            count, start, step, sigma = _parts(addend, n)
            a, y = sp.cancel(start / step), sp.Dummy("y")
            powers = sp.Poly(sp.expand(count.xreplace({n: y - a})), y)
            why = "the sum converges absolutely"
            owed.append(context.obligation(powers.degree() + 1, sigma, why, relation=LESS))
            for part in (sp.re(start), step):
                owed.append(context.obligation(0, part, f"{plain(part)} is positive", relation=LESS))
            total += step ** (-sigma) * sp.Add(*(c * hurwitz(sigma - i, a) for (i,), c in powers.terms()))
        yield Consequence(total, needed(owed))

    def describe(self, show: Show = plain) -> str:
        return "definition of the (Hurwitz) zeta function"


def _addends(term: Any) -> list[Any]:
    """The terms of a product of sums, with its denominators as they are."""
    if isinstance(term, sp.Add):
        return [one for arg in term.args for one in _addends(arg)]
    inner = next((f for f in sp.Mul.make_args(term) if isinstance(f, sp.Add)), None)
    if inner is None:
        return [term]
    rest = sp.Mul(*(f for f in sp.Mul.make_args(term) if f is not inner))
    return [one for arg in inner.args for one in _addends(arg * rest)]


def _parts(part: Any, n: sp.Symbol) -> tuple[Any, Any, Any, Any]:
    """(P, a, h, σ) with the term P(n) (a + hn)^{−σ}."""
    count, found = sp.S.One, []
    for factor in sp.Mul.make_args(part):
        base, exponent = factor.as_base_exp()
        if n not in factor.free_symbols or (exponent.is_Integer and exponent > 0 and base.is_polynomial(n)):
            count *= factor
        elif n not in exponent.free_symbols and base.is_polynomial(n) and sp.degree(base, n) == 1:
            found.append((sp.Poly(base, n), -exponent))
        else:
            raise RuleError(f"{plain(factor)} is no power of a linear function of {n}")
    if not found:
        raise RuleError(f"{plain(part)} has no power of a linear function of {n}")
    main, sigma = max(found, key=lambda item: len(item[1].free_symbols))
    step, start = main.all_coeffs()
    for other, more in found:
        if other is main:
            continue
        ratio = sp.cancel(other.as_expr() / main.as_expr())
        if n in ratio.free_symbols:
            raise RuleError(f"{plain(part)} has powers of different linear functions of {n}")
        count, sigma = count * ratio ** (-more), sigma + more
    return count, start, step, sigma
