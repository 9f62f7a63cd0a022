"""What absorbing ends take: the mass left inside, looked at in numbers where it is not closed (near 1 at short times,
less later), and by eigenfunctions the probability to have been absorbed at each end."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp
from sympy.functions.special.polynomials import OrthogonalPolynomial

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws.integration import by_integration, cut_integral, seen
from derive.stochastic.spectra.ladders import at_order

if TYPE_CHECKING:
    from derive.stochastic.spectra.spectrum import Spectrum


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
        raise StochasticError(
            f"the mass of the law found is {plain(masses)} at three times, at {plain(point)}: nothing is returned"
        )
    shown = ", ".join(mpmath.nstr(m, 4) for m in masses)
    return Evidence(Status.AGREED, f"the mass falls from 1: {shown} at {plain(point)}")


def absorbed(spectrum: Spectrum, end: Any, x0: Any) -> tuple[Any, Evidence]:
    """(P(absorbed at the end by the time t | x0), evidence): P_∞ − Σ e^{−λ_n t} f_n φ_n(x0)/(λ_n h_n), f_n the current
    of w φ_n out of that end, P_∞ the exit probability. By parts ∫ w φ_n = (sum of both f_n)/λ_n, which is the check.

    StochasticError if nothing is lost at the end; Unsolvable if the functions have no classical polynomial in them.
    """
    equation, n, (low, high) = spectrum.equation, spectrum.index, spectrum.domain
    x, t, sde = equation.states[0], equation.t, equation.weighted()[0]
    if spectrum.edge is not None or end not in (low, high):
        raise StochasticError(
            f"losses are told at the ends {plain(spectrum.domain)} of processes with a discrete spectrum"
        )
    flow = {low: _current(spectrum, low, 1), high: _current(spectrum, high, -1)}
    if flow[end] == 0:
        raise StochasticError(f"nothing is absorbed at {plain(end)}")
    if all(f != 0 for f in flow.values()):
        up = sde.exit_probability(low, high)(x0)
        limit = up if end == high else 1 - up
    else:
        limit = sp.S.One
    lam, norm = spectrum.eigenvalue(n), spectrum.norm(n)
    term = sp.exp(-lam * t) * flow[end] * spectrum.function(n).subs(x, x0) / (lam * norm)
    inside = (x > low, *((x < high,) if high != sp.oo else ()))
    total = sum(flow.values()) / lam
    checks = [
        by_integration(
            spectrum.weight * spectrum.function(k),
            x,
            spectrum.domain,
            total.subs(n, k).doit(),
            (*at_order(spectrum.given, k), *inside),
            f"∫ φ_{k} w by the currents",
        )
        for k in range(2)
    ]
    weakest = min(checks, key=lambda piece: piece.status.strength)
    return limit - sp.Sum(term, (n, spectrum.first, sp.oo)), weakest


def _current(spectrum: Spectrum, end: Any, sign: int) -> Any:
    """sign · lim D w φ_n′: the current of w φ_n outwards, which is −D w φ_n′ upwards."""
    x, d, n = spectrum.equation.states[0], spectrum.equation.diffusion[0, 0], spectrum.index
    special = [f for f in spectrum.function_form.atoms(OrthogonalPolynomial) if f.has(n)]
    if len(special) != 1:
        raise Unsolvable(f"the {spectrum.family} functions {plain(spectrum.function_form)} have no values at the ends")
    if end in (sp.oo, -sp.oo):
        return sp.S.Zero
    (f,) = special
    factor = sp.powsimp(d * spectrum.weight * sp.diff(spectrum.function_form / f, x))
    place = sp.simplify(f.args[-1].subs(x, end))
    turned = isinstance(f, sp.gegenbauer) and place == -1
    value = (-1) ** n * f.func(*f.args[:-1], 1) if turned else f.func(*f.args[:-1], place)
    return sp.simplify(sign * sp.limit(sp.simplify(factor), x, end, "+" if sign == 1 else "-")) * value
