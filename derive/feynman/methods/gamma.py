"""Euler's integrals: ∫_0^1 y^{α−1} (1 − y)^{β−1} log^m y log^n(1 − y) dy as finite parts of ∂_α^m ∂_β^n B(α, β).

Brought there: powers of sine and cosine on (0, π/2), (1 − x^r)^p on (0, 1). Terms that diverge one by one are continued
in α and β, and the poles cancel in the sum, if the integral converges. Raabe's formula for ∫ log Γ besides. Reference:
NIST DLMF 5.12, 5.17.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.laurent import NoExpansion, Pending, finite_part
from derive.feynman.methods.tidy import tidy
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

MOST = 40


@dataclass(frozen=True)
class EulerIntegrals:
    """The method: every way to bring the range to (0, 1), then derivatives of the Beta function."""

    name: str = "Beta function"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value where every term is y^{α−1} (1 − y)^{β−1} with powers of log y and log(1 − y)."""
        steps = Derivation(problem.integral, problem.given)
        for f, y, words in _on_unit_interval(problem):
            value = search.limited(6.0, beta_value, f, y)
            if value is not None:
                reason = f"{words}derivatives of the Beta function by its arguments, as finite parts"
                yield Proposal(value, "Beta function", steps.to(value, reason).qed())
        raabe = _raabe(problem)
        if raabe is not None:
            yield Proposal(raabe, "Raabe's formula", steps.to(raabe, "Raabe's formula, DLMF 5.17").qed())


def _on_unit_interval(problem: Problem) -> Iterator[tuple[Any, sp.Symbol, str]]:
    f, x = problem.integrand, problem.variable
    y, ends = sp.Dummy("y", positive=True), (problem.lower, problem.upper)
    if ends == (0, sp.pi / 2) and f.has(sp.sin, sp.cos, sp.tan, sp.cot):
        root, other = sp.sqrt(y), sp.sqrt(1 - y)
        table: dict[Any, Any] = {sp.sin(x): root, sp.cos(x): other, sp.tan(x): root / other, sp.cot(x): other / root}
        body = sp.expand_trig(f).xreplace(table)
        if not body.has(x):
            yield body / (2 * root * other), y, "y = sin² x; "
    elif ends == (0, sp.pi) and f.has(sp.sin, sp.cos) and f.xreplace({x: sp.pi - x}) == f:
        yield from _on_unit_interval(problem.with_(integrand=2 * f, upper=sp.pi / 2))
    elif ends == (0, 1):
        inner = {p.exp for p in f.atoms(sp.Pow) if p.base == x and p.exp.is_positive} | {sp.S.One}
        for r in sorted(inner, key=sp.default_sort_key):
            yield f.xreplace({x: y ** (1 / r)}) * y ** (1 / r - 1) / r, y, "" if r == 1 else f"{x} = y^(1/{r}); "
    elif ends == (-1, 1):
        yield 2 * f.xreplace({x: 2 * y - 1}), y, f"{x} = 2y − 1; "


def beta_value(f: Any, y: sp.Symbol) -> Any | None:
    """∫_0^1 f dy; None if a term is not y^α (1 − y)^β with powers of the two logarithms."""
    above = sp.Dummy("v", positive=True)  # 1 − y, so that powers of it are combined as those of a letter
    flat = sp.powsimp(sp.powdenest(_factored(f, y).subs(1 - y, above), force=True))
    flat = sp.expand(sp.expand_log(flat, force=True), power_exp=False)
    e = sp.Symbol("_e")
    parts: list[tuple[Any, int]] = []
    terms = sp.Add.make_args(flat)
    if len(terms) > MOST:
        return None
    total, singular = sp.S.Zero, [sp.S.Zero]
    for term in terms:
        found = _exponents(term, y, above)
        if found is None:
            return None
        c, alpha, beta, m, n = found
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
    return None if value.has(Pending, sp.Derivative, sp.Subs, sp.nan, sp.zoo, sp.oo) else value


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


def _raabe(problem: Problem) -> Any | None:
    """∫_a^{a+1} log Γ = a log a − a + ½ log 2π, and ∫_0^1 log Γ = ½ log 2π."""
    f, x, a = problem.integrand, problem.variable, problem.lower
    c, rest = f.as_independent(x, as_Add=False)
    inside = rest.args[0] if isinstance(rest, sp.loggamma) else None
    if isinstance(rest, sp.log) and isinstance(rest.args[0], sp.gamma):
        inside = rest.args[0].args[0]
    if inside is None or x in sp.sympify(inside - x).free_symbols or sp.expand(problem.upper - a - 1) != 0:
        return None
    start = sp.expand(a + inside - x)
    half = sp.log(2 * sp.pi) / 2
    return c * (half if start == 0 else start * sp.log(start) - start + half)
