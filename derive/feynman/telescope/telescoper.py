"""Creative telescoping: Σ p_i(a) ∂_a^i F = ∂_x(R F), with the operator p and the certificate R, verified exactly.

Integrated over x it is a differential equation for ∫F dx. G. Almkvist and D. Zeilberger, J. Symb. Comp. 10 (1990); F.
Chyzak, Discrete Math. 217 (2000); C. Koutschan, Math. Comput. Sci. 4 (2010).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import assumptions
from derive.exact.budget import Budget, OutOfReach
from derive.exact.reading import formula
from derive.feynman.telescope.algebra import ONE, Algebra
from derive.feynman.telescope.ansatz import Ansatz, Solution
from derive.feynman.telescope.atoms import in_two_orders
from derive.feynman.telescope.change import Change, changes
from derive.feynman.telescope.errors import NotTelescoped
from derive.feynman.telescope.module import Module
from derive.feynman.telescope.prepare import Prepared, prepared
from derive.feynman.telescope.rational import Rational, X

MOST_ORDER = 6


@dataclass(frozen=True)
class Telescoper:
    """Σ p_i(a) ∂_a^i F = ∂_x(certificate · F): `operator` = (p_0, …, p_n), polynomials in a, free of x.

    `antiderivative` = certificate · F, the function whose boundary values are the right side of the equation for ∫F dx.
    `rank`: the dimension of the module in which it was found. `given`: relations under which `verify` reads F.
    """

    function: Any
    variable: sp.Symbol
    parameter: sp.Symbol
    operator: tuple[Any, ...]
    antiderivative: Any
    rank: int = 1
    given: tuple[Any, ...] = ()

    @property
    def certificate(self) -> Any:
        """R = antiderivative / F."""
        F = self.function
        return sp.Add(*(sp.powsimp(term / F) for term in sp.Add.make_args(self.antiderivative)))

    @property
    def order(self) -> int:
        """The order of the operator."""
        return len(self.operator) - 1

    @property
    def left(self) -> Any:
        """Σ p_i ∂_a^i F, carried out."""
        F, a = self.function, self.parameter
        return sp.Add(*(p * sp.diff(F, a, i) for i, p in enumerate(self.operator)))

    @property
    def identity(self) -> Any:
        """Σ p_i ∂_a^i F − ∂_x(R F), carried out by SymPy; it vanishes identically."""
        return self.left - sp.diff(self.antiderivative, self.variable)

    def verify(self, timeout: float = 20.0) -> bool:
        """Whether the identity is proven, by SymPy's derivatives of F and R F and a zero test that knows nothing of the
        search. False: refuted, or not proven within the time."""
        from derive.field import is_zero

        if any(p.has(self.variable) for p in self.operator) or not any(p != 0 for p in self.operator):
            return False
        return is_zero(in_two_orders(self.identity), self.given, timeout=timeout) is True

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        a, x = self.parameter, self.variable
        powers = [(p, "" if i == 0 else f"\\partial_{{{latex(a)}}}^{{{i}}}") for i, p in enumerate(self.operator)]
        left = " + ".join(f"\\left({latex(p)}\\right){power}" for p, power in reversed(powers) if p != 0)
        return (
            f"$$\\left[{left}\\right] F = \\partial_{{{latex(x)}}}\\left(R\\,F\\right),"
            f"\\quad F = {latex(self.function)},\\quad R = {latex(self.certificate)}$$"
        )

    def __str__(self) -> str:
        a, x = self.parameter, self.variable
        terms = [(p, f"({p})" + ("" if i == 0 else f"*d{a}^{i}")) for i, p in enumerate(self.operator)]
        left = " + ".join(text for p, text in reversed(terms) if p != 0)
        return f"({left}) F = d{x}(R F), F = {self.function}, R = {self.certificate}"


def telescope(
    F: Any, x: Any, a: Any, given: Any = (), max_order: int = MOST_ORDER, timeout: float | None = 20.0
) -> Telescoper:
    """The telescoper of least order that is found for F(x, a) in the parameter a.

    F is D-finite: products and powers of rational functions, exponentials, circular and hyperbolic functions,
    logarithms and inverse functions, Bessel functions, erf, elliptic integrals and their kind. Circular and hyperbolic
    functions in denominators are rationalised by t = tan(x/2) or e^x; where F itself does not close, ∂_a F may.
    `given`: relations that the exact check may use (0 < x). NotTelescoped: F is not in these classes, or the limits on
    order or time were reached; a parameter that stands in exponents only has a shift operator, not a differential one.
    """
    F, x, a = formula(F), formula(x), formula(a)
    if not isinstance(x, sp.Symbol) or not isinstance(a, sp.Symbol) or x == a:
        raise NotTelescoped(f"the variable and the parameter are two symbols, not {x} and {a}")
    if F.has(sp.Float):
        raise NotTelescoped(f"{F} contains floating-point numbers; telescoping is exact: use sympy.nsimplify")
    if F == 0 or not F.has(a):
        raise NotTelescoped(f"{F} does not depend on {a}" if F != 0 else "the function is zero")
    budget = Budget(timeout)
    stated, failures = assumptions(given), []
    ways = [(change, skipped) for skipped in (0, 1, 2) for change in changes(F, x, a)]
    for change, skipped in ways:
        try:
            return _attempt(F, x, a, change, skipped, stated, max_order, budget)
        except NotTelescoped as error:
            failures.append(f"{change.name}{', after ' + str(skipped) + ' derivatives' if skipped else ''}: {error}")
        except OutOfReach as error:
            raise NotTelescoped(f"no telescoper of {F} in {a} within {timeout} s ({error})") from error
    exponents = [e for power in F.atoms(sp.Pow) if (e := power.exp).has(a) and power.base.has(x)]
    hint = (
        f"; {a} stands in exponents: such a parameter has a shift (recurrence) operator, look for a Mellin transform"
        if exponents
        else ""
    )
    raise NotTelescoped(f"no telescoper of {F} in {a}{hint}. " + "; ".join(dict.fromkeys(failures)))


def _attempt(
    F: Any, x: Any, a: Any, change: Change, skipped: int, given: tuple[Any, ...], max_order: int, budget: Budget
) -> Telescoper:
    """The telescoper of ∂_a^skipped F after a change of variable, brought back to F and x."""
    ready = prepared(change.apply(sp.diff(F, a, skipped) if skipped else F), change.letter, a)
    algebra = Algebra(change.letter, a, ready.constants, budget)
    module = Module(algebra, algebra.of(ready.function))
    if not module.first.terms:
        raise NotTelescoped(f"∂^{skipped} F by {a} vanishes")
    for order in range(max_order + 1 - skipped):
        ansatz = Ansatz(module, order, budget)
        found = ansatz.solve()
        if found is None:
            continue
        if not ansatz.holds(found):
            raise NotTelescoped("the solution of the linear system does not satisfy the identity")
        for T in _finished(F, x, a, change, skipped, given, found, ready, module):
            if T.verify():
                return T
        raise NotTelescoped("the identity found could not be verified exactly by the independent check")
    raise NotTelescoped(f"no operator of order at most {max_order} (dimension {len(module.basis)})")


def _finished(
    F: Any,
    x: Any,
    a: Any,
    change: Change,
    skipped: int,
    given: tuple[Any, ...],
    found: Solution,
    ready: Prepared,
    module: Module,
) -> Iterator[Telescoper]:
    """The telescoper in the user's letters, in the ways in which its antiderivative can be written.

    As R F with R rational, unless zeros of F would have to cancel poles of R; as Σ w_j v_j in the monomials.
    """
    algebra = module.algebra
    operator = [sp.S.Zero] * skipped + [ready.back(algebra.ring.expr(c)) for c in found.coefficients]

    def write(w: Rational, factor: Any = sp.S.One) -> Any:
        return change.rational(ready.back(_compact(w)) * factor)

    known = dict(change.known)
    forms = [sp.Add(*(write(w) * algebra.monomial(module.basis[j], write, known) for j, w in found.vector.items()))]
    terms = list(module.first.terms.items())
    if len(terms) == 1 and set(found.vector) <= {module.basis.index(terms[0][0])}:
        monomial, u = terms[0]
        ratio = sum((w / u for w in found.vector.values()), algebra.ring.zero)
        product = write(ratio, change.slope) * (sp.diff(F, a, skipped) if skipped else F)
        cancelling = monomial == ONE or u.num.degrees()[X] > 0
        forms = [*forms, product] if cancelling else [product, *forms]
    coefficients = tuple(sp.expand(p) for p in operator)
    for form in forms:
        yield Telescoper(F, x, a, coefficients, form, len(module.basis), given)


def _compact(w: Rational) -> Any:
    """A rational function with numerator and denominator factored."""
    ring = w.ring
    parts = []
    for poly, sign in ((w.num, 1), (w.den, -1)):
        constant, factors = poly.factor()
        parts.append(sp.Integer(int(constant)) ** sign)
        parts += [ring.expr(q) ** (int(m) * sign) for q, m in factors]
    return sp.Mul(*parts)
