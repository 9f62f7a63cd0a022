"""A derivation: a chain of lines, each with the reason why it follows from the one before. Immutable; every method
gives a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp
from sympy.core.function import UndefinedFunction

from derive.claim import AT_MOST, EQUAL, LESS, Claim, Relation, assumptions, side
from derive.errors import DeriveError
from derive.rule import Cited, Context, Rule, Show, plain, refuse_text


@dataclass(frozen=True)
class Step:
    """One step: `before` (relation) `after`, because of a rule, with the lemmas that the rule may use."""

    before: Any
    after: Any
    because: Rule
    lemmas: tuple[Claim | Derivation, ...] = ()
    relation: Relation = EQUAL
    remark: str = ""

    @property
    def conclusions(self) -> tuple[Claim, ...]:
        """What the lemmas say."""
        return tuple(lemma if isinstance(lemma, Claim) else lemma.conclusion for lemma in self.lemmas)

    def reason(self, show: Show = plain, name: Callable[[Derivation], str] | None = None) -> str:
        """The reason in words, with the lemmas that the step names; `show` sets formulas, `name` the titles of
        derivations."""
        name = name or (lambda lemma: lemma.title or "a lemma without a name")
        called = [
            f"“{name(lemma)}”"
            if isinstance(lemma, Derivation)
            else f"{show(lemma.lhs)} {lemma.relation.text} {show(lemma.rhs)}"
            for lemma in self.lemmas
        ]
        return self.because.citing(called, show)


@dataclass(frozen=True)
class Derivation:
    """start = line = line = …, each step with its reason; the conclusion is the claim that the first line equals the
    last.

    `given`: assumptions beyond those on the symbols. `where`: meanings of named functions, {I: Lambda(k,
    Integral(…))}, so that lines can be written with I(k) and are checked with the meaning put in. `.to` adds a step,
    `.qed` ends the chain.

    >>> from sympy.abc import x
    >>> D = Derivation((x + 1)**2, name="square").to(x**2 + 2*x + 1, "binomial theorem").qed()
    >>> D.conclusion
    Claim((x + 1)**2 = x**2 + 2*x + 1)
    """

    start: Any
    given: tuple[Any, ...] = ()
    name: str = ""
    title: str = ""
    where: tuple[tuple[UndefinedFunction, sp.Lambda], ...] = ()
    steps: tuple[Step, ...] = field(default=())
    closed: bool = False

    def __init__(
        self,
        start: Any,
        given: Iterable[Any] | Any = (),
        name: str = "",
        title: str = "",
        where: Mapping[Any, Any] | tuple[tuple[Any, Any], ...] = (),
        steps: tuple[Step, ...] = (),
        closed: bool = False,
    ) -> None:
        meanings = where.items() if isinstance(where, Mapping) else where
        for attribute, value in (
            ("start", side(start)),
            ("given", assumptions(given)),
            ("name", name),
            ("title", title or name),
            ("where", tuple(_meaning(head, body) for head, body in meanings)),
            ("steps", tuple(steps)),
            ("closed", closed),
        ):
            object.__setattr__(self, attribute, value)

    def to(
        self, line: Any, because: Rule | str, *lemmas: Claim | Derivation, relation: Relation = EQUAL, remark: str = ""
    ) -> Derivation:
        """The derivation with one more line, which stands in `relation` to the line before it.

        `because` is a rule, or a text: then the step is a citation. Lemmas are claims, checked too, or finished
        derivations. DeriveError if the derivation has been closed, or a lemma is not finished.
        """
        if self.closed:
            raise DeriveError(f"{self._label} is closed by qed(); start a new derivation, or add the step before qed()")
        reason = Cited(because) if isinstance(because, str) else because
        if not isinstance(reason, Rule):
            raise DeriveError(f"{because!r} is no reason: give a rule from derive.rules or a citation as text")
        refuse_text(reason)
        for lemma in lemmas:
            if isinstance(lemma, Derivation) and not lemma.closed:
                raise DeriveError(f"{lemma._label} is used as a lemma before its qed()")
            if not isinstance(lemma, (Claim, Derivation)):
                raise DeriveError(f"a lemma is a Claim or a finished Derivation, not {type(lemma).__name__}")
        step = Step(self.last, side(line), reason, lemmas, relation, remark)
        _composed([*(s.relation for s in self.steps), relation], self._label)
        return replace(self, steps=(*self.steps, step))

    def by(self, rule: Rule, *lemmas: Claim | Derivation, remark: str = "") -> Derivation:
        """The derivation with the line that the rule itself yields (the first, where it yields several)."""
        refuse_text(rule)
        conclusions = Step(self.last, self.last, rule, lemmas).conclusions
        for consequence in rule.consequences(self.unfold(self.last), Context(self.given, conclusions)):
            return self.to(consequence.after, rule, *lemmas, remark=remark)
        raise DeriveError(f"{self._label}: {rule.describe()} yields no next line from {self.last}")

    def qed(self, conclusion: Claim | Any | None = None) -> Derivation:
        """The finished derivation; DeriveError if the last line is not the one that is said to be reached."""
        if not self.steps:
            raise DeriveError(f"{self._label} has no step yet")
        if conclusion is not None:
            expected = conclusion.rhs if isinstance(conclusion, Claim) else side(conclusion)
            if expected != self.last:
                raise DeriveError(f"{self._label} ends with {self.last}, not with {expected}")
        return replace(self, closed=True)

    @property
    def last(self) -> Any:
        """The last line so far."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def lines(self) -> tuple[Any, ...]:
        """All lines, from the first to the last."""
        return (self.start, *(step.after for step in self.steps))

    @property
    def conclusion(self) -> Claim:
        """The claim that the chain proves, with named functions unfolded."""
        relation = _composed([step.relation for step in self.steps], self._label)
        return Claim(self.unfold(self.start), self.unfold(self.last), self.given, relation)

    @property
    def uses(self) -> tuple[Derivation, ...]:
        """The derivations that this one names as lemmas, without repetition, in order of use."""
        lemmas = (lemma for step in self.steps for lemma in step.lemmas if isinstance(lemma, Derivation))
        return tuple({id(lemma): lemma for lemma in lemmas}.values())

    def claim(self, step: Step) -> Claim:
        """The claim that a step makes, with named functions unfolded: this is what goes to the oracle."""
        return Claim(self.unfold(step.before), self.unfold(step.after), self.given, step.relation)

    def unfold(self, line: Any) -> Any:
        """The line with the meanings of `where` put in; derivatives of them stay unevaluated."""
        for head, meaning in self.where:
            line = line.replace(head, meaning)
        return line

    def walk(self) -> Iterator[Derivation]:
        """This derivation and all it rests on, lemmas first, each once."""
        seen: set[int] = set()

        def visit(derivation: Derivation) -> Iterator[Derivation]:
            if id(derivation) not in seen:
                seen.add(id(derivation))
                for lemma in derivation.uses:
                    yield from visit(lemma)
                yield derivation

        yield from visit(self)

    @property
    def _label(self) -> str:
        return f"the derivation {self.name!r}" if self.name else "the derivation"

    def _repr_latex_(self) -> str:
        from derive.printing import latex

        rows = [f"& {latex(self.start)}"]
        rows += [
            f"{step.relation.sign}\\;& {latex(step.after)} && \\text{{{step.because.describe()}}}"
            for step in self.steps
        ]
        return "$$\\begin{aligned}" + r"\\".join(rows) + "\\end{aligned}$$"

    def _repr_html_(self) -> str:
        from derive.verify import verify

        return verify(self)._repr_html_()

    def __repr__(self) -> str:
        return f"<Derivation {self.name or self.start}: {len(self.steps)} steps{'' if self.closed else ', open'}>"


def _meaning(head: Any, body: Any) -> tuple[UndefinedFunction, sp.Lambda]:
    if isinstance(head, UndefinedFunction) and isinstance(body, sp.Lambda):
        return head, body
    raise DeriveError(
        f"`where` maps a Function to a Lambda, for example {{Function('I'): Lambda(k, …)}}; got {head!r}: {body!r}"
    )


def _composed(relations: list[Relation], label: str) -> Relation:
    """The relation between the ends of the chain: = composes with everything, ≤ and < with each other, others with
    themselves."""
    kinds = {relation for relation in relations if relation != EQUAL}
    if not kinds:
        return EQUAL
    if len(kinds) == 1:
        return kinds.pop()
    if kinds == {AT_MOST, LESS}:
        return LESS
    raise DeriveError(f"{label} mixes relations that do not compose: {', '.join(sorted(k.text for k in kinds))}")
