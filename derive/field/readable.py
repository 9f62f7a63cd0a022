"""Back to SymPy: one product of factored sums; sin² for (1 − cos)(1 + cos), tan for sin/cos, roots in denominators.

Law: the expression read again gives the same element.
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import fmpq
from sympy import Add, Basic, Expr, Mul, Pow, Rational

if TYPE_CHECKING:
    from .element import Element
    from .field import Field
    from .lattice import Pair

_MAX_FACTOR_TERMS = 300
_MAX_REWRITTEN_TERMS = 60
_APART = {"symbol", "jet", "circular", "hyperbolic"}

Factors = list[tuple[Any, int]]


class Writer:
    """Expressions for the elements of one field, in the caller's symbols."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self._powers: dict[tuple[int, int], Expr] = {}

    def write(self, value: Element) -> Expr:
        """The element as one product."""
        K, num = self.field, value.num
        if num.is_zero():
            return sp.S.Zero
        constant, factors = K.ring.factored(num) if len(num) <= _MAX_FACTOR_TERMS else without_content(num)
        product: Factors = [*factors, *[(K.factor(i), -e) for i, e in value.den]]
        sign, product, powers = self._sines(product)
        constant = Rational(int(constant.p), int(constant.q)) * sign
        for p, e in self._conjugates(product):
            for pair in K.tower.pairs[1] + K.tower.pairs[-1]:
                p = self._in_shorter(p, pair)
            if self._minus_first(p):
                p, constant = -p, -constant if e % 2 else constant
            base = self.polynomial(p)
            powers[base] = powers.get(base, 0) + e
        self._tangents(powers)
        return Mul(constant, *[Pow(base, e) for base, e in powers.items()])

    def polynomial(self, p: Any) -> Expr:
        """A polynomial in the generators, term by term; factors are sorted once, since a product sorts them each time.

        SymPy's order of factors is kept. Roots, exponentials and constants merge in products: there Mul decides.
        """
        monomials = [[(i, int(e)) for i, e in enumerate(mono) if e] for mono in p.monoms()]
        letters = {letter: self.power(*letter) for mono in monomials for letter in mono}
        order = sorted(letters, key=lambda letter: cmp_to_key(Basic.compare)(letters[letter]))
        rank = {letter: k for k, letter in enumerate(order)}
        generators = self.field.tower.generators
        apart = all(generators[i].kind in _APART for i, _ in letters)
        terms = []
        for mono, c in zip(monomials, p.coeffs(), strict=True):
            factors = [letters[letter] for letter in sorted(mono, key=rank.__getitem__)]
            c = Rational(int(c.p), int(c.q))
            if apart and factors:
                factors = factors if c == 1 else [c, *factors]
                terms.append(factors[0] if len(factors) == 1 else Mul._from_args(factors, is_commutative=True))
            else:
                terms.append(Mul(c, *factors))
        return Add(*terms)

    def power(self, index: int, e: int) -> Expr:
        """A power of a generator, cached."""
        found = self._powers.get((index, e))
        if found is None:
            K = self.field
            power = as_power(K.tower.generators[index].expr ** e)
            found = self._powers[index, e] = K.domain.restore(power)
        return found

    def _sines(self, product: Factors) -> tuple[int, Factors, dict[Any, int]]:
        """(cos − 1)^a (cos + 1)^b = (−sin²)^k ..., k = min(|a|, |b|); (cosh − 1)(cosh + 1) = sinh²."""
        tower, powers, sign = self.field.tower, {}, 1
        for pair in tower.pairs[1] + tower.pairs[-1]:
            c = self.field.ring.generator(pair.even)
            sites = {side: k for k, (p, _) in enumerate(product) for side in (-1, 1) if len(p) == 2 and p == c + side}
            if len(sites) < 2:
                continue
            a, b = (product[sites[side]][1] for side in (-1, 1))
            if a * b < 0:
                continue
            k = min(abs(a), abs(b)) * (1 if a > 0 else -1)
            sign = -sign if pair.sigma == 1 and k % 2 else sign
            sine = self.power(pair.odd, 1)
            powers[sine] = powers.get(sine, 0) + 2 * k
            rest = {sites[-1]: a - k, sites[1]: b - k}
            product = [(p, rest.get(i, e)) for i, (p, e) in enumerate(product)]
            product = [(p, e) for p, e in product if e]
        return sign, product, powers

    def _conjugates(self, product: Factors) -> Factors:
        """p q with equal exponents as one factor where p and q hold circular functions and p q has no more terms."""
        letters, out = self.field.tower.partner, []
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

    def _in_shorter(self, p: Any, pair: Pair) -> Any:
        """cos² as 1 − sin² where this has fewer terms."""
        ring = self.field.ring
        if p.degrees()[pair.even] < 2 or len(p) > _MAX_REWRITTEN_TERMS:
            return p
        c, s, other = ring.generator(pair.even), ring.generator(pair.odd), ring.nil
        for e, part in ring.coefficients(p, pair.even).items():
            other = other + part * (1 - pair.sigma * s**2) ** (e // 2) * c ** (e % 2)
        return other if len(other) < len(p) else p

    def _minus_first(self, p: Any) -> bool:
        """More minus signs than plus signs; if as many: r − 2M, with the variable first, and 1 − k r²."""
        coefficients, monomials = p.coeffs(), p.monoms()
        balance = 2 * sum(1 for c in coefficients if c < 0) - len(coefficients)
        if balance or len(coefficients) < 2:
            return balance > 0
        places = range(len(monomials))
        if len({sum(m) for m in monomials}) > 1:
            return bool(coefficients[min(places, key=lambda k: sum(monomials[k]))] < 0)
        tower, variables, restore = self.field.tower, self.field.variables, self.field.domain.restore
        moving = [i for i, g in enumerate(tower.generators)
                  if i not in tower.partner and (g.kind != "symbol" or restore(g.expr) in variables)]  # fmt: skip
        return bool(coefficients[max(places, key=lambda k: tuple(monomials[k][i] for i in moving))] < 0)

    def _tangents(self, powers: dict[Any, int]) -> None:
        """sin^k/cos^k is tan^k."""
        for sigma, tangent in ((1, sp.tan), (-1, sp.tanh)):
            for pair in self.field.tower.pairs[sigma]:
                cosine, sine = self.power(pair.even, 1), self.power(pair.odd, 1)
                k = powers.get(sine, 0)
                if k > 0 and powers.get(cosine, 0) == -k:
                    del powers[sine], powers[cosine]
                    powers[tangent(cosine.args[0])] = k


def without_content(num: Any) -> tuple[Any, Factors]:
    """A large polynomial: its term content apart, the rest whole."""
    content = num.term_content()
    lead = content.leading_coefficient()
    monomial = content / lead
    parts = [] if monomial.is_constant() else [(p, int(e)) for p, e in monomial.factor()[1]]
    return fmpq(lead), [*parts, (num / content, 1)]


def as_power(e: Expr) -> Expr:
    """exp(a log x) as x**a."""
    if not isinstance(e, sp.exp):
        return e
    logs = [f for f in Mul.make_args(e.args[0]) if isinstance(f, sp.log)]
    return Pow(logs[0].args[0], e.args[0] / logs[0]) if len(logs) == 1 else e
