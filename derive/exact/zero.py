"""The exact zero test and what is built on it.

Law: True is a proof that the expression is zero wherever it is defined on the domain, and that this set is not
empty; False is a proof that it is not identically zero; None says that neither was found.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy import Expr, Float, sympify

from .balls import ball, excludes_zero
from .budget import Budget, OutOfReach, ZeroDivisor
from .cases import MAX_SWITCHES, subdomains, switches
from .divisors import independent, nonvanishing, sample
from .domain import Domain, domain_of
from .polys import Fraction
from .tower import Tower

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

    True: proven. False: proven not to be (by independent generators; with `numeric=True` also by a ball that
    excludes zero at an admissible point). None: not decided within `timeout` seconds (20 by default).
    `linear=True` lets integrals and sums be split termwise: the caller owes the convergence of those it wrote.
    Matrices are tested elementwise. Floats are no exact numbers: None.
    """
    if isinstance(expr, sp.MatrixBase):
        return _all(is_zero(e, given, numeric=numeric, linear=linear, timeout=timeout) for e in expr)
    expr = sympify(expr)
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
        pieces = [_on_piece(case, part, budget, linear) for case, part in subdomains(refined, cuts, domain)]
        return True if "zero" in pieces and set(pieces) <= {"zero", "undefined"} else None
    except (OutOfReach, RecursionError):
        return None


def equal(
    a: Any, b: Any, given: Any = (), *, numeric: bool = False, linear: bool = False, timeout: float | None = None
) -> bool | None:
    """Is a = b identically on the domain? As `is_zero(a - b)`; matrices of different shapes are not equal."""
    if isinstance(a, sp.MatrixBase) or isinstance(b, sp.MatrixBase):
        if getattr(a, "shape", None) != getattr(b, "shape", None):
            return False
        return is_zero(a - b, given, numeric=numeric, linear=linear, timeout=timeout)
    a, b = sympify(a), sympify(b)
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
    tower = Tower(domain, budget, linear=linear)
    try:
        value = tower.of(expr)
        zero = value.is_zero()
    except OutOfReach:
        return _by_ball(expr, domain, budget, numeric)
    if zero:
        return True if nonvanishing(tower, expr) else None
    if independent(tower, value) and nonvanishing(tower, expr):
        return False
    return _by_ball(expr, domain, budget, numeric)


def _on_piece(expr: Any, domain: Domain, budget: Budget, linear: bool) -> str:
    """Either "zero", "undefined" (a divisor vanishes identically there: nothing is claimed), or "open"."""
    tower = Tower(domain, budget, linear=linear)
    try:
        return "zero" if tower.of(expr).is_zero() and nonvanishing(tower, expr) else "open"
    except ZeroDivisor:
        return "undefined"


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


def normal(expr: Any, given: Any = (), *, timeout: float | None = None) -> Expr:
    """A readable normal form: one cancelled fraction in exponentials, logarithms, roots and opaque functions.

    Equal to `expr` on the domain. Where the expression is out of reach it is returned as it was.
    Circular functions come back as sines and cosines of multiple angles.
    """
    expr = sympify(expr)
    if isinstance(expr, sp.MatrixBase):
        return expr.applyfunc(lambda e: normal(e, given, timeout=timeout))  # pyright: ignore[reportReturnType] - applyfunc is not annotated
    try:
        domain = domain_of(given)
        tower = Tower(domain, Budget(_DEFAULT_SECONDS if timeout is None else timeout))
        value = tower.of(domain.refine(expr))
    except OutOfReach:
        return expr
    return domain.restore(_readable(tower, value))


def _readable(tower: Tower, value: Fraction) -> Expr:
    top, bottom = tower.expression_of(value.num), tower.expression_of(value.den)
    waves = [g for g in tower.generators if g.kind == "exp" and g.expr.has(sp.I)]
    if waves:
        top, bottom = _real_waves(top, bottom)
    content_top, content_bottom = sp.factor_terms(top), sp.factor_terms(bottom)
    return content_top / content_bottom


def _real_waves(top: Expr, bottom: Expr) -> tuple[Expr, Expr]:
    """exp(iθ) as cos θ + i sin θ, after numerator and denominator are turned by one common phase."""
    phase = sp.exp(-_middle(bottom))
    turned = [sp.expand(sp.expand(part * phase, power_exp=False)) for part in (top, bottom)]
    pair = [sp.expand(part.replace(_is_wave, _circle)) for part in turned]
    if pair[1].has(sp.I) and not pair[1].as_real_imag()[0]:
        pair = [sp.expand(part / sp.I) for part in pair]
    return pair[0], pair[1]


def _is_wave(e: Any) -> bool:
    return isinstance(e, sp.exp) and e.args[0].has(sp.I)


def _circle(e: Any) -> Expr:
    terms = sp.Add.make_args(sp.expand(e.args[0]))
    waves = sp.Add(*[t for t in terms if t.has(sp.I)])
    rest = sp.Add(*[t for t in terms if not t.has(sp.I)])
    theta = sp.expand(waves / sp.I)
    return sp.exp(rest) * (sp.cos(theta) + sp.I * sp.sin(theta))


def _middle(poly: Expr) -> Expr:
    """The mean exponent of the waves in a sum of exponentials."""
    exponents = []
    for term in sp.Add.make_args(sp.expand(poly)):
        inner = sp.Add(*[f.args[0] for f in sp.Mul.make_args(term) if _is_wave(f)])
        exponents.append(inner)
    return sp.Add(*exponents) / len(exponents)


def same_integrals(a: Any, b: Any, given: Any = ()) -> list[tuple[Expr, Expr]]:
    """Pairs (integral in a, integral in b) that are proven equal."""
    found = []
    for p in sorted(sympify(a).atoms(sp.Integral), key=sp.default_sort_key):
        for q in sorted(sympify(b).atoms(sp.Integral), key=sp.default_sort_key):
            if p == q or equal(p, q, given) is True:
                found.append((p, q))
    return found
