"""Closed forms made readable: reflection of ψ, known values at fractions, conjugate pairs put together."""

from __future__ import annotations

from typing import Any

import sympy as sp


def tidy(value: Any) -> Any:
    """The same value, readable: expanded in logarithms and ψ, reflected, numbers collected. No claim rests on it."""
    value = sp.expand_func(value) if value.is_number else value
    if value.has(sp.stieltjes):
        value = value.xreplace({node: _stieltjes(node) for node in value.atoms(sp.stieltjes)})
    if value.has(sp.besselk, sp.besselj, sp.besseli):
        value = half_orders(value)
    if value.has(sp.polygamma):
        value = reflected(value)
    value = sp.expand_log(sp.expand(value))
    if value.has(sp.gamma):
        value = sp.expand(sp.gammasimp(value)) if sp.count_ops(value) < 200 else value
    if value.has(sp.I):
        value = _real(value)
    if value.has(sp.tan) and value.has(sp.cot):
        value = sp.expand(value).replace(lambda e: e.is_Add and e.has(sp.tan), _double_angles)
    return sp.factor_terms(value)


def _double_angles(total: Any) -> Any:
    """tan y + cot y = 2/sin 2y, cot y − tan y = 2 cot 2y."""
    for node in total.atoms(sp.tan):
        y = node.args[0]
        c, d = total.coeff(node, 1), total.coeff(sp.cot(y), 1)
        if c != 0 and c.is_number is d.is_number and sp.expand(c - d) == 0:
            total = sp.expand(total - c * node - d * sp.cot(y)) + 2 * c / sp.sin(2 * y)
        elif c != 0 and sp.expand(c + d) == 0:
            total = sp.expand(total - c * node - d * sp.cot(y)) - 2 * c * sp.cot(2 * y)
    return total


def _stieltjes(node: Any) -> Any:
    """γ_1(m/n) − γ_1(1 − m/n) = 2π Σ_l sin(2πml/n) log Γ(l/n) − π (γ + log 2πn) cot(mπ/n) for m/n > ½ (I. Blagouchine,
    J. Number Theory 148 (2015), 537-592)."""
    if len(node.args) < 2 or node.args[0] != 1 or not node.args[1].is_Rational or not 1 > node.args[1] * 1 > 0:
        return node
    z = node.args[1]
    if z <= sp.Rational(1, 2):
        return node
    m, n = int(z.p), int(z.q)
    total = 2 * sp.pi * sp.Add(*(sp.sin(2 * sp.pi * m * l / n) * sp.loggamma(sp.Rational(l, n)) for l in range(1, n)))
    cot = sp.cot(sp.pi * z)
    return sp.stieltjes(1, 1 - z) + total - sp.pi * (sp.EulerGamma + sp.log(2 * sp.pi * n)) * cot


def half_orders(value: Any) -> Any:
    """Bessel functions of order n + ½ as elementary functions (DLMF 10.39.2, 10.16.1, with their recurrences)."""
    value = value.replace(lambda e: e.func is sp.besselk and (2 * e.args[0]).is_odd is True, lambda e: _half_k(*e.args))
    return sp.expand_func(value)


def _half_k(order: Any, z: Any) -> Any:
    n = int(abs(order) - sp.Rational(1, 2))
    terms = (sp.factorial(n + k) / (sp.factorial(k) * sp.factorial(n - k)) / (2 * z) ** k for k in range(n + 1))
    return sp.sqrt(sp.pi / (2 * z)) * sp.exp(-z) * sp.Add(*terms)


def _real(value: Any) -> Any:
    real = sp.expand(value, complex=True) if not value.has(sp.polygamma, sp.gamma, sp.loggamma) else value
    return value if real.has(sp.re, sp.im, sp.arg) else sp.simplify(real)


def real_part(value: Any) -> Any | None:
    """Re of an expression in real parameters, square roots of positive quantities, exp and log; None if it resists."""
    radicals = [node for node in value.atoms(sp.Pow) if node.exp.is_Rational and node.exp.q == 2]
    letters = {base: sp.Dummy("r", positive=True) for base in {node.base for node in radicals}}
    inner = {name: sp.sqrt(base) for base, name in letters.items()}
    parts = _split(value.xreplace({node: letters[node.base] ** (2 * node.exp) for node in radicals}))
    return None if parts is None else parts[0].xreplace(inner)


def _split(e: Any) -> tuple[Any, Any] | None:
    """(Re, Im), multiplied out as little as possible."""
    if not e.has(sp.I) and e.is_real:
        return e, sp.S.Zero
    if e == sp.I:
        return sp.S.Zero, sp.S.One
    if not isinstance(e, (sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log)):
        return None
    if isinstance(e, sp.Pow) and not isinstance(e, sp.exp):
        parts = _split(e.base) if e.exp.is_Integer else None
        if parts is None:
            return None
        u, v = parts
        if v == 0:
            return u**e.exp, sp.S.Zero
        power = sp.expand((u + sp.I * v) ** abs(e.exp))
        v = power.coeff(sp.I, 1)
        u = sp.expand(power - sp.I * v)
        if e.exp > 0:
            return u, v
        size = sp.factor_terms(sp.expand(u**2 + v**2))
        return u / size, -v / size
    inner = [_split(arg) for arg in e.args]
    pairs = [pair for pair in inner if pair is not None]
    if len(pairs) < len(inner):
        return None
    if isinstance(e, sp.Add):
        return sp.Add(*(u for u, _ in pairs)), sp.Add(*(v for _, v in pairs))
    if isinstance(e, sp.Mul):
        re, im = sp.S.One, sp.S.Zero
        for u, v in pairs:
            re, im = re * u - im * v, re * v + im * u
        return re, im
    u, v = (sp.expand(part) for part in pairs[0])
    if isinstance(e, sp.exp):
        return sp.exp(u) * sp.cos(v), sp.exp(u) * sp.sin(v)
    modulus = sp.log(sp.Abs(u)) if v == 0 else sp.log(sp.expand(u**2 + v**2)) / 2
    return modulus, sp.atan2(v, u)


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
    if base == sp.Rational(1, 6):  # duplication, DLMF 5.15.7
        third = sp.Rational(1, 3)
        return 2 ** (m + 1) * _at_fraction(m, third) - _at_fraction(m, 2 * third) + extra
    if m == 1 and base == sp.Rational(1, 4):
        return sp.pi**2 + 8 * sp.Catalan + extra
    return sp.polygamma(m, base) + extra
