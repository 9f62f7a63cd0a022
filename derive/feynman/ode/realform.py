"""Logarithms and powers of what is negative on a region, written with what is positive there."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.feynman.ode.samples import sampled


def real_form(expr: Any, given: tuple[Any, ...]) -> Any:
    """log g and g^e with −g in the place of g where g < 0 on the whole region: other by a constant, or a factor."""
    nodes = [
        e
        for e in sp.preorder_traversal(expr)
        if (isinstance(e, sp.log) or (isinstance(e, sp.Pow) and not e.exp.is_integer)) and e.free_symbols
    ]
    if not nodes:
        return expr
    points = sampled(expr.free_symbols | set().union(set(), *(g.free_symbols for g in given)), given)
    table = {}
    for node in nodes:
        argument = node.args[0]
        values = [argument.xreplace(point) for point in points]
        if values and all(value.is_negative for value in values):
            flipped = sp.factor(-argument) if argument.is_rational_function() else -argument
            table[node] = node.func(flipped, *node.args[1:])
    return expr.xreplace(table)
