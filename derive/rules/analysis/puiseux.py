"""Puiseux expansions at 0+: e = t^p h(t) with h analytic at 0, and the order of e where h(0) is shown not to vanish.

Everything is proven for each admissible value of the parameters: a coefficient that is not shown to be nonzero is not
taken to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from derive.rules.places import value_at

DEPTH = 8
_ENTIRE = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.erf, sp.erfc, sp.erfi, sp.Si)


def _waves(z: Any, sign: int) -> Any:
    return (sp.exp(z) + sign * sp.exp(-z)) / 2


QUOTIENTS: dict[Any, Any] = {
    sp.sinh: lambda z: _waves(z, -1),
    sp.cosh: lambda z: _waves(z, 1),
    sp.coth: lambda z: _waves(z, 1) / _waves(z, -1),
    sp.csch: lambda z: 1 / _waves(z, -1),
    sp.sech: lambda z: 1 / _waves(z, 1),
    sp.sin: lambda z: _waves(sp.I * z, -1) / sp.I,
    sp.cos: lambda z: _waves(sp.I * z, 1),
    sp.tan: lambda z: sp.sin(z) / sp.cos(z),
    sp.cot: lambda z: sp.cos(z) / sp.sin(z),
    sp.sec: lambda z: 1 / sp.cos(z),
    sp.csc: lambda z: 1 / sp.sin(z),
}
"""Functions as quotients of exponentials, or of sine and cosine."""


@dataclass
class Expansion:
    """Functions of t near 0+, under assumptions on the parameters: signs of coefficients, and Puiseux expansions."""

    t: sp.Dummy
    given: tuple[Any, ...]
    memo: dict[Any, Any] = field(default_factory=dict)

    def positive(self, e: Any) -> bool:
        from derive.exact import is_positive, trusted

        return bool(e.is_positive and trusted(e)) or is_positive(e, self.given) is True

    def nonzero(self, e: Any) -> bool:
        from derive.exact import is_nonzero, trusted

        return (e.is_zero is False and trusted(e)) or is_nonzero(e, self.given) is True or self._nonzero_complex(e)

    def _nonzero_complex(self, e: Any) -> bool:
        from derive.exact import is_nonzero

        if not e.has(sp.I):
            return False
        parts = self.parts(e)
        return parts is not None and any(is_nonzero(part, self.given) is True for part in parts)

    def zero(self, e: Any) -> bool:
        if e == 0 or e.is_Rational:
            return bool(e == 0)
        if e.as_coeff_Mul()[1].is_Symbol and not self.given:
            return False  # a multiple of a letter of which nothing is assumed is not shown to vanish
        from derive.field import is_zero  # only where it is needed: a room of its own

        return is_zero(e, self.given, timeout=2.0) is True

    def real(self, e: Any) -> bool:
        from derive.exact import is_real, trusted

        return bool(e.is_real and trusted(e)) or is_real(e, self.given) is True

    def parts(self, e: Any) -> tuple[Any, Any] | None:
        """Real and imaginary part, if they are expressible without re and im."""
        if self.real(e):
            return e, sp.S.Zero
        from derive.exact.budget import OutOfReach
        from derive.exact.domain import domain_of

        try:
            domain = domain_of(self.given)
        except OutOfReach:
            return None
        re, im = (domain.restore(part) for part in domain.refine(e).as_real_imag())
        return None if re.has(sp.re, sp.im, sp.arg) or im.has(sp.re, sp.im, sp.arg) else (re, im)

    def puiseux(self, e: Any) -> tuple[Any, Any] | None:
        """(p, h) with e = t^p h(t), h analytic at 0; p is an exact number or a real parameter."""
        if e not in self.memo:
            self.memo[e] = self._puiseux(e)
        return self.memo[e]

    def _puiseux(self, e: Any) -> tuple[Any, Any] | None:
        t = self.t
        if t not in e.free_symbols:
            return (sp.S.Zero, e) if e.is_finite is not False else None
        if e == t:
            return sp.S.One, sp.S.One
        if isinstance(e, sp.Mul):
            parts = [self.puiseux(arg) for arg in e.args]
            if any(part is None for part in parts):
                return None
            return sp.Add(*[part[0] for part in parts]), sp.Mul(*[part[1] for part in parts])  # pyright: ignore - no part is None here
        if isinstance(e, sp.Add):
            return self._sum(e)
        if isinstance(e, sp.Pow):
            return self._power(e)
        if isinstance(e, (*_ENTIRE, sp.log, sp.atan, sp.tanh, sp.asinh)):
            return self._composed(e)
        if isinstance(e, (sp.tan, sp.cot, sp.sec, sp.csc)):
            return self.puiseux(QUOTIENTS[e.func](e.args[0]))
        if isinstance(e, sp.Abs):
            inner = self.puiseux(e.args[0])
            if inner is None or not self.real(inner[0]):
                return None
            start = value_at(inner[1], t, sp.S.Zero)
            if start is not None and self.positive(start):
                return inner
            return (inner[0], -inner[1]) if start is not None and self.positive(-start) else None
        return None

    def _sum(self, e: Any) -> tuple[Any, Any] | None:
        parts = [self.puiseux(arg) for arg in e.args]
        if any(part is None for part in parts):
            return None
        least = parts[0][0]  # pyright: ignore - no part is None here
        for p, _ in parts[1:]:  # pyright: ignore - no part is None here
            if not (p - least).is_number or not (p - least).is_integer:
                return None
            least = p if (p - least).is_negative else least
        return least, sp.Add(*[self.t ** (p - least) * h for p, h in parts])  # pyright: ignore - no part is None here

    def _power(self, e: Any) -> tuple[Any, Any] | None:
        base, n = e.args
        if self.t in n.free_symbols:
            return None
        inner = self.leading(base)
        if inner is None:
            return None
        p, h, start = inner
        if self.memo[base] is None or (self.memo[base][1] != h and not self.memo[base][1].is_rational_function(self.t)):
            return None  # h is then a Taylor polynomial, good for the order and no more
        if n.is_Integer or (self.positive(start) and self.real(n)):
            return p * n, h**n
        return None

    def _composed(self, e: Any) -> tuple[Any, Any] | None:
        inner = self.puiseux(e.args[0])
        if inner is None or not (inner[0].is_Integer and inner[0] >= 0) or len(e.args) != 1:
            return None
        argument = self.t ** inner[0] * inner[1]
        start = value_at(argument, self.t, sp.S.Zero)
        if start is None or (isinstance(e, sp.log) and not self.positive(start)):
            return None
        if isinstance(e, (sp.atan, sp.tanh, sp.asinh)) and not self.real(start):
            return None
        return sp.S.Zero, e.func(argument)

    def leading(self, e: Any) -> tuple[Any, Any, Any] | None:
        """(p, h, h(0)) with h(0) shown to be nonzero: the order of a zero of h is taken into p."""
        found = self._first(e)
        if found is None:
            found = self._by_factors(e)
        return found if found is not None and self.nonzero(found[2]) else None

    def _by_factors(self, e: Any) -> tuple[Any, Any, Any] | None:
        """The leading terms of factors multiplied, where e has no expansion of its own: 1/sin t, say, since h(t) = (sin
        t)/t is known to some order only."""
        if isinstance(e, (sp.tan, sp.cot, sp.sec, sp.csc)):
            return self.leading(QUOTIENTS[e.func](e.args[0]))
        if isinstance(e, sp.Mul):
            parts = [self.leading(arg) for arg in e.args]
            if any(part is None for part in parts):
                return None
            orders, factors, starts = zip(*parts, strict=True)  # pyright: ignore - no part is None here
            return sp.Add(*orders), sp.Mul(*factors), sp.Mul(*starts)
        if isinstance(e, sp.Pow) and self.t not in e.exp.free_symbols:
            inner = self.leading(e.base)
            if inner is not None and (e.exp.is_Integer or (self.positive(inner[2]) and self.real(e.exp))):
                return inner[0] * e.exp, inner[1] ** e.exp, inner[2] ** e.exp
        return None

    def at_most(self, e: Any) -> Any | None:
        """p with |e| ≤ C t^p: as in `leading`, but nothing need be shown of the first coefficient that is not shown
        to vanish."""
        found = self._first(e)
        return None if found is None else found[0]

    def _first(self, e: Any) -> tuple[Any, Any, Any] | None:
        """(p, h, h(0)) with h(0) not shown to vanish, or the last that was looked at."""
        found = self.puiseux(e)
        if found is None:
            return None
        p, h = found
        for left in range(DEPTH, -1, -1):
            start = value_at(h, self.t, sp.S.Zero)
            if start is None:
                return None
            if not left or self.nonzero(start) or not self.zero(start):
                return p, h, start
            p, h = p + 1, self._divided(h)
            if h == 0:
                return None
        return None

    def _divided(self, h: Any) -> Any:
        """h(t)/t for h(0) = 0, as an expression that can be evaluated at 0."""
        t = self.t
        if h.is_rational_function(t):
            return sp.cancel(h / t)
        if h.is_polynomial(t):
            return sp.expand(h / t)
        if isinstance(h, sp.Mul):
            for arg in h.args:
                if value_at(arg, t, sp.S.Zero) == 0:
                    return h / arg * self._divided(arg)
        return _taylor_quotient(h, t)


def _taylor_quotient(h: Any, t: Any) -> Any:
    """h(t)/t = ∫_0^1 h′(s t) ds; only its Taylor coefficients matter, so a Taylor polynomial with the next terms
    stands for it; nan where a derivative has no plain value."""
    terms, derivative, factor = [], h, sp.S.One
    for n in range(1, DEPTH + 1):
        derivative = sp.diff(derivative, t)
        factor = factor * n
        value = value_at(derivative, t, sp.S.Zero)
        if value is None:
            return sp.nan
        terms.append(value * t ** (n - 1) / factor)
    return sp.Add(*terms)
