"""Laws of exterior calculus as rules: they rewrite a line by its structure, and carry nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from derive.claim import EQUAL, Claim
from derive.exterior import lines
from derive.exterior.carried import gathered
from derive.exterior.lines import D, FormLine, Sum, Wedge, Written
from derive.exterior.operations import attempted
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain


@dataclass(frozen=True)
class Law(Rule):
    """A law of the calculus that rewrites a node by its structure; nothing is carried out."""

    def rewrite(self, node: Any) -> Any:
        """What stands in the place of the node; None where the law does not speak of it."""
        raise NotImplementedError

    kind: ClassVar[tuple[type, ...]] = ()
    what: ClassVar[str] = ""
    law: ClassVar[str] = ""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        yield from attempted(line, self.kind, self.rewrite, self.what)

    def describe(self, show: Show = plain) -> str:
        return self.law


@dataclass(frozen=True)
class LeibnizWithSign(Law):
    """d(α∧β) = dα∧β + (−1)^p α∧dβ."""

    kind = (D,)
    what = "a d of a product"
    law = r"$d(\alpha\wedge\beta) = d\alpha\wedge\beta + (-1)^p\,\alpha\wedge d\beta$"

    def rewrite(self, node: Any) -> Any:
        product = node.args[1]
        if not isinstance(product, Wedge):
            return None
        first, rest = product.args[1], Wedge.of(*product.args[2:])
        second = Wedge.of(first, D(rest))
        return Sum.of(Wedge.of(D(first), rest), -second if first.degree % 2 else second)


@dataclass(frozen=True)
class Nilpotent(Law):
    """d(dω) = 0, for ω with second derivatives that commute."""

    kind = (D,)
    what = "a d of a d"
    law = r"$d\circ d = 0$"

    def rewrite(self, node: Any) -> Any:
        return Written.of(node.chart.zero(node.degree)) if isinstance(node.args[1], D) else None


@dataclass(frozen=True)
class Linear(Law):
    """d, ι_X, L_X, F* and ⋆ of a sum are the sums."""

    kind = (D, lines.Hook, lines.Lie, lines.Pull, lines.Star, lines.Codifferential)
    what = "an operation on a sum"
    law = "term by term"

    def rewrite(self, node: Any) -> Any:
        inner = node.args[-1]
        if not isinstance(inner, Sum):
            return None
        return Sum.of(*(node.func(*node.args[:-1], term) for term in inner.args[1:]))


@dataclass(frozen=True)
class Natural(Law):
    """F*dω = d F*ω and F*(α∧β) = F*α∧F*β, in both directions for d."""

    kind = (lines.Pull, D)
    what = "a pullback of a d or of a product, or a d of a pullback"
    law = r"$F^*d = d\,F^*$ and $F^*(\alpha\wedge\beta) = F^*\alpha\wedge F^*\beta$"

    def rewrite(self, node: Any) -> Any:
        inner = node.args[-1]
        if isinstance(node, D):
            return inner.again(D(inner.args[3])) if isinstance(inner, lines.Pull) else None
        if isinstance(inner, D):
            return D(node.again(inner.args[1]))
        if isinstance(inner, Wedge):
            return Wedge.of(*(node.again(factor) for factor in inner.args[1:]))
        return None


@dataclass(frozen=True)
class CartanFormula(Law):
    """L_X ω = d ι_X ω + ι_X dω."""

    kind = (lines.Lie,)
    what = "a Lie derivative"
    law = r"Cartan: $\mathcal{L}_X = d\,\iota_X + \iota_X\,d$"

    def rewrite(self, node: Any) -> Any:
        _, vector, name, inner = node.args

        def hook(target: FormLine) -> FormLine:
            return lines.Hook(node.args[0], vector, name, target)

        return hook(D(inner)) if inner.degree == 0 else Sum.of(D(hook(inner)), hook(D(inner)))


@dataclass(frozen=True)
class Antiderivation(Law):
    """ι_X(α∧β) = ι_Xα∧β + (−1)^p α∧ι_Xβ; on a function ι_X is 0."""

    kind = (lines.Hook,)
    what = "an interior product with a product"
    law = r"$\iota_X(\alpha\wedge\beta) = \iota_X\alpha\wedge\beta + (-1)^p\,\alpha\wedge\iota_X\beta$"

    def rewrite(self, node: Any) -> Any:
        if not isinstance(node.args[3], Wedge):
            return None
        first, rest = node.args[3].args[1], Wedge.of(*node.args[3].args[2:])
        left = [] if first.degree == 0 else [Wedge.of(node.again(first), rest)]
        right = [] if rest.degree == 0 else [Wedge.of(first, node.again(rest))]
        return Sum.of(*left, *(-term if first.degree % 2 else term for term in right))


@dataclass(frozen=True)
class CodifferentialByStar(Law):
    """δω = (−1)^{n(k+1)+1+q} ⋆d⋆ω with q minus signs in the metric."""

    kind = (lines.Codifferential,)
    what = "a codifferential"
    law = r"$\delta = (-1)^{n(k+1)+1+q}\,{\star}d{\star}$"

    def rewrite(self, node: Any) -> Any:
        geometry, inner = node.args[1:]
        whole = lines.Star(geometry, D(lines.Star(geometry, inner)))
        odd = (node.chart.dim * (inner.degree + 1) + 1 + (geometry.metric.sign < 0)) % 2
        return -whole if odd else whole


@dataclass(frozen=True)
class Insert(Rule):
    """What a lemma says a quantity is, or (with `backwards`) the quantity that it says is this, put into the line."""

    backwards: bool = False

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        equations = [lemma for lemma in context.lemmas if lemma.relation == EQUAL]
        for lemma in equations:
            old, new = (lemma.rhs, lemma.lhs) if self.backwards else (lemma.lhs, lemma.rhs)
            after = new if line == old else line.xreplace({old: lines.line(0, old.chart) if new == 0 else new})
            if after != line:
                missing = [given for given in lemma.given if given not in context.given]
                owed = tuple(Obligation(Claim.of(given, context.given), "the lemma's assumption") for given in missing)
                yield Consequence(gathered(after), owed)
        if not equations:
            raise RuleError("no lemma that is an equation was named with the step; write .to(line, Insert(), lemma)")

    def describe(self, show: Show = plain) -> str:
        return ""
