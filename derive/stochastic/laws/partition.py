"""Partition functions Z = ∫ e^ℓ dx: by the table of families, by the integration engine, else as a stated integral.

In one dimension the convergence is decided first (`confinement`). In several, ℓ is taken apart into sums that share no
variable; each factor is a Gaussian, an integral over one variable after another, a radial integral where ℓ depends on
|x|² only, or a stated integral whose convergence is a condition of the result.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import mpmath
import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import DeriveError
from derive.evidence import Evidence, Status
from derive.printing import plain
from derive.sampling import NoPoint, admissible
from derive.stochastic.checking import zero
from derive.stochastic.conditions import condition, shorter
from derive.stochastic.errors import Unsolvable
from derive.stochastic.laws.confinement import confined
from derive.stochastic.laws.integration import cut_integral, seen
from derive.stochastic.laws.normalisers import LINE, exponential_of, normaliser

ENGINE_SECONDS = 5.0
POINTS, CLOSE = 3, 1e-10


@dataclass(frozen=True)
class Partition:
    """Z = value under the conditions; how: in words; checks: evidence for what was not by definition.
    """

    value: Any
    conditions: tuple[Any, ...]
    how: str
    checks: tuple[Evidence, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether Z is left as an integral, at least in part."""
        return self.value.has(sp.Integral)


def on_the_line(
    log_weight: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...] = (), search: bool = True
) -> Partition:
    """∫ e^ℓ dx over an interval; Unsolvable where it is infinite or its convergence was not told. search: whether the
    integration engine is asked where no family fits."""
    if log_weight.atoms(AppliedUndef):
        return _stated(log_weight, ((x, *ends),), given)
    family = normaliser(log_weight, x, ends)
    named = () if family is None else shorter(family.conditions, given)
    if family is not None and sp.false not in named:
        return Partition(family.value, named, f"{family.family} family")
    conditions = confined(log_weight, x, ends, given).conditions
    facts = (*given, *conditions)
    if not search:
        return _by_definition(log_weight, x, ends, given, conditions)
    from derive.feynman import integrate

    try:
        solved = integrate(exponential_of(log_weight, x), (x, *ends), given=facts, timeout=ENGINE_SECONDS)
    except DeriveError:
        return _by_definition(log_weight, x, ends, given, conditions)
    extra = (c for c in solved.given if not isinstance(c, sp.Contains) and c not in given)
    return Partition(solved.value, shorter((*conditions, *extra), given), "normalised by the integration engine")


def _by_definition(
    log_weight: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...], conditions: tuple[Any, ...]
) -> Partition:
    """Z as the integral that it is, its finiteness seen in values."""
    s = variable(x, log_weight)
    value = sp.Integral(exponential_of(log_weight, x).subs(x, s), (s, *ends))
    check = finite(exponential_of(log_weight, x), x, ends, (*given, *conditions))
    return Partition(value, conditions, "normalised by a stated integral", (check,))


def _stated(log_weight: Any, limits: tuple[tuple[Any, Any, Any], ...], given: tuple[Any, ...]) -> Partition:
    """Z as the integral that it is, where its convergence is a condition."""
    names: dict[Any, Any] = {}
    for x, *_ in limits:
        names[x] = variable(x, log_weight, names.values())
    inside = sp.exp(log_weight.subs(names, simultaneous=True).doit())
    value = sp.Integral(inside, *((names[x], low, high) for x, low, high in limits))
    known = Evidence(Status.EXACT, "the mass is 1 by definition of the stated integral, where it is finite")
    return Partition(value, (sp.StrictLessThan(value, sp.oo, evaluate=False),), "a stated integral", (known,))


def variable(x: Any, expr: Any, taken: Iterable[Any] = ()) -> Any:
    """A name for the variable of an integral over x that stands beside x."""
    used = {s.name for s in (*expr.free_symbols, *taken)} | {x.name}
    name = next(n for n in (f"{x.name}_1", *(f"{x.name}_{k}" for k in range(2, 99))) if n not in used)
    return sp.Symbol(name, **x.assumptions0)


