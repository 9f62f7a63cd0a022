"""Logarithms and arguments of algebraic numbers as exact combinations of few real constants (π, log 2, arctan ½ …).

|u| and arg u of a number of a multiquadratic field by its factorisation into Gaussian and rational primes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from derive.feynman.methods.surds import IMAGINARY, ONE, ZERO, Surd, square_root

HALF = Fraction(1, 2)
PRECISION = 40


class Combination:
    """Σ surd · monomial in real constants (π, log 2, arctan ½ …): immutable."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[tuple[Any, ...], Surd] | None = None) -> None:
        self.terms = {mono: c for mono, c in (terms or {}).items() if c}

    @classmethod
    def of(cls, constant: Any, factor: Fraction | Surd = Fraction(1)) -> Combination:
        """factor · constant."""
        return cls({(constant,): factor if isinstance(factor, Surd) else Surd.of(factor)})

    def __add__(self, other: Combination) -> Combination:
        table = dict(self.terms)
        for mono, c in other.terms.items():
            table[mono] = table.get(mono, ZERO) + c
        return Combination(table)

    def __sub__(self, other: Combination) -> Combination:
        return self + other.times(Surd.of(-1))

    def __mul__(self, other: Combination) -> Combination:
        table: dict[tuple[Any, ...], Surd] = {}
        for m, c in self.terms.items():
            for n, d in other.terms.items():
                mono = tuple(sorted((*m, *n), key=str))
                table[mono] = table.get(mono, ZERO) + c * d
        return Combination(table)

    def times(self, factor: Surd) -> Combination:
        """The multiple by a surd."""
        return Combination({mono: c * factor for mono, c in self.terms.items()})

    def sympy(self) -> Any:
        """As an expression."""
        return sp.Add(*(c.sympy() * sp.Mul(*mono) for mono, c in self.terms.items()))


NOTHING, UNITY = Combination(), Combination({(): ONE})
PI = Combination.of(sp.pi)
PI2 = PI * PI


@dataclass(frozen=True)
class Complex:
    """A pair of combinations: real and imaginary part."""

    re: Combination = NOTHING
    im: Combination = NOTHING

    def __add__(self, other: Complex) -> Complex:
        return Complex(self.re + other.re, self.im + other.im)

    def __mul__(self, other: Complex) -> Complex:
        return Complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def times(self, factor: Surd) -> Complex:
        """The multiple by a complex surd."""
        a, b = factor.parts()
        return Complex(self.re.times(a) - self.im.times(b), self.im.times(a) + self.re.times(b))


@lru_cache(maxsize=4096)
def principal_log(u: Surd) -> Complex:
    """log u, −π < Im ≤ π."""
    return Complex(log_modulus(u), argument(u))


@lru_cache(maxsize=4096)
def log_modulus(u: Surd) -> Combination:
    """log |u| in logarithms of primes and of units of real quadratic fields where |u|² is in one."""
    square = u * u.conjugate()
    if square.rational:
        return _log_fraction(square.fraction()).times(Surd.of(HALF))
    roots = {n for (_, n), _ in square.terms if n > 1}
    if len(roots) > 1:
        return Combination.of(sp.log(square.sympy()), HALF)
    n = roots.pop()
    other = square.galois(next(p for p in range(2, n + 1) if n % p == 0))
    norm = (square * other).fraction()
    unit, power = square / other, Fraction(1, 4)  # log |u| = ¼ log norm + ¼ log unit, the unit has norm 1
    with mpmath.workdps(PRECISION):
        if unit.mpc().real < 1:
            unit, power = unit.inverse(), -power
    while (root := _unit_root(unit, n)) is not None:
        unit, power = root, 2 * power
    return _log_fraction(abs(norm)).times(Surd.of(Fraction(1, 4))) + Combination.of(sp.log(unit.sympy()), power)


def _log_fraction(q: Fraction) -> Combination:
    total = NOTHING
    for number, sign in ((q.numerator, 1), (q.denominator, -1)):
        for p, k in sp.factorint(number).items():
            total = total + Combination.of(sp.log(int(p)), Fraction(sign * int(k)))
    return total


def _unit_root(unit: Surd, n: int) -> Surd | None:
    """w > 1 in ℚ(√n) with w² = r + s√n, r² − ns² = 1; None if there is none."""
    table = dict(unit.terms)
    r, s = table.get((0, 1), Fraction(0)), table.get((0, n), Fraction(0))
    if r * r - n * s * s != 1:
        return None
    for shift in (1, -1):
        x = square_root((r + shift) / 2) if r + shift else None
        if x is not None and x.rational:
            return x + Surd([((0, n), s / (2 * x.fraction()))])
    return None


@lru_cache(maxsize=4096)
def argument(u: Surd) -> Combination:
    """arg u: a rational multiple of π where u is a real number times a root of unity, else with arcus tangents of
    Gaussian primes, or of the number itself brought into (−π/4, π/4]."""
    with mpmath.workdps(PRECISION):
        phi = mpmath.arg(u.mpc()) if not u.real else (mpmath.pi if u.mpc().real < 0 else mpmath.mpf(0))
        turn = u / u.conjugate()
        power = ONE
        for k in range(1, 25):
            power = power * turn
            if power == ONE:
                return Combination.of(sp.pi, Fraction(int(mpmath.nint(phi * k / mpmath.pi)), k))
        total, rest = NOTHING, phi
        if all(n == 1 for (_, n), _ in u.terms):
            for angle, count in _gaussian(u):
                total = total + Combination.of(angle, Fraction(count))
                rest -= count * mpmath.mpf(sp.N(angle, PRECISION))
            quarter = mpmath.nint(4 * rest / mpmath.pi)
            if abs(rest - quarter * mpmath.pi / 4) < mpmath.mpf(10) ** (5 - PRECISION):
                return total + Combination.of(sp.pi, Fraction(int(quarter), 4))
        quarter = int(mpmath.nint(2 * phi / mpmath.pi))
        turned = u * (-IMAGINARY) ** (quarter % 4)
        a, b = turned.parts()
        return Combination.of(sp.atan((b / a).sympy())) + Combination.of(sp.pi, Fraction(quarter, 2))


def _gaussian(u: Surd) -> Iterator[tuple[Any, int]]:
    """(arctan b/a, e) for the primes a + bi, a > b > 0, with the exponent of a + bi minus that of a − bi in u."""
    norm = (u * u.conjugate()).fraction()
    for p in {*sp.factorint(norm.numerator), *sp.factorint(norm.denominator)}:
        if p % 4 != 1:
            continue
        b = next(b for b in range(1, int(p)) if square_root(Fraction(int(p) - b * b)).rational)  # type: ignore[union-attr]
        a = int(square_root(Fraction(int(p) - b * b)).fraction())  # type: ignore[union-attr]
        a, b = max(a, b), min(a, b)
        prime = Surd([((0, 1), Fraction(a)), ((1, 1), Fraction(b))])
        count = _valuation(u, prime, int(p)) - _valuation(u, prime.conjugate(), int(p))
        if count:
            yield sp.atan(sp.Rational(b, a)), count


def _valuation(u: Surd, prime: Surd, p: int) -> int:
    """The exponent of the prime in u, beside powers of the rational prime p, in which its conjugate occurs as well."""

    def whole(z: Surd) -> bool:
        return all(q.denominator % p for _, q in z.terms)

    count = 0
    while not whole(u):
        u = u * Surd.of(p)
    while whole(u / prime):
        u, count = u / prime, count + 1
    return count
