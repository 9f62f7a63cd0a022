"""Mellin transforms from the literature, each with its strip: Bessel functions, their squares, and more.

References: F. Oberhettinger, Tables of Mellin Transforms (1974); NIST DLMF 9.10.17, 10.22.43, 10.22.44, 10.22.57,
10.32.10, 10.43.19, 5.12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS
from derive.rule import Consequence, Context, Rule, RuleError, Show, plain
from derive.rules.sites import everywhere, needed, single, unclaimed

HALF = sp.Rational(1, 2)
# What is taken from a source and not derived here is never better than its check.
IN_NUMBERS = "the formula of the source, in numbers"
Strip = Callable[..., tuple[Any, Any]]


@dataclass(frozen=True)
class Entry:
    """Where the transform of a kernel h(u) converges, low < s < high, by the parameters of h; and the source."""

    strip: Strip
    source: str


@dataclass(frozen=True)
class KnownTransform(Rule):
    """∫_0^∞ x^{s−1} h(c x^r) dx = c^{−t} H(t)/|r| with t = s/r, for a known transform H of h and c > 0, r ≠ 0.

    h is a Bessel function J, Y, K or Airy's Ai, a square J², K², e^{−u} I(u), e^{±u} K(u), e^{−u−a/u}, a logarithm, an
    arctangent, 1/(1 + 2u cos θ + u²). Obligations: s lies in the strip of convergence, as the source states it; the
    integral converges; and, since it is taken from the source, the formula in numbers. `source` says where it stands.
    """

    source: str = ""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, oo)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if (low, high) != (0, sp.oo):
            raise RuleError(f"looked for an integral from 0 to oo; found {plain(node)}")
        front, power, kernel = in_front(f, x)
        found = known(kernel, x, power + 1, context.given)
        if found is None:
            raise RuleError(f"the table has no transform of {plain(kernel)}")
        value, bounds, _ = found
        owed = [context.obligation(*pair, "the strip of convergence", relation=LESS) for pair in bounds]
        owed.append(context.obligation(node, sp.oo, "the integral converges", relation=LESS))
        owed.append(context.obligation(node, front * value, IN_NUMBERS))
        yield Consequence(front * value, needed(owed))

    def describe(self, show: Show = plain) -> str:
        return f"a known Mellin transform{f' ({self.source})' if self.source else ''}"


def in_front(f: Any, x: Any) -> tuple[Any, Any, Any]:
    """(c, p, g) with f = c x^p g(x)."""
    front, moving = f.as_independent(x, as_Add=False)
    power, rest = sp.S.Zero, []
    for factor in sp.Mul.make_args(moving):
        base, exponent = factor.as_base_exp()
        if base == x and x not in exponent.free_symbols:
            power += exponent
        else:
            rest.append(factor)
    return front, power, sp.Mul(*rest)


_TABLES = "Oberhettinger, Tables of Mellin Transforms"
_SINGLE: dict[Any, Entry] = {
    sp.besselj: Entry(lambda n: (-n, HALF), "DLMF 10.22.43"),
    sp.bessely: Entry(lambda n: (sp.Abs(n), HALF), "DLMF 10.22.44"),
    sp.besselk: Entry(lambda n: (sp.Abs(n), sp.oo), "DLMF 10.43.19"),
    sp.airyai: Entry(lambda: (sp.S.Zero, sp.oo), "DLMF 9.10.17"),
    sp.atan: Entry(lambda: (sp.S.NegativeOne, sp.S.Zero), _TABLES),
    sp.acot: Entry(lambda: (sp.S.Zero, sp.S.One), _TABLES),
    sp.asinh: Entry(lambda: (sp.S.NegativeOne, sp.S.Zero), _TABLES),
    sp.erf: Entry(lambda: (sp.S.NegativeOne, sp.S.Zero), _TABLES),
    sp.erfc: Entry(lambda: (sp.S.Zero, sp.oo), _TABLES),
    sp.Si: Entry(lambda: (sp.S.NegativeOne, sp.S.Zero), _TABLES),
    sp.Ci: Entry(lambda: (sp.S.Zero, sp.S.One), _TABLES),
    sp.expint: Entry(lambda n: (sp.Max(0, 1 - n), sp.oo), _TABLES),
    sp.uppergamma: Entry(lambda n: (sp.Max(0, -n), sp.oo), _TABLES),
    sp.lowergamma: Entry(lambda n: (-n, sp.S.Zero), _TABLES),
}
_SQUARED: dict[Any, Entry] = {
    sp.besselj: Entry(lambda n: (-2 * n, sp.S.One), "DLMF 10.22.57"),
    sp.besselk: Entry(lambda n: (2 * sp.Abs(n), sp.oo), _TABLES),
}
_BESIDE: dict[Any, Entry] = {
    (sp.besseli, sp.S.NegativeOne): Entry(lambda n: (-n, HALF), _TABLES),
    (sp.besselk, sp.S.NegativeOne): Entry(lambda n: (sp.Abs(n), sp.oo), _TABLES),
    (sp.besselk, sp.S.One): Entry(lambda n: (sp.Abs(n), HALF), _TABLES),
}


def known(g: Any, x: Any, s: Any, given: tuple[Any, ...]) -> tuple[Any, list[tuple[Any, Any]], str] | None:
    """(M[g](s), pairs that must be in order, source); None where the table has no such kernel."""
    from derive.feynman.methods.transforms import kernel_transform, pair_transform, wave_transform

    placed = _placed(g, x, given)
    if placed is None:
        return None
    (low, high), r, source = placed
    if isinstance(g, sp.exp):
        value = wave_transform(-g.args[0], sp.S.Zero, "cos", x, s, given)
    elif isinstance(g, sp.Mul) and len(g.args) == 2:
        value = pair_transform(*g.args, x, s, given)
    else:
        value = kernel_transform(g, x, s, given)
    if value is None or value.has(sp.nan, sp.zoo):
        return None
    t = s / r
    bounds = [(a, b) for a, b in ((low, t), (t, high)) if sp.oo not in (-a, b)]
    return value, bounds, source


def strip(g: Any, x: Any, given: tuple[Any, ...]) -> tuple[tuple[Any, Any], str] | None:
    """((low, high), source) with the transform of g known for low < s < high."""
    placed = _placed(g, x, given)
    if placed is None:
        return None
    (low, high), r, source = placed
    ends = (low * r, high * r)
    return (ends if r.is_positive or _sign(r, given) == 1 else ends[::-1]), source


def _sign(r: Any, given: tuple[Any, ...]) -> Any:
    from derive.exact import sign_of

    return sign_of(r, given)


def _placed(g: Any, x: Any, given: tuple[Any, ...]) -> tuple[tuple[Any, Any], Any, str] | None:
    """((low, high) for s/r, r, source)."""
    from derive.feynman.methods.transforms import trinomial
    from derive.feynman.methods.waves import binomial, monomials

    base, power = g.as_base_exp()
    if isinstance(g, sp.exp):
        table = monomials(g.args[0], x)
        powers = {} if table is None else {p: c for p, c in table.items() if p != 0}
        return ((-sp.oo, sp.oo), sp.S.One, "DLMF 10.32.10") if len(powers) == 2 and sum(powers) == 0 else None
    if isinstance(g, sp.Mul) and len(g.args) == 2:
        first, second = sorted(g.args, key=lambda e: not isinstance(e, sp.exp))
        if isinstance(first, sp.exp) and second.func in (sp.besseli, sp.besselk):
            entry = _BESIDE.get((second.func, sp.cancel(first.args[0] / second.args[-1])))
            return None if entry is None else _scaled(entry, second, x, given)
        return _log_beside_power(g, x, given)
    if base.func in _SQUARED and power == 2:
        return _scaled(_SQUARED[base.func], base, x, given)
    if base.func in _SINGLE and power == 1:
        return _scaled(_SINGLE[base.func], base, x, given)
    if base.is_Add and power == -1:
        quadratic = trinomial(base, x, given)
        return None if quadratic is None else ((sp.S.Zero, sp.Integer(2)), quadratic[3], _TABLES)
    if isinstance(base, sp.log) and power.is_Integer and power > 0:
        two = binomial(base.args[0], x)
        if two is None:
            quadratic = trinomial(base.args[0], x, given) if power == 1 else None
            if quadratic is None or sp.expand(base.args[0]).as_independent(x, as_Add=True)[0] != 1:
                return None
            return (sp.S.NegativeOne, sp.S.Zero), quadratic[3], _TABLES
        c, d, r = two
        if c != 1 or _sign(d, given) != 1 or _sign(r, given) not in (1, -1):
            return None
        return (-power, sp.S.Zero), r, "DLMF 5.12.3, differentiated by the exponent"
    return None


def _log_beside_power(g: Any, x: Any, given: tuple[Any, ...]) -> tuple[tuple[Any, Any], Any, str] | None:
    """logⁿ(1 + d x^r) (1 + d x^r)^{−ρ}, up to a constant factor."""
    from derive.feynman.methods.waves import binomial

    logs = [f for f in g.args if isinstance(f.as_base_exp()[0], sp.log)]
    if len(logs) != 1:
        return None
    inner, count = logs[0].as_base_exp()
    base, power = (g / logs[0]).as_base_exp()
    two = binomial(inner.args[0], x)
    if two is None or two[0] != 1 or base != inner.args[0] or not count.is_Integer or _sign(-power, given) != 1:
        return None
    if _sign(two[1], given) != 1 or _sign(two[2], given) not in (1, -1):
        return None
    return (-count, -power), two[2], "DLMF 5.12.3, differentiated by the exponent"


def _scaled(entry: Entry, h: Any, x: Any, given: tuple[Any, ...]) -> tuple[tuple[Any, Any], Any, str] | None:
    from derive.feynman.methods.waves import monomials

    table = monomials(h.args[-1], x)
    if table is None or len(table) != 1:
        return None
    ((r, _),) = table.items()
    return (entry.strip(*h.args[:-1]), r, entry.source) if _sign(r, given) in (1, -1) else None
