"""Kernels of evolution equations put to their two tests: the equation itself, and the semigroup law
∫ K(x, z, t) K(z, y, s) dz = K(x, y, t + s)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp

from derive.claim import assumptions, side
from derive.evidence import Evidence
from derive.printing import plain
from derive.stochastic.checking import settled, together
from derive.stochastic.errors import Unsolvable
from derive.stochastic.laws.transition import by_two_bessels


def solves(equation: Any, unknown: Any, value: Any, given: Iterable[Any] | Any = ()) -> Evidence:
    """Evidence that `unknown` = value satisfies an equation (an Eq, or an expression that is to vanish), linear or not.

    unknown: a function applied to its arguments, as K(x, t). Bessel functions are reduced to two of each argument, so
    that algebra decides. StochasticError if the value is refuted.
    """
    residual = equation.lhs - equation.rhs if isinstance(equation, sp.Eq) else side(equation)
    put = residual.subs(unknown, side(value)).doit()
    return settled(by_two_bessels(put), sp.S.Zero, assumptions(given), f"{unknown.func} in its equation")


def semigroup(kernel: Any, x: Any, y: Any, t: Any, given: Iterable[Any] | Any = ()) -> Evidence:
    """Evidence for ∫ K(x, z, t) K(z, y, s) dz = K(x, y, t + s) on the line (Chapman-Kolmogorov), for a Gaussian kernel.

    K = A(t) e^{−Q}, Q quadratic in x and y with coefficients of t: the square in z is completed, exponent and factor
    are compared by themselves. The integral converges where the coefficient of z² is negative, for which t, s > 0 and
    `given` must provide. Unsolvable if the kernel is not Gaussian; StochasticError if the law is refuted.
    """
    facts, f = assumptions(given), side(kernel)
    z, s = sp.Dummy("z", real=True), sp.Dummy("s", positive=True)
    factor, exponent = _gaussian_parts(f, x, y)
    first, second = {y: z}, {x: z, t: s}
    total = sp.expand(exponent.subs(first, simultaneous=True) + exponent.subs(second, simultaneous=True))
    coefficients: list[Any] = [total.coeff(z, k) for k in (2, 1, 0)]
    a, b, c = coefficients
    whole = exponent.subs(t, t + s)
    checks = [settled(c - b**2 / (4 * a), whole, facts, "the exponent after completing the square")]
    square = factor**2 * factor.subs(t, s) ** 2 * sp.pi / -a
    checks.append(settled(square, factor.subs(t, t + s) ** 2, facts, "the square of the factor"))
    return together(checks)


def _gaussian_parts(f: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """(A, log) of A e^{log}: factors without x and y, and the quadratic exponent."""
    factor, exponent = sp.S.One, sp.S.Zero
    for part in sp.Mul.make_args(sp.powsimp(f)):
        if isinstance(part, sp.exp):
            exponent += part.exp
        else:
            factor *= part
    poly = sp.expand(exponent).as_poly(x, y)
    if factor.has(x, y) or poly is None or poly.total_degree() > 2 or any(e.has(x, y) for e in poly.coeffs()):
        raise Unsolvable(
            f"{plain(f)} is no Gaussian kernel A(t) exp(quadratic in {plain(x)}, {plain(y)}): the semigroup law is not "
            "tested"
        )
    return factor, poly.as_expr()
