"""A claim: two sides, the relation that is said to hold between them, and the assumptions under which it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from derive.errors import DeriveError


class Unspelled:
    """A quantity of its own that may stand in a side: dω, ∫_S ω, the curvature of a metric.

    A side that contains one is spelled out, by its definition in components, before it is compared with anything.
    """


def is_spelled(side: Any) -> bool:
    """Whether a side is made of SymPy's own expressions."""
    return not any(isinstance(node, Unspelled) for node in sp.preorder_traversal(side))


@dataclass(frozen=True)
class Relation:
    """What is claimed to hold between the two sides; the subclasses are the relations."""

    sign: ClassVar[str] = "="
    text: ClassVar[str] = "="

    def symbols(self) -> set[sp.Symbol]:
        """Symbols that the relation itself binds: the variable of an O-term, of a test function, of a continuous
        function."""
        return set()

    def xreplace(self, table: dict[Any, Any]) -> Relation:
        """The relation with symbols replaced."""
        return self


@dataclass(frozen=True)
class Equal(Relation):
    """lhs = rhs wherever both sides are defined on the domain of the assumptions."""


@dataclass(frozen=True)
class AtMost(Relation):
    """lhs ≤ rhs, both real."""

    sign: ClassVar[str] = r"\le"
    text: ClassVar[str] = "≤"


@dataclass(frozen=True)
class Less(Relation):
    """lhs < rhs, both real; with rhs = oo: the left side (an integral, a sum) converges."""

    sign: ClassVar[str] = "<"
    text: ClassVar[str] = "<"


@dataclass(frozen=True)
class Unequal(Relation):
    """lhs ≠ rhs at every point of the domain."""

    sign: ClassVar[str] = r"\ne"
    text: ClassVar[str] = "≠"


@dataclass(frozen=True)
class UpTo(Relation):
    """lhs = rhs + O(gauge) as variable → point: |lhs − rhs| ≤ C |gauge| near the point (from above unless the point is
    −oo)."""

    gauge: sp.Expr
    variable: sp.Symbol
    point: sp.Expr = sp.S.Zero

    def __post_init__(self) -> None:
        object.__setattr__(self, "gauge", side(self.gauge))
        object.__setattr__(self, "point", side(self.point))

    def symbols(self) -> set[sp.Symbol]:
        return {self.variable}

    def xreplace(self, table: dict[Any, Any]) -> Relation:
        return UpTo(self.gauge.xreplace(table), table.get(self.variable, self.variable), self.point.xreplace(table))


@dataclass(frozen=True)
class Weakly(Relation):
    """lhs = rhs as distributions in the variable: ∫ lhs φ = ∫ rhs φ over the line for every test function φ.

    Checked on a family of shifted, scaled and polynomially weighted Gaussians, which spans a dense subspace of
    Schwartz space.
    """

    variable: sp.Symbol

    def symbols(self) -> set[sp.Symbol]:
        return {self.variable}

    def xreplace(self, table: dict[Any, Any]) -> Relation:
        return Weakly(table.get(self.variable, self.variable))


@dataclass(frozen=True)
class ContinuousOn(Relation):
    """The left side is a continuous function of the variable on the interval that stands on the right."""

    variable: sp.Symbol
    sign: ClassVar[str] = r"\in C"
    text: ClassVar[str] = "continuous on"

    def symbols(self) -> set[sp.Symbol]:
        return {self.variable}

    def xreplace(self, table: dict[Any, Any]) -> Relation:
        return ContinuousOn(table.get(self.variable, self.variable))


EQUAL, AT_MOST, LESS, UNEQUAL = Equal(), AtMost(), Less(), Unequal()


