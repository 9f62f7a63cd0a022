"""Transition densities p(x, t | x0, s): Gaussian for linear drift and additive noise, and what Lamperti's transform
brings to that or to a radial Ornstein-Uhlenbeck process; walls by images.

References: C. Gardiner, Stochastic Methods, ch. 4; W. Feller, Ann. Math. 54 (1951) 173 (square-root process); D. Cox,
H. Miller, The Theory of Stochastic Processes, sec. 5.7 (walls).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws.benes import by_h
from derive.stochastic.laws.coordinates import apart, coordinatewise, of_one_noise
from derive.stochastic.laws.density import Density, mass_check
from derive.stochastic.laws.integration import by_integration
from derive.stochastic.laws.losses import loses
from derive.stochastic.laws.stationary import gaussian
from derive.stochastic.shown.polish import shortened
from derive.stochastic.solutions.exponentials import constant, exponential, solve_linear, with_root
from derive.stochastic.solutions.lamperti import Lamperti, lamperti, natural_domain
from derive.stochastic.solutions.linear import linear_form, parts
from derive.stochastic.solutions.linear_in_time import law_in_time
from derive.stochastic.solutions.solution import start

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

WALLS = ("absorbing", "reflecting")


def transition(sde: SDE, x0: Any = None, s: Any = sp.S.Zero, wall: Any = None) -> Density:
    """The density of X_t given X_s = x0, by the first way that applies.

    wall: what happens at the ends that can be reached: "absorbing" (mass is lost), "reflecting", a pair (low, high) of
    these, or "periodic" on a finite interval. StochasticError if an end can be reached and no wall is named; Unsolvable
    if no way applies. Checked: the Fokker-Planck equation, the mass, and for those with a closed mean the mean too;
    sums over images and eigenfunctions by one another.
    """
    sde.need_real()
    begin = start(sde, x0)
    if any(w not in WALLS for w in (wall if isinstance(wall, tuple) else (wall,))) and wall not in (None, "periodic"):
        raise StochasticError(f"wall is one of {', '.join(WALLS)}, a pair of them, or 'periodic'; got {wall!r}")
    if sde.n == 1 and _on_the_edge(sde, begin[0]):
        return _from_the_edge(sde, begin, s, wall)
    if sde.n == 1 and sde.m > 1:
        return replace(transition(of_one_noise(sde), begin, s, wall), sde=sde)
    ways: tuple[Callable[..., Density | None], ...] = (_gaussian_law, _by_unit_noise, by_h, _by_spectrum)
    if sde.n > 1 and wall is None:
        ways = (_gaussian_law, _by_coordinates)
    if wall is not None:
        ways = (_between, by_h, _by_spectrum)
    for way in ways:
        found = way(sde, begin, s, wall)
        radial = found is not None and found.value.has(sp.besseli)
        if found is not None and way in (_by_unit_noise, by_h) and not radial and not found.value.has(sp.Sum):
            short, proof = shortened(found.value, (*sde.facts, *found.given))
            return found if proof is None else replace(found, value=short, evidence=together([found.evidence, proof]))
        if found is not None:
            return found
    raise Unsolvable(
        "no closed transition density: the process is neither linear with additive noise nor scalar with one of the "
        "forms that are known; try the stationary density or the moments"
    )


def _on_the_edge(sde: SDE, first: Any) -> bool:
    """Whether the start is an end at which the coefficients are singular.

    StochasticError if it provably lies outside the part of the line on which the process is told, or on an end where
    drift and noise vanish: the process stays there and has no density.
    """
    low, high = natural_domain(sde)
    if (first - low).is_negative or (high - first).is_negative:
        raise StochasticError(
            f"the start {plain(first)} does not lie inside ({plain(low)}, {plain(high)}), the part of the line on "
            "which the noise is real and has no zero; say where the process lives by domain=(low, high)"
        )
    if first in (low, high) and all(zero(e.subs(sde.x, first)) for e in (sde.ito_drift[0], sde.covariance[0, 0])):
        raise StochasticError(f"the process that starts at {plain(first)} stays there: drift and noise vanish")
    at = [e.subs(sde.x, first) for e in (sde.covariance[0, 0], sde.ito_drift[0])]
    return first in (low, high) and (zero(at[0]) or any(e.has(sp.zoo, sp.nan, sp.oo) for e in at))


def _from_the_edge(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density:
    """The law from an end: the limit of that from inside, with I_ν(w) = (w/2)^ν ₀F₁(ν + 1; w²/4)/Γ(ν + 1)."""
    step, (low, _) = sp.Dummy("step", positive=True), natural_domain(sde)
    found = transition(sde, (begin[0] + (step if begin[0] == low else -step),), s, wall)
    if found.mass != 1:
        raise StochasticError(f"the end {plain(begin[0])} absorbs what starts there: there is no density")

    def opened(nu: Any, w: Any) -> Any:
        return (w / 2) ** nu / sp.gamma(nu + 1) * (1 if w.subs(step, 0) == 0 else sp.hyper([], [nu + 1], w**2 / 4))

    value = sp.powsimp(sp.expand_power_base(found.value.replace(sp.besseli, opened), force=True), force=True)
    value = sp.powdenest(value, force=True).subs(step, 0)
    if value.has(sp.nan, sp.zoo, sp.oo, step) and not value.has(sp.Sum):
        raise Unsolvable(f"the limit of the law for a start at the end {plain(begin[0])} was not found")
    if value.has(sp.Sum):
        return replace(found, value=value, x0=begin)
    return verified(sde, value, found.domain[0], f"{found.method}, from the end", begin, s, found.evidence, found.given)


def _by_coordinates(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density | None:
    """Independent groups of states, or each state changed by itself."""
    return apart(sde, begin, s, transition) or coordinatewise(sde, begin, s, _gaussian_law)


def _between(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density | None:
    """Two walls or the circle, for Brownian motion with drift in z = ∫dx/b."""
    from derive.stochastic.laws.images import between_walls

    if sde.n != 1 or not all(end.is_finite for end in sde.domain[0]):
        return None
    try:
        return between_walls(sde, begin, s, wall)
    except Unsolvable:
        return None


def _by_spectrum(sde: SDE, begin: tuple[Any, ...], s: Any, wall: Any) -> Density | None:
    """The eigenfunction expansion, where the functions are classical."""
    if sde.n != 1 or wall == "periodic":
        return None
    try:
        found = sde.fokker_planck().spectrum(wall).transition(begin[0])
    except StochasticError as reason:
        raise Unsolvable(
            "no closed transition density: in z = ∫dx/b the drift A is neither linear nor α/z + βz, A′ + A² is no "
            f"quadratic in z with c/z² (with these ends), and by eigenfunctions: {reason}; the stationary density and "
            "the moments may still be closed"
        ) from reason
    return found if s == 0 else replace(found, value=found.value.subs(sde.t, sde.t - s), s=s)


def mean_and_covariance(sde: SDE, begin: tuple[Any, ...], s: Any = sp.S.Zero) -> tuple[Any, Any, Evidence] | None:
    """(m, S, evidence) at time t of a linear process with additive noise; None if it is not one.

    m′ = A m + c, S′ = A S + S Aᵀ + B ρ Bᵀ, S(s) = 0: solved as a linear system for constant coefficients, block
    by block where they depend on the time.
    """
    found = _law(sde, begin, s)
    return None if found is None else (found[0].xreplace(found[3]), found[1].xreplace(found[3]), found[2])


def _law(sde: SDE, begin: tuple[Any, ...], s: Any) -> tuple[Any, Any, Evidence, dict[Any, Any]] | None:
    """Mean, covariance and evidence, the root in the eigenvalues as a symbol, with {symbol: root}."""
    form = linear_form(sde)
    if form is None or not all(b.is_zero_matrix for b in form[2]):
        return None
    a, c = form[0], form[1]
    noise, t, n = sde.covariance.subs(dict.fromkeys(sde.states, 0)), sde.t, sde.n
    root: dict[Any, Any] = {}
    if any(e.has(t) for e in (*a, *c, *noise)):
        law = law_in_time(sde, begin, s)
        return None if law is None else (*law, root)
    a, root = with_root(a, sde.given)
    push = [constant(e, sde.given) for e in c]
    mean = sp.Matrix([e.expr(t - s) for e in solve_linear(a, begin, push, sde.given)])
    flow = exponential(a, sde.given)
    covariance = sp.zeros(n, n)
    for i, j in combinations_with_replacement(range(n), 2):
        rate = constant(sp.S.Zero, sde.given)
        for k, q in product(range(n), repeat=2):
            if noise[k, q] != 0:
                rate = rate + flow[i][k].product(flow[j][q]).times(noise[k, q])
        covariance[i, j] = covariance[j, i] = rate.integral().expr(t - s)
    mean, covariance = mean.applyfunc(sde.tidy), covariance.applyfunc(sde.tidy)
    return mean, covariance, _moments_hold(sde, a, c, noise, begin, s, mean, covariance), root


def _peak(sde: SDE, value: Any, mean: Any, covariance: Any, s: Any) -> Evidence:
    """p(m) = (2π)^{−n/2} det(S)^{−1/2} > 0 in numbers, for real and for complex eigenvalues."""
    later = () if s == 0 and sde.t.is_positive else (sde.t > s,)
    symbols = (value.free_symbols | mean.free_symbols | covariance.free_symbols) - set(sde.states)
    try:
        points = list(admissible(symbols, (*sde.given, *later), random.Random(8), 4, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for a look at the height of the peak", str(reason))
    for point in points:
        centre = [sp.N(m.xreplace(point), 40) for m in mean]
        top = sp.N(value.xreplace(point).xreplace(dict(zip(sde.states, centre, strict=True))), 30)
        size = covariance.xreplace(point).applyfunc(lambda e: sp.N(e, 40)).det()
        gap = complex(top**2 * (2 * sp.pi) ** sde.n * size - 1)
        if not abs(gap) < 1e-12 or not complex(top).real > 0:
            raise StochasticError(
                f"the Gaussian density has the height {plain(top)} at its mean for {plain(point)}; not returned"
            )
    return Evidence(Status.AGREED, f"the height of the peak at {len(points)} points")


def _moments_hold(sde: SDE, a: Any, c: Any, noise: Any, begin: Any, s: Any, mean: Any, covariance: Any) -> Evidence:
    rates = mean.diff(sde.t) - a * mean - c
    spread = covariance.diff(sde.t) - a * covariance - covariance * a.T - noise
    checks = [settled(e, sp.S.Zero, sde.given, "m′ = A m + c") for e in rates]
    checks += [settled(e, sp.S.Zero, sde.given, "S′ = A S + S Aᵀ + B ρ Bᵀ") for e in spread]
    checks += [settled(m.subs(sde.t, s), x, sde.given, "m at the start") for m, x in zip(mean, begin, strict=True)]
    checks += [settled(e.subs(sde.t, s), sp.S.Zero, sde.given, "S at the start") for e in covariance]
    return together(checks)


def _gaussian_law(sde: SDE, begin: tuple[Any, ...], s: Any, wall: str | None) -> Density | None:
    ends = natural_domain(sde) if sde.n == 1 else None
    if ends is not None and ends != (-sp.oo, sp.oo):
        return None
    if ends is None and any(pair != (-sp.oo, sp.oo) for pair in sde.domain):
        return None
    law = _law(sde, begin, s)
    if law is None:
        return None
    mean, covariance, evidence, root = law
    if zero(covariance.det(), sde.given):
        raise Unsolvable("the covariance stays singular: the noise does not reach every direction; there is no density")
    value = gaussian(sde.states, mean, covariance, (sde.t,), root)
    if root:
        evidence = together([evidence, _peak(sde, value, mean.xreplace(root), covariance.xreplace(root), s)])
    return Density(sde, value, sde.domain, "linear drift, additive noise: Gaussian", sde.given, evidence, begin, s)


def _by_unit_noise(sde: SDE, begin: tuple[Any, ...], s: Any, wall: str | None) -> Density | None:
    """Scalar processes whose drift in z = ∫dx/b is linear (Gaussian in z) or α/z + βz (radial)."""
    from derive.stochastic.sde import replace_sde

    if sde.n != 1 or sde.m != 1:
        return None
    form = lamperti(sde)
    if form is not None and form.image[1] == 0:
        form = lamperti(replace_sde(sde, diffusion=-sde.diffusion))
    if form is None or form.inverse is None:
        return None
    drift = form.drift_in_z()
    if drift is None or drift.has(sde.x):
        return None
    for way in (_normal_in_z, _radial_in_z):
        found = way(sde, begin, s, form, drift)
        if found is not None:
            return found
    return None


def _normal_in_z(sde: SDE, begin: tuple[Any, ...], s: Any, form: Lamperti, drift: Any) -> Density | None:
    from derive.stochastic.sde import SDE

    pair = parts(drift, form.symbol)
    if pair is None:
        return None
    if form.image != (-sp.oo, sp.oo):
        raise StochasticError(
            f"in z = {plain(form.z)} the process is a Gaussian one that reaches an end of ({plain(form.image[0])}, "
            f"{plain(form.image[1])}): "
            f"say what happens there (wall='absorbing' or 'reflecting')"
        )
    z = sp.Symbol(form.symbol.name, real=True)
    unit = SDE(z, pair[0] * z + pair[1], 1, sde.t, None, None, 0, sde.given)
    first = sde.tidy(form.z.subs(sde.x, begin[0]))
    inner = _gaussian_law(unit, (first,), s, None)
    if inner is None:
        return None
    value = inner.value.subs(z, form.z) * form.slope
    return verified(sde, value, form.domain, "Gaussian in z = ∫dx/b", begin, s, inner.evidence)


def _radial_in_z(sde: SDE, begin: tuple[Any, ...], s: Any, form: Lamperti, drift: Any) -> Density | None:
    """dz = (α/z + βz) dt + dW on (0, ∞): y = z² is a square-root process with dimension δ = 2α + 1.

    p(y, t) = c e^{−u−v} (v/u)^{ν/2} I_ν(2√(uv)), c = −β/(1 − e^{2βτ}), v = cy, u = c y₀ e^{2βτ}, ν = α − ½,
    for ν ≥ 0, or −1 < ν < 0 with reflection at 0. For ν ≤ −1 the end 0 absorbs, and for ν < 0 where drift and noise
    of x vanish there (CEV): I_{−ν} in place of I_ν, and the mass that is left is γ(−ν, u)/Γ(−ν).
    """
    z, tau = form.symbol, sde.t - s
    if form.image != (0, sp.oo):
        return None
    opened: Any = sp.expand(drift)
    alpha, beta = opened.coeff(z, -1), opened.coeff(z, 1)
    if not zero(opened - alpha / z - beta * z, sde.given) or zero(alpha, sde.given):
        return None
    nu = sde.tidy(alpha - sp.Rational(1, 2))
    flat = zero(beta, sde.given)
    growth = sp.S.One if flat else sp.exp(beta * tau)
    spread = tau if flat else growth * sp.sinh(beta * tau) / beta
    y0 = form.z.subs(sde.x, begin[0])
    pulls = sp.sympify(beta).could_extract_minus_sign()
    c = -beta / (1 - sp.exp(2 * beta * tau)) if pulls else beta / (sp.exp(2 * beta * tau) - 1)
    c = 1 / (2 * tau) if flat else c
    y, start_y = form.z**2, y0**2
    power = (form.z / y0 / growth) ** nu if form.z.is_polynomial(sde.x) else (y / start_y / growth**2) ** (nu / 2)
    absorbed = sp.Le(nu, -1) == sp.true or (sp.Lt(nu, 0) == sp.true and _trapped(sde, form))
    order = -nu if absorbed else nu
    value = c * 2 * form.z * form.slope * power * sp.besseli(order, 2 * c * form.z * y0 * growth)
    value *= sp.exp(-c * (y + start_y * growth**2))
    condition = sp.Ge(nu, 0)
    given = () if condition == sp.true else (condition,)
    if absorbed:
        left = sp.lowergamma(-nu, c * start_y * growth**2) / sp.gamma(-nu)
        return verified(sde, value, form.domain, "absorbed at 0, radial", begin, s, None, (), None, left)
    if condition == sp.false:
        given = (sp.Gt(nu, -1),) if sp.Gt(nu, -1) != sp.true else ()
    name = "radial Ornstein-Uhlenbeck" if not flat else "Bessel process"
    mean = _radial_mean(form, alpha, beta, growth, spread, y0)
    return verified(sde, value, form.domain, name, begin, s, None, given, mean)


def _trapped(sde: SDE, form: Lamperti) -> bool:
    """Whether drift and noise of x vanish at the end where z is 0."""
    end = next((e for e in form.domain if form.z.subs(sde.x, e) == 0), None)
    return end is not None and all(
        sp.simplify(e.subs(sde.x, end)) == 0 for e in (sde.ito_drift[0], sde.covariance[0, 0])
    )


def _radial_mean(form: Lamperti, alpha: Any, beta: Any, growth: Any, spread: Any, y0: Any) -> tuple[Any, Any]:
    """(z², its expectation): E z² = z0² e^{2βτ} + (2α + 1) v, from d(z²) = (2α + 1 + 2β z²) dt + 2z dW."""
    return form.z**2, y0**2 * growth**2 + (2 * alpha + 1) * spread


def verified(
    sde: SDE,
    value: Any,
    domain: tuple[Any, Any],
    method: str,
    begin: tuple[Any, ...],
    s: Any,
    law: Evidence | None,
    given: tuple[Any, ...] = (),
    mean: tuple[Any, Any] | None = None,
    mass: Any = sp.S.One,
) -> Density:
    """The density with its evidence: the Fokker-Planck equation by log p, the mass, one closed moment."""
    x, y = sde.x, begin[0]
    later = () if s == 0 and sde.t.is_positive else (sde.t > s,)
    inside = tuple(
        relation
        for point in ((y,) if y.free_symbols else ())
        for relation in (
            (point > domain[0]) if domain[0] != -sp.oo else sp.true,
            (point < domain[1]) if domain[1] != sp.oo else sp.true,
        )
        if relation not in (sp.true, sp.false)
    )
    facts = (*sde.given, *given, *later, *inside)
    checks = [] if law is None else [law]
    checks.append(
        settled(_residual(sde, value), sp.S.Zero, (*facts, *_within(x, domain)), "the Fokker-Planck equation")
    )
    if mass.has(sp.Integral):
        checks.append(loses(value, x, sde.t - s, y, domain, facts))
    else:
        checks.append(mass_check(value, x, domain, facts, mass))
    if mean is not None:
        checks.append(_mean_check(value, x, domain, facts, mean))
    return Density(sde, value, (domain,), method, (*sde.given, *given), together(checks), begin, s, mass)


def _within(x: Any, domain: tuple[Any, Any]) -> tuple[Any, ...]:
    low, high = domain
    bounds = ((x > low) if low != -sp.oo else sp.true, (x < high) if high != sp.oo else sp.true)
    return tuple(b for b in bounds if b not in (sp.true, sp.false))


def _residual(sde: SDE, p: Any) -> Any:
    a, c, x = sde.ito_drift[0], sde.covariance[0, 0], sde.x
    return by_two_bessels(sp.diff(p, sde.t) + sp.diff(a * p, x) - sp.diff(c * p, x, 2) / 2)


def by_two_bessels(e: Any) -> Any:
    """The expression with every I_{ν+k}(w) written by A = I_ν(w) and B = I_{ν+1}(w), which are independent over the
    elementary functions: I_{μ−1} = I_{μ+1} + (2μ/w) I_μ. So its vanishing can be decided by algebra."""
    groups: dict[Any, list[Any]] = {}
    for node in e.atoms(sp.besseli):
        groups.setdefault(node.args[1], []).append(node)
    for number, (w, nodes) in enumerate(groups.items()):
        base = min((node.args[0] for node in nodes), key=lambda order: (order.count_ops(), str(order)))
        shifts = {node: sp.expand(node.args[0] - base) for node in nodes}
        if not all(k.is_Integer for k in shifts.values()):
            continue
        low = min(shifts.values())
        nu = sp.expand(base + low)
        ladder = [sp.Symbol(f"bessel_{number}_0"), sp.Symbol(f"bessel_{number}_1")]
        while len(ladder) <= max(shifts.values()) - low:
            order = nu + len(ladder) - 1
            ladder.append(ladder[-2] - 2 * order / w * ladder[-1])
        e = e.xreplace({node: ladder[int(k - low)] for node, k in shifts.items()})
    return e


def _mean_check(p: Any, x: Any, domain: tuple[Any, Any], facts: tuple[Any, ...], mean: tuple[Any, Any]) -> Evidence:
    f, expected = mean
    return by_integration(f * p, x, domain, expected, facts, f"E[{plain(f)}]")
