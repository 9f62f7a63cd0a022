"""Fourier coefficients with a symbolic integer n: the Taylor coefficients of the power series whose real part it is.

∫_{−π}^{π} cos nx Re F(e^{ix}) dx = π Re c_n. A rational function R of sin x, cos x is the real part of F = c_0 + 2
Σ_{k>0} c_k z^k, the part of its Laurent series on |z| = 1 that is analytic inside. Where n may be 0, or so small that
the general formula fails, these values are solved by themselves: a value by cases. Reference: A. Zygmund,
Trigonometric Series, ch. VII § 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.circle import View, _in_z, _opened, _own_part, periods
from derive.feynman.methods.contours import by_rules
from derive.feynman.methods.disc import disc_function
from derive.feynman.methods.halfplane import Sample, roots_of
from derive.feynman.methods.residues import sampler
from derive.feynman.methods.taylorcoefficients import MOST, taylor_coefficients
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules.theorems.fourier import FourierCoefficients, Harmonic

SECONDS = 6.0
INDEX = sp.Symbol("k", integer=True, nonnegative=True)


class Harmonics:
    """The method, for positive integers n; smaller ones by `IntegerCases`."""

    name = "Fourier coefficients"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The coefficient by the first way to see the range as a part of a period."""
        if not integers(problem):
            return
        sample = sampler(problem)
        if sample is None:
            return
        for view in periods(problem, sample):
            terms = search.limited(SECONDS, harmonics, view, problem, sample)
            if terms is None:
                continue
            z = terms[0]
            rule = FourierCoefficients(problem.variable, z, terms[1])
            start = Derivation(problem.integral, problem.given)
            steps = search.limited(SECONDS, by_rules, start, (*view.rules, rule), None)
            if steps is None:
                continue
            value = search.limited(SECONDS, _tidy, steps.last) or steps.last
            steps = search.limited(SECONDS, by_rules, start, (*view.rules, rule), value) or steps
            yield Proposal(steps.last, self.name, steps, _conditions(terms[1]))


def integers(problem: Problem) -> list[sp.Symbol]:
    """The integer parameters that stand in frequencies of sines and cosines."""
    x = problem.variable
    waves = [w.free_symbols for w in problem.integrand.atoms(sp.sin, sp.cos) if x in w.free_symbols]
    return [n for n in problem.parameters if n.is_integer and any(n in letters for letters in waves)]


def _conditions(terms: tuple[Harmonic, ...]) -> tuple[Any, ...]:
    """The degrees lie where the formulas hold, as far as the letters do not say so themselves."""
    found: dict[Any, None] = {}
    for term in terms:
        least = max(1, term.start)
        if (term.degree - least).is_nonnegative is not True:
            found[sp.Ge(term.degree, least)] = None
    return tuple(relation for relation in found if relation != sp.true)


def _tidy(value: Any) -> Any:
    value = value.replace(sp.Mul, _roots_together)
    powers = {node for node in value.atoms(sp.Pow) if node.exp.free_symbols and node.exp.is_integer}
    held = {node: sp.Dummy() for node in powers}
    plain = value.xreplace(held)
    if plain.has(sp.sqrt) or any(node.exp == sp.S.Half for node in plain.atoms(sp.Pow)):
        plain = min(plain, sp.radsimp(sp.simplify(plain)), key=sp.count_ops)
    bases = {letter: sp.radsimp(node.base) ** node.exp for node, letter in held.items()}
    shown = plain.xreplace(bases)
    forms = [value, shown, sp.factor_terms(shown), sp.powsimp(sp.factor_terms(shown))]
    if value.count_ops() < 60 and not held:
        forms.append(sp.simplify(value))
    return min(forms, key=sp.count_ops)


def _roots_together(*factors: Any) -> Any:
    """√u √v as √(uv) = √(u² − …), multiplied out, where u and v are sums that are positive where the value is meant."""
    roots = [f for f in factors if f.is_Pow and f.exp == sp.S.Half and f.base.is_Add]
    if len(roots) != 2:
        return sp.Mul(*factors)
    rest = [f for f in factors if f not in roots]
    return sp.Mul(*rest, sp.sqrt(sp.expand(roots[0].base * roots[1].base)))


def harmonics(view: View, problem: Problem, sample: Sample) -> tuple[sp.Symbol, tuple[Harmonic, ...]] | None:
    """The integrand of the view as Σ c·wave(mx)·Re F; None where a factor is of no known kind."""
    x, given = problem.variable, problem.given
    names = {letter.name for letter in problem.integral.free_symbols | {x}}
    z = next(letter for letter in map(sp.Symbol, ("z", "w", "zeta", "z_0")) if letter.name not in names)
    found: dict[tuple[str, Any, Any], Any] = {}
    for term in sp.Add.make_args(_opened(view.jacobian * view.integrand)):
        parts = waves_and_rest(term, x)
        if parts is None:
            return None
        waves, rest = parts
        outer, rest = rest.as_independent(x, as_Add=False)
        F = real_part_of(rest, x, z, given, sample)
        if F is None:
            return None
        for (wave, m), c in waves.items():
            found[wave, m, F] = found.get((wave, m, F), sp.S.Zero) + c * outer
    out = []
    for (wave, m, F), c in found.items():
        if c == 0:
            continue
        own = taylor_coefficients(F, z, INDEX)
        if own is None or own.start > MOST:
            return None
        out.append(Harmonic(c, wave, m, F, INDEX, own.formula, own.start, own.first))
    return (z, tuple(out)) if out else None


