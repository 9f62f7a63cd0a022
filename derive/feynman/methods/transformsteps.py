"""The Mellin transform of one kernel as a derivation: Euler's integrals, by parts to them, series of exponentials, or a
transform from the literature with its strip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.exact import sign_of
from derive.feynman.methods.kernels import exponential_series, logarithm_series
from derive.feynman.methods.waves import binomial, monomials
from derive.rules import ByParts, DirichletSeries, EulerBeta, EulerGamma, ExponentialSeries, KnownTransform
from derive.rules.theorems.transformtable import strip

Given = tuple[Any, ...]
_BY_PARTS = (sp.log, sp.atan, sp.acot, sp.asinh, sp.erf, sp.erfc)
EXPONENTIALS = (sp.exp, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.sech, sp.csch)


def transform_steps(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given, at: Any = None) -> Derivation | None:
    """∫_0^∞ x^{s−1} g dx from the integral to its value: for s in the strip, or at s = `at`. None: no way is known."""
    for way in (_euler_gamma, _euler_beta, _exponentials, _logarithm_of_exponentials, _by_parts, _from_table):
        for bounds, rules in way(g, x, s, given):
            if at is None:
                known, here = (*given, *_relations(s, bounds)), s
            else:
                known, here = given, at
                if not all(_before(low, high, given) for low, high in ((bounds[0], at), (at, bounds[1]))):
                    continue
            steps = Derivation(sp.Integral(x ** (here - 1) * g, (x, 0, sp.oo)), known)
            try:
                for rule in rules:
                    rule = rule if at is None else _at(rule, s, at)
                    steps = steps.by(rule)
            except DeriveError:
                continue
            if not steps.last.has(sp.Integral, sp.Sum, sp.nan, sp.zoo):
                return steps
    return None


Way = Iterator[tuple[tuple[Any, Any], list[Any]]]


def _relations(s: sp.Symbol, bounds: tuple[Any, Any]) -> tuple[Any, ...]:
    low, high = bounds
    return (*((s > low,) if low is not -sp.oo else ()), *((s < high,) if high is not sp.oo else ()))


def _before(low: Any, high: Any, given: Given) -> bool:
    return sp.oo in (-low, high) or sign_of(high - low, given) == 1


def _at(rule: Any, s: sp.Symbol, at: Any) -> Any:
    """The rule with a value for the letter s."""
    if not isinstance(rule, ByParts):
        return rule
    return ByParts(rule.u, rule.v.subs(s, at), rule.dv.subs(s, at), rule.at_upper, rule.at_lower, rule.variable)


def _ordered(low: Any, high: Any, r: Any, given: Given) -> tuple[Any, Any] | None:
    """The bounds of s where low < s/r < high."""
    sign = sign_of(r, given)
    ends = (low * r, high * r)
    return None if sign not in (1, -1) else (ends if sign == 1 else ends[::-1])


def _euler_gamma(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Way:
    """e^{−a x^r}, with a cosine or a sine."""
    exponent, wave = sp.S.Zero, None
    for factor in sp.Mul.make_args(g):
        if isinstance(factor, sp.exp):
            exponent += factor.args[0]
        elif isinstance(factor, (sp.cos, sp.sin)) and wave is None:
            wave = factor
        else:
            return
    decay, phase = monomials(-exponent, x), {} if wave is None else monomials(wave.args[0], x)
    if decay is None or phase is None:
        return
    decay.pop(sp.S.Zero, None)
    powers = set(decay) | set(phase)
    if len(powers) != 1:
        return
    (r,) = powers
    low = sp.S.NegativeOne if isinstance(wave, sp.sin) else sp.S.Zero
    bounds = _ordered(low, sp.oo if decay else sp.S.One, r, given)
    if bounds is not None:
        yield bounds, [EulerGamma()]


def _euler_beta(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Way:
    """(c + d x^r)^{−ρ}."""
    base, power = g.as_base_exp()
    parts = binomial(base, x) if base.is_Add and x not in power.free_symbols else None
    if parts is None or sign_of(parts[0], given) != 1 or sign_of(parts[1], given) != 1:
        return
    bounds = _ordered(sp.S.Zero, -power, parts[2], given)
    if bounds is not None and sign_of(-power, given) == 1:
        yield bounds, [EulerBeta()]


def _index() -> sp.Symbol:
    return sp.Symbol("n", integer=True, nonnegative=True)


def _exponentials(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Way:
    """A rational function of exponentials that decays."""
    if not g.has(*EXPONENTIALS) or g.has(sp.log):
        return
    found = exponential_series(g.as_independent(x, as_Add=False)[1], x, given)
    if found is None:
        return
    terms, h, order = found
    if order == 0 or any(sign_of(sp.re(rate), given) != 1 for _, rate in terms):
        return
    yield (sp.Integer(order), sp.oo), [ExponentialSeries(tuple(terms), _index(), h, order), DirichletSeries()]


def _logarithm_of_exponentials(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Way:
    """log tanh x, log(1 ± e^{−x}), …: one that decays."""
    if not isinstance(g, sp.log) or not g.has(*EXPONENTIALS):
        return
    found = logarithm_series(g.args[0], x, given)
    if found is not None and sp.expand(found[0]) == 0:
        rule = ExponentialSeries(tuple(found[1]), _index(), logarithm=True)
        yield (sp.S.Zero, sp.oo), [rule, DirichletSeries()]


def _by_parts(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Way:
    """A function whose derivative is a power of a binomial or an exponential."""
    if not isinstance(g, _BY_PARTS):
        return
    bounds = _by_parts_strip(g, x, given)
    if bounds is None:
        return
    last = EulerGamma() if isinstance(g, (sp.erf, sp.erfc)) else EulerBeta()
    yield bounds, [ByParts(g, x**s / s, x ** (s - 1), sp.S.Zero, sp.S.Zero, x), last]


def _by_parts_strip(g: Any, x: sp.Symbol, given: Given) -> tuple[Any, Any] | None:
    if isinstance(g, sp.log):
        parts = binomial(g.args[0], x)
        if parts is None or parts[0] != 1 or sign_of(parts[1], given) != 1:
            return None
        return _ordered(sp.S.NegativeOne, sp.S.Zero, parts[2], given)
    found = strip(g, x, given)
    return None if found is None else found[0]


def _from_table(g: Any, x: sp.Symbol, s: sp.Symbol, given: Given) -> Way:
    found = strip(g, x, given)
    if found is None:
        return
    if any(x in sp.diff(h.args[1], x).free_symbols for h in g.atoms(sp.besselj, sp.bessely)):
        return  # waves of √x and the like are beyond the oracle: the lemma would stay unchecked
    yield found[0], [KnownTransform(found[1])]
