# ruff: noqa: F403, F405
"""Expressions of one or two real variables with points inside their domains: what a compiler of mathematics should
know.

Used by the tests of `numerics.kernel` and by its benchmark.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import *

x, y = symbols("x y")
k = symbols("k", integer=True)
REAL = (-2.3125, -0.71875, 0.4375, 1.15625, 2.90625)
POSITIVE = (0.109375, 0.59375, 1.28125, 2.71875, 7.53125)
UNIT = (-0.8125, -0.296875, 0.203125, 0.6875)
ABOVE_ONE = (1.203125, 1.984375, 4.53125)
FRACTION = (0.0625, 0.3125, 0.71875, 0.96875)
SECOND = (1.34375, 0.40625, 2.21875, 0.90625, 0.640625)


@dataclass(frozen=True)
class Case:
    """An expression and the points at which it is finite and real."""

    name: str
    expr: Basic
    points: tuple[float, ...] = REAL

    @property
    def variables(self) -> tuple[Symbol, ...]:
        return (x, y) if y in self.expr.free_symbols else (x,)

    @property
    def columns(self) -> tuple[tuple[float, ...], ...]:
        return (self.points, SECOND[: len(self.points)])[: len(self.variables)]


def _named(points: tuple[float, ...], *expressions: Basic) -> list[Case]:
    return [Case(str(e), e, points) for e in expressions]


ELEMENTARY = [
    *_named(
        REAL,
        sin(x),
        cos(x),
        tan(x),
        atan(x),
        sinh(x),
        cosh(x),
        tanh(x),
        asinh(x),
        exp(x),
        sec(x),
        csc(x),
        cot(x),
        sech(x),
        csch(x),
        coth(x),
        acot(x),
    ),
    *_named(UNIT, asin(x), acos(x), atanh(x)),
    *_named(ABOVE_ONE, acosh(x), asec(x), acsc(x), acoth(x)),
    *_named(FRACTION, asech(x)),
    *_named(REAL, acsch(x), atan2(x, y), atan2(y, x + 3)),
    *_named(
        POSITIVE,
        log(x),
        sqrt(x),
        cbrt(x),
        x ** Rational(3, 2),
        x ** Rational(-1, 2),
        x**y,
        x**pi,
        log(x, 2),
        root(x, 5),
    ),
    *_named(REAL, x**2, x**7, x**-3, 2**x, 10**x, pi**x, E ** (x * y), 1 / x, 1 / (1 + x**2)),
]
CONSTANTS = [
    *_named(
        REAL,
        sqrt(2) * x,
        pi * x,
        Rational(1, 3) * x,
        E * x + EulerGamma,
        sqrt(2) * pi * x / 3 + GoldenRatio,
        10**25 * x,
        x + Rational(1, 7),
    ),
    *_named(REAL, sin(sqrt(2)) * x + gamma(Rational(1, 3)), x * Float("0.1"), x / 3 + Catalan),
]
STEPS = [
    *_named(
        REAL,
        Abs(x),
        sign(x),
        Heaviside(x),
        Heaviside(x, 0),
        floor(x),
        ceiling(x),
        frac(x),
        Mod(x, y),
        Mod(x, Rational(3, 4)),
        floor(x) * x,
    ),
    *_named(REAL, Max(x, 1), Min(x, y), Max(x, y, 0), Min(1, Max(x, -1)), Max(Min(x, y), -x, Rational(1, 3))),
    *_named(REAL, Piecewise((sin(x) / x, Ne(x, 0)), (1, True)), Piecewise((sqrt(x), x > 0), (0, True))),
    *_named(REAL, Piecewise((x**2, x < -1), (x, And(x >= -1, x < 1)), (exp(-x), True))),
    *_named(REAL, Piecewise((log(x), x > 0), (Piecewise((1 / x, x < -1), (x, True)), True)), ITE(x > 0, x < y, x > -1)),
    *_named(
        REAL,
        And(x > 0, x < y),
        Or(x < -1, Not(x < y)),
        Eq(floor(x), 1),
        Piecewise((1, x > 0), (0, True)),
        KroneckerDelta(floor(x), 1),
    ),
]
STABLE = [
    *_named(
        REAL,
        log(1 + exp(x)),
        exp(x) - 1,
        1 - exp(-x * y),
        1 / (1 + exp(-x)),
        exp(x) / (1 + exp(x)),
        log(exp(x) + exp(y)),
    ),
    *_named(
        REAL,
        log(1 + exp(x) + 2 * exp(y)),
        1 - cos(x),
        cosh(x) - 1,
        1 - erf(x),
        1 - tanh(x) ** 2,
        exp(x**2) * erfc(x),
        log(erfc(x)),
    ),
    *_named(POSITIVE, log(1 + x), x * log(x), x**2 * log(x), log(1 - exp(-x))),
    *_named(FRACTION, -x * log(x) - (1 - x) * log(1 - x), log(1 / (1 + exp(-x))), log(1 - x)),
    *_named(REAL, exp(-(x**2) / 2) / sqrt(2 * pi), (exp(x) - 1) / x),
]
SPECIAL = [
    *_named(REAL, erf(x), erfc(x), erfi(x), sinc(x), jn(2, x)),
    *_named(UNIT, erfinv(x)),
    *_named(FRACTION, erfcinv(x)),
    *_named(
        POSITIVE,
        gamma(x),
        loggamma(x),
        digamma(x),
        polygamma(1, x),
        polygamma(3, x),
        beta(x, y),
        factorial(x),
        binomial(x, 3),
        binomial(x, y),
    ),
    *_named(REAL, gamma(x + Rational(1, 4)), digamma(x + Rational(1, 8))),
    *_named(ABOVE_ONE, zeta(x), zeta(x, y), zeta(3, x)),
    *_named(
        POSITIVE,
        lowergamma(2 * y, x),
        uppergamma(Rational(3, 2), x),
        LambertW(x),
        elliptic_k(-x),
        elliptic_e(-x),
        harmonic(x),
        rf(x, 3),
    ),
    *_named(REAL, besselj(0, x), besselj(1, x), besselj(3, x), besseli(0, x), besseli(1, x), besseli(2, x)),
    *_named(
        POSITIVE,
        bessely(0, x),
        bessely(2, x),
        besselk(0, x),
        besselk(1, x),
        besselk(3, x),
        besselj(Rational(1, 2), x),
        besselj(2, 5 * x),
    ),
    *_named(REAL, airyai(x), airybi(x), airyaiprime(x), airyai(7 * x)),
    *_named(
        UNIT,
        Sum(x**k / factorial(k), (k, 0, 9)),
        Product(1 + x * k, (k, 1, 4)),
        Derivative(sin(x**2), x),
        legendre(4, x),
    ),
]
CASES: tuple[Case, ...] = (*ELEMENTARY, *CONSTANTS, *STEPS, *STABLE, *SPECIAL)
