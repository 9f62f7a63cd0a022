"""The exact zero test of expressions and what is built on it.

Law: True is a proof that the expression is zero wherever it is defined on the domain, and that this set is not
empty; False is a proof that it is not identically zero; None says that neither was found.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy import Expr, Float

from derive.errors import Undecided
from derive.exact.balls import ball, excludes_zero
from derive.exact.budget import Budget
from derive.exact.domain import Domain, domain_of
from derive.exact.reading import formula

from .cases import MAX_SWITCHES, subdomains, switches
from .errors import DivisionByZero, FieldError
from .field import Field
from .sample import sample

_DEFAULT_SECONDS = 20.0


def is_zero(
    expr: Any,
    given: Any = (),
    *,
    numeric: bool = False,
    linear: bool = False,
    timeout: float | None = None,
) -> bool | None:
    """Is `expr` identically zero on the domain of its symbols' assumptions and of `given`?

    True: proven. False: proven not to be, by independent generators or a ball that excludes zero at an admissible
    point; with `numeric=True` the numeric oracle is asked too, where functions have no ball here. None: not decided
    within `timeout` seconds (20 by default).
    `linear=True` lets integrals and sums be split termwise: the caller owes the convergence of those it wrote.
    Matrices are tested elementwise. Floats are no exact numbers: None.
    """
    if isinstance(expr, sp.MatrixBase):
        return _all(is_zero(e, given, numeric=numeric, linear=linear, timeout=timeout) for e in expr)
    expr = formula(expr)
    if expr == 0:
        return True
    if not isinstance(expr, Expr) or expr.has(Float):
        return None
    budget = Budget(_DEFAULT_SECONDS if timeout is None else timeout)
    try:
        domain = domain_of(given)
        refined = domain.refine(expr)
        if refined == 0:
            return True
        cuts = switches(refined)
        if not cuts:
            return _decide(refined, domain, budget, numeric, linear)
        if len(cuts) > MAX_SWITCHES:
            return None
        pieces = [
            _on_piece(case, part, inner, budget, linear) for case, part, inner in subdomains(refined, cuts, domain)
        ]
        return False if "not zero" in pieces else True if "zero" in pieces and "open" not in pieces else None
    except (FieldError, Undecided, RecursionError):
        return None


def equal(
    a: Any, b: Any, given: Any = (), *, numeric: bool = False, linear: bool = False, timeout: float | None = None
) -> bool | None:
    """Is a = b identically on the domain? As `is_zero(a - b)`; matrices of different shapes are not equal."""
    if isinstance(a, sp.MatrixBase) or isinstance(b, sp.MatrixBase):
        if getattr(a, "shape", None) != getattr(b, "shape", None):
            return False
        return is_zero(a - b, given, numeric=numeric, linear=linear, timeout=timeout)
    a, b = formula(a), formula(b)
    if not isinstance(a, Expr) or not isinstance(b, Expr):
        return True if a == b else None
    return is_zero(a - b, given, numeric=numeric, linear=linear, timeout=timeout)


def _all(answers: Any) -> bool | None:
    out: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            out = None
    return out


def _decide(expr: Any, domain: Domain, budget: Budget, numeric: bool, linear: bool) -> bool | None:
    try:
        return Field((), domain, budget=budget, linear=linear).vanishes(expr)
    except (FieldError, Undecided):
        return _by_ball(expr, domain, budget, numeric)


def _on_piece(expr: Any, domain: Domain, inner: bool, budget: Budget, linear: bool) -> str:
    """"zero", "undefined" (a divisor vanishes identically there: nothing is claimed), "not zero", or "open".

    A piece that an equation cuts out may be larger than what the assumptions leave: there "not zero" is not said.
    """
    try:
        zero = Field((), domain, budget=budget, linear=linear).vanishes(expr)
        return "zero" if zero else "not zero" if inner else "open"
    except DivisionByZero:
        return "undefined"
    except (FieldError, Undecided):
        return "open"


def _by_ball(expr: Any, domain: Domain, budget: Budget, numeric: bool) -> bool | None:
    """False when a ball at an admissible point excludes zero: for constants always, else only if `numeric`.

    Where functions have no ball here, `numeric` also asks the numeric oracle at one point.
    """
    if not numeric and expr.free_symbols:
        return None
    points = list(sample(expr.free_symbols, domain, count=3))
    values = [ball(expr, point) for point in points]
    if any(excludes_zero(value) for value in values):
        return False
    uncovered = [point for point, value in zip(points, values, strict=True) if value is None]
    return False if numeric and uncovered and _enclosed_away(expr, uncovered[0], budget.left(5.0)) else None


def _enclosed_away(expr: Any, point: dict[Any, Any], seconds: float) -> bool:
    """The numeric oracle's rigorous enclosure excludes zero: covers integrals, sums and further functions."""
    if seconds <= 0:
        return False
    import numerics

    try:
        value = numerics.enclose(expr, at=point, digits=20, timeout=seconds, rigorous=True)
    except numerics.NumericsError:
        return False
    return bool(value.rigorous and abs(value.mid) > 2 * value.radius)


def same_integrals(a: Any, b: Any, given: Any = ()) -> list[tuple[Expr, Expr]]:
    """Pairs (integral in a, integral in b) that are proven equal."""
    found = []
    for p in sorted(formula(a).atoms(sp.Integral), key=sp.default_sort_key):
        for q in sorted(formula(b).atoms(sp.Integral), key=sp.default_sort_key):
            if p == q or equal(p, q, given) is True:
                found.append((p, q))
    return found
