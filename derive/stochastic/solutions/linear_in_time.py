"""Linear systems m′ = A(t) m + f(t) with coefficients in the time, block by block, and the law of a linear process.

A block of one is solved by an integrating factor, m = e^{∫a}(m₀ + ∫ e^{−∫a} f ds); a larger one where its matrix
commutes with itself at all times, m = Φ(m₀ + ∫ Φ⁻¹ f ds), Φ = exp ∫A ds. Integrals that have no closed form, those of
unknown functions of the time among them, stay integrals.

Reference: L. Arnold, Stochastic Differential Equations, sec. 8.2 and 8.3 (moments of linear equations).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.feynman.limits import FAILURES, OutOfTime, deadline
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import Unsolvable
from derive.stochastic.laws.partition import variable
from derive.stochastic.solutions.exponentials import ExpPoly, blocks, exponential, solve_linear, with_root
from derive.stochastic.solutions.functionals import at_zero
from derive.stochastic.solutions.linear import factor, integral, linear_form, read_force

if TYPE_CHECKING:
    from derive.evidence import Evidence
    from derive.stochastic.sde import SDE

SECONDS = 8.0


def solve_in_time(sde: SDE, a: Any, start: Sequence[Any], force: Sequence[Any]) -> dict[int, Any]:
    """{i: m_i(t)} of m′ = A(t) m + f(t), m(0) = start, for the components that are found; t is the time of the SDE."""
    found: dict[int, Any] = {}
    for block in blocks(a):
        outside = [j for i in block for j in range(a.rows) if j not in block and a[i, j] != 0]
        if not all(j in found for j in outside):
            continue
        drive = [force[i] + sp.Add(*(a[i, j] * found[j] for j in found)) for i in block]
        part, begin = a.extract(block, block), [start[i] for i in block]
        try:
            with deadline(SECONDS):
                found |= _block(sde, block, part, begin, drive)
        except (OutOfTime, *FAILURES):
            if len(block) == 1 and not part.has(sde.t):
                found[block[0]] = _left(sde, part[0, 0], begin[0], drive[0])
    return found


def _left(sde: SDE, rate: Any, start: Any, drive: Any) -> Any:
    """e^{λt}(m(0) + ∫₀ᵗ e^{−λu} f(u) du), the integral left as it is."""
    u, inside = variable(sde.t, drive), sp.powsimp(drive * sp.exp(-rate * sde.t))
    return sp.exp(rate * sde.t) * (start + sp.Integral(inside.subs(sde.t, u), (u, 0, sde.t)))


def _block(sde: SDE, block: list[int], a: Any, start: list[Any], drive: list[Any]) -> dict[int, Any]:
    if len(block) == 1:
        flow = sp.exp(integral(sde, a[0, 0]))
        inner = start[0] + integral(sde, sp.expand(drive[0] / flow))
        return {block[0]: _short(sde, flow * inner)}
    earlier = a.subs(sde.t, sp.Dummy("s", real=True))
    if any(not zero(entry) for entry in a * earlier - earlier * a):
        return {}
    forward, back = factor(sde, a, lambda f: integral(sde, f))
    pushed = back * sp.Matrix(drive)
    inner = sp.Matrix([m + integral(sde, sp.expand(e)) for m, e in zip(start, pushed, strict=True)])
    return {i: _short(sde, e) for i, e in zip(block, forward * inner, strict=True)}


def _short(sde: SDE, e: Any) -> Any:
    return sde.tidy(e) if not e.has(sp.Integral) else e


def law_in_time(sde: SDE, begin: Sequence[Any], s: Any = sp.S.Zero) -> tuple[Any, Any, Evidence] | None:
    """(m, S, evidence) at the time t of a linear process with additive noise that starts at time s: m′ = A m + c,
    S′ = A S + S Aᵀ + B ρ Bᵀ, S(s) = 0. None if it is not such a process or a component is not found."""
    from derive.stochastic.sde import replace_sde

    t = sde.t
    later = replace_sde(sde, drift=[e.subs(t, t + s) for e in sde.drift], diffusion=sde.diffusion.subs(t, t + s))
    form = linear_form(later)
    if form is None or any(not b.is_zero_matrix for b in form[2]):
        return None
    a, c = form[0], form[1]
    noise = later.covariance.subs(dict.fromkeys(sde.states, 0))
    waves = _constant_rates(later, a, c, noise, begin)
    if waves is not None:
        return _checked(later, a, c, noise, begin, s, *waves)
    mean = solve_in_time(later, a, begin, list(c))
    pairs = list(combinations_with_replacement(range(sde.n), 2))
    place = {pair: k for k, pair in enumerate(pairs)} | {(j, i): k for k, (i, j) in enumerate(pairs)}
    rates = sp.zeros(len(pairs), len(pairs))
    for row, (i, j) in enumerate(pairs):
        for k in range(sde.n):
            rates[row, place[k, j]] += a[i, k]
            rates[row, place[i, k]] += a[j, k]
    spread = solve_in_time(later, rates, [sp.S.Zero] * len(pairs), [noise[i, j] for i, j in pairs])
    if len(mean) < sde.n or len(spread) < len(pairs):
        return None
    m = sp.Matrix([mean[i] for i in range(sde.n)])
    v = sp.Matrix(sde.n, sde.n, lambda i, j: spread[place[i, j]])
    return _checked(later, a, c, noise, begin, s, m, v)


def _constant_rates(sde: SDE, a: Any, c: Any, noise: Any, begin: Sequence[Any]) -> tuple[Any, Any] | None:
    """(m, S) of several states with constant A and noise that are driven by exponentials, waves and powers of the
    time: m in the ring of exponential polynomials, S = ∫₀ᵗ e^{As} Q e^{Aᵀs} ds. None for other coefficients."""
    t, n = sde.t, range(sde.n)
    if sde.n < 2 or any(e.has(t) for e in (*a, *noise)):
        return None
    drive = [read_force(e, sde) for e in c]
    forces = [f for f in drive if f is not None]
    if len(forces) < len(drive):
        return None
    try:
        rational, root = with_root(a, sde.given)
        mean = solve_linear(rational, begin, forces, sde.given)
        flow = exponential(rational, sde.given)
    except Unsolvable:
        return None
    spread = sp.zeros(sde.n, sde.n)
    for i, j in combinations_with_replacement(n, 2):
        rate = ExpPoly((), sde.given)
        for k, q in product(n, repeat=2):
            if noise[k, q] != 0:
                rate = rate + flow[i][k].product(flow[j][q]).times(noise[k, q])
        spread[i, j] = spread[j, i] = sde.tidy(rate.integral().expr(t)).xreplace(root)
    return sp.Matrix([sde.tidy(e.expr(t)).xreplace(root) for e in mean]), spread


def _checked(
    sde: SDE, a: Any, c: Any, noise: Any, begin: Sequence[Any], s: Any, m: Any, v: Any
) -> tuple[Any, Any, Evidence]:
    """The law at the time t − s with its evidence."""
    t = sde.t
    checks = [settled(e, sp.S.Zero, sde.given, "m′ = A m + c") for e in m.diff(t) - a * m - c]
    checks += [
        settled(e, sp.S.Zero, sde.given, "S′ = A S + S Aᵀ + B ρ Bᵀ") for e in v.diff(t) - a * v - v * a.T - noise
    ]
    checks += [settled(at_zero(e, t), x, sde.given, "m at the start") for e, x in zip(m, begin, strict=True)]
    checks += [settled(at_zero(e, t), sp.S.Zero, sde.given, "S at the start") for e in v]
    return m.subs(t, t - s), v.subs(t, t - s), together(checks)
