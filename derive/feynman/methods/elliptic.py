"""∫_0^{π/2} sin^m x cos^n x (A cos² x + B sin² x)^ν dx as Gauss's function: complete elliptic integrals.

= ½ A^ν B((m + 1)/2, (n + 1)/2) ₂F₁(−ν, (m + 1)/2; (m + n)/2 + 1; 1 − B/A) by y = sin² x and Euler's integral (NIST DLMF
15.6.1; 19.5.1 for ν = −½, 19.5.2 for ν = ½). On (0, π), (a + b cos x)^ν is brought there by x = 2u.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import EulerGauss, SameValue, Substitute


class Elliptic:
    """The method, for quadratic forms that are positive on the range."""

    name = "complete elliptic integrals"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value where Gauss's function is known, in the elliptic integrals or elementary."""
        f, x = problem.integrand, problem.variable
        if (problem.lower, problem.upper) == (0, sp.pi):
            f = 2 * f.xreplace({x: 2 * x})
        elif (problem.lower, problem.upper) != (0, sp.pi / 2):
            return
        found = _form(f, x, problem.given)
        if found is None:
            return
        c, m, n, A, B, nu = found
        value = search.limited(3.0, _value, c, m, n, A, B, nu)
        if value is None:
            return
        steps = search.limited(3.0, euler_steps, problem, found, value)
        if steps is None:
            reason = "y = sin², Euler's integral for Gauss's function, in Legendre's normal form"
            steps = Derivation(problem.integral, problem.given).to(value, reason).qed()
        yield Proposal(value, self.name, steps)


def euler_steps(problem: Problem, form: tuple[Any, ...], value: Any) -> Derivation | None:
    """x = 2u from (0, π), y = sin² u, Euler's integral, Gauss's function as elliptic integrals."""
    c, m, n, A, B, nu = form
    x = problem.variable
    taken = {symbol.name for symbol in problem.integral.free_symbols | {x}}
    y = next(sp.Symbol(name, real=True) for name in ("y", "u", "v") if name not in taken)
    steps = Derivation(problem.integral, problem.given)
    angle = sp.asin(sp.sqrt(y)) * (2 if problem.upper == sp.pi else 1)
    p, q = (m + 1) / 2, (n + 1) / 2
    line = sp.Integral(c / 2 * y ** (p - 1) * (1 - y) ** (q - 1) * (A + (B - A) * y) ** nu, (y, 0, 1))
    with suppress(DeriveError):
        steps = steps.to(line, Substitute(x, angle, y, sp.S.Zero, sp.S.One)).by(EulerGauss())
        words = "Gauss's function as a complete elliptic integral"
        return (steps if steps.last == value else steps.to(value, SameValue(value, words))).qed()
    return None


def _form(f: Any, x: sp.Symbol, given: tuple[Any, ...]) -> tuple[Any, Any, Any, Any, Any, Any] | None:
    """(c, m, n, A, B, ν) with f = c sin^m x cos^n x (A cos² x + B sin² x)^ν, A and B positive."""
    c, moving = f.as_independent(x, as_Add=False)
    y, m, n, Q, nu = sp.Dummy("y"), sp.S.Zero, sp.S.Zero, sp.S.One, sp.S.Zero
    for factor in sp.Mul.make_args(moving):
        base, e = factor.as_base_exp()
        if x in e.free_symbols:
            return None
        if base == sp.sin(x):
            m += e
        elif base == sp.cos(x):
            n += e
        elif nu == 0:
            Q, nu = base, e
        else:
            return None
    squares = {sp.cos(2 * x): 1 - 2 * y, sp.sin(x) ** 2: y, sp.cos(x) ** 2: 1 - y}
    flat = sp.expand(sp.expand(Q).xreplace(squares))
    if flat.has(x) or not flat.is_polynomial(y) or sp.degree(flat, y) != 1:
        return None
    A, B = flat.subs(y, 0), sp.expand(flat.subs(y, 1))
    return (c, m, n, A, B, nu) if sign_of(A, given) == 1 and sign_of(B, given) == 1 else None


def _value(c: Any, m: Any, n: Any, A: Any, B: Any, nu: Any) -> Any | None:
    p, q = (m + 1) / 2, (n + 1) / 2
    modulus, half = sp.factor(1 - B / A), sp.Rational(1, 2)
    if (m, n, nu) == (0, 0, -half):
        return c * sp.elliptic_k(modulus) / sp.sqrt(A)
    if (m, n, nu) == (0, 0, half):
        return c * sp.sqrt(A) * sp.elliptic_e(modulus)
    z = sp.Dummy("z")
    gauss = sp.hyperexpand(sp.hyper([-nu, p], [p + q], z))
    if gauss.has(sp.hyper, sp.meijerg):
        return None
    value = c * A**nu / 2 * sp.gamma(p) * sp.gamma(q) / sp.gamma(p + q) * gauss.xreplace({z: modulus})
    return None if value.has(sp.nan, sp.zoo, sp.I) else sp.simplify(value)
