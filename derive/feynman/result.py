"""The result of the engine: a closed form, where it holds, the way to it, and how it was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.article import Article
from derive.derivation import Derivation
from derive.evidence import Evidence, Status
from derive.feynman.findings import FoundDerivative, FoundEquation, InitialValue
from derive.feynman.lemmas import with_names

SPEAKS_OF_I = (FoundDerivative, FoundEquation, InitialValue)


@dataclass(frozen=True)
class Integrated:
    """∫ f dx = value, for all parameters that `given` and the symbols' own assumptions admit.

    `derivation` goes from the integral to the value; `evidence` is what the judge found, independently of it. `route`
    names the methods. `regularised` is "" for a convergent integral, "Abel" or "principal value" otherwise: such a
    value is the value of a limit, which `meaning` states, and not of the integral.
    """

    integral: Any
    value: Any
    given: tuple[Any, ...]
    derivation: Derivation
    evidence: Evidence
    route: str
    regularised: str = ""
    meaning: Any = None
    seconds: float = 0.0

    @property
    def status(self) -> Status:
        """How the value is known."""
        return self.evidence.status

    def verify(self, digits: int = 15, seed: int = 0, timeout: float = 20.0) -> Any:
        """The report of the derivation: every step and obligation with its evidence."""
        from derive.verify import verify

        return verify(self.derivation, digits=digits, seed=seed, timeout=timeout)

    def steps(self, name: str, title: str) -> tuple[Derivation, ...]:
        """The derivation under a name and a title of one's own, after its lemmas: parts of an article."""
        return tuple(with_names(self.derivation, name, title).walk())

    def article(self) -> Article:
        """What was found and how it was judged, then the steps, the lemmas that they rest on first."""
        judged = f"Judged {self.status.value}: {self.evidence.method}."
        said = [f"$${self.latex()}$$", f"Found by: {self.route}.", judged]
        if self.regularised:
            kind = self.regularised.removesuffix(" value")
            said.insert(1, f"This is the {kind} value: the integral itself does not converge.")
        if self.given:
            conditions = ", ".join(f"${sp.latex(relation)}$" for relation in self.given)
            said.insert(1, f"Given {conditions}.")
        return Article("integral", "A definite integral", "\n\n".join(said), self.derivation)

    def latex(self) -> str:
        """integral = value, with what kind of value it is where the integral does not converge."""
        from derive.printing import latex

        over = {"": "=", "Abel": r"\overset{\text{Abel}}{=}", "principal value": r"\overset{\text{PV}}{=}"}
        return f"{latex(self.integral)} {over[self.regularised]} {latex(self.value)}"

    def _repr_latex_(self) -> str:
        conditions = ", ".join(sp.latex(relation) for relation in self.given)
        tail = rf" \qquad ({conditions})" if conditions else ""
        return f"$\\displaystyle {self.latex()}{tail}$"

    def _repr_html_(self) -> str:
        return self.verify()._repr_html_()

    def __str__(self) -> str:
        from derive.printing import plain

        kind = f" ({self.regularised})" if self.regularised else ""
        conditions = f", given {', '.join(map(plain, self.given))}" if self.given else ""
        return f"{plain(self.integral)} ={kind} {plain(self.value)}{conditions}"

    def __repr__(self) -> str:
        return f"<Integrated {self}: {self.evidence.status.value}, by {self.route}>"


@dataclass(frozen=True)
class Found:
    """What was found where no closed form was: findings by kind, an enclosure at a point, and what was tried."""

    problem: Any
    notes: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    enclosures: tuple[tuple[Any, str], ...] = ()
    tried: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> tuple[Any, ...]:
        return dict(self.notes).get(key, ())

    def __str__(self) -> str:
        from derive.printing import plain

        def shown(finding: Any) -> str:
            return plain(finding) if isinstance(finding, sp.Basic) else str(finding)

        lines = [f"{key}: {shown(finding)}" for key, findings in self.notes for finding in findings]
        if any(isinstance(finding, SPEAKS_OF_I) for _, findings in self.notes for finding in findings):
            lines.insert(0, "with I for the integral:")
        for point, value in self.enclosures:
            at = ", ".join(f"{name} = {number}" for name, number in point)
            lines.append(f"numerically{f' at {at}' if at else ''}: {value}")
        return "\n".join(lines)
