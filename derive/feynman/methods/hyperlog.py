"""Iterated integrals of ∏ dt/(t − a) with rational coefficients: primitives, and regularised values at 0 and at 1.

G(a, w; t) = ∫_0^t ds/(s − a) G(w; s), G(0; t) = log t, G(a; t) = log(1 − t/a), with log ε and poles dropped at
divergent ends: where an integral as a whole converges, they drop out of the sum. Words of at most two letters, so that
the values are logarithms and dilogarithms. Reference: E. Panzer, Comput. Phys. Commun. 188 (2015), 148-166.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from derive.feynman.methods.surdlogs import UNITY, Combination, Complex, log_modulus, principal_log
from derive.feynman.methods.surds import ONE, ZERO, Surd

Word = tuple[Surd, ...]
LONGEST = 2
PRECISION = 30


class Fractions:
    """A rational function as partial fractions: Σ c t^k + Σ c (t − a)^{−m}."""

    __slots__ = ("poles", "powers")

    def __init__(self) -> None:
        self.powers: dict[int, Surd] = {}
        self.poles: dict[tuple[Surd, int], Surd] = {}

    def power(self, k: int, c: Surd) -> None:
        """Adds c t^k."""
        self.powers[k] = self.powers.get(k, ZERO) + c

    def pole(self, a: Surd, m: int, c: Surd) -> None:
        """Adds c (t − a)^{−m}."""
        self.poles[a, m] = self.poles.get((a, m), ZERO) + c

    def add(self, other: Fractions, factor: Surd = ONE) -> None:
        """Adds a multiple of another one."""
        for k, c in other.powers.items():
            self.power(k, c * factor)
        for (a, m), c in other.poles.items():
            self.pole(a, m, c * factor)

    def over(self, a: Surd) -> Fractions:
        """The quotient by t − a."""
        out = Fractions()
        for k, c in self.powers.items():
            for j in range(k):  # t^k = (t − a) Σ a^{k−1−j} t^j + a^k
                out.power(j, c * a ** (k - 1 - j))
            out.pole(a, 1, c * a**k)
        for (b, m), c in self.poles.items():
            if a == b:
                out.pole(a, m + 1, c)
                continue
            step = (a - b).inverse()  # 1/((t − b)^m (t − a)) = step^m/(t − a) − Σ step^{m+1−j}/(t − b)^j
            out.pole(a, 1, c * step**m)
            for j in range(1, m + 1):
                out.pole(b, j, -(c * step ** (m + 1 - j)))
        return out

    def primitive(self) -> tuple[Fractions, dict[Surd, Surd]]:
        """(V, residues): the function is V′ + Σ c/(t − a)."""
        out, residues = Fractions(), {}
        for k, c in self.powers.items():
            out.power(k + 1, c * Surd.of(Fraction(1, k + 1)))
        for (a, m), c in self.poles.items():
            if m == 1:
                residues[a] = c
            else:
                out.pole(a, m - 1, c * Surd.of(Fraction(-1, m - 1)))
        return out, {a: c for a, c in residues.items() if c}

    def laurent(self, point: int, order: int) -> dict[int, Surd]:
        """Coefficients in t at 0, or in u = 1 − t at 1, from the poles up to `order`."""
        out: dict[int, Surd] = {}

        def put(k: int, c: Surd) -> None:
            if k <= order:
                out[k] = out.get(k, ZERO) + c

        binomial = _binomial
        for k, c in self.powers.items():
            if point == 0:
                put(k, c)
            else:
                for j in range(k + 1):
                    put(j, c * Surd.of((-1) ** j * binomial(k, j)))
        here, sign = (ZERO, 1) if point == 0 else (ONE, -1)
        for (a, m), c in self.poles.items():
            if a == here:
                put(-m, c * Surd.of(sign**m))
                continue
            base = (here - a).inverse()  # (h − a ± u)^{−m}
            for j in range(order + 1):
                put(j, c * base ** (m + j) * Surd.of((-sign) ** j * binomial(m + j - 1, j)))
        return out

    @property
    def deepest(self) -> int:
        """The largest order of a pole at 0 or 1."""
        return max((m for (a, m), c in self.poles.items() if c and a in (ZERO, ONE)), default=0)


def _binomial(n: int, k: int) -> int:
    out = 1
    for j in range(k):
        out = out * (n - j) // (j + 1)
    return out


Function = dict[Word, Fractions]
Value = dict[Word, Surd]  # Σ c · regularised G(word; 1)
Series = dict[tuple[int, int], Value]  # (power, power of the logarithm)


def primitive(f: Function) -> Function | None:
    """F with F′ = f; None if it needs words of more than two letters."""
    work = {word: _copy(r) for word, r in f.items()}
    out: Function = {}
    for length in range(LONGEST, -1, -1):
        for word in [w for w in work if len(w) == length]:
            v, residues = work[word].primitive()
            out.setdefault(word, Fractions()).add(v)
            if word:
                work.setdefault(word[1:], Fractions()).add(v.over(word[0]), -ONE)
            for a, c in residues.items():
                if length == LONGEST:
                    return None
                out.setdefault((a, *word), Fractions()).power(0, c)
    return out


def _copy(r: Fractions) -> Fractions:
    out = Fractions()
    out.add(r)
    return out


def between(F: Function) -> Value:
    """F(1) − F(0), regularised, as a combination of the values G(word; 1)."""
    total: Value = {}
    for point, sign in ((1, ONE), (0, -ONE)):
        for word, r in F.items():
            depth = r.deepest
            around = r.laurent(point, 0)
            for (k, j), value in _series(word, point, depth).items():
                if j == 0 and -k in around:
                    for w, c in value.items():
                        total[w] = total.get(w, ZERO) + c * around[-k] * sign
    return {w: c for w, c in total.items() if c}


def _series(word: Word, point: int, order: int) -> Series:
    """G(word; t) around the point, in t or 1 − t."""
    if not word:
        return {(0, 0): {(): ONE}}
    a, here = word[0], ZERO if point == 0 else ONE
    inner = _series(word[1:], point, order)
    factor: dict[int, Surd] = {}  # ± dt/(t − a)
    if a == here:
        factor[-1] = ONE
    else:
        base = (here - a).inverse()
        for k in range(order + 1):
            factor[k] = base ** (k + 1) * Surd.of((-1) ** k if point == 0 else -1)
    out: Series = {}
    for (k, j), value in inner.items():
        for m, c in factor.items():
            if k + m <= order - 1 or k + m == -1:
                _integrated(out, k + m, j, {w: d * c for w, d in value.items()})
    if point == 1:
        _put(out, (0, 0), {word: ONE})
    return out


def _integrated(out: Series, k: int, j: int, value: Value) -> None:
    """Adds ∫ u^k log^j u du without a constant."""
    if k == -1:
        _put(out, (0, j + 1), {w: c * Surd.of(Fraction(1, j + 1)) for w, c in value.items()})
        return
    part = Fraction(1, k + 1)
    _put(out, (k + 1, j), {w: c * Surd.of(part) for w, c in value.items()})
    if j:
        _integrated(out, k, j - 1, {w: c * Surd.of(-j * part) for w, c in value.items()})


def _put(out: Series, key: tuple[int, int], value: Value) -> None:
    table = out.setdefault(key, {})
    for w, c in value.items():
        table[w] = table.get(w, ZERO) + c


def shuffled(a: Word, b: Word) -> list[Word]:
    """The words of the product G(a) G(b)."""
    if not a or not b:
        return [a or b]
    return [(a[0], *w) for w in shuffled(a[1:], b)] + [(b[0], *w) for w in shuffled(a, b[1:])]


# Σ c Li₂(z) beside an elementary part.
Dilogs = dict[Surd, Surd]


@lru_cache(maxsize=2048)
def value_at_one(word: Word) -> tuple[Complex, tuple[tuple[Surd, int], ...]]:
    """The regularised G(word; 1) as (elementary part, ((z, n), …)): plus the sum of n Li₂(z)."""
    if not word:
        return Complex(UNITY), ()
    if len(word) == 1:
        return (Complex() if word[0] in (ZERO, ONE) else principal_log(ONE - word[0].inverse())), ()
    a, b = word
    if a == b:
        square, _ = value_at_one((a,))
        return (square * square).times(Surd.of(Fraction(1, 2))), ()
    if a == ZERO:
        return Complex(), ((b.inverse(), -1),)
    if b == ZERO:
        return Complex(), ((a.inverse(), 1),)
    if a == ONE:
        part, dilogs = value_at_one((b, a))
        return part.times(-ONE), tuple((z, -n) for z, n in dilogs)
    if b == ONE:
        return Complex(), (((ONE - a).inverse(), -1),)
    return _two(a, b)


def _two(a: Surd, b: Surd) -> tuple[Complex, tuple[tuple[Surd, int], ...]]:
    """G(a, b; 1) = Li₂(z₁) − Li₂(z₀) + log(1 − 1/b) log(1 − z₁) + 2πi s (log z₀ + 2πi k), z_t = (b − t)/(b − a).

    The last term is there where z_t crosses the cut of Li₂, and z_t/z₀ = 1 − t/b makes it a constant; s and k are read
    off the numbers, exactly because they are integers."""
    step = (b - a).inverse()
    z0, z1 = b * step, (b - ONE) * step
    main = principal_log(ONE - b.inverse()) * principal_log(ONE - z1)
    dilogs = ((z1, 1), (z0, -1))
    if a.real and b.real:
        return Complex(_moduli(ONE - b.inverse(), ONE - z1)), dilogs
    s, k = _winding(a, b, z0, z1)
    if not s:
        return main, dilogs
    turn = Complex(Combination(), Combination.of(sp.pi, Fraction(2)))
    log = principal_log(z0)
    jump = turn * (log + turn.times(Surd.of(k)))
    return main + jump.times(Surd.of(s)), dilogs


def _moduli(u: Surd, v: Surd) -> Combination:
    return log_modulus(u) * log_modulus(v)


def _winding(a: Surd, b: Surd, z0: Surd, z1: Surd) -> tuple[int, int]:
    with mpmath.workdps(PRECISION):
        p, q, w0, w1 = a.mpc(), b.mpc(), z0.mpc(), z1.mpc()
        true = mpmath.quad(lambda t: mpmath.log(1 - t / q) / (t - p), _cuts(p, q))
        main = mpmath.polylog(2, w1) - mpmath.polylog(2, w0) + mpmath.log(1 - 1 / q) * mpmath.log(1 - w1)
        for s in (0, 1, -1):
            for k in (0, 1, -1):
                jump = 2j * mpmath.pi * s * (mpmath.log(w0) + 2j * mpmath.pi * k)
                if abs(true - main - jump) < mpmath.mpf(10) ** -10:
                    return s, k
    raise ArithmeticError(f"no branch fits G({a}, {b}; 1)")


def _cuts(p: Any, q: Any) -> list[Any]:
    near = sorted({float(z.real) for z in (p, q) if 0 < z.real < 1})
    return [mpmath.mpf(0), *(mpmath.mpf(t) for t in near), mpmath.mpf(1)]
