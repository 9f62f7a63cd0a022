"""A periodic factor times a rational one over a whole line, folded into one period.

P(x + T) = P(x), R rational: ∫_{−∞}^∞ P R dx = ∫_{−T/2}^{T/2} P(x) S(x) dx, S(x) = Σ_n R(x + nT), where for a pole c of
order j
    Σ_n 1/(x + nT − c)^j = (−1)^{j−1}/(j−1)! d^{j−1}/dx^{j−1} (π/T) cot(π(x − c)/T),
    cot(u − iv) = (sin 2u + i sinh 2v)/(cosh 2v − cos 2u)    (DLMF 4.22.3, 4.21.40).
Domain: R = O(x^{−2}), or R = O(1/x) and P odd, which makes its mean vanish; a real pole only at 0. Where P R is even,
∫_0^∞ P R = ∫_0^{T/2} P S (Lobachevsky). The sum of the period's images is compared with the closed kernel by numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from numerics.oracle.letters import REMEMBERED, letters

HIGHEST_ORDER = 4
CHECKED_DIGITS = 10


@lru_cache(maxsize=REMEMBERED, typed=True)
def folded(f: Any, x: sp.Symbol, lo: Any, hi: Any) -> tuple[Any, Any, Any] | None:
    """(f, lower, upper) of an equal integral over one period or half of one; None if f is not of the kind.

    Only for a P that is no trigonometric polynomial: those are waves, for which there are better ways.
    """
    if hi != sp.oo or lo not in (0, -sp.oo) or not f.has(TrigonometricFunction):
        return None
    y = sp.Dummy("y", real=True)
    rational, periodic = _factors(f.xreplace({x: y}), y)
    period = _period(periodic, y)
    if period is None or not rational.has(y) or _polynomial_in_waves(periodic, y):
        return None
    mirrored = _shifted(periodic, y, -y)
    even = sp.expand(mirrored * rational.xreplace({y: -y}) - periodic * rational) == 0
    if lo == 0 and not even:
        return None
    top, bottom = sp.fraction(sp.together(rational))
    fall = sp.degree(bottom, y) - sp.degree(top, y)
    if fall < 1 or (fall == 1 and sp.expand(mirrored + periodic) != 0):
        return None
    kernel = _kernel(rational, y, period)
    if kernel is None or not _confirmed(rational, kernel, y, period):
        return None
    body = (periodic * kernel).xreplace({y: x})
    return (body, sp.S.Zero, period / 2) if lo == 0 else (body, -period / 2, period / 2)


def _factors(f: Any, y: sp.Symbol) -> tuple[Any, Any]:
    """f as rational × the rest."""
    parts = sp.Mul.make_args(sp.factor_terms(f))
    rational = [part for part in parts if part.is_rational_function(y)]
    return sp.Mul(*rational), sp.Mul(*(part for part in parts if not part.is_rational_function(y)))


def _period(p: Any, y: sp.Symbol) -> Any | None:
    """The period of a function in which y stands only in sin ky, cos ky, tan ky, … with commensurable k."""
    waves = {node for node in p.atoms(TrigonometricFunction) if node.args[0].has(y) and node.args[0].is_polynomial(y)}
    slopes = [sp.diff(node.args[0], y) for node in waves]
    if not waves or any(k.has(y) for k in slopes) or any(sp.expand(w.args[0]).subs(y, 0) != 0 for w in waves):
        return None
    if p.xreplace({wave: sp.Dummy() for wave in waves}).has(y):
        return None
    first = slopes[0]
    ratios = [sp.cancel(k / first) for k in slopes]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    base = first * sp.gcd_list([sp.Abs(ratio) for ratio in ratios])
    period = sp.Abs(2 * sp.pi / base)
    return period / 2 if sp.expand(_shifted(p, y, y + period / 2) - p) == 0 else period


def _shifted(p: Any, y: sp.Symbol, place: Any) -> Any:
    return p.replace(
        lambda e: isinstance(e, TrigonometricFunction) and e.args[0].is_polynomial(y),
        lambda e: e.func(sp.expand(e.args[0].xreplace({y: place}))),
    )


def _polynomial_in_waves(p: Any, y: sp.Symbol) -> bool:
    waves = {wave for wave in p.atoms(sp.sin, sp.cos) if wave.args[0].is_polynomial(y)}
    return bool(p.is_polynomial(*waves)) and not p.xreplace({wave: sp.Dummy() for wave in waves}).has(y)


def _kernel(rational: Any, y: sp.Symbol, period: Any) -> Any | None:
    """S(y) = Σ_n R(y + nT) in real form."""
    top, bottom = sp.fraction(sp.together(rational))
    poles = sp.roots(bottom, y)
    if sum(poles.values()) != sp.degree(bottom, y):
        return None
    total = sp.S.Zero
    for pole, order in poles.items():
        u, v = sp.expand_complex(pole).as_real_imag()
        if order > HIGHEST_ORDER or v.is_zero is None or u.has(sp.re, sp.im) or (v.is_zero and u != 0):
            return None
        if v.is_negative:  # its part is the conjugate of that of its partner
            continue
        if not v.is_zero and not v.is_positive:
            return None
        real, imaginary = _cotangent(y, u, v, period)
        others = sp.Mul(*((y - other) ** power for other, power in poles.items() if other != pole))
        h = top / (sp.LC(bottom, y) * others)
        for j in range(1, order + 1):
            weight = sp.diff(h, y, order - j).subs(y, pole) / sp.factorial(order - j)
            c, s = sp.expand_complex(weight).as_real_imag()
            if c.has(sp.re, sp.im) or s.has(sp.re, sp.im):
                return None
            sign = sp.Integer(-1) ** (j - 1) / sp.factorial(j - 1)
            total += sign * (1 if v == 0 else 2) * sp.diff(c * real - s * imaginary, y, j - 1)
    return sp.factor(total) if total.has(sp.cosh) else total


def _cotangent(y: sp.Symbol, u: Any, v: Any, period: Any) -> tuple[Any, Any]:
    """Real and imaginary part of (π/T) cot(π(y − u − iv)/T)."""
    place, height = 2 * sp.pi * (y - u) / period, 2 * sp.pi * v / period
    if v == 0:
        return sp.pi / period * sp.cot(place / 2), sp.S.Zero
    bottom = period / sp.pi * (sp.cosh(height) - sp.cos(place))
    return sp.sin(place) / bottom, sp.sinh(height) / bottom


def _confirmed(rational: Any, kernel: Any, y: sp.Symbol, period: Any) -> bool:
    """The kernel against its defining sum, at a point, with numbers for the parameters."""
    names = sorted(letters(rational * period) - {y}, key=str)
    at = {name: sp.Rational(7 + 4 * k, 9) * (-1 if name.is_negative else 1) for k, name in enumerate(names)}
    with mpmath.workdps(25):
        term, step = sp.lambdify(y, rational.xreplace(at), "mpmath"), mpmath.mpf(sp.N(period.xreplace(at), 25))
        place = step * mpmath.mpf(3) / 11
        pairs = mpmath.nsum(lambda n: term(place + n * step) + term(place - n * step), [1, mpmath.inf])
        closed = sp.lambdify(y, kernel.xreplace(at), "mpmath")(place)
        return abs(pairs + term(place) - closed) < mpmath.mpf(10) ** -CHECKED_DIGITS * (1 + abs(closed))
