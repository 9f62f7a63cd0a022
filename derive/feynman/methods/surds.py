"""Exact numbers of multiquadratic fields ℚ(i, √2, √3, …): sums Σ q i^e √n with n squarefree, e ∈ {0, 1}.

The representation is canonical, so equality is equality of the tables; the inverse is a quotient of Galois conjugates.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd
from typing import Any

import mpmath
import sympy as sp

Radical = tuple[int, int]  # (e, n) stands for i^e √n


class Surd:
    """An element of a multiquadratic field; immutable, hashable."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Iterable[tuple[Radical, Fraction]] = ()) -> None:
        self.terms: tuple[tuple[Radical, Fraction], ...] = tuple(sorted((key, q) for key, q in terms if q))
        self._hash = hash(self.terms)

    @classmethod
    def of(cls, number: int | Fraction) -> Surd:
        """A rational number."""
        return cls([((0, 1), Fraction(number))])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Surd) and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __repr__(self) -> str:
        return str(self.sympy())

    def __add__(self, other: Surd) -> Surd:
        table = dict(self.terms)
        for key, q in other.terms:
            table[key] = table.get(key, Fraction(0)) + q
        return Surd(table.items())

    def __neg__(self) -> Surd:
        return Surd((key, -q) for key, q in self.terms)

    def __sub__(self, other: Surd) -> Surd:
        return self + (-other)

    def __mul__(self, other: Surd) -> Surd:
        table: dict[Radical, Fraction] = {}
        for (e, n), p in self.terms:
            for (f, m), q in other.terms:
                common = gcd(n, m)
                key = ((e + f) % 2, n * m // common**2)
                table[key] = table.get(key, Fraction(0)) + p * q * common * (-1 if e and f else 1)
        return Surd(table.items())

    def inverse(self) -> Surd:
        """1/z, z times its conjugates being rational. ZeroDivisionError at 0."""
        if not self:
            raise ZeroDivisionError("0 has no inverse")
        above, below = ONE, self
        while not below.rational:
            other = below.galois(_moved(below))
            above, below = above * other, below * other
        return above * Surd.of(1 / below.terms[0][1])

    def __truediv__(self, other: Surd) -> Surd:
        return self * other.inverse()

    def __pow__(self, n: int) -> Surd:
        base, out = (self if n >= 0 else self.inverse()), ONE
        for _ in range(abs(n)):
            out = out * base
        return out

    def galois(self, prime: int) -> Surd:
        """The automorphism √p → −√p, or i → −i for p = −1."""
        if prime == -1:
            return Surd(((e, n), -q if e else q) for (e, n), q in self.terms)
        return Surd(((e, n), -q if n % prime == 0 else q) for (e, n), q in self.terms)

    def conjugate(self) -> Surd:
        """The complex conjugate."""
        return self.galois(-1)

    @property
    def rational(self) -> bool:
        """In ℚ."""
        return not self.terms or (len(self.terms) == 1 and self.terms[0][0] == (0, 1))

    @property
    def real(self) -> bool:
        """In ℝ."""
        return all(e == 0 for (e, _), _ in self.terms)

    def fraction(self) -> Fraction:
        """The value of a rational one."""
        return self.terms[0][1] if self.terms else Fraction(0)

    def parts(self) -> tuple[Surd, Surd]:
        """Real and imaginary part."""
        real = Surd((key, q) for key, q in self.terms if key[0] == 0)
        imag = Surd(((0, n), q) for (e, n), q in self.terms if e == 1)
        return real, imag

    def mpc(self) -> Any:
        """The value as an mpmath number, at the working precision."""
        total = mpmath.mpc(0)
        for (e, n), q in self.terms:
            total += mpmath.mpf(q.numerator) / q.denominator * mpmath.sqrt(n) * (mpmath.j if e else 1)
        return total

    def sympy(self) -> Any:
        """The value as a SymPy number."""
        return sp.Add(*(sp.Rational(q.numerator, q.denominator) * sp.sqrt(n) * sp.I**e for (e, n), q in self.terms))


ZERO, ONE = Surd(), Surd.of(1)
IMAGINARY = Surd([((1, 1), Fraction(1))])


def _moved(z: Surd) -> int:
    """A prime (or −1) whose automorphism moves z."""
    for (e, n), _ in z.terms:
        if n > 1:
            return next(p for p in range(2, n + 1) if n % p == 0)
        if e:
            return -1
    raise ValueError(f"{z} is rational")


def surd(number: Any) -> Surd | None:
    """A SymPy number as a surd; None if it is none (nested or higher roots)."""
    number = sp.expand(sp.radsimp(sp.sqrtdenest(sp.sympify(number))))
    total: dict[Radical, Fraction] = {}
    for term in sp.Add.make_args(number):
        q, radicand, power = Fraction(1), 1, 0
        for factor in sp.Mul.make_args(term):
            if factor.is_Rational:
                q *= Fraction(int(factor.p), int(factor.q))
            elif factor == sp.I:
                power += 1
            elif isinstance(factor, sp.Pow) and factor.base.is_Integer and (2 * factor.exp).is_Integer:
                whole, odd = divmod(int(2 * factor.exp), 2)
                q *= Fraction(int(factor.base)) ** whole
                if odd:
                    radicand *= int(factor.base)
            else:
                return None
        square, free = _squarefree(radicand)
        sign = (-1) ** ((power % 4) // 2)
        key = (power % 2, free)
        total[key] = total.get(key, Fraction(0)) + q * square * sign
    return Surd(total.items())


def _squarefree(n: int) -> tuple[int, int]:
    """(s, f) with n = s² f, f squarefree; n > 0."""
    square, free = 1, 1
    for p, k in sp.factorint(n).items():
        square *= int(p) ** (k // 2)
        free *= int(p) ** (k % 2)
    return square, free


def square_root(q: Fraction) -> Surd | None:
    """√q of a rational number, i√|q| for a negative one."""
    square, free = _squarefree(abs(q.numerator) * q.denominator) if q else (0, 1)
    return Surd([((1 if q < 0 else 0, free), Fraction(square, q.denominator))])
