"""The D-finite functions of one argument that are known, by their derivative in it.

Families with a three-term recurrence are written in two neighbours, so that derivatives close: DLMF 10.6.1-2, 10.29.1-2
(Bessel), 18.9.1 with 18.9.17-26 (Hermite, Legendre, Laguerre); all others by SymPy's own derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

Three = Callable[[Any, Any, Any], Any]  # head, order, argument: the function of this order by others

_ALONE = (
    sp.log, sp.atan, sp.acot, sp.asin, sp.acos, sp.atanh, sp.asinh, sp.acosh,
    sp.erf, sp.erfc, sp.erfi, sp.Ei, sp.expint, sp.Si, sp.Ci, sp.Shi, sp.Chi, sp.fresnels, sp.fresnelc,
    sp.elliptic_k, sp.elliptic_e, sp.polylog, sp.lowergamma, sp.uppergamma,
    sp.airyai, sp.airybi, sp.airyaiprime, sp.airybiprime, sp.chebyshevt, sp.chebyshevu,
)  # fmt: skip
_ARITY = {sp.log: 1, sp.elliptic_e: 1, sp.elliptic_k: 1}
_KERNEL = {sp.Si: sp.sin, sp.Ci: sp.cos, sp.Shi: sp.sinh, sp.Chi: sp.cosh}


def _bessel(low: int, high: int) -> tuple[int, Three, Three]:
    """C_ν′ = ν C_ν/u + high·C_{ν+1} and C_{ν+1}′ = low·C_ν − (ν+1) C_{ν+1}/u."""

    def base(head: Any, n: Any, u: Any) -> Any:
        return n * head(n, u) / u + high * head(n + 1, u)

    def neighbour(head: Any, n: Any, u: Any) -> Any:
        return low * head(n - 1, u) - n * head(n, u) / u

    return 1, base, neighbour


def _hermite(head: Any, n: Any, u: Any) -> Any:
    return 2 * n * head(n - 1, u)


def _hermite_below(head: Any, m: Any, u: Any) -> Any:
    return 2 * u * head(m, u) - head(m + 1, u)


def _legendre(head: Any, n: Any, u: Any) -> Any:
    return n * (u * head(n, u) - head(n - 1, u)) / (u**2 - 1)


def _legendre_below(head: Any, m: Any, u: Any) -> Any:
    return (m + 1) * (head(m + 1, u) - u * head(m, u)) / (u**2 - 1)


def _laguerre(head: Any, n: Any, u: Any) -> Any:
    return n * (head(n, u) - head(n - 1, u)) / u


def _laguerre_below(head: Any, m: Any, u: Any) -> Any:
    return _laguerre(head, m + 1, u) + head(m, u)


# head: the neighbour's distance, the derivative of the function of basic order, the derivative of its neighbour
_PAIRS: dict[Any, tuple[int, Three, Three]] = {
    sp.besselj: _bessel(1, -1),
    sp.bessely: _bessel(1, -1),
    sp.besseli: _bessel(1, 1),
    sp.besselk: _bessel(-1, -1),
    sp.hermite: (-1, _hermite, _hermite_below),
    sp.legendre: (-1, _legendre, _legendre_below),
    sp.laguerre: (-1, _laguerre, _laguerre_below),
}


def _circular(head: Any, m: Any, u: Any, side: int) -> Any:
    return 2 * (m - side) / u * head(m - side, u) - head(m - 2 * side, u)


def _modified(sign: int) -> Callable[[Any, Any, Any, int], Any]:
    def step(head: Any, m: Any, u: Any, side: int) -> Any:
        return sign * side * 2 * (m - side) / u * head(m - side, u) + head(m - 2 * side, u)

    return step


# the function of order m by those of order m − side and m − 2 side
_RECURRENCE: dict[Any, Callable[[Any, Any, Any, int], Any]] = {
    sp.besselj: _circular,
    sp.bessely: _circular,
    sp.besseli: _modified(-1),
    sp.besselk: _modified(1),
}


def is_known(f: Any) -> bool:
    """Whether the derivative of this function is in the table."""
    return (f.func in _ALONE or f.func in _PAIRS) and len(f.args) == _ARITY.get(f.func, len(f.args))


def shift(f: Any) -> int:
    """The integer m of an order ν + m, where ν is the basic order of the family."""
    return int(sp.floor(sp.expand(f.args[0]).as_coeff_Add()[0]))


def reduced(f: Any) -> Any | None:
    """A Bessel function by two nearer to the basic pair; None where it belongs to the pair, or is no such function."""
    step = _RECURRENCE.get(f.func)
    if step is None or 0 <= shift(f) <= 1:
        return None
    return step(f.func, *f.args, 1 if shift(f) > 1 else -1)


# P_m by P_{m+1} and P_{m+2}: DLMF 18.9.1-2
_BELOW: dict[Any, Three] = {
    sp.hermite: lambda f, m, u: (2 * u * f(m + 1, u) - f(m + 2, u)) / (2 * (m + 1)),
    sp.legendre: lambda f, m, u: ((2 * m + 3) * u * f(m + 1, u) - (m + 2) * f(m + 2, u)) / (m + 1),
    sp.laguerre: lambda f, m, u: ((2 * m + 3 - u) * f(m + 1, u) - (m + 2) * f(m + 2, u)) / (m + 1),
}


def in_two_orders(expr: Any) -> Any:
    """The expression with orthogonal polynomials of orders n − 2, n − 3, … written by those of orders n and n − 1.

    Derivatives of Laguerre polynomials, too: u L^{(1)}_m = (m + 1)(L_m − L_{m+1}).
    """
    first = {
        f: (f.args[0] + 1) * (sp.laguerre(f.args[0], f.args[2]) - sp.laguerre(f.args[0] + 1, f.args[2])) / f.args[2]
        for f in expr.atoms(sp.assoc_laguerre)
        if f.args[1] == 1
    }
    expr = expr.xreplace(first)
    for _ in range(8):
        low = {f: _BELOW[f.func](f.func, *f.args) for f in expr.atoms(*_BELOW) if shift(f) < -1}
        if not low:
            break
        expr = expr.xreplace(low)
    return expr


def derivative(f: Any) -> Any:
    """d/du f(…, u), in functions that are known again."""
    head, u = f.func, f.args[-1]
    if head in _PAIRS:
        distance, base, neighbour = _PAIRS[head]
        return (neighbour if shift(f) == distance else base)(head, f.args[0], u)
    if head is sp.chebyshevt:
        return f.args[0] * sp.chebyshevu(f.args[0] - 1, u)
    if head is sp.chebyshevu:
        n = f.args[0] + 1
        return (n * sp.chebyshevt(n, u) - u * f) / (u**2 - 1)
    if head in _KERNEL:
        return _KERNEL[head](u) / u
    return f.fdiff(len(f.args))
