"""Products of two functions with Mellin transforms: Parseval's formula, a Mellin-Barnes integral, Meijer's G.

∫_0^∞ x^{s−1} g(x) h(x) dx = (1/2πi) ∫ M[g](u) M[h](s − u) du. Where both transforms are quotients of Γ's, the right
side is a Meijer G function of the ratio of the scales; SymPy's `hyperexpand` (Slater's theorem) writes it in known
functions. Reference: O. Marichev, Handbook of Integral Transforms of Higher Transcendental Functions, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import lcm
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.methods.halfplane import Sample
from derive.feynman.methods.residues import sampler
from derive.feynman.methods.tidy import half_orders
from derive.feynman.methods.transforms import kernel_transform, wave_transform
from derive.feynman.methods.transformsteps import transform_steps
from derive.feynman.methods.waves import binomial
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.rule import Cited
from derive.rules import MellinParseval, SameValue

Given = tuple[Any, ...]
_LEFT_OF_ZERO = (sp.erf, sp.atan, sp.asinh, sp.Si)
LARGEST = 6  # parameters of one kind in the G function


@dataclass(frozen=True)
class Parseval:
    """The method, for x^{s−1} g(x) h(x) over (0, ∞), or over the line if even."""

    name: str = "Parseval's formula"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """One proposal for every way to see the integrand as a product of two."""
        if (problem.lower, problem.upper) != (0, sp.oo):
            return
        sample = sampler(problem)
        if sample is None:
            return
        x = sp.Dummy("x", positive=True)
        f = problem.integrand.xreplace({problem.variable: x})
        for g, h, power, front in _pairs(f, x):
            barnes = search.limited(2.0, mellin_barnes, g, h, power, x, problem.given)
            if barnes is None:
                continue
            constant, G = barnes
            value = search.limited(6.0, expanded, front * constant, G, sample)
            if value is None:
                continue
            steps = search.limited(3.0, parseval_steps, problem, g, h, power, x)
            if steps is None:
                reason = Cited("Parseval's formula for Mellin transforms: {0} times {1}", (front * constant, G))
                steps = Derivation(problem.integral, problem.given).to(value, reason)
            elif steps.last != value:
                steps = steps.to(value, SameValue(value, "Meijer's G function in known functions (Slater's theorem)"))
            yield Proposal(value, self.name, steps.qed())


def parseval_steps(problem: Problem, g: Any, h: Any, power: Any, x: sp.Symbol) -> Derivation | None:
    """The integral as Meijer's G function, with both transforms as lemmas; None where one has no derivation, or no line
    in both strips is found."""
    own, given = problem.variable, problem.given
    taken = {symbol.name for symbol in problem.integral.free_symbols | {own}}
    s = next(sp.Symbol(name, real=True) for name in ("s", "σ", "z") if name not in taken)
    here, lemmas, bounds = {x: own}, [], []
    for kernel in (g.xreplace(here), h.xreplace(here)):
        lemma = transform_steps(kernel, own, s, tuple(r for r in given if r.free_symbols <= kernel.free_symbols))
        if lemma is None:
            return None
        lemmas.append(lemma.qed())
        bounds.append(_strip(lemma.given, s))
    other = (1 + power - bounds[1][1], 1 + power - bounds[1][0])
    sigma = _between(sp.Max(bounds[0][0], other[0]), sp.Min(bounds[0][1], other[1]))
    if sigma is None:
        return None
    rule = MellinParseval(s, g.xreplace(here), h.xreplace(here), power, sigma, own)
    with suppress(DeriveError):
        return Derivation(problem.integral, given).by(rule, *lemmas)
    return None


def _strip(relations: tuple[Any, ...], s: sp.Symbol) -> tuple[Any, Any]:
    low, high = -sp.oo, sp.oo
    for relation in relations:
        if s in relation.free_symbols:
            other = relation.rhs if relation.lhs == s else relation.lhs
            if isinstance(relation, sp.Gt) == (relation.lhs == s):
                low = other
            else:
                high = other
    return low, high


def _between(low: Any, high: Any) -> Any | None:
    """A value between the two, a simple one; None where there is none or it is not seen."""
    if low is -sp.oo or high is sp.oo:
        finite = low if high is sp.oo else high
        return sp.S.Zero if not finite.is_finite else (finite + 1 if high is sp.oo else finite - 1)
    return None if (high - low).is_positive is False else (low + high) / 2


def _pairs(f: Any, x: sp.Symbol) -> Iterator[tuple[Any, Any, Any, Any]]:
    """(g, h, power, constant) with f = constant · x^power g h; three factors are grouped in all ways."""
    front, moving = sp.powsimp(sp.expand_power_base(f, force=True)).as_independent(x, as_Add=False)
    power, factors = sp.S.Zero, []
    for factor in sp.Mul.make_args(moving):
        base, e = factor.as_base_exp()
        if base == x and x not in e.free_symbols:
            power += e
        elif factor.func is not sp.exp and e.is_Integer and e == 2 and not base.is_Add:
            factors += [base, base]
        else:
            factors.append(factor)
    if len(factors) == 2:
        yield factors[0], factors[1], power, front
    elif len(factors) == 3:
        for k in range(3):
            rest = [factors[j] for j in range(3) if j != k]
            yield factors[k], sp.Mul(*rest), power, front


def _transform(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Any | None:
    """M[g] in Γ's whose poles lie on the right sides of its strip: where g does not vanish at ∞ it is left of 0."""
    if isinstance(g, sp.log):
        parts = binomial(g.args[0], x)
        if parts is None or parts[0] != 1 or sign_of(parts[1], given) != 1 or sign_of(parts[2], given) not in (1, -1):
            return None
        t = s / parts[2]
        scale = parts[1] ** (-t) / (parts[2] * sign_of(parts[2], given))
        return scale * sp.gamma(1 + t) * sp.gamma(-t) ** 2 / sp.gamma(1 - t)
    found = _from_table(g, x, s, given)
    return None if found is None else in_gammas(found, s, g.func in _LEFT_OF_ZERO)


