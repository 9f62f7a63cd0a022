"""Wrong variants of a formula: a sign, a factor 2, a dropped term, a shifted limit, a wrong exponent, a swapped
parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import mpmath
import sympy as sp

Place = tuple[int, ...]


def places(expr: sp.Basic, here: Place = ()) -> Iterator[tuple[Place, sp.Basic]]:
    """All subexpressions with the path that leads to them; bound variables are not places."""
    yield here, expr
    for index, argument in enumerate(expr.args):
        if isinstance(expr, (sp.Integral, sp.Sum, sp.Limit, sp.Derivative, sp.Subs)) and index > 0:
            continue
        yield from places(argument, (*here, index))


def replaced(expr: sp.Basic, place: Place, new: sp.Basic) -> sp.Basic:
    """The expression with another subexpression at the place."""
    if not place:
        return new
    arguments = list(expr.args)
    arguments[place[0]] = replaced(arguments[place[0]], place[1:], new)
    return expr.func(*arguments)


def _sign(node: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(node, sp.Add):
        for term in node.args[:3]:
            yield node - 2 * term


def _factor(node: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(node, (sp.Mul, sp.Function)) and not isinstance(node, sp.Piecewise):
        yield 2 * node


def _drop(node: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(node, sp.Add) and len(node.args) > 1:
        yield node - node.args[-1]
    if isinstance(node, sp.Mul) and len(node.args) > 1 and not node.args[0].is_number:
        yield node / node.args[0]


def _exponent(node: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(node, sp.Pow) and node.exp.is_Rational:
        yield node.base ** (node.exp + 1)
        yield node.base ** (node.exp - 1)
    if isinstance(node, sp.exp):
        yield sp.exp(-node.args[0])


def _swap(node: sp.Basic) -> Iterator[sp.Basic]:
    symbols = sorted((s for s in node.free_symbols if isinstance(s, sp.Symbol)), key=str)
    if isinstance(node, (sp.Function, sp.Pow)) and len(symbols) >= 2:
        first, second = symbols[:2]
        yield node.xreplace({first: second, second: first})


def _whole_sign(node: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(node, (sp.Integral, sp.Sum)):
        yield -node


def _limits(node: sp.Basic) -> Iterator[sp.Basic]:
    if isinstance(node, (sp.Integral, sp.Sum)) and len(node.limits) == 1 and len(node.limits[0]) == 3:
        variable, low, high = node.limits[0]
        if low.is_finite:
            yield node.func(
                node.function, (variable, low + (1 if isinstance(node, sp.Sum) else sp.Rational(1, 3)), high)
            )
        elif high is sp.oo:
            yield node.func(node.function, (variable, 0 if isinstance(node, sp.Integral) else 1, high))


KINDS: dict[str, Callable[[sp.Basic], Iterator[sp.Basic]]] = {
    "sign": _sign,
    "whole sign": _whole_sign,
    "factor 2": _factor,
    "dropped": _drop,
    "exponent": _exponent,
    "swapped": _swap,
    "limit": _limits,
}


def mutants(expr: sp.Basic) -> Iterator[tuple[str, sp.Basic]]:
    """All single mutations, each with what was done; results that SymPy shows to be the same expression are left
    out."""
    seen = {expr}
    if expr.is_Number or expr.is_Symbol:
        yield "factor 2", 2 * expr if expr else sp.Integer(1)
        yield "sign", -expr if expr else sp.Integer(-1)
    for place, node in places(expr):
        if not isinstance(node, sp.Expr):
            continue
        for kind, change in KINDS.items():
            for new in change(node):
                try:
                    mutant = replaced(expr, place, new)
                except (ValueError, TypeError, AttributeError):
                    continue
                if mutant not in seen and not mutant.has(sp.nan, sp.zoo):
                    seen.add(mutant)
                    yield f"{kind} in {node}", mutant


def truly_different(original: sp.Basic, mutant: sp.Basic, point: dict[sp.Symbol, sp.Expr]) -> bool:
    """Whether mpmath, at 30 digits and independently of our oracle, tells the values of two closed forms apart by more
    than 1e-8."""
    names = sorted(point, key=str)
    with mpmath.workdps(30):
        values = []
        for expr in (original, mutant):
            function = sp.lambdify(names, expr, "mpmath")
            try:
                values.append(mpmath.mpmathify(function(*(mpmath.mpf(point[n].p) / point[n].q for n in names))))
            except (ValueError, ZeroDivisionError, OverflowError, TypeError, NameError, mpmath.libmp.NoConvergence):
                return False
        return bool(abs(values[0] - values[1]) > mpmath.mpf("1e-8") * max(abs(values[0]), abs(values[1])))
