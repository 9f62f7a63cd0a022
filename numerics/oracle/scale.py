"""The scale of growth exp(Σ aₖ t^k) · t^p · (log t)^q · (log log t)^r as t → ∞, with bounds valid from a given t on.

Everything rests on the logarithmic slope h(t) = t·(log|M(t)|)' = Σ k Re(aₖ) t^k + Re p + q/log t + r/(log t · log
log t):
if h ≤ H for all t ≥ T then |M(t)| ≤ |M(T)| (t/T)^H there, so that sup |M| = |M(T)| for H ≤ 0 and
∫_T^∞ |M| dt ≤ |M(T)| T/(−1 − H) for H < −1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler

LOW = 96
ZERO, ONE = sp.S.Zero, sp.S.One


class NoGerm(NotEnclosed):
    """The behaviour at this point is not within the calculus."""


@dataclass(frozen=True)
class Scale:
    """One monomial; `exps` are pairs (k, a) for exp(a t^k), k > 0 decreasing."""

    exps: tuple[tuple[sp.Expr, sp.Expr], ...] = ()
    p: sp.Expr = ZERO
    q: sp.Expr = ZERO
    r: sp.Expr = ZERO

    def __mul__(self, other: Scale) -> Scale:
        merged: dict[sp.Expr, sp.Expr] = dict(self.exps)
        for k, a in other.exps:
            merged[k] = _tidy(merged.get(k, ZERO) + a)
        exps = tuple(sorted(((k, a) for k, a in merged.items() if a != 0), key=lambda ka: -float(ka[0])))
        return Scale(exps, _tidy(self.p + other.p), _tidy(self.q + other.q), _tidy(self.r + other.r))

    def __pow__(self, n: sp.Expr) -> Scale:
        n = sp.sympify(n)
        if n == 0:
            return UNIT
        exps = tuple((k, _tidy(a * n)) for k, a in self.exps)
        return Scale(exps, _tidy(self.p * n), _tidy(self.q * n), _tidy(self.r * n))


UNIT = Scale()


def _tidy(e: sp.Expr) -> sp.Expr:
    return e if e.is_Rational else sp.expand(e)


@dataclass(frozen=True)
class Region:
    """{z : |z| ≥ start, |arg z| ≤ turn·π}, the real ray for turn = 0; `fixed` gives the parameters' balls."""

    start: arb
    fixed: Mapping[sp.Symbol, acb]
    turn: sp.Rational = ZERO
    memo: dict[object, acb] = field(default_factory=dict, compare=False, repr=False)

    def value(self, e: sp.Expr) -> acb:
        """The ball of a coefficient."""
        if e not in self.memo:
            with flint.ctx.workprec(LOW):
                self.memo[e] = Compiler(self.fixed, bits=LOW).value(e)
        return self.memo[e]

    def sign(self, e: sp.Expr) -> int | None:
        """The sign of the real part: −1, 0 (exactly) or 1; None where the ball does not tell."""
        if e.is_Rational:
            return int(bool(e > 0)) - int(bool(e < 0))
        x = self.value(e).real
        if x > 0:
            return 1
        if x < 0:
            return -1
        if x.is_zero() or sp.re(e) == 0:
            return 0
        return None

    @property
    def sector(self) -> bool:
        return self.turn != 0

    @cached_property
    def angle(self) -> arb:
        return arb.pi() * int(self.turn.p) / int(self.turn.q)

    @cached_property
    def log_start(self) -> arb:
        return self.start.log()

    def trend(self, m: Scale) -> int:
        """−1: |m| → 0, 0: |m| constant, 1: |m| → ∞."""
        if self.sector and m.exps:
            raise NoGerm(m, "an exponential has no one size in a sector")
        for e in [a for _, a in m.exps] + [m.p, m.q, m.r]:
            s = self.sign(e)
            if s is None:
                raise NoGerm(e, "the sign of this coefficient is not decided")
            if s:
                return s
        return 0

    def modulus(self, m: Scale, t: arb | None = None) -> arb:
        """An upper bound of |m| on |z| = t (default: start) within the region."""
        t = self.start if t is None else t
        log_t = t.log()
        total = arb(0)
        for k, a in m.exps:
            if self.sector:
                raise NoGerm(a, "an exponential has no one size in a sector")
            total += self.value(a).real * t ** self.value(k).real
        p = self.value(m.p)
        total += p.real * log_t + abs(p.imag) * self.angle
        bound = total.exp()
        if m.q != 0:
            q = self.value(m.q).real
            wide = (log_t**2 + self.angle**2).sqrt() if self.sector and q > 0 else log_t
            bound *= (q * wide.log()).exp()
        if m.r != 0:
            r = self.value(m.r).real
            if self.sector:
                raise NoGerm(m.r, "an iterated logarithm in a sector")
            bound *= (r * log_t.log().log()).exp()
        return bound.abs_upper()

    def slope(self, m: Scale, start: arb | None = None) -> arb:
        """An upper bound H of h(t) over t ≥ start: exponentials by their leading one, positive lesser ones at
        start."""
        t = self.start if start is None else start
        log_t = t.log()
        rates = [(self.value(k).real, self.value(k).real * self.value(a).real) for k, a in m.exps]
        rates = [(k, c) for k, c in rates if not c.is_zero()]
        constant = self.value(m.p).real
        q, r = self.value(m.q).real, self.value(m.r).real
        if not q <= 0:
            constant += q.abs_upper() / log_t
        if not r <= 0:
            constant += r.abs_upper() / (log_t * log_t.log())
        if not rates:
            return constant
        k0, c0 = rates[0]
        if not c0 < 0:
            raise NoGerm(m, "this scale grows")
        rest = arb(0)
        for k, c in rates[1:]:
            if not c <= 0:
                rest += c.abs_upper() * t ** (k - k0)
        if not constant <= 0:
            rest += constant.abs_upper() * t ** (-k0)
            constant = arb(0)
        lead = c0 + rest
        if not lead <= 0:
            raise NoGerm(m, "the decay has not set in yet")
        return lead * t**k0 + constant

    def supremum(self, m: Scale, start: arb | None = None) -> arb:
        """sup |m| over the region from `start` on; NoGerm unless it is attained at the start."""
        if m == UNIT:
            return arb(1)
        if not self.slope(m, start) <= 0:
            raise NoGerm(m, "not decreasing from the start of the region on")
        return self.modulus(m, start)

    def tail(self, m: Scale, start: arb) -> arb:
        """∫_start^∞ |m(t)| dt, bounded."""
        h = self.slope(m, start)
        if not h < -1:
            raise NoGerm(m, "this scale is not integrable at infinity")
        return (self.modulus(m, start) * start / (-1 - h)).abs_upper()
