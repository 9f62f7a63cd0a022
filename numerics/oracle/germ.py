"""Germs: what a function is like as t → ∞, as finitely many exact terms and a remainder bounded on a whole region.

g(t) = Σᵢ cᵢ Mᵢ(t) + ρ(t),  |ρ(t)| ≤ Σⱼ Rⱼ |Nⱼ(t)| for every t of the region; cᵢ exact, Mᵢ and Nⱼ scales.
Analytic functions of a decaying argument go by Taylor's theorem, the remainder by Cauchy's estimate on a disc where
the
function was seen to be analytic by one ball evaluation. A finite end p of an integral is the same thing with x = p ±
1/t.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.evaluate import Compiler
from numerics.oracle.letters import REMEMBERED, letters
from numerics.oracle.scale import LOW, ONE, UNIT, ZERO, NoGerm, Region, Scale

ARGUMENT = sp.Dummy("w")
LOG_T = Scale(q=ONE)
LOGLOG_T = Scale(r=ONE)


@dataclass(frozen=True)
class Germ:
    """Immutable; `calculus` carries region and order."""

    terms: dict[Scale, sp.Expr]
    rest: dict[Scale, arb]

    def leading(self, c: Calculus) -> tuple[Scale, sp.Expr]:
        """The one term that dominates all others and the remainder; NoGerm if there is none."""
        best: Scale | None = None
        for m in self.terms:
            if best is None or c.region.trend(m * best ** sp.Integer(-1)) > 0:
                best = m
        if best is None:
            raise NoGerm(self, "no exact leading term")
        for m in [*self.terms, *self.rest]:
            if m != best and c.region.trend(m * best ** sp.Integer(-1)) >= 0:
                raise NoGerm(m, "the leading term is not alone")
        if c.region.value(self.terms[best]).contains(0):
            raise NoGerm(self.terms[best], "a leading coefficient that may be zero")
        return best, self.terms[best]


@dataclass(frozen=True)
class Calculus:
    """Germs of expressions in the symbol t on a region, to `order` terms of every expansion."""

    t: sp.Symbol
    region: Region
    rules: Mapping[type, Callable[[Calculus, Any], Germ]]
    order: int = 4

    def __call__(self, e: sp.Expr) -> Germ:
        with flint.ctx.workprec(LOW):
            return self.of(e)

    def of(self, e: sp.Basic) -> Germ:
        if self.t not in letters(e):
            return self.make({UNIT: e})
        if e == self.t:
            return self.make({Scale(p=ONE): ONE})
        for cls in type(e).__mro__:
            if cls in self.rules:
                return self.rules[cls](self, e)
        raise NoGerm(e, "no rule for the behaviour of this function at the end of its range")

    def make(self, terms: dict[Scale, sp.Expr], rest: dict[Scale, arb] | None = None) -> Germ:
        """Zero terms dropped; more terms than the order keeps are moved to the remainder, weakest first."""
        rest = dict(rest or {})
        kept = {m: c for m, c in terms.items() if c != 0}
        limit = 2 * self.order + 2
        if len(kept) > limit:
            ranked = self._ranked(list(kept))
            for m in ranked[limit:]:
                bump(rest, m, self.region.value(kept.pop(m)).abs_upper())
        return Germ(kept, self._merged(rest))

    def _ranked(self, ms: list[Scale]) -> list[Scale]:
        ranked: list[Scale] = []
        for m in ms:
            place = 0
            while place < len(ranked) and self.region.trend(ranked[place] * m ** sp.Integer(-1)) >= 0:
                place += 1
            ranked.insert(place, m)
        return ranked

    def _merged(self, rest: dict[Scale, arb]) -> dict[Scale, arb]:
        """Each remainder scale that a stronger one dominates on the whole region is folded into it."""
        rest = {m: r for m, r in rest.items() if not r.is_zero()}
        if len(rest) < 2:
            return rest
        merged: dict[Scale, arb] = {}
        for m in self._ranked(list(rest)):
            for strong in merged:
                try:
                    ratio = self.region.supremum(m * strong ** sp.Integer(-1))
                except NoGerm:
                    continue
                merged[strong] += rest[m] * ratio
                break
            else:
                merged[m] = rest[m]
        return merged

    def add(self, *germs: Germ) -> Germ:
        terms: dict[Scale, sp.Expr] = {}
        rest: dict[Scale, arb] = {}
        for g in germs:
            for m, c in g.terms.items():
                terms[m] = _sum(terms.get(m, ZERO), c)
            for m, r in g.rest.items():
                bump(rest, m, r)
        return self.make(terms, rest)

    def mul(self, f: Germ, g: Germ) -> Germ:
        terms: dict[Scale, sp.Expr] = {}
        rest: dict[Scale, arb] = {}
        for m, c in f.terms.items():
            for n, d in g.terms.items():
                mn = m * n
                terms[mn] = _sum(terms.get(mn, ZERO), c * d)
        for a, b in ((f, g), (g, f)):
            for n, r in b.rest.items():
                for m, c in a.terms.items():
                    bump(rest, m * n, r * self.region.value(c).abs_upper())
        for m, r in f.rest.items():
            for n, s in g.rest.items():
                bump(rest, m * n, r * s)
        return self.make(terms, rest)

    def scaled(self, g: Germ, coefficient: sp.Expr, by: Scale = UNIT) -> Germ:
        size = self.region.value(coefficient).abs_upper()
        return self.make(
            {m * by: _product(c, coefficient) for m, c in g.terms.items()},
            {m * by: r * size for m, r in g.rest.items()},
        )

    def size(self, g: Germ) -> arb:
        """sup |g| over the region."""
        total = arb(0)
        for m, c in g.terms.items():
            total += self.region.value(c).abs_upper() * self.region.supremum(m)
        for m, r in g.rest.items():
            total += r * self.region.supremum(m)
        return total.abs_upper()

    def relative(self, g: Germ) -> tuple[sp.Expr, Scale, Germ]:
        """g = c·M·(1 + ε): c, M and the germ of ε."""
        m, c = g.leading(self)
        others = Germ({n: d for n, d in g.terms.items() if n != m}, g.rest)
        return c, m, self.scaled(others, 1 / c, m ** sp.Integer(-1))

    def split(self, g: Germ) -> tuple[sp.Expr, Germ]:
        """A bounded g = c₀ + ε with ε decaying."""
        constant = g.terms.get(UNIT, ZERO)
        others = Germ({n: d for n, d in g.terms.items() if n != UNIT}, g.rest)
        for m in [*others.terms, *others.rest]:
            if self.region.trend(m) >= 0:
                raise NoGerm(m, "does not settle to a constant")
        return constant, others

    def taylor(self, f: sp.Expr, c0: sp.Expr, eps: Germ) -> Germ:
        """f(c₀ + ε) for f an expression in ARGUMENT analytic on a disc about c₀ that holds all values of c₀ + ε.

        Taylor with Cauchy's estimate: |remainder after order n| ≤ sup|f| · (|ε|/ρ)ⁿ / (1 − |ε|/ρ) on |ε| < ρ.
        """
        if not eps.terms and not eps.rest:
            return self.make({UNIT: f.subs(ARGUMENT, c0)})
        reach = self.size(eps)
        centre = self.region.value(c0)
        bound_m, bound_r = self.bound_scale(eps)
        n = self.order
        fn = Compiler(self.region.fixed, frozenset({ARGUMENT}), bits=LOW)(f)
        best: arb | None = None
        for factor in (64, 16, 8, 4, 2.5, 1.6, 1.25):
            rho = reach * factor if not reach.is_zero() else arb(1)
            disc = centre + acb(arb(0, 1) * rho, arb(0, 1) * rho)
            top = fn({**self.region.fixed, ARGUMENT: disc}, True)
            if not top.is_finite():
                continue
            remainder = (top.abs_upper() * (bound_r / rho) ** n / (1 - reach / rho)).abs_upper()
            if remainder.is_finite() and (best is None or remainder < best):
                best = remainder
        if best is None:
            raise NoGerm(f, "not seen to be analytic on the values that it takes", "smaller neighbourhoods may do")
        result = self.make({UNIT: coefficient(f, c0, 0)}, {bound_m ** sp.Integer(n): best})
        power = self.make({UNIT: ONE})
        for k in range(1, n):
            power = self.mul(power, eps)
            ck = coefficient(f, c0, k)
            if ck != 0:
                result = self.add(result, self.scaled(power, ck))
        return result

    def bound_scale(self, eps: Germ) -> tuple[Scale, arb]:
        """(M, R) with |ε| ≤ R·|M| on the region, M the strongest scale in ε."""
        scales = [*eps.terms, *eps.rest]
        top = self._ranked(scales)[0]
        total = arb(0)
        for m, size in [(m, self.region.value(c).abs_upper()) for m, c in eps.terms.items()] + list(eps.rest.items()):
            total += size * self.region.supremum(m * top ** sp.Integer(-1))
        return top, total.abs_upper()

    def direction(self, c: sp.Expr, m: Scale, eps: Germ) -> None:
        """Raises unless the principal argument of c·M·(1 + ε) stays inside (−π, π) on the region and is the sum of
        the parts."""
        if eps.terms or eps.rest:
            reach = self.size(eps)
            if not reach < 1:
                raise NoGerm(m, "the leading term does not dominate yet")
        else:
            reach = arb(0)
        z = self.region.value(c)
        for _, a in m.exps:
            if not self.region.value(a).imag.is_zero():
                raise NoGerm(a, "the argument turns without end")
        if not self.region.value(m.p).imag.is_zero():
            raise NoGerm(m.p, "the argument turns without end")
        if self.region.sector and (m.q != 0 or m.r != 0):
            raise NoGerm(m, "a logarithm inside a root, in a sector")
        turn = abs(z.arg()) + abs(self.region.value(m.p).real) * self.region.angle + reach.asin()
        if not turn < arb.pi():
            raise NoGerm(c, "may cross the branch cut")


@lru_cache(maxsize=REMEMBERED, typed=True)
def _sum(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    s = a + b
    return s if s.is_Rational else sp.expand(s)


@lru_cache(maxsize=REMEMBERED, typed=True)
def _product(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    return a * b


def bump(rest: dict[Scale, arb], m: Scale, r: arb) -> None:
    rest[m] = (rest[m] + r) if m in rest else r


@lru_cache(maxsize=4096, typed=True)
def coefficient(f: sp.Expr, c0: sp.Expr, k: int) -> sp.Expr:
    """f^(k)(c₀)/k!, exact."""
    value = (f.diff(ARGUMENT, k) if k else f).subs(ARGUMENT, c0) / sp.factorial(k)
    if value.has(sp.nan, sp.zoo, sp.oo, sp.Derivative, sp.Subs):
        raise NoGerm(f, f"no Taylor coefficient at {c0}")
    return value


def moduli(c: Calculus, g: Germ) -> dict[Scale, arb]:
    """All terms of a germ as sizes: |g| ≤ Σ size·|scale|."""
    out = dict(g.rest)
    for m, a in g.terms.items():
        bump(out, m, c.region.value(a).abs_upper())
    return out
