"""J and I under an integral by their power series, term by term: moments that are Γ's give a hypergeometric function.

Z_ν(y) = (y/2)^ν Σ (∓y²/4)^k/(k! Γ(ν + k + 1)) and ∫ w g^{ν + 2k} dx known for all k: weights x^p e^{−ax^m} on (0, ∞),
sin^p cos^q on (0, π/2) or (0, π), x^p (1 − x^m)^q on (0, 1), with g = c x^n, c sin x, c cos x. The series is _pF_q(z)
up to a factor; it is written in known functions by cancellation, by SymPy's tables, and for ₂F₁(a, a + ½; c; z²) by the
quadratic transformation (1 + z)^{−2a} ₂F₁(2a, c − ½; 2c − 1; 2z/(1 + z)) (NIST DLMF 15.8.13).
Reference: G. Watson, A Treatise on the Theory of Bessel Functions, ch. 12 and 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.methods.halfplane import Sample
from derive.feynman.methods.residues import sampler
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rules import BesselTermByTerm, EulerBeta, EulerGamma, Halved, SameValue, Substitute

Given = tuple[Any, ...]
HALF = sp.Rational(1, 2)
WAVES = (sp.cos, sp.sin, sp.cosh, sp.sinh)


class BesselSeries:
    """The method, for one Bessel function J or I times a weight with known moments."""

    name = "power series of the Bessel function"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """One value, if the series is a known function."""
        bessels = problem.integrand.atoms(sp.besselj, sp.besseli) or _waves(problem)
        if len(bessels) != 1 or not next(iter(bessels)).has(problem.variable):
            return
        node = next(iter(bessels))
        x = sp.Dummy("x", positive=True)
        f = problem.integrand.xreplace({problem.variable: x})
        node = node.xreplace({problem.variable: x})
        weight = search.limited(1.0, sp.cancel, f / node)
        if weight is None or weight.has(node) or x in order(node).free_symbols:
            return
        sample = sampler(problem)
        series = search.limited(2.0, termwise, node, weight, x, problem) if sample else None
        if series is None or sample is None:
            return
        front, above, below, z = series
        if isinstance(node, WAVES) and len(above) > len(below):
            return
        value = search.limited(6.0, known, front, above, below, z, sample, problem.given)
        if value is None:
            return
        steps = search.limited(3.0, series_steps, problem, node, weight, x, value)
        if steps is None:
            words = f"the power series of {node.func.__name__}, term by term: {front} times {sp.hyper(above, below, z)}"
            steps = Derivation(problem.integral, problem.given).to(value, words).qed()
        yield Proposal(value, "power series term by term" if isinstance(node, WAVES) else self.name, steps)


def series_steps(problem: Problem, node: Any, weight: Any, x: sp.Symbol, value: Any) -> Derivation | None:
    """The moments as a lemma, the series of them, what it is; None where Euler's integrals do not give the moments."""
    own = problem.variable
    taken = {symbol.name for symbol in problem.integral.free_symbols | {own}}
    r = next(sp.Symbol(name, real=True) for name in ("r", "t", "ρ") if name not in taken)
    bessel = node.xreplace({x: own})
    w, g = problem.integrand / bessel, bessel.args[-1].as_independent(own, as_Add=False)[1]
    bound = _least_power(w, g, own)
    positive = sp.Dummy("x", positive=True)
    body = (w * g**r).xreplace({own: positive}).xreplace({positive: own})
    line = sp.Integral(body, (own, problem.lower, problem.upper))
    given = tuple(p for p in problem.given if p.free_symbols <= line.free_symbols)
    with suppress(DeriveError):
        moments = _by_euler(Derivation(line, (*given, r > bound)), own, taken)
        steps = Derivation(problem.integral, problem.given).by(BesselTermByTerm(r), moments.qed())
        words = "the hypergeometric series in known functions"
        return (steps if steps.last == value else steps.to(value, SameValue(value, words))).qed()
    return None


