"""A Lorentzian weight as a Laplace integral: ∫ g(x) x/(x² + a²) dx = ∫_0^∞ e^{−at} ∫ g(x) sin xt dx dt.

For a > 0: a/(x² + a²) = ∫_0^∞ e^{−at} cos xt dt, x/(x² + a²) = ∫_0^∞ e^{−at} sin xt dt, and, integrated over a,
arctan(x/a) = ∫_0^∞ e^{−at} sin xt dt/t, ½ log(1 + x²/a²) = ∫_0^∞ e^{−at} (1 − cos xt) dt/t. The order of integration is
changed by Fubini: |sin xt| ≤ xt, 1 − cos xt ≤ x²t²/2. Binet's formulas for log Γ and ψ are of this kind, from ∫_0^∞ sin
xt/(e^{2πx} − 1) dx = ¼ coth(t/2) − 1/(2t). Reference: E. Whittaker, G. Watson, Modern Analysis, § 12.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search, Solved
from derive.feynman.steps import lemma
from derive.rules import Algebra, Fubini, Using

DEEPEST = 2


class Lorentzian:
    """The method, for a factor of this kind over (0, ∞) beside a transcendental function."""

    name = "a Lorentzian as a Laplace integral"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value of the iterated integral, the inner one first."""
        if (problem.lower, problem.upper) != (0, sp.oo) or search.depth > DEEPEST:
            return
        found = weight_of(problem)
        if found is None:
            return
        x = problem.variable
        t = _letter(problem)
        inner = search.solve(Problem(found.rest * found.wave(x * t), x, 0, sp.oo, problem.given), 0.5)
        if inner is None or inner.proposal.conditions:
            return
        u = sp.Symbol(t.name, real=True)
        value = found.front * inner.value.xreplace({t: u})
        value = min(value, sp.expand(value), key=sp.count_ops)
        body = sp.exp(-found.rate * u) * found.damping(u) * value
        outer = search.solve(Problem(body, u, 0, sp.oo, problem.given), 0.8)
        if outer is None:
            return
        route = f"{self.name}, {inner.proposal.route}, {outer.proposal.route}"
        steps = _steps(problem, found, u, t, inner, outer)
        guessed = inner.guessed or outer.guessed
        yield Proposal(outer.value, route, steps, outer.proposal.conditions, guessed)


@dataclass(frozen=True)
class Weight:
    """The integrand is front · rest(x) · weight(x), weight = ∫_0^∞ e^{−rate·t} wave(xt) damping(t) dt."""

    front: Any
    rest: Any
    weight: Any
    rate: Any
    kind: str

    def wave(self, argument: Any) -> Any:
        """The part of the kernel that oscillates."""
        return {"cos": sp.cos, "sin": sp.sin, "atan": sp.sin, "log": lambda e: 1 - sp.cos(e)}[self.kind](argument)

    def damping(self, t: Any) -> Any:
        """What else stands beside the exponential."""
        return 1 / t if self.kind in ("atan", "log") else sp.S.One

    def bound(self, argument: Any) -> Any:
        """A bound on |wave|."""
        return {"cos": sp.S.One, "sin": argument, "atan": argument, "log": argument**2 / 2}[self.kind]


def _letter(problem: Problem) -> sp.Symbol:
    taken = {symbol.name for symbol in problem.integral.atoms(sp.Symbol)}
    return next(sp.Symbol(name, positive=True) for name in ("t", "s", "tau", "t_1") if name not in taken)


def weight_of(problem: Problem) -> Weight | None:
    """The factor with its Laplace integral; None if there is none, or nothing else beside it."""
    x, given = problem.variable, problem.given
    factors = sp.Mul.make_args(sp.factor_terms(problem.integrand))
    for factor in factors:
        rest = sp.Mul(*(other for other in factors if other is not factor))
        if rest.is_rational_function(x):
            continue
        if isinstance(factor, sp.atan) and _scale(factor.args[0], x) is not None:
            rate = 1 / _scale(factor.args[0], x)
            if sign_of(rate, given) == 1:
                return Weight(*rest.as_independent(x, as_Add=False), factor, rate, "atan")
        if isinstance(factor, sp.log):
            square = _scale(sp.expand(factor.args[0] - 1), x, 2)
            if square is not None and sign_of(square, given) == 1:
                return Weight(*(2 * rest).as_independent(x, as_Add=False), factor / 2, 1 / sp.sqrt(square), "log")
    return _rational_weight(factors, x, given)


def _scale(e: Any, x: sp.Symbol, power: int = 1) -> Any | None:
    """c of e = c x^power."""
    c = sp.cancel(e / x**power)
    return None if x in c.free_symbols else c


def _rational_weight(factors: tuple[Any, ...], x: sp.Symbol, given: tuple[Any, ...]) -> Weight | None:
    rational = sp.Mul(*(f for f in factors if f.is_rational_function(x)))
    rest = sp.Mul(*(f for f in factors if not f.is_rational_function(x)))
    top, bottom = sp.fraction(sp.together(rational))
    if rest == 1 or not (bottom.is_polynomial(x) and top.is_polynomial(x)) or sp.degree(bottom, x) != 2:
        return None
    lead, middle, last = sp.Poly(bottom, x).all_coeffs()
    degree = sp.degree(top, x)
    if middle != 0 or degree not in (0, 1) or sign_of(last / lead, given) != 1:
        return None
    if degree == 1 and sp.Poly(top, x).coeff_monomial(1) != 0:
        return None
    a = sp.sqrt(sp.factor(last / lead))
    c = sp.Poly(top, x).LC() / lead
    if degree == 0:
        return Weight(c / a, rest, a / (x**2 + a**2), a, "cos")
    return Weight(c, rest, x / (x**2 + a**2), a, "sin")


def _steps(problem: Problem, found: Weight, u: sp.Symbol, t: sp.Symbol, inner: Solved, outer: Solved) -> Any | None:
    """The weight put in as an integral, Fubini, the inner integral, the outer one; None where a rule refuses."""
    x, g, c = problem.variable, found.rest, found.front
    fall = sp.exp(-found.rate * u) * found.damping(u)
    laplace = sp.Integral(found.wave(x * u) * fall, (u, 0, sp.oo))
    first = c * sp.Integral(g * laplace, (x, 0, sp.oo))
    turned = c * sp.Integral(fall * sp.Integral(g * found.wave(x * u), (x, 0, sp.oo)), (u, 0, sp.oo))
    known = Claim(laplace, found.weight, (*problem.given, sp.Gt(x, 0)))
    at = {t: u}
    there = Claim(inner.problem.integral.xreplace(at), inner.value.xreplace(at), (*problem.given, sp.Gt(u, 0)))
    try:
        steps = Derivation(problem.integral, problem.given)
        whole = problem.with_(integrand=c * g * found.weight).integral
        if whole != problem.integral:
            steps = steps.to(whole, Algebra())
        steps = steps.to(first, Using(), known)
        steps = steps.to(turned, Fubini(majorant=sp.Abs(g) * fall * found.bound(x * u)))
        steps = steps.to(outer.problem.integral, Using(), there)
        return steps.to(outer.value, Using(), lemma(outer)).qed()
    except DeriveError:
        return None
