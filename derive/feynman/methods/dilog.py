"""Rational functions times a logarithm or an arcus tangent, or two of them: dilogarithms, reduced to known constants.

The range is brought to (0, 1); every logarithm is a sum of log(1 − t/a), every arcus tangent half the difference of two
such logarithms, with a in a field ℚ(i, √2, √3, …). Partial fractions give iterated integrals with at most two letters
(module `hyperlog`); the dilogarithms in their values go through the functional equations (module `bloch`), and what
remains are π², products of logarithms, Catalan's constant, ψ′ at fractions, or Li₂ of a number. No case is listed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.bloch import Dilogarithms as Equations
from derive.feynman.methods.hyperlog import Fractions, Function, Value, Word, between, primitive, shuffled, value_at_one
from derive.feynman.methods.surdlogs import Combination, Complex, argument, log_modulus
from derive.feynman.methods.surds import IMAGINARY, ONE, ZERO, Surd, surd
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

KINDS = (sp.log, sp.atan, sp.acot, sp.atanh, sp.acoth)
LARGEST = 12  # degree of a rational function
SECONDS, REDUCING = 8.0, 2.5


@dataclass(frozen=True)
class Logarithms:
    """A real function as a constant plus Σ c G(a; t), G(0; t) = log t, G(a; t) = log(1 − t/a)."""

    constant: Combination
    letters: tuple[tuple[Surd, Surd], ...]  # (a, c)

    def on(self, t: sp.Symbol) -> Any:
        """The function on (0, 1) in real terms: c log(1 − t/a) and its conjugate: Re c log |1 − t/a|² − 2 Im c arg."""
        total = self.constant.sympy()
        left = dict(self.letters)
        for a, c in self.letters:
            if a not in left:
                continue
            del left[a]
            if a.real:
                total += c.sympy() * (sp.log(1 - t / a.sympy()) if a else sp.log(t))
                continue
            left.pop(a.conjugate(), None)
            (re, im), (x, y) = c.parts(), a.inverse().parts()
            total += re.sympy() * sp.log(1 - 2 * x.sympy() * t + (x * x + y * y).sympy() * t**2)
            total -= 2 * im.sympy() * _angle(1 - x.sympy() * t, y.sympy() * t, bool(x.mpc().real <= 1), y)
        return total


def _angle(across: Any, down: Any, right: bool, y: Surd) -> Any:
    """arg(across − i down) on (0, 1): across > 0 there if `right`; else by the other side of the right angle."""
    if right:
        return -sp.atan(down / across)
    return sp.atan(across / down) - (sp.pi / 2 if y.mpc().real > 0 else -sp.pi / 2)


class Dilogarithmic:
    """The method, for numbers as limits and coefficients (square roots of integers allowed)."""

    name = "dilogarithms"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """At most one value."""
        f = problem.integrand
        if problem.parameters or not f.has(*KINDS) or f.has(sp.exp, sp.sin, sp.cos, sp.tan, sp.Piecewise, sp.Abs):
            return
        found = search.limited(SECONDS, dilog_steps, problem, min(REDUCING, search.left / 2))
        if found is not None:
            yield Proposal(found.last, self.name, found)


def dilog_steps(problem: Problem, seconds: float = REDUCING) -> Derivation | None:
    """From the integral over the one on (0, 1) to dilogarithms of numbers, and to the constants that they are."""
    from derive.rules import DilogarithmRelations, Dilogarithms

    steps = _on_unit_interval(problem)
    if steps is None:
        return None
    found = in_dilogarithms(steps.last.function, steps.last.variables[0])
    if found is None:
        return None
    value = found.reduced(seconds)
    if found.value != value:
        steps = steps.to(found.value, Dilogarithms())
    return steps.to(value, DilogarithmRelations(value) if found.value != value else Dilogarithms()).qed()


def dilog_integral(problem: Problem, seconds: float = REDUCING) -> Any | None:
    """The value in as few constants as the functional equations give in the seconds; None if the integrand is not of
    the kind."""
    steps = dilog_steps(problem, seconds)
    return None if steps is None else steps.last


@dataclass(frozen=True)
class InDilogarithms:
    """∫_0^1 f dt = outer · (elementary + Σ c Re Li₂(z) + Σ d D(z)), D the Bloch-Wigner function.

    `logarithms`: what every logarithm and inverse function in f is on (0, 1), as a sum of log(1 − t/a).
    """

    outer: Any
    elementary: Combination
    reals: dict[Surd, Surd]
    wigners: dict[Surd, Surd]
    logarithms: tuple[tuple[Any, Logarithms], ...]

    @property
    def value(self) -> Any:
        """The value, with D(z) = Im Li₂(z) + arg(1 − z) log |z| written out."""
        dilogs = [c.sympy() * _real_part(z) for z, c in self.reals.items()]
        for z, c in self.wigners.items():
            turn = (argument(ONE - z) * log_modulus(z)).times(c)
            dilogs.append(c.sympy() * sp.im(sp.polylog(2, z.sympy())) + turn.sympy())
        return self.outer * (self.elementary.sympy() + sp.Add(*dilogs))

    def reduced(self, seconds: float) -> Any:
        """The value after what the functional equations give in the seconds."""
        end = time.process_time() + seconds
        known, _ = Equations(lambda: end - time.process_time()).reduced(self.reals, self.wigners)
        return self.outer * (self.elementary + known).sympy()


def _real_part(z: Surd) -> Any:
    number = sp.polylog(2, z.sympy())
    return number if z.real and z.mpc().real <= 1 else sp.re(number)


def in_dilogarithms(f: Any, t: sp.Symbol) -> InDilogarithms | None:
    """∫_0^1 f dt in dilogarithms of numbers; None if f is not of the kind, or words of three letters are needed."""
    outer, inner = f.as_independent(t, as_Add=False)
    outer = sp.radsimp(outer)
    split = _split(inner, t)
    if split is None:
        return None
    function, forms = split
    total = NOTHING
    table: dict[Surd, Surd] = {}
    turns: dict[Surd, Surd] = {}
    for constant, part in function:
        F = primitive(part)
        if F is None:
            return None
        rest, reals, wigners = _in_dilogs(between(F))
        total = total + constant * rest
        if reals or wigners:
            if set(constant.terms) - {()}:
                return None  # a constant beside dilogarithms: weight three
            c = constant.terms.get((), ZERO)
            for kept, new in ((table, reals), (turns, wigners)):
                for z, d in new.items():
                    kept[z] = kept.get(z, ZERO) + c * d
    reals, wigners = ({z: c for z, c in kept.items() if c} for kept in (table, turns))
    return InDilogarithms(outer, total, reals, wigners, forms)


NOTHING = Combination()


def _on_unit_interval(problem: Problem) -> Derivation | None:
    """The integral over (0, 1) after x = a + (b − a) t, a + t/(1 − t), and the negative half of the line on the
    positive one, with the steps to it."""
    from derive.rules import Folded, Substitute

    x, low, high = problem.variable, problem.lower, problem.upper
    t = sp.Symbol("t" if x.name != "t" else "u", real=True)
    steps = Derivation(problem.integral, problem.given)
    f = problem.integrand
    if low is -sp.oo:
        mirrored = f.xreplace({x: -x})
        if high is sp.oo:
            f, low = f + mirrored, sp.S.Zero
            steps = steps.to(sp.Integral(f, (x, low, high)), Folded())
        else:
            f, low, high = mirrored, -high, sp.oo
            steps = steps.to(sp.Integral(f, (x, low, high)), Substitute(x, -x, x))
    if surd(low) is None:
        return None
    if (low, high) == (0, 1):
        return steps
    if high is sp.oo:
        phi = low + t / (1 - t)
    elif surd(high) is not None:
        phi = low + (high - low) * t
    else:
        return None
    body = _lighter(f.xreplace({x: phi}), t) * sp.factor(sp.diff(phi, t))
    return steps.to(sp.Integral(body, (t, 0, 1)), Substitute(x, phi, t, sp.S.Zero, sp.S.One))


def _lighter(f: Any, t: sp.Symbol) -> Any:
    """Every rational part of f as one fraction."""
    if f.is_rational_function(t):
        return sp.factor(f)
    return f if f.is_Atom else f.func(*(_lighter(arg, t) for arg in f.args))


def _split(
    f: Any, t: sp.Symbol
) -> tuple[list[tuple[Combination, Function]], tuple[tuple[Any, Logarithms], ...]] | None:
    """f as Σ constant · Σ R(t) G(word; t), words of at most two letters; and the logarithms that it has."""
    nodes = sorted(f.atoms(*KINDS), key=str)
    nodes = [node for node in nodes if node.has(t)]
    letters = {node: sp.Dummy() for node in nodes}
    flat = f.xreplace(letters)
    symbols = list(letters.values())
    if not symbols or not flat.is_rational_function(t, *symbols):
        return None
    forms = []
    for node in nodes:
        form = logarithms(node, t)
        if form is None:
            return None
        forms.append(form)
    top, bottom = sp.fraction(sp.cancel(sp.together(flat)))
    if bottom.free_symbols & set(symbols):
        return None
    weights = sp.Poly(top, *symbols)
    if weights.total_degree() > 2:
        return None
    poles = linear_factors(bottom, t)
    if poles is None:
        return None
    out: dict[Any, tuple[Combination, Function]] = {}
    for powers, coefficient in weights.terms():
        rational = partial_fractions(coefficient, poles, t)
        if rational is None:
            return None
        factors = [form for form, k in zip(forms, powers, strict=True) for _ in range(k)]
        choices = [[*((None, form.constant),), *(((a, c), UNIT) for a, c in form.letters)] for form in factors]
        for choice in product(*choices):
            constant, factor = UNIT, ONE
            words: list[Word] = [()]
            for letter, value in choice:
                if letter is None:
                    constant = constant * value
                else:
                    factor = factor * letter[1]
                    words = [w for word in words for w in shuffled(word, (letter[0],))]
            if not constant.terms or not factor:
                continue
            for mono, c in constant.terms.items():
                _, function = out.setdefault(mono, (Combination({mono: ONE}), {}))
                for word in words:
                    function.setdefault(word, Fractions()).add(rational, factor * c)
    return list(out.values()), tuple(zip(nodes, forms, strict=True))


UNIT = Combination({(): ONE})


def logarithms(node: Any, t: sp.Symbol) -> Logarithms | None:
    """A logarithm or an inverse function of a rational function, on (0, 1); None where it is singular inside."""
    q = node.args[0]
    if not q.is_rational_function(t):
        return None
    if isinstance(node, sp.log):
        return _log(q, t)
    if isinstance(node, (sp.atanh, sp.acoth)):
        inner = (1 + q) / (1 - q) if isinstance(node, sp.atanh) else (q + 1) / (q - 1)
        found = _log(inner, t)
        half = surd(sp.Rational(1, 2))
        if found is None or half is None:
            return None
        return Logarithms(found.constant.times(half), tuple((a, c * half) for a, c in found.letters))
    return _atan(1 / q if isinstance(node, sp.acot) else q, t)


def _log(q: Any, t: sp.Symbol) -> Logarithms | None:
    top, bottom = sp.fraction(sp.cancel(sp.together(q)))
    letters: dict[Surd, Surd] = {}
    lead = ONE
    for part, sign in ((top, 1), (bottom, -1)):
        factors = linear_factors(part, t)
        if factors is None:
            return None
        front, roots = factors
        lead = lead * front**sign
        for a, m in roots:
            if not _outside(a):
                return None
            letters[a] = letters.get(a, ZERO) + Surd.of(sign * m)
            if a:
                lead = lead * (-a) ** (sign * m)
    if not lead.real or lead.mpc().real <= 0:
        return None
    return Logarithms(log_modulus(lead), tuple((a, c) for a, c in letters.items() if c))


def _atan(q: Any, t: sp.Symbol) -> Logarithms | None:
    """arctan(n/d) = arctan at 0 + Im log((d + i n)/(d + i n at 0)); a pole of n/d would be a jump."""
    top, bottom = sp.fraction(sp.cancel(sp.together(q)))
    below = linear_factors(bottom, t)
    above = linear_factors(sp.expand(bottom + sp.I * top), t)
    if below is None or above is None or not all(_outside(a) for a, _ in below[1]):
        return None
    at_zero = [surd(part.subs(t, 0)) for part in (top, bottom)]
    n, d = at_zero
    if n is None or d is None:
        return None
    if d == ZERO:
        middle = surd(q.subs(t, sp.Rational(1, 2)))
        if middle is None:
            return None
        start = Combination.of(sp.pi, _HALF if middle.mpc().real > 0 else -_HALF)
        near = surd((q * t).subs(t, sp.Rational(1, 10**6)))
        if near is None or (near.mpc().real > 0) != (middle.mpc().real > 0):
            start = start.times(-ONE)
    else:
        start = argument(d + IMAGINARY * n) if d.mpc().real > 0 else argument(-d - IMAGINARY * n)
    letters: dict[Surd, Surd] = {}
    half = IMAGINARY * _HALF
    for a, m in above[1]:
        for root, c in ((a, -half), (a.conjugate(), half)):
            letters[root] = letters.get(root, ZERO) + c * Surd.of(m)
    return Logarithms(start, tuple((a, c) for a, c in letters.items() if c))


_HALF = Surd.of(1) / Surd.of(2)


def _outside(a: Surd) -> bool:
    """Not inside (0, 1)."""
    return not a.real or not 0 < a.mpc().real < 1


def linear_factors(p: Any, t: sp.Symbol) -> tuple[Surd, list[tuple[Surd, int]]] | None:
    """(leading coefficient, [(root, multiplicity)]), with roots in a multiquadratic field; None if they are not."""
    poly = sp.Poly(p, t)
    front = surd(poly.LC())
    if front is None or poly.degree() > LARGEST:
        return None
    roots: list[tuple[Surd, int]] = []
    if poly.degree() == 0:
        return front, roots
    extension = sorted(poly.as_expr().atoms(sp.Pow), key=str) if not all(c.is_Rational for c in poly.coeffs()) else []
    extension = [e for e in extension if e.is_number]
    if poly.as_expr().has(sp.I):
        extension.append(sp.I)
    options: dict[str, Any] = {"extension": extension} if extension else {}
    factors: Any = sp.factor_list(p, t, **options)[1]
    for factor, m in factors:
        found = sp.roots(sp.Poly(factor, t))
        if sum(found.values()) != sp.degree(factor, t):
            return None
        for root, k in found.items():
            number = surd(root)
            if number is None:
                return None
            roots.append((number, k * m))
    return front, roots


def partial_fractions(top: Any, poles: tuple[Surd, list[tuple[Surd, int]]], t: sp.Symbol) -> Fractions | None:
    """top / (front Π (t − a)^m)."""
    out = Fractions()
    for (k,), c in sp.Poly(top, t).terms():
        number = surd(c)
        if number is None:
            return None
        out.power(int(k), number / poles[0])
    for a, m in poles[1]:
        for _ in range(m):
            out = out.over(a)
    return out


def _in_dilogs(value: Value) -> tuple[Combination, dict[Surd, Surd], dict[Surd, Surd]]:
    """Re Σ c G(word; 1) as an elementary part, real parts of dilogarithms, Bloch-Wigner values."""
    total = Complex()
    reals: dict[Surd, Surd] = {}
    wigners: dict[Surd, Surd] = {}
    for word, c in value.items():
        elementary, dilogs = value_at_one(word)
        total = total + elementary.times(c)
        plain = all(letter.real for letter in word)
        for z, n in dilogs:
            a, b = (c * Surd.of(n)).parts()
            reals[z] = reals.get(z, ZERO) + a
            if plain or not b:
                continue
            # Re(i b Li₂) = −b Im Li₂ = −b D + b arg(1 − z) log |z|
            if not z.real:
                wigners[z] = wigners.get(z, ZERO) - b
            total = total + Complex((argument(ONE - z) * log_modulus(z)).times(b))
    return total.re, {z: c for z, c in reals.items() if c}, {z: c for z, c in wigners.items() if c}
