"""The residue theorem for real parts of functions that are holomorphic but for poles above the line, or in the disc.

Real poles of H that the integrand, its real part, does not have count half: if all coefficients of the principal part
at p are imaginary, Σ_{n ≥ 2} c_{−n}/(x − p)ⁿ may be taken off, which changes neither the real part nor the residues nor
the arc at infinity; the indentation around what is left gives πi c_{−1}. On the circle the same holds in the angle,
with derivatives of cot in place of powers. Reference: L. Ahlfors, Complex Analysis, ch. 4 § 5.3; E. Titchmarsh, The
Theory of Functions, 3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, equation, plain
from derive.rules.sites import everywhere, finite, single, strictly_below, unclaimed
from derive.rules.theorems.holomorphic import (
    Kernel,
    Region,
    UnitDisc,
    UpperHalfPlane,
    at_zero,
    far_value,
    holomorphic,
    kernel_of,
    regular_at,
    wave_number,
)
from derive.rules.theorems.realparts import on_the_circle, parts, square
from derive.rules.theorems.residues import Poles, distinct, table_of_poles

LARGEST_ORDER = 8


@dataclass(frozen=True)
class ResiduesAbove(Rule):
    """∫_{−∞}^{∞} Re H(x) dx = Re[2πi Σ_{Im p > 0} Res_p H + πi Σ_{p real} Res_p H − πi Σ c_k F_k(i∞)].

    H = Σ R_k F_k (`kernel`, in the variable of the integral), R_k rational, F_k holomorphic above the line by its
    structure (see `theorems.holomorphic`) and regular, or branching like a logarithm, on it. `above`, `real`,
    `below`: all zeros of the common denominator with their orders ({pole: order}; `below` by default the conjugates of
    `above`); `stable`: factors of it, with their orders, all of whose zeros lie below by the criterion of Routh and
    Hurwitz, so that the zeros themselves are not needed. R_k ~ c_k/x is allowed where F_k is bounded with the limit
    F_k(i∞) on rays; for F_k = e^{ikx}, k > 0, it is 0 (Jordan's lemma, or dominated convergence on the arc). Otherwise
    R_k falls like x^{−2}. Half of the line, from or to 0, gives half of the value where the integrand is even.

    Obligations: the integrand is Re H; the factorised denominator; where the poles lie, and that they differ (where
    poles may meet for some parameters, the value is not defined there); what makes F_k holomorphic; at real poles F_k
    is regular and the coefficients of the principal part are imaginary; so is Σ c_k F_k(i∞).
    """

    variable: sp.Symbol
    kernel: Any
    above: Any = ()
    real: Any = ()
    below: Any = None
    stable: Any = ()

    def __post_init__(self) -> None:
        below = self.below if self.below is not None else [(sp.conjugate(p), m) for p, m in table_of_poles(self.above)]
        tables = (("above", self.above), ("real", self.real), ("below", below), ("stable", self.stable))
        for name, table in tables:
            object.__setattr__(self, name, table_of_poles(table))

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over the line or half of it")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if (low, high) not in _HALVES or x != self.variable:
            raise RuleError(
                f"looked for an integral over {self.variable} along the line or half of it; found {plain(node)}"
            )
        kernel = kernel_of(self.kernel, x)
        zeros = (*self.above, *self.real, *self.below)
        lead, owed = factorised(kernel, (self.above, self.real, self.below), self.stable, context)
        owed += [o for S, _ in self.stable for o in _below_by_hurwitz(S, x, context)]
        lead *= sp.Mul(*(S**m for S, m in self.stable))
        within = Context((*context.given, *(() if x.is_extended_real else (x < sp.oo,))))
        real = parts(self.kernel, within.given)[0]
        owed.insert(0, within.obligation(f, real, "the integrand is the real part"))
        if _HALVES[low, high] != 1:
            owed.insert(1, within.obligation(f.xreplace({x: -x}), f, "the integrand is even"))
        for side, (poles, sign) in {"above": (self.above, 1), "on": (self.real, 0), "below": (self.below, -1)}.items():
            for p, _ in poles:
                owed.append(_height(p, sign, f"{plain(p)} lies {side} the line", context))
        owed += all_holomorphic(kernel, UpperHalfPlane(), context)
        total, coefficients = sp.S.Zero, []
        for p, m in self.above:
            total += 2 * sp.pi * sp.I * principal_part(kernel, lead, zeros, p, m)[-1]
        for p, m in self.real:
            owed += _regular(kernel, p, m, UpperHalfPlane(), context)
            coefficients += [(p, c) for c in principal_part(kernel, lead, zeros, p, m)]
            total += sp.pi * sp.I * coefficients[-1][1]
        for p, c in coefficients:
            why = f"the integrand has no pole at {plain(p)}: the coefficients of the principal part are imaginary"
            owed.append(context.obligation(parts(c, context.given)[0], 0, why))
        tail = self._tail(kernel, context, owed)
        value = finite(parts(total - sp.pi * sp.I * tail, context.given)[0], "the sum of the residues")
        yield Consequence(_HALVES[low, high] * value, tuple(dict.fromkeys(owed)))

    def _tail(self, kernel: Kernel, context: Context, owed: list[Obligation]) -> Any:
        """Σ c_k F_k(i∞) over the terms that fall like 1/x."""
        x, D = kernel.z, sp.Poly(kernel.denominator, kernel.z)
        degree, lead = D.degree(), D.LC()
        tail = sp.S.Zero
        for P, F in kernel.terms:
            top = sp.Poly(P, x)
            gap = degree - top.degree()
            if gap >= 2:
                continue
            far = far_value(F, x, context) if gap == 1 else None
            if far is None:
                raise RuleError(
                    f"no arc vanishes: {plain(F)} stands beside a rational function of degree {-gap}; looked for "
                    f"degree −2, or −1 beside a function that is bounded above the line"
                )
            for node in F.atoms(sp.exp):
                k = wave_number(node, x, context)
                if k is not None:
                    owed.append(strictly_below(sp.S.Zero, k, context, "Jordan's lemma: the wave number is positive"))
            tail += top.LC() / lead * far
        if tail != 0:
            why = "the integrand has no part that falls like 1/x only"
            owed.append(context.obligation(parts(tail, context.given)[0], 0, why))
        return tail

    def describe(self, show: Show = plain) -> str:
        text = f"residues above the line of {show(self.kernel)}, whose real part the integrand is"
        if self.above or self.real:
            return text + _named(show, above=self.above, on=self.real)
        return text + ": there are none, and the arc at infinity gives the value"


@dataclass(frozen=True)
class ResiduesInDisc(Rule):
    """∫_{−π}^{π} Re H(e^{ix}) dx = 2π Re[Σ_{|p| < 1} Res_p H(z)/z + ½ Σ_{|p| = 1} Res_p H(z)/z].

    H = Σ R_k F_k (`kernel`, in `z`), R_k rational, F_k holomorphic in the disc by its structure. Any range of length
    2π, and half of it, (0, π) or (−π, 0), where H has real coefficients, so that Re H(e^{ix}) is even. `inside`, `rim`,
    `outside`: all zeros of the common denominator of H/z with their orders.

    Obligations: the integrand is Re H(e^{ix}) on the range; the factorised denominator; where the poles lie, and that
    they differ; what makes F_k holomorphic; on the circle F_k is regular at the poles, and the coefficients of the
    principal part in x are imaginary, so that the integrand has no pole there.
    """

    variable: sp.Symbol
    z: sp.Symbol
    kernel: Any
    inside: Any = ()
    rim: Any = ()
    outside: Any = ()

    def __post_init__(self) -> None:
        for name in ("inside", "rim", "outside"):
            object.__setattr__(self, name, table_of_poles(getattr(self, name)))

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over a period")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if x != self.variable:
            raise RuleError(f"the kernel belongs to an integral over {self.variable}, the integral is over {x}")
        z, H = self.z, self.kernel
        kernel = kernel_of(H / z, z)
        zeros = (*self.inside, *self.rim, *self.outside)
        lead, owed = factorised(kernel, (self.inside, self.rim, self.outside), (), context)
        part, even = self._share(low, high, context)
        owed = [*even, *owed]
        within = Context((*context.given, low < x, x < high))
        known, unknown = on_the_circle(z, x, H, principal=(low, high) in _PRINCIPAL)
        real = _without(parts(H, within.given, known)[0], unknown)
        owed.insert(0, within.obligation(f, real, "the integrand is the real part"))
        places = {"inside": (self.inside, -1), "on": (self.rim, 0), "outside": (self.outside, 1)}
        for side, (poles, sign) in places.items():
            for p, _ in poles:
                owed.append(_radius(p, sign, f"{plain(p)} lies {side} the unit circle", context))
        owed += all_holomorphic(kernel, UnitDisc(), context)
        total = sp.S.Zero
        for p, m in self.inside:
            total += principal_part(kernel, lead, zeros, p, m)[-1]
        for p, m in self.rim:
            owed += _regular(kernel, p, m, UnitDisc(), context)
            total += principal_part(kernel, lead, zeros, p, m)[-1] / 2
            why = f"no pole at the angle of {plain(p)}: the coefficients of the principal part are imaginary"
            for c in _in_the_angle(kernel, lead, zeros, p, m):
                owed.append(context.obligation(parts(c, context.given)[0], 0, why))
        value = 2 * sp.pi * part * parts(sp.expand_func(total), context.given)[0]
        yield Consequence(finite(value, "the sum of the residues"), tuple(dict.fromkeys(owed)))

    def _share(self, low: Any, high: Any, context: Context) -> tuple[Any, list[Obligation]]:
        """The part of a period that the range is, and that the real part is even where it is half of one."""
        if sp.expand(high - low - 2 * sp.pi) == 0:
            return sp.S.One, []
        if (low, high) not in ((0, sp.pi), (-sp.pi, 0)):
            raise RuleError(
                f"looked for a range of length 2π, for (0, π) or (−π, 0); this one goes from {low} to {high}"
            )
        if not conjugable(self.kernel, self.z, context):
            raise RuleError("the coefficients are not seen to be real but for i, so that conjugation would be i → −i")
        mirrored = self.kernel.xreplace({sp.I: -sp.I})
        why = "the coefficients are real: the real part is even in the angle"
        return sp.S.Half, [context.obligation(mirrored, self.kernel, why)]

    def describe(self, show: Show = plain) -> str:
        turn = equation(self.z, sp.exp(sp.I * self.variable), show)
        text = (
            f"residues in the unit disc, {turn}, of 1/{show(self.z)} times {show(self.kernel)}, whose real part on the "
        )
        return f"{text}circle the integrand is" + _named(show, inside=self.inside, on=self.rim)


def _named(show: Show, **places: Poles) -> str:
    """The poles that count, by where they lie."""
    found = [f"{place} it at {', '.join(show(p) for p, _ in poles)}" for place, poles in places.items() if poles]
    return f"; poles {' and '.join(found)}" if found else ""


_HALVES = {(-sp.oo, sp.oo): sp.S.One, (sp.S.Zero, sp.oo): sp.S.Half, (-sp.oo, sp.S.Zero): sp.S.Half}
_PRINCIPAL = ((-sp.pi, sp.pi), (0, sp.pi), (-sp.pi, 0))


def conjugable(H: Any, z: Any, context: Context) -> bool:
    """Whether every part of H that is free of z and of i is real, so that i → −i turns H(z) into conj H(conj z)."""
    from derive.exact import is_real

    if z not in H.free_symbols and not H.has(sp.I):
        return is_real(H, context.given) is True
    return H in (sp.I, z) or all(conjugable(arg, z, context) for arg in H.args)


def _without(real: Any, unknown: Iterable[Any]) -> Any:
    """The real part where parts that have no closed form drop out of it; RuleError where they do not."""
    from derive.field import is_zero

    for letter in unknown:
        slope = sp.diff(real, letter)
        if slope.has(letter) or is_zero(slope) is not True:
            raise RuleError("the real part contains a function that has no closed form on the circle")
        real = real.xreplace({letter: sp.S.Zero})
    return real


def factorised(
    kernel: Kernel, sides: tuple[Poles, ...], stable: Poles, context: Context
) -> tuple[Any, list[Obligation]]:
    """The leading coefficient, and that the denominator has these zeros and no others."""
    D, z = kernel.denominator, kernel.z
    zeros = tuple(pole for side in sides for pole in side)
    if z not in D.free_symbols:
        lead, degree = D, 0
    else:
        lead, degree = sp.Poly(D, z).LC(), sp.Poly(D, z).degree()
    number = sum(m for _, m in zeros) + sum(m * sp.degree(S, z) for S, m in stable)
    if number != degree:
        raise RuleError(
            f"the denominator {plain(D)} has degree {degree}, but {number} poles are stated, with their orders"
        )
    if any(m > LARGEST_ORDER for _, m in zeros):
        raise RuleError(f"poles of an order above {LARGEST_ORDER} are not treated")
    tops = sp.Mul(*(sp.Poly(S, z).LC() ** m for S, m in stable))
    closed = sp.Mul(lead / tops, *((z - p) ** m for p, m in zeros), *(S**m for S, m in stable))
    owed = [context.obligation(D, closed, "the denominator has these zeros and no others")]
    for side in sides:
        for i, (p, _) in enumerate(side):
            owed += [o for q, _ in side[i + 1 :] for o in _told_apart(p, q, context)]
    return lead / tops, owed


def _told_apart(p: Any, q: Any, context: Context) -> Iterator[Obligation]:
    """p ≠ q, where the assumptions show it. Where they leave it open, p and q are told apart at one point of their own:
    the residues have p − q in their denominators, and an equation speaks of the points at which its sides are
    defined."""
    try:
        yield distinct(p, q, context)
    except RuleError:
        letters = sorted(p.free_symbols | q.free_symbols, key=str)
        at = {letter: sp.Rational(7 + 4 * i, 5 + 3 * i) for i, letter in enumerate(letters)}
        gap = sp.N((p - q).xreplace(at), 30)
        if not gap.is_number or abs(gap) < sp.Float("1e-15"):
            raise


def _below_by_hurwitz(S: Any, x: Any, context: Context) -> Iterator[Obligation]:
    """All zeros of S lie below the line: S(is) has its zeros at Re s < 0, which for real coefficients is told by the
    leading minors of Hurwitz' matrix (E. Routh, A. Hurwitz; F. Gantmacher, The Theory of Matrices II, XV § 6)."""
    if not S.is_polynomial(x) or sp.degree(S, x) < 1:
        raise RuleError(f"a stable factor is a polynomial in {x}, and {plain(S)} is none")
    c = sp.Poly(S.xreplace({x: sp.I * x}), x).all_coeffs()
    pairs = [parts(sp.expand(v / c[0]), context.given) for v in c]
    n = len(c) - 1
    why = f"all zeros of {plain(S)} lie below the line"
    if n == 1:
        yield strictly_below(sp.S.Zero, pairs[1][0], context, why)
        return
    for _, v in pairs:
        yield context.obligation(v, 0, f"the coefficients of {plain(S)} at i{x} are real")
    u = [u for u, _ in pairs]
    matrix = sp.Matrix(n, n, lambda i, j: u[2 * j - i + 1] if 0 <= 2 * j - i + 1 <= n else 0)
    for size in range(1, n + 1):
        yield strictly_below(sp.S.Zero, sp.expand(matrix[:size, :size].det()), context, why)


def all_holomorphic(kernel: Kernel, region: Region, context: Context) -> list[Obligation]:
    """What makes all F_k holomorphic."""
    return [o for _, F in kernel.terms for o in holomorphic(F, kernel.z, region, context)]


def principal_part(kernel: Kernel, lead: Any, zeros: Poles, p: Any, m: int) -> list[Any]:
    """[c_{−m}, …, c_{−1}] at p: the derivatives of H (z − p)^m at p over j!, j = 0, …, m − 1."""
    return [value / sp.factorial(j) for j, value in enumerate(_derivatives(kernel, lead, zeros, p, m, _plain_slope))]


def _plain_slope(N: Any, z: Any) -> Any:
    return sp.diff(N, z)


def _angular_slope(N: Any, z: Any) -> Any:
    return sp.I * z * sp.diff(N, z)


def _derivatives(
    kernel: Kernel, lead: Any, zeros: Poles, p: Any, m: int, slope: Callable[[Any, Any], Any]
) -> list[Any]:
    z = kernel.z
    # At a simple zero the product over the other zeros is the derivative of the denominator.
    rest = sp.diff(kernel.denominator, z) if m == 1 else sp.Mul(lead, *((z - q) ** n for q, n in zeros if q != p))
    found = []
    live = [(P, at_zero(F, z, m) if p == 0 else F) for P, F in kernel.terms if not _vanishes(P, z, p, m)]
    numerators = [P * F / rest for P, F in live]
    for _ in range(m):
        values = [sp.expand_func(N.xreplace({z: p})) for N in numerators]
        found.append(finite(sp.Add(*values), f"the residue at {plain(p)}"))
        numerators = [slope(N, z) for N in numerators]
    return found


def _vanishes(P: Any, z: Any, p: Any, m: int) -> bool:
    """Whether the polynomial cancels the pole, so that its term is regular there."""
    for _ in range(m):
        if sp.expand(P.xreplace({z: p})) != 0:
            return False
        P = sp.diff(P, z)
    return True


def _in_the_angle(kernel: Kernel, lead: Any, zeros: Poles, p: Any, m: int) -> list[Any]:
    """The principal part of zK(z) in s at s = 0, where z = p e^{is} and K = N(z)/(z − p)^m:
    zK = (ip)^{−m} s^{−m} [is/(e^{is} − 1)]^m · p e^{is} N(p e^{is})."""
    s = sp.Dummy("s")
    slopes = _derivatives(kernel, lead, zeros, p, m, _angular_slope)
    series = sp.Add(*((sp.I * s) ** j / sp.factorial(j + 1) for j in range(m)))
    inverse = sp.series(sp.exp(sp.I * s).series(s, 0, m).removeO() / series**m, s, 0, m).removeO()
    weights = [sp.expand(inverse).coeff(s, j) for j in range(m)]
    front = p / (sp.I * p) ** m
    return [front * sp.Add(*(weights[j - i] * slopes[i] / sp.factorial(i) for i in range(j + 1))) for j in range(m)]


def _regular(kernel: Kernel, p: Any, m: int, region: Region, context: Context) -> list[Obligation]:
    """F_k is regular at a pole on the boundary, where its term has one."""
    z = kernel.z
    return [o for P, F in kernel.terms if not _vanishes(P, z, p, m) for o in regular_at(F, z, p, region, context)]


def _height(p: Any, sign: int, why: str, context: Context) -> Obligation:
    """Im p > 0, = 0, < 0."""
    return _placed(parts(p, context.given)[1], sp.S.Zero, sign, why, context)


def _radius(p: Any, sign: int, why: str, context: Context) -> Obligation:
    """|p|² < 1, = 1, > 1."""
    return _placed(square(*parts(p, context.given)), sp.S.One, sign, why, context)


def _placed(value: Any, border: Any, sign: int, why: str, context: Context) -> Obligation:
    if sign == 0:
        return context.obligation(value, border, why)
    low, high = (border, value) if sign > 0 else (value, border)
    if (high - low).is_number:
        return context.obligation(low, high, why, relation=LESS)
    return strictly_below(low, high, context, why)
