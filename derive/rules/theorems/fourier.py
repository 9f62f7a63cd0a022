"""Fourier coefficients of the real part of a power series: ∫ cos mx Re F(e^{ix}) dx = π Re c_m, m a symbolic integer.

Reference: A. Zygmund, Trigonometric Series, ch. VII § 1 and 7; P. Duren, Theory of Hᵖ Spaces, Theorem 3.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import everywhere, single, unclaimed
from derive.rules.theorems.contour import conjugable
from derive.rules.theorems.holomorphic import UnitDisc, holomorphic
from derive.rules.theorems.realparts import on_the_circle, parts

PRINCIPAL = ((-sp.pi, sp.pi), (0, sp.pi), (-sp.pi, 0))
WAVES = {"cos": sp.cos, "sin": sp.sin}


@dataclass(frozen=True)
class Harmonic:
    """c cos mx Re F(e^{ix}), or with the sine (`wave`), F(z) = Σ_k c_k z^k with c_k = `formula` (in the index `k`)
    for k ≥ `start`, and the numbers `first` before that."""

    factor: Any
    wave: str
    degree: Any
    function: Any
    k: sp.Symbol
    formula: Any
    start: int = 0
    first: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        for name in ("factor", "degree", "function", "formula"):
            object.__setattr__(self, name, formula(getattr(self, name)))
        object.__setattr__(self, "first", tuple(map(formula, self.first)))

    def at_degree(self) -> Any:
        """c_m."""
        return self.formula.xreplace({self.k: self.degree})


@dataclass(frozen=True)
class FourierCoefficients(Rule):
    """∫_{−π}^{π} cos mx Re F(e^{ix}) dx = π Re c_m, and with sin mx it is −π Im c_m, for integers m ≥ 1,
    F(z) = Σ c_k z^k holomorphic in |z| < 1 by its structure: polynomials, exponentials of such, logarithms,
    polylogarithms, powers that are regular inside and bounded or logarithmic on the circle, so that F is in the Hardy
    space H¹, ∫ e^{imx} F(e^{ix}) dx = 0 and ∫ e^{−imx} F(e^{ix}) dx = 2πc_m.

    Any range of length 2π, and half of it, (0, π) or (−π, 0), where all is even: cosines and real c_k, sines and
    imaginary c_k. Obligations: the integrand is Σ of the `terms`; F is holomorphic; F(t) = Σ c_k t^k for 0 < t < 1/2,
    which by the identity theorem makes c_k the coefficients; m is at least 1 and at least `start`.
    """

    variable: sp.Symbol
    z: sp.Symbol
    terms: tuple[Harmonic, ...]

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, "an integral over a period")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if x != self.variable:
            raise RuleError(f"the series belongs to an integral over {self.variable}, this one is over {x}")
        within = Context((*context.given, low < x, x < high))
        share = self._share(low, high, context)
        principal = (low, high) in PRINCIPAL
        seen, value = sp.S.Zero, sp.S.Zero
        owed: list[Obligation] = []
        for term in self.terms:
            known, unknown = on_the_circle(self.z, x, term.function, principal=principal)
            real = parts(term.function, within.given, known)[0]
            if any(real.has(letter) for letter in unknown):
                raise RuleError("the real part contains a function that has no closed form on the circle")
            if x in term.factor.free_symbols:
                raise RuleError(f"the factor {plain(term.factor)} depends on {x}")
            seen += term.factor * WAVES[term.wave](term.degree * x) * real
            owed += list(holomorphic(term.function, self.z, UnitDisc(), context))
            owed += self._series(term, context)
            value += term.factor * self._coefficient(term, context)
        owed.insert(0, within.obligation(f, seen, "the integrand as waves times real parts"))
        yield Consequence(share * value, tuple(dict.fromkeys(owed)))

    def _share(self, low: Any, high: Any, context: Context) -> Any:
        if sp.expand(high - low - 2 * sp.pi) == 0:
            return sp.S.One
        if (low, high) not in PRINCIPAL[1:]:
            raise RuleError(f"looked for a range of length 2π, for (0, π) or (−π, 0); this one is from {low} to {high}")
        for term in self.terms:
            mirrored = term.function.xreplace({sp.I: -sp.I})
            if not conjugable(term.function, self.z, context) or mirrored not in (term.function, -term.function):
                raise RuleError("the coefficients are not seen to be real, or imaginary, all of them")
            if (mirrored == term.function) != (term.wave == "cos") and term.function != 0:
                raise RuleError("half a period is half of the whole where the integrand is even, and a term is odd")
        return sp.S.Half

    def _series(self, term: Harmonic, context: Context) -> Iterator[Obligation]:
        """F(t) is the sum of its series on an interval, and the degree lies where the formula holds."""
        k, m = term.k, term.degree
        if not m.is_integer or self.variable in m.free_symbols:
            raise RuleError(f"the degree {plain(m)} is not seen to be an integer: declare its letters integers")
        if len(term.first) != term.start:
            raise RuleError(f"{term.start} coefficients have to be listed before the formula holds")
        t = sp.Symbol("t", real=True)
        head = sp.Add(*(c * t**j for j, c in enumerate(term.first)))
        tail = sp.S.Zero
        if term.formula != 0:
            tail = sp.Sum(term.formula * t**k, (k, term.start, sp.oo))
        here = Context((*context.given, sp.Gt(t, 0), sp.Lt(t, sp.S.Half)))
        function = term.function.xreplace({self.z: t})
        yield here.obligation(function, head + tail, f"the Taylor series of {plain(term.function)}")
        least = max(1, term.start)
        if not (m - least).is_nonnegative:
            yield context.obligation(least, m, f"the degree is at least {least}", relation=AT_MOST)

    def _coefficient(self, term: Harmonic, context: Context) -> Any:
        real, imaginary = parts(term.at_degree(), context.given)
        return sp.pi * real if term.wave == "cos" else -sp.pi * imaginary

    def describe(self, show: Show = plain) -> str:
        functions = ", ".join(dict.fromkeys(show(term.function) for term in self.terms))
        turn = f"{show(self.z)} = {show(sp.exp(sp.I * self.variable))}"
        return f"Fourier coefficients of the real part of {functions} on the circle, {turn}: its Taylor coefficients"
