"""Where an expression of elementary functions is continuous, or analytic: conditions at a point, by structure.

Sums, products and compositions of analytic functions are analytic; what has to be excluded is a zero of a denominator
and a point of the cut (−∞, 0] of a logarithm or of a power. z lies off the cut if and only if |z| + Re z ≠ 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from derive.claim import LESS, UNEQUAL
from derive.rule import Context, Obligation, RuleError, plain
from derive.rules.sites import admitted_zero

_ENTIRE = (
    sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.erf, sp.erfc, sp.erfi, sp.Si, sp.Shi, sp.fresnels, sp.fresnelc,
)  # fmt: skip
_CONTINUOUS_ONLY = (sp.Abs, sp.re, sp.im, sp.conjugate, sp.Min, sp.Max)
_NONZERO: dict[Any, Callable[[Any], Any]] = {
    sp.tan: sp.cos, sp.sec: sp.cos, sp.cot: sp.sin, sp.csc: sp.sin,
    sp.tanh: sp.cosh, sp.sech: sp.cosh, sp.coth: sp.sinh, sp.csch: sp.sinh,
}  # fmt: skip
_OFF_CUT: dict[Any, Callable[[Any], Any]] = {
    sp.log: lambda z: z,
    sp.atan: lambda z: 1 + z**2,
    sp.asinh: lambda z: 1 + z**2,
    sp.asin: lambda z: 1 - z**2,
    sp.acos: lambda z: 1 - z**2,
    sp.atanh: lambda z: 1 - z**2,
}


def regular(
    expr: Any, variable: Any, at: Any, context: Context, *more: Any, analytic: bool = False
) -> tuple[Obligation, ...]:
    """Obligations under which `expr` is continuous (with `analytic`: holomorphic) in the variable at the point `at`.

    RuleError if a function occurs whose regularity is not known here, an integral for instance.
    """
    found: list[Obligation] = []

    def demand(lhs: Any, rhs: Any, relation: Any, why: str) -> None:
        zero = admitted_zero(rhs - lhs, (*context.given, *more))
        if zero is not None:
            raise RuleError(f"{why}: fails at {zero}, which the assumptions admit")
        obligation = context.obligation(lhs, rhs, why, *more, relation=relation)
        if obligation not in found and not (lhs.is_number and rhs.is_number and _plainly(lhs, rhs, relation)):
            found.append(obligation)

    for node in _nodes(expr, variable):
        _demands(node, variable, lambda e: e.xreplace({variable: at}), demand, analytic)
    return tuple(found)


def _nodes(expr: Any, variable: Any) -> Iterator[Any]:
    if variable not in expr.free_symbols:
        return
    yield expr
    if not isinstance(expr, (sp.Integral, sp.Sum, sp.Limit, sp.Derivative, sp.Piecewise)):
        for arg in expr.args:
            yield from _nodes(arg, variable)


def _demands(node: Any, variable: Any, here: Callable[[Any], Any], demand: Any, analytic: bool) -> None:
    if isinstance(node, (sp.Symbol, sp.Add, sp.Mul, *_ENTIRE)):
        return
    if isinstance(node, sp.Pow):
        _power(node, variable, here, demand)
    elif node.func in _NONZERO:
        demand(here(_NONZERO[node.func](node.args[0])), sp.S.Zero, UNEQUAL, f"{plain(node)} has no pole there")
    elif node.func in _OFF_CUT:
        _off_cut(here(_OFF_CUT[node.func](node.args[0])), demand, node)
    elif isinstance(node, (sp.gamma, sp.loggamma)):
        demand(sp.S.Zero, sp.re(here(node.args[0])), LESS, f"{plain(node)} has no pole to the right of 0")
    elif not (isinstance(node, _CONTINUOUS_ONLY) and not analytic):
        kind = "holomorphic" if analytic else "continuous"
        raise RuleError(f"cannot see by structure where {node} is {kind} in {variable}; give the value, or a majorant")


def _power(node: Any, variable: Any, here: Callable[[Any], Any], demand: Any) -> None:
    base, exponent = node.args
    if variable not in exponent.free_symbols and exponent.is_integer:
        if not exponent.is_nonnegative:
            demand(_modulus(here(base)), sp.S.Zero, UNEQUAL, f"the denominator {plain(base)} does not vanish there")
    elif variable not in base.free_symbols:
        demand(base, sp.S.Zero, UNEQUAL, f"the base of {plain(node)} does not vanish")
    else:
        _off_cut(here(base), demand, node)


def _modulus(z: Any) -> Any:
    """|z|² where SymPy takes z apart into real and imaginary part, else z itself: both vanish together."""
    if z.is_extended_real is not False and not z.has(sp.I):
        return z
    square = sp.re(z) ** 2 + sp.im(z) ** 2
    return z if square.has(sp.re, sp.im) else square


def _off_cut(z: Any, demand: Any, node: Any) -> None:
    if z.is_extended_real:
        demand(sp.S.Zero, z, LESS, f"{plain(node)} is taken off the cut (−∞, 0]")
    else:
        demand(sp.Abs(z) + sp.re(z), sp.S.Zero, UNEQUAL, f"{plain(node)} is taken off the cut (−∞, 0]")


def _plainly(lhs: Any, rhs: Any, relation: Any) -> bool:
    """Whether two rational numbers stand in the relation."""
    if not (lhs.is_Rational and rhs.is_Rational):
        return False
    return bool(lhs < rhs) if relation == LESS else lhs != rhs
