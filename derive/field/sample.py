"""Rational points of a domain, at which assumptions and facts hold exactly: the places of witnesses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy import Integer, Rational
from sympy.core.function import AppliedUndef

from derive.exact.balls import ball, excludes_zero
from derive.exact.domain import Domain

_TRIES = 24
_MANY_TRIES = 600
_FLAGS = ("positive", "negative", "nonnegative", "nonpositive", "zero", "integer", "even", "odd", "prime")


def sample(
    free: set[Any], domain: Domain, count: int = 2, seed: int = 0, tries: int = _TRIES
) -> Iterator[dict[Any, Any]]:
    """Rational points of the domain: assumptions of the symbols and all facts hold there, exactly."""
    symbols = set(free)
    for fact in (*domain.positive, *domain.nonnegative, *domain.nonzero):
        symbols |= fact.free_symbols
    ordered = sorted(symbols, key=lambda s: (s.name, s.sort_key()))
    rng = random.Random(seed)
    found = 0
    for attempt in range(tries * count):
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


def inhabited(domain: Domain) -> bool:
    """A point of the domain was found at which all facts hold strictly, so that it has inner points in its symbols.

    Jets of unknown functions at points of general position take any values: letters like the symbols.
    """
    facts = (*domain.positive, *domain.nonnegative, *domain.nonzero)
    jets = set().union(*[fact.atoms(AppliedUndef, sp.Derivative) for fact in facts])
    if not all(_free_jet(jet) for jet in jets):
        return False
    letters = {jet: sp.Dummy(f"j{i}", real=True) for i, jet in enumerate(sorted(jets, key=sp.default_sort_key))}
    on = Domain(*[tuple(f.xreplace(letters) for f in group) for group in (
        domain.positive, domain.nonnegative, domain.nonzero)])  # fmt: skip
    return next(sample(set(), on, count=1, tries=_MANY_TRIES), None) is not None


def _free_jet(jet: Any) -> bool:
    base = jet.expr if isinstance(jet, sp.Derivative) else jet
    args = base.args
    return isinstance(base, AppliedUndef) and all(a.is_Symbol for a in args) and len(set(args)) == len(args)
