"""Taylor coefficients at 0 in a symbolic index: sums of powers times exponentials, logarithms, rational functions.

With w = γz^q: e^w = Σ γ^j z^{qj}/j!, log(1 − w) = −Σ γ^j z^{qj}/j, Li_s(w) = Σ γ^j z^{qj}/j^s, (1 + w)^p = Σ C(p, j)
γ^j z^{qj}, and (z − p)^{−m} = (−p)^{−m} Σ C(j + m − 1, m − 1) (z/p)^j; for q = 2 a factor (1 + (−1)^k)/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

MOST = 12  # coefficients before the formula holds


@dataclass(frozen=True)
class Coefficients:
    """c_k = `formula` for k ≥ `start` (in the index `k`), the numbers `first` before that."""

    k: sp.Symbol
    formula: Any
    first: tuple[Any, ...] = ()

    @property
    def start(self) -> int:
        """Where the formula begins to hold."""
        return len(self.first)

    def at(self, n: int) -> Any:
        """c_n."""
        return self.first[n] if n < self.start else self.formula.xreplace({self.k: sp.Integer(n)})


def taylor_coefficients(F: Any, z: sp.Symbol, k: sp.Symbol) -> Coefficients | None:
    """The coefficients of F at z = 0; None where a term is of another kind."""
    total: Coefficients | None = Coefficients(k, sp.S.Zero)
    for term in sp.Add.make_args(_opened(F, z)):
        own = _term(term, z, k)
        total = None if own is None or total is None else _sum(total, own)
        if total is None or total.start > MOST:
            return None
    return total


def _opened(F: Any, z: sp.Symbol) -> Any:
    below = {node: sp.Dummy() for node in F.atoms(sp.Pow) if node.base.is_Add and not node.exp.is_nonnegative}
    inner = {letter: node for node, letter in below.items()}
    return sp.expand(F.xreplace(below), power_exp=False, log=False, trig=False, func=False).xreplace(inner)


def _sum(one: Coefficients, other: Coefficients) -> Coefficients:
    start = max(one.start, other.start)
    first = tuple(one.at(n) + other.at(n) for n in range(start))
    return Coefficients(one.k, one.formula + other.formula, first)


def _term(term: Any, z: sp.Symbol, k: sp.Symbol) -> Coefficients | None:
    """c z^j G(z)."""
    outer, moving = term.as_independent(z, as_Add=False)
    shift, rational, rest = 0, sp.S.One, []
    for factor in sp.Mul.make_args(moving):
        base, power = factor.as_base_exp()
        if base == z and power.is_Integer:
            shift += int(power)
        elif factor.is_rational_function(z):
            rational *= factor
        else:
            rest.append(factor)
    if not rest:
        return _rational(outer * rational * z**shift, z, k)
    if len(rest) != 1 or rational != 1:
        return None
    own = _atom(rest[0], z, k)
    return None if own is None else _moved(own, outer, shift)


def _moved(own: Coefficients, outer: Any, shift: int) -> Coefficients | None:
    """Times outer·z^shift; a negative shift only over coefficients that vanish."""
    k = own.k
    formula = outer * own.formula.xreplace({k: k - shift})
    if shift >= 0:
        return Coefficients(k, formula, (*[sp.S.Zero] * shift, *(outer * c for c in own.first)))
    if any(own.at(n) != 0 for n in range(-shift)):
        return None
    return Coefficients(k, formula, tuple(outer * c for c in own.first[-shift:]))


def _atom(G: Any, z: sp.Symbol, k: sp.Symbol) -> Coefficients | None:
    if isinstance(G, sp.exp):
        found = _monomial(G.args[0], z)
        if found is None:
            return None
        return _spread(sp.exp(found[0]), found[1], found[2], k, lambda j: 1 / sp.factorial(j))
    if isinstance(G, sp.log):
        found = _monomial(G.args[0], z)
        if found is None or found[0] == 0:
            return None
        alpha, beta, q = found
        series = _spread(sp.S.One, -beta / alpha, q, k, lambda j: -1 / j, 1)
        return None if series is None else _sum(series, Coefficients(k, sp.S.Zero, (sp.log(alpha),)))
    if isinstance(G, sp.polylog):
        found = _monomial(G.args[1], z)
        s = G.args[0]
        if found is None or found[0] != 0 or z in s.free_symbols:
            return None
        return _spread(sp.S.One, found[1], found[2], k, lambda j: j**-s, 1)
    if isinstance(G, sp.Pow) and z not in G.exp.free_symbols:
        found = _monomial(G.base, z)
        if found is None or found[0] == 0:
            return None
        alpha, beta, q = found
        return _spread(alpha**G.exp, beta / alpha, q, k, lambda j: sp.binomial(G.exp, j))
    return None


def _monomial(e: Any, z: sp.Symbol) -> tuple[Any, Any, int] | None:
    """(α, β, q) of α + βz^q, q = 1 or 2."""
    if not e.is_polynomial(z):
        return None
    terms = {n: c for (n,), c in sp.Poly(e, z).terms()}
    powers = [n for n in terms if n]
    if len(powers) != 1 or powers[0] > 2:
        return None
    return terms.get(0, sp.S.Zero), terms[powers[0]], powers[0]


def _spread(front: Any, gamma: Any, q: int, k: sp.Symbol, weight: Any, start: int = 0) -> Coefficients:
    """front Σ_{j ≥ start} weight(j) γ^j z^{qj}."""
    if q == 1:
        return Coefficients(k, front * weight(k) * gamma**k, (sp.S.Zero,) * start)
    even = (1 + (-1) ** k) / 2
    return Coefficients(k, front * even * weight(k / 2) * gamma ** (k / 2), (sp.S.Zero,) * (start * q))


def _rational(f: Any, z: sp.Symbol, k: sp.Symbol) -> Coefficients | None:
    """By partial fractions, letters in the place of the coefficients: roots of parameters would swell."""
    letters: dict[Any, Any] = {}
    plain = f.replace(lambda e: e.is_Add and z in e.free_symbols, lambda e: _lettered(e, z, letters))
    front, plain = plain.as_independent(z, as_Add=False)
    back = {letter: c for c, letter in letters.items()}
    top, bottom = sp.fraction(sp.cancel(sp.together(plain)))
    quotient, rest = sp.div(sp.Poly(top, z), sp.Poly(bottom, z))
    cs = tuple(reversed(quotient.all_coeffs())) if not quotient.is_zero else ()
    total = Coefficients(k, sp.S.Zero, cs)
    if not rest.is_zero:
        roots = sp.roots(sp.Poly(bottom, z))
        if sum(roots.values()) != sp.degree(bottom, z) or 0 in roots:
            return None
        lead = sp.Poly(bottom, z).LC()
        for p, order in roots.items():
            head = rest.as_expr() / (lead * sp.Mul(*((z - q) ** m for q, m in roots.items() if q != p)))
            for j in range(order):
                m = order - j
                c = sp.factor((sp.diff(head, z, j) if j else head).xreplace({z: p}) / sp.factorial(j) * (-p) ** -m)
                choices = sp.Mul(*(k + i for i in range(1, m))) / sp.factorial(m - 1)
                total = _sum(total, Coefficients(k, c * choices * sp.cancel(1 / p) ** k))
    first = tuple(sp.factor_terms(front * sp.cancel(c)).xreplace(back) for c in total.first)
    return Coefficients(k, (front * total.formula).xreplace(back), first)


def _lettered(e: Any, z: sp.Symbol, letters: dict[Any, Any]) -> Any:
    """The polynomial e in z with letters for coefficients that are no numbers, scaled to constant term 1 where it has
    one."""
    if not e.is_polynomial(z):
        return e
    coefficients = {n: c for (n,), c in sp.Poly(e, z).terms()}
    lead = coefficients.get(0, sp.S.One)
    out = sp.S.Zero
    for n, c in coefficients.items():
        ratio = sp.factor_terms(c / lead) if lead != 1 else c
        out += (ratio if ratio.is_Rational else _letter(ratio, letters)) * z**n
    return (lead if lead.is_Rational else _letter(lead, letters)) * out


def _letter(c: Any, letters: dict[Any, Any]) -> Any:
    if c.could_extract_minus_sign():
        return -_letter(-c, letters)
    return letters.setdefault(c, sp.Dummy())
