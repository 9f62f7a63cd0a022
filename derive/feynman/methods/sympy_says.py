"""What SymPy's integrators say, as proposals: they are right often, wrong sometimes, and the judge knows which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp
from sympy.integrals.meijerint import meijerint_definite

from derive.derivation import Derivation
from derive.feynman.problem import Problem
from derive.feynman.proposal import Proposal, Search

SECONDS, TIDY_SECONDS = 12.0, 1.5


class SympySays:
    """SymPy's Meijer G routine and its `integrate`, each under a time limit; a table look-up, so there are no steps."""

    name = "SymPy"

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """The values, first without SymPy's conditions, then with them."""
        f, x = problem.integrand, problem.variable
        for word, ask in (("SymPy, Meijer G", _meijer), ("SymPy, integrate", _integrate)):
            answer = search.limited(SECONDS, ask, f, x, problem.lower, problem.upper, share=0.5)
            if answer is None:
                continue
            for value, condition in answer:
                tidy = search.limited(TIDY_SECONDS, _tidy, value)
                for form in dict.fromkeys((tidy, value) if tidy is not None else (value,)):
                    steps = Derivation(problem.integral, problem.given).to(form, f"{word}: a table look-up")
                    yield Proposal(form, word, steps)
                    if condition not in (None, True, sp.true) and condition.free_symbols <= set(problem.parameters):
                        yield Proposal(form, word, steps, (condition,))


def _meijer(f: Any, x: sp.Symbol, lower: Any, upper: Any) -> list[tuple[Any, Any]] | None:
    answer = meijerint_definite(f, x, lower, upper)
    return None if answer is None else [answer]


def _integrate(f: Any, x: sp.Symbol, lower: Any, upper: Any) -> list[tuple[Any, Any]] | None:
    """The branches of SymPy's answer that are closed forms, with their conditions."""
    answer = sp.integrate(f, (x, lower, upper))
    if isinstance(answer, sp.Piecewise):
        cases: Any = answer.args
        return [(value, condition) for value, condition in cases if not value.has(sp.Integral)]
    return None if answer.has(sp.Integral) else [(answer, None)]


def _tidy(value: Any) -> Any:
    """The shortest of a few rewritings that never change the value (the judge looks at the result all the same)."""
    rewritings: tuple[Callable[[Any], Any], ...] = (sp.hyperexpand, sp.gammasimp, sp.simplify)
    best = value
    for rewrite in rewritings:
        form = rewrite(best)
        if sp.count_ops(form) < sp.count_ops(best) or best.has(sp.hyper):
            best = form
    return best
