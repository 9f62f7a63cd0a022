"""Gaussian means of polynomials times signs of affine forms: what |W|, max, min, sign, Heaviside and events come to.

Every kink is opened into signs, 1(u > 0) = (1 + sign u)/2, |u| = u sign u, and degrees are lowered by parts (Stein):
E[Z_i g] = μ_i E g + Σ_j Σ_ij E ∂_j g, with ∂ sign(ℓ·z + c) = 2ℓ δ(ℓ·z + c) and E[h δ(u)] = p_u(0) E[h | u = 0].
What is left are E Π sign(u_k): erf(m/√(2v)) for one, (2/π) arcsin ρ for two of mean 0, 0 for an odd number of them,
products for independent groups. Four correlated signs, or two beside a level, have no elementary mean.
References: W. Sheppard, Phil. Trans. R. Soc. A 192 (1899) 101; R. Plackett, Biometrika 41 (1954) 351; C. Stein, Ann.
Stat. 9 (1981) 1135.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from operator import mul
from typing import Any

import sympy as sp

from derive.exact import is_nonnegative, is_positive
from derive.printing import plain
from derive.stochastic.checking import zero
from derive.stochastic.errors import Unsolvable
from derive.stochastic.shown.readable import tidy

KINKS = (sp.Abs, sp.sign, sp.Max, sp.Min, sp.Heaviside, sp.Piecewise)
CASES = 4096


@dataclass
class Signs:
    """Symbols that stand for sign(u), u an affine form in the variables, the same up to a constant factor; σ² = 1."""

    variables: tuple[Any, ...]
    given: tuple[Any, ...]
    forms: dict[Any, Any] = field(default_factory=dict)

    def of(self, u: Any) -> Any:
        """sign u as a product of symbols; Unsolvable where a factor of u is no affine form."""
        if not u.is_polynomial(*self.variables):
            u = self._by_logarithms(u)
        whole: Any = sp.factor_list(sp.expand(u), *self.variables)
        coefficient, factors = whole
        value = self._of_constant(coefficient)
        for factor, power in factors:
            if power % 2:
                value *= self._of_factor(factor)
        return value

    def _of_factor(self, u: Any) -> Any:
        poly = sp.Poly(u, *self.variables)
        if poly.total_degree() == 0:
            return self._of_constant(u)
        if poly.total_degree() > 1:
            if is_positive(u, self.given) is True:
                return sp.S.One
            raise Unsolvable(f"the sign of {plain(u)}: no product of affine forms in the values of the path")
        for symbol, known in self.forms.items():
            ratio = sp.cancel(u / known)
            if not ratio.has(*self.variables):
                return self._of_constant(ratio) * symbol
        lead = poly.LC()
        symbol = sp.Dummy("sign")
        self.forms[symbol] = sp.expand(u / lead)
        return self._of_constant(lead) * symbol

    def _by_logarithms(self, u: Any) -> Any:
        """log A − log B for u = A − B with positive products A and B of exponentials: they have one sign."""
        terms = sp.Add.make_args(sp.expand(u))
        minus = [term.could_extract_minus_sign() for term in terms]
        if len(terms) == 2 and minus[0] != minus[1]:
            more, less = (terms[1], -terms[0]) if minus[0] else (terms[0], -terms[1])
            gap = sp.S.Zero
            for product, way in ((more, 1), (less, -1)):
                constant, varying = sp.powsimp(product).as_independent(*self.variables, as_Add=False)
                if is_positive(constant, self.given) is not True or (varying != 1 and not isinstance(varying, sp.exp)):
                    break
                gap += way * (sp.log(constant) + sp.log(varying).expand(force=True))
            else:
                if gap.is_polynomial(*self.variables):
                    return gap
        raise Unsolvable(f"the sign of {plain(u)}: neither a polynomial nor a difference of two exponentials")

    def _of_constant(self, c: Any) -> Any:
        if is_positive(c, self.given) is True:
            return sp.S.One
        return sp.S.NegativeOne if is_positive(-c, self.given) is True else sp.sign(c)

    def reduced(self, f: Any) -> Any:
        """f expanded, with σ² = 1, and στ = 1 − σ + τ for parallel planes, σ the sign of the greater form."""
        for symbol in self.forms:
            square = (
                lambda e, s=symbol: e.is_Pow and e.base == s and e.exp.is_Integer,
                lambda e: e.base ** (e.exp % 2),
            )
            f = f.replace(*square)
        for greater, less in self._ordered():
            terms = []
            for term in sp.Add.make_args(f):
                both = term.has(greater) and term.has(less)
                rest = term / (greater * less)
                terms += [rest, -rest * greater, rest * less] if both else [term]
            f = sp.expand(sp.Add(*terms))
        return f

    def _ordered(self) -> list[tuple[Any, Any]]:
        """Pairs (σ, τ) of symbols with sign forms u − v known to be a nonnegative constant."""
        found = []
        for first, second in combinations(self.forms, 2):
            gap = sp.expand(self.forms[first] - self.forms[second])
            if gap.has(*self.variables):
                continue
            if is_nonnegative(gap, self.given) is True:
                found.append((first, second))
            elif is_nonnegative(-gap, self.given) is True:
                found.append((second, first))
        return found


def in_signs(f: Any, variables: tuple[Any, ...], given: tuple[Any, ...]) -> tuple[Any, Signs]:
    """f with all kinks in the variables written by signs of affine forms; Unsolvable where one is not of this kind."""
    signs = Signs(variables, given)
    opened = _opened(f, signs)
    return signs.reduced(sp.expand(opened)), signs


def _opened(f: Any, signs: Signs) -> Any:
    """Kinks opened from the inside out."""
    if not f.has(*KINKS) or not f.has(*signs.variables):
        return f
    if isinstance(f, sp.Piecewise):
        total, rest = sp.S.Zero, sp.S.One
        cases: Any = f.args
        for value, condition in cases:
            holds = _event(condition, signs)
            total += rest * holds * _opened(value, signs)
            rest = signs.reduced(sp.expand(rest * (1 - holds)))
        return total
    if f.func in (sp.Max, sp.Min):
        parts = [_opened(e, signs) for e in f.args]
        way = 1 if f.func is sp.Max else -1
        return sp.Add(
            *(
                part * sp.Mul(*(_positive(way * (part - other), signs) for k, other in enumerate(parts) if k != i))
                for i, part in enumerate(parts)
            )
        )
    if isinstance(f, sp.Abs | sp.sign | sp.Heaviside) and f.args[0].has(*signs.variables):
        u = _opened(f.args[0], signs)
        if isinstance(f, sp.Heaviside):
            return _positive(u, signs)
        return _sign(u, signs) * (u if isinstance(f, sp.Abs) else 1)
    parts = [_opened(e, signs) for e in f.args]
    if isinstance(f, sp.Add | sp.Mul) or (f.is_Pow and parts[1].is_Integer and parts[1].is_positive):
        return f.func(*parts)
    return _by_cases(f.func(*parts), signs, lambda e: e)


def _positive(u: Any, signs: Signs) -> Any:
    """1(u > 0)."""
    return (1 + _sign(u, signs)) / 2


def _sign(u: Any, signs: Signs) -> Any:
    """sign u, for a u with signs in it by their cases."""
    return _by_cases(u, signs, signs.of)


def _by_cases(u: Any, signs: Signs, of: Callable[[Any], Any]) -> Any:
    """of(u) = Σ over the values ±1 of the signs σ in u of of(u at them) Π (1 ± σ)/2."""
    inner = sorted(u.free_symbols & set(signs.forms), key=lambda s: s.dummy_index)
    total = sp.S.Zero
    if 2 ** len(inner) > CASES:
        raise Unsolvable(f"{len(inner)} kinks within one another are too many cases")
    for code in range(2 ** len(inner)):
        values = {s: 1 - 2 * ((code >> k) & 1) for k, s in enumerate(inner)}
        total += of(u.subs(values)) * sp.Mul(*((1 + v * s) / 2 for s, v in values.items()))
    return signs.reduced(sp.expand(total))


def _event(condition: Any, signs: Signs) -> Any:
    """The indicator of a condition, up to a set of probability 0."""
    if condition in (sp.true, sp.false):
        return sp.S.One if condition == sp.true else sp.S.Zero
    if isinstance(condition, sp.And | sp.Or):
        parts = [_event(c, signs) for c in condition.args]
        if isinstance(condition, sp.And):
            return signs.reduced(sp.expand(sp.Mul(*parts)))
        return signs.reduced(sp.expand(1 - sp.Mul(*(1 - p for p in parts))))
    if isinstance(condition, sp.Not):
        return 1 - _event(condition.args[0], signs)
    if isinstance(condition, sp.Ne):
        return sp.S.One
    if isinstance(condition, sp.Eq):
        return sp.S.Zero
    if not isinstance(condition, sp.Gt | sp.Ge | sp.Lt | sp.Le):
        raise Unsolvable(f"the event {plain(condition)} is no inequality, nor built from inequalities by and, or, not")
    more, less = condition.gts, condition.lts
    if all(isinstance(e, sp.Abs) for e in (more, less)):
        more, less = more.args[0] ** 2, less.args[0] ** 2
    return _positive(_opened(more - less, signs), signs)


def signed_moment(poly: Any, forms: list[Any], mean: Any, sigma: Any, given: tuple[Any, ...]) -> Any:
    """E[poly(Z) Π sign(u_k(Z))] for Z ~ N(mean, sigma) and affine u_k; Unsolvable where no closed form is known.

    poly: a polynomial in the variables of the forms.
    """
    variables = poly.gens
    planes = tuple(_plane(u, variables) for u in forms)
    mean, sigma = sp.ImmutableMatrix(mean), sp.ImmutableMatrix(sigma)
    return sp.Add(*(c * _moment(power, planes, mean, sigma, given) for power, c in poly.terms()))


def _plane(u: Any, variables: tuple[Any, ...]) -> tuple[Any, Any]:
    """(ℓ, c) of ℓ·z + c."""
    poly = sp.Poly(u, *variables)
    return sp.ImmutableMatrix([poly.coeff_monomial(z) for z in variables]), poly.coeff_monomial(1)


def _moment(power: tuple[int, ...], planes: tuple[Any, ...], mean: Any, sigma: Any, given: tuple[Any, ...]) -> Any:
    """E[z^α Π sign(ℓ_k·z + c_k)] by parts in the first variable of z^α."""
    centred = all(e == 0 for e in mean) and all(c == 0 for _, c in planes)
    if centred and (sum(power) + len(planes)) % 2:
        return sp.S.Zero
    i = next((k for k, p in enumerate(power) if p), None)
    if i is None:
        return _mean_of_signs(planes, mean, sigma, given)
    rest = tuple(p - (k == i) for k, p in enumerate(power))
    value = mean[i] * _moment(rest, planes, mean, sigma, given) if mean[i] != 0 else sp.S.Zero
    for j, p in enumerate(rest):
        if p and sigma[i, j] != 0:
            lower = tuple(r - (k == j) for k, r in enumerate(rest))
            value += p * sigma[i, j] * _moment(lower, planes, mean, sigma, given)
    for k, (length, c) in enumerate(planes):
        along = sigma * length
        if zero(along[i], given):
            continue
        variance, height = _spread(length, sigma, given), (length.T * mean)[0, 0] + c
        at = mean - along * height / variance
        left = (sigma - along * along.T / variance).applyfunc(lambda e: tidy(e, (), given))
        others = (*planes[:k], *planes[k + 1 :])
        density = sp.exp(-(height**2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)
        value += 2 * along[i] * density * _moment(rest, others, sp.ImmutableMatrix(at), sp.ImmutableMatrix(left), given)
    return sp.expand(value)


def _spread(length: Any, sigma: Any, given: tuple[Any, ...]) -> Any:
    """Var(ℓ·Z)."""
    return sp.factor(tidy(sp.expand((length.T * sigma * length)[0, 0]), (), given))


def _mean_of_signs(planes: tuple[Any, ...], mean: Any, sigma: Any, given: tuple[Any, ...]) -> Any:
    """E Π sign(u_k), group by group of the u_k that are correlated."""
    value, heights, moving = sp.S.One, [], []
    for length, c in planes:
        height, variance = sp.expand((length.T * mean)[0, 0] + c), _spread(length, sigma, given)
        if zero(variance, given):
            value *= sp.sign(height)
            continue
        heights.append((sp.S.Zero if zero(height, given) else height, variance))
        moving.append(length)
    n = len(moving)
    cross = {
        (i, j): tidy(sp.expand((moving[i].T * sigma * moving[j])[0, 0]), (), given)
        for i, j in combinations(range(n), 2)
    }
    tied = {pair for pair, c in cross.items() if not zero(c, given)}
    for group in _groups(n, tied):
        value *= _of_group([heights[i] for i in group], group, cross, given)
    return value


def _groups(n: int, tied: set[tuple[int, int]]) -> list[list[int]]:
    """The connected components of 0…n−1 under the pairs."""
    groups = [[i] for i in range(n)]
    for i, j in tied:
        first, second = (next(g for g in groups if k in g) for k in (i, j))
        if first is not second:
            first += second
            groups.remove(second)
    return [sorted(g) for g in groups]


def _of_group(heights: list[Any], group: list[int], cross: dict[Any, Any], given: tuple[Any, ...]) -> Any:
    """E Π sign(u_k) of variables that are correlated."""
    if len(group) == 1:
        height, variance = heights[0]
        return sp.erf(height / sp.sqrt(2 * variance))
    if all(height == 0 for height, _ in heights):
        if len(group) % 2:
            return sp.S.Zero
        if len(group) == 2:
            return 2 / sp.pi * sp.asin(_correlation(cross[group[0], group[1]], heights, given))
        raise Unsolvable(
            f"the mean of {len(group)} correlated signs (an orthant of as many variables) is a volume on the sphere "
            "that is not elementary; up to three conditions, or independent groups of them, have closed forms"
        )
    raise Unsolvable(
        "two correlated conditions whose planes do not pass through the mean: the bivariate normal distribution "
        "function, P(u > 0, v > 0) = ∫_0^∞ p_u(y) Φ(E[v | u = y]/sd[v | u]) dy, has no closed form"
    )


def _correlation(c: Any, heights: list[Any], given: tuple[Any, ...]) -> Any:
    """Cov/√(Var Var) with the square root of a quotient where that is shorter."""
    whole = reduce(mul, (v for _, v in heights))
    square = sp.factor(tidy(c**2 / whole, (), given))
    plain = sp.simplify(c / sp.sqrt(whole))
    for way in (1, -1):
        if is_positive(way * c, given) is True:
            return min((plain, way * sp.sqrt(square)), key=sp.count_ops)
    return plain
