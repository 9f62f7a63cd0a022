"""Fractions of polynomials over Q in a growing list of generators, some of them algebraic: g^n = tail(g, older).

Law: every operation is an identity of functions, whatever dependencies hold between generators.
Hence a numerator that reduces to zero proves that the function is zero wherever the recorded
divisors are not zero (Bronstein, Symbolic Integration I, ch. 3, without the claim of independence).
"""

from __future__ import annotations

from math import comb
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from .budget import Budget, OutOfReach, ZeroDivisor

Poly = Any  # flint.fmpq_mpoly, which carries no annotations

_GCD_WORK = 4_000_000


class Ring:
    """Q[g_0, g_1, ...] modulo relations; generators are appended, polynomials are lifted when needed."""

    def __init__(self, budget: Budget, capacity: int = 12) -> None:
        self.budget = budget
        self.count = 0
        self.relations: dict[int, tuple[int, Poly]] = {}
        self.divisors: list[Poly] = []
        self._open(capacity)

    def _open(self, capacity: int) -> None:
        self.capacity = capacity
        self.ctx = fmpq_mpoly_ctx.get([f"g{i}" for i in range(capacity)], Ordering.degrevlex)

    def lift(self, poly: Poly) -> Poly:
        """The same polynomial in the present, possibly larger, ring."""
        return poly if poly.context() is self.ctx else poly.project_to_context(self.ctx)

    def adjoin(self) -> int:
        """Index of a new generator, free until `relate` is called."""
        if self.count >= self.budget.max_generators:
            raise OutOfReach("too many generators")
        if self.count == self.capacity:
            self._open(2 * self.capacity)
        self.count += 1
        return self.count - 1

    def relate(self, index: int, degree: int, tail: Poly) -> None:
        """Impose g^degree = tail, where tail has degree below `degree` in g and no newer generator."""
        self.relations[index] = (degree, tail)

    def generator(self, index: int) -> Poly:
        return self.ctx.gen(index)

    def constant(self, value: Any) -> Poly:
        return self.ctx.constant(fmpq(int(value.p), int(value.q)) if hasattr(value, "p") else fmpq(int(value)))

    def times(self, a: Poly, b: Poly) -> Poly:
        a, b = self.lift(a), self.lift(b)
        self.budget.product(len(a), len(b))
        return self.reduce(a * b)

    def power(self, a: Poly, k: int) -> Poly:
        """a^k for k ≥ 0, reduced."""
        a = self.lift(a)
        n = len(a)
        if n > 1 and (k > 400 or comb(n + k - 1, k) > self.budget.max_work):
            raise OutOfReach(f"power {k} of a polynomial with {n} terms")
        if n == 1 and k * max(1, a.total_degree()) > 10**6:
            raise OutOfReach("degree")
        self.budget.tick()
        return self.reduce(a**k)

    def reduce(self, poly: Poly) -> Poly:
        """Remainder modulo all relations, newest generator first."""
        poly = self.lift(poly)
        self.budget.size(len(poly))
        if not self.relations or poly.is_constant():
            return poly
        for index in sorted(self.relations, reverse=True):
            degree, tail = self.relations[index]
            while (top := poly.degrees()[index]) >= degree:
                self.budget.tick()
                if top > self.budget.max_degree * degree:
                    raise OutOfReach(f"degree {top} in an algebraic generator")
                poly = self._fold(poly, index, degree, self.lift(tail))
                self.budget.size(len(poly))
        return poly

    def _fold(self, poly: Poly, index: int, degree: int, tail: Poly) -> Poly:
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for mono, coeff in poly.to_dict().items():
            quotient, rest = divmod(mono[index], degree)
            parts.setdefault(quotient, {})[(*mono[:index], rest, *mono[index + 1 :])] = coeff
        total = self.ctx.constant(0)
        for quotient, part in parts.items():
            piece = self.ctx.from_dict(part)
            if quotient:
                self.budget.product(len(piece), comb(len(tail) + quotient - 1, quotient) if len(tail) else 1)
                piece = piece * tail**quotient
            total = total + piece
        return total

    def gcd(self, a: Poly, b: Poly) -> Poly:
        """A common divisor: the greatest one, or 1 where that costs too much (always a valid cancellation)."""
        if a.is_constant() or b.is_constant() or len(a) * len(b) > _GCD_WORK:
            return self.ctx.constant(1)
        self.budget.tick()
        return a.gcd(b)

    def fraction(self, num: Poly, den: Poly | None = None) -> Fraction:
        return Fraction(self, self.lift(num), self.ctx.constant(1) if den is None else self.lift(den))

    def rational(self, value: Any) -> Fraction:
        return self.fraction(self.constant(value))

    def variable(self, index: int) -> Fraction:
        return self.fraction(self.generator(index))


