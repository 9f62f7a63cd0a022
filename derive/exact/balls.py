"""Values with proven error bounds at a point, by ball arithmetic: enough to show that a divisor does not vanish.

`ball(expr, at)` returns a complex ball that contains the value, or None where a function is not covered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from flint import acb, arb, ctx, fmpq

from .reading import formula

_UNARY: dict[Any, Callable[[Any], Any]] = {
    sp.exp: lambda z: z.exp(), sp.log: lambda z: z.log(), sp.sin: lambda z: z.sin(), sp.cos: lambda z: z.cos(),
    sp.tan: lambda z: z.tan(), sp.cot: lambda z: z.cot(), sp.sinh: lambda z: z.sinh(), sp.cosh: lambda z: z.cosh(),
    sp.tanh: lambda z: z.tanh(), sp.atan: lambda z: z.atan(), sp.asin: lambda z: z.asin(), sp.acos: lambda z: z.acos(),
    sp.gamma: lambda z: z.gamma(), sp.erf: lambda z: z.erf(), sp.erfc: lambda z: z.erfc(), sp.erfi: lambda z: z.erfi(),
    sp.asinh: lambda z: z.asinh(), sp.atanh: lambda z: z.atanh(),
    sp.factorial: lambda z: (z + 1).gamma(),
    sp.conjugate: lambda z: acb(z.real, -z.imag), sp.Abs: lambda z: acb(abs(z)),
    sp.sec: lambda z: 1 / z.cos(), sp.csc: lambda z: 1 / z.sin(), sp.coth: lambda z: 1 / z.tanh(),
    sp.re: lambda z: acb(z.real), sp.im: lambda z: acb(z.imag),
}  # fmt: skip

_CUT_BEYOND_ONE = (sp.asin, sp.acos, sp.atanh)

_BINARY: dict[Any, Callable[[Any, Any], Any]] = {
    sp.besselj: lambda n, z: z.bessel_j(n), sp.bessely: lambda n, z: z.bessel_y(n),
    sp.besseli: lambda n, z: z.bessel_i(n), sp.besselk: lambda n, z: z.bessel_k(n),
    sp.polygamma: lambda n, z: z.polygamma(n),
}  # fmt: skip

_CONSTANTS: dict[Any, Callable[[], Any]] = {
    sp.pi: arb.pi, sp.E: arb.const_e, sp.EulerGamma: arb.const_euler, sp.Catalan: arb.const_catalan,
}  # fmt: skip


def ball(expr: Any, at: Mapping[Any, Any], bits: int = 200) -> Any:
    """An acb that contains the value of `expr` at the rational point `at`, or None."""
    saved = ctx.prec
    ctx.prec = bits
    try:
        value = _value(expr, at)
        return value if value is not None and value.is_finite() else None
    finally:
        ctx.prec = saved


def _value(e: Any, at: Mapping[Any, Any]) -> Any:
    if e.is_Rational:
        return acb(fmpq(int(e.p), int(e.q)))
    if e in at:
        there = formula(at[e])
        return _value(there, {})
    if e is sp.I:
        return acb(0, 1)
    if e in _CONSTANTS:
        return acb(_CONSTANTS[e]())
    if not e.args or isinstance(e, sp.Piecewise | sp.core.relational.Relational):
        return None
    inner = [_value(arg, at) for arg in e.args]
    if any(v is None for v in inner):
        return None
    if isinstance(e, sp.Add):
        return sum(inner[1:], inner[0])
    if isinstance(e, sp.Mul):
        total = inner[0]
        for v in inner[1:]:
            total = total * v
        return total
    if isinstance(e, sp.Pow):
        return _power(e, inner)
    if e.func in _CUT_BEYOND_ONE and not (abs(inner[0].real) < 1 or excludes_zero(acb(inner[0].imag))):
        return None
    if len(inner) == 1 and e.func in _UNARY:
        return _UNARY[e.func](inner[0])
    if len(inner) == 2 and e.func in _BINARY:
        return _BINARY[e.func](*inner)
    return None


def _power(e: Any, inner: list[Any]) -> Any:
    base, exponent = inner
    if e.exp.is_Integer:
        return base ** int(e.exp)
    if e.base is sp.E:
        return exponent.exp()
    return None if base.contains(0) else (exponent * base.log()).exp()


def excludes_zero(value: Any) -> bool:
    """The ball does not contain 0."""
    return value is not None and value.is_finite() and not value.contains(0)
