"""Laurent expansions of products of Γ, ζ, powers and trigonometric functions at a point, pole or not.

They give the finite parts of Mellin transforms: faster than `series`, and with the generalised Stieltjes constants.
References: NIST DLMF 5.7, 5.15, 25.2, 25.11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.errors import DeriveError


class NoExpansion(DeriveError):
    """A function has no Laurent expansion at the point that this module knows."""


@dataclass(frozen=True)
class Laurent:
    """Σ_k coefficients[k] ε^{low + k} + O(ε^{low + len(coefficients)})."""

    low: int
    coefficients: tuple[Any, ...]

    def __add__(self, other: Laurent) -> Laurent:
        low = min(self.low, other.low)
        top = min(self.low + len(self.coefficients), other.low + len(other.coefficients))
        return Laurent(low, tuple(self.at(k) + other.at(k) for k in range(low, top)))

    def __mul__(self, other: Laurent) -> Laurent:
        size = min(len(self.coefficients), len(other.coefficients))
        a, b = self.coefficients, other.coefficients
        return Laurent(
            self.low + other.low, tuple(sp.Add(*(a[i] * b[k - i] for i in range(k + 1))) for k in range(size))
        )

    def at(self, power: int) -> Any:
        """The coefficient of ε^power; NoExpansion beyond the order kept."""
        k = power - self.low
        if k >= len(self.coefficients):
            raise NoExpansion(f"the expansion stops before ε^{power}; ask for more terms")
        return self.coefficients[k] if k >= 0 else sp.S.Zero

    def trimmed(self) -> Laurent:
        """Leading coefficients that are plainly zero are dropped."""
        low, c = self.low, self.coefficients
        while c and _vanishes(c[0]):
            low, c = low + 1, c[1:]
        return Laurent(low, c)

    def reciprocal(self) -> Laurent:
        """1/series; NoExpansion if every coefficient kept is zero."""
        low, a = self.trimmed().low, self.trimmed().coefficients
        if not a:
            raise NoExpansion("a factor in a denominator vanishes to all orders kept")
        b: list[Any] = [1 / a[0]]
        for k in range(1, len(a)):
            b.append(-sp.Add(*(a[i] * b[k - i] for i in range(1, k + 1))) / a[0])
        return Laurent(-low, tuple(b))

    def derivative(self, order: int = 1) -> Laurent:
        """The `order`-th derivative in ε."""
        new = self
        for _ in range(order):
            new = Laurent(new.low - 1, tuple((new.low + k) * c for k, c in enumerate(new.coefficients)))
        return new


def _vanishes(value: Any) -> bool:
    if value.is_zero is not None or not value.is_number:
        return value.is_zero is True
    return sp.expand_func(sp.expand(value)).is_zero is True


def laurent(f: Any, s: sp.Symbol, point: Any, terms: int) -> Laurent:
    """The expansion of f at s = point + ε with (at least) `terms` coefficients from its leading one on, but for zeros.

    f is built from Γ, ζ, ψ, sin, cos, exp, powers of arguments linear in s, and of anything regular. NoExpansion where
    a part is none of these.
    """
    if s not in f.free_symbols:
        return _taylor([f], terms)
    if f == s:
        return _taylor([point, sp.S.One], terms)
    if isinstance(f, sp.Add):
        total = laurent(f.args[0], s, point, terms)
        for arg in f.args[1:]:
            total = total + laurent(arg, s, point, terms)
        return total
    if isinstance(f, sp.Mul):
        product = laurent(f.args[0], s, point, terms)
        for arg in f.args[1:]:
            product = product * laurent(arg, s, point, terms)
        return product
    if isinstance(f, sp.Pow) and f.exp.is_Integer:
        base = laurent(f.base, s, point, terms)
        base = base.reciprocal() if f.exp < 0 else base
        power = base
        for _ in range(abs(int(f.exp)) - 1):
            power = power * base
        return power
    if isinstance(f, (sp.Pow, sp.exp)) and s not in f.as_base_exp()[0].free_symbols:
        base, exponent = f.as_base_exp()
        slope, start = _line(exponent, s, point)
        rate = slope * (1 if base is sp.E else sp.log(base))
        return _taylor([base**start * rate**k / sp.factorial(k) for k in range(terms)], terms)
    known = _KNOWN.get(f.func)
    if known is not None and (len(f.args) == 1 or s not in f.args[known[1]].free_symbols):
        slope, start = _line(f.args[known[2]], s, point)
        here = known[0](f, start, terms)
        return Laurent(here.low, tuple(c * slope ** (here.low + k) for k, c in enumerate(here.coefficients)))
    return _by_differentiation(f, s, point, terms)


def finite_part(parts: Sequence[tuple[Any, int]], s: sp.Symbol, point: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    """The constant term of Σ_i ∂_s^{n_i} f_i(s) at s = point_i + ε, and the coefficients of 1/ε, 1/ε², … beside it.

    Where the singular coefficients vanish, the constant term is the limit.
    """
    value, singular = sp.S.Zero, []
    for (f, order), here in zip(parts, point, strict=True):
        series = laurent(f, s, here, order + _most_poles(f, s, here) + 1).derivative(order)
        value += series.at(0)
        for k in range(-1, series.low - 1, -1):
            while len(singular) < -k:
                singular.append(sp.S.Zero)
            singular[-k - 1] += series.at(k)
    return value, tuple(singular)


def _most_poles(f: Any, s: sp.Symbol, point: Any) -> int:
    """A bound for the number of terms that are lost to poles of f at the point: a zero in a denominator costs two, one
    for the pole and one because the expansion of the denominator starts later."""
    if s not in f.free_symbols:
        return 0
    if isinstance(f, sp.Add):
        return max(_most_poles(arg, s, point) for arg in f.args)
    if isinstance(f, sp.Mul):
        return sum(_most_poles(arg, s, point) for arg in f.args)
    if isinstance(f, sp.Pow) and f.exp.is_Integer:
        inner = _most_poles(f.base, s, point)
        if f.exp > 0:
            return int(f.exp) * inner
        here = f.base.xreplace({s: point})
        return -int(f.exp) * (2 if here.is_zero is not False or here.has(sp.zoo, sp.nan) else 0)
    if f.func in (sp.gamma, sp.zeta):
        start = sp.expand(f.args[0].xreplace({s: point}))
        return int(start == 1 if f.func is sp.zeta else bool(start.is_Integer and start <= 0))
    if f.func is sp.polygamma:
        return int(f.args[0]) + 1
    return 0


def _taylor(coefficients: list[Any], terms: int) -> Laurent:
    return Laurent(0, tuple([*coefficients, *[sp.S.Zero] * (terms - len(coefficients))][: max(terms, 1)]))


def _line(argument: Any, s: sp.Symbol, point: Any) -> tuple[Any, Any]:
    slope = sp.diff(argument, s)
    if s in slope.free_symbols:
        raise NoExpansion(f"{argument} is not linear in {s}")
    return slope, sp.expand(argument.xreplace({s: point}))


def _by_differentiation(f: Any, s: sp.Symbol, point: Any, terms: int) -> Laurent:
    coefficients = []
    for k in range(terms):
        value = f.xreplace({s: point}) / sp.factorial(k)
        if value.has(sp.nan, sp.zoo, sp.oo):
            raise NoExpansion(f"{f} is singular at {point}")
        coefficients.append(value)
        f = _slope(f, s)
    return Laurent(0, tuple(coefficients))


def _slope(f: Any, s: sp.Symbol) -> Any:
    slope = sp.diff(f, s)
    return Pending(f, s) if slope.has(sp.Derivative, sp.Subs) else slope  # such as a Bessel function by its order


def _sine(f: Any, start: Any, terms: int) -> Laurent:
    value, slope = f.func(start), f.func(start + sp.pi / 2)
    cycle = (value, slope, -value, -slope)
    return _taylor([cycle[k % 4] / sp.factorial(k) for k in range(terms)], terms)


def _regular_gamma(at: Any, terms: int) -> Laurent:
    """Γ(z + h) = Γ(z) exp(Σ_{k≥1} ψ^{(k−1)}(z) h^k/k!)."""
    logs = [sp.S.Zero, *(psi(k - 1, at) / sp.factorial(k) for k in range(1, terms))]
    c: list[Any] = [sp.S.One]
    for k in range(1, terms):  # c′ = c · logs′
        c.append(sp.Add(*(j * logs[j] * c[k - j] for j in range(1, k + 1))) / k)
    return Laurent(0, tuple(sp.gamma(at) * v for v in c))


def _gamma(f: Any, start: Any, terms: int) -> Laurent:
    if not (start.is_Integer and start <= 0):
        return _regular_gamma(start, terms)
    series = _regular_gamma(sp.S.One, terms)
    for j in range(int(start), 0):
        series = series * _taylor([sp.Integer(j), sp.S.One], terms).reciprocal()
    return Laurent(series.low - 1, series.coefficients)


def _polygamma(f: Any, start: Any, terms: int) -> Laurent:
    m = int(f.args[0])
    if not (start.is_Integer and start <= 0):
        return _taylor([psi(m + k, start) / sp.factorial(k) for k in range(terms)], terms)
    size = terms + m + 1
    series = _taylor([psi(k, sp.S.One) / sp.factorial(k) for k in range(size)], size)
    for j in range(int(start), 0):
        recip = _taylor([sp.Integer(j), sp.S.One], size).reciprocal()
        series = series + Laurent(0, tuple(-c for c in recip.coefficients))
    series = series + Laurent(-1, (sp.S.NegativeOne, *[sp.S.Zero] * (size - 1)))
    return series.derivative(m)


def psi(order: int, at: Any) -> Any:
    """ψ^{(order)}(at), with the values that are elementary put in."""
    return sp.expand_func(sp.polygamma(order, at)) if at.is_number else sp.polygamma(order, at)


class Pending(sp.Function):
    """A coefficient that is no closed form, such as ∂_s^k ζ(s, a): it has to cancel for one to come out."""


def zeta_derivative(k: int, s: Any, a: Any) -> Any:
    """∂_s^k ζ(s, a) where it is known: k = 0; k = 1 at s = 0, and for a = 1 at negative even s (DLMF 25.6.15)."""
    if k == 0:
        if s.is_Integer and s <= 0:
            return -sp.bernoulli(1 - s, a) / (1 - s)
        if s.is_Integer and s >= 2 and a != 1:
            return (-1) ** int(s) * psi(int(s) - 1, a) / sp.factorial(s - 1)
        return sp.zeta(s) if a == 1 else sp.zeta(s, a)
    if k == 1 and s == 0:
        return sp.loggamma(a) - sp.log(2 * sp.pi) / 2
    if k == 1 and a == 1 and s.is_Integer and s < 0 and s % 2 == 0:
        n = -s // 2
        return (-1) ** int(n) * sp.factorial(2 * n) * sp.zeta(2 * n + 1) / (2 * (2 * sp.pi) ** (2 * n))
    return Pending(k, s, a)


def _zeta(f: Any, start: Any, terms: int) -> Laurent:
    a = f.args[1] if len(f.args) == 2 else sp.S.One
    if start == 1:
        coefficients: list[Any] = [sp.S.One, -psi(0, a)]
        for k in range(1, terms - 1):
            coefficients.append((-1) ** k * (sp.stieltjes(k) if a == 1 else sp.stieltjes(k, a)) / sp.factorial(k))
        return Laurent(-1, tuple(coefficients[: max(terms, 1)]))
    return _taylor([zeta_derivative(k, start, a) / sp.factorial(k) for k in range(terms)], terms)


# function -> (its expansion in h at argument + h, which argument has to be free of s, which one moves)
_KNOWN: dict[Any, tuple[Callable[[Any, Any, int], Laurent], int, int]] = {
    sp.gamma: (_gamma, 0, 0),
    sp.polygamma: (_polygamma, 0, 1),
    sp.zeta: (_zeta, 1, 0),
    sp.sin: (_sine, 0, 0),
    sp.cos: (_sine, 0, 0),
}
