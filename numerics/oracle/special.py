"""Germs of error functions, Bessel functions and elliptic integrals: expansions and majorants with their sources."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import acb, arb

from numerics.oracle.germ import Calculus, Germ, bump, moduli
from numerics.oracle.scale import ONE, UNIT, NoGerm, Scale


def erfc(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    """erfc(z) = e^{−z²}/(z√π)·(1 + ρ), |ρ| ≤ 1/(2|z|²) for |arg z| ≤ π/4 (DLMF 7.12(i)); erfc(−z) = 2 − erfc(z)."""
    arg = e.args[0]
    c0, _, _ = c.relative(g)
    if c.region.sector or not c.region.value(c0).imag.is_zero() or not arg.is_extended_real:
        raise NoGerm(e, "erfc off the real line")
    if c.region.sign(c0) == -1:
        return c.add(c.make({UNIT: sp.Integer(2)}), c.scaled(erfc(c, sp.erfc(-arg), c.scaled(g, -ONE)), -ONE))
    main = c.of(sp.exp(-sp.expand(arg**2)) / (arg * sp.sqrt(sp.pi)))
    correction = c.of(1 / (2 * arg**2))
    bound: dict[Scale, arb] = {}
    for n, size in moduli(c, c.mul(main, correction)).items():
        bump(bound, n, size)
    return c.add(main, Germ({}, bound))


def erf(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    return c.add(c.make({UNIT: ONE}), c.scaled(erfc(c, sp.erfc(e.args[0]), g), -ONE))


def bessel_j(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    """|J_ν(x)| ≤ 1 for real x ≥ 0 and ν ≥ 0 (DLMF 10.14.1)."""
    nu, x = e.args
    if c.region.sector or not (nu.is_nonnegative and x.is_extended_real):
        raise NoGerm(e, "J outside ν ≥ 0, x real")
    return Germ({}, {UNIT: arb(1)})


def bessel_i(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    """|I_n(x)| ≤ e^{|x|} for real x and integer n (I_n(x) = (1/π)∫₀^π e^{x cos θ} cos nθ dθ)."""
    n, x = e.args
    if c.region.sector or not (n.is_integer and x.is_extended_real):
        raise NoGerm(e, "I outside integer order, x real")
    c0, _, _ = c.relative(g)
    s = c.region.sign(c0)
    if s is None or s == 0:
        raise NoGerm(e, "I of an argument without a sign")
    return Germ({}, moduli(c, c.of(sp.exp(s * x))))


def bessel_k(c: Calculus, e: sp.Expr, g: Germ) -> Germ:
    """e^x K_ν(x) decreases in x > 0 for real ν (K_ν(x) = ∫₀^∞ e^{−x cosh u} cosh νu du), so K_ν(x) ≤ e^X K_ν(X)
    e^{−x}, x ≥ X."""
    nu, x = e.args
    c0, m, eps = c.relative(g)
    if c.region.sector or not (nu.is_extended_real and x.is_extended_real) or c.region.sign(c0) != 1:
        raise NoGerm(e, "K outside real order, x > 0")
    reach = c.size(eps) if eps.terms or eps.rest else arb(0)
    growth = c.region.supremum(m ** sp.Integer(-1))
    least = acb((c.region.value(c0).real * (1 - reach) / growth).lower())
    if not least.real > 0:
        raise NoGerm(e, "K too near 0")
    top = (least.exp() * least.bessel_k(c.region.value(nu))).abs_upper()
    return Germ({}, {n: size * top for n, size in moduli(c, c.of(sp.exp(-x))).items()})


def bessel_k_at_zero(c: Calculus, e: sp.Expr, constant: sp.Expr, eps: Germ) -> Germ:
    """0 < K_ν(x) ≤ K_μ(x) ≤ ½Γ(μ)(2/x)^μ for |ν| ≤ μ, x > 0 (K increases with |ν|; DLMF 10.32.8 read at cosh ≥ …)."""
    nu, x = e.args
    if c.region.sector or constant != 0 or not (nu.is_extended_real and x.is_positive):
        raise NoGerm(e, "K at 0 outside real order, x > 0")
    mu = sp.Abs(nu) if nu != 0 else sp.Rational(1, 16)
    return Germ({}, moduli(c, c.of(sp.gamma(mu) / 2 * (2 / x) ** mu)))


def bessel_at_zero(sign: int) -> Callable[[Calculus, sp.Expr, sp.Expr, Germ], Germ]:
    """J_ν (sign −1), I_ν (sign 1): (z/2)^ν/Γ(ν+1)·₀F₁(ν+1; ±z²/4) (DLMF 10.16.9)."""

    def rule(c: Calculus, e: sp.Expr, constant: sp.Expr, eps: Germ) -> Germ:
        nu, z = e.args
        if constant != 0:
            raise NoGerm(e, "a Bessel function on its cut")
        return c.of((z / 2) ** nu / sp.gamma(nu + 1) * sp.hyper([], [nu + 1], sign * sp.expand(z**2) / 4))

    return rule


def elliptic_k(c: Calculus, e: sp.Expr, constant: sp.Expr, eps: Germ) -> Germ:
    """K(m) = π/(2 agm(1, √(1−m))) ≤ (π/2)(1−m)^{−1/4} for real m < 1, as the agm exceeds the geometric mean."""
    m = e.args[0]
    if c.region.sector or constant != 1:
        raise NoGerm(e, "K near this point")
    margin = sp.expand(1 - m)
    c0, _, _ = c.relative(c.of(margin))
    if c.region.sign(c0) != 1:
        raise NoGerm(e, "K beyond its cut")
    return Germ({}, moduli(c, c.of(sp.pi / 2 * margin ** sp.Rational(-1, 4))))
