"""Integrals over ranges symmetric about zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.rule import Consequence, Context, Rule, RuleError, Show, formula, plain
from derive.rules.places import IntegralPlace, converges, integrals, looked_for, not_above, put_in, span, under
from derive.rules.substitution import Substitute


@dataclass(frozen=True)
class Symmetry(Rule):
    """∫_{−c}^{c} f dx = 2 ∫_0^c f dx for even f, and 0 for odd f, if the integral converges; ∫_0^c f dx = ½ ∫_{−c}^{c}
    f dx too.

    Convergence is needed: ∫ x/(1 + x²) dx over the line has no value, only a principal one. `kind` is "even" or "odd";
    without it, both are offered. `variable` restricts the rule to integrals over it.
    """

    kind: str | None = None
    variable: Any = None

    def __post_init__(self) -> None:
        if self.kind not in (None, "even", "odd"):
            raise RuleError(f"a symmetry is 'even' or 'odd', not {self.kind!r}")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        places = integrals(line, context.given, self.variable)
        whole = [p for p in places if sp.expand(p.lower + p.upper) == 0 or -p.lower == p.upper]
        halves = [p for p in places if p.lower == 0 and self.kind != "odd"]
        if not whole and not halves:
            raise looked_for(
                "integral over a range from −c to c, or from 0 to c", line, "shift the range first (Shift)"
            )
        for place in whole:
            inner = under(context, place.ranges)
            x, f = place.variable, place.integrand
            reach = span(x, place.lower, place.upper, inner.given)
            inside = Context((*inner.given, *reach.relations))
            mirrored = put_in(f, {x: -x})
            for kind in ("even", "odd"):
                if self.kind not in (None, kind) or _plainly_not(kind, f, mirrored, self.kind):
                    continue
                half = sp.Integral(f, (x, 0, place.upper))
                sign, value = (1, 2 * half) if kind == "even" else (-1, sp.S.Zero)
                obligations = (
                    *reach.obligations,
                    inside.obligation(mirrored, sign * f, f"the integrand is {kind} in {x}"),
                    converges(inner, half, "the half of the integral converges"),
                )
                yield Consequence(place.put(value), obligations)
        for place in halves:
            yield self._doubled(place, under(context, place.ranges))

    def _doubled(self, place: IntegralPlace, context: Context) -> Consequence:
        """½ ∫_{−c}^{c} f dx for ∫_0^c f dx, f even on the whole range."""
        x, f, c = place.variable, place.integrand, place.upper
        reach = span(x, -c, c, context.given)
        obligations = (
            *reach.obligations,
            Context((*context.given, *reach.relations)).obligation(
                put_in(f, {x: -x}), f, f"the integrand is even in {x}"
            ),
            converges(context, place.node, "the half of the integral converges"),
        )
        return Consequence(place.put(sp.Integral(f, (x, -c, c)) / 2), obligations)

    def describe(self, show: Show = plain) -> str:
        return {"even": "even integrand", "odd": "odd integrand: the halves cancel"}.get(
            self.kind or "", "symmetry of the integrand"
        )


@dataclass(frozen=True)
class Folded(Rule):
    """∫_{−c}^{c} f(x) dx = ∫_0^c (f(x) + f(−x)) dx, if both halves converge; c = oo too."""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [p for p in integrals(line, context.given) if p.lower == -p.upper and p.upper != 0]
        if not found:
            raise looked_for("integral over a range from −c to c", line, "shift the range first (Shift)")
        for place in found:
            inner = under(context, place.ranges)
            x, f, c = place.variable, place.integrand, place.upper
            halves = f, put_in(f, {x: -x})
            owed = (converges(inner, sp.Integral(half, (x, 0, c)), "each half converges") for half in halves)
            yield Consequence(place.put(sp.Integral(sp.Add(*halves), (x, 0, c))), tuple(owed))

    def describe(self, show: Show = plain) -> str:
        return "the range folded at 0"


@dataclass(frozen=True)
class Halved(Rule):
    """∫_a^b f(x) dx = 2 ∫_a^{(a+b)/2} f(x) dx, if f(a + b − x) = f(x) and the half converges."""

    variable: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [p for p in integrals(line, context.given, self.variable) if (p.upper - p.lower).is_finite]
        if not found:
            raise looked_for("integral over a finite range", line, "the range must have a middle")
        for place in found:
            inner = under(context, place.ranges)
            x, f, a, b = place.variable, place.integrand, place.lower, place.upper
            reach = span(x, a, b, inner.given)
            half = sp.Integral(f, (x, a, (a + b) / 2))
            mirrored = Context((*inner.given, *reach.relations)).obligation(
                put_in(f, {x: a + b - x}), f, "the integrand is even about the middle of the range"
            )
            owed = (*reach.obligations, mirrored, converges(inner, half, "the half of the integral converges"))
            yield Consequence(place.put(2 * half), owed)

    def describe(self, show: Show = plain) -> str:
        return "the integrand is even about the middle of the range"


@dataclass(frozen=True)
class Averaged(Rule):
    """∫_a^b f(x) dx = ½ ∫_a^b g(x) dx with g(x) = f(x) + f(φ(x)) |φ′(x)|, where φ falls from b to a on the range, and
    the integral converges. Folded at a point c with φ(c) = c: ∫_a^b f dx = ∫_a^c g dx.

    `phi` in the variable of the integral; `total` states g in the form that the next line has. The substitution
    x → φ(x) gives ∫ f(φ) |φ′| over the same range; the mean of the two, or the two parts of the range, are added.
    """

    variable: Any
    phi: Any
    total: Any
    fold: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = integrals(line, context.given, self.variable)
        if not found:
            raise looked_for(f"definite integral over {self.variable}", line, "write it with both ends")
        for place in found:
            inner = under(context, place.ranges)
            x, f, phi, total = place.variable, place.integrand, formula(self.phi), formula(self.total)
            reach = span(x, place.lower, place.upper, inner.given)
            changed = Substitute(x, phi, x, place.upper, place.lower).consequences(place.node, inner)
            image = -put_in(f, {x: phi}) * sp.diff(phi, x)
            within = Context((*inner.given, *reach.relations))
            owed = [
                *next(iter(changed)).obligations,
                within.obligation(f + image, total, f"the integrand and its image under {x} → {plain(phi)} add up so"),
                converges(inner, place.node, "the integral converges"),
            ]
            if self.fold is None:
                yield Consequence(place.put(sp.Integral(total / 2, (x, place.lower, place.upper))), tuple(owed))
                continue
            fixed = formula(self.fold)
            owed.append(inner.obligation(put_in(phi, {x: fixed}), fixed, f"the range is folded at {plain(fixed)}"))
            if not inside(fixed, place.lower, place.upper, inner.given):
                raise RuleError(f"{plain(fixed)} is not plainly inside the range of {plain(place.node)}")
            yield Consequence(place.put(sp.Integral(total, (x, place.lower, fixed))), tuple(owed))

    def describe(self, show: Show = plain) -> str:
        what = "the integral folded" if self.fold is not None else "half the sum with the image"
        return f"{what} under {show(self.variable)} → {show(self.phi)}"


def inside(point: Any, low: Any, high: Any, given: tuple[Any, ...]) -> bool:
    """Whether low < point < high is plain."""
    return not_above(low, point, given) and not_above(point, high, given) and point not in (low, high)


def _plainly_not(kind: str, f: Any, mirrored: Any, stated: str | None) -> bool:
    """When no symmetry is stated, the other one is left out where SymPy sees this one at once."""
    return stated is None and mirrored == (-f if kind == "even" else f)
