"""Why a non-zero normal form is a non-zero function: independent generators, or a point where a ball excludes zero.

 Independent over the complex numbers: symbols; jets of unknown functions at distinct symbols; exp, cos, cosh of
 monomials in symbols, one for each monomial; logarithms of different irreducible polynomials in symbols.
 (Ostrowski 1946 for the logarithms; Ax 1971, Theorem 3: exponents Q-linearly independent modulo constants, also
 modulo the logarithms, since those are transcendental over the rational functions. i·m and m' stay independent.)
 Else a rigorous enclosure at a rational point of the domain, jets taking any values there. Else `Undecided`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import acb, ctx
from sympy import Rational

from derive.errors import Undecided
from derive.exact.balls import ball, excludes_zero
from derive.exact.domain import says_real
from derive.exact.signs import signs

from .jets import JetGenerator
from .sample import inhabited, sample

if TYPE_CHECKING:
    from .element import Element
    from .field import Field

_ORDERS = (sp.Gt, sp.Ge, sp.Lt, sp.Le, sp.Ne)
_BITS = 256
_PLACES = 8
_NESTED = 4
_SHOWN = 40
_NEVER_ZERO = {"symbol", "exp", "unit", "constant", "jet"}


class Witness:
    """Proofs that elements of one field are not zero."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._free: dict[int, bool] = {}
        self._values: tuple[int, list[list[Any]]] = (-1, [])
        self._points_exist: bool | None = None

    def nonzero(self, value: Element) -> None:
        """Returns where a non-zero normal form is proven to be a non-zero function; raises `Undecided` else."""
        if not self.field.domain.given and len(value.num) == 1 and value.num.is_constant():
            return
        used = [i for i, d in enumerate(value.num.degrees()) if d > 0]
        if not used or (self._understood() and (self._all_free(used) or self._by_ball(value.num))):
            return
        from derive.printing.plaintext import spelling

        generators = [self.field.tower.generators[i].expr for i in used]
        form = spelling(value.expr()) if len(value.num) <= _SHOWN else f"an element with {len(value.num)} terms"
        raise Undecided(
            f"{form}: the normal form is not zero, but its generators {generators} are not known to be independent; "
            "state assumptions in `given`"
        )

    def never_zero(self, term: Any) -> bool:
        """A single term of generators none of which is the zero function."""
        involved = [(i, self.field.tower.generators[i]) for i, d in enumerate(term.degrees()) if d > 0]
        return all(
            g.kind in _NEVER_ZERO or self._is_free(i) or (g.kind in ("opaque", "bound") and g.expr.free_symbols)
            for i, g in involved
        )

    def positive(self, num: Any) -> bool:
        """No zero at any point of the domain, by signs."""
        found = signs(self.field.tower.expression_of(num), self.field.domain) if len(num) <= _SHOWN else None
        return found is not None and 0 not in found

    def _all_free(self, used: list[int]) -> bool:
        return all(self._is_free(i) for i in used) and self._inhabited()

    def _inhabited(self) -> bool:
        if self._points_exist is None:
            self._points_exist = inhabited(self.field.domain)
        return self._points_exist

    def _by_ball(self, num: Any) -> bool:
        return any(excludes_zero(at(num, values)) for values in self._points())

    def _understood(self) -> bool:
        """Every equation in `given` became a substitution, all else is an inequality: what is not might make anything
        zero."""
        domain = self.field.domain
        return all(
            domain.refine(r.lhs - r.rhs).expand() == 0
            if isinstance(r, sp.Eq)
            else isinstance(r, _ORDERS) or says_real(r)
            for r in domain.given
        )

    def _is_free(self, index: int) -> bool:
        if index not in self._free:
            self._free[index] = self._find_free(index)
        return self._free[index]

    def _find_free(self, index: int) -> bool:
        tower, generator = self.field.tower, self.field.tower.generators[index]
        if generator.kind == "symbol":
            return bool(generator.expr.is_Symbol and generator.expr.is_integer is not True)
        if isinstance(generator, JetGenerator):
            return generator.family.at_distinct_symbols
        if index in tower.partner:
            return self._is_monomial(tower.partner[index].argument)
        if index in self.field.ring.relations or generator.inner is None:
            return False
        if generator.kind == "exp":
            return self._is_monomial(generator.inner)
        return generator.kind == "log" and self._is_own_prime(generator.inner)

    def _in_symbols(self, argument: Any) -> bool:
        indices = argument.indices()
        symbols = all(self.field.tower.generators[i].kind == "symbol" and self._is_free(i) for i in indices)
        return bool(symbols and indices and argument.den.is_constant())

    def _is_monomial(self, argument: Any) -> bool:
        """One term in symbols: basic arguments are then different monomials."""
        return len(argument.num) == 1 and self._in_symbols(argument)

    def _is_own_prime(self, argument: Any) -> bool:
        """An irreducible polynomial in symbols, and no other logarithm of it or its negative."""
        if not self._in_symbols(argument):
            return False
        (_, factors) = self.field.ring.factored(argument.num)
        again = sum(1 for other, _ in self.field.tower._logs if other.same(argument) or other.same(-argument))
        return len(factors) == 1 and factors[0][1] == 1 and again == 1

    def _points(self) -> list[list[Any]]:
        """Balls of all generators at some points of the domain."""
        generators = self.field.tower.generators
        if self._values[0] != len(generators):
            symbols = set().union(*[g.expr.free_symbols for g in generators if g.kind != "bound"])
            points = sample(symbols, self.field.domain, count=_PLACES)
            self._values = len(generators), [self._values_at(point) for point in points]
        return self._values[1]

    def _values_at(self, point: dict[Any, Any]) -> list[Any]:
        """Values of generators; a jet at a place apart from the others of its function takes any value."""
        generators = self.field.tower.generators
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

    def _choose_jets(self, values: list[Any], chosen: dict[Any, Any]) -> None:
        tower = self.field.tower
        for families in tower.jets.families.values():
            for orders in {orders for family in families for orders in family.members}:
                places: list[list[Any]] = []
                for family in families:
                    if orders not in family.members or (family.thin and any(orders)):
                        continue
                    index = family.members[orders]
                    place = [quotient(arg, values) for arg in family.args]
                    if values[index] is None and all(apart(place, other) for other in places):
                        value, expr = Rational(7 * index + 3, 5 * index + 11), tower.generators[index].expr
                        if admits(expr, value):
                            chosen[expr] = value
                            values[index] = ball(value, {}, _BITS)
                    places.append(place)


def admits(jet: Any, value: Any) -> bool:
    """The function's own assumptions allow the value; where they are more than a sign nothing is chosen."""
    flags = ("positive", "negative", "nonnegative", "nonpositive", "zero", "extended_real", "integer", "rational")
    return all(getattr(jet, f"is_{flag}") in (None, getattr(value, f"is_{flag}")) for flag in flags)


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


def quotient(value: Any, values: list[Any]) -> Any:
    top, bottom = at(value.num, values), at(value.den, values)
    return top / bottom if top is not None and excludes_zero(bottom) else None


def apart(a: list[Any], b: list[Any]) -> bool:
    """Some coordinate differs, proven by balls."""
    return any(p is not None and q is not None and excludes_zero(p - q) for p, q in zip(a, b, strict=True))
