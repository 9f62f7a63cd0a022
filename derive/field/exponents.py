"""The multiplicative part of an exponent: what exp turns into powers, signs and roots of unity.

 exp(c log p) = p^c (principal powers), exp(iπ r) a root of unity, exp(iπ r n) with integer n periodic in r.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import I, Rational, pi

from .fraction import Fraction

if TYPE_CHECKING:
    from .tower import Tower


def split_exponent(tower: Tower, argument: Fraction) -> tuple[Fraction, Fraction]:
    """(head, rest) with exp(argument) = head · exp(rest)."""
    ring = tower.ring
    head = tower.rational(1)
    if not argument.den.is_constant():
        return head, argument
    rest: dict[tuple[int, ...], Any] = {}
    taken = []
    for mono, coeff in argument.num.to_dict().items():
        support = [(i, e) for i, e in enumerate(mono) if e]
        c = Rational(int(coeff.p), int(coeff.q))
        kinds = [tower.generators[i].kind for i, _ in support]
        if kinds == ["log"] and support[0][1] == 1:
            taken.append(("log", support[0][0], c))
        elif (turn := _integer_turn(tower, support)) is not None:
            taken.append(("turn", turn, c))
        else:
            rest[mono] = coeff
    if not taken:
        return head, argument
    for kind, what, c in taken:
        if kind == "log":
            inner = tower.generators[what].inner
            assert inner is not None
            head = head * (inner ** int(c) if c.is_Integer else tower.root_of(inner, c))
        else:
            head = head * _turned(tower, what, c)
    return head, ring.fraction(ring.ctx.from_dict(_widen(rest, ring.capacity)))


def _widen(terms: dict[tuple[int, ...], Any], width: int) -> dict[tuple[int, ...], Any]:
    return {(*mono, *(0,) * (width - len(mono))): coeff for mono, coeff in terms.items()}


def _integer_turn(tower: Tower, support: list[tuple[int, int]]) -> tuple[tuple[int, int], ...] | None:
    """The integer monomial n if the monomial is i·π·n, else None."""
    exprs = [(tower.generators[i].expr, i, e) for i, e in support]
    heads = [(x, e) for x, _, e in exprs if x in (I, pi)]
    if sorted(heads, key=str) != sorted([(I, 1), (pi, 1)], key=str):
        return None
    others = [(x, i, e) for x, i, e in exprs if x not in (I, pi)]
    if all(x.is_Symbol and x.is_integer for x, _, _ in others):
        return tuple((i, e) for _, i, e in others)
    return None


def _turned(tower: Tower, monomial: tuple[tuple[int, int], ...], c: Rational) -> Fraction:
    """exp(iπ c n) for an integer monomial n."""
    if not monomial:
        return tower.root_of_unity(c)
    numerator, denominator = int(c.p) % (2 * int(c.q)), int(c.q)
    if numerator == 0:
        return tower.rational(1)
    if any(tower.generators[i].expr.is_even for i, _ in monomial):
        return _turned_even(tower, monomial, c)
    if denominator == 1 and all(tower.generators[i].expr.is_odd for i, _ in monomial):
        return tower.rational(-1)
    simple = tuple((i, 1) for i, _ in monomial) if denominator == 1 else monomial
    key = ("turn", simple)
    base = tower.rational(1)
    n = tower.rational(1)
    for i, e in simple:
        n = n * tower.ring.variable(i) ** e
    turn = tower.expression(n)
    order = 2 * denominator
    root = tower._adjoined_root(key, base, order, lambda m: (-1) ** (2 * turn / m), "unit")
    return root**numerator


def _turned_even(tower: Tower, monomial: tuple[tuple[int, int], ...], c: Rational) -> Fraction:
    if c.is_Integer:
        return tower.rational(1)
    n = tower.rational(1)
    for i, e in monomial:
        n = n * tower.ring.variable(i) ** e
    turn = tower.expression(n)
    root = tower._adjoined_root(
        ("turn", monomial), tower.rational(1), 2 * int(c.q), lambda m: (-1) ** (2 * turn / m), "unit"
    )
    return root ** (int(c.p) % (2 * int(c.q)))
