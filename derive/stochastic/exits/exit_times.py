"""Mean exit times as integrals over speed and scale, where the boundary value problem has no closed solution.

With s = exp(−∫2a/b²), m = 2/(b² s), both ends absorbing: E T = u(x) J(b) − J(x), J(x) = ∫_a^x s(y) ∫_a^y m dz dy, u the
probability to leave at b. Where the end a reflects or is never reached, E T = ∫_x^b s(y) ∫_a^y m dz dy, if ∫_a m is
finite (Kramers' problem: C. Gardiner, Stochastic Methods, sec. 5.2.7; S. Karlin, H. Taylor, A Second Course, ch. 15.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.stochastic.checking import settled, together, zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.exits.passage import Passage
from derive.stochastic.exits.scale import at_end, running, scale_density, scale_equation
from derive.stochastic.solutions.lamperti import antiderivative

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

Walls = tuple[str, str]


def time_by_integrals(sde: SDE, a: Any, b: Any, walls: Walls) -> Passage:
    """E T with what integrals are left; Unsolvable where they do not exist or both ends keep the process in."""
    x, y, s = sde.x, running(sde), scale_density(sde)
    m = sde.tidy(2 / (sde.covariance[0, 0] * s))
    kept = [wall == "reflecting" or _unreached(sde, end) for end, wall in zip((a, b), walls, strict=True)]
    if all(kept):
        raise Unsolvable(f"the process leaves ({plain(a)}, {plain(b)}) at neither end: there is no exit")
    closed = antiderivative(m, x, sde.domain[0], sde.given)
    checks = [scale_equation(sde, s), settled(sde.covariance[0, 0] * s * m / 2, sp.S.One, sde.facts, "L J = 1")]
    conditions: list[Any] = []
    if closed is not None:
        checks.append(settled(sp.diff(closed, x), m, sde.facts, "M′ = m"))
        conditions += _generic(closed, x, sde)
    z = sp.Symbol(y.name + "_1", real=True)

    def mass(low: Any, high: Any, end: Any, direction: str) -> Any:
        """∫ m from one place to another, one of which is an end."""
        if closed is None:
            if not _finite_speed(sde, end):
                _need_regular(sde, m, end, "the speed density")
            return sp.Integral(m.subs(x, z), (z, low, high))
        at = at_end(closed, x, end, direction, sde, conditions)
        return closed.subs(x, high) - at if low == end else at - closed.subs(x, low)

    if any(kept):
        exit_end = b if kept[0] else a
        weight = mass(a, y, a, "+") if kept[0] else mass(y, b, b, "-")
        limits = (x, b) if kept[0] else (a, x)
        value = _integral(sde, s.subs(x, y) * weight, (y, *limits), exit_end, conditions)
    else:
        weighted = s.subs(x, y) * mass(a, y, a, "+")
        for end in (a, b):
            _need_regular(sde, s, end, "the scale density")
        chance = _running_integral(s.subs(x, y), (y, a, x)) / _running_integral(s.subs(x, y), (y, a, b))
        value = chance * _running_integral(weighted, (y, a, b)) - _running_integral(weighted, (y, a, x))
    conditions = [c for c in conditions if not (isinstance(c, sp.Ne) and sp.Gt(c.lhs, 0) in conditions)]
    given = (*sde.given, *dict.fromkeys(conditions))
    return Passage(sde, f"mean time to leave ({plain(a)}, {plain(b)})", value, x, given, together(checks))


def _running_integral(f: Any, limits: tuple[Any, Any, Any]) -> Any:
    """∫ f over (low, high), done where f is a constant."""
    y, low, high = limits
    return sp.Integral(f, limits) if f.has(y) else f * (high - low)


def _generic(closed: Any, x: Any, sde: SDE) -> list[Any]:
    """e ≠ 0 for the powers x^e/e of an antiderivative: where e = 0 there is a logarithm in their place."""
    powers = {p.exp for p in closed.atoms(sp.Pow) if p.base == x and p.exp.free_symbols}
    open_ones = [e for e in powers if is_positive(e, sde.given) is not True and is_positive(-e, sde.given) is not True]
    return [sp.Ne(e, 0) for e in sorted(open_ones, key=sp.default_sort_key) if zero(e, sde.given) is not True]


def _unreached(sde: SDE, end: Any) -> bool:
    """Whether the scale function is infinite at an end: it is then never reached first."""
    try:
        finite = sde.boundary(end).attracting
    except (Unsolvable, StochasticError):
        return False
    if isinstance(finite, sp.Gt):
        return _follows(finite.rhs - finite.lhs, sde)
    return finite in (False, sp.false)


def _follows(e: Any, sde: SDE) -> bool:
    """Whether e ≥ 0 follows from the assumptions on its own symbols, all of them or one alone."""
    facts = tuple(g for g in sde.given if g.free_symbols <= e.free_symbols)
    return any(is_nonnegative(e, some) is True for some in (facts, *((g,) for g in facts)))


def _finite_speed(sde: SDE, end: Any) -> bool:
    """Whether ∫ m converges at an end: m ~ e^{K y^{−q}} y^r at the distance y with K < 0, or K = 0 and r > −1."""
    try:
        k, _, r = sde.boundary(end).speed
    except (Unsolvable, StochasticError):
        return False
    if zero(k, sde.given):
        return is_positive(r + 1, sde.given) is True
    return is_positive(-k, sde.given) is True


def _integral(sde: SDE, f: Any, limits: tuple[Any, Any, Any], exit_end: Any, conditions: list[Any]) -> Any:
    """∫ f in closed form where an antiderivative is found, else left standing between a place and the exit.

    Conditions under which the antiderivative has a value at the exit are noted.
    """
    y, low, high = limits
    _need_regular(sde, f.subs(y, sde.x), exit_end, "the integrand")
    found = None
    if not f.has(sp.Integral, sp.erf, sp.erfi, sp.uppergamma):
        found = antiderivative(sp.powsimp(sp.expand(f)).subs(y, sde.x), sde.x, sde.domain[0], sde.given)
    if found is None:
        return sp.Integral(f, limits)
    ends = [
        at_end(found, sde.x, end, direction, sde, conditions) if end == exit_end else found.subs(sde.x, end)
        for end, direction in ((low, "+"), (high, "-"))
    ]
    value = ends[1] - ends[0]
    return sp.Integral(f, limits) if value.has(sp.nan, sp.zoo, sp.oo) else sde.tidy(value)


def _need_regular(sde: SDE, f: Any, end: Any, what: str) -> None:
    """Unsolvable where an integral from an end would begin at a pole, or at infinity without a closed form."""
    at = f.subs(sde.x, end) if end.is_finite is not False else sp.oo
    if at.has(sp.oo, sp.zoo, sp.nan, sp.AccumBounds):
        raise Unsolvable(f"{what} {plain(f)} has no closed integral, and {plain(end)} is no regular end")
