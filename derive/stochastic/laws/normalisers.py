"""Normalisers ∫ w dx of weights w = exp(Σ c_i g_i(x)), recognised by the functions g_i that occur: a table of families.

Reference: N. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions (1994); for x and 1/x together the
generalised inverse Gaussian, B. Jørgensen (1982).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.stochastic.checking import zero

LINE = (-sp.oo, sp.oo)
HALF = (sp.S.Zero, sp.oo)


@dataclass(frozen=True)
class Normaliser:
    """∫ w = value if the conditions hold; `family` is the name of the distribution."""

    value: Any
    conditions: tuple[Any, ...]
    family: str


Terms = dict[Any, Any]


def terms_of(log_weight: Any, x: Any, domain: tuple[Any, Any] = LINE) -> tuple[Any, Terms]:
    """(constant, {g: c}): log w = constant + Σ c g(x), logarithms taken apart, powers multiplied out.

    Factors of the arguments are given the sign that they have inside the domain: log(σ²x(1 − x)) on (0, 1) becomes
    2 log σ + log x + log(1 − x).
    """
    middle = _middle(domain)
    tidied = sp.expand(log_weight).replace(sp.log, lambda u: _apart(u, x, middle))
    constant, table = sp.S.Zero, {}
    for term in sp.Add.make_args(sp.expand(tidied)):
        c, g = sp.factor_terms(term).as_independent(x, as_Add=False)
        if g == 1:
            constant += c
        else:
            table[g] = table.get(g, sp.S.Zero) + c
    return constant, {g: c for g, c in table.items() if not zero(c)}


def exponential_of(log_weight: Any, *states: Any) -> Any:
    """exp of a sum with its logarithms turned into powers; states: the variables, other symbols are constants then."""
    parts = []
    for term in sp.Add.make_args(sp.expand(log_weight)):
        coefficient, rest = sp.S.One, term
        logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        free = states or (logs[0].args[0].free_symbols if logs else ())
        if len(logs) == 1 and not (term / logs[0]).has(*free):
            coefficient, rest = term / logs[0], logs[0]
            parts.append(rest.args[0] ** coefficient)
        else:
            parts.append(sp.exp(term))
    return sp.Mul(*parts)


def _bounded(*ends: Any) -> bool:
    """Whether no end is at infinity: a symbol stands for a number."""
    return not any(end.is_infinite for end in ends)


def _middle(domain: tuple[Any, Any]) -> Any:
    """A point inside."""
    low, high = domain
    if _bounded(low, high):
        return (3 * low + 4 * high) / 7
    if _bounded(low):
        return low + sp.Rational(9, 7)
    return high - sp.Rational(9, 7) if _bounded(high) else sp.Rational(9, 7)


def _apart(u: Any, x: Any, inside: Any) -> Any:
    """log u as a sum over the factors of u, each positive at the point; parameters count as positive."""
    total = sp.S.Zero
    for factor in sp.Mul.make_args(sp.factor(sp.cancel(u))):
        base, power = factor.as_base_exp()
        value = base.xreplace({x: inside})
        value = value.xreplace({s: sp.Rational(5, 3) for s in value.free_symbols})
        if base.is_number:
            total += sp.log(sp.Abs(base)) * power
        else:
            flipped = sp.expand(-base) if sp.N(value).is_negative else base
            total += power * (sp.log(flipped) if not isinstance(flipped, sp.exp) else flipped.exp)
    return total


def normaliser(log_weight: Any, x: Any, domain: tuple[Any, Any]) -> Normaliser | None:
    """The integral of exp(log_weight) over the domain by the table; None if no family fits."""
    for shifted, scale, ends in _moved(log_weight, x, domain):
        constant, terms = terms_of(shifted, x, ends)
        for family in FAMILIES:
            found = family(terms, x, ends)
            if found is not None:
                return Normaliser(found.value * sp.exp(constant) * scale, found.conditions, found.family)
    return None


def _moved(log_weight: Any, x: Any, domain: tuple[Any, Any]) -> Iterator[tuple[Any, Any, tuple[Any, Any]]]:
    """The weight as it is; on a finite interval moved to (0, 1); on a half-line moved to (0, ∞)."""
    low, high = domain
    yield log_weight, sp.S.One, domain
    if _bounded(low, high) and (low, high) != (0, 1):
        width = high - low
        yield _simplified(log_weight.subs(x, low + width * x), x), width, (sp.S.Zero, sp.S.One)
    elif _bounded(low) and high == sp.oo and low != 0:
        yield _simplified(log_weight.subs(x, low + x), x), sp.S.One, HALF
    elif _bounded(high) and low == -sp.oo:
        yield _simplified(log_weight.subs(x, high - x), x), sp.S.One, HALF
    elif (low, high) == LINE:
        yield from _exponentials(log_weight, x)


def _exponentials(log_weight: Any, x: Any) -> Iterator[tuple[Any, Any, tuple[Any, Any]]]:
    """A weight of e^{kx} and x on the line as one of u = e^{kx} on (0, ∞), dx = du/(|k| u)."""
    opened = sp.expand(log_weight.rewrite(sp.exp) if log_weight.has(sp.cosh, sp.sinh, sp.tanh) else log_weight)
    slopes = {sp.diff(e.exp, x) for e in opened.atoms(sp.exp) if e.has(x)}
    if not slopes or any(k.has(x) for k in slopes):
        return
    for k in sorted({-k if k.could_extract_minus_sign() else k for k in slopes}, key=str):
        moved = opened.subs(x, sp.log(x) / k).replace(sp.exp, lambda e: sp.exp(sp.expand(e)))
        yield _simplified(sp.expand(moved) - sp.log(x), x), 1 / sp.Abs(k), HALF


def _simplified(e: Any, x: Any) -> Any:
    return e.replace(sp.log, lambda u: sp.log(sp.factor(u)))


def _only(terms: Terms, *allowed: Any) -> bool:
    return set(terms) <= set(allowed)


def _positive(*values: Any) -> tuple[Any, ...]:
    """The conditions value > 0 that are not decided; None stands for one that fails."""
    found = []
    for value in values:
        condition = sp.sympify(value) > 0
        if condition not in (sp.true,):
            found.append(condition)
    return tuple(found)


def _sound(found: Normaliser) -> Normaliser | None:
    return None if sp.false in found.conditions else found


def _gaussian(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    if ends != LINE or not _only(terms, x, x**2) or x**2 not in terms:
        return None
    a, b = -terms[x**2], terms.get(x, sp.S.Zero)
    return _sound(Normaliser(sp.sqrt(sp.pi / a) * sp.exp(b**2 / (4 * a)), _positive(a), "normal"))


def _gamma(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """x^{k−1} e^{−βx^m}: gamma (m = 1), Rayleigh and Maxwell (m = 2), Weibull, inverse gamma (m = −1)."""
    if ends != HALF:
        return None
    powers = [g for g in terms if g != sp.log(x)]
    if len(powers) != 1 or not (powers[0] == x or (powers[0].is_Pow and powers[0].base == x)):
        return None
    m, beta, k = powers[0].as_base_exp()[1], -terms[powers[0]], terms.get(sp.log(x), sp.S.Zero) + 1
    name = {sp.S.One: "gamma", sp.S.NegativeOne: "inverse gamma"}.get(m, "generalised gamma")
    size = sp.Abs(m)
    value = sp.gamma(k / m) / (size * beta ** (k / m))
    return _sound(Normaliser(value, _positive(beta, k / m), name))


def _inverse_gaussian(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """x^{k−1} e^{−βx−δ/x}: 2 (δ/β)^{k/2} K_k(2√(βδ))."""
    if ends != HALF or not _only(terms, sp.log(x), x, 1 / x) or x not in terms or 1 / x not in terms:
        return None
    beta, delta, k = -terms[x], -terms[1 / x], terms.get(sp.log(x), sp.S.Zero) + 1
    value = 2 * (delta / beta) ** (k / 2) * sp.besselk(k, 2 * sp.sqrt(beta * delta))
    return _sound(Normaliser(value, _positive(beta, delta), "generalised inverse Gaussian"))


def _lognormal(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    square = sp.log(x) ** 2
    if ends != HALF or not _only(terms, sp.log(x), square) or square not in terms:
        return None
    a, b = -terms[square], terms.get(sp.log(x), sp.S.Zero) + 1
    return _sound(Normaliser(sp.sqrt(sp.pi / a) * sp.exp(b**2 / (4 * a)), _positive(a), "lognormal"))


def _beta(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    if ends != (0, 1) or not _only(terms, sp.log(x), sp.log(1 - x)):
        return None
    a, b = (terms.get(g, sp.S.Zero) + 1 for g in (sp.log(x), sp.log(1 - x)))
    return _sound(Normaliser(sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b), _positive(a, b), "beta"))


def _beta_prime(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """x^{a−1} (p x^m + q)^{−n}: q^{−n} (q/p)^{a/m} B(a/m, n − a/m)/m."""
    logs = [g for g in terms if isinstance(g, sp.log) and g != sp.log(x)]
    if ends != HALF or len(logs) != 1 or not _only(terms, sp.log(x), *logs):
        return None
    poly = logs[0].args[0].as_poly(x)
    if poly is None or len(poly.terms()) != 2 or poly.nth(0) == 0:
        return None
    m, p, q = sp.Integer(poly.degree()), poly.LC(), poly.nth(0)
    a, n = (terms.get(sp.log(x), sp.S.Zero) + 1) / m, -terms[logs[0]]
    value = q**-n * (q / p) ** a * sp.gamma(a) * sp.gamma(n - a) / (m * sp.gamma(n))
    return _sound(Normaliser(value, _positive(a, n - a, p, q), "beta prime"))


def _student(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """(px² + qx + r)^{−m} on the line: Student's t, moved and scaled."""
    if ends != LINE or len(terms) != 1:
        return None
    ((g, c),) = terms.items()
    quadratic = g.args[0].as_poly(x) if isinstance(g, sp.log) else None
    if quadratic is None or quadratic.degree() != 2:
        return None
    p, q, r = quadratic.all_coeffs()
    m, height = -c, r - q**2 / (4 * p)
    value = sp.sqrt(sp.pi / p) * height ** (sp.Rational(1, 2) - m) * sp.gamma(m - sp.Rational(1, 2)) / sp.gamma(m)
    return _sound(Normaliser(value, _positive(p, height, m - sp.Rational(1, 2)), "Student"))


