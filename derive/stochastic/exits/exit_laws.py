"""The law of the time T to leave (a, b): E_x e^{−λT} = u(x) with L u = λ u, where u = 1 at an end that counts, u = 0 at
one that takes the process without being counted, u′ = 0 at one that reflects.

With φ↑, φ↓ the solutions of L φ = λ φ that grow upwards and downwards and B the condition at an end e (the value or the
slope), φ↑(x) B[φ↓] − φ↓(x) B[φ↑] meets it; u is that over its value at the other end. For Brownian motion with a drift
A in z = ∫dx/b, A′ + A² = γ, h′ = A h, it is sinh or cosh of r = √(2λ+γ), and T has the density, by images,
h(c)/h(z) e^{−γt/2} Σ (±1)ⁿ d_n/√(2πt³) e^{−d_n²/2t}, d_n = |c − z| + 2nℓ, for the exit at c: + where the other end
takes the process, − where it reflects and A = 0 there. Else it is a sum over eigenfunctions, where these are classical.

References: D. Darling, A. Siegert, Ann. Math. Stat. 24 (1953) 624; A. Borodin, P. Salminen, Handbook of Brownian
Motion, II.1.10, 1.3.0 and 3.2.0; W. Feller, vol. 2, ch. X.5 and XIV.5.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.claim import side
from derive.evidence import Evidence, Status
from derive.exact import is_positive
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.exits.hitting import Decaying, decaying, equation_holds
from derive.stochastic.exits.passage import Passage
from derive.stochastic.exits.scale import need_autonomous, reachable
from derive.stochastic.laws.images import IMAGE
from derive.stochastic.solutions.lamperti import lamperti

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

CLOSE, REACH = 1e-9, 8  # images up to the distance 16ℓ: enough until 3ℓ², and e^(−λt) leaves nothing later
COUNTED, TAKEN, REFLECTING = "absorbing", "uncounted", "reflecting"
Ends = tuple[tuple[Any, str], tuple[Any, str]]


def exit_time(sde: SDE, a: Any, b: Any, x0: Any = None, walls: tuple[str, str] = (COUNTED, COUNTED)) -> Passage:
    """The law of the time to leave (a, b) from x0: its density where closed, as a sum, else E e^{−λT} as `value`.

    walls: at a and at b "absorbing" (T ends there), "reflecting", or "uncounted": absorbing, but then T = ∞. At least
    one is absorbing. The ends are regular points or ends of the domain at which eigenfunctions are known. Checked: the
    equation of both solutions exactly, equation and ends of u in numbers, the density against u.
    """
    from derive.stochastic.sde import replace_sde
    from derive.stochastic.solutions.solution import start

    need_autonomous(sde)
    (first,), (a, b) = start(sde, x0), (side(a), side(b))
    if len(walls) != 2 or COUNTED not in walls or any(w not in (COUNTED, TAKEN, REFLECTING) for w in walls):
        raise StochasticError(
            f"walls is a pair of {COUNTED!r}, {REFLECTING!r}, {TAKEN!r}, one of them {COUNTED!r}; got {walls}"
        )
    if (a - b).is_extended_nonnegative or (a - first).is_nonnegative or (first - b).is_nonnegative:
        raise StochasticError(f"the start {plain(first)} must lie inside ({plain(a)}, {plain(b)}), the lower end first")
    sde.need_inside(*(e for e in (a, b) if e.is_finite is not False))
    relations = (a < b, first > a, first < b)
    told = tuple(r for r in relations if r not in (sp.true, sp.false) and not r.has(sp.oo) and r not in sde.given)
    sde = replace_sde(sde, domain=reachable(sde), given=(*sde.given, *told))
    ends: Ends = ((a, walls[0]), (b, walls[1]))
    rate = sp.Symbol("lambda" if "lambda" not in {p.name for p in sde.parameters} else "s", positive=True)
    transform = _transform(sde, ends, rate) if all(_regular(sde, e) for e in (a, b)) else None
    density, checks = None, []
    if transform is not None:
        u, pair, proofs = transform
        checks += [*proofs, _seen(sde, u, ends, rate, first)]
        density = _images(sde, ends, pair)
        if density is not None:
            checks += _density_checks(sde, density, u, ends, rate, first)
    if density is None:
        found = _by_functions(sde, ends)
        density, more = (None, []) if found is None else found
        checks += more
    if transform is None and density is None:
        raise Unsolvable(
            f"no closed law of the time to leave ({plain(a)}, {plain(b)}): L φ = λ φ is none of the equations of "
            "Brownian motion, parabolic cylinder, Bessel, Kummer or hypergeometric functions in z = ∫dx/b with regular "
            "ends, and no classical eigenfunctions vanish there; mean_exit_time may still be closed"
        )
    counted = " and ".join(plain(e) for e, kind in ends if kind == COUNTED)
    name = f"the time at which the process leaves ({plain(a)}, {plain(b)}) at {counted}"
    laplace = None if transform is None else transform[0].subs(sde.x, first)
    value = laplace if density is None else density.subs(sde.x, first)
    quantity = f"E exp(−{plain(rate)} T), T {name}" if density is None else f"density of {name}"
    return Passage(sde, quantity, value, first, sde.given, together(checks), laplace, rate, _chance(sde, ends, first))


def _regular(sde: SDE, end: Any) -> bool:
    """Whether the coefficients are finite at a finite end and the noise does not vanish there."""
    if end.is_finite is False:
        return False
    values = [e.subs(sde.x, end) for e in (sde.ito_drift[0], sde.covariance[0, 0])]
    return not any(v.has(sp.zoo, sp.nan, sp.oo) for v in values) and not zero(values[1], sde.given)


def _chance(sde: SDE, ends: Ends, first: Any) -> Any:
    """P(T < ∞): 1, or the probability to leave at the end that counts."""
    (a, low), (b, high) = ends
    if TAKEN not in (low, high):
        return sp.S.One
    try:
        up = sde.exit_probability(a, b)(first)
    except StochasticError:
        return None
    return up if high == COUNTED else sde.tidy(1 - up)


def _transform(sde: SDE, ends: Ends, rate: Any) -> tuple[Any, tuple[Decaying, Decaying], list[Evidence]] | None:
    """(u as a function of the state, φ↑ and φ↓, proofs of L φ = λ φ); None if no family fits."""
    from derive.stochastic.sde import replace_sde

    form = lamperti(sde)
    if form is not None and is_positive(-form.amplitude, sde.given) is True:
        form = lamperti(replace_sde(sde, diffusion=-sde.diffusion))
    if form is None:
        return None
    up, down = (decaying(sde, form, way, rate, roaming=True) for way in (1, -1))
    if up is None or down is None:
        return None
    proofs = [equation_holds(sde, phi, rate) for phi in (up, down)]
    if up.ladder.family != "Brownian":
        return _of_two(sde.x, up.form, down.form, ends), (up, down), proofs
    waves = [_wave(sde, up, ends[1], -1), _wave(sde, up, ends[0], 1)]
    parts = [sp.powsimp(f / f.subs(sde.x, e)) for (e, kind), f in zip(ends, waves, strict=True) if kind == COUNTED]
    u = sp.Add(*parts)
    return u, (up, down), [*proofs, settled(sde.generator(u), rate * u, sde.facts, "L u = λ u")]


def _of_two(x: Any, up: Any, down: Any, ends: Ends) -> Any:
    """α φ↑ + β φ↓ with the values or slopes that the ends ask for, by Cramer's rule."""
    (up_a, down_a), (up_b, down_b) = (
        [(sp.diff(f, x) if kind == REFLECTING else f).subs(x, end) for f in (up, down)] for end, kind in ends
    )
    r_a, r_b = (sp.Integer(kind == COUNTED) for _, kind in ends)
    above = up * (r_a * down_b - r_b * down_a) + down * (r_b * up_a - r_a * up_b)
    below = up_a * down_b - up_b * down_a
    return sp.factor_terms(above) / sp.factor_terms(below)


