"""The mass that absorbing ends leave inside: where it is not closed it is left as an integral, and looked at in
numbers: near 1 at short times, and less later."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.sampling import NoPoint, admissible
from derive.stochastic.errors import StochasticError
from derive.stochastic.integration import cut_integral, seen


def loses(value: Any, x: Any, clock: Any, first: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> Evidence:
    """∫ p dx at three times for one choice of the parameters: it must fall, from nearly 1. clock: t − s; first: x0."""
    tau = sp.Dummy("tau", positive=True)
    (t,) = sorted(clock.free_symbols & value.free_symbols, key=str)[:1] or (clock,)
    f = value.subs(t, tau + (t - clock))
    names = sorted(sp.Tuple(f, *domain, first).free_symbols - {x, tau}, key=str)
    positive = {s: sp.Symbol(s.name, positive=True) for s in names if s.is_real is None}
    facts = [g.xreplace(positive) for g in given if not g.has(x)]
    facts = [g for g in facts if g not in (sp.true, sp.false)]
    try:
        point = next(iter(admissible({positive.get(s, s) for s in names}, facts, random.Random(2), 1, real=True)), {})
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for a look at the mass", str(reason))
    at = [mpmath.mpf(int(point[positive.get(s, s)].p)) / int(point[positive.get(s, s)].q) for s in names]
    with mpmath.workdps(20):
        density = sp.lambdify([x, tau, *names], f, "mpmath")
        low, high, start = (sp.lambdify(names, e, "mpmath")(*at) for e in (*domain, first))
        reach = min(start - low, high - start, 1) / 8
        masses = [cut_integral(lambda u, r=r: seen(density, u, [r, *at]), low, high) for r in (reach**2, reach, 2)]
    if not (1 + 1e-9 > masses[0] > masses[1] > masses[2] > 0):
        raise StochasticError(f"the mass of the law found is {masses} at three times, at {point}: nothing is returned")
    return Evidence(Status.AGREED, f"the mass falls from 1: {', '.join(mpmath.nstr(m, 4) for m in masses)} at {point}")
