"""A wave as the boundary value of a decay: ∫ h(u) e^{iλu} du is the limit of G(ε − iλ), G(p) = ∫ h(u) e^{−pu} du.

G is found for real p > 0, where nothing oscillates; it is continued analytically to Re p > 0, and Abel's theorem lets ε
go to 0. An argument λ xⁿ is brought to λu first, u = xⁿ: Fresnel's integrals by Euler's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search, Solved
from derive.feynman.steps import lemma
from derive.field import equal
from derive.printing import plain
from derive.rules import Abel, Algebra, AnalyticContinuation, EvaluateLimit, Linearity, Substitute, Using

_SECONDS = 2.0


@dataclass(frozen=True)
class _Wave:
    """∫_0^∞ amplitude(u) · sin or cos(frequency u) du, and u as a power of the variable of the problem."""

    amplitude: Any
    frequency: Any
    kind: type
    u: sp.Symbol
    power: Any

    def integral(self, factor: Any) -> Any:
        """∫_0^∞ amplitude · factor du."""
        return sp.Integral(self.amplitude * factor, (self.u, 0, sp.oo))

    def combined(self, forward: Any, backward: Any) -> Any:
        """The wave out of e^{iλu} and e^{−iλu}, or what became of them, by Euler's formula."""
        half = sp.Rational(1, 2)
        if self.kind is sp.cos:
            return half * forward + half * backward
        return sp.I * half * backward - sp.I * half * forward


class Continued:
    """The frequency of a sine or cosine as a complex parameter."""

    name = "a complex parameter"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value where the integral with e^{−pu} instead of the wave is solved for p > 0."""
        wave = _wave(problem)
        if wave is None:
            return
        p = sp.Symbol(_free("p", problem), positive=True)
        decay = Problem(wave.amplitude * sp.exp(-p * wave.u), wave.u, 0, sp.oo, problem.given)
        point = search.first_point(decay)
        if point is None or search.enclose(decay, point, 10) is None:
            return  # it diverges at 0, where the wave may vanish
        solved = search.solve(decay, 0.6)
        if solved is None or solved.value.has(sp.Piecewise) or solved.proposal.conditions:
            return
        value = search.limited(_SECONDS, _on_the_axis, wave, solved.value, p)
        if value is None or value.has(sp.zoo, sp.nan, sp.oo):
            return
        steps = search.limited(_SECONDS, _steps, problem, wave, solved, p, value)
        route = f"{plain(wave.kind(wave.frequency * wave.u))} by a complex parameter, {solved.proposal.route}"
        yield Proposal(value, route, steps, guessed=solved.guessed)


def _free(name: str, problem: Problem) -> str:
    taken = {symbol.name for symbol in problem.integral.atoms(sp.Symbol)}
    while name in taken:
        name += "_0"
    return name


def _wave(problem: Problem) -> _Wave | None:
    """The integrand over (0, ∞) as amplitude · wave(λ xⁿ) with λ, n > 0, in terms of u = xⁿ."""
    x = problem.variable
    if problem.lower != 0 or problem.upper is not sp.oo:
        return None
    waves = [e for e in sp.Mul.make_args(problem.integrand) if isinstance(e, (sp.sin, sp.cos)) and e.has(x)]
    if len(waves) != 1:
        return None
    (wave,) = waves
    amplitude = problem.integrand / wave
    if not all(_light(factor, x) for factor in sp.Mul.make_args(amplitude)):
        return None
    t = sp.Symbol(x.name, positive=True)
    frequency, moving = wave.args[0].xreplace({x: t}).as_independent(t, as_Add=False)
    base, power = moving.as_base_exp()
    if base != t or not (frequency.is_positive and power.is_positive) or power.has(t):
        return None
    name = x.name if power == 1 else _free("u", problem)
    u = sp.Symbol(name, positive=True)
    moved = sp.powsimp(amplitude.xreplace({x: u ** (1 / power)}) * sp.diff(u ** (1 / power), u))
    real = sp.Symbol(name, real=True)
    return _Wave(moved.xreplace({u: real}), frequency, type(wave), real, power)


def _light(factor: Any, x: sp.Symbol) -> bool:
    """Whether the integral of the factor times e^{−pu} is likely to be elementary in p: powers, logarithms, decay."""
    base, power = factor.as_base_exp()
    if isinstance(factor, sp.exp):
        return factor.args[0].is_polynomial(x)
    return not power.has(x) and (base in (x, sp.log(x)) or not base.has(x))


def _on_the_axis(wave: _Wave, decay: Any, p: sp.Symbol) -> Any:
    """The value at ε = 0: the real or the imaginary part of G(−iλ)."""
    i = sp.I * wave.frequency
    value = wave.combined(decay.xreplace({p: -i}), decay.xreplace({p: i}))
    forms = (value, value.rewrite(sp.exp), sp.re(value), sp.re(value).rewrite(sp.atan2))
    return min((sp.simplify(form) for form in forms), key=_length)


def _length(value: Any) -> tuple[bool, int]:
    return value.has(sp.I, sp.re, sp.im, sp.arg), sp.count_ops(value)


def _steps(problem: Problem, wave: _Wave, solved: Solved, p: sp.Symbol, value: Any) -> Derivation | None:
    """The integral as a limit of damped ones, these by analytic continuation, and the limit."""
    eps = sp.Symbol(_free("epsilon", problem), positive=True)
    end = sp.Symbol(_free("sigma_0", problem), real=True), sp.Symbol(_free("sigma_1", problem), real=True)
    u, i = wave.u, sp.I * wave.frequency
    known = lemma(solved)
    positive = sp.Symbol(u.name, positive=True)
    size = sp.Abs(wave.amplitude.xreplace({u: positive})).xreplace({positive: u})
    parts = []
    for c in (eps - i, eps + i):
        rule = AnalyticContinuation(p, c, majorant=size * sp.exp(-end[0] * u), ends=end)
        start = Derivation(wave.integral(sp.exp(-c * u)), problem.given)
        parts.append(start.to(solved.value.xreplace({p: c}), rule, known).qed())
    damped = [part.start for part in parts]
    closed = wave.combined(*(part.last for part in parts))
    try:
        chain = Derivation(problem.integral, problem.given)
        plain_wave = wave.integral(wave.kind(wave.frequency * u))
        if plain_wave != problem.integral:
            chain = chain.to(plain_wave, Substitute(problem.variable, u ** (1 / wave.power), u))
        chain = chain.to(sp.Limit(wave.integral(wave.kind(wave.frequency * u) * sp.exp(-eps * u)), eps, 0), Abel(eps))
        together = wave.amplitude * wave.combined(sp.exp(-(eps - i) * u), sp.exp(-(eps + i) * u))
        chain = chain.to(sp.Limit(sp.Integral(together, (u, 0, sp.oo)), eps, 0), Algebra("Euler's formula"))
        chain = chain.to(sp.Limit(wave.combined(*damped), eps, 0), Linearity(u))
        chain = chain.to(sp.Limit(closed, eps, 0), Using(), *parts)
        reached = closed.xreplace({eps: sp.S.Zero})
        if equal(reached, value, problem.given, timeout=1.0) is True:
            chain = chain.to(reached, EvaluateLimit())
            return (chain if reached == value else chain.to(value, Algebra())).qed()
        return chain.to(value, EvaluateLimit(value)).qed()
    except DeriveError:
        return None
