"""An integrand beside an end y → 0+ as Σ y^α log^m y · A(y), A analytic in a disc: integrated term by term.

A(y) = Σ_{k<n} c_k y^k + Σ_{k≥n} c_k y^k with Σ_{k≥n} |c_k| R^{k−n} ≤ B. What cancels at y = 0, as in 1/y − 1/sinh y,
cancels in the c_k, exactly; no ball of the integrand itself is ever taken there. With ‖w‖ = Σ |w_k| R^k, a Banach
algebra (Wiener's), and |g| ≤ G on the disc of radius r > ‖w‖ about c, Cauchy's estimate gives the majorant
G/(1 − ŵ(y)/r) of g(c + w(y)), ŵ = Σ |w_k| y^k, and its tail bounds the tail (A. Neumaier, Taylor forms - use and
limits, Reliable Computing 9 (2003), 43-79). ∫_0^ρ y^{s−1} log^m y dy = ρ^s Σ_j (−1)^j m!/(m−j)! log^{m−j} ρ / s^{j+1}
for Re s > 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flint
import sympy as sp
from flint import acb, acb_series, arb, arb_series

from numerics.errors import NumericsError
from numerics.oracle.evaluate import Compiler
from numerics.oracle.letters import letters

# Radii that are looked at, the widest first; the series is used on a quarter of the disc.
RADII = (4, 2, 1, sp.Rational(1, 2), sp.Rational(1, 4), sp.Rational(1, 16), sp.Rational(1, 128))
SHARE = 4
MOST_LOGS = 6
# How much wider than the values the disc is on which a function is bounded.
FACTORS = (32, 8, 3, 1.5, 1.1)
ARGUMENT = sp.Dummy("w")


class NoModel(Exception):
    """The integrand is not of this form on this disc."""


class Foreign(NoModel):
    """The integrand is not of this form on any disc."""


@dataclass(frozen=True)
class Taylor:
    """y^v (Σ_{k<n} c_k y^k + y^n r), ‖r‖ ≤ rest; v an integer, n the number of coefficients."""

    v: int
    c: tuple[acb, ...]
    rest: arb

    @property
    def stripped(self) -> Taylor:
        """Without leading coefficients that are exactly zero."""
        j = 0
        while j < len(self.c) and self.c[j].is_zero():
            j += 1
        return Taylor(self.v + j, self.c[j:], self.rest) if j else self


Key = tuple[sp.Expr, int]
Model = dict[Key, Taylor]


@dataclass(frozen=True)
class Disc:
    """The calculus on |y| ≤ R, to n terms."""

    compiler: Compiler
    y: sp.Symbol
    radius: arb
    n: int

    def of(self, e: sp.Basic) -> Model:
        """The model of an expression in y > 0; NoModel if there is none."""
        if self.y not in letters(e):
            return {(sp.S.Zero, 0): self.constant(self.compiler.value(e))}
        if e == self.y:
            return {(sp.S.Zero, 0): Taylor(1, (acb(1), *[acb(0)] * (self.n - 1)), arb(0))}
        if isinstance(e, sp.Add):
            out: Model = {}
            for a in e.args:
                for key, t in self.of(a).items():
                    out[key] = self.plus(out[key], t) if key in out else t
            return {key: t for key, t in out.items() if t.c or not t.rest.is_zero()}
        if isinstance(e, sp.Mul):
            factors = [self.of(a) for a in e.args]
            out = factors[0]
            for other in factors[1:]:
                out = self.times(out, other)
            return out
        if isinstance(e, sp.Pow) and self.y not in letters(e.exp):
            return self.power(self.of(e.base), e.exp)
        if isinstance(e, sp.Pow):
            return self.of(sp.exp(e.exp * sp.log(e.base)))
        if isinstance(e, sp.log):
            return self.logarithm(self.of(e.args[0]))
        if type(e) in _QUOTIENTS:
            return self.of(_QUOTIENTS[type(e)](e.args[0]))
        if type(e) in _SERIES and len(e.args) == 1:
            inner = self.analytic(self.of(e.args[0]))
            return {(sp.S.Zero, 0): self.composed(_SERIES[type(e)], e.func(ARGUMENT), inner)}
        raise Foreign(f"{type(e).__name__} at the end of a range")

    def constant(self, z: acb) -> Taylor:
        """A number."""
        return Taylor(0, (z, *[acb(0)] * (self.n - 1)), arb(0))

    def analytic(self, model: Model) -> Taylor:
        """The only part of a model without roots, logarithms or poles."""
        if set(model) != {(sp.S.Zero, 0)}:
            raise NoModel("a root, a logarithm or nothing inside a function")
        t = model[sp.S.Zero, 0].stripped
        if t.v < 0:
            raise NoModel("a pole inside a function")
        return t

    def plus(self, s: Taylor, t: Taylor) -> Taylor:
        """The sum; leading coefficients that cancel exactly drop out."""
        if s.v > t.v:
            s, t = t, s
        d = t.v - s.v
        n = min(len(s.c), d + len(t.c))
        c = [s.c[k] + (t.c[k - d] if k >= d else 0) for k in range(n)]
        # y^{v}: s.c[n:] and t.c[n − d:] go into the remainder, and y^{len} r for each of the two.
        rest = self._beyond(s.c, n) + self._beyond(t.c, n - d if n > d else 0, max(0, d - n))
        rest += s.rest * self.radius ** (len(s.c) - n) + t.rest * self.radius ** (d + len(t.c) - n)
        return Taylor(s.v, tuple(c), rest.abs_upper()).stripped

    def _beyond(self, c: tuple[acb, ...], start: int, shift: int = 0) -> arb:
        """Σ_{k ≥ start} |c_k| R^{k − start + shift}."""
        total = arb(0)
        for k in range(start, len(c)):
            if not c[k].is_zero():
                total += c[k].abs_upper() * self.radius ** (k - start + shift)
        return total

    def size(self, t: Taylor) -> arb:
        """‖Σ c_k y^k + y^n r‖ (without y^v)."""
        return (self._beyond(t.c, 0) + t.rest * self.radius ** len(t.c)).abs_upper()

    def product(self, s: Taylor, t: Taylor) -> Taylor:
        """The product."""
        n = min(len(s.c), len(t.c))
        if n == 0:
            raise NoModel("cancels to all orders looked at")
        both = acb_series(list(s.c), prec=len(s.c)), acb_series(list(t.c), prec=len(t.c))
        c = _coefficients(both[0] * both[1], n)
        moduli_s, moduli_t = [z.abs_upper() for z in s.c], [z.abs_upper() for z in t.c]
        rest = arb(0)
        tail_t = [arb(0)] * (len(t.c) + 1)  # Σ_{j ≥ i} |t_j| R^{j−i}
        for i in range(len(t.c) - 1, -1, -1):
            tail_t[i] = moduli_t[i] + self.radius * tail_t[i + 1]
        for i, size in enumerate(moduli_s):
            if n - i < 0:
                rest += size * tail_t[0] * self.radius ** (i - n)
            elif n - i <= len(t.c):
                rest += size * tail_t[n - i]
        rest += s.rest * self.size(t) * self.radius ** (len(s.c) - n)
        rest += t.rest * self._beyond(s.c, 0) * self.radius ** (len(t.c) - n)
        return Taylor(s.v + t.v, tuple(c), rest.abs_upper())

    def times(self, one: Model, other: Model) -> Model:
        """Products of all pairs, by powers and logarithms."""
        out: Model = {}
        for (a, j), s in one.items():
            for (b, k), t in other.items():
                if j + k > MOST_LOGS:
                    raise NoModel("too many logarithms")
                alpha, v = _fraction(a + b)
                made = self.product(s, t)
                made = Taylor(made.v + v, made.c, made.rest)
                key = alpha, j + k
                out[key] = self.plus(out[key], made) if key in out else made
        return out

    def _lone(self, model: Model) -> tuple[sp.Expr, Taylor, Taylor]:
        """(α, leading y^v c_0 as a Taylor of one term, 1 + w) of a model y^α y^v c_0 (1 + w)."""
        if len(model) != 1:
            raise NoModel("a sum of different powers or logarithms under a power")
        ((alpha, logs), t) = next(iter(model.items()))
        t = t.stripped
        if logs or not t.c or t.c[0].contains(0):
            raise NoModel("no leading term under a power")
        lead = t.c[0]
        ratio = Taylor(0, (acb(1), *(z / lead for z in t.c[1:])), (t.rest / lead.abs_lower()).abs_upper())
        return alpha, Taylor(t.v, (lead,), arb(0)), ratio

    def _deviation(self, ratio: Taylor) -> Taylor:
        """w of 1 + w, ‖w‖ < 1."""
        w = Taylor(0, (acb(0), *ratio.c[1:]), ratio.rest)
        if not self.size(w) < 1:
            raise NoModel("the leading term does not dominate on the disc")
        return w

    def power(self, model: Model, p: sp.Expr) -> Model:
        """The power: by products for small positive integers, else from the leading term."""
        if p.is_Integer and 0 < p <= 12:
            out = model
            for _ in range(int(p) - 1):
                out = self.times(out, model)
            return out
        alpha, lead, ratio = self._lone(model)
        w = self._deviation(ratio)
        value = self.compiler.value(p)
        if not p.is_Integer and not (lead.c[0].imag.is_zero() and lead.c[0].real > 0):
            raise NoModel("a root of what is not positive")
        body = self.composed(lambda s: (s.log() * value).exp(), (1 + ARGUMENT) ** p, w, shift=1)
        front = lead.c[0] ** int(p) if p.is_Integer else (lead.c[0].log() * value).exp()
        beta, v = _fraction(p * (alpha + lead.v))
        return {(beta, 0): Taylor(body.v + v, tuple(front * z for z in body.c), body.rest * front.abs_upper())}

    def logarithm(self, model: Model) -> Model:
        """log(y^α c (1 + w)) = α log y + log c + log(1 + w), c > 0."""
        alpha, lead, ratio = self._lone(model)
        if not (lead.c[0].imag.is_zero() and lead.c[0].real > 0):
            raise NoModel("a logarithm of what is not positive")
        w = self._deviation(ratio)
        own = self.composed(lambda s: s.log(), sp.log(1 + ARGUMENT), w, shift=1)
        out: Model = {}
        if not (lead.c[0] - 1).is_zero():
            own = self.plus(own, self.constant(lead.c[0].log()))
        if own.c or not own.rest.is_zero():
            out[sp.S.Zero, 0] = own
        slope = alpha + lead.v
        if slope != 0:
            out[sp.S.Zero, 1] = self.constant(self.compiler.value(slope))
        return out

    def composed(
        self, series: Callable[[acb_series], acb_series], f: sp.Expr, inner: Taylor, shift: int = 0
    ) -> Taylor:
        """f(inner) for f analytic on all values that the inner function takes on the disc; `shift` is added to the
        argument of the series."""
        c = [*[acb(0)] * inner.v, *inner.c][: self.n]
        n = len(c)
        if n == 0:
            raise NoModel("nothing is known of the argument")
        moduli = [arb(0), *(z.abs_upper() for z in c[1:])]
        head = arb(0)
        for k in range(1, n):
            head += moduli[k] * self.radius**k
        beyond = inner.rest * self.radius ** (inner.v + len(inner.c))
        beyond += self._beyond(inner.c, n - inner.v) * self.radius**n
        norm = (head + beyond).abs_upper()
        made = _coefficients(series(acb_series([c[0] + shift, *c[1:]], prec=n)), n)
        rest = arb(0) if norm.is_zero() else self._tail(f, c[0], moduli, norm, n)
        if rest is None or not all(z.is_finite() for z in made):
            raise NoModel(f"{f} is not seen to be analytic on the values of its argument")
        return Taylor(0, tuple(made), rest).stripped

    def _tail(self, f: sp.Expr, centre: acb, moduli: list[arb], norm: arb, n: int) -> arb | None:
        """A bound for Σ_{k≥n} |d_k| R^{k−n} of f(centre + w), the smallest of some radii."""
        fn = Compiler(self.compiler.fixed, frozenset({ARGUMENT}), self.compiler.budget, flint.ctx.prec)(f)
        best: arb | None = None
        for factor in FACTORS:
            r = norm * factor
            reach = arb(0, 1) * r.abs_upper()
            top = fn({**self.compiler.fixed, ARGUMENT: centre + acb(reach, reach)}, True)
            if not top.is_finite():
                continue
            majorant = arb_series([1, *(-m / r for m in moduli[1:])], prec=n)
            found = list((1 / majorant).coeffs())[:n]
            total = 1 / (1 - norm / r)
            for k, m in enumerate(found):
                total -= m * self.radius**k
            tail = (top.abs_upper() * total.abs_upper() / self.radius**n).abs_upper()
            if tail.is_finite() and (best is None or tail < best):
                best = tail
        return best


def _coefficients(s: acb_series, n: int) -> list[acb]:
    found = list(s.coeffs())[:n]
    return found + [acb(0)] * (n - len(found))


def _fraction(alpha: sp.Expr) -> tuple[sp.Expr, int]:
    """α as (the part that is no integer, the integer part)."""
    alpha = sp.expand(alpha)
    if alpha.is_Rational:
        whole = int(sp.floor(alpha))
        return alpha - whole, whole
    number, moving = alpha.as_coeff_Add()
    whole = int(sp.floor(number)) if number.is_Rational else 0
    return number - whole + moving, whole


_SERIES: dict[type, Callable[[acb_series], acb_series]] = {
    sp.exp: lambda s: s.exp(),
    sp.sin: lambda s: s.sin(),
    sp.cos: lambda s: s.cos(),
    sp.sinh: lambda s: (s.exp() - (-s).exp()) * acb("0.5"),
    sp.cosh: lambda s: (s.exp() + (-s).exp()) * acb("0.5"),
    sp.atan: lambda s: s.atan(),
    sp.erf: lambda s: s.erf(),
    sp.erfc: lambda s: s.erfc(),
    sp.gamma: lambda s: s.gamma(),
    sp.loggamma: lambda s: s.lgamma(),
}
_QUOTIENTS: dict[type, Callable[[sp.Expr], sp.Expr]] = {
    sp.tan: lambda z: sp.sin(z) / sp.cos(z),
    sp.cot: lambda z: sp.cos(z) / sp.sin(z),
    sp.sec: lambda z: 1 / sp.cos(z),
    sp.csc: lambda z: 1 / sp.sin(z),
    sp.tanh: lambda z: sp.sinh(z) / sp.cosh(z),
    sp.coth: lambda z: sp.cosh(z) / sp.sinh(z),
    sp.sech: lambda z: 1 / sp.cosh(z),
    sp.csch: lambda z: 1 / sp.sinh(z),
    sp.sinc: lambda z: sp.sin(z) / z,
}


def near_zero(c: Compiler, g: sp.Expr, y: sp.Symbol, length: arb) -> tuple[arb, acb] | None:
    """(ρ, ∫_0^ρ g dy) with 0 < ρ ≤ length, in balls of about the context's precision; None where g has no model on any
    of the discs, or is not seen to be integrable."""
    bits = flint.ctx.prec
    n = bits // 2 + 12
    with flint.ctx.workprec(bits + 32):
        cap = flint.ctx.cap
        try:
            flint.ctx.cap = 2 * n
            inner = Compiler(c.fixed, frozenset(), c.budget, bits + 32)
            for radius in RADII:
                reach = arb(radius.p) / radius.q if isinstance(radius, sp.Rational) else arb(radius)
                rho = reach / SHARE
                if not rho < length and radius != RADII[-1] and not rho < 2 * length:
                    continue
                rho = rho if rho < length else length
                try:
                    found = _integrated(Disc(inner, y, reach, n).of(g), rho, inner)
                except Foreign:
                    return None
                except (NoModel, NumericsError, ZeroDivisionError):
                    c.budget.check(g, "expanding")
                    continue
                if found.is_finite() and _narrow(found, bits):
                    return rho, found
        finally:
            flint.ctx.cap = cap
    return None


def _narrow(found: acb, bits: int) -> bool:
    """Whether the ball is good for half of the bits, relative to numbers of size 1 and more: on a disc that is too wide
    for g its remainder is far larger."""
    size = max(found.real.mid(), -found.real.mid()) + max(found.imag.mid(), -found.imag.mid())
    return bool(found.real.rad() + found.imag.rad() <= (1 + size) * arb(2) ** (-(bits // 2)))


def _integrated(model: Model, rho: arb, c: Compiler) -> acb:
    total = acb(0)
    log_rho = rho.log()
    for (alpha, logs), t in model.items():
        t = t.stripped
        if not t.c and t.rest.is_zero():
            continue
        base = c.value(alpha)
        if not t.c or not base.real + (t.v + 1) > 0:
            raise NoModel("not integrable")
        for k, coefficient in enumerate(t.c):
            if not coefficient.is_zero():
                total += coefficient * _moment(base + (t.v + k + 1), logs, rho, log_rho)
        if not t.rest.is_zero():
            if logs and not rho <= 1:
                raise NoModel("the logarithm changes its sign")
            bound = t.rest * _moment(acb(base.real + (t.v + len(t.c) + 1)), logs, rho, log_rho).abs_upper()
            ball = arb(0, 1) * bound.abs_upper()
            total += acb(ball, ball)
    return total


def _moment(s: acb, logs: int, rho: arb, log_rho: arb) -> acb:
    """∫_0^ρ y^{s−1} log^m y dy."""
    total, factor = acb(0), acb(1)
    for j in range(logs + 1):
        total += factor * acb(log_rho) ** (logs - j) / s ** (j + 1)
        factor *= -(logs - j)
    return (s * acb(log_rho)).exp() * total
