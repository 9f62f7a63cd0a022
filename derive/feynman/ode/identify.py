"""A number recognised as a small combination of constants by integer relations (PSLQ). A guess, never a proof."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

DIGITS, _HEIGHT = 26, 400
_FACTORS = (
    sp.S.One, sp.pi, sp.sqrt(sp.pi), 1 / sp.pi, 1 / sp.sqrt(sp.pi), sp.sqrt(2), sp.sqrt(3), sp.pi**2,
    sp.sqrt(2 * sp.pi), sp.pi * sp.sqrt(2), sp.pi * sp.sqrt(3),
    sp.E, sp.pi * sp.E, sp.pi / sp.E, sp.log(2), sp.EulerGamma, sp.Catalan,
)  # fmt: skip
_SUMS = (
    (sp.S.One, sp.pi),
    (sp.S.One, sp.log(2)),
    (sp.pi, sp.pi * sp.log(2)),
    (sp.pi**2, sp.log(2) ** 2),
    (sp.S.One, sp.pi**2, sp.log(2), sp.log(2) ** 2),
    (sp.Catalan, sp.pi * sp.log(2), sp.pi),
    (sp.zeta(3), sp.pi**2 * sp.log(2), sp.log(2) ** 3),
    (sp.S.One, sp.EulerGamma, sp.log(2)),
)


def identified(number: Any, digits: int = DIGITS) -> Any | None:
    """The constant c with |number − c| < 10^{−digits} of small height; None if none was found.

    Rational multiples of single constants first, then rational combinations of a few; coefficients up to 400.
    """
    number = sp.sympify(number, strict=True)
    if not number.is_number or abs(sp.im(number)) > sp.Float(10) ** -digits:
        return None
    with mpmath.workdps(digits + 4):
        value = mpmath.mpf(str(sp.re(number).evalf(digits + 6)))
        if abs(value) < mpmath.mpf(10) ** (-digits + 2):
            return sp.S.Zero
        for terms in (*((factor,) for factor in _FACTORS), *_SUMS):
            basis = [mpmath.mpf(str(term.evalf(digits + 6))) for term in terms]
            relation = mpmath.pslq(
                [value, *basis], tol=mpmath.mpf(10) ** (-digits + 3), maxcoeff=_HEIGHT, maxsteps=2000
            )
            if relation is not None and relation[0]:
                return sp.Add(*[sp.Rational(-c, relation[0]) * t for c, t in zip(relation[1:], terms, strict=True)])
    return None
