"""What an equation on a grid is given by: coefficients, domain, cells and ends, read and judged."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from numerics.fokker_planck.errors import FokkerPlanckError

BOUNDARIES = ("reflecting", "absorbing", "periodic")
SEVERAL = (tuple, list, Sequence, sp.MatrixBase, sp.Tuple)
Pairs = tuple[tuple[float, float], ...]
Ends = tuple[tuple[str, str], ...]


def each(value: Any, n: int, what: str) -> list[Any]:
    """An entry for each of n axes: those given, or the one given for all."""
    if isinstance(value, int | float | sp.Expr):
        return [value] * n
    value = value.tolist() if isinstance(value, np.ndarray) else value
    found = list(value) if isinstance(value, SEVERAL) else [value] * n
    if isinstance(value, str) or len(found) != n:
        raise FokkerPlanckError(f"{n} axes need {n} entries of {what}; got {value!r}")
    return found


def entries(diffusion: Any, n: int) -> tuple[list[Any], Any]:
    """The diagonal of D, and D_xy; a matrix is one of SymPy or NumPy, or a list of rows."""
    rows = diffusion.tolist() if isinstance(diffusion, np.ndarray) else diffusion
    several = isinstance(rows, list | tuple) and n > 1
    if several and all(isinstance(row, list | tuple) and len(row) == n for row in rows):
        diffusion = sp.Matrix(rows)
    if isinstance(diffusion, sp.MatrixBase) and diffusion.shape == (n, n) and n > 1:
        if sp.expand(diffusion[0, 1] - diffusion[1, 0]) != 0:
            raise FokkerPlanckError("the diffusion matrix is not symmetric; it is D = ½ B Bᵀ")
        return [diffusion[i, i] for i in range(n)], diffusion[0, 1]
    return each(diffusion, n, "diffusion"), sp.S.Zero


def expression(e: Any, values: Mapping[Any, Any]) -> Any:
    """The expression with numbers for its parameters."""
    if not isinstance(e, sp.Expr):
        try:
            e = sp.sympify(e, strict=True)
        except sp.SympifyError as failure:
            raise FokkerPlanckError(f"{e!r} is no expression of SymPy, nor a number") from failure
    return e.subs(values) if values else e


def symbols(states: Any) -> tuple[sp.Symbol, ...]:
    """The states, one or two of them."""
    found = tuple(states) if isinstance(states, SEVERAL) else (states,)
    if len(found) not in (1, 2):
        raise FokkerPlanckError(
            f"the grid has one or two axes; got {len(found)} states. Simulate paths in more dimensions"
        )
    for s in found:
        if not isinstance(s, sp.Symbol):
            raise FokkerPlanckError(f"the states are symbols; {s} is none: put a symbol for it")
    return found


def intervals(domain: Any, states: Sequence[Any]) -> Pairs:
    """(lo, hi) for each state."""
    alone = len(states) == 1 and len(domain) == 2 and not isinstance(domain[0], SEVERAL)
    try:
        found = tuple((float(p[0]), float(p[1])) for p in ([domain] if alone else domain))
    except TypeError as failure:
        raise FokkerPlanckError(f"the domain {domain} must be an interval (lo, hi) of numbers per axis") from failure
    if len(found) != len(states) or any(not lo < hi for lo, hi in found):
        raise FokkerPlanckError(f"the domain {found} must be an interval (lo, hi) for each of {tuple(states)}")
    if any(not (math.isfinite(lo) and math.isfinite(hi)) for lo, hi in found):
        raise FokkerPlanckError("the grid needs a finite domain; cut it where the density is negligible")
    return found


def counts(cells: Any, n: int) -> tuple[int, ...]:
    """How many cells along each axis."""
    try:
        found = tuple(operator.index(c) for c in each(cells, n, "cells"))
    except TypeError as failure:
        raise FokkerPlanckError(f"cells are counted by whole numbers; got {cells}") from failure
    if any(c < 3 for c in found):
        raise FokkerPlanckError(f"each axis needs 3 cells or more; got {found}")
    return found


def ends(boundary: Any, n: int) -> Ends:
    """The boundary at both ends of each axis."""
    pairs = list(boundary) if n == 2 and not isinstance(boundary, str) else [boundary] * n
    found = tuple((b, b) if isinstance(b, str) else tuple(b) for b in pairs)
    for pair in found:
        if len(pair) != 2 or any(end not in BOUNDARIES for end in pair):
            raise FokkerPlanckError(f"boundary {pair}: each end is one of {', '.join(BOUNDARIES)}")
        if ("periodic" in pair) and pair[0] != pair[1]:
            raise FokkerPlanckError("a periodic axis is periodic at both ends")
    return found