def _from_table(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Any | None:
    if g.func is sp.exp:
        return wave_transform(-g.args[0], sp.S.Zero, "cos", x, s, given)
    if isinstance(g, (sp.cos, sp.sin)):
        return wave_transform(sp.S.Zero, g.args[0], "cos" if isinstance(g, sp.cos) else "sin", x, s, given)
    return kernel_transform(g, x, s, given)


def mellin_barnes(g: Any, h: Any, power: Any, x: sp.Symbol, given: Given) -> tuple[Any, Any] | None:
    """(constant, G) with ∫ x^power g h dx = constant · G; None where a transform is no quotient of Γ's."""
    u = sp.Dummy("u")
    first, second = _transform(g, x, u, given), _transform(h, x, u, given)
    if first is None or second is None:
        return None
    body = first * second.xreplace({u: 1 + power - u})
    found = meijer(body, u)
    return None if found is None else found[:2]


def meijer(body: Any, u: sp.Symbol) -> tuple[Any, Any, int] | None:
    """(constant, G(z), N) with (1/2πi) ∫ body du = constant · G, its variable being u/N; every factor a Γ of a linear
    function of u, a power, or 1."""
    factored = _factored(body, u)
    if factored is None:
        return None
    gammas, constant, rate = factored
    if not gammas:
        return None
    unit = lcm(*(int(slope.q) for slope, _, _ in gammas))
    z, constant = rate**unit, constant * unit
    lists: dict[tuple[bool, int], list[Any]] = {(up, sign): [] for up in (True, False) for sign in (1, -1)}
    for slope, start, sign in gammas:
        n, up = abs(int(slope * unit)), bool(slope > 0)
        constant *= (n ** (start - sp.Rational(1, 2)) * (2 * sp.pi) ** sp.Rational(1 - n, 2)) ** sign
        z *= sp.Integer(n) ** (n * sign * (1 if up else -1))
        lists[up, sign] += [sp.expand((start + k) / n) for k in range(n)]
    _cancel(lists[True, 1], lists[True, -1])
    _cancel(lists[False, 1], lists[False, -1])
    if max(map(len, lists.values())) > LARGEST:
        return None
    if any(
        (n - p).is_Integer and n >= p for n in (1 - b for b in lists[True, 1]) for p in (b + 1 for b in lists[False, 1])
    ):
        return None  # no contour separates the poles
    an, bm = [1 - b for b in lists[True, 1]], lists[False, 1]
    bq, ap = [1 - b for b in lists[True, -1]], lists[False, -1]
    return constant, sp.meijerg((an, ap), (bm, bq), sp.powsimp(z)), unit


Gammas = list[tuple[Any, Any, int]]  # slope, start, ±1


def _factored(body: Any, u: sp.Symbol) -> tuple[Gammas, Any, Any] | None:
    """The Γ's, the constant in front, and z with z^u beside them."""
    gammas: Gammas = []
    constant, rate = sp.S.One, sp.S.One
    for factor in sp.Mul.make_args(sp.powsimp(body, deep=False)):
        base, e = factor.as_base_exp()
        if u not in factor.free_symbols:
            constant *= factor
        elif isinstance(base, sp.gamma) and e.is_Integer:
            slope = sp.diff(base.args[0], u)
            if not slope.is_Rational:
                return None
            gammas += [(slope, sp.expand(base.args[0] - slope * u), 1 if e > 0 else -1)] * abs(int(e))
        elif u not in base.free_symbols:
            slope = sp.diff(e, u)
            if u in slope.free_symbols:
                return None
            rate *= base**slope
            constant *= base ** sp.expand(e - slope * u)
        else:
            return None
    return gammas, constant, rate


def _cancel(above: list[Any], below: list[Any]) -> None:
    for start in list(above):
        if start in below:
            above.remove(start)
            below.remove(start)


def in_gammas(body: Any, u: sp.Symbol, mirrored: bool) -> Any:
    """sin, cos and linear factors as Γ's: sin πz = π/(Γ(z)Γ(1 − z)), z = Γ(z + 1)/Γ(z), mirrored −Γ(1 − z)/Γ(−z)."""
    half = sp.Rational(1, 2)

    def turn(e: Any) -> Any:
        z = sp.expand(e.args[0] / sp.pi) + (half if isinstance(e, sp.cos) else 0)
        return sp.pi / (sp.gamma(z) * sp.gamma(1 - z))

    def linear(e: Any) -> Any:
        slope = sp.diff(e, u)
        z = sp.expand(e / slope)
        return -slope * sp.gamma(1 - z) / sp.gamma(-z) if mirrored else slope * sp.gamma(z + 1) / sp.gamma(z)

    body = body.replace(lambda e: isinstance(e, (sp.sin, sp.cos)) and e.has(u), turn)
    factors = []
    for factor in sp.Mul.make_args(sp.expand_power_base(body)):
        base, e = factor.as_base_exp()
        plain = base.is_polynomial(u) and base.has(u) and sp.degree(base, u) == 1 and e.is_Integer
        factors.append(linear(base) ** e if plain else factor)
    return sp.Mul(*factors)


def expanded(constant: Any, G: Any, sample: Sample) -> Any | None:
    """The G function in known functions; of several cases the one that holds at the sample point."""
    gauss = gauss_function(G)
    known = macdonald(G) or (None if gauss is None else sp.hyperexpand(gauss))
    value = constant * (sp.hyperexpand(G) if known is None else known)
    for _ in range(4):
        cases = [node for node in sp.preorder_traversal(value) if isinstance(node, sp.Piecewise)]
        if not cases:
            break
        branches: Any = cases[0].args
        chosen = next((case for case, when in branches if _true(when, sample)), None)
        if chosen is None:
            return None
        value = value.xreplace({cases[0]: chosen})
    if value.has(sp.meijerg, sp.hyper, sp.Integral, sp.nan, sp.zoo):
        return None
    value = half_orders(sp.powdenest(sp.expand_func(value), force=True))
    value = value.replace(lambda e: isinstance(e, sp.exp_polar), lambda e: sp.exp(e.args[0]))
    value = value.replace(
        lambda e: e.func is sp.erf and e.args[0].has(sp.I), lambda e: sp.I * sp.erfi(e.args[0] / sp.I)
    )
    value = value.replace(
        lambda e: e.func is sp.besselk and e.args[0].could_extract_minus_sign(),
        lambda e: sp.besselk(-e.args[0], e.args[1]),
    )
    value = _complements(sp.simplify(value))
    return None if value.has(sp.Piecewise) else value


def _complements(value: Any) -> Any:
    """1 − erf z as erfc z, which does not cancel for large z."""
    w = sp.Wild("w")
    return value.replace(
        lambda e: e.is_Add and len(e.args) == 2 and e.match(1 - sp.erf(w)) is not None,
        lambda e: sp.erfc(e.match(1 - sp.erf(w))[w]),
    )


def macdonald(G: Any) -> Any | None:
    """G^{2,0}_{0,2}(z | b, c) = 2 z^{(b + c)/2} K_{b−c}(2√z), also at 1/z."""
    (an, ap), (bm, bq), z = G.args[0], G.args[1], G.args[2]
    if len(an) == 2 and not (ap or bm or bq):
        bm, an, z = tuple(1 - a for a in an), (), 1 / z
    if len(bm) != 2 or an or ap or bq:
        return None
    b, c = bm
    return 2 * z ** ((b + c) / 2) * sp.besselk(sp.expand(b - c), 2 * sp.sqrt(z))


def gauss_function(G: Any) -> Any | None:
    """(1/2πi)∫ Γ(a + w)Γ(b + w)Γ(c − w)Γ(d − w) z^{−w} dw = Γ(a + c)Γ(a + d)Γ(b + c)Γ(b + d)/Γ(a + b + c + d) z^a
    ₂F₁(a + c, a + d; a + b + c + d; 1 − z) (Barnes' first lemma with an argument, DLMF 15.6.7)."""
    (an, ap), (bm, bq), z = G.args[0], G.args[1], 1 / G.args[2]
    if len(an) != 2 or len(bm) != 2 or ap or bq:
        return None
    a, b = (1 - e for e in an)
    c, d = bm
    front = sp.gamma(a + c) * sp.gamma(a + d) * sp.gamma(b + c) * sp.gamma(b + d) / sp.gamma(a + b + c + d)
    return front * z**a * sp.hyper([a + c, a + d], [a + b + c + d], 1 - z)


def _true(condition: Any, sample: Sample) -> bool:
    if condition in (True, sp.true):
        return True
    letters = {node: sample(node) for node in condition.atoms(sp.Abs, sp.Pow, sp.Symbol) if node.is_number is False}
    try:
        return bool(condition.xreplace(letters))
    except TypeError:
        return False
