"""∫ R(x) dx/√P(x), P of degree 3 or 4 with real roots, between neighbouring branch points: Legendre's complete K, E, Π.

The Möbius map that takes s = 0, 1, ∞ to the ends and to a third branch point brings the radicand to s(1 − s)(1 − ms),
with s = sin² t: ∫ = c ∫_0^{π/2} R dt/√(1 − m sin² t), 0 < m < 1 for neighbouring ends. For P even in x, y = x²
comes first; an even quartic without real roots by x = γ tan(t/2). A trigonometric integrand, rational in sin² t beside
√(1 − m sin² t), is such an integral. R in partial fractions in s:
    s^k by (2k + 1) m I_{k+1} = 2k (1 + m) I_k − (2k − 1) I_{k−1}, I_0 = K(m), I_1 = (K − E)/m;
    1/(1 − ns) gives Π(n | m), a double pole Π + n ∂Π/∂n, and so on; a pole at s = 1/m derivatives in m.
m is the parameter (k²), as in SymPy. Reference: NIST DLMF 19.2, 19.14, 19.29.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.halfplane import Sample
from derive.feynman.methods.residues import sampler
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import Halved, LegendreNormalForm, SameValue, Substitute

HALF = sp.Rational(1, 2)
LARGEST = 6  # of a power, or of the order of a pole


class Legendre:
    """The method, for one square root of a polynomial, or of a linear function of sin² or cos²."""

    name = "Legendre's normal form"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """At most one value."""
        f = problem.integrand
        if not any(p.exp.is_Rational and p.exp.q == 2 for p in f.atoms(sp.Pow)) or f.has(sp.log, sp.exp, sp.atan):
            return
        sample = sampler(problem)
        found = None if sample is None else search.limited(4.0, legendre, problem, sample)
        if found is None:
            return
        value, form, letter = found
        steps = search.limited(3.0, normal_steps, problem, form, letter, value)
        if steps is None:
            words = "Legendre's normal form; partial fractions in sin² t; complete elliptic integrals, DLMF 19.2"
            steps = Derivation(problem.integral, problem.given).to(value, words).qed()
        yield Proposal(value, self.name, steps)


@dataclass(frozen=True)
class NormalForm:
    """∫_0^{π/2} R(sin² t) dt/√(1 − m sin² t), from the integral by x = φ(sin² t); None where it is another map."""

    rational: Any
    modulus: Any
    phi: Any = None


def normal_steps(problem: Problem, form: NormalForm, letter: sp.Symbol, value: Any) -> Derivation | None:
    """The substitution, and Legendre's normal form by the rule; None where the way there is no single substitution."""
    x = problem.variable
    taken = {symbol.name for symbol in problem.integral.free_symbols | {x}}
    s = next(sp.Symbol(name, real=True) for name in ("s", "t", "u") if name not in taken)
    here = {letter: s}
    steps = Derivation(problem.integral, problem.given)
    if problem.integrand.has(sp.sin, sp.cos, sp.tan):
        steps = steps.by(Halved(x)) if problem.upper == sp.pi else steps
    elif form.phi is None:
        return None
    else:
        m, R = form.modulus, form.rational.xreplace(here)
        body = R / (2 * sp.sqrt(s) * sp.sqrt(1 - s) * sp.sqrt(1 - m * s))
        steps = steps.by(Substitute(x, form.phi.xreplace(here), s, sp.S.Zero, sp.S.One, body))
    steps = steps.by(LegendreNormalForm(form.rational.xreplace(here), form.modulus, s))
    return (steps if steps.last == value else steps.to(value, SameValue(value))).qed()