def finite(weight: Any, x: Any, ends: tuple[Any, Any], given: tuple[Any, ...]) -> Evidence:
    """Evidence that ∫ w dx is finite and how large: two quadratures (tanh-sinh and Gauss-Legendre) that agree at random
    parameters; Unsolvable where they do not."""
    symbols = sorted((weight.free_symbols | set().union(*(e.free_symbols for e in ends))) - {x}, key=str)
    positive = {s: sp.Symbol(s.name, positive=True) for s in symbols if s.is_real is None}
    facts = tuple(g.xreplace(positive) for g in given if g not in (sp.true, sp.false) and not g.has(x))
    names = [positive.get(s, s) for s in symbols]
    worst = 0.0
    try:
        points = list(admissible(set(names), facts, random.Random(5), POINTS, real=True)) if names else [{}]
        f = sp.lambdify([x, *symbols], weight, "mpmath")
        bounds = [sp.lambdify(symbols, e, "mpmath") for e in ends]
        with mpmath.workdps(20):
            for point in points:
                at = [mpmath.mpf(int(point[s].p)) / int(point[s].q) for s in names]
                low, high = (bound(*at) for bound in bounds)
                one, other = (
                    cut_integral(lambda u, at=at: seen(f, u, at), low, high, method)
                    for method in ("tanh-sinh", "gauss-legendre")
                )
                worst = max(worst, float(abs(one - other) / abs(one)))
    except (NoPoint, ValueError, TypeError, ArithmeticError, NameError, AttributeError, OverflowError) as error:
        raise Unsolvable(f"the integral of {plain(weight)} was not confirmed to be finite: {error}") from error
    if not worst < CLOSE:
        raise Unsolvable(
            f"the integral of {plain(weight)} over ({plain(ends[0])}, {plain(ends[1])}) was not confirmed: two "
            "quadratures differ by "
            f"{worst:.1e}"
        )
    return Evidence(Status.AGREED, f"Z is finite: two quadratures agree to {worst:.1e} at {len(points)} points")


def in_space(
    log_weight: Any,
    states: tuple[Any, ...],
    domain: tuple[tuple[Any, Any], ...],
    given: tuple[Any, ...] = (),
    search: bool = True,
) -> Partition:
    """∫ e^ℓ dx over a product of intervals."""
    table = dict(zip(states, domain, strict=True))
    opened = sp.expand(log_weight)
    constant, *_ = opened.as_independent(*states, as_Add=True)
    total, conditions, words, checks = sp.exp(constant), [], [], []
    for group in _groups(opened, states):
        part = sp.Add(*(t for t in sp.Add.make_args(opened) if t.has(*group)))
        found = _joint(part, group, tuple(table[x] for x in group), (*given, *conditions), search)
        total *= found.value
        conditions += [c for c in found.conditions if c not in conditions]
        words += [found.how] if found.how not in words else []
        checks += found.checks
    return Partition(total, shorter(conditions, given), "; ".join(words), tuple(checks))


