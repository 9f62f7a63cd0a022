"""Majorants of ∂_a^i F on a neighbourhood of a, by monotony: each factor where it is largest on the interval.

They are proposals for the rule of Leibniz, which asks for the inequality and for the convergence as obligations.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.bounds import absolute_bound
from derive.exact import is_nonnegative, is_positive
from derive.rules.analysis.convergence import convergence_proof
from derive.rules.places import between


def majorants(
    F: Any, x: Any, lo: Any, hi: Any, a: Any, order: int, given: tuple[Any, ...]
) -> tuple[tuple[Any, ...], tuple[Any, Any]] | None:
    """M_i(x) ≥ |∂_a^i F| for i = 1..order and a/2 < a′ < 2a, each with a convergent integral, and the interval; for a
    parameter that is positive. None where no majorant is found."""
    if not a.is_positive or any(a in relation.free_symbols for relation in given):
        return None
    moving = sp.Symbol(f"{a.name}'", positive=True)
    known = (*given, *between(x, lo, hi), sp.Gt(moving, a / 2), sp.Lt(moving, 2 * a))
    found = []
    for i in range(1, order + 1):
        bound = absolute_bound(sp.diff(F, a, i).xreplace({a: moving}), known)
        M = _largest(bound, moving, a, True, known)
        if M is None or not convergence_proof(sp.Integral(M, (x, lo, hi)), given):
            return None
        found.append(M)
    return tuple(found), (a / 2, 2 * a)


def _largest(e: Any, moving: Any, a: Any, most: bool, known: tuple[Any, ...]) -> Any | None:
    """An upper (with most=False a lower) bound of e over a/2 < moving < 2a, free of it; None where none is seen."""
    if not e.has(moving):
        return e
    if e == moving:
        return 2 * a if most else a / 2
    if isinstance(e, sp.Add):
        parts = [_largest(arg, moving, a, most, known) for arg in e.args]
        return None if any(part is None for part in parts) else sp.Add(*parts)
    if isinstance(e, sp.exp):
        inner = _largest(e.args[0], moving, a, most, known)
        return None if inner is None else sp.exp(inner)
    if isinstance(e, sp.Mul):
        c = e.as_coeff_Mul()[0]
        if c < 0:
            below = _largest(-e, moving, a, not most, known)
            return None if below is None else -below
        parts = [_largest(arg, moving, a, most, known) for arg in e.args]
        if any(part is None or is_nonnegative(part, known) is not True for part in parts):
            return None
        return sp.Mul(*parts) if all(is_nonnegative(arg, known) is True for arg in e.args) else None
    if isinstance(e, sp.Pow) and not e.exp.has(moving) and e.exp.is_real and is_positive(e.base, known) is True:
        base = _largest(e.base, moving, a, most == bool(e.exp.is_positive), known)
        return None if base is None or is_positive(base, known) is not True else base**e.exp
    return None
