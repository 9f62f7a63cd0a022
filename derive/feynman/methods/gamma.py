"""Euler's integrals: ∫_0^1 y^{α−1} (1 − y)^{β−1} log^m y log^n(1 − y) dy as finite parts of ∂_α^m ∂_β^n B(α, β).

Brought there: powers of sine and cosine on (0, π/2), (1 − x^r)^p on (0, 1). Terms that diverge one by one are continued
in α and β, and the poles cancel in the sum, if the integral converges. Raabe's and Kummer's formulas for log Γ besides.
Reference: NIST DLMF 5.12, 5.17.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.laurent import NoExpansion, Pending, finite_part
from derive.feynman.methods.tidy import tidy
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import BetaParts, Halved, Kummer, Raabe, Substitute
from derive.rules.theorems.finiteparts import BetaTerm

MOST = 40


@dataclass(frozen=True)
class EulerIntegrals:
    """The method: every way to bring the range to (0, 1), then derivatives of the Beta function."""

    name: str = "Beta function"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value where every term is y^{α−1} (1 − y)^{β−1} with powers of log y and log(1 − y)."""
        for way in _on_unit_interval(problem):
            found = search.limited(6.0, beta_terms, way.integrand, way.variable)
            if found is not None:
                value, terms = found
                yield Proposal(way.times * value, "Beta function", _steps(problem, way, terms, value))
        steps = Derivation(problem.integral, problem.given)
        for words, rule in (("Raabe's formula", Raabe()), ("Kummer's series of log Γ", Kummer())):
            with suppress(DeriveError):
                found = steps.by(rule).qed()
                yield Proposal(found.last, words, found)


@dataclass(frozen=True)
class UnitInterval:
    """An integral over (0, 1) in a positive variable; x = φ(y), after the range was halved where it is symmetric
    (`times` is 2 then)."""

    integrand: Any
    variable: sp.Symbol
    phi: Any = None
    times: int = 1


def _steps(problem: Problem, way: UnitInterval, terms: list[BetaTerm], value: Any) -> Derivation:
    """From the integral over the one on (0, 1) to the value."""
    steps = Derivation(problem.integral, problem.given)
    x = problem.variable
    if way.times == 2:
        half = sp.Integral(problem.integrand, (x, problem.lower, (problem.lower + problem.upper) / 2))
        steps = steps.to(2 * half, Halved(x))
    taken = {symbol.name for symbol in problem.integral.free_symbols | {x}}
    y = x if way.phi is None else next(sp.Symbol(n, real=True) for n in "yuvw" if n not in taken)
    here = {way.variable: y}
    if way.phi is not None:
        line = sp.Integral(way.integrand.xreplace(here), (y, 0, 1))
        rule = Substitute(x, way.phi.xreplace(here), y, sp.S.Zero, sp.S.One)
        steps = steps.to(way.times * line, rule)
    moved = tuple((c.xreplace(here), *rest) for c, *rest in terms)
    return steps.to(way.times * value, BetaParts(y, moved, value)).qed()


def _on_unit_interval(problem: Problem) -> Iterator[UnitInterval]:
    f, x = problem.integrand, problem.variable
    y, ends = sp.Dummy("y", positive=True), (problem.lower, problem.upper)
    if ends == (0, sp.pi / 2) and f.has(sp.sin, sp.cos, sp.tan, sp.cot):
        root, other = sp.sqrt(y), sp.sqrt(1 - y)
        table: dict[Any, Any] = {sp.sin(x): root, sp.cos(x): other, sp.tan(x): root / other, sp.cot(x): other / root}
        body = sp.expand_trig(f).xreplace(table)
        if not body.has(x):
            yield UnitInterval(body / (2 * root * other), y, sp.asin(root))
    elif ends == (0, sp.pi) and f.has(sp.sin, sp.cos) and f.xreplace({x: sp.pi - x}) == f:
        for way in _on_unit_interval(problem.with_(integrand=f, upper=sp.pi / 2)):
            yield UnitInterval(way.integrand, way.variable, way.phi, 2)
    elif ends == (0, 1):
        inner = {p.exp for p in f.atoms(sp.Pow) if p.base == x and p.exp.is_positive} | {sp.S.One}
        for r in sorted(inner, key=sp.default_sort_key):
            moved = f.xreplace({x: y ** (1 / r)}) * y ** (1 / r - 1) / r
            yield UnitInterval(moved, y, None if r == 1 else y ** (1 / r))
    elif ends == (-1, 1):
        yield UnitInterval(2 * f.xreplace({x: 2 * y - 1}), y, 2 * y - 1)


