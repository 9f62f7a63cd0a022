"""Poisson's summation formula.

Reference: E. M. Stein, G. Weiss, Introduction to Fourier Analysis on Euclidean Spaces, ch. VII § 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, LESS, ContinuousOn
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import equations, everywhere, on_the_line, premises, ranging, single, unclaimed


@dataclass(frozen=True)
class PoissonSummation(Rule):
    """Σ_{n∈Z} f(n) = Σ_{m∈Z} f̂(m), f̂(m) = ∫_{−∞}^{∞} f(x) e^{−2πimx} dx, or with cos 2πmx for an even f (`even`).

    Holds for continuous f with |f(x)| ≤ C (1 + x²)^{−(1+δ)/2} and Σ |f̂(m)| < ∞: the periodised f is continuous, and
    its Fourier series converges uniformly to it. Obligations: f is continuous on the line; |f(x)| ≤ decay·(1 +
    x²)^{−(1+delta)/2}, delta > 0; f is even, with `even`; |f̂(m)| ≤ transform_bound(m) and Σ_m transform_bound(m) < ∞.
    A lemma ∫ f(x) cos(2πmx) dx = f̂(m) (for all integers m, or with a real symbol in place of 2πm or of m, that is
    called `wave`, standing for |2πm|) makes the closed form a consequence and the subject of the bound. A lemma for
    positive waves needs one at wave 0 in addition, or is continued there: obligation f̂(0).
    """

    variable: sp.Symbol
    frequency: sp.Symbol
    decay: Any
    transform_bound: Any
    delta: Any = sp.S.One
    even: bool = True
    wave: sp.Symbol | None = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if not self.frequency.is_integer or self.frequency.is_nonnegative or self.frequency.is_nonpositive:
            raise RuleError(f"the frequency must range over all integers: Symbol('{self.frequency}', integer=True)")
        return everywhere(line, sp.Sum, context, self._act, "a sum over all integers")

    def _act(self, node: sp.Sum, context: Context) -> Iterator[Consequence]:
        f, n, low, high = single(node)
        x, m = self.variable, self.frequency
        unclaimed(n, context)
        unclaimed(x, context)
        unclaimed(m, context)
        ranging((n, low, high), closed=True)
        if (low, high) != (-sp.oo, sp.oo):
            raise RuleError(
                f"looked for a sum over all integers; {n} runs from {low} to {high} (SplitSum and symmetry lead there)"
            )
        if {x, m} & node.free_symbols or x == m:
            raise RuleError(f"{x} and {m} must be new names; they occur in {node}")
        smooth = f.xreplace({n: x})
        line = on_the_line(x)
        delta, decay = formula(self.delta), formula(self.decay)
        if {x, n} & (decay.free_symbols | delta.free_symbols):
            raise RuleError(f"the constants of the decay, {decay} and {delta}, must be free of {x}")
        majorant = decay / (1 + x**2) ** ((1 + delta) / 2)
        obligations = [
            context.obligation(
                smooth, sp.Interval(-sp.oo, sp.oo), "the function is continuous", relation=ContinuousOn(x)
            ),
            context.obligation(sp.Abs(smooth), majorant, "the function decays", *line, relation=AT_MOST),
        ]
        if not delta.is_positive:
            obligations.append(context.obligation(0, delta, "it decays faster than 1/|x|", relation=LESS))
        if self.even:
            obligations.append(context.obligation(smooth.xreplace({x: -x}), smooth, "the function is even", *line))
        kernel = sp.cos(2 * sp.pi * m * x) if self.even else sp.exp(-2 * sp.pi * sp.I * m * x)
        transform = sp.Integral(smooth * kernel, (x, -sp.oo, sp.oo))
        bound = formula(self.transform_bound)
        total = sp.Sum(bound, (m, -sp.oo, sp.oo))
        summable = context.obligation(total, sp.oo, "the transform is summable", relation=LESS)
        for value, licences in self._closed(smooth, context):
            size = context.obligation(sp.Abs(value), bound, "the transform is bounded", relation=AT_MOST)
            yield Consequence(sp.Sum(value, (m, -sp.oo, sp.oo)), (*obligations, *licences, size, summable))
        size = context.obligation(sp.Abs(transform), bound, "the transform is bounded", relation=AT_MOST)
        yield Consequence(sp.Sum(transform, (m, -sp.oo, sp.oo)), (*obligations, size, summable))

    def _closed(self, smooth: Any, context: Context) -> Iterator[tuple[Any, tuple[Obligation, ...]]]:
        """The transform as the lemmas give it, with what their use requires."""
        x, m = self.variable, self.frequency
        kernel = sp.cos if self.even else (lambda z: sp.exp(-sp.I * z))
        for lemma in equations(context):
            if not isinstance(lemma.lhs, sp.Integral) or len(lemma.lhs.limits) != 1 or len(lemma.lhs.limits[0]) != 3:
                continue
            y, low, high = tuple(lemma.lhs.limits[0])
            if (low, high) != (-sp.oo, sp.oo):
                continue
            g = lemma.lhs.function.xreplace({y: x})
            if g == smooth * kernel(2 * sp.pi * m * x):
                yield lemma.rhs, premises(lemma, context)
            elif self.wave is not None and self.even and g == smooth * sp.cos(self.wave * x):
                k = self.wave
                if k.is_integer or k.is_nonpositive:
                    raise RuleError(
                        f"{k} is declared an integer or not positive; the wave number takes the values 2π|m|"
                    )
                value = lemma.rhs.xreplace({k: 2 * sp.pi * sp.Abs(m)})
                zero = sp.Integral(smooth, (x, -sp.oo, sp.oo))
                at_zero = context.obligation(zero, lemma.rhs.xreplace({k: sp.S.Zero}), "the transform at 0")
                nonzero = (sp.Ne(m, 0),)
                moved = lemma.xreplace({k: 2 * sp.pi * sp.Abs(m)})
                yield value, (at_zero, *premises(moved, context, *nonzero))

    def describe(self, show: Show = plain) -> str:
        return "Poisson's summation formula"
