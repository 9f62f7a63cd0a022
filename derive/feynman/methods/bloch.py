"""Dilogarithms at algebraic numbers brought to few: linear algebra with the functional equations as rows.

For z in a multiquadratic field, Li₂(z) = R(z) + i [D(z) − arg(1 − z) log |z|], R the real part, D the Bloch-Wigner
function. The rows, each true for principal values everywhere, or in the closed disc where that is said:
    R(1 − z) = −R(z) + π²/6 − Re log z log(1 − z),         D(1 − z) = −D(z),
    R(1/z) = −R(z) − π²/6 − ½ Re log²(−z),                 D(1/z) = −D(z),
    R(zⁿ) = n Σ_{ωⁿ = 1} R(ωz) for |z| ≤ 1,                D(zⁿ) = n Σ D(ωz),
    five terms: Li₂(x) + Li₂(y) − Li₂(xy) − Li₂((x − xy)/(1 − xy)) − Li₂((y − xy)/(1 − xy))
                = log((1 − x)/(1 − xy)) log((1 − y)/(1 − xy)) for |x|, |y| ≤ 1.
What they leave is ζ-like by nature: Catalan's constant D(i), ψ′ at fractions from D at roots of unity, Li₂ itself.
Reference: D. Zagier, The dilogarithm function, in Frontiers in Number Theory, Physics and Geometry II (2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any

import mpmath
import sympy as sp

from derive.feynman.methods.surdlogs import (
    HALF,
    NOTHING,
    PI2,
    PRECISION,
    Combination,
    Complex,
    argument,
    log_modulus,
    principal_log,
)
from derive.feynman.methods.surds import IMAGINARY, ONE, ZERO, Surd

ORBITS = 40  # kept at a time
LEAST = 0.2  # seconds worth beginning with


@lru_cache(maxsize=4096)
def _upper(z: Surd) -> tuple[Surd, int]:
    """z or its conjugate with Im ≥ 0, and the sign of the change (D is odd under conjugation)."""
    if z.real:
        return z, 1
    with mpmath.workdps(PRECISION):
        return (z, 1) if z.mpc().imag > 0 else (z.conjugate(), -1)


@dataclass(frozen=True)
class Place:
    """A number in the orbit of another: R(z) = sign R(rep) + rest, D(z) = turn D(rep)."""

    orbit: int
    sign: int
    rest: Combination
    turn: int


@dataclass
class Dilogarithms:
    """Real parts and Bloch-Wigner values of the dilogarithms of a finite set of numbers, reduced as far as it goes."""

    left: Callable[[], float]
    places: dict[Surd, Place] = field(default_factory=dict)
    reps: list[Surd] = field(default_factory=list)
    real_rows: list[tuple[dict[int, Fraction], Combination]] = field(default_factory=list)
    wigner_rows: list[tuple[dict[int, Fraction], Combination]] = field(default_factory=list)
    primes: set[int] = field(default_factory=lambda: {2})

    def add(self, z: Surd) -> None:
        """The orbit of z under z → 1 − z, 1/z, with the rows that its own symmetries give."""
        z, _ = _upper(z)
        if z in (ZERO, ONE) or z in self.places:
            return
        self._orbit(min(_six(z), key=_rank))

    def _orbit(self, start: Surd) -> None:
        index = len(self.reps)
        start, _ = _upper(start)
        self.reps.append(start)
        self.places[start] = Place(index, 1, NOTHING, 1)
        queue = [start]
        while queue:
            z = queue.pop()
            here = self.places[z]
            log_z, log_rest, log_minus = principal_log(z), principal_log(ONE - z), principal_log(-z)
            mirrored = PI2.times(Surd.of(Fraction(1, 6))) - (log_z * log_rest).re
            inverted = PI2.times(Surd.of(Fraction(-1, 6))) - (log_minus * log_minus).re.times(Surd.of(HALF))
            for image, rest in ((ONE - z, mirrored), (z.inverse(), inverted)):
                w, flip = _upper(image)
                place = Place(index, -here.sign, rest - here.rest, -here.turn * flip)
                known = self.places.get(w)
                if known is None:
                    self.places[w] = place
                    queue.append(w)
                    continue
                if known.sign != place.sign:
                    self.real_rows.append(({index: Fraction(known.sign - place.sign)}, place.rest - known.rest))
                if known.turn != place.turn:
                    self.wigner_rows.append(({index: Fraction(1)}, NOTHING))

    def _row(self, terms: list[tuple[Fraction, Surd]], right: Complex) -> None:
        """Adds Σ c Li₂(z) = right, as a row for the real parts and one for D."""
        rests, real, wigner = right.re, {}, {}
        for c, number in terms:
            if number == ZERO:
                continue
            if number == ONE:
                rests = rests - PI2.times(Surd.of(c / 6))
                continue
            z, flip = _upper(number)
            place = self.places[z]
            real[place.orbit] = real.get(place.orbit, Fraction(0)) + c * place.sign
            wigner[place.orbit] = wigner.get(place.orbit, Fraction(0)) + c * place.turn * flip
            rests = rests - place.rest.times(Surd.of(c))
        self.real_rows.append((real, rests))
        self.wigner_rows.append((wigner, NOTHING))

    def distribution(self, n: int) -> None:
        """The rows R(zⁿ) = n Σ R(ωz) for the numbers in the disc whose companions are units outside the same primes."""
        for z in list(self.places):
            if len(self.reps) > ORBITS or self.left() < LEAST:
                return
            with mpmath.workdps(PRECISION):
                if abs(z.mpc()) > 1 + mpmath.mpf(10) ** -20:
                    continue
            companions = [z * root for root in _roots_of_unity(n)]
            if not all(self._unit(ONE - w) for w in companions):
                continue
            for w in (z**n, *companions):
                self.add(w)
            self._row([(Fraction(1), z**n), *((Fraction(-n), w) for w in companions)], Complex())

    def five_terms(self) -> None:
        """The rows of the five-term relation with all numbers among those at hand."""
        with mpmath.workdps(PRECISION):
            disc = [z for z in self.places if abs(z.mpc()) < 1 + mpmath.mpf(10) ** -20]
        for x, y in combinations_with_replacement(disc, 2):
            for w in {y, y.conjugate()}:
                if self.left() < LEAST:
                    return
                product_ = x * w
                if product_ == ONE or not self._has(product_):
                    continue
                below = (ONE - product_).inverse()
                first, second = (x - product_) * below, (w - product_) * below
                if self._has(first) and self._has(second):
                    right = principal_log((ONE - x) * below) * principal_log((ONE - w) * below)
                    one, minus = Fraction(1), Fraction(-1)
                    self._row([(one, x), (one, w), (minus, product_), (minus, first), (minus, second)], right)

    def _has(self, z: Surd) -> bool:
        return z in (ZERO, ONE) or _upper(z)[0] in self.places

    def _unit(self, z: Surd) -> bool:
        return bool(not z or _primes(z) <= self.primes)

    def reduced(self, reals: dict[Surd, Surd], wigners: dict[Surd, Surd]) -> tuple[Combination, bool]:
        """Σ c R(z) + Σ c D(z) in as few constants as the rows allow, and whether nothing but constants is left."""
        numbers = {*reals, *wigners}
        for z in numbers:
            self.primes |= {p for w in (z, ONE - z) if w for p in _primes(w)}
        for anchor in _anchors(numbers):
            self.add(anchor)
        for z in numbers:
            self.add(z)
        total, plain = self._solved(reals, wigners)
        for more in (lambda: self.distribution(2), self.five_terms, lambda: self.distribution(3), self.five_terms):
            if plain or self.left() < LEAST:
                break
            more()
            total, plain = self._solved(reals, wigners)
        return total, plain

    def _solved(self, reals: dict[Surd, Surd], wigners: dict[Surd, Surd]) -> tuple[Combination, bool]:
        total, plain = NOTHING, True
        need: dict[int, Surd] = {}
        for z, c in reals.items():
            if z == ONE:
                total = total + PI2.times(c * Surd.of(Fraction(1, 6)))
            elif z != ZERO:
                place = self.places[_upper(z)[0]]
                need[place.orbit] = need.get(place.orbit, ZERO) + c * Surd.of(place.sign)
                total = total + place.rest.times(c)
        rest, ugly = _eliminated(self.real_rows, need, [_rank(z) for z in self.reps])
        total = total + rest
        for orbit, c in ugly.items():
            total, plain = total + _real_part(self.reps[orbit]).times(c), False
        need = {}
        for z, c in wigners.items():
            if not z.real:
                up, flip = _upper(z)
                place = self.places[up]
                need[place.orbit] = need.get(place.orbit, ZERO) + c * Surd.of(place.turn * flip)
        _, kept = _eliminated(self.wigner_rows, need, [_rank(z) for z in self.reps])
        for orbit, c in kept.items():
            shown = _clausen(self.reps[orbit])
            plain = plain and shown is not None
            total = total + (shown or _wigner(self.reps[orbit])).times(c)
        return total, plain


def _eliminated(
    rows: list[tuple[dict[int, Fraction], Combination]], need: dict[int, Surd], ranks: list[Any]
) -> tuple[Combination, dict[int, Surd]]:
    """Σ c_k X_k by the rows Σ q_k X_k = E: (what is known, what is left); the highest ranks go first."""
    order = sorted(range(len(ranks)), key=lambda k: ranks[k], reverse=True)
    pivots: dict[int, tuple[dict[int, Fraction], Combination]] = {}
    for row, right in rows:
        current = {k: q for k, q in row.items() if q}
        for k in order:
            if k not in current:
                continue
            if k in pivots:
                q = current[k]
                for j, p in pivots[k][0].items():
                    current[j] = current.get(j, Fraction(0)) - q * p
                current = {j: p for j, p in current.items() if p}
                right = right - pivots[k][1].times(Surd.of(q))
            else:
                q = 1 / current[k]
                pivots[k] = {j: p * q for j, p in current.items()}, right.times(Surd.of(q))
                break
    total, left = NOTHING, {k: c for k, c in need.items() if c}
    for k in order:
        if k in left and k in pivots:
            c = left[k]
            for j, p in pivots[k][0].items():
                left[j] = left.get(j, ZERO) - c * Surd.of(p)
            left = {j: p for j, p in left.items() if p}
            total = total + pivots[k][1].times(c)
    return total, left


def _six(z: Surd) -> tuple[Surd, ...]:
    one = ONE - z
    return tuple(_upper(w)[0] for w in (z, one, z.inverse(), one.inverse(), ONE - z.inverse(), -z * one.inverse()))


def _order(z: Surd) -> int:
    """The order of a root of unity up to 24, else 0."""
    if z * z.conjugate() != ONE:
        return 0
    power = ONE
    for k in range(1, 25):
        power = power * z
        if power == ONE:
            return k
    return 0


@lru_cache(maxsize=4096)
def _rank(z: Surd) -> tuple[Any, ...]:
    """Roots of unity first, by order, then small real numbers in [−1, ½], then what is small in height."""
    order = _order(z)
    if order:
        return 0, order, str(z)
    height = sum(len(str(q)) + n for (_, n), q in z.terms)
    with mpmath.workdps(PRECISION):
        far = abs(z.mpc()) > 1 or (z.real and z.mpc().real > 0.5)
    return 1 if z.real else 2, far, height, str(z)


@lru_cache(maxsize=4096)
def _primes(z: Surd) -> frozenset[int]:
    """The primes below the norm of z ≠ 0."""
    norm = z
    for p in {-1, *(p for (_, n), _ in z.terms for p in sp.factorint(n))}:
        norm = norm * norm.galois(int(p))
    q = norm.fraction() if norm.rational else Fraction(1)
    return frozenset(int(p) for p in {*sp.factorint(abs(q.numerator)), *sp.factorint(q.denominator)})


def _roots_of_unity(n: int) -> tuple[Surd, ...]:
    if n == 2:
        return ONE, -ONE
    half = Surd([((0, 1), -HALF), ((1, 3), HALF)])
    return ONE, half, half.conjugate()


def _anchors(numbers: set[Surd]) -> Iterator[Surd]:
    """Roots of unity in the field of the numbers."""
    keys = {key for z in numbers for key, _ in z.terms}
    radicals = {n for _, n in keys}
    yield -ONE
    if (1, 1) in keys or (1, 3) not in keys:
        yield IMAGINARY
    if (1, 3) in keys:
        yield Surd([((0, 1), HALF), ((1, 3), HALF)])
    if 2 in radicals and any(e for e, _ in keys):
        yield Surd([((0, 2), HALF), ((1, 2), HALF)])
        yield Surd([((0, 2), -HALF), ((1, 2), HALF)])


def _clausen(z: Surd) -> Combination | None:
    """D at a root of unity e^{2πip/q} is Cl₂(2πp/q) = q^{−2} Σ_r sin(2πrp/q) ψ′(r/q)."""
    q = _order(z)
    if q < 3:
        return None
    if q == 4:
        return Combination.of(sp.Catalan)
    if q == 3 or q == 6:  # Cl₂(π/3) = (3/2) Cl₂(2π/3), by duplication
        root = Surd([((0, 3), Fraction(1, 9) if q == 3 else Fraction(1, 6))])
        trigamma = Combination.of(sp.polygamma(1, sp.Rational(1, 3)))
        return (trigamma - PI2.times(Surd.of(Fraction(2, 3)))).times(root)
    total, power = NOTHING, ONE
    for r in range(1, q):
        power = power * z
        weight = power.parts()[1] * Surd.of(Fraction(1, q * q))
        total = total + Combination.of(sp.polygamma(1, sp.Rational(r, q)), weight)
    return total


def _real_part(z: Surd) -> Combination:
    li = sp.polylog(2, z.sympy())
    if z.real:
        return Combination.of(li)
    return Combination.of(li, HALF) + Combination.of(sp.polylog(2, z.conjugate().sympy()), HALF)


def _wigner(z: Surd) -> Combination:
    """D(z) = Im Li₂(z) + arg(1 − z) log |z|."""
    difference = sp.polylog(2, z.sympy()) - sp.polylog(2, z.conjugate().sympy())
    return Combination.of(sp.expand(-sp.I * difference) / 2) + argument(ONE - z) * log_modulus(z)
