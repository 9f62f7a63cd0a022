"""Why a non-zero normal form is a non-zero function: independent generators, or a point where a ball excludes zero.

 Independent: symbols; jets of an unknown function at one tuple of distinct symbols; exp, cos and cosh of monomials
 in symbols, each with its own monomial (Ax 1971: exponents Q-linearly independent modulo constants).
 Else a rigorous enclosure at a rational point of the domain, jets taking any values there. Else `Undecided`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import acb, ctx
from sympy import Rational

from derive.errors import Undecided
from derive.exact.balls import ball, excludes_zero
from derive.exact.divisors import sample

if TYPE_CHECKING:
    from .element import Element
    from .field import Field

_BITS = 256
_PLACES = 8
_NESTED = 4
_NEVER_ZERO = {"symbol", "exp", "unit", "constant", "jet"}


class Witness:
    """Mixed into `Field`."""

    def __init__(self) -> None:
        self._free: dict[int, bool] = {}
        self._values: list[tuple[int, list[list[Any]]]] = []

    def refute_zero(self: Field, value: Element) -> bool:  # pyright: ignore[reportGeneralTypeIssues]
        """False for an element proven not to be zero; raises `Undecided` otherwise. Never True."""
        num = value.num
        used = [i for i, d in enumerate(num.degrees()) if d > 0]
        if not used:
            return False
        if self._all_equations_used():
            if all(self._is_free(i) for i in used):
                return False
            if any(excludes_zero(at(num, values)) for values in self._points()):
                return False
        raise Undecided(
            f"{_short(value.expr())}: its normal form is not zero, but its generators "
            f"{[self.tower.generators[i].expr for i in used]} are not known to be independent"
        )

    def never_zero(self: Field, term: Any) -> bool:  # pyright: ignore[reportGeneralTypeIssues]
        """A single term of generators none of which is the zero function."""
        involved = [(i, self.tower.generators[i]) for i, d in enumerate(term.degrees()) if d > 0]
        return all(
            g.kind in _NEVER_ZERO or self._is_free(i) or (g.kind in ("opaque", "bound") and g.expr.free_symbols)
            for i, g in involved
        )

    def _all_equations_used(self: Field) -> bool:  # pyright: ignore[reportGeneralTypeIssues]
        return all(
            not isinstance(r, sp.Eq) or self.domain.refine(r.lhs - r.rhs).expand() == 0 for r in self.domain.given
        )

    def _is_free(self: Field, index: int) -> bool:  # pyright: ignore[reportGeneralTypeIssues]
        if index not in self._free:
            self._free[index] = self._find_free(index)
        return self._free[index]

    def _find_free(self: Field, index: int) -> bool:  # pyright: ignore[reportGeneralTypeIssues]
        tower, generator = self.tower, self.tower.generators[index]
        if generator.kind == "symbol":
            return bool(generator.expr.is_Symbol and generator.expr.is_integer is not True)
        if generator.kind == "jet":
            return _plain(generator.expr)
        if index in tower.partner:
            return self._monomial(tower.partner[index].argument)
        if generator.kind == "exp" and index not in self.ring.relations and generator.inner is not None:
            return self._monomial(generator.inner)
        return False

    def _monomial(self: Field, argument: Any) -> bool:  # pyright: ignore[reportGeneralTypeIssues]
        """One term in symbols: different basic arguments are then different monomials."""
        indices = argument.indices()
        return (
            bool(argument.den.is_constant() and len(argument.num) == 1 and indices)
            and all(self.tower.generators[i].kind == "symbol" and self._is_free(i) for i in indices)
        )

    def _points(self: Field) -> list[list[Any]]:  # pyright: ignore[reportGeneralTypeIssues]
        """Balls of all generators at some points of the domain."""
        count = len(self.tower.generators)
        if not self._values or self._values[-1][0] != count:
            symbols = set().union(*[g.expr.free_symbols for g in self.tower.generators if g.kind != "bound"])
            points = list(sample(symbols, self.domain, count=_PLACES))
            self._values = [(count, [self._values_at(point) for point in points])]
        return self._values[-1][1]

    def _values_at(self: Field, point: dict[Any, Any]) -> list[Any]:  # pyright: ignore[reportGeneralTypeIssues]
        """Values of generators; a jet at a place apart from the others of its function takes any value."""
        generators = self.tower.generators
        chosen: dict[Any, Any] = {}
        values = [None if g.kind == "jet" else ball(g.expr, point, _BITS) for g in generators]
        for _ in range(_NESTED):
            before = len(chosen)
            self._choose_jets(values, chosen)
            if len(chosen) == before:
                break
            for i, g in enumerate(generators):
                if values[i] is None and g.kind != "jet":
                    values[i] = ball(g.expr.xreplace(chosen), point, _BITS)
        return values

    def _choose_jets(self: Field, values: list[Any], chosen: dict[Any, Any]) -> None:  # pyright: ignore[reportGeneralTypeIssues]
        for key, known in self.tower.registry.items():
            if key[0] != "jet":
                continue
            places: list[list[Any]] = []
            for args, generator in known:
                (index,) = generator.indices()
                place = [_quotient(arg, values) for arg in args]
                if values[index] is None and all(_apart(place, other) for other in places):
                    value = Rational(7 * index + 3, 5 * index + 11)
                    chosen[self.tower.generators[index].expr] = value
                    values[index] = ball(value, {}, _BITS)
                places.append(place)


def _plain(jet: Any) -> bool:
    """At distinct symbols."""
    base = jet.expr if isinstance(jet, sp.Derivative) else jet
    args = getattr(base, "args", ())
    return isinstance(base, sp.core.function.AppliedUndef) and all(a.is_Symbol for a in args) and len(
        set(args)) == len(args)  # fmt: skip


def at(poly: Any, values: list[Any]) -> Any:
    """The value of a polynomial, or None where a generator has none."""
    saved, ctx.prec = ctx.prec, _BITS
    try:
        total = acb(0)
        for mono, coefficient in poly.to_dict().items():
            term = acb(coefficient)
            for i, e in enumerate(mono):
                if e:
                    if i >= len(values) or values[i] is None:
                        return None
                    term = term * values[i] ** e
            total = total + term
        return total
    finally:
        ctx.prec = saved


def _quotient(value: Any, values: list[Any]) -> Any:
    top, bottom = at(value.num, values), at(value.den, values)
    return top / bottom if top is not None and excludes_zero(bottom) else None


def _apart(a: list[Any], b: list[Any]) -> bool:
    return any(p is not None and q is not None and excludes_zero(p - q) for p, q in zip(a, b, strict=True))


def _short(expr: Any) -> str:
    text = str(expr)
    return text if len(text) < 160 else text[:150] + " ..."
