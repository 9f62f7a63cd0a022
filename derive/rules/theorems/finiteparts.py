"""Integrals as finite parts: of Mellin transforms over (0, ∞), of Euler's integral for B over (0, 1).

References: D. Zagier, The Mellin transform and related analytic techniques (2006), appendix; NIST DLMF 2.5(i), 5.12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.places import put_in
from derive.rules.sites import equations, everywhere, needed, ranging, single, unclaimed, without

MellinTerm = tuple[Any, Any, int, Any]  # c, p, n, g(x) of c x^p logⁿx g(x)
BetaTerm = tuple[Any, Any, Any, int, int]  # c, α, β, m, n of c y^{α−1} (1 − y)^{β−1} log^m y logⁿ(1 − y)


@dataclass(frozen=True)
class FiniteParts(Rule):
    """∫_0^∞ Σ_i c_i x^{p_i} log^{n_i}x g_i(x) dx = lim_{ε→0} Σ_i c_i ∂_s^{n_i} M_i(s) at s = 1 + p_i + ε, where M_i(s)
    = ∫_0^∞ x^{s−1} g_i(x) dx on a strip, and its analytic continuation beyond.

    Every g_i has expansions in powers and logarithms of x at 0 and at ∞ (or decays, or oscillates): by structure, it is
    made of exponentials, logarithms, powers, waves, hyperbolic, arc, error and Bessel functions. Then x^ε f has the sum
    on the right as its transform, by continuation in ε of both sides, and at ε = 0 this is ∫ f, if it converges: poles
    of the single terms cancel. A power of x by itself has the transform 0; inside the strip it is linearity and
    differentiation under the integral sign in s. The lemmas say ∫_0^∞ x^{s−1} g_i dx = M_i(s) for `s` in an interval.
    By structure: M_i is meromorphic, made of Γ, ψ, ζ, sines, cosines and powers; the limit is the constant term of the
    Laurent expansions. Obligations: the integrand is that sum; ∫ f converges; the lemmas' intervals are not empty,
    their other assumptions hold; the coefficients of 1/ε, 1/ε² … are 0; `value`, where it is stated, is the constant
    term.
    """

    variable: sp.Symbol
    s: sp.Symbol
    terms: tuple[MellinTerm, ...]
    value: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, f"an integral over {self.variable} from 0 to oo")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        _, x, low, high = single(node)
        unclaimed(x, context)
        if x != self.variable or (low, high) != (0, sp.oo):
            raise RuleError(f"looked for an integral over {self.variable} from 0 to oo; found {plain(node)}")
        whole = sp.Add(*(c * x**p * sp.log(x) ** n * g for c, p, n, g in self.terms))
        owed = _sum_and_convergence(node, whole, context)
        parts, points = [], []
        for c, p, n, g in self.terms:
            transform, more = self._transform(g, context)
            owed += [o for o in more if o not in owed]
            parts.append((c * transform, n))
            points.append(1 + p)
        found, more = constant_term(parts, self.s, points, self.value, context)
        yield Consequence(found, needed((*owed, *more)))

    def _transform(self, g: Any, context: Context) -> tuple[Any, list[Obligation]]:
        x, s = self.variable, self.s
        if g == 1:
            return sp.S.Zero, []
        if not _expandable(g, x):
            raise RuleError(f"{plain(g)} is not seen to have expansions in powers and logarithms at 0 and at oo")
        wanted = sp.Integral(x ** (s - 1) * g, (x, 0, sp.oo))
        for lemma in equations(context):
            if isinstance(lemma.lhs, sp.Integral) and same_integral(lemma.lhs, wanted):
                if not _meromorphic(lemma.rhs, s):
                    raise RuleError(f"{plain(lemma.rhs)} is not seen to be meromorphic in {s}")
                return lemma.rhs, _interval(lemma, s, context)
        raise RuleError(f"looked for a lemma {plain(wanted)} = M({s}); none is named")

    def describe(self, show: Show = plain) -> str:
        logs = any(n for _, _, n, _ in self.terms)
        several = len([g for _, _, _, g in self.terms if g != 1]) > 1
        words = "term by term as finite parts of Mellin transforms" if several else "the Mellin transform"
        places = [show(sp.Eq(self.s, 1 + p, evaluate=False)) for p in dict.fromkeys(p for _, p, _, _ in self.terms)]
        more = f", differentiated by {show(self.s)} for each logarithm" if logs else ""
        return f"{words} at {', '.join(places[:4])}{more}"


@dataclass(frozen=True)
class BetaParts(Rule):
    """∫_0^1 Σ_i c_i y^{α_i−1} (1 − y)^{β_i−1} log^{m_i} y log^{n_i}(1 − y) dy = lim_{ε→0} Σ_i c_i ∂_α^{m_i} ∂_β^{n_i}
    B(α_i + ε, β_i + ε).

    For large Re ε the integral with a factor y^ε (1 − y)^ε is that sum by Euler's integral, differentiated under the
    sign; both sides are meromorphic in ε, and by dominated convergence (y^ε (1 − y)^ε ≤ 1) the left side tends to ∫ f
    if that converges absolutely. Obligations as for FiniteParts.
    """

    variable: sp.Symbol
    terms: tuple[BetaTerm, ...]
    value: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, f"an integral over {self.variable} from 0 to 1")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        _, y, low, high = single(node)
        unclaimed(y, context)
        if y != self.variable or (low, high) != (0, 1):
            raise RuleError(f"looked for an integral over {self.variable} from 0 to 1; found {plain(node)}")
        whole = sp.Add(
            *(
                c * y ** (a - 1) * (1 - y) ** (b - 1) * sp.log(y) ** m * sp.log(1 - y) ** n
                for c, a, b, m, n in self.terms
            )
        )
        owed = _sum_and_convergence(node, whole, context)
        e = sp.Dummy("epsilon")
        parts = [(c * _beta(a, b, m, n, e), 0) for c, a, b, m, n in self.terms]
        found, more = constant_term(parts, e, [sp.S.Zero] * len(parts), self.value, context)
        yield Consequence(found, needed((*owed, *more)))

    def describe(self, show: Show = plain) -> str:
        if any(m or n for *_, m, n in self.terms):
            return "Euler's integral for B, differentiated by its arguments for each logarithm"
        return "Euler's integral for B"


def _beta(alpha: Any, beta: Any, m: int, n: int, e: Any) -> Any:
    a, b = sp.Dummy("a"), sp.Dummy("b")
    return sp.diff(sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b), a, m, b, n).xreplace({a: alpha + e, b: beta + e})


def _sum_and_convergence(node: sp.Integral, whole: Any, context: Context) -> list[Obligation]:
    owed = [context.obligation(node.function, whole, "the integrand is the sum of the terms", *ranging(node.limits[0]))]
    return [*owed, context.obligation(node, sp.oo, "the integral converges", relation=LESS)]


def constant_term(
    parts: list[tuple[Any, int]], s: Any, points: list[Any], value: Any, context: Context
) -> tuple[Any, list[Obligation]]:
    """The constant term of Σ ∂_s^n f at the points, as stated or as it comes out, and that the singular ones vanish."""
    from derive.feynman.laurent import NoExpansion, finite_part

    try:
        found, singular = finite_part(parts, s, points)
    except NoExpansion as reason:
        raise RuleError(f"the transforms were not expanded: {reason}") from None
    owed = [
        context.obligation(c, 0, f"the poles of order {k} cancel") for k, c in enumerate(singular, start=1) if c != 0
    ]
    if value is None or formula(value) == found:
        return found, owed
    return formula(value), [*owed, context.obligation(found, value, "the constant term has this value")]


_EXPANDABLE = (
    sp.Add, sp.Mul, sp.exp, sp.log, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch, sp.atan,
    sp.acot, sp.asinh, sp.erf, sp.erfc, sp.Si, sp.Ci, sp.expint, sp.uppergamma, sp.lowergamma, sp.besselj, sp.bessely,
    sp.besseli, sp.besselk, sp.airyai,
)  # fmt: skip


def _expandable(g: Any, x: Any) -> bool:
    if x not in g.free_symbols or g == x:
        return True
    if isinstance(g, sp.Pow):
        return x not in g.exp.free_symbols and _expandable(g.base, x)
    return isinstance(g, _EXPANDABLE) and all(_expandable(arg, x) for arg in g.args)


def same_integral(have: sp.Integral, wanted: sp.Integral) -> bool:
    """Whether a lemma's integral is the one that is looked for, up to the name of the variable."""
    if len(have.limits) != 1 or have.limits[0][1:] != wanted.limits[0][1:]:
        return False
    low = have.limits[0][1]
    x = sp.Dummy("x", positive=True) if low.is_nonnegative else wanted.limits[0][0]
    ours, theirs = (put_in(one.function, {one.limits[0][0]: x}) for one in (have, wanted))
    return ours == theirs or sp.powsimp(sp.powdenest(ours / theirs)) == 1


