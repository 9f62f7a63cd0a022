"""A linear differential operator with polynomial coefficients, and conjugation by a hyperexponential function.

L = Σ p_i(a) ∂_a^i; with y' = w y, w rational, y⁻¹ L y = Σ p_i (∂_a + w)^i, again with polynomial coefficients once the
denominators are cleared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import PolynomialError

from derive.errors import DeriveError


@dataclass(frozen=True)
class LinearODE:
    """Σ p_i(a) u^(i)(a) = r(a): `coefficients` (p_0, …, p_n) polynomials in `variable`, p_n ≠ 0, `right` anything.

    Rational coefficients are multiplied up. DeriveError if they are not rational in the variable.
    """

    coefficients: tuple[Any, ...]
    variable: sp.Symbol
    right: Any = sp.S.Zero

    def __init__(self, coefficients: Iterable[Any], variable: sp.Symbol, right: Any = sp.S.Zero) -> None:
        parts = [sp.together(sp.sympify(c, strict=True)) for c in coefficients]
        while parts and sp.expand(parts[-1]) == 0:
            parts.pop()
        if not parts:
            raise DeriveError("a differential equation needs a coefficient that is not zero")
        try:
            dens = [sp.Poly(sp.fraction(c)[1], variable) for c in parts]
            common = dens[0]
            for den in dens[1:]:
                common = common.lcm(den)
            polys = [sp.Poly(sp.cancel(c * common.as_expr()), variable) for c in parts]
        except PolynomialError as error:
            raise DeriveError(f"the coefficients {parts} are not rational in {variable}") from error
        object.__setattr__(self, "coefficients", tuple(p.as_expr() for p in polys))
        object.__setattr__(self, "variable", variable)
        object.__setattr__(self, "right", sp.sympify(right, strict=True) * common.as_expr())

    @property
    def order(self) -> int:
        """n, the order of the highest derivative."""
        return len(self.coefficients) - 1

    def apply(self, u: Any) -> Any:
        """L u, the derivatives taken."""
        a = self.variable
        return sp.Add(*[p * sp.diff(u, a, i) for i, p in enumerate(self.coefficients)])

    def __str__(self) -> str:
        u = sp.Function("u")(self.variable)
        terms = [p * (sp.Derivative(u, (self.variable, i)) if i else u) for i, p in enumerate(self.coefficients)]
        return f"{sp.Add(*terms)} = {self.right}"

    @cached_property
    def operator(self) -> Operator:
        """The left side as an operator on polynomials."""
        return Operator(tuple(polynomial_in(p, self.variable) for p in self.coefficients), self.variable)


@dataclass(frozen=True)
class Operator:
    """Σ p_i ∂^i over polynomials of one variable; the zero polynomials at the top are cut off."""

    polys: tuple[sp.Poly, ...]
    variable: sp.Symbol

    @property
    def order(self) -> int:
        """The order of the highest derivative."""
        return len(self.polys) - 1

    def conjugated(self, top: sp.Poly, bottom: sp.Poly) -> tuple[Operator, Any]:
        """(L̃, m) with L̃ = m · y⁻¹ L y where y'/y = top/bottom; m is rational, an expression.

        (∂ + N/Q)^i = Q^{−i} Σ_j A_ij ∂^j with A_{i+1,j} = Q A_ij' − i Q' A_ij + N A_ij + Q A_{i,j−1}.
        """
        a, n = self.variable, self.order
        rows: list[list[sp.Poly]] = [[polynomial_in(1, a)]]
        slope = bottom.diff(a)
        for i in range(n):
            old, zero = rows[-1], polynomial_in(0, a)
            new = []
            for j in range(i + 2):
                here = old[j] if j <= i else zero
                below = old[j - 1] if j else zero
                new.append(bottom * here.diff(a) - i * slope * here + top * here + bottom * below)
            rows.append(new)
        total = [polynomial_in(0, a)] * (n + 1)
        for i, p in enumerate(self.polys):
            if not p.is_zero:
                weight = p * bottom ** (n - i)
                for j, entry in enumerate(rows[i]):
                    total[j] = total[j] + weight * entry
        content = common_divisor(total)
        factor = bottom**n
        return Operator(tuple(p.quo(content) for p in total), a), factor.as_expr() / content.as_expr()

    def divided(self) -> Operator:
        """The operator without a common polynomial factor of its coefficients."""
        content = common_divisor(list(self.polys))
        return Operator(tuple(p.quo(content) for p in self.polys), self.variable)

    def lowered(self) -> Operator:
        """For L with L 1 = 0: the M of order n − 1 with L y = M y'."""
        return Operator(self.polys[1:], self.variable).divided()

    def on_power(self, j: int) -> sp.Poly:
        """L a^j."""
        a = self.variable
        total = polynomial_in(0, a)
        for i, p in enumerate(self.polys[: j + 1]):
            total = total + p * polynomial_in(sp.ff(j, i) * a ** (j - i), a)
        return total


def common_divisor(polys: list[sp.Poly]) -> sp.Poly:
    """The greatest common divisor of the nonzero ones."""
    content: sp.Poly | None = None
    for p in polys:
        if not p.is_zero:
            content = p if content is None else content.gcd(p)
            if content.degree() == 0:
                break
    if content is None:
        raise DeriveError("an operator needs a coefficient that is not zero")
    return content.monic() if content.degree() > 0 else sp.Poly(1, *content.gens, field=True)


def polynomial_in(expr: Any, a: sp.Symbol) -> sp.Poly:
    """The expression as a polynomial in a over a field; radicals of other symbols are kept apart from their squares."""
    expr = sp.sympify(expr)
    radical = any(isinstance(e, sp.Pow) and not e.exp.is_Integer for e in sp.preorder_traversal(expr))
    if radical and expr.free_symbols - {a}:
        return sp.Poly(sp.expand(expr), a, domain="EX")
    return sp.Poly(expr, a, field=True)
