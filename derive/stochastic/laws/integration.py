"""Integrals of densities checked by values: a quick quadrature that confirms, and the oracle where it does not.

Law: quadrature can only confirm. That it meets the stated value to twelve digits at random parameters is no accident;
that it misses it may be its own fault, so the oracle decides then.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import by_values
from derive.stochastic.errors import Unsolvable

SECONDS = 10.0
POINTS, CLOSE, FAR, FLANK, SMOOTH = 3, 1e-12, 1e-3, mpmath.mpf(10) ** -5, 12


def by_integration(f: Any, x: Any, domain: tuple[Any, Any], expected: Any, given: Iterable[Any], what: str) -> Evidence:
    """Evidence for ∫ f dx = expected over the domain; StochasticError if it is refuted, Unsolvable if quadrature is far
    off and nothing else settles it."""
    facts = tuple(g for g in given if g not in (sp.true, sp.false))
    gap, points = _quadrature(f, x, domain, facts, expected)
    if gap is not None and gap < CLOSE:
        return Evidence(Status.AGREED, f"{what}: tanh-sinh quadrature agrees to {gap:.1e} at {points} points")
    found = by_values(sp.Integral(f, (x, *domain)), expected, facts, what, SECONDS)
    if found.status is Status.UNKNOWN and gap is not None and not gap < FAR:
        raise Unsolvable(f"{what} is not confirmed: quadrature is off by {gap:.1e}; the form found is not handed out")
    return found


def _quadrature(
    f: Any, x: Any, domain: tuple[Any, Any], facts: tuple[Any, ...], expected: Any
) -> tuple[float | None, int]:
    """(relative gap, points) of tanh-sinh quadrature, cut at points about the peak, from the stated value at random
    parameters; None where it could not be done. A gap proves nothing: it is quadrature that may have failed.
    """
    symbols = sorted((f.free_symbols | expected.free_symbols | _ends(domain)) - {x}, key=lambda s: s.name)
    positive = {s: sp.Symbol(s.name, positive=True) for s in symbols if s.is_real is None}
    facts = tuple(g.xreplace(positive) for g in facts if not g.has(x))
    names = [positive.get(s, s) for s in symbols]
    worst = 0.0
    try:
        points = list(admissible(set(names), facts, random.Random(11), POINTS, real=True)) if names else [{}]
        with mpmath.workdps(20):
            factor, shape = f.as_independent(x, as_Add=False)
            density = sp.lambdify([x, *symbols], shape, "mpmath")
            low, high, whole, front = (sp.lambdify(symbols, e, "mpmath") for e in (*domain, expected, factor))
            for point in points:
                at = [mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in names]
                found = front(*at) * cut_integral(lambda u, at=at: seen(density, u, at), low(*at), high(*at))
                size = abs(whole(*at))
                if size == 0:
                    size = cut_integral(lambda u, at=at: abs(seen(density, u, at)), low(*at), high(*at))
                    size *= abs(front(*at))
                worst = max(worst, float(abs(found - whole(*at)) / size))
    except (NoPoint, ValueError, TypeError, ArithmeticError, NameError, AttributeError):
        return None, 0
    return worst, len(points)


def seen(f: Callable[..., Any], u: Any, at: list[Any]) -> Any:
    """The value; 0 where rounding next to an end makes a denominator vanish (it could only spoil a confirmation)."""
    try:
        return f(u, *at)
    except ZeroDivisionError:
        return mpmath.mpf(0)


def _ends(domain: tuple[Any, Any]) -> set[Any]:
    return set().union(*(end.free_symbols for end in domain))


def cut_integral(f: Callable[[Any], Any], low: Any, high: Any, method: str = "tanh-sinh") -> Any:
    """∫ f over an interval, cut where the values of f on a coarse grid put its peak and its flanks."""
    if mpmath.isinf(low) or mpmath.isinf(high):
        start = mpmath.mpf(0) if mpmath.isinf(low) else low
        steps = [mpmath.mpf(2) ** k for k in range(-8, 7)]
        line = mpmath.isinf(low) and mpmath.isinf(high)
        sign = 1 if mpmath.isinf(high) else -1
        origin = start if mpmath.isinf(high) else high
        grid = [origin + sign * s for s in steps] + ([-s for s in steps] if line else [])
    else:
        grid = [low + (high - low) * mpmath.mpf(k) / 32 for k in range(1, 32)]
    grid.sort()
    heights = [abs(f(u)) for u in grid]
    where = heights.index(max(heights))
    left, right = grid[max(where - 1, 0)], grid[min(where + 1, len(grid) - 1)]
    peak = _summit(f, left, right)
    top = abs(f(peak))
    below = [u for u, h in zip(grid, heights, strict=True) if u < peak and h < top * FLANK]
    above = [u for u, h in zip(grid, heights, strict=True) if u > peak and h < top * FLANK]
    cuts = [_flank(f, max(below), peak, top)] if below else []
    cuts += [peak, *([_flank(f, min(above), peak, top)] if above else [])]
    total = mpmath.quad(f, cuts, method=method) if len(cuts) > 1 else mpmath.mpf(0)
    return total + _to_end(f, cuts[0], low, method) + _to_end(f, cuts[-1], high, method)


def _to_end(f: Callable[[Any], Any], cut: Any, end: Any, method: str = "tanh-sinh") -> Any:
    """|∫| between a cut and an end; at a finite end by u = end + (cut − end) yᵐ, which smooths powers of u − end."""
    if mpmath.isinf(end):
        far = _vanished(f, cut, 1 if end > 0 else -1)
        if far is not None:
            return mpmath.quad(f, [cut, (cut + far) / 2, far], method=method) * (1 if end > 0 else -1)
        return mpmath.quad(f, [cut, end], method=method) * (1 if end > 0 else -1)
    width = cut - end
    near = mpmath.quad(lambda y: f(end + width * y**SMOOTH) * SMOOTH * y ** (SMOOTH - 1), [0, 1], method=method)
    return near * abs(width)


def _vanished(f: Callable[[Any], Any], cut: Any, sign: int) -> Any | None:
    """A place beyond which |f| has fallen so fast that nothing is left (e^{−e^x} must not be asked for far out); None
    if it falls like a power."""
    step = 1 + abs(cut) / 8
    before = abs(f(cut))
    floor = before * mpmath.mpf(10) ** -8
    for k in range(1, 24):
        place = cut + sign * step * k * k / 4
        here = abs(f(place))
        if here < floor * mpmath.mpf(10) ** -(mpmath.mp.dps) and here * 1000 < before:
            return place
        before = here
    return None


def _summit(f: Callable[[Any], Any], left: Any, right: Any) -> Any:
    """A place of large |f| between two others, by thirds."""
    for _ in range(40):
        p, q = left + (right - left) / 3, right - (right - left) / 3
        left, right = (p, right) if abs(f(p)) < abs(f(q)) else (left, q)
    return (left + right) / 2


def _flank(f: Callable[[Any], Any], outer: Any, peak: Any, top: Any) -> Any:
    """Where |f| has about fallen to its flank between the peak and a place where it is lower, by halves."""
    inner = peak
    for _ in range(12):
        middle = (outer + inner) / 2
        outer, inner = (middle, inner) if abs(f(middle)) < top * FLANK else (outer, middle)
    return outer
