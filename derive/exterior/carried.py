"""Lines carried out by the engine: what rules put in place of d, ∧, ι, L, F*, ⋆, δ; and when two lines are alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.claim import Claim
from derive.errors import Undecided
from derive.exterior import frames, lines
from derive.exterior.form import Form, wedge
from derive.exterior.lines import FormLine, Rows, Written


def form(node: FormLine) -> Form:
    """The form that a line stands for, by the engine."""
    return _ENGINE[type(node)](node)


_ENGINE: dict[type, Callable[[Any], Form]] = {
    lines.Written: lambda node: node.form,
    lines.Named: lambda node: form(node.args[2]),
    lines.Wedge: lambda node: wedge(*map(form, node.args[1:])),
    lines.D: lambda node: form(node.args[1]).d(),
    lines.Hook: lambda node: form(node.args[3]).hook(node.vector),
    lines.Lie: lambda node: form(node.args[3]).lie(node.vector),
    lines.Pull: lambda node: form(node.args[3]).pull(node.mapping),
    lines.Star: lambda node: node.args[1].metric.star(form(node.args[2])),
    lines.Codifferential: lambda node: node.args[1].metric.codifferential(form(node.args[2])),
    frames.Connection: lambda node: node.coframe.connection[node.places[0]][node.places[1]],
    frames.Curvature2: lambda node: node.coframe.curvature[node.places[0]][node.places[1]],
}


def _total(node: lines.Sum) -> Form:
    total = form(node.args[1])
    for term in node.args[2:]:
        total = total + form(term)
    return total


_ENGINE[lines.Sum] = _total


def literal(node: Any) -> bool:
    """Whether a line consists of written forms, sums and products alone."""
    if not isinstance(node, FormLine):
        return False
    inside = (part for part in sp.preorder_traversal(node) if isinstance(part, FormLine))
    return all(isinstance(part, (Written, lines.Sum, lines.Wedge)) for part in inside)


def written(node: FormLine) -> Written:
    """The line that the engine puts in place of this one."""
    return Written.of(form(node))


def gathered(side: Any) -> Any:
    """A line in which sums and products of written forms are carried out, and nothing else."""
    if literal(side):
        return written(side)
    if isinstance(side, sp.MatrixBase) or not isinstance(side, sp.Basic) or not side.args or isinstance(side, lines.On):
        return side
    parts = [gathered(part) for part in side.args]
    if isinstance(side, lines.Sum):
        return _sum(parts)
    if isinstance(side, lines.Wedge):
        return _product(parts)
    return side if parts == list(side.args) else side.func(*parts)


def _sum(parts: list[Any]) -> FormLine:
    """Written terms in one, in front; those that are zero are left out."""
    loose = sorted((p for p in parts[1:] if not isinstance(p, Written)), key=sp.default_sort_key)
    fixed = [p.form for p in parts[1:] if isinstance(p, Written)]
    total = sum(fixed[1:], fixed[0]) if fixed else None
    front = [] if total is None or not total.parts else [Written.of(total)]
    return lines.Sum.of(*front, *loose)


def _product(parts: list[Any]) -> FormLine:
    """Functions in one, in front; a product with a zero is zero."""
    scalars = [p.form for p in parts[1:] if isinstance(p, Written) and p.degree == 0]
    rest = [p for p in parts[1:] if not (isinstance(p, Written) and p.degree == 0)]
    factor = wedge(*scalars) if scalars else None
    if any(isinstance(p, Written) and not p.args[2] for p in rest) or (factor is not None and not factor.parts):
        return Written.of(parts[0].chart.zero(sum(p.degree for p in parts[1:])))
    front = [] if factor is None or factor == 1 else [Written.of(factor)]
    return lines.Wedge.of(*front, *rest)


def as_written(claim: Claim) -> Claim:
    """A rule's line beside the line that was written, as a claim that is decided by normal forms alone.

    Lines of one shape whose written forms are equal are the same line; what is not carried out stays as it is, and
    stands as a letter in a line of numbers.
    """
    left, right = gathered(claim.lhs), gathered(claim.rhs)
    if alike(left, right):
        return Claim(left, left, claim.given)
    letters: dict[Any, sp.Dummy] = {}
    sides = []
    for side in (left, right):
        numbers = isinstance(side, (sp.Expr, sp.MatrixBase))
        nodes = sp.preorder_traversal(side) if numbers else [side]
        for node in nodes:
            if not numbers or isinstance(node, (lines.Over, frames.Invariant)):
                known = next((other for other in letters if alike(node, other)), None)
                letters[node] = letters[known] if known is not None else sp.Dummy(f"c_{len(letters)}")
        sides.append(side.xreplace(letters))
    return Claim(*sides, claim.given)


def alike(left: Any, right: Any) -> bool:
    """Whether two lines have one shape, and equal written forms in the same places; what is not decided is not."""
    if left == right:
        return True
    for rows, zero in ((left, right), (right, left)):
        if isinstance(rows, Rows) and zero == 0:
            return all(alike(entry, sp.S.Zero) for _, entry in rows.entries())
    both = (left, right)
    if any(isinstance(side, FormLine) for side in both) and all(literal(s) or isinstance(s, sp.Expr) for s in both):
        return _equal(left, right)
    shaped = (FormLine, Rows, lines.Over, sp.Tuple)
    if type(left) is not type(right) or not isinstance(left, shaped) or len(left.args) != len(right.args):
        return False
    return all(alike(a, b) for a, b in zip(left.args, right.args, strict=True))


def _equal(left: Any, right: Any) -> bool:
    forms = [form(side) if isinstance(side, FormLine) else side for side in (left, right)]
    try:
        return forms[0] == forms[1] if isinstance(forms[0], Form) else forms[1] == forms[0]
    except Undecided:
        return False
