"""Integrals over the line (or half of it) of rational functions times real parts of functions analytic above it.

∫ Re(R H) dx = Re[2πi Σ_{Im p > 0} Res_p RH + πi Σ_{p real} Res_p RH − πi c H(i∞)] for R ~ c/x rational and H analytic
above the line: real poles, which have to cancel in the real part, count half (indented contour), and the large arc
contributes where H does not vanish at i∞. Reference: L. Ahlfors, Complex Analysis, ch. 4 § 5.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.methods.contours import above_the_line, by_rules
from derive.feynman.methods.halfplane import Analytic, Roots, Sample, analytic_part, roots_of
from derive.feynman.methods.tidy import real_part
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.spread import spread
from derive.field import equal
from derive.rule import Rule
from derive.rules import Residues, Symmetry
from derive.rules.theorems.contour import ResiduesAbove
from derive.sampling import NoPoint


@dataclass(frozen=True)
class ContourIntegral:
    """The method: the half line is doubled where the integrand is even."""

    name: str = "residues"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """One proposal where the integrand is of the kind."""
        whole = _over_the_line(problem, search)
        if whole is None:
            return
        half, line = whole
        sample = sampler(problem)
        if sample is None:
            return
        found = search.limited(8.0, line_integral, line.integrand, line.variable, problem.given, sample)
        if found is None:
            return
        total, roots, kernel, stable = found
        value = sp.factor_terms(total / 2 if half else total)
        doubled = (Symmetry("even", problem.variable),) if half else ()
        x = line.variable
        if stable:
            above = ResiduesAbove(x, kernel, stable=stable)
        else:
            above = search.limited(2.0, above_the_line, kernel, x, sample)
        ways = [(*doubled, _residues(line, roots)), (above,)]
        yield Proposal(value, "residues", _derivation(problem, value, ways, search))


def _over_the_line(problem: Problem, search: Search) -> tuple[bool, Problem] | None:
    f, x = problem.integrand, problem.variable
    if (problem.lower, problem.upper) == (-sp.oo, sp.oo):
        return False, problem
    if (problem.lower, problem.upper) != (0, sp.oo):
        return None
    mirrored = f.xreplace({x: -x})
    if f.has(sp.log(x)) or not (mirrored == f or search.limited(1.0, equal, mirrored, f, problem.given)):
        return None
    return True, problem.with_(lower=-sp.oo)


def sampler(problem: Problem) -> Sample | None:
    """Numeric values of expressions at one admissible point; None if there is none."""
    try:
        point = next(iter(spread(problem.parameters, problem.given)))
    except (NoPoint, StopIteration):
        return None
    return lambda expr: sp.N(sp.sympify(expr).xreplace(point), 30)


def line_integral(
    f: Any, x: sp.Symbol, given: tuple[Any, ...], sample: Sample
) -> tuple[Any, Roots | None, Any, Any] | None:
    """∫ f dx over the line, the roots of the denominator where there is only one, H with f = Re H, and factors of its
    denominator with zeros below the line where its zeros are not needed; None if f is not of the kind."""
    pieces: list[tuple[Any, Analytic]] = []
    for term in sp.Add.make_args(_numerators_expanded(f)):
        rational, rest = sp.S.One, []
        for factor in sp.Mul.make_args(sp.powsimp(term)):
            if factor.is_rational_function(x):
                rational *= factor
            else:
                rest.append(factor)
        parts = analytic_part(rest, x, given, sample)
        if parts is None:
            return None
        pieces += [(rational * c, h) for c, h in parts]
    if not any(h.function.has(x) for _, h in pieces):
        direct = _rational_integral(sp.together(sp.Add(*(r * h.function for r, h in pieces))), x, sample)
        if direct is not None:
            return direct
    total, last = sp.S.Zero, None
    whole = sp.Add(*(r * h.function for r, h in pieces))
    real: dict[Any, Any] = {}
    for r, h in pieces:
        top, bottom = sp.fraction(sp.cancel(sp.together(r)))
        degree = sp.degree(top, x) - sp.degree(bottom, x) if x in top.free_symbols else -sp.degree(bottom, x)
        roots = roots_of(bottom, x, sample)
        if roots is None or degree > -1 or (degree == -1 and not h.wave and h.far is None):
            return None
        last = roots
        for p, order in roots.above:
            total += 2 * sp.pi * sp.I * residue(top * h.function, x, p, order, roots)
        for p, order in roots.real:
            real[p] = max(order, real.get(p, 0))
        if degree == -1 and h.far:
            total -= sp.pi * sp.I * h.far * sp.Poly(top, x).LC() / roots.lead
    for p, order in real.items():
        here = principal_residue(whole, x, p, order)
        if here is None:
            return None
        total += sp.pi * sp.I * here
    value = real_part(total)
    if value is not None:  # moduli, where the sign is one for all parameters, as the judge will see
        value = value.replace(sp.Abs, lambda e: e if sample(e) > 0 else -e)
        value = min((sp.expand_mul(value), sp.factor_terms(sp.expand_log(sp.expand_mul(value)))), key=sp.count_ops)
    return None if value is None else (value, last if len(pieces) == 1 else None, whole, ())


def _numerators_expanded(f: Any) -> Any:
    below = {node: sp.Dummy() for node in f.atoms(sp.Pow) if node.base.is_Add and node.exp.is_negative}
    inner = {v: k for k, v in below.items()}
    return sp.expand(f.xreplace(below), power_exp=False, log=False, trig=False).xreplace(inner)


def residue(top: Any, x: sp.Symbol, pole: Any, order: int, roots: Roots) -> Any:
    """1/(m−1)! d^{m−1}/dz^{m−1} [(z − p)^m top/denominator] at p."""
    others = [(q, m) for q, m in (*roots.above, *roots.real, *roots.below) if q != pole]
    regular = sp.diff(top / roots.lead / sp.Mul(*((x - q) ** m for q, m in others)), x, order - 1)
    return regular.xreplace({x: pole}) / sp.factorial(order - 1)


def principal_residue(f: Any, x: sp.Symbol, pole: Any, order: int) -> Any | None:
    """The residue of f at a point where (x − p)^order f is regular, or has a limit with its derivatives."""
    h = sp.Dummy("h")
    numerator = sp.Add(*(sp.cancel(sp.together(r)) * g for r, g in _by_rational_factor(f * (x - pole) ** order, x)))
    numerator = numerator.xreplace({x: pole + h})
    for _ in range(order - 1):
        numerator = sp.diff(numerator, h)
    value = numerator.xreplace({h: sp.S.Zero})
    if value.has(sp.nan, sp.zoo, sp.oo):
        value = sp.limit(numerator, h, 0)
    return None if value.has(sp.nan, sp.zoo, sp.oo) else value / sp.factorial(order - 1)


def _by_rational_factor(f: Any, x: sp.Symbol) -> list[tuple[Any, Any]]:
    """f = Σ rational · rest, with the terms of the same rest collected, so that zeros cancel poles."""
    table: dict[Any, Any] = {}
    for term in sp.Add.make_args(_numerators_expanded(f)):
        factors = sp.Mul.make_args(term)
        rest = sp.Mul(*(g for g in factors if not g.is_rational_function(x)))
        table[rest] = table.get(rest, 0) + sp.Mul(*(g for g in factors if g.is_rational_function(x)))
    return [(r, g) for g, r in table.items()]


def _rational_integral(f: Any, x: sp.Symbol, sample: Sample) -> tuple[Any, Roots | None, Any, Any] | None:
    """R = N/(D₊ D₋), D₊ monic with the roots above: N/(D₊D₋) = A/D₊ + B/D₋ and ∫ R dx = 2πi · coefficient of A at
    x^{deg D₊ − 1}. Only symmetric functions of the roots enter: for x⁴ + px² + q, D₊ = x² − i√(p + 2√q) x − √q for
    either sign of the discriminant."""
    top, bottom = sp.fraction(sp.cancel(f))
    if not bottom.has(x) or sp.Poly(bottom, x).degree() - sp.Poly(top, x).degree() < 2:
        return None
    lead, factors = sp.Poly(bottom, x).LC(), sp.factor_list(bottom, x)[1]
    upper, below = sp.S.One, []
    letters: dict[Any, Any] = {}
    for factor, order in factors:
        half = _upper_factor(sp.Poly(factor, x), x, sample, letters)
        if half is None:
            return None
        upper *= half**order
        below.append((half.subs(sp.I, -sp.I), order))
    lower = upper.subs(sp.I, -sp.I)
    n = sp.degree(upper, x)
    a, b = sp.symbols(f"a:{n}", cls=sp.Dummy), sp.symbols(f"b:{n}", cls=sp.Dummy)
    A = sp.Add(*(c * x**k for k, c in enumerate(a)))
    B = sp.Add(*(c * x**k for k, c in enumerate(b)))
    equations = sp.Poly(sp.expand(A * lower + B * upper - top / lead), x).all_coeffs()
    solved = sp.solve(equations, [*a, *b], dict=True)
    if not solved:
        return None
    value = sp.factor(2 * sp.pi * sp.I * solved[0][a[-1]]).xreplace(letters)
    value = sp.simplify(sp.radsimp(value)) if value.has(sp.I) else value
    roots = roots_of(bottom, x, sample) if not letters else None
    kernel = (2 * B.xreplace(solved[0]) / sp.Mul(*(half**order for half, order in below))).xreplace(letters)
    stable = tuple((half.xreplace(letters), order) for half, order in below)
    return (value, roots, kernel, stable) if not value.has(sp.I) else None


def rational_rule(f: Any, x: sp.Symbol, sample: Sample) -> ResiduesAbove | None:
    """The rule for ∫ f over the line, f rational, by factors of the denominator with zeros below it."""
    found = _rational_integral(sp.together(f), x, sample)
    return None if found is None else ResiduesAbove(x, found[2], stable=found[3])


def _upper_factor(p: sp.Poly, x: sp.Symbol, sample: Sample, letters: dict[Any, Any]) -> Any | None:
    """The monic factor with the roots above the line of a real quadratic or biquadratic; radicals become letters."""
    c = [sp.cancel(v / p.LC()) for v in p.all_coeffs()]

    def letter(value: Any) -> Any:
        root = sp.sqrt(sp.factor(value))
        if root.is_rational_function():
            return root if sample(root) > 0 else -root
        name = sp.Dummy("r", positive=True)
        letters[name] = root
        return name

    if len(c) == 3 and sample(4 * c[2] - c[1] ** 2) > 0:
        return x + c[1] / 2 - sp.I * letter(4 * c[2] - c[1] ** 2) / 2
    if len(c) == 5 and c[1] == 0 and c[3] == 0 and sample(c[4]) > 0:
        q = letter(c[4])
        inner = c[2] + 2 * q.xreplace(letters) if q in letters else c[2] + 2 * q
        if sample(inner) <= 0:
            return None
        return x**2 - sp.I * letter(inner) * x - q
    return None


def _residues(line: Problem, roots: Roots | None) -> Residues | None:
    """The rule for a rational function with one wave, where no pole is real."""
    if roots is None or roots.real or len(roots.above) != len(roots.below):
        return None
    return Residues(line.variable, dict(roots.above), dict(roots.below))


def _derivation(problem: Problem, value: Any, ways: list[tuple[Rule | None, ...]], search: Search) -> Derivation:
    """By the first way on which the rules for residues speak of the integrand, else in words."""
    start = Derivation(problem.integral, problem.given)
    for rules in ways:
        steps = search.limited(4.0, by_rules, start, rules, value)
        if steps is not None:
            return steps
    words = "residues of the function analytic above the line whose real part the integrand is"
    return start.to(value, words).qed()
