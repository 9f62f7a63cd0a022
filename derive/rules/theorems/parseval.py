"""Parseval's formula for Mellin transforms: the integral of a product is a Mellin-Barnes integral, Meijer's G function.

References: E. Titchmarsh, Introduction to the Theory of Fourier Integrals (1937), § 2.7, Theorems 42-44 and 72; NIST
DLMF 16.17.1, 5.11.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.claim import LESS, Claim
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, formula, plain
from derive.rules.sites import equations, everywhere, needed, ranging, single, unclaimed, without
from derive.rules.theorems.finiteparts import same_integral


@dataclass(frozen=True)
class MellinParseval(Rule):
    """∫_0^∞ x^p g(x) h(x) dx = (1/2πi) ∫_{σ−i∞}^{σ+i∞} M[g](u) M[h](1 + p − u) du, and this is Meijer's G function by
    its definition where both transforms are made of Γ's of linear functions and powers.

    The lemmas say M[g](s) = ∫_0^∞ x^{s−1} g dx and M[h](s) on their strips (`s` is the letter). σ lies in the first, 1
    + p − σ in the second. The formula is inversion of M[g] under the integral sign, by Fubini where x^{σ−1} g or the
    other factor is absolutely integrable, by an Abelian factor e^{−εx} → 1 where both only oscillate; the contour
    integral converges absolutely by Stirling's formula: decay e^{−π δ|Im u|/2} with δ = Σ |slopes| of Γ's above minus
    below, or for δ = 0 a power below −1, or else, where it oscillates as e^{±iτ log τ} (unequal numbers of Γ's with u
    and with −u), by continuation in p with the line bent to a loop. Obligations: the integrand is x^p g h; ∫ converges;
    both strips contain their lines; every Γ above the bar has a positive real argument on the line, so that the line
    separates its poles; for δ = 0 the power; and, since the exchange is licensed by these arguments only, the formula
    in numbers.
    """

    s: sp.Symbol
    g: Any
    h: Any
    power: Any
    sigma: Any
    variable: sp.Symbol

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        return everywhere(line, sp.Integral, context, self._act, f"an integral over {self.variable} from 0 to oo")

    def _act(self, node: sp.Integral, context: Context) -> Iterator[Consequence]:
        f, x, low, high = single(node)
        unclaimed(x, context)
        if x != self.variable or (low, high) != (0, sp.oo):
            raise RuleError(f"looked for an integral over {self.variable} from 0 to oo; found {plain(node)}")
        front = f.as_independent(x, as_Add=False)[0]
        product = x ** formula(self.power) * self.g * self.h
        constant = _ratio(f, front, product, x)
        u, other = sp.Dummy("u"), 1 + self.power - self.sigma
        owed = [context.obligation(f, constant * product, "the integrand is the product", *ranging(node.limits[0]))]
        owed.append(context.obligation(node, sp.oo, "the integral converges", relation=LESS))
        body = sp.S.One
        for kernel, place, argument in ((self.g, self.sigma, u), (self.h, other, 1 + self.power - u)):
            lemma = self._lemma(kernel, x, context)
            left, more = self._in_strip(lemma, place, context)
            owed += [o for o in more if o not in owed]
            body *= _gammas(lemma.rhs, self.s, left).xreplace({self.s: argument})
        value, more = barnes(body, u, self.sigma, context)
        owed += more
        owed.append(context.obligation(node, constant * value, "the formula in numbers"))
        yield Consequence(constant * value, needed(owed))

    def _lemma(self, kernel: Any, x: Any, context: Context) -> Claim:
        wanted = sp.Integral(x ** (self.s - 1) * kernel, (x, 0, sp.oo))
        for lemma in equations(context):
            if isinstance(lemma.lhs, sp.Integral) and same_integral(lemma.lhs, wanted):
                return lemma
        raise RuleError(f"looked for a lemma {plain(wanted)} = M({self.s}); none is named")

    def _in_strip(self, lemma: Claim, place: Any, context: Context) -> tuple[bool, list[Obligation]]:
        """Whether the strip lies left of 0, and that the place lies in it."""
        general = Context(without(context.given, self.s), context.lemmas)
        left, owed = False, []
        for relation in lemma.given:
            if self.s not in relation.free_symbols and relation in context.given:
                continue
            left = left or relation in (sp.Lt(self.s, 0), sp.Gt(0, self.s))
            here = Claim.of(relation.xreplace({self.s: place}), general.given)
            owed.append(Obligation(here, f"the line of integration lies in the strip {plain(relation)}"))
        return left, owed

    def describe(self, show: Show = plain) -> str:
        return (
            f"Parseval's formula for Mellin transforms, {show(self.g)} and {show(self.h)}, along Re u = "
            f"{show(self.sigma)}: Meijer's G function by its definition"
        )


def _ratio(f: Any, front: Any, product: Any, x: Any) -> Any:
    """The constant c with f = c · product, as far as it is seen; else what is free of x in f."""
    ratio = sp.powsimp(sp.powdenest(f / product, force=False))
    return ratio if x not in ratio.free_symbols else front


def _gammas(transform: Any, s: Any, left: bool) -> Any:
    from derive.feynman.methods.parseval import in_gammas

    return in_gammas(transform, s, left)


def barnes(body: Any, u: Any, sigma: Any, context: Context) -> tuple[Any, list[Obligation]]:
    """(1/2πi) ∫ body du along Re u = σ as constant · G, and what makes it converge and separates the poles.

    G^{2,0}_{0,2} is written as K (DLMF 10.32.13), G^{2,2}_{2,2} as ₂F₁ (Barnes, DLMF 15.6.7)."""
    from derive.exact import sign_of
    from derive.feynman.methods.parseval import gauss_function, macdonald, meijer

    found = meijer(body, u)
    if found is None:
        raise RuleError(f"{plain(body)} is no quotient of Γ's of linear functions, or no line separates them")
    constant, G, unit = found
    (an, ap), (bm, bq), v = G.args[0], G.args[1], sigma / unit
    above = [1 - a + v for a in an] + [b - v for b in bm]
    below = [1 - b + v for b in bq] + [a - v for a in ap]
    why = "the line separates the poles of the Γ's"
    owed = [context.obligation(0, sp.expand(at), why, relation=LESS) for at in above]
    if len(above) < len(below):
        raise RuleError(f"the contour integral of {plain(body)} does not converge")
    if len(above) == len(below):
        power = sp.expand(sp.Add(*above) - sp.Add(*below))
        absolute = sign_of(-1 - power, context.given) == 1
        if not absolute and len(an) + len(ap) == len(bm) + len(bq):
            raise RuleError(f"the contour integral of {plain(body)} does not converge absolutely")
        if absolute:
            owed.append(context.obligation(power, -1, "the contour integral converges absolutely", relation=LESS))
    if len(an) + len(ap) > len(bm) + len(bq):  # G(z | a; b) = G(1/z | 1 − b; 1 − a), DLMF 16.19.1
        flipped = [[1 - e for e in group] for group in (bm, bq, an, ap)]
        G = sp.meijerg(flipped[:2], flipped[2:], 1 / G.args[2])
    known = macdonald(G) or gauss_function(G)
    return constant * (G if known is None else known), list(dict.fromkeys(owed))
