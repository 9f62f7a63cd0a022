"""Sums of monomials with rational coefficients, closed under ∂_x and ∂_a.

A monomial is Π q^e · exp(φ) · (cos ψ or sin ψ) · Π f(u)^n: powers of irreducible polynomials with exponents in [0, 1)
or symbolic, an exponential, one circular function (products become sums), powers of known special functions. This is
the free algebra in which an integrand and its derivatives are written: equal elements are equal functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.exact.budget import Budget
from derive.feynman.telescope import atoms
from derive.feynman.telescope.errors import NotTelescoped
from derive.feynman.telescope.rational import A, Rational, Ring

MOST_TERMS = 60
NOTHING: dict[Any, Any] = {}
Write = Callable[[Rational], Any]


@dataclass(frozen=True)
class Monomial:
    """Π q^e · exp(φ) · circular · Π f^n; `powers` and `special` sorted, so that equal monomials are equal objects."""

    powers: tuple[tuple[int, Any], ...] = ()
    exponent: Element | None = None
    circular: tuple[str, Element] | None = None
    special: tuple[tuple[int, int], ...] = ()


ONE = Monomial()


class Element:
    """Σ coefficient · monomial; immutable, hashable."""

    __slots__ = ("_key", "terms")

    def __init__(self, terms: dict[Monomial, Rational]) -> None:
        self.terms = {m: c for m, c in terms.items() if not c.is_zero()}
        self._key: Any = None

    @property
    def key(self) -> frozenset[Any]:
        """Equal elements have equal keys."""
        if self._key is None:
            self._key = frozenset((m, c.key) for m, c in self.terms.items())
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Element({sorted((repr(m), c.key) for m, c in self.terms.items())})"

    def __add__(self, other: Element) -> Element:
        terms = dict(self.terms)
        for m, c in other.terms.items():
            terms[m] = terms[m] + c if m in terms else c
        return Element(terms)

    def scaled(self, c: Rational) -> Element:
        """c times the element."""
        return Element({m: c * d for m, d in self.terms.items()})

    @property
    def rational(self) -> Rational | None:
        """The element as a rational function, if it is one."""
        return self.terms[ONE] if len(self.terms) == 1 and ONE in self.terms else None


class Algebra:
    """The elements over a ring, for the variable x (letter 0) and the parameter a (letter 1)."""

    def __init__(self, x: Any, a: Any, constants: tuple[Any, ...], budget: Budget) -> None:
        self.x, self.a = x, a
        self.ring = Ring((x, a, *constants))
        self.budget = budget
        self.bases: list[Any] = []
        self.functions: list[tuple[Any, Element]] = []
        self._memo: dict[Any, Element] = {}
        self._slopes: dict[Any, Element] = {}
        self.zero, self.one = Element({}), Element({ONE: self.ring.one})

    # -- arithmetic ---------------------------------------------------------------------------------------------

    def times(self, left: Element, right: Element) -> Element:
        """The product."""
        total = self.zero
        for m, c in left.terms.items():
            for n, d in right.terms.items():
                total = total + self._monomials(m, n).scaled(c * d)
        self.budget.tick()
        if len(total.terms) > MOST_TERMS:
            raise NotTelescoped(f"more than {MOST_TERMS} different terms")
        return total

    def _monomials(self, m: Monomial, n: Monomial) -> Element:
        factor, exponents = self.ring.one, dict(m.powers)
        for base, e in n.powers:
            exponents[base] = exponents.get(base, sp.S.Zero) + e
        powers = []
        for base, e in sorted(exponents.items()):
            whole, rest = _split(e)
            if whole:
                factor = factor * self._base(base) ** whole
            if rest != 0:
                powers.append((base, rest))
        exponent = m.exponent if n.exponent is None else n.exponent if m.exponent is None else m.exponent + n.exponent
        if exponent is not None and not exponent.terms:
            exponent = None
        special = dict(m.special)
        for f, k in n.special:
            special[f] = special.get(f, 0) + k
        rest = Monomial(tuple(powers), exponent, None, tuple(sorted((f, k) for f, k in special.items() if k)))
        return self._circular(m.circular, n.circular, rest).scaled(factor)

    def _circular(self, p: Any, q: Any, rest: Monomial) -> Element:
        """The product of two circular functions by the addition theorems, times the rest."""
        if p is None or q is None:
            both = p or q
            return Element({Monomial(rest.powers, rest.exponent, both, rest.special): self.ring.one})
        (f, u), (g, v) = p, q
        if (f, g) == ("cos", "sin"):
            (f, u), (g, v) = (g, v), (f, u)
        total, difference = u + v, u + v.scaled(self.ring.number(-1))
        half, minus = self.ring.number(1, 2), self.ring.number(-1, 2)
        if f == g == "sin":
            parts = (("cos", difference, half), ("cos", total, minus))
        elif f == g == "cos":
            parts = (("cos", difference, half), ("cos", total, half))
        else:
            parts = (("sin", total, half), ("sin", difference, half))
        result = self.zero
        for kind, angle, c in parts:
            result = result + self._wave(kind, angle, rest).scaled(c)
        return result

    def _wave(self, kind: str, angle: Element, rest: Monomial = ONE) -> Element:
        """cos or sin of an angle, whose sign is normalised."""
        if not angle.terms:
            return Element({rest: self.ring.one}) if kind == "cos" else self.zero
        lead = min(angle.terms.items(), key=lambda item: repr(item[0]))[1]
        sign = 1
        if lead.num.leading_coefficient() < 0:
            angle = angle.scaled(self.ring.number(-1))
            sign = 1 if kind == "cos" else -1
        return Element({Monomial(rest.powers, rest.exponent, (kind, angle), rest.special): self.ring.number(sign)})

    def _base(self, i: int) -> Rational:
        return Rational(self.ring, self.bases[i], self.ring.one_poly)

    def inverse(self, e: Element) -> Element:
        """1/e for a single term without circular function; NotTelescoped otherwise."""
        if len(e.terms) != 1:
            raise NotTelescoped("a sum of different transcendental terms stands in a denominator")
        ((m, c),) = e.terms.items()
        if m.circular is not None:
            raise NotTelescoped("a circular function stands in a denominator")
        result = Element({ONE: c.inverse()})
        for base, exponent in m.powers:
            whole, rest = _split(-exponent)
            power = Element({Monomial(((base, rest),) if rest != 0 else ()): self._base(base) ** whole})
            result = self.times(result, power)
        exponent = None if m.exponent is None else m.exponent.scaled(self.ring.number(-1))
        return self.times(
            result, Element({Monomial((), exponent, None, tuple((f, -k) for f, k in m.special)): self.ring.one})
        )

    def power(self, e: Element, n: int) -> Element:
        """eⁿ."""
        base, result = (e if n >= 0 else self.inverse(e)), self.one
        for _ in range(abs(n)):
            result = self.times(result, base)
        return result

    # -- from SymPy ---------------------------------------------------------------------------------------------

    def of(self, expr: Any) -> Element:
        """The element of an expression; NotTelescoped if it does not belong to the algebra."""
        found = self._memo.get(expr)
        if found is None:
            self.budget.tick()
            found = self._memo[expr] = self._convert(expr)
        return found

    def _convert(self, expr: Any) -> Element:
        if expr.is_Rational:
            return Element({ONE: self.ring.of(expr)})
        if expr.is_Symbol or not expr.has(self.x, self.a):
            return self._constant(expr)
        if isinstance(expr, sp.Add):
            total = self.zero
            for arg in expr.args:
                total = total + self.of(arg)
            return total
        if isinstance(expr, sp.Mul):
            total = self.one
            for arg in expr.args:
                total = self.times(total, self.of(arg))
            return total
        if isinstance(expr, sp.exp):
            return self._exponential(expr.args[0])
        if isinstance(expr, sp.Pow):
            return self._power(expr.base, expr.exp)
        if isinstance(expr, (sp.sin, sp.cos)):
            return self._wave("sin" if isinstance(expr, sp.sin) else "cos", self.of(sp.expand(expr.args[0])))
        if isinstance(expr, (sp.sinh, sp.cosh)):
            up, down = self.of(sp.exp(expr.args[0])), self.of(sp.exp(-expr.args[0]))
            sign = self.ring.number(-1 if isinstance(expr, sp.sinh) else 1)
            return (up + down.scaled(sign)).scaled(self.ring.number(1, 2))
        if isinstance(expr, sp.sinc):
            return self.of(sp.sin(expr.args[0]) / expr.args[0])
        if isinstance(expr, (sp.tan, sp.cot, sp.sec, sp.csc, sp.tanh, sp.coth, sp.sech, sp.csch)):
            raise NotTelescoped(f"{expr} is a quotient of circular or hyperbolic functions: substitute first")
        return self._function(expr)

    def _constant(self, expr: Any) -> Element:
        """An expression free of x and a (or a letter): a rational function of letters."""
        if isinstance(expr, (sp.Add, sp.Mul)) or (isinstance(expr, sp.Pow) and expr.exp.is_Integer):
            parts = [self._constant(arg) if not arg.is_Rational else self.of(arg) for arg in expr.args[:]]
            if isinstance(expr, sp.Pow):
                return self.power(parts[0], int(expr.exp))
            total = self.zero if isinstance(expr, sp.Add) else self.one
            for part in parts:
                total = total + part if isinstance(expr, sp.Add) else self.times(total, part)
            return total
        return Element({ONE: self.ring.of(expr) if expr.is_Rational else self.ring.letter(expr)})

    def _exponential(self, argument: Any) -> Element:
        phi = self.of(sp.expand(argument))
        return Element({Monomial((), phi if phi.terms else None): self.ring.one})

    def _power(self, base: Any, e: Any) -> Element:
        if e.is_Integer:
            return self.power(self.of(base), int(e))
        if e.has(self.x):
            return self.of(sp.exp(e * sp.log(base)))
        if isinstance(base, sp.exp):
            return self.of(sp.exp(e * base.args[0]))
        below = self.of(base)
        if len(below.terms) != 1:
            raise NotTelescoped(f"({base})^({e}) is no power of a rational function: substitute first")
        ((m, c),) = below.terms.items()
        if m.circular is not None or m.special:
            raise NotTelescoped(f"({base})^({e}) is no power of a rational function: substitute first")
        result = self.one
        for poly, sign in ((c.num, 1), (c.den, -1)):
            constant, parts = _signed(*poly.factor())
            for p, k in sp.factorint(constant).items():
                result = self.times(result, self._root(self.ring.ctx.constant(int(p)), sp.Integer(k * sign) * e))
            for q, k in parts:
                result = self.times(result, self._root(q, int(k) * sign * e))
        for i, k in m.powers:
            result = self.times(result, self._root(self.bases[i], k * e))
        if m.exponent is not None:
            result = self.times(result, Element({Monomial((), m.exponent.scaled(self.ring.of(e))): self.ring.one}))
        return result

    def _root(self, poly: Any, e: Any) -> Element:
        """q^e for an irreducible polynomial q, or −1."""
        i = next((i for i, known in enumerate(self.bases) if known == poly), len(self.bases))
        if i == len(self.bases):
            self.bases.append(poly)
        whole, rest = _split(e)
        return Element({Monomial(((i, rest),) if rest != 0 else ()): self._base(i) ** whole})

    def _function(self, f: Any) -> Element:
        nearer = atoms.reduced(f)
        if nearer is not None:
            return self.of(nearer)
        if not atoms.is_known(f) or any(arg.has(self.x, self.a) for arg in f.args[:-1]):
            raise NotTelescoped(f"{f} is not among the D-finite functions that are known here")
        u = self.of(f.args[-1])
        same = (
            i
            for i, (known, v) in enumerate(self.functions)
            if known.func == f.func and known.args[:-1] == f.args[:-1] and u == v
        )
        i = next(same, len(self.functions))
        if i == len(self.functions):
            self.functions.append((f, u))
        return Element({Monomial((), None, None, ((i, 1),)): self.ring.one})

    # -- derivatives --------------------------------------------------------------------------------------------

    def diff(self, e: Element, i: int) -> Element:
        """∂ by letter X or A."""
        total = self.zero
        for m, c in e.terms.items():
            total = total + Element({m: c.diff(i)}) + self.slope(m, i).scaled(c)
        return total

    def slope(self, m: Monomial, i: int) -> Element:
        """∂ of a monomial."""
        if (m, i) in self._slopes:
            return self._slopes[m, i]
        mine = Element({m: self.ring.one})
        total = self.zero
        for base, e in m.powers:
            q = self._base(base)
            if q.has(i):
                total = total + self.times(self.of(e), mine).scaled(q.diff(i) / q)
            if i == A and e.has(self.a):
                grown = self.times(self.of(sp.diff(e, self.a)), self.of(sp.log(self.ring.expr(self.bases[base]))))
                total = total + self.times(grown, mine)
        if m.exponent is not None:
            total = total + self.times(self.diff(m.exponent, i), mine)
        if m.circular is not None:
            kind, angle = m.circular
            other = ("cos" if kind == "sin" else "sin", angle)
            turned = Element(
                {Monomial(m.powers, m.exponent, other, m.special): self.ring.number(1 if kind == "sin" else -1)}
            )
            total = total + self.times(self.diff(angle, i), turned)
        for f, k in m.special:
            lower = dict(m.special)
            lower[f] -= 1
            left = tuple(sorted((g, n) for g, n in lower.items() if n))
            rest = Element({Monomial(m.powers, m.exponent, m.circular, left): self.ring.number(k)})
            total = total + self.times(rest, self._outer(f, i))
        self._slopes[m, i] = total
        return total

    def _outer(self, index: int, i: int) -> Element:
        """∂ f(u) = f′(u) ∂u."""
        f, u = self.functions[index]
        inner = self.diff(u, i)
        return self.times(self.of(atoms.derivative(f)), inner) if inner.terms else self.zero

    # -- back to SymPy ------------------------------------------------------------------------------------------

    def expr(self, e: Element, write: Write, known: dict[Any, Any] = NOTHING) -> Any:
        """The element as an expression, rational functions as `write` puts them, functions as in `known`."""
        return sp.Add(*(write(c) * self.monomial(m, write, known) for m, c in e.terms.items()))

    def monomial(self, m: Monomial, write: Write, known: dict[Any, Any] = NOTHING) -> Any:
        """A monomial as an expression, rational functions as `write` puts them, functions as in `known`."""
        factors = [write(self._base(i)) ** self._constant_back(e, write) for i, e in m.powers]
        if m.exponent is not None:
            factors.append(sp.exp(self.expr(m.exponent, write, known)))
        if m.circular is not None:
            factors.append((sp.sin if m.circular[0] == "sin" else sp.cos)(self.expr(m.circular[1], write, known)))
        for i, n in m.special:
            f, u = self.functions[i]
            orders = [self._constant_back(arg, write) for arg in f.args[:-1]]
            factors.append((known[f] if f in known else f.func(*orders, self.expr(u, write, known))) ** n)
        return sp.Mul(*factors)

    def _constant_back(self, e: Any, write: Write) -> Any:
        return e if e.is_number else self.expr(self.of(e), write)


def _signed(constant: Any, parts: list[tuple[Any, Any]]) -> tuple[int, list[tuple[Any, int]]]:
    """The factors with a positive constant: its sign goes to a factor such as x − 1, which is negative for small x."""
    factors = [(q, int(k)) for q, k in parts]
    if constant > 0 or not factors:
        return int(constant), factors
    odd = [i for i, (_, k) in enumerate(factors) if k % 2]
    if not odd:
        return int(constant), factors
    turned = next((i for i in odd if any(c < 0 for c in factors[i][0].coeffs())), odd[-1])
    return -int(constant), [(-q if i == turned else q, k) for i, (q, k) in enumerate(factors)]


def _split(e: Any) -> tuple[int, Any]:
    """The integer part and the rest of an exponent: its rational constant lies in [0, 1) then."""
    e = sp.expand(e)
    constant = e.as_coeff_Add()[0]
    whole = int(sp.floor(constant)) if constant.is_Rational else 0
    return whole, e - whole
