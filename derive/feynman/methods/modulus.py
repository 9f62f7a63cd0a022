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
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.exact import sign_of
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

KINDS = (sp.elliptic_k, sp.elliptic_e)
LARGEST = 24  # of a power of k


class OverTheModulus:
    """The method, for sums of powers times one complete integral on (0, 1)."""

    name = "integrals over the modulus"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The sum over the terms, if every one is of the kind."""
        if (problem.lower, problem.upper) != (0, 1) or not problem.integrand.has(*KINDS):
            return
        x = sp.Dummy("x", positive=True)
        f = sp.expand(problem.integrand.xreplace({problem.variable: x}))
        total = sp.S.Zero
        for term in sp.Add.make_args(f):
            value = moment(term, x, problem.given)
            if value is None:
                return
            total += value
        words = "the integral for K, the order changed (Tonelli); its differential equation, by parts, for other powers"
        yield Proposal(total, self.name, Derivation(problem.integral, problem.given).to(total, words).qed())


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
