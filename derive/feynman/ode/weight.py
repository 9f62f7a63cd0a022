"""How hard an integrand looks: which of two integrals is worth trying first, and whether a step has made one easier."""

from __future__ import annotations

from typing import Any

import sympy as sp


def weight(f: Any, x: sp.Symbol) -> int:
    """How hard an integrand looks: 3 for a logarithm, an inverse or a special function, 1 for a root, an
    exponential, a circular function or a power in the denominator, 2 for a sum there."""
    total = 0
    for e in sp.postorder_traversal(f):
        if not e.has(x):
            continue
        if isinstance(e, sp.exp | sp.sin | sp.cos | sp.sinh | sp.cosh | sp.tan | sp.tanh):
            total += 1
        elif isinstance(e, sp.Function):
            total += 3
        elif isinstance(e, sp.Pow):
            if e.exp.has(x) or (e.exp.is_negative and e.base.is_Add):
                total += 2
            elif not e.exp.is_integer or e.exp.is_negative:
                total += 1
    return total
