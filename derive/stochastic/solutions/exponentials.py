"""Linear systems m′ = A m + f with constant coefficients, solved in the ring of exponential polynomials Σ c tᵏ e^{λt}.

e^{At} comes from the eigenvalues by Putzer's formula (E. Putzer, Amer. Math. Monthly 73 (1966) 2), block by block: the
system is first put into block triangular form, so that eigenvalues are roots of small polynomials.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.checking import same, zero
from derive.stochastic.errors import Unsolvable
from derive.stochastic.shown.readable import tidy

Terms = tuple[tuple[Any, int, Any], ...]  # (rate λ, power k, coefficient c) of c tᵏ e^{λt}
LARGEST_POLYNOMIAL = 4


@dataclass(frozen=True)
class ExpPoly:
    """Σ c tᵏ e^{λt}. Rates that are proven equal are one rate; others count as different (generic parameters)."""

    terms: Terms = ()
    given: tuple[Any, ...] = ()

    def __add__(self, other: ExpPoly) -> ExpPoly:
        return collected((*self.terms, *other.terms), self.given)

    def times(self, factor: Any) -> ExpPoly:
        """The multiple by a constant."""
        return collected(((rate, k, c * factor) for rate, k, c in self.terms), self.given)

    def shifted(self, rate: Any) -> ExpPoly:
        """The product with e^{rate t}."""
        return collected(((old + rate, k, c) for old, k, c in self.terms), self.given)

    def product(self, other: ExpPoly) -> ExpPoly:
        """The product of two."""
        pairs = ((p + q, j + k, c * d) for p, j, c in self.terms for q, k, d in other.terms)
        return collected(pairs, self.given)

    def integral(self) -> ExpPoly:
        """∫₀ᵗ; a rate counts as ≠ 0 unless it is proven to be 0."""
        return collected(
            (term for rate, k, c in self.terms for term in _integrated(rate, k, c, self.given)), self.given
        )

    def driven(self, rate: Any, start: Any) -> ExpPoly:
        """The solution of r′ = rate r + self, r(0) = start."""
        inner = self.shifted(-rate).integral() + constant(start, self.given)
        return inner.shifted(rate)

    def convolved(self, other: ExpPoly) -> ExpPoly:
        """∫₀ᵗ self(t − s) other(s) ds: each term tᵏ e^{λt}/k! is k+1 drives in a row."""
        total = ExpPoly((), self.given)
        for rate, k, c in self.terms:
            part = other.times(c * sp.factorial(k))
            for _ in range(k + 1):
                part = part.driven(rate, sp.S.Zero)
            total = total + part
        return total

    def expr(self, t: Any) -> Any:
        """The expression in t; complex rates as cosines and sines."""
        parts = (
            t**k * sp.exp(rate * t) * (even * sp.cos(wave * t) + odd * sp.sin(wave * t))
            for (rate, wave, k), (even, odd) in self.waves().items()
        )
        return sp.Add(*parts)

    def waves(self) -> dict[tuple[Any, Any, int], tuple[Any, Any]]:
        """{(ρ, ω, k): (C, S)} of Σ tᵏ e^{ρt}(C cos ωt + S sin ωt): rates ρ ± iω put together, ω = 0 for real ones."""
        table: dict[tuple[Any, Any, int], list[Any]] = {}
        for rate, k, c in self.terms:
            real, wave = _parts(rate)
            sign = -1 if wave.could_extract_minus_sign() else 1
            entry = table.setdefault((real, sign * wave, k), [sp.S.Zero, sp.S.Zero])
            entry[0] += c
            entry[1] += sign * sp.I * c if wave != 0 else 0
        return {key: (even, odd) if key[1] == 0 else self._real(even, odd) for key, (even, odd) in table.items()}

    def _real(self, *parts: Any) -> tuple[Any, ...]:
        return tuple(tidy(sp.expand(part), (), self.given) for part in parts)


def constant(value: Any, given: tuple[Any, ...] = ()) -> ExpPoly:
    """A constant as an exponential polynomial."""
    return collected(((sp.S.Zero, 0, value),), given)


def read(f: Any, t: Any, given: tuple[Any, ...] = ()) -> ExpPoly | None:
    """A function of t as an exponential polynomial, waves and hyperbolic functions by exponentials; None if it is
    none."""

    def linear(u: Any) -> bool:
        return u.is_polynomial(t) and sp.degree(u, t) <= 1

    waves = {node: node.rewrite(sp.exp) for node in f.atoms(sp.sin, sp.cos, sp.sinh, sp.cosh) if linear(node.args[0])}
    below: dict[Any, Any] = {}  # constants below a fraction line: kept whole while the rest is multiplied out

    def apart(quotient: Any) -> Any:
        front, varying = sp.factor_terms(quotient.base).as_independent(t, as_Add=False)
        return below.setdefault(front**quotient.exp, sp.Dummy("k")) * varying**quotient.exp

    def fraction(e: Any) -> bool:
        return isinstance(e, sp.Pow) and e.base.is_Add and e.exp.is_Integer and e.exp < 0

    terms, names = [], {}
    for term in sp.Add.make_args(sp.expand(f.xreplace(waves).replace(fraction, apart))):
        names = names or {symbol: value for value, symbol in below.items()}
        c, rest = term.as_independent(t, as_Add=False)
        rate, power = sp.S.Zero, 0
        for factor in sp.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sp.exp) and linear(factor.args[0]):
                slope = sp.expand(factor.args[0]).coeff(t, 1)
                rate, c = rate + slope, c * sp.exp(sp.expand(factor.args[0] - slope * t))
            elif base == t and exponent.is_Integer and exponent > 0:
                power += int(exponent)
            elif factor != 1:
                return None
        terms.append((rate, power, c.xreplace(names)))
    return collected(terms, given)


def collected(terms: Iterable[tuple[Any, int, Any]], given: tuple[Any, ...]) -> ExpPoly:
    """Terms with the same rate and power put together, zeros left out."""
    kept: list[list[Any]] = []
    for rate, k, c in terms:
        rate = surd(sp.expand(rate))
        for entry in kept:
            if entry[1] == k and not _apart(entry[0] - rate) and same(entry[0], rate, given):
                entry[2] = entry[2] + c
                break
        else:
            kept.append([rate, k, c])
    shortened = [(rate, k, tidy(surd(c), (), given)) for rate, k, c in kept]
    return ExpPoly(tuple((rate, k, c) for rate, k, c in shortened if _apart(c) or not zero(c, given)), given)


def surd(e: Any) -> Any:
    """The expression with the numbers in it that contain roots without roots in denominators, multiplied out."""
    if e.is_number:
        return sp.expand(sp.radsimp(e)) if e.is_algebraic and e.atoms(sp.Pow, sp.core.numbers.ImaginaryUnit) else e
    if not e.args or not e.atoms(sp.core.numbers.ImaginaryUnit, sp.Pow):
        return e
    if isinstance(e, sp.Mul | sp.Add):
        front, rest = e.as_independent(*e.free_symbols, as_Add=e.is_Add)
        return e.func(surd(front), *(surd(arg) for arg in (rest.args if rest.func == e.func else (rest,))))
    return e.func(*(surd(arg) for arg in e.args)) if isinstance(e, sp.Pow) else e


def _apart(e: Any) -> bool:
    """Whether a number is different from 0 beyond doubt: by its value to 30 digits."""
    return bool(e.is_number and abs(sp.N(e, 30)) > 1e-15)


def _integrated(rate: Any, k: int, c: Any, given: tuple[Any, ...]) -> list[tuple[Any, int, Any]]:
    if not _apart(rate) and zero(rate, given):
        return [(sp.S.Zero, k + 1, c / (k + 1))]
    found, factor = [], c / rate
    for j in range(k, -1, -1):
        found.append((rate, j, factor))
        if j == 0:
            found.append((sp.S.Zero, 0, -factor))
        factor = -factor * j / rate
    return found


def _parts(rate: Any) -> tuple[Any, Any]:
    """Real and imaginary part of a rate, read off its terms with the factor i."""
    imaginary = sp.Add(*(term / sp.I for term in sp.Add.make_args(sp.expand(rate)) if term.has(sp.I)))
    return (sp.expand(rate - sp.I * imaginary), imaginary) if not imaginary.has(sp.I) else (rate, sp.S.Zero)


def solve_linear(
    a: Any, start: Sequence[Any], force: Sequence[ExpPoly] | None = None, given: tuple[Any, ...] = ()
) -> tuple[ExpPoly, ...]:
    """The solution of m′ = A m + f, m(0) = start, as exponential polynomials; Unsolvable if eigenvalues have no closed
    form (an irreducible block with a characteristic polynomial of degree > 4)."""
    n = a.rows
    drive = list(force) if force is not None else [ExpPoly((), given)] * n
    found: dict[int, ExpPoly] = {}
    for block in blocks(a):
        pushed = [
            reduce(
                lambda total, j, i=i: total + found[j].times(a[i, j]),
                (j for j in found if a[i, j] != 0),
                drive[i],
            )
            for i in block
        ]
        if len(block) == 1:
            (i,) = block
            found[i] = pushed[0].driven(a[i, i], start[i])
            continue
        flow = exponential(a.extract(block, block), given)
        for row, i in enumerate(block):
            parts = [flow[row][col].times(start[j]) for col, j in enumerate(block)]
            parts += [flow[row][col].convolved(pushed[col]) for col in range(len(block))]
            found[i] = reduce(lambda p, q: p + q, parts)
    return tuple(found[i] for i in range(n))


def exponential(a: Any, given: tuple[Any, ...] = ()) -> list[list[ExpPoly]]:
    """e^{At} by Putzer: Σ_k r_{k+1}(t) Π_{j≤k} (A − λ_j), r_1 = e^{λ_1 t}, r_{k+1}′ = λ_{k+1} r_{k+1} + r_k."""
    n = a.rows
    roots = eigenvalues(a, given)
    product, total = sp.eye(n), [[ExpPoly((), given)] * n for _ in range(n)]
    r = constant(sp.S.One, given).shifted(roots[0])
    for k in range(n):
        total = [[total[i][j] + r.times(product[i, j]) for j in range(n)] for i in range(n)]
        if k + 1 < n:
            product = (product * (a - roots[k] * sp.eye(n))).applyfunc(lambda e: tidy(e, (), given))
            r = r.driven(roots[k + 1], sp.S.Zero)
    return total


def eigenvalues(a: Any, given: tuple[Any, ...] = ()) -> list[Any]:
    """Eigenvalues with multiplicity: roots of the factors of the characteristic polynomial, of degree ≤ 4."""
    z = sp.Dummy("z")
    roots: list[Any] = []
    for factor, multiplicity in sp.factor_list(a.charpoly(z).as_expr(z), z)[1]:
        poly = sp.Poly(factor, z)
        if poly.degree() > LARGEST_POLYNOMIAL or (poly.degree() > 2 and poly.free_symbols_in_domain):
            raise Unsolvable(
                f"the eigenvalues are roots of {plain(poly.as_expr())}, which has no short closed form; give numbers "
                "for the "
                f"parameters and use the numeric route",
                found=poly,
            )
        found = _quadratic(poly, given) if poly.degree() == 2 else list(sp.roots(poly, multiple=True))
        roots += found * multiplicity
    return roots


def _quadratic(poly: sp.Poly, given: tuple[Any, ...]) -> list[Any]:
    """Both roots, with √ of a positive number where the sign of the discriminant is known; a square is its root."""
    from derive.exact import is_positive

    p, q, r = poly.all_coeffs()
    middle, square = tidy(-q / (2 * p), (), given), tidy((q**2 - 4 * p * r) / (4 * p**2), (), given)
    for turn in (1, -1):
        root = sp.powdenest(sp.sqrt(sp.factor(turn * square)), force=True)
        if root.is_rational_function(*root.free_symbols) and root.free_symbols:
            step = root if turn == 1 else sp.I * root
            return [middle + step, middle - step]
    oscillates = is_positive(-square, given) is True
    step = sp.I * sp.sqrt(sp.expand(-square)) if oscillates else sp.sqrt(sp.expand(square))
    return [middle + step, middle - step]


def with_root(a: Any, given: tuple[Any, ...] = ()) -> tuple[Any, dict[Any, Any]]:
    """(A with one entry written by a symbol R, {R: √…}) for a 2×2 matrix whose eigenvalues τ/2 ± R/2, or τ/2 ± iR/2
    where they are known to be complex, contain a root of the parameters: then all algebra is rational. Else (A, {})."""
    from derive.exact import is_positive

    if a.shape != (2, 2) or a[0, 1] == 0 or a[1, 0] == 0:
        return a, {}
    gap, square = a[0, 0] - a[1, 1], sp.factor((a[0, 0] - a[1, 1]) ** 2 + 4 * a[0, 1] * a[1, 0])
    plain = sp.powdenest(sp.sqrt(sp.factor(-square if square.could_extract_minus_sign() else square)), force=True)
    if not square.free_symbols or plain.is_rational_function(*plain.free_symbols):
        return a, {}
    turn = -1 if is_positive(-square, given) is True else 1
    root = sp.Dummy("R", positive=True)
    entry = (turn * root**2 - gap**2) / (4 * a[0, 1])
    return sp.Matrix([[a[0, 0], a[0, 1]], [entry, a[1, 1]]]), {root: sp.sqrt(sp.expand(turn * square))}


def blocks(a: Any) -> list[list[int]]:
    """Strongly connected components of i ← j (A_ij ≠ 0), each after those on which it depends (Tarjan)."""
    n = a.rows
    needs = {i: [j for j in range(n) if j != i and a[i, j] != 0] for i in range(n)}
    reach = {i: {i} for i in range(n)}
    changed = True
    while changed:
        changed = False
        for i in range(n):
            wider = reach[i].union(*(reach[j] for j in needs[i]))
            if wider != reach[i]:
                reach[i], changed = wider, True
    blocks = {frozenset(j for j in reach[i] if i in reach[j]) for i in range(n)}
    return [sorted(block) for block in sorted(blocks, key=lambda block: (len(reach[min(block)]), sorted(block)))]
