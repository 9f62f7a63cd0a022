"""The local limit theorem of de Moivre and Laplace for walks on a lattice, with the first Edgeworth term.

For independent jumps j (in units of the spacing) with mean m, variance s², third cumulant κ₃ and span d:
P(X_n = k) = d/√(2πns²) e^{−z²/2} (1 + κ₃(z³ − 3z)/(6 s³ √n) + O(1/n)), z = (k − nm)/(s√n), on the sites that can be
reached, k ≡ n j₁ mod d. References: B. Gnedenko (1948); V. Petrov, Sums of Independent Random Variables, thm. VII.13.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.shown.readable import tidy

if TYPE_CHECKING:
    from derive.stochastic.walks.walk import RandomWalk

FEW, MANY = 64, 256


@dataclass(frozen=True)
class LocalLimit:
    """value: d/√(2πns²) e^{−z²/2} on the reachable sites. corrected: with the term of order 1/√n. order: the power of
    1/n in the relative error of `value`: 1/2, or 1 if the third cumulant vanishes; that of `corrected` is 1.

    mean, variance: of one jump, in units of the spacing. span: d. reachable: the condition on the site. evidence: both
    held against the exact law at n = 64 and n = 256.
    """

    walk: RandomWalk
    steps: Any
    place: Any
    value: Any
    corrected: Any
    order: Any
    mean: Any
    variance: Any
    span: int
    reachable: Any
    evidence: Evidence

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return rf"$\displaystyle P = {latex(self.value)}\,\bigl(1 + O(n^{{-{latex(self.order)}}})\bigr)$"

    def __str__(self) -> str:
        return f"{plain(self.value)}, with a relative error of order {plain(self.steps)}^(-{self.order})"


def local_limit(walk: RandomWalk, steps: Any, place: Any) -> LocalLimit:
    """The local limit of P(X_n − X_0 = place · spacing) for a homogeneous walk on the line; else StochasticError."""
    table = jumps_of(walk)
    n, k = side(steps), side(place)
    mean, square, cube = (sp.Add(*(c * j**p for j, c in table.items())) for p in (1, 2, 3))
    mean = tidy(mean)
    variance = sp.factor(tidy(square - mean**2))
    skew = sp.factor(tidy(cube - 3 * mean * square + 2 * mean**3))
    if variance == 0:
        raise StochasticError("the walk makes one jump only: there is nothing random in its law")
    first, *others = sorted(table)
    span = math.gcd(*(int(j - first) for j in others))
    z = (k - n * mean) / sp.sqrt(n * variance)
    value = span / sp.sqrt(2 * sp.pi * n * variance) * sp.exp(-((k - n * mean) ** 2) / (2 * n * variance))
    even = zero(skew, walk.given)
    corrected = (
        value if even else value * (1 + skew * (z**3 - 3 * z) / (6 * variance ** sp.Rational(3, 2) * sp.sqrt(n)))
    )
    order = sp.S.One if even else sp.Rational(1, 2)
    reachable = sp.true if span == 1 else sp.Eq(sp.Mod(k - n * first, span), 0)
    evidence = _against_the_law(walk, table, span, (value, corrected), (float(order), 1.0), (steps, place))
    return LocalLimit(walk, n, k, value, corrected, order, mean, variance, span, reachable, evidence)


def jumps_of(walk: RandomWalk) -> dict[Any, Any]:
    """{jump in units of the spacing: probability}, staying included, of a homogeneous walk on the line."""
    if not walk.homogeneous or len(walk.states) != 1:
        raise StochasticError("the local limit theorem is for walks on the line with the same jumps everywhere")
    table: dict[Any, Any] = {}
    for jump, chance in (*walk.jumps, ((sp.S.Zero,), walk.stay)):
        length = sp.cancel(jump[0] / walk.spacing)
        if not length.is_Integer:
            raise StochasticError(f"the jump {plain(jump[0])} is no multiple of the spacing {plain(walk.spacing)}")
        table[length] = table.get(length, sp.S.Zero) + chance
    return {j: c for j, c in table.items() if zero(c, walk.given) is not True}


def _against_the_law(
    walk: RandomWalk, table: dict[Any, Any], span: int, forms: Any, orders: tuple[float, float], names: tuple[Any, Any]
) -> Evidence:
    """√n sup_k |P − form| must fall as n^{−order} from n = 64 to n = 256; StochasticError if it falls slower."""
    import numpy as np

    symbols = sorted(set().union(*(c.free_symbols for c in table.values())), key=str)
    inside = [r for c in table.values() if c.free_symbols for r in (c > 0, c < 1)]
    try:
        points = (
            list(admissible(set(symbols), (*walk.given, *inside), random.Random(5), 2, real=True)) if symbols else [{}]
        )
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible probabilities for a comparison with the exact law", str(reason))
    n, k = sp.Dummy("n", positive=True), sp.Dummy("k", real=True)
    low = min(int(j) for j in table)
    shown = []
    for point in points:
        one = np.zeros(max(int(j) for j in table) - low + 1)
        for j, c in table.items():
            one[int(j) - low] = float(c.xreplace(point))
        gaps: list[list[float]] = [[], []]
        law, made = np.ones(1), 0
        for steps in (FEW, MANY):
            while made < steps:
                law, made = np.convolve(law, one), made + 1
            sites = steps * low + np.arange(len(law))
            reached = (sites - steps * low) % span == 0
            for form, gap in zip(forms, gaps, strict=True):
                f = sp.lambdify([n, k], form.xreplace(dict(zip(names, (n, k), strict=True))).xreplace(point), "numpy")
                gap.append(float(np.max(np.abs(law - f(steps, sites))[reached]) * steps**0.5))
        for (few, many), order in zip(gaps, orders, strict=True):
            ratio = many / few if few > 1e-13 else 0.0
            if ratio > 1.6 * (FEW / MANY) ** order:
                raise StochasticError(
                    f"the error falls by {ratio:.2f} only from n = {FEW} to {MANY}; nothing is returned"
                )
            shown.append(f"{ratio:.2f}")
    detail = f"√n sup|P − form| falls by {', '.join(shown)} from n = {FEW} to n = {MANY}"
    return Evidence(Status.AGREED, "the exact law", detail)
