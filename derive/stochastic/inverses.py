"""The one real inverse of a scalar map on its domain: g with g(f(x)) = x for all x of the domain.

A left inverse proves that f takes no value twice there, so that g is the inverse on the image and the only one; which
branch of the equation f(x) = y it is need not be guessed. So x³ on the line has the inverse sgn(y)|y|^{1/3}, and x² has
one on (0, ∞), but none on the line.
"""

from __future__ import annotations

import random
from typing import Any

import sympy as sp

from derive.field import is_zero
from derive.sampling import NoPoint, admissible
from derive.worker import TimeIsUp, alarm

SECONDS = 5.0
TRIED = 8  # points at which a branch is looked at


def real_inverse(f: Any, x: Any, y: Any, domain: tuple[Any, Any], given: tuple[Any, ...] = ()) -> Any | None:
    """g(y) with g(f(x)) = x on the domain, where f is real; None if no branch that solves f(x) = y is shown to be it.

    Each branch is tried as it is and with its odd roots taken as real ones, b^{p/q} = (sgn(b) |b|^{1/q})^p for q odd.
    """
    letter, value = sp.Dummy("x", real=True, **_sign(domain)), sp.Dummy("y", real=True)
    inside = f.xreplace({x: letter})
    if inside.is_extended_real is not True:
        return None
    try:
        with alarm(SECONDS):
            found = _left_inverse(inside, letter, value, given)
    except (NotImplementedError, TypeError, TimeIsUp):
        return None
    return None if found is None else found.xreplace({value: y})


def _left_inverse(f: Any, x: Any, y: Any, given: tuple[Any, ...]) -> Any | None:
    named = getattr(f, "inverse", None)  # sinh x = y: x = arsinh y, shorter than a logarithm
    branches = sp.solve(f.args[0] - named()(y), x) if callable(named) and len(f.args) == 1 else []
    for branch in [*branches, *sp.solve(f - y, x)]:
        for g in (branch, real_roots(branch)):
            if not g.has(x) and all(_gives_back(g, f, x, y, part, given) for part in _parts(g, f, x, y)):
                return g
    return None


def real_roots(e: Any) -> Any:
    """Odd roots of numbers of unknown sign as real ones: b^{p/q} = (sgn(b) |b|^{1/q})^p."""

    def root(base: Any, power: Any) -> Any:
        return (sp.sign(base) * sp.Abs(base) ** sp.Rational(1, power.q)) ** power.p

    def odd(e: Any) -> bool:
        return e.is_Pow and e.exp.is_Rational and e.exp.q > 1 and e.exp.q % 2 == 1 and not e.base.is_nonnegative

    return e.replace(odd, lambda p: root(p.base, p.exp))


def without_signs(e: Any) -> Any:
    """sgn(b)² = 1 and sgn(b)|b| = b used up, b real: at most one sign of a kind is left in each term."""
    signs = {s for s in e.atoms(sp.sign) if e.has(sp.Abs(s.args[0]))}
    if not signs:
        return e
    return sp.Add(*(_term(term, signs) for term in sp.Add.make_args(sp.expand(e))))


def _term(term: Any, signs: set[Any]) -> Any:
    powers = term.as_powers_dict()
    for s in signs:
        b, size = s.args[0], sp.Abs(s.args[0])
        k, m = powers.pop(s, 0), powers.pop(size, sp.S.Zero)
        if not sp.sympify(k).is_Integer:
            return term
        if k % 2 and m >= 1:
            k, m, powers[b] = 0, m - 1, powers.get(b, 0) + 1
        if k % 2 == 0 and m.is_even:
            m, powers[b] = sp.S.Zero, powers.get(b, 0) + m
        powers[s], powers[size] = k % 2, m
    return sp.Mul(*(base**power for base, power in powers.items()))


def _sign(domain: tuple[Any, Any]) -> dict[str, bool]:
    low, high = domain
    if low.is_extended_nonnegative:
        return {"positive": True}
    return {"negative": True} if high.is_extended_nonpositive else {}


def _parts(g: Any, f: Any, x: Any, y: Any) -> list[Any]:
    """x as it is; or on the two sides of a place c, x = c ± p, p > 0, where a number whose sign stands in g changes it.

    At c itself both sides are continuous.
    """
    if x.is_positive or x.is_negative:
        return [x]
    signs = [factor for s in g.atoms(sp.sign) for factor in sp.factor_list(s.args[0].xreplace({y: f}))[1]]
    places = {-b.coeff(x, 0) / b.coeff(x, 1) for b, _ in signs if b.is_polynomial(x) and sp.degree(b, x) == 1}
    c, p = min(places, key=sp.default_sort_key, default=sp.S.Zero), sp.Dummy("p", positive=True)
    return [c + p, c - p]


def _gives_back(g: Any, f: Any, letter: Any, value: Any, part: Any, given: tuple[Any, ...]) -> bool:
    """Whether g(f(x)) = x is proven for the x of this part."""
    there = g.xreplace({value: f.xreplace({letter: part})}) - part
    return is_zero(there, given) is True or is_zero(sp.simplify(there), given) is True


def goes_astray(g: Any, f: Any, x: Any, y: Any, domain: tuple[Any, Any], given: tuple[Any, ...]) -> bool:
    """Whether g(f(x)) is another number than x at a point of the domain: then g is another branch there, for x e^x on
    the line W(y) below x = −1."""
    letters = {
        s: s if s.is_real else sp.Dummy(s.name, real=True, integer=s.is_integer) for s in (f.free_symbols | {x})
    }
    at, back = letters[x], g.xreplace({y: f}).xreplace(letters)
    inside = [r for r in (at > domain[0], at < domain[1]) if r not in (sp.true, sp.false)]
    facts = tuple(fact.xreplace(letters) for fact in (*given, *inside))
    try:
        points = list(admissible({*letters.values()}, facts, random.Random(5), TRIED, real=True, wide=True))
    except NoPoint:
        return False
    gaps = [(sp.N(back.xreplace(point) - point[at], 20), abs(point[at])) for point in points]
    return any(gap.is_comparable and abs(gap) > sp.Rational(1, 10**9) * (1 + size) for gap, size in gaps)