class Fraction:
    """num/den with den not the zero polynomial; immutable, and not unique where generators are algebraic."""

    __slots__ = ("_den", "_num", "ring")

    def __init__(self, ring: Ring, num: Poly, den: Poly) -> None:
        if not den.is_constant():
            common = ring.gcd(num, den)
            if not common.is_constant():
                num, den = num // common, den // common
        lead = den.leading_coefficient() if not den.is_zero() else None
        if lead is None:
            raise ZeroDivisor("a denominator vanishes identically")
        if lead != 1:
            num, den = num / lead, den / lead
        self.ring, self._num, self._den = ring, num, den

    @property
    def num(self) -> Poly:
        return self.ring.lift(self._num)

    @property
    def den(self) -> Poly:
        return self.ring.lift(self._den)

    def __add__(self, other: Fraction) -> Fraction:
        ring = self.ring
        a, b, c, d = self.num, self.den, other.num, other.den
        if b == d:
            return Fraction(ring, ring.reduce(a + c), b)
        common = ring.gcd(b, d)
        left, right = (d, b) if common.is_constant() else (d // common, b // common)
        return Fraction(ring, ring.reduce(ring.times(a, left) + ring.times(c, right)), ring.times(b, left))

    def __neg__(self) -> Fraction:
        return Fraction(self.ring, -self.num, self.den)

    def __sub__(self, other: Fraction) -> Fraction:
        return self + (-other)

    def __mul__(self, other: Fraction) -> Fraction:
        ring = self.ring
        a, b, c, d = self.num, self.den, other.num, other.den
        for_ad, for_cb = ring.gcd(a, d), ring.gcd(c, b)
        if not for_ad.is_constant():
            a, d = a // for_ad, d // for_ad
        if not for_cb.is_constant():
            c, b = c // for_cb, b // for_cb
        return Fraction(ring, ring.times(a, c), ring.times(b, d))

    def inverse(self) -> Fraction:
        """1/self; the divisor is recorded, for it must be shown not to vanish identically."""
        num = self.ring.reduce(self.num)
        if num.is_zero():
            raise ZeroDivisor("division by an expression that is identically zero")
        if not num.is_constant() and all(num != self.ring.lift(seen) for seen in self.ring.divisors):
            self.ring.divisors.append(num)
        return Fraction(self.ring, self.den, num)

    def __truediv__(self, other: Fraction) -> Fraction:
        return self * other.inverse()

    def __pow__(self, k: int) -> Fraction:
        base = self if k >= 0 else self.inverse()
        return Fraction(self.ring, self.ring.power(base.num, abs(k)), self.ring.power(base.den, abs(k)))

    def is_zero(self) -> bool:
        return bool(self.ring.reduce(self.num).is_zero())

    def same(self, other: Fraction) -> bool:
        """Equal as functions, proven; False means only: not by this ring."""
        if self.num == other.num and self.den == other.den:
            return True
        ring = self.ring
        return bool(ring.reduce(ring.times(self.num, other.den) - ring.times(other.num, self.den)).is_zero())

    def constant(self) -> Any:
        """The value if no generator occurs, else None."""
        if self.den.is_constant() and self.num.is_constant():
            return self.num.leading_coefficient() if not self.num.is_zero() else fmpq(0)
        return None

    def indices(self) -> set[int]:
        """The generators that occur."""
        pairs = zip(self.num.degrees(), self.den.degrees(), strict=True)
        return {i for i, (p, q) in enumerate(pairs) if p > 0 or q > 0}
