"""The multiplicative half of a tower: roots, roots of unity, absolute values and logarithms.

 (p R)^r = p^r R^r and log(p R) = log p + log R for p > 0 and any R (principal branches): only factors of proven
 sign are split off. p² ≥ 0 for real p, with √(p²) = |p|. R^{1/n} for unknown R is one generator per R.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any

from flint import fmpq
from sympy import Abs, Expr, I, Integer, Pow, Rational, cos, expand, factorint, log, pi, sin

from derive.exact.budget import OutOfReach
from derive.exact.signs import NONNEGATIVE, NONPOSITIVE, signs

from .fraction import Fraction
from .ring import Poly

if TYPE_CHECKING:
    from derive.exact.domain import Domain

    from .fraction import FractionRing

_MAX_FACTOR_TERMS = 200
_MAX_SIGN_TERMS = 60


@dataclass
class Split:
    """scale · sign · Π p^e · rest, with p > 0 (or ≥ 0) known."""

    scale: Any
    positive: list[tuple[Fraction, int]]
    rest: Fraction


class Multiplicative:
    """What a tower knows of products; mixed into `Tower`, which owns generators and ring."""

    ring: FractionRing
    domain: Domain
    registry: dict[Any, list[Any]]
    generators: list[Any]

    def _adjoined_root(
        self, key: Any, base: Fraction, n: int, meaning: Callable[[int], Expr], kind: str = "root"
    ) -> Fraction:
        """base^{1/n}, as a power of a finest root g with g^N = base, N a multiple of n; refined when needed."""
        table = self.registry.setdefault(("root", key), [])
        if not table:
            table.append((1, base))
        order, finest = table[-1]
        if order % n:
            factor = n // gcd(order, n)
            num, den = finest.num, finest.den
            value = meaning(order * factor)
            index = self.new(kind, value * self.expression_of(den) if not den.is_constant() else value, base)
            tail = self.ring.times(num, self.ring.power(den, factor - 1))
            self.ring.relate(index, factor, tail)
            order, finest = order * factor, Fraction(self.ring, self.ring.generator(index), self.ring.lift(den))
            table.append((order, finest))
        return finest ** (order // n)

    def split(self, value: Fraction) -> Split:
        """Factors of proven sign apart from the rest; squares of real factors count as positive."""
        one = self.rational(1)
        if value.is_zero():
            raise OutOfReach("root or logarithm of zero")
        scale, out, rest = fmpq(1), [], one
        for poly, sense in ((value.num, 1), (value.den, -1)):
            constant, parts = self.factor(poly)
            scale = scale * constant if sense == 1 else scale / constant
            for part, e in parts:
                part = self.ring.fraction(part)
                found = signs(self.expression(part), self.domain) if len(part.num) <= _MAX_SIGN_TERMS else None
                e *= sense
                if found is not None and found <= NONNEGATIVE:
                    out.append((part, e))
                elif found is not None and found <= NONPOSITIVE:
                    out.append((-part, e))
                    scale = -scale if e % 2 else scale
                elif found is not None and abs(e) >= 2:
                    even = e - (e % 2)
                    out.append((self._modulus(part), even))
                    rest = rest * part ** (e - even)
                else:
                    rest = rest * part**e
        if scale < 0:
            scale, rest = -scale, -rest
        return Split(scale, out, rest)

    def factor(self, poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
        """Over Q, where the size allows; remembered."""
        poly = self.ring.lift(poly)
        key = str(poly)
        if key not in self._factored:
            small = len(poly) <= _MAX_FACTOR_TERMS or poly.is_constant()
            lead = poly.leading_coefficient()
            self._factored[key] = self.ring.factored(poly) if small else (lead, [(poly / lead, 1)])
        return self._factored[key]

    def _modulus(self, part: Fraction) -> Fraction:
        """|p| for a real p of unknown sign: the generator a with a² = p²."""
        expr = self.expression(part)
        key = ("modulus", str(part.num), str(part.den))
        return self._adjoined_root(key, part * part, 2, lambda m: Abs(expr) if m == 2 else Pow(expr**2, Rational(1, m)))

    def absolute(self, value: Fraction) -> Fraction:
        """|value| for real `value`."""
        if value.is_zero():
            return value
        return self.root_of(value * value, Rational(1, 2))

    def root_of(self, value: Fraction, exponent: Rational) -> Fraction:
        """value^{p/q}, principal branch: Π p_i^{e_i p/q} over positive factors, times rest^{p/q}."""
        if value.is_zero():
            if exponent > 0:
                return value
            raise OutOfReach("division by zero")
        parts = self.split(value)
        total = self._root_of_rational(Rational(int(parts.scale.p), int(parts.scale.q)), exponent)
        for factor, e in parts.positive:
            total = total * self._factor_power(factor, e * exponent)
        return total * self._rest_power(parts.rest, exponent)

    def _factor_power(self, factor: Fraction, exponent: Rational) -> Fraction:
        """p^r for p ≥ 0."""
        if exponent.is_Integer:
            return factor ** int(exponent)
        indices = factor.indices()
        if len(indices) == 1 and factor.num.is_one() is False and len(factor.num) == 1:
            (index,) = indices
            generator = self.generators[index]
            if generator.kind == "exp" and generator.inner is not None and factor.same(self.ring.variable(index)):
                s = next((s for s, i in self._exponents if i == index), None)
                if s is not None:
                    return self._exp_root(s, index, int(exponent.q)) ** int(exponent.p)
        expr = self.expression(factor)
        root = self._adjoined_root(
            ("base", str(factor.num), str(factor.den)), factor, int(exponent.q), lambda m: Pow(expr, Rational(1, m))
        )
        return root ** int(exponent.p)

    def _rest_power(self, rest: Fraction, exponent: Rational) -> Fraction:
        """R^r where no sign is known; the whole of R is one base."""
        value = rest.constant()
        if value == 1:
            return rest
        if value == -1:
            return self.root_of_unity(exponent)
        whole = exponent.p // exponent.q
        fractional = exponent - whole
        expr = self.expression(rest)
        root = self._adjoined_root(
            ("base", str(rest.num), str(rest.den)), rest, int(fractional.q), lambda m: Pow(expr, Rational(1, m))
        )
        return rest ** int(whole) * root ** int(fractional.p)

    def _root_of_rational(self, value: Rational, exponent: Rational) -> Fraction:
        total = self.rational(1)
        for number, sense in ((int(value.p), 1), (int(value.q), -1)):
            for prime, e in factorint(number, limit=10**6).items():
                if prime == 1:
                    continue
                power = sense * e * exponent
                whole = power.p // power.q
                total = total * self.rational(Integer(prime)) ** int(whole)
                if power != whole:
                    fraction = self.rational(prime)
                    root = self._adjoined_root(
                        ("prime", prime), fraction, int(power.q),
                        lambda m, prime=prime: Pow(Integer(prime), Rational(1, m)),
                    )  # fmt: skip
                    total = total * root ** int((power - whole).p)
        return total

    def root_of_unity(self, turn: Rational) -> Fraction:
        """exp(iπ·turn): radicals for twelfths of π, else cos π·turn + i sin π·turn in a real cyclotomic field."""
        n, q = int(turn.p) % (2 * int(turn.q)), int(turn.q)
        if q in (1, 2):
            return self.unit ** (2 * n // q)
        if q in (3, 4, 6, 12):
            angle = pi * n / q
            return self.of(expand(cos(angle))) + self.unit * self.of(expand(sin(angle)))
        c, s = self.turn_of_pi(Rational(n, q))
        return c + self.unit * s

    def log_of(self, value: Fraction) -> Fraction:
        """log: Σ e_i log p_i over positive factors, plus log of the rest; primes for numbers."""
        parts = self.split(value)
        total = self.rational(0)
        for number, sense in ((int(parts.scale.p), 1), (int(parts.scale.q), -1)):
            for prime, e in factorint(number, limit=10**6).items():
                if prime != 1:
                    total = total + self._log_generator(self.rational(prime)) * self.rational(sense * e)
        for factor, e in parts.positive:
            total = total + self._log_of_factor(factor) * self.rational(e)
        if parts.rest.constant() == 1:
            return total
        if parts.rest.constant() == -1:
            return total + self.unit * self.of(pi)
        if I in self._atoms and parts.rest.same(self.unit):
            return total + self.unit * self.of(pi) * self.rational(Rational(1, 2))
        if I in self._atoms and parts.rest.same(-self.unit):
            return total - self.unit * self.of(pi) * self.rational(Rational(1, 2))
        return total + self._log_generator(parts.rest)

    def _log_of_factor(self, factor: Fraction) -> Fraction:
        indices = factor.indices()
        if len(indices) == 1:
            (index,) = indices
            generator = self.generators[index]
            variable = self.ring.variable(index)
            if generator.inner is not None and factor.same(variable):
                exponent = next((s for s, i in self._exponents if i == index), None)
                if exponent is not None and signs(self.expression(exponent), self.domain) is not None:
                    return exponent
                if generator.kind == "root" and index in self.ring.relations:
                    degree, tail = self.ring.relations[index]
                    below = self.ring.fraction(tail)
                    sign = signs(self.expression(below), self.domain)
                    if not isinstance(generator.expr, Abs) and sign is not None and sign <= NONNEGATIVE:
                        return self.log_of(below) * self.rational(Rational(1, degree))
        return self._log_generator(factor)

    def _log_generator(self, value: Fraction) -> Fraction:
        for known, generator in self._logs:
            if known.same(value):
                return generator
        index = self.new("log", log(self.expression(value)), value)
        generator = self.ring.variable(index)
        self._logs.append((value, generator))
        return generator
