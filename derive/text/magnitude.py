"""How large a number may get before it is computed: bounds on logarithms, so that 9^9^9^9 is refused and not evaluated.

SymPy evaluates eagerly: 2^(10^9) fills the memory, and a sign query on cos(exp(exp(20))) asks mpmath for π to 7·10⁸
bits. Both happen inside single operations on integers, which no time limit in Python can interrupt. So sizes are
bounded beforehand, from the structure alone. The rest, which runs in Python, `cpu_limit` stops.
"""

from __future__ import annotations

import cmath
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sympy as sp
from sympy.core.numbers import NumberSymbol

_GROWING = (
    *(sp.exp, sp.sinh, sp.cosh, sp.besseli, sp.Ei, sp.Shi, sp.Chi, sp.erfi, sp.gamma, sp.zeta, sp.polygamma),
    *(sp.factorial, sp.factorial2, sp.subfactorial, sp.RisingFactorial, sp.FallingFactorial, sp.binomial),
    *(sp.fibonacci, sp.lucas, sp.catalan, sp.bernoulli, sp.euler),
)


class Magnitude:
    """Bounds for constants: `log2(v)` ≥ log₂|v|, `size(v)` ≥ |log₂|v|| up to cancellation.

    Answers are remembered for one reading.
    """

    def __init__(self) -> None:
        self._known: dict[sp.Basic, tuple[float, float]] = {}
        self._estimates: dict[sp.Basic, tuple[float, float, complex] | None] = {}

    def log2(self, value: sp.Basic) -> float:
        """An upper bound on log₂|value|."""
        return self._bounds(value)[0]

    def size(self, value: sp.Basic) -> float:
        """A bound on the number of bits before or after the point."""
        return self._bounds(value)[1]

    def _bounds(self, value: sp.Basic) -> tuple[float, float]:
        found = self._known.get(value)
        if found is None:
            top, size = self._computed(value)
            estimate = self._estimates[value] = self._estimated(value)
            found = self._known[value] = (
                top if estimate is None else math.log2(estimate[0] + estimate[1] + 1e-300),
                size,
            )
        return found

    def _computed(self, value: sp.Basic) -> tuple[float, float]:
        if isinstance(value, sp.Rational):
            above, below = int(value.p).bit_length(), int(value.q).bit_length()
            return above - below + 1, max(above, below)
        if not value.args:
            return 2, 2
        bounds = [self._bounds(argument) for argument in value.args]
        top = max(bound[0] for bound in bounds)
        largest = max(bound[1] for bound in bounds)
        if isinstance(value, sp.Add):
            return top + math.log2(len(bounds)), largest + math.log2(len(bounds))
        if isinstance(value, sp.Mul):
            return sum(bound[0] for bound in bounds), sum(bound[1] for bound in bounds)
        if isinstance(value, sp.Pow):
            size = power_size(bounds[0][1], bounds[1][0])
            return size, size
        if isinstance(value, sp.exp):
            size = power_size(1.5, top)
            return size, size
        if isinstance(value, _GROWING):
            size = power_size(1.5 + math.log2(largest + 1), max(0.0, top))
            return size, size
        return top, largest

    def _estimated(self, value: sp.Basic) -> tuple[float, float, complex] | None:
        """|value|, a bound on its error, and the value in floating point, where sums, products and powers give it."""
        parts = [self._estimates.get(argument) for argument in value.args]
        known = [part for part in parts if part is not None]
        try:
            if isinstance(value, sp.Rational):
                result, error = complex(int(value.p) / int(value.q)), 0.0
            elif isinstance(value, NumberSymbol):
                result, error = complex(float(value)), 0.0
            elif value == sp.I:
                result, error = 1j, 0.0
            elif len(known) < len(parts) or not parts:
                return None
            elif isinstance(value, sp.Add):
                result, error = sum(part[2] for part in known), sum(part[1] for part in known)
                error += 1e-14 * max(part[0] for part in known)
            elif isinstance(value, sp.Mul):
                result = math.prod(part[2] for part in known)
                error = math.prod(part[0] + part[1] for part in known) - math.prod(part[0] for part in known)
            elif isinstance(value, sp.exp):
                result = cmath.exp(known[0][2])
                error = abs(result) * math.expm1(known[0][1])
            elif isinstance(value, sp.Pow) and abs(known[0][2]) > 2 * known[0][1]:
                logarithm = cmath.log(known[0][2])
                result = cmath.exp(known[1][2] * logarithm)
                drift = 2 * known[0][1] / known[0][0] * (known[1][0] + known[1][1]) + known[1][1] * abs(logarithm)
                error = abs(result) * math.expm1(drift)
            else:
                return None
        except (OverflowError, ValueError, ZeroDivisionError):
            return None
        size = abs(result)
        return (size, error + 1e-13 * size, result) if math.isfinite(size + error) else None


def power_size(base_size: float, exponent_log2: float) -> float:
    """Bits of b^e from the bits of b and log₂|e|."""
    return max(base_size, 1.0) * 2.0 ** min(exponent_log2, 900.0)


def digits_of_power(base: sp.Basic, exponent: sp.Rational) -> float:
    """Bits of the rational numbers that SymPy spells out for base^exponent: also (2*x)^n holds 2^n."""
    times = abs(exponent.p) / exponent.q
    if isinstance(base, sp.Rational):
        return 0.0 if abs(base) == 1 or base == 0 else max(int(base.p).bit_length(), int(base.q).bit_length()) * times
    if isinstance(base, sp.Mul):
        return sum(digits_of_power(factor, exponent) for factor in base.args)
    if isinstance(base, sp.Pow) and isinstance(base.exp, sp.Rational):
        return digits_of_power(base.base, sp.Rational(base.exp * exponent))
    return 0.0


def digits_of_exponential(argument: sp.Basic) -> float:
    """Bits of the rational numbers that SymPy spells out for exp(argument): exp(n*log(2)) becomes 2^n."""
    total = 0.0
    for term in sp.Add.make_args(argument):
        coefficient, rest = term.as_coeff_Mul()
        for factor in sp.Mul.make_args(rest):
            if isinstance(factor, sp.log) and isinstance(coefficient, sp.Rational):
                total += digits_of_power(factor.args[0], coefficient)
    return total


class OutOfTime(BaseException):
    """Raised inside SymPy when a reading has used up its time; not an Exception, so that no handler swallows it."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Stops Python code of this thread after so much CPU time, unless a profiler is at work already."""
    if sys.getprofile() is not None:
        yield
        return
    end = time.thread_time() + seconds
    calls = 0

    def watch(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1
        if calls & 255 == 0 and time.thread_time() > end:
            raise OutOfTime

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)
