"""Functions holomorphic in the unit disc or in the upper half plane, told by their structure, and their real parts on
the boundary.

What is recognised: polynomials in z (disc) and waves e^{ikz}, k ≥ 0 (half plane); exp of such; log(α + βw) and
polylog(n, βw) with |β| ≤ α (α = 1), where w is a power z^n (disc) or a wave (half plane), so that |w| < 1; log(α − iβz)
with α ≥ 0, β > 0 (half plane), which has positive real part inside; sums, products and powers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, UNEQUAL
from derive.rule import Context, Obligation, RuleError, plain
from derive.rules.sites import strictly_below
from derive.rules.theorems.realparts import parts, square

Terms = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Kernel:
    """H = Σ P_k F_k / D: polynomials P_k, D in z and functions F_k with no rational factor."""

    z: Any
    denominator: Any
    terms: tuple[tuple[Any, Any], ...]


def kernel_of(H: Any, z: Any) -> Kernel:
    """H over one denominator; RuleError where a rational factor has none in z that is a polynomial."""
    below = {node: sp.Dummy() for node in H.atoms(sp.Pow) if node.base.is_Add and node.exp.is_negative}
    inner = {letter: node for node, letter in below.items()}
    opened = sp.expand(H.xreplace(below), power_exp=False, log=False, trig=False, func=False).xreplace(inner)
    table: dict[Any, Any] = {}
    for term in sp.Add.make_args(opened):
        rational, rest = sp.S.One, sp.S.One
        for factor in sp.Mul.make_args(term):
            if factor.is_rational_function(z):
                rational *= factor
            else:
                rest *= factor
        table[rest] = table.get(rest, 0) + rational
    letters = {sp.Dummy(): function for function in table}
    whole = sp.Add(*(letter * sp.cancel(table[function]) for letter, function in letters.items()))
    top, bottom = sp.fraction(sp.together(whole))
    top = sp.expand(top)
    terms = tuple((top.coeff(letter, 1), function) for letter, function in letters.items())
    if not bottom.is_polynomial(z) or not all(P.is_polynomial(z) for P, _ in terms):
        raise RuleError(f"looked for rational functions of {z} times holomorphic ones; found {plain(H)}")
    return Kernel(z, bottom, tuple((P, F) for P, F in terms if P != 0))


class Region:
    """Where the functions are holomorphic: what counts as a function w with |w| < 1 there."""

    name: str

    def small(self, g: Any, z: Any, context: Context) -> tuple[Any, Any, Any, list[Obligation]] | None:
        """(α, β, w, what it needs) with g = α + βw and |w| < 1 inside; None if g is not of that form."""
        raise NotImplementedError

    def atom(self, F: Any, z: Any, context: Context) -> list[Obligation] | None:
        """What a function needs that this region alone knows; None if it is none of them."""
        raise NotImplementedError


class UnitDisc(Region):
    """|z| < 1, w = zⁿ."""

    name = "the unit disc"

    def small(self, g: Any, z: Any, context: Context) -> tuple[Any, Any, Any, list[Obligation]] | None:
        if not g.is_polynomial(z):
            return None
        terms = {n: c for (n,), c in sp.Poly(g, z).terms()}
        powers = [n for n in terms if n > 0]
        if len(powers) != 1:
            return None
        return terms.get(0, sp.S.Zero), terms[powers[0]], z ** powers[0], []

    def atom(self, F: Any, z: Any, context: Context) -> list[Obligation] | None:
        if z == F:
            return []
        if isinstance(F, sp.exp):
            return [] if F.args[0].is_polynomial(z) else None
        return None


class UpperHalfPlane(Region):
    """Im z > 0, w = e^{i(kz + s)} with k > 0 and s real."""

    name = "the upper half plane"

    def small(self, g: Any, z: Any, context: Context) -> tuple[Any, Any, Any, list[Obligation]] | None:
        waves = [node for node in g.atoms(sp.exp) if z in node.free_symbols]
        letter = sp.Dummy()
        outer = g.xreplace(dict.fromkeys(waves[:1], letter))
        if len(waves) != 1 or z in outer.free_symbols or not outer.is_polynomial(letter):
            return None
        if sp.degree(outer, letter) != 1:
            return None
        k = wave_number(waves[0], z, context)
        if k is None:
            return None
        owed = [strictly_below(sp.S.Zero, k, context, f"the wave {plain(waves[0])} decays upwards")]
        outer = sp.expand(outer)
        return outer.coeff(letter, 0), outer.coeff(letter, 1), waves[0], owed

    def atom(self, F: Any, z: Any, context: Context) -> list[Obligation] | None:
        if isinstance(F, sp.exp):
            k = wave_number(F, z, context)
            if k is not None:
                return [context.obligation(0, k, f"{plain(F)} is bounded above the line", relation=AT_MOST)]
            exponent = sp.expand(F.args[0])
            owed: list[Obligation] = []
            for term in sp.Add.make_args(exponent):
                found = self.small(term, z, context) if z in term.free_symbols else (0, 0, 0, [])
                if found is None:
                    return None
                owed += found[3]
            return owed
        if isinstance(F, sp.log):
            slope = sp.expand(F.args[0]).coeff(z, 1)
            start = sp.expand(F.args[0] - slope * z)
            beta = sp.expand(sp.I * slope)
            if z in start.free_symbols or slope == 0:
                return None
            inner = plain(F.args[0])
            return [
                context.obligation(0, start, f"{inner} has a real part ≥ 0 above the line", relation=AT_MOST),
                strictly_below(sp.S.Zero, beta, context, f"{inner} has a positive real part above the line"),
            ]
        return None


def wave_number(F: Any, z: Any, context: Context) -> Any | None:
    """k with F = e^{i(kz + s)}, s real; None if F is no such wave."""
    from derive.exact import is_real

    exponent = sp.expand(F.args[0])
    k = sp.expand(exponent.coeff(z, 1) / sp.I)
    phase = sp.expand((exponent - sp.I * k * z) / sp.I)
    if k == 0 or z in phase.free_symbols or z in k.free_symbols:
        return None
    return k if is_real(k, context.given) and is_real(phase, context.given) else None


def holomorphic(F: Any, z: Any, region: Region, context: Context) -> Iterator[Obligation]:
    """What has to hold for F to be holomorphic in the region; RuleError if its structure does not show it."""
    if z not in F.free_symbols:
        return
    own = region.atom(F, z, context)
    if own is not None:
        yield from own
    elif isinstance(F, (sp.Add, sp.Mul)):
        for part in F.args:
            yield from holomorphic(part, z, region, context)
    elif isinstance(F, sp.Pow) and F.exp.is_Integer and F.exp > 0:
        yield from holomorphic(F.base, z, region, context)
    else:
        found = _around(F, z, region, context)
        if found is None:
            raise RuleError(f"nothing shows that {plain(F)} is holomorphic in {region.name}")
        alpha, beta, _, owed = found
        yield from owed
        yield from _within(alpha, beta, context, f"{plain(F)} is holomorphic in {region.name}", isinstance(F, sp.Pow))


def _around(F: Any, z: Any, region: Region, context: Context) -> tuple[Any, Any, Any, list[Obligation]] | None:
    """(α, β, w, owed): F is a function of α + βw that is holomorphic where |βw| < α."""
    if isinstance(F, sp.log):
        return region.small(F.args[0], z, context)
    if isinstance(F, sp.polylog) and F.args[0].is_Integer and F.args[0] >= 2:
        found = region.small(F.args[1], z, context)
        return None if found is None or found[0] != 0 else (sp.S.One, -found[1], *found[2:])
    if isinstance(F, sp.Pow) and F.exp.is_Integer:
        return region.small(F.base, z, context)
    return None


def _within(alpha: Any, beta: Any, context: Context, why: str, strict: bool) -> Iterator[Obligation]:
    """0 < α and |β| ≤ α, or |β| < α."""
    from derive.exact import is_real

    yield strictly_below(sp.S.Zero, alpha, context, why)
    sides = ((-alpha, beta), (beta, alpha)) if is_real(beta, context.given) else ((sp.Abs(beta), alpha),)
    for low, high in sides:
        if strict:
            yield strictly_below(low, high, context, why)
        else:
            yield context.obligation(low, high, why, relation=AT_MOST)


def regular_at(F: Any, z: Any, point: Any, region: Region, context: Context) -> Iterator[Obligation]:
    """What has to hold for F to be holomorphic at a point of the boundary, too: logarithms and polylogarithms branch
    where α + βw = 0, which |β| < α excludes; else |α + βw|² ≠ 0 at the point."""
    from derive.exact import is_positive, is_real

    for node in sorted(F.atoms(sp.log, sp.polylog), key=sp.default_sort_key):
        if z not in node.free_symbols:
            continue
        found = _around(node, z, region, context)
        why = f"{plain(node)} is regular at {z} = {plain(point)}"
        if found is not None and is_real(found[1], context.given):
            alpha, beta = found[:2]
            if all(is_positive(gap, context.given) for gap in (alpha - beta, alpha + beta)):
                yield context.obligation(-alpha, beta, why, relation=LESS)
                yield context.obligation(beta, alpha, why, relation=LESS)
                continue
        inner = node.args[0] if isinstance(node, sp.log) else 1 - node.args[1]
        u, v = parts(inner.xreplace({z: point}), context.given)
        yield context.obligation(square(u, v), 0, why, relation=UNEQUAL)


def far_value(F: Any, z: Any, context: Context) -> Any | None:
    """The limit of F along every ray upwards, where F is bounded above the line; None where a logarithm grows."""
    if any(z in node.args[0].as_independent(sp.exp, as_Add=True)[0].free_symbols for node in F.atoms(sp.log)):
        return None
    table = {node: sp.S.Zero for node in F.atoms(sp.exp) if wave_number(node, z, context) is not None}
    value = F.xreplace(table)
    return None if z in value.free_symbols else value


def at_zero(F: Any, z: Any, order: int) -> Any:
    """F with its polylogarithms replaced by their Taylor polynomials Σ wʲ/jⁿ, which have the same derivatives at z = 0
    up to the order."""
    table = {
        node: sp.Add(*(node.args[1] ** j / sp.Integer(j) ** node.args[0] for j in range(1, order + 2)))
        for node in F.atoms(sp.polylog)
        if z in node.free_symbols
    }
    return F.xreplace(table)
