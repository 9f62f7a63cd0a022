"""What the leading term of a germ says: that an integral diverges there, or that exponentials make the integrand small.

∫^∞ t^p (log t)^q (log log t)^r dt converges if and only if (p, q, r) lies below (−1, −1, −1) lexicographically, or
an exponential decays.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import acb
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from numerics.oracle.behaviour import germ_at
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.germ import Calculus, Germ
from numerics.oracle.scale import Region, Scale


def refuse_divergent(germ: Germ, calculus: Calculus, f: sp.Expr, where: str, t: str) -> None:
    """Final refusal if the exact leading term in `t`, alone and of constant direction, is not integrable."""
    try:
        m, a = germ.leading(calculus)
    except NotEnclosed:
        return
    region = calculus.region
    if any(not region.value(b).imag.is_zero() for _, b in m.exps) or not region.value(m.p).imag.is_zero():
        return
    if diverges(m, region):
        size = shown(m) if a == 1 else f"({a})·{shown(m)}" if shown(m) != "1" else f"({a})"
        raise NotEnclosed(
            f, f"the integral diverges {where}: it is like the integral of {size} dt, t = {t} → oo", final=True
        )


def diverges(m: Scale, region: Region) -> bool:
    """Whether ∫^∞ m dt = ∞ for a positive scale: known growth, or t^p (log t)^q (log log t)^r not below 1/(t log t
    log log t)."""
    if m.exps:
        return region.sign(m.exps[0][1]) == 1
    for exponent in (m.p, m.q, m.r):
        s = region.sign(exponent + 1)
        if s is None:
            return False
        if s:
            return s > 0
    return True


def shown(m: Scale) -> str:
    parts = [f"exp({b}·t^{k})" for k, b in m.exps]
    parts += [f"{name}^({e})" for name, e in (("t", m.p), ("(log t)", m.q), ("(log log t)", m.r)) if e != 0]
    return "·".join(parts) or "1"


def vanishing(term: sp.Expr, t: sp.Symbol, fixed: Mapping[sp.Symbol, acb]) -> bool:
    """Whether the term is made small by exponentials alone, as far as its germ tells."""
    if not term.has(sp.exp, HyperbolicFunction):
        return False
    try:
        germ, calculus = germ_at(term, t, fixed)
    except NotEnclosed:
        return False
    return all(m.exps and (calculus.region.sign(m.exps[0][1]) or 0) < 0 for m in [*germ.terms, *germ.rest])
