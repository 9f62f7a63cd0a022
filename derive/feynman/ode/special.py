"""Equations of order two solved by special functions: matched by what a prefactor cannot change.

y'' + p y' + q y = 0 becomes v'' + J v = 0 with y = exp(−½∫p) v and the invariant J = q − p²/4 − p'/2. Then
  J = (1/4 − m²ν²)/t² + m²c² t^{2m−2}                   v = √t C_ν(c t^m), Bessel (DLMF 10.13.1), also Airy (m = 3/2)
  J = (1/4 − m²μ²)/t² + m²cκ t^{m−2} − m²c² t^{2m−2}/4  v = t^{(1−m)/2} M_{κ,±μ}(c t^m), Whittaker (DLMF 13.14.1)
  three regular singular points in t = a or a²          Riemann's P-symbol, Gauss' function (DLMF 15.11)
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import sympy as sp

from derive.feynman.limits import limited
from derive.feynman.ode.linear import Operator, common_divisor, polynomial_in
from derive.feynman.ode.places import at_factor, at_infinity, factors, tidy
from derive.feynman.ode.primitive import primitive
from derive.sampling import NoPoint, admissible

_HALF = sp.Rational(1, 2)


def special_solutions(operator: Operator, given: tuple[Any, ...] = ()) -> list[Any]:
    """Two solutions of the equation of order two, or none; they are checked by the caller."""
    for family in (_confluent, _gauss):
        found = list(family(operator, given))
        if len(found) == 2:
            return found
    return []


def invariant(operator: Operator) -> Any:
    """J = q − p²/4 − p'/2."""
    a = operator.variable
    q, p = (operator.polys[i].as_expr() / operator.polys[2].as_expr() for i in (0, 1))
    return sp.cancel(sp.together(q - p**2 / 4 - sp.diff(p, a) / 2))


def _confluent(operator: Operator, given: tuple[Any, ...]) -> Iterator[Any]:
    """Bessel and Whittaker functions of c t^m with t the distance from a finite singular point, or from 0."""
    a = operator.variable
    half = primitive(sp.cancel(operator.polys[1].as_expr() / operator.polys[2].as_expr()) / 2, a, given)
    if half is None:
        return
    front = sp.powsimp(sp.expand(sp.exp(-half)))
    roots = [-q.nth(0) for q, _ in factors(operator.polys[2]) if q.degree() == 1] or [sp.S.Zero]
    form = invariant(operator)
    for root in roots:
        t = sp.Dummy("t", positive=True)
        laurent = _laurent(form.subs(a, t + root), t)
        if laurent is None:
            continue
        found = list(_bessel(laurent, t)) or list(_whittaker(laurent, t))
        if found:
            yield from (sp.powsimp(front * v.subs(t, a - root)) for v in found)
            return


def _laurent(expr: Any, t: sp.Symbol) -> dict[int, Any] | None:
    """The coefficients of a Laurent polynomial, or None."""
    out: dict[int, Any] = {}
    for term in sp.Add.make_args(sp.expand(sp.cancel(expr))):
        outer, inner = term.as_independent(t)
        base, power = inner.as_base_exp()
        if inner != 1 and (base != t or not power.is_Integer):
            return None
        index = 0 if inner == 1 else int(power)
        out[index] = sp.factor(out.get(index, 0) + outer)
    return {k: c for k, c in out.items() if c != 0}


def _bessel(laurent: dict[int, Any], t: sp.Symbol) -> Iterator[Any]:
    powers = [k for k in laurent if k != -2]
    if len(powers) != 1:
        return
    m = sp.Rational(powers[0] + 2, 2)
    square = sp.factor(laurent[powers[0]] / m**2)
    order = tidy(sp.sqrt(sp.factor(_HALF**2 - laurent.get(-2, 0)))) / abs(m)
    pair = (sp.besseli, sp.besselk) if square.is_negative else (sp.besselj, sp.bessely)
    scale = tidy(sp.sqrt(-square if square.is_negative else square))
    for function in pair:
        yield sp.sqrt(t) * sp.expand_func(function(order, scale * t**m))


def _whittaker(laurent: dict[int, Any], t: sp.Symbol) -> Iterator[Any]:
    """M_{κ,±μ}(z) = e^{−z/2} z^{1/2±μ} ₁F₁(1/2 ± μ − κ; 1 ± 2μ; z); 2μ no integer."""
    powers = sorted(k for k in laurent if k != -2)
    if len(powers) != 2:
        return
    middle, outer = min(powers, key=lambda k: abs(k + 2)), max(powers, key=lambda k: abs(k + 2))
    m = middle + 2
    if outer != 2 * m - 2:
        return
    scale = tidy(2 * sp.sqrt(-laurent[outer]) / abs(m))
    if scale.has(sp.I):
        return
    kappa = sp.simplify(laurent[middle] / (m**2 * scale))
    mu = tidy(sp.sqrt(sp.factor(_HALF**2 - laurent.get(-2, 0)))) / abs(m)
    if (2 * mu).is_integer:
        return
    z = scale * t**m
    for sign in (mu, -mu):
        series = _expanded((_HALF + sign - kappa,), (1 + 2 * sign,), z)
        yield t ** sp.Rational(1 - m, 2) * sp.exp(-z / 2) * t ** (m * (_HALF + sign)) * series


