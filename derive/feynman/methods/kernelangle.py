"""The kernel 1/(cosh x + cos t), by the angle t of its poles ±i(π − t).

∫_0^∞ cos ax/(cosh x + cos t) dx = π sinh at/(sinh πa sin t), |Re t| < π; for cosh bx put a = ib, for 1 let a → 0
(the rectangle of height 2πi, or x = log u and partial fractions); powers of x by derivatives in a. Where the cosine
exceeds 1, t = iτ is imaginary. Reference: Gradshteyn and Ryzhik 3.983.1, 3.514.2, 3.531.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

SECONDS = 2.0
MOST_POWER = 8


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
    power, wave = _power_and_wave(inner, x)
    found = _angle(cosine, at)
    if wave is None or found is None:
        return None
    slope = sp.cancel(wave.args[0] / x / scale) if wave != 1 else sp.S.Zero
    if x in slope.free_symbols:
        return None
    t, sine = found
    whole = _moment(power, wave, slope, t)
    return None if whole is None else sp.powsimp(outer / (lead * scale ** (power + 1) * sine) * whole)


def _power_and_wave(inner: Any, x: sp.Symbol) -> tuple[int, Any]:
    """(m, W) of x^m W with W = 1 or a wave; W is None for anything else."""
    power, wave = 0, sp.S.One
    for factor in sp.Mul.make_args(inner):
        base, p = factor.as_base_exp()
        if base == x and p.is_Integer and p > 0:
            power = int(p)
        elif _wave(factor) and wave == 1:
            wave = factor
        elif factor != 1:
            return 0, None
    return power, wave


def _moment(power: int, wave: Any, slope: Any, t: Any) -> Any | None:
    """sin t ∫ x^m W(slope x)/(cosh x + cos t) dx by m derivatives of π sinh αt/sinh πα in α, for cos αx."""
    alpha = sp.Symbol("alpha")
    even = wave == 1 or isinstance(wave, (sp.cos, sp.cosh))
    if (power % 2 == 0) != even or power > MOST_POWER:
        return None
    if wave == 1 or slope == 0:
        series = sp.series(sp.pi * sp.sinh(alpha * t) / sp.sinh(sp.pi * alpha), alpha, 0, power + 1).removeO()
        return (-1) ** (power // 2) * sp.factorial(power) * sp.factor(sp.expand(series).coeff(alpha, power))
    base = sp.diff(sp.pi * sp.sinh(alpha * t) / sp.sinh(sp.pi * alpha), alpha, power)
    if isinstance(wave, (sp.cos, sp.sin)):
        sign = (-1) ** ((power + 1) // 2)  # (d/dα)^m cos αx = ± x^m cos αx or sin αx
        return sp.simplify(sign * base.xreplace({alpha: slope})) if power else base.xreplace({alpha: slope})
    # cosh βx = cos iβx and sinh βx = −i sin iβx; the derivatives are taken in β.
    beta = sp.Symbol("beta")
    turned = sp.diff(sp.pi * sp.sin(beta * t) / sp.sin(sp.pi * beta), beta, power).xreplace({beta: slope})
    return sp.simplify(turned) if power else turned


def _wave(e: Any) -> bool:
    return isinstance(e, (sp.cos, sp.cosh, sp.sin, sp.sinh))
