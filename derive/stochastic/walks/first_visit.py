"""First visits of homogeneous walks on the line: the hitting time theorem, its generating function, ruin by equations.

For a walk whose jumps up are all of one spacing, P(T_k = n) = (k/n) P(X_n = k), k > 0 (mirrored for k < 0), and
E s^{T_k} = z(s)^{−k}, z the root of s G(z) = 1 that is the largest real one for s → 0, G the generating function.
References: W. Feller, vol. 1, sec. III.7 and XI.3; F. Spitzer, Principles of Random Walk; J. Kemperman (1950).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.evidence import Evidence, Status
from derive.exact import is_nonnegative
from derive.printing import plain
from derive.stochastic.errors import StochasticError, Unsolvable

if TYPE_CHECKING:
    from derive.stochastic.walks.walk import RandomWalk

TRIED, LARGEST = 6, 400


@dataclass(frozen=True)
class FirstVisit:
    """The first time T at a level, from 0. `law(n)` is P(T = n), `probability` P(T < ∞); `transform` is E s^T in the
    symbol `s`, where the jumps are ±1 and 0 (else None). evidence: the law against the master equation with the level
    absorbing."""

    walk: RandomWalk
    level: Any
    s: Any
    transform: Any
    probability: Any
    evidence: Evidence

    def law(self, steps: Any) -> Any:
        """P(T = n) = |k|/n P(X_n = k)."""
        n = side(steps)
        return sp.Abs(self.level) / n * self.walk.law(n, self.level)

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        shown = self.law(sp.Symbol("n")) if self.transform is None else self.transform
        name = "P(T = n)" if self.transform is None else r"\operatorname{E} s^T"
        return rf"$\displaystyle {name} = {latex(shown)}$"

    def __str__(self) -> str:
        shown = "" if self.transform is None else f"E s^T = {plain(self.transform)}; "
        return f"first visit to {plain(self.level)}: {shown}P(T = n) = |{plain(self.level)}|/n·P(X_n)"


def first_visit(walk: RandomWalk, level: Any) -> FirstVisit:
    """The first visit to a level; StochasticError where a jump can leap over it."""
    from derive.stochastic.walks.local_limit import jumps_of

    table = jumps_of(walk)
    way = sp.sign(level)
    if way not in (1, -1):
        raise StochasticError(f"the level must be known to lie above or below the start 0; got {plain(level)}")
    over = [j for j in table if j * way > 1]
    if over or way not in table:
        raise Unsolvable(
            f"the level is met for sure only by jumps of one spacing towards it; the jumps are {plain(sorted(table))}"
        )
    s = sp.Symbol("s", positive=True)
    transform, chance = None, None
    if set(table) <= {sp.S.NegativeOne, sp.S.Zero, sp.S.One}:
        p, q, r = (table.get(sp.Integer(j), sp.S.Zero) for j in (way, -way, 0))
        k = sp.Abs(level)
        if q == 0:
            transform, chance = (p * s / (1 - r * s)) ** k, sp.S.One
        else:
            free = 1 - r * s
            transform = ((free - sp.sqrt(free**2 - 4 * p * q * s**2)) / (2 * q * s)) ** k
            chance = _least_one(p, q, walk.given) ** k
    visit = FirstVisit(walk, level, s, transform, chance, Evidence(Status.UNKNOWN, "not yet checked"))
    return FirstVisit(walk, level, s, transform, chance, _checked(visit, table))


def _least_one(p: Any, q: Any, given: tuple[Any, ...]) -> Any:
    """min(1, p/q)."""
    if is_nonnegative(p - q, given) is True:
        return sp.S.One
    if is_nonnegative(q - p, given) is True:
        return sp.cancel(p / q)
    return sp.Piecewise((sp.S.One, p >= q), (p / q, True))


def _checked(visit: FirstVisit, table: dict[Any, Any]) -> Evidence:
    """The law and the series of the transform against the master equation, exactly, for a level next to the start."""
    near = int(sp.sign(visit.level)) * min(2, int(sp.Abs(visit.level))) if visit.level.is_Integer else 2
    close = FirstVisit(visit.walk, sp.Integer(near), visit.s, visit.transform, visit.probability, visit.evidence)
    flow: dict[int, Any] = {0: sp.S.One}
    series, numbers = None, {}
    if visit.transform is not None:
        k = sp.Abs(visit.level)
        base = visit.transform.subs(k, abs(near)) if k.free_symbols else visit.transform ** (sp.Integer(abs(near)) / k)
        numbers = {c: sp.Rational(2 + j, 9 + j) for j, c in enumerate(sorted(base.free_symbols - {visit.s}, key=str))}
        series = sp.series(base.xreplace(numbers), visit.s, 0, TRIED + 1).removeO()
    for n in range(1, TRIED + 1):
        after: dict[int, Any] = {}
        for site, mass in flow.items():
            for jump, chance in table.items():
                after[site + int(jump)] = after.get(site + int(jump), sp.S.Zero) + mass * chance
        arrived, flow = after.pop(near, sp.S.Zero), after
        if sp.expand(sp.sympify(close.law(n)).doit() - arrived) != 0:
            raise StochasticError(
                f"P(T = {plain(n)}) = {plain(close.law(n))} fails its check: the master equation gives {plain(arrived)}"
            )
        if series is not None:
            gap = series.coeff(visit.s, n) - arrived.xreplace(numbers)
            if abs(sp.N(gap, 30)) > sp.Rational(1, 10**20):
                raise StochasticError(f"the transform {plain(visit.transform)} fails its check at the power {n}")
    return Evidence(Status.AGREED, f"the master equation with the level absorbing, for the first {TRIED} steps")


def ruin_by_equations(steps: dict[Any, Any], start: Any, goal: Any) -> tuple[Any, Any]:
    """(P(≥ goal before ≤ 0), expected steps) from u(k) = Σ p_j u(k + j) + stay · u(k), 0 < k < goal, solved exactly."""
    if not (start.is_Integer and goal.is_Integer) or not 0 <= start <= goal <= LARGEST:
        raise Unsolvable(
            f"for jumps {plain(sorted(steps, key=str))} ruin is solved for whole numbers 0 ≤ start ≤ goal ≤ {LARGEST}: "
            "for "
            f"symbols only jumps of one spacing have a closed answer"
        )
    if not all(j.is_Integer for j in steps):
        raise StochasticError(f"the jumps {plain(sorted(steps, key=str))} are no multiples of the spacing")
    if start in (0, goal):
        return (sp.S.Zero if start == 0 else sp.S.One), sp.S.Zero
    size = int(goal) - 1
    matrix, won, one = sp.zeros(size, size), sp.zeros(size, 1), sp.ones(size, 1)
    for k in range(1, size + 1):
        for jump, chance in steps.items():
            matrix[k - 1, k - 1] += chance
            to = k + int(jump)
            if 0 < to < goal:
                matrix[k - 1, to - 1] -= chance
            elif to >= goal:
                won[k - 1] += chance
    numeric = all(entry.is_Rational for entry in matrix)
    if numeric:
        exact = [[Fraction(int(e.p), int(e.q)) for e in matrix.row(i)] for i in range(size)]
        answers = [_eliminate(exact, [Fraction(int(e.p), int(e.q)) for e in column]) for column in (won, one)]
        win, time = (sp.Rational(a[int(start) - 1].numerator, a[int(start) - 1].denominator) for a in answers)
        return win, time
    if size > 12:
        raise Unsolvable("with symbolic probabilities ruin by equations is solved up to the goal 13; give numbers")
    inverse = matrix.LUsolve(won.row_join(one))
    return sp.factor(sp.cancel(inverse[int(start) - 1, 0])), sp.factor(sp.cancel(inverse[int(start) - 1, 1]))


def _eliminate(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """The solution of a linear system by Gauss with fractions; StochasticError if it is singular."""
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    n = len(rows)
    for i in range(n):
        pivot = next((k for k in range(i, n) if rows[k][i] != 0), None)
        if pivot is None:
            raise StochasticError("the walk may stay between the ends for ever: ruin has no answer")
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [e / rows[i][i] for e in rows[i]]
        for k in range(n):
            if k != i and rows[k][i] != 0:
                rows[k] = [e - rows[k][i] * f for e, f in zip(rows[k], rows[i], strict=True)]
    return [row[-1] for row in rows]