def legendre(problem: Problem, sample: Sample) -> tuple[Any, NormalForm, sp.Symbol] | None:
    """The value, the normal form and its letter; None if the integrand is not of the kind."""
    s = sp.Dummy("s", positive=True)
    ends = problem.lower, problem.upper
    if problem.integrand.has(sp.sin, sp.cos, sp.tan):
        if ends not in ((0, sp.pi / 2), (0, sp.pi)):
            return None
        form = _trigonometric(problem, s)
        factor = 2 if ends[1] == sp.pi else 1
    else:
        form, factor = _algebraic(problem, s, sample), 1
    if form is None:
        return None
    total = normal_integral(form.rational, s, form.modulus)
    quarter = sp.Rational(1, 4)  # SymPy writes K(1/2) with Γ(−1/4)
    if total is None:
        return None
    return factor * total.subs(sp.gamma(-quarter), -4 * sp.gamma(3 * quarter)), form, s


def _trigonometric(problem: Problem, s: sp.Symbol) -> NormalForm | None:
    """R(s) and m with integrand R(sin² t)/√(1 − m sin² t)."""
    x = problem.variable
    if problem.upper == sp.pi:
        mirrored = problem.integrand.xreplace({x: sp.pi - x})
        if sp.simplify(mirrored - problem.integrand) != 0:
            return None
    f = problem.integrand.subs(sp.tan(x), sp.sin(x) / sp.cos(x))
    squares, root = sp.Dummy("q", positive=True), sp.Dummy("r", positive=True)
    f = f.replace(lambda e: e.is_Pow and e.base == sp.cos(x) and e.exp.is_Integer and e.exp.is_even,
                  lambda e: (1 - squares) ** (e.exp / 2))  # fmt: skip
    f = f.replace(lambda e: e.is_Pow and e.base == sp.sin(x) and e.exp.is_Integer and e.exp.is_even,
                  lambda e: squares ** (e.exp / 2))  # fmt: skip
    f = f.xreplace({squares: s})
    if x in f.free_symbols:
        return None
    radicands = {sp.expand(p.base) for p in f.atoms(sp.Pow) if p.exp.is_Rational and p.exp.q == 2 and p.has(s)}
    if len(radicands) != 1:
        return None
    P = radicands.pop()
    if not P.is_polynomial(s) or sp.degree(P, s) != 1:
        return None
    start, m = P.subs(s, 0), sp.cancel(-P.coeff(s, 1) / P.subs(s, 0))
    rational = sp.cancel(_without_root(f, s, P, root) / sp.sqrt(start))
    return NormalForm(rational, m)


def _without_root(f: Any, x: Any, P: Any, root: Any) -> Any:
    """f √P as a rational function, f holding odd powers of √P only."""
    table = {}
    for p in f.atoms(sp.Pow):
        if p.exp.is_Rational and p.exp.q == 2 and p.has(x):
            table[p] = sp.cancel(p.base / P) ** p.exp * P ** (p.exp - HALF) * root
    flat = sp.cancel(f.xreplace(table) * root)
    return sp.cancel(flat.subs(root, sp.sqrt(P)))


def _algebraic(problem: Problem, s: sp.Symbol, sample: Sample) -> NormalForm | None:
    x, low, high = problem.variable, problem.lower, problem.upper
    y = sp.Dummy("y", positive=True)
    f = problem.integrand.xreplace({x: y})
    roots = [p for p in f.atoms(sp.Pow) if p.exp.is_Rational and p.exp.q == 2 and p.has(y)]
    P = sp.S.One
    for p in roots:
        if not p.base.is_polynomial(y):
            return None
        P *= p.base
    degree = sp.degree(P, y)
    if degree not in (3, 4):
        return None
    if len({p.base for p in roots}) != len(roots):
        return None
    # R = f √P: every root occurs to an odd power, so that f √P is rational.
    flat = f.xreplace({p: p.base ** (p.exp + HALF) for p in roots})
    letters = {p: p.base ** (p.exp - HALF) * sp.Dummy() for p in roots}
    marks = [next(iter(v.free_symbols - {y} - p.free_symbols)) for p, v in letters.items()]
    marked = f.xreplace(letters)
    if any(sp.cancel(marked.subs(mark, -mark) + marked) != 0 for mark in marks):
        return None
    rational = sp.cancel(flat)
    if high is sp.oo:
        form = _tangent(rational, P, y, low, s, sample)
        if form is not None:
            return form
    even = sp.expand(P - P.subs(y, -y)) == 0 and sp.cancel(rational - rational.subs(y, -y)) == 0
    if even and degree == 4 and low.is_nonnegative:
        # y = x²: dx/√P(x) = dy/(2 √(y P(√y)))
        P = sp.expand(sp.expand(P).subs(y, sp.sqrt(y)) * y)
        rational = sp.cancel(rational.subs(y, sp.sqrt(y)) / 2)
        low, high = low**2, high**2
    found = _mobius(rational, P, y, low, high, s, sample)
    if found is None or not (even and degree == 4):
        return found
    return NormalForm(found.rational, found.modulus, sp.sqrt(found.phi))


