"""Random exact points of the domain on which a claim is made: rational, of modest height, admitted by every
assumption."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

TRIES_PER_POINT = 400


class NoPoint(Exception):
    """No admissible point was found: the assumptions contradict one another, or leave a set too thin to hit."""


def admissible(
    symbols: set[sp.Symbol],
    given: tuple[Any, ...],
    rng: random.Random,
    count: int,
    real: bool = False,
    edges: bool = False,
    wide: bool = False,
    stretch: int = 1,
) -> Iterator[dict[sp.Symbol, sp.Expr]]:
    """Up to `count` points {symbol: exact number} at which all of `given` holds.

    Symbols range by their own assumptions (positive, integer, real, …): the law is that no point contradicts one of
    them. A plain symbol is complex unless `given` compares it (|z| < 1 compares |z|, not z) or `real` is set: every
    second point is then real, the others have an imaginary part. With `edges` every other point has a symbol at a
    bound that its assumptions admit (k = 0 for k ≥ 0): there strict inequalities fail first. With `wide` some points
    are far out or close to 0, where branches and switches change; `stretch` takes all of them so much farther out where
    the assumptions admit that. Raises NoPoint when the rejection sampler finds
    none, or where a symbol stands for no number.
    """
    compared = set().union(
        *(_compared(relation) for relation in given if isinstance(relation, Relational) and not _loose(relation))
    )
    pinned = _pinned(given)
    names = sorted(
        (symbols | set().union(*(r.free_symbols for r in given))) - set(pinned),
        key=lambda s: (s.name, str(s.assumptions0)),
    )
    for symbol in names:
        if symbol.is_commutative is False or not isinstance(symbol, sp.Symbol):
            raise NoPoint(f"{symbol} does not stand for a number")
    boxes = {symbol: _box(symbol, given) for symbol in names}
    for index in range(count):
        for attempt in range(TRIES_PER_POINT):
            point: dict[Any, sp.Expr] = {}
            near = attempt >= TRIES_PER_POINT // 2
            scale = Fraction(1) if near else stretch * (_SCALES.get(index % 8, Fraction(1)) if wide else Fraction(1))
            for symbol in names:
                complex_here = not real and index % 2 == 1 and symbol.is_real is None and symbol not in compared
                point[symbol] = _draw(symbol, boxes[symbol], rng, complex_here, scale)
            if edges and index % 2 == 0 and attempt < 10:
                _to_an_edge(point, boxes, rng)
            for symbol, value in pinned.items():
                point[symbol] = value.xreplace(point)
            if all(fits(symbol, value) for symbol, value in point.items()) and all(_holds(r, point) for r in given):
                yield {symbol: point[symbol] for symbol in symbols if symbol in point}
                break
        else:
            stated = [str(r) for r in given] or [f"the assumptions on {', '.join(map(str, names))}"]
            raise NoPoint("no point satisfies " + ", ".join(stated))


# At which of eight points the coordinates are stretched or shrunk.
_SCALES = {3: Fraction(7), 5: Fraction(1, 300), 6: Fraction(19, 4)}


def _compared(relation: Relational) -> set[Any]:
    """The symbols whose order the relation states; what stands under |·|, re, im or arg alone is not compared
    itself."""
    hidden = {node: sp.Dummy(real=True) for node in relation.atoms(sp.Abs, sp.re, sp.im, sp.arg)}
    return relation.xreplace(hidden).free_symbols - set(hidden.values())


def _pinned(given: tuple[Any, ...]) -> dict[sp.Symbol, sp.Expr]:
    """Symbols that an equation gives in terms of the others, resolved; an equation that closes a circle is left to be
    tested."""
    found: dict[sp.Symbol, Any] = {}
    for relation in given:
        if not isinstance(relation, sp.Eq):
            continue
        lhs, rhs = relation.lhs.xreplace(found), relation.rhs.xreplace(found)
        for symbol, value in ((lhs, rhs), (rhs, lhs)):
            if isinstance(symbol, sp.Symbol) and symbol not in value.free_symbols:
                found = {known: other.xreplace({symbol: value}) for known, other in found.items()} | {symbol: value}
                break
    return found


def fits(symbol: sp.Symbol, value: sp.Expr) -> bool:
    """The number has every property that the symbol is declared to have; one that SymPy cannot decide counts as
    missing."""
    return all(getattr(value, f"is_{name}") is wanted for name, wanted in symbol.assumptions0.items())


def _to_an_edge(
    point: dict[Any, sp.Expr], boxes: dict[sp.Symbol, tuple[Fraction | None, Fraction | None]], rng: random.Random
) -> None:
    """One coordinate goes to a bound of its range; where there is none, to 0."""
    if boxes:
        symbol = rng.choice(list(boxes))
        bound = rng.choice([end for end in boxes[symbol] if end is not None] or [Fraction(0)])
        point[symbol] = sp.Rational(bound.numerator, bound.denominator)


def with_functions(expr: Any, rng: random.Random) -> tuple[Any, dict[str, str]]:
    """The expression with each unknown function replaced by a random smooth one, and what was taken for it.

    A claim about an unknown function is a claim about every smooth function: an instance can refute it, and can
    support it.
    """
    heads = sorted({f.func for f in expr.atoms(AppliedUndef)}, key=str)
    chosen: dict[str, str] = {}
    for head in heads:
        arity = max(len(f.args) for f in expr.atoms(AppliedUndef) if f.func == head)
        slots = sp.symbols(f"u:{arity}", cls=sp.Dummy)
        body = sum(
            (_small(rng) * slot + _small(rng) * sp.sin(_small(rng) * slot + _small(rng)) for slot in slots),
            start=_small(rng) * sp.exp(_small(rng) * sum(slots) / 3),
        )
        body = sp.expand(rng.choice((-1, 1)) * body)
        expr = expr.replace(head, sp.Lambda(slots, body))
        plain = dict(zip(slots, sp.symbols("x y z u v w")[:arity], strict=False))
        chosen[str(head)] = str(body.xreplace(plain))
    return (_opened(expr) if heads else expr), chosen


def _opened(expr: Any) -> Any:
    """Derivatives of the functions put in, worked out everywhere; integrals, sums, products and limits stay. SymPy's
    `doit` would leave what stands under the sign of one as it is, and never leaves a limit alone."""
    if not expr.has(sp.Integral, sp.Sum, sp.Product, sp.Limit):
        return expr.doit()
    rebuilt = expr.func(*map(_opened, expr.args))
    if isinstance(rebuilt, sp.Derivative) and not rebuilt.has(sp.Limit):
        return rebuilt.doit(integrals=False, sums=False, products=False)
    return rebuilt


def _small(rng: random.Random) -> sp.Expr:
    return sp.Rational(rng.randint(3, 17), 8)


def _loose(relation: Relational) -> bool:
    return isinstance(relation, sp.Eq | sp.Ne)


def _holds(relation: Any, point: dict[Any, sp.Expr]) -> bool:
    try:
        value = relation.xreplace(point)
    except TypeError:  # a side is a pole, undefined or not real there: SymPy compares no such values
        return False
    if value in (sp.true, sp.false):
        return value == sp.true
    if isinstance(value, Relational):
        difference = sp.N(value.lhs - value.rhs, 30)
        if difference.is_number and difference.is_extended_real:
            return value.func(difference, 0) == sp.true
    return False


def _box(symbol: sp.Symbol, given: tuple[Any, ...]) -> tuple[Fraction | None, Fraction | None]:
    """Bounds on the symbol by rational numbers that its assumptions and single relations state."""
    low: Fraction | None = Fraction(0) if symbol.is_nonnegative else None
    high: Fraction | None = Fraction(0) if symbol.is_nonpositive else None
    for relation in given:
        if not isinstance(relation, sp.Gt | sp.Ge | sp.Lt | sp.Le):
            continue
        greater, lesser = (
            (relation.lhs, relation.rhs) if isinstance(relation, sp.Gt | sp.Ge) else (relation.rhs, relation.lhs)
        )
        if greater == symbol and lesser.is_number and lesser.is_finite:
            bound = _rational(lesser)
            low = bound if low is None else max(low, bound)
        elif lesser == symbol and greater.is_number and greater.is_finite:
            bound = _rational(greater)
            high = bound if high is None else min(high, bound)
    return low, high


def _rational(number: sp.Expr) -> Fraction:
    return (
        Fraction(int(sp.floor(sp.N(number * 2**40, 40))), 2**40)
        if not number.is_Rational
        else Fraction(int(number.p), int(number.q))
    )


def _draw(
    symbol: sp.Symbol,
    box: tuple[Fraction | None, Fraction | None],
    rng: random.Random,
    complex_here: bool,
    scale: Fraction = Fraction(1),
) -> sp.Expr:
    low, high = box
    if symbol.is_zero:
        return sp.S.Zero
    if symbol.is_integer:
        start = (-4 if high is None else int(high // 1) - 8) if low is None else int(-(-low // 1))
        stop = start + 8 if high is None else int(high // 1)
        start, stop = max(start, 1) if symbol.is_positive else start, min(stop, -1) if symbol.is_negative else stop
        return sp.Integer(rng.randint(start, max(start, stop)))
    if low is not None and high is not None:
        width = high - low
        value = low + width * Fraction(rng.randint(3, 61), 64)
    elif low is not None:
        value = low + scale * Fraction(rng.choice((rng.randint(8, 63), rng.randint(64, 200))), 64)
    elif high is not None:
        value = high - scale * Fraction(rng.choice((rng.randint(8, 63), rng.randint(64, 200))), 64)
    else:
        value = scale * Fraction(rng.choice((-1, 1)) * rng.randint(9, 180), 64)
    real = sp.Rational(value.numerator, value.denominator)
    if symbol.is_imaginary:
        return sp.I * real
    if symbol.is_irrational:
        return real * sp.sqrt(2)
    if complex_here or symbol.is_real is False:
        height = scale * Fraction(rng.choice((-1, 1)) * rng.randint(5, 60), 64)
        return real + sp.I * sp.Rational(height.numerator, height.denominator)
    return real
