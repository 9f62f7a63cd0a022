"""Linearity of the integral, and rewriting by identities: partial fractions, algebra, an identity of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, formula, plain
from derive.rules.places import IntegralPlace, converges, integrals, looked_for, span, under


@dataclass(frozen=True)
class Linearity(Rule):
    """∫ (c f + d g) dx = c ∫ f dx + d ∫ g dx, if each of the separate integrals converges; c and d free of x.

    In both directions: integrals of sums are split (also after expanding products), constants are pulled out, and
    integrals over the same range are put together. The convergence of every separate integral is an obligation.
    """

    variable: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = integrals(line, context.given, self.variable)
        if not found:
            raise looked_for("definite integral", line, "linearity splits or joins integrals with both ends written")
        seen = set()
        for consequence in self._all(line, found, context):
            if consequence.after not in seen and consequence.after != line:
                seen.add(consequence.after)
                yield consequence
        if not seen:
            yield Consequence(line)

    def _all(self, line: Any, found: list[IntegralPlace], context: Context) -> Iterator[Consequence]:
        for expand in (False, True):
            yield from self._split_all(line, context, expand)
        yield from self._merged(line, context)
        if len(found) > 1:
            for place in found:
                for expand in (False, True):
                    parts = _parts(place, expand)
                    if len(parts) > 1:
                        yield Consequence(place.put(sp.Add(*parts)), _each(parts, under(context, place.ranges)))

    def _split_all(self, line: Any, context: Context, expand: bool) -> Iterator[Consequence]:
        """Every integral split; what is split off inside another integral is split before it."""
        obligations: list[Obligation] = []
        for place in reversed(integrals(line, context.given, self.variable)):
            current = [
                p
                for p in integrals(line, context.given, self.variable)
                if p.node == place.node and p.ranges == place.ranges
            ]
            parts = _parts(place, expand)
            if current and parts != [place.node]:
                line = current[0].put(sp.Add(*parts))
                if len(parts) > 1:
                    obligations.extend(o for o in _each(parts, under(context, place.ranges)) if o not in obligations)
        yield Consequence(line, tuple(obligations))

    def _merged(self, line: Any, context: Context) -> Iterator[Consequence]:
        """Integrals over the same range that are terms of one sum, joined; constants in front go inside."""
        if not isinstance(line, sp.Add):
            return
        groups: dict[Any, list[Any]] = {}
        rest = []
        for term in line.args:
            nodes = [
                factor
                for factor in sp.Mul.make_args(term)
                if isinstance(factor, sp.Integral) and len(factor.limits) == 1
            ]
            if len(nodes) != 1 or len(nodes[0].limits[0]) != 3:
                rest.append(term)
                continue
            x, a, b = tuple(nodes[0].limits[0])
            home = next((known for known in groups if known[1:] == (a, b)), (x, a, b))
            outside = term / nodes[0]
            if x in outside.free_symbols or home[0] in outside.free_symbols:
                rest.append(term)
                continue
            groups.setdefault(home, []).append((outside, nodes[0], nodes[0].function.xreplace({x: home[0]})))
        obligations: list[Obligation] = []
        for home, members in groups.items():
            if len(members) > 1:
                obligations += _each([node for _, node, _ in members], context)
            rest.append(sp.Integral(sp.Add(*[c * f for c, _, f in members]), home))
        yield Consequence(sp.Add(*rest), tuple(obligations))

    def describe(self, show: Show = plain) -> str:
        return "linearity of the integral"


@dataclass(frozen=True)
class PartialFractions(Rule):
    """A rational function of x is the sum of its partial fractions, wherever its denominator does not vanish; also
    inside integrals.

    `variable` is x; in an integral the integrand is taken apart, else the line.
    """

    variable: Any

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        x = self.variable
        found = [place for place in integrals(line, context.given, x) if isinstance(place.integrand, sp.Expr)]
        if not found and x not in line.free_symbols:
            raise looked_for(f"function of {x}", line, "name the variable in which the fraction is taken apart")
        for place in found:
            split = _apart(place.integrand, x)
            inner = under(context, (*place.ranges, *span(x, place.lower, place.upper, context.given).relations))
            whole = sp.Integral(split, (x, place.lower, place.upper))
            yield Consequence(
                place.put(whole), (inner.obligation(place.integrand, split, "the partial fractions add up"),)
            )
        if not found:
            split = _apart(line, x)
            yield Consequence(split, (context.obligation(line, split, "the partial fractions add up"),))

    def describe(self, show: Show = plain) -> str:
        return f"partial fractions in {show(self.variable)}"


@dataclass(frozen=True)
class Algebra(Rule):
    """The next line is the same expression, by identities of normal forms; integrals, sums and limits are letters in
    it, and their integrands are compared by normal form too. `note` says what was done.
    """

    note: str = ""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        yield Consequence(line)

    def describe(self, show: Show = plain) -> str:
        return self.note or "algebra"


@dataclass(frozen=True)
class Rewrite(Rule):
    """An identity lhs = rhs, or an instance of it, used anywhere in the line, also under an integral sign, from either
    side.

    The identity itself is an obligation, and so are its assumptions at the place where it is used. See `Using` for the
    method.
    """

    identity: Claim

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        from derive.rules.lemma import Using

        if not isinstance(self.identity, Claim):
            raise RuleError(
                f"Rewrite takes a Claim, not {type(self.identity).__name__}; write Rewrite(Claim(lhs, rhs))"
            )
        holds = Obligation(self.identity, "the identity holds")
        for found in Using().consequences(line, Context(context.given, (self.identity,))):
            yield Consequence(found.after, (holds, *found.obligations))

    def describe(self, show: Show = plain) -> str:
        return equation(self.identity.lhs, self.identity.rhs, show)


@dataclass(frozen=True)
class SameValue(Rule):
    """The line in another form, by identities that normal forms do not know: functional equations and special values of
    Γ, ψ, ζ, Bessel functions. Obligation: the two are equal. `note` says what was done.
    """

    value: Any
    note: str = ""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        value = formula(self.value)
        yield Consequence(value, (context.obligation(line, value, "the two forms are equal"),))

    def describe(self, show: Show = plain) -> str:
        return self.note or "the same value in another form"


def _parts(place: IntegralPlace, expand: bool) -> list[Any]:
    """Constants times integrals of the terms of the integrand."""
    x, f = place.variable, place.integrand
    if isinstance(f, sp.Integral) and x not in {limit[0] for limit in f.limits}:
        constant, rest = f.function.as_independent(x, *[limit[0] for limit in f.limits], as_Add=False)
        terms = sp.Add.make_args(sp.expand_mul(rest) if expand else rest)
        return [constant * sp.Integral(term, *place.node.limits) for term in terms]
    pieces = []
    for term in sp.Add.make_args(sp.expand_mul(f) if expand else f):
        constant, rest = term.as_independent(x, as_Add=False)
        if isinstance(rest, sp.Add) and len(sp.Add.make_args(f)) == 1 and constant != 1:
            pieces += [
                constant * part
                for part in _parts(IntegralPlace(place.place, rest, x, place.lower, place.upper), expand)
            ]
            continue
        pieces.append(constant * sp.Integral(rest, (x, place.lower, place.upper)))
    return pieces


def _each(parts: list[Any], context: Context) -> tuple[Obligation, ...]:
    """The separate integrals converge; without the constants in front."""
    nodes = dict.fromkeys(node for part in parts for node in sp.Mul.make_args(part) if isinstance(node, sp.Integral))
    return tuple(converges(context, node, "each of the separate integrals converges") for node in nodes)


def _apart(f: Any, x: Any) -> Any:
    """Partial fractions of the rational factor; other factors (a cosine, say) are multiplied into each term."""
    others = [factor for factor in sp.Mul.make_args(f) if not factor.is_rational_function(x)]
    rational = f / sp.Mul(*others)
    try:
        split = sp.apart(sp.together(rational), x)
    except (NotImplementedError, sp.PolynomialError) as error:
        raise RuleError(
            f"{plain(rational)} could not be taken apart in {x}: {error}; state the fractions with Rewrite"
        ) from error
    return sp.Add(*[term * sp.Mul(*others) for term in sp.Add.make_args(split)])
