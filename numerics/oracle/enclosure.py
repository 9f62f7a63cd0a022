"""What the oracle answers: a midpoint, a bound on the distance to the true value, and how they were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
from flint import acb, arb, fmpq, fmpz
from mpmath.ctx_mp_python import mpc, mpf

from numerics.errors import NumericsError


class NotEnclosed(NumericsError):
    """No enclosure was found; the message names the subexpression, the reason, what was tried and a remedy."""

    def __init__(self, what: object, why: str, tried: str = "", remedy: str = "", final: bool = False) -> None:
        self.what, self.why, self.tried, self.remedy = what, why, tried, remedy
        self.final = final  # a proven refusal (divergence, undefined): more precision cannot help
        text = f"{what}: {why}"
        if tried:
            text += f"; tried: {tried}"
        if remedy:
            text += f"; remedy: {remedy}"
        super().__init__(text)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self.what), self.why, self.tried, self.remedy, self.final)


def dyadic(x: mpf) -> fmpq:
    """The exact binary rational that an mpf is; a non-finite x raises ValueError."""
    sign, mantissa, exponent, _ = x._mpf_
    if not mantissa and exponent:
        raise ValueError(f"{x} is not finite")
    signed = fmpz(-int(mantissa) if sign else int(mantissa))
    return fmpq(signed << exponent) if exponent >= 0 else fmpq(signed, fmpz(1) << -exponent)


def exact_mpf(a: arb) -> mpf:
    """The midpoint of a ball as the same binary number in mpmath."""
    mantissa, exponent = a.mid().man_exp()
    return mpmath.mp.make_mpf(mpmath.libmp.from_man_exp(int(mantissa), int(exponent)))


def radius_of(a: arb) -> mpf:
    mantissa, exponent = a.rad().man_exp()
    return mpmath.mp.make_mpf(mpmath.libmp.from_man_exp(int(mantissa), int(exponent)))


def ball_of(mid: mpf, radius: mpf, bits: int) -> arb:
    """An arb that contains [mid − radius, mid + radius]."""
    import flint

    with flint.ctx.workprec(max(bits, 64)):
        slack = arb(dyadic(radius)).abs_upper()
        return arb(dyadic(mid)) + arb(0, 1) * slack


@dataclass(frozen=True)
class Enclosure:
    """|true value − mid| ≤ radius when `rigorous`; otherwise the radius is what two independent routes disagree by,
    an estimate.

    A complex value has an mpc midpoint, and the radius bounds the modulus of the difference.
    `parts` holds (mid, radius) of the real and of the imaginary part.
    """

    mid: mpf | mpc
    radius: mpf
    rigorous: bool
    method: str
    parts: tuple[tuple[mpf, mpf], tuple[mpf, mpf]] = field(repr=False)
    routes: tuple[tuple[str, str], ...] = ()
    bits: int = field(default=53, repr=False)

    @classmethod
    def from_ball(
        cls, z: acb, method: str, *, rigorous: bool = True, routes: tuple[tuple[str, str], ...] = (), bits: int = 53
    ) -> Enclosure:
        parts = ((exact_mpf(z.real), radius_of(z.real)), (exact_mpf(z.imag), radius_of(z.imag)))
        (re, re_rad), (im, im_rad) = parts
        if im == 0 and im_rad == 0:
            return cls(re, re_rad, rigorous, method, parts, routes, bits)
        mid = mpmath.mp.make_mpc((re._mpf_, im._mpf_))
        radius = mpmath.mp.make_mpf(mpmath.libmp.mpf_hypot(re_rad._mpf_, im_rad._mpf_, 53, "u"))
        return cls(mid, radius, rigorous, method, parts, routes, bits)

    @property
    def real(self) -> tuple[mpf, mpf]:
        return self.parts[0]

    @property
    def imag(self) -> tuple[mpf, mpf]:
        return self.parts[1]

    @property
    def is_real(self) -> bool:
        """The value was proven (or, where not rigorous, computed) to be real."""
        return self.parts[1] == (0, 0)

    def ball(self, bits: int | None = None) -> acb:
        """The enclosure as a flint acb, at `bits` of precision (default: the precision it was computed at)."""
        bits = self.bits if bits is None else bits
        return acb(ball_of(*self.real, bits), ball_of(*self.imag, bits))

    def contains(self, x: object) -> bool:
        """Whether x (number, decimal string taken exactly, SymPy constant, ball or Enclosure) lies inside wholly."""
        other = _as_ball(x, self.bits + 64)
        return bool(self.ball(self.bits + 64).contains(other))

    def overlaps(self, other: object) -> bool:
        return bool(self.ball().overlaps(_as_ball(other, self.bits)))

    @property
    def digits(self) -> float:
        """Relative digits that the radius leaves standing (infinite for an exact value, 0 if the ball holds 0)."""
        if self.radius == 0:
            return float("inf")
        size = abs(self.mid)
        return max(0.0, float(mpmath.log10(size / self.radius))) if size else 0.0

    def __str__(self) -> str:
        shown = 17
        if self.radius and self.mid:
            shown = max(3, int(self.digits) + 1)
        value = mpmath.nstr(self.mid, min(shown, max(3, int(self.bits * 0.30103))), strip_zeros=False)
        bound = mpmath.nstr(self.radius, 2)
        return f"{value} ± {bound} ({'rigorous' if self.rigorous else 'agreed'}: {self.method})"


def _as_ball(x: object, bits: int) -> acb:
    import flint

    with flint.ctx.workprec(bits):
        if isinstance(x, Enclosure):
            return x.ball(bits)
        if isinstance(x, acb | arb | int | complex):
            return acb(x)
        if isinstance(x, str):
            return acb(arb(fmpq(*Fraction(x).as_integer_ratio())))
        if isinstance(x, float | Fraction):
            return acb(arb(fmpq(*x.as_integer_ratio())))
        if isinstance(x, mpmath.mpf):
            return acb(arb(dyadic(x)))
        if isinstance(x, mpmath.mpc):
            return acb(arb(dyadic(x.real)), arb(dyadic(x.imag)))
    from numerics.oracle.front import enclose

    return enclose(x, at={}, digits=int(bits * 0.30103)).ball(bits)
