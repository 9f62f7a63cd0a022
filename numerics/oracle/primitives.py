"""Inner integrals and sums in closed form where the integrand is Σ polynomial × e^{polynomial of degree ≤ 2}, as
functions of the outer variables.

∫ P e^{αx+β} dx = e^{αx+β} Σⱼ (−1)ʲ P⁽ʲ⁾/α^{j+1}, which → 0 at ∞ for Re α < 0;
∫_{−∞}^{∞} P(x) e^{−Ax²+Bx+C} dx = e^{C+B²/4A} Σ_m p_m Γ((m+1)/2) A^{−(m+1)/2} over even m, A > 0, with
P(y + B/2A) = Σ p_m y^m;
rational functions times waves go by residues (`numerics.oracle.residues`);
Σ_{m≥0} C(m+j, j) r^m = (1 − r)^{−j−1} for |r| < 1.
Each holds for almost every value of the outer variables (where α ≠ 0), which is enough under an outer integral.
"""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from numerics.oracle.letters import REMEMBERED
from numerics.oracle.residues import by_residues
from numerics.oracle.scale import NoGerm
from numerics.oracle.waves import Waves, waves


@lru_cache(maxsize=REMEMBERED, typed=True)
def collapsed(e: sp.Expr) -> sp.Expr:
    """e with every inner integral or sum that has such a closed form replaced by it, the innermost first."""
    if not e.has(sp.Integral, sp.Sum):
        return e
    if isinstance(e, sp.Integral | sp.Sum):
        return _collapsed_node(e)
    return e.func(*(collapsed(a) if isinstance(a, sp.Expr) else a for a in e.args))


def _collapsed_node(e: sp.Integral | sp.Sum) -> sp.Expr:
    """The outermost variable first becomes a symbol with the assumptions of its range, whatever it was declared as."""
    *inner, last = e.limits
    if len(last) != 3:
        return e
    x, lo, hi = last.args
    body = e.func(e.function, *inner) if inner else e.function
    whole = isinstance(e, sp.Sum)
    ranged = sp.Dummy(
        x.name, real=True, integer=True if whole else None, positive=_positive(lo, hi, strict=whole) or None
    )
    f = body.subs(x, ranged)
    g = collapsed(f)
    limit = sp.Tuple(ranged, lo, hi)
    closed = _geometric(g, limit) if whole else _closed(g, limit)
    if closed is not None:
        return closed
    return e if g == f else e.func(g, limit)  # pyright: ignore[reportReturnType]


def _positive(lo: sp.Expr, hi: sp.Expr, strict: bool) -> bool:
    """Whether the range lies in x > 0 (an integral does not see x = 0)."""
    if strict:
        return bool(lo.is_extended_positive and hi.is_extended_positive)
    return bool(lo.is_extended_nonnegative and hi.is_extended_nonnegative)


def _closed(f: sp.Expr, limit: sp.Tuple) -> sp.Expr | None:
    """∫ f over one limit by the formulas above; None where a condition is not seen to hold."""
    x, lo, hi = limit.args
    if f.has(sp.Integral, sp.Sum) or hi == -sp.oo or lo == sp.oo:
        return None
    constant, moving = f.as_independent(x, as_Add=False)
    y = sp.Dummy(x.name, real=True)
    moving = moving.subs(x, y)
    try:
        parts = waves(sp.powsimp(moving) if isinstance(moving, sp.Mul) else moving, y)
    except NoGerm:
        return None
    total = _by_primitives(parts, y, lo, hi)
    if total is None:
        total = by_residues(moving, parts, y, lo, hi)
    if total is None:
        return None
    if not f.has(sp.I):
        total = sp.expand(total.replace(sp.exp, _by_cosine))
    return constant * total


