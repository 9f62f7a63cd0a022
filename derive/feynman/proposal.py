"""A proposal: a closed form that a method believes in, with the way to it. Only the judge makes it a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from derive.derivation import Derivation
from derive.feynman.problem import Problem


@dataclass(frozen=True)
class Proposal:
    """A closed form for a problem.

    `route` says in a few words who proposes ("residues", "telescoping in a"). `derivation` starts with the integral and
    ends with the value, every step with its reason; None where the method has no steps to show (a table lookup by
    SymPy): the result then stands on the judge alone. `conditions` are needed beyond the assumptions of the problem.
    `guessed` marks recognised numbers (PSLQ): they are never better than `agreed`.
    """

    value: Any
    route: str
    derivation: Derivation | None = None
    conditions: tuple[Any, ...] = ()
    guessed: bool = False


@dataclass(frozen=True)
class Solved:
    """A proposal that the judge accepted for the problem, with the judge's evidence."""

    problem: Problem
    proposal: Proposal
    evidence: Any

    @property
    def value(self) -> Any:
        """The closed form."""
        return self.proposal.value

    @property
    def guessed(self) -> bool:
        """Some number in it was recognised, not derived."""
        return self.proposal.guessed


class Search(Protocol):
    """What a method may ask of the search that called it."""

    def solve(self, problem: Problem, share: float = 0.5) -> Solved | None:
        """A judged closed form of another integral, within a share of the time left; None if there is none, if the
        problem is one of those being worked on (cycle protection) or the recursion is too deep."""
        ...

    def enclose(self, problem: Problem, at: dict[Any, Any], digits: int = 20) -> Any | None:
        """The value of the integral at an exact parameter point as a numerics.Enclosure; None if it cannot be had."""
        ...

    def first_point(self, problem: Problem) -> dict[Any, Any] | None:
        """An admissible point of modest size, {} where nothing is free; None if the assumptions admit none."""
        ...

    def accepts(self, problem: Problem, value: Any, conditions: tuple[Any, ...] = ()) -> bool:
        """Whether the judge finds the value right (a quick look at the numbers: for choosing among candidates)."""
        ...

    def note(self, key: str, finding: Any) -> None:
        """Keeps something worth telling the user even if no closed form is found (a differential equation …)."""
        ...

    @property
    def left(self) -> float:
        """Seconds left."""
        ...

    @property
    def depth(self) -> int:
        """How many integrals are being worked on: 1 for the user's own."""
        ...

    def limited(self, seconds: float, function: Any, *arguments: Any, share: float = 1.0) -> Any | None:
        """function(*arguments), stopped after so many seconds, or that share of the time left (None then, and if it
        raises a known SymPy failure)."""
        ...


class Method(Protocol):
    """A way to closed forms. `proposals` yields what it finds, best first; it may be cut off at any time."""

    name: str

    def proposals(self, problem: Problem, search: Search) -> Iterator[Proposal]:
        """Candidates for the value; nothing where the method does not apply. Must be cheap to say no."""
        ...