def _tangent(rational: Any, P: Any, y: sp.Symbol, low: Any, s: sp.Symbol, sample: Sample) -> NormalForm | None:
    """The form for an even quartic without real roots on (0, ∞), x = γ tan(t/2), and for a cubic beyond its only real
    root e, brought there by y = e + x²."""
    if sp.degree(P, y) == 3:
        bottom = sp.expand(P.subs(y, low + y**2))
        if sp.simplify(bottom.subs(y, 0)) != 0:
            return None
        moved = sp.cancel(2 * rational.subs(y, low + y**2))
        return _tangent(moved, sp.expand(sp.cancel(bottom / y**2)), y, sp.S.Zero, s, sample)
    quartic = sp.Poly(P, y)
    lead, c3, c2, c1, c0 = (quartic.coeff_monomial(y**k) for k in (4, 3, 2, 1, 0))
    if low != 0 or c3 != 0 or c1 != 0 or sample(c2**2 - 4 * lead * c0) >= 0 or sample(lead) <= 0:
        return None
    beta, square = c2 / (2 * lead), sp.powdenest(sp.sqrt(c0 / lead), force=True)
    cosine = sp.Dummy("c")
    x = sp.powdenest(sp.sqrt(square), force=True) * sp.sqrt((1 - cosine) / (1 + cosine))
    if sp.cancel(rational - rational.subs(y, -y)) != 0:
        return None
    turned = sp.cancel(rational.subs(y, sp.sqrt(y)).subs(y, sp.cancel(x**2)))
    folded = sp.cancel(sp.together(turned + turned.subs(cosine, -cosine)))
    front = 1 / (2 * sp.sqrt(lead) * sp.powdenest(sp.sqrt(square), force=True))
    return NormalForm(
        sp.cancel(folded.subs(cosine, sp.sqrt(1 - s))) * front, sp.simplify((square - beta) / (2 * square))
    )


def _mobius(
    rational: Any, P: Any, y: sp.Symbol, low: Any, high: Any, s: sp.Symbol, sample: Sample
) -> NormalForm | None:
    """The form after y = (A + B s)/(C + D s)."""
    found = sp.roots(sp.Poly(sp.factor(P), y))
    degree = sp.degree(P, y)
    if sum(found.values()) != degree or any(k > 1 for k in found.values()):
        return None
    branches: list[Any] = [sp.simplify(e) for e in found]
    if any(abs(sp.im(sample(e))) > 1e-20 for e in branches):
        return None
    if degree == 3:
        branches.append(sp.oo)

    def same(e: Any, g: Any) -> bool:
        return (e is sp.oo and g is sp.oo) or (e is not sp.oo and g is not sp.oo and sp.simplify(e - g) == 0)

    others = [e for e in branches if not same(e, low) and not same(e, high)]
    if len(others) != 2:
        return None
    for third, fourth in (others, others[::-1]):
        phi = _through(low, high, third, s)
        value = sp.simplify(_preimage(phi, fourth, s))
        m = sp.simplify(1 / value) if value not in (sp.zoo, sp.oo, 0) else None
        if m is None or not 0 < sample(m) < 1:
            continue
        slope = sp.diff(phi, s)
        square = sp.cancel(sp.together(s * (1 - s) * (1 - m * s) * slope**2 / P.xreplace({y: phi})))
        # ds/√(s(1 − s)) = 2 dt; what is left below the root is a constant
        square = sp.factor(square)
        if square.has(s) or sample(square) <= 0:
            continue
        front = 2 * sp.powdenest(sp.sqrt(square), force=True)
        return NormalForm(sp.cancel(sp.together(rational.xreplace({y: phi}))) * front, m, phi)
    return None


