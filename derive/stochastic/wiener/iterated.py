"""Iterated Itô integrals I_α = ∫…∫ dW^{α_1}…dW^{α_n} (letter 0: ds) as words: products become sums of words.

The law: d(I_α I_β) = I_α dI_β + I_β dI_α + d⟨I_α, I_β⟩ (quasi-shuffle product). So every polynomial in iterated
integrals is a sum of words, and its expectation is read off: E I_α = tⁿ/n! for a word of n zeros, else 0.
Reference: P. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, sec. 5.2 and 5.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from derive.claim import side
from derive.stochastic.errors import StochasticError

Word = tuple[int, ...]


@dataclass(frozen=True)
class Iterated:
    """Σ c_α I_α(t), all integrals from 0 to t; letters 1, 2, … are independent Wiener processes, 0 is the time.

    + − * and ** stay in the ring; ints and SymPy expressions are multiples of the empty word, I_() = 1.

    >>> I1 = word(1); I1**2 == 2*word(1, 1) + word(0)
    True
    """

    terms: tuple[tuple[Word, Any], ...]

    @classmethod
    def of(cls, terms: Mapping[Word, Any]) -> Iterated:
        """The sum with these coefficients; zeros are left out."""
        kept = {word: sp.expand(c) for word, c in terms.items()}
        return cls(tuple(sorted((word, c) for word, c in kept.items() if c != 0)))

    def __add__(self, other: Any) -> Iterated:
        total = dict(self.terms)
        for word, c in lift(other).terms:
            total[word] = total.get(word, sp.S.Zero) + c
        return Iterated.of(total)

    __radd__ = __add__

    def __neg__(self) -> Iterated:
        return self * -1

    def __sub__(self, other: Any) -> Iterated:
        return self + -lift(other)

    def __rsub__(self, other: Any) -> Iterated:
        return lift(other) - self

    def __mul__(self, other: Any) -> Iterated:
        total: dict[Word, Any] = {}
        for left, p in self.terms:
            for right, q in lift(other).terms:
                for word, count in quasi_shuffle(left, right):
                    total[word] = total.get(word, sp.S.Zero) + p * q * count
        return Iterated.of(total)

    __rmul__ = __mul__

    def __pow__(self, n: int) -> Iterated:
        if not isinstance(n, int) or n < 0:
            raise StochasticError(f"powers of iterated integrals are natural numbers, not {n}")
        return self * self ** (n - 1) if n else lift(1)

    def then(self, letter: int) -> Iterated:
        """∫₀ᵗ self dW^letter (letter 0: ds)."""
        return Iterated(tuple((((*word, _letter(letter)), c)) for word, c in self.terms))

    def expectation(self, t: Any) -> Any:
        """E: a word of n zeros gives tⁿ/n!, every other word is a martingale integral and gives 0."""
        return sp.Add(*(c * t ** len(word) / sp.factorial(len(word)) for word, c in self.terms if not any(word)))

    def expr(self, t: Any) -> Any:
        """In W_j(t) and t, where every word is a power of one letter (Hermite); StochasticError for other words.

        I_(j,…,j) with n letters is t^{n/2}/n! He_n(W_j/√t).
        """
        return sp.expand(sp.Add(*(c * _hermite(word, t) for word, c in self.terms)))

    def __str__(self) -> str:
        return " + ".join(f"{c}·I{word}" for word, c in self.terms) or "0"

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        words = [rf"{latex(c)}\,I_{{({','.join(map(str, word))})}}" for word, c in self.terms]
        return f"$\\displaystyle {' + '.join(words) or '0'}$"


def word(*letters: int) -> Iterated:
    """I_α for the word α; `word()` is 1. The first letter is integrated innermost."""
    return Iterated(((tuple(map(_letter, letters)), sp.S.One),))


def lift(value: Any) -> Iterated:
    """A number or expression as a multiple of the empty word."""
    return value if isinstance(value, Iterated) else Iterated.of({(): side(value)})


@cache
def quasi_shuffle(left: Word, right: Word) -> tuple[tuple[Word, int], ...]:
    """I_left I_right as a sum of words with multiplicities."""
    if not left or not right:
        return ((left + right, 1),)
    total: dict[Word, int] = {}

    def collect(pairs: tuple[tuple[Word, int], ...], letter: int) -> None:
        for word, count in pairs:
            total[*word, letter] = total.get((*word, letter), 0) + count

    collect(quasi_shuffle(left, right[:-1]), right[-1])
    collect(quasi_shuffle(left[:-1], right), left[-1])
    if left[-1] == right[-1] != 0:
        collect(quasi_shuffle(left[:-1], right[:-1]), 0)
    return tuple(sorted(total.items()))


def _letter(letter: int) -> int:
    if not isinstance(letter, int) or letter < 0:
        raise StochasticError(f"letters are 0 (time) and 1, 2, … (Wiener processes); got {letter!r}")
    return letter


def _hermite(word: Word, t: Any) -> Any:
    n = len(word)
    if len(set(word)) > 1:
        raise StochasticError(f"I{word} is no function of t and the end values of the Wiener processes")
    if n == 0 or word[0] == 0:
        return t**n / sp.factorial(n)
    w = sp.Function(f"W{word[0]}")(t)
    y = sp.Dummy("y")
    polynomial = sp.Poly(sp.hermite_prob(n, y), y)
    return sp.Add(*(c * w**k * t ** sp.Rational(n - k, 2) for (k,), c in polynomial.terms())) / sp.factorial(n)
