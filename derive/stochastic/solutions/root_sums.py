"""Linear systems m′ = A m + f whose eigenvalues have no short closed form: sums over the roots of the characteristic
polynomial χ.

With simple roots e^{At} = Σ_{χ(r)=0} e^{rt} adj(r − A)/χ′(r), so that every entry is a sum over the roots of one
expression. It is exact, can be differentiated and evaluated at numbers, and is checked by algebra modulo χ.
Assumption: χ is squarefree and, for f ≠ 0, χ(0) ≠ 0 (generic parameters). Reference: F. Gantmacher, Matrizentheorie,
ch. V; for the sums Σ r^k/χ′(r) Euler's identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.errors import StochasticError, Unsolvable
from derive.stochastic.shown.readable import tidy
from derive.stochastic.solutions.exponentials import constant, solve_linear

DIGITS = 15


class SumOverRoots(sp.Expr):
    """Σ_{χ(r) = 0} f(r): arguments Lambda(r, χ(r)) and Lambda(r, f(r)); χ a polynomial with simple roots."""

    is_commutative = True

    def __new__(cls, poly: Any, summand: Any) -> Any:
        """The sum; 0 for f = 0."""
        return sp.S.Zero if summand.expr == 0 else sp.Expr.__new__(cls, poly, summand)

    @property
    def free_symbols(self) -> set[Any]:
        """The parameters and the time, not the root."""
        return self.args[0].free_symbols | self.args[1].free_symbols

    @property
    def parts(self) -> tuple[Any, Any, Any]:
        """(r, χ(r), f(r))."""
        first, second = self.args
        (r,) = first.variables
        return r, first.expr, second(r)

    def _eval_derivative(self, s: Any) -> Any:
        r, chi, f = self.parts
        if chi.has(s):
            return None
        return SumOverRoots(self.args[0], sp.Lambda(r, sp.diff(f, s)))

    def _eval_evalf(self, prec: int) -> Any:
        from mpmath import mp, polyroots, workprec

        r, chi, f = self.parts
        if (chi.free_symbols | f.free_symbols) - {r}:
            return None
        with workprec(prec + 30):
            coefficients = [sp.N(c, mp.dps)._to_mpmath(prec + 30) for c in sp.Poly(chi, r).all_coeffs()]
            roots = polyroots(coefficients, maxsteps=200, extraprec=4 * prec)
            term = sp.lambdify(r, f, "mpmath")
            total = sum(term(root) for root in roots)
            small = abs(total.imag) <= abs(total) * 2 ** (-prec // 2)
            return sp.sympify(total.real if small else total).evalf(sp.core.evalf.prec_to_dps(prec))

    def _code(self, printer: Any, roots: str) -> str:
        r, chi, f = self.parts
        name = sp.Symbol("r_")
        listed = ", ".join(printer.doprint(c) for c in sp.Poly(chi, r).all_coeffs())
        return f"sum({printer.doprint(f.xreplace({r: name}))} for r_ in {printer._module_format(roots)}([{listed}]))"

    def _mpmathcode(self, printer: Any) -> str:
        return self._code(printer, "mpmath.polyroots")

    def _numpycode(self, printer: Any) -> str:
        return self._code(printer, "numpy.roots")

    def _plain(self, printer: Any) -> str:
        _, chi, f = self.parts
        return f"Σ_({printer.doprint(chi)} = 0) ({printer.doprint(f)})"

    def _latex(self, printer: Any) -> str:
        r, chi, f = self.parts
        return rf"\sum_{{{printer.doprint(r)}\colon {printer.doprint(chi)} = 0}} {printer.doprint(f)}"

    def _sympystr(self, printer: Any) -> str:
        return f"SumOverRoots({printer.doprint(self.args[0])}, {printer.doprint(self.args[1])})"


def by_roots(a: Any, start: Sequence[Any], force: Sequence[Any], t: Any) -> list[Any]:
    """The solution of m′ = A m + f, m(0) = start, constants all; Unsolvable where χ has double roots or, with f ≠ 0,
    the root 0.

    Each entry takes the part of the system on which it depends. Checked: (r − A) w(r) = 0 modulo χ for the vector of
    residues w, and Σ w(r)/χ′(r) = start by its coefficient of r^{n−1}.
    """
    return [_entry(a, list(start), list(force), t, i) for i in range(a.rows)]


def entangled(a: Any) -> bool:
    """Whether an irreducible factor of the characteristic polynomial of A has degree ≥ 3 and is no z^n − c: then
    radicals are no help to a reader."""
    z = sp.Dummy("z")
    factors = (sp.Poly(f, z) for f, _ in sp.factor_list(a.charpoly(z).as_expr(z), z)[1])
    return any(f.degree() > 2 and len(f.terms()) > 2 for f in factors)


def _entry(a: Any, start: list[Any], force: list[Any], t: Any, i: int) -> Any:
    needed = [i]
    for j in needed:
        needed += [k for k in range(a.rows) if a[j, k] != 0 and k not in needed]
    part = a.extract(needed, needed)
    begin, push = sp.Matrix([start[k] for k in needed]), sp.Matrix([force[k] for k in needed])
    still = sp.zeros(len(needed), 1)
    if not push.is_zero_matrix:
        if sp.expand(part.det()) == 0:
            raise Unsolvable("a constant force meets the eigenvalue 0: sums over roots were looked for without it")
        still = (-part.inv() * push).applyfunc(sp.factor)
    names = [sp.Dummy(f"m{k}") for k in range(len(needed))]
    r = sp.Symbol("r")
    while r in part.free_symbols:
        r = sp.Symbol(r.name + "_1")
    chi = sp.Poly(part.charpoly(r).as_expr(r), r)
    if sp.gcd(chi, chi.diff(r)).degree() > 0:
        raise Unsolvable(f"the characteristic polynomial {plain(chi.as_expr())} has double roots")
    w = (r * sp.eye(len(needed)) - part).adjugate() * sp.Matrix(names)
    w = w.applyfunc(lambda e: sp.rem(sp.Poly(e, r), chi).as_expr())
    _confirm(part, w, names, chi, r)
    factors = sp.factor_list(chi)[1]
    if all(factor.degree() <= 2 for factor, _ in factors):
        found = solve_linear(part, list(begin), [constant(f) for f in push])
        return tidy(found[0].expr(t), (t,))
    table = dict(zip(names, begin - still, strict=True))
    total = still[0]
    for factor, _ in factors:
        term = sp.collect(sp.expand(w[0].xreplace(table)), r) * sp.exp(r * t) / chi.diff(r).as_expr()
        if factor.degree() == 1:
            total += term.subs(r, -factor.nth(0) / factor.nth(1))
        else:
            total += SumOverRoots(sp.Lambda(r, factor.as_expr()), sp.Lambda(r, term))
    return total


def _confirm(a: Any, w: Any, names: list[Any], chi: Any, r: Any) -> None:
    """StochasticError unless A w = r w modulo χ and the sum of the residues is the start."""
    gaps = (a * w - r * w).applyfunc(lambda e: sp.rem(sp.Poly(sp.expand(e), r), chi).as_expr())
    top = [sp.Poly(e, r).nth(a.rows - 1) - name for e, name in zip(w, names, strict=True)]
    if any(sp.expand(e) != 0 for e in (*gaps, *top)):
        raise StochasticError("the sum over the roots of the characteristic polynomial fails its check")
