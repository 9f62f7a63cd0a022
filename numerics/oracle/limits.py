"""Limits: by continuity where one ball about the point stays finite, else from the germ; Abel's regulator by turned
rays.

Continuity: if the expression is analytic on a ball about z₀ (one evaluation), the limit is the value.
Germ: g(t) = c₀ + decaying terms + decaying remainder as t → ∞ gives c₀ exactly; a growing exact leading term has no
limit.
Parts: the limit of a sum or product of things that have limits.
Abel: lim_{ε→0+} ∫ e^{−εx} f dx. On the turned ray |e^{−εz} f(z)| is dominated by |f(z)|, integrable there, uniformly
in ε ≥ 0;
and on the arcs e^{−ε Re z} beats any power. So the limit is the integral of f along the ray (dominated convergence).
"""

from __future__ import annotations

from functools import lru_cache

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.behaviour import germ_at
from numerics.oracle.budget import TimeIsUp
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.evaluate import Compiler, Fn
from numerics.oracle.integrals import definite, single
from numerics.oracle.journal import note, tentative
from numerics.oracle.letters import REMEMBERED, fresh, replaced
from numerics.oracle.primitives import collapsed
from numerics.oracle.scale import UNIT


def limit_node(c: Compiler, e: sp.Limit) -> Fn:
    if c.moves(e):
        raise NotEnclosed(e, "a limit that depends on a moving variable", remedy="evaluate it outside first")
    value = limit(c, e)
    return lambda env, analytic: value


def limit(c: Compiler, e: sp.Limit) -> acb:
    f, z, z0, direction = e.args
    if not f.has(z):
        return c.value(f)
    regulated = _abel(c, f, z, z0, str(direction))
    if regulated is not None:
        return regulated
    continuous = _by_continuity(c, f, z, z0)
    if continuous is not None:
        return continuous
    parted = _by_parts(c, e)
    if parted is not None:
        return parted
    closed = _closed_inside(e)
    if closed is not None:
        note("integral of polynomial times exponential in closed form under the limit")
        return limit(c, closed)
    sides = {"+": [1], "-": [-1], "+-": [1, -1]}[str(direction)]
    if z0.is_infinite:
        sides = [1 if z0 == sp.oo else -1]
    values = [_one_side(c, f, z, z0, s) for s in sides]
    if len(values) == 2 and values[0] != values[1] and sp.simplify(values[0] - values[1]) != 0:
        raise NotEnclosed(e, "the two one-sided limits are not seen to be equal", final=True)
    return c.value(values[0])


def _by_parts(c: Compiler, e: sp.Limit) -> acb | None:
    """lim Σ aᵢ = Σ lim aᵢ and lim Π aᵢ = Π lim aᵢ where every limit on the right is found; None elsewhere: ∞ − ∞
    decides nothing."""
    f, z, z0, direction = e.args
    if not (isinstance(f, sp.Add | sp.Mul) and f.has(sp.Integral, sp.Sum)):
        return None
    constant, moving = f.as_independent(z, as_Add=isinstance(f, sp.Add))
    parts = [sp.Limit(a, z, z0, str(direction)) for a in type(f).make_args(moving)]
    if len(parts) < 2 and constant == f.func.identity:
        return None
    try:
        with tentative():
            value = c.value(constant)
            for part in parts:
                value = value + limit(c, part) if isinstance(f, sp.Add) else value * limit(c, part)
    except TimeIsUp:
        raise
    except NotEnclosed:
        return None
    note("limit of each part")
    return value


def _closed_inside(e: sp.Limit) -> sp.Limit | None:
    """The same limit with the integrals in closed form on the side from which z comes; None if none has one."""
    f, z, z0, direction = e.args
    side = {"+": 1, "-": -1}.get(str(direction))
    if z0.is_infinite or side is None or not f.has(sp.Integral):
        return None
    w = sp.Dummy(z.name, positive=True)
    closed = collapsed(f.subs(z, z0 + side * w))
    return None if closed.has(sp.Integral) else sp.Limit(closed, w, 0, "+")


