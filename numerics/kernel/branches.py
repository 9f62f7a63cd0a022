"""Piecewise as nested selections whose gradient cannot leak.

where(c, f, g) has the gradient c·f′ + (1−c)·g′ with both sides computed: an infinite f′ where c fails gives 0·∞ =
nan. Therefore every node in f that can be
singular gets, where c fails, a regular argument of its own: log(u) becomes log(where(c, u, 1)), b⁻¹ becomes where(c,
b, 1)⁻¹. Where c holds nothing
changes; where it fails every node is finite, with all its derivatives.
"""

from __future__ import annotations

from typing import Any

from sympy import (
    Abs,
    And,
    Basic,
    Expr,
    Function,
    Max,
    Min,
    Not,
    Piecewise,
    Pow,
    Rational,
    acos,
    acosh,
    acot,
    acoth,
    acsc,
    acsch,
    asec,
    asech,
    asin,
    asinh,
    atan,
    atanh,
    besselj,
    cos,
    cosh,
    elliptic_e,
    elliptic_k,
    erf,
    erfc,
    erfcinv,
    erfi,
    erfinv,
    exp,
    nan,
    sec,
    sech,
    sin,
    sinh,
    tan,
    tanh,
    true,
    zeta,
)
from sympy.logic.boolalg import Boolean

from numerics.kernel.forms import PowLog, Select, Sigmoid, Softplus, SphericalJ, StepLike, XLog1p

_REGULAR = (
    sin,
    cos,
    tanh,
    sech,
    atan,
    asinh,
    acot,
    erf,
    erfc,
    besselj,
    Abs,
    Max,
    Min,
    Sigmoid,
    Softplus,
    SphericalJ,
    StepLike,
    Select,
)
_HALF = Rational(1, 2)
_POINT: dict[type, Expr] = {
    **dict.fromkeys((exp, sinh, cosh, tan, sec, acos, asin, atanh, erfinv, erfi, elliptic_k, elliptic_e), Rational(0)),
    **dict.fromkeys((acosh, acoth, asec, acsc, zeta), Rational(2)),
    **dict.fromkeys((asech, erfcinv, XLog1p), _HALF),
    **dict.fromkeys((acsch, PowLog), Rational(1)),
}


def _guard(condition: Boolean, argument: Any, point: Basic) -> Any:
    return Select(condition, argument, point) if argument.free_symbols else argument


def _regular(expr: Any, condition: Boolean) -> Any:
    """`expr` (its arguments done) with the arguments of a possibly singular root guarded by `condition`."""
    if isinstance(expr, Pow):
        base, exponent = expr.args
        if exponent.is_Integer and exponent >= 0:
            return expr
        if not base.free_symbols:
            return Pow(base, _guard(condition, exponent, Rational(0)))
        return Pow(_guard(condition, base, Rational(1)), exponent)
    if not isinstance(expr, Function) or isinstance(expr, _REGULAR):
        return expr
    point = _POINT.get(type(expr), Rational(1))
    return expr.func(*(_guard(condition, a, point) for a in expr.args))


def _select(expr: Any, outer: Boolean, guarded: bool, memo: dict) -> Basic:
    pairs, reached = [], true
    for value, condition in expr.args:
        condition = branches(condition, guarded)
        within = And(outer, reached, condition)
        pairs.append((branches(value, guarded, within, {} if within is not outer else memo), condition))
        reached = And(reached, Not(condition))
    result: Any = nan
    if pairs[-1][1] == true:
        result = pairs.pop()[0]
    for value, condition in reversed(pairs):
        result = value if value == result else Select(condition, value, result)
    return result


def branches(expr: Basic, guarded: bool, condition: Boolean = true, memo: dict[Basic, Basic] | None = None) -> Basic:
    """`expr` with each Piecewise as a chain of Select (nan where no branch holds), its nodes regular outside
    `condition` if `guarded`.

    Law: where `condition` holds the value is that of `expr`; elsewhere it is finite, and so are its derivatives of
    every order.
    """
    memo = {} if memo is None else memo
    if expr in memo:
        return memo[expr]
    if isinstance(expr, Piecewise):
        result = _select(expr, condition, guarded, memo)
    elif expr.args:
        args = [branches(a, guarded, condition, memo) for a in expr.args]
        result = expr.func(*args) if any(a is not b for a, b in zip(args, expr.args, strict=True)) else expr
        if guarded and condition != true:
            result = _regular(result, condition)
    else:
        result = expr
    memo[expr] = result
    return result
