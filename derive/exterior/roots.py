"""√|g|: the determinant's even powers come out of the root; what is left stays under it, with its sign.

The root that is printed is the volume density: where it is negative the orientation is opposite to the coordinates'.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import count
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.exact import is_positive


def split_root(expr: sp.Expr, given: tuple[Any, ...] = ()) -> tuple[sp.Expr, sp.Expr]:
    """(outer, inner) with expr = outer² · inner, as much as possible outside; expr is a product of powers.

    A factor that is negative wherever it is looked at goes outside with its sign turned.
    """
    outer, inner = [], []
    for factor in sp.Mul.make_args(expr):
        if isinstance(factor, sp.Rational):
            sign, size = (-1 if factor < 0 else 1), abs(factor)
            free = sp.sqrt(size)
            outer.append(free if free.is_Rational else sp.S.One)
            inner.append(sp.Integer(sign) if free.is_Rational else factor)
            continue
        if isinstance(factor, sp.exp):
            outer.append(sp.exp(factor.args[0] / 2))
            continue
        base, power = factor.as_base_exp()
        if not power.is_Integer:
            known = base.is_positive
            outer.append(base ** (power / 2) if known else sp.S.One)
            inner.append(sp.S.One if known else factor)
            continue
        whole = int(sp.sign(power)) * (abs(int(power)) // 2)
        rest = int(power) - 2 * whole
        turned = (whole or rest) and sampled_sign(base, given) == -1
        upright = -base if turned else base
        outer.append(upright**whole)
        inner.append(sp.Integer(-1 if turned and power % 2 else 1) * upright**rest)
    return sp.Mul(*outer), sp.Mul(*inner)


def sampled_sign(expr: sp.Expr, given: Iterable[Any], tries: int = 24) -> int | None:
    """The sign that the expression has at all admissible points of a fixed sequence; None if both occur.

    This settles nothing but which of the two roots, √g or √(−g), is real on the part of the chart that is meant.
    """
    if expr.is_number:
        return 1 if expr.is_positive else -1 if expr.is_negative else None
    functions = sorted(expr.atoms(AppliedUndef), key=str)
    stand_in = {f: sp.Dummy(str(i), positive=True) for i, f in enumerate(functions)}
    body = expr.xreplace(stand_in)
    names = sorted(body.free_symbols, key=str)
    found: set[int] = set()
    for step in range(tries):
        point = {s: spread(step, place, bool(s.is_positive)) for place, s in enumerate(names)}
        if any(relation.xreplace(point) == sp.false for relation in given):
            continue
        value = sp.N(body.xreplace(point), 20)
        if value.is_real and value.is_finite and value != 0:
            found.add(1 if value > 0 else -1)
    return found.pop() if len(found) == 1 else None


def spread(step: int, place: int, positive: bool) -> sp.Expr:
    """A fixed sequence of well spread rationals in (0, 3) or (−3, 3): van der Corput in the bases 2, 3, 5, …"""
    base = next(p for i, p in enumerate(q for q in count(2) if sp.isprime(q)) if i == place)
    value, weight, number = Fraction(0), Fraction(1), step + 1
    while number:
        number, digit = divmod(number, base)
        weight /= base
        value += digit * weight
    spread = 3 * value if positive else 6 * value - 3
    return sp.Rational(spread.numerator, spread.denominator)


def sign_of_determinant(inner: sp.Expr, given: tuple[Any, ...]) -> int | None:
    """The sign of what is left under the root: proven if it can be, else sampled."""
    for sign in (1, -1):
        if is_positive(sign * inner, given):
            return sign
    return sampled_sign(inner, given)
