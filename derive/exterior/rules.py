"""Inference rules of exterior calculus: each carries out one operation in a line, or uses one law of the calculus.

A rule works with the engine; the line is checked apart from it, by definitions in components (`components`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from derive.claim import LESS, UNEQUAL, Claim, ContinuousOn
from derive.errors import DeriveError
from derive.exterior import frames, lines
from derive.exterior.carried import form, gathered, literal, written
from derive.exterior.chain import Chain
from derive.exterior.coframe import Coframe
from derive.exterior.integration import density
from derive.exterior.lines import D, FormLine, Over, Region, Sum, Wedge, Written
from derive.exterior.poincare import _centre as centre_of
from derive.exterior.poincare import check_star_shaped, potential
from derive.exterior.smooth import conditions, holds
from derive.rule import Consequence, Context, Obligation, Rule, RuleError, Show, plain

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

        yield from _attempted(line, self.kinds, new, self.what)

    def describe(self, show: Show = plain) -> str:
        return self.law


def _attempted(line: Any, kinds: tuple[type, ...], new: Rewriting, what: str) -> Iterator[Consequence]:
    try:
        yield from replaced(line, kinds, new, what)
    except RuleError:
        raise
    except DeriveError as error:
        raise RuleError(str(error)) from error


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


@dataclass(frozen=True)
class CurvatureForms(CarryOut):
    """The curvature forms of a frame, by both structure equations."""

    kinds = (frames.Curvature2,)
    what = "a curvature form of a frame"
    law = r"structure equations, carried out"


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
        yield from _attempted(line, self.kind, self.rewrite, self.what)

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
    law = r"$F^*d = d\,F^*$"

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
class SecondStructure(Law):
    """Ω^a_b = dω^a_b + ω^a_c∧ω^c_b, terms that vanish left out."""

    kind = (frames.Curvature2,)
    what = "a curvature form of a frame"
    law = r"second structure equation: $\Omega^a{}_b = d\omega^a{}_b + \omega^a{}_c\wedge\omega^c{}_b$"

    def rewrite(self, node: Any) -> Any:
        a, b = node.places
        own = frames.Connection(*node.args)
        terms: list[FormLine] = [D(own)]
        for c in range(node.chart.dim):
            left, right = own.at(a, c), own.at(c, b)
            if form(left).parts and form(right).parts:
                terms.append(Wedge.of(left, right))
        return Sum.of(*terms)


@dataclass(frozen=True)
class FirstStructure(Rule):
    """ω^a_b from de^a + ω^a_b∧e^b = 0 and dη_ab = ω_ab + ω_ba; both equations are obligations.

    They determine the connection (Cartan's lemma), so that what obeys them is the Levi-Civita connection of the frame.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = nodes(line, frames.Connection)
        for after in replaced(line, frames.Connection, written, "a connection form of a frame"):
            owed = [o for frame in dict.fromkeys(node.args[1] for node in found) for o in self._equations(frame)]
            yield Consequence(after.after, tuple(owed))

    def _equations(self, frame: frames.Frame) -> list[Obligation]:
        coframe = frame.coframe
        n, w, norms = coframe.chart.dim, coframe.connection, frame.args[2]
        torsion = [
            Sum.of(D(coframe.forms[a]), *(Wedge.of(w[a][b], coframe.forms[b]) for b in range(n) if w[a][b].parts))
            for a in range(n)
        ]
        kept = [
            Sum.of(norms[a] * w[a][b], norms[b] * w[b][a]) if a != b else Written.of(norms[a] * w[a][a] * 2)
            for a in range(n)
            for b in range(a, n)
        ]
        slopes = [Written.of(coframe.chart.d(norms[a] if a == b else 0)) for a in range(n) for b in range(a, n)]
        return [
            Obligation(
                Claim(lines.Rows.of([[entry] for entry in torsion]), 0), r"no torsion: $de^a + \omega^a{}_b\wedge e^b = 0$"
            ),
            Obligation(
                Claim(lines.Rows.of([kept]), lines.Rows.of([slopes])), r"lengths are kept: $\omega_{ab} + \omega_{ba} = d\eta_{ab}$"
            ),
        ]

    def describe(self, show: Show = plain) -> str:
        return r"first structure equation: $de^a + \omega^a{}_b\wedge e^b = 0$"


@dataclass(frozen=True)
class MovingFrame(Rule):
    """Ricci, Einstein and the scalars of a metric from the curvature forms of an orthogonal coframe of it."""

    coframe: Coframe

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        frame, metric = self.coframe, self.coframe.metric
        n = frame.chart.dim
        legs = sp.Matrix(n, n, lambda a, i: frame.forms[a].components.get((i,), 0))

        def lowered(tensor: Any) -> Any:
            return (legs.T * tensor.matrix() * legs).applyfunc(lambda e: metric.ring(e).expr()).as_immutable()

        values = {
            frames.ScalarCurvature: frame.scalar,
            frames.Kretschmann: frame.kretschmann,
            frames.GaussCurvature: lambda: frame.scalar() / 2,
            frames.Ricci: lambda: lowered(frame.ricci()),
            frames.Einstein: lambda: lowered(frame.ricci()) - frame.scalar() / 2 * metric.matrix,
        }
        kinds = tuple(values)
        for found in nodes(line, kinds):
            value = values[type(found)]()
            if isinstance(value, sp.MatrixBase):
                value = value.applyfunc(lambda e: metric.ring(e).expr()).as_immutable()
            after = value if found == line else line.xreplace({found: value})
            same = Claim(metric.matrix, found.metric.matrix)
            yield Consequence(after, (Obligation(same, r"the frame is one of this metric: $g = \eta_a\,e^a\otimes e^a$"),))
        if not nodes(line, kinds):
            raise RuleError(f"looked for the curvature of a metric in {plain(line)}; there is none")

    def describe(self, show: Show = plain) -> str:
        return "moving frame: contractions of the curvature forms of " + ", ".join(
            f"$e^{{{sp.latex(x)}}}$" for x in self.coframe.chart
        )


@dataclass(frozen=True)
class Stokes(Rule):
    """∫_S dω = ∫_∂S ω, in both directions, for ω that is continuously differentiable on S: an obligation."""

    region: Any = None
    name: str = "S"

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = nodes(line, Over)
        wanted = None if self.region is None else Region.of(self.region, self.name)
        done = False
        for node in found:
            inner, place = node.args
            if isinstance(inner, D):
                done = True
                yield Consequence(
                    line.xreplace({node: Over(inner.args[1], place.boundary)}), smooth_on(inner.args[1], place, context)
                )
            if wanted is not None and set(place.chain.cells) == set(wanted.boundary.chain.cells):
                done = True
                yield Consequence(line.xreplace({node: Over(D(inner), wanted)}), smooth_on(inner, wanted, context))
        if not done:
            raise RuleError(
                f"looked for the integral of some dω, or one over the boundary of the region named with the rule, in "
                f"{plain(line)}"
            )

    def describe(self, show: Show = plain) -> str:
        return r"Stokes: $\int_S d\omega = \int_{\partial S}\omega$"


def smooth_on(inner: FormLine, place: Region, context: Context) -> tuple[Obligation, ...]:
    """What must hold for the form to be smooth on the cells: divisors without zeros, roots and logarithms of what is
    positive. RuleError where that cannot be said."""
    owed: list[Obligation] = []
    table = form(inner).components
    for _, values, box in place.args[3]:
        put = dict(zip(place.chart, values, strict=True))
        within = [relation for u, low, high in box for relation in (sp.Le(low, u), sp.Le(u, high))]
        for value in table.values():
            for kind, expr in conditions(value, place.chart):
                if kind == "unknown":
                    raise RuleError(f"it is not known whether {plain(expr)} is smooth on the region")
                on = expr.subs(put, simultaneous=True)
                claim = (
                    Claim(on, 0, (*context.given, *within), UNEQUAL)
                    if kind == "nonzero"
                    else Claim(0, on, (*context.given, *within), LESS)
                )
                obligation = Obligation(claim, "the form is smooth on the region")
                owed += [] if obligation in owed else [obligation]
    return tuple(owed)


@dataclass(frozen=True)
class Parametrise(Rule):
    """∫_S ω = ∫ c*ω: the pullback to the parameters of each cell, as iterated integrals; `names` are the parameters.

    Without names the parameters are called as in the chain.
    """

    names: tuple[sp.Symbol, ...] = ()

    def __init__(self, *names: sp.Symbol) -> None:
        object.__setattr__(self, "names", names)

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = nodes(line, Over)
        if not found:
            raise RuleError(f"looked for the integral of a form over a chain in {plain(line)}; there is none")
        yield Consequence(line.xreplace({node: self.iterated(node) for node in found}))

    def iterated(self, node: Over) -> sp.Expr:
        """The iterated integrals of one ∫_S ω."""
        total = []
        for count, cell in node.args[1].chain.cells:
            table = dict(zip((u for u, _, _ in cell.box), self.names, strict=False))
            limits = [tuple(end.xreplace(table) for end in bound) for bound in reversed(cell.box)]
            value = density(form(node.args[0]), cell).xreplace(table)
            total.append(count * (sp.Integral(value, *limits) if limits else value))
        return sp.Add(*total)

    def describe(self, show: Show = plain) -> str:
        return r"the integral of the pullback to the parameters"


@dataclass(frozen=True)
class Iterated(Rule):
    """∫…∫ f over a box or simplex, innermost first: each antiderivative is SymPy's, and is differentiated back.

    Obligations for each step: F′ = f, and F continuous on the range (fundamental theorem). RuleError where SymPy finds
    no closed antiderivative.
    """

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        found = [node for node in nodes(line, sp.Integral) if all(len(limit) == 3 for limit in node.limits)]
        if not found:
            raise RuleError(f"looked for an iterated integral with both ends written in {plain(line)}")
        values, owed = {}, []
        for node in found:
            value, more = self._carried(node, context)
            values[node] = value
            owed += [o for o in more if o not in owed]
        yield Consequence(line.xreplace(values), tuple(owed))

    def _carried(self, node: sp.Integral, context: Context) -> tuple[sp.Expr, list[Obligation]]:
        value, owed = node.function, []
        for place, (x, low, high) in enumerate(node.limits):
            outer = [r for u, lo, hi in node.limits[place + 1 :] for r in (sp.Le(lo, u), sp.Le(u, hi))]
            within = Context((*context.given, *outer))
            primitive = sp.integrate(sp.expand(value), x)
            if primitive.has(sp.Integral, sp.Piecewise):
                raise RuleError(f"SymPy finds no closed antiderivative of {plain(value)} in {x}; use FundamentalTheorem")
            inside = Context((*within.given, sp.Le(low, x), sp.Le(x, high)))
            owed.append(inside.obligation(sp.diff(primitive, x), value, f"differentiated back by ${sp.latex(x)}$"))
            if not primitive.is_polynomial(x):
                interval = sp.Interval(low, high)
                owed.append(
                    within.obligation(primitive, interval, "continuous on the range", relation=ContinuousOn(x))
                )
            value = sp.factor_terms(sp.expand(primitive.subs(x, high) - primitive.subs(x, low)))
        return value, owed

    def describe(self, show: Show = plain) -> str:
        return "fundamental theorem of calculus, innermost integral first"


@dataclass(frozen=True)
class Homotopy(Rule):
    """Poincaré: a closed ω on a star-shaped domain is d of hω = ∫₀¹ t^{k−1} ι_{x−c} ω(c + t(x−c)) dt.

    That ω is closed, and that d of the potential is ω, are obligations; that the chart is star-shaped about `centre`,
    and ω and the potential smooth on it, is looked at before anything is said. `stated` is a potential that reads
    better than the one the integral gives.
    """

    centre: Any = None
    stated: Any = None

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        if not literal(line) or not line.degree:
            raise RuleError(f"looked for a written form of degree ≥ 1; the line is {plain(line)}")
        whole = form(line)
        try:
            check_star_shaped(whole, centre_of(whole.chart, self.centre))
            found = potential(whole, self.centre) if self.stated is None else form(lines.line(self.stated, whole.chart))
        except DeriveError as error:
            raise RuleError(str(error)) from error
        rough = [c for v in found.components.values() for c in conditions(v, whole.chart) if not holds(c, whole.chart)]
        if rough:
            raise RuleError(
                f"the potential {found} is not known to be smooth where {plain(rough[0][1])} is not what it needs; "
                "state one that is: Homotopy(stated=…)"
            )
        yield Consequence(
            D(found),
            (
                Obligation(Claim(D(line), 0), "the form is closed"),
                Obligation(Claim(D(found), line), "what the homotopy operator gives is a potential"),
            ),
        )

    def describe(self, show: Show = plain) -> str:
        if self.stated is not None:
            return "Poincaré: on a star-shaped domain a closed form has a potential; this one is differentiated back"
        return r"Poincaré: $h\omega = \int_0^1 t^{k-1}\,\iota_{x-c}\,\omega(c + t(x-c))\,dt$ has $d\,h\omega = \omega$"


@dataclass(frozen=True)
class Insert(Rule):
    """What a lemma says a quantity is, or (with `backwards`) the quantity that it says is this, put into the line."""

    backwards: bool = False

    def consequences(self, line: Any, context: Context) -> Iterator[Consequence]:
        for lemma in context.lemmas:
            old, new = (lemma.rhs, lemma.lhs) if self.backwards else (lemma.lhs, lemma.rhs)
            after = new if line == old else line.xreplace({old: lines.line(0, old.chart) if new == 0 else new})
            if after != line:
                owed = tuple(Obligation(Claim.of(given), "the lemma's assumption") for given in lemma.given)
                yield Consequence(gathered(after), tuple(o for o in owed if o.claim not in context.given))
        if not context.lemmas:
            raise RuleError("no lemma was named with the step; write .to(line, Insert(), lemma)")

    def describe(self, show: Show = plain) -> str:
        return ""


def integral(form_: Any, chain: Chain, name: str = "S") -> Over:
    """∫_S ω as a line."""
    return Over(form_, chain, name)
