"""Fractions of polynomials in the generators of a `Ring`.

Law: every operation is an identity of functions, whatever dependencies hold between generators.
Hence a numerator that reduces to zero proves that the function is zero wherever the recorded
divisors are not zero (Bronstein, Symbolic Integration I, ch. 3, without the claim of independence).
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from derive.exact.budget import ZeroDivisor

from .ring import Poly, Ring


class FractionRing(Ring):
    """A ring with the fractions over it."""

    def fraction(self, num: Poly, den: Poly | None = None) -> Fraction:
        return Fraction(self, self.lift(num), self.one if den is None else self.lift(den))

    def rational(self, value: Any) -> Fraction:
        return self.fraction(self.constant(value))

    def variable(self, index: int) -> Fraction:
        return self.fraction(self.generator(index))


class Fraction:
    """num/den with den not the zero polynomial; immutable, and not unique where generators are algebraic."""

    __slots__ = ("_den", "_num", "ring")

    def __init__(self, ring: FractionRing, num: Poly, den: Poly) -> None:
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
        """The numerator in the present ring."""
        if self._num.context() is not self.ring.ctx:
            self._num = self.ring.lift(self._num)
        return self._num

    @property
    def den(self) -> Poly:
        """The denominator in the present ring."""
        if self._den.context() is not self.ring.ctx:
            self._den = self.ring.lift(self._den)
        return self._den

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
