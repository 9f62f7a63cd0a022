"""Mellin transforms of rational functions of e^{−cx}: 1/(e^x ± 1), 1/cosh, x/sinh, tanh, e^{−ax}/(1 − e^{−x}), and of
their logarithms.

If every pole is a root of unity, R(q) e^{−ρx} with q = e^{−cx} is a finite sum of P(n) e^{−(ρ + hn)x} over n ≥ 0, and
term by term (absolutely for large Re s, then by continuation) the transform is Γ(s) h^{−s} Σ P-coefficients times
Hurwitz zeta functions ζ(s − i, ρ/h). Reference: NIST DLMF 25.11.25, 25.5.
"""

from __future__ import annotations

from math import lcm
from typing import Any

import sympy as sp

from derive.exact import sign_of

Given = tuple[Any, ...]
LARGEST = 24  # the order of the roots of unity that are looked for


def lambert_transform(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given = ()) -> Any | None:
    """The Mellin transform of a rational function of exponentials (hyperbolic functions, cos and sin in the numerator),
    or of the logarithm of one; None if a pole is no root of unity or something else occurs."""
    if isinstance(g, sp.log):
        return _of_logarithm(g.args[0], x, s, given)
    found = exponential_series(g, x, given)
    if found is None:
        return None
    terms, h, order = found
    shifts = [(w, sp.cancel(rate / h)) for w, rate in terms]
    if any(shift.is_number and shift.is_real and shift < 0 for _, shift in shifts):
        return None
    total = sp.Add(*(w * _hurwitz(order, shift, s) for w, shift in shifts))
    return sp.gamma(s) * h ** (-s) * total


def exponential_series(g: Any, x: sp.Symbol, given: Given = ()) -> tuple[list[tuple[Any, Any]], Any, int] | None:
    """([(w, ρ), …], h, m) with g = Σ w e^{−ρx} (1 − e^{−hx})^{−m}; None if a pole in e^{−x} is no root of unity."""
    found = _rational(g, x, given)
    if found is None:
        return None
    terms, denominator, q, step = found
    closed = _cyclotomic(denominator, q)
    if closed is None:
        return None
    period, order, cofactor = closed
    table: dict[Any, Any] = {}
    for rate, weight in terms:
        for (j,), c in sp.Poly(cofactor, q).terms():
            key = sp.cancel(rate + j * step)
            table[key] = table.get(key, 0) + weight * c
    return [(w, rate) for rate, w in table.items() if w != 0], step * period, order


def _hurwitz(order: int, shift: Any, s: sp.Symbol) -> Any:
    """Σ_n C(n + m − 1, m − 1) (n + a)^{−s} as a combination of ζ(s − i, a); at a = 0 without its first term."""
    n, y = sp.Dummy("n"), sp.Dummy("y")
    count: Any = sp.Mul(*((n + i) for i in range(1, order))) / sp.factorial(order - 1)
    if shift == 0:
        count, shift = count.subs(n, n + 1), sp.S.One
    if order == 0:
        return shift ** (-s)
    by_distance = sp.Poly(sp.expand(count.subs(n, y - shift)), y)
    return sp.Add(*(c * hurwitz(s - i, shift) for (i,), c in by_distance.terms()))


def hurwitz(s: Any, a: Any) -> Any:
    """ζ(s, a) with a rational a brought into (0, 1], and ζ(s, ½) = (2^s − 1) ζ(s)."""
    steps = int(sp.ceiling(a)) - 1 if a.is_Rational else 0
    peeled = sp.Add(*((a - k) ** (-s) for k in range(1, steps + 1)))
    base = a - steps
    if base == 1:
        return sp.zeta(s) - peeled
    return ((2**s - 1) * sp.zeta(s) if base == sp.Rational(1, 2) else sp.zeta(s, base)) - peeled


