"""∫ of a k-form over a k-chain: the pullback to each cell's parameters, integrated there.

"exact": SymPy under a time limit, and every result compared with an enclosure of the same integral; "ball": proven
bounds from the oracle; "torch": Gauss–Legendre, differentiable in the parameters. Law (Stokes): ∫_c dw = ∫_∂c w.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.errors import NoClosedForm, Undecided
from derive.exterior.chain import Bound, Cell, Chain, unused
from derive.exterior.errors import DifferentCharts, WrongCount
from derive.exterior.form import Form
from derive.exterior.roots import spread
from derive.exterior.scalars import expression
from derive.worker import limited
from numerics import Enclosure, NotEnclosed, enclose, kernel

Pieces = list[tuple[int, sp.Expr, tuple[Bound, ...]]]


def over(form: Form, chain: Chain, method: str = "exact", **options: Any) -> Any:
    """∫ w over a chain of the same dimension, in the same chart.

    exact → SymPy expression (options: timeout=20, digits=15); ball → Enclosure of a number (at={symbol: value},
    digits=20, timeout); torch → float64 tensor, with gradients (at={symbol: tensor or number}, nodes=24 per parameter).
    Raises WrongCount, DifferentCharts, NoClosedForm (exact: not found, or the check failed), NotEnclosed (ball).
    """
    if form.chart != chain.target:
        raise DifferentCharts(
            f"a form on {form.chart} cannot be integrated over a chain in {chain.target}; pull the form back, or "
            "push the chain forward: chain.pushed(F)"
        )
    if form.degree != chain.dim:
        raise WrongCount(f"a form of degree {form.degree} is integrated over chains of that dimension, not {chain.dim}")
    if method not in METHODS:
        raise WrongCount(f"method {method!r} is none of {', '.join(METHODS)}")
    return METHODS[method](pieces(form, chain), **options)


def pieces(form: Form, chain: Chain) -> Pieces:
    """(count, integrand, box) of each cell."""
    return [(count, density(form, cell), cell.box) for count, cell in chain.cells]


def density(form: Form, cell: Cell) -> sp.Expr:
    """The coefficient of du₁∧…∧du_k in the pullback to the parameters."""
    pulled = form.pull(cell.mapping)
    return expression(pulled.coefficient((1 << cell.dim) - 1))


def _exact(parts: Pieces, timeout: float = 20, digits: int = 15) -> sp.Expr:
    return sp.Add(*(count * _one(integrand, box, timeout, digits) for count, integrand, box in parts))


def _one(integrand: sp.Expr, box: tuple[Bound, ...], timeout: float, digits: int) -> sp.Expr:
    if not box or integrand == 0:
        return integrand
    polynomial = _of_polynomial(integrand, box)
    if polynomial is not None:
        return polynomial
    outcome = limited(iterated, integrand, box, timeout=timeout)
    if not outcome.finished or outcome.value.has(sp.Integral):
        raise NoClosedForm(
            f"SymPy finds no closed form of {_integral(integrand, box)}: {outcome.failure or 'it stays an integral'}; "
            "use method='ball' for a proven number",
            outcome.value,
        )
    _compare(outcome.value, integrand, box, digits, timeout)
    return outcome.value


def _of_polynomial(integrand: sp.Expr, box: tuple[Bound, ...]) -> sp.Expr | None:
    """The integral of a polynomial between polynomial ends, which needs no check; None if it is none."""
    for u, lo, hi in reversed(box):
        poly = integrand.as_poly(u)
        if poly is None or any(c.has(u) for c in poly.coeffs()):
            return None
        integrand = sp.expand(
            sp.Add(*(c * (hi ** (n + 1) - lo ** (n + 1)) / (n + 1) for (n,), c in poly.terms())), deep=False
        )
    return sp.factor_terms(integrand)


def iterated(integrand: sp.Expr, box: tuple[Bound, ...], post: Callable[[Any], None]) -> sp.Expr:
    """SymPy's iterated integral, innermost first."""
    value = integrand
    for u, lo, hi in reversed(box):
        value = sp.integrate(sp.expand(value), (u, lo, hi))
        if value.has(sp.Integral):
            return value
    return sp.simplify(value)


