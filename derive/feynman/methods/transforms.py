"""Mellin transforms M(s) = ∫_0^∞ x^{s−1} g(x) dx of single functions, continued analytically in s.

By structure: a table for g(u), and M[g(c x^r)](s) = c^{−s/r} M[g](s/r)/|r|. Every entry has a strip of convergence; the
continuation beyond it is the Mellin transform in the sense of finite parts, which is additive whatever the strips are
(D. Zagier, The Mellin transform and related analytic techniques, appendix; F. Oberhettinger, Tables of Mellin
Transforms).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.exact import sign_of
from derive.feynman.methods.waves import binomial, monomials

Given = tuple[Any, ...]


def wave_transform(damping: Any, phase: Any, kind: str, x: sp.Symbol, s: sp.Symbol, given: Given = ()) -> Any | None:
    """∫ x^{s−1} e^{−damping} cos(phase) dx (or sin), both sums of powers of x; None if it is not in closed form here.

    One power r: Γ(s/r) (a² + b²)^{−s/2r} cos(sθ/r)/r with tan θ = b/a. Powers r and −r without phase: 2 (b/a)^{s/2r}
    K_{s/r}(2√(ab))/r.
    """
    decay, turn = monomials(damping, x), monomials(phase, x)
    if decay is None or turn is None:
        return None
    shift = turn.pop(sp.S.Zero, sp.S.Zero)
    front = sp.exp(-decay.pop(sp.S.Zero, sp.S.Zero))
    if shift != 0:
        moving = phase - shift
        cosine = wave_transform(damping, moving, "cos", x, s, given)
        sine = wave_transform(damping, moving, "sin", x, s, given)
        if cosine is None or sine is None:
            return None
        if kind == "cos":
            return sp.cos(shift) * cosine - sp.sin(shift) * sine
        return sp.sin(shift) * cosine + sp.cos(shift) * sine
    powers = set(decay) | set(turn)
    if len(powers) == 2 and not turn and sum(powers) == 0:
        r = max(decay, key=lambda p: sign_of(p, given) or 0)
        a, b = decay[r], decay[-r]
        if sign_of(a, given) != 1 or sign_of(b, given) != 1:
            return None
        return front * 2 / r * (b / a) ** (s / (2 * r)) * sp.besselk(s / r, 2 * sp.sqrt(a * b))
    if len(powers) != 1:
        return None
    (r,) = powers
    size = sign_of(r, given)
    a, b = decay.get(r, sp.S.Zero), turn.get(r, sp.S.Zero)
    if size not in (1, -1):
        return None
    t = s / r
    scale = front * sp.gamma(t) / (size * r)
    if b == 0:
        return None if kind == "sin" or sign_of(a, given) != 1 else scale * a ** (-t)
    side = sign_of(b, given)
    if side not in (1, -1):
        return None
    if a == 0:
        theta, modulus = sp.pi / 2, (side * b) ** (-t)
    elif sign_of(a, given) == 1:
        theta, modulus = sp.atan(side * b / a), sp.factor(a**2 + b**2) ** (-t / 2)
    else:
        return None
    return scale * modulus * (sp.cos(t * theta) if kind == "cos" else side * sp.sin(t * theta))


def kernel_transform(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given = ()) -> Any | None:
    """The Mellin transform of one function from the table, scaled; None where the table has none."""
    base, power = g.as_base_exp()
    if x in power.free_symbols:
        return None
    if isinstance(base, sp.log) and power.is_Integer and power > 0:
        return _logarithm(base.args[0], int(power), sp.S.Zero, x, s, given)
    if base.is_Add:
        return _power(base, -power, x, s, given)
    if power == 2:
        for functions, entry in _SQUARES.items():
            if isinstance(base, functions):
                return _scaled(lambda t, of=entry: of(t, *base.args[:-1]), base.args[-1], x, s, given)
    if power != 1 or base.func not in _TABLE:
        return None
    argument = base.args[-1]
    return _scaled(lambda t: _TABLE[base.func](t, *base.args[:-1]), argument, x, s, given)


def pair_transform(g: Any, h: Any, x: sp.Symbol, s: sp.Symbol, given: Given = ()) -> Any | None:
    """The Mellin transform of a product of two functions of the same argument that is again a quotient of Γ's."""
    for first, second in ((g, h), (h, g)):
        argument = _power_of(second, x)
        if first.func is sp.exp and second.func in (sp.besseli, sp.besselk) and argument is not None:
            ratio = sp.cancel(first.args[0] / second.args[-1])
            entry = _DAMPED.get((second.func, ratio))
            if entry is not None:
                return _scaled(lambda t, e=entry, n=second.args[0]: e(t, n), second.args[-1], x, s, given)
        if first.is_Pow and second.is_Pow and first.base != second.base:
            continue
        base, power = first.as_base_exp()
        inner, count = second.as_base_exp()
        if base.is_Add and isinstance(inner, sp.log) and sp.cancel(inner.args[0] / base).is_number and count.is_Integer:
            return _logarithm(inner.args[0], int(count), -power, x, s, given)
    return None


