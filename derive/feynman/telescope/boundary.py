"""Boundary values of an antiderivative G: limits at the ends, oscillating parts in the sense of Abel, breaks inside.

At an infinite end G = decaying or convergent part + Σ A(x) sin φ(x) or A(x) cos φ(x), A of algebraic growth, φ′ ≠ 0 at
infinity. With a factor e^{−εx} under the integral sign, ε → 0+, each such wave contributes 0 (Abel's mean; Hardy,
Divergent Series, §§ 4.7, 5.14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mpmath
import sympy as sp

from derive.feynman.limits import limited
from derive.feynman.telescope.asymptotic import leading_terms
from derive.rules.analysis.limitvalue import limit_value
from derive.rules.places import value_at

SECONDS = 1.0
GRID = 240
MOST_BREAKS = 6
_ALGEBRAIC = (sp.log, sp.atan, sp.erf, sp.Si, sp.tanh)


@dataclass(frozen=True)
class Wave:
    """amplitude · kind(phase), kind = sin or cos, the phase going to ±∞ as a polynomial."""

    amplitude: Any
    kind: Any
    phase: Any

    @property
    def expr(self) -> Any:
        """As an expression."""
        return self.amplitude * self.kind(self.phase)


@dataclass(frozen=True)
class End:
    """The value of G at an end, in the sense of Abel where there are `waves`; `given`: what it needs."""

    value: Any
    waves: tuple[Wave, ...] = ()
    given: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Break:
    """A point inside the range with the limits of G from the left and from the right."""

    place: Any
    left: Any
    right: Any


def end_value(G: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> End | None:
    """The limit of G at an end of the range; None where none is found."""
    if not G.has(x):
        return End(G)
    if not end.is_infinite:
        direct = limited(SECONDS, value_at, G, x, end)
        if direct is not None and _continuous_there(G, x, end):
            return End(direct)
    known = limited(SECONDS, limit_value, G, x, end, side, given)
    if known is not None:
        return End(known) if _is_finite(known) else None
    local = limited(SECONDS, leading_terms, G, x, end, side, given)
    local = G if local is None else local
    if end.is_infinite:
        found = limited(2 * SECONDS, _with_waves, local, x, end, side, given)
        if found is not None:
            return found
    if local != G:
        known = limited(SECONDS, limit_value, local, x, end, side, given)
        if known is not None and _is_finite(known):
            return End(known)
    total = sp.S.Zero
    for term in sp.Add.make_args(local):
        value = limited(SECONDS, limit_value, term, x, end, side, given)
        if value is None or not _is_finite(value):
            break
        total += value
    else:
        return End(total)
    value = limited(2 * SECONDS, sp.limit, local, x, end, side)
    if value is not None and _is_finite(value) and not value.has(sp.Limit, sp.AccumBounds, x):
        return End(value)
    return None


def _is_finite(value: Any) -> bool:
    return not value.has(sp.oo, -sp.oo, sp.zoo, sp.nan)


def _continuous_there(G: Any, x: Any, end: Any) -> bool:
    """Whether nothing in G is singular at the end: no denominator vanishes, no root or logarithm has a zero below."""
    for node in sp.preorder_traversal(G):
        if isinstance(node, sp.Pow) and node.base.has(x) and not node.exp.is_nonnegative:
            here = node.base.xreplace({x: end})
            if here.is_zero or sp.expand(here) == 0 or limited(0.3, sp.simplify, here) == 0:
                return False
        if isinstance(node, (sp.log, sp.tan, sp.cot, sp.Ci, sp.Ei, sp.besselk, sp.bessely)) and node.has(x):
            value = node.xreplace({x: end})
            if value.has(sp.zoo, sp.oo, -sp.oo, sp.nan):
                return False
    return True


# -- oscillation --------------------------------------------------------------------------------------------------


def _with_waves(local: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> End | None:
    turning = [f for f in local.atoms(sp.exp) if f.has(x) and f.has(sp.I)]
    local = local.xreplace({f: _euler(f.args[0]) for f in turning})
    total, waves, conditions = sp.S.Zero, [], []
    for term in sp.Add.make_args(sp.expand(local)):
        plain = limit_value(term, x, end, side, given)
        if plain is not None:
            total += plain
            continue
        for amplitude, kind, phase in _as_waves(term, x):
            if kind is None or not phase.has(x):
                value = limit_value(amplitude * (kind(phase) if kind is not None else 1), x, end, side, given)
                if value is None:
                    return None
                total += value
                continue
            condition = _turns(phase, x, given)
            if condition is None or not _algebraic(amplitude, x):
                return None
            decays = limit_value(amplitude, x, end, side, given)
            if decays != 0:
                waves.append(Wave(amplitude, kind, phase))
                conditions += [c for c in condition if c not in conditions]
    return End(total, tuple(waves), tuple(conditions)) if _is_finite(total) else None


def _euler(exponent: Any) -> Any:
    """e^{p + iq} = e^p (cos q + i sin q), for real p, q."""
    real, turn = sp.expand(exponent).as_real_imag()
    return sp.exp(real) * (sp.cos(turn) + sp.I * sp.sin(turn))


def _as_waves(term: Any, x: Any) -> list[tuple[Any, Any, Any]]:
    """A product as Σ amplitude · sin or cos of a phase; kind None where nothing oscillates."""
    amplitude, factors = sp.S.One, []
    for factor in sp.Mul.make_args(term):
        base, e = factor.as_base_exp()
        if isinstance(base, (sp.sin, sp.cos)) and base.has(x) and e.is_Integer and e > 0:
            factors += [base] * int(e)
        else:
            amplitude *= factor
    parts: list[tuple[Any, Any, Any]] = [(amplitude, None, sp.S.Zero)]
    for f in factors:
        parts = [new for part in parts for new in _product(part, f)]
    return parts


def _product(part: tuple[Any, Any, Any], f: Any) -> list[tuple[Any, Any, Any]]:
    c, kind, p = part
    q = sp.expand(f.args[0])
    if kind is None:
        return [(c, f.func, q)]
    plus, minus, half = sp.expand(p + q), sp.expand(p - q), c / 2
    if kind is sp.sin and f.func is sp.sin:
        return [(half, sp.cos, minus), (-half, sp.cos, plus)]
    if kind is sp.cos and f.func is sp.cos:
        return [(half, sp.cos, minus), (half, sp.cos, plus)]
    if kind is sp.sin:
        return [(half, sp.sin, plus), (half, sp.sin, minus)]
    return [(half, sp.sin, plus), (-half, sp.sin, minus)]


def _turns(phase: Any, x: Any, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The conditions under which the phase goes to ±∞ as a power of x; None where it is no such phase."""
    from derive.exact import is_nonzero

    powers = sp.collect(sp.expand(phase), x, evaluate=False)
    degrees = []
    for power, c in powers.items():
        e = sp.S.Zero if power == 1 else power.as_base_exp()[1]
        if c.has(x) or (power != 1 and power.as_base_exp()[0] != x) or not e.is_Rational:
            return None
        degrees.append((e, c))
    e, lead = max(degrees, key=lambda item: item[0])
    if e <= 0 or lead.is_extended_real is False:
        return None
    if lead.is_nonzero or is_nonzero(lead, given) is True:
        return ()
    lead = sp.factor(-lead if lead.could_extract_minus_sign() else lead)
    return (sp.Ne(lead, 0),)


