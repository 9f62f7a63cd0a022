"""lhs = rhs + O(gauge): Taylor's theorem where the difference is smooth at the point, measured growth otherwise."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import sympy as sp

from derive.claim import Claim, UpTo
from derive.evidence import Counterexample, Evidence, Status
from derive.exact import is_nonzero
from derive.field import is_zero
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.sampling import NoPoint, admissible, with_functions

PARAMETER_POINTS = 4
MAX_ORDER = 12
STEPS = (8, 16, 24, 32, 64, 128, 256, 512)
RECORD = 1.02


def up_to(claim: Claim, budget: Budget) -> Evidence:
    """Evidence for lhs − rhs = O(gauge).

    With gauge = c tⁿ at a finite point the derivatives of orders 0 … n−1 of the difference must vanish there (exact),
    and its n-th derivative must be bounded on a one-sided neighbourhood (a ball over the whole neighbourhood, at
    random parameters): then |lhs − rhs| ≤ sup|f⁽ⁿ⁾| tⁿ/n! by Taylor's theorem. A derivative that a ball separates from
    zero refutes the claim.
    """
    relation = claim.relation
    assert isinstance(relation, UpTo)
    step = sp.Dummy("h", positive=True)
    place = _near(relation, step)
    difference = (claim.lhs - claim.rhs).subs(relation.variable, place)
    gauge = sp.powsimp(relation.gauge.subs(relation.variable, place), force=True)
    order = _degree(gauge, step, claim.given)
    if order is not None and 0 <= order <= MAX_ORDER:
        found = _by_taylor(difference, step, order, claim, budget)
        if found is not None:
            return found
    return _by_growth(difference, gauge, step, claim, budget)


def _near(relation: UpTo, step: sp.Symbol) -> sp.Expr:
    if relation.point is sp.oo:
        return 1 / step
    if relation.point is sp.S.NegativeInfinity:
        return -1 / step
    return relation.point + step


def _degree(gauge: sp.Expr, step: sp.Symbol, given: tuple[Any, ...]) -> int | None:
    """n if the gauge is c·stepⁿ with c free of the step and nowhere zero, else None."""
    coefficient, power = gauge.as_independent(step, as_Add=False)
    base, exponent = power.as_base_exp()
    if not attempt(is_nonzero, coefficient, given)[0]:
        return None
    return int(exponent) if base == step and exponent.is_Integer else (0 if power == 1 else None)


def _by_taylor(difference: sp.Expr, step: sp.Symbol, order: int, claim: Claim, budget: Budget) -> Evidence | None:
    from numerics import NotEnclosed, enclose

    rng = random.Random(budget.seed)
    difference, instance = with_functions(difference, rng)
    jets = [difference]
    for _ in range(order):
        jets.append(sp.diff(jets[-1], step))
    try:
        free = difference.free_symbols - {step}
        points = list(admissible(free, claim.given, rng, PARAMETER_POINTS if free else 1, real=True))
    except NoPoint:
        return None
    bound = 0.0
    try:
        for point in points:
            around = enclose(
                jets[order], {**point, step: (0, sp.Rational(1, 2**20))}, digits=6, timeout=budget.share(0.2)
            )
            bound = max(bound, float(abs(around.mid) + around.radius))
            if not around.rigorous:
                return None
    except NotEnclosed:
        return None
    for index, jet in enumerate(jets[:order]):
        value = jet.subs(step, 0)
        if is_zero(value, claim.given):
            continue
        for point in points:
            try:
                ball = enclose(value, point, digits=15, timeout=budget.share(0.2))
            except NotEnclosed:
                return None
            if ball.rigorous and not ball.contains(0):
                shown = tuple((str(s), str(v)) for s, v in sorted(point.items(), key=lambda item: str(item[0])))
                example = Counterexample(shown, f"derivative of order {index}: {ball.mid}", "0, as the O-term requires")
                return Evidence(
                    Status.REFUTED, f"a term of order {index} is left over", "proven ball, Taylor's theorem", example
                )
        return None
    detail = (
        f"|f^({order})| ≤ {bound:.3g} near the point at {len(points)} parameter points (balls over the neighbourhood)"
    )
    if instance:
        detail += f"; for {', '.join(f'{name}(…) = {body}' for name, body in instance.items())}"
    status = Status.ENCLOSED if points[0] or instance else Status.EXACT
    return Evidence(status, f"Taylor: derivatives of orders below {order} vanish exactly", detail)


def _by_growth(difference: sp.Expr, gauge: sp.Expr, step: sp.Symbol, claim: Claim, budget: Budget) -> Evidence:
    """The ratio on the way to the point. Slow growth (a logarithm, a small power) sets a new record at every doubling
    of the exponent."""
    from numerics import NotEnclosed, enclose

    rng = random.Random(budget.seed)
    difference, _ = with_functions(difference, rng)
    worst, count = mpmath.mpf(0), 0
    try:
        for point in admissible(
            (difference.free_symbols | gauge.free_symbols) - {step}, claim.given, rng, PARAMETER_POINTS, real=True
        ):
            ratios = []
            for power in STEPS:
                at = {**point, step: sp.Rational(1, 2**power)}
                value = enclose(difference, at, digits=12, timeout=budget.share(0.1))
                scale = enclose(gauge, at, digits=12, timeout=budget.share(0.1))
                ratios.append((abs(value.mid) + value.radius) / abs(scale.mid))
            middle = len(STEPS) // 2
            if max(ratios[middle:]) > RECORD * max(ratios[:middle]) + mpmath.mpf("1e-12"):
                shown = " → ".join(mpmath.nstr(ratio, 3) for ratio in ratios)
                return Evidence(Status.UNKNOWN, "difference / gauge grows towards the point", shown)
            worst, count = max(worst, *ratios), count + 1
    except (NotEnclosed, NoPoint, ZeroDivisionError, OverflowError) as reason:
        return Evidence(Status.UNKNOWN, "the order could not be decided", str(reason))
    bound = f"|difference / gauge| ≤ {mpmath.nstr(worst, 3)} on the way to the point"
    return Evidence(Status.AGREED, bound, f"steps 2^-{STEPS[0]} … 2^-{STEPS[-1]} at {count} points")
