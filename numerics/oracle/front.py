"""The front door: exact values put in, precision raised until the radius is small enough, failures named."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import sympy as sp
from flint import acb, arb

from numerics.oracle.budget import Budget, TimeIsUp
from numerics.oracle.enclosure import Enclosure, NotEnclosed
from numerics.oracle.evaluate import Compiler
from numerics.oracle.journal import Journal, journal
from numerics.oracle.placed import place

BITS_PER_DIGIT = 3.3219280948873626
CAP = 4096


def exact(value: Any) -> sp.Expr:
    """A given value as an exact SymPy number: floats and Floats as the binary numbers that they are, strings as
    decimals."""
    if isinstance(value, str):
        return sp.Rational(Fraction(value).numerator, Fraction(value).denominator)
    if isinstance(value, float):
        n, d = value.as_integer_ratio()
        return sp.Rational(n, d)
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if isinstance(value, complex):
        return exact(value.real) + sp.I * exact(value.imag)
    e = sp.sympify(value, strict=True)
    return e.xreplace({f: sp.Rational(f) for f in e.atoms(sp.Float)})


def _range(value: Any) -> tuple[sp.Expr, sp.Expr] | None:
    if isinstance(value, sp.Interval):
        return exact(value.start), exact(value.end)
    if isinstance(value, tuple | list) and len(value) == 2:
        return exact(value[0]), exact(value[1])
    return None


def enclose(
    expr: Any,
    at: Mapping[Any, Any] | None = None,
    digits: int = 30,
    timeout: float | None = None,
    rigorous: bool = False,
) -> Any:
    """The value of a SymPy expression with a bound on its error.

    at: symbol → exact value (int, Fraction, decimal string, float taken exactly, closed constant) or a range
    (lo, hi) / Interval: then the answer encloses the expression over the whole box.
    digits: relative digits wanted (absolute ones where the value is smaller than 1, once relative ones are out of
    reach).
    rigorous=True refuses the answers that only two agreeing numeric methods stand behind.
    A matrix gives a tuple of tuples. Raises NotEnclosed: the expression is undefined there, diverges, or no method
    bounds it.
    """
    if isinstance(expr, sp.MatrixBase):
        return tuple(
            tuple(enclose(expr[i, j], at, digits, timeout, rigorous) for j in range(expr.shape[1]))
            for i in range(expr.shape[0])
        )
    budget = Budget.seconds(timeout)
    e = exact(expr)
    if e.has(sp.Order):
        raise NotEnclosed(expr, "an order term stands for no number", remedy="remove it with removeO()", final=True)
    points: dict[sp.Symbol, sp.Expr] = {}
    boxes: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = {}
    for key, value in (at or {}).items():
        symbol = sp.Symbol(key) if isinstance(key, str) else key
        ends = _range(value)
        if ends is None:
            points[symbol] = exact(value)
        else:
            boxes[symbol] = ends
    placed = _place(e, points)
    missing = placed.free_symbols - set(boxes)
    if missing:
        raise NotEnclosed(expr, f"no value was given for {sorted(map(str, missing))}", remedy="name it in at={...}")
    real = {s: sp.Dummy(s.name, real=True, positive=_sure_positive(lo)) for s, (lo, hi) in boxes.items()}
    placed = placed.xreplace(real)
    return _escalate(placed, {real[s]: ends for s, ends in boxes.items()}, digits, budget, expr, rigorous)


def _sure_positive(lo: sp.Expr) -> bool | None:
    return True if lo.is_positive else None


def _place(e: sp.Expr, points: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    if not points:
        return e
    placed = place(e, points)
    if placed.has(sp.nan, sp.zoo):
        raise NotEnclosed(e, f"undefined at {points}: SymPy finds {placed}")
    return placed


def _escalate(
    e: sp.Expr,
    boxes: Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]],
    digits: int,
    budget: Budget,
    asked: object,
    rigorous: bool,
) -> Enclosure:
    goal = int(digits * BITS_PER_DIGIT) + 2
    bits = goal + 24
    best: tuple[acb, Journal, int] | None = None
    refusal: NotEnclosed | None = None
    while bits <= max(CAP, 2 * goal + 64):
        with flint.ctx.workprec(bits), journal() as notes:
            fixed = {s: acb(_hull(lo, hi)) for s, (lo, hi) in boxes.items()}
            try:
                budget.check(asked, f"working at {bits} bits")
                z = Compiler(fixed, frozenset(), budget, bits).value(e)
            except TimeIsUp as late:
                if best is not None:
                    break
                raise late
            except NotEnclosed as why:
                if why.final or best is not None:
                    if best is not None:
                        break
                    raise
                refusal, z = why, None
            except ZeroDivisionError:
                z = None
        if z is not None and z.is_finite():
            if not z.imag.is_zero() and z.imag.contains(0) and _known_real(e):
                z = acb(z.real)
            if best is None or _radius_bits(z) < _radius_bits(best[0]):
                best = (z, notes, bits)
            if not notes.rigorous or _accurate(z, goal) or boxes:
                break
        elif best is None and bits >= 8 * goal + 512:
            break
        bits *= 2
    if best is None:
        raise refusal or _undefined(e, asked, goal)
    z, notes, bits = best
    if rigorous and not notes.rigorous:
        raise NotEnclosed(asked, "only two agreeing numeric methods stand behind the value", tried=notes.method(bits))
    return Enclosure.from_ball(z, notes.method(bits), rigorous=notes.rigorous, routes=notes.routes(), bits=bits)


@lru_cache(maxsize=256, typed=True)
def _known_real(e: sp.Expr) -> bool:
    return bool(e.is_extended_real) or bool(e.is_number and sp.conjugate(e) == e)


def _radius_bits(z: acb) -> float:
    sizes = [r.man_exp() for r in (z.real.rad(), z.imag.rad())]
    return max(-1e18 if m == 0 else float(int(k)) + int(m).bit_length() for m, k in sizes)


def _accurate(z: acb, goal: int) -> bool:
    if _radius_bits(z) <= -goal and not (z.contains(0) and not z.is_zero()) and z.rel_accuracy_bits() >= goal - 2:
        return True
    if z.rel_accuracy_bits() >= goal - 2:
        return True
    return z.contains(0) and _radius_bits(z) <= -goal


def _hull(lo: sp.Expr, hi: sp.Expr) -> arb:
    ends = Compiler({}).value(lo).real, Compiler({}).value(hi).real
    if not ends[0] <= ends[1] and ends[0] > ends[1]:
        raise NotEnclosed((lo, hi), "this range is empty")
    return ends[0].union(ends[1])


def _undefined(e: sp.Expr, asked: object, goal: int) -> NotEnclosed:
    """Names the smallest subexpression whose ball stays unbounded."""
    with flint.ctx.workprec(goal + 64):
        for part in sp.postorder_traversal(e):
            if isinstance(part, sp.Expr) and not part.free_symbols:
                try:
                    z = Compiler({}).value(part)
                except (NotEnclosed, ZeroDivisionError):
                    return NotEnclosed(part, "undefined or not finite here", remedy="check the point")
                if not z.is_finite():
                    return NotEnclosed(
                        part, "its ball stays unbounded: a pole, a logarithm of 0 or a quotient 0/0 here"
                    )
    return NotEnclosed(asked, "the ball stays unbounded at every precision tried")
