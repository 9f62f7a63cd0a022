"""Equality of distributions: both sides are paired with test functions, derivatives and limits passing over to the
pairing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import sympy as sp

from derive.claim import Claim, Weakly
from derive.evidence import Evidence, Status, weakest
from derive.field import equal
from derive.ladder.attempt import attempt
from derive.ladder.budget import Budget
from derive.ladder.equality import by_numbers

# e^{−(k−c)²/w} (k + m)^j for rational c, w, m: linear combinations are dense in Schwartz space (Hermite functions).
TESTS = (
    (sp.Rational(1, 3), sp.Integer(2), 0),
    (sp.Rational(-3, 4), sp.Rational(5, 2), 1),
    (sp.Integer(0), sp.Integer(1), 2),
)


def weakly(claim: Claim, budget: Budget) -> Evidence:
    """Evidence for ∫ lhs φ = ∫ rhs φ over the line for three test functions φ; as strong as the weakest of them,
    `enclosed` at best."""
    relation = claim.relation
    assert isinstance(relation, Weakly)
    k = relation.variable
    found: list[Evidence] = []
    for index, (centre, width, degree) in enumerate(TESTS):
        test = sp.exp(-((k - centre) ** 2) / width) * (k + 2) ** degree
        paired = Claim(pairing(claim.lhs, test, k), pairing(claim.rhs, test, k), claim.given)
        share = Budget(min(budget.digits, 12), budget.seed, budget.left / (len(TESTS) - index))
        same, _ = attempt(equal, paired.lhs, paired.rhs, claim.given, timeout=share.share(0.2))
        evidence = Evidence(Status.EXACT, "normal form") if same else by_numbers(paired, share)
        if not evidence.passed:
            detail = f"with φ = {test}: {evidence.method}" + (f"; {evidence.detail}" if evidence.detail else "")
            return Evidence(
                evidence.status, "the sides act differently on a test function", detail, evidence.counterexample
            )
        found.append(evidence)
    status = min(weakest(*(evidence.status for evidence in found)), Status.ENCLOSED)
    return Evidence(status, f"the same action on {len(found)} test functions", "; ".join(e.method for e in found))


def pairing(u: Any, test: Any, k: sp.Symbol) -> Any:
    """⟨u, φ⟩ = ∫ u φ dk over the line, with ⟨u′, φ⟩ = −⟨u, φ′⟩, ⟨lim u, φ⟩ = lim ⟨u, φ⟩ and ⟨δ(k − c), φ⟩ = φ(c).

    An integral over another variable x is the distribution ⟨∫ u(x, ·) dx, φ⟩ = ∫ ⟨u(x, ·), φ⟩ dx, also where it
    converges in no other sense.

    >>> k = sp.Symbol("k", real=True)
    >>> pairing(sp.DiracDelta(2*k - 1), k**2, k)
    1/8
    """
    u = sp.expand_mul(u) if u.has(sp.DiracDelta, sp.Derivative) else u
    if not u.has(k):
        return u * sp.Integral(test, (k, -sp.oo, sp.oo))
    if isinstance(u, sp.Add):
        return sp.Add(*(pairing(term, test, k) for term in u.args))
    constant, moving = u.as_independent(k, as_Add=False)
    if constant != 1:
        return constant * pairing(moving, test, k)
    if isinstance(u, sp.Mul):
        for factor in u.args:
            if isinstance(factor, (sp.DiracDelta, sp.Derivative, sp.Limit, sp.Integral)) and factor.has(k):
                return pairing(factor, u / factor * test, k)
    counts: Any = u.variable_count if isinstance(u, sp.Derivative) else ()
    if any(variable == k for variable, _ in counts):
        others = [(variable, count) for variable, count in counts if variable != k]
        order = sum(count for variable, count in counts if variable == k)
        inner = sp.Derivative(u.expr, *others) if others else u.expr
        return (-1) ** order * pairing(inner, _differentiated(test, k, order), k)
    if isinstance(u, sp.Limit) and not u.args[2].has(k):
        return sp.Limit(pairing(u.args[0], test, k), *u.args[1:])
    if isinstance(u, sp.Integral) and not any(k in limits.free_symbols for limits in u.limits):
        return sp.Integral(pairing(u.function, test, k), *u.limits)
    if isinstance(u, sp.DiracDelta):
        return _delta(u, test, k)
    cuts = _kinks(u, k)
    ends = [-sp.oo, *cuts, sp.oo]
    return sp.Add(*(_piece(u * test, k, low, high) for low, high in pairwise(ends)))


def _differentiated(test: sp.Expr, k: sp.Symbol, order: int) -> sp.Expr:
    """φ⁽ⁿ⁾ = (polynomial)·(exponential) again, the polynomial multiplied out."""
    exponential = sp.Mul(*(factor for factor in sp.Mul.make_args(test) if isinstance(factor, sp.exp)))
    return sp.expand(sp.diff(test, k, order) / exponential) * exponential


def _delta(u: sp.Expr, test: sp.Expr, k: sp.Symbol) -> sp.Expr:
    argument, order = u.args[0], (u.args[1] if len(u.args) > 1 else 0)
    slope = sp.diff(argument, k)
    if slope.has(k) or slope.is_zero is not False:
        raise ValueError(f"δ({argument}) is not of the form δ(c k + d)")
    place = sp.solve(argument, k)[0]
    return (-1) ** order * sp.diff(test, k, order).subs(k, place) / (abs(slope) * slope**order)


def _kinks(u: sp.Expr, k: sp.Symbol) -> list[sp.Expr]:
    """The places where |k − c|, sign(k − c) or θ(k − c) is not smooth, in order (numbers only)."""
    places = set()
    for node in u.atoms(sp.Abs, sp.sign, sp.Heaviside):
        argument = node.args[0]
        if argument.has(k) and argument.is_polynomial(k) and sp.degree(argument, k) == 1:
            place = sp.solve(argument, k)[0]
            if place.is_number:
                places.add(place)
    return sorted(places, key=float)


def _piece(integrand: sp.Expr, k: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """The integral over one piece, on which |k − c| and its kin have a definite sign."""
    inside = low + 1 if high is sp.oo else (high - 1 if low is sp.S.NegativeInfinity else (low + high) / 2)
    table = {}
    for node in integrand.atoms(sp.Abs, sp.sign, sp.Heaviside):
        argument = node.args[0]
        if argument.has(k) and argument.subs(k, inside).is_number:
            positive = argument.subs(k, inside) > 0
            table[node] = {sp.Abs: argument if positive else -argument, sp.sign: 1 if positive else -1}.get(
                node.func, 1 if positive else 0
            )
    return sp.Integral(integrand.xreplace(table), (k, low, high))
