"""Taylor's formula with its remainder: as an integral, as a bound, or as an O-term.

Reference: W. Rudin, Principles of Mathematical Analysis, Theorem 5.15; the integral form follows by repeated
integration by parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from derive.claim import AT_MOST, EQUAL, ContinuousOn, Relation, UpTo
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, plain
from derive.rules.sites import finite, without

HIGHEST_ORDER = 40


@dataclass(frozen=True)
class Taylor(Rule):
    """f(x) = Σ_{j≤n} f^{(j)}(p)/j! (x − p)^j + R_n(x), for f of class C^{n+1} between p and x.

    remainder="integral": R_n = ∫_p^x f^{(n+1)}(t) (x − t)^n/n! dt, `tau` names t; the step is an equality.
    remainder="lagrange": with |f^{(n+1)}| ≤ bound on `interval`, |R_n| ≤ bound |x − p|^{n+1}/(n+1)!. The step is ≤: a
    line f has the polynomial plus the bound above it; a line |f| has |polynomial| plus the bound, so |f − polynomial|
    has the bound alone.
    remainder="O": the step is "up to O((x − p)^{n+1}) as x → p"; the relation to give with the step is `relation`.
    Obligations: f^{(n+1)} is continuous on `interval` (a one-sided neighbourhood (p, p + δ) may be given for "O": [p, p
    + δ]); p and x lie in it; the bound. By structure: the derivatives are computed, so f must have no integral in it
    that depends on x.
    """

    variable: sp.Symbol
    point: Any
    order: int
    remainder: Literal["integral", "lagrange", "O"] = "O"
    interval: tuple[Any, Any] = (-sp.oo, sp.oo)
    bound: Any = None
    tau: sp.Symbol | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", formula(self.point))
        object.__setattr__(self, "interval", tuple(formula(end) for end in self.interval))
        if not 0 <= self.order <= HIGHEST_ORDER:
            raise RuleError(f"the order of a Taylor polynomial lies between 0 and {HIGHEST_ORDER}, not {self.order}")
        if self.point.is_infinite or self.variable in self.point.free_symbols:
            raise RuleError(f"the point {self.point} of a Taylor expansion is finite and free of {self.variable}")

    @property
    def relation(self) -> Relation:
        """The relation in which the step stands."""
        if self.remainder == "O":
            return UpTo((self.variable - self.point) ** (self.order + 1), self.variable, self.point)
        return AT_MOST if self.remainder == "lagrange" else EQUAL

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        size = self.remainder == "lagrange" and isinstance(line, sp.Abs)
        f = line.args[0] if size else line
        polynomial = self._polynomial(f)
        general = Context(without(context.given, self.variable), context.lemmas)
        obligations = self._smooth(f, general)
        if self.remainder == "O":
            yield Consequence(polynomial, obligations)
            return
        obligations += self._inside(context)
        if self.remainder == "integral":
            yield Consequence(polynomial + self._integral(f), obligations)
            return
        limit, bounded = self._bounded(f, general)
        yield Consequence((sp.Abs(polynomial) if size else polynomial) + limit, obligations + bounded)

    def _polynomial(self, f: Any) -> Any:
        x, p = self.variable, self.point
        if any(x in node.free_symbols for node in f.atoms(sp.Integral, sp.Sum, sp.Limit)):
            raise RuleError(
                f"a Taylor polynomial needs the derivatives by {x}; take the integral by itself (Leibniz) first"
            )
        derivative, terms = f, []
        for j in range(self.order + 1):
            value = finite(derivative.xreplace({x: p}), f"the derivative of order {j} at {p}")
            terms.append(value * (x - p) ** j / sp.factorial(j))
            derivative = sp.diff(derivative, x)
        return sp.Add(*terms)

    def _smooth(self, f: Any, context: Context) -> tuple[Obligation, ...]:
        x, low, high = self.variable, *self.interval
        derivative = sp.diff(f, x, self.order + 1)
        found = [
            context.obligation(end[0], end[1], "the point lies in the interval", relation=AT_MOST)
            for end in ((low, self.point), (self.point, high))
            if not (end[1] - end[0]).is_nonnegative and end[0] != -sp.oo and end[1] != sp.oo
        ]
        if derivative.is_polynomial(x):
            return tuple(found)
        why = f"the derivative of order {self.order + 1} is continuous"
        return (*found, context.obligation(derivative, sp.Interval(low, high), why, relation=ContinuousOn(x)))

    def _inside(self, context: Context) -> tuple[Obligation, ...]:
        x, low, high = self.variable, *self.interval
        found = []
        if low is not -sp.oo:
            found.append(context.obligation(low, x, "the variable lies in the interval", relation=AT_MOST))
        if high is not sp.oo:
            found.append(context.obligation(x, high, "the variable lies in the interval", relation=AT_MOST))
        return tuple(found)

    def _integral(self, f: Any) -> Any:
        x, t = self.variable, self.tau
        if t is None or t == x or t in f.free_symbols:
            raise RuleError("name the variable of the remainder's integral, one that does not occur in the line: tau=…")
        kernel = (x - t) ** self.order / sp.factorial(self.order)
        return sp.Integral(sp.diff(f, x, self.order + 1).xreplace({x: t}) * kernel, (t, self.point, x))

    def _bounded(self, f: Any, context: Context) -> tuple[Any, tuple[Obligation, ...]]:
        x, n = self.variable, self.order
        if self.bound is None:
            raise RuleError(f"Lagrange's remainder needs a bound on the derivative of order {n + 1}: bound=…")
        bound = formula(self.bound)
        if x in bound.free_symbols:
            raise RuleError(f"the bound {bound} must hold on the whole interval: free of {x}")
        low, high = self.interval
        where = [r for r in (sp.Le(low, x), sp.Le(x, high)) if r != sp.true and not r.has(sp.oo, -sp.oo)]
        where = where or [sp.Lt(x, sp.oo)]
        size = sp.Abs(sp.diff(f, x, n + 1))
        why = f"the derivative of order {n + 1} is bounded on the interval"
        obligation = context.obligation(size, bound, why, *(r for r in where if r != sp.true), relation=AT_MOST)
        return bound * sp.Abs(x - self.point) ** (n + 1) / sp.factorial(n + 1), (obligation,)

    def describe(self, show: Show = plain) -> str:
        ends = {
            "integral": "remainder as an integral",
            "lagrange": "Lagrange's bound on the remainder",
            "O": "remainder as O",
        }
        return f"Taylor at {equation(self.variable, self.point, show)} to order {self.order}, {ends[self.remainder]}"
