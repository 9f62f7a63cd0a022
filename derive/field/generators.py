"""The generators of a field: the tower of `derive.exact`, with circular and hyperbolic functions as pairs.

 (cos z, sin z) with sin² = 1 − cos², (cosh z, sinh z) with sinh² = cosh² − 1: two generators and one relation per
 basic argument; integer multiples by de Moivre, sums by the addition theorems, exp(a + ib) = exp a (cos b + i sin b).
Law: as for the tower: every rewriting is an identity of functions on the domain.
"""

from __future__ import annotations

from math import lcm
from typing import Any

import sympy as sp
from flint import fmpq
from sympy import Add, Expr, I, Rational, pi
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from derive.exact.balls import ball
from derive.exact.budget import Budget, OutOfReach
from derive.exact.domain import Domain
from derive.exact.functions import opaque_of, open_sum
from derive.exact.polys import Fraction
from derive.exact.tower import Tower

from .lattice import Pair, Turn, compose, jet_by_places, rational_relation
from .ring import FieldRing, wide_budget

_MAX_MULTIPLE = 400


class Generators(Tower):
    """The tower of a field."""

    def __init__(self, domain: Domain, budget: Budget | None = None) -> None:
        super().__init__(domain, budget or wide_budget(), termwise=True)
        self.ring: FieldRing = FieldRing(self.budget)
        self.pairs: dict[int, list[Pair]] = {1: [], -1: []}
        self.partner: dict[int, Pair] = {}

    def _of(self, expr: Any) -> Fraction:
        rule = _PAIRED.get(expr.func)
        if rule is not None:
            return rule(self, expr.args[0])
        if isinstance(expr, sp.Derivative | sp.Subs) and (read := jet_by_places(expr)) is not None:
            func, orders, args = read
            return opaque_of(self, (func, orders), [self.of(arg) for arg in args], expr, "jet")
        return super()._of(expr)

    def power(self, base: Expr, exponent: Expr) -> Fraction:
        """As in the tower; square roots of numbers with roots in them are denested where that is verified."""
        if exponent.is_Rational and exponent.q == 2 and base.is_number and not base.is_Rational:
            found = self._denested(base)
            if found is not None:
                return found ** int(exponent.p)
        return super().power(base, exponent)

    def _denested(self, base: Expr) -> Fraction | None:
        """d with d² = base and Re d > 0, both proven: the principal square root."""
        root = sp.sqrt(base)
        candidate = sp.sqrtdenest(root)
        value = ball(candidate, {}) if candidate != root else None
        if value is None or not value.real > 0:
            return None
        found = self.of(candidate)
        return found if (found * found - self.of(base)).is_zero() else None

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
        if quarter.is_Rational and 12 % quarter.q == 0:
            return self.of(sp.expand(sp.cos(term))), self.of(sp.expand(sp.sin(term)))
        inverse = term.as_coeff_Mul()
        if isinstance(inverse[1], (sp.asin, sp.acos, sp.atan)) and inverse[0].is_Integer:
            return self._multiple(self._of_inverse(inverse[1]), int(inverse[0]), 1)
        return self.circular_of(self.of(term))

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
        """z = Σ q_i m_i with rational q_i: monomials where z is a polynomial, else one primitive fraction."""
        ring = self.ring
        if z.den.is_constant():
            return [(c, ring.fraction(ring.ctx.from_dict({mono: fmpq(1)}))) for mono, c in z.num.to_dict().items()]
        coefficients = z.num.coeffs()
        content = coefficients[0]
        return [(content, z * self.rational(Rational(int(content.q), int(content.p))))]

    def _of_unit(self, unit: Fraction, q: fmpq, sigma: int) -> Turn:
        if sigma == -1 and (self._relation(unit) is not None):
            up = Tower._exp_in_lattice(self, unit * self.rational(Rational(int(q.p), int(q.q))))
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

    def exp_of(self, argument: Fraction) -> Fraction:
        """exp(a + ib) = exp a · (cos b + i sin b); what is a power or a root of unity first."""
        from derive.exact.exponents import split_exponent

        head, rest = split_exponent(self, argument)
        if rest.is_zero():
            return head
        real, imaginary = self.by_unit(rest)
        total = head
        if not imaginary.is_zero():
            c, s = self.circular_of(imaginary)
            total = total * (c + self.unit * s)
        if real.is_zero():
            return total
        for q, unit in self.basic_terms(real):
            total = total * self._exp_term(unit, q)
        return total

    def _exp_term(self, unit: Fraction, q: fmpq) -> Fraction:
        if self.pairs[-1] and rational_relation([p.argument for p in self.pairs[-1]], unit, self) is not None:
            ch, sh = self._of_unit(unit, q, -1)
            return ch + sh
        rational = self.rational
        if self._relation(unit) is None:
            self._exp_in_lattice(unit * rational(Rational(1, int(q.q))))
        return self._exp_in_lattice(unit * rational(Rational(int(q.p), int(q.q))))

    def scan(self, expr: Any) -> None:
        """Adjoin basic arguments with the common denominators of all multiples that occur."""
        for node in expr.atoms(sp.log, sp.asinh, sp.acosh, sp.atanh, sp.acoth):
            for inner in node.atoms(HyperbolicFunction):
                self.of(sp.exp(inner.args[0]))
        wanted: dict[Any, set[Any]] = {}
        for node in expr.atoms(sp.exp, *_PAIRED):
            for term in Add.make_args(open_sum(node.args[0])):
                q, rest = term.as_coeff_Mul()
                if q.is_Rational and rest is not sp.S.One and not rest.is_number:
                    wanted.setdefault((node.func if node.func is sp.exp else _kind(node), rest), set()).add(q)
        for (func, rest), multiples in wanted.items():
            common = lcm(*[int(q.q) for q in multiples])
            if len(multiples) > 1 and common > 1:
                self.of(func(rest / common))


def _kind(node: Any) -> Any:
    return sp.cosh if isinstance(node, HyperbolicFunction) else sp.cos


def _names(sigma: int) -> tuple[Any, Any]:
    return (sp.cos, sp.sin) if sigma == 1 else (sp.cosh, sp.sinh)


def _ratio(function: str, top: int | None, bottom: int) -> Any:
    def rule(t: Generators, z: Expr) -> Fraction:
        values = getattr(t, function)(z)
        return (t.rational(1) if top is None else values[top]) / values[bottom]

    return rule


_PAIRED: dict[Any, Any] = {
    sp.cos: lambda t, z: t.circular(z)[0], sp.sin: lambda t, z: t.circular(z)[1],
    sp.tan: _ratio("circular", 1, 0), sp.cot: _ratio("circular", 0, 1),
    sp.sec: _ratio("circular", None, 0), sp.csc: _ratio("circular", None, 1),
    sp.cosh: lambda t, z: t.hyperbolic(z)[0], sp.sinh: lambda t, z: t.hyperbolic(z)[1],
    sp.tanh: _ratio("hyperbolic", 1, 0), sp.coth: _ratio("hyperbolic", 0, 1),
    sp.sech: _ratio("hyperbolic", None, 0), sp.csch: _ratio("hyperbolic", None, 1),
}  # fmt: skip
