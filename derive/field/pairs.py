"""The circular and hyperbolic part of a tower: functions of commensurate arguments as pairs.

 (cos z, sin z) with sin² = 1 − cos², (cosh z, sinh z) with sinh² = cosh² − 1: two generators and one relation per
 basic argument; integer multiples by de Moivre, sums by the addition theorems, exp(a + ib) = exp a (cos b + i sin b).
Law: as for the tower: every rewriting is an identity of functions on the domain.
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import fmpq
from sympy import Add, Expr, I, Rational, pi

from derive.exact.budget import OutOfReach

from .fraction import Fraction, FractionRing
from .functions import open_sum, signless
from .lattice import Pair, Turn, compose, rational_relation

if TYPE_CHECKING:
    from .tower import Tower

_MAX_MULTIPLE = 400
_MAX_ORDER = 240


class Pairs:
    """What a tower knows of circular and hyperbolic functions; mixed into `Tower`."""

    ring: FractionRing
    _atoms: dict[Any, Fraction]

    def _open_pairs(self) -> None:
        self.pairs: dict[int, list[Pair]] = {1: [], -1: []}
        self.partner: dict[int, Pair] = {}
        self._angles: dict[int, Fraction] = {}

    def circular(self, z: Expr) -> Turn:
        """(cos z, sin z)."""
        total = self.rational(1), self.rational(0)
        for term in Add.make_args(open_sum(z)):
            total = compose(total, self._turn(term), 1)
        return total

    def hyperbolic(self, z: Expr) -> Turn:
        """(cosh z, sinh z)."""
        total = self.rational(1), self.rational(0)
        for term in Add.make_args(open_sum(z)):
            total = compose(total, self._boost(term), -1)
        return total

    def _turn(self, term: Expr) -> Turn:
        quarter = sp.expand(term / pi)
        if quarter.is_Rational:
            return self.turn_of_pi(quarter)
        inverse = term.as_coeff_Mul()
        if isinstance(inverse[1], (sp.asin, sp.acos, sp.atan)) and inverse[0].is_Integer:
            return self._multiple(self._of_inverse(inverse[1]), int(inverse[0]), 1)
        return self.circular_of(self.of(term))

    def turn_of_pi(self, ratio: Any) -> Turn:
        """(cos πr, sin πr): radicals where 12 r is whole, else T_k of a cosine c = cos π/N with even N.

        cos kπ/N = T_k(c) and sin kπ/N = cos (N/2 − k)π/N. The minimal polynomial of 2c follows from Φ_{2N}.
        """
        if 12 % int(ratio.q) == 0:
            return self.of(sp.expand(sp.cos(pi * ratio))), self.of(sp.expand(sp.sin(pi * ratio)))
        order = next((N for N in self._angles if N % int(ratio.q) == 0), None)
        if order is None:
            order = self.adjoin_angle(lcm(2, int(ratio.q)))
        k = int(ratio.p) * (order // int(ratio.q))
        return self._cosine_of(k, order), self._cosine_of(order // 2 - k, order)

    def adjoin_angle(self, order: int) -> int:
        """cos π/N as a generator."""
        if order > _MAX_ORDER:
            raise OutOfReach(f"the angle pi/{order}")
        coefficients = [int(c) for c in sp.cyclotomic_poly(2 * order, polys=True).all_coeffs()]
        m = (len(coefficients) - 1) // 2
        index = self.new("constant", 2 * sp.cos(pi / order, evaluate=False))
        w = self.ring.generator(index)
        low, high = self.ring.constant(2), w
        monic = self.ring.constant(coefficients[m]) + coefficients[m - 1] * high
        for k in range(2, m + 1):
            low, high = high, w * high - low
            monic = monic + coefficients[m - k] * high
        self.ring.relate(index, m, w**m - monic)
        self._angles[order] = self.ring.variable(index) * self.rational(Rational(1, 2))
        return order

    def _cosine_of(self, k: int, order: int) -> Fraction:
        """cos kπ/N."""
        k = abs(k) % (2 * order)
        cosine = self._angles[order]
        low, high = self.rational(1), cosine
        for _ in range(min(k, 2 * order - k)):
            low, high = high, self.rational(2) * cosine * high - low
        return low

    def _of_inverse(self, angle: Any) -> Turn:
        """Principal branches: cos asin w = sqrt(1 − w²), cos atan w = 1/sqrt(1 + w²)."""
        (w,) = angle.args
        if isinstance(angle, sp.atan):
            return self.of(1 / sp.sqrt(1 + w**2)), self.of(w / sp.sqrt(1 + w**2))
        root, value = self.of(sp.sqrt(1 - w**2)), self.of(w)
        return (root, value) if isinstance(angle, sp.asin) else (value, root)

    def circular_of(self, z: Fraction) -> Turn:
        real, imaginary = self.by_unit(z)
        turn = self._by_lattice(real, 1)
        if imaginary.is_zero():
            return turn
        ch, sh = self._by_lattice(imaginary, -1)
        return compose(turn, (ch, self.unit * sh), 1)

    def _boost(self, term: Expr) -> Turn:
        real, imaginary = self.by_unit(self.of(term))
        boost = self._by_lattice(real, -1)
        if imaginary.is_zero():
            return boost
        c, s = self._by_lattice(imaginary, 1)
        return compose(boost, (c, self.unit * s), -1)

    def by_unit(self, z: Fraction) -> Turn:
        """(a, b) with z = a + i b, no i in a or b."""
        nothing = self.rational(0)
        if I not in self._atoms:
            return z, nothing
        (index,) = self._atoms[I].indices()
        if z.den.degrees()[index] > 0:
            z = self.cleared(z, index)
        parts = self.ring.coefficients(self.ring.reduce(z.num), index)
        read = [self.ring.fraction(parts[k], z.den) if k in parts else nothing for k in (0, 1)]
        return read[0], read[1]

    def cleared(self, z: Fraction, index: int) -> Fraction:
        """The denominator made free of i."""
        parts = self.ring.coefficients(z.den, index)
        conjugate = parts.get(0, self.ring.nil) - parts.get(1, self.ring.nil) * self.ring.generator(index)
        return self.ring.fraction(self.ring.times(z.num, conjugate), self.ring.times(z.den, conjugate))

    def _by_lattice(self, z: Fraction, sigma: int) -> Turn:
        """Π of basic pairs to integer powers, z = Σ n_i s_i; new basic arguments are single terms."""
        total = self.rational(1), self.rational(0)
        if z.is_zero():
            return total
        for q, unit in self.basic_terms(z):
            turn = self._of_unit(unit, q, sigma)
            total = compose(total, turn, sigma)
        return total

    def basic_terms(self, z: Fraction) -> list[tuple[Any, Fraction]]:
        """z = Σ q_i m_i with rational q_i: its monomials over its denominator."""
        ring = self.ring
        return [(c, ring.fraction(ring.ctx.from_dict({mono: fmpq(1)}), z.den)) for mono, c in z.num.to_dict().items()]

    def _of_unit(self, unit: Fraction, q: fmpq, sigma: int) -> Turn:
        if sigma == -1 and (self.exponent_relation(unit) is not None):
            up = self.exp_in_lattice(unit * self.rational(Rational(int(q.p), int(q.q))))
            half = self.rational(Rational(1, 2))
            return (up + up.inverse()) * half, (up - up.inverse()) * half
        known = self.pairs[sigma]
        found = rational_relation([p.argument for p in known], unit, self)
        if found is None:
            self.new_pair(unit * self.rational(Rational(1, int(q.q))), sigma)
            return self._of_unit(unit, q, sigma)
        total = self.rational(1), self.rational(0)
        for c, pair in zip(found, list(known), strict=True):
            if c != 0:
                multiple = c * q
                total = compose(total, self._power(pair, multiple, sigma), sigma)
        return total

    def _power(self, pair: Pair, q: fmpq, sigma: int) -> Turn:
        n, d = int(q.p), int(q.q)
        basic = self._pair_values(pair) if d == 1 else self._part(pair, d)
        return self._multiple(basic, n, sigma)

    def _pair_values(self, pair: Pair) -> Turn:
        return self.ring.variable(pair.even), self.ring.variable(pair.odd)

    def _part(self, pair: Pair, d: int) -> Turn:
        """(C, S) of argument/d: C algebraic of degree d by T_d(C) = cos z; S = sin z / U_{d−1}(C)."""
        key = ("part", pair.even, d)
        if key not in self._atoms:
            index = self.new("part", _names(pair.sigma)[0](self.expression(pair.argument) / d))
            C = self.ring.generator(index)
            symbol = sp.Dummy()
            coefficients = sp.Poly(sp.chebyshevt(d, symbol), symbol).all_coeffs()
            tail = self.ring.generator(pair.even) / fmpq(int(coefficients[0]))
            for k, c in enumerate(reversed(coefficients[1:])):
                tail = tail - C**k * fmpq(int(c), int(coefficients[0]))
            self.ring.relate(index, d, tail)
            value = self.ring.variable(index)
            below = self.rational(0)
            for k, c in enumerate(reversed(sp.Poly(sp.chebyshevu(d - 1, symbol), symbol).all_coeffs())):
                below = below + value**k * self.rational(c)
            self._atoms[key] = value
            self._atoms["odd", *key] = self.ring.variable(pair.odd) / below
        return self._atoms[key], self._atoms["odd", *key]

    def _multiple(self, turn: Turn, n: int, sigma: int) -> Turn:
        """(C, S) of n times the argument, by squaring (de Moivre)."""
        if abs(n) > _MAX_MULTIPLE:
            raise OutOfReach(f"multiple angle {n}")
        if n < 0:
            turn = turn[0], -turn[1]
        total, n = (self.rational(1), self.rational(0)), abs(n)
        while n:
            if n & 1:
                total = compose(total, turn, sigma)
            n >>= 1
            if n:
                turn = compose(turn, turn, sigma)
        return total

    def new_pair(self, argument: Fraction, sigma: int) -> Pair:
        """Adjoin (C, S); S first, so that S² leads in its relation."""
        meaning = self.expression(argument)
        cosine, sine = _names(sigma)
        kind = "circular" if sigma == 1 else "hyperbolic"
        odd, even = self.new(kind, sine(meaning)), self.new(kind, cosine(meaning))
        self.ring.relate(odd, 2, sigma * (1 - self.ring.generator(even) ** 2))
        pair = Pair(argument, even, odd, sigma)
        self.pairs[sigma].append(pair)
        self.partner[even] = self.partner[odd] = pair
        return pair


def _names(sigma: int) -> tuple[Any, Any]:
    return (sp.cos, sp.sin) if sigma == 1 else (sp.cosh, sp.sinh)


def _ratio(function: str, top: int | None, bottom: int) -> Any:
    def rule(t: Tower, z: Expr) -> Fraction:
        values = getattr(t, function)(z)
        return (t.rational(1) if top is None else values[top]) / values[bottom]

    return rule


PAIRED: dict[Any, Any] = {
    sp.cos: lambda t, z: t.circular(signless(t, z))[0], sp.sin: lambda t, z: t.circular(z)[1],
    sp.tan: _ratio("circular", 1, 0), sp.cot: _ratio("circular", 0, 1),
    sp.sec: _ratio("circular", None, 0), sp.csc: _ratio("circular", None, 1),
    sp.cosh: lambda t, z: t.hyperbolic(signless(t, z))[0], sp.sinh: lambda t, z: t.hyperbolic(z)[1],
    sp.tanh: _ratio("hyperbolic", 1, 0), sp.coth: _ratio("hyperbolic", 0, 1),
    sp.sech: _ratio("hyperbolic", None, 0), sp.csch: _ratio("hyperbolic", None, 1),
}  # fmt: skip