@dataclass(frozen=True)
class Claim:
    """lhs (relation) rhs, for all values of the free symbols that the symbols' own assumptions and `given` admit.

    Sides are SymPy expressions, also unevaluated (Integral, Sum, Limit, Derivative), matrices, and differential forms
    (`derive.exterior`: a Form, or a line such as D(w)), which are compared component by component; `given` are
    relations such as k > 0 or Ne(a, b). A plain Symbol is complex, as in SymPy; a symbol that `given` compares is
    real. DeriveError if a side is not a SymPy expression, or if `given` contradicts itself.

    >>> from sympy.abc import a, b
    >>> Claim((a + b)**2, a**2 + 2*a*b + b**2)
    Claim((a + b)**2 = a**2 + 2*a*b + b**2)
    """

    lhs: Any
    rhs: Any
    given: tuple[Boolean, ...] = ()
    relation: Relation = EQUAL

    def __init__(self, lhs: Any, rhs: Any, given: Iterable[Any] | Any = (), relation: Relation = EQUAL) -> None:
        object.__setattr__(self, "lhs", side(lhs))
        object.__setattr__(self, "rhs", side(rhs))
        object.__setattr__(self, "given", assumptions(given))
        object.__setattr__(self, "relation", relation)
        shapes = [s.shape if isinstance(s, (sp.MatrixBase, sp.MatrixExpr)) else None for s in (self.lhs, self.rhs)]
        if shapes[0] != shapes[1] and None not in shapes:
            raise DeriveError(f"the sides of the claim have shapes {shapes[0]} and {shapes[1]}; they must be the same")

    @classmethod
    def of(cls, relation: Any, given: Iterable[Any] = ()) -> Claim:
        """The claim that a SymPy relation (Eq, <, ≤, >, ≥, Ne) holds; a relation that SymPy has decided becomes 0 = 0
        or 0 = 1."""
        if relation in (True, sp.true):
            return cls(sp.S.Zero, sp.S.Zero, given)
        if relation in (False, sp.false):
            return cls(sp.S.Zero, sp.S.One, given)
        if isinstance(relation, Relational):
            swap = isinstance(relation, sp.Gt | sp.Ge)
            lhs, rhs = (relation.rhs, relation.lhs) if swap else (relation.lhs, relation.rhs)
            for kinds, meaning in _FROM_SYMPY:
                if isinstance(relation, kinds):
                    return cls(lhs, rhs, given, meaning)
        raise DeriveError(
            f"cannot read {relation} as a claim; write a relation such as Eq(lhs, rhs), a > b or Ne(a, b)"
        )

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """The symbols over which the claim is quantified."""
        return (self.lhs.free_symbols | self.rhs.free_symbols) - self.relation.symbols()

    def assuming(self, *more: Any) -> Claim:
        """The same claim under further assumptions."""
        return Claim(self.lhs, self.rhs, (*self.given, *assumptions(more)), self.relation)

    def xreplace(self, table: dict[Any, Any]) -> Claim:
        """The instance of the claim in which symbols are replaced, in the assumptions too."""
        given = [relation.xreplace(table) for relation in self.given]
        return Claim(self.lhs.xreplace(table), self.rhs.xreplace(table), given, self.relation.xreplace(table))

    def __str__(self) -> str:
        from derive.printing.plaintext import spelling

        tail = f" + O({self.relation.gauge})" if isinstance(self.relation, UpTo) else ""
        return f"{spelling(self.lhs)} {self.relation.text} {spelling(self.rhs)}{tail}"

    def __repr__(self) -> str:
        return f"Claim({self}{', given ' + ', '.join(map(str, self.given)) if self.given else ''})"

    def latex(self) -> str:
        """The claim as the field writes it, without its assumptions."""
        from derive.printing import latex

        gauge = rf" + O\!\left({latex(self.relation.gauge)}\right)" if isinstance(self.relation, UpTo) else ""
        return f"{latex(self.lhs)} {self.relation.sign} {latex(self.rhs)}{gauge}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


_FROM_SYMPY = (
    (sp.Eq, EQUAL),
    (sp.Ne, UNEQUAL),
    ((sp.Lt, sp.Gt), LESS),
    ((sp.Le, sp.Ge), AT_MOST),
)


def side(expr: Any) -> Any:
    """A side of a claim as an immutable SymPy object; strings are refused, since reading them would mean evaluating
    them."""
    if isinstance(expr, str):
        raise DeriveError(f"{expr!r} is text; read it with derive.text.parse, which never evaluates it")
    if isinstance(expr, sp.MatrixBase):
        return expr.as_immutable()
    if isinstance(expr, sp.Basic):
        return expr
    if hasattr(expr, "as_line"):
        return expr.as_line()
    if isinstance(expr, (int, float, complex)):
        return sp.sympify(expr)
    raise DeriveError(f"{type(expr).__name__} is no side of a claim; give a SymPy expression or a matrix of them")


def assumptions(given: Iterable[Any] | Any) -> tuple[Boolean, ...]:
    """The assumptions as a tuple without duplicates; conjunctions are taken apart, what is plainly true is dropped."""
    relations = given if isinstance(given, (tuple, list, set, frozenset)) else (given,)
    found: list[Boolean] = []
    for relation in relations:
        if relation in (True, sp.true):
            continue
        if relation in (False, sp.false):
            raise DeriveError(
                "an assumption is false: nothing can be claimed under it (is a symbol declared with the opposite sign?)"
            )
        if not isinstance(relation, Boolean):
            raise DeriveError(f"{relation!r} is no assumption; write a relation such as k > 0, Ne(a, b) or a < b")
        parts = relation.args if isinstance(relation, sp.And) else (relation,)
        found.extend(part for part in parts if part not in found)
    return tuple(found)
