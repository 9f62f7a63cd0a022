"""A readable closed form: the shortest of a few rewritings, if the judge confirms it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from derive.feynman.forms import FORMS, powers_out
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

SECONDS = 0.8


def off_the_axis(value: Any) -> Any:
    """log(±iu) as log u ± iπ/2, for u > 0; multiplied out."""
    table = {}
    for whole in value.atoms(sp.log):
        for sign in (1, -1):
            size = whole.args[0] / (sign * sp.I)
            if size.is_nonnegative:
                table[whole] = sp.log(size) + sign * sp.I * sp.pi / 2
    return sp.expand(value.xreplace(table)) if table else value


def roots_as_letters(value: Any) -> Any:
    """Fractions of √u in lowest terms, for letters u > 0: (√u − 1)/(u − 1) = 1/(√u + 1)."""
    roots = {node.base for node in value.atoms(sp.Pow) if node.exp.is_Rational and node.exp.q == 2}
    table = {u: sp.Dummy(positive=True) ** 2 for u in roots if u.is_Symbol and u.is_positive}
    if not table:
        return value
    return sp.factor_terms(sp.cancel(value.xreplace(table))).xreplace({v.base: sp.sqrt(u) for u, v in table.items()})


REWRITINGS: tuple[Callable[[Any], Any], ...] = (
    off_the_axis,
    roots_as_letters,
    sp.factor_terms,
    sp.powsimp,
    sp.together,
    sp.radsimp,
    sp.logcombine,
    sp.trigsimp,
    sp.gammasimp,
    sp.simplify,
)
UGLY = (sp.I, sp.hyper, sp.exp_polar, sp.Piecewise, sp.lowergamma, sp.uppergamma, sp.polylog)
ODD = (sp.Abs, sp.re, sp.im, sp.arg, sp.atan2)


def tidied(problem: Problem, proposal: Proposal, search: Search) -> Any:
    """The shortest rewriting of the value that is right at the judge's first points; the value itself if none is.

    The rewritings of this module hold wherever they are used, and are looked at together; those of `forms` hold on a
    part of the plane, and each is confirmed for itself.
    """
    value = proposal.value
    best = _shortest(value, search)
    if best != value and not search.accepts(problem, best, proposal.conditions):
        best = value
    for rewrite in FORMS:
        form = search.limited(SECONDS, rewrite, best)
        if form is None or form == best:
            continue
        form = min((form, search.limited(SECONDS, sp.factor_terms, form) or form), key=weight)
        if weight(form) < weight(best) and search.accepts(problem, form, proposal.conditions):
            best = form
    return best


def _shortest(value: Any, search: Search) -> Any:
    best = value
    for rewrite in REWRITINGS:
        form = search.limited(SECONDS, rewrite, best)
        if form is not None and weight(form) < weight(best):
            best = form
    return best


def weight(value: Any) -> float:
    """Operations, and a fine for what one would rather not read."""
    gammas = len(value.atoms(sp.gamma, sp.loggamma))
    hidden = 6 if powers_out(value) != value else 0
    hidden += 6 * any(isinstance(node.args[0], sp.Pow) and node.args[0].base.is_number for node in value.atoms(sp.log))
    odd = 2 * len(value.atoms(*ODD))
    fines = 4 * sum(value.has(kind) for kind in UGLY) + gammas + hidden + odd
    return sp.count_ops(value) + fines + 0.2 * len(value.atoms(sp.Symbol))
