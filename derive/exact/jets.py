"""Unknown functions and their derivatives: f(a), ∂^α f(a) are independent generators, one per jet and argument.

A derivative of a known expression is carried out; what stands under it as an integral, sum or limit is first
replaced by an unknown function of its free symbols (differentiation under the sign is a rule with obligations).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from .budget import OutOfReach
from .polys import Fraction

if TYPE_CHECKING:
    from .tower import Tower


def jet(t: Tower, e: Any) -> Fraction:
    """The fraction for f(a), Derivative(...) or Subs(...)."""
    from .functions import opaque_of

    read = _as_jet(e)
    if read is not None:
        func, orders, args = read
        return opaque_of(t, (func, orders), [t.of(arg) for arg in args], e, "jet")
    if isinstance(e, sp.Derivative):
        return _carried_out(t, e)
    if isinstance(e, sp.Subs) and not e.expr.has(sp.Derivative):
        return t.of(e.expr.xreplace(dict(zip(e.variables, e.point, strict=True))))
    if isinstance(e, sp.Subs):
        done = e.doit()
        if done != e:
            return t.of(done)
    raise OutOfReach("a derivative at a point that is not read")


def _as_jet(e: Any) -> tuple[Any, tuple[int, ...], tuple[Any, ...]] | None:
    """(f, orders by argument, arguments) for f(a), ∂^α f(x) and its value at a point."""
    if isinstance(e, AppliedUndef):
        return e.func, (0,) * len(e.args), e.args
    if isinstance(e, sp.Subs):
        inner = _as_jet(e.expr)
        if inner is None:
            return None
        point = dict(zip(e.variables, e.point, strict=True))
        return inner[0], inner[1], tuple(arg.xreplace(point) for arg in inner[2])
    if isinstance(e, sp.Derivative) and isinstance(e.expr, AppliedUndef):
        args, counts = e.expr.args, _counts(e)
        if not all(arg.is_Symbol for arg in args) or len(set(args)) != len(args):
            return None
        if not all(count.is_Integer and v in args for v, count in counts):
            return None
        orders = [0] * len(args)
        for v, count in counts:
            orders[args.index(v)] += int(count)
        return e.expr.func, tuple(orders), args
    return None


def _counts(e: Any) -> list[tuple[Any, Any]]:
    """(variable, order) pairs of a derivative."""
    return [(pair[0], pair[1]) for pair in e.variable_count]


def _carried_out(t: Tower, e: Any) -> Fraction:
    from .bound import derivative_of_bound

    if not all(count.is_Integer and v.is_Symbol for v, count in e.variable_count):
        raise OutOfReach("a derivative of symbolic order")
    if isinstance(e.expr, ExprWithLimits | sp.Limit):
        return derivative_of_bound(t, e)
    if sum(int(count) for _, count in e.variable_count) > 12:
        raise OutOfReach("a derivative of high order")
    nodes = [n for n in sp.preorder_traversal(e.expr) if isinstance(n, ExprWithLimits | sp.Limit)]
    outer = [n for n in nodes if not any(n is not m and m.has(n) for m in nodes)]
    stand_in = {
        n: sp.Function(f"_bound{i}")(*sorted(n.free_symbols, key=lambda s: s.sort_key())) for i, n in enumerate(outer)
    }
    inner = e.expr.xreplace(stand_in)
    for v, count in _counts(e):
        for _ in range(int(count)):
            t.budget.tick()
            inner = inner.diff(v)
    if isinstance(inner, sp.Derivative) and inner == e:
        raise OutOfReach("a derivative that cannot be carried out")
    back = {stood: n for n, stood in stand_in.items()}
    return t.of(inner.xreplace(back) if back else inner)
