"""Families of integrals through a given one: a parameter λ put where its derivative makes the integrand simpler.

log(c + u) → log(c + λu), arctan g → arctan λg (also asin, acos, erf, Si …), sin g → sin λg, e^g → e^{λg}, an exponent
n → λ, 1/(c + u) → 1/(λ + u), a factor e^{−λx}, x → arctan(λ tan x), log sin x → ½ log(1 − λ cos² x).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.feynman.ode.weight import weight
from derive.feynman.problem import Problem
from derive.printing import plain

LETTER = "λ"
_INVERSE = (sp.atan, sp.asin, sp.acos, sp.acot, sp.atanh, sp.asinh, sp.erf, sp.erfc, sp.Si, sp.li)
_OPEN = (sp.exp, sp.sin, sp.cos, sp.sinh, sp.tanh, sp.besselj)
_MOST = 40


@dataclass(frozen=True)
class Family:
    """`problem` depends on `parameter`; at `value` (a limit from inside the range) it is the given integral."""

    problem: Problem
    parameter: sp.Symbol
    value: Any
    reason: str

    def integrand_at(self, value: Any) -> Any:
        """The integrand with the parameter put in."""
        return self.problem.integrand.subs(self.parameter, value)


def families(problem: Problem) -> list[Family]:
    """The families that the structure of the integrand suggests, those with the simplest derivative first."""
    if any(symbol.name == LETTER for symbol in problem.parameters):
        return []
    found: list[Family] = []
    for source in _GENERATORS:
        for family in source(problem):
            if family.problem.integrand.has(sp.nan, sp.zoo) or any(
                family.problem.integrand == other.problem.integrand for other in found
            ):
                continue
            found.append(family)
            if len(found) >= _MOST:
                break
    return sorted(found, key=_hardness)


def _hardness(family: Family) -> int:
    return weight(sp.diff(family.problem.integrand, family.parameter), family.problem.variable)


def letter(below_one: bool = False) -> tuple[sp.Symbol, tuple[Any, ...]]:
    """λ > 0, or 0 < λ < 1."""
    symbol = sp.Symbol(LETTER, positive=True)
    return symbol, (symbol < 1,) if below_one else ()


def _with(problem: Problem, integrand: Any, symbol: sp.Symbol, given: tuple[Any, ...], value: Any, why: str) -> Family:
    return Family(problem.with_(integrand=integrand, given=(*problem.given, *given)), symbol, value, why)


def _nodes(problem: Problem, kinds: Any) -> list[Any]:
    x = problem.variable
    return sorted((e for e in problem.integrand.atoms(*kinds) if e.has(x)), key=sp.default_sort_key)


def _logarithms(problem: Problem) -> Iterator[Family]:
    """log(c + u) → log(c + λu), for the terms together and for each factor of a product."""
    x = problem.variable
    for below in (False, True):
        symbol, given = letter(below)
        for log in _nodes(problem, (sp.log,)):
            inner = sp.expand(log.args[0])
            constant, moving = inner.as_independent(x, as_Add=True)
            if constant == 0:
                terms = sp.Add.make_args(inner)
                if len(terms) < 2:
                    continue
                constant, moving = terms[0], sp.Add(*terms[1:])
            scaled, why = sp.log(constant + symbol * moving), f"{plain(log)} with {symbol} inside"
            yield from _once_and_everywhere(problem, log, scaled, symbol, given, sp.S.One, why)


def _once_and_everywhere(
    problem: Problem, node: Any, scaled: Any, symbol: sp.Symbol, given: tuple[Any, ...], value: Any, why: str
) -> Iterator[Family]:
    """The node replaced in all its places; and, where it stands in a power n ≥ 2, in one factor only."""
    f = problem.integrand
    yield _with(problem, f.xreplace({node: scaled}), symbol, given, value, why)
    for power in f.atoms(sp.Pow):
        if power.base == node and power.exp.is_Integer and power.exp >= 2:
            once = f.xreplace({power: node ** (power.exp - 1) * scaled})
            yield _with(problem, once, symbol, given, value, why + " (in one factor)")


def _inner_arguments(problem: Problem) -> Iterator[Family]:
    """h(g) → h(λg)."""
    for kinds, below in ((_INVERSE, False), (_OPEN, False), ((sp.acos, sp.asin, sp.atanh), True)):
        symbol, given = letter(below)
        for node in _nodes(problem, kinds):
            scaled, why = node.func(*node.args[:-1], symbol * node.args[-1]), f"{plain(node)} with {symbol} inside"
            yield from _once_and_everywhere(problem, node, scaled, symbol, given, sp.S.One, why)


def _all_frequencies(problem: Problem) -> Iterator[Family]:
    """Powers of sines and cosines as sums of waves, all frequencies scaled by λ."""
    x = problem.variable
    nodes = _nodes(problem, (sp.sin, sp.cos))
    if not nodes or any(not node.args[0].is_polynomial(x) for node in nodes):
        return
    symbol, given = letter()
    table = {node: node.func(symbol * node.args[0]) for node in nodes}
    yield _with(problem, problem.integrand.xreplace(table), symbol, given, sp.S.One, f"frequencies scaled by {symbol}")


def _damping(problem: Problem) -> Iterator[Family]:
    """A factor e^{−λx}, λ → 0."""
    x = problem.variable
    if problem.upper != sp.oo or problem.lower == -sp.oo:
        return
    if not problem.integrand.has(sp.sin, sp.cos, sp.exp, sp.besselj):
        return
    symbol, given = letter()
    yield _with(problem, problem.integrand * sp.exp(-symbol * x), symbol, given, sp.S.Zero, f"a factor e^(−{symbol}x)")


def _exponents(problem: Problem) -> Iterator[Family]:
    """x^n → x^λ where a logarithm stands in the denominator or beside it."""
    x = problem.variable
    if not problem.integrand.has(sp.log):
        return
    symbol, given = letter()
    for power in sorted(problem.integrand.atoms(sp.Pow), key=sp.default_sort_key):
        if power.base == x and power.exp.is_number and power.exp.is_positive:
            moved = problem.integrand.xreplace({power: x**symbol})
            yield _with(problem, moved, symbol, given, power.exp, f"{plain(power)} with exponent {symbol}")


def _denominators(problem: Problem) -> Iterator[Family]:
    """1/(c + u)^n → 1/(λ + u)^n with c > 0 a number."""
    x = problem.variable
    symbol, given = letter()
    for power in sorted(problem.integrand.atoms(sp.Pow), key=sp.default_sort_key):
        if not power.base.has(x) or not power.exp.is_negative or not power.base.is_Add:
            continue
        constant, moving = power.base.as_independent(x, as_Add=True)
        if constant.is_positive and constant.is_number and moving.is_polynomial(x):
            square = moving.subs(x, -x) == moving
            moved = (symbol**2 if square else symbol) + moving
            value = sp.sqrt(constant) if square else constant
            new = problem.integrand.xreplace({power: moved**power.exp})
            yield _with(problem, new, symbol, given, value, f"{plain(constant)} in a denominator with {symbol}")


def _angles(problem: Problem) -> Iterator[Family]:
    """On a part of (0, π/2): x → arctan(λ tan x) where x stands by itself, log sin x → ½ log(1 − λ cos² x)."""
    x, f = problem.variable, problem.integrand
    if not (problem.lower.is_nonnegative and (sp.pi / 2 - problem.upper).is_nonnegative):
        return
    symbol, given = letter()
    marks = {node: sp.Dummy() for node in _nodes(problem, (sp.sin, sp.cos, sp.tan, sp.cot, sp.log))}
    bare = f.xreplace(marks)
    if bare.has(x) and bare.is_rational_function(x):
        back = {mark: node for node, mark in marks.items()}
        moved = bare.xreplace({x: sp.atan(symbol * sp.tan(x))}).xreplace(back)
        yield _with(problem, moved, symbol, given, sp.S.One, f"x = arctan({symbol} tan x)")
    below, less = letter(True)
    for node, other in ((sp.log(sp.sin(x)), sp.cos(x)), (sp.log(sp.cos(x)), sp.sin(x))):
        if f.has(node):
            moved = f.xreplace({node: sp.log(1 - below * other**2) / 2})
            yield _with(problem, moved, below, less, sp.S.One, f"{plain(node)} as half the logarithm of a square")


_GENERATORS: tuple[Callable[[Problem], Iterator[Family]], ...] = (
    _logarithms,
    _inner_arguments,
    _exponents,
    _damping,
    _angles,
    _denominators,
    _all_frequencies,
)
