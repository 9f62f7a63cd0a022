"""Where and when a scalar process leaves an interval: boundary value problems by scale and speed, first passage laws.

References: S. Karlin, H. Taylor, A Second Course in Stochastic Processes, ch. 15; A. Borodin, P. Salminen, Handbook of
Brownian Motion, ch. II; L. Ricciardi, S. Sato, J. Appl. Prob. 25 (1988) 43 (Ornstein-Uhlenbeck to its mean).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.exact import is_positive
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.integration import by_integration
from derive.stochastic.lamperti import antiderivative, lamperti
from derive.stochastic.normalisers import exponential_of
from derive.stochastic.polish import polish

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

WALLS = ("absorbing", "reflecting")
NOT_AGAIN = (sp.erf, sp.erfi, sp.erfc, sp.uppergamma, sp.lowergamma, sp.Ei, sp.expint, sp.hyper, sp.besseli, sp.besselk)


@dataclass(frozen=True)
class Passage:
    """A quantity of the exit from an interval as a function of the start.

    quantity: what `value` is, in words. start: the symbol of the start. given: conditions. evidence: the differential
    equation and the boundary values, put back. For first passages `value` is the density of the time, or where that is
    not closed its Laplace transform, as `quantity` says; `laplace` is the transform in `rate`, `probability` P(T < ∞).
    """

    sde: SDE
    quantity: str
    value: Any
    start: Any
    given: tuple[Any, ...]
    evidence: Evidence
    laplace: Any = None
    rate: Any = None
    probability: Any = None

    def __call__(self, start: Any) -> Any:
        """The value for a start."""
        return self.value.subs(self.start, start)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        return f"$\\displaystyle {latex(self.value)}$"

    def __str__(self) -> str:
        from derive.printing import plain

        return plain(self.value)


def scale_density(sde: SDE) -> Any:
    """s(x) = exp(−∫ 2a/b² dx): the derivative of the scale function S, L S = 0."""
    _need_scalar(sde)
    slope = antiderivative(sde.tidy(2 * sde.ito_drift[0] / sde.covariance[0, 0]), sde.x, _inside(sde), sde.given)
    if slope is None:
        raise Unsolvable("∫ 2a/b² dx was not found in closed form: no scale function")
    return sp.powsimp(exponential_of(sp.expand(-slope)))


def speed_density(sde: SDE) -> Any:
    """m(x) = 2/(b² s): L = (1/m) d/dx (1/s) d/dx."""
    return sde.tidy(2 / (sde.covariance[0, 0] * scale_density(sde)))


def scale(sde: SDE) -> Any:
    """The scale function S = ∫ s dx."""
    density = scale_density(sde)
    found = antiderivative(density, sde.x, _inside(sde), sde.given)
    if found is None:
        raise Unsolvable(f"the scale function ∫ {density} dx was not found in closed form")
    return found


def exit_probability(sde: SDE, a: Any, b: Any) -> Passage:
    """P(X leaves (a, b) at b) = (S(x) − S(a))/(S(b) − S(a)), S the scale function.

    An end may be a singular point or infinite, where S must have a finite limit: otherwise that end is never reached
    first, and StochasticError says so. Where S is not closed, the value keeps ∫ s dx as integrals between finite ends.
    """
    a, b = side(a), side(b)
    _ordered(a, b)
    sde.need_inside(a, b)
    told, sde = sde.given, _between(sde, a, b)
    x, s = sde.x, scale_or_none(sde)
    if s is None:
        return _exit_by_integrals(sde, a, b)
    conditions: list[Any] = []
    low, high = (at_end(s, x, end, direction, sde, conditions) for end, direction in ((a, "+"), (b, "-")))
    value = polish(sde.tidy((s - low) / (high - low)), (*sde.facts, *conditions))
    checks = [settled(sde.generator(value), sp.S.Zero, (*sde.facts, *conditions), "L u = 0")]
    for end, target, direction in ((a, sp.S.Zero, "+"), (b, sp.S.One, "-")):
        reached = at_end(value, x, end, direction, sde, [])
        checks.append(settled(reached, target, (*sde.given, *conditions), f"u({end}) = {target}"))
    return Passage(sde, f"probability to leave ({a}, {b}) at {b}", value, x, (*told, *conditions), together(checks))


def scale_or_none(sde: SDE) -> Any | None:
    """The scale function; None where ∫ s dx was not found."""
    return antiderivative(scale_density(sde), sde.x, _inside(sde), sde.given)


def _exit_by_integrals(sde: SDE, a: Any, b: Any) -> Passage:
    """u = ∫_a^x s dy / ∫_a^b s dy with s = exp(−∫ 2a/b²)."""
    s, x, y = scale_density(sde), sde.x, running(sde)
    _need_regular(s, sde, a, b)
    value = sp.Integral(s.subs(x, y), (y, a, x)) / sp.Integral(s.subs(x, y), (y, a, b))
    evidence = scale_equation(sde, s)
    return Passage(sde, f"probability to leave ({a}, {b}) at {b}", value, x, sde.given, evidence)


def running(sde: SDE) -> Any:
    return sp.Symbol("y" if sde.x.name != "y" else "xi", real=True)


def scale_equation(sde: SDE, s: Any) -> Evidence:
    drift, spread = sde.ito_drift[0], sde.covariance[0, 0]
    return settled(drift * s + spread * sp.diff(s, sde.x) / 2, sp.S.Zero, sde.facts, "L S = 0 for S′ = s")


def _need_regular(s: Any, sde: SDE, *ends: Any) -> None:
    """Ends at which integrals of s may begin: finite, s and 1/b² finite there."""
    for end in ends:
        at = [e.subs(sde.x, end) for e in (s, 1 / sde.covariance[0, 0])] if end.is_finite is not False else [sp.oo]
        if any(v.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds) for v in at):
            raise Unsolvable(
                f"the scale function ∫ {s} d{sde.x} was not found in closed form, and {end} is no regular end"
            )


def mean_exit_time(
    sde: SDE, a: Any, b: Any, walls: tuple[str, str] = ("absorbing", "absorbing"), power: int = 1
) -> Passage:
    """E T^power for the time T to leave (a, b): L u_k = −k u_{k−1}, u = 0 at absorbing ends, u′ = 0 at reflecting ones.

    walls: what happens at a and at b; not both may reflect. At an end with infinite scale, which is not reached, u is
    bounded instead. Where the integrals are not closed, the mean keeps them (see `exit_times`).
    """
    a, b = side(a), side(b)
    _ordered(a, b)
    sde.need_inside(a, b)
    _need_autonomous(sde)
    if any(w not in WALLS for w in walls) or len(walls) != 2 or walls == ("reflecting", "reflecting"):
        raise StochasticError(f"walls is a pair of {WALLS}, at least one absorbing; got {walls}")
    told, sde = sde.given, _between(sde, a, b)
    try:
        found = _by_boundary_values(sde, a, b, walls, power)
        return replace(found, given=(*told, *(g for g in found.given if g not in sde.given)))
    except StochasticError:
        if power > 1:
            raise
        from derive.stochastic.exit_times import time_by_integrals

        try:
            return replace(time_by_integrals(sde, a, b, walls), given=told)
        except StochasticError:
            pass
        raise


def _by_boundary_values(sde: SDE, a: Any, b: Any, walls: tuple[str, str], power: int) -> Passage:
    """The mean exit time, or a moment of it, from the closed general solution P + p + q S."""
    x, s, conditions = sde.x, scale_density(sde), []
    big, before = scale_or_none(sde), sp.S.One
    ends = ((a, walls[0], "+"), (b, walls[1], "-"))
    checks: list[Evidence] = []
    for order in range(1, power + 1):
        if big is None:
            raise Unsolvable(f"the scale function ∫ {s} dx was not found in closed form")
        inner = _integral(sde, order * before * sde.tidy(2 / (sde.covariance[0, 0] * s)))
        if inner.has(*NOT_AGAIN):
            raise Unsolvable(f"∫ {s * inner} d{x} has no elementary form")
        particular = -_integral(sde, sde.tidy(sp.expand(s * inner)))
        p, q = sp.symbols("p q", cls=sp.Dummy)
        equations, bounded = [], []
        for end, wall, direction in ends:
            equation = _condition(sde, (particular, big, s), (p, q), (end, wall, direction), conditions)
            bounded.append(equation == q)
            equations.append(equation)
        solution = sp.solve(equations, (p, q), dict=True)
        if not solution or set(solution[0]) != {p, q}:
            raise Unsolvable(f"the boundary values at {a} and {b} do not fix the solution: an end is never reached")
        general = particular + p + q * big
        value = polish(sde.tidy(general.subs(solution[0])), (*sde.facts, *conditions))
        facts = (*sde.facts, *conditions)
        checks.append(settled(sde.generator(value), -order * before, facts, f"L u = −{order} u_{order - 1}"))
        for (end, wall, direction), unreached in zip(ends, bounded, strict=True):
            shown = value if wall == "absorbing" else sp.diff(value, x) / s
            reached = at_end(shown, x, end, direction, sde, [])
            if not unreached:
                checks.append(settled(reached, sp.S.Zero, (*sde.given, *conditions), f"the {wall} wall at {end}"))
        before = value
    name = "mean" if power == 1 else f"moment of order {power} of the"
    return Passage(sde, f"{name} time to leave ({a}, {b})", before, x, (*sde.given, *conditions), together(checks))


def _condition(
    sde: SDE, parts: tuple[Any, Any, Any], names: tuple[Any, Any], place: tuple[Any, str, str], conditions: list[Any]
) -> Any:
    """What P + p + q S obeys at an end, as an expression that vanishes; q where S is infinite there and P is not."""
    (particular, big, s), (p, q), (end, wall, direction) = parts, names, place
    x = sde.x
    if wall == "reflecting":
        return sp.expand(at_end(sp.diff(particular, x) / s, x, end, direction, sde, conditions) + q)
    try:
        height = at_end(big, x, end, direction, sde, conditions)
    except StochasticError:
        at_end(particular, x, end, direction, sde, conditions)
        return q
    return sp.expand(at_end(particular, x, end, direction, sde, conditions) + p + q * height)


def first_passage(sde: SDE, level: Any, x0: Any = None) -> Passage:
    """The law of the first time at `level` from x0: density where closed, else the Laplace transform as `value`.

    Densities, with d the distance in z = ∫dx/b: d/√(2πt³) exp(−(d − μt)²/2t) (inverse Gaussian) where z has the drift
    μ; for an Ornstein-Uhlenbeck process about the level 2dθ^{3/2} π^{−1/2} q^{1/2} (1 − q)^{−3/2} e^{−θd²q/(1−q)}
    with q = e^{−2θt}. Transforms: see `hitting`. x0 must be on one side of the level for all parameters:
    StochasticError otherwise.
    """
    from derive.stochastic.hitting import LEVEL, decaying, equation_holds, seen
    from derive.stochastic.sde import replace_sde
    from derive.stochastic.solution import start

    (first,) = start(sde, x0)
    _need_autonomous(sde)
    sde = replace_sde(sde, domain=_inside(sde))
    sde.need_inside(level, first)
    form, side, conditions = _oriented(sde, level, first)
    facts = replace_sde(sde, given=(*sde.given, *conditions))
    rate = sp.Symbol("lambda" if "lambda" not in {p.name for p in sde.parameters} else "s", positive=True)
    phi = decaying(facts, form, int(side), rate)
    if phi is None:
        behind = None if form is None else form.image[0 if int(side) == 1 else 1]
        hint = "" if behind is None or behind.is_infinite else f"; the end behind the start lies at z = {behind}"
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
    density = _density(facts, form, level, side, phi.ladder.family)
    checks = [equation_holds(facts, phi, rate), seen(sde, laplace, level, int(side), rate, (*given, *inside))]
    if density is not None:
        checks.append(_passage_checks(facts, density, laplace, probability, x, rate, first, given))
    time = f"the first time at {level}"
    name = f"E exp(−{rate} T), T {time}" if density is None else f"density of {time}"
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


def _density(sde: SDE, form: Any, level: Any, side: Any, family: str) -> Any | None:
    """The density as a function of the start sde.x, for constant drift in z or an Ornstein-Uhlenbeck process about the
    level, with nothing to hit behind the start."""
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
    if family == "Brownian" or not zero(drift.subs(z, at_level), sde.given):
        return None
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


def _need_scalar(sde: SDE) -> None:
    if sde.n != 1:
        raise StochasticError(f"scale and speed belong to scalar processes; there are {sde.n} states")
    _need_autonomous(sde)
    if sde.covariance[0, 0] == 0:
        raise StochasticError("there is no noise: the path is that of an ordinary differential equation")


def _need_autonomous(sde: SDE) -> None:
    if any(e.has(sde.t) for e in (*sde.ito_drift, *sde.covariance)):
        raise StochasticError(f"the coefficients depend on {sde.t}: exit problems are solved for time-independent ones")


def _between(sde: SDE, a: Any, b: Any) -> SDE:
    """The process on its natural domain, with a < x < b inside that domain among its assumptions."""
    from derive.stochastic.sde import replace_sde

    low, high = _inside(sde)
    relations = (a >= low, b <= high, a < b, sde.x > a, sde.x < b)
    known = tuple(r for r in relations if r not in (sp.true, sp.false) and not r.has(sp.oo, -sp.oo))
    return replace_sde(sde, domain=(low, high), given=(*sde.given, *known))


def _ordered(a: Any, b: Any) -> None:
    if (a - b).is_extended_nonnegative:
        raise StochasticError(f"the interval ({a}, {b}) is empty: give the lower end first")


def _inside(sde: SDE) -> tuple[Any, Any]:
    from derive.stochastic.lamperti import natural_domain

    return natural_domain(sde)


def _integral(sde: SDE, f: Any) -> Any:
    found = antiderivative(f, sde.x, _inside(sde), sde.given)
    if found is None:
        raise Unsolvable(f"∫ {f} d{sde.x} was not found in closed form")
    return found


def at_end(f: Any, x: Any, end: Any, direction: str, sde: SDE, conditions: list[Any]) -> Any:
    """f at the end: its value, or its limit where it is singular there, looked at in numbers beside the end.

    A power x^p at 0 with p of unknown sign is taken with p > 0, which is noted as a condition.
    """
    f = sp.powsimp(f) if f.count_ops() < 300 else f
    if end.is_finite is not False:
        value = f.subs(x, end)
        if not value.has(sp.nan, sp.zoo, sp.oo) and not _loose_powers(f, x, end):
            return value
    table = {}
    for power in _loose_powers(f, x, end):
        if is_positive(power.exp, (*sde.given, *conditions)) is not True:
            if is_positive(-power.exp, sde.given) is True:
                continue
            conditions.append(power.exp > 0)
        table[power] = sp.S.Zero
    if table:
        return f.xreplace(table).subs(x, end)
    try:
        value = sp.limit(f, x, end, direction) if end.is_finite is not False else sp.limit(f, x, end)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise Unsolvable(f"the limit of {f} for {x} → {end} was not found: {error}") from error
    if value.is_finite is False or value.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds):
        raise StochasticError(f"the end {end} is never reached first: the scale function is infinite there")
    _seen_near(f, value, x, end, direction, sde, conditions)
    return value


def _loose_powers(f: Any, x: Any, end: Any) -> list[Any]:
    """Powers x^p with parameters in p, which at 0 depend on the sign of p."""
    return [p for p in sorted(f.atoms(sp.Pow), key=str) if end == 0 and p.base == x and p.exp.free_symbols - {x}]


def _seen_near(f: Any, value: Any, x: Any, end: Any, direction: str, sde: SDE, conditions: list[Any]) -> None:
    """Unsolvable if at random parameters f very close to the end is far from the limit that SymPy gave."""
    import random

    from derive.sampling import NoPoint, admissible

    step = sp.Rational(1, 10**60) * (1 if direction == "+" else -1)
    near = (
        end + step if end.is_finite is not False else (sp.Integer(10) ** 4 if end == sp.oo else -(sp.Integer(10) ** 4))
    )
    symbols = (f.free_symbols | value.free_symbols) - {x}
    facts = tuple(g for g in (*sde.given, *conditions) if not g.has(x))
    try:
        points = list(admissible(symbols, facts, random.Random(3), 4, real=True))
    except NoPoint:
        return
    for point in points:
        got, want = (sp.N(e.xreplace(point), 40) for e in (f.xreplace({x: near}), value))
        if not (got.is_number and abs(got - want) <= abs(want) / 100 + sp.Rational(1, 100)):
            raise Unsolvable(
                f"for {x} → {end} the limit {value} of {f} is not what its values show at {point}: it depends on the "
                f"parameters; add assumptions to `given`"
            )
