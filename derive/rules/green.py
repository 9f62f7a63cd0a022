"""Distributions on the line: Green's function of an operator, the transform of 1, and testing against a Gaussian.

References: L. Schwartz, Théorie des distributions, ch. II and VII; L. Hörmander, The Analysis of Linear Partial
Differential Operators I, § 3.1 (homogeneous solutions are classical) and § 7.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import AT_MOST, UNEQUAL, ContinuousOn, Relation, Weakly
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.analysis.behaviour import continuous_integral, dominance
from derive.rules.linearform import LinearForm, linear_form
from derive.rules.regularise import AWAY, EPSILON, vanishing_outside
from derive.rules.sites import (
    continuum,
    everywhere,
    free_standing,
    on_the_line,
    premises,
    ranging,
    single,
    unclaimed,
    without,
)


@dataclass(frozen=True)
class GreensFunction(Rule):
    """L u = c δ(k) on the line, L G = δ, and u, G bounded and continuous: then u = c G, if L y = 0 has no bounded
    solution but 0.

    The lemma is L u = c δ(k) with the relation Weakly(k), L with constant coefficients. Proof: v = u − c G satisfies L
    v = 0 as a distribution, hence classically (the leading coefficient is not 0), so v is a combination of
    `homogeneous`; v is bounded. `homogeneous` lists pairs (y, end): y is unbounded towards end (±∞) and outgrows there
    the ones listed after it. Obligations: L G = δ weakly; L y = 0, Wronskian ≠ 0; growth of the y; |G| ≤ kernel_bound,
    G continuous; the integrand of u has an integrable majorant, free of k, and is continuous in k (so u is continuous
    and bounded); the lemma's assumptions.
    """

    variable: sp.Symbol
    kernel: Any
    homogeneous: tuple[tuple[Any, Any], ...]
    kernel_bound: Any
    majorant: Any

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        k = self.variable
        continuum(k)
        everywhere_real = on_the_line(k)
        general = Context(without(context.given, k), context.lemmas)
        unknown, form, strength, lemma = self._equation(line, context)
        free_standing(line, unknown)
        if any(k in c.free_symbols for c in form.coefficients):
            raise RuleError("Green's function of one variable is for constant coefficients")
        obligations = (
            *premises(lemma, general, *everywhere_real),
            *self._is_kernel(form, general),
            *self._homogeneous(form, general),
            *continuous_integral(unknown, k, everywhere_real, [], formula(self.majorant), general),
        )
        yield Consequence(line.xreplace({unknown: strength * self.kernel}), tuple(dict.fromkeys(obligations)))

    def _equation(self, line: Any, context: Context) -> tuple[Any, LinearForm, Any, Any]:
        k = self.variable
        for lemma in context.lemmas:
            if lemma.relation not in (Weakly(k),):
                continue
            whole = lemma.lhs - lemma.rhs
            for unknown in sorted({node.expr for node in whole.atoms(sp.Derivative)}, key=str):
                if not line.has(unknown):
                    continue
                form = linear_form(whole, unknown, k)
                source = sp.expand(-form.rest)
                strength = source.coeff(sp.DiracDelta(k), 1)
                if k in strength.free_symbols or sp.expand(source - strength * sp.DiracDelta(k)) != 0 or strength == 0:
                    raise RuleError(f"the right side {source} is no multiple of DiracDelta({k})")
                return unknown, form, strength, lemma
        raise RuleError(
            f"looked for a lemma L u = c·DiracDelta({k}) with relation=Weakly({k}), for a u in the line; none is named"
        )

    def _is_kernel(self, form: LinearForm, context: Context) -> tuple[Obligation, ...]:
        k, G = self.variable, self.kernel
        applied = form.written(G, k)
        found = [
            context.obligation(applied, sp.DiracDelta(k), "the kernel solves the equation with δ", relation=Weakly(k)),
            context.obligation(
                sp.Abs(G), self.kernel_bound, "the kernel is bounded", *on_the_line(k), relation=AT_MOST
            ),
            context.obligation(G, sp.Interval(-sp.oo, sp.oo), "the kernel is continuous", relation=ContinuousOn(k)),
        ]
        if k in formula(self.kernel_bound).free_symbols:
            raise RuleError(f"the bound on the kernel must be free of {k}")
        return tuple(found)

    def _homogeneous(self, form: LinearForm, context: Context) -> tuple[Obligation, ...]:
        k, order = self.variable, len(form.coefficients) - 1
        functions = [formula(y) for y, _ in self.homogeneous]
        if len(functions) != order:
            raise RuleError(f"the operator is of order {order}; {len(functions)} homogeneous solutions are stated")
        line = on_the_line(k)
        found = [
            context.obligation(form.written(y, k), 0, f"{y} solves the homogeneous equation", *line) for y in functions
        ]
        wronskian = sp.Matrix([[sp.diff(y, k, i) for y in functions] for i in range(order)]).det(method="berkowitz")
        for nonzero, why in (
            (wronskian, "the Wronskian has no zero"),
            (form.coefficients[-1], "the leading coefficient is not 0"),
        ):
            if not (nonzero.is_number and nonzero.is_nonzero):
                found.append(context.obligation(nonzero, 0, why, *line, relation=UNEQUAL))
        for index, (y, end) in enumerate(self.homogeneous):
            if end not in (sp.oo, -sp.oo):
                raise RuleError(f"{y} is to be unbounded towards oo or -oo, not towards {end}")
            found.extend(dominance((formula(y),), tuple(functions[index + 1 :]), k, end, context))
        return tuple(found)

    def describe(self, show: Show = plain) -> str:
        return "Green's function; the bounded solution is unique"


@dataclass(frozen=True)
class DeltaTransform(Rule):
    """∫_{−∞}^{∞} e^{±ikx} dx = ∫_{−∞}^{∞} cos kx dx = 2π δ(k) as distributions in k; the step's relation is Weakly(k).

    The left side is the limit of ∫ e^{ikx − ε|x|} dx = 2ε/(ε² + k²), an approximate identity of mass 2π. Obligations,
    with ε > 0 (`eps`): this value; its mass ∫ 2ε/(ε² + k²) dk = 2π; it is at most 2ε/k² away from 0, whose integral
    over |k| ≥ k₀ tends to 0.
    """

    variable: sp.Symbol
    eps: sp.Symbol = EPSILON

    @property
    def relation(self) -> Relation:
        """The relation in which the step stands."""
        return Weakly(self.variable)

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        on_the_line(self.variable)
        return everywhere(line, sp.Integral, context, self._act, f"∫ e^(i{self.variable}x) dx over the line")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        k, eps = self.variable, self.eps
        unclaimed(x, context)
        if (low, high) != (-sp.oo, sp.oo):
            raise RuleError(f"looked for an integral over the whole line; this one goes from {low} to {high}")
        c = sp.Wild("c", exclude=[x, k])
        wave = next((w for w in (sp.exp(sp.I * k * x), sp.exp(-sp.I * k * x), sp.cos(k * x)) if f.match(c * w)), None)
        if wave is None:
            raise RuleError(f"looked for a constant times e^(i{k}{x}) or cos({k}{x}); found {f}")
        constant = f / wave
        general = Context(without(context.given, k), context.lemmas)
        positive, line = sp.Gt(eps, 0), on_the_line(k)
        tamed = sp.Integral(sp.cos(k * x) * sp.exp(-eps * sp.Abs(x)), (x, low, high))
        lorentzian = 2 * eps / (eps**2 + k**2)
        found = (
            general.obligation(tamed, lorentzian, "the regulated integral", positive, *line),
            general.obligation(sp.Integral(lorentzian, (k, -sp.oo, sp.oo)), 2 * sp.pi, "its mass", positive),
            general.obligation(
                lorentzian, 2 * eps / k**2, "its size away from 0", positive, sp.Ne(k, 0), relation=AT_MOST
            ),
            *vanishing_outside(2 * eps / k**2, k, eps, AWAY, general),
        )
        yield Consequence(2 * sp.pi * constant * sp.DiracDelta(k), found)

    def describe(self, show: Show = plain) -> str:
        return f"the transform of 1 is {show(2 * sp.pi * sp.DiracDelta(self.variable))}, as distributions"


@dataclass(frozen=True)
class TestAgainst(Rule):
    """∫ S(k) φ(k) dk = ∫ T(k) φ(k) dk for a test function φ, if S = T weakly (the lemma); and ∫ δ(k − c) φ(k) dk =
    φ(c).

    φ must be a polynomial times e^{−αk² + βk + γ} with Re α > 0, which is a Schwartz function. Obligation: 0 < Re α.
    """

    __test__ = False

    variable: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, f"∫ S φ d{self.variable} over the line")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, k, low, high = single(node)
        if k != self.variable or (low, high) != (-sp.oo, sp.oo):
            raise RuleError(f"looked for an integral over {self.variable} from -oo to oo; found {node}")
        unclaimed(k, context)
        ranging((k, low, high))
        for lemma in context.lemmas:
            if lemma.relation == Weakly(k) and k in lemma.lhs.free_symbols:
                test = sp.cancel(f / lemma.lhs) if not f.has(sp.Integral) else f / lemma.lhs
                if not test.has(sp.DiracDelta, sp.Integral):
                    yield Consequence(
                        sp.Integral(lemma.rhs * test, (k, low, high)),
                        (*premises(lemma, context), *self._test(test, context)),
                    )
                    return
        for factor in sp.Mul.make_args(f):
            if isinstance(factor, sp.DiracDelta) and len(factor.args) == 1:
                centre = k - factor.args[0]
                if k not in centre.free_symbols:
                    test = f / factor
                    yield Consequence(test.xreplace({k: centre}), self._test(test, context))
                    return
        raise RuleError(
            f"looked for a lemma S = T with relation=Weakly({k}), or for a DiracDelta in {f}; there is neither"
        )

    def _test(self, test: Any, context: Context) -> tuple[Obligation, ...]:
        from derive.claim import LESS

        k = self.variable
        rest, exponent = sp.S.One, sp.S.Zero
        for factor in sp.Mul.make_args(sp.powsimp(test)):
            if isinstance(factor, sp.exp) and k in factor.free_symbols:
                exponent += factor.exp
            else:
                rest *= factor
        if not rest.is_polynomial(k) or not exponent.is_polynomial(k) or sp.degree(exponent, k) != 2:
            raise RuleError(f"{test} is not seen to be a test function: a polynomial times a Gaussian in {k} is")
        alpha = -sp.Poly(exponent, k).LC()
        return (context.obligation(0, sp.re(alpha), "the test function decays", relation=LESS),)

    def describe(self, show: Show = plain) -> str:
        return "tested against a Gaussian"
