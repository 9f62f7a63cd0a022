"""Unknown functions and their derivatives: f(a), ∂^α f(a) are independent generators, one per jet and argument.

Jets of one function at one place are a family: equal arguments are looked for once, orders by table.
A derivative of a known expression is carried out; what stands under it as an integral, sum or limit is first
replaced by an unknown function of its free symbols (differentiation under the sign is a rule with obligations).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy import Expr
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.function import AppliedUndef

from derive.exact.budget import OutOfReach

from .fraction import Fraction

if TYPE_CHECKING:
    from .tower import Tower

Orders = tuple[int, ...]
_THIN = ("rational", "irrational", "algebraic", "transcendental")  # differentiable with such values: constant


@dataclass(eq=False)
class Family:
    """All jets of `func` at one place: orders → index of the generator."""

    func: Any
    args: list[Fraction]
    places: tuple[Expr, ...]
    members: dict[Orders, int] = field(default_factory=dict)

    @cached_property
    def thin(self) -> bool:
        """The values are said to lie in a set without inner points."""
        value = self.func(*self.places)
        return value.is_zero is True or any(getattr(value, f"is_{flag}") is not None for flag in _THIN)

    @cached_property
    def at_distinct_symbols(self) -> bool:
        """The place is a point of general position and the values fill an open set: the jets are independent."""
        return all(p.is_Symbol for p in self.places) and len(set(self.places)) == len(self.places) and not self.thin


@dataclass(frozen=True, eq=False)
class JetGenerator:
    """The generator of one jet; its expression is put together when it is asked for."""

    family: Family
    orders: Orders
    stated: Expr | None = None
    kind: str = "jet"
    inner: None = None

    @cached_property
    def expr(self) -> Expr:
        """∂^α f at the place."""
        family = self.family
        return jet_expression(family.func, self.orders, family.places) if self.stated is None else self.stated


class Jets:
    """The jets of one tower."""

    def __init__(self, tower: Tower) -> None:
        self.tower = tower
        self.families: dict[tuple[Any, int], list[Family]] = {}

    def of(self, func: Any, orders: Orders, args: list[Fraction], stated: Expr) -> Fraction:
        """∂^orders func at the place."""
        known = self.families.setdefault((func, len(args)), [])
        family = next(
            (f for f in known if all(a.same(b) for a, b in zip(args, f.args, strict=True))),
            None,
        )
        if family is None:
            family = Family(func, args, tuple(self.tower.expression(arg) for arg in args))
            known.append(family)
        return self.member(family, orders, stated)

    def member(self, family: Family, orders: Orders, stated: Expr | None = None) -> Fraction:
        """The jet of these orders."""
        index = family.members.get(orders)
        if index is None:
            index = family.members[orders] = self.tower.adjoin(JetGenerator(family, orders, stated))
        return self.tower.ring.variable(index)


def jet_expression(func: Any, orders: Orders, places: tuple[Expr, ...]) -> Expr:
    """∂^α f at the places: a Derivative, inside a Subs where a place is no free symbol."""
    held = {k: sp.Dummy(f"xi_{k + 1}") for k, place in enumerate(places)
            if orders[k] and (not place.is_Symbol or places.count(place) > 1)}  # fmt: skip
    letters = [held.get(k, place) for k, place in enumerate(places)]
    raised = [(v, n) for v, n in zip(letters, orders, strict=True) if n]
    inner = sp.Derivative(func(*letters), *raised) if raised else func(*letters)
    return sp.Subs(inner, tuple(held.values()), tuple(places[k] for k in held)) if held else inner


def jet(t: Tower, e: Any) -> Fraction:
    """The fraction for f(a), Derivative(...) or Subs(...)."""
    read = _as_jet(e)
    if read is None and isinstance(e, sp.Derivative | sp.Subs):
        read = jet_by_places(e)
    if read is not None:
        func, orders, args = read
        if func(*args).is_zero:
            return t.rational(0)
        return t.jets.of(func, orders, [t.of(arg) for arg in args], e)
    if isinstance(e, sp.Derivative):
        return _carried_out(t, e)
    if isinstance(e, sp.Subs) and not e.expr.has(sp.Derivative):
        return t.of(e.expr.xreplace(dict(zip(e.variables, e.point, strict=True))))
    if isinstance(e, sp.Subs):
        done = e.doit()
        if done != e:
            return t.of(done)
    raise OutOfReach("a derivative at a point that is not read")


def _as_jet(e: Any) -> tuple[Any, tuple[int, ...], tuple[Any, ...]] | None:
    """(f, orders by argument, arguments) for f(a), ∂^α f(x) and its value at a point."""
    if isinstance(e, AppliedUndef):
        return e.func, (0,) * len(e.args), e.args
    if isinstance(e, sp.Subs):
        inner = _as_jet(e.expr)
        if inner is None:
            return None
        point = dict(zip(e.variables, e.point, strict=True))
        return inner[0], inner[1], tuple(arg.xreplace(point) for arg in inner[2])
    if isinstance(e, sp.Derivative) and isinstance(e.expr, AppliedUndef):
        args, counts = e.expr.args, _counts(e)
        if not all(arg.is_Symbol for arg in args) or len(set(args)) != len(args):
            return None
        if not all(count.is_Integer and v in args for v, count in counts):
            return None
        orders = [0] * len(args)
        for v, count in counts:
            orders[args.index(v)] += int(count)
        return e.expr.func, tuple(orders), args
    return None


def _counts(e: Any) -> list[tuple[Any, Any]]:
    """(variable, order) pairs of a derivative."""
    return [(pair[0], pair[1]) for pair in e.variable_count]


def _carried_out(t: Tower, e: Any) -> Fraction:
    from .bound import derivative_of_bound

    if not all(count.is_Integer and v.is_Symbol for v, count in e.variable_count):
        raise OutOfReach("a derivative of symbolic order")
    if isinstance(e.expr, ExprWithLimits | sp.Limit):
        return derivative_of_bound(t, e)
    if sum(int(count) for _, count in e.variable_count) > 12:
        raise OutOfReach("a derivative of high order")
    nodes = [n for n in sp.preorder_traversal(e.expr) if isinstance(n, ExprWithLimits | sp.Limit)]
    outer = [n for n in nodes if not any(n is not m and m.has(n) for m in nodes)]
    stand_in = {
        n: sp.Function(f"_bound{i}")(*sorted(n.free_symbols, key=lambda s: s.sort_key())) for i, n in enumerate(outer)
    }
    inner = e.expr.xreplace(stand_in)
    for v, count in _counts(e):
        for _ in range(int(count)):
            t.budget.tick()
            inner = inner.diff(v)
    if isinstance(inner, sp.Derivative) and inner == e:
        raise OutOfReach("a derivative that cannot be carried out")
    back = {stood: n for n, stood in stand_in.items()}
    return t.of(inner.xreplace(back) if back else inner)


def jet_by_places(e: Any) -> tuple[Any, tuple[int, ...], tuple[Any, ...]] | None:
    """(f, orders, arguments) of ∂f/∂(argument), where the argument may itself be a function: ∂g(f(x), x)/∂f(x)."""
    if isinstance(e, sp.Subs):
        inner = jet_by_places(e.expr) if isinstance(e.expr, sp.Derivative) else None
        point = dict(zip(e.variables, e.point, strict=True))
        return None if inner is None else (inner[0], inner[1], tuple(arg.xreplace(point) for arg in inner[2]))
    base = e.expr
    if not isinstance(base, AppliedUndef):
        return None
    orders = [0] * len(base.args)
    for v, count in e.variable_count:
        sites = [k for k, arg in enumerate(base.args) if arg.has(v)]
        if len(sites) != 1 or base.args[sites[0]] != v or not count.is_Integer:
            return None
        orders[sites[0]] += int(count)
    return base.func, tuple(orders), base.args
