"""Constants of an expression as floats, each rounded once from 30 digits."""

from __future__ import annotations

import math

from mpmath import libmp
from sympy import Expr, Float, Number, Rational, S

from numerics.kernel.errors import KernelError

DIGITS = 30


def rounded(value: Expr, bits: int) -> float:
    """A SymPy number rounded once (to nearest, ties to even) to `bits` of mantissa, as the float that holds it
    exactly."""
    if value in (S.Infinity, S.NegativeInfinity):
        return math.inf if value is S.Infinity else -math.inf
    if value in (S.NaN, S.ComplexInfinity):
        return math.nan
    if isinstance(value, Rational):
        mantissa = libmp.from_rational(int(value.p), int(value.q), bits, "n")
    elif isinstance(value, Float):
        mantissa = libmp.mpf_pos(value._mpf_, bits, "n")
    else:
        raise KernelError(f"the constant {value} has no numeric value")
    return libmp.to_float(mantissa)


def constant(expr: Expr, bits: int) -> float | complex:
    """A constant expression evaluated to 30 digits and rounded to `bits`; complex if it is not real. KernelError if
    it has no value."""
    value = expr if isinstance(expr, Rational) else expr.evalf(DIGITS)
    if isinstance(value, Number) or value is S.ComplexInfinity:
        return rounded(value, bits)
    re, im = value.as_real_imag()
    if not (isinstance(re, Number) and isinstance(im, Number)):
        raise KernelError(f"the constant {expr} has no numeric value; give it as a number or an argument")
    return complex(rounded(re, bits), rounded(im, bits))
