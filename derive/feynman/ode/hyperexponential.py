"""Hyperexponential solutions y of L y = 0: those with y'/y rational (Petkovšek, Beke).

y = P(a) · exp(R(a)) · Π q_j(a)^{e_j}: exponential parts R and exponents e_j from the singular points, then the
polynomial P by linear algebra; its degree is s − Σ e_j deg q_j with s an exponent at infinity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import sympy as sp

from derive.feynman.ode.linear import Operator, polynomial_in
from derive.feynman.ode.places import at_factor, at_infinity, exponential_parts, factors, linear_factors, tidy

MOST_DEGREE = 24
_MOST_CHOICES = 200


@dataclass(frozen=True)
class Hyperexponential:
    """P(a) · exp(R(a)) · Π q_j(a)^{e_j}."""

    polynomial: Any
    exponent: Any
    powers: tuple[tuple[Any, Any], ...]
    variable: sp.Symbol

    @property
    def expression(self) -> Any:
        """The function as a SymPy expression."""
        return self.polynomial * sp.Mul(*[q**e for q, e in self.powers]) * sp.exp(self.exponent)

    def logarithmic_derivative(self) -> tuple[sp.Poly, sp.Poly]:
        """Numerator and denominator of y'/y."""
        a = self.variable
        w = sp.diff(self.exponent, a) + sp.diff(self.polynomial, a) / self.polynomial
        w += sp.Add(*[e * sp.diff(q, a) / q for q, e in self.powers])
        top, bottom = sp.fraction(sp.cancel(sp.together(w)))
        return polynomial_in(top, a), polynomial_in(bottom, a)


def solutions(operator: Operator) -> Iterator[Hyperexponential]:
    """Linearly independent hyperexponential solutions, the simplest first: constants, polynomials, then the others."""
    count = 0
    parts = list(islice(exponential_parts(operator), _MOST_CHOICES))
    for split in (False, True):
        if split and not any(q.degree() > 1 for q, _ in factors(operator.polys[-1])):
            return
        for exponent in parts:
            for found in _regular(conjugated(operator, exponent, ()), exponent, operator.variable, split):
                count += 1
                yield found
        if count:
            return


def _regular(operator: Operator, exponent: Any, a: sp.Symbol, split: bool) -> Iterator[Hyperexponential]:
    """Solutions exp(R) Π q^e P for one R; `operator` is already conjugated by exp(R). With `split` the q are linear,
    with radicals and i in them."""
    singular = factors(operator.polys[-1])
    if split:
        singular = [(linear, k) for q, k in singular for linear in linear_factors(q)]
    choices = []
    for q, _ in singular:
        exponents = representatives(at_factor(operator, q), least=True)
        if not exponents:
            return
        choices.append([(q, e) for e in exponents])
    tops = at_infinity(operator)
    found: list[Any] = []
    for powers in islice(product(*choices), _MOST_CHOICES):
        total = sum((e * q.degree() for q, e in powers), sp.S.Zero)
        degrees = [d for d in (whole(s - total) for s in tops) if d is not None and 0 <= d <= MOST_DEGREE]
        if not degrees:
            continue
        named = tuple((q.as_expr(), e) for q, e in powers if e != 0)
        inner = conjugated(operator, sp.S.Zero, named)
        for poly in polynomials(inner, max(degrees)):
            solution = Hyperexponential(poly, exponent, named, a)
            if not any(named == before and sp.cancel(poly / other).is_number for other, before in found):
                found.append((poly, named))
                yield solution


def conjugated(operator: Operator, exponent: Any, powers: tuple[tuple[Any, Any], ...]) -> Operator:
    """The operator that y/(exp(R) Π q^e) satisfies."""
    a = operator.variable
    w = sp.diff(exponent, a) + sp.Add(*[e * sp.diff(q, a) / q for q, e in powers])
    if w == 0:
        return operator
    top, bottom = sp.fraction(sp.cancel(sp.together(w)))
    return operator.conjugated(polynomial_in(top, a), polynomial_in(bottom, a))[0]


def polynomials(operator: Operator, degree: int) -> list[Any]:
    """A basis of the polynomial solutions up to the degree."""
    a = operator.variable
    columns = [operator.on_power(j) for j in range(degree + 1)]
    return [sp.factor_terms(sp.Add(*[c * a**j for j, c in enumerate(vector)])) for vector in kernel(columns)]


def kernel(columns: list[sp.Poly]) -> list[list[Any]]:
    """The relations Σ c_j columns_j = 0 with constant c_j, without denominators."""
    height = max((p.degree() for p in columns if not p.is_zero), default=-1) + 1
    if height == 0:
        return [[sp.S(int(i == j)) for i in range(len(columns))] for j in range(len(columns))]
    matrix = sp.Matrix([[p.nth(row) for p in columns] for row in range(height)])
    domain_matrix = matrix.to_DM(field=True)
    basis = domain_matrix.nullspace()
    return [[tidy(sp.sympify(entry)) for entry in row] for row in _cleared(basis.to_Matrix())]


def _cleared(rows: Any) -> list[list[Any]]:
    out = []
    for index in range(rows.rows):
        row = [sp.together(entry) for entry in rows.row(index)]
        common = sp.lcm_list([sp.fraction(entry)[1] for entry in row])
        row = [sp.cancel(entry * common) for entry in row]
        content = sp.gcd_list([entry for entry in row if entry != 0] or [sp.S.One])
        out.append([sp.cancel(entry / content) for entry in row])
    return out


def representatives(exponents: list[Any], least: bool) -> list[Any]:
    """One of each class modulo the integers: the least or the greatest."""
    kept: list[Any] = []
    for e in exponents:
        for index, other in enumerate(kept):
            gap = whole(e - other)
            if gap is not None:
                if (gap < 0) == least:
                    kept[index] = e
                break
        else:
            kept.append(e)
    return kept


def whole(number: Any) -> int | None:
    """The integer that the expression is, if it is one."""
    if number.is_Rational:
        return int(number) if number.is_Integer else None
    value = sp.expand(number)
    if not value.is_Rational and value.free_symbols == number.free_symbols and number.count_ops() > 3:
        value = sp.simplify(value)
    return int(value) if value.is_Integer else None
