"""Branch cuts under balls: evaluators that know where they are analytic, and logarithm, power and root with theirs.

Law: with `analytic` set, a ball that meets a cut gives nan, the contract of rigorous quadrature.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, fmpq

Evaluator = Callable[..., acb]
NAN = acb(arb("nan"), arb("nan"))


def is_real(z: acb) -> bool:
    return bool(z.imag.is_zero())


def is_exact_integer(z: acb) -> bool:
    return is_real(z) and z.real.is_exact() and bool(z.real.is_integer())


def integer_value(z: acb) -> int:
    return int(z.real.unique_fmpz())


def meets_segment(z: acb, lo: float | None, hi: float | None) -> bool:
    """Whether the ball may meet the real segment [lo, hi] (None: unbounded)."""
    if not z.imag.contains(0):
        return False
    return not ((lo is not None and z.real < lo) or (hi is not None and z.real > hi))


def cut(lo: float | None, hi: float | None, f: Callable[..., acb], argument: int = 0) -> Evaluator:
    """f with the cut [lo, hi] in the given argument looked after."""

    def evaluate(*args: acb, analytic: bool = False) -> acb:
        if analytic and meets_segment(args[argument], lo, hi):
            return NAN
        return f(*args)

    return evaluate


def cuts(segments: list[tuple[float | None, float | None]], f: Callable[..., acb]) -> Evaluator:
    def evaluate(z: acb, analytic: bool = False) -> acb:
        if analytic and any(meets_segment(z, lo, hi) for lo, hi in segments):
            return NAN
        return f(z)

    return evaluate


def entire(f: Callable[..., acb]) -> Evaluator:
    """Entire or meromorphic: a pole gives a non-finite ball by itself."""

    def evaluate(*args: acb, analytic: bool = False) -> acb:
        return f(*args)

    return evaluate


def imaginary_cuts(f: Callable[[acb], acb]) -> Evaluator:
    """Cuts on the imaginary axis beyond ±i (atan, asinh)."""

    def evaluate(z: acb, analytic: bool = False) -> acb:
        if analytic and z.real.contains(0) and not (z.imag > -1 and z.imag < 1):
            return NAN
        return f(z)

    return evaluate


def log(z: acb, analytic: bool = False) -> acb:
    return NAN if z.contains(0) else z.log(analytic=analytic)


def power(b: acb, e: acb, analytic: bool = False) -> acb:
    """b^e, principal; an exact integer exponent has no cut; 0^e is 0 for Re e > 0."""
    if is_exact_integer(e):
        n = integer_value(e)
        return b**n if n >= 0 else (1 / b) ** (-n)
    if not analytic and is_real(e) and e.real > 0 and b.contains(0):
        if b.is_zero():
            return acb(0)
        if is_real(b) and b.real >= 0:
            top = b.real.abs_upper() ** e.real
            return acb((top / 2).union(arb(0)).union(top)) if not e.real.is_zero() else acb(1)
        top = (b.abs_upper() ** e.real).abs_upper()
        return acb(arb(0, 1) * top, arb(0, 1) * top)
    if b.contains(0):
        return NAN
    return b.pow(e, analytic=analytic)


def root(b: acb, exponent: fmpq, analytic: bool = False) -> acb:
    """b^(p/q) through square roots where q = 2, which stay finite at 0 off the analytic case."""
    if exponent.q != 2:
        return power(b, acb(arb(exponent)), analytic)
    p = int(exponent.p)
    if p < 0 and b.contains(0):
        return NAN
    if not analytic and is_real(b) and b.real.contains(0) and not b.real < 0 and not b.is_zero() and b.real >= 0:
        return b.real.nonnegative_part().sqrt() ** abs(p) + acb(0) if p > 0 else NAN
    r = b.sqrt(analytic=analytic) if p > 0 else b.rsqrt(analytic=analytic)
    return r ** abs(p)
