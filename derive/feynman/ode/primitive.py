"""Antiderivatives for the quadratures that a differential equation leaves: each is differentiated back before use.

Rational functions by partial fractions; R(a, √(quadratic)) by Euler's substitutions, R(a, (p a + q)^{1/n}) by
a = (t^n − q)/p; products of logarithms and arcus tangents by symmetry, log · rational through the dilogarithm; the
rest by SymPy under a time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp
from sympy.integrals.manualintegrate import manualintegrate

from derive.feynman.limits import limited
from derive.feynman.ode.check import vanishes

_SECONDS = 2.5


def primitive(f: Any, a: sp.Symbol, given: tuple[Any, ...] = (), seconds: float = _SECONDS) -> Any | None:
    """F with F' = f, checked; None where none was found in time. Sums are integrated term by term if need be."""
    f = sp.sympify(f, strict=True)
    if not f.has(a):
        return f * a
    whole = _whole(f, a, given, seconds)
    if whole is not None:
        return whole
    terms = sp.Add.make_args(sp.expand(f))
    if len(terms) == 1:
        return None
    parts = []
    for term in terms:
        part = _whole(term, a, given, seconds / 2)
        if part is None:
            return None
        parts.append(part)
    return sp.Add(*parts)


def _whole(f: Any, a: sp.Symbol, given: tuple[Any, ...], seconds: float) -> Any | None:
    outer, inner = f.as_independent(a, as_Add=False)
    for candidate in _candidates(inner, a, seconds):
        if candidate is None or candidate.has(sp.Integral, sp.RootSum, sp.zoo, sp.nan):
            continue
        candidate = candidate.replace(lambda e: isinstance(e, sp.Piecewise), lambda e: _generic(e, given))
        if candidate.has(sp.Piecewise):
            continue
        if vanishes(sp.diff(candidate, a) - inner, given):
            return outer * candidate
    return None


def _generic(e: Any, given: tuple[Any, ...]) -> Any:
    """The branch of a Piecewise that holds but for single values of the parameters: none of its conditions an
    equation."""
    for value, condition in e.args:
        if condition == sp.true or isinstance(condition, sp.Ne):
            return value
        if not isinstance(condition, sp.Eq):
            return e
    return e


def _candidates(f: Any, a: sp.Symbol, seconds: float) -> Iterator[Any]:
    if f.is_rational_function(a):
        yield limited(seconds, _rational, f, a)
        yield limited(seconds, sp.integrate, f, a)
        return
    yield limited(seconds, _rationalised, f, a)
    yield limited(seconds, manualintegrate, f, a)
    yield limited(seconds, _by_products, f, a)
    yield limited(seconds, _by_dilogarithm, f, a)
    yield limited(seconds, sp.integrate, f, a)


def _rational(f: Any, a: sp.Symbol) -> Any | None:
    """∫ of a rational function whose denominator splits into linear and quadratic factors over the coefficients."""
    top, bottom = sp.fraction(sp.cancel(sp.together(f)))
    if not (top.is_polynomial(a) and bottom.is_polynomial(a)):
        return None
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.apart(top / bottom, a)):
        part = _fraction(term, a)
        if part is None:
            return None
        total += part
    return total


def _fraction(term: Any, a: sp.Symbol) -> Any | None:
    top, bottom = sp.fraction(sp.together(term))
    outer, inner = bottom.as_independent(a, as_Add=False)
    if not inner.has(a):
        return sp.integrate(sp.expand(top), a) / bottom
    base, power = inner.as_base_exp()
    q = sp.Poly(base, a)
    if q.degree() == 1:
        numerator = sp.Poly(top, a)
        if numerator.degree() > 0:
            return None
        slope = q.LC()
        value = sp.log(base) / slope if power == 1 else base ** (1 - power) / (slope * (1 - power))
        return top / outer * value
    if q.degree() != 2 or power != 1:
        return sp.integrate(term, a)
    p2, p1, p0 = q.all_coeffs()
    numerator = sp.Poly(top, a)
    n1, n0 = numerator.nth(1), numerator.nth(0)
    discriminant = sp.factor(4 * p2 * p0 - p1**2)
    value = n1 / (2 * p2) * sp.log(base)
    rest = n0 - n1 * p1 / (2 * p2)
    if discriminant.is_negative:
        root = sp.sqrt(-discriminant)
        value += rest / root * sp.log((2 * p2 * a + p1 - root) / (2 * p2 * a + p1 + root))
    else:
        root = sp.sqrt(discriminant)
        value += 2 * rest / root * sp.atan((2 * p2 * a + p1) / root)
    return value / outer


