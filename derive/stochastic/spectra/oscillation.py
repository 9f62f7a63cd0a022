"""Sturm's oscillation theorem as a check: the n-th eigenfunction has n zeros inside, so a ladder whose n-th function
has n zeros leaves no eigenvalue out.

Reference: E. Coddington, N. Levinson, Theory of Ordinary Differential Equations, ch. 8; F. Atkinson (1964), ch. 8.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.errors import StochasticError
from derive.stochastic.spectra.ladders import at_order

if TYPE_CHECKING:
    from derive.stochastic.spectra.spectrum import Spectrum

POINTS, SHOWN, TRIED = 160, 3, 4


def counted_zeros(spectrum: Spectrum) -> Evidence:
    """Sign changes of the first functions at random parameters; StochasticError where they are not 0, 1, 2.

    A grid can miss zeros far out, so other parameters are tried where there are too few; too many are an error.
    """
    x, shown = spectrum.equation.states[0], orders(spectrum)
    for k in range(shown):
        f = spectrum.function(spectrum.first + k)
        try:
            points = _points(spectrum, k, TRIED)
        except NoPoint as reason:
            return Evidence(Status.UNKNOWN, "no admissible point at which the zeros could be counted", str(reason))
        seen: list[int] = []
        for point in points:
            seen.append(_sign_changes(f, x, spectrum.domain, point))
            if seen[-1] == k:
                break
        if max(seen) > k or k not in seen:
            raise StochasticError(
                f"φ_{k} = {plain(f)} has {seen} zeros at {plain(points)}: it is not the {k}-th eigenfunction"
            )
    return Evidence(Status.AGREED, f"φ_n has n zeros for n < {shown}, in numbers (Sturm)")


def orders(spectrum: Spectrum) -> int:
    """How many of the first three functions there are at parameters that are found by sampling; 1 at least."""
    shown = int(min(SHOWN, spectrum.count)) if spectrum.count.is_number else SHOWN
    if spectrum.edge is None:
        return shown
    for k in range(1, shown):
        try:
            _points(spectrum, k, 1)
        except NoPoint:
            return k
    return shown


def _points(spectrum: Spectrum, k: int, count: int) -> list[dict[Any, Any]]:
    """Random parameters at which the k-th function is square integrable; NoPoint if none is found."""
    x = spectrum.equation.states[0]
    facts = [g for g in at_order(spectrum.given, k) if not g.has(x)]
    positive = _signed(_symbols(spectrum), facts, True)
    if sp.false in [g.xreplace(positive) for g in facts]:
        positive = _signed(_symbols(spectrum), facts, False)
    facts = [g for g in (g.xreplace(positive) for g in facts) if g not in (sp.true, sp.false)]
    names = sorted(_symbols(spectrum), key=str)
    found = admissible({positive.get(s, s) for s in names}, facts, random.Random(9), count, real=True)
    return [{s: point[positive.get(s, s)] for s in names} for point in found] or [{}]


def _symbols(spectrum: Spectrum) -> set[Any]:
    x = spectrum.equation.states[0]
    return sp.Tuple(spectrum.function_form, *spectrum.domain).free_symbols - {x, spectrum.index}


def _signed(symbols: set[Any], facts: list[Any], positive: bool) -> dict[Any, Any]:
    """Stand-ins for symbols without a sign: positive, or real where the conditions ask for it."""
    plain = {s for s in symbols.union(*(g.free_symbols for g in facts)) if s.is_real is None}
    return {s: sp.Symbol(s.name, **({"positive": True} if positive else {"real": True})) for s in plain}


def _sign_changes(f: Any, x: Any, domain: tuple[Any, Any], at: dict[Any, Any]) -> int:
    with mpmath.workdps(30):
        value = sp.lambdify(x, f.subs(at), "mpmath")
        low, high = (sp.lambdify([], e.subs(at), "mpmath")() for e in domain)
        signs = [mpmath.sign(mpmath.re(value(u))) for u in grid(mpmath.mpf(low), mpmath.mpf(high))]
    signs = [s for s in signs if s != 0]
    return sum(p != q for p, q in pairwise(signs))


def grid(low: Any, high: Any) -> list[Any]:
    """Places between the ends, geometrically dense towards finite ends and towards infinity."""
    steps = [mpmath.mpf(10) ** (mpmath.mpf(8 * k) / POINTS - 5) for k in range(POINTS)]
    if mpmath.isinf(low) and mpmath.isinf(high):
        return [-s for s in reversed(steps)] + [mpmath.mpf(0), *steps]
    if mpmath.isinf(high):
        return [low + s for s in steps]
    if mpmath.isinf(low):
        return [high - s for s in reversed(steps)]
    width = high - low
    near = [s / steps[-1] / 2 for s in steps]
    return [low + width * s for s in near] + [high - width * s for s in reversed(near[:-1])]
