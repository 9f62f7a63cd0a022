"""The law of the first time at a level: densities for Brownian motion with a drift A, A′ + A² constant, for an
Ornstein-Uhlenbeck process about the level and for absorption of radial processes; Laplace transforms otherwise.

References: A. Borodin, P. Salminen, Handbook of Brownian Motion, ch. II; L. Ricciardi, S. Sato, J. Appl. Prob. 25
(1988) 43 (Ornstein-Uhlenbeck to its mean).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.exact import is_positive
from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.exits.absorption import Absorption, absorption
from derive.stochastic.exits.passage import Passage
from derive.stochastic.exits.scale import need_autonomous, reachable
from derive.stochastic.laws.integration import by_integration
from derive.stochastic.shown.polish import polish
from derive.stochastic.solutions.lamperti import lamperti

if TYPE_CHECKING:
    from derive.stochastic.exits.hitting import Decaying
    from derive.stochastic.sde import SDE


def first_passage(sde: SDE, level: Any, x0: Any = None, wall: str | None = None) -> Passage:
    """The law of the first time at `level` from x0: density where closed, else the Laplace transform as `value`.

    Densities, with d the distance in z = ∫dx/b: d/√(2πt³) exp(−(d − μt)²/2t) (inverse Gaussian) where z has the drift
    μ, with h(c)/h(z0) e^{−d²/2t − γt/2} for a drift A = h′/h, A′ + A² = γ; for an Ornstein-Uhlenbeck process about the
    level 2dθ^{3/2} π^{−1/2} q^{1/2} (1 − q)^{−3/2} e^{−θd²q/(1−q)} with q = e^{−2θt}. Transforms: see `hitting`, at the
    end of a radial process `absorption`. x0 must be on one side of the level: StochasticError otherwise. wall: what
    happens at the end of the domain behind the start, if it is reached: see `exit_laws`.
    """
    from derive.stochastic.exits.exit_laws import from_beside_a_wall
    from derive.stochastic.exits.hitting import LEVEL, decaying, equation_holds, seen
    from derive.stochastic.sde import replace_sde
    from derive.stochastic.solutions.solution import start

    (first,) = start(sde, x0)
    need_autonomous(sde)
    sde = replace_sde(sde, domain=reachable(sde))
    sde.need_inside(level, first)
    low, high = sde.domain[0]
    if first in (low, high) and all(zero(e.subs(sde.x, first)) for e in (sde.ito_drift[0], sde.covariance[0, 0])):
        raise StochasticError(f"the process that starts at {plain(first)} stays there: drift and noise vanish")
    place = tuple(r for r in (first > low, first < high) if r not in (sp.true, sp.false) and not r.has(sp.oo))
    sde = replace_sde(sde, given=(*sde.given, *place))
    form, side, conditions = _oriented(sde, level, first)
    if wall not in (None, "absorbing", "reflecting"):
        raise StochasticError(f'wall is "absorbing" or "reflecting", for the end behind the start; got {wall!r}')
    if wall is not None:
        walled = from_beside_a_wall(sde, level, first, int(side), wall)
        if walled is not None:
            return walled
        if (low if side == 1 else high).is_finite is False or wall == "absorbing":
            raise StochasticError(
                f"no wall {wall!r} fits the end of ({plain(low)}, {plain(high)}) behind the start: leave it out"
            )
    facts = replace_sde(sde, given=(*sde.given, *conditions))
    rate = sp.Symbol("lambda" if "lambda" not in {p.name for p in sde.parameters} else "s", positive=True)
    ended = absorption(facts, form, level, rate)
    if ended is not None:
        return _absorbed(facts, ended, level, first, rate)
    phi = decaying(facts, form, int(side), rate, wall is not None)
    if phi is None:
        behind = None if form is None else form.image[0 if int(side) == 1 else 1]
        near = behind is not None and not behind.is_infinite
        hint = f"; the end behind the start lies at z = {plain(behind)}: is it a wall?" if near else ""
        raise Unsolvable(
            f"no closed first-passage law: L φ = λ φ is none of the equations of Brownian motion, parabolic cylinder, "
            f"Bessel, Kummer or hypergeometric functions in z = ∫dx/b, decaying away from the level{hint}"
        )
    conditions = (*conditions, *phi.conditions)
    given = (*sde.given, *conditions)
    x, ratio = sde.x, phi.form / phi.form.subs(sde.x, level)
    at_start, inside = {x: first}, tuple(r for r in sde.facts if r not in sde.given)
    laplace = sp.powsimp(ratio) if phi.ladder.family == "Brownian" else ratio
    probability = phi.probability.subs(LEVEL, level)
    density = _density(facts, form, level, side, phi, rate)
    checks = [equation_holds(facts, phi, rate), seen(sde, laplace, level, int(side), rate, (*given, *inside))]
    if density is not None:
        checks.append(_passage_checks(facts, density, laplace, probability, x, rate, first, given))
    time = f"the first time at {plain(level)}"
    name = f"E exp(−{plain(rate)} T), T {time}" if density is None else f"density of {time}"
    shown = laplace if density is None else polish(sp.powsimp(density.subs(at_start)), given)
    return Passage(
        sde,
        name,
        shown.subs(at_start),
        first,
        given,
        together(checks),
        sde.tidy(laplace.subs(at_start)) if phi.ladder.family == "Brownian" else laplace.subs(at_start),
        rate,
        sde.tidy(probability.subs(at_start)),
    )


def _absorbed(sde: SDE, ended: Absorption, level: Any, first: Any, rate: Any) -> Passage:
    """The law of the time to absorption, checked like every other."""
    given = (*sde.given, *ended.conditions)
    checks = _passage_checks(sde, ended.density, ended.laplace, ended.probability, sde.x, rate, first, given)
    density, chance = (sp.sympify(e).subs(sde.x, first) for e in (ended.density, ended.probability))
    laplace = None if ended.laplace is None else ended.laplace.subs(sde.x, first)
    shown = polish(sp.powsimp(density), given)
    name = f"density of the first time at {plain(level)}"
    return Passage(sde, name, shown, first, given, checks, laplace, rate, sde.tidy(chance))


def _oriented(sde: SDE, level: Any, first: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    """(Lamperti's form with b > 0 or None, +1 for a start below the level and −1 above, conditions)."""
    from derive.stochastic.sde import replace_sde

    form = lamperti(sde)
    if form is None:
        return None, _side(level - first, sde), ()
    side = _side(level - first, sde)
    if is_positive(-form.amplitude, sde.given) is True:
        form = lamperti(replace_sde(sde, diffusion=-sde.diffusion))
    if form is None:
        return None, side, ()
    if is_positive(form.amplitude, sde.given) is True:
        return form, side, ()
    return form, side, (form.amplitude > 0,)


def _density(sde: SDE, form: Any, level: Any, side: Any, phi: Decaying, rate: Any) -> Any | None:
    """The density as a function of the start sde.x, for A′ + A² constant in z or an Ornstein-Uhlenbeck process about
    the level, with nothing to hit behind the start."""
    family = phi.ladder.family
    if family not in ("Brownian", "parabolic cylinder"):
        return None
    z, t = form.symbol, sde.t
    drift, at_level = form.drift_in_z(), form.z.subs(sde.x, level)
    rising = side if form.slope == sp.diff(form.z, sde.x) else -side
    distance = rising * (at_level - form.z)
    if zero(sp.diff(drift, z), sde.given):
        mu = rising * drift
        return distance / sp.sqrt(2 * sp.pi * t**3) * sp.exp(-((distance - mu * t) ** 2) / (2 * t))
    theta = -sp.diff(drift, z)
    if family == "Brownian":
        gamma = sp.expand(-phi.ladder.ode[3] - 2 * rate)
        tilt = phi.ladder.factor / phi.ladder.factor.subs(sde.x, level)
        return tilt * distance / sp.sqrt(2 * sp.pi * t**3) * sp.exp(-(distance**2) / (2 * t) - gamma * t / 2)
    if not zero(drift.subs(z, at_level), sde.given):
        return None
    if is_positive(-theta, sde.given) is True:
        kappa, grown = -theta, sp.exp(-2 * theta * t)
        clock = (1 - 1 / grown) / (2 * kappa)
        return distance / sp.sqrt(2 * sp.pi * clock**3) * sp.exp(-(distance**2) / (2 * clock)) / grown
    left = sp.exp(-2 * theta * t)
    form_in_t = sp.exp(-theta * t - theta * distance**2 * left / (1 - left)) / (1 - left) ** sp.Rational(3, 2)
    return 2 * distance * theta ** sp.Rational(3, 2) / sp.sqrt(sp.pi) * form_in_t


def _passage_checks(
    sde: SDE, value: Any, laplace: Any, probability: Any, origin: Any, rate: Any, first: Any, given: tuple[Any, ...]
) -> Evidence:
    """The backward equation in the start (a generic one), the total probability, the Laplace transform."""
    backward = sde.ito_drift[0] * sp.diff(value, origin) + sde.covariance[0, 0] * sp.diff(value, origin, 2) / 2
    checks = [settled(sp.diff(value, sde.t), backward, given, "the backward equation")]
    clock = sp.Symbol(sde.t.name, positive=True)
    start_at = {origin: first, sde.t: clock}
    density = value.subs(start_at)
    always = (sp.S.Zero, sp.oo)
    hit = sp.sympify(probability).subs(start_at)
    checks.append(by_integration(density, clock, always, hit, given, "the total probability"))
    if laplace is None:
        return together(checks)
    damped = density * sp.exp(-rate * clock)
    checks.append(by_integration(damped, clock, always, laplace.subs(start_at), given, "the Laplace transform"))
    return together(checks)


def _side(reach: Any, sde: SDE) -> Any:
    """+1 if the level lies above the start in z, −1 if below; StochasticError if the assumptions leave it open."""
    if is_positive(reach, sde.given) is True:
        return sp.S.One
    if is_positive(-reach, sde.given) is True:
        return sp.S.NegativeOne
    raise StochasticError(
        f"whether the level lies above or below the start (their distance is {reach}) does not follow from the "
        f"assumptions; add a relation such as x0 < level to `given`"
    )
