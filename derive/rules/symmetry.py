"""Integrals over ranges symmetric about zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.rules.base import Consequence, Context, Rule, RuleError
from derive.rules.places import converges, integrals, looked_for, put_in, span, under


@dataclass(frozen=True)
class Symmetry(Rule):
    """∫_{−c}^{c} f dx = 2 ∫_0^c f dx for even f, and 0 for odd f, if the integral converges.

    Convergence is needed: ∫ x/(1 + x²) dx over the line has no value, only a principal one. `kind` is "even" or "odd";
    without it, both are offered. `variable` restricts the rule to integrals over it.
    """

    kind: str | None = None
    variable: Any = None

    def __post_init__(self) -> None:
        if self.kind not in (None, "even", "odd"):
            raise RuleError(f"a symmetry is 'even' or 'odd', not {self.kind!r}")

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [
            p
            for p in integrals(line, context.given, self.variable)
            if sp.expand(p.lower + p.upper) == 0 or -p.lower == p.upper
        ]
        if not found:
            raise looked_for(
                "integral over a range from −c to c", line, "shift the range first (Shift), or use Reflect for (0, c)"
            )
        for place in found:
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

    def describe(self) -> str:
        return {"even": "even integrand", "odd": "odd integrand: the halves cancel"}.get(
            self.kind or "", "symmetry of the integrand"
        )


def _plainly_not(kind: str, f: Any, mirrored: Any, stated: str | None) -> bool:
    """When no symmetry is stated, the other one is left out where SymPy sees this one at once."""
    return stated is None and mirrored == (-f if kind == "even" else f)
