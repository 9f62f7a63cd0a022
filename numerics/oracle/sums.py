"""Sums and products: finite ones term by term, infinite ones with a proven remainder.

Exponential decay: cut at N, Σ_{n≥N} M(n) ≤ M(N) + ∫_N^∞ M for decreasing scales M.
Algebraic decay, terms analytic on Re z ≥ c = N − ½ (seen by the sector germ), by residues of π cot πz (Abel–Plana at
half-integers):
  Σ_{n≥N} f(n) = ∫_c^∞ f dx − i ∫₀^∞ [f(c+iy) − f(c−iy)]/(e^{2πy} + 1) dy                   for f = O(|z|^{−1−δ});
  Σ_{n≥N} g(n)e^{iθn} = i∫₀^∞ F(c+iy)/(1+e^{−2πy}) dy + i∫₀^∞ F(c−iy)/(1+e^{2πy}) dy, F = g e^{iθz}, 0 < θ < 2π, g → 0.
"""

from __future__ import annotations

from collections.abc import Callable

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.agreed import agreed_sum
from numerics.oracle.behaviour import germ_at
from numerics.oracle.budget import TimeIsUp
from numerics.oracle.cuts import NAN
from numerics.oracle.divergence import diverges, shown
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler, Env, Fn
from numerics.oracle.germ import Calculus, Germ
from numerics.oracle.integrals import half_line
from numerics.oracle.journal import note
from numerics.oracle.primitives import collapsed
from numerics.oracle.quadrature import around, compiled, segment_integral
from numerics.oracle.scale import NoGerm, Region
from numerics.oracle.waves import waves

MOST_TERMS = 200_000


def sum_node(c: Compiler, e: sp.Sum) -> Fn:
    return _folded(c, e, _sum, lambda a, b: a + b, acb(0))


def product_node(c: Compiler, e: sp.Product) -> Fn:
    return _folded(c, e, _product, lambda a, b: a * b, acb(1))


Whole = Callable[[Compiler, sp.Expr, sp.Symbol, sp.Expr, sp.Expr], acb]


def _folded(c: Compiler, e: sp.Sum, whole: Whole, fold: Callable[[acb, acb], acb], empty: acb) -> Fn:
    *inner, (n, lo, hi) = e.limits
    f = e.func(e.function, *inner) if inner else e.function
    if not c.moves(e):
        value = whole(c, f, n, lo, hi)
        return lambda env, analytic: value
    if lo.is_Integer and hi.is_Integer and hi - lo < 2000:
        terms = [c(f.subs(n, k)) for k in range(int(lo), int(hi) + 1)]

        def finite(env: Env, analytic: bool) -> acb:
            total = empty
            for t in terms:
                total = fold(total, t(env, analytic))
            return total

        return finite

    def frozen(env: Env, analytic: bool) -> acb:
        fixed = {**c.fixed, **{s: z for s, z in env.items() if s in c.moving}}
        try:
            return whole(Compiler(fixed, frozenset(), c.budget, c.bits), f, n, lo, hi)
        except TimeIsUp:
            raise
        except NotEnclosed:
            return NAN

    return frozen


def _whole_number(c: Compiler, e: sp.Expr) -> int | None:
    if e.is_Integer:
        return int(e)
    if e.is_infinite:
        return None
    z = c.value(e)
    k = z.unique_fmpz()
    if k is None or not e.is_integer:
        raise NotEnclosed(e, "this limit of summation is not an integer")
    return int(k)


