"""y′ = p + q y + r y² with constants (p, q functions of the time for r = 0), and the integral of its solution."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.stochastic.checking import zero


def riccati(rate: Any, y: Any, first: Any, t: Any, given: tuple[Any, ...] = ()) -> Any | None:
    """The solution of y′ = p + q y + r y², y(0) = first: p and q functions of t if r = 0, constants otherwise.

    None if the equation has another form or an integral is not found.
    """
    poly = sp.Poly(rate, y) if rate.has(y) else None
    if poly is not None and poly.degree() > 2:
        return None
    p, q, r = (rate, sp.S.Zero, sp.S.Zero) if poly is None else (poly.coeff_monomial(y**k) for k in range(3))
    if r == 0:
        return _linear(p, q, first, t, given)
    if any(e.has(t) for e in (p, q, r)):
        return None
    if zero(p, given) and zero(q, given):
        return first / (1 - r * first * t)
    if zero(p, given):
        growth = sp.exp(q * t)
        return first * growth / (1 - r * first * (growth - 1) / q)
    return _constant_riccati(p, q, r, first, t, given)


def riccati_integral(rate: Any, y: Any, first: Any, t: Any, given: tuple[Any, ...] = ()) -> Any | None:
    """∫₀ᵗ y for y′ = p + q y + r y² with constants, r ≠ 0: −(log D + qt/2)/r, D = cosh wt − (r y(0) + q/2) sinh(wt)/w,
    w² = q²/4 − p r, since y = −(D′/D + q/2)/r. None for other equations."""
    poly = sp.Poly(rate, y) if rate.has(y) else None
    if poly is None or poly.degree() != 2 or any(c.has(t) for c in poly.coeffs()):
        return None
    p, q, r = (poly.coeff_monomial(y**k) for k in range(3))
    w, even, odd = _waves(p, q, r, t, given)
    if w == 0:
        return None
    return -(sp.log(even - (r * first + q / 2) * odd / w) + q * t / 2) / r


def _waves(p: Any, q: Any, r: Any, t: Any, given: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """(w, cosh wt, sinh wt), or (w, cos wt, sin wt) with −w² under the root where that is known to be positive."""
    from derive.exact import is_positive

    square = sp.factor(q**2 / 4 - p * r)
    if is_positive(-square, given) is True:
        w = sp.sqrt(-square)
        return w, sp.cos(w * t), sp.sin(w * t)
    w = sp.powdenest(sp.sqrt(square), force=True) if square.is_Pow else sp.sqrt(square)
    return w, sp.cosh(w * t), sp.sinh(w * t)


def _linear(p: Any, q: Any, first: Any, t: Any, given: tuple[Any, ...]) -> Any | None:
    """y = Φ (first + ∫ p/Φ), Φ = exp ∫ q."""
    if zero(p, given) and zero(first, given):
        return sp.S.Zero
    growth = from_zero(q, t, given)
    if growth is None:
        return None
    flow = sp.exp(growth)
    push = from_zero(sp.powsimp(sp.expand(p / flow)), t, given)
    return None if push is None else sp.expand(flow * (first + push))


def from_zero(f: Any, t: Any, given: tuple[Any, ...]) -> Any | None:
    """∫₀ᵗ f, differentiated back; looked for with parameters without a sign positive. None if it is not found."""
    if zero(f, given):
        return sp.S.Zero
    s = sp.Dummy("s", positive=True)
    signs = {p: sp.Dummy(p.name, positive=True) for p in f.free_symbols - {t} if p.is_positive is None}
    back = {new: old for old, new in signs.items()}
    plain = f.xreplace({t: s, **signs})
    for form in (sp.expand(plain), sp.simplify(plain), sp.expand(sp.simplify(plain).rewrite(sp.exp))):
        inner = sp.integrate(form, s)
        if isinstance(inner, sp.Piecewise):
            inner = inner.args[0][0]
        if inner.has(sp.Integral, sp.Piecewise, sp.nan):
            continue
        value = (inner.subs(s, t) - inner.subs(s, 0)).xreplace(back)
        if not value.has(sp.nan, sp.zoo, sp.oo) and zero(sp.diff(value, t) - f, given):
            return value
    return None


def _constant_riccati(p: Any, q: Any, r: Any, first: Any, t: Any, given: tuple[Any, ...]) -> Any:
    """y = (y0 + (p' + …) tanh)/(…): with w² = q²/4 − p r, y = (y0 w + (p + q y0/2) T)/(w − (r y0 + q/2) T), T = tanh wt
    (tan, with −w² > 0, where that sign is known)."""
    from derive.exact import is_positive

    square = sp.factor(q**2 / 4 - p * r)
    if is_positive(-square, given) is True:
        w = sp.sqrt(-square)
        wave = sp.tan(w * t)
    else:
        w = sp.sqrt(square)
        wave = sp.tanh(w * t)
    return (first * w + (p + q * first / 2) * wave) / (w - (r * first + q / 2) * wave)
