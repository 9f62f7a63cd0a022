"""Feynman-Kac between two walls for data that are sums of modes: L φ − V φ = −λ φ with φ = 0 at absorbing walls and
φ′ = 0 at reflecting ones gives u = e^{−λt} φ.

Where drift and potential are polynomials and the noise is constant, φ is smooth on the closed interval, so that
e^{λt} φ(X_t) e^{−∫V} is a martingale and u is the expectation. Products of sines and cosines are opened into sums
first. Reference: I. Karatzas, S. Shreve, sec. 4.3 and 4.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.simplify.fu import TR8

from derive.stochastic.checking import settled, together, zero

if TYPE_CHECKING:
    from derive.stochastic.expectations.feynman_kac import FeynmanKac
    from derive.stochastic.sde import SDE

WALLS = ("absorbing", "reflecting")


def modes(sde: SDE, phi: Any, v: Any, wall: Any) -> FeynmanKac | None:
    """u = Σ e^{−λ_k t} φ_k for data Σ φ_k; None if a term is no mode, a wall is far off, or coefficients are others."""
    from derive.stochastic.expectations.feynman_kac import FeynmanKac, check

    low, high = sde.domain[0]
    if sde.n != 1 or wall not in WALLS or not (low.is_finite and high.is_finite):
        return None
    x, noise = sde.x, sde.covariance[0, 0]
    if noise.has(x) or not sde.ito_drift[0].is_polynomial(x) or not v.is_polynomial(x):
        return None
    total, checks = sp.S.Zero, []
    for term in sp.Add.make_args(sp.expand(TR8(sp.expand(phi)))):
        rate = sp.simplify((sde.generator(term) - v * term) / term)
        shown = term if wall == "absorbing" else sp.diff(term, x)
        at_ends = [sp.simplify(shown.subs(x, end)) for end in (low, high)]
        if rate.has(x) or not all(zero(e, sde.given) for e in at_ends):
            return None
        checks += [settled(e, sp.S.Zero, sde.given, f"the {wall} wall") for e in at_ends]
        total += sp.exp(rate * sde.t) * term
    evidence = together([check(sde, total, phi, v), *checks])
    return FeynmanKac(sde, v, phi, total, f"modes between {wall} walls", sde.given, evidence)
