"""Itô calculus: the lemma, the generator and its adjoint, the Kolmogorov equations, change of variables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.claim import side
from derive.field import is_zero
from derive.printing import plain
from derive.stochastic.errors import StochasticError
from derive.stochastic.inverses import goes_astray, real_inverse, without_signs
from derive.stochastic.shown.readable import exact

if TYPE_CHECKING:
    from derive.stochastic.sde import SDE


def ito(sde: SDE, f: Any) -> tuple[Any, tuple[Any, ...]]:
    """df = (∂_t f + L f) dt + Σ_k (Σ_i B_ik ∂_i f) dW_k; f may be a matrix, then entrywise."""
    if isinstance(f, sp.MatrixBase):
        parts = [ito(sde, entry) for entry in f]
        shaped = [
            sp.ImmutableDenseMatrix(f.rows, f.cols, column) for column in zip(*(p[1] for p in parts), strict=True)
        ]
        return sp.ImmutableDenseMatrix(f.rows, f.cols, [p[0] for p in parts]), tuple(shaped)
    drift = sde.tidy(sp.diff(f, sde.t) + _generator(sde, f))
    gradient = [sp.diff(f, x) for x in sde.states]
    noise = tuple(sde.tidy(sp.Add(*(sde.diffusion[i, k] * gradient[i] for i in range(sde.n)))) for k in range(sde.m))
    return drift, noise


def covariation(sde: SDE, f: Any, g: Any) -> Any:
    """d⟨f, g⟩/dt = Σ_ij ∂_i f (B ρ Bᵀ)_ij ∂_j g; so d(f g) = f dg + g df + d⟨f, g⟩."""
    c, x = sde.covariance, sde.states
    return sde.tidy(
        sp.Add(*(sp.diff(f, x[i]) * c[i, j] * sp.diff(g, x[j]) for i, j in product(range(sde.n), repeat=2)))
    )


def generator(sde: SDE, f: Any) -> Any:
    """L f = Σ a_i ∂_i f + ½ Σ (B ρ Bᵀ)_ij ∂_i ∂_j f, with the Itô drift."""
    return sde.tidy(_generator(sde, f))


def _generator(sde: SDE, f: Any) -> Any:
    c, x = sde.covariance, sde.states
    first = [a * sp.diff(f, y) for a, y in zip(sde.ito_drift, x, strict=True)]
    second = [c[i, j] * sp.diff(f, x[i], x[j]) / 2 for i, j in product(range(sde.n), repeat=2)]
    return sp.Add(*first, *second)


def adjoint(sde: SDE, p: Any) -> Any:
    """L* p = −Σ ∂_i (a_i p) + ½ Σ ∂_i ∂_j ((B ρ Bᵀ)_ij p), multiplied out."""
    c, x = sde.covariance, sde.states
    first = [-sp.diff(a * p, y) for a, y in zip(sde.ito_drift, x, strict=True)]
    second = [sp.diff(c[i, j] * p, x[i], x[j]) / 2 for i, j in product(range(sde.n), repeat=2)]
    return sp.expand(sp.Add(*first, *second).doit())


def backward(sde: SDE, u: Any, potential: Any = sp.S.Zero) -> Any:
    """−∂_t u = L u − V u: what u(x, t) = E[φ(X_T) exp(−∫_t^T V ds) | X_t = x] obeys (Feynman-Kac)."""
    return sp.Eq(-sp.Derivative(u, sde.t), _generator(sde, u) - potential * u, evaluate=False)


def transform(sde: SDE, new: Any, map: Any, inverse: Any = None, domain: Any = None) -> SDE:
    """The SDE of Y = map(X, t), by Itô's lemma, written in the new states.

    The inverse is solved for where it is not given; it is put back into the map either way. Of several branches of a
    scalar map the one is taken that is shown to be the only real inverse on the domain (`inverses`: x³ on the line).
    StochasticError if the map cannot be inverted in closed form or no branch is shown to be the only one: pass
    `inverse` then.
    """
    from derive.stochastic.sde import SDE

    y = tuple(new) if isinstance(new, Sequence | sp.Tuple) else (new,)
    forward = tuple(map_side(map if isinstance(map, Sequence | sp.Tuple | sp.MatrixBase) else (map,)))
    if not len(y) == len(forward) == sde.n:
        raise StochasticError(f"{sde.n} states need {sde.n} new symbols and as many functions of the old ones")
    if inverse is None:
        back = _inverse(sde, y, forward)
    else:
        back = tuple(map_side(inverse if isinstance(inverse, Sequence | sp.Tuple | sp.MatrixBase) else (inverse,)))
        if (misfit := _misfit(sde, y, forward, back)) is not None:
            raise StochasticError(f"the inverse does not fit: {misfit}")
    table = dict(zip(sde.states, back, strict=True))
    drift, noise = zip(*(ito(sde, f) for f in forward), strict=True)
    mapped = SDE(
        y,
        [without_signs(e.subs(table, simultaneous=True)) for e in drift],
        sp.Matrix([[without_signs(e.subs(table, simultaneous=True)) for e in row] for row in noise]),
        sde.t,
        sde.correlation,
        domain if domain is not None else _image(sde, forward),
        0,
        sde.given,
    )
    return SDE(
        y,
        [mapped.tidy(a) for a in mapped.drift],
        mapped.diffusion.applyfunc(mapped.tidy),
        sde.t,
        sde.correlation,
        mapped.domain,
        0,
        sde.given,
    )


def map_side(values: Any) -> list[Any]:
    """Every value as a SymPy object, decimals as the rationals that they write."""
    return [exact(side(value)) for value in values]


def _inverse(sde: SDE, y: tuple[Any, ...], forward: tuple[Any, ...]) -> tuple[Any, ...]:
    try:
        found = sp.solve([f - s for f, s in zip(forward, y, strict=True)], sde.states, dict=True)
    except NotImplementedError:
        found = []
    misfit = None
    if len(found) == 1 and set(found[0]) == set(sde.states):
        back = tuple(found[0][x] for x in sde.states)
        misfit = _misfit(sde, y, forward, back)
        astray = sde.n == 1 and goes_astray(back[0], forward[0], sde.x, y[0], sde.domain[0], sde.given)
        if misfit is None and not astray:
            return back
    if sde.n == 1:
        g = real_inverse(forward[0], sde.x, y[0], sde.domain[0], sde.given)
        if g is not None:
            return (g,)
    shown = plain(forward[0] if sde.n == 1 else forward)
    branches = f"{len(found)} inverse{'s' * (len(found) != 1)} in closed form"
    raise StochasticError(
        f"the map {shown} has {branches}, and none was shown to be the only real one on the domain"
        f"{': ' if misfit else ''}{misfit or ''}; pass the one that belongs to the domain as `inverse`"
    )


def _misfit(sde: SDE, y: tuple[Any, ...], forward: tuple[Any, ...], back: tuple[Any, ...]) -> str | None:
    """In words where the map at its inverse is proven not to be y; None where it is not."""
    table = dict(zip(sde.states, back, strict=True))
    for symbol, f in zip(y, forward, strict=True):
        if is_zero(f.subs(table, simultaneous=True) - symbol) is False:
            return f"{plain(f)} at {plain(back[0] if sde.n == 1 else back)} is not {plain(symbol)}"
    return None


def _image(sde: SDE, forward: tuple[Any, ...]) -> Any:
    """The image of the domain of a scalar monotone map by its limits at the ends; the line for what is not seen."""
    if sde.n > 1:
        return None
    x, (low, high) = sde.states[0], sde.domain[0]
    try:
        ends = [sp.limit(forward[0], x, low, "+"), sp.limit(forward[0], x, high, "-")]
    except (NotImplementedError, ValueError, TypeError):
        return None
    if any(not end.is_extended_real for end in ends):
        return None
    return tuple(ends) if (ends[1] - ends[0]).is_extended_positive else tuple(reversed(ends))


def commutative(sde: SDE) -> bool | None:
    """Whether Σ_j B_jk ∂_j B_il = Σ_j B_jl ∂_j B_ik for all i, k < l: then Milstein needs no Lévy areas."""
    b, x = sde.diffusion, sde.states
    answers = []
    for k, q in combinations(range(sde.m), 2):
        for i in range(sde.n):
            bracket = sp.Add(
                *(b[j, k] * sp.diff(b[i, q], x[j]) - b[j, q] * sp.diff(b[i, k], x[j]) for j in range(sde.n))
            )
            answers.append(is_zero(bracket, sde.facts))
    if False in answers:
        return False
    return None if None in answers else True
