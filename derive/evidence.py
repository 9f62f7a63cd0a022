"""How a statement is known: a status with a promise, the method behind it, and the counterexample where it is false."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from derive.errors import DeriveError


class Status(Enum):
    """The eight answers of a check, strongest first; comparison follows strength, so `min` is the weakest link.

    >>> min(Status.EXACT, Status.AGREED)
    <Status.AGREED: 'agreed'>
    """

    EXACT = "exact"
    ENCLOSED = "enclosed"
    CAS = "cas"
    AGREED = "agreed"
    CITED = "cited"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"
    REFUTED = "refuted"

    @property
    def strength(self) -> int:
        """7 for `exact` down to 0 for `refuted`."""
        return _STRENGTH[self]

    @property
    def means(self) -> str:
        """The promise that the word makes, as one sentence."""
        return _MEANING[self]

    @property
    def passed(self) -> bool:
        """True for everything but `unknown` and `refuted`."""
        return self.strength > Status.UNKNOWN.strength

    def __lt__(self, other: Status) -> bool:
        return self.strength < other.strength

    def __le__(self, other: Status) -> bool:
        return self.strength <= other.strength

    def __gt__(self, other: Status) -> bool:
        return self.strength > other.strength

    def __ge__(self, other: Status) -> bool:
        return self.strength >= other.strength

    @classmethod
    def parse(cls, word: str) -> Status:
        """The status of that name; DeriveError lists the names if there is none."""
        try:
            return cls(word.strip().lower())
        except ValueError:
            raise DeriveError(f"no status is called {word!r}; choose from {', '.join(s.value for s in cls)}") from None


_STRENGTH = {status: 7 - rank for rank, status in enumerate(Status)}
_MEANING = {
    Status.EXACT: "decided: a normal form, differentiate-back, orders of growth, a rule with decided side conditions",
    Status.ENCLOSED: "ball arithmetic: a rigorous bound on the difference at the stated points",
    Status.CAS: "SymPy said so; a numeric check stands beside it",
    Status.AGREED: "two independent numeric routes agree at random points, to the stated digits",
    Status.CITED: "taken from the named source",
    Status.ASSUMED: "taken as given",
    Status.UNKNOWN: "nothing decided it, or time ran out; never counts as passed",
    Status.REFUTED: "false: the counterexample gives the point and both values with error bounds",
}


@dataclass(frozen=True)
class Counterexample:
    """A point at which a claim fails: exact coordinates, both values with their error bounds."""

    point: tuple[tuple[str, str], ...]
    lhs: str
    rhs: str

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value}" for name, value in self.point) or "no free symbols"
        return f"at {at}: left {self.lhs}, right {self.rhs}"


@dataclass(frozen=True)
class Evidence:
    """What a check found: the status, the method in words, details, and where false the counterexample.

    `beside` holds further evidence shown next to it: the numeric check beside a `cas`, the rungs that were tried
    before an `unknown`.
    """

    status: Status
    method: str
    detail: str = ""
    counterexample: Counterexample | None = None
    beside: tuple[Evidence, ...] = ()

    @property
    def passed(self) -> bool:
        """True unless `unknown` or `refuted`."""
        return self.status.passed

    def reaches(self, level: Status = Status.AGREED) -> bool:
        """True if the status is the level or a stronger one."""
        return self.status >= level

    def __str__(self) -> str:
        parts = [self.status.value, self.method]
        if self.detail:
            parts.append(self.detail)
        if self.counterexample is not None:
            parts.append(str(self.counterexample))
        return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])

    def _repr_html_(self) -> str:
        from derive.view.notebook import fragment

        return fragment(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: {status, method, detail, counterexample, beside}."""
        found = self.counterexample
        return {
            "status": self.status.value,
            "method": self.method,
            "detail": self.detail,
            "counterexample": None
            if found is None
            else {"point": dict(found.point), "lhs": found.lhs, "rhs": found.rhs},
            "beside": [evidence.to_dict() for evidence in self.beside],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Evidence:
        """The inverse of `to_dict`; raises KeyError, TypeError or ValueError on anything else."""
        found = data["counterexample"]
        return cls(
            Status(data["status"]),
            str(data["method"]),
            str(data["detail"]),
            None
            if found is None
            else Counterexample(
                tuple((str(k), str(v)) for k, v in found["point"].items()), str(found["lhs"]), str(found["rhs"])
            ),
            tuple(cls.from_dict(evidence) for evidence in data["beside"]),
        )


def weakest(*statuses: Status) -> Status:
    """The weakest of the statuses; `exact` for none, as the empty chain is true."""
    return min(statuses, default=Status.EXACT)
