"""Where and when a scalar process leaves an interval: boundary value problems by scale and speed.

With u the probability to leave at b and L f = −1, both ends absorbing: E T = f(x) − f(a) − (f(b) − f(a)) u(x).
Reference: S. Karlin, H. Taylor, A Second Course in Stochastic Processes, ch. 15.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.exits.scale import (
    at_end,
    need_autonomous,
    need_regular,
    reachable,
    running,
    scale_density,
    scale_equation,
    scale_or_none,
)
from derive.stochastic.shown.polish import polish, weight
from derive.stochastic.solutions.lamperti import antiderivative, parts_of_the_line

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

_THREE_HALVES = sp.Rational(3, 2)
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
        return plain(self.value)


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
    value = _ratio(sde, s, low, high, (*sde.facts, *conditions))
    checks = [settled(sde.generator(value), sp.S.Zero, (*sde.facts, *conditions), "L u = 0")]
    for end, target, direction in ((a, sp.S.Zero, "+"), (b, sp.S.One, "-")):
        reached = at_end(value, x, end, direction, sde, [])
        checks.append(settled(reached, target, (*sde.given, *conditions), f"u({plain(end)}) = {plain(target)}"))
    name = f"probability to leave ({plain(a)}, {plain(b)}) at {plain(b)}"
    return Passage(sde, name, value, x, (*told, *conditions), together(checks))


def _ratio(sde: SDE, s: Any, low: Any, high: Any, facts: tuple[Any, ...]) -> Any:
    """(S − S(a))/(S(b) − S(a)), the shortest of its forms: constant factors cancelled, or powers left as they are."""
    constant, shape = s.as_independent(sde.x, as_Add=False)
    first, last = low / constant, high / constant
    above, below = (sp.powsimp(part, combine="exp") for part in (shape - first, last - first))
    forms = [polish(sde.tidy((s - low) / (high - low)), facts), above / below, -above / -below]
    return min(forms, key=weight)


def _exit_by_integrals(sde: SDE, a: Any, b: Any) -> Passage:
    """u = ∫_a^x s dy / ∫_a^b s dy with s = exp(−∫ 2a/b²)."""
    s, x, y = scale_density(sde), sde.x, running(sde)
    need_regular(s, sde, a, b)
    value = sp.Integral(s.subs(x, y), (y, a, x)) / sp.Integral(s.subs(x, y), (y, a, b))
    evidence = scale_equation(sde, s)
    return Passage(sde, f"probability to leave ({plain(a)}, {plain(b)}) at {plain(b)}", value, x, sde.given, evidence)


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
    need_autonomous(sde)
    if any(w not in WALLS for w in walls) or len(walls) != 2 or walls == ("reflecting", "reflecting"):
        raise StochasticError(f"walls is a pair of {WALLS}, at least one absorbing; got {walls}")
    told, sde = sde.given, _between(sde, a, b)
    try:
        found = _by_boundary_values(sde, a, b, walls, power)
        return replace(found, given=(*told, *(g for g in found.given if g not in sde.given)))
    except StochasticError:
        if power > 1:
            raise
        from derive.stochastic.exits.exit_times import time_by_integrals

        try:
            found = time_by_integrals(sde, a, b, walls)
            return replace(found, given=(*told, *(g for g in found.given if g not in sde.given)))
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
            raise Unsolvable(f"the scale function ∫ {plain(s)} dx was not found in closed form")
        inner = _integral(sde, order * before * sde.tidy(2 / (sde.covariance[0, 0] * s)))
        finite = a.is_finite is not False and b.is_finite is not False
        again = _of_error_function(s * inner, x) if finite and inner.has(*NOT_AGAIN) else None
        if inner.has(*NOT_AGAIN) and again is None:
            raise Unsolvable(f"∫ {plain(s * inner)} d{plain(x)} has no elementary form")
        particular = -_integral(sde, sde.tidy(sp.expand(s * inner))) if again is None else -again
        p, q = sp.symbols("p q", cls=sp.Dummy)
        equations, bounded = [], []
        for end, wall, direction in ends:
            equation = _condition(sde, (particular, big, s), (p, q), (end, wall, direction), conditions)
            bounded.append(equation == q)
            equations.append(equation)
        solution = sp.solve(equations, (p, q), dict=True)
        if not solution or set(solution[0]) != {p, q}:
            raise Unsolvable(
                f"the boundary values at {plain(a)} and {plain(b)} do not fix the solution: an end is never reached"
            )
        general = particular + p + q * big
        facts = (*sde.facts, *conditions)
        value = polish(sde.tidy(general.subs(solution[0])), facts)
        if order == 1 and walls == ("absorbing", "absorbing") and not any(bounded):
            value = min(value, _by_probability(sde, particular, big, (a, b), facts), key=weight)
        checks.append(settled(sde.generator(value), -order * before, facts, f"L u = −{order} u_{order - 1}"))
        for (end, wall, direction), unreached in zip(ends, bounded, strict=True):
            shown = value if wall == "absorbing" else sp.diff(value, x) / s
            reached = at_end(shown, x, end, direction, sde, [])
            if not unreached:
                told = f"the {wall} wall at {plain(end)}"
                checks.append(settled(reached, sp.S.Zero, (*sde.given, *conditions), told))
        before = value
    name = "mean" if power == 1 else f"moment of order {power} of the"
    name = f"{name} time to leave ({plain(a)}, {plain(b)})"
    return Passage(sde, name, before, x, (*sde.given, *conditions), together(checks))


def _of_error_function(f: Any, x: Any) -> Any | None:
    """∫ erf(u) e^{u²} dx = u² F(u²)/(√π u′), ∫ erfi(u) e^{−u²} dx = u² F(−u²)/(√π u′) with F = ₂F₂(1, 1; 3/2, 2; ·),
    for u linear in x, by the series of e^{u²} erf(u) (DLMF 7.6.2) term by term; None for other integrands."""
    found = f.atoms(sp.erf, sp.erfi)
    if len(found) != 1:
        return None
    (node,) = found
    u, turn = node.args[0], sp.S.One if isinstance(node, sp.erf) else -sp.S.One
    constant, rest = sp.powsimp(sp.cancel(f / node), combine="exp").as_independent(x, as_Add=False)
    slope, shift = sp.diff(u, x), sp.expand(sp.expand_log(sp.log(rest), force=True) - turn * u**2)
    if slope.has(x) or shift.has(x):
        return None
    series = sp.hyper((1, 1), (_THREE_HALVES, 2), turn * u**2)
    return constant * sp.exp(shift) * u**2 * series / (sp.sqrt(sp.pi) * slope)


def _by_probability(sde: SDE, particular: Any, big: Any, ends: tuple[Any, Any], facts: tuple[Any, ...]) -> Any:
    """f − f(a) − (f(b) − f(a)) u with u the probability to leave at b."""
    x, f = sde.x, particular.as_independent(sde.x, as_Add=True)[1]
    f = min(f, sde.tidy(f), key=weight)
    front, shape = f.as_independent(x, as_Add=False)
    (f_a, s_a), (f_b, s_b) = (
        [at_end(g, x, end, way, sde, []) for g in (shape, big)] for end, way in zip(ends, "+-", strict=True)
    )
    rise, climb = (polish(g - f_a, facts) for g in (f_b, shape))
    return front * (climb - rise * _ratio(sde, big, s_a, s_b, facts))


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


def _between(sde: SDE, a: Any, b: Any) -> SDE:
    """The process on its natural domain, or on the part of the line on which a and b lie, with a < x < b among its
    assumptions; StochasticError if a coefficient is singular between them: a path from one to the other meets it."""
    from derive.stochastic.sde import replace_sde

    (low, high), parts = reachable(sde), parts_of_the_line(sde)
    for _, p in parts[:-1]:
        if (p - a).is_extended_positive and (b - p).is_extended_positive:
            raise StochasticError(
                f"between {plain(a)} and {plain(b)} the noise vanishes or a coefficient is singular, at {plain(p)}: S "
                "has no meaning across "
                f"it; ask on one side of {plain(p)}"
            )
    if sp.false in ((a >= low), (b <= high)) and sde.domain[0] == (-sp.oo, sp.oo):
        low, high = next((part for part in parts if sp.false not in ((a >= part[0]), (b <= part[1]))), (low, high))
    relations = (a >= low, b <= high, a < b, sde.x > a, sde.x < b)
    known = tuple(r for r in relations if r not in (sp.true, sp.false) and not r.has(sp.oo, -sp.oo))
    return replace_sde(sde, domain=(low, high), given=(*sde.given, *known))


def _ordered(a: Any, b: Any) -> None:
    if (a - b).is_extended_nonnegative:
        raise StochasticError(f"the interval ({plain(a)}, {plain(b)}) is empty: give the lower end first")


def _integral(sde: SDE, f: Any) -> Any:
    found = antiderivative(f, sde.x, reachable(sde), sde.given)
    if found is None:
        raise Unsolvable(f"∫ {plain(f)} d{plain(sde.x)} was not found in closed form")
    return found
