"""Feller's classification of the ends of a scalar diffusion by scale and speed.

With s = exp(−∫2a/b²), m = 2/(b² s), at an end e: Σ = ∫ M[ξ, x] s(ξ) dξ and N = ∫ S[ξ, x] m(ξ) dξ towards e.
Regular: Σ < ∞, N < ∞. Exit: Σ < ∞ = N. Entrance: N < ∞ = Σ. Natural: both infinite. For s ~ y^p and m ~ y^r, y the
distance, Σ < ∞ iff p > −1 and p + r > −2, N < ∞ iff r > −1 and p + r > −2; where s ~ e^{K/y^q} y^p, K > 0, the
scale is infinite and N < ∞ iff p + r + q > −2 (K < 0: the same of the speed and Σ). Where 2a/b² has no expansion in
powers of the distance, as with logarithms, it is sought in z = ∫dx/b: kinds do not depend on the coordinate.
Reference: W. Feller, Ann. Math. 55 (1952) 468; S. Karlin, H. Taylor, A Second Course, sec. 15.6.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import zero
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.worker import limited

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE

SECONDS = 10.0
MEANING = {
    "regular": "reached in finite time, and left again: a wall must be named (absorbing or reflecting)",
    "exit": "reached in finite time and never left",
    "entrance": "never reached from inside, but the process can start there",
    "natural": "neither reached in finite time nor a place to start from",
}


@dataclass(frozen=True)
class Boundary:
    """What an end is: cases (kind, condition) in the order in which they are tried, the last with condition True.

    scale: (K, q, p) of s ~ e^{K y^{−q}} y^p at the distance y from the end (y = 1/|x| at infinity, dx included);
    speed: (−K, q, r) of m. attracting: whether S is finite there, so that X tends to the end with positive probability.
    """

    end: Any
    cases: tuple[tuple[str, Any], ...]
    scale: tuple[Any, Any, Any]
    speed: tuple[Any, Any, Any]
    attracting: Any
    evidence: Evidence

    @property
    def kind(self) -> str:
        """The kind, where the assumptions decide it; StochasticError with the cases if not."""
        if len(self.cases) > 1:
            shown = "; ".join(f"{kind} if {plain(condition)}" for kind, condition in self.cases)
            raise StochasticError(f"the kind of the end {plain(self.end)} depends on the parameters: {shown}")
        return next(kind for kind, _ in self.cases)

    @property
    def reason(self) -> str:
        """In words, why."""
        (k, q, p), r = self.scale, self.speed[2]
        shape = f"y^({plain(p)})" if k == 0 else f"exp({plain(k)} y^(-{plain(q)})) y^({plain(p)})"
        other = f"y^({plain(r)})" if k == 0 else f"exp({plain(-k)} y^(-{plain(q)})) y^({plain(r)})"
        kinds = "; ".join(
            kind + ("" if condition == sp.true else f" if {plain(condition)}") + f" ({MEANING[kind]})"
            for kind, condition in self.cases
        )
        place = f"at the distance y from {plain(self.end)}"
        return f"{place} the scale goes as {shape}, the speed as {other} (densities): {kinds}"

    def __str__(self) -> str:
        return self.reason


def boundary(sde: SDE, end: Any) -> Boundary:
    """The kind of an end of a scalar, time-independent diffusion; Unsolvable if 2a/b² has an expansion at it neither in
    the distance in x nor in that in z = ∫dx/b."""
    from derive.stochastic.exits.scale import need_scalar

    need_scalar(sde)
    try:
        return _by_expansion(sde, end)
    except Unsolvable:
        moved = _in_z(sde, sp.sympify(end))
        if moved is None:
            raise
        return replace(_by_expansion(*moved), end=sp.sympify(end))


def _in_z(sde: SDE, end: Any) -> tuple[SDE, Any] | None:
    """The process with unit noise in z = ∫dx/b and the end there; None where the transform or the end is not told."""
    from derive.stochastic.sde import SDE as Process
    from derive.stochastic.solutions.lamperti import lamperti

    form = lamperti(sde)
    drift = None if form is None else form.drift_in_z()
    if form is None or drift is None or any(e is None or e.has(sp.nan, sp.zoo) for e in form.image):
        return None
    rising = form.slope == sp.diff(form.z, form.x)
    where = form.image[(end == form.domain[1]) == rising]
    if end not in form.domain or drift.has(form.x):
        return None
    return Process(form.symbol, drift, 1, sde.t, None, form.image, 0, sde.given), where


def _by_expansion(sde: SDE, end: Any) -> Boundary:
    x, y, e = sde.x, sp.Dummy("y", positive=True), sp.sympify(end)
    place = _place(sde, e, y)
    slope = sp.diff(place, y)
    c = sde.covariance[0, 0].subs(x, place)
    ratio = 2 * sde.ito_drift[0].subs(x, place) / c * slope
    terms = _expanded(_levelled(ratio, y), y)
    below = _power_of(c, y)
    log_part = terms.pop(-1, sp.S.Zero)
    steep = {k: v for k, v in terms.items() if (k < -1) == True}  # noqa: E712 - three-valued
    evidence = _seen(ratio, {**steep, -1: log_part}, y, sde)
    jacobian = sp.S.Zero if e.is_finite is not False else -sp.Integer(2)
    p, r = -log_part + jacobian, log_part - below + jacobian
    if not steep:
        return _powers(sde, e, p, r, evidence)
    q = -min(steep) - 1
    strength = steep[min(steep)] / q
    return _steep(sde, e, strength, q, sp.expand(p), sp.expand(r), evidence)


def _place(sde: SDE, end: Any, y: Any) -> Any:
    """x as a function of the distance y from the end."""
    high = sde.domain[0][1]
    if end == sp.oo:
        return 1 / y
    if end == -sp.oo:
        return -1 / y
    return end - y if high.is_finite and zero(end - high, sde.given) else end + y


def _levelled(f: Any, y: Any) -> Any:
    """tanh and coth of what tends to ±∞ as ±1: the difference falls like an exponential of it (seen in `_seen`)."""
    table = {}
    for g in f.atoms(sp.tanh, sp.coth):
        goal = sp.limit(g.args[0], y, 0, "+") if g.has(y) else sp.S.Zero
        if goal in (sp.oo, -sp.oo):
            table[g] = sp.S.One if goal == sp.oo else sp.S.NegativeOne
    return f.xreplace(table)


def _expanded(f: Any, distance: Any) -> dict[Any, Any]:
    """{power: coefficient} of f up to y^{-1}, by series."""
    found = limited(_series, f, distance, timeout=SECONDS)
    if not found.finished or found.value is None:
        y = sp.Symbol("y", positive=True)
        shown = plain(f.xreplace({distance: y}))
        raise Unsolvable(f"2a/b² = {shown} has no expansion in powers of the distance y that was found")
    return found.value


def _series(f: Any, y: Any, post: Any = None) -> dict[Any, Any] | None:
    f = sp.powdenest(sp.cancel(sp.together(f)), force=True)
    if f == 0:
        return {}
    try:
        opened = sp.series(f, y, 0, 1).removeO() if not f.is_Add else sp.Add(*(_part(t, y) for t in f.args))
    except (NotImplementedError, ValueError, TypeError, sp.PoleError):
        return None
    table: dict[Any, Any] = {}
    for term in sp.Add.make_args(sp.expand(opened)):
        coefficient, power = term.as_independent(y, as_Add=False)
        base, k = power.as_base_exp() if power != 1 else (y, sp.S.Zero)
        if base != y or not k.is_number:
            return None
        if k <= -1:
            table[k] = table.get(k, sp.S.Zero) + coefficient
    return {k: v for k, v in table.items() if sp.simplify(v) != 0}


def _part(term: Any, y: Any) -> Any:
    base, power = term.as_independent(y, as_Add=False)[1].as_base_exp()
    return term if base == y and not power.has(y) else sp.series(term, y, 0, 1).removeO()


def _power_of(c: Any, y: Any) -> Any:
    """The exponent of the leading power of b² at the end."""
    from derive.stochastic.walks.kramers_moyal import _leading

    single = sp.powdenest(sp.factor(sp.together(c)), force=True)
    try:
        return _leading(single, y)[1]
    except (NotImplementedError, ValueError, TypeError) as error:
        raise Unsolvable(f"b² = {plain(c)} has no leading power at the end: {error}") from error


def _powers(sde: SDE, end: Any, p: Any, r: Any, evidence: Evidence) -> Boundary:
    """s ~ y^p, m ~ y^r."""
    p, r = sde.tidy(p), sde.tidy(r)
    joint = sde.tidy(p + r + 2)
    scale_in, speed_in, both = (_sign(e, sde) for e in (p + 1, r + 1, joint))
    cases = _cases(_all(scale_in, both), _all(speed_in, both))
    if both == sp.true and len(cases) > 1:
        cases = tuple(case for case in cases if case[0] != "natural")  # p, r ≤ −1 contradict p + r > −2
    return Boundary(end, cases, (sp.S.Zero, sp.S.Zero, p), (sp.S.Zero, sp.S.Zero, r), scale_in, evidence)


def _steep(sde: SDE, end: Any, strength: Any, q: Any, p: Any, r: Any, evidence: Evidence) -> Boundary:
    """s ~ e^{K y^{−q}} y^p with K = strength: infinite scale for K > 0, infinite speed for K < 0."""
    up, down = _sign(strength, sde), _sign(-strength, sde)
    finite = _sign(sde.tidy(p + r + q + 2), sde)
    sigma, n = _all(down, finite), _all(up, finite)
    k = sde.tidy(strength)
    return Boundary(end, _cases(sigma, n), (k, q, p), (-k, q, r), down, evidence)


def _sign(e: Any, sde: SDE) -> Any:
    """The condition e > 0, decided where the assumptions do; a positive denominator is left out."""
    above, below = sp.fraction(sp.together(sde.tidy(e)))
    e = sp.expand(above) if is_positive(below, sde.given) is True else sde.tidy(e)
    if is_positive(e, sde.given) is True:
        return sp.true
    if is_nonnegative(-e, sde.given) is True:
        return sp.false
    return sp.sympify(e) > 0


def _all(*conditions: Any) -> Any:
    return sp.And(*conditions)


def _cases(sigma: Any, n: Any) -> tuple[tuple[str, Any], ...]:
    """(kind, condition) by Σ < ∞ and N < ∞."""
    listed = (
        ("regular", sp.And(sigma, n)),
        ("exit", sp.And(sigma, sp.Not(n))),
        ("entrance", sp.And(n, sp.Not(sigma))),
        ("natural", sp.And(sp.Not(sigma), sp.Not(n))),
    )
    possible = [(kind, condition) for kind, condition in listed if condition != sp.false]
    if len(possible) == 1:
        return ((possible[0][0], sp.true),)
    return tuple(possible)


def _seen(f: Any, terms: dict[Any, Any], y: Any, sde: SDE) -> Evidence:
    """y (2a/b² − the expansion) is small for small y at random parameters: what was left out is integrable."""
    rest = f - sp.Add(*(c * y**k for k, c in terms.items()))
    try:
        points = list(admissible(rest.free_symbols - {y}, sde.given, random.Random(4), 3, real=True))
    except NoPoint as reason:
        return Evidence(Status.UNKNOWN, "no admissible point for a look at the expansion", str(reason))
    for point in points or [{}]:
        sizes = [sp.N(sp.Abs(rest * y).xreplace(point).subs(y, sp.Rational(1, 10**k)), 60, maxn=2000) for k in (12, 24)]
        if not all(v.is_number for v in sizes) or not (
            sizes[1] < sp.Rational(1, 10**3) and sizes[1] <= sizes[0] + sp.Rational(1, 10**9)
        ):
            raise Unsolvable(
                f"the expansion of 2a/b² = {plain(f)} at the end is not what its values show at {plain(point)}"
            )
    return Evidence(Status.AGREED, "2a/b² by series; what is left out vanishes against 1/y in values near the end")
