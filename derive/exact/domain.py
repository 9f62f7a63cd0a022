"""The domain of a statement: assumptions carried by symbols, refined by the relations in `given`.

`a > 0` makes a a positive symbol; `a > b` is kept as the fact a − b > 0 and makes both real;
`Eq(a, expr)` substitutes. An order relation between polynomials says that its symbols are real, and so does
`Contains(a, Reals)`.
Relations of other kinds are left aside: fewer facts are never unsound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import And, Contains, Dummy, Eq, Expr, Ge, Gt, Le, Lt, Ne, S, Symbol
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.facts import InconsistentAssumptions
from sympy.core.relational import Relational

from .budget import OutOfReach
from .reading import formula


@dataclass(frozen=True)
class Domain:
    """Facts about refined symbols, and the substitution which refines."""

    positive: tuple[Expr, ...] = ()
    nonnegative: tuple[Expr, ...] = ()
    nonzero: tuple[Expr, ...] = ()
    rename: dict[Any, Expr] = field(default_factory=dict)
    given: tuple[Any, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def refine(self, expr: Any) -> Any:
        """`expr` with its free symbols replaced by symbols that carry what `given` says about them."""
        opened = open_bound(formula(expr))
        opened = opened.xreplace(self.rename) if self.rename else opened
        return refine_bound(opened)

    def restore(self, expr: Any) -> Any:
        """Back to the symbols of the caller."""
        return expr.xreplace({new: old for old, new in self.rename.items() if new.is_Symbol})

    def also(self, *relations: Any) -> Domain:
        """The subdomain on which further relations, in the caller's symbols, hold."""
        return domain_of((*self.given, *relations))


def flatten(given: Any) -> list[Any]:
    """Relations one by one; And is opened; True is dropped."""
    if given is None:
        return []
    items = list(given) if isinstance(given, Iterable) and not isinstance(given, Relational | And | str) else [given]
    flat: list[Any] = []
    for item in items:
        item = formula(item)
        if isinstance(item, And):
            flat.extend(flatten(item.args))
        elif item == True:  # noqa: E712  (SymPy's BooleanTrue)
            continue
        else:
            flat.append(item)
    return flat


_SIGN_FLAGS = {
    (">", 0): {"positive": True},
    (">=", 0): {"nonnegative": True},
    ("<", 0): {"negative": True},
    ("<=", 0): {"nonpositive": True},
}


def _flags(relation: Any) -> tuple[Any, dict[str, bool]] | None:
    """Symbol and flags for a relation of a symbol with a number, else None."""
    lhs, rhs = relation.lhs, relation.rhs
    if rhs.is_Symbol and lhs.is_number:
        relation = relation.reversed
        lhs, rhs = relation.lhs, relation.rhs
    if not (lhs.is_Symbol and rhs.is_number):
        return None
    if isinstance(relation, Ne):
        return (lhs, {"zero": False}) if rhs == 0 else None
    if rhs.is_extended_real is not True:
        return None
    flags = {"real": True}
    if isinstance(relation, Gt) and rhs.is_extended_nonnegative:
        flags |= _SIGN_FLAGS[">", 0]
    elif isinstance(relation, Ge) and rhs.is_extended_nonnegative:
        flags |= _SIGN_FLAGS[">" if rhs.is_extended_positive else ">=", 0]
    elif isinstance(relation, Lt) and rhs.is_extended_nonpositive:
        flags |= _SIGN_FLAGS["<", 0]
    elif isinstance(relation, Le) and rhs.is_extended_nonpositive:
        flags |= _SIGN_FLAGS["<" if rhs.is_extended_negative else "<=", 0]
    return lhs, flags


def _polynomial_symbols(relation: Any) -> set[Any]:
    """Symbols that an order relation says to be real: those of its polynomial sides."""
    found: set[Any] = set()
    for side in (relation.lhs, relation.rhs):
        symbols = side.free_symbols
        if symbols and side.is_polynomial(*symbols):
            found |= symbols
    return found


def says_real(relation: Any) -> bool:
    """Whether the assumption is that a symbol is real, and no more."""
    return isinstance(relation, Contains) and relation.args[1] == S.Reals and bool(relation.args[0].is_Symbol)