def _wave(sde: SDE, up: Decaying, end: tuple[Any, str], way: int) -> Any:
    """sinh(ry)/h, or (r cosh(ry) ± A sinh(ry))/h with A at the end for one that reflects; y the distance in z."""
    x, z, root = sde.x, up.ladder.place, sp.sqrt(-up.ladder.ode[3])
    y = sp.expand(way * (z - z.subs(x, end[0])))
    wave = sp.sinh(root * y)
    if end[1] == REFLECTING:
        push = sde.tidy(-sp.diff(sp.log(up.ladder.factor), x) / sp.diff(z, x)).subs(x, end[0])
        wave = root * sp.cosh(root * y) + way * push * wave
    return up.ladder.factor * wave


def _images(sde: SDE, ends: Ends, pair: tuple[Decaying, Decaying]) -> Any | None:
    """The density as a function of the start, by images; None for another family or a wall that reflects with a
    drift."""
    ladder, x, t = pair[0].ladder, sde.x, sde.t
    if ladder.family != "Brownian":
        return None
    z, h = ladder.place, 1 / ladder.factor
    gamma = sp.expand(-ladder.ode[3] - 2 * _rate_in(ladder.ode[3]))
    for end, kind in ends:
        if kind == REFLECTING and not zero(sp.diff(sp.log(h), x).subs(x, end), sde.given):
            return None
    length = sp.expand(z.subs(x, ends[1][0]) - z.subs(x, ends[0][0]))
    total = sp.S.Zero
    for (end, kind), other, way in ((ends[1], ends[0], 1), (ends[0], ends[1], -1)):
        if kind != COUNTED:
            continue
        distance = sp.factor_terms(sp.together(sp.expand(way * (z.subs(x, end) - z)) + 2 * IMAGE * length))
        sign = sp.S.NegativeOne**IMAGE if other[1] == REFLECTING else sp.S.One
        tilt = sp.simplify(sp.powsimp(h.subs(x, end) / h))
        total += tilt * sign * distance / sp.sqrt(2 * sp.pi * t**3) * sp.exp(-(distance**2) / (2 * t) - gamma * t / 2)
    return sp.Sum(total, (IMAGE, -sp.oo, sp.oo))


