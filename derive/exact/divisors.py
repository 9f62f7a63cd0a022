"""Divisors must not vanish identically, or zero is proven of nothing; and when generators are independent.

A polynomial in the generators is shown to be a non-zero function by a ball at an admissible point; jets and
integrals, which have no value there, are taken as letters only where they are free of each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import sympy as sp
from flint import acb
from sympy import Integer, Rational

from .balls import ball, excludes_zero
from .domain import Domain
from .polys import Fraction, Poly
from .signs import signs
from .tower import Tower

_TRIES = 24
_NEVER_ZERO = {"symbol", "exp", "unit", "constant", "jet"}
_FLAGS = ("positive", "negative", "nonnegative", "nonpositive", "zero", "integer", "even", "odd", "prime")


def sample(free: set[Any], domain: Domain, count: int = 2, seed: int = 0) -> Iterator[dict[Any, Any]]:
    """Rational points of the domain: assumptions of the symbols and all facts hold there, exactly."""
    symbols = set(free)
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
                for n in _FLAGS
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
    symbols = set(expr.free_symbols).union(*[g.expr.free_symbols for g in tower.generators if g.kind != "bound"])
    for point in sample(symbols, tower.domain, count=2):
        values = _values(tower, point)
        pending = [p for p in pending if not excludes_zero(_at(tower.ring.lift(p), values))]
        if not pending:
            return True
    return all(_single(tower, p) or _positive(tower, p) for p in pending)


def _evident(tower: Tower, poly: Poly) -> bool:
    """A non-zero polynomial in symbols alone, in one exponential, or a single term of generators."""
    if poly.is_zero():
        return False
    used = [i for i, d in enumerate(poly.degrees()) if d > 0]
    kinds = {tower.generators[i].kind for i in used}
    plain = kinds <= {"symbol"} and all(_free(tower.generators[i].expr) for i in used) and not tower.domain.given
    return plain or (len(poly) == 1 and kinds <= _NEVER_ZERO)


def _single(tower: Tower, poly: Poly) -> bool:
    """One term of generators without value here: an integral or an opaque function of symbols is divided by."""
    kinds = [tower.generators[i] for i, d in enumerate(poly.degrees()) if d > 0]
    return len(poly) == 1 and all(
        g.kind in _NEVER_ZERO | {"bound"} or (g.kind == "opaque" and g.expr.free_symbols) for g in kinds
    )


def _free(symbol: Any) -> bool:
    """The symbol ranges over an infinite set."""
    return symbol.is_Symbol and symbol.is_zero is not True


def _positive(tower: Tower, poly: Poly) -> bool:
    found = signs(tower.expression_of(poly), tower.domain)
    return found is not None and 0 not in found


def _values(tower: Tower, point: dict[Any, Any]) -> list[Any]:
    """Balls for all generators; jets get free values, unless one function is taken at arguments not told apart."""
    jets = {i for i, g in enumerate(tower.generators) if g.kind == "jet"}
    values = [None if i in jets else ball(g.expr, point) for i, g in enumerate(tower.generators)]
    for key, known in tower.registry.items():
        if key[0] != "jet":
            continue
        places = []
        for args, generator in known:
            (index,) = generator.indices()
            place = [_at_fraction(arg, values) for arg in args]
            if all(_apart(place, other) for other in places):
                values[index] = ball(Rational(7 * index + 3, 5 * index + 11), {})
            places.append(place)
    return values


def _at_fraction(value: Fraction, values: list[Any]) -> Any:
    top, bottom = _at(value.num, values), _at(value.den, values)
    return top / bottom if top is not None and excludes_zero(bottom) else None


def _apart(a: list[Any], b: list[Any]) -> bool:
    return any(p is not None and q is not None and excludes_zero(p - q) for p, q in zip(a, b, strict=True))


def _at(poly: Poly, values: list[Any]) -> Any:
    total = acb(0)
    for mono, coeff in poly.to_dict().items():
        term = ball(Rational(int(coeff.p), int(coeff.q)), {})
        for i, e in enumerate(mono):
            if e:
                if values[i] is None:
                    return None
                term = term * values[i] ** e
        total = total + term
    return total


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
        if generator.expr is sp.pi:
            constants += 1
        elif not _admitted(tower, index, generator):
            return False
    if constants > 1:
        return False
    return bool(tower.domain.given == () or next(sample(set(), tower.domain, count=1), None) is not None)


def _admitted(tower: Tower, index: int, generator: Any) -> bool:
    if generator.kind == "symbol":
        bounded = generator.expr.is_integer and tower.domain.given
        return _free(generator.expr) and not bounded and not isinstance(generator.expr, sp.conjugate)
    if generator.kind == "jet":
        return all(
            {tower.generators[i].kind for i in arg.indices()} <= {"symbol"}
            for key, known in tower.registry.items() if key[0] == "jet" for args, _ in known for arg in args
        )  # fmt: skip
    if generator.kind == "exp":
        return index not in tower.ring.relations and _polynomial_exponent(tower, generator)
    return generator.expr is sp.I


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
