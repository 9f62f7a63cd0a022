"""Integral nodes: cut into pieces, and for each piece the method of its class; every neglected tail is bounded.

Finite pieces whose integrand is analytic up to the ends go to quadrature at once; a singular end p is carried to
infinity by
x = p ± e^{−u}; exponential decay is cut; algebraic decay goes by x = e^u; oscillation is turned into the complex
plane.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.behaviour import germ_at
from numerics.oracle.breakpoints import breakpoints
from numerics.oracle.budget import TimeIsUp
from numerics.oracle.changes import changed
from numerics.oracle.cuts import NAN
from numerics.oracle.discs import near_zero
from numerics.oracle.divergence import refuse_divergent, vanishing
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler, Env, Fn
from numerics.oracle.folds import folded
from numerics.oracle.journal import note, tentative
from numerics.oracle.letters import REMEMBERED, conjugate_to_itself, fresh, letters, replaced
from numerics.oracle.primitives import collapsed
from numerics.oracle.quadrature import Unconverged, around, compiled, cut_for, mapped, segment_integral, tail_bound
from numerics.oracle.rays import Wave, oscillates, ray_integral, wave
from numerics.oracle.regularize import shaped
from numerics.oracle.scale import NoGerm, Region
from numerics.oracle.stairs import STAIRS, stepwise
from numerics.oracle.waves import waves

ITERATED_SECONDS = 3.0


def integral_node(c: Compiler, e: sp.Integral) -> Fn:
    """An Integral as a ball function of whatever moves outside it."""
    if not c.moves(e):
        value = integral(c, e)
        return lambda env, analytic: value
    return _moving(c, e)


@lru_cache(maxsize=REMEMBERED, typed=True)
def single(e: sp.Integral) -> tuple[sp.Expr, sp.Symbol, sp.Expr, sp.Expr]:
    """The outermost integration, the others left inside the integrand; the variable made real."""
    *inner, last = e.limits
    if len(last) != 3:
        raise NotEnclosed(e, "an indefinite integral has no value", remedy="give both limits", final=True)
    x, lo, hi = last.args
    f = separated(sp.Integral(e.function, *inner)) if inner else e.function
    positive = True if lo.is_extended_nonnegative and hi.is_extended_nonnegative else None
    y = fresh(e, "variable", x.name, positive)
    return f.subs(x, y), y, lo, hi  # pyright: ignore[reportReturnType]


def separated(e: sp.Integral) -> sp.Expr:
    """∫ g(t) h(x) dx = g(t) ∫ h(x) dx, where the integrand is such a product by inspection."""
    if len(e.limits) != 1:
        return e
    x = e.limits[0][0]
    outside, inside = sp.expand(e.function, deep=False, power_exp=True).as_independent(x, as_Add=False)
    if outside == 1 or isinstance(inside, sp.Add):
        return e
    return outside * sp.Integral(sp.powsimp(inside), e.limits[0])


def integral(c: Compiler, e: sp.Integral) -> acb:
    """The value of an integral whose parameters stand still."""
    from numerics.oracle.agreed import agreed_integral

    f, x, lo, hi = single(e)
    forms = [f]
    if f.has(sp.Integral, sp.Sum):
        forms = list(dict.fromkeys((collapsed(f), f)))
    refusal: NotEnclosed | None = None
    stairs = stepwise(f, x, lo, hi) if f.has(*STAIRS) and not c.moving else None
    if stairs is not None:
        note("cut where the integrand steps")
        return sum((integral(c, sp.Integral(g, (x, low, high))) for g, low, high in stairs), acb(0))
    fold = None if c.moving else folded(f, x, lo, hi)
    if fold is not None:
        return _in_one_period(c, f, x, fold)
    tried = [*changed(c, f, x, lo, hi), *((g, x, lo, hi) for g in forms)]
    for g, y, low, high in tried:
        try:
            with tentative():
                value = definite(_hurried(c, g, y, low, high), g, y, low, high)
        except NotEnclosed as why:
            if why.final or c.budget.spent:
                raise
            refusal = refusal or why
            continue
        if y != x:
            note("an inner function as the new variable")
        elif g != f:
            note("inner integral or sum in closed form")
        return acb(value.real) if value.imag.contains(0) and _is_real(c, g, lo, hi) else value
    assert refusal is not None
    g, y, low, high = tried[0] if tried[0][1] != x else (forms[0], x, lo, hi)
    value = agreed_integral(c, g, y, low, high, refusal)
    return acb(value.real) if value.imag.contains(0) and _is_real(c, f, lo, hi) else value


def _in_one_period(c: Compiler, f: sp.Expr, x: sp.Symbol, fold: tuple[sp.Expr, sp.Expr, sp.Expr]) -> acb:
    """The folded integral, once that of f over the same part of the line is seen to converge: a zero of the kernel
    could hide a pole."""
    body, low, high = fold
    integral(c, sp.Integral(f, (x, low, high)))
    note("a periodic factor: the line folded into one period")
    return integral(c, sp.Integral(body, (x, low, high)))


def _hurried(c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> Compiler:
    """An inner integral or sum at every node is slow, and has no germ at an infinite end: seconds for a try at a
    proof."""
    if not any(i.has(x) for i in f.atoms(sp.Integral, sp.Sum)):
        return c
    if lo.is_infinite or hi.is_infinite:
        raise NoGerm(f, "no bound is known for an inner integral at an infinite end")
    return replace(c, budget=c.budget.at_most(ITERATED_SECONDS))


def _is_real(c: Compiler, f: sp.Expr, lo: sp.Expr, hi: sp.Expr) -> bool:
    """f equals its conjugate for a real variable: by SymPy's assumptions or by form."""
    if not (lo.is_extended_real and hi.is_extended_real) or _complex(c):
        return False
    return conjugate_to_itself(f)


