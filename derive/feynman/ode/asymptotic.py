"""The leading part of an integral for large values of a parameter: f = φ + r with r → 0, so I = ∫ φ dx + o(1).

φ is f with every log P(a) replaced by log of the leading term of P, every arctan by its limit, and the limit of what
then remains. It singles out a solution of an equation where no finite base point has a known value.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.polys.polyerrors import PolynomialError

from derive.feynman.ode.reach import limit_at
from derive.feynman.problem import Problem


def leading_part(f: Any, a: sp.Symbol, x: sp.Symbol, end: Any = sp.oo) -> Any | None:
    """φ with f − φ → 0 as a → ±∞ for fixed x; None if it was not found."""
    sign = 1 if end is sp.oo else -1
    table = {log: main for log in f.atoms(sp.log) if log.has(a) and (main := _of_log(log, a, sign)) is not None}
    logs = {log: sp.Dummy(positive=True) for log in table}
    rest = f.xreplace(logs)
    if not all(sp.diff(rest, mark, 2) == 0 for mark in logs.values()):
        return None  # a product of logarithms: what is small in one is multiplied by what grows in the other
    total = sp.S.Zero
    for mark, log in ((mark, log) for log, mark in logs.items()):
        slope = sp.diff(rest, mark)
        if slope.has(a, *logs.values()):
            return None
        total += slope * table[log]
        rest = rest - slope * mark
    rest = sp.expand(rest)
    limit = limit_at(rest, a, end, "-" if sign == 1 else "+")
    if limit is None or limit.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds):
        return None
    return total + limit


def _of_log(log: Any, a: sp.Symbol, sign: int) -> Any | None:
    """log of the leading term c aⁿ of a polynomial in a: n log |a| + log of c times the sign of aⁿ."""
    try:
        poly = sp.Poly(log.args[0], a)
    except PolynomialError:
        return None
    if poly.degree() == 0 or any(sp.sympify(c).has(a) for c in poly.all_coeffs()):
        return None
    lead = poly.LC()
    n = poly.degree()
    return n * sp.log(sign * a) + sp.log(lead * sign**n)


def remainder_bound(problem: Problem, rest: Any) -> Any | None:
    """M(a) ≥ |r(x, a)| where r depends on x through one sine or cosine u, monotone in it: the larger of the values at
    u = ±1; None where that is not so."""
    x = problem.variable
    nodes = {node for node in rest.atoms(sp.sin, sp.cos) if node.has(x)}
    if len(nodes) != 1:
        return None
    (node,) = nodes
    u = sp.Dummy("u", real=True)
    inner = rest.xreplace({node: u})
    if inner.has(x):
        return None
    values = [sp.Abs(inner.xreplace({u: sp.Integer(end)})) for end in (1, -1)]
    return values[0] if values[0] == values[1] else sp.Add(*values)


__all__ = ["leading_part", "remainder_bound"]