def beta_value(f: Any, y: sp.Symbol) -> Any | None:
    """∫_0^1 f dy; None if a term is not y^α (1 − y)^β with powers of the two logarithms."""
    found = beta_terms(f, y)
    return None if found is None else found[0]


def beta_terms(f: Any, y: sp.Symbol) -> tuple[Any, list[BetaTerm]] | None:
    """∫_0^1 f dy and its terms (c, α, β, m, n); None if one is not y^{α−1} (1 − y)^{β−1} with powers of the
    logarithms."""
    above = sp.Dummy("v", positive=True)  # 1 − y, so that powers of it are combined as those of a letter
    flat = sp.powsimp(sp.powdenest(_factored(f, y).subs(1 - y, above), force=True))
    flat = sp.expand(sp.expand_log(flat, force=True), power_exp=False)
    e = sp.Symbol("_e")
    parts: list[tuple[Any, int]] = []
    terms = sp.Add.make_args(flat)
    if len(terms) > MOST:
        return None
    total, singular = sp.S.Zero, [sp.S.Zero]
    own: list[BetaTerm] = []
    for term in terms:
        found = _exponents(term, y, above)
        if found is None:
            return None
        c, alpha, beta, m, n = found
        own.append((c, alpha + 1, beta + 1, m, n))
        a, b = sp.Dummy("a"), sp.Dummy("b")
        body = sp.diff(sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b), a, m, b, n)
        parts.append((c * body.xreplace({a: alpha + 1 + e, b: beta + 1 + e}), 0))
    try:
        total, singular = finite_part(parts, e, [sp.S.Zero] * len(parts))
    except NoExpansion:
        return None
    if any(s.is_number and abs(sp.N(s, 20)) > sp.Float("1e-10") for s in singular):
        return None
    value = tidy(total)
    return None if value.has(Pending, sp.Derivative, sp.Subs, sp.nan, sp.zoo, sp.oo) else (value, own)


def _factored(f: Any, y: sp.Symbol) -> Any:
    """1 − y and 1 + y^n … as written after factoring what stands under powers and logarithms."""
    return f.replace(
        lambda e: e.is_Add and e.is_polynomial(y) and e.has(y) and e.is_rational_function(),
        lambda e: _up_to_sign(sp.factor(e), y),
    )


def _up_to_sign(e: Any, y: sp.Symbol) -> Any:
    return e.replace(lambda g: g == y - 1, lambda _: -(1 - y))


def _exponents(term: Any, y: sp.Symbol, v: sp.Symbol) -> tuple[Any, Any, Any, int, int] | None:
    c, moving = term.as_independent(y, v, as_Add=False)
    exponents: dict[Any, Any] = {y: sp.S.Zero, v: sp.S.Zero}
    logs = {y: 0, v: 0}
    for factor in sp.Mul.make_args(moving):
        base, power = factor.as_base_exp()
        if base in exponents and not power.has(y, v):
            exponents[base] += power
        elif isinstance(base, sp.log) and base.args[0] in logs and power.is_Integer and power > 0:
            logs[base.args[0]] += int(power)
        elif factor != 1:
            return None
    return c, exponents[y], exponents[v], logs[y], logs[v]
