"""The time to absorption at 0 of a radial process dz = (α/z − βz) dt + dW with ν = ½ − α > 0, of either sign of β.

z_t = e^{−βt} R(τ(t)), τ = (e^{2βt} − 1)/(2β), R a Bessel process that reaches 0 with the density
z^{2ν} e^{−z²/2τ}/(2^ν Γ(ν) τ^{ν+1}): so T has that of τ(T), times e^{2βt}. In x: branching processes, square-root
processes with 2κθ < σ². References: R. Getoor, M. Sharpe, Z. Wahrsch. 47 (1979) 83; A. Göing-Jaeschke, M. Yor,
Bernoulli 9 (2003) 313; A. Borodin, P. Salminen, Handbook of Brownian Motion, IV.46.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.exact import is_positive
from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.exits.hitting import hyperu

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE
    from derive.stochastic.solutions.lamperti import Lamperti


@dataclass(frozen=True)
class Absorption:
    """Density, E e^{−λT} and P(T < ∞) as functions of the start (the state), and the conditions."""

    density: Any
    laplace: Any
    probability: Any
    conditions: tuple[Any, ...]


def absorption(sde: SDE, form: Lamperti | None, level: Any, rate: Any) -> Absorption | None:
    """The law of the time at the end z = 0 of a radial process; None if the process or the level is another.

    StochasticError if 0 is not reached (ν ≤ 0).
    """
    drift = None if form is None else form.drift_in_z()
    if form is None or drift is None or form.image not in ((0, sp.oo), (-sp.oo, 0)):
        return None
    mirrored = form.image != (0, sp.oo)
    at_zero = form.domain[form.image.index(0)] if form.slope == sp.diff(form.z, sde.x) else form.domain[mirrored - 1]
    if level != at_zero:
        return None
    z, t = form.symbol, sde.t
    opened = sp.expand(-drift.subs(z, -z) if mirrored else drift)
    alpha, beta = opened.coeff(z, -1), -opened.coeff(z, 1)
    nu, place = sde.tidy(sp.Rational(1, 2) - alpha), -form.z if mirrored else form.z
    if not zero(opened - alpha / z + beta * z, sde.given) or opened.has(sde.x):
        return None
    if nu.is_nonpositive or is_positive(-nu, sde.given) is True:
        raise StochasticError(
            f"{plain(level)} is never reached: near it the process is one of Bessel, index {plain(-nu)} ≥ 0"
        )
    conditions = () if is_positive(nu, sde.given) is True else (nu > 0,)
    still = zero(beta, sde.given)
    clock = t if still else (sp.exp(2 * beta * t) - 1) / (2 * beta)
    density = (place**2 / 2) ** nu * sp.exp(-(place**2) / (2 * clock)) / (sp.gamma(nu) * clock ** (nu + 1))
    density *= sp.exp(2 * beta * t)
    if still:
        u = place * sp.sqrt(2 * rate)
        return Absorption(density, 2 * (u / 2) ** nu * sp.besselk(nu, u) / sp.gamma(nu), sp.S.One, conditions)
    if is_positive(beta, sde.given) is True:
        a, w = rate / (2 * beta), beta * place**2
        laplace = sp.gamma(nu + a) / sp.gamma(nu) * hyperu(a, 1 - nu, w)
        return Absorption(density, laplace, sp.S.One, conditions)
    if is_positive(-beta, sde.given) is True:
        a, w = rate / (-2 * beta), -beta * place**2
        laplace = sp.gamma(a + 1) / sp.gamma(nu) * sp.exp(-w) * hyperu(a + 1 - nu, 1 - nu, w)
        return Absorption(density, laplace, sp.uppergamma(nu, w) / sp.gamma(nu), conditions)
    chance = sp.Piecewise((1, beta >= 0), (sp.uppergamma(nu, -beta * place**2) / sp.gamma(nu), True))
    return Absorption(density, None, chance, conditions)