def _sum(c: Compiler, f: sp.Expr, n: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> acb:
    a, b = _whole_number(c, lo), _whole_number(c, hi)
    m = sp.Dummy(n.name, integer=True, positive=True if a is not None and a > 0 else None)
    f = f.subs(n, m)
    if a is None and b is None:
        return _sum(c, f, m, sp.S.Zero, sp.oo) + _sum(c, f.subs(m, -m), m, sp.S.One, sp.oo)
    if f.has(sp.Integral, sp.Sum):
        f = collapsed(f)
    if a is None:
        return _sum(c, f.subs(m, -m), m, -hi, sp.oo)
    if b is not None:
        if b < a:
            return _empty(a, b, acb(0))
        return _terms(c, f, m, a, b)
    try:
        return _infinite(c, f, m, a)
    except TimeIsUp:
        raise
    except NotEnclosed as why:
        if why.final:
            raise
        return agreed_sum(c, f, m, a, why)


def _empty(a: int, b: int, neutral: acb) -> acb:
    if b == a - 1:
        return neutral
    raise NotEnclosed((a, b), "limits of summation in reversed order")


def _terms(c: Compiler, f: sp.Expr, n: sp.Symbol, a: int, b: int) -> acb:
    if b - a > MOST_TERMS:
        raise NotEnclosed(f, f"{b - a} terms are too many one by one")
    term = compiled(c, f, n)
    total = acb(0)
    for k in range(a, b + 1):
        if k % 256 == 0:
            c.budget.check(f, "summing")
        total += term(acb(k), False)
    if not total.is_finite():
        raise NotEnclosed(f, f"a term between {a} and {b} is undefined")
    return total


def _infinite(c: Compiler, f: sp.Expr, n: sp.Symbol, a: int) -> acb:
    t = sp.Dummy("t", positive=True)
    g = f.subs(n, t)
    g = g.replace(
        lambda e: isinstance(e, sp.Pow) and e.base == -1 and e.exp.has(t), lambda e: sp.exp(sp.I * sp.pi * e.exp)
    )
    for method in (_direct, _by_ratio):
        fast = method(c, g, f, n, t, a)
        if fast is not None:
            return fast
    groups: dict[sp.Expr, sp.Expr] = {}
    region = Region(arb(4), c.fixed)
    for phase, amplitude in waves(g, t).items():
        theta, rest = _angle(phase, t, region)
        groups[theta] = groups.get(theta, sp.S.Zero) + amplitude * rest
    total = acb(0)
    for theta, amplitude in groups.items():
        total += _flat(c, amplitude, n, t, a) if theta == 0 else _turning(c, amplitude, theta, n, t, a)
    return acb(total.real) if f.is_extended_real and total.imag.contains(0) else total


def _direct(c: Compiler, g: sp.Expr, f: sp.Expr, n: sp.Symbol, t: sp.Symbol, a: int) -> acb | None:
    """The sum cut under exponential decay, or None if the decay is slower."""
    try:
        germ, calculus = germ_at(g, t, c.fixed)
    except NotEnclosed:
        return None
    region = calculus.region
    if any(not m.exps or region.sign(m.exps[0][1]) != -1 for m in [*germ.terms, *germ.rest]):
        return None
    goal = arb(2) ** (-flint.ctx.prec - 4)
    stop = max(a + 1, int(float(region.start.mid())) + 1)
    while stop - a < MOST_TERMS:
        try:
            bound = _remainder(germ, calculus, arb(stop))
            if bound <= goal:
                note("sum cut under exponential decay with proven remainder")
                return _terms(c, f, n, a, stop - 1) + around(bound)
        except NoGerm:
            pass
        stop += 4 + (stop - a) // 4
    return None


def _by_ratio(c: Compiler, g: sp.Expr, f: sp.Expr, n: sp.Symbol, t: sp.Symbol, a: int) -> acb | None:
    """Terms with factorials: |f(k+1)/f(k)| ≤ ρ < 1 for k ≥ N, by the germ of the simplified ratio; remainder
    |f(N)|/(1 − ρ)."""
    if not f.has(sp.factorial, sp.gamma, sp.binomial, sp.RisingFactorial, sp.factorial2):
        return None
    ratio = sp.combsimp(f.subs(n, n + 1) / f).subs(n, t)
    if ratio.has(sp.factorial, sp.gamma, sp.binomial, sp.RisingFactorial, sp.factorial2):
        return None
    try:
        germ, calculus = germ_at(ratio, t, c.fixed)
        goal = arb(2) ** (-flint.ctx.prec - 4)
        term = compiled(c, f, n)
        stop = max(a, int(float(calculus.region.start.mid()))) + 1
        while stop - a < MOST_TERMS:
            rho = _bounded(germ, calculus, arb(stop))
            if rho < 1:
                bound = (term(acb(stop), False).abs_upper() / (1 - rho)).abs_upper()
                if bound <= goal:
                    note("sum cut by the ratio test with proven remainder")
                    return _terms(c, f, n, a, stop - 1) + around(bound)
            stop += 4 + (stop - a) // 8
    except NoGerm:
        return None
    return None


def _remainder(germ: Germ, calculus: Calculus, start: arb) -> arb:
    region = calculus.region
    total = arb(0)
    for m, size in [(m, region.value(v).abs_upper()) for m, v in germ.terms.items()] + list(germ.rest.items()):
        total += size * (region.supremum(m, start) + region.tail(m, start))
    return total.abs_upper()


def _angle(phase: sp.Expr, t: sp.Symbol, region: Region) -> tuple[sp.Expr, sp.Expr]:
    """phase = iθt + β with θ brought into [0, 2π) for integer t: (θ, e^β)."""
    if phase == 0:
        return sp.S.Zero, sp.S.One
    p = sp.Poly(phase, t)
    if p.degree() != 1:
        raise NoGerm(phase, "a quadratic phase in a sum")
    theta = sp.expand(-sp.I * p.coeff_monomial(t))
    value = region.value(theta)
    if not value.imag.is_zero():
        raise NoGerm(phase, "a damped phase in a slowly converging sum")
    turns = (value.real / (2 * arb.pi())).floor().unique_fmpz()
    if turns is None and sp.simplify(theta / (2 * sp.pi)).is_Integer:
        turns = sp.simplify(theta / (2 * sp.pi))
    if turns is None:
        raise NoGerm(phase, "the angle is too near a multiple of 2π")
    return sp.expand(theta - 2 * sp.pi * int(turns)), sp.exp(p.coeff_monomial(1))


def _start(c: Compiler, g: sp.Expr, t: sp.Symbol, a: int) -> tuple[Germ, Calculus, int]:
    germ, calculus = germ_at(g, t, c.fixed, turn=sp.Rational(1, 2), starts=(2, 4, 16, 64, 512))
    least = int(float(calculus.region.start.mid())) + 1
    return germ, calculus, max(a, least, flint.ctx.prec // 16)


def _bounded(germ: Germ, calculus: Calculus, at: arb) -> arb:
    """sup |g| on the half-plane beyond |z| = at."""
    region = calculus.region
    total = arb(0)
    for m, size in [(m, region.value(v).abs_upper()) for m, v in germ.terms.items()] + list(germ.rest.items()):
        total += size * region.supremum(m, at)
    return total.abs_upper()


def _flat(c: Compiler, g: sp.Expr, n: sp.Symbol, t: sp.Symbol, a: int) -> acb:
    """Σ_{k≥a} g(k), g not oscillating."""
    germ, calculus, first = _start(c, g, t, a)
    region = calculus.region
    slow = [m for m in [*germ.terms, *germ.rest] if region.sign(m.p + 1) != -1]
    if slow:
        leading, _ = germ.leading(calculus)
        if diverges(leading, region):
            what = sp.Sum(g, (t, a, sp.oo))
            raise NotEnclosed(what, f"the series diverges: its terms are like {shown(leading)}", final=True)
        raise NoGerm(g, "the terms decay too slowly for the half-plane method")
    middle = sp.Integer(first) - sp.Rational(1, 2)
    head = _terms(c, g.subs(t, n), n, a, first - 1) if first > a else acb(0)
    line = half_line(c, g, t, middle)
    sup = _bounded(germ, calculus, arb(first) - arb("0.5"))
    value = _crosswise(c, g, t, middle, sup, lambda y: 1 / ((2 * acb.pi() * y).exp() + 1))
    note("slowly converging sum by Abel–Plana at half-integers, terms analytic in a half-plane")
    return head + line + value


def _crosswise(c: Compiler, g: sp.Expr, t: sp.Symbol, middle: sp.Expr, sup: arb, weight: Callable[[acb], acb]) -> acb:
    """−i ∫₀^∞ [g(c+iy) − g(c−iy)] w(y) dy with |w| ≤ e^{−2πy}: cut with the remainder sup|g| e^{−2πY}/π."""
    bits = flint.ctx.prec
    f = compiled(c, g, t)
    centre = c.value(middle)
    far = (arb(bits + 8) * arb(2).log() / (2 * arb.pi())).mid()
    bound = (sup * (-2 * arb.pi() * far).exp() / arb.pi()).abs_upper()
    i = acb(0, 1)

    def across(y: acb, analytic: bool) -> acb:
        return (f(centre + i * y, analytic) - f(centre - i * y, analytic)) * weight(y)

    return -i * segment_integral(across, acb(0), acb(far), c.budget, g) + around(bound)


def _turning(c: Compiler, g: sp.Expr, theta: sp.Expr, n: sp.Symbol, t: sp.Symbol, a: int) -> acb:
    """Σ_{k≥a} g(k) e^{iθk}, 0 < θ < 2π."""
    germ, calculus, first = _start(c, g, t, a)
    for m in [*germ.terms, *germ.rest]:
        if calculus.region.trend(m) >= 0:
            raise NotEnclosed(
                sp.Sum(g * sp.exp(sp.I * theta * t), (t, a, sp.oo)), "the terms do not tend to 0", final=m in germ.terms
            )
    bits = flint.ctx.prec
    whole = g * sp.exp(sp.I * theta * t)
    head = _terms(c, whole.subs(t, n), n, a, first - 1) if first > a else acb(0)
    f, angle = compiled(c, g, t), c.value(theta)
    centre = acb(first) - acb("0.5")
    sup = _bounded(germ, calculus, arb(first) - arb("0.5"))
    i, two_pi = acb(0, 1), 2 * acb.pi()
    slow = min(angle.real.abs_lower(), (two_pi.real - angle.real).abs_lower(), key=lambda r: float(r.mid()))
    far = ((arb(bits + 8) * arb(2).log() + 4) / slow).abs_upper().mid()
    bound = (2 * sup * (-slow * far).exp() / slow).abs_upper()
    front = (i * angle * centre).exp()

    def both(y: acb, analytic: bool) -> acb:
        up = f(centre + i * y, analytic) * (-angle * y).exp() / (1 + (-two_pi * y).exp())
        down = f(centre - i * y, analytic) * ((angle - two_pi) * y).exp() / (1 + (-two_pi * y).exp())
        return up + down

    note("oscillating sum by residues, terms analytic in a half-plane")
    value = segment_integral(both, acb(0), acb(far), c.budget, whole)
    return head + i * front * (value + around(bound))


def _product(c: Compiler, f: sp.Expr, n: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> acb:
    a, b = _whole_number(c, lo), _whole_number(c, hi)
    if a is None:
        raise NotEnclosed(f, "a product from −oo")
    m = sp.Dummy(n.name, integer=True, positive=True if a > 0 else None)
    f = f.subs(n, m)
    if b is not None and b < a:
        return _empty(a, b, acb(1))
    last = b if b is not None else a + 63
    if last - a > MOST_TERMS:
        raise NotEnclosed(f, "too many factors one by one")
    factor = compiled(c, f, m)
    value = acb(1)
    for k in range(a, last + 1):
        value *= factor(acb(k), False)
    if b is not None:
        if not value.is_finite():
            raise NotEnclosed(f, f"a factor between {a} and {b} is undefined")
        return value
    rest = _sum(c, sp.log(f), m, sp.Integer(last + 1), sp.oo)
    note("infinite product by the exponential of the sum of logarithms")
    return value * rest.exp()
