"""The differential field Q(generators) with its derivations: conversion, lowest terms, sums, inverses.

 K = Field([x, y]); e = K(expr); e.diff(x); e.expr()
Laws: K(a + b) = K(a) + K(b), K(a b) = K(a) K(b), K(∂a) = ∂K(a) as functions on the domain of `given`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import fmpq
from sympy import Expr, Float, Rational
from sympy.core.function import AppliedUndef

from derive.errors import Undecided
from derive.exact.budget import Budget, OutOfReach, OutOfTime, ZeroDivisor
from derive.exact.domain import Domain, domain_of
from derive.exact.reading import formula

from .derivation import Derivations
from .element import Element, Exponents, join
from .errors import DivisionByZero, FieldError
from .readable import Writer
from .tower import Tower
from .witness import Witness


class Field:
    """A differential field over `variables`; every other symbol is a constant. `given`: relations that hold.

    Work that outlasts the budget (60 s for one operation, if none is given) raises `Undecided`.
    """

    def __init__(
        self, variables: Any = (), given: Any = (), *, budget: Budget | None = None, linear: bool = False
    ) -> None:
        listed = (variables,) if isinstance(variables, sp.Symbol | str) else variables
        symbols: tuple[Any, ...] = tuple(formula(v) for v in listed)
        if not all(isinstance(v, sp.Symbol) for v in symbols):
            raise FieldError(f"variables of a field are symbols, not {[v for v in symbols if not v.is_Symbol]}")
        self.variables: tuple[Any, ...] = symbols
        if isinstance(given, Domain):
            self.domain = given
        else:
            try:
                self.domain = domain_of(
                    tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
                )
            except OutOfReach as error:
                raise FieldError(str(error)) from error
        self.given: tuple[Any, ...] = self.domain.given
        fixed = [v for v in symbols if v in self.domain.rename and not self.domain.rename[v].is_Symbol]
        if fixed:
            raise FieldError(f"{fixed} are no free variables: an equation in `given` fixes them")
        self.tower = Tower(self.domain, budget, linear=linear)
        self.ring = self.tower.ring
        self._memo: dict[Any, Element] = {}
        self._factors: list[Any] = []
        self._trusted = 0
        self._powers: dict[Exponents, Any] = {}
        self.zero = Element(self, self.ring.nil, ())
        self.one = Element(self, self.ring.one, ())
        self.derivations, self.witness, self.writer = Derivations(self), Witness(self), Writer(self)

    def __call__(self, expr: Any) -> Element:
        """The element of an expression. Raises `FieldError` where it does not fit, `DivisionByZero`."""
        found = self.coerce(expr)
        if found is None:
            raise FieldError(f"{expr!r} is no expression")
        return found

    def coerce(self, value: Any) -> Element | None:
        """An element of this field; None for what is no expression."""
        if isinstance(value, Element):
            if value.field is self:
                return value
            if value.field.key != self.key:
                raise FieldError(f"elements of different fields: over {value.field.variables} and {self.variables}")
            return self(value.expr())
        if isinstance(value, int | fmpq):
            return Element(self, self.ring.ctx.constant(fmpq(value)), ())
        if not isinstance(value, Expr):
            return None
        found = self._memo.get(value)
        if found is None:
            found = self._memo[value] = self._convert(value)
        return found

    @property
    def key(self) -> tuple[Any, ...]:
        """Fields with equal keys hold the same functions."""
        return self.variables, self.given

    def __reduce__(self) -> tuple[Callable[..., Field], tuple[Any, ...]]:
        return Field, self.key

    def __repr__(self) -> str:
        return f"Field({list(self.variables)}, generators={[g.expr for g in self.tower.generators]})"

    def _convert(self, expr: Expr) -> Element:
        if isinstance(expr, Rational):
            return Element(self, self.ring.constant(expr), ())
        if expr.has(Float):
            raise FieldError(f"{_spelled(expr)} contains floating-point numbers: a field is exact; use sympy.nsimplify")
        with self.tower.budget.working():
            return self.element(self.fraction(self.domain.refine(expr), expr))

    def fraction(self, refined: Expr, stated: Expr | None = None) -> Any:
        """The fraction of an expression on the domain, after the divisors met on the way are shown not to vanish."""
        stated = refined if stated is None else stated
        try:
            value = self.tower.read(refined)
            divisors = self.ring.divisors
            while self._trusted < len(divisors):
                self.trust(Element(self, self.ring.reduce(divisors[self._trusted]), ()))
                self._trusted += 1
        except ZeroDivisor as error:
            raise DivisionByZero(f"{_spelled(stated)}: {error}") from error
        except OutOfTime:
            raise
        except OutOfReach as error:
            raise FieldError(f"{_spelled(stated)} does not fit the field: {error}") from error
        return value

    def vanishes(self, refined: Expr) -> bool:
        """Whether an expression on the domain is zero; nothing is rationalised. Raises `Undecided`, `FieldError`."""
        with self.tower.budget.working():
            return Element(self, self.ring.reduce(self.fraction(refined).num), ()).is_zero()

    def trust(self, divisor: Element) -> None:
        """Raises `DivisionByZero`, or `Undecided` for a sum that is not shown to be non-zero."""
        if divisor.num.is_zero():
            raise DivisionByZero("division by zero: the divisor's normal form is zero")
        if len(divisor.num) == 1 and self.witness.never_zero(divisor.num):
            return
        try:
            self.witness.nonzero(divisor)
        except Undecided:
            if not self.witness.positive(divisor.num):
                raise

    def element(self, value: Any) -> Element:
        """The element of a fraction of the tower."""
        top = self.lowest(self.ring.reduce(value.num), ())
        return top if value.den.is_constant() else top * self.invert(Element(self, self.ring.reduce(value.den), ()))

    def generator(self, index: int) -> Element:
        return Element(self, self.ring.generator(index), ())

    def lowest(self, num: Any, den: Exponents, candidates: Sequence[int] | None = None) -> Element:
        """num/den after division by the candidates (by default all factors of den) as often as they divide."""
        if num.is_zero():
            return self.zero
        if den and (candidates is None or candidates):
            kept = []
            for i, e in den:
                if candidates is None or i in candidates:
                    p = self.factor(i)
                    while e and (quotient := self.ring.divided(num, p)) is not None:
                        num, e = quotient, e - 1
                if e:
                    kept.append((i, e))
            den = tuple(kept)
        return Element(self, num, den)

    def factor(self, index: int) -> Any:
        """A known irreducible polynomial, in the present ring."""
        p = self._factors[index]
        if p.context() is not self.ring.ctx:
            p = self._factors[index] = self.ring.lift(p)
        return p

    def product(self, exponents: Exponents) -> Any:
        """Π p_i^{e_i}, cached."""
        found = self._powers.get(exponents)
        if found is None or found.context() is not self.ring.ctx:
            found = self.ring.one
            for i, e in exponents:
                found = self.ring.multiply(found, self.ring.power(self.factor(i), e))
            self._powers[exponents] = found
        return found

    def register(self, p: Any) -> int:
        """The index of an irreducible polynomial."""
        for i in range(len(self._factors)):
            if self.factor(i) == p:
                return i
        self._factors.append(p)
        return len(self._factors) - 1

    def invert(self, value: Element) -> Element:
        """1/value: the numerator is factored; factors with algebraic generators are rationalised."""
        with self.tower.budget.working():
            return self._inverted(value)

    def _inverted(self, value: Element) -> Element:
        num = value.num
        self.trust(value)
        constant, parts = self.ring.factored(num)
        top, rest = self.product(value.den) / constant, []
        den: dict[int, int] = {}
        for p, e in parts:
            if self.ring.is_rational(p):
                den[self.register(p)] = e
            else:
                rest.append((p, e))
        total = self.lowest(top, tuple(sorted(den.items())), ())
        for p, e in rest:
            total = total * self._rationalised(p) ** e
        return total

    def _rationalised(self, p: Any) -> Element:
        """1/p for a polynomial p in an algebraic generator g: the conjugate over the norm, or a linear system."""
        ring = self.ring
        g = ring.newest_algebraic(p)
        assert g is not None
        n, tail = ring.relations[g][0], ring.lift(ring.relations[g][1])
        x = ring.generator(g)
        if n == 2:
            slope = tail.derivative(g)
            conjugate = p - p.derivative(g) * (2 * x - slope)
            norm = ring.times(p, conjugate)
            if norm.is_zero():
                raise Undecided(
                    f"{self.tower.expression_of(p)} is a divisor of zero: the roots in it are not independent"
                )
            return Element(self, conjugate, ()) * self.invert(Element(self, norm, ()))
        return self._by_linear_system(p, g, n)

    def _by_linear_system(self, p: Any, g: int, n: int) -> Element:
        """Σ v_j g^j with p Σ v_j g^j = 1."""
        from .matrices import solve

        columns = []
        for j in range(n):
            parts = self.ring.coefficients(self.ring.times(p, self.ring.generator(g) ** j), g)
            columns.append([Element(self, parts.get(k, self.ring.nil), ()) for k in range(n)])
        rows = [[columns[j][k] for j in range(n)] for k in range(n)]
        values = solve(self, rows, [self.one] + [self.zero] * (n - 1))
        return self.dot((v, self.generator(g) ** j) for j, v in enumerate(values))

    def sum(self, items: Iterable[Any]) -> Element:
        """Σ, brought to one common denominator and cancelled once."""
        return self.dot((item,) for item in items)

    def dot(self, products: Iterable[Iterable[Any]]) -> Element:
        """Σ Π over tuples of elements: numerators are gathered by denominator, cancelled once at the end."""
        with self.tower.budget.working():
            return self.gather(self._by_denominator(products))

    def _by_denominator(self, products: Iterable[Iterable[Any]]) -> dict[Exponents, Any]:
        groups: dict[Exponents, Any] = {}
        for factors in products:
            num, den = None, ()
            for factor in factors:
                if not isinstance(factor, Element) or factor.field is not self:
                    factor = self(factor)
                n = factor.num
                if n.is_zero():
                    num = None
                    break
                num = n if num is None else self.ring.times(num, n)
                den = join(den, factor.den)
            if num is not None:
                groups[den] = self.ring.lift(groups[den]) + self.ring.lift(num) if den in groups else num
        return groups

    def gather(self, groups: dict[Exponents, Any]) -> Element:
        """Σ num/den over the groups."""
        if not groups:
            return self.zero
        if len(groups) == 1:
            ((den, num),) = groups.items()
            return self.lowest(self.ring.lift(num), den)
        top: dict[int, int] = {}
        for den in groups:
            for i, e in den:
                if e > top.get(i, 0):
                    top[i] = e
        total = self.ring.nil
        for den, num in groups.items():
            lacking = dict(top)
            for i, e in den:
                lacking[i] -= e
            total = total + self.ring.multiply(
                num, self.product(tuple(sorted((i, e) for i, e in lacking.items() if e)))
            )
        return self.lowest(total, tuple(sorted(top.items())))

    def fingerprint(self, value: Element) -> int:
        """A hash that agrees for equal elements, also of two fields with one key, whatever generators came first.

        A rational function of symbols and unknown functions by its value at fixed integers; all others alike.
        """
        polys = (value.num, *[self.factor(i) for i, _ in value.den])
        used = {i: self.tower.generators[i] for p in polys for i, d in enumerate(p.degrees()) if d > 0}
        if not all(g.kind == "symbol" or isinstance(g.expr, AppliedUndef) for g in used.values()):
            return hash(self.key)
        place = [fmpq(0)] * self.ring.capacity
        for i, g in used.items():
            place[i] = fmpq(10007 + hash(self.domain.restore(g.expr)) % 899_981)
        top, bottom = value.num(*place), self.product(value.den)(*place)
        return hash(Fraction(int(top.p), int(top.q)) / Fraction(int(bottom.p), int(bottom.q))) if bottom != 0 else 0

    def det(self, matrix: Any) -> Element:
        """The determinant."""
        from .matrices import determinant

        with self.tower.budget.working():
            return determinant(self, matrix)

    def inverse(self, matrix: Any) -> list[list[Element]]:
        """The inverse matrix as rows. Raises `DivisionByZero` where it is singular."""
        from .matrices import inverse

        with self.tower.budget.working():
            return inverse(self, matrix)


def _spelled(expr: Any) -> str:
    from derive.printing.plaintext import spelling

    return spelling(expr)
