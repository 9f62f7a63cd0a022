"""Expectations of polynomials times exponentials, sines and cosines of a Gaussian part of a process.

Z, the states whose drift is linear in Z with constant coefficients and whose noise is constant, is Gaussian with mean m
and covariance S by itself: E[Z^β e^{κ·Z}] = ∂_κ^β e^{κ·m + ½ κ·S κ}. So moments of a state whose drift or noise
contains such functions (the exponential of an Ornstein-Uhlenbeck process as volatility) are integrals over the time.
Reference: L. Isserlis, Biometrika 12 (1918) 134.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import settled
from derive.stochastic.errors import Unsolvable

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def gaussian_part(sde: SDE) -> tuple[int, ...]:
    """The numbers of the states that form a Gaussian process by themselves, as many as there are."""
    x, t = sde.states, sde.t
    polys = [sp.expand(a).as_poly(*x) for a in sde.ito_drift]
    kept = [
        i
        for i, p in enumerate(polys)
        if p is not None and p.total_degree() <= 1 and not sde.diffusion[i, :].has(*x) and not p.has(t)
    ]
    while True:
        closed = [i for i in kept if all(j in kept for j, q in enumerate(x) if sde.ito_drift[i].has(q))]
        if closed == kept:
            return tuple(kept)
        kept = closed


def expectation(sde: SDE, f: Any, start: dict[Any, Any]) -> Any | None:
    """E[f(Z_t)] for a sum of products of powers, exponentials, sines and cosines of the Gaussian part; None if f is of
    another kind. Checked by d/dt E[f] = E[L f]."""
    value = _expectation(sde, f, start)
    if value is None:
        return None
    rate = _expectation(sde, sde.generator(f), start)
    if rate is None or not settled(sp.diff(value, sde.t), rate, sde.given, "d/dt E[f] = E[L f]").passed:
        raise Unsolvable(f"the expectation of {plain(f)} was not confirmed")
    return value


def _expectation(sde: SDE, f: Any, start: dict[Any, Any]) -> Any | None:
    from derive.stochastic.sde import replace_sde

    chosen = gaussian_part(sde)
    z = [sde.states[i] for i in chosen]
    if f.free_symbols & (set(sde.states) - set(z)):
        return None
    part = replace_sde(
        sde,
        states=tuple(z),
        drift=tuple(sde.ito_drift[i] for i in chosen),
        diffusion=sde.diffusion.extract(list(chosen), list(range(sde.m))),
        domain=tuple(sde.domain[i] for i in chosen),
        alpha=0,
    )
    law = part.moments(2, [start[q] for q in z])
    mean, spread = sp.Matrix(law.mean), law.covariance
    kappa = sp.Matrix([sp.Dummy(f"k{i}") for i in range(len(z))])
    transform = sp.exp((kappa.T * mean)[0] + (kappa.T * spread * kappa)[0] / 2)
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.expand(f.rewrite(sp.exp) if f.has(sp.sin, sp.cos, sp.sinh, sp.cosh) else f)):
        c, rest = sp.powsimp(term).as_independent(*z, as_Add=False)
        powers, rates = [0] * len(z), [sp.S.Zero] * len(z)
        for factor in sp.Mul.make_args(rest):
            base, power = factor.as_base_exp()
            if base in z and power.is_Integer and power >= 0:
                powers[z.index(base)] += int(power)
                continue
            poly = factor.exp.as_poly(*z) if isinstance(factor, sp.exp) else None
            if factor != 1 and (poly is None or poly.total_degree() > 1):
                return None
            if poly is not None:
                rates = [r + poly.coeff_monomial(q) for r, q in zip(rates, z, strict=True)]
                c *= sp.exp(poly.coeff_monomial(1))
        image = transform
        for k, power in zip(kappa, powers, strict=True):
            image = sp.diff(image, k, power)
        total += c * image.subs(dict(zip(kappa, rates, strict=True)))
    return _real(sp.expand(total, power_exp=False)) if total.has(sp.I) else total


def _real(e: Any) -> Any:
    """e^{a+ib} as e^a (cos b + i sin b)."""

    def opened(node: Any) -> Any:
        exponent = sp.expand(node.exp)
        wave = sp.Add(*(term / sp.I for term in sp.Add.make_args(exponent) if term.has(sp.I)))
        if wave == 0:
            return node
        return sp.exp(sp.expand(exponent - sp.I * wave)) * (sp.cos(wave) + sp.I * sp.sin(wave))

    return sp.expand(e.replace(lambda node: isinstance(node, sp.exp), opened), power_exp=False)
