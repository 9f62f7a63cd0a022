"""A Gaussian mean in closed form against quadrature at random admissible points: Gauss-Hermite, cell by cell where the
function has kinks."""

from __future__ import annotations

import random
from typing import Any

import sympy as sp

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.errors import StochasticError
from derive.stochastic.wiener.cells import RULES, piecewise_mean
from derive.stochastic.wiener.hermite import gaussian_mean
from derive.stochastic.wiener.names import TIME, WienerIntegral
from derive.stochastic.wiener.signs import KINKS


def by_quadrature(f: Any, free: list[Any], mean: Any, sigma: Any, value: Any, facts: tuple[Any, ...]) -> Evidence:
    """Evidence for E f(Z) = value, Z ~ N(mean, sigma), from numbers at random points; StochasticError where they
    contradict. free: the variables of f; symbols in their times are positive."""
    quadrature, name, slack, fine = gaussian_mean, "Gauss-Hermite quadrature", 10, 1e-6
    if f.has(*KINKS):
        quadrature, name, slack, fine = piecewise_mean, "quadrature cell by cell", 1, 1e-5
        if len(free) not in RULES:
            name, fine = "samples, within six standard errors,", 0.02
    if not free:
        return Evidence(Status.EXACT, "nothing random is left")
    slots = [sp.Dummy(f"z_{i}", real=True) for i in range(len(free))]
    body = f.xreplace(dict(zip(free, slots, strict=True)))
    symbols = set().union(*(e.free_symbols for e in (*sigma, *mean, value, body))) - set(slots)
    symbols = {s for s in symbols if s != TIME}
    positive = {s: sp.Symbol(s.name, positive=True) for s in symbols if _is_time(s, free) and s.is_positive is None}
    stated = tuple(g.xreplace(positive) for g in facts if g not in (sp.true, sp.false))
    worst, count = 0.0, 0
    try:
        points = list(admissible({positive.get(s, s) for s in symbols}, stated, random.Random(0), 3, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for the quadrature", str(reason))
    for point in points or [{}]:

        def put(e: Any, point: dict[Any, Any] = point) -> Any:
            return sp.sympify(e).xreplace(positive).xreplace(point)

        try:
            found, error = quadrature(put(body), slots, mean.applyfunc(put), sigma.applyfunc(put))
            claimed = complex(sp.N(put(value), 25))
        except (ValueError, TypeError, ArithmeticError, NotImplementedError, NameError):
            continue
        gap = abs(found - claimed) / max(abs(claimed), 1.0)
        if gap > 1e-6 + slack * error:
            raise StochasticError(
                f"E[{plain(f)}] = {plain(value)} fails its check: quadrature gives {found}, not {claimed}, at "
                f"{plain(point)}; not returned"
            )
        if error < fine:
            worst, count = max(worst, gap), count + 1
    if not count:
        return Evidence(Status.UNKNOWN, "Gaussian algebra; no quadrature was accurate enough to check it")
    points_text = f"{count} point{'s' if count > 1 else ''}"
    return Evidence(Status.AGREED, f"Gaussian algebra and {name} agree to {worst:.1e} at {points_text}")


def _is_time(symbol: Any, free: list[Any]) -> bool:
    """Whether a symbol stands in the time argument of a variable."""
    return any(
        symbol in (z.args[0] if not isinstance(z, WienerIntegral) else sp.Tuple(*z.args[3:])).free_symbols for z in free
    )
