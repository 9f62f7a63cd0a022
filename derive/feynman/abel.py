"""Abel values: lim ∫ e^{−εx} f(x) dx as ε → 0+, for integrals whose oscillation does not die down.

The regulated integral is an ordinary convergent one with one more parameter; it is solved as such, and the limit taken.
The value is that of the limit and of nothing else: the result says so (`regularised`, `meaning`), and a convergent
integral has its own value as its Abel value (Abel's theorem).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError, NoClosedForm
from derive.evidence import Evidence, Status
from derive.feynman.front import Normalised, normalise
from derive.feynman.integrate import CLOCK, GRACE, Answer
from derive.feynman.judge import shown_at
from derive.feynman.limits import OutOfTime, by_the_clock
from derive.feynman.posed import checked_integrand, checked_limits
from derive.feynman.problem import Problem
from derive.feynman.result import Found, Integrated
from derive.feynman.search import Searching
from derive.feynman.spread import NoPoint
from derive.printing import plain
from derive.rules import EvaluateLimit, limit_value
from derive.worker import limited as in_a_worker

LIMIT_SECONDS = 4.0
POINTS, FEWEST = 4, 3
# Shrinking regulators; the value is extrapolated to 0 from the balls at these.
STEPS = tuple(sp.Rational(1, 2**k) for k in range(3, 15))
NEEDED = 10


def abel_integral(f: Any, limits: Any, given: Iterable[Any] | Any = (), timeout: float = 60.0) -> Integrated:
    """lim_{ε→0+} ∫_lo^oo e^{−εx} f(x) dx in closed form, marked as an Abel value (`regularised == "Abel"`).

    Raises DeriveError if the range has no infinite end, NoClosedForm if the limit was not found or its value did not
    agree with the numbers. The numbers are the oracle's balls of the regulated integral for shrinking ε, extrapolated
    to 0: so the status is `agreed` at best, unless the integral converges by itself.
    """
    x, lower, upper = checked_limits(limits)
    if not (upper is sp.oo or lower is -sp.oo):
        raise DeriveError(f"an Abel value is for an infinite range, not for {lower} to {upper}; use integrate")
    problem = normalise(checked_integrand(f), (x, lower, upper), given)
    outcome = in_a_worker(within_the_clock, problem, float(timeout), timeout=CLOCK * timeout + GRACE)
    if not outcome.finished:
        found = Found(problem.problem)
        raise NoClosedForm(f"no Abel value of {problem.problem}: {outcome.failure}", found)
    if isinstance(outcome.value, Answer):
        return outcome.value.result(problem)
    raise outcome.value


def within_the_clock(problem: Normalised, timeout: float, post: Callable[[Any], None]) -> Any:
    """`regularised`, which says that the time is over before the process is killed."""
    try:
        with by_the_clock(CLOCK * timeout):
            return regularised(problem, timeout, post)
    except OutOfTime:
        return NoClosedForm(f"no Abel value of {problem.problem} within {timeout:g} s", Found(problem.problem))


def regularised(problem: Normalised, timeout: float, post: Callable[[Any], None]) -> Any:
    """The search for the regulated integral and its limit, in a worker: an Answer, or the exception to be raised."""
    began = time.process_time()
    integral = problem.problem
    eps = sp.Symbol(_free_name(integral), positive=True)
    search = Searching(timeout, CLOCK * timeout, post)
    try:
        search.values(integral).points()
    except NoPoint as nothing:
        return DeriveError(f"{integral}: {nothing}")
    plain = search.solve(integral, 0.3) if _converges(integral, search) else None
    meaning = sp.Limit(regulated(integral, eps).integral, eps, 0, "+")
    if plain is not None:
        steps = Derivation(meaning, integral.given).to(plain.value, "Abel's theorem: the integral itself converges")
        return Answer(plain.value, plain.proposal.conditions, steps.qed(), plain.evidence, plain.proposal.route,
                      time.process_time() - began, "Abel", meaning)  # fmt: skip
    for value, steps, route in _limits(integral, eps, meaning, search):
        evidence = judge_abel(integral, value, eps, search)
        if evidence.passed:
            return Answer(value, (), steps.qed(), evidence, route, time.process_time() - began, "Abel", meaning)
        search.note("rejected", f"{value}: {evidence}")
    found = Found(integral, tuple((key, tuple(notes)) for key, notes in search.notes.items()), (), tuple(search.trail))
    return NoClosedForm(f"no Abel value of {integral} was found\n{found}".rstrip(), found)


def regulated(problem: Problem, eps: Any) -> Problem:
    """The integral with the regulator e^{−ε|x|}: at both ends if the range is the line."""
    x = problem.variable
    size = x if problem.upper is sp.oo and problem.lower is not -sp.oo else sp.Abs(x) if problem.upper is sp.oo else -x
    return problem.with_(integrand=sp.exp(-eps * size) * problem.integrand)


def _free_name(problem: Problem) -> str:
    taken = {symbol.name for symbol in problem.integral.atoms(sp.Symbol)}
    return next(name for name in ("epsilon", "eps", "eta", "delta_0") if name not in taken)


def _converges(problem: Problem, search: Searching) -> bool:
    point = search.first_point(problem)
    return point is not None and search.enclose(problem, point) is not None


def _limits(problem: Problem, eps: Any, meaning: Any, search: Searching) -> Iterator[tuple[Any, Derivation, str]]:
    """Values of the limit: of the regulated integral as a whole, or of the polynomial and the decaying part of f."""
    for form in _forms(problem):
        parts = [problem.with_(integrand=term) for term in sp.Add.make_args(form)]
        total, lines, routes = sp.S.Zero, sp.S.Zero, []
        for part in parts:
            found = _limit_of(part, eps, search, len(parts))
            if found is None:
                break
            value, closed, route = found
            total, lines = total + value, lines + closed
            routes.append(route)
        else:
            ways = ", ".join(dict.fromkeys(routes))
            words = f"closed form of the regulated integral ({ways})"
            steps = Derivation(meaning, problem.given).to(sp.Limit(lines, eps, 0, "+"), words)
            yield (
                total,
                steps.to(total, EvaluateLimit(total)),
                f"regulator {plain(sp.exp(-eps * problem.variable))}, {ways}",
            )


def _forms(problem: Problem) -> Iterator[Any]:
    f, x = problem.integrand, problem.variable
    split = sp.expand_mul(f)
    for wave in [w for w in sp.Mul.make_args(f) if isinstance(w, (sp.sin, sp.cos))]:
        amplitude = f / wave
        if amplitude.is_rational_function(x):
            split = sp.expand_mul(wave * sp.apart(amplitude, x)) if not amplitude.is_polynomial(x) else split
    yield from dict.fromkeys((split, f))


def _limit_of(problem: Problem, eps: Any, search: Searching, share: int) -> tuple[Any, Any, str] | None:
    """(limit, closed form of the regulated integral, route); what converges by itself needs no regulator."""
    if _converges(problem, search):
        plain = search.solve(problem, 0.5)
        if plain is not None:
            return plain.value, plain.value, plain.proposal.route
    solved = search.solve(regulated(problem, eps), 0.8)
    if solved is None:
        return None
    value = search.limited(LIMIT_SECONDS, limit_value, solved.value, eps, sp.S.Zero, "+", problem.given)
    if value is None:
        direct = solved.value.xreplace({eps: sp.S.Zero})
        value = direct if direct.is_finite else search.limited(LIMIT_SECONDS, sp.limit, solved.value, eps, 0, "+")
    if value is None or value.has(sp.nan, sp.zoo, sp.oo, sp.Limit) or eps in value.free_symbols:
        return None
    return search.limited(1.0, sp.simplify, value) or value, solved.value, solved.proposal.route


def judge_abel(problem: Problem, value: Any, eps: Any, search: Searching) -> Evidence:
    """The value against the regulated integral at shrinking ε, extrapolated to 0 (Richardson), at several points."""
    from derive.feynman.judge import VALUE, unfit, value_at

    flaw = unfit(problem, value)
    if flaw:
        return Evidence(Status.UNKNOWN, "the proposal is no closed form for the problem", flaw)
    with_regulator = regulated(problem, eps)
    compared, worst = 0, 0.0
    for point in search.values(problem).points()[: 2 * POINTS]:
        right = value_at(value, point, 20, 3.0)
        if isinstance(right, str):
            return Evidence(Status.UNKNOWN, "the value cannot be evaluated", f"{VALUE}{right}")
        left = _extrapolated(with_regulator, point, eps)
        if left is None:
            continue
        limit, error = left
        size = max(abs(right.mid), abs(limit), 1)
        gap = float(abs(limit - right.mid) / size)
        if gap > max(10 * error, 10.0**-NEEDED):
            at = ", ".join(f"{name} = {number}" for name, number in shown_at(point))
            return Evidence(
                Status.UNKNOWN, "the limit of the numbers differs from the value", f"at {at}: {limit} ± {error}"
            )
        compared, worst = compared + 1, max(worst, gap)
        if compared >= (POINTS if problem.parameters else 1):
            break
    if compared < (FEWEST if problem.parameters else 1):
        return Evidence(Status.UNKNOWN, f"the regulated integral had a limit at {compared} points only")
    return Evidence(
        Status.AGREED,
        f"balls of the regulated integral, extrapolated to ε = 0, agree to {worst:.1e} at "
        f"{'the only point' if not problem.parameters else f'{compared} points'}",
        "the value is a limit: Abel's, not that of the integral",
    )


def _extrapolated(problem: Problem, point: dict[Any, Any], eps: Any) -> tuple[Any, float] | None:
    """The limit by polynomial extrapolation in ε, with the change of the last step as its error; None if it does not
    settle."""
    import mpmath

    from derive.feynman.judge import value_at

    # Neville's scheme in ε: the regulated integral is analytic or has an expansion in powers of ε at 0.
    rows: list[Any] = []
    previous, best = None, None
    with mpmath.workdps(40):
        for step in STEPS:
            ball = value_at(problem.integral, {**point, eps: step * _unit(point)}, 28, 3.0)
            if isinstance(ball, str):
                return None
            row = [ball.mid]
            for k in range(1, len(rows) + 1):
                factor = mpmath.mpf(2) ** k
                row.append((factor * row[k - 1] - rows[-1][k - 1]) / (factor - 1))
            rows.append(row)
            if previous is not None:
                error = float(abs(row[-1] - previous) / max(abs(row[-1]), 1))
                if best is None or error < best[1]:
                    best = row[-1], error
            previous = row[-1]
    return best if best is not None and best[1] < 10.0**-NEEDED else None


def _unit(point: dict[Any, Any]) -> Any:
    """A scale for ε: the smallest parameter that is not zero."""
    sizes = [abs(value) for value in point.values() if value != 0]
    return min([*sizes, sp.S.One], key=float)
