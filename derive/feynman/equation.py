"""A linear differential equation for an integral in one of its parameters: Σ p_i(a) ∂_a^i I = right(a)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem


@dataclass(frozen=True)
class Equation:
    """Σ p_i(a) ∂_a^i I(a) = right(a), where I is the integral of `problem` and a its `parameter`.

    `operator` = (p_0, …, p_n), polynomials in a with coefficients in the other parameters, p_n ≠ 0. `right` is a closed
    expression in a: the boundary terms, evaluated, and what moving ends contribute. `given`: conditions under which the
    equation holds, beyond the assumptions of the problem. `derivation` ends with it: its first line is
    Σ p_i Derivative(I, (a, i)), its last is `right`. `abel`: the boundary terms hold in the sense of Abel, with a
    factor e^{−εx}, ε → 0+, under the integral sign; `reason` says how the equation was found, in words.
    `checked`: it agrees with numeric values of the integral at a random point; False: none could be had in time.
    """

    problem: Problem
    parameter: sp.Symbol
    operator: tuple[Any, ...]
    right: Any
    given: tuple[Any, ...] = ()
    derivation: Derivation | None = None
    abel: bool = False
    reason: str = ""
    checked: bool = True

    @property
    def order(self) -> int:
        """The order of the equation."""
        return len(self.operator) - 1

    @property
    def leading(self) -> Any:
        """The coefficient of the highest derivative; its zeros are the singular points."""
        return self.operator[-1]

    def left(self, unknown: Any) -> Any:
        """Σ p_i ∂_a^i applied to an expression; the derivatives are carried out."""
        return sp.Add(*(p * sp.diff(unknown, self.parameter, i) for i, p in enumerate(self.operator)))

    @property
    def line(self) -> Any:
        """Σ p_i Derivative(I, (a, i)) with the derivatives unevaluated."""
        return operator_line(self.operator, self.problem.integral, self.parameter)

    def holds_for(self, unknown: Any) -> Any:
        """The residual Σ p_i ∂_a^i y − right of a candidate y; zero for a solution."""
        return self.left(unknown) - self.right


def operator_line(operator: tuple[Any, ...], integral: Any, a: sp.Symbol) -> Any:
    """Σ p_i Derivative(integral, (a, i)), nothing evaluated."""
    derivatives = [integral, *(sp.Derivative(integral, (a, i)) for i in range(1, len(operator)))]
    return sp.Add(*(p * derivative for p, derivative in zip(operator, derivatives, strict=True)))
