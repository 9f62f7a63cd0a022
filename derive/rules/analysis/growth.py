"""Orders of growth at an end of a range: |f| ≤ C e^{Σ c_r t^r} t^p |log t|^q for t → 0+, where x = end ± t or x = ±1/t.

Everything is proven for each admissible value of the parameters: a coefficient that is not shown to be nonzero is not
taken to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.rules.analysis.puiseux import DEPTH, QUOTIENTS, Expansion
from derive.rules.places import put_in, value_at

ORDERS = 12
_BOUNDED = (sp.tanh, sp.erf, sp.erfc, sp.atan, sp.sign, sp.Heaviside, sp.sech, sp.sinc, sp.Si, sp.acot)


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
class Germ(Expansion):
    """Functions of t near 0+, and bounds of them by orders of growth."""

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
        if isinstance(e, (sp.besselj, sp.bessely, sp.besseli, sp.besselk)):
            return self._of_bessel(e)
        if isinstance(e, (sp.tan, sp.cot, sp.sec, sp.csc)):
            return self.orders(QUOTIENTS[e.func](e.args[0]), depth + 1)
        if isinstance(e, (sp.sinh, sp.cosh, sp.coth, sp.csch, sp.sech)):
            return self.orders(QUOTIENTS[e.func](e.args[0]), depth + 1)
        if isinstance(e, sp.tanh) and not self.real(e.args[0]):
            return None
        if isinstance(e, (sp.sin, sp.cos)):
            if not self.real(e.args[0]):
                return self.orders(sp.expand_mul(QUOTIENTS[e.func](e.args[0])), depth + 1)
            inner = self.orders(e.args[0], depth + 1) if isinstance(e, sp.sin) else None
            if inner is not None and all(not o.exponents and self.positive(o.power) for o in inner):
                return inner
            return (Order(),)
        if isinstance(e, _BOUNDED) and self.real(e.args[0]):
            inner = self.orders(e.args[0], depth + 1) if isinstance(e, (sp.tanh, sp.erf, sp.atan)) else None
            if inner is not None and all(not o.exponents and self.positive(o.power) for o in inner):
                return inner
            return self._of_erfc(e) if isinstance(e, sp.erfc) else (Order(),)
        if isinstance(e, sp.Ei):
            return self._of_exponential_integral(e, depth)
        return None

    def _of_exponential_integral(self, e: Any, depth: int) -> tuple[Order, ...] | None:
        """|Ei u| ≤ C e^u for real u → ±oo, C |log|u|| for u → 0 (NIST DLMF 6.6.1, 6.12.2)."""
        u = e.args[0]
        if not self.real(u):
            return None
        if any(self.vanishes(sp.exp(sign * u)) for sign in (1, -1)):
            return _loosened(self.orders(sp.exp(u), depth + 1))
        lead = self.leading(u)
        if lead is None or self.positive(-lead[0]):
            return None
        return (Order((), sp.S.Zero, sp.S.One),) if self.positive(lead[0]) else (Order(),)

    def _of_bessel(self, e: Any) -> tuple[Order, ...] | None:
        """J, Y, I, K of z > 0 (NIST DLMF 10.7, 10.17, 10.30, 10.40): z^{±ν} at 0, e^{±z}/√z or 1/√z at oo."""
        nu, z = e.args
        lead = None if self.t in nu.free_symbols or not self.real(nu) else self.leading(z)
        if lead is None or not self.positive(lead[2]):
            return None
        if self.positive(-lead[0]):
            root = Order((), -lead[0] / 2)
            if isinstance(e, (sp.besselj, sp.bessely)):
                return (root,)
            sign = 1 if isinstance(e, sp.besseli) else -1
            wave = self._of_exp(sp.exp(sign * z, evaluate=False))
            return None if wave is None else tuple(Order(o.exponents, o.power, o.logs) * root for o in wave)
        if not self.positive(lead[0]):
            return None
        if isinstance(e, (sp.besselj, sp.besseli)):
            return (Order((), lead[0] * nu),) if self.positive(nu + 1) or nu == 0 else None
        return (Order((), -lead[0] * sp.Abs(nu), sp.S.Zero if self.nonzero(nu) else sp.S.One),)

    def _of_erfc(self, e: Any) -> tuple[Order, ...]:
        """erfc(z) ≤ e^{−z²} for z ≥ 0."""
        lead = self.leading(e.args[0])
        if lead is not None and self.positive(lead[2]):
            return self._of_exp(sp.exp(-(e.args[0] ** 2), evaluate=False)) or (Order(),)
        return (Order(),)

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
        flat = [order for part in parts for order in part]  # pyright: ignore - no part is None here
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


def _loosened(orders: tuple[Order, ...] | None) -> tuple[Order, ...] | None:
    return None if orders is None else tuple(Order(o.exponents, o.power, o.logs) for o in orders)


def germ_at(e: Any, x: Any, end: Any, side: str, given: tuple[Any, ...], root: int = 1) -> tuple[Any, Germ]:
    """The expression in the local variable t at an end, and the calculus in which it is judged; with `root`, x = end ±
    t^root or ±1/t^root, so that roots of x become powers."""
    t = sp.Dummy("t", positive=True)
    step = t**root
    if end is sp.oo:
        local = 1 / step
    elif end is -sp.oo:
        local = -1 / step
    else:
        local = end + step if side == "+" else end - step
    known = tuple(relation for relation in given if x not in relation.free_symbols)
    return put_in(e, {x: local}), Germ(t, known)


def integrable_at(e: Any, x: Any, end: Any, side: str, given: tuple[Any, ...]) -> bool:
    """True if the integral of |e| converges at this end, by its order of growth."""
    local, germ = germ_at(e, x, end, side, given)
    return germ.integrable(local / germ.t**2 if end.is_infinite else local)
