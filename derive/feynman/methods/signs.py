"""A real parameter of unknown sign in which the integral is even or odd: solved for r > 0, then |r| put in for r."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search, Solved
from derive.feynman.steps import lemma, rewritten
from derive.field import equal
from derive.printing import plain
from derive.rules.parametersign import SignOfParameter


class Signs:
    """I(−r) = I(r) gives I(r) = I(|r|); I(−r) = −I(r) gives I(r) = sign(r) I(|r|)."""

    name = "sign of a parameter"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The value by the first such parameter whose positive case is solved."""
        f = problem.integrand
        for r in problem.parameters:
            ends = problem.lower.free_symbols | problem.upper.free_symbols
            if r.is_real is not True or r.is_nonnegative or r.is_nonpositive or r in ends:
                continue
            if not _symmetric(problem.given, r):
                continue
            mirrored = f.xreplace({r: -r})
            even = mirrored == f or search.limited(0.5, equal, mirrored, f, problem.given)
            if not even and not (mirrored == -f or search.limited(0.5, equal, mirrored, -f, problem.given)):
                continue
            # An integer 0 may have a value of its own, so it goes with the positive ones.
            p = sp.Symbol(r.name, integer=True, nonnegative=True) if r.is_integer else sp.Symbol(r.name, positive=True)
            solved = search.solve(problem.xreplace({r: p}), 0.8)
            if solved is None:
                continue
            value = solved.value.xreplace({p: sp.Abs(r)}) * (1 if even else sp.sign(r))
            value = value.xreplace({sp.Eq(sp.Abs(r), 0): sp.Eq(r, 0)})
            kind = "even" if even else "odd"
            steps = _derivation(problem, solved, value, SignOfParameter(r, p, kind))
            route = f"{kind} in {plain(r)}, {solved.proposal.route}"
            yield Proposal(value, route, steps, guessed=solved.guessed)
            return


def _symmetric(given: tuple[Any, ...], r: sp.Symbol) -> bool:
    """Whether the assumptions on r are, all together, those on −r."""
    about = [relation for relation in given if r in relation.free_symbols]
    if not all(isinstance(relation, sp.core.relational.Relational) for relation in about):
        return False
    return {g.canonical for g in about} == {g.xreplace({r: -r}).canonical for g in about}


def _derivation(problem: Problem, solved: Solved, value: Any, rule: SignOfParameter) -> Derivation:
    """By the rule, or in its words where it does not apply."""
    start = Derivation(problem.integral, problem.given)
    known = lemma(solved)
    try:
        return rewritten(start.by(rule, known), value)
    except DeriveError:
        return start.to(value, rule.describe(), known)
