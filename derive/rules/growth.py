"""Orders of growth at an end of a range: |f| ≤ C e^{Σ c_r t^r} t^p |log t|^q for t → 0+, where x = end ± t or x = ±1/t.

Everything is proven for each admissible value of the parameters: a coefficient that is not shown to be nonzero is not
taken to be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from derive.rules.places import put_in, value_at

DEPTH, ORDERS = 8, 12
_ENTIRE = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.erf, sp.erfc, sp.erfi, sp.Si)
_BOUNDED = (sp.tanh, sp.erf, sp.erfc, sp.atan, sp.sign, sp.Heaviside, sp.sech, sp.sinc, sp.Si, sp.acot)


def _waves(z: Any, sign: int) -> Any:
    return (sp.exp(z) + sign * sp.exp(-z)) / 2


_QUOTIENTS: dict[Any, Any] = {
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


@dataclass(frozen=True)
class Order:
    """A bound C e^{Σ c_r t^r} t^power |log t|^logs, r < 0; `exact`: a bound from below too, with another C > 0."""

    exponents: tuple[tuple[Any, Any], ...] = ()
    power: Any = sp.S.Zero
    logs: Any = sp.S.Zero
    exact: bool = False

    def __mul__(self, other: Order) -> Order:
        total = dict(self.exponents)
        for r, c in other.exponents:
            total[r] = total.get(r, 0) + c
        return Order(tuple(total.items()), self.power + other.power, self.logs + other.logs, self.exact and other.exact)

    def raised(self, n: Any) -> Order:
        return Order(tuple((r, c * n) for r, c in self.exponents), self.power * n, self.logs * n, self.exact)


@dataclass
class Germ:
    """Functions of t near 0+, under assumptions on the parameters."""

    t: sp.Dummy
    given: tuple[Any, ...]
    memo: dict[Any, Any] = field(default_factory=dict)

    def positive(self, e: Any) -> bool:
        from derive.exact import is_positive

        return bool(e.is_positive) or is_positive(e, self.given) is True

    def nonzero(self, e: Any) -> bool:
        from derive.exact import is_nonzero

        return e.is_zero is False or is_nonzero(e, self.given) is True or self._nonzero_complex(e)

    def _nonzero_complex(self, e: Any) -> bool:
        from derive.exact import is_nonzero

        if not e.has(sp.I):
            return False
        parts = self.parts(e)
        return parts is not None and any(is_nonzero(part, self.given) is True for part in parts)

    def zero(self, e: Any) -> bool:
        from derive.exact import is_zero

        return e == 0 or is_zero(e, self.given, timeout=2.0) is True

    def real(self, e: Any) -> bool:
        from derive.exact import is_real

        return bool(e.is_real) or is_real(e, self.given) is True

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
            return sp.Add(*[part[0] for part in parts]), sp.Mul(*[part[1] for part in parts])  # pyright: ignore
        if isinstance(e, sp.Add):
            return self._sum(e)
        if isinstance(e, sp.Pow):
            return self._power(e)
        if isinstance(e, (*_ENTIRE, sp.log, sp.atan, sp.tanh, sp.asinh)):
            return self._composed(e)
        if isinstance(e, (sp.tan, sp.cot, sp.sec, sp.csc)):
            return self.puiseux(_QUOTIENTS[e.func](e.args[0]))
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
        least = parts[0][0]  # pyright: ignore
        for p, _ in parts[1:]:  # pyright: ignore
            if not (p - least).is_number or not (p - least).is_integer:
                return None
            least = p if (p - least).is_negative else least
        return least, sp.Add(*[self.t ** (p - least) * h for p, h in parts])  # pyright: ignore

    def _power(self, e: Any) -> tuple[Any, Any] | None:
        base, n = e.args
        if self.t in n.free_symbols:
            return None
        inner = self.leading(base)
        if inner is None:
            return None
        p, h, start = inner
        if self.memo[base][1] != h and not self.memo[base][1].is_rational_function(self.t):
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
        found = self.puiseux(e)
        if found is None:
            return None
        p, h = found
        for _ in range(DEPTH):
            start = value_at(h, self.t, sp.S.Zero)
            if start is None:
                return None
            if self.nonzero(start):
                return p, h, start
            if not self.zero(start):
                return None
            p, h = p + 1, self._divided(h)
            if h == 0:
                return None
        return None

    def at_most(self, e: Any) -> Any | None:
        """p with |e| ≤ C t^p: as in `leading`, but nothing need be shown of the first coefficient that is not shown
        to vanish."""
        found = self.puiseux(e)
        if found is None:
            return None
        p, h = found
        for _ in range(DEPTH):
            start = value_at(h, self.t, sp.S.Zero)
            if start is None:
                return None
            if not self.zero(start):
                return p
            p, h = p + 1, self._divided(h)
            if h == 0:
                return None
        return p

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
        s = sp.Dummy("s", positive=True)
        return _Quotient(h, t, s).value

    def orders(self, e: Any, depth: int = 0) -> tuple[Order, ...] | None:
        """Bounds whose sum bounds |e| near 0+; None: not found."""
        key = ("orders", e)
        if key not in self.memo:
            self.memo[key] = None if depth > 14 else self._orders(e, depth)
        return self.memo[key]

    def _orders(self, e: Any, depth: int) -> tuple[Order, ...] | None:
        t = self.t
        if t not in e.free_symbols:
            return None if e.is_finite is False or e.has(sp.zoo, sp.nan) else (Order(exact=self.nonzero(e)),)
        lead = self.leading(e)
        if lead is not None:
            return (Order((), lead[0], sp.S.Zero, True),)
        weak = self.at_most(e)
        if weak is not None:
            return (Order((), weak),)
        if isinstance(e, sp.Mul):
            return self._product(e, depth)
        if isinstance(e, sp.Add):
            return self._dominant([self.orders(arg, depth + 1) for arg in e.args])
        if isinstance(e, sp.Pow):
            return self._of_power(e, depth)
        if isinstance(e, sp.exp):
            return self._of_exp(e)
        if isinstance(e, sp.Abs):
            return self.orders(e.args[0], depth + 1)
        if isinstance(e, (sp.re, sp.im, sp.conjugate)):
            return _loosened(self.orders(e.args[0], depth + 1))
        return self._of_function(e, depth)

    def _product(self, e: Any, depth: int) -> tuple[Order, ...] | None:
        exponent = sp.Add(*[arg.args[0] for arg in e.args if isinstance(arg, sp.exp)])
        factors = [arg for arg in e.args if not isinstance(arg, sp.exp)]
        factors += [sp.exp(exponent)] if exponent != 0 else []
        total: tuple[Order, ...] = (Order(exact=True),)
        for factor in factors:
            one = self.orders(factor, depth + 1)
            if one is None or len(one) * len(total) > ORDERS:
                return None
            total = tuple(a * b for a in total for b in one)
        return total

    def _of_power(self, e: Any, depth: int) -> tuple[Order, ...] | None:
        base, n = e.args
        if self.t in n.free_symbols:
            return None
        parts = self.parts(n)
        inner = self.orders(base, depth + 1)
        if parts is None or inner is None:
            return None
        if len(inner) == 1 and inner[0].exact:
            return (inner[0].raised(parts[0]),)
        if self.positive(parts[0]):
            return tuple(Order(o.exponents, o.power, o.logs).raised(parts[0]) for o in inner)
        return None

    def _of_exp(self, e: Any) -> tuple[Order, ...] | None:
        total: dict[Any, Any] = {}
        power: Any = sp.S.Zero
        exact = True
        for term in sp.Add.make_args(sp.expand_mul(e.args[0])):
            constant, rest = term.as_independent(self.t, as_Add=False)
            if rest == 1:
                continue
            parts = self.parts(constant)
            if isinstance(rest, sp.log) and parts is not None:
                lead = self.leading(rest.args[0])
                if lead is None:
                    return None
                power = power + parts[0] * lead[0]
                continue
            found = self.puiseux(term)
            if found is not None:
                principal = self._principal(*found)
                if principal is None:
                    return None
                for r, c in principal:
                    total[r] = total.get(r, 0) + c
                continue
            bound = self.orders(term, 5)
            if bound is None or not all(self._bounded(o) for o in bound):
                if parts is not None and self.zero(parts[0]) and self.real(rest):
                    continue
                return None
        return (Order(tuple(total.items()), power, sp.S.Zero, exact),)

    def _principal(self, p: Any, h: Any) -> list[tuple[Any, Any]] | None:
        """The real parts of the coefficients of the negative powers of t^p h(t)."""
        if not p.is_Rational:
            return None
        found, order, factor = [], p, sp.S.One
        while order < 0:
            start = value_at(h, self.t, sp.S.Zero)
            parts = None if start is None else self.parts(start)
            if parts is None or len(found) > DEPTH:
                return None
            found.append((order, parts[0] / factor))
            h, order = sp.diff(h, self.t), order + 1
            factor = factor * (len(found))
        return found

    def _bounded(self, o: Order) -> bool:
        if self._decay(o) == -1:
            return True
        return self._decay(o) == 0 and (self.positive(o.power) or (self.zero(o.power) and o.logs == 0))

    def _of_function(self, e: Any, depth: int) -> tuple[Order, ...] | None:
        if isinstance(e, sp.log):
            return self._of_log(e, depth)
        if isinstance(e, (sp.tan, sp.cot, sp.sec, sp.csc)):
            return self.orders(_QUOTIENTS[e.func](e.args[0]), depth + 1)
        if isinstance(e, (sp.sinh, sp.cosh, sp.coth, sp.csch, sp.sech)):
            return self.orders(_QUOTIENTS[e.func](e.args[0]), depth + 1)
        if isinstance(e, sp.tanh) and not self.real(e.args[0]):
            return None
        if isinstance(e, (sp.sin, sp.cos)):
            if not self._real_germ(e.args[0]):
                return self.orders(sp.expand_mul(_QUOTIENTS[e.func](e.args[0])), depth + 1)
            inner = self.orders(e.args[0], depth + 1) if isinstance(e, sp.sin) else None
            if inner is not None and all(not o.exponents and self.positive(o.power) for o in inner):
                return inner
            return (Order(),)
        if isinstance(e, _BOUNDED) and self._real_germ(e.args[0]):
            inner = self.orders(e.args[0], depth + 1) if isinstance(e, (sp.tanh, sp.erf, sp.atan)) else None
            if inner is not None and all(not o.exponents and self.positive(o.power) for o in inner):
                return inner
            return self._of_erfc(e) if isinstance(e, sp.erfc) else (Order(),)
        return None

    def _of_erfc(self, e: Any) -> tuple[Order, ...]:
        """erfc(z) ≤ e^{−z²} for z ≥ 0."""
        lead = self.leading(e.args[0])
        if lead is not None and self.positive(lead[2]):
            return self._of_exp(sp.exp(-(e.args[0] ** 2), evaluate=False)) or (Order(),)
        return (Order(),)

    def _real_germ(self, e: Any) -> bool:
        return self.real(e)

    def _of_log(self, e: Any, depth: int) -> tuple[Order, ...] | None:
        inner = self.orders(e.args[0], depth + 1)
        if inner is None or len(inner) != 1 or not inner[0].exact:
            return None
        if not inner[0].exponents:
            lead = self.leading(e.args[0])
            exact = lead is not None and self.positive(lead[2]) and self.nonzero(lead[0])
            return (Order((), sp.S.Zero, sp.S.Zero if inner[0].power == 0 and inner[0].logs == 0 else sp.S.One, exact),)
        worst = min((r for r, _ in inner[0].exponents), default=0)
        return (Order((), worst),)

    def _dominant(self, parts: list[tuple[Order, ...] | None]) -> tuple[Order, ...] | None:
        """The sum of the bounds; a single exact one that outgrows all others stays exact."""
        if any(part is None for part in parts):
            return None
        flat = [order for part in parts for order in part]  # pyright: ignore
        for candidate in flat:
            if candidate.exact and all(
                o is candidate or self._decay(o * candidate.raised(-1), strictly=True) == -1 for o in flat
            ):
                return (candidate,)
        loose = tuple(dict.fromkeys(_loosened(tuple(flat)) or ()))
        return loose if len(loose) <= ORDERS else None

    def _decay(self, o: Order, strictly: bool = False) -> int | None:
        """−1: the exponential factor goes to zero; 0: there is none; 1 or None: it grows, or its sign is not shown.

        With `strictly`, −1 also for a power that goes to zero.
        """
        for _, c in sorted(o.exponents, key=lambda item: item[0]):
            if self.zero(c):
                continue
            return -1 if self.positive(-c) else (1 if self.positive(c) else None)
        return -1 if strictly and self.positive(o.power) else 0

    def vanishes(self, e: Any) -> bool:
        """True if e → 0 as t → 0+."""
        found = self.orders(e)
        return found is not None and all(self._decay(o, strictly=True) == -1 for o in found)

    def integrable(self, e: Any) -> bool:
        """True if ∫_0 |e| dt converges at 0."""
        found = self.orders(e)
        return found is not None and all(
            self._decay(o) == -1 or (self._decay(o) == 0 and self.positive(sp.expand(o.power + 1))) for o in found
        )


class _Quotient:
    """h(t)/t = ∫_0^1 h′(s t) ds; only its Taylor coefficients matter, so a Taylor polynomial with the next terms
    stands for it."""

    def __init__(self, h: Any, t: Any, _s: Any) -> None:
        terms, derivative, factor = [], h, sp.S.One
        for n in range(1, DEPTH + 1):
            derivative = sp.diff(derivative, t)
            factor = factor * n
            value = value_at(derivative, t, sp.S.Zero)
            if value is None:
                self.value: Any = sp.nan
                return
            terms.append(value * t ** (n - 1) / factor)
        self.value = sp.Add(*terms)


def _loosened(orders: tuple[Order, ...] | None) -> tuple[Order, ...] | None:
    return None if orders is None else tuple(Order(o.exponents, o.power, o.logs) for o in orders)


def germ_at(e: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> tuple[Any, Germ]:
    """The expression in the local variable t at an end, and the calculus in which it is judged."""
    t = sp.Dummy("t", positive=True)
    if end is sp.oo:
        local = 1 / t
    elif end is -sp.oo:
        local = -1 / t
    else:
        local = end + t if side == "+" else end - t
    known = tuple(relation for relation in given if x not in relation.free_symbols)
    return put_in(e, {x: local}), Germ(t, known)


def integrable_at(e: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> bool:
    """True if the integral of |e| converges at this end, by its order of growth."""
    local, germ = germ_at(e, x, end, side, given)
    return germ.integrable(local / germ.t**2 if end.is_infinite else local)


def limit_value(e: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> Any | None:
    """The limit at an end where orders of growth and the limits of elementary functions give it; None: not found."""
    e = sp.sympify(e)
    local, germ = germ_at(e, x, end, side, given)
    return _limit(local, germ)


def limit_proof(limit: Any, value: Any, given: tuple[Any, ...] = ()) -> str | None:
    """Why the limit has this value, by orders of growth and limits of elementary functions; None where they do not
    show it."""
    from derive.exact import equal

    e, x, end, side = limit.args
    if str(side) == "+-" and not end.is_infinite:
        sides = [limit_value(e, x, end, one, given) for one in "+-"]
    else:
        sides = [limit_value(e, x, end, "-" if end is sp.oo else str(side), given)]
    if any(found is None or not (found == value or equal(found, value, given) is True) for found in sides):
        return None
    return "orders of growth" if value in (0, sp.oo, -sp.oo) else "leading terms and limits of elementary functions"


def _limit(e: Any, germ: Germ) -> Any | None:
    if germ.t not in e.free_symbols:
        return e
    lead = germ.leading(e)
    if lead is not None:
        if lead[0] == 0:
            return lead[2]
        if germ.positive(lead[0]):
            return sp.S.Zero
        if germ.positive(-lead[0]):
            return sp.oo if germ.positive(lead[2]) else (-sp.oo if germ.positive(-lead[2]) else None)
    if germ.vanishes(e):
        return sp.S.Zero
    if isinstance(e, (sp.Add, sp.Mul)):
        parts = [_limit(arg, germ) for arg in e.args]
        if any(part is None for part in parts):
            return None
        value = e.func(*parts)
        return (
            None
            if value.has(sp.nan, sp.zoo)
            or (any(p.is_infinite for p in parts if p is not None) and not value.is_infinite)
            else value
        )
    if isinstance(e, sp.Function) and len(e.args) == 1:
        inner = _limit(e.args[0], germ)
        if inner is None:
            return None
        if isinstance(e, (sp.exp, sp.atan, sp.tanh, sp.erf, sp.erfc, sp.sinh, sp.cosh)) or (
            inner.is_finite and isinstance(e, (sp.sin, sp.cos))
        ):
            if isinstance(e, sp.atan) and not (inner.is_infinite or germ.real(inner)):
                return None  # the cuts of atan lie on the imaginary axis
            value = e.func(inner)
            return None if value.has(sp.AccumBounds, sp.nan, sp.zoo) else value
        if isinstance(e, sp.log):
            if inner is sp.oo:
                return sp.oo
            return sp.log(inner) if inner.is_finite and germ.positive(inner) else None
    if isinstance(e, sp.Pow) and germ.t not in e.exp.free_symbols:
        inner = _limit(e.base, germ)
        if inner is not None and inner.is_finite and germ.positive(inner):
            return inner**e.exp
    return None
