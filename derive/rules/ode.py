"""Linear differential equations: the solution is singled out by initial values and by its behaviour at infinity.

Reference: E. A. Coddington, N. Levinson, Theory of Ordinary Differential Equations, ch. 3 (structure of the solutions).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, UNEQUAL, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, plain
from derive.rules.analysis.analytic import regular
from derive.rules.analysis.behaviour import closed_range, continuous_integral, dominance, tends_to
from derive.rules.linearform import LinearForm, linear_form
from derive.rules.sites import (
    admitted_zero,
    continuum,
    equations,
    finite,
    free_standing,
    premises,
    ranging,
    strictly_below,
    without,
)


@dataclass(frozen=True)
class Value:
    """u^{(derivative)}(point) = value; at an end of the domain it is the limit from inside, so u has to be continuous
    up to it.
    """

    point: Any
    value: Any
    derivative: int = 0


@dataclass(frozen=True)
class Bounded:
    """u is bounded towards `at`: this excludes the basis functions `excludes`, listed from the fastest growing to the
    slowest.

    Obligations: each grows faster than the next, the last one without bound and faster than all the other basis
    functions and the particular solution. `bound` is a bound on |u|; None takes the one that the rule's majorant gives.
    A finite `at` is an end of the domain at which u has a value: continuous up to it, u is bounded near it.
    """

    excludes: tuple[Any, ...]
    bound: Any = None
    at: Any = sp.oo


@dataclass(frozen=True)
class Vanishing:
    """u − `leading` → 0 towards `at`: this excludes the basis functions `excludes`, ordered as for Bounded; the last
    need not tend to ∞.

    `leading` is 0 or a function of the variable: the asymptotic behaviour of u. Obligations: lim (u − leading) = 0 (or,
    with `bound` and perhaps `majorant`, as in `tends_to`; `integrand` is then the part of u's integrand whose integral
    is `leading`); the other basis functions and the particular solution less `leading` tend to 0; the last is a
    constant ≠ 0, or 1/last → 0.
    """

    excludes: tuple[Any, ...]
    at: Any = sp.oo
    bound: Any = None
    majorant: Any = None
    leading: Any = sp.S.Zero
    integrand: Any = None


@dataclass(frozen=True)
class SolveODE(Rule):
    """L u = r with the basis y_1 … y_n and a particular solution y_p: u = y_p + Σ c_j y_j, with the c_j from the
    conditions.

    The lemma is the equation on the open interval `domain`, for a function u (an integral, say) of the variable k;
    every u(k) in the line is replaced by the solution, whose n coefficients follow from n conditions (linear algebra by
    Cramer's rule; further values may be given, where one tells nothing, as all functions of the basis take it).
    Obligations: L y_j = 0, L y_p = r; the Wronskian and the leading coefficient have no zero in the domain, the other
    coefficients are continuous there; every condition (a value is an obligation unless it is a lemma); u is continuous
    up to an end at which a value is given; k lies in the domain on the line; the lemma's assumptions hold in the
    domain.

    `majorant` M(x), if u is an integral ∫ f(x, k) dx: |f| ≤ M and ∫ M < ∞ for all k in the domain and at its ends make
    u continuous there (f continuous in k: obligation) and bounded by ∫ M. Without it, continuity of u and the bound on
    |u| are obligations by themselves. `near`: M needs to hold only between the end with a value and this point of the
    domain, since a solution is continuous inside; it gives no bound on |u| for large k then.
    """

    variable: sp.Symbol
    basis: tuple[Any, ...]
    conditions: tuple[Value | Bounded | Vanishing, ...]
    particular: Any = sp.S.Zero
    domain: tuple[Any, Any] = (sp.S.Zero, sp.oo)
    majorant: Any = None
    near: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "basis", tuple(formula(y) for y in self.basis))
        object.__setattr__(self, "domain", tuple(formula(end) for end in self.domain))

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        k = self.variable
        continuum(k)
        unknown, form, lemma = self._equation(line, context)
        free_standing(line, unknown)
        general = Context(without(context.given, k), context.lemmas)
        inside = ranging((k, *self.domain))
        solution, excluded = self._solution(unknown)
        obligations = (
            *premises(lemma, general, *inside),
            *self._structure(form, general, inside),
            *self._in_domain(context),
            *self._regularity(unknown, general, inside),
            *(o for c in self.conditions if isinstance(c, Value) for o in self._valued(c, unknown, general)),
            *(
                o
                for c in self.conditions
                if not isinstance(c, Value)
                for o in self._growth(c, unknown, excluded, general, inside)
            ),
            *self._independent(excluded, general),
        )
        yield Consequence(line.xreplace({unknown: solution}), tuple(dict.fromkeys(obligations)))

    def _equation(self, line: Any, context: Context) -> tuple[Any, LinearForm, Any]:
        k = self.variable
        for lemma in equations(context):
            whole = lemma.lhs - lemma.rhs
            candidates = {node.expr for node in whole.atoms(sp.Derivative) if (k in node.expr.free_symbols)}
            for unknown in sorted(candidates, key=str):
                if not line.has(unknown):
                    continue
                form = linear_form(whole, unknown, k)
                if len(form.coefficients) - 1 != len(self.basis):
                    order = len(form.coefficients) - 1
                    raise RuleError(
                        f"the equation is of order {order}; a basis has {order} functions, not {len(self.basis)}"
                    )
                return unknown, form, lemma
        raise RuleError(
            f"looked for a lemma that is a linear differential equation in {k} for a u in the line; none is named"
        )

    def _structure(self, form: LinearForm, context: Context, inside: Any) -> tuple[Obligation, ...]:
        k = self.variable
        found = [
            context.obligation(form.written(y, k), 0, f"{plain(y)} solves the homogeneous equation", *inside)
            for y in self.basis
        ]
        if self.particular != 0 or form.rest != 0:
            applied = form.written(formula(self.particular), k)
            found.append(
                context.obligation(applied, -form.rest, "the particular solution solves the equation", *inside)
            )
        rows = [[sp.diff(y, k, i) for y in self.basis] for i in range(len(self.basis))]
        wronskian = sp.Matrix(rows).det(method="berkowitz")
        for nonzero, why in (
            (wronskian, "the Wronskian has no zero"),
            (form.coefficients[-1], "the leading coefficient has no zero"),
        ):
            if not (nonzero.is_number and nonzero.is_nonzero):
                zero = admitted_zero(nonzero, (*context.given, *inside))
                if zero is not None:
                    raise RuleError(f"{why}: {nonzero} vanishes at {zero}")
                found.append(context.obligation(nonzero, 0, why, *inside, relation=UNEQUAL))
        for c in (*form.coefficients, form.rest):
            found.extend(regular(c, k, k, context, *inside))
        return tuple(found)

    def _solution(self, unknown: Any) -> tuple[Any, tuple[Any, ...]]:
        """The solution by Cramer's rule, and the basis functions excluded by growth."""
        excluded = tuple(y for c in self.conditions if not isinstance(c, Value) for y in c.excludes)
        if any(y not in self.basis for y in excluded):
            raise RuleError(f"the excluded functions {excluded} must be among the basis {self.basis}")
        kept, values = (
            [y for y in self.basis if y not in excluded],
            [c for c in self.conditions if isinstance(c, Value)],
        )
        if len(kept) > len(values):
            raise RuleError(
                f"{len(self.basis)} conditions are needed: {len(excluded)} basis functions are excluded by growth, "
                f"so {len(kept)} values are needed and {len(values)} are given"
            )
        matrix, right = self._system(kept, values)
        solution = formula(self.particular)
        if kept:
            whole = matrix.det(method="berkowitz")
            for j, y in enumerate(kept):
                column = matrix.copy()
                column[:, j] = right
                solution += column.det(method="berkowitz") / whole * y
        return finite(solution, "the solution"), excluded

    def _system(self, kept: list[Any], values: list[Value]) -> tuple[Any, Any]:
        k = self.variable

        def at(y: Any, condition: Value) -> Any:
            what = f"{y} at {k} = {condition.point}"
            return finite(sp.diff(y, k, condition.derivative).xreplace({k: formula(condition.point)}), what)

        particular = formula(self.particular)
        if len(values) > len(kept):
            values = self._telling(kept, values, at)
        matrix = sp.Matrix(len(values), len(kept), lambda i, j: at(kept[j], values[i]))
        return matrix, sp.Matrix([formula(v.value) - at(particular, v) for v in values])

    @staticmethod
    def _telling(kept: list[Any], values: list[Value], at: Any) -> list[Value]:
        """As many of the values as there are coefficients, such that they determine them; all of them are obligations,
        and a value that every function of the basis takes tells nothing."""
        for chosen in combinations(values, len(kept)):
            matrix = sp.Matrix(len(kept), len(kept), lambda i, j: at(kept[j], chosen[i]))  # noqa: B023
            if matrix.det(method="berkowitz").is_zero is False:
                return list(chosen)
        return values[: len(kept)]

    def _independent(self, excluded: tuple[Any, ...], context: Context) -> tuple[Obligation, ...]:
        kept = [y for y in self.basis if y not in excluded]
        if not kept:
            return ()
        matrix, _ = self._system(kept, [c for c in self.conditions if isinstance(c, Value)])
        determinant = matrix.det(method="berkowitz")
        if determinant.is_number and determinant.is_nonzero:
            return ()
        return (context.obligation(determinant, 0, "the conditions determine the coefficients", relation=UNEQUAL),)

    def _in_domain(self, context: Context) -> tuple[Obligation, ...]:
        low, high = self.domain
        values = [formula(c.point) for c in self.conditions if isinstance(c, Value) and c.derivative == 0]
        found, why = [], "the variable lies in the domain"
        for end, pair in ((low, (low, self.variable)), (high, (self.variable, high))):
            if end in values:
                found.append(context.obligation(*pair, why, relation=AT_MOST))
            elif not end.is_infinite:
                found.append(strictly_below(*pair, context, why))
        return tuple(found)

    def _regularity(self, unknown: Any, context: Context, inside: Any) -> tuple[Obligation, ...]:
        """That u is continuous up to the ends at which it has a value, and, with a majorant, bounded."""
        k = self.variable
        if self.majorant is not None:
            return self._dominated(unknown, context)
        low, high = self.domain
        points = self._valued_ends()
        if not points:
            return ()
        interval = sp.Interval(low, high, low not in points, high not in points)
        return (context.obligation(unknown, interval, "continuous up to the end", relation=ContinuousOn(k)),)

    def _valued_ends(self) -> list[Any]:
        """The ends of the domain at which u itself has a value."""
        points = [formula(c.point) for c in self.conditions if isinstance(c, Value) and c.derivative == 0]
        return [point for point in points if point in self.domain]

    def _dominated(self, unknown: Any, context: Context) -> tuple[Obligation, ...]:
        """Continuity of u = ∫ f dx by the majorant: over the whole closed domain, or near the end with a value."""
        k, majorant = self.variable, formula(self.majorant)
        if self.near is None:
            ends = [point for point in self.domain if not point.is_infinite]
            return continuous_integral(unknown, k, closed_range(k, self.domain), ends, majorant, context)
        near, points = formula(self.near), self._valued_ends()
        if len(points) != 1:
            raise RuleError(f"`near` = {near} speaks of one end of the domain with a value; there are {len(points)}")
        (end,) = points
        part = (end, near) if end == self.domain[0] else (near, end)
        inside = [
            context.obligation(a, b, f"{near} lies in the domain", relation=LESS)
            for a, b in ((self.domain[0], near), (near, self.domain[1]))
            if not (b - a).is_positive and not (b - a).is_infinite
        ]
        return (*inside, *continuous_integral(unknown, k, closed_range(k, part), [end], majorant, context))

    def _valued(self, condition: Value, unknown: Any, context: Context) -> tuple[Obligation, ...]:
        k, point, value = (
            self.variable,
            formula(condition.point),
            formula(condition.value),
        )
        if point.is_infinite:
            raise RuleError(f"a value at {point} is no initial value; use Vanishing or Bounded")
        low, high = self.domain
        found: list[Obligation] = []
        if point not in self.domain:
            for a, b in ((low, point), (point, high)):
                if not (b - a).is_positive and not (b - a).is_infinite:
                    found.append(context.obligation(a, b, f"{point} lies in the domain", relation=LESS))
        if condition.derivative:
            derivative = sp.Derivative(unknown, (k, condition.derivative))
            side = "-" if point == high else "+"
            limit = sp.Limit(derivative, k, point, side)
            return (*found, context.obligation(limit, value, f"value of the derivative at {k} = {plain(point)}"))
        here = unknown.xreplace({k: point})
        if here == value:
            return tuple(found)
        for lemma in equations(context):
            if lemma.lhs == here:
                found.extend(premises(lemma, context))
                if lemma.rhs != value:
                    found.append(context.obligation(lemma.rhs, value, f"value at {k} = {plain(point)}"))
                return tuple(found)
        return (*found, context.obligation(here, value, f"value at {k} = {plain(point)}"))

    def _growth(
        self, condition: Bounded | Vanishing, unknown: Any, excluded: tuple[Any, ...], context: Context, inside: Any
    ) -> tuple[Obligation, ...]:
        k, at = self.variable, condition.at
        if not condition.excludes:
            raise RuleError("name the basis functions that the condition excludes")
        finite_end = isinstance(condition, Bounded) and at in self._valued_ends()
        if not finite_end and (at not in (sp.oo, -sp.oo) or at not in self.domain):
            raise RuleError(
                f"the condition speaks of {k} → {at}; it must be an infinite end of the domain {self.domain}, "
                "or for Bounded one at which the function has a value"
            )
        leading = formula(condition.leading) if isinstance(condition, Vanishing) else sp.S.Zero
        own = formula(self.particular) - leading
        rest = [y for y in self.basis if y not in excluded]
        rest += [own] if own != 0 else []
        later = excluded[excluded.index(condition.excludes[-1]) + 1 :]
        found = list(
            dominance(
                condition.excludes,
                (*rest, *later),
                k,
                at,
                context,
                unbounded=isinstance(condition, Bounded),
                side="-" if finite_end and at == self.domain[1] else "+",
            )
        )
        if finite_end:
            return tuple(found)
        if isinstance(condition, Vanishing):
            if leading.has(sp.oo, sp.zoo, sp.nan):
                raise RuleError(f"the leading part {leading} must be finite; give it as a function of {k}")
            known = (condition.bound, condition.majorant, context, condition.integrand, inside)
            found.extend(tends_to(unknown, k, at, leading, *known))
            found.extend(
                context.obligation(sp.Limit(y, k, at), 0, f"{plain(y)} vanishes as {k} → {plain(at)}") for y in rest
            )
        elif condition.bound is not None:
            if k in formula(condition.bound).free_symbols:
                raise RuleError(f"the bound {condition.bound} depends on {k}")
            found.append(
                context.obligation(
                    sp.Abs(unknown), condition.bound, "the function is bounded", *inside, relation=AT_MOST
                )
            )
        elif self.majorant is None or self.near is not None:
            raise RuleError("boundedness needs a bound on the function, or a majorant of its integrand")
        return tuple(found)

    def describe(self, show: Show = plain) -> str:
        growth = any(isinstance(c, Bounded) for c in self.conditions)
        far = [c for c in self.conditions if isinstance(c, Vanishing)]
        values = any(isinstance(c, Value) for c in self.conditions)
        leading = [show(formula(c.leading)) for c in far if c.leading != 0]
        plain_decay = bool(far) and not leading
        kind = "bounded solution" if growth else "solution that vanishes at infinity" if plain_decay else "solution"
        as_what = f" that behaves as {leading[0]} at infinity" if leading else ""
        name = f"the {kind} of the equation{as_what}" + (" with this value" if values else "")
        constants = sp.symbols(f"C_1:{len(self.basis) + 1}")
        general = formula(self.particular) + sp.Add(*(c * y for c, y in zip(constants, self.basis, strict=True)))
        known = "; ".join(self._condition(c, show) for c in self.conditions)
        return f"{name}; the general one is {show(general)}; {known}"

    def _condition(self, condition: Value | Bounded | Vanishing, show: Show) -> str:
        """A condition in words, with what it excludes."""
        k = self.variable
        if isinstance(condition, Value):
            order = f" of the derivative of order {condition.derivative}" if condition.derivative else ""
            return f"value {show(formula(condition.value))}{order} at {equation(k, formula(condition.point), show)}"
        excluded = ", ".join("a constant" if y == 1 else show(y) for y in condition.excludes)
        tends = "it is bounded" if isinstance(condition, Bounded) else "it tends to 0"
        if isinstance(condition, Vanishing) and condition.leading != 0:
            tends = f"less {show(formula(condition.leading))} it tends to 0"
        return f"{tends} as {show(k)} → {show(formula(condition.at))}, which excludes {excluded}"
