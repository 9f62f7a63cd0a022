"""The fundamental theorem: an antiderivative, its limits at the ends, and its jumps inside the range."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy.integrals.heurisch import heurisch
from sympy.integrals.manualintegrate import manualintegrate
from sympy.integrals.risch import risch_integrate

from derive.derivation import Derivation
from derive.exact import is_positive
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import rewritten
from derive.field import equal
from derive.rule import RuleError
from derive.rules import FundamentalTheorem, limit_value
from derive.rules.places import between
from derive.rules.ranges import SplitRange
from derive.rules.theorems.realparts import parts

SECONDS, LIMIT_SECONDS, BACK_SECONDS = 1.5, 1.5, 1.0
UNFIT = (sp.Integral, sp.RootSum, sp.nan, sp.zoo, sp.meijerg)
# Functions with poles at regular places: an antiderivative in them jumps there although the integrand does not.
PERIODIC_POLES = {sp.tan: sp.pi / 2, sp.sec: sp.pi / 2, sp.cot: sp.S.Zero, sp.csc: sp.S.Zero}
MOST_JUMPS = 24


class Antiderivative:
    """∫_a^b f = Σ over the pieces of (F(s−) − F(r+)), where F′ = f is shown and F is continuous on every piece."""

    name = "antiderivative"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """A value for every antiderivative that differentiates back to the integrand."""
        f, x = problem.integrand, problem.variable
        seen = set()
        for integrator in INTEGRATORS:
            F = search.limited(SECONDS, integrator, f, x, share=0.4)
            if F is None or F in seen or F.has(*UNFIT):
                continue
            seen.add(F)
            if not differentiates_back(F, f, x, problem, search):
                continue
            if search.depth <= 1:
                search.note("antiderivative", F)
            converted = search.limited(1.0, in_exponential_integrals, F) if F.has(sp.expint) else None
            if converted is not None and differentiates_back(converted, f, x, problem, search):
                yield from _values(converted, problem, search)
            real = search.limited(1.0, real_form, F, problem)
            if real is not None and differentiates_back(real, f, x, problem, search):
                yield from _values(real, problem, search)
                continue
            yield from _values(F, problem, search)


def real_form(F: Any, problem: Problem) -> Any | None:
    """The real part of a complex antiderivative of a real function, which is one, too; None where F is real as it
    stands, or its parts are not told by its structure."""
    x = problem.variable
    given = (*problem.given, *between(x, problem.lower, problem.upper))
    negative = any(p.exp.is_Rational and p.exp.q == 2 and is_positive(-p.base, given) for p in F.atoms(sp.Pow))
    if not (F.has(sp.I) or negative):
        return None
    try:
        return parts(F, given)[0]
    except RuleError:
        return None


def in_exponential_integrals(F: Any) -> Any:
    """E_n(u) by E_1(u) = −Ei(−u), u > 0, and the recurrence (NIST DLMF 8.19.12): whoever differentiates back sees
    whether it was right."""
    nodes = [node for node in F.atoms(sp.expint) if node.args[0].is_Integer and node.args[0] >= 1]
    return sp.expand_mul(F.xreplace({node: _down_to_one(int(node.args[0]), node.args[1]) for node in nodes}))


def _down_to_one(n: int, u: Any) -> Any:
    return -sp.Ei(-u) if n == 1 else (sp.exp(-u) - u * _down_to_one(n - 1, u)) / (n - 1)


def _by_hand(f: Any, x: sp.Symbol) -> Any:
    return _one_case(manualintegrate(f, x))


def _risch(f: Any, x: sp.Symbol) -> Any:
    return _one_case(risch_integrate(f, x))


def _heuristic(f: Any, x: sp.Symbol) -> Any:
    return _one_case(heurisch(f, x))


INTEGRATORS: tuple[Callable[[Any, sp.Symbol], Any], ...] = (_by_hand, _risch, _heuristic)


def _one_case(F: Any) -> Any:
    """The general case of an antiderivative by cases on the parameters: the exceptions are of measure zero."""
    while F is not None and F.has(sp.Piecewise):
        node = max(F.atoms(sp.Piecewise), key=sp.count_ops)
        general = [v for v, c in node.args if isinstance(c, sp.Ne)] or [v for v, c in node.args if c == sp.true]
        if not general:
            return None
        F = F.xreplace({node: general[0]})
    return F


def differentiates_back(F: Any, f: Any, x: sp.Symbol, problem: Problem, search: Search) -> bool:
    """F′ = f, by the exact zero test or else by balls at random points of the range."""
    slope = sp.diff(F, x)
    if slope == f:
        return True
    known = search.limited(BACK_SECONDS, equal, slope, f, problem.given)
    return (
        bool(known) if known is not None else bool(search.limited(BACK_SECONDS, _agrees, slope - f, x, problem, search))
    )


def _agrees(difference: Any, x: sp.Symbol, problem: Problem, search: Search) -> bool:
    from numerics import NotEnclosed, enclose

    point = search.first_point(problem)
    if point is None:
        return False
    here = difference.xreplace(point)
    low, high = (end.xreplace(point) for end in (problem.lower, problem.upper))
    samples = [_between(low, high, sp.Rational(k, 7)) for k in (1, 3, 5)]
    for sample in samples:
        try:
            ball = enclose(here, {x: sample}, digits=15, timeout=1.0)
        except NotEnclosed:
            return False
        if abs(ball.mid) + ball.radius > 1e-12:
            return False
    return True


def _between(low: Any, high: Any, part: Any) -> Any:
    if low.is_infinite and high.is_infinite:
        return 4 * part - 2
    if high.is_infinite:
        return low + part / (1 - part)
    if low.is_infinite:
        return high - part / (1 - part)
    return low + (high - low) * sp.nsimplify(part)


def _values(F: Any, problem: Problem, search: Search) -> Iterator[Proposal]:
    x, lower, upper = problem.variable, problem.lower, problem.upper
    top, bottom = end_limit(F, x, upper, "-", problem, search), end_limit(F, x, lower, "+", problem, search)
    if top is None or bottom is None:
        return
    start = Derivation(problem.integral, problem.given)
    theorem = FundamentalTheorem(F, top, bottom)
    plain = top - bottom
    yield Proposal(_tidy(plain, search), "antiderivative", _finished(start.to(plain, theorem), plain, search))
    for jumps in _jumps(F, problem):
        values = [bottom]
        for place in jumps:
            for side in "-+":
                values.append(end_limit(F, x, place, side, problem, search))
        values.append(top)
        if any(value is None for value in values):
            return
        steps, total = _piecewise(F, problem, tuple(jumps), values)
        yield Proposal(_tidy(total, search), "antiderivative with jumps", _finished(steps, total, search))


def _piecewise(F: Any, problem: Problem, jumps: tuple[Any, ...], values: list[Any]) -> tuple[Derivation, Any]:
    """The range split at the jumps, and the fundamental theorem on each piece with the limits of F at its ends; in
    words where F is complex, so that its branches are beyond the rule."""
    f, x = problem.integrand, problem.variable
    if F.has(sp.I):
        places = ", ".join(map(str, jumps))
        words = f"fundamental theorem of calculus with F = {F} on every piece; F jumps at {x} = {places}"
        total = sp.Add(*values[1::2]) - sp.Add(*values[::2])
        return Derivation(problem.integral, problem.given).to(total, words), total
    ends = (problem.lower, *jumps, problem.upper)
    pieces = [sp.Integral(f, (x, low, high)) for low, high in pairwise(ends)]
    steps = Derivation(problem.integral, problem.given).to(sp.Add(*pieces), SplitRange(jumps, None, x))
    total = sp.S.Zero
    for index, _ in enumerate(pieces):
        bottom, top = values[2 * index], values[2 * index + 1]
        total += top - bottom
        steps = steps.to(total + sp.Add(*pieces[index + 1 :]), FundamentalTheorem(F, top, bottom, x))
    return steps, total


def _finished(steps: Derivation, value: Any, search: Search) -> Derivation:
    return rewritten(steps, _tidy(value, search))


def _tidy(value: Any, search: Search) -> Any:
    rewritings: tuple[Callable[[Any], Any], ...] = (sp.expand_mul, sp.simplify, sp.logcombine)
    best = value
    for rewrite in rewritings:
        form = search.limited(0.6, rewrite, value)
        if form is not None and sp.count_ops(form) < sp.count_ops(best):
            best = form
    return best


def end_limit(F: Any, x: sp.Symbol, end: Any, side: str, problem: Problem, search: Search) -> Any | None:
    """The one-sided limit, by orders of growth or by SymPy; the judge is the check on it."""
    if not end.is_infinite:
        direct = sp.nan if _through_infinity(F, x, end) else F.xreplace({x: end})
        if not direct.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.AccumBounds) and not _singular(F, x, end):
            return direct
    known = search.limited(LIMIT_SECONDS, limit_value, F, x, end, side, problem.given)
    if known is None or known.has(sp.Limit):
        known = search.limited(LIMIT_SECONDS, _saturated, F, x, end, side, problem.given)
    if known is None:
        known = search.limited(LIMIT_SECONDS, sp.limit, F, x, end, side)
    if (
        known is None
        or known.has(sp.Dummy)
        or known.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.AccumBounds, sp.Limit)
        or x in known.free_symbols
    ):
        return None
    return known


def _through_infinity(F: Any, x: sp.Symbol, end: Any) -> bool:
    inner = [arg for node in F.atoms(sp.Function, sp.Pow) for arg in node.args if x in arg.free_symbols]
    return any(arg.xreplace({x: end}).has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.AccumBounds) for arg in inner)


# Limits of functions at −oo and at oo, of the last argument.
SATURATING: dict[Any, tuple[Any, Any]] = {
    sp.atan: (-sp.pi / 2, sp.pi / 2),
    sp.acot: (sp.S.Zero, sp.S.Zero),
    sp.tanh: (-sp.S.One, sp.S.One),
    sp.coth: (-sp.S.One, sp.S.One),
    sp.erf: (-sp.S.One, sp.S.One),
    sp.erfc: (sp.S(2), sp.S.Zero),
    sp.fresnels: (-sp.S.Half, sp.S.Half),
    sp.fresnelc: (-sp.S.Half, sp.S.Half),
    sp.Si: (-sp.pi / 2, sp.pi / 2),
    sp.Ci: (sp.nan, sp.S.Zero),
    sp.besselj: (sp.nan, sp.S.Zero),
    sp.bessely: (sp.nan, sp.S.Zero),
    sp.besselk: (sp.nan, sp.S.Zero),
}


def _saturated(F: Any, x: sp.Symbol, end: Any, side: str, given: tuple[Any, ...]) -> Any | None:
    """The limit by continuity in what such functions tend to, where the rest has a limit for any such values."""
    values: dict[Any, Any] = {}
    for node in F.atoms(*SATURATING):
        inner = limit_value(node.args[-1], x, end, side, given)
        if inner is None:
            inner = sp.limit(node.args[-1], x, end, side)
        if inner not in (sp.oo, -sp.oo):
            return None
        values[node] = SATURATING[node.func][1 if inner is sp.oo else 0]
    if not values:
        return None
    letters = {node: sp.Symbol(f"_saturated{index}", real=True) for index, node in enumerate(values)}
    rest = F.xreplace(letters)
    limit = rest if x not in rest.free_symbols else limit_value(rest, x, end, side, given)
    if limit is None or limit.has(sp.oo, -sp.oo, sp.nan, sp.zoo, sp.Limit):
        return None
    return limit.xreplace({letters[node]: value for node, value in values.items()})


def _singular(F: Any, x: sp.Symbol, end: Any) -> bool:
    """Some function in F has a pole at the end, so that the plain value says nothing."""
    return any(
        sp.simplify((node.args[0].xreplace({x: end}) - PERIODIC_POLES[node.func]) / sp.pi).is_integer
        for node in F.atoms(*PERIODIC_POLES)
    )


def _jumps(F: Any, problem: Problem) -> Iterator[list[Any]]:
    """The poles, inside the range, of the functions with regular poles in F: there F may jump."""
    x, lower, upper = problem.variable, problem.lower, problem.upper
    places: set[Any] = set()
    for node in F.atoms(*PERIODIC_POLES):
        slope = sp.diff(node.args[0], x)
        if slope.free_symbols or slope == 0 or lower.free_symbols or upper.free_symbols:
            continue
        offset = node.args[0].xreplace({x: sp.S.Zero})
        if offset.free_symbols or lower.is_infinite or upper.is_infinite:
            continue
        first, last = sorted(
            ((slope * end + offset - PERIODIC_POLES[node.func]) / sp.pi for end in (lower, upper)), key=float
        )
        for k in range(int(sp.ceiling(first)), int(sp.floor(last)) + 1):
            place = (PERIODIC_POLES[node.func] + k * sp.pi - offset) / slope
            if (place - lower).is_positive and (upper - place).is_positive:
                places.add(place)
    if 0 < len(places) <= MOST_JUMPS:
        yield sorted(places, key=float)
