"""A tower of generators over Q(symbols): exponentials, logarithms, roots and opaque functions, built on demand.

Law: `Tower.of(expr)` is a fraction in the generators that equals `expr` as a function on the domain.
Each generator is defined by a SymPy expression; each rewriting uses only identities valid there:
 exp(u + v) = exp u · exp v for all u, v; log and roots are split only along factors of proven sign;
 b**e = exp(e log b), so that b**(e + k) = b**e · b**k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import Add, E, Expr, Float, I, Mul, NumberSymbol, Pow, Rational, Symbol, exp, log, nan, oo, zoo

from .budget import Budget, OutOfReach
from .domain import Domain
from .polys import Fraction, Poly, Ring
from .roots import Multiplicative


@dataclass(frozen=True)
class Generator:
    """What a generator stands for. `kind`: symbol, constant, unit, exp, log, root, opaque, jet."""

    kind: str
    expr: Expr
    inner: Fraction | None = None


class Tower(Multiplicative):
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
        from .functions import rewrite

        return rewrite(self, expr)

    def opaque(self, expr: Any) -> Fraction:
        """One generator for a function at its arguments."""
        from .functions import opaque

        return opaque(self, expr)

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