def _least_power(w: Any, g: Any, x: sp.Symbol) -> Any:
    """∫ w g^r converges for larger r, as far as the zero of g is concerned."""
    base, n = g.as_base_exp()
    power = sp.Add(*(f.as_base_exp()[1] for f in sp.Mul.make_args(w) if f.as_base_exp()[0] == base))
    return -(power + 1) / n


def _by_euler(steps: Derivation, x: sp.Symbol, taken: set[str]) -> Derivation:
    """Euler's integrals for the moments: for sines and cosines after y = sin² x."""
    high = steps.last.limits[0][2]
    if high is sp.oo:
        return steps.by(EulerGamma())
    if high == 1:
        return steps.by(EulerBeta())
    f, front = steps.last.function, sp.S.One
    if high == sp.pi:
        steps, front = steps.by(Halved(x)), sp.Integer(2)
    y = next(sp.Symbol(name, real=True) for name in ("y", "u", "v") if name not in taken)
    positive = sp.Dummy("y", positive=True)
    sine, cosine = sp.sqrt(positive), sp.sqrt(1 - positive)
    body = f.xreplace({sp.sin(x): sine, sp.cos(x): cosine, sp.tan(x): sine / cosine})
    body = sp.powdenest(body / (2 * sine * cosine), force=True)
    line = sp.Integral(sp.powsimp(body).xreplace({positive: y}), (y, 0, 1))
    return steps.to(front * line, Substitute(x, sp.asin(sp.sqrt(y)), y, sp.S.Zero, sp.S.One)).by(EulerBeta())


def order(node: Any) -> Any:
    """ν; −½ for cosines, ½ for sines."""
    if isinstance(node, WAVES):
        return -HALF if isinstance(node, (sp.cos, sp.cosh)) else HALF
    return node.args[0]


def _waves(problem: Problem) -> set[Any]:
    """The cosines and sines of an integral over (0, ∞) with an exponential beside them."""
    f = problem.integrand
    if (problem.lower, problem.upper) != (0, sp.oo) or not f.has(sp.exp):
        return set()
    return f.atoms(*WAVES)


def termwise(node: Any, weight: Any, x: sp.Symbol, problem: Problem) -> tuple[Any, list[Any], list[Any], Any] | None:
    """(factor, upper, lower, z) of the hypergeometric series; None where the moments are not known."""
    c, g = node.args[-1].as_independent(x, as_Add=False)
    r = sp.Dummy("r")  # the power of g: nu + 2k, 2k or 2k + 1
    moment = _moment(weight, g, r, x, problem)
    return None if moment is None else hypergeometric(node, c, moment, r)


def hypergeometric(node: Any, c: Any, moment: Any, r: sp.Symbol) -> tuple[Any, list[Any], list[Any], Any] | None:
    """Σ_k (∓1)^k (c/2)^{ν+2k}/(k! Γ(ν + k + 1)) m(ν + 2k) as (factor, upper, lower, z), m in Γ's and powers. Cosines
    and sines are √(πy/2) times J of order ∓½, cosh and sinh times I."""
    sign = -1 if isinstance(node, (sp.besselj, sp.cos, sp.sin)) else 1
    nu = order(node)
    if isinstance(node, WAVES):
        moment = sp.sqrt(sp.pi * c / 2) * moment.xreplace({r: r + HALF})
    front = (c / 2) ** nu / sp.gamma(nu + 1) * moment.xreplace({r: nu})
    upper: list[Any] = []
    lower: list[Any] = [nu + 1]
    z = sign * c**2 / 4
    for factor in sp.Mul.make_args(moment):
        base, e = factor.as_base_exp()
        if isinstance(base, sp.gamma) and r in base.free_symbols and e in (1, -1):
            argument = sp.expand(base.args[0])
            slope = 2 * argument.coeff(r, 1)
            start = argument.xreplace({r: nu})
            if not slope.is_Rational or slope <= 0 or slope.q != 1:
                return None
            n = int(slope)
            z *= sp.Integer(n) ** (n * e)
            (upper if e == 1 else lower).extend((start + j) / n for j in range(n))
        elif r in e.free_symbols and r not in base.free_symbols:
            z *= base ** (2 * sp.diff(e, r))
        elif r in factor.free_symbols:
            return None
    return front, *_cancelled(upper, lower), sp.powsimp(sp.powdenest(z, force=True))