def _rate_in(q: Any) -> Any:
    """λ in −(2λ + γ)."""
    return next(s for s in q.free_symbols if sp.diff(q, s) == -2 and s.name in ("lambda", "s"))


def _by_functions(sde: SDE, ends: Ends) -> tuple[Any, list[Evidence]] | None:
    """∂_t of the probabilities to have been absorbed, as sums over eigenfunctions on (a, b); None if these are not
    classical."""
    from derive.stochastic.sde import replace_sde

    (a, low), (b, high) = ends
    walls = tuple(REFLECTING if kind == REFLECTING else COUNTED for kind in (low, high))
    try:
        found = replace_sde(sde, domain=(a, b)).fokker_planck().spectrum(walls)
        lost = [found.absorbed(end, sde.x) for end, kind in ends if kind == COUNTED]
    except StochasticError:
        return None
    sums = [next(iter(value.atoms(sp.Sum))) for value, _ in lost]
    index, *limits = sums[0].limits[0]
    terms = [-sp.diff(total.function, sde.t) for total in sums]
    total = sp.factor_terms(sp.gammasimp(sp.Add(*terms).rewrite(sp.gamma)))
    density = sp.Sum(total, (index, *limits))
    proofs = [settled(total, sp.Add(*terms), sde.facts, "the terms")] if total != sp.Add(*terms) else []
    return density, [*proofs, found.evidence, *(proof for _, proof in lost)]


def _numbers(sde: SDE, ends: Ends, first: Any, count: int, more: tuple[Any, ...] = ()) -> tuple[list[Any], list[Any]]:
    """(symbols, lists of their values): parameters, the ends and λ; the start is the state."""
    x = sde.x
    free = sp.Tuple(sde.ito_drift[0], sde.covariance[0, 0], *(e for e, _ in ends), *more).free_symbols - {x, sde.t}
    names = sorted(free, key=str)
    positive = {s: sp.Symbol(s.name, positive=True) for s in names if s.is_real is None}
    facts = [g for g in sde.given if not g.has(x)]
    facts = [g for g in (f.xreplace(positive) for f in facts) if g not in (sp.true, sp.false)]
    wanted = {positive.get(s, s) for s in names} | sp.Tuple(*facts).free_symbols
    points = list(admissible(wanted, facts, random.Random(6), count, real=True)) if wanted else [{}]
    return names, [[_float(p[positive.get(s, s)]) for s in names] for p in points]


def _float(value: Any) -> Any:
    return mpmath.mpf(int(value.p)) / int(value.q)


