"""Integrals over the modulus: ∫_0^1 k^n K dk and ∫_0^1 k^n E dk, with the parameter k² or 1 − k² (or a power of x).

K(k²) = ∫_0^{π/2} dt/√(1 − k² sin² t): the order changed (Tonelli), the inner integral is elementary,
    κ_0 = ∫_0^1 K(k²) dk = ∫_0^{π/2} t/sin t dt = 2G, κ_1 = ∫_0^1 k K(k²) dk = ∫_0^{π/2} (1 − cos t)/sin² t dt = 1,
and by the differential equations of K and E, by parts,
    (n + 2)² κ_{n+2} = (n + 1)² κ_n + 1,    (n + 2) ε_n = 1 + κ_n,   ε_n = ∫_0^1 k^n E(k²) dk.
For the complementary parameter, by the same change of order, for every n > −1,
    ∫_0^1 k^n K(1 − k²) dk = (π/4) Γ((n + 1)/2)²/Γ((n + 2)/2)²,   with E: (n + 1)/(n + 2) of that.
Reference: P. Byrd, M. Friedman, Handbook of Elliptic Integrals, 610-615; NIST DLMF 19.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.exact import sign_of
from derive.rule import Consequence, Context, Rule, RuleError, Show, plain
from derive.rules.places import integrals, looked_for, under
from derive.rules.sites import strictly_below

KINDS = (sp.elliptic_k, sp.elliptic_e)
LARGEST = 24  # of a power of k


@dataclass(frozen=True)
class ModulusMoments(Rule):
    """∫_0^1 Σ c x^μ K(m) dx, and with E, by the moments above: m = x^q, k = x^{q/2}, n = 2(μ + 1)/q − 1 a whole number,
    or m = 1 − x^q with any n > −1.

    `variable` restricts the rule to integrals over it. Obligations: μ + 1 > 0 and q > 0 for every term, so that all of
    them converge. RuleError for other ranges and integrands, and for n above 24.
    """

    variable: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [p for p in integrals(line, context.given, self.variable) if (p.lower, p.upper) == (0, 1)]
        if not found:
            raise looked_for("integral from 0 to 1", line, "the modulus runs from 0 to 1")
        for place in found:
            inner = under(context, place.ranges)
            x = sp.Dummy("x", positive=True)
            total, owed = sp.S.Zero, []
            for term in sp.Add.make_args(sp.expand(place.integrand.xreplace({place.variable: x}))):
                value = moment(term, x, inner.given)
                if value is None:
                    raise RuleError(f"looked for c x^μ K(x^q), K(1 − x^q), and with E; found {term}")
                total += value
                for exponent in powers(term, x):
                    why = "the term converges at 0"
                    owed.append(strictly_below(sp.S.Zero, exponent, inner, why))
            yield Consequence(place.put(total), tuple(dict.fromkeys(owed)))

    def describe(self, show: Show = plain) -> str:
        return (
            "the integral for K, the order changed (Tonelli); the differential equations of K and E, by parts, for "
            "other powers"
        )


def powers(term: Any, x: Any) -> Iterator[Any]:
    """μ + 1 for the power x^μ in front of K or E."""
    mu = sp.S.Zero
    for factor in sp.Mul.make_args(sp.powsimp(term)):
        base, e = factor.as_base_exp()
        if base == x:
            mu += e
    yield mu + 1


def moment(term: Any, x: sp.Symbol, given: tuple[Any, ...]) -> Any | None:
    """∫_0^1 of c x^μ K or E; without K and E, of c x^μ; None if the term is not of the kind."""
    c, rest = sp.powsimp(term).as_independent(x, as_Add=False)
    mu, node = sp.S.Zero, None
    for factor in sp.Mul.make_args(rest):
        base, e = factor.as_base_exp()
        if isinstance(factor, KINDS) and node is None:
            node = factor
        elif base == x and not e.has(x):
            mu += e
        elif factor != 1:
            return None
    if sign_of(mu + 1, given) != 1:
        return None
    if node is None:
        return c / (mu + 1)
    m = sp.expand(node.args[0])
    complementary = m.subs(x, 0) == 1
    base, q = ((1 - m) if complementary else m).as_base_exp()
    if base != x or q.has(x) or sign_of(q, given) != 1:
        return None
    n = sp.cancel(2 * (mu + 1) / q - 1)  # k² = x^q
    first = isinstance(node, sp.elliptic_k)
    if complementary:
        value = sp.pi / 4 * sp.gamma((n + 1) / 2) ** 2 / sp.gamma((n + 2) / 2) ** 2
        return c * 2 / q * (value if first else value * (n + 1) / (n + 2))
    if not (n.is_Integer and 0 <= n <= LARGEST):
        return None
    value = _kappa(int(n))
    return c * 2 / q * (value if first else (1 + value) / (n + 2))


def _kappa(n: int) -> Any:
    """κ_n from κ_0 = 2G or κ_1 = 1."""
    value = sp.S.One if n % 2 else 2 * sp.Catalan
    for j in range(n % 2, n, 2):
        value = sp.expand(((j + 1) ** 2 * value + 1) / sp.Integer(j + 2) ** 2)
    return value
