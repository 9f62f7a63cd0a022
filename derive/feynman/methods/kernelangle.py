"""The kernel 1/(cosh x + cos t), by the angle t of its poles ±i(π − t).

∫_0^∞ cos ax/(cosh x + cos t) dx = π sinh at/(sinh πa sin t), |Re t| < π; for cosh bx put a = ib, for 1 let a → 0
(the rectangle of height 2πi, or x = log u and partial fractions). Where the cosine exceeds 1, t = iτ is imaginary.
Reference: Gradshteyn and Ryzhik 3.983.1, 3.514.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

SECONDS = 1.5


class KernelAngle:
    """The method: with an angle that is real or imaginary, as at a point of the region."""

    name = "the angle of the poles"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The closed form; it may be right on a part of the region only, which the judge sees."""
        if problem.upper != sp.oo or problem.lower not in (0, -sp.oo) or not problem.integrand.has(sp.cosh):
            return
        at = search.first_point(problem)
        value = None if at is None else search.limited(SECONDS, _value, problem.integrand, problem.variable, at)
        if value is None:
            return
        value = value if problem.lower == 0 else 2 * value
        steps = Derivation(problem.integral, problem.given).to(value, f"residues at {self.name}")
        yield Proposal(value, f"residues at {self.name}", steps)


def _angle(cosine: Any, at: dict[Any, Any]) -> tuple[Any, Any] | None:
    """(t, sin t) with cos t = cosine; t = iτ for cosine > 1."""
    size = sp.N(cosine.xreplace(at), 15)
    if size > 1:
        return sp.I * sp.acosh(cosine), sp.I * sp.sqrt(cosine**2 - 1)
    if isinstance(cosine, sp.cos):
        return cosine.args[0], sp.sin(cosine.args[0])
    return (sp.acos(cosine), sp.sqrt(1 - cosine**2)) if -1 < size < 1 else None


def _value(f: Any, x: sp.Symbol, at: dict[Any, Any]) -> Any | None:
    """The closed form for c W(x)/(k (cosh sx + d)), W = 1, cos or cosh of a multiple of x; None for others."""
    top, bottom = sp.fraction(sp.together(f))
    waves = bottom.atoms(sp.cosh)
    if len(waves) != 1:
        return None
    wave = waves.pop()
    scale, letter = wave.args[0] / x, sp.Dummy()
    linear = sp.expand(bottom.xreplace({wave: letter}))
    if x in scale.free_symbols | linear.free_symbols or sp.degree(linear, letter) != 1 or not scale.is_positive:
        return None
    lead = linear.coeff(letter, 1)
    cosine = sp.simplify((linear - lead * letter) / lead)
    outer, inner = top.as_independent(x, as_Add=False)
    slope = sp.S.Zero if inner == 1 else sp.cancel(inner.args[0] / x / scale) if _wave(inner) else x
    found = _angle(cosine, at)
    if x in slope.free_symbols or found is None:
        return None
    t, sine = found
    a = sp.I * slope if isinstance(inner, sp.cosh) else slope
    whole = t / sine if a == 0 else sp.pi * sp.sinh(sp.expand(a * t)) / (sp.sinh(sp.pi * a) * sine)
    return sp.powsimp(outer / (lead * scale) * whole)


def _wave(e: Any) -> bool:
    return isinstance(e, (sp.cos, sp.cosh))
