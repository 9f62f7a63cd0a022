"""Ladders of functions F(x) Y_n(u(x)) with Y_n from a classical equation, and what they are put to: the eigenvalue
equation for every n at once, the symmetry of the generator under the weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled

INDEX = sp.Symbol("n", integer=True, nonnegative=True)


@dataclass(frozen=True)
class Ladder:
    """Functions F(x) Y_n(u(x)) with p2 Y″ + p1 Y′ + q Y = 0, `ode` = (u, p2, p1, q): `form(n)` is Y_n, `norm` is
    ∫ (F Y_n)² w dx.

    order: ν in λ_ν, which may be n itself or n moved by the exponents of the factor F.
    """

    family: str
    place: Any
    factor: Any
    form: Callable[[Any], Any]
    ode: tuple[Any, Any, Any, Any]
    order: Any
    norm: Any
    weight: Any
    conditions: tuple[Any, ...]


def every_order(equation: Any, ladder: Ladder, values: Any, facts: tuple[Any, ...]) -> list[Evidence]:
    """(L − V) F Y + λ F Y = 0 for every n: Y″ is replaced by the classical equation, the coefficients of Y and Y′ must
    vanish."""
    x, (a,), d = equation.states[0], equation.drift, equation.diffusion[0, 0]
    slope, u = log_slope(ladder.factor, x), ladder.place
    dummy, p2, p1, q = ladder.ode
    p2, p1, q = (sp.sympify(e).subs(dummy, u) for e in (p2, p1, q))
    du, ddu = sp.diff(u, x), sp.diff(u, x, 2)
    values = values.args[-1][0] if isinstance(values, sp.Piecewise) else values
    zeroth = d * (sp.diff(slope, x) + slope**2 - du**2 * q / p2) + a * slope + values - equation.potential
    first = d * (2 * slope * du + ddu - du**2 * p1 / p2) + a * du
    what = f"the generator in u = {plain(u)} is that of the {ladder.family} equation for every n"
    return [settled(part, sp.S.Zero, facts, what) for part in (zeroth, first)]


def log_slope(f: Any, x: Any) -> Any:
    """(log f)′ of a product of powers and exponentials, factor by factor."""
    total = sp.S.Zero
    for part in sp.Mul.make_args(f):
        base, power = (sp.E, part.exp) if isinstance(part, sp.exp) else part.as_base_exp()
        total += sp.diff(power, x) * sp.log(base) + power * sp.diff(base, x) / base
    return total


def at_order(facts: tuple[Any, ...], k: int) -> tuple[Any, ...]:
    """The conditions on n for n = k."""
    return tuple(g.subs(INDEX, k) for g in facts)


def symmetric(equation: Any, weight: Any, facts: tuple[Any, ...]) -> Evidence:
    """L* (w f) = w L f, that is (D w)′ = a w."""
    x, (a,), d = equation.states[0], equation.drift, equation.diffusion[0, 0]
    log = sp.expand_log(sp.log(weight), force=True)
    return settled(sp.diff(d, x) + d * sp.diff(log, x), a, facts, "the generator is symmetric under the weight")


def generated(equation: Any, f: Any) -> Any:
    """a f′ + D f″ − V f."""
    x = equation.states[0]
    return equation.drift[0] * sp.diff(f, x) + equation.diffusion[0, 0] * sp.diff(f, x, 2) - equation.potential * f
