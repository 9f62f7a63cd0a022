"""Majorants M(x) ≥ |f(x, a)| for a parameter between two ends: suggestions, which the rules that use them prove.

|sin u|, |cos u| ≤ 1, or |sin u| ≤ |u|; 1 − cos u = 2 sin² (u/2); a sum is at most the sum of the moduli; a factor that
is monotone in a takes its value at the worse end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.feynman.ode.reach import limit_at
from derive.feynman.ode.samples import sampled
from derive.feynman.problem import Problem

_WAVES = (sp.sin, sp.cos)


def bounds_between(f: Any, problem: Problem, a: sp.Symbol, low: Any, high: Any) -> Iterator[Any]:
    """Functions of x that are seen to bound |f| for low < a < high; those with |sin u| ≤ 1 first."""
    seen = []
    folded = half_angles(f)
    for form, steep in ((f, False), (folded, False), (folded, True)):
        bound = _at_the_worse_ends(flattened(form, a, steep), problem, a, low, high)
        if bound is not None and bound not in seen:
            seen.append(bound)
            yield bound


def half_angles(f: Any) -> Any:
    """1 − cos u as 2 sin² (u/2), which shows that it vanishes with u."""

    def folded(e: Any) -> Any:
        first, second = e.args
        wave, constant = (first, second) if first.has(sp.cos) else (second, first)
        c, cosine = wave.as_independent(sp.cos, as_Add=False)
        if isinstance(cosine, sp.cos) and sp.expand(c + constant) == 0:
            return 2 * constant * sp.sin(cosine.args[0] / 2) ** 2
        return e

    return f.replace(lambda e: isinstance(e, sp.Add) and len(e.args) == 2 and e.has(sp.cos), folded)


def flattened(e: Any, a: sp.Symbol, steep: bool = False) -> Any:
    """At least |e|, where e has waves in a that are no denominators: without them."""
    if not any(node.has(a) for node in e.atoms(*_WAVES)):
        return e
    if isinstance(e, _WAVES):
        return sp.Abs(e.args[0]) if steep and isinstance(e, sp.sin) else sp.S.One
    if isinstance(e, sp.Add):
        return sp.Add(*(sp.Abs(flattened(term, a, steep)) for term in e.args))
    if isinstance(e, sp.Mul):
        return sp.Mul(*(flattened(factor, a, steep) for factor in e.args))
    if isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp.is_positive:
        return flattened(e.base, a, steep) ** e.exp
    return e


def _at_the_worse_ends(bound: Any, problem: Problem, a: sp.Symbol, low: Any, high: Any) -> Any | None:
    """The bound as a whole, else each of its factors, at the end of the range of a where it is larger."""
    if not bound.has(a):
        return sp.Abs(bound)
    for factors in dict.fromkeys(((bound,), sp.Mul.make_args(bound))):
        worst = [_at_the_worse_end(factor, problem, a, low, high) for factor in factors]
        if all(w is not None for w in worst):
            return sp.Abs(sp.Mul(*worst))
    return None


def _at_the_worse_end(factor: Any, problem: Problem, a: sp.Symbol, low: Any, high: Any) -> Any | None:
    if not factor.has(a):
        return factor
    slope = sp.diff(factor, a)
    increasing = grows(slope / factor, problem)
    if increasing is not None:
        return _towards(factor, problem, a, high if increasing else low, "-" if increasing else "+")
    if grows(slope, problem) is None:
        return None
    # Monotone, but of either sign: between the values at the ends.
    ends = [_towards(factor, problem, a, end, side) for end, side in ((low, "+"), (high, "-"))]
    return None if any(end is None for end in ends) else sp.Add(*map(sp.Abs, ends))


def _towards(factor: Any, problem: Problem, a: sp.Symbol, end: Any, side: str) -> Any | None:
    """The limit of the factor at an end of the range of a; None if it is not finite."""
    x = problem.variable
    signed = sp.Symbol(x.name, positive=True) if problem.lower.is_nonnegative else x
    worst = limit_at(factor.xreplace({x: signed}), a, end, side)
    if worst is None or worst.has(sp.nan, sp.zoo, sp.oo, sp.AccumBounds):
        return None
    return worst.xreplace({signed: x})


def grows(slope: Any, problem: Problem) -> bool | None:
    """The sign of a logarithmic derivative at random points; None where it changes."""
    x, lower, upper = problem.variable, problem.lower, problem.upper
    ends = [x > lower] if not lower.is_infinite else []
    ends += [x < upper] if not upper.is_infinite else []
    points = sampled(slope.free_symbols | {x}, (*(g for g in problem.given if g != sp.true), *ends))
    signs = {bool(value > 0) for value in (slope.xreplace(point).evalf(15) for point in points) if value.is_real}
    return signs.pop() if len(signs) == 1 else None
