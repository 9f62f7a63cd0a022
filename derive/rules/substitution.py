"""Change of the variable of integration, with its Jacobian, the images of the ends and the monotonicity that it
needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, plain
from derive.rules.places import (
    IntegralPlace,
    between,
    integrals,
    looked_for,
    not_above,
    put_in,
    span,
    under,
    value_at,
)


@dataclass(frozen=True)
class Substitute(Rule):
    """∫_a^b f(x) dx = ∫_α^β f(φ(u)) φ′(u) du for x = φ(u), if φ is continuous and strictly monotone between α and β
    with φ → a at α and φ → b at β.

    `lower` = α and `upper` = β; where they are not stated they are solved for (sums, products, powers, exp, log, tan,
    sinh and their inverses of u). A decreasing φ gives α > β; then −∫_β^α stands in the next line. Holds for every f
    for which either side converges, absolutely or as an improper integral, since φ is a bijection of the open ranges
    with φ′ ≠ 0. `body`: the new integrand, written as it shall stand; that it is f(φ) |φ′| on the range is an
    obligation then.
    """

    x: Any
    phi: Any
    u: Any
    lower: Any = None
    upper: Any = None
    body: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = integrals(line, context.given, self.x)
        if not found:
            raise looked_for(
                f"definite integral over {self.x}", line, f"substitute for the variable of an integral, not {self.x}"
            )
        if self.u not in self.phi.free_symbols:
            raise RuleError(f"{plain(self.phi)} does not contain the new variable {self.u}; write x = φ(u) with both")
        applied = [self._applied(place, under(context, place.ranges)) for place in found]
        yield from applied

    def _applied(self, place: IntegralPlace, context: Context) -> Consequence:
        u, phi = self.u, self.phi
        if u != self.x and u in sp.Integral(place.integrand, (self.x, 0, 1)).free_symbols:
            raise RuleError(
                f"{u} already stands in the integrand {plain(place.integrand)}; "
                "choose another letter for the new variable"
            )
        lower = self._end(self.lower, place.lower, "lower", context)
        upper = self._end(self.upper, place.upper, "upper", context)
        reach = span(u, lower, upper, context.given)
        if reach.obligations:
            return self._either_way(place, lower, upper, context)
        inside = Context((*context.given, *reach.relations))
        slope = sp.diff(phi, u)
        rising = not_above(place.lower, place.upper, context.given) or not not_above(
            place.upper, place.lower, context.given
        )
        increasing = rising == reach.upward
        monotone = (
            inside.obligation(0, slope, f"{self.x} grows with {u}: d{self.x}/d{u} > 0 on the open range", relation=LESS)
            if increasing
            else inside.obligation(
                slope, 0, f"{self.x} falls as {u} grows: d{self.x}/d{u} < 0 on the open range", relation=LESS
            )
        )
        obligations = (
            *reach.obligations,
            *self._image(lower, place.lower, "+" if lower == reach.low else "-", context),
            *self._image(upper, place.upper, "-" if upper == reach.high else "+", context),
            monotone,
            context.obligation(
                phi, reach.interval(), "the substitution is continuous on the open range", relation=ContinuousOn(u)
            ),
        )
        body = put_in(place.integrand, {self.x: phi}) * (slope if reach.upward else -slope)
        if self.body is not None:
            obligations += (inside.obligation(body, self.body, "the new integrand is this"),)
            body = formula(self.body)
        return Consequence(place.put(sp.Integral(body, (u, reach.low, reach.high))), obligations)

    def _either_way(self, place: IntegralPlace, lower: Any, upper: Any, context: Context) -> Consequence:
        """Finite ends of which neither is plainly the larger: everything has to hold between them in either order."""
        from derive.exact import sign_of

        u, phi, slope = self.u, self.phi, sp.diff(self.phi, self.u)
        owed = [*self._image(lower, place.lower, "+", context), *self._image(upper, place.upper, "-", context)]
        rises = sign_of(slope, (*context.given, *between(u, lower, upper))) != -1
        for low, high in ((lower, upper), (upper, lower)):
            inside = Context((*context.given, *between(u, low, high)))
            sides = (0, slope) if rises else (slope, 0)
            owed.append(inside.obligation(*sides, f"{self.x} is monotone in {u} between the ends", relation=LESS))
            why = "the substitution is continuous between the ends"
            owed.append(context.obligation(phi, sp.Interval.open(low, high), why, relation=ContinuousOn(u)))
        body = put_in(place.integrand, {self.x: phi}) * slope
        if self.body is not None:
            raise RuleError("state the new integrand only where the ends of the range are plainly in order")
        return Consequence(place.put(sp.Integral(body, (u, lower, upper))), tuple(owed))

    def _end(self, stated: Any, end: Any, name: str, context: Context) -> Any:
        if stated is not None:
            return formula(stated)
        solved = preimage(self.phi, self.u, end, context)
        if solved is None:
            raise RuleError(
                f"the {name} end {self.x} = {plain(end)} was not solved for {self.u} in {self.x} = {plain(self.phi)}; "
                f"state {name}=…"
            )
        return solved

    def _image(self, new: Any, old: Any, side: str, context: Context) -> tuple[Obligation, ...]:
        value = value_at(self.phi, self.u, new)
        why = f"{self.u} → {plain(new)} is {self.x} → {plain(old)}"
        if value is not None and old.is_infinite is not True:
            return () if value == old else (context.obligation(value, old, why),)
        if old.is_infinite:
            return (context.obligation(sp.Limit(1 / self.phi, self.u, new, side), 0, f"{why}, by monotonicity"),)
        return (context.obligation(sp.Limit(self.phi, self.u, new, side), old, why),)

    def describe(self, show: Show = plain) -> str:
        return f"substitution {equation(self.x, self.phi, show)}"


def Shift(x: Any, by: Any, u: Any = None) -> Substitute:
    """The substitution x = u + c: ∫_a^b f(x) dx = ∫_{a−c}^{b−c} f(u + c) du."""
    u = x if u is None else u
    return Substitute(x, u + by, u)


def Scale(x: Any, by: Any, u: Any = None) -> Substitute:
    """The substitution x = c u with c ≠ 0 of known sign: ∫_a^b f(x) dx = ∫_{a/c}^{b/c} f(c u) c du."""
    u = x if u is None else u
    return Substitute(x, by * u, u)


def Reflect(x: Any, about: Any = 0, u: Any = None) -> Substitute:
    """The substitution x = c − u: ∫_a^b f(x) dx = ∫_{c−b}^{c−a} f(c − u) du; over (0, c) the range is kept."""
    u = x if u is None else u
    return Substitute(x, about - u, u)


def preimage(phi: Any, u: Any, y: Any, context: Context) -> Any | None:
    """u with φ(u) = y by undoing one operation after the other; ends at infinity by the limits of the inverses. None:
    not found."""
    from derive.exact import sign_of

    y = formula(y)
    while phi != u:
        if isinstance(phi, sp.Add):
            constant, phi = phi.as_independent(u, as_Add=True)
            if isinstance(phi, sp.Add):
                return None
            y = y - constant
        elif isinstance(phi, sp.Mul):
            constant, rest = phi.as_independent(u, as_Add=False)
            if constant == 1:
                return _fraction(phi, u, y)
            if y.is_infinite:
                sign = sign_of(constant, context.given)
                if not sign:
                    return None
                y = y * sign
            else:
                y = y / constant
            phi = rest
        elif isinstance(phi, sp.Pow) and u not in phi.exp.free_symbols:
            exponent, phi = phi.exp, phi.base
            sign = sign_of(exponent, context.given)
            if y in (0, sp.oo) and sign:
                y = y if sign > 0 else (sp.oo if y == 0 else sp.S.Zero)
            elif y.is_infinite or y == 0:
                return None
            else:
                y = sp.powdenest(y ** (1 / exponent), force=False)
        elif isinstance(phi, sp.exp):
            phi, y = phi.args[0], -sp.oo if y == 0 else sp.log(y)
        elif isinstance(phi, sp.Function) and phi.func in _INVERSE and len(phi.args) == 1:
            phi, y = phi.args[0], _INVERSE[phi.func](y)
        else:
            return None
        if y.has(sp.nan, sp.zoo):
            return None
    return y


def _fraction(phi: Any, u: Any, y: Any) -> Any | None:
    """φ = (a u + b)/(c u + d)."""
    top, bottom = sp.fraction(sp.together(phi))
    if not (top.is_polynomial(u) and bottom.is_polynomial(u) and sp.degree(top, u) <= 1 and sp.degree(bottom, u) <= 1):
        return None
    a, b = top.coeff(u, 1), sp.expand(top).coeff(u, 0)
    c, d = sp.expand(bottom).coeff(u, 1), sp.expand(bottom).coeff(u, 0)
    if y.is_infinite:
        return -d / c if c != 0 else None
    over, under_line = d * y - b, a - c * y
    return over / under_line if sp.simplify(under_line) != 0 else (sp.oo if y.is_finite else None)


_INVERSE: dict[Any, Any] = {
    sp.log: lambda y: sp.S.Zero if y is -sp.oo else sp.exp(y),
    sp.tan: sp.atan,
    sp.atan: lambda y: sp.oo if y == sp.pi / 2 else (-sp.oo if y == -sp.pi / 2 else sp.tan(y)),
    sp.sin: sp.asin,
    sp.asin: sp.sin,
    sp.cos: sp.acos,
    sp.acos: sp.cos,
    sp.sinh: lambda y: y if y.is_infinite else sp.asinh(y),
    sp.asinh: lambda y: y if y.is_infinite else sp.sinh(y),
    sp.tanh: lambda y: sp.oo if y == 1 else (-sp.oo if y == -1 else sp.atanh(y)),
    sp.cosh: lambda y: y if y.is_infinite else sp.acosh(y),
}
