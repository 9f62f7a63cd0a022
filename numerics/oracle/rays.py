"""Oscillating tails on a rotated ray: ∫_X^∞ A(x) e^{φ(x)} dx moved to where |e^φ| decays.

Degree 1, φ = αx + β, Im α = b ≠ 0, Re α ≤ 0: the ray X ± is. If A is analytic on Re z ≥ X with A → 0 uniformly (or
Re α < 0),
then over the rectangle with corners X, R, R ± iS the far sides vanish: |∫| ≤ sup|A(R + i·)|/|b| → 0 (Jordan's lemma).
Where A is analytic only for |arg z| ≤ π/4, the ray X + s e^{±iπ/4} and the arc, by the same lemma; |e^φ| ≤
|e^{φ(X)}| e^{−|b|s/√2}.
Degree 2, φ = iax² + αx + β: the ray X + s e^{±iπ/4} with 2aX + Im α ≥ 0: on the arc |e^φ| ≤ e^{−|a|R² sin 2θ}, whose
integral is at most
π/(4|a|R), so A may grow like |z|^p, p < 1. The sector germ of A proves analyticity and supplies every bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.behaviour import germ_at
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler
from numerics.oracle.germ import Calculus, Germ
from numerics.oracle.letters import coefficient_of, polynomial
from numerics.oracle.quadrature import around, compiled, segment_integral
from numerics.oracle.scale import NoGerm, Region, Scale

SECTOR_STARTS = (2, 4, 16, 64, 512)


@dataclass(frozen=True)
class Wave:
    """A(x)·e^{φ(x)} with the germ of A on the right half-plane beyond `radius`."""

    amplitude: sp.Expr
    phase: sp.Expr
    alpha: sp.Expr
    quadratic: sp.Expr
    up: bool
    germ: Germ
    calculus: Calculus

    @property
    def diagonal(self) -> bool:
        """Whether the ray leaves at π/4 instead of π/2."""
        return self.quadratic != 0 or self.calculus.region.turn < sp.Rational(1, 2)

    @property
    def least_start(self) -> float:
        """From where on the ray may leave the real axis."""
        start = float(self.calculus.region.start.mid())
        if self.quadratic != 0:
            region = self.calculus.region
            a, b = region.value(self.quadratic).imag, region.value(self.alpha).imag
            turning = (-b / (2 * a)).abs_upper() if not -b / (2 * a) <= 0 else arb(0)
            start = max(start, float(turning.mid()) * 1.01 + 0.01)
        return start


def oscillates(phase: sp.Expr, x: sp.Symbol, region: Region) -> bool:
    """Whether the leading coefficient of the phase is (nearly) imaginary, so that cutting is worse than turning."""
    if phase == 0:
        return False
    p = polynomial(phase, x)
    lead = region.value(p.LC())
    if p.degree() > 1 and not lead.real.is_zero():
        return False
    return bool(not lead.imag.contains(0) and abs(lead.real) <= 2 * abs(lead.imag))


def wave(amplitude: sp.Expr, phase: sp.Expr, x: sp.Symbol, c: Compiler, regularised: bool = False) -> Wave:
    """Checks the conditions of the turn; NoGerm if one fails, final where the integral does not converge."""
    p = polynomial(phase, x)
    if p.degree() > 2:
        raise NoGerm(phase, "a phase of degree above 2")
    alpha, quadratic = coefficient_of(phase, x, 1), coefficient_of(phase, x, 2)
    germ, calculus = _sector_germ(amplitude, x, c)
    region = calculus.region
    if any(m.exps for m in [*germ.terms, *germ.rest]):
        raise NoGerm(amplitude, "an exponential amplitude has no one size in a sector")
    lead = quadratic if quadratic != 0 else alpha
    b = region.value(lead).imag
    if b.contains(0):
        raise NoGerm(phase, "the direction of turning is not decided")
    if quadratic != 0 and sp.re(quadratic) != 0:
        raise NoGerm(phase, "a damped quadratic phase")
    damping = region.sign(sp.re(sp.expand(alpha)))
    if damping is None or damping > 0:
        raise NoGerm(alpha, "this wave grows")
    if not regularised and damping == 0:
        for m in [*germ.terms, *germ.rest]:
            if quadratic == 0 and region.trend(m) >= 0:
                proven = m in germ.terms
                raise NotEnclosed(
                    amplitude * sp.exp(phase),
                    "the integral does not converge: the oscillation does not die down",
                    remedy="give a regulator, as in Limit(Integral(exp(-eps*x)*...), eps, 0, '+')",
                    final=proven,
                )
            if quadratic != 0 and not region.value(m.p).real < 1:
                raise NoGerm(amplitude, "the amplitude grows too fast for a Fresnel turn")
    return Wave(amplitude, phase, alpha, quadratic, bool(b > 0), germ, calculus)


def _sector_germ(amplitude: sp.Expr, x: sp.Symbol, c: Compiler) -> tuple[Germ, Calculus]:
    """On the half-plane, or on the sector of ±π/4 where a root's cut is in the way."""
    try:
        return germ_at(amplitude, x, c.fixed, turn=sp.Rational(1, 2), starts=SECTOR_STARTS)
    except NotEnclosed:
        return germ_at(amplitude, x, c.fixed, turn=sp.Rational(1, 4), starts=SECTOR_STARTS)


