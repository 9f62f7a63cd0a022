"""Antiderivatives of powers times exponentials, by parts down to the exponential integral.

Reference: NIST Digital Library of Mathematical Functions, 6.2.5 and 8.19.12.
"""

from __future__ import annotations

from typing import Any

import sympy as sp


def exponential_powers(f: Any, x: Any) -> Any | None:
    """∫ Σ c xᵏ e^{ax} for whole k with an exponential beside a negative power, by parts down to Ei(ax); else None.

    ∫ xᵏ e^{ax} = (x^{k+1} e^{ax} − a ∫ x^{k+1} e^{ax})/(k + 1) for k < −1 (DLMF 6.2.5, 8.19.12).
    """
    total, special = sp.S.Zero, False
    for term in sp.Add.make_args(sp.expand(sp.powsimp(sp.expand(f)))):
        c, varying = term.as_independent(x, as_Add=False)
        k, a = 0, sp.S.Zero
        for factor in sp.Mul.make_args(varying):
            base, order = factor.as_base_exp()
            slope = sp.expand(factor.exp).coeff(x, 1) if isinstance(factor, sp.exp) else None
            if slope is not None and sp.expand(factor.exp - slope * x) == 0:
                a += slope
            elif base == x and order.is_Integer:
                k += int(order)
            elif factor != 1:
                return None
        special = special or (a != 0 and k < 0)
        if a == 0:
            total += c * (sp.log(x) if k == -1 else x ** (k + 1) / (k + 1))
        elif k >= 0:
            parts = ((-1) ** j * sp.ff(k, j) * x ** (k - j) / a ** (j + 1) for j in range(k + 1))
            total += c * sp.exp(a * x) * sp.Add(*parts)
        else:
            weight = c
            while k < -1:
                total += weight * x ** (k + 1) * sp.exp(a * x) / (k + 1)
                weight, k = -weight * a / (k + 1), k + 1
            total += weight * sp.Ei(a * x)
    return total if special else None
