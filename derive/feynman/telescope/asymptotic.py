"""Leading terms of special functions where their argument tends to 0, to +∞, or to 1.

They propose boundary values, which are judged afterwards; two terms are kept, so that what cancels does. DLMF 5, 6.6,
6.12, 7.6, 7.12, 8.7, 8.11, 10.7, 10.17, 10.30, 10.40, 19.12, 25.12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.rules.analysis.limitvalue import limit_value

_PI = sp.pi
_GAMMA = sp.EulerGamma


def _power(sign: int) -> Callable[[Any, Any], Any]:
    def expansion(n: Any, u: Any) -> Any:
        return (u / 2) ** n / sp.gamma(n + 1) * (1 + sign * u**2 / (4 * (n + 1)))

    return expansion


def _second_kind(scale: Any, logarithm: Any) -> Callable[[Any, Any], Any]:
    """K and Y near 0: the logarithm for order 0, the power for positive orders."""

    def expansion(n: Any, u: Any) -> Any:
        if n == 0:
            return logarithm * (sp.log(u / 2) + _GAMMA)
        first = scale * sp.gamma(n) * (2 / u) ** n
        return first - logarithm * sp.Rational(1, 1) * (u / 2) * sp.log(u / 2) if n == 1 else first

    return expansion


def _wave(kind: Any, turn: Any) -> Callable[[Any, Any], Any]:
    def expansion(n: Any, u: Any) -> Any:
        phase, m = u - n * _PI / 2 - _PI / 4, 4 * n**2
        far = (1 - (m - 1) * (m - 9) / (128 * u**2)) * kind(phase)
        return sp.sqrt(2 / (_PI * u)) * (far + turn * (m - 1) / (8 * u) * (sp.sin if kind is sp.cos else sp.cos)(phase))

    return expansion


AT_ZERO: dict[Any, Callable[..., Any]] = {
    sp.besselj: _power(-1),
    sp.besseli: _power(1),
    sp.besselk: _second_kind(sp.Rational(1, 2), sp.S.NegativeOne),
    sp.bessely: _second_kind(-1 / _PI, 2 / _PI),
    sp.expint: lambda n, u: -_GAMMA - sp.log(u) + u if n == 1 else (1 / (n - 1) if n.is_Integer and n > 1 else None),
    sp.Ei: lambda u: _GAMMA + sp.log(u) + u,
    sp.Ci: lambda u: _GAMMA + sp.log(u) - u**2 / 4,
    sp.Chi: lambda u: _GAMMA + sp.log(u) + u**2 / 4,
    sp.Si: lambda u: u - u**3 / 18,
    sp.Shi: lambda u: u + u**3 / 18,
    sp.erf: lambda u: 2 * u / sp.sqrt(_PI) * (1 - u**2 / 3),
    sp.erfc: lambda u: 1 - 2 * u / sp.sqrt(_PI) * (1 - u**2 / 3),
    sp.erfi: lambda u: 2 * u / sp.sqrt(_PI) * (1 + u**2 / 3),
    sp.fresnels: lambda u: _PI * u**3 / 6,
    sp.fresnelc: lambda u: u - _PI**2 * u**5 / 40,
    sp.elliptic_k: lambda m: _PI / 2 * (1 + m / 4),
    sp.elliptic_e: lambda m: _PI / 2 * (1 - m / 4),
    sp.polylog: lambda s, u: u + u**2 / 2**s,
    sp.lowergamma: lambda s, u: u**s / s,
    sp.uppergamma: lambda s, u: sp.gamma(s) - u**s / s,
}
AT_INFINITY: dict[Any, Callable[..., Any]] = {
    sp.besselj: _wave(sp.cos, -1),
    sp.bessely: _wave(sp.sin, 1),
    sp.besseli: lambda n, u: sp.exp(u) / sp.sqrt(2 * _PI * u) * (1 - (4 * n**2 - 1) / (8 * u)),
    sp.besselk: lambda n, u: sp.sqrt(_PI / (2 * u)) * sp.exp(-u) * (1 + (4 * n**2 - 1) / (8 * u)),
    sp.expint: lambda n, u: sp.exp(-u) / u * (1 - n / u),
    sp.Ei: lambda u: sp.exp(u) / u * (1 + 1 / u),
    sp.Si: lambda u: _PI / 2 - sp.cos(u) / u - sp.sin(u) / u**2,
    sp.Ci: lambda u: sp.sin(u) / u - sp.cos(u) / u**2,
    sp.erf: lambda u: 1 - sp.exp(-(u**2)) / (u * sp.sqrt(_PI)),
    sp.erfc: lambda u: sp.exp(-(u**2)) / (u * sp.sqrt(_PI)) * (1 - 1 / (2 * u**2)),
    sp.fresnels: lambda u: sp.S.Half - sp.cos(_PI * u**2 / 2) / (_PI * u),
    sp.fresnelc: lambda u: sp.S.Half + sp.sin(_PI * u**2 / 2) / (_PI * u),
    sp.lowergamma: lambda s, u: sp.gamma(s) - u ** (s - 1) * sp.exp(-u),
    sp.uppergamma: lambda s, u: u ** (s - 1) * sp.exp(-u),
}
AT_ONE: dict[Any, Callable[..., Any]] = {
    sp.elliptic_k: lambda m: sp.log(16 / (1 - m)) / 2,
    sp.elliptic_e: lambda m: 1 + (1 - m) * (sp.log(16 / (1 - m)) - 1) / 4,
    sp.polylog: lambda s, u: sp.zeta(s) if s.is_Integer and s > 1 else None,
}
ODD = (sp.erf, sp.Si, sp.fresnels, sp.fresnelc)


def leading_terms(G: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> Any:
    """G with each special function of x replaced by its leading terms at the end, where they are known."""
    table = {}
    for f in G.atoms(*AT_ZERO, *AT_ONE):
        if not f.args[-1].has(x):
            continue
        u = f.args[-1]
        there = limit_value(u, x, end, side, given)
        rule: Any = None
        sign: Any = sp.S.One
        if there == 0:
            rule = AT_ZERO.get(f.func)
        elif there is sp.oo:
            rule = AT_INFINITY.get(f.func)
        elif there is -sp.oo and f.func in ODD:
            rule, u, sign = AT_INFINITY[f.func], -u, sp.S.NegativeOne
        elif there == 1:
            rule = AT_ONE.get(f.func)
        value = rule(*f.args[:-1], u) if rule is not None else None
        if value is not None:
            table[f] = sign * value
    return G.xreplace(table)