def _one_side(c: Compiler, f: sp.Expr, z: sp.Symbol, z0: sp.Expr, side: int) -> sp.Expr:
    t = sp.Dummy("t", positive=True)
    g = f.subs(z, side * t if z0.is_infinite else z0 + side / t)
    if g.has(sp.Integral, sp.Sum, sp.Product, sp.Limit):
        raise NotEnclosed(f, "a limit of an integral or sum that is not continuous by inspection")
    germ, calculus = germ_at(g, t, c.fixed)
    for m, a in germ.terms.items():
        if m != UNIT and calculus.region.trend(m) >= 0:
            wild = calculus.region.value(a)
            raise NotEnclosed(
                f, f"no limit as {z} → {z0}: a term does not settle", final=not wild.contains(0) and not germ.rest
            )
    for m in germ.rest:
        if calculus.region.trend(m) >= 0:
            raise NotEnclosed(f, f"the limit as {z} → {z0} is not decided by the expansion")
    note("limit read off the germ: constant term plus terms that decay")
    return germ.terms.get(UNIT, sp.S.Zero)


def _by_continuity(c: Compiler, f: sp.Expr, z: sp.Symbol, z0: sp.Expr) -> acb | None:
    if z0.is_infinite:
        return None
    w = sp.Dummy(z.name, real=True) if z0.is_real else sp.Dummy(z.name)
    g = f.subs(z, w)
    try:
        with flint.ctx.workprec(96):
            rho = arb(0, 1) * arb(2) ** -30
            centre = c.value(z0)
            if g.has(sp.Integral):
                near = Compiler({**c.fixed, w: centre + acb(rho)}, frozenset(), c.budget, 96).value(g)
            else:
                moving = Compiler(c.fixed, frozenset({w}), c.budget, 96)(g)
                near = moving({**c.fixed, w: centre + acb(rho, rho)}, True)
        if not near.is_finite():
            return None
        at_point = f.subs(z, z0)
        if at_point.has(sp.nan, sp.zoo) or at_point.is_infinite:
            return None
        value = c.value(at_point)
    except (NotEnclosed, ZeroDivisionError):
        return None
    note("limit by continuity: finite on a ball about the point")
    return value


@lru_cache(maxsize=REMEMBERED, typed=True)
def _regulated(turned: sp.Expr, phi: sp.Expr, z: sp.Symbol, y: sp.Symbol) -> bool:
    """Whether the integrand is φ(y) e^{−zy}."""
    ratio = turned / phi if phi != 0 else sp.nan
    factors = sp.Mul.make_args(ratio)
    if all(isinstance(f, sp.exp) for f in factors) and sp.expand(sum(f.args[0] for f in factors) + z * y) == 0:
        return True
    ratio = sp.simplify(ratio)
    return bool(ratio == sp.exp(-z * y) or sp.simplify(ratio - sp.exp(-z * y)) == 0)


def _abel(c: Compiler, f: sp.Expr, z: sp.Symbol, z0: sp.Expr, direction: str) -> acb | None:
    """Σ constant × ∫ e^{−ε r(x)} φ(x) dx with r = x or |x|: the regularised integral of φ."""
    if z0 != 0 or direction != "+" or not f.has(sp.Integral):
        return None
    constant, moving = f.as_independent(z, as_Add=False)
    if not isinstance(moving, sp.Integral) or len(moving.limits) != 1:
        return None
    g, x, lo, hi = single(moving)
    if lo.has(z) or hi.has(z):
        return None
    total, phi = acb(0), sp.S.Zero
    if lo == -sp.oo and hi == sp.oo:
        halves = [(g, x, 1), (g, x, -1)]
    elif hi == sp.oo and lo.is_finite:
        halves = [(g, x, 1)]
    else:
        return None
    for h, v, side in halves:
        y = fresh(h, f"side {side}", v.name, True if lo.is_infinite or lo.is_nonnegative else None)
        turned = replaced(h, v, side * y)
        phi = replaced(turned, z, sp.S.Zero)
        if not _regulated(turned, phi, z, y):
            return None
        total += definite(c, phi, y, sp.S.Zero if lo.is_infinite else lo, sp.oo, regularised=True)
    note("Abel limit: dominated convergence on the turned ray, uniformly in the regulator")
    real = phi.is_extended_real and total.imag.contains(0)
    return c.value(constant) * (acb(total.real) if real else total)