def _rational(g: Any, x: sp.Symbol, given: Given) -> tuple[list[tuple[Any, Any]], Any, sp.Symbol, Any] | None:
    """g = Σ weight e^{−rate x} / D(q), q = e^{−step x}, D(0) ≠ 0: (terms, D, q, step)."""
    g = g.rewrite(sp.exp)
    rates = {}
    for node in g.atoms(sp.exp):
        rate = sp.expand(node.args[0]).coeff(x, 1)
        if sp.expand(node.args[0] - rate * x) != 0:
            return None
        rates[node] = rate
    below = [r for node, r in rates.items() if any(_under(g, node))]
    candidates = [r for r in (below or list(rates.values())) if sign_of(r, given) in (1, -1)]
    if not candidates:
        return None
    base = candidates[0] * (sign_of(candidates[0], given) or 1)
    ratios = {node: sp.cancel(rate / base) for node, rate in rates.items()}
    size = lcm(*(int(r.q) for r in ratios.values() if r.is_Rational), 1)
    y = sp.Dummy("y", positive=True)
    strangers: dict[sp.Symbol, Any] = {}
    table = {}
    for node, ratio in ratios.items():
        if ratio.is_Rational:
            table[node] = y ** int(ratio * size)
        else:
            letter = sp.Dummy("E")
            strangers[letter], table[node] = rates[node], letter
    whole = g.xreplace(table)
    if x in whole.free_symbols:
        return None
    if not whole.is_rational_function(y, *strangers):
        return None
    top, bottom = sp.fraction(sp.cancel(sp.together(whole)))
    if bottom.free_symbols & set(strangers) or not bottom.is_polynomial(y):
        return None
    step = base / size
    lower = sp.Poly(bottom, y)
    upper = sp.Poly(top, y, *strangers)
    q = sp.Dummy("q")
    degree = lower.degree()
    reversed_lower = sp.Add(*(c * q ** (degree - k) for (k,), c in lower.terms()))
    terms = []
    for powers, c in upper.terms():
        growth = (powers[0] - degree) * step + sp.Add(
            *(p * strangers[e] for p, e in zip(powers[1:], strangers, strict=True))
        )
        terms.append((-growth, c))
    return terms, reversed_lower, q, step


def _under(g: Any, node: Any) -> Any:
    """Denominators that the node stands in."""
    return (part for part in g.atoms(sp.Pow) if part.exp.is_negative and part.base.is_Add and part.base.has(node))


def _cyclotomic(denominator: Any, q: sp.Symbol) -> tuple[int, int, Any] | None:
    """(N, m, C) with 1/D = C/(1 − q^N)^m: D a product of cyclotomic polynomials; None otherwise."""
    if denominator.free_symbols - {q}:
        factors: Any = sp.factor_list(denominator, q)[1]
        if any(f.free_symbols - {q} for f, _ in factors):
            return None
    factors = sp.factor_list(denominator, q)[1]
    period, order = 1, 0
    for factor, multiplicity in factors:
        poly = sp.Poly(factor, q)
        n = next((n for n in range(1, LARGEST + 1) if sp.rem(1 - q**n, factor, q) == 0), None)
        if n is None or poly.degree() == 0:
            return None
        period, order = lcm(period, n), max(order, multiplicity)
    cofactor = sp.cancel((1 - q**period) ** order / denominator)
    return (period, order, cofactor) if cofactor.is_polynomial(q) else None


def _of_logarithm(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Any | None:
    """log g for g = c e^{−ρx} Π (1 − q^n)^{±m}: −Γ(s) Σ ± m (n step)^{−s} ζ(s + 1), beside powers of x, whose finite
    part is 0."""
    found = logarithm_series(g, x, given)
    if found is None:
        return None
    return -sp.gamma(s) * sp.zeta(s + 1) * sp.Add(*(w * rate ** (-s) for w, rate in found[1]))


def logarithm_series(g: Any, x: sp.Symbol, given: Given = ()) -> tuple[Any, list[tuple[Any, Any]]] | None:
    """(log c − ρx, [(w, ρ), …]) with log g = log c − ρx + Σ w log(1 − e^{−ρx}); None if a pole or zero of g in e^{−x}
    is no root of unity."""
    found = _rational(g, x, given)
    if found is None:
        return None
    terms, denominator, q, step = found
    least = min(terms, key=lambda t: sp.N(t[0] / step) if (t[0] / step).is_number else sp.oo)[0]
    steps = [(sp.cancel((rate - least) / step), c) for rate, c in terms]
    if not all(n.is_Integer and n >= 0 for n, _ in steps):
        return None
    numerator = sp.Add(*(c * q**n for n, c in steps))
    table: dict[int, int] = {}
    front = sp.S.One
    for part, sign in ((numerator, 1), (denominator, -1)):
        factors: Any = sp.factor_list(part, q)[1]
        front *= part.subs(q, 0) ** sign
        for factor, multiplicity in factors:
            split = _cyclotomic_divisors(factor, q)
            if split is None:
                return None
            for n, power in split.items():
                table[n] = table.get(n, 0) + sign * multiplicity * power
    return sp.log(front) - least * x, [(sp.Integer(w), n * step) for n, w in table.items() if w]


def _cyclotomic_divisors(factor: Any, q: sp.Symbol) -> dict[int, int] | None:
    """Φ_N(q) = ± Π_{d | N} (1 − q^d)^{μ(N/d)}."""
    if factor.free_symbols - {q}:
        return None
    n = next((n for n in range(1, LARGEST + 1) if sp.rem(1 - q**n, factor, q) == 0), None)
    if n is None or sp.Poly(factor, q).degree() != sp.totient(n):
        return None
    return {d: int(sp.mobius(n // d)) for d in sp.divisors(n) if sp.mobius(n // d) != 0}
