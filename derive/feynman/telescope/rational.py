"""Rational functions in x, the parameter a and further letters, over Q: fractions of flint polynomials in lowest terms.

Laws: a fraction is zero if and only if its numerator is; equal fractions have equal keys; D(uv) = u Dv + v Du.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
from flint import Ordering, fmpz_mpoly_ctx

from derive.feynman.telescope.errors import NotTelescoped

X, A = 0, 1
SPARE = 4


class Ring:
    """Z[x, a, letters…]: letter 0 is the variable, letter 1 the parameter; the others are constants of both.

    Some letters are kept in reserve for constants that turn up later (π in the derivative of erf).
    """

    def __init__(self, letters: Iterable[Any]) -> None:
        self.letters = list(letters)
        self.index = {letter: i for i, letter in enumerate(self.letters)}
        self.size = len(self.letters) + SPARE
        self.ctx: Any = fmpz_mpoly_ctx.get(tuple(f"v{i}" for i in range(self.size)), Ordering.lex)
        self.one_poly: Any = self.ctx.constant(1)
        self.zero = Rational(self, self.ctx.constant(0), self.one_poly)
        self.one = Rational(self, self.one_poly, self.one_poly)

    def generator(self, i: int) -> Rational:
        """The letter as a fraction."""
        return Rational(self, self.ctx.gen(i), self.one_poly)

    def letter(self, constant: Any) -> Rational:
        """A constant as a letter, taken from the reserve if it is new."""
        if constant not in self.index:
            if len(self.letters) == self.size:
                raise NotTelescoped(f"too many constants: no letter is left for {constant}")
            self.index[constant] = len(self.letters)
            self.letters.append(constant)
        return self.generator(self.index[constant])

    def number(self, p: int, q: int = 1) -> Rational:
        """p/q."""
        return self.fraction(self.ctx.constant(p), self.ctx.constant(q))

    def fraction(self, num: Any, den: Any) -> Rational:
        """num/den in lowest terms, the denominator's leading coefficient positive."""
        if den.is_zero():
            raise NotTelescoped("a denominator vanishes identically")
        if num.is_zero():
            return self.zero
        common = num.gcd(den)
        if not common.is_one():
            num, den = num / common, den / common
        if den.leading_coefficient() < 0:
            num, den = -num, -den
        return Rational(self, num, den)

    def of(self, expr: Any) -> Rational:
        """The fraction of an expression that is rational in the letters; NotTelescoped otherwise."""
        if expr in self.index:
            return self.generator(self.index[expr])
        if isinstance(expr, sp.Rational):
            return self.number(int(expr.p), int(expr.q))
        if isinstance(expr, sp.Add):
            total = self.zero
            for arg in expr.args:
                total = total + self.of(arg)
            return total
        if isinstance(expr, sp.Mul):
            total = self.one
            for arg in expr.args:
                total = total * self.of(arg)
            return total
        if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
            return self.of(expr.base) ** int(expr.exp)
        raise NotTelescoped(f"{expr} is not rational in {', '.join(map(str, self.letters))}")

    def expr(self, poly: Any) -> Any:
        """A polynomial as an expression."""
        terms = []
        for exponents, c in poly.to_dict().items():
            powers = (letter ** int(e) for letter, e in zip(self.letters, exponents, strict=False) if e)
            terms.append(sp.Mul(sp.Integer(int(c)), *powers))
        return sp.Add(*terms)

    def by_degree(self, poly: Any, i: int = X) -> dict[int, Any]:
        """The coefficients of the powers of one letter."""
        parts: dict[int, dict[Any, Any]] = {}
        for mono, c in poly.to_dict().items():
            parts.setdefault(int(mono[i]), {})[(*mono[:i], 0, *mono[i + 1 :])] = c
        return {e: self.ctx.from_dict(part) for e, part in parts.items()}


class Rational:
    """A fraction of polynomials in lowest terms; immutable."""

    __slots__ = ("den", "num", "ring")

    def __init__(self, ring: Ring, num: Any, den: Any) -> None:
        self.ring, self.num, self.den = ring, num, den

    def __add__(self, other: Rational) -> Rational:
        if self.num.is_zero():
            return other
        if other.num.is_zero():
            return self
        if self.den == other.den:
            return self.ring.fraction(self.num + other.num, self.den)
        common = self.den.gcd(other.den)
        mine, theirs = self.den / common, other.den / common
        return self.ring.fraction(self.num * theirs + other.num * mine, self.den * theirs)

    def __neg__(self) -> Rational:
        return Rational(self.ring, -self.num, self.den)

    def __sub__(self, other: Rational) -> Rational:
        return self + (-other)

    def __mul__(self, other: Rational) -> Rational:
        if self.num.is_zero() or other.num.is_zero():
            return self.ring.zero
        left, right = self.num.gcd(other.den), other.num.gcd(self.den)
        num, den = (self.num / left) * (other.num / right), (self.den / right) * (other.den / left)
        return Rational(self.ring, -num, -den) if den.leading_coefficient() < 0 else Rational(self.ring, num, den)

    def inverse(self) -> Rational:
        """1/self."""
        return self.ring.fraction(self.den, self.num)

    def __truediv__(self, other: Rational) -> Rational:
        return self * other.inverse()

    def __pow__(self, n: int) -> Rational:
        base = self if n >= 0 else self.inverse()
        return Rational(self.ring, base.num ** abs(n), base.den ** abs(n))

    def diff(self, i: int) -> Rational:
        """∂ by a letter."""
        slope = self.num.derivative(i) * self.den - self.num * self.den.derivative(i)
        return self.ring.fraction(slope, self.den * self.den)

    def is_zero(self) -> bool:
        """Whether it is the zero of the field."""
        return self.num.is_zero()

    def has(self, i: int) -> bool:
        """Whether a letter occurs."""
        return bool(self.num.degrees()[i] or self.den.degrees()[i])

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal fractions have equal keys."""
        return tuple(
            tuple(sorted((tuple(map(int, m)), int(c)) for m, c in p.to_dict().items())) for p in (self.num, self.den)
        )

    @property
    def expr(self) -> Any:
        """As a SymPy expression, the denominator factored."""
        ring = self.ring
        constant, parts = self.den.factor()
        below = sp.Mul(sp.Integer(int(constant)), *(ring.expr(q) ** int(m) for q, m in parts))
        return ring.expr(self.num) / below

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rational) and self.num == other.num and self.den == other.den

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Rational({self.expr})"
