"""Γ, ψ and Bessel functions shifted to one representative each.

 Γ(z + 1) = z Γ(z), ψ_m(z + 1) = ψ_m(z) + (−1)^m m!/z^{m+1} (DLMF 5.5.1, 5.15.5), off the poles;
 three-term recurrences of Bessel functions (DLMF 10.6.1, 10.29.1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy import Expr, Mul, Rational

from derive.exact.signs import POSITIVE, signs

from .fraction import Fraction

if TYPE_CHECKING:
    from .tower import Tower

_MAX_SHIFT = 60


def _difference(a: Fraction, b: Fraction) -> int | None:
    """a − b if it is a small integer."""
    gap = (a - b).constant()
    if gap is None or gap.q != 1 or abs(int(gap.p)) > _MAX_SHIFT:
        return None
    return int(gap.p)


def _shifted(t: Tower, key: Any, argument: Fraction, meaning: Expr) -> tuple[Fraction, Fraction, int]:
    """Representative argument b, its generator, and the integer n with argument = b + n."""
    known = t.registry.setdefault(key, [])
    for base, generator in known:
        n = _difference(argument, base)
        if n is not None:
            return base, generator, n
    generator = t.ring.variable(t.new("opaque", meaning))
    known.append((argument, generator))
    return argument, generator, 0


def gamma_at(t: Tower, e: Any) -> Fraction:
    """Γ(b + n) = b (b+1) ⋯ (b+n−1) Γ(b)."""
    argument = t.of(e.args[0])
    value = argument.constant()
    if value is not None:
        exact = sp.gamma(Rational(int(value.p), int(value.q)))
        if not exact.has(sp.gamma):
            return t.of(exact)
    base, total, n = _shifted(t, "gamma", argument, sp.gamma(t.expression(argument)))
    for k in range(abs(n)):
        total = total * (base + t.rational(k)) if n > 0 else total / (base - t.rational(k + 1))
    return total


def loggamma_at(t: Tower, e: Any) -> Fraction:
    """log Γ(b + 1) = log Γ(b) + log b for b > 0."""
    argument = t.of(e.args[0])
    base, total, n = _shifted(t, "loggamma", argument, sp.loggamma(t.expression(argument)))
    for k in range(abs(n)):
        step = base + t.rational(k) if n > 0 else base - t.rational(k + 1)
        if signs(t.expression(step), t.domain) != POSITIVE:
            return t.opaque(e)
        total = total + t.log_of(step) if n > 0 else total - t.log_of(step)
    return total


def polygamma_at(t: Tower, e: Any) -> Fraction:
    """ψ_m(b + 1) = ψ_m(b) + (−1)^m m! / b^{m+1}."""
    order, z = e.args
    if not (order.is_Integer and 0 <= int(order) <= 20):
        return t.opaque(e)
    m = int(order)
    argument = t.of(z)
    base, total, n = _shifted(t, ("polygamma", m), argument, sp.polygamma(m, t.expression(argument)))
    weight = t.rational((-1) ** m * sp.factorial(m))
    for k in range(abs(n)):
        step = base + t.rational(k) if n > 0 else base - t.rational(k + 1)
        term = weight * step.inverse() ** (m + 1)
        total = total + term if n > 0 else total - term
    return total


def harmonic_at(t: Tower, e: Any) -> Fraction:
    """H_n = ψ(n + 1) + γ."""
    return t.of(sp.polygamma(0, e.args[0] + 1) + sp.EulerGamma) if len(e.args) == 1 else t.opaque(e)


def _half_orders(func: Any, z: Expr) -> tuple[Expr, Expr]:
    """C_{−1/2}(z) and C_{1/2}(z) (DLMF 10.16.1, 10.39.1-2)."""
    scale = sp.sqrt(2 / sp.pi) / sp.sqrt(z)
    if func is sp.besselk:
        both = sp.sqrt(sp.pi / 2) / sp.sqrt(z) * sp.exp(-z)
        return both, both
    if func is sp.bessely:
        return scale * sp.sin(z), -scale * sp.cos(z)
    return (scale * sp.cos(z), scale * sp.sin(z)) if func is sp.besselj else (scale * sp.cosh(z), scale * sp.sinh(z))


def bessel(three_term: Callable[[Fraction, Fraction, Fraction], Fraction]) -> Any:
    """C_{ν+1} from (2ν/x)·C_ν and C_{ν−1}; every order ν + n in terms of C_ν, C_{ν+1}."""

    def rule(t: Tower, e: Any) -> Fraction:
        order, z = e.args
        argument, nu = t.of(z), t.of(order)
        if order.is_Rational and order.q == 2:
            pair = tuple(t.of(c) for c in _half_orders(e.func, z))
            return _climb(t, three_term, t.rational(Rational(-1, 2)), argument, pair, int(order + Rational(1, 2)))
        for base, known, pair in t.registry.setdefault(("bessel", e.func), []):
            n = _difference(nu, base) if known.same(argument) else None
            if n is not None:
                return _climb(t, three_term, base, known, pair, n)
        pair = tuple(t.ring.variable(t.new("opaque", e.func(order + k, z))) for k in (0, 1))
        t.registry["bessel", e.func].append((nu, argument, pair))
        return pair[0]

    return rule


def _climb(t: Tower, three_term: Any, base: Fraction, z: Fraction, pair: Any, n: int) -> Fraction:
    low, high = pair
    two = t.rational(2)
    for k in range(max(n - 1, 0)):
        nu = base + t.rational(k + 1)
        low, high = high, three_term(low, high, two * nu / z)
    if n >= 1:
        return high
    return _descend(t, three_term, base, z, pair, n)


def _descend(t: Tower, three_term: Any, base: Fraction, z: Fraction, pair: Any, n: int) -> Fraction:
    """C_{ν−1} from the same relation: it is solved for its first argument."""
    low, high = pair
    zero, one = t.rational(0), t.rational(1)
    scale = three_term(one, zero, zero)
    for k in range(-n):
        middle = t.rational(2) * (base - t.rational(k)) / z
        low, high = (high - three_term(zero, low, middle)) / scale, low
    return low


def beta_by_gamma(x: Expr, y: Expr | None = None) -> Expr:
    y = x if y is None else y
    return sp.gamma(x) * sp.gamma(y) / sp.gamma(x + y)


def binomial_at(t: Tower, e: Any) -> Fraction:
    n, k = e.args
    if k.is_Integer and 0 <= int(k) <= _MAX_SHIFT:
        return t.of(Mul(*[n - j for j in range(int(k))]) / sp.factorial(k))
    if n.is_integer and not n.is_nonnegative:
        return t.opaque(e)
    return t.of(sp.gamma(n + 1) / sp.gamma(k + 1) / sp.gamma(n - k + 1))


def standard(low: Fraction, high: Fraction, middle: Fraction) -> Fraction:
    return middle * high - low


def modified_i(low: Fraction, high: Fraction, middle: Fraction) -> Fraction:
    return low - middle * high


def modified_k(low: Fraction, high: Fraction, middle: Fraction) -> Fraction:
    return low + middle * high
