"""A tower of generators over Q(symbols): exponentials, logarithms, roots and opaque functions, built on demand.

Law: `Tower.of(expr)` is a fraction in the generators that equals `expr` as a function on the domain.
Each generator is defined by a SymPy expression; each rewriting uses only identities valid there:
 exp(u + v) = exp u · exp v for all u, v; log and roots are split only along factors of proven sign;
 b**e = exp(e log b), so that b**(e + k) = b**e · b**k.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import (
    Abs, Add, E, Expr, Float, I, Integer, Mul, NumberSymbol, Pow, Rational, Symbol, exp, factorint, log, pi,
    cyclotomic_poly, nan, oo, zoo,
)  # fmt: skip

from .budget import Budget, OutOfReach
from .domain import Domain
from .polys import Fraction, Poly, Ring
from .signs import NONNEGATIVE, NONPOSITIVE, signs

_MAX_FACTOR_TERMS = 200
_MAX_SIGN_TERMS = 60


@dataclass(frozen=True)
class Generator:
    """What a generator stands for. `kind`: symbol, constant, unit, exp, log, root, opaque, jet."""

    kind: str
    expr: Expr
    inner: Fraction | None = None


@dataclass
class Split:
    """scale · sign · Π p^e · rest, with p > 0 (or ≥ 0) known."""

    scale: Any
    positive: list[tuple[Fraction, int]]
    rest: Fraction


class Tower:
    """Generators with their meaning; conversion of expressions into fractions; and back."""

    def __init__(self, domain: Domain, budget: Budget, *, linear: bool = False, termwise: bool = False) -> None:
        self.domain, self.budget, self.linear = domain, budget, linear
        self.termwise = termwise
        self.ring = Ring(budget)
        self.generators: list[Generator] = []
        self.memo: dict[Any, Fraction] = {}
        self._atoms: dict[Any, Fraction] = {}
        self._exponents: list[tuple[Fraction, int]] = []
        self._roots: list[tuple[Fraction, int, Fraction]] = []
        self._logs: list[tuple[Fraction, Fraction]] = []
        self.registry: dict[Any, list[Any]] = {}
        self._factored: dict[str, Any] = {}
        self.nodes = 0

    def new(self, kind: str, expr: Expr, inner: Fraction | None = None) -> int:
        index = self.ring.adjoin()
        self.generators.append(Generator(kind, expr, inner))
        return index

    def atom(self, kind: str, expr: Expr) -> Fraction:
        """The generator for `expr` itself."""
        if expr not in self._atoms:
            self._atoms[expr] = self.ring.variable(self.new(kind, expr))
        return self._atoms[expr]

    def rational(self, value: Any) -> Fraction:
        return self.ring.rational(value)

    @property
    def unit(self) -> Fraction:
        """i, with i² = −1."""
        if I not in self._atoms:
            index = self.new("unit", I)
            self.ring.relate(index, 2, self.ring.constant(-1))
            self._atoms[I] = self.ring.variable(index)
        return self._atoms[I]

    def of(self, expr: Any) -> Fraction:
        """`expr` as a fraction in the generators. Raises `OutOfReach`."""
        found = self.memo.get(expr)
        if found is None:
            self.nodes += 1
            self.budget.tick()
            if self.nodes > self.budget.max_nodes:
                raise OutOfReach("expression too large")
            found = self.memo[expr] = self._of(expr)
        return found

    def _of(self, expr: Any) -> Fraction:
        if expr.is_Rational:
            return self.rational(expr)
        if isinstance(expr, Float) or expr in (oo, -oo, zoo, nan):
            raise OutOfReach(f"{expr} is no exact finite number")
        if isinstance(expr, Add):
            return self._sum([self.of(arg) for arg in expr.args])
        if isinstance(expr, Mul):
            total = self.rational(1)
            for arg in expr.args:
                total = total * self.of(arg)
            return total
        if expr.is_commutative is False:
            raise OutOfReach("letters that do not commute")
        if isinstance(expr, Symbol):
            return self.rational(0) if expr.is_zero else self.atom("symbol", expr)
        if expr is I:
            return self.unit
        if expr is E:
            return self.exp_of(self.rational(1))
        if isinstance(expr, NumberSymbol):
            return self.of(expr._eval_expand_func()) if expr.__class__.__name__ in _CLOSED else self.atom(
                "constant", expr)  # fmt: skip
        if isinstance(expr, Pow):
            return self.power(expr.base, expr.exp)
        if isinstance(expr, exp):
            return self.exp(expr.args[0])
        if isinstance(expr, log) and len(expr.args) == 1:
            return self.log_of(self.of(expr.args[0]))
        if isinstance(expr, Abs) and expr.args[0].is_extended_real:
            return self.absolute(self.of(expr.args[0]))
        from .functions import rewrite

        return rewrite(self, expr)

    def _sum(self, parts: list[Fraction]) -> Fraction:
        """Pairwise, terms with equal denominators first: intermediate sizes stay small."""
        groups: dict[str, Fraction] = {}
        for part in parts:
            key = str(part.den)
            groups[key] = groups[key] + part if key in groups else part
        terms = sorted(groups.values(), key=lambda f: len(f.den))
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def power(self, base: Expr, exponent: Expr) -> Fraction:
        """b**e: by multiplication, by roots, or as exp(e log b)."""
        if exponent.is_Rational:
            if base is E:
                return self.exp(exponent)
            if exponent.is_Integer:
                if abs(int(exponent)) > self.budget.max_degree:
                    raise OutOfReach("degree")
                return self.of(base) ** int(exponent)
            return self.root_of(self.of(base), exponent)
        if exponent.is_integer and isinstance(base, Mul):
            total = self.rational(1)
            for factor in base.args:
                total = total * self.power(factor, exponent)
            return total
        if base == 0:
            raise OutOfReach("0 to a symbolic power")
        constant, rest = exponent.as_coeff_Add()
        head = self.power(base, constant) if constant != 0 else self.rational(1)
        return head * self.exp_of(self.of(rest) * self.log_of(self.of(base)))

    def exp(self, argument: Expr) -> Fraction:
        """exp of a sum term by term; inverse functions inside are undone first."""
        from .functions import exponential_of_inverse, open_sum

        total, plain = self.rational(1), []
        for term in Add.make_args(open_sum(argument)):
            undone = exponential_of_inverse(self, term)
            if undone is None:
                plain.append(term)
            else:
                total = total * undone
        if self.termwise:
            for term in plain:
                total = total * self.exp_of(self.of(term))
            return total
        return total * self.exp_of(self._sum([self.of(t) for t in plain])) if plain else total

    def exp_of(self, argument: Fraction) -> Fraction:
        """exp of a fraction: multiplicative part first, then integer powers of basic exponentials."""
        from .exponents import split_exponent

        head, rest = split_exponent(self, argument)
        return head if rest.is_zero() else head * self._exp_in_lattice(rest)

    def _exp_in_lattice(self, argument: Fraction) -> Fraction:
        """Π E_i^{c_i} where argument = Σ c_i s_i over Q and E_i = exp(s_i); s = argument is new if there is none."""
        coefficients = self._relation(argument)
        if coefficients is None:
            index = self.new("exp", exp(self.expression(argument)), argument)
            self._exponents.append((argument, index))
            return self.ring.variable(index)
        total = self.rational(1)
        for c, (s, index) in zip(coefficients, list(self._exponents), strict=True):
            if c != 0:
                numerator, denominator = int(c.p), int(c.q)
                if abs(numerator) > self.budget.max_degree:
                    raise OutOfReach("exponents of very different sizes")
                root = self._exp_root(s, index, denominator)
                total = total * root**numerator
        return total

    def _exp_root(self, s: Fraction, index: int, n: int) -> Fraction:
        """exp(s/n) as an n-th root of exp(s)."""
        base = self.ring.variable(index)
        if n == 1:
            return base
        return self._adjoined_root(("exp", index), base, n, lambda m: exp(self.expression(s) / m), "exp")

    def _relation(self, target: Fraction) -> list[Any] | None:
        if not self._exponents:
            return None
        known = [s for s, _ in self._exponents]
        common = self.ring.ctx.constant(1)
        for s in (*known, target):
            common = common * (s.den // self.ring.gcd(common, s.den))
            self.budget.size(len(common))
        rows = [self.ring.reduce(s.num * (common // s.den)).to_dict() for s in (*known, target)]
        monomials = sorted({m for row in rows for m in row})
        if len(monomials) > 3000:
            raise OutOfReach("exponents with very many terms")
        if not set(rows[-1]) <= {m for row in rows[:-1] for m in row}:
            return None
        matrix = fmpq_mat(len(monomials), len(rows), [row.get(m, fmpq(0)) for m in monomials for row in rows])
        reduced, rank = matrix.rref()
        last = len(rows) - 1
        pivots = [next(j for j in range(last + 1) if reduced[i, j] != 0) for i in range(rank)]
        if last in pivots:
            return None
        solution = [fmpq(0)] * last
        for i, j in enumerate(pivots):
            solution[j] = reduced[i, last]
        return solution

    def _adjoined_root(
        self, key: Any, base: Fraction, n: int, meaning: Callable[[int], Expr], kind: str = "root"
    ) -> Fraction:
        """base^{1/n}, as a power of a finest root g with g^N = base, N a multiple of n; refined when needed."""
        table = self.registry.setdefault(("root", key), [])
        if not table:
            table.append((1, base))
        order, finest = table[-1]
        if order % n:
            factor = n // gcd(order, n)
            num, den = finest.num, finest.den
            value = meaning(order * factor)
            index = self.new(kind, value * self.expression_of(den) if not den.is_constant() else value, base)
            tail = self.ring.times(num, self.ring.power(den, factor - 1))
            self.ring.relate(index, factor, tail)
            order, finest = order * factor, Fraction(self.ring, self.ring.generator(index), self.ring.lift(den))
            table.append((order, finest))
        return finest ** (order // n)

    def split(self, value: Fraction) -> Split:
        """Factors of proven sign apart from the rest; squares of real factors count as positive."""
        one = self.rational(1)
        if value.is_zero():
            raise OutOfReach("root or logarithm of zero")
        scale, out, rest = fmpq(1), [], one
        for poly, sense in ((value.num, 1), (value.den, -1)):
            constant, parts = self.factor(poly)
            scale = scale * constant if sense == 1 else scale / constant
            for part, e in parts:
                part = self.ring.fraction(part)
                found = signs(self.expression(part), self.domain) if len(part.num) <= _MAX_SIGN_TERMS else None
                e *= sense
                if found is not None and found <= NONNEGATIVE:
                    out.append((part, e))
                elif found is not None and found <= NONPOSITIVE:
                    out.append((-part, e))
                    scale = -scale if e % 2 else scale
                elif found is not None and abs(e) >= 2:
                    even = e - (e % 2)
                    out.append((self._modulus(part), even))
                    rest = rest * part ** (e - even)
                else:
                    rest = rest * part**e
        if scale < 0:
            scale, rest = -scale, -rest
        return Split(scale, out, rest)

    def factor(self, poly: Poly) -> tuple[Any, list[tuple[Poly, int]]]:
        """Over Q, where the size allows."""
        poly = self.ring.lift(poly)
        if poly.is_constant():
            return poly.leading_coefficient(), []
        self.budget.tick()
        key = str(poly)
        if key not in self._factored:
            if len(poly) > _MAX_FACTOR_TERMS:
                lead = poly.leading_coefficient()
                self._factored[key] = (lead, [(poly / lead, 1)])
            else:
                constant, parts = poly.factor()
                self._factored[key] = (constant, [(p, int(e)) for p, e in parts])
        return self._factored[key]

    def _modulus(self, part: Fraction) -> Fraction:
        """|p| for a real p of unknown sign: the generator a with a² = p²."""
        expr = self.expression(part)
        key = ("modulus", str(part.num), str(part.den))
        return self._adjoined_root(key, part * part, 2, lambda m: Abs(expr) if m == 2 else Pow(expr**2, Rational(1, m)))

    def absolute(self, value: Fraction) -> Fraction:
        """|value| for real `value`."""
        if value.is_zero():
            return value
        return self.root_of(value * value, Rational(1, 2))

    def root_of(self, value: Fraction, exponent: Rational) -> Fraction:
        """value^{p/q}, principal branch: Π p_i^{e_i p/q} over positive factors, times rest^{p/q}."""
        if value.is_zero():
            if exponent > 0:
                return value
            raise OutOfReach("division by zero")
        parts = self.split(value)
        total = self._root_of_rational(Rational(int(parts.scale.p), int(parts.scale.q)), exponent)
        for factor, e in parts.positive:
            total = total * self._factor_power(factor, e * exponent)
        return total * self._rest_power(parts.rest, exponent)

    def _factor_power(self, factor: Fraction, exponent: Rational) -> Fraction:
        """p^r for p ≥ 0."""
        if exponent.is_Integer:
            return factor ** int(exponent)
        indices = factor.indices()
        if len(indices) == 1 and factor.num.is_one() is False and len(factor.num) == 1:
            (index,) = indices
            generator = self.generators[index]
            if generator.kind == "exp" and generator.inner is not None and factor.same(self.ring.variable(index)):
                s = next((s for s, i in self._exponents if i == index), None)
                if s is not None:
                    return self._exp_root(s, index, int(exponent.q)) ** int(exponent.p)
        expr = self.expression(factor)
        root = self._adjoined_root(
            ("base", str(factor.num), str(factor.den)), factor, int(exponent.q), lambda m: Pow(expr, Rational(1, m))
        )
        return root ** int(exponent.p)

    def _rest_power(self, rest: Fraction, exponent: Rational) -> Fraction:
        """R^r where no sign is known; the whole of R is one base."""
        value = rest.constant()
        if value == 1:
            return rest
        if value == -1:
            return self.root_of_unity(exponent)
        whole = exponent.p // exponent.q
        fractional = exponent - whole
        expr = self.expression(rest)
        root = self._adjoined_root(
            ("base", str(rest.num), str(rest.den)), rest, int(fractional.q), lambda m: Pow(expr, Rational(1, m))
        )
        return rest ** int(whole) * root ** int(fractional.p)

    def _root_of_rational(self, value: Rational, exponent: Rational) -> Fraction:
        total = self.rational(1)
        for number, sense in ((int(value.p), 1), (int(value.q), -1)):
            for prime, e in factorint(number, limit=10**6).items():
                if prime == 1:
                    continue
                power = sense * e * exponent
                whole = power.p // power.q
                total = total * self.rational(Integer(prime)) ** int(whole)
                if power != whole:
                    fraction = self.rational(prime)
                    root = self._adjoined_root(
                        ("prime", prime), fraction, int(power.q),
                        lambda m, prime=prime: Pow(Integer(prime), Rational(1, m)),
                    )  # fmt: skip
                    total = total * root ** int((power - whole).p)
        return total

    def root_of_unity(self, turn: Rational) -> Fraction:
        """exp(iπ·turn): radicals for twelfths of π, else a generator with its cyclotomic relation."""
        turn = turn % 2
        n, q = int(turn.p), int(turn.q)
        if q in (1, 2):
            return self.unit ** (2 * n // q)
        if q in (3, 4, 6, 12):
            from sympy import cos, expand, sin

            angle = pi * turn
            return self.of(expand(cos(angle))) + self.unit * self.of(expand(sin(angle)))
        key = ("cyclotomic", q)
        if key not in self._atoms:
            index = self.new("unit", exp(I * pi / q))
            coefficients = cyclotomic_poly(2 * q, polys=True).all_coeffs()
            degree, g = len(coefficients) - 1, self.ring.generator(index)
            tail = self.ring.constant(0)
            for k, c in enumerate(reversed(coefficients[1:])):
                tail = tail - g**k * int(c)
            self.ring.relate(index, degree, tail)
            self._atoms[key] = self.ring.variable(index)
        return self._atoms[key] ** n

    def log_of(self, value: Fraction) -> Fraction:
        """log: Σ e_i log p_i over positive factors, plus log of the rest; primes for numbers."""
        parts = self.split(value)
        total = self.rational(0)
        for number, sense in ((int(parts.scale.p), 1), (int(parts.scale.q), -1)):
            for prime, e in factorint(number, limit=10**6).items():
                if prime != 1:
                    total = total + self._log_generator(self.rational(prime)) * self.rational(sense * e)
        for factor, e in parts.positive:
            total = total + self._log_of_factor(factor) * self.rational(e)
        if parts.rest.constant() == 1:
            return total
        if parts.rest.constant() == -1:
            return total + self.unit * self.of(pi)
        if I in self._atoms and parts.rest.same(self.unit):
            return total + self.unit * self.of(pi) * self.rational(Rational(1, 2))
        if I in self._atoms and parts.rest.same(-self.unit):
            return total - self.unit * self.of(pi) * self.rational(Rational(1, 2))
        return total + self._log_generator(parts.rest)

    def _log_of_factor(self, factor: Fraction) -> Fraction:
        indices = factor.indices()
        if len(indices) == 1:
            (index,) = indices
            generator = self.generators[index]
            variable = self.ring.variable(index)
            if generator.inner is not None and factor.same(variable):
                exponent = next((s for s, i in self._exponents if i == index), None)
                if exponent is not None and signs(self.expression(exponent), self.domain) is not None:
                    return exponent
                if generator.kind == "root" and index in self.ring.relations:
                    degree, tail = self.ring.relations[index]
                    below = self.ring.fraction(tail)
                    sign = signs(self.expression(below), self.domain)
                    if not isinstance(generator.expr, Abs) and sign is not None and sign <= NONNEGATIVE:
                        return self.log_of(below) * self.rational(Rational(1, degree))
        return self._log_generator(factor)

    def _log_generator(self, value: Fraction) -> Fraction:
        for known, generator in self._logs:
            if known.same(value):
                return generator
        index = self.new("log", log(self.expression(value)), value)
        generator = self.ring.variable(index)
        self._logs.append((value, generator))
        return generator

    def expression_of(self, poly: Poly) -> Expr:
        """A polynomial in the generators as a SymPy expression."""
        poly = self.ring.lift(poly)
        terms = []
        for mono, coeff in poly.to_dict().items():
            powers = [self.generators[i].expr ** e for i, e in enumerate(mono) if e]
            terms.append(Mul(Rational(int(coeff.p), int(coeff.q)), *powers))
        return Add(*terms)

    def expression(self, value: Fraction) -> Expr:
        """Back to SymPy."""
        top = self.expression_of(value.num)
        return top if value.den.is_constant() else top / self.expression_of(value.den)


_CLOSED = {"GoldenRatio", "TribonacciConstant"}
