"""Bessel functions as waves: J_ν = (H¹ + H²)/2 with H^{1,2}_ν(z) = e^{±iz} A^{±}_ν(z), A of size |z|^{−1/2} in the
right half-plane.

|A^{±}_ν(z)| ≤ √(2/(π|z|)) (1 + R), R ≤ 2|a₁| (π/2)/|z| · exp(|ν² − ¼|(π/2)/|z|), a₁ = (4ν² − 1)/8, for real ν, |arg
z| ≤ π/2 (DLMF 10.17.13–15).
Evaluated through e^w K_ν(w), w = ∓iz (DLMF 10.27.8), so that nothing cancels where the Hankel function is small.
"""

from __future__ import annotations

import sympy as sp
from flint import acb, arb

NAN = acb(arb("nan"), arb("nan"))


class HankelAmplitude(sp.Function):
    """HankelAmplitude(s, ν, z) = e^{−isz} H_ν(z), s = 1 for the first kind, −1 for the second."""

    nargs = 3


def is_wide(z: acb) -> bool:
    """Whether the ball is so wide that a bound of the modulus says as much as an evaluation, and says it better."""
    return bool(z.rel_accuracy_bits() < 10)


def hull(bound: arb) -> acb:
    ball = arb(0, 1) * bound.abs_upper()
    return acb(ball, ball)


def scaled_k(nu: acb, w: acb) -> acb:
    """e^w K_ν(w) = √π (2w)^ν U(ν + ½, 2ν + 1, 2w) (DLMF 10.39.6): far from 0 this keeps the digits that flint's K
    loses."""
    if w.abs_lower() < 3:
        return w.bessel_k(nu, scaled=True)
    return acb.pi().sqrt() * (2 * w).pow(nu) * (2 * w).hypgeom_u(nu + acb(0.5), 2 * nu + 1)


def amplitude_ball(s: acb, nu: acb, z: acb, analytic: bool = False) -> acb:
    """(2/(sπi)) e^{−isπν/2} · e^w K_ν(w) at w = −isz; the cut w ≤ 0 lies outside the right half-plane but for its
    edge."""
    i = acb(0, 1)
    if analytic and z.real > 0 and is_wide(z):
        return hull(amplitude_bound(nu, z.abs_lower()) / z.abs_lower().sqrt())
    w = -i * s * z
    if w.imag.contains(0) and not w.real > 0:
        return NAN
    return 2 / (acb.pi() * i * s) * (-i * s * acb.pi() * nu / 2).exp() * scaled_k(nu, w)


def amplitude_bound(nu: acb, least: arb) -> arb:
    """sup of |A|·√|z| over |z| ≥ least, |arg z| ≤ π/2."""
    half_pi = arb.pi() / 2
    first = abs(4 * nu.real**2 - 1) / 8
    remainder = 2 * first * half_pi / least * (abs(nu.real**2 - arb("0.25")) * half_pi / least).exp()
    return ((2 / arb.pi()).sqrt() * (1 + remainder)).abs_upper()


def hankel_waves(f: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    """J_ν(z) and Y_ν(z) for real ν as phase → amplitude, z a positive multiple of the variable."""
    nu, z = f.args
    up, down = HankelAmplitude(1, nu, z) / 2, HankelAmplitude(-1, nu, z) / 2
    if isinstance(f, sp.bessely):
        up, down = -sp.I * up, sp.I * down
    return {sp.expand(sp.I * z): up, sp.expand(-sp.I * z): down}
