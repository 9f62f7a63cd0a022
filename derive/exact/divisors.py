"""Divisors must not vanish identically, or zero is proven of nothing; and when generators are independent.

A polynomial in the generators is shown to be a non-zero function by a ball at an admissible point; jets and
integrals, which have no value there, are taken as letters only where they are free of each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy import Integer, Rational

from .balls import ball, excludes_zero
from .domain import Domain
from .polys import Fraction, Poly
from .signs import signs
from .tower import Tower

_TRIES = 24


def sample(expr: Any, domain: Domain, count: int = 2, seed: int = 0) -> Iterator[dict[Any, Any]]:
    """Rational points of the domain: assumptions of the symbols and all facts hold there, exactly."""
    symbols = set(getattr(expr, "free_symbols", set()))
    for fact in (*domain.positive, *domain.nonnegative, *domain.nonzero):
        symbols |= fact.free_symbols
    ordered = sorted(symbols, key=lambda s: (s.name, s.sort_key()))
    rng = random.Random(seed)
    found = 0
    for attempt in range(_TRIES * count):
        point = {s: _value(s, rng, attempt) for s in ordered}
        if any(v is None for v in point.values()):
            return
        if _admissible(point, domain):
            yield point
            found += 1
            if found == count:
                return


def _value(symbol: Any, rng: random.Random, attempt: int) -> Any:
    low, high = (1, 300) if symbol.is_positive or symbol.is_nonnegative else (-300, 300)
    if symbol.is_negative or symbol.is_nonpositive:
        low, high = -300, -1
    if symbol.is_integer:
        value = Integer(rng.randint(max(low, -9) if low < 0 else 1, min(high, 9) if high > 0 else -1))
        if symbol.is_even:
            value = 2 * value
        elif symbol.is_odd:
            value = 2 * value + 1
        return value if all(f(value) for f in _flag_tests(symbol)) else Integer(2 * rng.randint(1, 5) + 1)
    scale = (97, 401, 31)[attempt % 3]
    value = Rational(rng.randint(low, high), scale)
    if symbol.is_extended_real is None and symbol.is_complex is not False and symbol.is_commutative:
        return value
    return None if symbol.is_imaginary or symbol.is_extended_real is False else value


def _flag_tests(symbol: Any) -> list[Any]:
    tests = []
    if symbol.is_positive:
        tests.append(lambda v: v > 0)
    if symbol.is_negative:
        tests.append(lambda v: v < 0)
    if symbol.is_zero is False:
        tests.append(lambda v: v != 0)
    return tests


def _admissible(point: dict[Any, Any], domain: Domain) -> bool:
    for symbol, value in point.items():
        if any(
            flag is not None and getattr(value, f"is_{name}") is not flag
            for name, flag in (
                (n, getattr(symbol, f"is_{n}"))
                for n in ("positive", "negative", "nonnegative", "nonpositive", "zero", "integer", "even", "odd", "prime")
            )
            if not (flag is False and symbol.is_extended_real is None and name != "zero")
        ):
            return False
    return (
        all(_real_part_sign(f, point) == 1 for f in domain.positive)
        and all(_real_part_sign(f, point) == 1 for f in domain.nonnegative)
        and all(excludes_zero(ball(f, point)) for f in domain.nonzero)
    )


def _real_part_sign(fact: Any, point: dict[Any, Any]) -> int:
    value = ball(fact, point)
    if value is None:
        return 0
    return 1 if value.real > 0 else -1 if value.real < 0 else 0


def nonvanishing(tower: Tower, expr: Any) -> bool:
    """Every recorded divisor is a function that is not identically zero."""
    pending = [p for p in tower.ring.divisors if not _evident(tower, tower.ring.reduce(p))]
    if not pending:
        return True
    whole = sp.Add(*[g.expr for g in tower.generators if g.kind not in ("jet", "bound")], expr)
    for point in sample(whole, tower.domain, count=2):
        values = [_generator_value(g, point, k) for k, g in enumerate(tower.generators)]
        pending = [p for p in pending if not excludes_zero(_at(tower.ring.lift(p), values))]
        if not pending:
            return True
    return all(_positive(tower, p) for p in pending)


def _evident(tower: Tower, poly: Poly) -> bool:
    """A non-zero polynomial in symbols alone, in one exponential, or a single term of generators."""
    if poly.is_zero():
        return False
    used = [i for i, d in enumerate(poly.degrees()) if d > 0]
    kinds = {tower.generators[i].kind for i in used}
    if kinds <= {"symbol"} and all(_free(tower.generators[i].expr) for i in used) and not tower.domain.given:
        return True
    return len(poly) == 1


def _free(symbol: Any) -> bool:
    """The symbol ranges over an infinite set."""
    return symbol.is_Symbol and symbol.is_zero is not True


def _positive(tower: Tower, poly: Poly) -> bool:
    found = signs(tower.expression_of(poly), tower.domain)
    return found is not None and 0 not in found


def _generator_value(generator: Any, point: dict[Any, Any], k: int) -> Any:
    if generator.kind in ("jet",):
        return ball(Rational(7 * k + 3, 5 * k + 11), {})
    return ball(generator.expr, point)


def _at(poly: Poly, values: list[Any]) -> Any:
    total = None
    for mono, coeff in poly.to_dict().items():
        term = ball(Rational(int(coeff.p), int(coeff.q)), {})
        for i, e in enumerate(mono):
            if e:
                if values[i] is None:
                    return None
                term = term * values[i] ** e
        total = term if total is None else total + term
    return total


_FREE_KINDS = {"symbol", "jet"}


def independent(tower: Tower, value: Fraction) -> bool:
    """A non-zero numerator is a non-zero function: its generators are algebraically independent.

    Symbols that range over open sets, jets of unknown functions, exponentials of polynomials without constant
    terms that are Q-linearly independent (Ax 1971), and at most one of π, log n (each transcendental).
    """
    if tower.domain.given and not all(_open_relation(r) for r in tower.domain.given):
        return False
    constants = 0
    for index in _involved(tower, value):
        generator = tower.generators[index]
        if generator.kind in _FREE_KINDS:
            if generator.kind == "symbol" and not _free(generator.expr):
                return False
            continue
        if generator.expr is sp.pi:
            constants += 1
        elif generator.kind == "unit" and generator.expr is sp.I:
            continue
        elif generator.kind == "exp" and index not in tower.ring.relations and _polynomial_exponent(tower, generator):
            continue
        else:
            return False
    if constants > 1:
        return False
    return bool(tower.domain.given == () or next(sample(sp.Integer(0), tower.domain, count=1), None) is not None)


def _involved(tower: Tower, value: Fraction) -> set[int]:
    return {i for i, d in enumerate(value.num.degrees()) if d > 0}


def _open_relation(relation: Any) -> bool:
    return isinstance(relation, sp.Gt | sp.Lt | sp.Ne | sp.Ge | sp.Le)


def _polynomial_exponent(tower: Tower, generator: Any) -> bool:
    s = generator.inner
    if s is None or not s.den.is_constant():
        return False
    for mono in s.num.to_dict():
        kinds = {tower.generators[i].kind for i, e in enumerate(mono) if e}
        if "symbol" not in kinds or not kinds <= {"symbol", "unit"}:
            return False
    return True
