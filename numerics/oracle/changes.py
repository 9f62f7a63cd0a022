"""A wave of an inner function that runs to infinity: that function taken as the new variable, u = g(x).

∫_a^b f(x) dx = ∫_{g(a)}^{g(b)} f(g⁻¹(u)) (g⁻¹)'(u) du for a g that is strictly monotone and smooth on (a, b), also for
integrals that converge conditionally: both are limits of the same integrals over [a', b']. So sin(x³) is a wave of u =
x³, cos(tan x) one of u = tan x, with a phase of degree 1, and the ray can be turned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from numerics.oracle.evaluate import Compiler
from numerics.oracle.letters import REMEMBERED, fresh

HIGHEST_PHASE = 2
_WAVES = (sp.sin, sp.cos, sp.sinc, sp.exp)


@dataclass(frozen=True)
class Inverse:
    """g⁻¹ for one kind of inner function: x = back(u), the functions of x that are algebraic in u, and the range on
    which g grows."""

    back: Callable[[sp.Expr], sp.Expr]
    table: Callable[[sp.Expr, sp.Expr], dict[sp.Expr, sp.Expr]]
    grows: Callable[[Compiler, sp.Expr, sp.Expr], bool]


def _between(low: sp.Expr, high: sp.Expr) -> Callable[[Compiler, sp.Expr, sp.Expr], bool]:
    """Whether the range lies in [low, high]: by SymPy, whose answer is exact or none."""

    def inside(c: Compiler, a: sp.Expr, b: sp.Expr) -> bool:
        return sp.Ge(a, low) == sp.true and sp.Le(b, high) == sp.true

    return inside


def _anywhere(c: Compiler, a: sp.Expr, b: sp.Expr) -> bool:
    return True


def _of_tangent(y: sp.Expr, u: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    root = sp.sqrt(1 + u**2)
    double = {sp.sin(2 * y): 2 * u / (1 + u**2), sp.cos(2 * y): (1 - u**2) / (1 + u**2)}
    return {sp.tan(y): u, sp.cot(y): 1 / u, sp.sin(y): u / root, sp.cos(y): 1 / root, **double}


def _of_sinh(y: sp.Expr, u: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    root = sp.sqrt(1 + u**2)
    return {sp.sinh(y): u, sp.cosh(y): root, sp.tanh(y): u / root}


def _of_cosh(y: sp.Expr, u: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    root = sp.sqrt(u**2 - 1)
    return {sp.cosh(y): u, sp.sinh(y): root, sp.tanh(y): root / u}


INVERSES: dict[type, Inverse] = {
    sp.tan: Inverse(sp.atan, _of_tangent, _between(-sp.pi / 2, sp.pi / 2)),
    sp.exp: Inverse(sp.log, lambda y, u: {sp.exp(y): u, sp.exp(-y): 1 / u}, _anywhere),
    sp.sinh: Inverse(sp.asinh, _of_sinh, _anywhere),
    sp.cosh: Inverse(sp.acosh, _of_cosh, _between(sp.S.Zero, sp.oo)),
}


def changed(
    c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr
) -> Iterator[tuple[sp.Expr, sp.Symbol, sp.Expr, sp.Expr]]:
    """Equal integrals (f, x, lo, hi) in which a wave that had too high a phase has one of low degree."""
    if c.moves(f) or (lo.is_infinite and hi.is_infinite and _power_phases(f, x)):
        return
    for inner in _inner(f, x):
        u = fresh(f, f"u = {inner}", "u", None)
        found = (
            _by_power(f, x, lo, hi, inner, u) if isinstance(inner, sp.Pow) else _by_function(c, f, x, lo, hi, inner, u)
        )
        if found is not None:
            yield found


def _power_phases(f: sp.Expr, x: sp.Symbol) -> bool:
    return any(isinstance(g, sp.Pow) for g in _inner(f, x))


@lru_cache(maxsize=REMEMBERED, typed=True)
def _inner(f: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, ...]:
    """The functions g for which some wave of f is one of a polynomial of degree ≤ 2 in g, but not so in x."""
    found: dict[sp.Expr, None] = {}
    for wave in f.atoms(*_WAVES):
        phase = wave.args[0]
        if isinstance(wave, sp.exp) and not phase.has(sp.I):
            continue
        if not phase.has(x) or (phase.is_polynomial(x) and sp.degree(phase, x) <= HIGHEST_PHASE):
            continue
        if isinstance(wave, sp.exp):
            phase = sp.expand(phase / sp.I)
        for g in _arguments(phase, x):
            u = sp.Dummy("u")
            seen = phase.xreplace({g: u})
            if not seen.has(x) and seen.is_polynomial(u) and sp.degree(seen, u) <= HIGHEST_PHASE:
                found[g] = None
    return tuple(found)


def _arguments(phase: sp.Expr, x: sp.Symbol) -> Iterator[sp.Expr]:
    for node in sorted(phase.atoms(sp.Pow, *INVERSES), key=sp.count_ops):
        if isinstance(node, sp.Pow) and not isinstance(node, sp.exp):
            if node.base == x and not node.exp.has(x) and node.exp.is_real:
                yield node
        elif type(node) in INVERSES and _slope(node.args[0], x) is not None:
            yield node


def _slope(y: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """k of y = kx; None if y is no such multiple, or the sign of k is not known."""
    k: Any = y.coeff(x, 1)
    return k if sp.expand(y - k * x) == 0 and not k.has(x) and k.is_positive else None


def _by_power(
    f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr, g: sp.Expr, u: sp.Symbol
) -> tuple[sp.Expr, sp.Symbol, sp.Expr, sp.Expr] | None:
    """u = x^α on a range of positive x; the ends of the range are 0, ∞ or numbers."""
    power = g.exp  # pyright: ignore[reportAttributeAccessIssue]
    if not lo.is_extended_nonnegative or power.is_zero is not False:
        return None
    y = fresh(f, f"positive u = {g}", "u", True)
    ends = [_end(end, power) for end in (lo, hi)]
    body = sp.powsimp(sp.powdenest(f.xreplace({g: y}).subs(x, y ** (1 / power)) * y ** (1 / power - 1) / power))
    if body.has(sp.nan, sp.zoo) or None in ends:
        return None
    return body, y, ends[0], ends[1]  # pyright: ignore[reportReturnType]


def _end(end: sp.Expr, power: sp.Expr) -> sp.Expr | None:
    if end not in (0, sp.oo):
        return end**power
    if power.is_positive:
        return end
    return (sp.oo if end == 0 else sp.S.Zero) if power.is_negative else None


def _by_function(
    c: Compiler, f: sp.Expr, x: sp.Symbol, lo: sp.Expr, hi: sp.Expr, g: sp.Expr, u: sp.Symbol
) -> tuple[sp.Expr, sp.Symbol, sp.Expr, sp.Expr] | None:
    """u = g(kx) with k > 0 on a range where g grows."""
    y = g.args[0]
    k = _slope(y, x)
    inverse = INVERSES[type(g)]
    if k is None or not inverse.grows(c, k * lo, k * hi):
        return None
    ends = [_value_at(g.func, k * end, upper) for end, upper in ((lo, False), (hi, True))]
    positive = bool(ends[0].is_extended_nonnegative)
    u = fresh(f, f"u = {g}, positive", "u", True) if positive else u
    place = inverse.back(u) / k
    body = f.xreplace(inverse.table(y, u))
    body = sp.powsimp(sp.powdenest(sp.factor_terms(body.subs(x, place) * sp.diff(place, u))))
    if body.has(sp.nan, sp.zoo) or any(end.has(sp.nan, sp.zoo) for end in ends):
        return None
    return body, u, ends[0], ends[1]


def _value_at(function: type, end: sp.Expr, upper: bool) -> sp.Expr:
    if function is sp.tan and sp.Abs(end) == sp.pi / 2:
        return sp.oo if upper else -sp.oo
    return function(end)
