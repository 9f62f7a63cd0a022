"""A real parameter of unknown sign in which the integral is even or odd: solved for r > 0, then |r| put in for r."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search
from derive.feynman.steps import lemma
from derive.field import equal
from derive.printing import plain


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
            if any(relation.xreplace({r: -r}) != relation for relation in problem.given if r in relation.free_symbols):
                continue
            mirrored = f.xreplace({r: -r})
            even = mirrored == f or search.limited(0.5, equal, mirrored, f, problem.given)
            if not even and not (mirrored == -f or search.limited(0.5, equal, mirrored, -f, problem.given)):
                continue
            p = sp.Symbol(r.name, positive=True)
            solved = search.solve(problem.xreplace({r: p}), 0.8)
            if solved is None:
                continue
            value = solved.value.xreplace({p: sp.Abs(r)}) * (1 if even else sp.sign(r))
            kind, name = "even" if even else "odd", plain(r)
            words = f"the integral is {kind} in {name}: its value for {name} > 0 at |{name}|"
            steps = Derivation(problem.integral, problem.given).to(value, words, lemma(solved))
            route = f"{kind} in {name}, {solved.proposal.route}"
            yield Proposal(value, route, steps, guessed=solved.guessed)
            return
