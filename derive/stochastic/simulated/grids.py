"""A Fokker-Planck equation on a grid of cells, where there is no closed form or to compare one with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.printing import plain
from derive.stochastic.errors import StochasticError

if TYPE_CHECKING:
    from derive.stochastic.fokker_planck import FokkerPlanck
    from numerics.fokker_planck import FokkerPlanckGrid


def on_grid(
    equation: FokkerPlanck,
    cells: Any,
    domain: Any = None,
    boundary: Any = "reflecting",
    at: Mapping[Any, Any] | None = None,
) -> FokkerPlanckGrid:
    """The equation with numbers for its parameters, on a grid in one or two dimensions; see
    `numerics.fokker_planck.FokkerPlanckGrid` for cells, boundary and what is kept.

    domain: a finite interval for each state, (lo, hi) alone for one; the domain of the equation if not given.
    StochasticError for a potential, parameters without a value, and a domain that is not finite.
    """
    from numerics.fokker_planck import FokkerPlanckGrid

    values = {key: sp.sympify(value, strict=True) for key, value in (at or {}).items()}
    if equation.potential != 0:
        raise StochasticError(
            f"the equation kills or creates with V = {plain(equation.potential)}, which a grid does not take: use "
            "`weighted()`"
        )
    drift = [sp.sympify(a).subs(values) for a in equation.drift]
    diffusion = sp.Matrix(equation.diffusion).subs(values)
    free = set().union(*(e.free_symbols for e in (*drift, *diffusion))) - {*equation.states, equation.t}
    if missing := sorted(map(str, free)):
        raise StochasticError(f"no value for {', '.join(missing)}: give it as at={{{missing[0]}: number}}")
    ends = _ends(equation.domain if domain is None else domain, len(equation.states), values)
    if len(equation.states) == 1:
        return FokkerPlanckGrid(
            drift[0], diffusion[0, 0], equation.states[0], ends[0], cells, boundary, time=equation.t
        )
    return FokkerPlanckGrid(drift, diffusion, equation.states, ends, cells, boundary, time=equation.t)


def _ends(domain: Any, n: int, values: Mapping[Any, Any]) -> list[tuple[float, float]]:
    pairs = [domain] if n == 1 and not isinstance(domain[0], tuple | list | sp.Tuple) else list(domain)
    found = [tuple(sp.sympify(e).subs(values) for e in pair) for pair in pairs]
    if not all(e.is_number and e.is_finite for pair in found for e in pair):
        raise StochasticError(
            f"a grid needs a finite interval for each state, got {plain(domain)}: give domain=(lo, hi), cut where the "
            "density "
            f"is negligible"
        )
    return [(float(low), float(high)) for low, high in found]
