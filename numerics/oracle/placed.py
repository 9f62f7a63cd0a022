"""An integral at a point, its parameters kept as letters that have the point's exact values as balls.

Law: Placed(E, at) encloses what E with the numbers put in does. Real parameters whose values are binary fractions, and
so exact as balls, become letters with the sign of their value; all else is put in. Then the symbolic part of the
integration is the same at every point with those signs, and done once (`numerics.oracle.letters`); every decision that
depends on the values is made by balls. Where that does not settle, the integral is done with the numbers put in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq

from numerics.oracle.budget import TimeIsUp
from numerics.oracle.enclosure import NotEnclosed
from numerics.oracle.journal import journal, note
from numerics.oracle.letters import conjugate_to_itself, fresh, letters

BITS_OF_A_PARAMETER = 48
_TRANSPARENT = (sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.Abs, sp.sin, sp.cos)
_BINDERS = (sp.Integral, sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.Subs, sp.Lambda, sp.Order, sp.RootSum, sp.Set)
_OPAQUE = (sp.Sum, sp.Product, sp.Limit, sp.Subs, sp.Derivative, sp.DiracDelta)


class Placed(sp.Expr):
    """Placed(E, (symbol, value), …): the number that E is with the values for the symbols."""

    is_commutative = True
    is_number = True  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]

    @property
    def free_symbols(self) -> set[sp.Basic]:
        """None: all have values."""
        return set()

    @property
    def values(self) -> dict[sp.Symbol, sp.Expr]:
        """Symbol → exact value."""
        return {pair.args[0]: pair.args[1] for pair in self.args[1:]}  # pyright: ignore[reportReturnType]

    def _eval_is_extended_real(self) -> bool | None:
        return True if _template(self).real else None

    def _eval_conjugate(self) -> sp.Expr | None:
        return self if _template(self).real else None

    def put_in(self) -> sp.Expr:
        """The expression with the numbers put in."""
        return self.args[0].subs(self.values, simultaneous=True)  # pyright: ignore[reportReturnType]


def place(e: Any, points: Mapping[sp.Symbol, sp.Expr]) -> Any:
    """e with the values put in, its integrals as Placed where they can be."""
    if not e.has(*_BINDERS):
        return e.xreplace(points)
    if not e.has(sp.Integral):
        return e.subs(points, simultaneous=True)
    if isinstance(e, (sp.Integral, sp.Limit)) or (isinstance(e, sp.Derivative) and isinstance(e.args[0], sp.Integral)):
        if _eligible(e, points):
            return Placed(e, *(sp.Tuple(s, points[s]) for s in sorted(e.free_symbols, key=sp.default_sort_key)))
        return e.subs(points, simultaneous=True)
    if isinstance(e, _TRANSPARENT):
        return e.func(*(place(a, points) for a in e.args))
    return e.subs(points, simultaneous=True)


def _eligible(e: Any, points: Mapping[sp.Symbol, sp.Expr]) -> bool:
    free = letters(e)
    if not free or not free <= points.keys() or not any(_parameter(points[s]) for s in free):  # pyright: ignore
        return False
    integral = e if isinstance(e, sp.Integral) else e.args[0]
    limits = [limit for node in e.atoms(sp.Integral) for limit in node.limits]
    bound = {limit[0] for limit in limits} | ({e.args[1]} if isinstance(e, sp.Limit) else set())
    inside = integral.function if isinstance(integral, sp.Integral) else integral
    if bound & free or inside.has(*_OPAQUE) or not all(len(limit) == 3 for limit in limits):
        return False
    if isinstance(e, sp.Derivative):
        (k, *others) = [pair.args[0] for pair in e.variable_count]
        return not others and _parameter(points.get(k, sp.S.Zero)) and k not in _rigid(integral)
    return True


def _parameter(value: sp.Expr) -> bool:
    """A non-zero binary fraction of few bits: exact as a ball at every precision."""
    if not isinstance(value, sp.Rational) or value == 0:
        return False
    p, q = int(value.p), int(value.q)
    return q & (q - 1) == 0 and max(abs(p), q).bit_length() <= BITS_OF_A_PARAMETER


@lru_cache(typed=True, maxsize=1024)
def _rigid(e: sp.Expr) -> frozenset[sp.Basic]:
    """The symbols on whose very value the form depends: in ends of ranges, exponents, orders of functions."""
    found: set[sp.Basic] = set()
    for node in sp.preorder_traversal(e):
        if isinstance(node, sp.Limit):
            found |= node.args[2].free_symbols
        elif isinstance(node, sp.Integral):
            found |= set().union(*(end.free_symbols for limit in node.limits for end in limit[1:]))
        elif isinstance(node, sp.Pow):
            found |= node.exp.free_symbols
        elif (isinstance(node, sp.Function) and len(node.args) > 1) or isinstance(
            node, (sp.Piecewise, sp.Max, sp.Min, sp.factorial, sp.gamma, sp.binomial)
        ):
            found |= node.free_symbols
    return frozenset(found)


class _Template:
    """A form with letters for its parameters; `hopeless` once it did not settle, so that it is not tried again."""

    def __init__(self, form: Any, letter_of: dict[sp.Symbol, sp.Symbol]) -> None:
        self.form, self.letter_of, self.hopeless = form, letter_of, False
        integral = form.args[0] if isinstance(form, sp.Derivative) else form
        self.real = isinstance(integral, sp.Integral) and _is_real(integral)


def _is_real(integral: sp.Integral) -> bool:
    if not all(end.is_extended_real for limit in integral.limits for end in limit[1:]):
        return False
    f = integral.function
    for limit in integral.limits:
        x = limit[0]
        if not x.is_extended_real:
            f = f.xreplace({x: fresh(f, "real", x.name)})
    return conjugate_to_itself(f)


@lru_cache(typed=True, maxsize=1024)
def _form(
    e: Any, numbers: tuple[tuple[sp.Symbol, sp.Expr], ...], signs: tuple[tuple[sp.Symbol, str], ...]
) -> _Template:
    """`numbers`: the values that are put in; `signs`: for each other symbol the sign of its value."""
    letter_of = {s: _letter(s, sign) for s, sign in signs}
    return _Template(e.xreplace({**dict(numbers), **letter_of}), letter_of)


def _letter(symbol: sp.Symbol, sign: str) -> sp.Symbol:
    positive, negative = (True, None) if sign == "+" else (None, True)
    return fresh(symbol, "parameter", symbol.name, positive, negative)


@lru_cache(typed=True, maxsize=4096)
def _template(e: Placed) -> _Template:
    expression = e.args[0]
    rigid = _rigid(expression)
    values = e.values
    free = [s for s, v in values.items() if s not in rigid and _parameter(v)]
    numbers = tuple((s, v) for s, v in values.items() if s not in free)
    return _form(expression, numbers, tuple((s, "+" if values[s] > 0 else "-") for s in free))


def placed_node(c: Any, e: Placed) -> Callable[[Any, bool], acb]:
    """The value at the point: with letters for the parameters, or else with the numbers put in."""
    template = _template(e)
    integrands = (node.function for node in e.args[0].atoms(sp.Integral))
    if any(f.xreplace(e.values).has(sp.nan, sp.zoo) for f in integrands):  # pyright: ignore[reportAttributeAccessIssue]
        raise NotEnclosed(e.put_in(), "undefined at this point")
    if not template.hopeless:
        values = e.values
        balls = {w: acb(arb(fmpq(int(values[s].p), int(values[s].q)))) for s, w in template.letter_of.items()}
        try:
            with journal() as notes:
                value = replace(c, fixed={**c.fixed, **balls}, moving=frozenset()).value(template.form)
            if value.is_finite() and notes.rigorous:
                for text in notes.notes:
                    note(text)
                return lambda env, analytic: value
        except TimeIsUp:
            raise
        except (NotEnclosed, TypeError):  # TypeError: a letter where a method asks for the sign of a number
            pass
        template.hopeless = True
    number = e.put_in()
    return c(number)
