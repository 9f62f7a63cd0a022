"""The polynomial ring under a field: Q[g_0, g_1, …] in a growing list of generators, some algebraic: g^n = tail.

Laws: every operation is an identity of functions, whatever dependencies hold between generators; `reduce` returns
the only representative of degree below n in every algebraic generator g. Work is admitted by size and by the clock.
"""

from __future__ import annotations

from math import comb
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx
from flint.utils.flint_exceptions import DomainError

from derive.exact.budget import Budget, OutOfReach

Poly = Any  # flint.fmpq_mpoly, which carries no annotations

_CAPACITY = 6
_FEW = 28  # measured: a term by its exponents costs this many times the square of a generator
_GCD_WORK = 4_000_000
_FACTOR_TERMS = 600
_SLICE = 2_000_000  # products of terms between two looks at the clock: a quarter of a second
_REDUCED_SLICE = 100_000  # the same, relations applied


def wide_budget() -> Budget:
    """Caps only against what no memory holds and no user waits for: a field is asked for results, not opinions."""
    return Budget(
        None, operation=60.0, max_terms=2_000_000, max_work=10**10, max_generators=4_000, max_nodes=10**8
    )


class Ring:
    """Generators are appended, polynomials are lifted when needed; relations are applied by exact division where
    g^n leads in the monomial order."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.count = 0
        self.relations: dict[int, tuple[int, Poly]] = {}
        self.moduli: dict[int, Poly] = {}
        self.algebraic: list[tuple[int, int]] = []
        self.divisors: list[Poly] = []
        self._open(_CAPACITY)

    def _open(self, capacity: int) -> None:
        self.capacity = capacity
        self.ctx = fmpq_mpoly_ctx.get([f"g{i}" for i in range(capacity)], Ordering.degrevlex)
        self.moduli = {index: modulus.project_to_context(self.ctx) for index, modulus in self.moduli.items()}
        self.one, self.nil = self.ctx.constant(1), self.ctx.constant(0)

    def lift(self, poly: Poly) -> Poly:
        """The same polynomial in the present, possibly larger, ring.

        The library's way costs time quadratic in the number of generators, the one by monomials only linear.
        """
        context = poly.context()
        if context is self.ctx:
            return poly
        before = context.nvars()
        if _FEW * len(poly) > before:
            return poly.project_to_context(self.ctx)
        more = (0,) * (self.capacity - before)
        return self.ctx.from_dict({mono + more: c for mono, c in zip(poly.monoms(), poly.coeffs(), strict=True)})

    def adjoin(self) -> int:
        """Index of a new generator, free until `relate` is called."""
        if self.count >= self.budget.max_generators:
            raise OutOfReach("too many generators")
        if self.count == self.capacity:
            self._open(2 * self.capacity)
        self.count += 1
        return self.count - 1

    def relate(self, index: int, degree: int, tail: Poly) -> None:
        """Impose g^degree = tail, where tail has degree below `degree` in g and no newer generator."""
        self.relations[index] = (degree, tail)
        top = self.ctx.gen(index) ** degree
        modulus = top - self.lift(tail)
        if modulus.monomial(0) == top.monomial(0):
            self.moduli[index] = modulus
        self.algebraic = sorted(((i, d) for i, (d, _) in self.relations.items()), reverse=True)

    def generator(self, index: int) -> Poly:
        return self.ctx.gen(index)

    def constant(self, value: Any) -> Poly:
        return self.ctx.constant(fmpq(int(value.p), int(value.q)) if hasattr(value, "p") else fmpq(int(value)))

    def multiply(self, a: Poly, b: Poly) -> Poly:
        """a b, not reduced; a large product slice by slice, with a look at the clock between."""
        a, b = self.lift(a), self.lift(b)
        return a * b if len(a) * len(b) <= _SLICE else self._sliced(a, b, _SLICE, reduced=False)

    def times(self, a: Poly, b: Poly) -> Poly:
        """a b, reduced; the slices of a large product one by one, so that it never stands there whole."""
        a, b = self.lift(a), self.lift(b)
        small = len(a) * len(b) <= _REDUCED_SLICE
        return self.reduce(a * b) if small else self._sliced(a, b, _REDUCED_SLICE, reduced=True)

    def _sliced(self, a: Poly, b: Poly, most: int, reduced: bool) -> Poly:
        if len(a) < len(b):
            a, b = b, a
        self.budget.product(len(a), len(b))
        step = max(1, most // max(len(b), 1))
        terms, total = list(a.to_dict().items()), self.nil
        for start in range(0, len(terms), step):
            self.budget.tick()
            piece = self.ctx.from_dict(dict(terms[start : start + step])) * b
            total = total + (self.reduce(piece) if reduced else piece)
            self.budget.size(len(total))
        return total

    def power(self, a: Poly, k: int) -> Poly:
        """a^k for k ≥ 0, reduced."""
        a = self.lift(a)
        n = len(a)
        if n == 1 and k * max(1, a.total_degree()) > 10**6:
            raise OutOfReach("degree")
        if n <= 1 or k < 2:
            return self.reduce(a**k)
        if k > 400 or comb(n + k - 1, k) > self.budget.max_work:
            raise OutOfReach(f"power {k} of a polynomial with {n} terms")
        self.budget.tick()
        if comb(n + k - 1, k) <= _SLICE // 10 and self.is_rational(a):
            return a**k
        total, base = self.one, a
        while k:
            if k & 1:
                total = self.times(total, base)
            k >>= 1
            if k:
                base = self.times(base, base)
        return total

    def reduce(self, poly: Poly) -> Poly:
        """Remainder modulo all relations, newest generator first."""
        poly = self.lift(poly)
        if not self.algebraic:
            return poly
        degrees = poly.degrees()
        if all(degrees[i] < d for i, d in self.algebraic):
            return poly
        for index, degree in self.algebraic:
            top = poly.degrees()[index]
            if top < degree:
                continue
            if top > self.budget.max_degree * degree:
                raise OutOfReach(f"degree {top} in an algebraic generator")
            modulus = self.moduli.get(index)
            if modulus is not None and len(poly) * len(modulus) * (top // degree) <= _SLICE // 10:
                poly = divmod(poly, modulus)[1]
                continue
            tail = self.lift(self.relations[index][1])
            while poly.degrees()[index] >= degree:
                self.budget.tick()
                poly = self._fold(poly, index, degree, tail)
                self.budget.size(len(poly))
        return poly

    def _fold(self, poly: Poly, index: int, degree: int, tail: Poly) -> Poly:
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for mono, coeff in poly.to_dict().items():
            quotient, rest = divmod(mono[index], degree)
            parts.setdefault(quotient, {})[(*mono[:index], rest, *mono[index + 1 :])] = coeff
        total, power, reached = self.nil, self.one, 0
        for quotient in sorted(parts):
            while reached < quotient:
                power, reached = self.multiply(power, tail), reached + 1
            total = total + self.multiply(self.ctx.from_dict(parts[quotient]), power)
        return total

    def gcd(self, a: Poly, b: Poly) -> Poly:
        """A common divisor: the greatest one, or 1 where that costs too much (always a valid cancellation)."""
        if a.is_constant() or b.is_constant() or len(a) * len(b) > _GCD_WORK:
            return self.one
        self.budget.tick()
        return a.gcd(b)

    def divided(self, a: Poly, p: Poly) -> Poly | None:
        """a/p if that is exact and within the budget, else None: then a and p stay as they are."""
        if len(p) > 1:
            degrees = a.degrees()
            if any(degrees[i] < d for i, d in enumerate(p.degrees()) if d > 0):
                return None
            self.budget.tick()
        try:
            return a / p
        except DomainError:
            return None

    def factored(self, poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
        """Constant and irreducible factors over Q; a very large polynomial stays whole."""
        if poly.is_constant():
            return poly.leading_coefficient(), []
        if len(poly) > _FACTOR_TERMS:
            lead = poly.leading_coefficient()
            return lead, [(poly / lead, 1)]
        self.budget.tick()
        degrees = poly.degrees()
        used = [i for i, d in enumerate(degrees) if d > 0]
        if 3 * len(used) > len(degrees):
            constant, parts = poly.factor()
            return constant, [(p, int(e)) for p, e in parts]
        return self._factored_in(poly, used)

    def _factored_in(self, poly: Poly, used: list[int]) -> tuple[Any, list[tuple[Poly, int]]]:
        """Factors in the ring of the generators that occur: those that do not cost time too."""
        width = poly.context().nvars()
        small = fmpq_mpoly_ctx.get([f"g{k}" for k in range(len(used))], Ordering.degrevlex)
        narrow = {tuple(mono[i] for i in used): c for mono, c in poly.to_dict().items()}
        constant, parts = small.from_dict(narrow).factor()
        out = []
        for p, e in parts:
            wide = {}
            for mono, c in p.to_dict().items():
                exponents = [0] * width
                for i, d in zip(used, mono, strict=True):
                    exponents[i] = d
                wide[tuple(exponents)] = c
            out.append((poly.context().from_dict(wide), int(e)))
        return constant, out

    def is_rational(self, poly: Poly) -> bool:
        """No algebraic generator occurs."""
        if not self.algebraic:
            return True
        degrees = poly.degrees()
        return not any(degrees[i] > 0 for i, _ in self.algebraic)

    def newest_algebraic(self, poly: Poly) -> int | None:
        degrees = poly.degrees()
        return next((i for i, _ in self.algebraic if degrees[i] > 0), None)

    def coefficients(self, poly: Poly, index: int) -> dict[int, Poly]:
        """Coefficients by powers of one generator."""
        parts: dict[int, dict[Any, Any]] = {}
        for mono, c in self.lift(poly).to_dict().items():
            parts.setdefault(mono[index], {})[(*mono[:index], 0, *mono[index + 1 :])] = c
        return {e: self.ctx.from_dict(part) for e, part in parts.items()}