def _by_primitives(parts: Waves, y: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> sp.Expr | None:
    """Σ ∫ polynomial × e^{polynomial}."""
    total = sp.S.Zero
    for phase, amplitude in parts.items():
        if not (amplitude.is_polynomial(y) and phase.is_polynomial(y)):
            return None
        part = _part(sp.Poly(amplitude, y), sp.Poly(phase, y), y, lo, hi)
        if part is None:
            return None
        total += part
    return total


def _by_cosine(e: sp.Expr) -> sp.Expr:
    """e^{u+iv} = e^u (cos v + i sin v) with u, v real by inspection, else as it is."""
    u, v = sp.expand(e).as_real_imag()
    if v == 0 or u.has(sp.re, sp.im) or v.has(sp.re, sp.im):
        return sp.exp(e)
    return sp.exp(u) * (sp.cos(v) + sp.I * sp.sin(v))


def _part(p: sp.Poly, phase: sp.Poly, y: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> sp.Expr | None:
    degree = phase.degree()
    if degree <= 0:
        if lo.is_infinite or hi.is_infinite:
            return None
        primitive = p.integrate(y).as_expr()
        return sp.exp(phase.as_expr()) * (primitive.subs(y, hi) - primitive.subs(y, lo))
    if degree == 1:
        return _linear(p, phase, y, lo, hi)
    if degree == 2 and lo == -sp.oo and hi == sp.oo:
        return _gauss(p, phase, y)
    if degree == 2 and lo == 0 and hi == sp.oo and phase.coeff_monomial(y) == 0:
        return _gauss(p, phase, y, half=True)
    return None


def _linear(p: sp.Poly, phase: sp.Poly, y: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> sp.Expr | None:
    alpha = phase.LC()
    falls = sp.re(sp.expand(alpha))
    if (hi == sp.oo and not falls.is_negative) or (lo == -sp.oo and not falls.is_positive):
        return None
    primitive, derivative, power = sp.S.Zero, p, 1
    while not derivative.is_zero:
        primitive += (-1) ** (power - 1) * derivative.as_expr() / alpha**power
        derivative, power = derivative.diff(y), power + 1
    whole = primitive * sp.exp(phase.as_expr())
    upper = sp.S.Zero if hi == sp.oo else whole.subs(y, hi)
    lower = sp.S.Zero if lo == -sp.oo else whole.subs(y, lo)
    return upper - lower


def _gauss(p: sp.Poly, phase: sp.Poly, y: sp.Symbol, half: bool = False) -> sp.Expr | None:
    a, b, c = -phase.coeff_monomial(y**2), phase.coeff_monomial(y), phase.coeff_monomial(1)
    if not a.is_positive:
        return None
    shifted = sp.Poly(p.as_expr().subs(y, y + b / (2 * a)), y)
    total = sp.S.Zero
    for (m,), coefficient in shifted.terms():
        if m % 2 == 0 or half:
            total += coefficient * sp.gamma(sp.Rational(m + 1, 2)) / a ** sp.Rational(m + 1, 2)
    return sp.exp(c + sp.expand(b**2 / (4 * a))) * (total / 2 if half else total)


def _geometric(f: sp.Expr, limit: sp.Tuple) -> sp.Expr | None:
    """Σ_{n≥lo} Σ P(n) e^{αn+β} with Re α < 0 by inspection."""
    n, lo, hi = limit.args
    if hi != sp.oo or not lo.is_Integer or f.has(sp.Integral, sp.Sum):
        return None
    m = sp.Dummy(n.name, real=True)
    constant, moving = f.as_independent(n, as_Add=False)
    g = moving.subs(n, m + lo).replace(
        lambda e: isinstance(e, sp.Pow) and e.exp.has(m) and not e.base.has(m) and bool(e.base.is_positive),
        lambda e: sp.exp(sp.expand(e.exp * sp.log(e.base))),
    )
    try:
        parts = waves(g, m)
    except NoGerm:
        return None
    total = sp.S.Zero
    for phase, amplitude in parts.items():
        if not amplitude.is_polynomial(m) or not phase.is_polynomial(m) or sp.degree(phase, m) != 1:
            return None
        alpha, beta = sp.Poly(phase, m).all_coeffs()
        if not sp.re(alpha).is_negative:
            return None
        p = sp.Poly(amplitude, m)
        while not p.is_zero:
            j = p.degree()
            weight = p.LC() * sp.factorial(j)
            total += sp.exp(beta) * weight / (1 - sp.exp(alpha)) ** (j + 1)
            p -= sp.Poly(weight * sp.ff(m + j, j) / sp.factorial(j), m)
    return constant * total
