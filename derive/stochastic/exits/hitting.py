"""Laplace transforms of first passage times: E_x e^{−λT} = φ(x)/φ(c) with L φ = λ φ, φ decaying away from the level c.

φ is increasing where the start lies below c and decreasing where it lies above, and bounded at the end behind the
start. In z = ∫dx/b with drift A: Brownian for A′ + A² constant, parabolic cylinder functions for A linear, Bessel's for
A = α/z (also z < 0), Kummer's for A = α/z − βz; hypergeometric for a quadratic b² with two zeros and a linear drift.
References: D. Darling, A. Siegert, Ann. Math. Stat. 24 (1953) 624; A. Borodin, P. Salminen, Handbook of Brownian
Motion, ch. II.1 and appendix 1; NIST DLMF, ch. 10, 12, 13, 15.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_positive
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import together, zero
from derive.stochastic.errors import StochasticError
from derive.stochastic.spectra.ladders import Ladder, every_order

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE
    from derive.stochastic.solutions.lamperti import Lamperti

CLOSE = 1e-10


class pcfd(sp.Function):  # the name under which mpmath evaluates it
    """D_ν(u), Whittaker's parabolic cylinder function: D″ = (u²/4 − ν − ½) D, decaying for u → ∞ (DLMF 12.1)."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        """D_ν′ = u D_ν/2 − D_{ν+1}."""
        if argindex != 2:
            raise sp.core.function.ArgumentIndexError(self, argindex)
        order, u = self.args
        return u * self / 2 - pcfd(order + 1, u)

    def _latex(self, printer: Any) -> str:
        order, u = map(printer.doprint, self.args)
        return rf"D_{{{order}}}\left({u}\right)"

    def _plain(self, printer: Any) -> str:
        order, u = map(printer.doprint, self.args)
        return f"D_{{{order}}}({u})"