def _algebraic(amplitude: Any, x: Any) -> bool:
    """Whether the amplitude is built of powers and logarithms: then it and its derivatives are of algebraic growth."""
    for node in sp.preorder_traversal(amplitude):
        if not node.has(x) or node == x or isinstance(node, (sp.Add, sp.Mul, *_ALGEBRAIC)):
            continue
        if isinstance(node, sp.Pow) and not node.exp.has(x):
            continue
        return False
    return True


# -- breaks inside the range --------------------------------------------------------------------------------------


def breaks(G: Any, x: Any, lo: Any, hi: Any, point: dict[Any, Any], given: tuple[Any, ...]) -> list[Break] | None:
    """The points inside the range where G may be discontinuous, with its limits there; None if there are such points
    that no closed form is found for, or where G has no limits.

    They are looked for at one admissible point of the parameters, as sign changes of what stands in denominators; a
    place must be free of parameters.
    """
    found: list[Break] = []
    places = limited(2 * SECONDS, _suspects, G, x, lo, hi, point)
    if places is None:
        return None
    for place in places:
        if place is None:
            return None
        left, right = end_value(G, x, place, "-", given), end_value(G, x, place, "+", given)
        if left is None or right is None:
            return None
        if left.value != right.value:
            found.append(Break(place, left.value, right.value))
    return found


