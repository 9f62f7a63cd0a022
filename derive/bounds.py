"""Pointwise bounds |f| ≤ M by structure: the majorants of dominated convergence and of Leibniz' rule.

|f g| = |f||g|, |f + g| ≤ |f| + |g|, |sin|, |cos|, |tanh|, |erf| ≤ 1 and |atan| ≤ π/2 on the real line,
|exp(u + iv)| = exp(u) for real u, v. An expression of known sign is its own bound. Beside a denominator u also
|sin u|, |tanh u|, |atan u|, |asinh u|, |Si u| ≤ |u| for real u.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy import Abs, Add, Expr, I, Integer, Mul, Pow, Rational, pi

from derive.errors import Undecided
from derive.exact.budget import Budget, OutOfReach
from derive.exact.domain import Domain, domain_of
from derive.exact.reading import formula
from derive.exact.signs import NONNEGATIVE, NONPOSITIVE, signs
from derive.field import Field, FieldError

_AT_MOST: dict[Any, Expr] = {
    sp.sin: Integer(1), sp.cos: Integer(1), sp.tanh: Integer(1), sp.erf: Integer(1), sp.sech: Integer(1),
    sp.atan: pi / 2, sp.acot: pi / 2, sp.sign: Integer(1), sp.Heaviside: Integer(1), sp.erfc: Integer(2),
    sp.Si: Rational(186, 100), sp.sinc: Integer(1),
}  # fmt: skip

_AT_MOST_ITSELF = (sp.sin, sp.tanh, sp.atan, sp.asinh, sp.Si)


def absolute_bound(expr: Any, given: Any = ()) -> Expr:
    """M with |expr| ≤ M at every point of the domain; `Abs(...)` stays where nothing better is known.

    Si is bounded by Si(π) < 1.86. Raises nothing: at worst M = |expr|.
    """
    expr = formula(expr)
    try:
        domain = domain_of(given)
        return domain.restore(_bound(domain.refine(expr), domain))
    except OutOfReach:
        return Abs(expr)


def _bound(e: Expr, domain: Domain, loose: bool = False) -> Expr:
    """`loose` takes the constants of bounded functions even where the sign is known."""
    if isinstance(e, Mul):
        return Mul(*[_bound(arg, domain, loose) for arg in e.args])
    if loose and e.func in _AT_MOST and signs(e.args[0], domain) is not None:
        return _AT_MOST[e.func]
    known = _own(e, domain)
    if known is not None:
        return known
    if isinstance(e, Add):
        return Add(*[_bound(arg, domain, loose) for arg in e.args])
    if isinstance(e, Pow):
        return _power(e, domain)
    if isinstance(e, sp.exp):
        return _exponential(e, domain)
    if e.func in _AT_MOST and signs(e.args[0], domain) is not None:
        return _AT_MOST[e.func]
    return Abs(e)


def _own(e: Expr, domain: Domain) -> Expr | None:
    found = signs(e, domain)
    if found is None:
        return None
    return e if found <= NONNEGATIVE else -e if found <= NONPOSITIVE else None


def _power(e: Pow, domain: Domain) -> Expr:
    base, exponent = e.args
    if exponent.is_Integer and int(exponent) > 0:
        return _bound(base, domain) ** exponent
    if exponent.is_Rational:
        inner = _bound(base, domain) if exponent > 0 else Abs(base)
        return inner**exponent
    return Abs(e)


def _exponential(e: Expr, domain: Domain) -> Expr:
    """|exp(u + iv)| = exp(u) where every term of the exponent is real or i times real."""
    kept = []
    for term in Add.make_args(sp.expand(e.args[0])):
        if signs(term, domain) is not None:
            kept.append(term)
        elif signs(sp.expand(term / I), domain) is None:
            return Abs(e)
    return sp.exp(Add(*kept))


def dominates(majorant: Any, expr: Any, given: Any = (), *, timeout: float | None = 10.0) -> bool | None:
    """True: |expr| ≤ majorant is proven at every point of the domain. None: it is not."""
    majorant, expr = formula(majorant), formula(expr)
    try:
        domain = domain_of(given)
        top, inner = domain.refine(majorant), domain.refine(expr)
        candidates = dict.fromkeys((_bound(inner, domain), _bound(inner, domain, loose=True), Abs(inner)))
        lifted = _without_quotients(inner, domain)
        if lifted != inner:
            candidates |= dict.fromkeys((_bound(lifted, domain), _bound(lifted, domain, loose=True)))
        return True if any(_at_least(top, b, domain, timeout) for b in candidates) else None
    except OutOfReach:
        return None


def _without_quotients(e: Expr, domain: Domain) -> Expr:
    """An expression of at least the modulus of e: f(u)/(c·u) replaced by 1/c where |f(u)| ≤ |u|, u real."""
    for factor in Mul.make_args(e):
        base, power = factor.as_base_exp()
        if not (isinstance(base, _AT_MOST_ITSELF) and power.is_Integer and power.is_positive):
            continue
        inner = base.args[0]
        below = sp.denom(e)
        rest = sp.cancel(below / inner**power)
        if signs(inner, domain) is not None and not sp.denom(rest).free_symbols & below.free_symbols:
            e = e / factor * below / rest
    return e


def _at_least(top: Expr, bound: Expr, domain: Domain, timeout: float | None) -> bool:
    """top − bound ≥ 0, by its sign, or by the signs of the factors of its normal form."""
    gap = top - bound
    found = signs(gap, domain)
    if found is not None and found <= NONNEGATIVE:
        return True
    if found is None and signs(top, domain) is None:
        return False
    field = Field((), domain, budget=Budget(timeout))
    tower = field.tower
    try:
        value = field.fraction(gap)
        if value.is_zero():
            return not tower.ring.divisors or _defined(field)
        number = Rational(1)
        total = frozenset({1})
        for poly, sense in ((value.num, 1), (value.den, -1)):
            constant, parts = tower.factor(poly)
            number *= Rational(int(constant.p), int(constant.q)) ** sense
            for part, power in parts:
                one = signs(tower.expression_of(part), domain)
                if one is None:
                    return False
                total = frozenset(a * (b ** (power % 2) if b else 0) for a in total for b in one)
    except (FieldError, Undecided):
        return False
    return frozenset(int(sp.sign(number)) * s for s in total) <= NONNEGATIVE


def _defined(field: Field) -> bool:
    tower = field.tower
    return all(0 not in (signs(tower.expression_of(p), tower.domain) or {0}) for p in tower.ring.divisors)
