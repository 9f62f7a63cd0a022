"""The table of derivatives of generators, filled when asked for, and the derivation it defines.

 x' = 1; cos' z = −sin z · z'; (exp s)' = s' exp s; (log u)' = u'/u; g^n = t: g' = t' g/(n t);
 jets: ∂_x f^{(α)}(a) = Σ_k f^{(α + e_k)}(a) ∂_x a_k; other functions by SymPy's table.
Law: additive, Leibniz; constants go to 0; derivations by different variables commute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import fmpq

from derive.exact.budget import OutOfReach, OutOfTime

from .element import Element, Exponents, join
from .errors import FieldError
from .jets import Family, JetGenerator

if TYPE_CHECKING:
    from .field import Field

Groups = dict[Exponents, Any]  # numerators by denominator


class Derivations:
    """∂/∂x on the elements of one field."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._table: dict[tuple[int, Any], Element] = {}
        self._logarithmic: dict[tuple[int, Any], Element] = {}
        self._places: dict[tuple[int, Any], list[tuple[int, Element]]] = {}

    def derive(self, value: Element, x: Any) -> Element:
        """∂value/∂x: (N/Πp^e)' = N'/Πp^e − N/Πp^e Σ e p'/p."""
        if x not in self.field.variables:
            raise FieldError(f"{x} is no variable of this field; its variables are {self.field.variables}")
        with self.field.tower.budget.working():
            return self._derived(value, x)

    def _derived(self, value: Element, x: Any) -> Element:
        groups = self._of_polynomial(value.num, value.den, x)
        for i, e in value.den:
            logarithmic = self._of_log_factor(i, x)
            if not logarithmic.num.is_zero():
                self._add(groups, value.num * fmpq(-e), value.den, logarithmic)
        return self.field.gather(groups)

    def _of_polynomial(self, num: Any, den: Exponents, x: Any, held: int | None = None) -> Groups:
        """Σ_g ∂num/∂g · g'/Πp^e, one generator held."""
        groups: Groups = {}
        for index, degree in enumerate(num.degrees()):
            if degree > 0 and index != held:
                slope = self.slope(index, x)
                if not slope.num.is_zero():
                    self._add(groups, num.derivative(index), den, slope)
        return groups

    def _add(self, groups: Groups, num: Any, den: Exponents, factor: Element) -> None:
        lift = self.field.ring.lift
        key, product = join(den, factor.den), self.field.ring.times(num, factor.num)
        groups[key] = lift(groups[key]) + product if key in groups else product

    def _of_log_factor(self, i: int, x: Any) -> Element:
        """p'/p in lowest terms."""
        found = self._logarithmic.get((i, x))
        if found is None:
            found = self.field.gather(self._of_polynomial(self.field.factor(i), ((i, 1),), x))
            self._logarithmic[i, x] = found
        return found

    def slope(self, index: int, x: Any) -> Element:
        """g' for the generator of this index."""
        found = self._table.get((index, x))
        if found is None:
            try:
                found = self._slope(index, x)
            except OutOfTime:
                raise
            except OutOfReach as error:
                generator = self.field.tower.generators[index].expr
                raise FieldError(f"no derivative of {generator} by {x}: {error}") from error
            self._table[index, x] = found
        return found

    def _slope(self, index: int, x: Any) -> Element:
        K, tower = self.field, self.field.tower
        generator = tower.generators[index]
        kind = generator.kind
        if kind in ("unit", "constant"):
            return K.zero
        if kind == "symbol":
            return self._of_symbol(tower.domain.restore(generator.expr), x)
        if index in tower.partner:
            return self._of_pair(index, x)
        if index in K.ring.relations:
            return self._of_root(index, x)
        if kind == "exp" and generator.inner is not None:
            return K.generator(index) * K.element(generator.inner).diff(x)
        if kind == "log" and generator.inner is not None:
            inner = K.element(generator.inner)
            return inner.diff(x) / inner
        if isinstance(generator, JetGenerator):
            return self._of_jet(generator, x)
        return self._of_function(kind, tower.domain.restore(generator.expr), x)

    def _of_symbol(self, expr: Any, x: Any) -> Element:
        """1 or 0; a letter such as the conjugate of x has no derivative by x."""
        if expr == x:
            return self.field.one
        if not expr.is_Symbol and x in expr.free_symbols:
            raise FieldError(f"{expr} has no derivative by {x}")
        return self.field.zero

    def _of_pair(self, index: int, x: Any) -> Element:
        """cos' = −sin z', sin' = cos z'; cosh' = sinh z', sinh' = cosh z'."""
        pair = self.field.tower.partner[index]
        slope = self.field.element(pair.argument).diff(x)
        if index == pair.odd:
            return self.field.generator(pair.even) * slope
        return self.field.generator(pair.odd) * slope * -pair.sigma

    def _of_root(self, index: int, x: Any) -> Element:
        """g^n = t(g): g' (n g^{n−1} − ∂t/∂g) = (∂t with g held)."""
        K = self.field
        n, tail = K.ring.relations[index][0], K.ring.lift(K.ring.relations[index][1])
        right = K.gather(self._of_polynomial(tail, (), x, held=index))
        if right.num.is_zero():
            return K.zero
        g, tail = K.generator(index), K.ring.lift(tail)
        inner = tail.derivative(index)
        if inner.is_zero():
            return right * g / (Element(K, tail, ()) * n)
        return right / (g ** (n - 1) * n - Element(K, inner, ()))

    def _of_function(self, kind: str, meaning: Any, x: Any) -> Element:
        if x not in meaning.free_symbols:
            return self.field.zero
        if kind == "bound":
            raise FieldError(f"{meaning} depends on {x}: differentiation under the sign is a rule with obligations")
        return self.field(sp.diff(meaning, x))

    def _of_jet(self, jet: JetGenerator, x: Any) -> Element:
        """The chain rule over the places of the jet."""
        K, jets = self.field, self.field.tower.jets
        terms = []
        for k, inner in self._inner(jet.family, x):
            raised = (*jet.orders[:k], jet.orders[k] + 1, *jet.orders[k + 1 :])
            value = jets.member(jet.family, raised)
            terms.append((Element(K, value.num, ()), inner))
        return K.dot(terms)

    def _inner(self, family: Family, x: Any) -> list[tuple[int, Element]]:
        """(k, ∂_x a_k) for the arguments that depend on x; once for all jets at one place."""
        found = self._places.get((id(family), x))
        if found is None:
            slopes = [(k, self.field.element(arg).diff(x)) for k, arg in enumerate(family.args)]
            found = self._places[id(family), x] = [(k, slope) for k, slope in slopes if not slope.num.is_zero()]
        return found