def domain_of(given: Any = ()) -> Domain:
    """Read `given`. Raises `OutOfReach` where it contradicts the symbols' own assumptions."""
    relations = flatten(given)
    flags: dict[Any, dict[str, bool]] = {}
    equations: dict[Any, Expr] = {}
    for relation in relations:
        if relation == False:  # noqa: E712 - SymPy's truth values are no Python booleans
            raise OutOfReach("the assumptions contradict each other")
        if isinstance(relation, Eq):
            lhs, rhs = relation.lhs, relation.rhs
            if not lhs.is_Symbol:
                lhs, rhs = rhs, lhs
            if lhs.is_Symbol and not rhs.has(lhs) and not (rhs.free_symbols & set(equations)):
                equations.setdefault(lhs, rhs)
            continue
        if says_real(relation):
            flags.setdefault(relation.args[0], {})["real"] = True
        if not isinstance(relation, Relational):
            continue
        if isinstance(relation, Gt | Ge | Lt | Le):
            for symbol in _polynomial_symbols(relation):
                flags.setdefault(symbol, {})["real"] = True
        read = _flags(relation)
        if read:
            flags.setdefault(read[0], {}).update(read[1])
    rename: dict[Any, Expr] = {}
    for symbol, extra in flags.items():
        if symbol in equations or all(getattr(symbol, f"is_{k}") is v for k, v in extra.items()):
            continue
        try:
            rename[symbol] = Dummy(symbol.name, **{**symbol.assumptions0, **extra})
        except InconsistentAssumptions as error:
            raise OutOfReach("the assumptions contradict each other") from error
    for symbol, value in equations.items():
        rename[symbol] = value.xreplace(rename)
    return Domain(*_facts(relations, rename), rename, tuple(relations))


def _facts(relations: Sequence[Any], rename: dict[Any, Expr]) -> tuple[tuple[Expr, ...], ...]:
    positive: list[Expr] = []
    nonnegative: list[Expr] = []
    nonzero: list[Expr] = []
    for relation in relations:
        if not isinstance(relation, Relational):
            continue
        if not (relation.lhs.is_extended_real is not False and relation.rhs.is_extended_real is not False):
            continue
        if relation.lhs.is_infinite or relation.rhs.is_infinite:
            continue
        difference = (relation.lhs - relation.rhs).xreplace(rename)
        if isinstance(relation, Gt):
            positive.append(difference)
        elif isinstance(relation, Ge):
            nonnegative.append(difference)
        elif isinstance(relation, Lt):
            positive.append(-difference)
        elif isinstance(relation, Le):
            nonnegative.append(-difference)
        elif isinstance(relation, Ne):
            nonzero.append(difference)
    return tuple(positive), tuple(nonnegative), tuple(nonzero)


def open_bound(expr: Any) -> Any:
    """Every bound variable replaced by a fresh dummy with the same assumptions: names stop mattering.

    Inner (earlier) limits may depend on outer (later) variables, so the renaming goes from the outside in.
    """
    if not expr.has(ExprWithLimits):
        return expr
    if not isinstance(expr, ExprWithLimits):
        return expr.func(*[open_bound(arg) for arg in expr.args]) if expr.args else expr
    body, limits = open_bound(expr.function), []
    renamed: dict[Any, Expr] = {}
    for limit in reversed(expr.limits):
        variable, ends = limit[0], [open_bound(end).xreplace(renamed) for end in limit[1:]]
        if len(ends) != 2 or not isinstance(variable, Symbol):
            limits.insert(0, (variable, *ends) if ends else (variable,))
            continue
        fresh = Dummy(variable.name, **variable.assumptions0)
        renamed = {**renamed, variable: fresh}
        limits.insert(0, (fresh, *ends))
    return expr.func(body.xreplace(renamed), *limits)


def refine_bound(expr: Any) -> Any:
    """Bound variables between real limits are real; positive (up to the end point) over [a, b] with a ≥ 0."""
    if not expr.has(ExprWithLimits):
        return expr
    if not isinstance(expr, ExprWithLimits):
        return expr.func(*[refine_bound(arg) for arg in expr.args]) if expr.args else expr
    integral = type(expr).__name__ == "Integral"
    new: dict[Any, Expr] = {}
    for limit in reversed(expr.limits):
        if len(limit) != 3 or not limit[0].is_Dummy:
            continue
        variable, low, high = limit[0], limit[1].xreplace(new), limit[2].xreplace(new)
        flags: dict[str, bool] = {}
        if low.is_extended_real and high.is_extended_real:
            flags["real"] = True
            if low.is_extended_nonnegative and high.is_extended_nonnegative:
                flags["positive" if integral or low.is_extended_positive else "nonnegative"] = True
            elif integral and low.is_extended_nonpositive and high.is_extended_nonpositive:
                flags["negative"] = True
        if not integral and low.is_integer:
            flags["integer"] = True
        if any(getattr(variable, f"is_{k}") is not v for k, v in flags.items()):
            try:
                new[variable] = Dummy(variable.name, **{**variable.assumptions0, **flags})
            except InconsistentAssumptions as error:
                raise OutOfReach("a bound variable contradicts its limits") from error
    body = refine_bound(expr.function.xreplace(new))
    return expr.func(body, *[tuple(end.xreplace(new) for end in tuple(limit)) for limit in list(expr.limits)])