def definite(c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr, regularised: bool = False) -> acb:
    """∫_lo^hi f dx rigorously, or NotEnclosed."""
    if f == 0 or lo == hi:
        return acb(0)
    if f.has(sp.DiracDelta):
        return _with_deltas(c, f, x, lo, hi)
    if f.has(sp.nan, sp.zoo):
        raise NotEnclosed(f, "the integrand is undefined", final=True)
    if lo == sp.oo or hi == -sp.oo:
        return -definite(c, f, x, hi, lo, regularised)
    if letters(lo) or letters(hi) or not (lo.is_extended_real and hi.is_extended_real):
        return _path(c, f, x, lo, hi)
    if not (lo.is_infinite or hi.is_infinite) and c.value(lo).real > c.value(hi).real:
        return -definite(c, f, x, hi, lo, regularised)
    points = breakpoints(f, x, lo, hi, c)
    ends = [lo, *points, hi]
    if lo.is_infinite and hi.is_infinite and not points:
        ends = [lo, sp.S.Zero, hi]
    total = acb(0)
    for p, q in pairwise(ends):
        c.budget.check(f, "integrating")
        total += _piece(c, f, x, p, q, regularised)
    return total


def _path(c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> acb:
    """Ends that are balls or complex: the straight segment, without singularities."""
    if lo.is_infinite or hi.is_infinite:
        raise NotEnclosed((lo, hi), "an infinite range with a moving end")
    note("quadrature of the analytic integrand between ball ends")
    return segment_integral(compiled(c, f, x), c.value(lo), c.value(hi), c.budget, f)


def _piece(c: Compiler, f: sp.Expr, x: sp.Symbol, p: sp.Expr, q: sp.Expr, regularised: bool = False) -> acb:
    if p.is_infinite:
        y = fresh(f, "mirrored", x.name, True if q.is_nonpositive else None)
        return half_line(c, replaced(f, x, -y), y, -q, regularised)
    if q.is_nonpositive and not x.is_positive:
        y = fresh(f, "mirrored", x.name, True)
        return segment(c, _with_logs_expanded(replaced(f, x, -y)), y, -q, -p)
    if p.is_nonnegative and not x.is_positive:
        y = fresh(f, "positive", x.name, True)
        return _piece(c, replaced(f, x, y), y, p, q, regularised)
    if q.is_infinite:
        return half_line(c, f, x, p, regularised)
    return segment(c, f, x, p, q)


@lru_cache(maxsize=REMEMBERED, typed=True)
def _with_logs_expanded(f: sp.Expr) -> sp.Expr:
    return sp.expand_log(f, deep=True)


@lru_cache(maxsize=REMEMBERED, typed=True)
def _beside(f: sp.Expr, x: sp.Symbol, place: sp.Expr, y: sp.Symbol) -> sp.Expr:
    return shaped(f.subs(x, place), y)


def _regular(c: Compiler, f: sp.Expr, x: sp.Symbol, p: sp.Expr, length: arb) -> bool:
    """Whether the integrand is seen to be analytic on a small ball about p."""
    with flint.ctx.workprec(96):
        centre = c.value(p)
        rho = arb(0, 1) * (length * arb(2) ** -12)
        try:
            return bool(compiled(c, f, x)(centre + acb(rho, rho), True).is_finite())
        except ZeroDivisionError:
            return False


def segment(c: Compiler, f: sp.Expr, x: sp.Symbol, p: sp.Expr, q: sp.Expr) -> acb:
    """∫_p^q with exact real ends; singularities at the ends only."""
    length = c.value(q - p).real
    good_p, good_q = _regular(c, f, x, p, length), _regular(c, f, x, q, length)
    if good_p and good_q:
        note("quadrature with proven error")
        return segment_integral(compiled(c, f, x), c.value(p), c.value(q), c.budget, f)
    if good_p:
        return endpoint(c, f, x, q, -1, q - p)
    if good_q:
        return endpoint(c, f, x, p, 1, q - p)
    middle = (p + q) / 2
    return endpoint(c, f, x, p, 1, middle - p) + endpoint(c, f, x, q, -1, q - middle)


def endpoint(c: Compiler, f: sp.Expr, x: sp.Symbol, p: sp.Expr, side: int, length: sp.Expr) -> acb:
    """∫ over y in (0, length) of f(p ± y), singular at y = 0: y = e^{−u}, cut where the germ bounds the rest."""
    y, t = fresh(f, "distance", "y", True), fresh(f, "1/distance", "t", True)
    g = _beside(f, x, p + side * y, y)
    if g.has(sp.nan, sp.zoo):
        raise NotEnclosed(f, f"undefined beside {p}")
    close = near_zero(c, g, y, c.value(length).real)
    if close is not None:
        note("power series beside the end, integrated term by term")
        rho, value = close
        return value + segment_integral(compiled(c, g, y), acb(rho), c.value(length), c.budget, f)
    germ, calculus = germ_at(replaced(g, y, 1 / t) / t**2, t, c.fixed)
    distance = f"1/|{x.name} − {p}|" if p != 0 else f"1/|{x.name}|"
    refuse_divergent(germ, calculus, f, f"at {x.name} = {p}", distance)
    bits = flint.ctx.prec
    cut, bound = cut_for(germ, calculus, bits)
    start = c.value(length).real
    if not start > 1 / cut:
        return around(bound)
    note("singular end by x = e^-u with proven tail")
    value = mapped(lambda: compiled(c, g, y), True, lambda: -_log_of(c, length), cut.log().mid(), c.budget, f)
    return value + around(bound)


def half_line(c: Compiler, f: sp.Expr, x: sp.Symbol, p: sp.Expr, regularised: bool = False) -> acb:
    """∫_p^∞ f dx."""
    t = fresh(f, "far", "t", True)
    g = replaced(f, x, t)
    flat, turning = _split(c, g, t, regularised)
    value = acb(0)
    least = max([1.0, *(w.least_start for w in turning)])
    where = _beyond(c, p, least)
    if where == p and not _regular(c, f, x, p, arb(1)):
        where = p + 1
    if flat != 0:
        value += _flat_tail(c, flat, t, where)
    if where != p:
        value += definite(c, f, x, p, where, regularised)
    done: set[sp.Expr] = set()
    for w in turning:
        if w.phase in done:
            continue
        note(
            f"oscillating tail e^({_tidy(w.phase, x)}) on a ray turned into the complex plane, amplitude analytic there"
        )
        z = ray_integral(w, t, where, c)
        mirror = sp.expand(sp.conjugate(w.phase))
        partner = next((v for v in turning if v.phase == mirror and v.phase != w.phase), None)
        if partner is not None and sp.conjugate(w.amplitude) == partner.amplitude and not _complex(c):
            done.add(mirror)
            z = acb(2 * z.real)
        value += z
    return value


def _tidy(phase: sp.Expr, x: sp.Symbol) -> str:
    return str(phase.xreplace({s: sp.Symbol(x.name if s.name == "t" else s.name) for s in phase.free_symbols}))


def _complex(c: Compiler) -> bool:
    return any(not z.imag.is_zero() for z in c.fixed.values())


def _beyond(c: Compiler, p: sp.Expr, least: float) -> sp.Expr:
    if c.value(p).real >= arb(least):
        return p
    return sp.Integer(int(least) + (0 if least == int(least) else 1))


def _split(c: Compiler, g: sp.Expr, t: sp.Symbol, regularised: bool) -> tuple[sp.Expr, list[Wave]]:
    """The part that does not oscillate at infinity, and the waves that do."""
    if not g.has(sp.sin, sp.cos, sp.sinc, sp.I, sp.besselj, sp.bessely):
        return g, []
    region = Region(arb(4), c.fixed)
    try:
        parts = waves(g, t)
    except NoGerm:
        return g, []
    if all(phase == 0 or not oscillates(phase, t, region) for phase in parts):
        return g, []
    flat, turning = sp.S.Zero, []
    try:
        for phase, amplitude in parts.items():
            if phase != 0 and oscillates(phase, t, region):
                turning.append(wave(amplitude, phase, t, c, regularised))
            else:
                flat += amplitude * sp.exp(phase)
    except NoGerm:
        return g, []
    return flat, turning


def _flat_tail(c: Compiler, g: sp.Expr, t: sp.Symbol, start: sp.Expr) -> acb:
    """∫_start^∞ g dt, g not oscillating: cut under exponential decay, t = e^u under algebraic decay."""
    germ, calculus = germ_at(g, t, c.fixed)
    refuse_divergent(germ, calculus, g, "at infinity", "the size of the variable")
    cut, bound = cut_for(germ, calculus, flint.ctx.prec)
    region = calculus.region
    fast = all(m.exps and (region.sign(m.exps[0][1]) or 0) < 0 for m in [*germ.terms, *germ.rest])
    begin = c.value(start).real
    if not cut > begin:
        if begin > region.start:
            return around(tail_bound(germ, calculus, begin))
        cut = (2 * begin.abs_upper() + region.start).mid()
        bound = tail_bound(germ, calculus, cut)
    if fast and cut < 100_000:
        note("exponential decay: cut with proven tail")
        return segment_integral(compiled(c, g, t), acb(begin), acb(cut), c.budget, g) + around(bound)
    light = sp.Add(*(term for term in sp.Add.make_args(sp.expand_mul(g)) if vanishing(term, t, c.fixed)))
    if light not in (0, g):
        # In t = e^u hyperbolic functions have poles close to the line, so they go with their own cut.
        return _flat_tail(c, sp.expand_mul(g) - light, t, start) + _flat_tail(c, light, t, start)
    note("algebraic decay by x = e^u with proven tail")
    value = mapped(lambda: compiled(c, g, t), False, lambda: _log_of(c, start), cut.log().mid(), c.budget, g)
    return value + around(bound)


def _log_of(c: Compiler, e: sp.Expr) -> arb:
    return c.value(e).real.log()


def _with_deltas(c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> acb:
    """∫ φ(x) δ(g(x)) dx = Σ φ(xᵢ)/|g'(xᵢ)| over the simple zeros of g inside, g of degree 1; zeros at an end are
    refused."""
    total = acb(0)
    for term in sp.Add.make_args(sp.expand(f)):
        deltas = [d for d in term.atoms(sp.DiracDelta) if d.has(x)]
        if not deltas:
            total += definite(c, term, x, lo, hi)
            continue
        (delta, *more) = deltas
        g = delta.args[0]
        phi = term / delta
        if more or len(delta.args) > 1 or phi.has(sp.DiracDelta) or not g.is_polynomial(x) or sp.degree(g, x) != 1:
            raise NotEnclosed(term, "only δ of a linear argument, once, is integrated", final=True)
        slope = g.diff(x)
        zero = sp.solve(g, x)[0]
        z = c.value(zero).real
        after = True if lo.is_infinite else bool(z > c.value(lo).real)
        before = True if hi.is_infinite else bool(z < c.value(hi).real)
        outside = (not lo.is_infinite and z < c.value(lo).real) or (not hi.is_infinite and z > c.value(hi).real)
        if outside:
            continue
        if not (after and before):
            raise NotEnclosed(term, "the support of δ meets the end of the range", final=True)
        note("δ integrated against its test function")
        total += c.value(phi.subs(x, zero) / sp.Abs(slope))
    return total


def _moving(c: Compiler, e: sp.Integral) -> Fn:
    """An inner integral as a function of outer variables.

    Finite ranges: ∫_a^b f = (b − a)∫₀¹ f(a + (b − a)s) ds, analytic in the outer ball wherever the integrand is on
    the path.
    Infinite ones: the method for a fixed parameter, the parameter being a ball, where its proof is uniform over the
    ball.
    """
    f, x, lo, hi = single(e)
    outer = frozenset(c.moving)
    if not (lo.is_infinite or hi.is_infinite):
        inside = Compiler(c.fixed, outer | {x}, c.budget, c.bits)
        fn = inside(f)
        ends = c(lo), c(hi)

        def finite(env: Env, analytic: bool) -> acb:
            local = dict(env)

            def along(z: acb, holomorphic: bool) -> acb:
                local[x] = z
                return fn(local, analytic or holomorphic)

            a, b = (end(env, analytic) for end in ends)
            if not (a.is_finite() and b.is_finite()):
                return NAN
            try:
                return segment_integral(along, a, b, replace(c.budget, evaluations=4000), e)
            except Unconverged:
                return NAN

        return finite

    def infinite(env: Env, analytic: bool) -> acb:
        fixed = {**c.fixed, **{s: z for s, z in env.items() if s in outer or s in c.fixed}}
        try:
            return definite(Compiler(fixed, frozenset(), c.budget, c.bits), f, x, lo, hi)
        except TimeIsUp:
            raise
        except NotEnclosed:
            return NAN

    return infinite
