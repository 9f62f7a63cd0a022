"""Conditions decided by balls: three-valued, never a guess where a ball meets the border."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import sympy as sp
from flint import acb
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from numerics.oracle.cuts import is_real
from numerics.oracle.enclosure import NotEnclosed

if TYPE_CHECKING:
    from numerics.oracle.evaluate import Compiler

Env = dict[sp.Symbol, acb]
Truth = Callable[[Env, bool], bool | None]


def truth(c: Compiler, condition: Boolean) -> Truth:
    """A condition decided by balls: True, False, or None where the ball does not tell."""
    if isinstance(condition, BooleanTrue | BooleanFalse):
        constant = bool(condition)
        return lambda env, analytic: constant
    if isinstance(condition, Relational):
        return _relation(c, condition)
    parts = [truth(c, a) for a in condition.args]
    if isinstance(condition, sp.And):

        def conjunction(env: Env, analytic: bool) -> bool | None:
            values = [p(env, analytic) for p in parts]
            return False if False in values else None if None in values else True

        return conjunction
    if isinstance(condition, sp.Or):

        def disjunction(env: Env, analytic: bool) -> bool | None:
            values = [p(env, analytic) for p in parts]
            return True if True in values else None if None in values else False

        return disjunction
    if isinstance(condition, sp.Not):

        def negation(env: Env, analytic: bool) -> bool | None:
            value = parts[0](env, analytic)
            return None if value is None else not value

        return negation
    raise NotEnclosed(condition, "this kind of condition is not decided by balls")


def _relation(c: Compiler, r: Relational) -> Truth:
    difference = c(r.lhs - r.rhs)

    def decide(env: Env, analytic: bool) -> bool | None:
        d = difference(env, False)
        if not d.is_finite():
            return None
        if isinstance(r, sp.Eq | sp.Ne):
            equal = True if d.is_zero() else None if d.contains(0) else False
            if analytic and equal is None:
                return None
            return equal if isinstance(r, sp.Eq) or equal is None else not equal
        x = d.real
        if not analytic and not is_real(d) and not c.moves(r):
            return None
        if x > 0:
            return isinstance(r, sp.Gt | sp.Ge)
        if x < 0:
            return isinstance(r, sp.Lt | sp.Le)
        if x.is_zero() and not analytic:
            return isinstance(r, sp.Ge | sp.Le)
        if not analytic and ((x >= 0 and isinstance(r, sp.Ge)) or (x <= 0 and isinstance(r, sp.Le))):
            return True
        return None

    return decide
