"""The kernel of radial processes, dz = (α/z + βz) dt + dW, z > 0, under V = c/z² + ωz² + k, and its Weber integrals.

For data z^p e^{−az²} and ω = 0, with ν² = (α − ½)² + 2c, m = ν + ½ − α, y = z e^{βt}, v = (e^{2βt} − 1)/(2β) and
s = 1 + 2av,
u = e^{−kt} y^m (2v)^{(p−m)/2} s^{−ν−1−(p−m)/2} Γ(ν+1+(p−m)/2)/Γ(ν+1) e^{−ay²/s} ₁F₁((m−p)/2; ν+1; −y²/(2vs)),
the integral over the kernel e^{−kt} (η/v) (η/y)^{α−½} I_ν(ηy/v) e^{−(η²+y²)/(2v)} (Weber). ω is taken away by
u → e^{γz²/2} u, γβ + γ²/2 = ω, which makes β + γ of β and k − γ(α + ½) of k.
References: G. Watson, Theory of Bessel Functions, 13.3; A. Borodin, P. Salminen, Handbook of Brownian Motion, ch. IV.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

Equation = Callable[["Ladder"], tuple[Any, Any]]


@dataclass(frozen=True)
class Weber:
    """factor · ₁F₁(a; b; w), with the conditions for the expectation to be finite."""

    factor: Any
    a: Any
    b: Any
    w: Any
    conditions: tuple[Any, ...]

    @property
    def value(self) -> Any:
        """The product, a polynomial in w for a = 0, −1, −2, …"""
        if self.a.is_Integer and self.a.is_nonpositive:
            terms = range(1 - int(self.a))
            return self.factor * sp.Add(
                *(sp.rf(self.a, k) / sp.rf(self.b, k) * self.w**k / sp.factorial(k) for k in terms)
            )
        return self.factor * sp.hyper([self.a], [self.b], self.w)

    def residual(self, apply: Equation) -> tuple[Any, Any]:
        """The coefficients of M = ₁F₁ and M′ in an equation, w M″ = a M − (b − w) M′."""
        a, b, w = self.a, self.b, self.w
        return apply(Ladder(self.factor, sp.S.Zero, w, (sp.S.Zero, sp.S.One, a / w, (w - b) / w)))


@dataclass(frozen=True)
class Ladder:
    """f A(w) + g B(w) with A′ = pA + qB and B′ = rA + sB: derivatives stay of this form, so that an equation is decided
    by algebra in its two coefficients."""

    f: Any
    g: Any
    w: Any
    rule: tuple[Any, Any, Any, Any]

    def diff(self, x: Any) -> Ladder:
        """The derivative by a variable."""
        (p, q, r, s), slope = self.rule, sp.diff(self.w, x)
        f = sp.diff(self.f, x) + (self.f * p + self.g * r) * slope
        return replace(self, f=f, g=sp.diff(self.g, x) + (self.f * q + self.g * s) * slope)


@dataclass(frozen=True)
class Radial:
    """α, β, γ, k of the process and its potential in z > 0 after ω is taken away; ν and the conditions under which it
    is the right root. absorbed: whether mass is left at z = 0, where it stays under e^{−kt}."""

    alpha: Any
    beta: Any
    gamma: Any
    rate: Any
    nu: Any
    absorbed: bool
    conditions: tuple[Any, ...]

    @property
    def m(self) -> Any:
        """ν + ½ − α: the power of z with which u goes to 0 at z = 0."""
        return sp.factor(self.nu + sp.S.Half - self.alpha)

    def spread(self, t: Any) -> Any:
        """v = (e^{2βt} − 1)/(2β)."""
        if self.beta.could_extract_minus_sign():
            return (1 - sp.exp(2 * self.beta * t)) / (-2 * self.beta)
        return t if self.beta == 0 else (sp.exp(2 * self.beta * t) - 1) / (2 * self.beta)

    def power(self, p: Any, a: Any, z: Any, t: Any) -> Weber:
        """u for the data z^p e^{−az²}, without what is absorbed."""
        shift = sp.expand(a + self.gamma / 2)
        v, y, m, nu = self.spread(t), z * sp.exp(self.beta * t), self.m, self.nu
        s, half = 1 + 2 * shift * v, sp.factor((p - m) / 2)
        top = sp.expand(nu + 1 + half)
        scale = sp.exp(self.gamma * z**2 / 2 - shift * y**2 / s - self.rate * t)
        ratio = min((f(sp.gamma(top) / sp.gamma(nu + 1)) for f in (sp.sympify, sp.gammasimp)), key=sp.count_ops)
        factor = y**m * (2 * v) ** half * s ** (-top) * ratio * scale
        return Weber(factor, -half, nu + 1, -(y**2) / (2 * v * s), (top > 0, s > 0))

    def lost(self, z: Any, t: Any) -> Any:
        """e^{−kt} P(absorbed before t)."""
        if not self.absorbed:
            return sp.S.Zero
        return sp.exp(-self.rate * t) * (1 - replace(self, rate=sp.S.Zero).power(sp.S.Zero, sp.S.Zero, z, t).value)

    def kernel(self, eta: Any, z: Any, t: Any) -> Any:
        """The density of z_t at η under the weight e^{−∫V}, from z."""
        v, y = self.spread(t), z * sp.exp(self.beta * t)
        scale = sp.exp(-self.rate * t + self.gamma * (z**2 - eta**2) / 2 - (eta**2 + y**2) / (2 * v))
        return scale * (eta / v) * (eta / y) ** (self.alpha - sp.S.Half) * sp.besseli(self.nu, eta * y / v)

    def residual(self, apply: Equation, z: Any, t: Any) -> tuple[Any, Any]:
        """The coefficients of I_ν and I_{ν+1} when the kernel is put into an equation."""
        eta, nu = sp.Symbol("eta", positive=True), self.nu
        w = eta * z * sp.exp(self.beta * t) / self.spread(t)
        mark = sp.Dummy("I")
        factor = self.kernel(eta, z, t).replace(sp.besseli, lambda *_: mark) / mark
        return apply(Ladder(factor, sp.S.Zero, w, (nu / w, sp.S.One, sp.S.One, -(nu + 1) / w)))
