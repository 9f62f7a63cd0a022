"""Polynomials times real parts of power series on an arc: ∫ P(x) Re F(e^{ix}) dx by polylogarithms at its ends.

References: A. Zygmund, Trigonometric Series, ch. II § 1 and V § 2; L. Lewin, Polylogarithms and Associated Functions,
ch. 4 and 7; NIST DLMF 25.12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import everywhere, finite, oriented, single, unclaimed
from derive.rules.theorems.holomorphic import UnitDisc, holomorphic
from derive.rules.theorems.realparts import on_the_circle, parts


@dataclass(frozen=True)
class ArcIntegral(Rule):
    """∫_a^b P(x) Re F(e^{ix}) dx = c_0 ∫_a^b P dx + Re Σ_{j≥0} (−1)^j i^{−j−1} [P^{(j)}(x) F_{j+1}(e^{ix})]_a^b, with
    F(z) = Σ_k c_k z^k and F_j(z) = Σ_{k≥1} c_k z^k/k^j; summed over the `terms` (P, F).

    F is a sum of constants, powers zⁿ, log(α + βzⁿ), Li_s(pzⁿ), |β| ≤ α, |p| ≤ 1, and 1/(α + βzⁿ), |β| < α: Li_s(pzⁿ)
    becomes Li_{s+j}(pzⁿ)/n^j, and pzⁿ/(1 − pzⁿ) is Li_0. Such an F lies in the Hardy space H², its series converges on
    the circle in L², so that it may be integrated against P term by term; ∫ P e^{ikx} dx by parts. At the ends pe^{inx}
    is real, or p = ±1 and the angle a rational multiple of π, where Li_m(e^{2πir/q}) is a sum of Hurwitz' ζ(m, l/q):
    Bernoulli polynomials, ζ(m), Catalan's constant, polygammas of fractions.
    Obligations: the integrand is Σ P Re F; what makes F holomorphic.
    """

    variable: sp.Symbol
    z: sp.Symbol
    terms: tuple[tuple[Any, Any], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple((formula(P), formula(F)) for P, F in self.terms))

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over an arc")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if x != self.variable:
            raise RuleError(f"the series belongs to an integral over {self.variable}, this one is over {x}")
        first, last = (high, low) if (high - low).is_negative else (low, high)
        within = Context((*context.given, first < x, x < last))
        seen, value = sp.S.Zero, sp.S.Zero
        owed: list[Obligation] = list(oriented(node, context))
        for P, F in self.terms:
            if not P.is_polynomial(x) or self.z in P.free_symbols:
                raise RuleError(f"looked for a polynomial in {x}; found {plain(P)}")
            seen += P * parts(F, within.given, on_the_circle(self.z, x, F, principal=False)[0])[0]
            owed += list(holomorphic(F, self.z, UnitDisc(), context))
            for rung in ladder(F, self.z):
                value += rung.over_the_arc(P, x, low, high, context)
        owed.insert(0, within.obligation(f, seen, "the integrand as polynomials times real parts"))
        yield Consequence(finite(value, "the polylogarithms at the ends"), tuple(dict.fromkeys(owed)))

    def describe(self, show: Show = plain) -> str:
        functions = ", ".join(dict.fromkeys(show(F) for _, F in self.terms))
        turn = f"{show(self.z)} = {show(sp.exp(sp.I * self.variable))}"
        return f"series of the real part of {functions} on the circle, {turn}, term by term: polylogarithms at the ends"


@dataclass(frozen=True)
class Rung:
    """c Li_s(p zⁿ), c zⁿ (`order` None), or c (n = 0)."""

    factor: Any
    power: int
    order: int | None = None
    inner: Any = sp.S.One

    def over_the_arc(self, P: Any, x: Any, low: Any, high: Any, context: Context) -> Any:
        """∫ P Re(c Li_s(p e^{inx})) dx."""
        re, im = parts(self.factor, context.given)
        if self.power == 0:
            return re * sp.integrate(sp.expand(P), (x, low, high))
        total = sp.S.Zero
        for j in range(int(sp.degree(P, x)) + 1 if x in P.free_symbols else 1):
            slope = sp.diff(P, x, j) if j else P
            weight = (-1) ** j * sp.I ** (-j - 1) * (re + sp.I * im) / sp.Integer(self.power) ** (j + 1)
            a, b = parts(sp.expand(weight), context.given)
            for end, sign in ((high, 1), (low, -1)):
                at_end = slope.xreplace({x: end})
                if at_end == 0:
                    continue
                u, v = (self._at(end, j + 1, own, context) if c != 0 else 0 for c, own in ((a, sp.re), (b, sp.im)))
                total += sign * at_end * (a * u - b * v)
        return total

    def _at(self, end: Any, steps: int, part: Any, context: Context) -> Any:
        """The real or the imaginary part of Li_{s+steps}(p e^{in end}), or of e^{in end}."""
        angle = sp.expand(self.power * end)
        if self.order is None:
            return sp.cos(angle) if part is sp.re else sp.sin(angle)
        return polylogarithm(self.order + steps, self.inner, sp.cancel(angle / (2 * sp.pi)), part)


def ladder(F: Any, z: Any) -> Iterator[Rung]:
    """F as a sum of rungs; RuleError where a term is none."""
    for term in sp.Add.make_args(sp.expand(F, func=False, log=False, power_exp=False)):
        outer, moving = term.as_independent(z, as_Add=False)
        if moving == 1:
            yield Rung(outer, 0)
            continue
        base, n = moving.as_base_exp()
        if base == z and n.is_Integer and n > 0:
            yield Rung(outer, int(n))
            continue
        if moving.is_rational_function(z):
            yield from _kernel(outer, moving, z)
            continue
        inner, order = None, 1
        if isinstance(moving, sp.log):
            inner, order = moving.args[0], 1
        elif isinstance(moving, sp.polylog) and moving.args[0].is_Integer and moving.args[0] >= 2:
            inner, order = 1 - moving.args[1], int(moving.args[0])
        found = None if inner is None or not inner.is_polynomial(z) else sp.Poly(inner, z).terms()
        if found is None or len(found) != 2 or found[1][0] != (0,) or (order > 1 and found[1][1] != 1):
            raise RuleError(
                f"looked for powers of {z}, log(α + β{z}ⁿ), Li_s(p{z}ⁿ), 1/(α + β{z}ⁿ); found {plain(moving)}"
            )
        ((top,), beta), (_, alpha) = found
        if order == 1:
            yield Rung(outer * sp.log(alpha), 0)
            outer = -outer
        yield Rung(outer, int(top), order, -beta / alpha)


def _kernel(outer: Any, moving: Any, z: Any) -> Iterator[Rung]:
    """c (a + b/(1 − pzⁿ)) = c (a + b) + cb Li_0(pzⁿ)."""
    top, bottom = sp.fraction(sp.together(moving))
    found = sp.Poly(bottom, z).terms()
    if len(found) != 2 or found[1][0] != (0,):
        raise RuleError(f"looked for a denominator α + β{z}ⁿ; found {plain(bottom)}")
    ((n,), beta), (_, alpha) = found
    quotient, rest = sp.div(sp.Poly(top, z), sp.Poly(bottom, z))
    if rest.degree() > 0:
        raise RuleError(f"looked for c/(α + β{z}ⁿ); found {plain(moving)}")
    for (k,), c in quotient.terms():
        yield Rung(outer * c, k)
    over = outer * rest.as_expr() / alpha
    yield Rung(over, 0)
    yield Rung(over, int(n), 0, -beta / alpha)


def polylogarithm(m: int, p: Any, turn: Any, part: Any) -> Any:
    """Re or Im Li_m(p e^{2πi turn}), p real: where the argument is real, or m ≥ 2, p = ±1 and the turn is rational.

    Li_m(e^{2πiu}) = Σ_k e^{2πiku}/k^m; the parts of the parity of m are Bernoulli polynomials in u, the others sums
    over the residues l of k modulo the denominator q of u: q^{−m} Σ_l cos(2πlu) ζ(m, l/q), and the sine.
    """
    if not turn.is_Rational:
        raise RuleError(f"the angle {plain(2 * sp.pi * turn)} at an end is no rational multiple of π")
    if p == -1:
        p, turn = sp.S.One, turn + sp.S.Half
    u = turn - sp.floor(turn)
    if (2 * u).is_Integer:
        return sp.S.Zero if part is sp.im else _real(m, p if u == 0 else -p)
    if p != 1:
        raise RuleError(f"Li_{m} of {plain(p)} times a number of modulus 1 that is not ±1 is left: no closed form")
    if (m % 2 == 0) == (part is sp.re):
        sign = (-1) ** (m // 2 - 1) if m % 2 == 0 else (-1) ** ((m + 1) // 2)
        return sign * (2 * sp.pi) ** m * sp.bernoulli(m, u) / (2 * sp.factorial(m))
    return _clausen(m, u)


def _real(m: int, p: Any) -> Any:
    """Li_m(p), p real."""
    if p in (1, -1):
        return sp.zeta(m) if p == 1 else (sp.Rational(2) ** (1 - m) - 1) * sp.zeta(m)
    return sp.expand_func(sp.polylog(m, p)) if m > 1 else -sp.log(1 - p)


def _clausen(m: int, u: Any) -> Any:
    """Σ sin(2πku)/k^m for even m, Σ cos(2πku)/k^m for odd m, u rational and no half integer."""
    q = int(u.q)
    if q % 4 == 2:
        # Li_m(z) + Li_m(−z) = 2^{1−m} Li_m(z²): with −z of odd order q/2.
        other = u + sp.S.Half
        sign = sp.Rational(2) ** (1 - m)
        return sign * _standard(m, 2 * u) - _standard(m, other)
    return _standard(m, u)


def _standard(m: int, u: Any) -> Any:
    u -= sp.floor(u)
    q, n, total = int(u.q), m - 1, sp.S.Zero
    if m % 2:
        total = sp.zeta(m) + (sp.cos(sp.pi * q * u) * (2**m - 1) * sp.zeta(m) if q % 2 == 0 else 0)
    wave = sp.cos if m % 2 else sp.sin
    for k in range(1, (q + 1) // 2):
        total += wave(2 * sp.pi * k * u) * _pair(m, n, sp.Rational(k, q))
    return sp.expand(total / sp.Integer(q) ** m)


def _pair(m: int, n: int, y: Any) -> Any:
    """ζ(m, y) − (−1)^m ζ(m, 1 − y), by the reflection of the polygammas; for odd m and denominators with one such pair
    by Σ ζ(m, l/b) = ζ(m) b^m Π_{p | b} (1 − p^{−m}) over the l prime to b."""
    b = int(y.q)
    if m % 2 and sp.totient(b) == 2:
        return sp.zeta(m) * sp.Integer(b) ** m * sp.Mul(*(1 - sp.Rational(1, int(p) ** m) for p in sp.primefactors(b)))
    t = sp.Dummy("t")
    slope = sp.diff(sp.cot(sp.pi * t), t, n).xreplace({t: y})
    own = sp.pi**2 + 8 * sp.Catalan if (n, y) == (1, sp.Rational(1, 4)) else sp.polygamma(n, y)
    sign = 1 if n % 2 else -1
    return sign * (2 * own + sp.pi * slope) / sp.factorial(n)