def _pearson_four(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """(px² + qx + r)^{−m} e^{ν arctan((2px + q)/√Δ)}, Δ = 4pr − q² > 0, on the line: with h = Δ/4p,
    π 2^{2−2m} √(h/p) h^{−m} Γ(2m − 1)/|Γ(m + iν/2)|² (DLMF 5.12.5)."""
    kinds = {type(g): g for g in terms}
    if ends != LINE or len(terms) != 2 or set(kinds) != {sp.log, sp.atan}:
        return None
    quadratic, line = (kinds[kind].args[0].as_poly(x) for kind in (sp.log, sp.atan))
    if quadratic is None or line is None or quadratic.degree() != 2 or line.degree() != 1:
        return None
    (p, q, r), (slope, shift) = quadratic.all_coeffs(), line.all_coeffs()
    square = sp.factor(4 * p * r - q**2)
    if not zero(slope**2 * square - 4 * p**2) or not zero(2 * p * shift - slope * q):
        return None
    m, nu, height = -terms[kinds[sp.log]], terms[kinds[sp.atan]], square / (4 * p)
    size = sp.pi * 2 ** (2 - 2 * m) * sp.sqrt(height / p) * height**-m
    value = size * sp.gamma(2 * m - 1) / sp.Abs(sp.gamma(m + sp.I * nu / 2)) ** 2
    return _sound(Normaliser(value, _positive(p, square, m - sp.Rational(1, 2)), "Pearson IV"))


def _von_mises(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """e^{κ cos x + λ sin x} over a full period: 2π I_0(√(κ² + λ²))."""
    period = sp.expand(ends[1] - ends[0]) if _bounded(*ends) else None
    waves = {g for g in terms if isinstance(g, (sp.cos, sp.sin))}
    if period is None or not waves or not _only(terms, *waves):
        return None
    slopes = {sp.diff(g.args[0], x) for g in waves}
    if len(slopes) != 1 or any(g.args[0].subs(x, 0) != 0 for g in waves):
        return None
    k = slopes.pop()
    turns = sp.cancel(period * k / (2 * sp.pi))
    if not turns.is_Integer or turns == 0:
        return None
    strength = sp.Add(*(terms[g] ** 2 for g in waves))
    root = terms[next(iter(waves))] if len(waves) == 1 else sp.sqrt(strength)
    return Normaliser(period * sp.besseli(0, root), (), "von Mises")


def _quartic(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """e^{−αx⁴ + βx²} on the line, β ≠ 0: ½ √(|β|/α)… by I and K of order ¼, on both signs of β."""
    if ends != LINE or not _only(terms, x**2, x**4) or x**4 not in terms or x**2 not in terms:
        return None
    a, b = -terms[x**4], terms[x**2]
    z, quarter = b**2 / (8 * a), sp.Rational(1, 4)
    if b.is_positive:
        bessel = sp.pi / sp.sqrt(2) * (sp.besseli(-quarter, z) + sp.besseli(quarter, z))
        return _sound(Normaliser(sp.sqrt(b / a) / 2 * sp.exp(z) * bessel, _positive(a), "quartic"))
    if b.is_negative:
        return _sound(Normaliser(sp.sqrt(-b / a) / 2 * sp.exp(z) * sp.besselk(quarter, z), _positive(a), "quartic"))
    return _sound(Normaliser(_cylinder(sp.S.Half, a, b), _positive(a), "quartic"))


def _cylinder(nu: Any, a: Any, b: Any) -> Any:
    """∫₀^∞ u^{ν−1} e^{−au²+bu} du for either sign of b: a parabolic cylinder function, here by Kummer's (DLMF 12.5.1);
    by the error function for ν = 1."""
    z = b**2 / (4 * a)
    if nu == 1:
        return sp.sqrt(sp.pi / a) / 2 * sp.exp(z) * (1 + sp.erf(b / (2 * sp.sqrt(a))))
    even = sp.gamma(nu / 2) * sp.hyper([nu / 2], [sp.S.Half], z)
    odd = sp.gamma((nu + 1) / 2) * sp.hyper([(nu + 1) / 2], [sp.Rational(3, 2)], z)
    return a ** (-nu / 2) / 2 * (even + b / sp.sqrt(a) * odd)


def _parabolic(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """x^{k−1} e^{−αx^{2m}+βx^m} on (0, ∞)."""
    powers = [g for g in terms if g != sp.log(x)]
    if ends != HALF or len(powers) != 2 or any(g.as_base_exp()[0] != x for g in powers):
        return None
    low, high = sorted((g.as_base_exp()[1] for g in powers), key=sp.default_sort_key)
    if not low.is_number or (sp.expand(high - 2 * low) != 0 and sp.expand(low - 2 * high) != 0):
        return None
    m, double = (low, high) if sp.expand(high - 2 * low) == 0 else (high, low)
    nu, a, b = (terms.get(sp.log(x), sp.S.Zero) + 1) / m, -terms[x**double], terms[x**m]
    return _sound(Normaliser(_cylinder(nu, a, b) / sp.Abs(m), _positive(a, nu), "parabolic cylinder"))


def _truncated_normal(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """e^{−ax²+bx}, a > 0 known, on a finite interval."""
    if not (_bounded(*ends)) or not _only(terms, x, x**2) or x**2 not in terms:
        return None
    a, b = -terms[x**2], terms.get(x, sp.S.Zero)
    if not a.is_positive:
        return None
    high, low = (sp.erf(sp.sqrt(a) * (end - b / (2 * a))) for end in reversed(ends))
    return Normaliser(sp.sqrt(sp.pi / a) / 2 * sp.exp(b**2 / (4 * a)) * (high - low), (), "truncated normal")


def _even_power(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """e^{−βx^m} on the line, m even: 2 Γ(1 + 1/m) β^{−1/m}."""
    if ends != LINE or len(terms) != 1:
        return None
    ((g, c),) = terms.items()
    base, m = g.as_base_exp()
    if base != x or not (m.is_Integer and m.is_even and m > 2):
        return None
    return _sound(Normaliser(2 * sp.gamma(1 + 1 / m) * (-c) ** (-1 / m), _positive(-c), "exponential power"))


def _uniform(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    if terms or not (_bounded(*ends)):
        return None
    return Normaliser(ends[1] - ends[0], (), "uniform")


def _exponential_piece(terms: Terms, x: Any, ends: tuple[Any, Any]) -> Normaliser | None:
    """e^{cx} on a finite interval."""
    if not _only(terms, x) or x not in terms or not (_bounded(*ends)):
        return None
    c = terms[x]
    return Normaliser((sp.exp(c * ends[1]) - sp.exp(c * ends[0])) / c, (), "truncated exponential")


FAMILIES: tuple[Callable[[Terms, Any, tuple[Any, Any]], Normaliser | None], ...] = (
    _gaussian,
    _gamma,
    _inverse_gaussian,
    _lognormal,
    _beta,
    _beta_prime,
    _student,
    _pearson_four,
    _von_mises,
    _quartic,
    _parabolic,
    _even_power,
    _uniform,
    _exponential_piece,
    _truncated_normal,
)
