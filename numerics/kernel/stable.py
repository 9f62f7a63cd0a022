"""Rewriting into stable forms: the same real function, computed without cancellation, overflow or 0·∞.

    log(1 + u) → log1p(u)                 log(1 + eᵘ) → softplus(u)           log Σ cᵢ e^{uᵢ} → logsumexp(uᵢ + log
    cᵢ),  cᵢ > 0
    eᵘ − 1 → expm1(u)                     1/(1 + eᵘ)ⁿ → σ(−u)ⁿ                e^{−ju} σ(u)ⁿ → σ(−u)ʲ σ(u)ⁿ⁻ʲ,  j ≤ n
    1 − cos u → 2 sin²(u/2)               cosh u − 1 → 2 sinh²(u/2)           1 − erf u → erfc u,  1 − erfc u → erf u
    1 − tanh² u → sech² u                 1 − σ(u) → σ(−u)                    1 − cos² u → sin² u,  1 − sin² u → cos² u
    log(1 − eᵘ) → log1mexp(u)             log σ(u) → −softplus(−u)            log erfc u → logerfc(u),  e^{u²} erfc u
    → erfcx(u)
    uⁿ log u → powlog(n, u),  n ≥ 1       (1 + u) log(1 + u) → xlog1p(u)      sin(u)/u with value 1 at 0 → sinc(u)

Every rule is an identity where its left side is finite, for real arguments. Rules go from the leaves to the root, once.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Add,
    Basic,
    Expr,
    Integer,
    Mul,
    Piecewise,
    Pow,
    Rational,
    cosh,
    erf,
    erfc,
    exp,
    log,
    sech,
    sin,
    sinh,
    tanh,
)
from sympy.core.relational import Ne
from sympy.logic.boolalg import true

from numerics.kernel.forms import (
    HALF_ANGLE,
    SQUARED,
    Erfcx,
    Expm1,
    Form,
    Log1mexp,
    Log1p,
    LogErfc,
    LogSumExp,
    PowLog,
    Sigmoid,
    Softplus,
    SphericalJ,
    XLog1p,
    literal_power,
)

_ONE_MINUS: dict[type, Callable[[Expr], Expr]] = {
    **HALF_ANGLE,
    cosh: lambda u: -2 * sinh(u / 2) ** 2,
    erf: erfc,
    erfc: erf,
}
_ONE_MINUS_SQUARE: dict[type, Callable[[Expr], Expr]] = {**SQUARED, tanh: lambda u: sech(u) ** 2}


def _one_minus(factor: Expr) -> Expr | None:
    """1 − factor in stable form, None where there is no rule."""
    base, power = literal_power(factor)
    table = {1: _ONE_MINUS, 2: _ONE_MINUS_SQUARE}.get(power, {}) if power.is_Integer else {}
    rule = table.get(type(base))
    return rule(base.args[0]) if rule else None


def _sum(expr: Expr) -> Expr:
    constant, rest = expr.as_coeff_Add()
    if constant == 0:
        return expr
    for term in Add.make_args(rest):
        coefficient, factor = term.as_coeff_Mul()
        if coefficient == -constant and (stable := _one_minus(factor)) is not None:
            return constant * stable + (rest - term)
    return expr


def _exponents(expr: Expr) -> list[Expr] | None:
    """[u₁, u₂, …] with expr = Σ exp(uᵢ), for a sum of positive multiples of exponentials, one at least with a
    variable in it."""
    found, seen = [], False
    for term in Add.make_args(expr):
        coefficient, factor = term.as_coeff_Mul()
        if not coefficient.is_positive:
            return None
        if isinstance(factor, exp):
            found.append(log(coefficient) + factor.args[0])
            seen = True
        elif factor == 1:
            found.append(log(coefficient))
        else:
            return None
    return found if seen and len(found) > 1 else None


def _log(expr: Expr) -> Expr:
    (inside,) = expr.args
    match inside:
        case erfc():
            return LogErfc(inside.args[0])
        case Sigmoid():
            return -Softplus(-inside.args[0])
        case Mul() if len(inside.args) == 2 and inside.args[0] == -1 and isinstance(inside.args[1], Expm1):
            return Log1mexp(inside.args[1].args[0])
        case Add():
            if exponents := _exponents(inside):
                others = [u for u in exponents if u != 0]
                return Softplus(others[0]) if len(exponents) == 2 and len(others) == 1 else LogSumExp(*exponents)
            constant, rest = inside.as_coeff_Add()
            return Log1p(rest) if constant == 1 else expr
    return expr


def _power(expr: Expr) -> Expr:
    base, exponent = expr.args
    if isinstance(base, Add) and isinstance(exponent, Rational) and exponent < 0:
        constant, rest = base.as_coeff_Add()
        if constant == 1 and isinstance(rest, exp):
            return Sigmoid(-rest.args[0]) ** (-exponent)
    return expr


def _merge(first: Expr, second: Expr) -> Expr | None:
    """The stable form of a product of two factors."""
    base, n = literal_power(first)
    if isinstance(base, Sigmoid) and isinstance(second, exp) and n.is_Integer and n > 0:
        w = base.args[0]
        j = -second.args[0] / w
        if j.is_Integer and 0 < j <= n:
            return Sigmoid(-w) ** j * Sigmoid(w) ** (n - j)
    if isinstance(first, erfc) and isinstance(second, exp) and second.args[0] == first.args[0] ** 2:
        return Erfcx(first.args[0])
    other, a = literal_power(second)
    if isinstance(first, log) and other == first.args[0] and a >= 1:
        return PowLog(a, other)
    if isinstance(first, Log1p) and other == 1 + first.args[0] and a >= 1:
        return XLog1p(first.args[0]) * other ** (a - 1)
    return None


def _product(expr: Expr) -> Expr:
    factors = list(Mul.make_args(expr))
    for i, first in enumerate(factors):
        for j, second in enumerate(factors):
            if i != j and (merged := _merge(first, second)) is not None:
                rest = [f for k, f in enumerate(factors) if k not in (i, j)]
                return rewrite_node(Mul(merged, *rest))
    return expr


def _piecewise(expr: Expr) -> Expr:
    """The one removable singularity worth a name: sin(u)/u continued by 1."""
    if len(expr.args) == 2 and expr.args[1] == (Integer(1), true) and isinstance(expr.args[0].cond, Ne):
        u, zero = expr.args[0].cond.args
        if zero == 0 and expr.args[0].expr == sin(u) / u:
            return SphericalJ(0, u)
    return expr


_RULES: dict[type, Callable[[Expr], Expr]] = {Add: _sum, Mul: _product, Pow: _power, log: _log, Piecewise: _piecewise}


def rewrite_node(expr: Expr) -> Expr:
    """The rule of the root of `expr` applied once; `expr` itself where no rule fits."""
    rule = _RULES.get(type(expr))
    return rule(expr) if rule and expr.free_symbols else expr


def stable(expr: Basic, memo: dict[Basic, Basic] | None = None) -> Basic:
    """`expr` with every rule above applied bottom-up; real arguments are assumed."""
    memo = {} if memo is None else memo
    if expr in memo:
        return memo[expr]
    result = expr
    if expr.args and expr.free_symbols:
        args = [stable(a, memo) for a in expr.args]
        result = expr.func(*args) if any(a is not b for a, b in zip(args, expr.args, strict=True)) else expr
        result = result if isinstance(result, Form) else rewrite_node(result)
    memo[expr] = result
    return result