def _integral(integrand: sp.Expr, box: tuple[Bound, ...]) -> sp.Integral:
    return sp.Integral(integrand, *reversed(box))


def _compare(value: sp.Expr, integrand: sp.Expr, box: tuple[Bound, ...], digits: int, timeout: float) -> None:
    """NoClosedForm unless value and integral agree as enclosures, at two points of the free symbols."""
    whole = _integral(integrand, box)
    if whole.atoms(AppliedUndef):
        raise NoClosedForm(f"{whole} contains unknown functions, so {value} cannot be compared with numbers", value)
    names = sorted((value.free_symbols | whole.free_symbols), key=str)
    for step in range(2 if names else 1):
        at = {s: spread(step + 1, place, bool(s.is_positive)) for place, s in enumerate(names)}
        try:
            ours, truth = enclose(value, at, digits), enclose(whole, at, digits, timeout)
        except NotEnclosed as error:
            raise NoClosedForm(f"{whole} = {value} was not confirmed: {error}", value) from error
        if not (truth.overlaps(ours) or abs(truth.mid - ours.mid) <= truth.radius + ours.radius):
            raise NoClosedForm(
                f"SymPy says {whole} = {value}, but at {at} the integral is {truth} and this is {ours}", value
            )


def _ball(
    parts: Pieces, at: Mapping[Any, Any] | None = None, digits: int = 20, timeout: float | None = None
) -> Enclosure:
    total = sp.Add(*(count * (_integral(integrand, box) if box else integrand) for count, integrand, box in parts))
    return enclose(total, at, digits, timeout)


def _torch(parts: Pieces, at: Mapping[Any, Any] | None = None, nodes: int = 24) -> Any:
    import numpy as np
    import torch

    fixed = dict(at or {})
    values = [torch.as_tensor(value, dtype=torch.float64) for value in fixed.values()]
    total = torch.zeros((), dtype=torch.float64)
    points, weights = np.polynomial.legendre.leggauss(nodes)
    for count, integrand, box in parts:
        unit, place = _on_unit_cube(integrand, box)
        missing = unit.free_symbols - set(place) - set(fixed)
        if missing:
            raise Undecided(f"no value was given for {sorted(map(str, missing))}; name it in at={{...}}")
        k = kernel(unit, [*place, *fixed], backend="torch", dtype="float64")
        line = torch.as_tensor((points + 1) / 2)
        weight = torch.as_tensor(weights / 2)
        grids = torch.meshgrid(*[line] * len(box), indexing="ij") if box else ()
        mass = torch.ones(())
        for axis in range(len(box)):
            mass = mass.to(weight)[..., None] * weight if axis else weight
        result = k(*grids, *values)
        total = total + count * (result * mass).sum() if box else total + count * result
    return total


def _on_unit_cube(integrand: sp.Expr, box: tuple[Bound, ...]) -> tuple[sp.Expr, list[sp.Symbol]]:
    """The integrand in s ∈ [0, 1]^k with u_i = l_i + s_i (h_i − l_i), times the Jacobian Π (h_i − l_i)."""
    exprs = [integrand, *(end for _, lo, hi in box for end in (lo, hi))]
    letter = unused("s", set().union(*(e.free_symbols for e in exprs)))
    place = [sp.Symbol(f"{letter}_{i + 1}", real=True) for i in range(len(box))]
    table: dict[sp.Symbol, sp.Expr] = {}
    for (u, lo, hi), s in zip(box, place, strict=True):
        low, high = lo.subs(table), hi.subs(table)
        integrand, table[u] = integrand * (hi - lo), low + s * (high - low)
    return integrand.subs(table), place


METHODS: dict[str, Callable[..., Any]] = {"exact": _exact, "ball": _ball, "torch": _torch}