def _seen(sde: SDE, u: Any, ends: Ends, rate: Any, first: Any) -> Evidence:
    """u in numbers: the equation by numeric derivatives, its values or slopes at the ends, 0 < u < 1 between them.
    StochasticError if one fails."""
    x, worst = sde.x, 0.0
    try:
        names, points = _numbers(sde, ends, first, 2, (rate,))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for a look at the transform", str(reason))
    with mpmath.workdps(30):
        f, a, c = (sp.lambdify([x, *names], e, "mpmath") for e in (u, sde.ito_drift[0], sde.covariance[0, 0] / 2))
        speed, *edges = (sp.lambdify(names, e, "mpmath") for e in (rate, *(e for e, _ in ends)))
        for at in points:
            low, high = (edge(*at) for edge in edges)
            for k in (1, 2, 4):
                v = low + (high - low) * k / mpmath.mpf(5)
                here = mpmath.re(f(v, *at))
                slopes = [mpmath.diff(lambda w, at=at: f(w, *at), v, n) for n in (1, 2)]
                rest = a(v, *at) * slopes[0] + c(v, *at) * slopes[1] - speed(*at) * here
                worst = max(worst, float(abs(rest) / (1 + abs(speed(*at) * here))))
                if not 0 < here < 1:
                    raise StochasticError(
                        f"the transform found is {plain(here)} inside the interval; nothing is returned"
                    )
            for (_, kind), edge, inward in zip(ends, (low, high), (1, -1), strict=True):
                step = inward * (high - low) * mpmath.mpf(10) ** -12
                got = (f(edge + step, *at) - f(edge, *at)) / step if kind == REFLECTING else f(edge, *at)
                gap = abs(got - (1 if kind == COUNTED else 0))
                worst = max(worst, float(gap / (10**6 if kind == REFLECTING else 1)))
                if kind == REFLECTING and gap > 1e-6 * (1 + 1 / (high - low)):
                    raise StochasticError(
                        f"the slope of the transform at the wall {plain(edge)} is {plain(got)}, not 0"
                    )
    if worst > CLOSE:
        raise StochasticError(f"the transform misses L u = λ u or its values at the ends by {worst:.1e}")
    return Evidence(Status.AGREED, f"L u = λ u by numeric derivatives, and u at both ends, to {worst:.1e}")


def _density_checks(sde: SDE, density: Any, u: Any, ends: Ends, rate: Any, first: Any) -> list[Evidence]:
    """The backward equation of each image exactly, and ∫ e^{−λt} of the sum against u in numbers."""
    x, t = sde.x, sde.t
    term = density.function
    checks = [settled(sp.diff(term, t), sde.generator(term), sde.facts, "the backward equation of each image")]
    try:
        names, points = _numbers(sde, ends, first, 2)
    except NoPoint as reason:
        return [*checks, Evidence(Status.UNKNOWN, "no admissible point for a look at the density", str(reason))]
    z, worst = _distance(sde, ends), 0.0
    with mpmath.workdps(15):
        clock = sp.Dummy("t", positive=True)
        part = sp.lambdify([IMAGE, clock, x, *names], term.subs(t, clock), "mpmath")
        whole = sp.lambdify([rate, x, *names], u, "mpmath")
        span, *edges = (sp.lambdify(names, e, "mpmath") for e in (z, *(e for e, _ in ends)))
        for at in points:
            low, high = (edge(*at) for edge in edges)
            start, scale = low + (high - low) * mpmath.mpf(2) / 5, span(*at) ** 2
            speed = 3 / scale

            def damped(v: Any, at: Any = at, start: Any = start, speed: Any = speed) -> Any:
                return mpmath.exp(-speed * v) * sum(part(n, v, start, *at) for n in range(-REACH, REACH + 1))

            cuts = [mpmath.mpf(0), *(scale * c for c in (0.03, 0.1, 0.4, 1.5, 8))]
            total, want = mpmath.quad(damped, cuts, method="gauss-legendre", maxdegree=4), whole(speed, start, *at)
            worst = max(worst, float(abs(total - want) / abs(want)))
    if worst > 1e-8:
        raise StochasticError(f"the density by images misses its transform by {worst:.1e}; nothing is returned")
    return [*checks, Evidence(Status.AGREED, f"∫ e^(−λt) of the density is u to {worst:.1e} at {len(points)} points")]


def _distance(sde: SDE, ends: Ends) -> Any:
    """|z(b) − z(a)|."""
    form = lamperti(sde)
    if form is None:
        raise Unsolvable("∫dx/b was not found")
    return sp.Abs(form.z.subs(sde.x, ends[1][0]) - form.z.subs(sde.x, ends[0][0]))


def from_beside_a_wall(sde: SDE, level: Any, x0: Any, way: int, wall: str) -> Passage | None:
    """The first time at the level where the finite end of the domain behind the start is a wall, by `exit_time`; None
    where that end is singular. "absorbing": paths that end there never come."""
    low, high = reachable(sde)
    end = low if way == 1 else high
    if end.is_finite is False or not _regular(sde, end):
        return None
    kind = REFLECTING if wall == REFLECTING else TAKEN
    ends = (end, level) if way == 1 else (level, end)
    found = exit_time(sde, *ends, x0, (kind, COUNTED) if way == 1 else (COUNTED, kind))
    law = "density of" if found.quantity.startswith("density") else f"E exp(−{plain(found.rate)} T), T"
    return replace(found, quantity=f"{law} the first time at {plain(level)}")
