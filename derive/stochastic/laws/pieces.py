"""Slopes with jumps and kinks, sign x, |x|, pieces, integrated to one continuous function.

F is an antiderivative on each interval between the places of change, with constants such that F is continuous; with one
place c it is written ½(F₁ + F₂) + |x − c| (F₂ − F₁)/(2(x − c)) where that is a polynomial in x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.errors import Unsolvable
from derive.stochastic.expectations.regions import regions
from derive.stochastic.solutions.lamperti import antiderivative

KINKS = (sp.Piecewise, sp.Abs, sp.sign, sp.Max, sp.Min, sp.Heaviside)


@dataclass(frozen=True)
class Pieces:
    """(function, from, to) on intervals in order; whole: the function in one expression."""

    parts: tuple[tuple[Any, Any, Any], ...]
    whole: Any


def kinked(f: Any, x: Any) -> bool:
    """Whether the expression has pieces, signs or absolute values of the state."""
    return any(node.has(x) for node in f.atoms(*KINKS))


def split(f: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> list[tuple[Any, Any, Any]]:
    """(expression, from, to) between the places where f changes; Unsolvable if their order is not known."""
    table: dict[Any, Any] = {s: sp.Symbol(s.name, real=True) for s in f.free_symbols if s.is_real is None}
    back = {new: old for old, new in table.items()}
    real = f.xreplace(table).replace(lambda e: isinstance(e, sp.Heaviside), lambda e: (1 + sp.sign(e.args[0])) / 2)
    folded = sp.piecewise_fold(real.rewrite(sp.Piecewise))
    if not isinstance(folded, sp.Piecewise):
        return [(f, *ends)]
    listed: Any = folded.args
    cases = [(e.xreplace(back), c.xreplace(back) if c not in (True, sp.true) else sp.true) for e, c in listed]
    cases = [case for case in cases if not isinstance(case[1], sp.Eq)]
    found = regions(cases, x, ends, given)
    if not found or found[0][1] != ends[0] or found[-1][2] != ends[1]:
        raise Unsolvable(f"{plain(f)} is not given on the whole of ({plain(ends[0])}, {plain(ends[1])})")
    return found


def continuous_antiderivative(f: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> Pieces:
    """The continuous F with F′ = f on each interval; Unsolvable where one of them was not found."""
    parts: list[tuple[Any, Any, Any]] = []
    for piece, low, high in split(f, x, ends, given):
        found = antiderivative(sp.expand(piece), x, (low, high), given)
        if found is None:
            raise Unsolvable(f"∫ {plain(piece)} dx was not found in closed form on ({plain(low)}, {plain(high)})")
        if parts:
            found += (parts[-1][0] - found).subs(x, low)
        else:
            found -= found.subs(x, high) if not high.is_infinite else 0
        parts.append((sp.expand(found), low, high))
    return Pieces(tuple(parts), _whole(parts, x))


def _whole(parts: list[tuple[Any, Any, Any]], x: Any) -> Any:
    if len(parts) == 1:
        return parts[0][0]
    if len(parts) == 2:
        (first, _, place), (second, *_) = parts
        step = sp.cancel((second - first) / (2 * (x - place)))
        if step.is_polynomial(x):
            return sp.expand(first / 2 + second / 2) + sp.Abs(x - place) * sp.factor_terms(step)
    return sp.Piecewise(*((e, x < high) for e, _, high in parts[:-1]), (parts[-1][0], True))