def ray_integral(w: Wave, x: sp.Symbol, start: sp.Expr, c: Compiler) -> acb:
    """∫_start^∞ of the wave along its ray, with the proven bound of what is beyond the cut."""
    bits = flint.ctx.prec
    region = w.calculus.region
    real = Region(arb(max(3, int(float(start)) + 1, int(float(region.start.mid())) + 1)), region.fixed)
    rate = _decay(w, region)
    with flint.ctx.workprec(96):
        front = _value(c, start, w, x)
        length, bound = _cut(w, real, rate, front, bits + 4)
    omega = acb(1, 1 if w.up else -1) / acb(2).sqrt() if w.diagonal else acb(0, 1 if w.up else -1)
    f = compiled(c, w.amplitude * sp.exp(w.phase), x)
    origin = c.value(start)

    def along(s: acb, analytic: bool) -> acb:
        return f(origin + omega * s, analytic) * omega

    value = segment_integral(along, acb(0), acb(length), c.budget, w.amplitude * sp.exp(w.phase))
    return value + around(bound)


def _decay(w: Wave, region: Region) -> tuple[int, arb]:
    """(k, rate) with |e^φ| ≤ |e^{φ(X)}| e^{−rate·s^k} on the ray."""
    if w.quadratic != 0:
        return 2, region.value(w.quadratic).imag.abs_lower()
    rate = region.value(w.alpha).imag.abs_lower()
    return 1, rate / arb(2).sqrt() if w.diagonal else rate


def _value(c: Compiler, start: sp.Expr, w: Wave, x: sp.Symbol) -> arb:
    z = Compiler({**c.fixed, x: c.value(start)}, bits=96).value(w.phase)
    return z.real.exp().abs_upper()


def _cut(w: Wave, real: Region, rate: tuple[int, arb], front: arb, bits: int) -> tuple[arb, arb]:
    """|z| lies between s and 2s on the ray once s ≥ X: scales of |z| become scales of s, times the decay."""
    k, lam = rate
    mantissa, exponent = lam.lower().man_exp()
    exact = sp.Rational(int(mantissa)) * sp.Rational(2) ** int(exponent)
    sizes = [(m, real.value(a).abs_upper()) for m, a in w.germ.terms.items()] + list(w.germ.rest.items())
    goal = arb(2) ** (-bits)
    decaying = [(m, size, Scale(((sp.Integer(k), -exact),), sp.re(m.p), m.q)) for m, size in sizes]

    def beyond(s: arb) -> arb | None:
        """The bound of what lies beyond s, where that is small enough."""
        try:
            total = arb(0)
            for m, size, falling in decaying:
                total += size * _widened(real, m, s) * real.tail(falling, s)
        except NoGerm:
            return None
        total = (total * front).abs_upper()
        return total if total.is_finite() and total <= goal else None

    low = s = arb(real.start)
    for _ in range(120):
        bound = beyond(s)
        if bound is not None:
            break
        low, s = s, (s * arb("1.5")).mid() + arb("0.25")
    else:
        raise NoGerm(w.phase, "the decay on the ray is too slow")
    for _ in range(3):
        middle = ((low + s) / 2).mid()
        nearer = beyond(middle)
        if nearer is None:
            low = middle
        else:
            s, bound = middle, nearer
    return s, bound


def _widened(real: Region, m: Scale, s: arb) -> arb:
    """The factor from |z| ≤ 2s and |log z| ≤ log 2s + π/2."""
    factor = arb(1)
    p, q = real.value(m.p), real.value(m.q).real
    if not p.real <= 0:
        factor *= arb(2) ** p.real
    factor *= (abs(p.imag) * arb.pi() / 2).exp()
    if not q <= 0:
        factor *= (1 + (arb(2).log() + arb.pi() / 2) / s.log()) ** q
    return factor
