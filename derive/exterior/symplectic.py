"""Symplectic and contact forms: Hamiltonian fields, Poisson bracket, Liouville volume, Reeb field.

Conventions, for ω = Σ dq∧dp: ι_{X_H} ω = dH, so q̇ = ∂H/∂p and ṗ = −∂H/∂q; {f, g} = ω(X_f, X_g) = X_g(f), {q, p} = 1,
and X_{{f,g}} = −[X_f, X_g]. Liouville: L_{X_H} ω = 0, hence L_{X_H} ωⁿ = 0.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from math import factorial
from typing import Any

import sympy as sp

from derive.exterior.chart import Chart
from derive.exterior.errors import Degenerate, NotClosed, WrongCount
from derive.exterior.form import Form
from derive.exterior.maps import Map
from derive.exterior.scalars import Scalar, expression
from derive.exterior.vectors import VectorField
from derive.field import DivisionByZero


def _square(form: Form) -> list[list[Scalar]]:
    """w_ij of a 2-form."""
    n = form.chart.dim
    rows = [[form.ring(0)] * n for _ in range(n)]
    for i, j in combinations(range(n), 2):
        value = form.coefficient(1 << i | 1 << j)
        rows[i][j], rows[j][i] = value, -value
    return rows


class Symplectic:
    """A closed, non-degenerate 2-form. Raises WrongCount, NotClosed, Degenerate. Immutable."""

    def __init__(self, form: Form) -> None:
        if form.degree != 2:
            raise WrongCount(f"a symplectic form has degree 2; this one has degree {form.degree}")
        closed = form.d()
        if not closed.is_zero():
            raise NotClosed(f"a symplectic form is closed, but dω = {closed}")
        rows = _square(form)
        try:
            inverse = form.ring.inverse(rows) if form.chart.dim % 2 == 0 else None
        except (DivisionByZero, sp.matrices.exceptions.NonInvertibleMatrixError):
            inverse = None
        if inverse is None:
            raise Degenerate(f"ω = {form} is degenerate: ωⁿ = 0 on a chart of {form.chart.dim} dimensions")
        self.form, self._inverse = form, inverse

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__:
            raise AttributeError("a symplectic form is immutable")
        self.__dict__[name] = value

    def __reduce__(self) -> Any:
        return Symplectic, (self.form,)

    @property
    def chart(self) -> Chart:
        """Phase space."""
        return self.form.chart

    @classmethod
    def canonical(cls, positions: str, momenta: str) -> Symplectic:
        """Σ dqⁱ∧dpⁱ on a chart of these names: `Symplectic.canonical("x y", "px py")`."""
        chart = Chart(f"{positions} {momenta}")
        n = chart.dim // 2
        if len(positions.split()) != n or len(momenta.split()) != n:
            raise WrongCount("there are as many positions as momenta")
        return cls(chart.form(2, {(i, n + i): 1 for i in range(n)}))

    def hamiltonian(self, energy: Any) -> VectorField:
        """X_H with ι_{X_H} ω = dH."""
        slope = self.chart.d(energy)
        ring, flat = self.chart.scalars(
            [*(slope.coefficient(1 << i) for i in range(self.chart.dim)), *(v for row in self._inverse for v in row)]
        )
        n = self.chart.dim
        return VectorField(self.chart, [ring.dot([(flat[j], flat[n + n * j + i]) for j in range(n)]) for i in range(n)])

    def bracket(self, f: Any, g: Any) -> sp.Expr:
        """{f, g} = X_g(f)."""
        return self.hamiltonian(g)(f)

    @cached_property
    def volume(self) -> Form:
        """The Liouville volume ωⁿ/n!."""
        n = self.chart.dim // 2
        return self.form**n / factorial(n)

    def keeps(self, mapping: Map) -> bool:
        """Whether a map of phase space to itself, or from another chart of it, is canonical: F*ω = ω in the same names,

        that is, F*ω = Σ dQ∧dP for a source chart with the coordinates in the same order.
        """
        n = mapping.source.dim // 2
        target = mapping.source.form(2, {(i, n + i): 1 for i in range(n)})
        return self.form.pull(mapping) == target


class Contact:
    """A 1-form α with α∧(dα)ⁿ ≠ 0 in 2n + 1 dimensions. Raises WrongCount, Degenerate. Immutable."""

    def __init__(self, form: Form) -> None:
        n = form.chart.dim // 2
        if form.degree != 1 or form.chart.dim % 2 == 0:
            raise WrongCount("a contact form is a 1-form in an odd number of dimensions")
        self.form, self.volume = form, form * form.d() ** n
        if self.volume.is_zero():
            raise Degenerate(f"α = {form} is no contact form: α∧(dα)ⁿ = 0")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__:
            raise AttributeError("a contact form is immutable")
        self.__dict__[name] = value

    def __reduce__(self) -> Any:
        return Contact, (self.form,)

    @cached_property
    def reeb(self) -> VectorField:
        """The field R with α(R) = 1 and ι_R dα = 0."""
        chart, slope = self.form.chart, self.form.d()
        n = chart.dim
        ring, flat = chart.scalars(
            [*(self.form.coefficient(1 << i) for i in range(n)), *(v for row in _square(slope) for v in row)]
        )
        alpha = flat[:n]
        rows = [[flat[n + n * i + j] + alpha[i] * alpha[j] for i in range(n)] for j in range(n)]
        inverse = ring.inverse(rows)
        return VectorField(chart, [ring.dot(list(zip(row, alpha, strict=True))) for row in inverse])


def pfaffian(form: Form) -> sp.Expr:
    """Pf of a 2-form in 2n dimensions: wⁿ/n! = Pf(w) dx¹∧…∧dx²ⁿ, and Pf² = det w_ij."""
    n, odd = divmod(form.chart.dim, 2)
    if form.degree != 2 or odd:
        raise WrongCount("the Pfaffian belongs to 2-forms in an even number of dimensions")
    return expression((form**n / factorial(n)).coefficient((1 << form.chart.dim) - 1))