def _expanded(upper: tuple[Any, ...], lower: tuple[Any, ...], z: Any) -> Any:
    """The hypergeometric function at z by simpler ones, where SymPy's contiguity tables reach."""
    letter = sp.Dummy("z", positive=True)
    function = sp.hyper(upper, lower, letter)
    simpler = limited(1.5, sp.hyperexpand, function)
    good = simpler is not None and not simpler.has(sp.Piecewise, sp.meijerg)
    return sp.unpolarify(simpler if good else function).xreplace({letter: z})


def _gauss(operator: Operator, given: tuple[Any, ...]) -> Iterator[Any]:
    """z^e (1 − z)^{e'} ₂F₁(A, B; C; z) and its companion at 1 − z, where three singular points of t = a or a² go to
    0, 1, ∞ such that 0 < z < 1 on the range."""
    a = operator.variable
    samples = _samples(a, operator, given)
    for pulled, t in ((operator, a), (_of_square(operator), a**2)):
        if pulled is None:
            continue
        places = _riemann(pulled)
        if places is None:
            continue
        for (r1, e1), (r2, e2), (r3, e3) in permutations(places):
            z = _moebius(r1, r2, r3, t)
            values = [z.xreplace(point) for point in samples]
            if not values or not all(value.is_real and sp.And(value > 0, value < 1) == sp.true for value in values):
                continue
            yield from _pair(z, (r1, e1), (r2, e2), (r3, e3))
            return


def _samples(a: sp.Symbol, operator: Operator, given: tuple[Any, ...]) -> list[Any]:
    free = set().union(*(p.as_expr().free_symbols for p in operator.polys)) | {a}
    try:
        return list(admissible(free, given, random.Random(3), 3, real=True))
    except NoPoint:
        return []


def _of_square(operator: Operator) -> Operator | None:
    """The operator in t = a²: ∂_a = 2a ∂_t, ∂_a² = 2∂_t + 4t ∂_t²; None if odd powers of a remain."""
    a = operator.variable
    p0, p1, p2 = (p.as_expr() for p in operator.polys)
    lines = [p0, 2 * a * p1 + 2 * p2, 4 * a**2 * p2]
    for shift in (1, a):
        polys = [sp.Poly(sp.expand(line * shift), a) for line in lines]
        if all(k % 2 == 0 for p in polys for (k,) in p.monoms() if not p.is_zero):
            halved = [sum(c * a ** (k // 2) for (k,), c in p.terms()) for p in polys]
            new = [polynomial_in(h, a) for h in halved]
            content = common_divisor(new)
            return Operator(tuple(p.quo(content) for p in new), a)
    return None


def _riemann(operator: Operator) -> list[tuple[Any, list[Any]]] | None:
    """Three places (a point, or ∞) with two exponents each; Fuchs’ relation Σ e = 1 ensures that they are regular."""
    found: list[tuple[Any, list[Any]]] = []
    for q, _ in factors(operator.polys[-1]):
        if q.degree() != 1:
            return None
        found.append((-q.nth(0), _both(at_factor(operator, q))))
    ends = [-s for s in _both(at_infinity(operator))]
    if len(found) == 2:
        found.append((sp.oo, ends))
    if len(found) != 3 or any(len(e) != 2 for _, e in found):
        return None
    total = sum((x for _, e in found for x in e), sp.S.Zero)
    return found if sp.simplify(total - 1) == 0 else None


def _both(exponents: list[Any]) -> list[Any]:
    return exponents * 2 if len(exponents) == 1 else exponents


def _moebius(r1: Any, r2: Any, r3: Any, t: Any) -> Any:
    """The map with r1 → 0, r2 → 1, r3 → ∞."""
    if r1 == sp.oo:
        return sp.factor((r2 - r3) / (t - r3))
    if r2 == sp.oo:
        return sp.factor((t - r1) / (t - r3))
    if r3 == sp.oo:
        return sp.factor((t - r1) / (r2 - r1))
    return sp.factor((t - r1) * (r2 - r3) / ((t - r3) * (r2 - r1)))


def _pair(z: Any, first: Any, second: Any, third: Any) -> Iterator[Any]:
    (_, (e1, f1)), (_, (e2, f2)), (_, (e3, f3)) = first, second, third
    front = z**e1 * sp.factor(1 - z) ** e2
    upper = (e1 + e2 + e3, e1 + e2 + f3)
    yield front * _expanded(upper, (1 + e1 - f1,), sp.expand(z) if z.is_polynomial() else z)
    yield front * _expanded(upper, (1 + e2 - f2,), sp.expand(1 - z) if z.is_polynomial() else sp.factor(1 - z))