class hyperu(sp.Function):  # the name under which mpmath evaluates it
    """U(a, b, w), Kummer's function of the second kind: w U″ + (b − w) U′ = a U, ~ w^{−a} for w → ∞ (DLMF 13.2)."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> Any:
        """U′ = −a U(a + 1, b + 1, w)."""
        if argindex != 3:
            raise sp.core.function.ArgumentIndexError(self, argindex)
        a, b, w = self.args
        return -a * hyperu(a + 1, b + 1, w)

    def _latex(self, printer: Any) -> str:
        a, b, w = map(printer.doprint, self.args)
        return rf"U\left({a}, {b}, {w}\right)"

    def _plain(self, printer: Any) -> str:
        a, b, w = map(printer.doprint, self.args)
        return f"U({a}, {b}, {w})"


@dataclass(frozen=True)
class Decaying:
    """A solution φ = F(x) Y(u(x)) of L φ = λ φ that decays away from the level, and P(T < ∞) as a function of the
    start (the state) and the level (`LEVEL`)."""

    ladder: Ladder
    probability: Any
    conditions: tuple[Any, ...]

    @property
    def form(self) -> Any:
        """φ."""
        return self.ladder.factor * self.ladder.form(None)


LEVEL = sp.Dummy("level", real=True)


def decaying(
    sde: SDE, form: Lamperti | None, side: int, rate: Any, reflected: bool = False, roaming: bool = False
) -> Decaying | None:
    """φ for a start below (side = 1) or above (−1) the level, by the first family that fits; None if none does.

    reflected: the end behind the start, if it is reached, sends the process back. roaming: nothing is asked of the end
    behind the start: φ is just the solution that grows towards the level (`exit_laws` puts two of them together).
    """
    if form is not None and form.unshape is not None:
        drift = form.drift_in_z()
        if drift is not None and not drift.has(sde.x, sde.t):
            behind = form.image[0] if side == 1 else form.image[1]
            for family in (_benes, _hermite, _radial):
                found = family(sde, form, drift, side, rate, End(behind, reflected, roaming))
                if found is not None:
                    return found
    return _jacobi(sde, side, rate, End(None, reflected, roaming))


@dataclass(frozen=True)
class End:
    """The end behind the start: its place in z, whether it reflects, whether it plays no part."""

    place: Any
    reflected: bool
    roaming: bool

    @property
    def far(self) -> bool:
        """Whether φ only has to decay towards it."""
        return self.roaming or (self.place is not None and self.place.is_infinite is True)

    def known(self, index: Any, least: Any, sde: SDE) -> tuple[Any, ...]:
        """What must hold for φ to be the bounded solution: index ≥ least, the end is not reached; where it reflects,
        index > least − 1, it is reached and left again."""
        if self.roaming:
            return ()
        return _known(index > least - 1 if self.reflected else index >= least, sde)


def _benes(sde: SDE, form: Any, drift: Any, side: int, rate: Any, behind: End) -> Decaying | None:
    """A′ + A² = γ: φ = e^{±z√(2λ+γ)}/h with h′ = A h."""
    z = form.symbol
    gamma = sde.tidy(sp.diff(drift, z) + drift**2)
    if not behind.far or not zero(sp.diff(gamma, z), sde.given):
        return None
    height = sp.integrate(drift, z)
    if height.has(sp.Integral, sp.Piecewise):
        return None
    height = height.xreplace({z: form.z})
    gamma = sp.simplify(gamma)
    w, root = sp.Dummy("w"), sp.sqrt(2 * rate + gamma)
    ladder = _ladder("Brownian", form.z, sp.exp(-height), lambda u: sp.exp(side * root * u), (w, 1, 0, -(root**2)))
    signed = gamma.is_nonnegative or not drift.has(z) or is_positive(gamma, sde.given) or zero(gamma, sde.given)
    ladder_conditions: tuple[Any, ...] = () if signed else (gamma >= 0,)
    reach = form.z.subs(sde.x, LEVEL) - form.z
    if not drift.has(z):
        return Decaying(ladder, _hit(side * drift, side * reach, sde), ladder_conditions)
    lost = sp.exp(height.subs(sde.x, LEVEL) - height - side * sp.sqrt(gamma) * reach)
    return Decaying(ladder, sp.simplify(lost), ladder_conditions)


def _hit(mu: Any, distance: Any, sde: SDE) -> Any:
    """P(T < ∞): 1 for μ ≥ 0, e^{2μd} for μ < 0."""
    if mu == 0 or mu.is_nonnegative or is_positive(mu, sde.given) is True:
        return sp.S.One
    if mu.is_negative or is_positive(-mu, sde.given) is True:
        return sp.exp(2 * mu * distance)
    return sp.Piecewise((sp.S.One, mu >= 0), (sp.exp(2 * mu * distance), True))


def _hermite(sde: SDE, form: Any, drift: Any, side: int, rate: Any, behind: End) -> Decaying | None:
    """A = −θ(z − m), θ > 0: φ = e^{u²/4} D_{−λ/θ}(∓u), u = (z − m)√(2θ); the mean is always reached. For −θ = κ > 0:
    φ = e^{−u²/4} D_{−1−λ/κ}(∓u), u = (z − m)√(2κ), and φ = erfc(∓u/√2) for λ = 0."""
    z = form.symbol
    theta = sde.tidy(-sp.diff(drift, z))
    if not behind.far or theta.has(z) or zero(theta, sde.given):
        return None
    mean = sde.tidy(z + drift / theta)
    if is_positive(-theta, sde.given) is True:
        return _repelled(sde, form.z - mean, -theta, side, rate)
    u = sde.tidy((form.z - mean) * sp.sqrt(2 * theta))
    w = sp.Dummy("w")
    order = sde.tidy(-rate / theta)
    ode = (w, sp.S.One, sp.S.Zero, order + sp.Rational(1, 2) - w**2 / 4)
    ladder = _ladder("parabolic cylinder", -side * u, sp.exp(u**2 / 4), lambda v: pcfd(order, v), ode)
    return Decaying(ladder, sp.S.One, _known(theta > 0, sde))


def _repelled(sde: SDE, distance: Any, kappa: Any, side: int, rate: Any) -> Decaying:
    """The drift κ(z − m) away from m: the solution for −κ, with the rate λ + κ, times e^{−κ(z − m)²}."""
    u, w, order = sde.tidy(distance * sp.sqrt(2 * kappa)), sp.Dummy("w"), sde.tidy(-1 - rate / kappa)
    ode = (w, sp.S.One, sp.S.Zero, order + sp.Rational(1, 2) - w**2 / 4)
    ladder = _ladder("parabolic cylinder", -side * u, sp.exp(-(u**2) / 4), lambda v: pcfd(order, v), ode)
    chance = sp.erfc(-side * u / sp.sqrt(2))
    return Decaying(ladder, chance / chance.subs(sde.x, LEVEL), ())


def _radial(sde: SDE, form: Any, drift: Any, side: int, rate: Any, behind: End) -> Decaying | None:
    """A = α/z: z^{−ν} I_ν(z√(2λ)) or K_ν, ν = α − ½. A = α/z − βz: M or U(λ/2β, α + ½, βz²) for β > 0, for −β = κ > 0
    e^{−κz²} times M or U(α + ½ + λ/2κ, α + ½, κz²).

    From below 0 must not be hit, ν ≥ 0, or reflect, ν > −1. From above P(T < ∞) = (c/z)^{2ν} for ν > 0 without a pull,
    Γ(−ν, κz²)/Γ(−ν, κc²) with the push κ, else 1. On (−∞, 0) the same in −z.
    """
    z, opened, place, (low, high) = form.symbol, sp.expand(drift), form.z, form.image
    if low is None or high is None:
        return None
    if high.is_extended_nonpositive and ((low == -sp.oo and high == 0) or behind.roaming):
        opened, place, side = sp.expand(-drift.subs(z, -z)), -form.z, -side
    elif not (low.is_extended_nonnegative and ((low == 0 and high == sp.oo) or behind.roaming)):
        return None
    alpha, beta = opened.coeff(z, -1), -opened.coeff(z, 1)
    if not zero(opened - alpha / z + beta * z, sde.given):
        return None
    nu, w = sde.tidy(alpha - sp.Rational(1, 2)), sp.Dummy("w")
    entrance = behind.known(nu, 0, sde) if side == 1 else ()
    if zero(beta, sde.given):
        kind = sp.besseli if side == 1 else sp.besselk
        ode = (w, w**2, w, -(w**2) - nu**2)
        ladder = _ladder("Bessel", place * sp.sqrt(2 * rate), place**-nu, lambda v: kind(nu, v), ode)
        reached = sp.S.One if side == 1 else _met_from_above(nu, place.subs(sde.x, LEVEL) / place, sde)
        return Decaying(ladder, sde.tidy(reached), entrance)
    pushed = is_positive(-beta, sde.given) is True
    pull = -beta if pushed else beta
    b, u = sde.tidy(alpha + sp.Rational(1, 2)), sde.tidy(pull * place**2)
    a = sde.tidy(rate / (2 * pull) + (b if pushed else 0))
    lift = _lift(b, behind) if side == 1 else sp.S.Zero
    tilt = u**lift * (sp.exp(-u) if pushed else sp.S.One)
    ode = (w, w, b + 2 * lift - w, -a - lift)
    kind = (lambda v: sp.hyper([a + lift], [b + 2 * lift], v)) if side == 1 else (lambda v: hyperu(a, b, v))
    ladder = _ladder("Kummer", u, tilt, kind, ode)
    chance = sp.uppergamma(1 - b, u) if pushed and side == -1 else sp.S.One
    known = () if pushed else _known(beta > 0, sde)
    return Decaying(ladder, chance / chance.subs(sde.x, LEVEL), (*known, *entrance))


def _met_from_above(nu: Any, ratio: Any, sde: SDE) -> Any:
    """P(T < ∞) for a Bessel process that starts above the level: (c/z)^{2ν} for ν > 0, 1 for ν ≤ 0."""
    if nu.is_nonpositive or is_positive(-nu, sde.given) is True:
        return sp.S.One
    if is_positive(nu, sde.given) is True:
        return ratio ** (2 * nu)
    return sp.Piecewise((ratio ** (2 * nu), nu > 0), (sp.S.One, True))


def _jacobi(sde: SDE, side: int, rate: Any, behind: End) -> Decaying | None:
    """½b² = κ(x − r)(s − x), a linear: y(1 − y)φ″ + (c − (p + q + 1)y)φ′ = pqφ in y = (x − r)/(s − r), pq = λ/κ."""
    from derive.stochastic.solutions.lamperti import natural_domain

    x = sde.x
    drift, spread = sp.expand(sde.ito_drift[0]).as_poly(x), sp.expand(sde.covariance[0, 0] / 2).as_poly(x)
    if drift is None or spread is None or drift.degree() > 1 or spread.degree() != 2:
        return None
    low, high = _zeros(spread, sde) if behind.roaming else natural_domain(sde)
    kappa, width = -spread.coeff_monomial(x**2), high - low
    if not (low.is_finite and high.is_finite and zero(spread.as_expr() - kappa * (x - low) * (high - x), sde.given)):
        return None
    away, toward = sde.ito_drift[0].subs(x, low), sde.ito_drift[0].subs(x, high)
    inner = away if side == 1 else -toward
    c = sde.tidy(inner / (kappa * width))
    total = sde.tidy(-sp.diff(sde.ito_drift[0], x) / kappa - 1)
    root = sp.sqrt(sp.expand(total**2 / 4 - rate / kappa))
    y = (x - low) / width if side == 1 else (high - x) / width
    w, known = sp.Dummy("w"), behind.known(c, 1, sde)
    lift = _lift(c, behind)  # y^{1−c} F(p + 1 − c, q + 1 − c; 2 − c; y)
    total, c = total + 2 * lift, c + 2 * lift
    ode = (w, w * (1 - w), c - (total + 1) * w, root**2 - total**2 / 4)
    ladder = _ladder(
        "hypergeometric", y, y**lift, lambda v: sp.hyper([total / 2 + root, total / 2 - root], [c], v), ode
    )
    return Decaying(ladder, sp.S.One, known)


def _lift(c: Any, behind: End) -> Any:
    """1 − c for a solution with c = 0, −1, … in F(…; c; y), which has no meaning: y^{1−c} F(…; 2 − c; y) is one."""
    return 1 - c if behind.roaming and c.is_integer and c.is_nonpositive else sp.S.Zero


def _zeros(spread: Any, sde: SDE) -> tuple[Any, Any]:
    """The two zeros of a quadratic noise in order; (−∞, ∞) where they are not real or their order is not known."""
    roots = list(sp.roots(spread))
    for low, high in (roots, roots[::-1]) if len(roots) == 2 else ():
        if is_positive(high - low, sde.given) is True:
            return low, high
    return -sp.oo, sp.oo


def _ladder(family: str, place: Any, factor: Any, of: Callable[[Any], Any], ode: Iterable[Any]) -> Ladder:
    w, p2, p1, q = (sp.sympify(part) for part in ode)
    return Ladder(family, place, factor, lambda _: of(place), (w, p2, p1, q), None, None, None, ())


def _known(condition: Any, sde: SDE) -> tuple[Any, ...]:
    """The condition, unless it is true by the assumptions; StochasticError if it is false."""
    if condition == sp.false:
        raise StochasticError("the end behind the start is reached: say what happens there; no transform is given")
    if condition == sp.true or is_positive(condition.lhs - condition.rhs, sde.given) is True:
        return ()
    return (condition,)


def equation_holds(sde: SDE, found: Decaying, rate: Any) -> Evidence:
    """L φ = λ φ by the classical equation of Y: the coefficients of Y and Y′ vanish exactly."""
    facts = (*sde.facts, *found.conditions)
    return together(every_order(sde.fokker_planck(), found.ladder, -rate, facts))


def seen(sde: SDE, laplace: Any, level: Any, side: int, rate: Any, given: tuple[Any, ...]) -> Evidence:
    """The transform in numbers, a function of the start sde.x: the equation by numeric derivatives, 1 at the level, and
    a decrease away from it. StochasticError if one fails."""
    x, (low, high) = sde.x, sde.domain[0]
    names = sorted((laplace.free_symbols | level.free_symbols) - {x}, key=str)
    positive = {s: sp.Symbol(s.name, positive=True) for s in names if s.is_real is None}
    facts = [g.xreplace(positive) for g in given if not g.has(x) and g not in (sp.true, sp.false)]
    facts += [r.xreplace(positive) for r in (level > low, level < high) if r not in (sp.true, sp.false)]
    try:
        points = list(admissible({positive.get(s, s) for s in names}, facts, random.Random(5), 3, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for a look at the transform", str(reason))
    worst, tried = 0.0, 0
    with mpmath.workdps(30):
        f, a, c, edge, *ends = (
            sp.lambdify([x, *names], e, "mpmath")
            for e in (laplace, sde.ito_drift[0], sde.covariance[0, 0] / 2, level, low, high)
        )
        speed = sp.lambdify([x, *names], rate, "mpmath")
        for point in points:
            at = [mpmath.mpf(int(point[positive.get(s, s)].p)) / int(point[positive.get(s, s)].q) for s in names]
            c0 = edge(0, *at)
            end = ends[0](0, *at) if side == 1 else ends[1](0, *at)
            starts = [
                c0 - side * k * mpmath.mpf(1) / 4 if mpmath.isinf(end) else c0 + (end - c0) * k / mpmath.mpf(5)
                for k in range(1, 5)
            ]
            values = [f(u, *at) for u in starts]
            heights = [abs(f(c0, *at)), *map(abs, values)]
            if abs(heights[0] - 1) > CLOSE or any(q >= p for p, q in pairwise(heights)):
                raise StochasticError(f"the transform does not decrease from 1 away from the level: {heights}")
            u = starts[0]
            rest = a(u, *at) * mpmath.diff(lambda v, at=at: f(v, *at), u) - speed(u, *at) * values[0]
            rest += c(u, *at) * mpmath.diff(lambda v, at=at: f(v, *at), u, 2)
            worst, tried = max(worst, float(abs(rest / values[0]) / (1 + abs(speed(u, *at))))), tried + 1
    if worst > CLOSE:
        raise StochasticError(f"the transform misses L φ = λ φ by {worst:.1e} in numbers; nothing is returned")
    return Evidence(Status.AGREED, f"L φ = λ φ by numeric derivatives to {worst:.1e}, decreasing, at {tried} points")
