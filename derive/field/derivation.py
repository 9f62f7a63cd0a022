"""The table of derivatives of generators, filled when asked for, and the derivation it defines.

 x' = 1; cos' z = −sin z · z'; (exp s)' = s' exp s; (log u)' = u'/u; g^n = t: g' = t' g/(n t);
 jets: ∂_x f^{(α)}(a) = Σ_k f^{(α + e_k)}(a) ∂_x a_k; other functions by SymPy's table.
Law: additive, Leibniz; constants go to 0; derivations by different variables commute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import fmpq

from derive.exact.budget import OutOfReach
from derive.exact.functions import opaque_of

from .element import Element, Exponents
from .errors import FieldError

if TYPE_CHECKING:
    from .field import Field


class Derivations:
    """Mixed into `Field`."""

    def __init__(self) -> None:
        self._table: dict[tuple[int, Any], Element] = {}
        self._log_derivatives: dict[tuple[int, Any], Element] = {}
        self._jets: dict[int, tuple[Any, tuple[int, ...], list[Any]]] = {}

    def derive(self: Field, value: Element, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        """∂value/∂x: (N/Πp^e)' = N'/Πp^e − N/Πp^e Σ e p'/p."""
        if x not in self.variables:
            raise FieldError(f"{x} is no variable of this field; its variables are {self.variables}")
        groups = self._raw(value.num, value.den, x, None, {})
        for i, e in value.den:
            logarithmic = self._log_derivative(i, x)
            if not logarithmic.num.is_zero():
                self._into(groups, value.num * fmpq(-e), value.den, logarithmic)
        return self.gather(groups)

    def _raw(
        self: Field, num: Any, den: Exponents, x: Any, skip: int | None, groups: dict[Exponents, Any]  # pyright: ignore[reportGeneralTypeIssues]
    ) -> dict[Exponents, Any]:
        """Σ_g ∂num/∂g · g', by denominators."""
        for index, degree in enumerate(num.degrees()):
            if degree > 0 and index != skip:
                slope = self.slope(index, x)
                if not slope.num.is_zero():
                    self._into(groups, self.ring.lift(num).derivative(index), den, slope)
        return groups

    def _into(self: Field, groups: dict[Exponents, Any], num: Any, den: Exponents, factor: Element) -> None:  # pyright: ignore[reportGeneralTypeIssues]
        from .element import join

        key = join(den, factor.den)
        product = self.ring.reduce(self.ring.lift(num) * factor.num)
        groups[key] = self.ring.lift(groups[key]) + product if key in groups else product

    def _log_derivative(self: Field, i: int, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        """p'/p in lowest terms."""
        found = self._log_derivatives.get((i, x))
        if found is None:
            found = self.gather(self._raw(self.factor(i), ((i, 1),), x, None, {}))
            self._log_derivatives[i, x] = found
        return found

    def slope(self: Field, index: int, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        """g' for the generator of this index."""
        found = self._table.get((index, x))
        if found is None:
            try:
                found = self._slope(index, x)
            except OutOfReach as error:
                raise FieldError(f"no derivative of {self.tower.generators[index].expr} by {x}: {error}") from error
            self._table[index, x] = found
        return found

    def _slope(self: Field, index: int, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        tower = self.tower
        generator = tower.generators[index]
        kind, expr = generator.kind, generator.expr
        if kind == "symbol":
            return self.one if tower.domain.restore(expr) == x else self._of_atom(expr, x)
        if kind in ("unit", "constant"):
            return self.zero
        if index in tower.partner:
            pair = tower.partner[index]
            inner = self.element(pair.argument).diff(x)
            other = self.generator(pair.odd if index == pair.even else pair.even)
            return -other * inner if index == pair.even and pair.sigma == 1 else other * inner
        if index in self.ring.relations:
            return self._algebraic(index, x)
        if kind == "exp" and generator.inner is not None:
            return self.generator(index) * self.element(generator.inner).diff(x)
        if kind == "log" and generator.inner is not None:
            inner = self.element(generator.inner)
            return inner.diff(x) / inner
        if kind == "jet":
            return self._jet(index, x)
        meaning = tower.domain.restore(expr)
        if x not in meaning.free_symbols:
            return self.zero
        if kind == "bound":
            raise FieldError(f"{meaning} depends on {x}: differentiation under the sign is a rule with obligations")
        return self(sp.diff(meaning, x))

    def _of_atom(self: Field, expr: Any, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        """Of a letter that is not the variable: 0, unless it hides it, as a conjugate does."""
        if not expr.is_Symbol and x in self.domain.restore(expr).free_symbols:
            raise FieldError(f"{expr} has no derivative by {x}")
        return self.zero

    def _algebraic(self: Field, index: int, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        """g^n = t(g): differentiate the relation; g' (n g^{n−1} − ∂t/∂g) = (∂t with g held)."""
        n, tail = self.ring.relations[index][0], self.ring.lift(self.ring.relations[index][1])
        g = self.generator(index)
        right = self.gather(self._raw(tail, (), x, index, {}))
        if right.num.is_zero():
            return self.zero
        tail = self.ring.lift(tail)
        slope = tail.derivative(index)
        if slope.is_zero():
            return right * g / (Element(self, tail, ()) * n)
        return right / (g ** (n - 1) * n - Element(self, slope, ()))

    def _jet(self: Field, index: int, x: Any) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        found = self._jets.get(index)
        if found is None:
            for key, known in self.tower.registry.items():
                if key[0] == "jet":
                    for args, generator in known:
                        (i,) = generator.indices()
                        self._jets[i] = (key[1][0], key[1][1], args)
            found = self._jets[index]
        func, orders, args = found
        total = self.zero
        for k, arg in enumerate(args):
            inner = self.element(arg).diff(x)
            if not inner.num.is_zero():
                raised = (*orders[:k], orders[k] + 1, *orders[k + 1 :])
                total = total + self._raised(func, raised, args) * inner
        return total

    def _raised(self: Field, func: Any, orders: tuple[int, ...], args: list[Any]) -> Element:  # pyright: ignore[reportGeneralTypeIssues]
        tower = self.tower
        meaning = jet_expression(func, orders, [tower.expression(a) for a in args])
        return self.element(opaque_of(tower, (func, orders), args, meaning, "jet"))


def jet_expression(func: Any, orders: tuple[int, ...], places: list[Any]) -> Any:
    """∂^α f at the places: a Derivative, inside a Subs where a place is no free symbol."""
    held, points = [], []
    letters = []
    for k, place in enumerate(places):
        if orders[k] and (not place.is_Symbol or places.count(place) > 1):
            letter = sp.Dummy(f"xi_{k + 1}")
            held.append(letter)
            points.append(place)
            letters.append(letter)
        else:
            letters.append(place)
    inner = sp.Derivative(func(*letters), *[(v, n) for v, n in zip(letters, orders, strict=True) if n])
    return sp.Subs(inner, tuple(held), tuple(points)) if held else inner
