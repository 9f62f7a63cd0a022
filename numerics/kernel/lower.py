"""From what one writes to what one can compute: derivatives carried out, finite sums unrolled, steps and remainders
named, nothing unevaluated left.

The derivative of a function constant between jumps (floor, sign, Heaviside) is 0: all derivatives here are the ones
almost everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Contains,
    Derivative,
    DiracDelta,
    Eq,
    Expr,
    Heaviside,
    Integer,
    Integral,
    KroneckerDelta,
    LambertW,
    Limit,
    Mod,
    Mul,
    Piecewise,
    Product,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    besselj,
    besselk,
    binomial,
    ceiling,
    conjugate,
    diff,
    exp,
    factorial,
    ff,
    floor,
    frac,
    harmonic,
    im,
    jn,
    pi,
    polygamma,
    re,
    rf,
    sign,
    sinc,
    sqrt,
)
from sympy.core.function import AppliedUndef

from numerics.kernel.errors import KernelError
from numerics.kernel.forms import Ceil, Floor, Lambert, Remainder, Sign, SphericalJ, Step
from numerics.kernel.stable import stable

LONGEST_SUM = 1000


def _unroll(expr: Any, combine: Callable[..., Expr]) -> Expr:
    """A finite Sum or Product written out; KernelError for symbolic or infinite limits."""
    term, *limits = expr.args
    for index, lower, upper in limits:
        if not (lower.is_Integer and upper.is_Integer):
            raise KernelError(
                f"{expr}: the limits of a {type(expr).__name__} must be integers, "
                f"here {index} runs from {lower} to {upper}; "
                "find its closed form (`.doit()`), or cut it off and bound the tail"
            )
        count = int(upper) - int(lower) + 1
        if count > LONGEST_SUM:
            raise KernelError(f"{expr}: {count} terms, more than {LONGEST_SUM}, are not unrolled; find its closed form")
        term = combine(*(term.subs(index, k) for k in range(int(lower), int(upper) + 1)))
    return term


def _derivative(expr: Basic) -> Basic:
    done = expr.doit()
    if done.has(Derivative) and done.atoms(AppliedUndef):
        unknown = ", ".join(sorted({f.func.__name__ for f in done.atoms(AppliedUndef)}))
        raise KernelError(
            f"{expr}: the derivative of the unknown function {unknown} is not known; give its formula in its place"
        )
    return done


_UNEVALUATED: dict[type, Callable[[Any], Any]] = {
    Sum: lambda e: _unroll(e, Add),
    Product: lambda e: _unroll(e, Mul),
    Derivative: _derivative,
    Subs: lambda e: e.doit(),
    Contains: lambda e: e.args[1].as_relational(e.args[0]),
}
_REMEDY: dict[type, str] = {
    Integral: "integrate it first (`.doit()`, or an engine for parametric integrals), or give its value as a function",
    Limit: "take the limit first (`.doit()`)",
    DiracDelta: "a distribution has no values; integrate over it first",
}


def _integer_order(value: Expr) -> bool:
    return bool(value.is_Integer and value >= 0)


def _half_order_j(expr: Any) -> Basic:
    """J_{n+½}(u) = √(2u/π) j_n(u) (DLMF 10.47.3)."""
    n, u = expr.args[0] - Rational(1, 2), expr.args[1]
    return sqrt(2 * u / pi) * SphericalJ(n, u) if _integer_order(n) else expr


def _half_order_k(expr: Any) -> Basic:
    """K_{n+½}(u) = √(π/2u) e^{−u} Σ (n+k)!/(k!(n−k)!) (2u)^{−k}, k ≤ n (DLMF 10.49.12)."""
    n, u = abs(expr.args[0]) - Rational(1, 2), expr.args[1]
    if not _integer_order(n):
        return expr
    terms = (factorial(n + k) / (factorial(k) * factorial(n - k)) / (2 * u) ** k for k in range(int(n) + 1))
    return sqrt(pi / (2 * u)) * exp(-u) * Add(*terms)


def _named(real: bool) -> dict[type, Callable[[Any], Any]]:
    """Replacement of a node whose arguments are done already, by its class."""
    table: dict[type, Callable[[Any], Any]] = {
        KroneckerDelta: lambda e: Piecewise((1, Eq(*e.args[:2])), (0, True)),
        LambertW: lambda e: Lambert(e.args[1] if len(e.args) > 1 else 0, e.args[0]),
        binomial: lambda e: (
            Mul(*(e.args[0] - i for i in range(int(e.args[1])))) / factorial(e.args[1])
            if _integer_order(e.args[1])
            else e
        ),
        harmonic: lambda e: polygamma(0, e.args[0] + 1) + S.EulerGamma if len(e.args) == 1 else e,
        rf: lambda e: Mul(*(e.args[0] + i for i in range(int(e.args[1])))) if _integer_order(e.args[1]) else e,
        ff: lambda e: Mul(*(e.args[0] - i for i in range(int(e.args[1])))) if _integer_order(e.args[1]) else e,
    }
    if real:
        table |= {
            floor: lambda e: Floor(e.args[0]),
            ceiling: lambda e: Ceil(e.args[0]),
            frac: lambda e: Remainder(e.args[0], Integer(1)),
            Mod: lambda e: Remainder(*e.args),
            sign: lambda e: Sign(e.args[0]),
            Heaviside: lambda e: Step(e.args[0], e.args[1] if len(e.args) > 1 else Rational(1, 2)),
            sinc: lambda e: SphericalJ(0, e.args[0]),
            besselj: _half_order_j,
            besselk: _half_order_k,
            jn: lambda e: SphericalJ(*e.args) if _integer_order(e.args[0]) else e,
        }
    return table


def _walk(expr: Basic, table: dict[type, Callable[[Any], Any]], memo: dict[Basic, Basic], top_down: bool) -> Basic:
    if expr in memo:
        return memo[expr]
    result = expr
    if top_down and type(expr) in table:
        result = _walk(table[type(expr)](expr), table, memo, top_down)
    elif expr.args:
        args = [_walk(a, table, memo, top_down) for a in expr.args]
        result = expr.func(*args) if any(a is not b for a, b in zip(args, expr.args, strict=True)) else expr
        if not top_down and type(result) in table and result.free_symbols:
            result = table[type(result)](result)
    memo[expr] = result
    return result


def evaluate(expr: Basic) -> Basic:
    """`expr` with Derivative and Subs carried out and finite Sum and Product unrolled. Raises KernelError for an
    Integral, a Limit,
    a distribution, a sum that is infinite, symbolic or longer than 1000 terms, and a derivative of an unknown
    function."""
    expr = _walk(expr, _UNEVALUATED, {}, top_down=True)
    for kind, remedy in _REMEDY.items():
        if found := expr.atoms(kind):
            raise KernelError(f"{min(found, key=str)} is a {kind.__name__}, which a kernel cannot compute: {remedy}")
    return expr


def computable(expr: Basic, real: bool) -> Basic:
    """`expr` over its final symbols, with steps, remainders and branches of W as forms and, over the reals, every
    stable rewriting applied."""
    named = _walk(expr, _named(real), {}, top_down=False)
    return stable(named) if real and not named.has(S.ImaginaryUnit) else named


def gradient(expr: Expr, variables: Iterable[Symbol], real: bool) -> list[Basic]:
    """[∂expr/∂v for v in variables] of a `computable` expression, in stable form again, derivatives of jumps being 0.

    Over the complex numbers only for holomorphic expressions. Raises KernelError naming a function without a known
    derivative.
    """
    if not real and (found := expr.atoms(Abs, re, im, conjugate)):
        raise KernelError(
            f"{min(found, key=str)} is not holomorphic: its gradient needs real arguments (leave out the complex dtype)"
        )
    partials = []
    for v in variables:
        partial = computable(diff(expr, v).replace(DiracDelta, lambda *_: Integer(0)), real)
        if left := partial.atoms(Derivative):
            raise KernelError(
                f"no derivative known for {min(left, key=str)}; use outputs='value' with automatic differentiation, "
                "or give the function as a SymPy Function with `fdiff`"
            )
        partials.append(partial)
    return partials
