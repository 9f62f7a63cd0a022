"""The general solution of a linear differential equation in a parameter, every function in it put back and checked.

Hyperexponential solutions first; each lowers the order (y = y_1 ∫ w); irreducible equations of order two by their
invariant (Bessel, Whittaker, Gauss); the right side by undetermined coefficients or by variation of constants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sympy as sp

from derive.feynman.limits import limited
from derive.feynman.ode.check import vanishes
from derive.feynman.ode.hyperexponential import solutions
from derive.feynman.ode.linear import LinearODE, Operator, polynomial_in
from derive.feynman.ode.primitive import primitive
from derive.feynman.ode.realform import real_form
from derive.feynman.ode.samples import sampled
from derive.feynman.ode.special import special_solutions
from derive.feynman.ode.undetermined import undetermined

_SECONDS_HYPEREXPONENTIAL, _SECONDS_SPECIAL = 4.0, 4.0


@dataclass(frozen=True)
class GeneralSolution:
    """u = particular + Σ c_j basis_j: n independent real solutions of the homogeneous equation and one of the whole."""

    equation: LinearODE
    basis: tuple[Any, ...]
    particular: Any

    def with_constants(self, constants: tuple[Any, ...]) -> Any:
        """particular + Σ c_j basis_j."""
        return self.particular + sp.Add(*[c * y for c, y in zip(constants, self.basis, strict=True)])


def solve_ode(equation: LinearODE, given: tuple[Any, ...] = ()) -> GeneralSolution | None:
    """The general solution; None if a complete basis, or a particular solution, was not found.

    Law: L y_j = 0, L y_p = r and the Wronskian is not 0, each by the exact zero test or to 25 digits.
    """
    basis = fundamental(equation, given)
    if basis is None:
        return None
    particular = particular_solution(equation, basis, given)
    return None if particular is None else GeneralSolution(equation, basis, particular)


def fundamental(equation: LinearODE, given: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """n independent real solutions of L y = 0, or None."""
    found: list[Any] = []
    for y in _real(_homogeneous(equation.operator, given), equation.variable):
        if not vanishes(equation.apply(y), given):
            continue
        if _independent([*found, y], equation.variable, given):
            found.append(y)
            if len(found) == equation.order:
                return tuple(sorted(found, key=sp.count_ops))
    return None


def _homogeneous(operator: Operator, given: tuple[Any, ...]) -> Iterator[Any]:
    """Solutions of L y = 0, perhaps complex, perhaps not all of them."""
    a = operator.variable
    first = limited(_SECONDS_HYPEREXPONENTIAL, _some, operator) or []
    yield from (real_form(y.expression, given) for y in first)
    if len(first) >= operator.order:
        return
    if operator.order == 1:
        p, q = (poly.as_expr() for poly in operator.polys)
        exponent = primitive(sp.cancel(p / q), a, given)
        if exponent is not None:
            yield sp.exp(-exponent)
        return
    if first:
        y = first[0]
        lowered = operator.conjugated(*y.logarithmic_derivative())[0].lowered()
        for w in _real(_homogeneous(lowered, given), a):
            integral = primitive(sp.powsimp(w), a, given)
            if integral is not None:
                yield sp.expand(real_form(y.expression, given) * integral)
        return
    if operator.order == 2:
        yield from limited(_SECONDS_SPECIAL, special_solutions, operator, given) or ()


def _some(operator: Operator) -> list[Any]:
    return list(islice(solutions(operator), operator.order))


def _real(found: Iterator[Any], a: sp.Symbol) -> Iterator[Any]:
    """The real and imaginary parts of solutions of a real equation: they solve it too."""
    for y in found:
        if not y.has(sp.I):
            yield y
            continue
        y = y.replace(
            lambda e: isinstance(e, sp.Pow) and e.exp.has(sp.I), lambda e: sp.exp(sp.expand(e.exp * sp.log(e.base)))
        )
        parts = limited(2.0, sp.expand(y, complex=False).as_real_imag)
        if parts is not None:
            yield from (sp.simplify(p) if sp.count_ops(p) < 60 else p for p in parts if p != 0)


def _independent(functions: list[Any], a: sp.Symbol, given: tuple[Any, ...]) -> bool:
    """Whether the Wronskian is not zero at a random admissible point."""
    if len(functions) == 1:
        return functions[0] != 0
    n = len(functions)
    table = [[sp.diff(y, a, i) for y in functions] for i in range(n)]
    for point in sampled(set().union({a}, *(y.free_symbols for y in functions)), given)[:2]:
        matrix = sp.Matrix([[entry.subs(point).evalf(30) for entry in row] for row in table])
        size = sp.prod([sum(abs(entry) for entry in matrix.col(j)) for j in range(n)])
        value = matrix.det(method="berkowitz")
        if value.is_number and size.is_finite and abs(value) > sp.Float(10) ** -15 * size:
            return True
    return False


def wronskian(functions: tuple[Any, ...], a: sp.Symbol) -> Any:
    """det (∂^i y_j)."""
    rows = [[sp.diff(y, a, i) for y in functions] for i in range(len(functions))]
    return sp.Matrix(rows).det(method="berkowitz")


def particular_solution(equation: LinearODE, basis: tuple[Any, ...], given: tuple[Any, ...] = ()) -> Any | None:
    """One solution of L u = r, checked, or None."""
    if equation.right == 0:
        return sp.S.Zero
    for candidate in _particular(equation, basis, given):
        if candidate is not None and vanishes(equation.apply(candidate) - equation.right, given):
            return candidate
    return None


def _particular(equation: LinearODE, basis: tuple[Any, ...], given: tuple[Any, ...]) -> Iterator[Any]:
    yield limited(3.0, undetermined, equation)
    yield limited(12.0, _variation, equation, basis, given)
    if equation.order > 1:
        yield limited(8.0, _chain, equation, given)


def _variation(equation: LinearODE, basis: tuple[Any, ...], given: tuple[Any, ...]) -> Any | None:
    """u = Σ y_j ∫ (W_j/W) r/p_n, where W_j is the Wronskian with its j-th column replaced by (0, …, 0, 1)."""
    a, n = equation.variable, equation.order
    whole = _wronskian_by_abel(equation, basis, given)
    total = sp.S.Zero
    for j, y in enumerate(basis):
        rows = [
            [
                (sp.S.One if i == n - 1 else sp.S.Zero) if k == j else sp.diff(other, a, i)
                for k, other in enumerate(basis)
            ]
            for i in range(n)
        ]
        minor = sp.Matrix(rows).det(method="berkowitz")
        rate = _tidied(minor / whole * equation.right / equation.coefficients[-1])
        integral = primitive(rate, a, given)
        if integral is None:
            return None
        total += y * integral
    return total


def _wronskian_by_abel(equation: LinearODE, basis: tuple[Any, ...], given: tuple[Any, ...]) -> Any:
    """W = C exp(−∫ p_{n−1}/p_n) (Abel's identity) where that is found, the short form of the determinant."""
    a = equation.variable
    direct = wronskian(basis, a)
    below, lead = equation.coefficients[-2], equation.coefficients[-1]
    exponent = primitive(-sp.cancel(below / lead), a, given)
    if exponent is not None:
        shape = sp.powsimp(sp.expand(sp.exp(exponent)))
        for point in (sp.Integer(1), sp.Rational(1, 2), sp.Integer(2)):
            ratio = (direct / shape).subs(a, point)
            if ratio.is_finite is not False and not ratio.has(sp.nan, sp.zoo):
                ratio = limited(1.0, sp.simplify, ratio) or ratio
                if ratio != 0 and vanishes(direct - ratio * shape, given):
                    return ratio * shape
    return _tidied(direct)


def _tidied(expr: Any) -> Any:
    short = limited(1.5, sp.simplify, expr)
    return short if short is not None else expr


def _chain(equation: LinearODE, given: tuple[Any, ...]) -> Any | None:
    """u = y ∫ w with w a particular solution of the equation lowered by one hyperexponential solution y."""
    a = equation.variable
    first = next(solutions(equation.operator), None)
    if first is None or first.expression.has(sp.I):
        return None
    conjugated, factor = equation.operator.conjugated(*first.logarithmic_derivative())
    right = sp.powsimp(sp.expand(equation.right * factor / first.expression))
    undivided = Operator(conjugated.polys[1:], a)
    lower = LinearODE([p.as_expr() for p in undivided.polys], a, right)
    if lower.order == 0:
        w = lower.right / lower.coefficients[0]
    else:
        solution = solve_ode(lower, given)
        if solution is None:
            return None
        w = solution.particular
    integral = primitive(sp.expand(w), a, given)
    return None if integral is None else first.expression * integral


def rational_in(expr: Any, a: sp.Symbol) -> tuple[sp.Poly, sp.Poly] | None:
    """Numerator and denominator of a rational function of a, or None."""
    top, bottom = sp.fraction(sp.cancel(sp.together(expr)))
    if not (top.is_polynomial(a) and bottom.is_polynomial(a)):
        return None
    return polynomial_in(top, a), polynomial_in(bottom, a)