Waves = dict[tuple[str, Any], Any]


def waves_and_rest(term: Any, x: sp.Symbol) -> tuple[Waves, Any] | None:
    """A product of waves with symbolic frequency as Σ c·cos mx + d·sin mx, and the other factors."""
    body, rest, symbolic = sp.S.One, sp.S.One, False
    for factor in sp.Mul.make_args(term):
        base, power = factor.as_base_exp()
        slope = _slope(base, x)
        if slope is None or not (power.is_Integer and power > 0):
            rest *= factor
            continue
        body *= factor
        symbolic = symbolic or bool(slope.free_symbols)
    if not symbolic:
        return None
    waves: Waves = {}
    for part in sp.Add.make_args(sp.expand(body.rewrite(sp.exp), power_exp=False)):
        c, moving = sp.powsimp(part).as_independent(x, as_Add=False)
        if moving != 1 and not isinstance(moving, sp.exp):
            return None
        exponent = sp.expand(moving.args[0]) if moving != 1 else sp.S.Zero
        m = sp.expand(exponent.coeff(x, 1) / sp.I)
        left = sp.expand(exponent - sp.I * m * x)
        if x in left.free_symbols:
            return None
        c *= sp.exp(left)
        sign = -1 if m.is_nonnegative is not True and (m.is_negative or m.could_extract_minus_sign()) else 1
        for wave, weight in (("cos", c), ("sin", sign * sp.I * c)):
            waves[wave, sign * m] = waves.get((wave, sign * m), sp.S.Zero) + weight
    flat = {key: sp.simplify(sp.expand_complex(sp.expand(c))) for key, c in waves.items()}
    return {key: c for key, c in flat.items() if c != 0 and key != ("sin", 0)}, rest


def _slope(e: Any, x: sp.Symbol) -> Any | None:
    """The integer m of sin(mx + s) or cos(mx + s)."""
    if not isinstance(e, (sp.sin, sp.cos)) or not e.args[0].is_polynomial(x) or sp.degree(e.args[0], x) != 1:
        return None
    slope: Any = sp.expand(e.args[0]).coeff(x, 1)
    return slope if slope.is_integer else None


def real_part_of(f: Any, x: sp.Symbol, z: sp.Symbol, given: tuple[Any, ...], sample: Sample) -> Any | None:
    """F, analytic in the unit disc, with f = Re F on the circle."""
    if f == 1:
        return sp.S.One
    if f == x:
        return -2 * sp.I * sp.log(1 + z)
    if f == x**2:
        return sp.pi**2 / 3 + 4 * sp.polylog(2, -z)
    known = disc_function(f, x, z, given)
    if known is not None:
        return known
    if _own_part(f, x):
        return None
    R = _in_z(f, x, z)
    return None if R is None else analytic_half(R, z, sample)


def analytic_half(R: Any, z: sp.Symbol, sample: Sample) -> Any | None:
    """c_0 + 2 Σ_{k>0} c_k z^k of R = Σ c_k z^k, real on |z| = 1 and without poles there: twice the parts that belong to
    the poles outside and to polynomials, less the value at 0 that is counted twice."""
    top, bottom = sp.fraction(sp.cancel(R))
    poles = roots_of(bottom, z, sample) if bottom.has(z) else None
    if bottom.has(z) and poles is None:
        return None
    quotient, rest = sp.div(sp.Poly(top, z), sp.Poly(bottom, z))
    outside = quotient.as_expr()
    if poles is not None:
        places = (*poles.above, *poles.real, *poles.below)
        lead = sp.Poly(bottom, z).LC()
        for p, order in places:
            radius = abs(complex(sample(p)))
            if abs(radius - 1) < 1e-12:
                return None
            if radius < 1:
                continue
            others = lead * sp.Mul(*((z - q) ** m for q, m in places if q != p))
            head = rest.as_expr() / others
            for j in range(order):
                c = sp.simplify((sp.diff(head, z, j) if j else head).xreplace({z: p}) / sp.factorial(j))
                m = order - j
                outside += c * (-p) ** -m * (1 - z * sp.radsimp(1 / p)) ** -m
    constant = outside.xreplace({z: sp.S.Zero})
    # The constant of R is that of the outer part: inner parts vanish at infinity and have none.
    return 2 * outside - constant
