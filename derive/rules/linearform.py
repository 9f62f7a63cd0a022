"""A line that is linear in an unknown function and its derivatives: Σ_j c_j(k) u^{(j)}(k) + rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.rule import RuleError


@dataclass(frozen=True)
class LinearForm:
    """Σ_j coefficients[j] u^{(j)} + rest, the last coefficient not identically zero."""

    coefficients: tuple[Any, ...]
    rest: Any

    def apply(self, y: Any, k: sp.Symbol) -> Any:
        """Σ_j coefficients[j] ∂_k^j y, without the rest."""
        return sp.Add(*(c * sp.diff(y, k, j) for j, c in enumerate(self.coefficients)))

    def written(self, y: Any, k: sp.Symbol) -> Any:
        """The same with the derivatives left standing, for a reader."""
        terms = [
            c * (sp.Derivative(y, (k, j)) if j and y.free_symbols else sp.diff(y, k, j))
            for j, c in enumerate(self.coefficients)
        ]
        return sp.Add(*terms)

    def same_operator(self, other: LinearForm) -> bool:
        """Whether the coefficients agree as polynomials in what they are written with."""
        if len(self.coefficients) != len(other.coefficients):
            return False
        return all(sp.expand(a - b) == 0 for a, b in zip(self.coefficients, other.coefficients, strict=True))


def linear_form(expr: Any, unknown: Any, k: sp.Symbol) -> LinearForm:
    """The expression as a linear form in `unknown` and its derivatives by k; RuleError if it is not one."""
    table: dict[Any, int] = {unknown: 0}
    for node in expr.atoms(sp.Derivative):
        if node.expr == unknown and all(variable == k for variable, _ in node.variable_count):
            order = sum(count for _, count in node.variable_count)
            if not isinstance(order, (int, sp.Integer)):
                raise RuleError(f"{node} has no definite order")
            table[node] = int(order)
    letters = {order: sp.Dummy(f"u{order}") for order in table.values()}
    masked = expr.xreplace({node: letters[order] for node, order in table.items() if order} | {})
    masked = sp.expand(masked.xreplace({unknown: letters[0]}))
    names = [letters[order] for order in sorted(letters)]
    rest, coefficients = masked.xreplace(dict.fromkeys(names, sp.S.Zero)), [sp.S.Zero] * (max(letters) + 1)
    for order, letter in letters.items():
        coefficients[order] = masked.coeff(letter, 1)
        if any(coefficients[order].has(other) for other in names):
            raise RuleError(f"looked for a linear operator applied to {unknown}; the line is not linear in it")
    whole = sp.Add(*(c * letters[j] for j, c in enumerate(coefficients) if j in letters), rest)
    if sp.expand(masked - whole) != 0:
        raise RuleError(f"looked for a linear operator applied to {unknown}; the line is not linear in it")
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    if not coefficients:
        raise RuleError(f"the line does not contain {unknown}")
    return LinearForm(tuple(coefficients), rest)
