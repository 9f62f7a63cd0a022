"""Inner integrals of a rational function times waves, in closed form by residues.

∫_{−∞}^{∞} R(x) e^{iωx} dx = ±2πi Σ Res(R e^{iωz}) over the poles in the upper (ω ≥ 0) or the lower (ω < 0) half-plane,
for R = P/Q without real poles and deg Q ≥ deg P + 2; for ω ≠ 0 also deg Q = deg P + 1, by Jordan's lemma. A half-line
is half of the line where the integrand is even. The poles are the roots of the quadratic factors of Q.
"""

from __future__ import annotations

import sympy as sp

from numerics.oracle.waves import Waves

_Poles = list[tuple[sp.Expr, int, sp.Expr]]
HIGHEST_ORDER = 8


def by_residues(f: sp.Expr, parts: Waves, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr) -> sp.Expr | None:
    """∫_lo^hi f dx for f = Σ amplitude·exp(phase); None where a condition is not seen to hold."""
    half = lo == 0
    if hi != sp.oo or not (half or lo == -sp.oo):
        return None
    if half and sp.expand(f.subs(x, -x) - f) != 0:
        return None
    total = sp.S.Zero
    for phase, amplitude in parts.items():
        part = _line(amplitude, phase, x)
        if part is None:
            return None
        total += part
    return sp.expand(total / 2 if half else total)


def _line(amplitude: sp.Expr, phase: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """One wave R(x) e^{iωx + β} over the whole line."""
    if not (phase.is_polynomial(x) and amplitude.is_rational_function(x)):
        return None
    exponent = sp.Poly(phase, x)
    omega = sp.expand(-sp.I * exponent.coeff_monomial(x))
    if exponent.degree() > 1 or not (omega.is_positive or omega.is_negative or omega == 0):
        return None
    numerator, denominator = sp.fraction(sp.together(amplitude))
    p, q = sp.Poly(numerator, x), sp.Poly(denominator, x)
    if q.degree() < p.degree() + (2 if omega == 0 else 1):
        return None
    poles = _poles(q, x, upper=not omega.is_negative)
    if poles is None:
        return None
    total = sp.S.Zero
    for pole, order, cofactor in poles:
        regular = numerator / cofactor * sp.exp(phase)
        total += (sp.diff(regular, x, order - 1) / sp.factorial(order - 1)).subs(x, pole)
    return (-1 if omega.is_negative else 1) * 2 * sp.pi * sp.I * total


def _poles(q: sp.Poly, x: sp.Symbol, upper: bool) -> _Poles | None:
    """(pole, order, Q/(x − pole)^order) in one half-plane; None unless all factors are quadratics without real
    roots."""
    constant, factors = sp.factor_list(q.as_expr(), x)  # pyright: ignore[reportAssignmentType]
    found: _Poles = []
    for factor, order in factors:
        quadratic = sp.Poly(factor, x)
        if quadratic.degree() != 2 or order > HIGHEST_ORDER:
            return None
        a, b, c = quadratic.all_coeffs()
        height = sp.expand(4 * a * c - b**2)
        if not (a.is_real and b.is_real and height.is_positive and a.is_nonzero):
            return None
        tilt = sp.I * sp.sqrt(height) / (2 * sp.Abs(a)) * (1 if upper else -1)
        pole, mirrored = -b / (2 * a) + tilt, -b / (2 * a) - tilt
        others = sp.Mul(*(g**m for g, m in factors if g != factor))
        found.append((pole, order, constant * a**order * (x - mirrored) ** order * others))
    return found