def _groups(opened: Any, states: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """States that occur together in a term, directly or through others."""
    groups: list[set[Any]] = [{x} for x in states]
    for term in sp.Add.make_args(opened):
        met = [g for g in groups if g & term.free_symbols]
        if len(met) > 1:
            groups = [g for g in groups if g not in met] + [set().union(*met)]
    return [tuple(x for x in states if x in g) for g in groups]


def _joint(
    log_weight: Any,
    states: tuple[Any, ...],
    domain: tuple[tuple[Any, Any], ...],
    given: tuple[Any, ...],
    search: bool = True,
) -> Partition:
    """∫ e^ℓ over variables that belong together."""
    if len(states) == 1:
        return on_the_line(log_weight, states[0], domain[0], given, search)
    for way in (_gaussian, _radial, _one_by_one) if not log_weight.atoms(AppliedUndef) else ():
        found = way(log_weight, states, domain, given)
        if found is not None:
            return found
    limits = tuple((x, *ends) for x, ends in zip(states, domain, strict=True))
    found = _stated(log_weight, limits, given)
    strong = _dominated(log_weight, states, domain, given)
    if strong is not None:
        return Partition(found.value, strong, found.how, found.checks)
    _confining(log_weight, states, domain, given)
    return found


def _dominated(log_weight: Any, states: Any, domain: Any, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """The conditions c_i > 0 under which pure powers −c_i x_i^{2m_i} dominate on the whole space; None if they do not.

    The other terms must be negative even monomials, lie below (Σ e_i/(2m_i) < 1, by Young's inequality), or be sines,
    cosines and logarithms of polynomials.
    """
    if any(ends != LINE for ends in domain):
        return None
    terms = sp.Add.make_args(sp.expand(log_weight))
    mild = [t for t in terms if t.has(*states) and not t.is_polynomial(*states)]
    if any(not _mild(t.as_independent(*states, as_Add=False)[1], states) for t in mild):
        return None
    poly = sp.Add(*(t for t in terms if t not in mild)).as_poly(*states)
    if poly is None:
        return None
    table = dict(poly.terms())
    heights: list[int] = []
    conditions: list[Any] = []
    for k in range(len(states)):
        pure = [e[k] for e in table if sum(e) == e[k] and e[k] > 0]
        if not pure or max(pure) % 2:
            return None
        heights.append(max(pure))
        top = tuple(heights[k] if i == k else 0 for i in range(len(states)))
        conditions.append(condition(-table.pop(top), (*given, *conditions)))
    if sp.false in conditions:
        return None
    facts = (*given, *conditions)
    for exponents, c in table.items():
        below = sum(sp.Rational(e, h) for e, h in zip(exponents, heights, strict=True)) < 1
        if not below and not (all(e % 2 == 0 for e in exponents) and condition(c, facts) == sp.false):
            return None
    return shorter(conditions, given)


def _mild(f: Any, states: Any) -> bool:
    if isinstance(f, sp.log):
        return bool(f.args[0].is_polynomial(*states))
    return all(isinstance(g, sp.sin | sp.cos) for g in sp.Mul.make_args(f) if g.has(*states))


def _gaussian(log_weight: Any, states: Any, domain: Any, given: tuple[Any, ...]) -> Partition | None:
    """e^{−½ xᵀΛx + bᵀx}: (2π)^{n/2} det(Λ)^{−1/2} e^{½ bᵀΛ⁻¹b}."""
    poly = log_weight.as_poly(*states)
    if poly is None or poly.total_degree() != 2 or any(ends != LINE for ends in domain):
        return None
    shape = -sp.hessian(log_weight, states)
    minors = [condition(shape[: k + 1, : k + 1].det(), given) for k in range(len(states))]
    if sp.false in minors:
        raise Unsolvable(
            f"the Gaussian weight exp({plain(log_weight)}) cannot be normalised: it grows in some direction"
        )
    push = sp.Matrix([sp.diff(log_weight, x) for x in states]).subs(dict.fromkeys(states, 0))
    value = sp.sqrt((2 * sp.pi) ** len(states) / shape.det()) * sp.exp((push.T * shape.inv() * push)[0] / 2)
    return Partition(value, shorter([m for m in minors if m != sp.true], given), "normal family")


def _radial(log_weight: Any, states: Any, domain: Any, given: tuple[Any, ...]) -> Partition | None:
    """ℓ a function of |x|² alone, on the whole space: 2π^{n/2}/Γ(n/2) ∫₀^∞ r^{n−1} e^{ℓ(r)} dr."""
    if any(ends != LINE for ends in domain):
        return None
    turns = (x * sp.diff(log_weight, y) - y * sp.diff(log_weight, x) for x, y in combinations(states, 2))
    if not all(zero(turn, given) for turn in turns):
        return None
    r, n = sp.Dummy("r", positive=True), len(states)
    along = log_weight.subs({states[0]: r, **dict.fromkeys(states[1:], 0)})
    if along.atoms(AppliedUndef):
        return None
    found = on_the_line(along + (n - 1) * sp.log(r), r, (sp.S.Zero, sp.oo), given)
    value = 2 * sp.pi ** sp.Rational(n, 2) / sp.gamma(sp.Rational(n, 2)) * found.value
    return Partition(value, found.conditions, f"radial, {found.how}", found.checks)


def _one_by_one(log_weight: Any, states: Any, domain: Any, given: tuple[Any, ...]) -> Partition | None:
    """A variable that the table integrates for all values of the others, then the rest."""
    for k, x in enumerate(states):
        found = normaliser(log_weight, x, domain[k])
        if found is None:
            continue
        rest = [(y, ends) for y, ends in zip(states, domain, strict=True) if y != x]
        inside = [r for y, (low, high) in rest for r in (y > low, y < high) if r not in (sp.true, sp.false)]
        conditions = shorter(found.conditions, (*given, *inside))
        if any(c.has(*states) for c in conditions):
            continue
        left = sp.expand(sp.expand_log(sp.log(found.value), force=True))
        if any(not isinstance(f, sp.log | sp.exp) and f.has(*states) for f in left.atoms(sp.Function)):
            continue
        names, ranges = zip(*rest, strict=True)
        try:
            after = in_space(left, names, ranges, (*given, *conditions))
        except Unsolvable:
            continue
        return Partition(
            after.value, shorter((*conditions, *after.conditions), given), f"{found.family} family", after.checks
        )
    return None


def _confining(log_weight: Any, states: Any, domain: Any, given: tuple[Any, ...]) -> None:
    """Unsolvable where e^ℓ does not fall off along some ray at random parameters: a necessary condition, looked at."""
    if any(ends != LINE for ends in domain) or log_weight.atoms(AppliedUndef):
        return
    free = log_weight.free_symbols - set(states)
    positive = {s: sp.Symbol(s.name, positive=True) for s in free if s.is_real is None}
    facts = tuple(
        g.xreplace(positive) for g in given if g not in (sp.true, sp.false) and not g.has(*states, sp.Integral)
    )
    try:
        points = list(admissible({positive.get(s, s) for s in free}, facts, random.Random(8), 2, real=True))
    except NoPoint:
        return
    rng = random.Random(3)
    for point in points or [{}]:
        here = log_weight.xreplace(positive).xreplace(point)
        for k in range(8 * len(states)):
            way = [sp.Integer(rng.randint(-9, 9)) for _ in states]
            if k < 2 * len(states):
                way = [sp.Integer((-1) ** k if i == k // 2 else 0) for i in range(len(way))]
            if not any(way):
                continue
            far = [sp.N(here.subs({x: w * size for x, w in zip(states, way, strict=True)})) for size in (10**3, 10**6)]
            if all(v.is_real for v in far) and not far[1] < far[0] - 1:
                raise Unsolvable(
                    f"the weight exp({plain(log_weight)}) cannot be normalised: it does not fall off along "
                    f"{plain(tuple(way))}"
                )