def _power_of(g: Any, x: sp.Symbol) -> Any | None:
    if not g.args:
        return None
    table = monomials(g.args[-1], x)
    return g.args[-1] if table is not None and len(table) == 1 and 0 not in table else None


def _scaled(entry: Callable[[Any], Any], argument: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Any | None:
    table = monomials(argument, x)
    if table is None or len(table) != 1:
        return None
    ((r, c),) = table.items()
    size = sign_of(r, given)
    if size not in (1, -1) or sign_of(c, given) != 1:
        return None
    return c ** (-s / r) * entry(s / r) / (size * r)


def _power(base: Any, rho: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Any | None:
    """(c + d x^r)^{−ρ}, (x² + bx + c)^{−1} with negative discriminant, and principal values at c/d < 0 for ρ = 1."""
    parts = binomial(base, x)
    if parts is None:
        quadratic = trinomial(base, x, given)
        if quadratic is None or rho != 1:
            return None
        lead, radius, theta, r = quadratic
        t = s / r
        return sp.pi * radius ** (t - 2) * sp.sin((1 - t) * theta) / (lead * r * sp.sin(theta) * sp.sin(sp.pi * t))
    c, d, r = parts
    size = sign_of(r, given)
    if size not in (1, -1):
        return None
    t = s / r
    ratio = sign_of(d / c, given)
    if ratio == 1 and sign_of(c, given) == 1:
        return c ** (-rho) * (d / c) ** (-t) * sp.gamma(t) * sp.gamma(rho - t) / (sp.gamma(rho) * size * r)
    if ratio == 1 and rho.is_Integer:
        inner = _power(-base, rho, x, s, given)
        return None if inner is None else (-1) ** int(rho) * inner
    if ratio == -1 and rho == 1:
        return sp.pi * sp.cot(sp.pi * t).rewrite(sp.cos) * (-d / c) ** (-t) / (c * size * r)
    return None


def trinomial(base: Any, x: sp.Symbol, given: Given) -> tuple[Any, Any, Any, Any] | None:
    """(l, ρ, θ, r) with base = l (y² + 2ρ cos θ y + ρ²), y = x^r, 0 < θ < π; None if it is not of that form."""
    table = monomials(base, x)
    if table is None or len(table) != 3 or 0 not in table:
        return None
    small, large = sorted((p for p in table if p != 0), key=lambda p: sp.S(p).sort_key())
    r = small if sp.cancel(large / small) == 2 else large
    if sp.cancel(large / small) not in (2, sp.Rational(1, 2)) or sign_of(r, given) != 1:
        return None
    lead, middle, last = table[2 * r], table[r], table[sp.S.Zero]
    radius = sp.sqrt(sp.cancel(last / lead))
    cosine = sp.simplify(middle / (2 * lead * radius))
    if sign_of(last / lead, given) != 1 or sign_of(1 - cosine**2, given) != 1:
        return None
    return lead, radius, sp.acos(cosine), r


def _logarithm(inner: Any, n: int, rho: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Any | None:
    """log^n(c + d x^r) (c + d x^r)^{−ρ} as derivatives of Γ(t)Γ(ρ−t)/Γ(ρ) in ρ; log of a quadratic without real zero.

    At ρ = 0 the factor 1/Γ(ρ) makes it n! times a coefficient of the expansion, so ρ stays a letter until the end.
    """
    parts = binomial(inner, x)
    if parts is None:
        quadratic = trinomial(inner, x, given)
        if quadratic is None or n != 1 or rho != 0:
            return None
        _, radius, theta, r = quadratic
        t = s / r
        return 2 * sp.pi * radius**t * sp.cos(theta * t) / (t * r * sp.sin(sp.pi * t))
    c, d, r = parts
    size = sign_of(r, given)
    ratio = sign_of(d / c, given)
    if size not in (1, -1) or sign_of(c, given) != 1:
        return None
    t = s / r
    if ratio == -1 and n == 1 and rho == 0 and c == 1:
        return (-d / c) ** (-t) * sp.pi * sp.cos(sp.pi * t) / (sp.sin(sp.pi * t) * t * size * r)
    if ratio != 1:
        return None
    p = sp.Dummy("rho")
    body = sp.gamma(p - t) * (sp.S.One if rho != 0 else p / sp.gamma(p + 1)) / (sp.gamma(p) if rho != 0 else 1)
    body = c ** (-p) * body
    derivative = (-1) ** n * sp.diff(body, p, n).subs(p, rho)
    return sp.expand_func(derivative) * (d / c) ** (-t) * sp.gamma(t) / (size * r)


def _bessel_j(t: Any, n: Any) -> Any:
    return 2 ** (t - 1) * sp.gamma((n + t) / 2) / sp.gamma(1 + (n - t) / 2)


def _bessel_y(t: Any, n: Any) -> Any:
    return -(2 ** (t - 1)) / sp.pi * sp.gamma((t + n) / 2) * sp.gamma((t - n) / 2) * sp.cos(sp.pi * (t - n) / 2)


def _bessel_k(t: Any, n: Any) -> Any:
    return 2 ** (t - 2) * sp.gamma((t - n) / 2) * sp.gamma((t + n) / 2)


def _damped_i(t: Any, n: Any) -> Any:
    return sp.gamma(sp.Rational(1, 2) - t) * sp.gamma(t + n) / (sp.sqrt(sp.pi) * 2**t * sp.gamma(1 + n - t))


def _damped_k(t: Any, n: Any) -> Any:
    return sp.sqrt(sp.pi) * 2 ** (-t) * sp.gamma(t + n) * sp.gamma(t - n) / sp.gamma(t + sp.Rational(1, 2))


def _grown_k(t: Any, n: Any) -> Any:
    half = sp.Rational(1, 2)
    return sp.cos(sp.pi * n) / (sp.sqrt(sp.pi) * 2**t) * sp.gamma(half - t) * sp.gamma(t - n) * sp.gamma(t + n)


def _square_j(t: Any, n: Any) -> Any:
    bottom = 2 * sp.sqrt(sp.pi) * sp.gamma(1 - t / 2) * sp.gamma(1 + n - t / 2)
    return sp.gamma((1 - t) / 2) * sp.gamma(n + t / 2) / bottom


def _square_k(t: Any, n: Any) -> Any:
    top = sp.gamma(t / 2) * sp.gamma(t / 2 + n) * sp.gamma(t / 2 - n)
    return sp.sqrt(sp.pi) / 4 * top / sp.gamma((t + 1) / 2)


_TABLE: dict[Any, Callable[..., Any]] = {
    sp.atan: lambda t: -sp.pi / (2 * t * sp.cos(sp.pi * t / 2)),
    sp.acot: lambda t: sp.pi / (2 * t * sp.cos(sp.pi * t / 2)),
    sp.asinh: lambda t: -sp.gamma((t + 1) / 2) * sp.gamma(-t / 2) / (2 * sp.sqrt(sp.pi) * t),
    sp.erf: lambda t: -sp.gamma((t + 1) / 2) / (sp.sqrt(sp.pi) * t),
    sp.erfc: lambda t: sp.gamma((t + 1) / 2) / (sp.sqrt(sp.pi) * t),
    sp.Si: lambda t: -sp.gamma(t) * sp.sin(sp.pi * t / 2) / t,
    sp.Ci: lambda t: -sp.gamma(t) * sp.cos(sp.pi * t / 2) / t,
    sp.expint: lambda t, n: sp.gamma(t) / (t + n - 1),
    sp.uppergamma: lambda t, n: sp.gamma(t + n) / t,
    sp.lowergamma: lambda t, n: -sp.gamma(t + n) / t,
    sp.besselj: _bessel_j,
    sp.bessely: _bessel_y,
    sp.besselk: _bessel_k,
    sp.airyai: lambda t: 3 ** (-(t + 2) / 3) * sp.gamma(t) / sp.gamma((t + 2) / 3),
}
_SQUARES: dict[Any, Callable[..., Any]] = {sp.besselj: _square_j, sp.besselk: _square_k}
_DAMPED: dict[Any, Callable[..., Any]] = {
    (sp.besseli, sp.S.NegativeOne): _damped_i,
    (sp.besselk, sp.S.NegativeOne): _damped_k,
    (sp.besselk, sp.S.One): _grown_k,
}