def _through(low: Any, high: Any, third: Any, s: sp.Symbol) -> Any:
    """The Möbius map with 0, 1, ∞ → low, high, third."""
    if third is sp.oo:
        return low + (high - low) * s
    if high is sp.oo:
        return (low - third * s) / (1 - s)
    # (y − low)/(y − third) = s (high − low)/(high − third)
    k = s * (high - low) / (high - third)
    return (low - k * third) / (1 - k)


def _preimage(phi: Any, at: Any, s: sp.Symbol) -> Any:
    top, bottom = sp.fraction(sp.cancel(phi))
    equation = sp.expand(bottom if at is sp.oo else top - at * bottom)
    if sp.degree(equation, s) != 1:
        return sp.oo
    return -equation.subs(s, 0) / equation.coeff(s, 1)


def normal_integral(rational: Any, s: sp.Symbol, m: Any) -> Any | None:
    """∫_0^{π/2} R(sin² t) dt/√(1 − m sin² t); None if a pole is not rational, or too high."""
    total = sp.S.Zero
    for term in sp.Add.make_args(sp.apart(sp.together(rational), s)):
        top, bottom = sp.fraction(sp.together(term))
        if not bottom.has(s):
            for (k,), c in sp.Poly(top, s).terms():
                if k > LARGEST:
                    return None
                total += c / bottom * _powers(int(k), m)
            continue
        base: Any
        order: Any
        base, order = (bottom.as_independent(s, as_Add=False)[1]).as_base_exp()
        if not order.is_Integer or order > LARGEST or sp.degree(base, s) != 1:
            return None
        start: Any = base.subs(s, 0)
        front = bottom.as_independent(s, as_Add=False)[0]
        if sp.simplify(start) == 0:
            return None
        n: Any = sp.simplify(-base.coeff(s, 1) / start)
        if top.has(s):
            return None
        part = _at_modulus(int(order), m) if sp.simplify(n - m) == 0 else _pole(int(order), n, m)
        if sp.simplify(n - 1) == 0:
            return None
        total += top / (front * start**order) * part
    return sp.factor_terms(sp.simplify(total)) if sp.count_ops(total) < 150 else total


def _powers(k: int, m: Any) -> Any:
    """I_k = ∫ sin^{2k} t dt/Δ."""
    values: list[Any] = [sp.elliptic_k(m), (sp.elliptic_k(m) - sp.elliptic_e(m)) / m]
    for j in range(1, k):
        values.append((2 * j * (1 + m) * values[j] - (2 * j - 1) * values[j - 1]) / ((2 * j + 1) * m))
    return sp.factor_terms(sp.expand(values[k]))


def _pole(order: int, n: Any, m: Any) -> Any:
    """∫ dt/((1 − n sin²)^j Δ): the next order is J_j + (n/j) ∂J_j/∂n."""
    letter = sp.Dummy("n")
    value = sp.elliptic_pi(letter, m)
    for j in range(1, order):
        value = value + letter / j * sp.diff(value, letter)
    return value.subs(letter, n)


def _at_modulus(order: int, m: Any) -> Any:
    """∫ dt/Δ^{2j+1}: the next one is V_j + (m/(j + ½)) ∂V_j/∂m."""
    letter = sp.Dummy("m")
    value = sp.elliptic_k(letter)
    for j in range(order):
        value = value + letter / (j + HALF) * sp.diff(value, letter)
    return sp.simplify(value).subs(letter, m)
