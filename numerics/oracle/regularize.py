"""Rewritings beside a singular end y → 0+ that keep ball arithmetic from cancelling: equal functions, better shapes.

Polynomials in y are written by descending out their lowest power; 1 − cos θ = 2 sin² (θ/2); e^u − e^v = 2
e^{(u+v)/2} sinh((u−v)/2).
"""

from __future__ import annotations

import sympy as sp


def shaped(e: sp.Expr, y: sp.Symbol) -> sp.Expr:
    """An equal expression of y > 0."""
    if not e.args or not e.has(y) or isinstance(e, sp.Integral | sp.Sum | sp.Piecewise):
        return e
    if isinstance(e, sp.Add) and e.is_polynomial(y):
        return _polynomial(e, y)
    again = e.func(*(shaped(a, y) for a in e.args))
    return _sum(again, y) if isinstance(again, sp.Add) else again


def _polynomial(e: sp.Add, y: sp.Symbol) -> sp.Expr:
    p = sp.Poly(e, y)
    low = min(m[0] for m in p.monoms())
    if low == 0:
        return p.as_expr() if all(c.is_number for c in p.all_coeffs()) else e
    return y**low * sp.Add(*(c * y ** (m[0] - low) for m, c in p.terms()))


def _sum(e: sp.Add, y: sp.Symbol) -> sp.Expr:
    if len(e.args) != 2:
        return e
    a, b = e.args
    for s, w in ((a, b), (b, a)):
        if not s.has(y):
            c, f = w.as_independent(y, as_Add=False)
            if isinstance(f, sp.cos) and c == -s:
                return 2 * s * sp.sin(f.args[0] / 2) ** 2
            if isinstance(f, sp.exp) and c == -s:
                half = f.args[0] / 2
                return -2 * s * sp.exp(half) * sp.sinh(half)
    ca, fa = a.as_independent(y, as_Add=False)
    cb, fb = b.as_independent(y, as_Add=False)
    if isinstance(fa, sp.exp) and isinstance(fb, sp.exp) and ca == -cb:
        u, v = fa.args[0], fb.args[0]
        return 2 * ca * sp.exp((u + v) / 2) * sp.sinh(sp.expand(u - v) / 2)
    if isinstance(fa, sp.cos) and isinstance(fb, sp.cos) and ca == -cb:
        u, v = fa.args[0], fb.args[0]
        return -2 * ca * sp.sin((u + v) / 2) * sp.sin(sp.expand(u - v) / 2)
    return e
