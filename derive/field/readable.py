"""Back to SymPy: one product of factored sums; sin² for (1 − cos)(1 + cos), tan for sin/cos, roots in denominators.

Law: the expression read again gives the same element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy import Add, Expr, Mul, Pow, Rational

if TYPE_CHECKING:
    from .element import Element
    from .field import Field

_MAX_FACTOR_TERMS = 300


def written(K: Field, value: Element) -> Expr:
    """The expression of an element, in the refined symbols of the field."""
    num = value.num
    if num.is_zero():
        return sp.S.Zero
    constant, factors = K.factored(num) if len(num) <= _MAX_FACTOR_TERMS else _content(num)
    product: list[tuple[Any, int]] = [*factors, *[(K.factor(i), -e) for i, e in value.den]]
    constant = Rational(int(constant.p), int(constant.q))
    constant, product, powers = _by_sines(K, constant, product)
    for p, e in _conjugates(K, product):
        p = _in_shorter(K, p)
        if _minus_first(K, p):
            p, constant = -p, -constant if e % 2 else constant
        base = K.tower.expression_of(p)
        powers[base] = powers.get(base, 0) + e
    _tangents(K, powers)
    return _powers_of(Mul(constant, *[Pow(base, e) for base, e in powers.items()]))


def _minus_first(K: Field, p: Any) -> bool:
    """More minus signs than plus signs; if as many: r − 2M, with the variable first, and 1 − k r²."""
    coefficients = p.coeffs()
    balance = 2 * sum(1 for c in coefficients if c < 0) - len(coefficients)
    if balance or len(coefficients) < 2:
        return balance > 0
    monomials = p.monoms()
    if len({sum(m) for m in monomials}) > 1:
        lowest = min(range(len(monomials)), key=lambda k: sum(monomials[k]))
        return bool(coefficients[lowest] < 0)
    generators = K.tower.generators
    moving = [i for i, g in enumerate(generators) if g.kind != "symbol" or K.domain.restore(g.expr) in K.variables]
    first = max(range(len(monomials)), key=lambda k: tuple(monomials[k][i] for i in moving if i not in K.tower.partner))
    return bool(coefficients[first] < 0)


def _powers_of(expr: Expr) -> Expr:
    """exp(a log x) as x**a."""
    return expr.replace(lambda e: isinstance(e, sp.exp) and e.has(sp.log), _power) if expr.has(sp.exp) else expr


def _power(e: Any) -> Expr:
    factors = Mul.make_args(e.args[0])
    logs = [f for f in factors if isinstance(f, sp.log)]
    return Pow(logs[0].args[0], e.args[0] / logs[0]) if len(logs) == 1 else e


def _conjugates(K: Field, product: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """p q with equal exponents as one factor where p and q hold circular functions and p q has no more terms."""
    letters = K.tower.partner
    out: list[tuple[Any, int]] = []
    for p, e in product:
        if len(p) > 1 and any(d > 0 and i in letters for i, d in enumerate(p.degrees())):
            for k, (q, f) in enumerate(out):
                if f == e and len(q) == len(p) and q.degrees() == p.degrees() and len(whole := p * q) <= len(p):
                    out[k] = (whole, e)
                    break
            else:
                out.append((p, e))
        else:
            out.append((p, e))
    return out


def _content(num: Any) -> tuple[Any, list[tuple[Any, int]]]:
    """A large polynomial: its term content apart, the rest whole."""
    from flint import fmpq

    content = num.term_content()
    rest = num / content
    lead = content.leading_coefficient()
    monomial = content / lead
    parts = [] if monomial.is_constant() else [(p, int(e)) for p, e in monomial.factor()[1]]
    return fmpq(lead), [*parts, (rest, 1)]


def _by_sines(K: Field, constant: Any, product: list[tuple[Any, int]]) -> tuple[Any, list[tuple[Any, int]], dict[Any, int]]:
    """(cos − 1)^a (cos + 1)^b = (−sin²)^k ..., k = min(|a|, |b|); (cosh − 1)(cosh + 1) = sinh²."""
    powers: dict[Any, int] = {}
    pairs = [pair for sigma in (1, -1) for pair in K.tower.pairs[sigma]]
    for pair in pairs:
        c = K.ring.generator(pair.even)
        sites = {side: k for k, (p, _) in enumerate(product) for side in (-1, 1) if len(p) == 2 and p == c + side}
        if len(sites) == 2:
            a, b = (product[sites[side]][1] for side in (-1, 1))
            if a * b > 0:
                k = min(abs(a), abs(b)) * (1 if a > 0 else -1)
                constant *= -1 if pair.sigma == 1 and k % 2 else 1
                sine = K.tower.generators[pair.odd].expr
                powers[sine] = powers.get(sine, 0) + 2 * k
                product = list(product)
                for side, e in ((-1, a), (1, b)):
                    product[sites[side]] = (product[sites[side]][0], e - k)
    return constant, [(p, e) for p, e in product if e], powers


def _in_shorter(K: Field, p: Any) -> Any:
    """In cosines or sines, whichever needs fewer terms."""
    for sigma in (1, -1):
        for pair in K.tower.pairs[sigma]:
            p = _shorter(K, p, pair)
    return p


def _shorter(K: Field, p: Any, pair: Any) -> Any:
    """cos² as 1 − sin² where this has fewer terms."""
    if p.degrees()[pair.even] < 2 or len(p) > 60:
        return p
    other = _unfold(K, p, pair)
    return other if len(other) < len(p) else p


def _unfold(K: Field, p: Any, pair: Any) -> Any:
    parts = K.ring.coefficients(p, pair.even)
    c, s = K.ring.generator(pair.even), K.ring.generator(pair.odd)
    total = K.ring.nil
    for e, part in parts.items():
        total = total + part * (1 - pair.sigma * s**2) ** (e // 2) * c ** (e % 2)
    return total


def _tangents(K: Field, powers: dict[Any, int]) -> None:
    """sin^k/cos^k is tan^k."""
    for sigma, tangent in ((1, sp.tan), (-1, sp.tanh)):
        for pair in K.tower.pairs[sigma]:
            cosine, sine = (K.tower.generators[i].expr for i in (pair.even, pair.odd))
            k = powers.get(sine, 0)
            if k > 0 and powers.get(cosine, 0) == -k:
                del powers[sine], powers[cosine]
                powers[tangent(cosine.args[0])] = k
