"""Euler's integrals: Γ with an exponential or a wave, B with a power of a binomial.

Reference: NIST DLMF 5.2.1, 5.9.1, 5.9.6, 5.9.7, 5.12.1, 5.12.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain
from derive.rules.sites import everywhere, needed, single, unclaimed


@dataclass(frozen=True)
class EulerGamma(Rule):
    """∫_0^∞ x^{s−1} e^{−a x^r} dx = Γ(t) a^{−t}/|r| with t = s/r, for a > 0, t > 0: Euler's integral after u = a x^r.

    With a wave beside it, and a ≥ 0, b > 0: ∫_0^∞ x^{s−1} e^{−a x^r} cos(b x^r) dx = Γ(t) (a² + b²)^{−t/2} cos(tθ)/|r|,
    θ = arg(a + ib), and the same with sines: Γ(t) (a + ib)^{−t} by turning the path of integration (Cauchy's theorem,
    Jordan's lemma for a = 0). Obligations: the signs of a, b; t > 0, for a sine t > −1; for a = 0 also t < 1. At t = 0
    the sine's value is θ/|r|. The exponent may have a constant, and factors that are free of x stand in front.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, oo)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        front, power, factors, x = _on_half_line(node, context)
        exponent, wave = sp.S.Zero, None
        for factor in factors:
            if isinstance(factor, sp.exp):
                exponent += factor.args[0]
            elif isinstance(factor, (sp.cos, sp.sin)) and wave is None:
                wave = factor
            else:
                raise RuleError(f"looked for a power of {x}, an exponential, a sine or cosine; found {plain(factor)}")
        a, b, r, constant = _monomial_exponent(exponent, wave, x)
        t, size, owed = _order(power + 1, r, context)
        if b == 0:
            owed.append(_positive(a, "the exponential decays", context))
            owed.append(_positive(t, "the power is integrable at 0", context))
            value = sp.gamma(t) * a ** (-t)
        else:
            value, more = _wave_value(a, b, t, isinstance(wave, sp.cos), context)
            owed += more
        yield Consequence(front * constant * value / size, needed(owed))

    def describe(self, show: Show = plain) -> str:
        return "Euler's integral for Γ"


def _wave_value(a: Any, b: Any, t: Any, even: bool, context: Context) -> tuple[Any, list[Obligation]]:
    owed = [_positive(b, "the frequency is positive", context)]
    low = sp.S.Zero if even else sp.S.NegativeOne
    owed.append(context.obligation(low, t, "the power is integrable at 0", relation=LESS))
    if a == 0:
        owed.append(context.obligation(t, 1, "the waves are summable at oo (Jordan's lemma)", relation=LESS))
        angle, size = sp.pi / 2, b ** (-t)
    else:
        owed.append(_positive(a, "the exponential decays", context))
        angle, size = sp.atan(b / a), sp.factor(a**2 + b**2) ** (-t / 2)
    if t == 0:
        return angle, owed
    return sp.gamma(t) * size * (sp.cos(t * angle) if even else sp.sin(t * angle)), owed


@dataclass(frozen=True)
class EulerBeta(Rule):
    """∫_0^∞ x^{s−1} (c + d x^r)^{−ρ} dx = c^{−ρ} (c/d)^t B(t, ρ − t)/|r| with t = s/r, for c, d > 0 and 0 < t < ρ:
    Euler's integral after u = d x^r/c.

    On (0, 1): ∫_0^1 x^{s−1} (1 − x^r)^{β−1} dx = B(s/r, β)/r for r, s, β > 0. Factors free of x stand in front.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over (0, oo) or (0, 1)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        from derive.feynman.methods.waves import binomial

        whole = node.limits[0][2] is sp.oo if len(node.limits[0]) == 3 else False
        front, power, factors, x = _on_half_line(node, context, sp.oo if whole else sp.S.One)
        if not whole and not factors:
            factors = [sp.Pow(1 - x, 0, evaluate=False)]
        if len(factors) != 1:
            raise RuleError(f"looked for powers of {x} and of one binomial in {plain(node)}")
        base, exponent = factors[0].as_base_exp()
        parts = binomial(base, x)
        if parts is None or x in exponent.free_symbols:
            raise RuleError(f"{plain(factors[0])} is no power of a binomial c + d x^r")
        c, d, r = parts
        t, size, owed = _order(power + 1, r, context)
        owed.append(_positive(t, "the power is integrable at 0", context))
        if whole:
            rho = -exponent
            owed += [_positive(v, f"{plain(v)} is positive", context) for v in dict.fromkeys((c, d)) if v != 1]
            owed.append(context.obligation(t, rho, "the integrand decays", relation=LESS))
            value = c ** (-rho) * (d / c) ** (-t) * sp.gamma(t) * sp.gamma(rho - t) / sp.gamma(rho)
        else:
            if sp.expand(c + d) != 0:
                raise RuleError(f"looked for a power of 1 − x^r on (0, 1); found {plain(factors[0])}")
            beta = exponent + 1
            owed += [_positive(beta, "the power is integrable at 1", context), _positive(c, "no branch cut", context)]
            owed.append(_positive(r, "the exponent is positive", context))
            value = c**exponent * sp.gamma(t) * sp.gamma(beta) / sp.gamma(t + beta)
        yield Consequence(front * value / size, needed(owed))

    def describe(self, show: Show = plain) -> str:
        return "Euler's integral for B"


@dataclass(frozen=True)
class Raabe(Rule):
    """∫_a^{a+1} log Γ(x) dx = ½ log 2π + a log a − a for a ≥ 0 (0 log 0 = 0): the derivative by a is log Γ(a + 1) − log
    Γ(a) = log a, and at a = 0 the reflection formula gives ½ ∫_0^1 log(π/sin πx) dx. Reference: DLMF 5.17, J. L. Raabe
    (1843). Obligation: a ≥ 0.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral of log Γ over a range of length 1")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        front, inner = f.as_independent(x, as_Add=False)
        argument = inner.args[0] if isinstance(inner, (sp.loggamma, sp.log)) else None
        if isinstance(inner, sp.log):
            argument = argument.args[0] if isinstance(argument, sp.gamma) else None
        if argument is None or x in (argument - x).free_symbols or sp.expand(high - low - 1) != 0:
            raise RuleError(f"looked for the integral of log Γ(x + c) over a range of length 1; found {plain(node)}")
        a = sp.expand(low + argument - x)
        value = sp.log(2 * sp.pi) / 2 + (0 if a == 0 else a * sp.log(a) - a)
        yield Consequence(front * value, (context.obligation(0, a, "Γ is positive on the range", relation=AT_MOST),))

    def describe(self, show: Show = plain) -> str:
        return "Raabe's formula for log Γ"


@dataclass(frozen=True)
class Kummer(Rule):
    """∫_0^1 log Γ(x) cos 2πnx dx = 1/(4n), ∫_0^1 log Γ(x) sin 2πnx dx = (γ + log 2πn)/(2πn), for integers n ≥ 1.

    By parts, with ψ(x) = −1/x + ψ(x + 1); or from Malmstén's integral for log Γ, term by term. Reference: E. Kummer,
    Beitrag zur Theorie der Function Γ(x) (1847); Bateman, Higher Transcendental Functions I, 1.9.1. Obligation: n ≥ 1.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral of log Γ times a wave over (0, 1)")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        front, moving = f.as_independent(x, as_Add=False)
        waves = [w for w in sp.Mul.make_args(moving) if isinstance(w, (sp.cos, sp.sin))]
        rest = [w for w in sp.Mul.make_args(moving) if w not in waves]
        if len(waves) != 1 or rest not in ([sp.loggamma(x)], [sp.log(sp.gamma(x))]) or (low, high) != (0, 1):
            raise RuleError(f"looked for ∫ log Γ(x) cos 2πnx dx, or with a sine, over (0, 1); found {plain(node)}")
        n = sp.expand(waves[0].args[0] / (2 * sp.pi * x))
        if x in n.free_symbols or not n.is_integer:
            raise RuleError(f"the wave {plain(waves[0])} has no whole number of periods on (0, 1)")
        turn = 2 * sp.pi * n
        value = 1 / (4 * n) if isinstance(waves[0], sp.cos) else (sp.EulerGamma + sp.log(turn)) / turn
        yield Consequence(front * value, (context.obligation(1, n, "at least one period", relation=AT_MOST),))

    def describe(self, show: Show = plain) -> str:
        return "Kummer's Fourier series of log Γ"


def _on_half_line(node: sp.Integral, context: Context, end: Any = sp.oo) -> tuple[Any, Any, list[Any], Any]:
    """(what is free of x, the power of x, other factors, x) of an integral from 0 to the end."""
    f, x, low, high = single(node)
    unclaimed(x, context)
    if (low, high) != (0, end):
        raise RuleError(f"looked for an integral from 0 to {end}; found {plain(node)}")
    front, moving = f.as_independent(x, as_Add=False)
    power, factors = sp.S.Zero, []
    for factor in sp.Mul.make_args(sp.powsimp(moving)):
        base, exponent = factor.as_base_exp()
        if base == x and x not in exponent.free_symbols:
            power += exponent
        elif factor != 1:
            factors.append(factor)
    return front, power, factors, x


def _monomial_exponent(exponent: Any, wave: Any, x: Any) -> tuple[Any, Any, Any, Any]:
    """(a, b, r, e^c) for the exponent c − a x^r and the phase b x^r of the wave."""
    from derive.feynman.methods.waves import monomials

    decay = monomials(-exponent, x)
    phase = {} if wave is None else monomials(wave.args[0], x)
    if decay is None or phase is None:
        raise RuleError(f"looked for an exponent and a phase proportional to one power of {x}")
    constant = sp.exp(-decay.pop(sp.S.Zero, sp.S.Zero))
    powers = set(decay) | set(phase)
    if len(powers) != 1 or 0 in powers:
        raise RuleError(f"looked for an exponent and a phase proportional to one power of {x}")
    (r,) = powers
    return decay.get(r, sp.S.Zero), phase.get(r, sp.S.Zero), r, constant


def _order(s: Any, r: Any, context: Context) -> tuple[Any, Any, list[Obligation]]:
    """t = s/r, |r|, and that r has its sign."""
    from derive.exact import sign_of

    sign = sign_of(r, context.given)
    if sign not in (1, -1):
        raise RuleError(f"the sign of the exponent {plain(r)} does not follow from the assumptions")
    owed = [] if r.is_number else [_positive(sign * r, f"the sign of {plain(r)}", context)]
    return sp.cancel(s / r), sign * r, owed


def _positive(value: Any, why: str, context: Context) -> Obligation:
    return context.obligation(0, value, why, relation=LESS)
