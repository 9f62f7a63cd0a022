"""The judge: a closed form is believed only after an independent numeric route gives the same values all over the
region.

The route is the oracle's (`numerics.enclose`): balls with proven radius where it has them, two independent methods that
agree elsewhere, and then it says so. Nothing of what a method claims is used, but the value.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.evidence import Counterexample, Evidence, Status
from derive.feynman.limits import limited
from derive.feynman.problem import Problem
from derive.feynman.spread import NoPoint, Point, spread
from derive.ladder.attempt import STUMBLES

if TYPE_CHECKING:
    from numerics import Enclosure

DIGITS, NEEDED = 20, 15
POINTS, FEWEST, QUICK = 6, 3, 2
# So many points more are looked at to have enough proven ones.
EXTRA = 2
SECONDS_A_POINT, HARD_FACTOR = 3.0, 1.5
# The oracle's own limit counts what other processes do; ours is CPU time.
CLOCK = 4.0
# Signs whose value is no closed form, and values that are none.
OPEN = (
    sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.Subs, sp.RootSum, sp.meijerg, sp.Order,
    sp.AccumBounds, sp.DiracDelta, sp.Dummy, sp.CRootOf,
)  # fmt: skip


@dataclass
class Values:
    """What the oracle says of one integral, kept: the points in the order in which they are asked, and its answers."""

    problem: Problem
    seed: int = 0
    answers: dict[Any, Any] = field(default_factory=dict)
    _points: dict[Any, list[Point]] = field(default_factory=dict)

    def points(self, conditions: tuple[Any, ...] = (), watched: tuple[Any, ...] = ()) -> list[Point]:
        """Points of the region, those of the widest spread first. NoPoint if there are none."""
        key = conditions, watched
        if key not in self._points:
            given = (*self.problem.given, *conditions)
            self._points[key] = list(spread(self.problem.parameters, given, self.seed, watched))
        return self._points[key]

    def at(self, point: Point, digits: int = DIGITS, seconds: float = SECONDS_A_POINT) -> Enclosure | str:
        """The integral at the point, or why there is no value. A refusal for want of time is asked again if there is
        more."""
        key = frozenset(point.items())
        known = self.answers.get(key)
        if known is not None and known[1] >= digits and (not isinstance(known[0], str) or known[2] >= seconds):
            return known[0]
        answer = value_at(self.problem.integral, point, digits, seconds)
        self.answers[key] = answer, digits, seconds
        return answer


def value_at(expr: Any, point: Point, digits: int, seconds: float) -> Enclosure | str:
    """The expression at the point as an enclosure, or in words why there is none."""
    from numerics import NotEnclosed, enclose

    def asked() -> Enclosure | str:
        try:
            return enclose(expr, point, digits=digits, timeout=CLOCK * seconds)
        except NotEnclosed as refusal:
            return f"{refusal.what}: {refusal.why}" if not refusal.final else f"{FINAL}{refusal.what}: {refusal.why}"
        except (*STUMBLES, ZeroDivisionError) as stumble:
            return f"the oracle stumbled: {type(stumble).__name__}: {stumble}"

    found = limited(HARD_FACTOR * seconds + 0.5, asked)
    return "no value in time" if found is None else found


FINAL = "refused: "
# Functions of one argument that may change their form at its zeros.
SWITCHING = (sp.log, sp.Abs, sp.sign, sp.Heaviside, sp.arg, sp.atan, sp.acosh, sp.asin, sp.acos)


@dataclass(frozen=True)
class Look:
    """Both sides at one point: the gap between them relative to their size, and whether it is proven to be one."""

    point: Point
    left: Enclosure
    right: Enclosure

    @property
    def gap(self) -> float:
        """(|difference of the middles| + radii) / size; the size is absolute where both sides may be zero."""
        error = self.left.radius + self.right.radius
        size = max(abs(self.left.mid), abs(self.right.mid))
        distance = abs(self.left.mid - self.right.mid)
        return float((distance + error) / (size if size > error else 1))

    @property
    def width(self) -> float:
        """The radii relative to the size."""
        error = self.left.radius + self.right.radius
        size = max(abs(self.left.mid), abs(self.right.mid))
        return float(error / (size if size > error else 1))

    @property
    def rigorous(self) -> bool:
        """Both sides are proven balls."""
        return self.left.rigorous and self.right.rigorous

    @property
    def disjoint(self) -> bool:
        """The balls do not meet."""
        return not self.left.overlaps(self.right)

    def counterexample(self) -> Counterexample:
        """The point as the one where the value fails."""
        import mpmath

        def shown(side: Enclosure) -> str:
            return f"{mpmath.nstr(side.mid, 18)} ± {mpmath.nstr(side.radius, 2)}"

        return Counterexample(shown_at(self.point), shown(self.left), shown(self.right))


def shown_at(point: Point) -> tuple[tuple[str, str], ...]:
    """The coordinates as text, by name."""
    return tuple((symbol.name, str(value)) for symbol, value in sorted(point.items(), key=lambda item: item[0].name))


def judge(
    problem: Problem,
    value: Any,
    conditions: tuple[Any, ...] = (),
    guessed: bool = False,
    points: int = POINTS,
    digits: int = NEEDED,
    seconds: float = 20.0,
    values: Values | None = None,
) -> Evidence:
    """Whether ∫ f = value on the whole region of the parameters that `given` and the conditions admit.

    Both sides at `points` points that reach the corners of the region (six; the only one where nothing is free), each
    to at least `digits` digits. `refuted` with the point where proven balls are disjoint; `unknown` where numbers
    differ that are not proven, where the value is no closed form, cannot be evaluated, or too few points could be
    compared; `enclosed` if all values are proven balls; else `agreed`, also for a recognised number (`guessed`).
    """
    flaw = unfit(problem, value)
    if flaw:
        return Evidence(Status.UNKNOWN, "the proposal is no closed form for the problem", flaw)
    began = time.process_time()
    values = values or Values(problem)
    looks: list[Look] = []
    failures: list[str] = []
    try:
        candidates = values.points(tuple(conditions), critical(value, problem.parameters))
    except NoPoint as nothing:
        return Evidence(Status.UNKNOWN, "the conditions admit no point", str(nothing))
    least = min(FEWEST, points) if problem.parameters else 1
    own = DIGITS if not guessed else 2 * DIGITS
    for look in _looks(values, value, candidates, own, began + seconds):
        if isinstance(look, str):
            failures.append(look)
            if len(failures) > 2 * points or (look.startswith(VALUE) and len(failures) > len(looks) + 1):
                break
            continue
        verdict = _verdict(look, digits)
        if verdict is not None:
            if verdict.status is Status.REFUTED:
                return verdict
            if verdict.method == TOO_WIDE:
                failures.append(f"{TOO_WIDE} at {dict(shown_at(look.point))}")
                continue
            return verdict
        looks.append(look)
        wanted = points if problem.parameters else 1
        if sum(one.rigorous for one in looks) >= wanted or len(looks) >= wanted + EXTRA or not problem.parameters:
            break
    note = f"{len(failures)} further points gave no value: {failures[0]}" if failures else ""
    if len(looks) < least:
        return Evidence(
            Status.UNKNOWN, f"the sides could be compared at {len(looks)} points only, {least} are needed", note
        )
    if any(failure.startswith(VALUE) for failure in failures):
        return Evidence(Status.UNKNOWN, "the value cannot be evaluated everywhere in the region", note)
    proven = [look for look in looks if look.rigorous]
    if len(proven) >= points and len(proven) < len(looks):
        further = f"agreed, not proven, at {len(looks) - len(proven)} further points"
        return _accepted(proven, guessed, "; ".join(filter(None, (further, note))))
    return _accepted(looks, guessed, note)


def quick(problem: Problem, value: Any, conditions: tuple[Any, ...] = (), values: Values | None = None) -> bool:
    """Whether the value is right at the first points: for choosing among candidates, never for a result."""
    return judge(problem, value, conditions, points=QUICK, seconds=6.0, values=values).passed


VALUE, TOO_WIDE = "the value: ", "the balls are too wide"


def _looks(values: Values, value: Any, candidates: list[Point], digits: int, until: float) -> Iterator[Look | str]:
    for point in candidates:
        left_over = until - time.process_time()
        if left_over <= 0:
            yield "time ran out"
            return
        left = values.at(point, digits, min(SECONDS_A_POINT, left_over))
        if isinstance(left, str):
            yield f"{dict(shown_at(point))}: {left}"
            continue
        right = value_at(value, point, digits + 5, SECONDS_A_POINT)
        if isinstance(right, str):
            yield f"{VALUE}{dict(shown_at(point))}: {right}"
            continue
        yield Look(point, left, right)


def _verdict(look: Look, digits: int) -> Evidence | None:
    """What is wrong at the point, or None."""
    if look.rigorous and look.disjoint:
        return Evidence(
            Status.REFUTED,
            "the integral and the value are disjoint balls",
            "both values are proven",
            look.counterexample(),
        )
    if look.gap <= 10.0**-digits:
        return None
    if look.width > 10.0**-digits and not look.disjoint:
        return Evidence(Status.UNKNOWN, TOO_WIDE)
    return Evidence(
        Status.UNKNOWN,
        "the integral and the value differ, but not by proven balls",
        f"{look.counterexample()}; the integral by {look.left.method}",
    )


def _accepted(looks: list[Look], guessed: bool, note: str) -> Evidence:
    gap = max(look.gap for look in looks)
    where = f"{len(looks)} points" if looks[0].point else "the only point"
    rigorous = all(look.rigorous for look in looks)
    status = Status.ENCLOSED if rigorous and not guessed else Status.AGREED
    method = (
        f"balls of the integral and of the value: |difference| ≤ {gap:.1e} at {where}"
        if rigorous
        else f"the integral and the value agree to {gap:.1e} at {where}"
    )
    shown = "; ".join(", ".join(f"{name} = {at}" for name, at in shown_at(look.point)) for look in looks)
    ways = " | ".join(dict.fromkeys(look.left.method for look in looks[:3]))
    extra = "a recognised number: nothing proves it" if guessed else ""
    return Evidence(
        status, method, "; ".join(filter(None, (f"at {shown}" if looks[0].point else "", ways, extra, note)))
    )


def unfit(problem: Problem, value: Any) -> str:
    """Why the value is no closed form for the problem; an empty text if it is one."""
    if not isinstance(value, sp.Expr):
        return f"{value!r} is no expression"
    if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return "it is not finite"
    if value.has(*OPEN):
        names = sorted({type(node).__name__ for node in sp.preorder_traversal(value) if isinstance(node, OPEN)})
        return f"it still contains {', '.join(names)}"
    if value.atoms(sp.core.function.AppliedUndef):
        return "it contains an unknown function"
    strange = value.free_symbols - set(problem.parameters)
    if strange:
        return f"it contains {', '.join(sorted(map(str, strange)))}, which the integral does not"
    return ""


def critical(value: Any, parameters: tuple[sp.Symbol, ...]) -> tuple[Any, ...]:
    """Expressions in the value at whose zeros it may change its form: below roots, in logarithms, |·|, conditions."""
    found: dict[Any, None] = {}
    for node in sp.preorder_traversal(value):
        if isinstance(node, sp.core.relational.Relational):
            found[node] = None
        elif isinstance(node, sp.Pow) and node.exp.is_integer is not True and not node.base.is_positive:
            found[node.base] = None
        elif isinstance(node, SWITCHING) and not node.args[0].is_positive:
            found[node.args[0]] = None
    allowed = set(parameters)
    return tuple(e for e in found if e.free_symbols and e.free_symbols <= allowed)[:8]