def _cancelled(upper: list[Any], lower: list[Any]) -> tuple[list[Any], list[Any]]:
    upper, lower = [sp.nsimplify(sp.expand(u)) for u in upper], [sp.nsimplify(sp.expand(v)) for v in lower]
    for u in list(upper):
        match = next((v for v in lower if sp.expand(u - v) == 0), None)
        if match is not None:
            upper.remove(u)
            lower.remove(match)
    return upper, lower


def _moment(w: Any, g: Any, r: Any, x: sp.Symbol, problem: Problem) -> Any | None:
    """∫ w g^r dx in Γ's of linear functions of r and powers."""
    ends = problem.lower, problem.upper
    if ends == (0, sp.oo):
        return _exponential(w, g, r, x, problem.given)
    if ends == (0, 1):
        return _algebraic(w, g, r, x)
    if ends in ((0, sp.pi / 2), (0, sp.pi)):
        return _trigonometric(w, g, r, x, ends[1] == sp.pi)
    return None


def _power(g: Any, x: sp.Symbol) -> Any | None:
    base, e = g.as_base_exp()
    return e if base == x and x not in e.free_symbols else None


def _exponential(w: Any, g: Any, r: Any, x: sp.Symbol, given: Given) -> Any | None:
    n = _power(g, x)
    front, rest = sp.powsimp(w).as_independent(x, as_Add=False)
    p, a, m = sp.S.Zero, None, None
    for factor in sp.Mul.make_args(rest):
        if isinstance(factor, sp.exp) and a is None:
            c, body = factor.args[0].as_independent(x, as_Add=False)
            m, a = _power(body, x), -c
        elif (k := _power(factor, x)) is not None:
            p += k
        else:
            return None
    if n is None or a is None or m is None or sign_of(a, given) != 1:
        return None
    s = (p + 1 + n * r) / m
    return front / m * sp.gamma(sp.expand(s)) * a ** (-sp.expand(s))


def _algebraic(w: Any, g: Any, r: Any, x: sp.Symbol) -> Any | None:
    n = _power(g, x)
    front, rest = w.as_independent(x, as_Add=False)
    p, q, m = sp.S.Zero, sp.S.Zero, sp.S.One
    for factor in sp.Mul.make_args(rest):
        base, e = factor.as_base_exp()
        if (k := _power(factor, x)) is not None:
            p += k
        elif base.is_Add and len(base.args) == 2 and 1 in base.args and q == 0 and _power(1 - base, x) is not None:
            q, m = e, _power(1 - base, x)
        else:
            return None
    if n is None or m is None or n.free_symbols or m.free_symbols:
        return None
    s = sp.expand((p + 1 + n * r) / m)
    if q == 0:
        return front / m * sp.gamma(s) / sp.gamma(s + 1)
    return front / m * sp.gamma(s) * sp.gamma(q + 1) / sp.gamma(sp.expand(s + q + 1))


