"""How each function behaves where its argument settles, grows or meets a singularity: the rules of the germ calculus.

Every rule returns exact terms and a remainder that is bounded on the whole region, with its source; a growing argument
goes by exponentials where it can, by a majorant where it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb

from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.germ import ARGUMENT, LOG_T, LOGLOG_T, Calculus, Germ, moduli
from numerics.oracle.hankel import HankelAmplitude, amplitude_bound
from numerics.oracle.letters import REMEMBERED
from numerics.oracle.scale import ONE, UNIT, ZERO, NoGerm, Region, Scale
from numerics.oracle.special import (
    bessel_at_zero,
    bessel_i,
    bessel_j,
    bessel_k,
    bessel_k_at_zero,
    elliptic_k,
    erf,
    erfc,
)


def _log(c: Calculus, g: Germ) -> Germ:
    c0, m, eps = c.relative(g)
    c.direction(c0, m, eps)
    terms: dict[Scale, sp.Expr] = {UNIT: sp.log(c0)}
    for k, a in m.exps:
        terms[Scale(p=k)] = a
    if m.p != 0:
        terms[LOG_T] = m.p
    if m.q != 0:
        terms[LOGLOG_T] = m.q
    if m.r != 0:
        raise NoGerm(m, "a third logarithm")
    return c.add(c.make(terms), c.taylor(sp.log(1 + ARGUMENT), ZERO, eps))


def _power(c: Calculus, g: Germ, alpha: sp.Expr) -> Germ:
    if alpha.is_Integer and alpha > 0 and alpha <= 12:
        out = g
        for _ in range(int(alpha) - 1):
            out = c.mul(out, g)
        return out
    c0, m, eps = c.relative(g)
    if not alpha.is_Integer:
        c.direction(c0, m, eps)
    inner = c.taylor((1 + ARGUMENT) ** alpha, ZERO, eps)
    return c.scaled(inner, c0**alpha, m**alpha)


def _exp(c: Calculus, g: Germ) -> Germ:
    """exp of a germ: t^k goes into the exponent of the scale, log t into its power, the bounded rest by Taylor."""
    exps: dict[sp.Expr, sp.Expr] = {}
    p, q = ZERO, ZERO
    decaying: dict[Scale, sp.Expr] = {}
    constant = ZERO
    damping = UNIT
    for m, a in g.terms.items():
        if m == UNIT:
            constant = a
        elif m == LOG_T:
            p += a
        elif m == LOGLOG_T:
            q += a
        elif c.region.trend(m) < 0:
            decaying[m] = a
        elif m == Scale(p=m.p) and c.region.value(m.p).imag.is_zero():
            exps[m.p] = a
        else:
            damping = damping * _damped(c, m, a)
    for m in g.rest:
        if c.region.trend(m) >= 0:
            raise NoGerm(m, "an exponent known only up to something that does not vanish")
    ordered = tuple(sorted(((k, a) for k, a in exps.items()), key=lambda ka: -float(c.region.value(ka[0]).real)))
    m = Scale(ordered, p, q)
    bounded = c.taylor(sp.exp(ARGUMENT), ZERO, Germ(decaying, g.rest))
    whole = c.scaled(bounded, sp.exp(constant), m)
    if damping == UNIT:
        return whole
    return Germ({}, {n * damping: size for n, size in moduli(c, whole).items()})


def _damped(c: Calculus, m: Scale, a: sp.Expr) -> Scale:
    """exp(a·m(t)) for a real m growing faster than t, a < 0: at most exp(−λ t), λ ≤ |a| m(T)/T, as m(t)/t
    increases."""
    if c.region.sector or c.region.sign(a) != -1 or not c.region.value(a).imag.is_zero():
        raise NoGerm(m, "an exponent outside the scale")
    if any(not c.region.value(b).imag.is_zero() for _, b in m.exps) or not c.region.value(m.p).imag.is_zero():
        raise NoGerm(m, "an exponent that turns")
    t = c.region.start
    for weight in (2, 1, sp.Rational(1, 2)):
        ratio = m * Scale(p=-sp.sympify(weight))
        inverse = ratio ** sp.Integer(-1)
        if c.region.trend(ratio) <= 0:
            continue
        top = c.region.supremum(inverse)
        rate = (c.region.value(a).real.abs_lower() / top).lower()
        mantissa, exponent = rate.man_exp()
        lam = sp.Rational(int(mantissa)) * sp.Rational(2) ** int(exponent)
        lam = sp.Rational(int(lam * 1024), 1024)
        if lam > 0:
            return Scale(((sp.sympify(weight), -lam),))
    raise NoGerm(m, f"too weak a damping from {t} on")


def _unary(c: Calculus, e: sp.Expr) -> Germ:
    """An analytic function whose argument settles; by exponentials or a rule of its own where the argument grows."""
    slots = [i for i, a in enumerate(e.args) if a.has(c.t)]
    if len(slots) != 1:
        raise NoGerm(e, "more than one argument moves")
    (slot,) = slots
    g = c.of(e.args[slot])
    grows = any(c.region.trend(m) > 0 for m in [*g.terms, *g.rest])
    settled = not grows and all(c.region.trend(m) < 0 for m in [*g.terms, *g.rest] if m != UNIT)
    if settled:
        constant, eps = c.split(g)
        special = AT_POINT.get((type(e), constant))
        if special is not None:
            return special(c, e, constant, eps)
        f = e.func(*e.args[:slot], ARGUMENT, *e.args[slot + 1 :])
        try:
            return c.taylor(f, constant, eps)
        except NoGerm:
            if type(e) in AT_SINGULARITY:
                return AT_SINGULARITY[type(e)](c, e, constant, eps)
            raise
    rule = AT_INFINITY.get(type(e))
    if rule is None:
        raise NoGerm(e, "no rule for a growing argument")
    return rule(c, e, g)


def _by_exponentials(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    return c.of(e.rewrite(sp.exp))


def _bounded_by_one(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    try:
        return _by_exponentials(c, e, g)
    except NoGerm:
        if c.region.sector or not e.args[0].is_extended_real:
            raise
        return Germ({}, {UNIT: arb(1)})


def _real_bound(c: Calculus, e: sp.Expr, bound: int) -> Germ:
    """|Si(x)| ≤ Si(π) < 2, |S(x)|, |C(x)| < 1 for real x (their greatest values: DLMF 6.3.1, 7.3)."""
    if c.region.sector or not e.args[0].is_extended_real:
        raise NoGerm(e, "not on the real line")
    return Germ({}, {UNIT: arb(bound)})


def _atan(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    c0, m, _ = c.relative(g)
    s = c.region.sign(c0)
    if s not in (1, -1) or (c.region.sector and m != Scale(p=ONE)):
        raise NoGerm(e, "atan in this direction")
    return c.of(s * sp.pi / 2 - sp.atan(1 / e.args[0]))


def _acos_at_one(c: Calculus, e: sp.Expr, constant: sp.Expr, eps: Germ) -> Germ:
    """acos z = 2 asin √((1−z)/2) (DLMF 4.24.10-like, cuts agree off z ≥ 1)."""
    return c.of(2 * sp.asin(sp.sqrt(sp.expand(1 - e.args[0]) / 2)))


def _asin_at_one(c: Calculus, e: sp.Expr, constant: sp.Expr, eps: Germ) -> Germ:
    return c.of(sp.pi / 2 - 2 * sp.asin(sp.sqrt(sp.expand(1 - e.args[0]) / 2)))


def _as_quotient(c: Calculus, e: sp.Expr, constant: sp.Expr, eps: Germ) -> Germ:
    """tan, cot, sec, csc, coth, csch at a pole: by sine and cosine."""
    z = e.args[0]
    return c.of(
        {
            sp.tan: lambda: sp.sin(z) / sp.cos(z),
            sp.cot: lambda: sp.cos(z) / sp.sin(z),
            sp.sec: lambda: 1 / sp.cos(z),
            sp.csc: lambda: 1 / sp.sin(z),
            sp.coth: lambda: sp.cosh(z) / sp.sinh(z),
            sp.csch: lambda: 1 / sp.sinh(z),
        }[type(e)]()
    )


def _sized(c: Calculus, e: sp.Abs) -> Germ:
    """|g| for real g = ±g by the sign of the leading term."""
    g = c.of(e.args[0])
    return c.scaled(g, sp.Integer(_sign_of(c, e.args[0], g)))


def _sign_of(c: Calculus, e: sp.Expr, g: Germ) -> int:
    c0, _, eps = c.relative(g)
    if c.region.sector or not e.is_extended_real:
        raise NoGerm(e, "no sign off the real line")
    if (eps.terms or eps.rest) and not c.size(eps) < 1:
        raise NoGerm(e, "the sign is not settled yet")
    s = c.region.sign(c0)
    if s is None or s == 0:
        raise NoGerm(e, "the sign is not decided")
    return s


def _signum(c: Calculus, e: sp.sign) -> Germ:
    return c.make({UNIT: sp.Integer(_sign_of(c, e.args[0], c.of(e.args[0])))})


def _heaviside(c: Calculus, e: sp.Heaviside) -> Germ:
    return c.make({UNIT: ONE if _sign_of(c, e.args[0], c.of(e.args[0])) > 0 else ZERO})


def _extreme(which: int) -> Callable[[Calculus, sp.Basic], Germ]:
    def rule(c: Calculus, e: sp.Basic) -> Germ:
        best = e.args[0]
        for other in e.args[1:]:
            d = sp.expand(other - best)
            if d != 0 and _sign_of(c, d, c.of(d)) == which:
                best = other
        return c.of(best)

    return rule


def _piecewise(c: Calculus, e: sp.Piecewise) -> Germ:
    for value, condition in (arm.args for arm in e.args):
        if condition == sp.true:
            return c.of(value)
        if not isinstance(condition, sp.StrictGreaterThan | sp.GreaterThan | sp.StrictLessThan | sp.LessThan):
            raise NoGerm(condition, "this condition is not decided at the end of the range")
        d = sp.expand(condition.lhs - condition.rhs)
        s = _sign_of(c, d, c.of(d))
        if (s > 0) == isinstance(condition, sp.StrictGreaterThan | sp.GreaterThan):
            return c.of(value)
    raise NoGerm(e, "no case applies")


def _hankel(c: Calculus, e: HankelAmplitude) -> Germ:
    """|A| ≤ const·|z|^{−1/2} for z = αt, α > 0."""
    _, nu, z = e.args
    alpha = c.region.value(sp.expand(z / c.t))
    if not (alpha.imag.is_zero() and alpha.real > 0) or c.region.turn > sp.Rational(1, 2):
        raise NoGerm(e, "a Hankel function of something else than a positive multiple of the variable")
    bound = amplitude_bound(c.region.value(nu), alpha.real * c.region.start)
    return Germ({}, {Scale(p=-sp.Rational(1, 2)): bound / alpha.real.sqrt()})


@lru_cache(maxsize=REMEMBERED, typed=True)
def _factors(e: sp.Mul, t: sp.Symbol) -> tuple[sp.Expr, tuple[sp.Expr, ...]]:
    constant, moving = e.as_independent(t, as_Add=False)
    return constant, sp.Mul.make_args(moving)


def _multiplied(c: Calculus, e: sp.Mul) -> Germ:
    constant, factors = _factors(e, c.t)
    out: Germ | None = None
    for f in factors:
        g = c.of(f)
        out = g if out is None else c.mul(out, g)
    assert out is not None
    return c.scaled(out, constant) if constant != 1 else out


def _pow(c: Calculus, e: sp.Pow) -> Germ:
    if not e.exp.has(c.t):
        return _power(c, c.of(e.base), e.exp)
    return c.of(sp.exp(e.exp * sp.log(e.base)))


RULES: dict[type, Callable[[Calculus, Any], Germ]] = {
    sp.Add: lambda c, e: c.add(*(c.of(a) for a in e.args)),
    sp.Mul: _multiplied,
    sp.Pow: _pow,
    sp.exp: lambda c, e: _exp(c, c.of(e.args[0])),
    sp.log: lambda c, e: _log(c, c.of(e.args[0])),
    sp.Abs: _sized,
    sp.sign: _signum,
    sp.Heaviside: _heaviside,
    sp.Max: _extreme(1),
    sp.Min: _extreme(-1),
    sp.Piecewise: _piecewise,
    HankelAmplitude: _hankel,
    sp.Function: _unary,
}
AT_INFINITY: dict[type, Callable[[Calculus, sp.Expr, Germ], Germ]] = {
    sp.sin: _bounded_by_one,
    sp.sinc: lambda c, e, g: c.of(sp.sin(e.args[0]) / e.args[0]),
    sp.Si: lambda c, e, g: _real_bound(c, e, 2),
    sp.fresnels: lambda c, e, g: _real_bound(c, e, 1),
    sp.fresnelc: lambda c, e, g: _real_bound(c, e, 1),
    sp.cos: _bounded_by_one,
    sp.sinh: _by_exponentials,
    sp.cosh: _by_exponentials,
    sp.tanh: _by_exponentials,
    sp.coth: _by_exponentials,
    sp.sech: _by_exponentials,
    sp.csch: _by_exponentials,
    sp.asinh: lambda c, e, g: c.of(e.rewrite(sp.log)),
    sp.acosh: lambda c, e, g: c.of(e.rewrite(sp.log)),
    sp.atan: _atan,
    sp.acot: lambda c, e, g: c.of(sp.atan(1 / e.args[0])),
    sp.erf: erf,
    sp.erfc: erfc,
    sp.besselj: bessel_j,
    sp.besseli: bessel_i,
    sp.besselk: bessel_k,
}
AT_SINGULARITY: dict[type, Callable[[Calculus, sp.Expr, sp.Expr, Germ], Germ]] = {
    sp.besselk: bessel_k_at_zero,
    sp.besselj: bessel_at_zero(-1),
    sp.besseli: bessel_at_zero(1),
    sp.elliptic_k: elliptic_k,
    **dict.fromkeys((sp.tan, sp.cot, sp.sec, sp.csc, sp.coth, sp.csch), _as_quotient),
}
AT_POINT: dict[tuple[type, sp.Expr], Callable[[Calculus, sp.Expr, sp.Expr, Germ], Germ]] = {
    (sp.acos, ONE): _acos_at_one,
    (sp.asin, ONE): _asin_at_one,
}


def germ_at(
    f: sp.Expr,
    t: sp.Symbol,
    fixed: Mapping[sp.Symbol, acb],
    *,
    turn: sp.Rational = ZERO,
    starts: tuple[int, ...] = (4, 16, 64, 512, 1 << 14),
    orders: tuple[int, ...] = (4, 8),
) -> tuple[Germ, Calculus]:
    """The germ of f as t → ∞ on the widest of some neighbourhoods where the calculus closes, with its calculus."""
    reason: NotEnclosed | None = None
    for order in orders:
        for start in starts:
            c = Calculus(t, Region(arb(start), fixed, turn), RULES, order)
            try:
                g = c(f)
                if g.terms or not g.rest or order == orders[-1]:
                    return g, c
            except NotEnclosed as why:
                reason = why
            except (TypeError, ValueError, ZeroDivisionError, AttributeError, RecursionError) as why:
                reason = NoGerm(f, f"the calculus stopped: {why}")
    raise reason or NoGerm(f, "cancels to all orders looked at")
