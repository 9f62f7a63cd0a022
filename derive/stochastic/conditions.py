"""Conditions e > 0 on real parameters, without the factors that are positive anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

import sympy as sp

from derive.exact import is_nonnegative, is_positive


def condition(e: Any, given: tuple[Any, ...] = ()) -> Any:
    """The relation e > 0 for real symbols, without factors that are positive: even powers and known signs.

    sp.true where it is proven, sp.false where −e ≥ 0 is.
    """
    table: dict[Any, Any] = {s: sp.Symbol(s.name, real=True) for s in e.free_symbols if s.is_complex is None}
    back = {new: old for old, new in table.items()}
    facts = tuple(g.xreplace(table) for g in given if not g.has(sp.Integral))
    e = sp.factor(sp.together(e.xreplace(table)))
    if is_positive(e, facts) is True:
        return sp.true
    if is_nonnegative(-e, facts) is True:
        return sp.false
    kept = sp.S.One
    above, below = sp.fraction(e)
    for factor in (*sp.Mul.make_args(above), *sp.Mul.make_args(below)):
        base, power = factor.as_base_exp()
        if power.is_Integer and power.is_even:
            continue
        base = base if power.is_Integer else factor
        if is_positive(base, facts) is True:
            continue
        kept *= -1 if is_positive(-base, facts) is True else base
    numeric, rest = sp.factor_terms(kept).as_coeff_Mul()
    if rest == 1:
        return sp.sympify(numeric > 0)
    signed = rest if numeric > 0 else sp.expand(-rest) if rest.is_Add else -rest
    return signed.xreplace(back) > 0


def shorter(relations: Iterable[Any], given: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """Conditions e > 0 in a short form, without those that others and `given` imply; other relations as they are."""
    kept: list[Any] = []
    for relation in relations:
        found = relation
        if isinstance(relation, sp.StrictGreaterThan | sp.StrictLessThan) and not relation.has(sp.oo, sp.Integral):
            found = condition(relation.gts - relation.lts, (*given, *kept))
        if found not in (sp.true, *kept, *given):
            kept.append(found)
    return tuple(kept)


def by_signs(method: Callable[..., Any], sde: Any) -> Any:
    """method(sde, search) with the signs of parameters that matter: those that occur only squared in a and B ρ Bᵀ stand
    for their absolute values, and those that a condition `s > 0` of the result makes positive are positive.

    A first run, without a search for integrals, finds the conditions. So √(g/σ²) becomes √g/|σ|. The
    result is handed out in the user's symbols, with the same conditions.
    """
    from derive.stochastic.reals import restated

    ends = set().union(*(end.free_symbols for pair in sde.domain for end in pair))
    plain = [s for s in sde.parameters if s.is_complex is None and not any(g.has(s) for g in sde.given)]
    table: dict[Any, Any] = {s: sp.Symbol(s.name, real=True) for s in ends if s.is_complex is None}
    table |= {s: sp.Symbol(s.name, positive=True) for low, s in sde.domain if low == 0 and s in table}
    table |= {s: sp.Symbol(s.name, positive=True) for s in plain if s not in ends and _squared(sde, s)}
    sizes = {table[s]: s for s in table if s not in ends}
    undecided = [s for s in plain if s not in table]
    found = method(restated(sde, table), not undecided)
    back = {new: old for old, new in table.items()}
    positive = [r.lhs for r in found.given if isinstance(r, sp.StrictGreaterThan) and r.rhs == 0]
    shown = [s for s in positive if s in plain and s not in table]
    signs = {s: sp.Symbol(s.name, positive=True) for s in shown}
    if signs:
        named = table | signs
        again = method(restated(sde, named), True)
        conditions = tuple(sp.Gt(s, 0) for s in signs)
        found = replace(again, given=(*sde.given, *conditions, *again.given[len(sde.given) :]))
        back |= {new: old for old, new in signs.items()}
    elif undecided and found.value.has(sp.Integral):
        found = method(restated(sde, table), True)
    return _with_sizes(found, sizes, back)


def _squared(sde: Any, s: Any) -> bool:
    """Whether the law is the same for s and −s."""
    parts = (*sde.ito_drift, *sde.covariance, *(end for pair in sde.domain for end in pair))
    return all(sp.expand(e - e.xreplace({s: -s})) == 0 for e in parts if e.has(s))


def _with_sizes(result: Any, sizes: dict[Any, Any], back: dict[Any, Any]) -> Any:
    """The result in the user's symbols, even powers of a size without the absolute value."""
    from derive.stochastic.reals import restated

    def named(e: Any) -> Any:
        for new, old in sizes.items():
            e = e.replace(
                lambda p, new=new: p.is_Pow and p.base == new and p.exp.is_Integer and p.exp.is_even,
                lambda p, old=old: old**p.exp,
            ).xreplace({new: sp.Abs(old)})
        return e

    changed = {part.name: named(v) for part in fields(result) if isinstance(v := getattr(result, part.name), sp.Expr)}
    given = tuple(named(g) if isinstance(g, sp.Basic) else g for g in result.given)
    return restated(replace(result, **changed, given=given), back)
