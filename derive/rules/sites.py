"""Acting on the limits, sums and integrals of a line, one or all at once; and the claims that rules commonly need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.claim import AT_MOST, EQUAL, LESS, Claim
from derive.rule import Consequence, Context, Obligation, RuleError

Path = tuple[int, ...]


@dataclass(frozen=True)
class Site:
    """A node of a line, where it stands, and what is known there about the bound variables that occur in it."""

    line: Any
    node: Any
    within: tuple[Boolean, ...]
    paths: tuple[Path, ...]
    bound: frozenset[Any] = frozenset()

    def put(self, new: Any) -> Any:
        """The line with the node replaced at all its paths."""
        line = self.line
        for path in self.paths:
            line = _put(line, path, new)
        return line


def sites(line: Any, kind: type | tuple[type, ...]) -> list[Site]:
    """All nodes of the kind, outer ones first; equal nodes under equal ranges are one site."""
    found: dict[tuple[Any, tuple[Boolean, ...], frozenset[Any]], list[Path]] = {}

    def walk(node: Any, within: tuple[Boolean, ...], bound: frozenset[Any], path: Path) -> None:
        if isinstance(node, kind):
            here = tuple(relation for relation in within if relation.free_symbols & node.free_symbols)
            found.setdefault((node, here, bound & node.free_symbols), []).append(path)
        if isinstance(node, sp.Subs):
            return
        if isinstance(node, (sp.Integral, sp.Sum, sp.Product, sp.Limit)):
            names = {node.args[1]} if isinstance(node, sp.Limit) else {limit[0] for limit in node.limits}
            walk(node.args[0], (*within, *bound_ranges(node)), bound | names, (*path, 0))
            return
        for index, arg in enumerate(node.args):
            walk(arg, within, bound, (*path, index))

    walk(line, (), frozenset(), ())
    return [Site(line, node, within, tuple(paths), bound) for (node, within, bound), paths in found.items()]


def free_standing(line: Any, node: Any) -> None:
    """RuleError unless the node stands in the line where its variables are free: what is known of them is then the
    assumptions.
    """
    found = [site for site in sites(line, type(node)) if site.node == node]
    bound = {symbol for site in found for symbol in site.bound}
    if bound or not found:
        names = ", ".join(sorted(map(str, bound)))
        raise RuleError(
            f"{node} stands in the line where {names or 'it is'} bound; derive its value as a lemma, and put that in"
        )


def bound_ranges(node: Any) -> tuple[Boolean, ...]:
    """The relations that hold for the variables which an integral, a sum or a limit binds."""
    if isinstance(node, sp.Limit):
        _, variable, point, direction = node.args
        return approach(variable, point, str(direction))
    if isinstance(node, (sp.Integral, sp.Sum, sp.Product)):
        return tuple(r for limit in node.limits for r in ranging(limit, closed=not isinstance(node, sp.Integral)))
    return ()


def ranging(limit: Any, closed: bool = False) -> tuple[Boolean, ...]:
    """low < x < high for the limits (x, low, high) of an integral, ≤ for an index of a sum.

    RuleError if the symbol's own assumptions exclude a part of the range, so that a claim about it would say less than
    it seems to.
    """
    if len(limit) != 3:
        raise RuleError(f"{limit[0]} has no bounds; a definite integral or sum was looked for")
    variable, low, high = limit
    if (high - low).is_negative:
        low, high = high, low
    if (variable.is_nonnegative and not low.is_nonnegative) or (variable.is_nonpositive and not high.is_nonpositive):
        raise RuleError(
            f"the bound variable {variable} is declared with a sign, but ranges from {low} to {high}; declare it real"
        )
    if closed and not variable.is_integer:
        raise RuleError(f"the index {variable} of a sum must be declared: Symbol('{variable}', integer=True)")
    if closed:
        bounds = [sp.Le(low, variable)] if low is not -sp.oo else []
        bounds += [sp.Le(variable, high)] if high is not sp.oo else []
    else:
        bounds = [sp.Lt(low, variable), sp.Lt(variable, high)]
    return tuple(b for b in bounds if b != sp.true)


def approach(variable: Any, point: Any, direction: str = "+") -> tuple[Boolean, ...]:
    """Where a variable is on its way to a limit: beyond the point, and anywhere positive (negative) on the way to oo
    (−oo).
    """
    if point in (sp.oo, -sp.oo):
        relations = [sp.Gt(variable, 0) if point is sp.oo else sp.Lt(variable, 0)]
    elif direction == "+":
        relations = [sp.Gt(variable, point)]
    elif direction == "-":
        relations = [sp.Lt(variable, point)]
    else:
        relations = [sp.Lt(variable, sp.oo), sp.Ne(variable, point)]
    if any(relation == sp.false for relation in relations):
        raise RuleError(
            f"{variable} cannot tend to {point} from the side {direction}: its own assumptions exclude that"
        )
    return tuple(relation for relation in relations if relation != sp.true)


def on_the_line(variable: Any) -> tuple[Boolean, ...]:
    """−∞ < variable < ∞: that it is real, as data. RuleError if it is declared with a sign."""
    return ranging((variable, -sp.oo, sp.oo))


def everywhere(
    line: Any,
    kind: type | tuple[type, ...],
    context: Context,
    act: Callable[[Any, Context], Iterator[Consequence]],
    wanted: str,
) -> Iterator[Consequence]:
    """The consequences of acting on one node of the kind, and on all of them at once.

    RuleError: the reason why the first node was refused, or that the line has no such node.
    """
    found: list[tuple[Site, list[Consequence]]] = []
    refusal: RuleError | None = None
    for site in sites(line, kind):
        try:
            for name in site.bound:
                unclaimed(name, context)
            local = list(act(site.node, Context((*context.given, *site.within), context.lemmas)))
        except RuleError as error:
            refusal = refusal or error
            continue
        if local:
            found.append((site, local))
    if not found:
        raise refusal or RuleError(f"looked for {wanted}; there is none in {line}")
    for site, local in found:
        for consequence in local:
            yield Consequence(site.put(consequence.after), consequence.obligations)
    if len(found) > 1:
        table = {site.node: local[0].after for site, local in found}
        yield Consequence(line.xreplace(table), tuple(o for _, local in found for o in local[0].obligations))


def single(node: Any) -> tuple[Any, Any, Any, Any]:
    """(integrand, variable, low, high) of an integral or a sum over one variable; RuleError otherwise."""
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        raise RuleError(f"{node} is not over one variable between bounds; take one variable at a time")
    return (node.function, *node.limits[0])


def unclaimed(variable: Any, context: Context) -> None:
    """RuleError if an assumption speaks of the variable that an integral or a sum binds: claims about it would be too
    narrow.
    """
    if any(variable in relation.free_symbols for relation in context.given):
        raise RuleError(
            f"{variable} is bound here, but the assumptions speak of it too; rename the variable of integration"
        )


def oriented(node: Any, context: Context) -> tuple[Obligation, ...]:
    """That the bounds of an integral stand in order, where SymPy does not see it: else claims over low < x < high would
    be empty.
    """
    found = []
    for _, low, high in node.limits:
        if (high - low).is_nonnegative is None and (high - low).is_negative is None and sp.oo not in (high, -low):
            found.append(context.obligation(low, high, "the bounds stand in order", relation=AT_MOST))
    return tuple(found)


def integrable(majorant: Any, limit: Any, context: Context, *more: Any) -> tuple[Obligation, ...]:
    """∫ majorant < ∞ over the limits (x, low, high) of an integral, Σ majorant < ∞ over those of a sum of an integer
    index.
    """
    variable, low, high = limit
    if low is not -sp.oo and high is not sp.oo and majorant.is_polynomial(variable):
        return ()
    node = sp.Sum if variable.is_integer else sp.Integral
    whole = node(majorant, (variable, low, high))
    return (context.obligation(whole, sp.oo, "the majorant is integrable", *more, relation=LESS),)


def premises(lemma: Claim, context: Context, *more: Any) -> tuple[Obligation, ...]:
    """What the lemma assumes and the context does not say: each as an obligation under the context and `more`."""
    known = (*context.given, *more)
    return tuple(
        Obligation(Claim.of(relation, known), f"the lemma is used where its assumption {relation} holds")
        for relation in lemma.given
        if relation not in known
    )


def without(given: tuple[Boolean, ...], variable: Any) -> tuple[Boolean, ...]:
    """The assumptions that do not speak of the variable: fewer assumptions, so a claim under them says more."""
    return tuple(relation for relation in given if variable not in relation.free_symbols)


def equations(context: Context) -> list[Claim]:
    """The lemmas that are equations."""
    return [lemma for lemma in context.lemmas if lemma.relation == EQUAL]


def needed(owed: Iterable[Obligation]) -> tuple[Obligation, ...]:
    """The obligations without repetition, and without those on two rational numbers that are seen at a glance."""

    def plain_to_see(claim: Claim) -> bool:
        numbers = claim.lhs.is_Rational and claim.rhs.is_Rational
        return bool(numbers and claim.relation == LESS and claim.lhs < claim.rhs)

    return tuple(o for o in dict.fromkeys(owed) if not plain_to_see(o.claim))


def strictly_below(low: Any, high: Any, context: Context, why: str) -> Obligation:
    """low < high as an obligation, shown here by signs: checks at random points would never land on an end.

    RuleError if the assumptions do not show it.
    """
    from derive.exact import is_positive

    if is_positive(high - low, context.given) is not True:
        known = ", ".join(map(str, context.given)) or "the assumptions on the symbols alone"
        raise RuleError(f"{why}: {low} < {high} does not follow from {known}; add it to the assumptions")
    return context.obligation(low, high, why, relation=LESS)


def admitted_zero(expr: Any, given: tuple[Boolean, ...]) -> str | None:
    """A value of a parameter that the assumptions admit and at which the expression vanishes; None if none is seen.

    Random points never land on such a value. Only zeros of factors that are linear in a symbol are looked for.
    """
    top = sp.fraction(sp.together(expr))[0] if expr.is_rational_function(*expr.free_symbols) else expr
    for factor, _ in sp.factor_list(top)[1] if top.is_polynomial(*top.free_symbols) else ():
        for v in factor.free_symbols:
            if sp.degree(factor, v) != 1 or not factor.coeff(v, 1).is_number:
                continue
            root = v - factor / factor.coeff(v, 1)
            root = sp.expand(root)
            told = {
                key: value
                for key, value in v.assumptions0.items()
                if key in ("positive", "negative", "zero", "integer")
            }
            fits = all(getattr(root, f"is_{key}") is value for key, value in told.items()) and (
                not v.is_real or root.is_real
            )
            known = [r.xreplace({v: root}) for r in given if v in r.free_symbols]
            if fits and all(r == sp.true for r in known):
                return f"{v} = {root}"
    return None


def continuum(variable: Any) -> None:
    """RuleError if the variable is declared an integer: a lemma on it says nothing of the numbers in between."""
    if variable.is_integer:
        raise RuleError(f"{variable} is declared an integer; differentiation and continuation need a real variable")


def finite(value: Any, what: str) -> Any:
    """The value itself; RuleError if it is infinite or undefined."""
    if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo) and not value.has(sp.Integral, sp.Sum):
        raise RuleError(f"{what} is {value}: not a finite value")
    return value


def _put(node: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    args = list(node.args)
    args[path[0]] = _put(args[path[0]], path[1:], new)
    return node.func(*args)