def _meromorphic(e: Any, s: Any) -> bool:
    if s not in e.free_symbols or e == s:
        return True
    if isinstance(e, sp.Pow):
        base, exponent = e.args
        if s in exponent.free_symbols:
            return s not in base.free_symbols and _meromorphic(exponent, s)
        return bool(exponent.is_Integer) and _meromorphic(base, s)
    if isinstance(e, (sp.polygamma, sp.besselk)):  # polygamma by its argument, K by its order
        moving, fixed = (e.args[1], e.args[0]) if isinstance(e, sp.polygamma) else (e.args[0], e.args[1])
        return s not in fixed.free_symbols and _meromorphic(moving, s)
    if isinstance(e, sp.zeta):
        return all(s not in arg.free_symbols for arg in e.args[1:]) and _meromorphic(e.args[0], s)
    known = (sp.Add, sp.Mul, sp.exp, sp.gamma, sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc)
    return isinstance(e, known) and all(_meromorphic(arg, s) for arg in e.args)


def _interval(lemma: Claim, s: Any, context: Context) -> list[Obligation]:
    """The lemma holds for s in an interval that is not empty, under assumptions that hold here."""
    lows, highs, owed = [], [], []
    for relation in lemma.given:
        if s not in relation.free_symbols:
            if relation not in context.given:
                owed.append(Obligation(Claim.of(relation, context.given), f"the lemma's assumption {relation}"))
            continue
        if not isinstance(relation, (sp.Gt, sp.Lt)) or s not in (relation.lhs, relation.rhs):
            raise RuleError(f"looked for bounds of {s} in the lemma; found {relation}")
        other = relation.rhs if relation.lhs == s else relation.lhs
        above = isinstance(relation, sp.Gt) == (relation.lhs == s)
        (lows if above else highs).append(other)
    general = Context(without(context.given, s), context.lemmas)
    return owed + [
        general.obligation(low, high, "the strip of the transform is not empty", relation=LESS)
        for low in lows
        for high in highs
    ]