def _rationalised(f: Any, a: sp.Symbol) -> Any | None:
    """R(a, Q^{r/n}) with Q linear, or quadratic and n = 2, as a rational function of another variable."""
    radicals = {
        sp.expand(e.base): e.exp.q
        for e in f.atoms(sp.Pow)
        if e.exp.is_Rational and not e.exp.is_Integer and e.base.has(a)
    }
    if len(radicals) != 1:
        return None
    (base, degree), t = next(iter(radicals.items())), sp.Dummy("t", positive=True)
    if not base.is_polynomial(a):
        return None
    q = sp.Poly(base, a)
    if q.degree() == 1:
        place, radical, back = (t**degree - q.nth(0)) / q.LC(), t, base ** sp.Rational(1, degree)
    elif q.degree() == 2 and degree == 2:
        p2, p1, p0 = q.all_coeffs()
        if p2.is_positive:
            lead = sp.sqrt(p2)
            place = (t**2 - p0) / (p1 + 2 * lead * t)
            radical, back = t - lead * place, sp.sqrt(base) + lead * a
        elif p0.is_positive:
            lead = sp.sqrt(p0)
            place = (2 * lead * t - p1) / (p2 - t**2)
            radical, back = place * t + lead, (sp.sqrt(base) - lead) / a
        else:
            return None
    else:
        return None
    table = {
        e: radical ** (e.exp * degree)
        for e in f.atoms(sp.Pow)
        if e.exp.is_Rational and not e.exp.is_Integer and e.base.has(a)
    }
    inside = sp.cancel(sp.together(f.xreplace(table).subs(a, place) * sp.diff(place, t)))
    if not inside.is_rational_function(t):
        return None
    found = _rational(inside, t)
    if found is None:
        found = sp.integrate(inside, t)
    return found.subs(t, back) if not found.has(sp.Integral, sp.RootSum) else None


def _by_dilogarithm(f: Any, a: sp.Symbol) -> Any | None:
    """∫ log(L) R for L linear in a and R rational with simple real poles:
    ∫ log(p a + q)/(a − c) = log(p a + q) log(1 − (p a + q)/(p c + q)) + Li₂((p a + q)/(p c + q))."""
    logs = f.atoms(sp.log)
    if len(logs) != 1:
        return None
    log = next(iter(logs))
    rational = sp.cancel(f / log)
    argument = sp.Poly(log.args[0], a) if log.args[0].is_polynomial(a) else None
    if argument is None or argument.degree() != 1 or not rational.is_rational_function(a):
        return None
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.apart(rational, a)):
        top, bottom = sp.fraction(sp.together(term))
        pole = sp.Poly(bottom, a)
        if pole.degree() != 1 or top.has(a):
            part = manualintegrate(term * log, a)
            if part.has(sp.Integral):
                return None
            total += part
            continue
        root = -pole.nth(0) / pole.LC()
        there = sp.factor(log.args[0].subs(a, root))
        if there == 0:
            total += top / pole.LC() * log**2 / 2
            continue
        z = log.args[0] / there
        total += top / pole.LC() * (log * sp.log(1 - z) + sp.polylog(2, z))
    return total


def _by_products(f: Any, a: sp.Symbol) -> Any | None:
    """∫ (Σ R_i θ_i + R_0) for logarithms and arcus tangents θ_i, where each R_i has a primitive Σ_j c_ij θ_j + S_i with
    constant c_ij = c_ji and rational S_i: ½ Σ c_ij θ_i θ_j + Σ S_i θ_i + ∫ (R_0 − Σ S_i θ_i′)."""
    letters = {node: sp.Dummy() for node in f.atoms(sp.log, sp.atan) if node.has(a)}
    if not letters:
        return None
    linear = sp.expand(f).xreplace(letters)
    if not linear.is_polynomial(*letters.values()) or sp.Poly(linear, *letters.values()).total_degree() != 1:
        return None
    quadratic, left = sp.S.Zero, linear.xreplace(dict.fromkeys(letters.values(), sp.S.Zero))
    for node, letter in letters.items():
        rate = sp.cancel(sp.together(linear.coeff(letter, 1)))
        inner = _rational(rate, a) if rate.is_rational_function(a) else None
        if inner is None:
            return None
        seen = sp.expand(inner.xreplace(letters))
        rational = seen.xreplace(dict.fromkeys(letters.values(), sp.S.Zero))
        if not rational.is_rational_function(a):
            return None
        quadratic += letter * (seen - rational) / 2
        quadratic += letter * rational
        left -= rational * sp.diff(node, a)
    rest = _rational(sp.cancel(sp.together(left)), a)
    back = {letter: node for node, letter in letters.items()}
    return None if rest is None else sp.expand(quadratic).xreplace(back) + rest
