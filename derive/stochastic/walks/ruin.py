"""The gambler's ruin of walks with long jumps, start and goal as symbols: sums over the roots of Σ p_j r^j = 1.

u(k) = Σ_j p_j u(k + j) has the solutions r^k; of the a + b roots one is 1 (two for a fair walk, with 1 and k). The
chance to win has u = 0 on −a < k ≤ 0 and u = 1 on N ≤ k < N + b, the duration T = Σ_j p_j T(k + j) + 1 vanishes on both
and has the particular solution −k/μ, or −k²/σ² for μ = 0. Quadratic factors by formula, others, with numbers, by their
algebraic roots. Reference: W. Feller, vol. 1, sec. XIV.8.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import sympy as sp

from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.shown.readable import tidy

Steps = dict[Any, Any]
MOST = 6
TRIED = ((1, 3), (2, 5), (3, 4), (4, 9))


def ruin_by_roots(steps: Steps, start: Any, goal: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    """(P(≥ goal before ≤ 0), expected number of steps); Piecewise where a walk without drift is not excluded.

    steps: {jump in spacings: probability}, without the jump 0. Checked against the linear equations for small numbers.
    Unsolvable where the roots are neither numbers nor of quadratic factors.
    """
    if start in (0, goal):
        return (sp.S.Zero if start == 0 else sp.S.One), sp.S.Zero
    k, n = sp.Dummy("k"), sp.Dummy("N")
    win, time = _in_symbols(steps, k, n, given)
    return win.xreplace({k: start, n: goal}), time.xreplace({k: start, n: goal})


def _in_symbols(steps: Steps, start: Any, goal: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    down, up = _range(steps)
    if down == 0 or up == 0:
        raise Unsolvable(
            f"the jumps {plain(sorted(steps))} go one way only: such a walk is not ruined between two ends"
        )
    drift = tidy(sp.Add(*(j * p for j, p in steps.items())), (), given)
    fair = is_zero(drift, given)
    if fair is True:
        found = _solved(steps, start, goal, True)
        _check(steps, found, start, goal, (), given)
        return found
    found = _solved(steps, start, goal, False)
    _check(steps, found, start, goal, (sp.Ne(drift, 0),), given)
    if fair is False and (drift.is_number or _sign(drift, given)):
        return found
    even = _without_drift(steps, drift, start, goal, given)
    cases = [
        [(u, sp.Ne(drift, 0))] if e is None else [(e, sp.Eq(drift, 0)), (u, True)]
        for e, u in zip(even, found, strict=True)
    ]
    win, time = (sp.Piecewise(*case) for case in cases)
    return win, time


def _without_drift(steps: Steps, drift: Any, start: Any, goal: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    """The answers where the drift vanishes, a probability eliminated; (None, None) where they are not found."""
    name = min(drift.free_symbols, key=str)
    places = sp.solve(drift, name)
    if len(places) != 1:
        return None, None
    even = {j: sp.cancel(p.subs(name, places[0])) for j, p in steps.items()}
    try:
        found = _solved(even, start, goal, True)
    except Unsolvable:
        return None, None
    _check(even, found, start, goal, (), tuple(g.subs(name, places[0]) for g in given))
    return found


def _range(steps: Steps) -> tuple[int, int]:
    """(a, b): the longest jumps down and up."""
    if not all(j.is_Integer for j in steps):
        raise StochasticError(f"the jumps {plain(sorted(steps, key=str))} are no multiples of the spacing")
    return max(0, -int(min(steps))), max(0, int(max(steps)))


def _solved(steps: Steps, start: Any, goal: Any, fair: bool) -> tuple[Any, Any]:
    """The chance to win and the duration, for a walk that is fair or not."""
    down, up = _range(steps)
    others = _roots(steps, 2 if fair else 1)
    names = [sp.Dummy(f"r_{i}") for i in range(len(others))]
    whole = [sp.Dummy(f"R_{i}") for i in range(len(others))]
    n, k = sp.Dummy("N"), sp.Dummy("k")
    drift = sp.Add(*(j * p for j, p in steps.items()))
    square = sp.Add(*(j**2 * p for j, p in steps.items()))
    scale, mean = sp.Dummy("scale"), (square if fair else drift)

    def basis(at: Any, beyond: bool) -> list[Any]:
        place = n + at if beyond else sp.sympify(at)
        smooth = [sp.S.One, place] if fair else [sp.S.One]
        return [*smooth, *((big if beyond else 1) * r**at for r, big in zip(names, whole, strict=True))]

    def pushed(at: Any, beyond: bool) -> Any:
        place = n + at if beyond else sp.sympify(at)
        return place ** (2 if fair else 1) / scale

    places = [(at, False) for at in range(1 - down, 1)] + [(at, True) for at in range(up)]
    matrix = sp.Matrix([basis(*place) for place in places])
    right = sp.Matrix([[sp.Integer(beyond), pushed(at, beyond)] for at, beyond in places])
    weights = (matrix.adjugate() * right / matrix.det(method="berkowitz")).applyfunc(sp.factor)
    shape = [*([sp.S.One, k] if fair else [sp.S.One]), *(r**k for r in names)]
    back = {n: goal, k: start, scale: mean, **dict(zip(names, others, strict=True))}
    back |= {big: r**goal for big, r in zip(whole, others, strict=True)}
    win, time = (sp.Add(*(w * s for w, s in zip(weights.col(i), shape, strict=True))) for i in (0, 1))
    time -= k ** (2 if fair else 1) / scale
    return win.xreplace(back), time.xreplace(back)


def _roots(steps: Steps, ones: int) -> list[Any]:
    """The roots of Σ p_j r^{j+a} = r^a (1 − stay) other than 1, which is a root `ones` times."""
    r = sp.Dummy("r")
    down, up = _range(steps)
    if down + up > MOST:
        raise Unsolvable(
            f"jumps from −{down} to {up} lead to {down + up} equations; up to {MOST} are solved in symbols"
        )
    moving = sp.Add(*steps.values())
    poly = sp.Poly(sp.expand(sp.Add(*(p * r ** (j + down) for j, p in steps.items())) - moving * r**down), r)
    for _ in range(ones):
        poly = sp.Poly(sp.div(poly, sp.Poly(r - 1, r), r)[0].as_expr(), r)
    found: list[Any] = []
    whole: Any = sp.factor_list(poly)
    for factor, power in whole[1]:
        degree = factor.degree()
        if power > 1 and degree > 0:
            raise Unsolvable(
                f"a root of {plain(factor.as_expr())} is multiple: the sums over simple roots do not apply"
            )
        if degree in (1, 2):
            found += list(sp.roots(factor))
        elif all(c.is_Rational for c in factor.all_coeffs()):
            found += factor.all_roots()
        else:
            raise Unsolvable(
                f"the roots of {plain(factor.as_expr())} = 0 have no short formula: give numbers for the "
                "probabilities, or "
                f"whole numbers for start and goal"
            )
    if any(sp.expand(p - q) == 0 for p, q in combinations(found, 2)):
        raise Unsolvable("two roots of the characteristic equation coincide: the sums over simple roots do not apply")
    return found


def never_ruined(steps: Steps, start: Any, given: tuple[Any, ...]) -> tuple[Any, Any]:
    """(P(never at 0), expected steps to 0) from `start` > 0 for jumps down of one spacing: (1 − r^k, ∞) for a drift
    μ > 0, r the root in (0, 1), and (0, −k/μ) for μ < 0 (Wald); (0, ∞) without drift."""
    down, up = _range(steps)
    if down != 1:
        raise Unsolvable(f"without a goal the jumps down must be of one spacing; they are {plain(sorted(steps))}")
    drift = tidy(sp.Add(*(j * p for j, p in steps.items())), (), given)
    if is_zero(drift, given) is True:
        return sp.S.Zero, sp.oo
    falls = (sp.S.Zero, start / -drift)
    if up == 0 or _sign(drift, given) == -1:
        return falls
    rises = (1 - _least_root(steps, drift, given) ** start, sp.oo)
    if _sign(drift, given) == 1:
        return rises
    win = sp.Piecewise((rises[0], drift > 0), (sp.S.Zero, True))
    return win, sp.Piecewise((falls[1], drift < 0), (sp.oo, True))


def _sign(e: Any, given: tuple[Any, ...]) -> int:
    from derive.exact import is_positive

    return 1 if is_positive(e, given) is True else -1 if is_positive(-e, given) is True else 0


def _least_root(steps: Steps, drift: Any, given: tuple[Any, ...]) -> Any:
    """The root of Σ p_j r^j = 1 in (0, 1) for a walk that drifts upwards: there is one (convexity)."""
    from derive.sampling import NoPoint

    try:
        points = _points(steps, (*given, *((drift > 0,) if drift.free_symbols else ())), 4)
    except NoPoint as reason:
        raise Unsolvable(f"no admissible probabilities with a drift upwards: {reason}") from None
    inside = [
        r
        for r in _roots(steps, 1)
        if all(abs(sp.im(v)) < 1e-12 and 0 < sp.re(v) < 1 for v in (sp.N(r.xreplace(p)) for p in points))
    ]
    if len(inside) != 1:
        raise Unsolvable("the root in (0, 1) is not the same expression for all probabilities")
    return tidy(inside[0], (), given)


def _points(steps: Steps, given: tuple[Any, ...], count: int) -> list[Any]:
    """Admissible probabilities."""
    import random

    from derive.sampling import admissible

    names = set().union(*(p.free_symbols for p in steps.values()))
    total = sp.Add(*steps.values())
    facts = (*given, *(p > 0 for p in steps.values() if p.free_symbols))
    facts = (*facts, *((total <= 1,) if total.free_symbols else ()))
    facts = tuple(f for f in facts if f not in (sp.true, sp.false) and f.free_symbols <= names)
    return list(admissible(names, facts, random.Random(3), count, real=True)) if names else [{}]


def _check(
    steps: Steps, found: tuple[Any, Any], start: Any, goal: Any, more: tuple[Any, ...], given: tuple[Any, ...]
) -> None:
    """The closed forms at small numbers against the linear equations; StochasticError where they differ."""
    from derive.sampling import NoPoint
    from derive.stochastic.walks.first_visit import ruin_by_equations

    try:
        points = _points(steps, (*given, *more), 2)
    except NoPoint:
        return
    numbers = {root: root.evalf(45) for value in found for root in value.atoms(sp.CRootOf)}
    found = (found[0].xreplace(numbers), found[1].xreplace(numbers))
    for point in points:
        exact = {j: sp.nsimplify(sp.sympify(p).xreplace(point)) for j, p in steps.items()}
        for k, n in TRIED:
            want = ruin_by_equations(exact, sp.Integer(k), sp.Integer(n))
            for value, right in zip(found, want, strict=True):
                got = sp.N(value.xreplace(point).subs({start: k, goal: n}, simultaneous=True), 30)
                if abs(got - right) > sp.Rational(1, 10**12) * max(1, abs(right)):
                    raise StochasticError(
                        f"{plain(value)} fails its check at {plain(start)} = {plain(k)}, {plain(goal)} = {plain(n)}: "
                        f"{plain(got)}, not {plain(right)}"
                    )
