"""A tower of generators over Q(symbols): exponentials, pairs, logarithms, roots, jets and opaque functions, on demand.

Law: `Tower.of(expr)` is a fraction in the generators that equals `expr` as a function on the domain.
Each generator is defined by a SymPy expression; each rewriting uses only identities valid there:
 exp(u + v) = exp u · exp v for all u, v; log and roots are split only along factors of proven sign;
 b**e = exp(e log b), so that b**(e + k) = b**e · b**k.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import Any

import sympy as sp
from flint import fmpq
from sympy import Add, E, Expr, Float, I, Mul, NumberSymbol, Pow, Rational, Symbol, exp, log, nan, oo, zoo
from sympy.functions.elementary.hyperbolic import HyperbolicFunction

from derive.exact.balls import ball
from derive.exact.budget import Budget, OutOfReach
from derive.exact.domain import Domain

from .exponents import split_exponent
from .fraction import Fraction, FractionRing
from .functions import exponential_of_inverse, opaque, open_sum, rewrite
from .jets import JetGenerator, Jets
from .lattice import rational_relation
from .pairs import PAIRED, Pairs
from .ring import Poly, wide_budget
from .roots import Multiplicative

_LARGE = 100  # a larger multiple of an exponent is basic itself: no one meets its hundredth part


@dataclass(frozen=True)
class Generator:
    """What a generator stands for. `kind`: symbol, constant, unit, exp, log, root, circular, hyperbolic, part, opaque,
    bound."""

    kind: str
    expr: Expr
    inner: Fraction | None = None


class Tower(Multiplicative, Pairs):
    """Generators with their meaning; conversion of expressions into fractions; and back.

    `linear`: integrals and sums may be split termwise (`bound`).
    """

    def __init__(self, domain: Domain, budget: Budget | None = None, *, linear: bool = False) -> None:
        self.domain, self.budget, self.linear = domain, budget or wide_budget(), linear
        self.ring = FractionRing(self.budget)
        self.generators: list[Generator | JetGenerator] = []
        self.memo: dict[Any, Fraction] = {}
        self.registry: dict[Any, list[Any]] = {}
        self.jets = Jets(self)
        self._atoms: dict[Any, Fraction] = {}
        self._exponents: list[tuple[Fraction, int]] = []
        self._logs: list[tuple[Fraction, Fraction]] = []
        self._factored: dict[str, Any] = {}
        self.nodes = 0
        self._open_pairs()

    def new(self, kind: str, expr: Expr, inner: Fraction | None = None) -> int:
        return self.adjoin(Generator(kind, expr, inner))

    def adjoin(self, generator: Generator | JetGenerator) -> int:
        """The index of a new generator."""
        index = self.ring.adjoin()
        self.generators.append(generator)
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

    def read(self, expr: Any) -> Fraction:
        """`expr` as a fraction in the generators, after its basic arguments are adjoined. Raises `OutOfReach`."""
        self.scan(expr)
        return self.of(expr)

    def of(self, expr: Any) -> Fraction:
        """A part of an expression as a fraction. Raises `OutOfReach`."""
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
        rule = PAIRED.get(expr.func)
        return rule(self, expr.args[0]) if rule is not None else rewrite(self, expr)

    def opaque(self, expr: Any) -> Fraction:
        """One generator for a function at its arguments."""
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
            denested = self._denested(base) if exponent.q == 2 and base.is_number and not base.is_Rational else None
            return self.root_of(self.of(base), exponent) if denested is None else denested ** int(exponent.p)
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

    def _denested(self, base: Expr) -> Fraction | None:
        """d with d² = base and Re d > 0, both proven: the principal square root."""
        root = sp.sqrt(base)
        candidate = sp.sqrtdenest(root)
        value = ball(candidate, {}) if candidate != root else None
        if value is None or not value.real > 0:
            return None
        found = self.of(candidate)
        return found if (found * found - self.of(base)).is_zero() else None

    def exp(self, argument: Expr) -> Fraction:
        """exp of a sum term by term; inverse functions inside are undone first."""
        total = self.rational(1)
        for term in Add.make_args(open_sum(argument)):
            undone = exponential_of_inverse(self, term)
            total = total * (self.exp_of(self.of(term)) if undone is None else undone)
        return total

    def exp_of(self, argument: Fraction) -> Fraction:
        """exp(a + ib) = exp a · (cos b + i sin b); what is a power or a root of unity first."""
        head, rest = split_exponent(self, argument)
        if rest.is_zero():
            return head
        real, imaginary = self.by_unit(rest)
        total = head
        if not imaginary.is_zero():
            c, s = self.circular_of(imaginary)
            total = total * (c + self.unit * s)
        if real.is_zero():
            return total
        for q, unit in self.basic_terms(real):
            total = total * self._exp_term(unit, q)
        return total

    def _exp_term(self, unit: Fraction, q: fmpq) -> Fraction:
        """exp(q·unit): by a hyperbolic pair where there is one, else in the lattice of exponents."""
        if self.pairs[-1] and rational_relation([p.argument for p in self.pairs[-1]], unit, self) is not None:
            ch, sh = self._of_unit(unit, q, -1)
            return ch + sh
        if self.exponent_relation(unit) is None:
            scale = abs(int(q.p)) if abs(int(q.p)) > _LARGE else 1
            self.exp_in_lattice(unit * self.rational(Rational(scale, int(q.q))))
        return self.exp_in_lattice(unit * self.rational(Rational(int(q.p), int(q.q))))

    def scan(self, expr: Any) -> None:
        """Adjoin basic arguments with the common denominators of all multiples that occur."""
        for node in expr.atoms(sp.log, sp.asinh, sp.acosh, sp.atanh, sp.acoth):
            for inner in node.atoms(HyperbolicFunction):
                self.of(sp.exp(inner.args[0]))
        wanted: dict[Any, set[Any]] = {}
        for node in expr.atoms(sp.exp, *PAIRED):
            for term in Add.make_args(open_sum(node.args[0])):
                q, rest = term.as_coeff_Mul()
                if q.is_Rational and rest is not sp.S.One and not rest.is_number:
                    wanted.setdefault((_stem(node), rest), set()).add(q)
        for (func, rest), multiples in wanted.items():
            common = lcm(*[int(q.q) for q in multiples])
            if len(multiples) > 1 and common > 1:
                self.of(func(rest / common))

    def exp_in_lattice(self, argument: Fraction) -> Fraction:
        """Π E_i^{c_i} where argument = Σ c_i s_i over Q and E_i = exp(s_i); s = argument is new if there is none."""
        coefficients = self.exponent_relation(argument)
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

    def exponent_relation(self, target: Fraction) -> list[Any] | None:
        """Rational c_i with target = Σ c_i s_i over the basic exponents, or None."""
        return rational_relation([s for s, _ in self._exponents], target, self)

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


def _stem(node: Any) -> Any:
    return sp.exp if node.func is sp.exp else sp.cosh if isinstance(node, HyperbolicFunction) else sp.cos


_CLOSED = {"GoldenRatio", "TribonacciConstant"}
