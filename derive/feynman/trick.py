"""Feynman's trick on demand: the integral itself only by a parameter, what it leads to by every method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.errors import DeriveError
from derive.feynman.front import Normalised
from derive.feynman.methods.continued import Continued
from derive.feynman.methods.introduce import Introduce
from derive.feynman.methods.parameter import Parameter, by_derivative, from_equation, telescoped
from derive.feynman.problem import Problem
from derive.feynman.proposal import Method, Proposal, Search, Solved
from derive.feynman.search import Searching


@dataclass(frozen=True)
class Varied:
    """Differentiation under the integral sign by one parameter of the integral, the one that was asked for."""

    parameter: sp.Symbol
    name = Parameter.name

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """I' = J where that integral is easier, else the telescoping equation."""
        yield from by_derivative(problem, self.parameter, search, 0.6)
        equation = telescoped(problem, self.parameter, search)
        if equation is not None:
            yield from from_equation(equation, search)


@dataclass
class ByTheTrick(Searching):
    """A search whose first integral is solved by the tricks alone; all others by all methods."""

    tricks: tuple[Method, ...] = (Parameter(), Continued(), Introduce())

    def _rounds(self, problem: Problem) -> Solved | None:
        if self.depth > 1:
            return super()._rounds(problem)
        partial: list[Solved] = []
        for left, trick in zip(range(len(self.tricks), 0, -1), self.tricks, strict=True):
            found, _ = self._ask(trick, problem, self.left / left, partial)
            if found is not None:
                return found
        return self._pieced(problem, partial)


def tricks_for(trick: Any, problem: Normalised) -> tuple[Method, ...]:
    """The tricks that are meant: by the parameter that was named, or by any one, there already or introduced.

    DeriveError if what was named is no parameter of the integral.
    """
    if trick is True:
        return ByTheTrick.tricks
    ours = {old: new for new, old in problem.back}.get(trick, trick)
    if ours not in problem.problem.parameters:
        known = ", ".join(sorted(str(old) for new, old in problem.back if new != problem.problem.variable))
        remedy = f"it has {known}" if known else "it has none; trick=True introduces one"
        raise DeriveError(f"{trick} is no parameter of {problem.problem}: {remedy}")
    return (Varied(ours),)