def _suspects(G: Any, x: Any, lo: Any, hi: Any, point: dict[Any, Any]) -> list[Any]:
    """Zeros of denominators inside the range, exact where they are recognised, else None."""
    below = set()
    for node in sp.preorder_traversal(G):
        if isinstance(node, sp.Pow) and node.exp.is_negative and node.base.has(x):
            below.add(node.base)
        elif isinstance(node, (sp.tan, sp.sec)) and node.has(x):
            below.add(sp.cos(node.args[0]))
        elif isinstance(node, (sp.cot, sp.csc)) and node.has(x):
            below.add(sp.sin(node.args[0]))
    low, high = (_number(end.xreplace(point)) for end in (lo, hi))
    grid = [_spread(mpmath.mpf(k) / GRID, low, high) for k in range(1, GRID)]
    places: list[Any] = []
    for q in below:
        f = sp.lambdify(x, q.xreplace(point), "mpmath")
        values = [_real(f, at) for at in grid]
        for (s, u), (t, v) in zip(zip(grid, values, strict=True), zip(grid[1:], values[1:], strict=True), strict=False):
            if u is None or v is None or u * v > 0:
                continue
            zero = s if u == 0 else t if v == 0 else mpmath.findroot(f, (s, t), solver="anderson", tol=1e-20)
            exact = _recognised(zero, q, x)
            if exact not in places:
                places.append(exact)
            if len(places) > MOST_BREAKS:
                return [None]
    return places


def _spread(s: Any, low: Any, high: Any) -> Any:
    """A point of the range for 0 < s < 1, dense at infinite ends."""
    if low == -mpmath.inf and high == mpmath.inf:
        return (2 * s - 1) / (s * (1 - s)) * mpmath.mpf(1.0101)
    if high == mpmath.inf:
        return low + s / (1 - s) * mpmath.mpf(1.0101)
    if low == -mpmath.inf:
        return high - s / (1 - s) * mpmath.mpf(1.0101)
    return low + s * (high - low)


def _number(end: Any) -> Any:
    return mpmath.inf if end is sp.oo else -mpmath.inf if end is -sp.oo else mpmath.mpf(sp.N(end, 20))


def _real(f: Any, at: Any) -> Any | None:
    try:
        value = mpmath.mpmathify(f(at))
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None
    return value.real if abs(value.imag) <= 1e-12 * (1 + abs(value)) and mpmath.isfinite(value.real) else None


def _recognised(zero: Any, q: Any, x: Any) -> Any | None:
    """The zero as r or r·π with a small rational r, if q vanishes there for all parameters."""
    for unit in (sp.S.One, sp.pi):
        r = sp.Rational(str(mpmath.nstr(zero / mpmath.mpf(sp.N(unit, 20)), 14))).limit_denominator(24)
        value = q.xreplace({x: r * unit})
        if abs(mpmath.mpf(sp.N(r * unit, 20)) - zero) < 1e-10 and (value == 0 or sp.expand(value) == 0):
            return r * unit
    return None