def _trigonometric(w: Any, g: Any, r: Any, x: sp.Symbol, whole: bool) -> Any | None:
    front, rest = w.as_independent(x, as_Add=False)
    powers = {sp.sin(x): sp.S.Zero, sp.cos(x): sp.S.Zero}
    for factor in sp.Mul.make_args(rest):
        base, e = factor.as_base_exp()
        if factor == 1:
            continue
        if base == sp.tan(x):
            powers[sp.sin(x)] += e
            powers[sp.cos(x)] -= e
        elif base in powers:
            powers[base] += e
        else:
            return None
    if g == sp.sin(x):
        powers[sp.sin(x)] += r
    elif g == sp.cos(x) and not whole:
        powers[sp.cos(x)] += r
    else:
        return None
    p, q = powers[sp.sin(x)], powers[sp.cos(x)]
    if whole and not (q.is_Integer and q.is_even):
        return None
    s, t = sp.expand((p + 1) / 2), sp.expand((q + 1) / 2)
    return front * (1 if whole else HALF) * sp.gamma(s) * sp.gamma(t) / sp.gamma(sp.expand(s + t))


def known(front: Any, above: list[Any], below: list[Any], z: Any, sample: Sample, given: Given) -> Any | None:
    """front · _pF_q(above; below; z) in known functions; None if it is not one that is known."""
    kind = len(above), len(below)
    if kind == (0, 0):
        value = sp.exp(z)
    elif kind == (1, 0):
        value = (1 - z) ** (-above[0])
    elif kind == (0, 1):
        value = _bessel(below[0], z, sample)
    elif kind == (2, 1):
        value = _gauss(*above, below[0], z, sample)
    else:
        value = sp.hyperexpand(sp.hyper(above, below, z))
    value = None if value is None else chosen_case(front * value, sample)
    if value is None or value.has(sp.hyper, sp.meijerg, sp.Integral, sp.nan, sp.zoo):
        return None
    value = value.replace(lambda e: isinstance(e, sp.exp_polar), lambda e: sp.exp(e.args[0]))
    value = sp.simplify(sp.powdenest(value, force=True))
    return value.replace(lambda e: e.func is sp.erf and e.args[0].has(sp.I), lambda e: sp.I * sp.erfi(e.args[0] / sp.I))


def chosen_case(value: Any, sample: Sample) -> Any | None:
    """The value without cases: of each the one that holds at the sample point."""
    for _ in range(4):
        node = next((part for part in sp.preorder_traversal(value) if isinstance(part, sp.Piecewise)), None)
        if node is None:
            return value
        cases: Any = node.args
        chosen = next((case for case, when in cases if _holds(when, sample)), None)
        if chosen is None:
            return None
        value = value.xreplace({node: chosen})
    return None


def _holds(when: Any, sample: Sample) -> bool:
    relations = when.atoms(sp.core.relational.Relational)
    table = {rel: rel.func(sample(rel.lhs), sample(rel.rhs)) for rel in relations}
    return when.xreplace(table) == sp.true


def _bessel(b: Any, z: Any, sample: Sample) -> Any:
    """₀F₁(; b; z) = Γ(b) y^{1−b} Z_{b−1}(2y), y² = ±z."""
    negative = sample(z) < 0
    y = sp.powdenest(sp.sqrt(-z if negative else z), force=True)
    return sp.gamma(b) * y ** (1 - b) * (sp.besselj if negative else sp.besseli)(b - 1, 2 * y)


def _gauss(a: Any, b: Any, c: Any, z: Any, sample: Sample) -> Any:
    """₂F₁, by the quadratic transformation where it applies and brings a table's entry."""
    plain = sp.hyperexpand(sp.hyper([a, b], [c], z))
    if not plain.has(sp.hyper):
        return plain
    if sp.expand(b - a - HALF) == 0 or sp.expand(a - b - HALF) == 0:
        low = a if sp.expand(b - a - HALF) == 0 else b
        root = sp.powdenest(sp.sqrt(z), force=True) if sample(z) > 0 else sp.I * sp.powdenest(sp.sqrt(-z), force=True)
        inner = sp.cancel(2 * root / (1 + root))
        new = sp.hyper([2 * low, c - HALF], [2 * c - 1], inner)
        return (1 + root) ** (-2 * low) * sp.hyperexpand(new)
    return plain
