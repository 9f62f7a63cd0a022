"""Rules that carry out one operation of exterior calculus in a line: d, ∧, ι, L, F*, ⋆ of written forms.

A rule works with the engine; the line is checked apart from it, by definitions in components (`components`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from derive.errors import DeriveError
from derive.exterior import lines
from derive.exterior.carried import gathered, written
from derive.exterior.lines import D, FormLine, Sum, Wedge, Written
from derive.rule import Consequence, Context, Rule, RuleError, Show, plain

Rewriting = Callable[[Any], Any]


def nodes(line: Any, kind: type | tuple[type, ...]) -> list[Any]:
    """The nodes of a kind in a line, inner ones first, each once."""
    return list(dict.fromkeys(n for n in sp.postorder_traversal(line) if isinstance(n, kind)))


def replaced(line: Any, kind: type | tuple[type, ...], new: Rewriting, what: str) -> Iterator[Consequence]:
    """The line with all nodes of the kind rewritten, then with each alone; `new` gives None where it does not apply."""
    found = {node: after for node in nodes(line, kind) if (after := new(node)) is not None and after != node}
    if not found:
        raise RuleError(f"looked for {what} in {plain(line)}; there is none that this rule can carry out")
    lines_ = [gathered(line.xreplace(found))]
    lines_ += [gathered(line.xreplace({node: after})) for node, after in found.items() if len(found) > 1]
    for after in dict.fromkeys(lines_):
        yield Consequence(after)


def attempted(line: Any, kinds: tuple[type, ...], new: Rewriting, what: str) -> Iterator[Consequence]:
    """`replaced`, with what the engine refuses told as what the rule cannot do."""
    try:
        yield from replaced(line, kinds, new, what)
    except RuleError:
        raise
    except DeriveError as error:
        raise RuleError(str(error)) from error


@dataclass(frozen=True)
class CarryOut(Rule):
    """An operation on a written form is carried out, wherever it stands; operations inside it first."""

    kinds: ClassVar[tuple[type, ...]] = ()
    what: ClassVar[str] = ""
    law: ClassVar[str] = ""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        def new(node: Any) -> Any:
            inside = [n for n in sp.preorder_traversal(node) if isinstance(n, FormLine) and n != node]
            allowed = (Written, Sum, Wedge, *self.kinds)
            return written(node) if all(isinstance(n, allowed) for n in inside) else None

        yield from attempted(line, self.kinds, new, self.what)

    def describe(self, show: Show = plain) -> str:
        return self.law


@dataclass(frozen=True)
class Definition(Rule):
    """A name is replaced by the form that it stands for."""

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        yield from replaced(line, lines.Named, lambda node: node.args[2], "a named form")

    def describe(self, show: Show = plain) -> str:
        return "definition"


@dataclass(frozen=True)
class WedgeProduct(CarryOut):
    """α∧β multiplied out: bilinear, associative, dxⁱ∧dxʲ = −dxʲ∧dxⁱ."""

    kinds = (Wedge, Sum)
    what = "a product or a sum of forms"
    law = r"multiplied out with $dx^i\wedge dx^j = -dx^j\wedge dx^i$"


@dataclass(frozen=True)
class ExteriorDerivative(CarryOut):
    """d(f dx^I) = ∂_i f dxⁱ∧dx^I."""

    kinds = (D,)
    what = "a d of a written form"
    law = r"$d(f\,dx^I) = \partial_i f\,dx^i\wedge dx^I$"


@dataclass(frozen=True)
class InteriorProduct(CarryOut):
    """ι_X: X into the first place, an antiderivation of degree −1."""

    kinds = (lines.Hook,)
    what = "an interior product with a written form"
    law = r"$\iota_X$ puts $X$ into the first place"


@dataclass(frozen=True)
class LieDerivative(CarryOut):
    """L_X carried out, by Cartan's formula."""

    kinds = (lines.Lie,)
    what = "the Lie derivative of a written form"
    law = r"$\mathcal{L}_X = d\,\iota_X + \iota_X\,d$, carried out"


@dataclass(frozen=True)
class Pullback(CarryOut):
    """F*(f dx^I) = (f∘F) dF^I."""

    kinds = (lines.Pull,)
    what = "the pullback of a written form"
    law = r"$F^*(f\,dx^I) = (f\circ F)\,dF^{i_1}\wedge\dots\wedge dF^{i_k}$"


@dataclass(frozen=True)
class HodgeStar(CarryOut):
    """α∧⋆β = ⟨α, β⟩ vol."""

    kinds = (lines.Star,)
    what = "the Hodge dual of a written form"
    law = r"$\alpha\wedge{\star}\beta = \langle\alpha,\beta\rangle\,\mathrm{vol}$"
