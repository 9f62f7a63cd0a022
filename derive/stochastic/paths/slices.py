"""What a formula for N slices tends to when the slices become infinitely many.

With h = 1/N every power is e^{exponent · log base}, so that (1 + a/N)^N and its kin have a limit for h → 0; the limit
is compared with values at finite N extrapolated to h = 0 (Richardson).
Reference: L. Richardson, J. Gaunt, Phil. Trans. A 226 (1927) 299.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp

from derive.claim import assumptions, side
from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.worker import limited

SECONDS, STAGES, FIRST, DIGITS = 20.0, 14, 16, 12


@dataclass(frozen=True)
class SliceLimit:
    """lim_{N → ∞} of a sequence: value, and the evidence of extrapolated values."""

    sequence: Any
    n: Any
    value: Any
    evidence: Evidence

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return rf"$\displaystyle \lim_{{{latex(self.n)} \to \infty}} {latex(self.sequence)} = {latex(self.value)}$"


def limit_of_slices(sequence: Any, n: sp.Symbol, given: Iterable[Any] | Any = ()) -> SliceLimit:
    """The limit of an expression in the number of slices n; other symbols without a sign count as positive.

    Unsolvable if no finite limit is found in time; StochasticError if the extrapolated values contradict it.

    >>> n, a, t = sp.symbols("N a t", positive=True)
    >>> limit_of_slices((1 + a*t/n)**n, n).value
    exp(a*t)
    """
    formula, facts = side(sequence), assumptions(given)
    h = sp.Dummy("h", positive=True)
    signs = {s: sp.Dummy(s.name, positive=True) for s in formula.free_symbols - {n} if s.is_positive is None}
    closed = _closed(formula, n)
    opened = closed.xreplace(signs).subs(n, 1 / h).replace(_is_power_of(h), lambda p: sp.exp(p.exp * sp.log(p.base)))
    found = limited(_limit, opened, h, timeout=SECONDS)
    if not found.finished or found.value is None:
        raise Unsolvable(
            f"no finite limit of {plain(formula)} for {plain(n)} → ∞ was found: {found.failure or 'it is not finite'}"
        )
    value = found.value.xreplace({new: old for old, new in signs.items()})
    return SliceLimit(formula, n, value, _extrapolated(closed, n, value, facts))


def _closed(formula: Any, n: Any) -> Any:
    """Sums and products over the slices in closed form, compared with those of 4 and 5 slices; where SymPy tells cases
    apart, the general one, its last."""
    if not formula.has(sp.Sum, sp.Product):
        return formula
    done = sp.piecewise_fold(formula.doit())
    done = done.args[-1][0] if isinstance(done, sp.Piecewise) else done
    numbers = {s: sp.Rational(3 + k, 7 + 2 * k) for k, s in enumerate(sorted(formula.free_symbols - {n}, key=str))}
    for few in (4, 5):
        direct, short = (e.xreplace(numbers).subs(n, few).doit() for e in (formula, done))
        if not abs(sp.N(direct - short, 20)) < sp.Rational(1, 10**12):
            raise Unsolvable(
                f"{plain(done)} is not what {plain(formula)} is for {plain(n)} = {few}; write the sum in closed form"
            )
    return done


def _is_power_of(h: Any) -> Callable[[Any], bool]:
    return lambda node: isinstance(node, sp.Pow) and node.exp.has(h)


def _limit(opened: Any, h: Any, post: Any = None) -> Any:
    try:
        value = sp.limit(opened, h, 0, "+")
    except (NotImplementedError, ValueError, TypeError, RecursionError):
        return None
    closed = value.is_finite is not False and not value.has(sp.Limit, sp.oo, sp.zoo, sp.nan, sp.AccumBounds)
    return sp.powsimp(value) if closed else None


def _extrapolated(formula: Any, n: Any, value: Any, facts: tuple[Any, ...]) -> Evidence:
    """Values at n = 16, 32, … combined so that the powers h, h², … of their error drop out."""
    symbols = sorted((formula.free_symbols | value.free_symbols) - {n}, key=lambda s: s.name)
    try:
        points = list(admissible(set(symbols), facts, random.Random(5), 3, real=True)) if symbols else [{}]
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for the values at finite N", str(reason))
    worst = 0.0
    with mpmath.workdps(60):
        sequence, claimed = (sp.lambdify([n, *symbols], e, "mpmath") for e in (formula, value))
        for point in points:
            numbers = [mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in symbols]
            row = [sequence(mpmath.mpf(FIRST * 2**k), *numbers) for k in range(STAGES)]
            for order in range(1, STAGES):
                row = [(2**order * b - a) / (2**order - 1) for a, b in pairwise(row)]
            want = claimed(mpmath.mpf(1), *numbers)
            gap = float(abs(row[0] - want) / max(1, abs(want)))
            if gap > 10.0**-DIGITS:
                raise StochasticError(
                    f"the limit {plain(value)} of {plain(formula)} fails its check: values extrapolate to "
                    f"{plain(row[0])}, not {plain(want)}, at "
                    f"{plain(point)}; nothing is returned"
                )
            worst = max(worst, gap)
    return Evidence(
        Status.AGREED, f"the limit and extrapolated values agree to {worst:.1e} at {len(points)} points (Richardson)"
    )
