"""Scale and speed of a scalar diffusion, L = (1/m) d/dx (1/s) d/dx, and their values at the ends of its domain.

s(x) = exp(−∫ 2a/b² dx), m = 2/(b² s), S = ∫ s dx, L S = 0.
Reference: S. Karlin, H. Taylor, A Second Course in Stochastic Processes, ch. 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence
from derive.exact import is_positive
from derive.printing import plain
from derive.stochastic.checking import settled
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.laws.normalisers import exponential_of
from derive.stochastic.solutions.lamperti import antiderivative

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def scale_density(sde: SDE) -> Any:
    """s(x) = exp(−∫ 2a/b² dx): the derivative of the scale function S, L S = 0."""
    need_scalar(sde)
    slope = antiderivative(sde.tidy(2 * sde.ito_drift[0] / sde.covariance[0, 0]), sde.x, reachable(sde), sde.given)
    if slope is None:
        raise Unsolvable("∫ 2a/b² dx was not found in closed form: no scale function")
    return sp.powsimp(exponential_of(sp.expand(-slope)))


def speed_density(sde: SDE) -> Any:
    """m(x) = 2/(b² s): L = (1/m) d/dx (1/s) d/dx."""
    return sde.tidy(2 / (sde.covariance[0, 0] * scale_density(sde)))


def scale(sde: SDE) -> Any:
    """The scale function S = ∫ s dx."""
    density = scale_density(sde)
    found = antiderivative(density, sde.x, reachable(sde), sde.given)
    if found is None:
        raise Unsolvable(f"the scale function ∫ {plain(density)} dx was not found in closed form")
    return found


def scale_or_none(sde: SDE) -> Any | None:
    """The scale function; None where ∫ s dx was not found."""
    return antiderivative(scale_density(sde), sde.x, reachable(sde), sde.given)


def scale_equation(sde: SDE, s: Any) -> Evidence:
    drift, spread = sde.ito_drift[0], sde.covariance[0, 0]
    return settled(drift * s + spread * sp.diff(s, sde.x) / 2, sp.S.Zero, sde.facts, "L S = 0 for S′ = s")


def running(sde: SDE) -> Any:
    return sp.Symbol("y" if sde.x.name != "y" else "xi", real=True)


def need_regular(s: Any, sde: SDE, *ends: Any) -> None:
    """Ends at which integrals of s may begin: finite, s and 1/b² finite there."""
    for end in ends:
        at = [e.subs(sde.x, end) for e in (s, 1 / sde.covariance[0, 0])] if end.is_finite is not False else [sp.oo]
        if any(v.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds) for v in at):
            raise Unsolvable(
                f"the scale function ∫ {plain(s)} d{plain(sde.x)} was not found in closed form, and {plain(end)} is no "
                "regular end"
            )


def need_scalar(sde: SDE) -> None:
    if sde.n != 1:
        raise StochasticError(f"scale and speed belong to scalar processes; there are {sde.n} states")
    need_autonomous(sde)
    sde.need_real()
    if sde.covariance[0, 0] == 0:
        raise StochasticError("there is no noise: the path is that of an ordinary differential equation")


def need_autonomous(sde: SDE) -> None:
    if any(e.has(sde.t) for e in (*sde.ito_drift, *sde.covariance)):
        raise StochasticError(
            f"the coefficients depend on {plain(sde.t)}: exit problems are solved for time-independent ones"
        )


def reachable(sde: SDE) -> tuple[Any, Any]:
    from derive.stochastic.solutions.lamperti import natural_domain

    return natural_domain(sde)


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
        raise Unsolvable(f"the limit of {plain(f)} for {plain(x)} → {plain(end)} was not found: {error}") from error
    if value.is_finite is False or value.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds):
        raise StochasticError(f"the end {plain(end)} is never reached first: the scale function is infinite there")
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
                f"for {plain(x)} → {plain(end)} the limit {plain(value)} of {plain(f)} is not what its values show at "
                f"{plain(point)}: it depends on the "
                f"parameters; add assumptions to `given`"
            )
