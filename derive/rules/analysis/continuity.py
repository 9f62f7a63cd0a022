"""Continuity on an interval by composition of continuous functions, with the signs that denominators, roots and
logarithms need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.rule import formula
from derive.rules.analysis.special import continuous, turned
from derive.rules.places import between, not_above

_EVERYWHERE = (
    sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.erf, sp.erfc, sp.erfi, sp.Si, sp.fresnels, sp.fresnelc, sp.Abs, sp.re,
    sp.im, sp.conjugate, sp.Max, sp.Min, sp.sinc, sp.airyai, sp.airybi,
)  # fmt: skip
_ON_THE_LINE = (sp.atan, sp.asinh, sp.tanh, sp.sech)


@dataclass(frozen=True)
class _Range:
    x: Any
    known: tuple[Any, ...]

    def real(self, e: Any) -> bool:
        from derive.exact import is_real, trusted

        return bool(e.is_real and trusted(e)) or is_real(e, self.known) is True

    def positive(self, e: Any) -> bool:
        from derive.exact import is_positive, trusted

        return bool(e.is_positive and trusted(e)) or is_positive(e, self.known) is True or _positive(e, self)

    def nonnegative(self, e: Any) -> bool:
        from derive.exact import is_nonnegative, trusted

        return bool(e.is_nonnegative and trusted(e)) or is_nonnegative(e, self.known) is True or self.positive(e)

    def nonzero(self, e: Any) -> bool:
        from derive.exact import is_nonzero, trusted

        if (e.is_zero is False and trusted(e)) or is_nonzero(e, self.known) is True:
            return True
        if isinstance(e, sp.Mul):
            return all(self.nonzero(arg) for arg in e.args)
        if isinstance(e, sp.Pow):
            return self.nonzero(e.base)
        return _positive(e, self) or _positive(-e, self) or _off_the_axis(e, self)


def continuity_proof(expr: Any, x: Any, interval: Any, given: tuple[Any, ...] = ()) -> str | None:
    """How it is seen that expr is a continuous function of x on the interval, for all admissible parameters; None: it
    is not seen.

    Removable singularities are not removed: sin(x)/x is not shown to be continuous at 0.
    """
    if not isinstance(interval, sp.Interval):
        return None
    known = (*given, *_closed(x, interval))
    return _continuous(formula(expr), _Range(x, known))


def _closed(x: Any, interval: sp.Interval) -> tuple[Any, ...]:
    low, high = interval.start, interval.end
    below = between(x, low, sp.oo, closed=not interval.left_open) if low is not -sp.oo else ()
    above = between(x, -sp.oo, high, closed=not interval.right_open) if high is not sp.oo else ()
    return (*below, *above) or between(x, -sp.oo, sp.oo)


def _continuous(e: Any, on: _Range) -> str | None:
    if on.x not in e.free_symbols:
        return "constant" if e.is_finite is not False else None
    if e == on.x:
        return "the identity"
    if not isinstance(e, sp.Expr):
        return None
    if isinstance(e, sp.Integral):
        return _of_integral(e, on)
    reason = _outer(e, on)
    if reason is None:
        return None
    inner = [_continuous(arg, on) for arg in e.args if on.x in arg.free_symbols]
    if any(part is None for part in inner):
        return None
    notes = [
        part for part in (reason, *inner) if (part and "≠" in part) or (part and ">" in part) or (part and "≥" in part)
    ]
    return "; ".join(dict.fromkeys(notes)) or "a composition of functions that are continuous everywhere"  # pyright: ignore - no part is None here


def _of_integral(e: Any, on: _Range) -> str | None:
    """∫_{a(x)}^{b(x)} h(t, x) dt over finite ranges: h continuous up to the ends in t, and in x if it contains x
    (then a, b constant)."""
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        return None
    (t, low, high), h = e.limits[0], e.function
    if low.is_infinite or high.is_infinite or any(_continuous(end, on) is None for end in (low, high)):
        return None
    if on.x in h.free_symbols and on.x in low.free_symbols | high.free_symbols:
        return None
    orders = ((low, high),) if not_above(low, high, on.known) else ((low, high), (high, low))
    if any(continuity_proof(h, t, sp.Interval(*ends), on.known) is None for ends in orders):
        return None
    inner = _Range(on.x, (*on.known, *between(t, low, high, closed=True)))
    return "the integrand is continuous up to the ends" if _continuous(h, inner) else None


def _outer(e: Any, on: _Range) -> str | None:
    """Why the outermost operation of e is continuous at the values that its arguments take."""
    if isinstance(e, (sp.Add, sp.Mul, *_EVERYWHERE)):
        return "everywhere"
    if isinstance(e, AppliedUndef):
        return "unknown functions are taken to be smooth"
    if isinstance(e, sp.Pow):
        return _of_power(e, on)
    if len(e.args) == 1 and isinstance(e, _ON_THE_LINE):
        return "on the real line" if on.real(e.args[0]) else None
    if isinstance(e, (sp.log, sp.gamma, sp.loggamma, sp.digamma)) and len(e.args) == 1:
        return f"{e.args[0]} > 0" if on.positive(e.args[0]) else None
    if isinstance(e, (sp.sign, sp.Heaviside)):
        return f"{e.args[0]} ≠ 0" if on.real(e.args[0]) and on.nonzero(e.args[0]) else None
    if isinstance(e, (sp.asin, sp.acos)):
        return f"|{e.args[0]}| ≥ 1 nowhere" if on.nonnegative(1 - e.args[0]) and on.nonnegative(1 + e.args[0]) else None
    if isinstance(e, (sp.tan, sp.sec)):
        wave = sp.cos(e.args[0])
        return f"cos({e.args[0]}) ≠ 0" if on.nonzero(wave) or (wave.func is sp.cos and turned(wave, on)) else None
    if isinstance(e, (sp.cot, sp.csc)):
        wave = sp.sin(e.args[0])
        return f"sin({e.args[0]}) ≠ 0" if on.nonzero(wave) or (wave.func is sp.sin and turned(wave, on)) else None
    if isinstance(e, (sp.coth, sp.csch)):
        return f"{e.args[0]} ≠ 0" if on.real(e.args[0]) and on.nonzero(e.args[0]) else None
    if isinstance(e, sp.atanh):
        return f"|{e.args[0]}| < 1" if on.positive(1 - e.args[0]) and on.positive(1 + e.args[0]) else None
    if isinstance(e, (sp.besselj, sp.besseli, sp.bessely, sp.besselk)):
        if on.x in e.args[0].free_symbols:
            return None
        if isinstance(e, (sp.besselj, sp.besseli)) and e.args[0].is_integer:
            return "entire"
        return f"{e.args[-1]} > 0" if on.positive(e.args[-1]) else None
    return continuous(e, on)


def _of_power(e: Any, on: _Range) -> str | None:
    base, n = e.args
    if on.x in n.free_symbols:
        return f"{base} > 0" if on.positive(base) else None
    if n.is_integer and n.is_nonnegative:
        return "everywhere"
    if n.is_integer:
        return f"{base} ≠ 0" if on.nonzero(base) else None
    if on.positive(base):
        return f"{base} > 0"
    if on.nonnegative(base) and on.positive(n):
        return f"{base} ≥ 0"
    return f"{base} lies off the cut" if _right_half(base, on) else None


def _positive(e: Any, on: _Range, depth: int = 0) -> bool:
    """e > 0 by more than signs of terms: roots of polynomials, discriminants, e linear in a sine or cosine, sines on
    (0, π)."""
    from derive.exact import is_positive

    if depth > 2 or not isinstance(e, sp.Expr):
        return False
    if isinstance(e, sp.sin):
        g = e.args[0]
        return is_positive(g, on.known) is True and is_positive(sp.pi - g, on.known) is True
    if isinstance(e, sp.cos):
        g = e.args[0]
        return is_positive(sp.pi / 2 - g, on.known) is True and is_positive(sp.pi / 2 + g, on.known) is True
    if isinstance(e, sp.tan):
        g = e.args[0]
        return is_positive(g, on.known) is True and is_positive(sp.pi / 2 - g, on.known) is True
    if isinstance(e, (sp.Mul, sp.Pow)):
        return all(
            is_positive(arg, on.known) is True or _positive(arg, on, depth + 1)
            for arg in e.args[: 1 if e.is_Pow else None]
        )
    if not isinstance(e, sp.Add):
        return False
    if e.free_symbols == {on.x} and e.is_polynomial(on.x) and all(c.is_Rational for c in sp.Poly(e, on.x).all_coeffs()):
        return _no_root(e, on)
    for wave in sorted(e.atoms(sp.sin, sp.cos), key=sp.default_sort_key):
        w = sp.Dummy("w", real=True)
        poly = sp.expand(e).xreplace({wave: w})
        if on.real(wave.args[0]) and poly.is_polynomial(w) and sp.degree(poly, w) == 1:
            ends = [sp.factor(poly.subs(w, value)) for value in (-1, 1)]
            if all(is_positive(end, on.known) is True or _positive(end, on, depth + 1) for end in ends):
                return True
    for symbol in sorted(e.free_symbols, key=str):
        if e.is_polynomial(symbol) and sp.degree(e, symbol) == 2 and on.real(symbol):
            a, b, c = sp.Poly(e, symbol).all_coeffs()
            gap = sp.factor(4 * a * c - b**2)
            if is_positive(a, on.known) is True and is_positive(gap, on.known) is True:
                return True
    return False


def _no_root(e: Any, on: _Range) -> bool:
    """A polynomial with rational coefficients without a real root on a range with rational ends, positive inside
    (Sturm)."""
    low, high, closed_low, closed_high = -sp.oo, sp.oo, False, False
    for relation in on.known:
        if not isinstance(relation, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
            continue
        greater, lesser = (
            (relation.lhs, relation.rhs) if isinstance(relation, (sp.Gt, sp.Ge)) else (relation.rhs, relation.lhs)
        )
        weak = isinstance(relation, (sp.Ge, sp.Le))
        if greater == on.x and lesser.is_Rational and (low is -sp.oo or lesser >= low):
            low, closed_low = lesser, weak
        if lesser == on.x and greater.is_Rational and (high is sp.oo or greater <= high):
            high, closed_high = greater, weak
    if on.x.is_positive and (low is -sp.oo or low < 0):
        low, closed_low = sp.S.Zero, False
    poly = sp.Poly(e, on.x)
    count = poly.count_roots(None if low is -sp.oo else low, None if high is sp.oo else high)
    for end, closed in ((low, closed_low), (high, closed_high)):
        if end.is_finite and not closed and poly.eval(end) == 0:
            count -= 1
    inside = (
        (low + high) / 2
        if low.is_finite and high.is_finite
        else (low + 1 if low.is_finite else (high - 1 if high.is_finite else 0))
    )
    return count == 0 and poly.eval(inside) > 0


def _parts(e: Any, on: _Range) -> tuple[Any, Any] | None:
    from derive.exact.budget import OutOfReach
    from derive.exact.domain import domain_of

    if not e.has(sp.I):
        return None
    try:
        domain = domain_of(on.known)
    except OutOfReach:
        return None
    re, im = (domain.restore(part) for part in domain.refine(e).as_real_imag())
    return None if re.has(sp.re, sp.im, sp.arg) or im.has(sp.re, sp.im, sp.arg) else (re, im)


def _off_the_axis(e: Any, on: _Range) -> bool:
    from derive.exact import is_nonzero

    parts = _parts(e, on)
    return parts is not None and any(is_nonzero(part, on.known) is True for part in parts)


def _right_half(e: Any, on: _Range) -> bool:
    from derive.exact import is_nonzero, is_positive

    parts = _parts(e, on)
    return parts is not None and (is_positive(parts[0], on.known) is True or is_nonzero(parts[1], on.known) is True)
