"""Closed forms made readable: reflection of ψ, known values at fractions, conjugate pairs put together."""

from __future__ import annotations

from typing import Any

import sympy as sp


def tidy(value: Any) -> Any:
    """The same value, readable: expanded in logarithms and ψ, reflected, numbers collected. No claim rests on it."""
    value = sp.expand_func(value) if value.is_number else value
    if value.has(sp.besselk, sp.besselj, sp.besseli):
        value = sp.expand_func(value)
    if value.has(sp.polygamma):
        value = reflected(value)
    value = sp.expand_log(sp.expand(value))
    if value.has(sp.gamma):
        value = sp.expand(sp.gammasimp(value)) if sp.count_ops(value) < 200 else value
    if value.has(sp.I):
        value = _real(value)
    return sp.factor_terms(value)


def _real(value: Any) -> Any:
    real = sp.expand(value, complex=True) if not value.has(sp.polygamma, sp.gamma, sp.loggamma) else value
    return value if real.has(sp.re, sp.im, sp.arg) else sp.simplify(real)


def reflected(value: Any) -> Any:
    """ψ^{(m)}(1 − w) = (−1)^m [ψ^{(m)}(w) + π d^m cot(πw)/dw^m], so that pairs w, 1 − w come together (DLMF 5.15.6)."""
    letters = sorted(value.atoms(sp.polygamma), key=sp.default_sort_key)
    table = {node: _canonical(node) for node in letters}
    return sp.expand(value.xreplace({k: v for k, v in table.items() if v != k}))


def _canonical(node: Any) -> Any:
    m, z = node.args
    if z.is_number and z.is_real:
        return _at_fraction(int(m), z) if z.is_Rational and m.is_Integer else node
    if not m.is_Integer:
        return node
    shifted, extra = sp.expand(z), sp.S.Zero
    constant = shifted.as_coeff_Add()[0]
    whole = sp.floor(constant) if constant.is_Rational else sp.S.Zero
    if whole != 0 and abs(whole) <= 3:
        shifted = shifted - whole
        n = int(whole)
        sign = (-1) ** int(m) * sp.factorial(m)
        extra = sp.Add(*(sign / (shifted + k) ** (m + 1) for k in range(n))) - sp.Add(
            *(sign / (shifted + k) ** (m + 1) for k in range(n, 0))
        )
    moving = shifted - shifted.as_coeff_Add()[0]
    if not moving.could_extract_minus_sign():
        return sp.polygamma(m, shifted) + extra
    w = 1 - shifted
    t = sp.Dummy("t")
    slope = sp.diff(sp.cot(sp.pi * t), t, int(m)).subs(t, w)
    reflected_value = (-1) ** int(m) * (sp.polygamma(m, w) + sp.pi * slope)
    inner = _canonical(sp.polygamma(m, w)) if w.as_coeff_Add()[0] not in (sp.Rational(1, 2),) else sp.polygamma(m, w)
    return (-1) ** int(m) * inner + (reflected_value - (-1) ** int(m) * sp.polygamma(m, w)) + extra


def _at_fraction(m: int, z: Any) -> Any:
    """ψ^{(m)} at rationals: shift into (0, 1], then ψ by Gauss, ψ′ at quarters by Catalan's constant, the upper half by
    reflection."""
    n = sp.ceiling(z) - 1
    base = z - n
    sign = (-1) ** m * sp.factorial(m)
    extra = sp.Add(*(sign / (base + k) ** (m + 1) for k in range(int(n)))) if n > 0 else sp.S.Zero
    if n < 0:
        extra = -sp.Add(*(sign / (base + k) ** (m + 1) for k in range(int(n), 0)))
    if m == 0 or base == 1 or base == sp.Rational(1, 2):
        return sp.expand_func(sp.polygamma(m, base)) + extra
    if base > sp.Rational(1, 2):
        t = sp.Dummy("t")
        slope = sp.diff(sp.cot(sp.pi * t), t, m).subs(t, 1 - base)
        return (-1) ** m * (_at_fraction(m, 1 - base) + sp.pi * slope) + extra
    if m == 1 and base == sp.Rational(1, 4):
        return sp.pi**2 + 8 * sp.Catalan + extra
    return sp.polygamma(m, base) + extra
